/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-connection.h: the connection of an account: who is there, what is said. Telepathy
 * Connection */
#pragma once

#include "model/linnet-account-private.h"

G_BEGIN_DECLS

#define LINNET_TYPE_CONNECTION (linnet_connection_get_type ())
G_DECLARE_FINAL_TYPE (LinnetConnection, linnet_connection, LINNET, CONNECTION, GObject)

LinnetConnection *linnet_connection_new (LinnetAccount *account,
                                         GDBusConnection *bus,
                                         const char *service_name,
                                         const char *path) G_GNUC_WARN_UNUSED_RESULT;
const char *linnet_connection_get_path (LinnetConnection *self);
void
linnet_connection_handle_channel (LinnetConnection *self, const char *path, GVariant *properties);
void linnet_connection_call (LinnetConnection *self,
                             const char *interface,
                             const char *method,
                             GVariant *arguments,
                             GAsyncReadyCallback callback,
                             gpointer data);
void linnet_connection_ask_handle (LinnetConnection *self,
                                   const char *address,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
void linnet_connection_request_avatar (LinnetConnection *self, LinnetContact *contact);
guint
linnet_connection_ask_handle_finish (LinnetConnection *self, GAsyncResult *result, GError **error);

G_END_DECLS
