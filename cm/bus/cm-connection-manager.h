/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-manager.h: makes connections for whoever asks. Telepathy: ConnectionManager */
#pragma once

#include "bus/cm-connection.h"
#include "im/im-account-manager.h"

G_BEGIN_DECLS

#define CM_TYPE_CONNECTION_MANAGER (cm_connection_manager_get_type ())
G_DECLARE_FINAL_TYPE (CmConnectionManager, cm_connection_manager, CM, CONNECTION_MANAGER, GObject)

#define CM_CONNECTION_MANAGER_BUS_NAME "org.freedesktop.Telepathy.ConnectionManager.linnet"
#define CM_CONNECTION_MANAGER_PATH "/org/freedesktop/Telepathy/ConnectionManager/linnet"

/* Signals: "is-taken" (ImAccount) → gboolean: whether it has a connection object;
 * "request" (ImAccount) → (transfer none) CmConnection: asks its owner for the connection
 * object of an account, to be exported; NULL if there is one already. */
CmConnectionManager *cm_connection_manager_new (GDBusConnection *bus,
                                                ImAccountManager *accounts,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Tells the bus of a connection. */
void cm_connection_manager_announce (CmConnectionManager *self, CmConnection *connection);

G_END_DECLS
