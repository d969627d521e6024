/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-text-channel.c: a text channel with a contact. Telepathy: Channel.Type.Text,
 * Channel.Interface.Messages, .ChatState
 *
 * What is pending here is unread in the store: acknowledged means displayed. One message in is one
 * signal out; the deprecated ones that double it are sent where the connection wants them. */
#include "bus/cm-text-channel-private.h"

#include "bus/cm-channel-private.h"
#include "bus/cm-connection-private.h"
#include "bus/cm-message-parts.h"

G_DEFINE_FINAL_TYPE (CmTextChannel, cm_text_channel, CM_TYPE_CHANNEL)

static CmHandles *
get_handles (CmTextChannel *self)
{
  return cm_connection_get_handles (cm_channel_get_connection (CM_CHANNEL (self)));
}

static gboolean
wants_legacy_signals (CmTextChannel *self)
{
  return cm_connection_wants_legacy_signals (cm_channel_get_connection (CM_CHANNEL (self)));
}

static gboolean
is_announced (CmTextChannel *self)
{
  return cm_channel_get_properties (CM_CHANNEL (self)) != NULL &&
         !cm_channel_has_ended (CM_CHANNEL (self));
}

static GVariant *
new_parts (CmTextChannel *self, CmPendingMessage *pending)
{
  if (pending->report != NULL)
    return g_variant_ref (pending->report);
  return g_variant_ref_sink (cm_message_to_channel_parts (
      pending->message, get_handles (self), self->contact, pending->id, pending->is_rescued));
}

/* PendingMessages, made when it is read. */
GVariant *
cm_text_channel_new_pending (gpointer user_data)
{
  CmTextChannel *self = user_data;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aaa{sv}"));
  for (guint i = 0; i < cm_pending_get_n (self->pending); i++)
    {
      g_autoptr (GVariant) parts = new_parts (self, cm_pending_get (self->pending, i));

      g_variant_builder_add_value (&builder, parts);
    }
  return g_variant_builder_end (&builder);
}

/* The deprecated form of a pending message: id, time, sender, type, flags, text. */
GVariant *
cm_text_channel_new_legacy (CmTextChannel *self, CmPendingMessage *pending)
{
  gboolean is_report = pending->report != NULL;
  guint flags = (is_report ? 2 : 0) | (pending->is_rescued ? 8 : 0);
  gint64 time_us = im_message_get_sent_us (pending->message);

  if (time_us == 0)
    time_us = im_message_get_received_us (pending->message);
  return g_variant_new ("(uuuuus)", pending->id, (guint) (time_us / G_USEC_PER_SEC),
                        cm_handles_ensure (get_handles (self), self->contact),
                        is_report ? IM_MESSAGE_DELIVERY_REPORT
                                  : (guint) im_message_get_kind (pending->message),
                        flags, is_report ? "" : im_message_get_body (pending->message));
}

/* As the skeleton would, without a signal of GObject's for each of the bus: messages are many. */
static void
emit (CmTextChannel *self, const char *member, GVariant *arguments)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (self->messages);
  GDBusConnection *bus = g_dbus_interface_skeleton_get_connection (skeleton);
  g_autoptr (GError) error = NULL;

  if (bus == NULL)
    g_variant_unref (g_variant_ref_sink (arguments));
  else if (!g_dbus_connection_emit_signal (bus, NULL,
                                           g_dbus_interface_skeleton_get_object_path (skeleton),
                                           INTERFACE_MESSAGES, member, arguments, &error))
    g_debug ("A message cannot be told: %s", error->message);
}

static void
emit_received (CmTextChannel *self, CmPendingMessage *pending)
{
  g_autoptr (GVariant) parts = NULL;
  g_autoptr (GVariant) legacy = NULL;

  if (!is_announced (self))
    return;
  parts = new_parts (self, pending);
  emit (self, "MessageReceived", g_variant_new_tuple (&parts, 1));
  if (!wants_legacy_signals (self))
    return;
  legacy = g_variant_ref_sink (cm_text_channel_new_legacy (self, pending));
  {
    guint id, timestamp, sender, type, flags;
    const char *text;

    g_variant_get (legacy, "(uuuuu&s)", &id, &timestamp, &sender, &type, &flags, &text);
    tp_channel_type_text_emit_received (self->text, id, timestamp, sender, type, flags, text);
  }
}

static void
message_received_cb (CmTextChannel *self,
                     ImMessage *message,
                     gboolean is_fresh,
                     ImConversation *conversation)
{
  CmPendingMessage *pending;

  if (!is_fresh)
    return;
  pending = cm_pending_add (self->pending, message);
  if (pending != NULL)
    emit_received (self, pending);
}

