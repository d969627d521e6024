/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-clients.h: the programs that observe, approve and handle channels: those on the bus and those
 * with a .client file. Telepathy: Client */
#pragma once

#include "bus/cm-client.h"

G_BEGIN_DECLS

#define CM_TYPE_CLIENTS (cm_clients_get_type ())
G_DECLARE_FINAL_TYPE (CmClients, cm_clients, CM, CLIENTS, GObject)

/* Signals: "appeared" (const char *bus_name): it runs and has said what it wants; "vanished" (const
 * char *bus_name): it has left the bus, and is known still only where it has a file; "changed"
 * (const char *bus_name): its file has come, changed or gone. */

CmClients *cm_clients_new (GDBusConnection *bus) G_GNUC_WARN_UNUSED_RESULT;
/* Calls back when every client on the bus now has said what it wants (or has not within 5 s). */
void cm_clients_when_ready (CmClients *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean cm_clients_when_ready_finish (CmClients *self, GAsyncResult *result, GError **error);
/* Bus names whose filters match a channel's a{sv}, the most specific first, those that run before
 * those to be started. */
GPtrArray *
cm_clients_find (CmClients *self, CmClientRole role, GVariant *channel) G_GNUC_WARN_UNUSED_RESULT;
/* The same of one. */
gboolean
cm_clients_does_match (CmClients *self, const char *bus_name, CmClientRole role, GVariant *channel);
/* (saa{sv}as) (transfer floating): what it handles, nothing where nobody knows it; and a(saa{sv}as)
 * of all handlers. Telepathy: ContactCapabilities.UpdateCapabilities */
GVariant *cm_clients_new_capabilities (CmClients *self, const char *bus_name);
GVariant *cm_clients_new_all_capabilities (CmClients *self);
gboolean cm_clients_has_role (CmClients *self, const char *bus_name, CmClientRole role);
/* (nullable) Its unique name, while it runs. */
const char *cm_clients_get_owner (CmClients *self, const char *bus_name);
/* (transfer full) (nullable): the name of a handler, of those that a unique name has. */
char *cm_clients_dup_handler_of (CmClients *self,
                                 const char *unique_name) G_GNUC_WARN_UNUSED_RESULT;
/* Whether it runs, or can be started. */
gboolean cm_clients_can_be_reached (CmClients *self, const char *bus_name);
/* From now on, what can be started and has no .client file is started and asked. */
void cm_clients_probe (CmClients *self);
/* It left while something was its own, however much: after three, one soon after the other, it is
 * not started for half a minute. */
void cm_clients_note_crash (CmClients *self, const char *bus_name);
gboolean cm_clients_has_wish (CmClients *self, const char *bus_name, CmClientWish wish);

G_END_DECLS
