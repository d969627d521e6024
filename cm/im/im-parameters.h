/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-parameters.h: the connection parameters as one table: name, signature, default, flags, check
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IM_PARAMETER_SIGN_UP "register"
#define IM_KEEPALIVE_MOST_S 86400
#define IM_PARAMETER_KEEPALIVE \
  "org.freedesktop.Telepathy.Connection.Interface.Keepalive.DRAFT.KeepaliveInterval"
#define IM_PARAMETER_DOWNLOAD_AT_CONNECTION \
  "org.freedesktop.Telepathy.Connection.Interface.ContactList.DownloadAtConnection"

typedef enum
{
  IM_PARAMETER_REQUIRED = 1, /* Telepathy's Conn_Mgr_Param_Flags */
  IM_PARAMETER_REGISTER = 2,
  IM_PARAMETER_HAS_DEFAULT = 4,
  IM_PARAMETER_SECRET = 8,
  IM_PARAMETER_DBUS_PROPERTY = 16,
} ImParameterFlags;

typedef struct
{
  const char *name;
  const char *signature;
  ImParameterFlags flags;
  const char *default_text; /* GVariant text of the declared type; NULL: none */
  gboolean is_live; /* may change without a reconnect */
} ImParameter;

const ImParameter *im_parameters_get_all (void); /* ends with name NULL */
const ImParameter *im_parameters_find (const char *name); /* (nullable) */
/* Any of i u n q (x t where in range) is accepted where one of them is declared. Returns: (transfer
 * full) of the declared type, or NULL: IM_ERROR_INVALID_ARGUMENT, naming the parameter. */
GVariant *
im_parameters_check (const char *name, GVariant *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All of a{sv}; an unknown one is an error; `account` is normalised. */
GVariant *im_parameters_check_all (GVariant *parameters, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Of a{sv}: what was set, else the default, else NULL. (transfer full) */
GVariant *im_parameters_dup (GVariant *parameters, const char *name) G_GNUC_WARN_UNUSED_RESULT;
GVariant *im_parameters_dup_default (const ImParameter *parameter) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