void
cm_text_channel_emit_sent (CmTextChannel *self, ImMessage *message, guint flags)
{
  g_autoptr (GVariant) parts = NULL;

  if (!is_announced (self))
    return;
  parts = g_variant_ref_sink (cm_message_to_channel_parts (
      message, get_handles (self), cm_handles_get (get_handles (self), CM_SELF_HANDLE, NULL), 0,
      FALSE));
  emit (self, "MessageSent",
        g_variant_new ("(@aa{sv}us)", parts, flags & FLAG_REPORT_DELIVERY,
                       im_message_get_token (message)));
  if (wants_legacy_signals (self))
    tp_channel_type_text_emit_sent (self->text,
                                    (guint) (im_message_get_sent_us (message) / G_USEC_PER_SEC),
                                    im_message_get_kind (message), im_message_get_body (message));
}

/* What was sent through this channel is told when its method has returned. */
static void
message_sent_cb (CmTextChannel *self, ImMessage *message, guint flags, ImConversation *conversation)
{
  if (!g_hash_table_contains (self->sending, message))
    cm_text_channel_emit_sent (self, message, flags);
}

static void
emit_report (CmTextChannel *self, ImMessage *message)
{
  guint id = cm_pending_next_id (self->pending);
  GVariant *report = cm_message_to_report (message, get_handles (self), self->contact, id);

  if (report == NULL)
    return;
  emit_received (self, cm_pending_add_report (self->pending, id, message, report));
  if (im_message_get_state (message) == IM_MESSAGE_STATE_FAILED && wants_legacy_signals (self) &&
      is_announced (self))
    tp_channel_type_text_emit_send_error (
        self->text, 0, (guint) (im_message_get_sent_us (message) / G_USEC_PER_SEC),
        im_message_get_kind (message), im_message_get_body (message));
}

static void
message_changed_cb (CmTextChannel *self, ImMessage *message, ImConversation *conversation)
{
  gint64 local_id = im_message_get_local_id (message);

  if (!im_message_is_outgoing (message))
    return;
  switch (im_message_get_state (message))
    {
    case IM_MESSAGE_STATE_SENT:
      /* That the server has it is told to those who asked. */
      if (g_hash_table_remove (self->reported, &local_id))
        emit_report (self, message);
      break;
    case IM_MESSAGE_STATE_RECEIVED:
    case IM_MESSAGE_STATE_READ:
    case IM_MESSAGE_STATE_FAILED:
      g_hash_table_remove (self->reported, &local_id);
      emit_report (self, message);
      break;
    case IM_MESSAGE_STATE_NONE:
    case IM_MESSAGE_STATE_WAITING:
    case IM_MESSAGE_STATE_SENDING:
    default:
      break;
    }
}

void
cm_text_channel_emit_removed (CmTextChannel *self, const guint *ids, guint n_ids)
{
  if (n_ids > 0 && is_announced (self))
    tp_channel_interface_messages_emit_pending_messages_removed (
        self->messages, g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, ids, n_ids, sizeof *ids));
}

static void
displayed_cb (CmTextChannel *self, gint64 local_id, ImConversation *conversation)
{
  g_autoptr (GArray) ids = cm_pending_remove_displayed (self->pending, local_id);

  cm_text_channel_emit_removed (self, (const guint *) ids->data, ids->len);
}

/* Who is not in it is inactive. */
static void
set_chat_states (CmTextChannel *self)
{
  ImChatState theirs = im_conversation_get_chat_state (self->conversation);
  ImChatState own = im_conversation_get_own_chat_state (self->conversation);
  guint handle = cm_handles_ensure (get_handles (self), self->contact);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{uu}"));
  if (theirs != IM_CHAT_STATE_INACTIVE)
    g_variant_builder_add (&builder, "{uu}", handle, (guint) theirs);
  if (own != IM_CHAT_STATE_INACTIVE && handle != CM_SELF_HANDLE)
    g_variant_builder_add (&builder, "{uu}", CM_SELF_HANDLE, (guint) own);
  tp_channel_interface_chat_state_set_chat_states (self->chat_state,
                                                   g_variant_builder_end (&builder));
}

static void
chat_state_changed_cb (CmTextChannel *self, XmppJid *who, guint state, ImConversation *conversation)
{
  ImAccount *account = im_conversation_get_account (conversation);
  gboolean is_own = xmpp_jid_equal_bare (who, im_account_get_jid (account)) &&
                    im_account_get_self_contact (account) != self->contact;

  set_chat_states (self);
  if (is_announced (self))
    tp_channel_interface_chat_state_emit_chat_state_changed (
        self->chat_state,
        is_own ? CM_SELF_HANDLE : cm_handles_ensure (get_handles (self), self->contact), state);
}

static void
cm_text_channel_close (CmChannel *channel)
{
  CmTextChannel *self = CM_TEXT_CHANNEL (channel);

  if (cm_pending_get_n (self->pending) == 0)
    {
      im_conversation_set_chat_state (self->conversation, IM_CHAT_STATE_GONE);
      cm_channel_end (channel);
      return;
    }
  cm_pending_rescue (self->pending);
  cm_requests_respawn (cm_connection_get_requests (cm_channel_get_connection (channel)), channel);
}

