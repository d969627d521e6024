/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection.h: the D-Bus object of one connection of an account, and its channels. Telepathy:
 * Connection and its interfaces */
#pragma once

#include <gio/gio.h>

#include "bus/cm-channel.h"
#include "bus/cm-handles.h"
#include "im/im-account.h"

G_BEGIN_DECLS

typedef struct _CmService CmService;

#define CM_TYPE_CONNECTION (cm_connection_get_type ())
G_DECLARE_FINAL_TYPE (CmConnection, cm_connection, CM, CONNECTION, GObject)

/* Signals:
 *  "new-channels" (GPtrArray of CmChannel, gpointer request_tag): exported and announced;
 * request_tag: that of cm_connection_request_channel_async () when it made them, else NULL
 *  "message-pended" (CmChannel): a message that a person should see came to a channel that is there
 *  "disconnected": status is DISCONNECTED, the object leaves the bus after this. */

/* Exports it (bus name and path) with status DISCONNECTED; the account is not asked to connect yet.
 */
CmConnection *cm_connection_new (CmService *service,
                                 ImAccount *account,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *cm_connection_get_object_path (CmConnection *self);
const char *cm_connection_get_bus_name (CmConnection *self);
ImAccount *cm_connection_get_account (CmConnection *self); /* (transfer none) */
CmHandles *cm_connection_get_handles (CmConnection *self); /* (transfer none) */
guint cm_connection_get_status (
    CmConnection *self); /* Connection_Status: 0 connected, 1 connecting, 2 disconnected */
guint cm_connection_get_status_reason (CmConnection *self);
GPtrArray *
cm_connection_get_channels (CmConnection *self); /* (transfer none) (element-type CmChannel) */

/* What programs handle, each instead of what it said before: a(saa{sv}as). Telepathy:
 * ContactCapabilities.UpdateCapabilities */
void cm_connection_update_capabilities (CmConnection *self, GVariant *capabilities);

/* CreateChannel (is_ensure FALSE) or EnsureChannel, as of a request a{sv} of qualified names.
 * `request_tag` comes back in "new-channels". */
void cm_connection_request_channel_async (CmConnection *self,
                                          GVariant *request,
                                          gboolean is_ensure,
                                          gpointer request_tag,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
/* Returns: (transfer full). `is_yours`: made for this request. Telepathy's errors. */
CmChannel *cm_connection_request_channel_finish (CmConnection *self,
                                                 GAsyncResult *result,
                                                 gboolean *is_yours,
                                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
