/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-conversation-send.c: what goes out of a conversation, and what becomes of it
 *
 * A message is stored as waiting before anything else. It stays so on the disk until a server has
 * it: whoever is killed in between sends it again, with the same id. */

#include "im/im-conversation-parts.h"

#include <string.h>
#include <sys/random.h>

#define MAX_BODY_BYTES 65536
/* As XML. Servers take 256 KiB in a stanza, and end the stream over more. */
#define MAX_WIRE_BYTES (192 * 1024)
#define TOKEN_BYTES 15
/* What there is beside the text, at the least. */
#define MIN_STANZA_BYTES 64

/* URL-safe, 120 random bits: receivers know a message that comes twice by it. */
static char *
make_token (void)
{
  guchar bytes[TOKEN_BYTES];
  char *text;

  while (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    g_debug ("no random bytes yet");
  text = g_base64_encode (bytes, sizeof bytes);
  return g_strdelimit (g_strdelimit (text, "+", '-'), "/", '_');
}

static void
sent_cb (gpointer user_data, const GError *error)
{
  g_autoptr (GTask) task = user_data;
  ImConversation *self = g_task_get_source_object (task);
  ImMessage *message = g_task_get_task_data (task);
  guint flags = GPOINTER_TO_UINT (g_task_get_source_tag (task));

  if (error)
    {
      g_task_return_error (task, g_error_copy (error));
      return;
    }
  if (!self->owner)
    {
      g_task_return_error (task, im_conversation_new_gone_error ());
      return;
    }
  im_outbox_add (self->owner->outbox, message);
  im_conversation_set_last (self, message);
  g_signal_emit (self, im_conversation_signals[IM_CONVERSATION_MESSAGE_SENT], 0, message, flags);
  im_conversation_note_changed (self);
  g_task_return_pointer (task, im_message_ref (message), (GDestroyNotify) im_message_unref);
}

static size_t
get_wire_bytes (const char *body)
{
  size_t n_bytes = 0;

  for (const char *at = body; *at != '\0'; at++)
    n_bytes += strchr ("&<>\r", *at) ? strlen ("&amp;") : 1;
  return n_bytes;
}

/* `max_bytes`: of a stanza that the server takes; 0: not known */
static gboolean
check_body (const ImMessage *message, guint32 max_bytes, GError **error)
{
  const char *body = im_message_get_body (message);

  if (*body == '\0')
    g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The message has no text");
  else if (strlen (body) > MAX_BODY_BYTES)
    g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The message is longer than %d bytes",
                 MAX_BODY_BYTES);
  else if (get_wire_bytes (body) > MAX_WIRE_BYTES)
    g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                         "The message has more of &, < and > than a server takes at once");
  else if (max_bytes > 0 && get_wire_bytes (body) + MIN_STANZA_BYTES > max_bytes)
    g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                 "The message is too long: the server takes no more than %u bytes at once",
                 max_bytes);
  else if (!g_utf8_validate (body, -1, NULL))
    g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The message is not UTF-8");
  else
    return TRUE;
  return FALSE;
}

/**
 * im_conversation_send_async:
 * @message: (transfer full): of im_message_new_outgoing ()
 * @flags: Telepathy's Message_Sending_Flags, for "message-sent"
 *
 * Stores a message of ours, then sends it, or keeps it until there is a connection. It has its
 * token at once; it is safe when this finishes. Errors: IM_ERROR_INVALID_ARGUMENT, STORE_ERROR.
 */
