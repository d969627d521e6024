/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-text-channel-methods.c: what programs ask of a text channel. Telepathy: Channel.Type.Text,
 * Channel.Interface.Messages, .ChatState */
#include "bus/cm-text-channel-private.h"

#include "bus/cm-channel-private.h"
#include "bus/cm-message-parts.h"
#include "bus/cm-lazy-skeleton.h"

/* All ids are checked before the first is taken away. */
static gboolean
acknowledge (CmTextChannel *self, GVariant *ids, GError **error)
{
  gsize n_ids;
  const guint32 *numbers = g_variant_get_fixed_array (ids, &n_ids, sizeof (guint32));

  for (gsize i = 0; i < n_ids; i++)
    if (cm_pending_find (self->pending, numbers[i]) == NULL)
      {
        g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                     "%u is not the id of a pending message", numbers[i]);
        return FALSE;
      }
  for (gsize i = 0; i < n_ids; i++)
    {
      CmPendingMessage *pending = cm_pending_find (self->pending, numbers[i]);

      if (pending != NULL && pending->report == NULL)
        self->acknowledged = MAX (self->acknowledged, im_message_get_local_id (pending->message));
      cm_pending_remove (self->pending, numbers[i]);
    }
  cm_text_channel_emit_removed (self, numbers, n_ids);
  if (self->acknowledged > 0)
    im_conversation_set_displayed (self->conversation,
                                   cm_pending_get_displayed (self->pending, self->acknowledged));
  return TRUE;
}

static gboolean
handle_acknowledge_pending_messages_cb (CmTextChannel *self,
                                        GDBusMethodInvocation *invocation,
                                        GVariant *ids)
{
  g_autoptr (GError) error = NULL;

  if (acknowledge (self, ids, &error))
    tp_channel_type_text_complete_acknowledge_pending_messages (self->text, invocation);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
  return TRUE;
}

static gboolean
handle_list_pending_messages_cb (CmTextChannel *self,
                                 GDBusMethodInvocation *invocation,
                                 gboolean clear)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint32));
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(uuuuus)"));
  for (guint i = 0; i < cm_pending_get_n (self->pending); i++)
    {
      CmPendingMessage *pending = cm_pending_get (self->pending, i);

      g_variant_builder_add_value (&builder, cm_text_channel_new_legacy (self, pending));
      g_array_append_val (ids, pending->id);
    }
  tp_channel_type_text_complete_list_pending_messages (self->text, invocation,
                                                       g_variant_builder_end (&builder));
  if (clear && ids->len > 0)
    {
      g_autoptr (GVariant) all = g_variant_ref_sink (
          g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, ids->data, ids->len, sizeof (guint32)));

      acknowledge (self, all, NULL);
    }
  return TRUE;
}

/** cm_text_channel_new_message_types: Returns: (transfer floating): what can be sent */
GVariant *
cm_text_channel_new_message_types (void)
{
  return g_variant_new_parsed ("[@u %u, %u]", (guint) IM_MESSAGE_NORMAL, (guint) IM_MESSAGE_ACTION);
}

static gboolean
handle_get_message_types_cb (CmTextChannel *self, GDBusMethodInvocation *invocation)
{
  tp_channel_type_text_complete_get_message_types (self->text, invocation,
                                                   cm_text_channel_new_message_types ());
  return TRUE;
}

typedef struct
{
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  CmTextChannel *channel; /* (owned) */
  ImMessage *message; /* (owned) */
  guint flags;
  gboolean is_legacy; /* Send () of Type.Text, which returns nothing */
} Sending;

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Sending *sending = user_data;
  CmTextChannel *self = sending->channel;
  g_autoptr (GError) error = NULL;
  g_autoptr (ImMessage) stored =
      im_conversation_send_finish (IM_CONVERSATION (source), result, &error);

  if (stored == NULL)
    g_dbus_method_invocation_return_gerror (sending->invocation, error);
  else if (sending->is_legacy)
    g_dbus_method_invocation_return_value (sending->invocation, NULL);
  else
    g_dbus_method_invocation_return_value (sending->invocation,
                                           g_variant_new ("(s)", im_message_get_token (stored)));
  if (stored != NULL)
    {
      if (sending->flags & FLAG_REPORT_DELIVERY)
        {
          gint64 local_id = im_message_get_local_id (stored);

          g_hash_table_add (self->reported, g_memdup2 (&local_id, sizeof local_id));
        }
      cm_text_channel_emit_sent (self, stored, sending->flags);
    }
  g_hash_table_remove (self->sending, sending->message);
  im_message_unref (sending->message);
  g_object_unref (self);
  g_free (sending);
}

/* Takes `message`. */
static void
send_message (CmTextChannel *self,
              GDBusMethodInvocation *invocation,
              ImMessage *message,
              guint flags,
              gboolean is_legacy)
{
  Sending *sending = g_new0 (Sending, 1);

  sending->invocation = invocation;
  sending->channel = g_object_ref (self);
  sending->message = im_message_ref (message);
  sending->flags = flags;
  sending->is_legacy = is_legacy;
  g_hash_table_add (self->sending, message);
  im_conversation_send_async (self->conversation, message, flags, NULL, sent_cb, sending);
}