/* Destroyed: what is pending is given up, by somebody who says so. */
static void
cm_text_channel_destroy (CmChannel *channel)
{
  CmTextChannel *self = CM_TEXT_CHANNEL (channel);
  ImMessage *last = im_conversation_get_last_message (self->conversation);

  im_conversation_set_chat_state (self->conversation, IM_CHAT_STATE_GONE);
  if (cm_pending_get_n (self->pending) > 0 && last != NULL)
    im_conversation_set_displayed (self->conversation, im_message_get_local_id (last));
}

const char *const cm_text_channel_content_types[] = { "text/plain", NULL };

static void
cm_text_channel_add_immutable (CmChannel *channel, GVariantBuilder *properties)
{
  g_variant_builder_add (properties, "{sv}", INTERFACE_MESSAGES ".SupportedContentTypes",
                         g_variant_new_strv (cm_text_channel_content_types, -1));
  g_variant_builder_add (properties, "{sv}", INTERFACE_MESSAGES ".MessageTypes",
                         cm_text_channel_new_message_types ());
  g_variant_builder_add (properties, "{sv}", INTERFACE_MESSAGES ".MessagePartSupportFlags",
                         g_variant_new_uint32 (0));
  g_variant_builder_add (properties, "{sv}", INTERFACE_MESSAGES ".DeliveryReportingSupport",
                         g_variant_new_uint32 (SUPPORT_RECEIVE_FAILURES));
}

static void
cm_text_channel_dispose (GObject *object)
{
  CmTextChannel *self = CM_TEXT_CHANNEL (object);

  g_clear_object (&self->conversation);
  G_OBJECT_CLASS (cm_text_channel_parent_class)->dispose (object);
}

static void
cm_text_channel_finalize (GObject *object)
{
  CmTextChannel *self = CM_TEXT_CHANNEL (object);

  g_clear_pointer (&self->pending, cm_pending_free);
  g_clear_pointer (&self->sending, g_hash_table_unref);
  g_clear_pointer (&self->reported, g_hash_table_unref);
  G_OBJECT_CLASS (cm_text_channel_parent_class)->finalize (object);
}

static void
cm_text_channel_class_init (CmTextChannelClass *klass)
{
  CM_CHANNEL_CLASS (klass)->close = cm_text_channel_close;
  CM_CHANNEL_CLASS (klass)->destroy = cm_text_channel_destroy;
  CM_CHANNEL_CLASS (klass)->add_immutable = cm_text_channel_add_immutable;
  G_OBJECT_CLASS (klass)->dispose = cm_text_channel_dispose;
  G_OBJECT_CLASS (klass)->finalize = cm_text_channel_finalize;
}

static void
cm_text_channel_init (CmTextChannel *self)
{
  self->pending = cm_pending_new ();
  self->sending = g_hash_table_new (NULL, NULL);
  self->reported = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/**
 * cm_text_channel_new:
 * @connection: the connection
 * @bus: where it will be exported
 * @object_path: its path
 * @contact: with whom
 * @is_requested: whether a program asked for it
 *
 * Returns: (transfer full): not exported; watches the conversation from now on
 * Spec: Telepathy Channel.Type.Text
 */
CmTextChannel *
cm_text_channel_new (CmConnection *connection,
                     GDBusConnection *bus,
                     const char *object_path,
                     ImContact *contact,
                     gboolean is_requested)
{
  CmTextChannel *self = g_object_new (CM_TYPE_TEXT_CHANNEL, NULL);
  ImAccount *account = cm_connection_get_account (connection);

  cm_channel_setup (CM_CHANNEL (self), connection, bus, object_path, CM_CHANNEL_TYPE_TEXT, contact,
                    is_requested);
  self->contact = contact;
  self->conversation =
      g_object_ref (im_account_ensure_conversation (account, im_contact_get_jid (contact)));
  cm_text_channel_add_interfaces (self);
  set_chat_states (self);

  g_signal_connect_object (self->conversation, "message-received", G_CALLBACK (message_received_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conversation, "message-sent", G_CALLBACK (message_sent_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conversation, "message-changed", G_CALLBACK (message_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conversation, "messages-displayed", G_CALLBACK (displayed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conversation, "chat-state-changed",
                           G_CALLBACK (chat_state_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

static void
unread_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CmTextChannel *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages =
      im_conversation_load_unread_finish (IM_CONVERSATION (source), result, &error);

  if (messages == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  for (guint i = 0; i < messages->len; i++)
    cm_pending_add (self->pending, g_ptr_array_index (messages, i));
  g_task_return_boolean (task, TRUE);
}

void
cm_text_channel_prepare_async (CmTextChannel *self,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  im_conversation_load_unread_async (self->conversation, unread_loaded_cb, task);
}

gboolean
cm_text_channel_prepare_finish (CmTextChannel *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
cm_text_channel_add_report (CmTextChannel *self, ImMessage *message)
{
  emit_report (self, message);
}

guint
cm_text_channel_get_n_pending (CmTextChannel *self)
{
  return cm_pending_get_n (self->pending);
}