void
im_conversation_send_async (ImConversation *self,
                            ImMessage *message,
                            guint32 flags,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  StoreMessage *row = im_message_get_row (message);
  g_autofree char *token = NULL;
  GError *error = NULL;

  /* Once it is stored it is sent: there is no taking back. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_source_tag (task, GUINT_TO_POINTER (flags));
  g_task_set_task_data (task, message, (GDestroyNotify) im_message_unref);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!self->owner)
    error = im_conversation_new_gone_error ();
  if (error || !check_body (message, im_outbox_get_max_bytes (self->owner->outbox), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  token = make_token ();
  im_message_set_token (message, token);
  im_message_set_parties (message, self->owner->own, self->peer);
  im_message_set_state (message, IM_MESSAGE_STATE_WAITING, NULL, NULL);
  im_message_seal (message);
  row->account = self->owner->account_id;
  row->conversation = self->record->id;
  row->received_us = row->sent_us = g_get_real_time ();
  row->order_us = im_conversation_take_place (self, row->received_us);
  store_message_insert (self->owner->store, row, 0, sent_cb, g_steal_pointer (&task));
}

/**
 * im_conversation_send_finish:
 *
 * Returns: (transfer full): the stored message; NULL with an error.
 */
ImMessage *
im_conversation_send_finish (ImConversation *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * im_conversation_set_chat_state:
 *
 * Says what we are doing in this conversation; the module of XEP-0085 tells the peer, if the peer
 * wants to know.
 */
void
im_conversation_set_chat_state (ImConversation *self, ImChatState state)
{
  g_autoptr (ImMessage) message = NULL;

  if (state == self->own_state || !self->owner)
    return;
  self->own_state = state;
  message = im_message_new_outgoing (IM_MESSAGE_NORMAL, NULL);
  im_message_set_is_silent (message, TRUE);
  im_message_set_parties (message, self->owner->own, self->peer);
  im_outbox_send_silent (self->owner->outbox, message);
  if (!xmpp_jid_equal_bare (self->owner->own, self->peer))
    g_signal_emit (self, im_conversation_signals[IM_CONVERSATION_CHAT_STATE_CHANGED], 0,
                   self->owner->own, (guint) state);
}

/**
 * im_conversation_get_own_chat_state:
 *
 * Returns: what we are doing.
 */
ImChatState
im_conversation_get_own_chat_state (ImConversation *self)
{
  return self->own_state;
}

/**
 * im_conversation_get_chat_state:
 *
 * Returns: what the peer is doing, as far as he says.
 */
ImChatState
im_conversation_get_chat_state (ImConversation *self)
{
  return self->peer_state;
}

/**
 * im_conversation_receive_chat_state:
 * @who: full address
 *
 * The peer is doing something else now. Spec: XEP-0085 §5
 */
void
im_conversation_receive_chat_state (ImConversation *self, XmppJid *who, ImChatState state)
{
  if (state == self->peer_state)
    return;
  self->peer_state = state;
  g_signal_emit (self, im_conversation_signals[IM_CONVERSATION_CHAT_STATE_CHANGED], 0, who,
                 (guint) state);
}

/**
 * im_conversation_forget_chat_state:
 *
 * The connection is gone: nobody is known to type.
 */
void
im_conversation_forget_chat_state (ImConversation *self)
{
  self->own_state = IM_CHAT_STATE_INACTIVE;
  im_conversation_receive_chat_state (self, self->peer, IM_CHAT_STATE_INACTIVE);
}

static void
advanced_cb (gpointer user_data, GPtrArray *rows, gboolean is_complete, const GError *error)
{
  g_autoptr (ImConversation) self = user_data;
  g_autoptr (GPtrArray) owned G_GNUC_UNUSED = rows;
  g_autoptr (ImMessage) message = NULL;
  ImMessage *on_its_way;

  if (error)
    g_message ("What became of a message was not stored: %s", error->message);
  if (!rows || rows->len == 0 || !self->owner)
    return;
  message =
      im_message_new_from_store (g_ptr_array_steal_index (rows, 0), self->peer, self->owner->own);
  on_its_way = im_outbox_find (self->owner->outbox, im_message_get_local_id (message));
  if (on_its_way)
    im_message_set_state (on_its_way, im_message_get_state (message),
                          im_message_get_error_name (message), im_message_get_error_text (message));
  im_conversation_tell_message_changed (self, message);
}

/**
 * im_conversation_advance_message:
 * @token: of a message of ours
 *
 * Our message was received, or read. Never goes back; an unknown token changes nothing.
 */
void
im_conversation_advance_message (ImConversation *self, const char *token, ImMessageState state)
{
  g_return_if_fail (state != IM_MESSAGE_STATE_FAILED);

  if (self->owner)
    store_message_advance (self->owner->store, self->record->id, token, state, NULL, NULL,
                           advanced_cb, g_object_ref (self));
}

/**
 * im_conversation_fail_message:
 * @token: of a message of ours
 * @error: IM_ERROR
 *
 * Our message came back. One that was received stays received.
 */
void
im_conversation_fail_message (ImConversation *self, const char *token, const GError *error)
{
  if (self->owner)
    store_message_advance (self->owner->store, self->record->id, token, IM_MESSAGE_STATE_FAILED,
                           im_error_get_dbus_name (error), error->message, advanced_cb,
                           g_object_ref (self));
}

/* What is tried again: the message, and where. */
typedef struct
{
  ImConversation *conversation; /* (owned) */
  ImMessage *message; /* (owned) */
} Retry;

static void
retried_cb (gpointer user_data, const GError *error)
{
  g_autofree Retry *retry = user_data;
  g_autoptr (ImConversation) self = retry->conversation;
  g_autoptr (ImMessage) message = retry->message;

  if (error || !self->owner)
    {
      g_message ("A message is not tried again: %s",
                 error ? error->message : "its conversation is gone");
      return;
    }
  im_message_set_state (message, IM_MESSAGE_STATE_WAITING, NULL, NULL);
  im_outbox_add (self->owner->outbox, message);
  im_conversation_tell_message_changed (self, message);
}

/**
 * im_conversation_retry:
 * @message: of this conversation, and failed
 *
 * Sends a message again that failed, with the same id.
 *
 * Returns: FALSE with IM_ERROR_NOT_AVAILABLE when it has not failed.
 */
gboolean
im_conversation_retry (ImConversation *self, ImMessage *message, GError **error)
{
  gint64 local_id = im_message_get_local_id (message);
  Retry *retry;

  if (!self->owner || local_id == 0 || im_message_get_state (message) != IM_MESSAGE_STATE_FAILED)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                           "Only a message that failed can be tried again");
      return FALSE;
    }
  retry = g_new (Retry, 1);
  retry->conversation = g_object_ref (self);
  retry->message = im_message_ref (message);
  store_messages_set_state (self->owner->store, &local_id, 1, STORE_STATE_WAITING, retried_cb,
                            retry);
  return TRUE;
}
