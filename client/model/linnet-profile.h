/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-profile.h: what somebody writes of themselves: a contact, or the person who sits here.
 * Telepathy Connection.Interface.ContactInfo */
#pragma once

#include <gio/gio.h>

#include "model/linnet-account.h"
#include "model/linnet-profile-field.h"

G_BEGIN_DECLS

typedef enum
{
  LINNET_PROFILE_OFFLINE = 0, /* it is asked for when the account is online */
  LINNET_PROFILE_LOADING,
  LINNET_PROFILE_READY,
  LINNET_PROFILE_FAILED, /* error-text says why */
} LinnetProfileState;

#define LINNET_TYPE_PROFILE_STATE (linnet_profile_state_get_type ())
GType linnet_profile_state_get_type (void);

/* Properties: state, error-text, fields. */
#define LINNET_TYPE_PROFILE (linnet_profile_get_type ())
G_DECLARE_FINAL_TYPE (LinnetProfile, linnet_profile, LINNET, PROFILE, GObject)

/* `address` (nullable): NULL: one's own. */
LinnetProfile *linnet_profile_new (LinnetAccount *account,
                                   const char *address) G_GNUC_WARN_UNUSED_RESULT;
LinnetProfileState linnet_profile_get_state (LinnetProfile *self);
const char *linnet_profile_get_error_text (LinnetProfile *self); /* (nullable) */
GListModel *linnet_profile_get_fields (LinnetProfile *self); /* LinnetProfileField */
void linnet_profile_load (LinnetProfile *self); /* again, if it failed */

/* To be edited: copies, which nothing changes but the page. */
GListStore *linnet_profile_dup_fields (LinnetProfile *self) G_GNUC_WARN_UNUSED_RESULT;
/* One's own. `fields`: all there is from now on; empty ones are left out. */
void linnet_profile_save_async (LinnetProfile *self,
                                GListModel *fields,
                                GAsyncReadyCallback callback,
                                gpointer data);
gboolean linnet_profile_save_finish (LinnetProfile *self, GAsyncResult *result, GError **error);

G_END_DECLS