static gboolean
handle_send_cb (CmTextChannel *self,
                GDBusMethodInvocation *invocation,
                guint type,
                const char *text)
{
  if (type > IM_MESSAGE_ACTION)
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                           "Messages of the type %u cannot be sent", type);
  else if (text[0] == '\0')
    g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                                   "The message has no text");
  else
    send_message (self, invocation, im_message_new_outgoing (type, text), 0, TRUE);
  return TRUE;
}

static gboolean
handle_send_message_cb (CmTextChannel *self,
                        GDBusMethodInvocation *invocation,
                        GVariant *parts,
                        guint flags)
{
  g_autoptr (GError) error = NULL;
  ImMessage *message = cm_message_from_parts (parts, &error);

  if (message == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    send_message (self, invocation, message, flags, FALSE);
  return TRUE;
}

/* Every part comes with its message: nothing is left to be fetched. */
static gboolean
handle_get_pending_message_content_cb (CmTextChannel *self,
                                       GDBusMethodInvocation *invocation,
                                       guint id,
                                       GVariant *numbers)
{
  CmPendingMessage *pending = cm_pending_find (self->pending, id);
  gsize n_numbers;
  const guint32 *wanted = g_variant_get_fixed_array (numbers, &n_numbers, sizeof (guint32));
  GVariantBuilder builder;

  if (pending == NULL)
    {
      g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                             "%u is not the id of a pending message", id);
      return TRUE;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{uv}"));
  for (gsize i = 0; i < n_numbers; i++)
    {
      if (wanted[i] != 1 || pending->report != NULL)
        {
          g_variant_builder_clear (&builder);
          g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                                 "The message has no further part %u", wanted[i]);
          return TRUE;
        }
      if (i == 0)
        g_variant_builder_add (&builder, "{uv}", wanted[i],
                               g_variant_new_string (im_message_get_body (pending->message)));
    }
  tp_channel_interface_messages_complete_get_pending_message_content (
      self->messages, invocation, g_variant_builder_end (&builder));
  return TRUE;
}

static gboolean
handle_set_chat_state_cb (CmTextChannel *self, GDBusMethodInvocation *invocation, guint state)
{
  if (state == IM_CHAT_STATE_GONE || state > IM_CHAT_STATE_COMPOSING)
    {
      g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                             state == IM_CHAT_STATE_GONE
                                                 ? "“Gone” is told by closing the channel"
                                                 : "There is no chat state %u",
                                             state);
      return TRUE;
    }
  im_conversation_set_chat_state (self->conversation, state);
  tp_channel_interface_chat_state_complete_set_chat_state (self->chat_state, invocation);
  return TRUE;
}

static void
add_text_interface (CmTextChannel *self)
{
  self->text = tp_channel_type_text_skeleton_new ();
  g_signal_connect_object (self->text, "handle-acknowledge-pending-messages",
                           G_CALLBACK (handle_acknowledge_pending_messages_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->text, "handle-list-pending-messages",
                           G_CALLBACK (handle_list_pending_messages_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->text, "handle-get-message-types",
                           G_CALLBACK (handle_get_message_types_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->text, "handle-send", G_CALLBACK (handle_send_cb), self,
                           G_CONNECT_SWAPPED);
  cm_channel_add_interface (CM_CHANNEL (self), G_DBUS_INTERFACE_SKELETON (self->text), NULL);
}

static void
add_messages_interface (CmTextChannel *self)
{
  self->messages =
      cm_lazy_skeleton_new (TP_TYPE_CHANNEL_INTERFACE_MESSAGES_SKELETON, "pending-messages",
                            cm_text_channel_new_pending, self);
  tp_channel_interface_messages_set_supported_content_types (self->messages,
                                                             cm_text_channel_content_types);
  tp_channel_interface_messages_set_message_types (self->messages,
                                                   cm_text_channel_new_message_types ());
  tp_channel_interface_messages_set_message_part_support_flags (self->messages, 0);
  tp_channel_interface_messages_set_delivery_reporting_support (self->messages,
                                                                SUPPORT_RECEIVE_FAILURES);
  g_signal_connect_object (self->messages, "handle-send-message",
                           G_CALLBACK (handle_send_message_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->messages, "handle-get-pending-message-content",
                           G_CALLBACK (handle_get_pending_message_content_cb), self,
                           G_CONNECT_SWAPPED);
  cm_channel_add_interface (CM_CHANNEL (self), G_DBUS_INTERFACE_SKELETON (self->messages),
                            INTERFACE_MESSAGES);
}

static void
add_chat_state_interface (CmTextChannel *self)
{
  self->chat_state = tp_channel_interface_chat_state_skeleton_new ();
  g_signal_connect_object (self->chat_state, "handle-set-chat-state",
                           G_CALLBACK (handle_set_chat_state_cb), self, G_CONNECT_SWAPPED);
  cm_channel_add_interface (CM_CHANNEL (self), G_DBUS_INTERFACE_SKELETON (self->chat_state),
                            INTERFACE_CHAT_STATE);
}

/** cm_text_channel_add_interfaces: what can be asked of the channel */
void
cm_text_channel_add_interfaces (CmTextChannel *self)
{
  add_text_interface (self);
  add_messages_interface (self);
  add_chat_state_interface (self);
}
