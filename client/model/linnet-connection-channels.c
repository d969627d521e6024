/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-connection-channels.c: what is said. Telepathy Connection.Interface.Requests,
 * Channel.Type.Text, Channel.Interface.Messages, .ChatState */
#include "config.h"

#include "model/linnet-connection-private.h"

#include "model/linnet-conversation-private.h"

void
linnet_connection_forget_channel (LinnetConnection *self, const char *path)
{
  LinnetConversation *conversation = g_hash_table_lookup (self->channels, path);

  g_hash_table_remove (self->handled, path);
  if (conversation == NULL)
    return;
  if (g_strcmp0 (conversation->channel, path) == 0)
    g_clear_pointer (&conversation->channel, g_free);
  linnet_conversation_set_typing (conversation, linnet_conversation_get_id (conversation),
                                  LINNET_CHAT_STATE_GONE);
  g_hash_table_remove (self->channels, path);
}

static void
take_channel (LinnetConnection *self, const char *path, GVariant *properties)
{
  const char *type = NULL, *target = NULL;
  guint32 target_type = 0;
  LinnetConversation *conversation;

  g_variant_lookup (properties, CHANNEL ".ChannelType", "&s", &type);
  g_variant_lookup (properties, CHANNEL ".TargetHandleType", "u", &target_type);
  if (g_strcmp0 (type, TEXT) != 0 || target_type != 1 ||
      !g_variant_lookup (properties, CHANNEL ".TargetID", "&s", &target) ||
      g_hash_table_contains (self->channels, path))
    return;
  conversation = linnet_account_ensure_conversation (self->account, target);
  g_hash_table_insert (self->channels, g_strdup (path), g_object_ref (conversation));
  g_free (conversation->channel);
  conversation->channel = g_strdup (path);
}

void
linnet_connection_take_channels (LinnetConnection *self, GVariant *channels)
{
  GVariantIter iter;
  GVariant *properties;
  const char *path;

  g_variant_iter_init (&iter, channels);
  while (g_variant_iter_loop (&iter, "(&o@a{sv})", &path, &properties))
    take_channel (self, path, properties);
}

void
linnet_connection_channels_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = linnet_connection_finish (self, result, "channels");
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("a(oa{sv})")))
    linnet_connection_take_channels (self, value);
}

/* A report of delivery is done with as soon as it has come: the history tells what it says. */
static void
acknowledge (LinnetConnection *self, const char *path, GVariant *header)
{
  guint32 id;

  if (g_hash_table_contains (self->handled, path) &&
      g_variant_lookup (header, "pending-message-id", "u", &id))
    linnet_connection_call_at (
        self, path, TEXT, "AcknowledgePendingMessages",
        g_variant_new ("(@au)",
                       g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &id, 1, sizeof id)),
        NULL, NULL);
}

static void
take_message (LinnetConnection *self, const char *path, GVariant *parts, gboolean outgoing)
{
  LinnetConversation *conversation = g_hash_table_lookup (self->channels, path);
  g_autoptr (GVariant) header = NULL;
  g_autoptr (LinnetMessage) message = NULL;
  guint32 type = 0;

  if (conversation == NULL || g_variant_n_children (parts) == 0)
    return;
  header = g_variant_get_child_value (parts, 0);
  g_variant_lookup (header, "message-type", "u", &type);
  if (type == DELIVERY_REPORT)
    {
      acknowledge (self, path, header);
      return;
    }
  message = outgoing ? linnet_message_new_sent (parts) : linnet_message_new_from_parts (parts);
  if (message == NULL)
    return;
  if (!outgoing)
    linnet_conversation_set_typing (conversation, linnet_conversation_get_id (conversation),
                                    LINNET_CHAT_STATE_ACTIVE);
  linnet_conversation_take_live (conversation, message);
  if (!linnet_message_get_outgoing (message) &&
      linnet_message_get_local_id (message) > conversation->arrived_id)
    {
      conversation->arrived_id = linnet_message_get_local_id (message);
      linnet_account_message_arrived (self->account, conversation, message);
    }
}

typedef struct
{
  LinnetConnection *connection;
  char *path;
} Pending;

/* What waited in a channel when it was given to us. */
static void
pending_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Pending *pending = data;
  g_autofree char *path = pending->path;
  g_autoptr (LinnetConnection) self = pending->connection;
  g_autoptr (GVariant) reply = linnet_connection_finish (self, result, "pending messages");
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("aaa{sv}")))
    return;
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) parts = g_variant_get_child_value (value, i);

      take_message (self, path, parts, FALSE);
    }
}

static void
load_pending (LinnetConnection *self, const char *path)
{
  Pending *pending = g_new0 (Pending, 1);

  pending->connection = g_object_ref (self);
  pending->path = g_strdup (path);
  g_dbus_connection_call (self->bus, self->service_name, path, "org.freedesktop.DBus.Properties",
                          "Get", g_variant_new ("(ss)", MESSAGES, "PendingMessages"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          self->cancellable, pending_loaded_cb, pending);
}

void
linnet_connection_messages_signal_cb (GDBusConnection *bus,
                                      const char *sender,
                                      const char *path,
                                      const char *interface,
                                      const char *member,
                                      GVariant *arguments,
                                      gpointer data)
{
  LinnetConnection *self = data;
  const GVariantType *type = g_variant_get_type (arguments);
  g_autoptr (GVariant) parts = NULL;

  if (self->account == NULL || !g_str_has_prefix (path, self->path))
    return;
  if (g_str_equal (member, "MessageReceived") &&
      g_variant_type_equal (type, G_VARIANT_TYPE ("(aa{sv})")))
    {
      parts = g_variant_get_child_value (arguments, 0);
      take_message (self, path, parts, FALSE);
    }
  else if (g_str_equal (member, "MessageSent") &&
           g_variant_type_equal (type, G_VARIANT_TYPE ("(aa{sv}us)")))
    {
      parts = g_variant_get_child_value (arguments, 0);
      take_message (self, path, parts, TRUE);
    }
}

void
linnet_connection_chat_state_signal_cb (GDBusConnection *bus,
                                        const char *sender,
                                        const char *path,
                                        const char *interface,
                                        const char *member,
                                        GVariant *arguments,
                                        gpointer data)
{
  LinnetConnection *self = data;
  LinnetConversation *conversation = g_hash_table_lookup (self->channels, path);
  guint32 handle, state;

  if (conversation == NULL || !g_str_equal (member, "ChatStateChanged") ||
      !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(uu)")))
    return;
  g_variant_get (arguments, "(uu)", &handle, &state);
  if (handle != self->self_handle)
    linnet_conversation_set_typing (conversation, linnet_conversation_get_id (conversation), state);
}

/**
 * linnet_connection_handle_channel:
 * @self: a connection
 * @path: the object path of a text channel
 * @properties: its immutable properties
 *
 * From now on we handle this channel, so what waits in it is ours to acknowledge.
 */
void
linnet_connection_handle_channel (LinnetConnection *self, const char *path, GVariant *properties)
{
  g_return_if_fail (LINNET_IS_CONNECTION (self));
  take_channel (self, path, properties);
  if (!g_hash_table_contains (self->channels, path))
    return;
  g_hash_table_add (self->handled, g_strdup (path));
  load_pending (self, path);
}
