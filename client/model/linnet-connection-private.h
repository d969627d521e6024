/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-connection-private.h: what the files of LinnetConnection share */
#pragma once

#include "model/linnet-connection.h"

#define CONNECTION TELEPATHY "Connection"
#define CONTACT_LIST CONNECTION ".Interface.ContactList"
#define CONTACT_GROUPS CONNECTION ".Interface.ContactGroups"
#define CONTACT_BLOCKING CONNECTION ".Interface.ContactBlocking"
#define ALIASING CONNECTION ".Interface.Aliasing"
#define SIMPLE_PRESENCE CONNECTION ".Interface.SimplePresence"
#define AVATARS CONNECTION ".Interface.Avatars"
#define CONTACTS CONNECTION ".Interface.Contacts"
#define CONFUSABLES "im.linnet.Confusables1"
#define APPROVALS "im.linnet.Approvals1"
#define IDLE "im.linnet.Idle1"
#define REQUESTS CONNECTION ".Interface.Requests"
#define CHANNEL TELEPATHY "Channel"
#define CHAT_STATE CHANNEL ".Interface.ChatState"
#define MESSAGES CHANNEL ".Interface.Messages"
#define TEXT CHANNEL ".Type.Text"
#define DELIVERY_REPORT 4

struct _LinnetConnection
{
  GObject parent_instance;

  LinnetAccount *account; /* (weak) */
  GDBusConnection *bus;
  GCancellable *cancellable;
  char *service_name;
  char *path;
  GHashTable *by_handle; /* (owned) handle → LinnetContact, owned */
  GHashTable *awaited; /* (owned) set of handles: who came into the list, and is asked about */
  GHashTable *channels; /* (owned) object path → LinnetConversation, owned */
  GHashTable *handled; /* (owned) set of object paths of channels that we handle */
  guint signals[3];
  guint self_handle;
  GArray *wanted_avatars; /* (owned) guint: handles of contacts that somebody shows */
  GQueue undecoded; /* (owned) of linnet-connection-avatars.c */
  guint n_decoding;
  guint ask_id;
  gboolean loading;
};

void linnet_connection_call_at (LinnetConnection *self,
                                const char *path,
                                const char *interface,
                                const char *method,
                                GVariant *arguments,
                                const char *reply,
                                GAsyncReadyCallback callback);
GVariant *linnet_connection_finish (LinnetConnection *self, GAsyncResult *result, const char *what);
void linnet_connection_ask_property (LinnetConnection *self,
                                     const char *interface,
                                     const char *name,
                                     GAsyncReadyCallback callback);
void linnet_connection_load_contacts (LinnetConnection *self);
void linnet_connection_contact_list_changed (LinnetConnection *self, GVariant *arguments);
void linnet_connection_presences_changed (LinnetConnection *self, GVariant *arguments);
void linnet_connection_aliases_changed (LinnetConnection *self, GVariant *arguments);
void linnet_connection_idle_changed (LinnetConnection *self, GVariant *arguments);
void linnet_connection_groups_changed (LinnetConnection *self, GVariant *arguments);
void
linnet_connection_group_replaced (LinnetConnection *self, const char *old, const char *new_name);
void linnet_connection_groups_created (LinnetConnection *self, GVariant *arguments);
void linnet_connection_groups_removed (LinnetConnection *self, GVariant *arguments);
void linnet_connection_avatar_updated (LinnetConnection *self, GVariant *arguments);
void linnet_connection_avatar_retrieved (LinnetConnection *self, GVariant *arguments);
void linnet_connection_drop_avatars (LinnetConnection *self);
void linnet_connection_forget_channel (LinnetConnection *self, const char *path);
void linnet_connection_take_channels (LinnetConnection *self, GVariant *channels);
void linnet_connection_channels_loaded_cb (GObject *source, GAsyncResult *result, gpointer data);
void linnet_connection_messages_signal_cb (GDBusConnection *bus,
                                           const char *sender,
                                           const char *path,
                                           const char *interface,
                                           const char *member,
                                           GVariant *arguments,
                                           gpointer data);
void linnet_connection_chat_state_signal_cb (GDBusConnection *bus,
                                             const char *sender,
                                             const char *path,
                                             const char *interface,
                                             const char *member,
                                             GVariant *arguments,
                                             gpointer data);
