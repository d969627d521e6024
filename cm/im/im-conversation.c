/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-conversation.c: what was said with somebody, whether or not a channel is open: its settings
 * and what comes in
 *
 * Store, then signal: nobody hears of a message before it is on the disk. */

#include "im/im-conversation-parts.h"

#include <string.h>

/* Of the text of a newest message, for lists. */
#define HEAD_BYTES 4096

guint im_conversation_signals[IM_CONVERSATION_N_SIGNALS];

G_DEFINE_FINAL_TYPE (ImConversation, im_conversation, G_TYPE_OBJECT)

/* A message on its way to the disk. */
typedef struct
{
  ImConversation *conversation; /* (owned) */
  ImMessage *message; /* (owned) */
  gboolean is_fresh;
} Delivery;

static void
delivered_cb (gpointer user_data, const GError *error)
{
  g_autofree Delivery *delivery = user_data;
  g_autoptr (ImConversation) self = delivery->conversation;
  g_autoptr (ImMessage) message = delivery->message;

  if (error)
    {
      g_message ("A message was not stored: %s", error->message);
      return;
    }
  if (im_message_get_local_id (message) == 0)
    {
      g_debug ("a message came twice");
      return;
    }
  if (!self->owner)
    return;
  im_conversation_set_last (self, message);
  if (im_message_is_outgoing (message))
    {
      g_signal_emit (self, im_conversation_signals[IM_CONVERSATION_MESSAGE_SENT], 0, message, 0);
      im_conversation_note_changed (self);
      return;
    }
  self->record->unread++;
  if (self->record->is_archived && self->record->notify != 3)
    im_conversation_set_archived (self, FALSE);
  g_signal_emit (self, im_conversation_signals[IM_CONVERSATION_MESSAGE_RECEIVED], 0, message,
                 delivery->is_fresh);
  if (delivery->is_fresh && self->owner)
    self->owner->handler->fresh (self, message, self->owner->user_data);
  im_conversation_note_changed (self);
}

static void
im_conversation_finalize (GObject *object)
{
  ImConversation *self = IM_CONVERSATION (object);

  g_clear_pointer (&self->last, im_message_unref);
  g_clear_pointer (&self->record, store_conversation_free);
  g_clear_pointer (&self->peer, xmpp_jid_unref);
  G_OBJECT_CLASS (im_conversation_parent_class)->finalize (object);
}

static void
im_conversation_class_init (ImConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  GType message = IM_TYPE_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE;

  object_class->finalize = im_conversation_finalize;
  im_conversation_signals[IM_CONVERSATION_MESSAGE_RECEIVED] =
      g_signal_new ("message-received", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    2, message, G_TYPE_BOOLEAN);
  im_conversation_signals[IM_CONVERSATION_MESSAGE_SENT] =
      g_signal_new ("message-sent", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                    message, G_TYPE_UINT);
  im_conversation_signals[IM_CONVERSATION_MESSAGE_CHANGED] = g_signal_new (
      "message-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, message);
  im_conversation_signals[IM_CONVERSATION_MESSAGES_DISPLAYED] =
      g_signal_new ("messages-displayed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    1, G_TYPE_INT64);
  im_conversation_signals[IM_CONVERSATION_CHAT_STATE_CHANGED] =
      g_signal_new ("chat-state-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    2, XMPP_TYPE_JID, G_TYPE_UINT);
  im_conversation_signals[IM_CONVERSATION_CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
im_conversation_init (ImConversation *self)
{
  self->peer_state = self->own_state = IM_CHAT_STATE_INACTIVE;
}

/* What somebody writes may be as long as a stanza, and there may be thousands of conversations, all
 * of them in one answer: what is kept of the newest is what a list shows. All is in the store. */
static ImMessage *
new_head (ImConversation *self, ImMessage *message)
{
  StoreMessage *row = store_message_dup_head (im_message_get_row (message), HEAD_BYTES);
  ImMessage *head = im_message_new_from_store (row, self->peer, self->owner->own);

  im_message_set_header (head, IM_HEADER_TRUNCATED, g_variant_new_boolean (TRUE));
  im_message_set_is_unread (head, im_message_is_unread (message));
  return head;
}

/* A message of ours is whole, and the same as on its way: its state changes. */
static ImMessage *
ref_last (ImConversation *self, ImMessage *message)
{
  gboolean is_long = strlen (im_message_get_body (message)) > HEAD_BYTES;

  return is_long && !im_message_is_outgoing (message) ? new_head (self, message)
                                                      : im_message_ref (message);
}

/**
 * im_conversation_new:
 * @owner: outlives it, or orphans it
 * @record: (transfer full): as loaded, or new
 *
 * Returns: (transfer full): a conversation.
 */
ImConversation *
im_conversation_new (ImConversations *owner, XmppJid *peer, StoreConversation *record)
{
  ImConversation *self = g_object_new (IM_TYPE_CONVERSATION, NULL);

  self->owner = owner;
  self->peer = xmpp_jid_ref (peer);
  self->record = record;
  if (record->last)
    {
      gboolean is_unread = record->last_order > record->displayed_order;

      g_autoptr (ImMessage) last =
          im_message_new_from_store (g_steal_pointer (&record->last), peer, owner->own);

      im_message_set_is_unread (last, is_unread);
      self->last = ref_last (self, last);
    }
  return self;
}

/**
 * im_conversation_orphan:
 *
 * It was forgotten, or its account is gone: who still holds it finds it empty and deaf.
 */
void
im_conversation_orphan (ImConversation *self)
{
  self->owner = NULL;
}

/**
 * im_conversation_new_gone_error:
 *
 * Returns: (transfer full): IM_ERROR_CANCELLED.
 */
GError *
im_conversation_new_gone_error (void)
{
  return g_error_new_literal (IM_ERROR, IM_ERROR_CANCELLED, "The conversation was removed");
}

/**
 * im_conversation_save:
 *
 * Has the settings written. Each change goes to the store at once, which gathers them: whoever is
 * stopped loses none.
 */
void
im_conversation_save (ImConversation *self)
{
  if (self->owner)
    store_conversation_save (self->owner->store, self->record, NULL, NULL);
}

/**
 * im_conversation_note_changed:
 *
 * Something that Conversations1 shows is new.
 */
void
im_conversation_note_changed (ImConversation *self)
{
  g_signal_emit (self, im_conversation_signals[IM_CONVERSATION_CHANGED], 0);
  if (self->owner)
    im_conversations_note_changed (self->owner, self);
}

/**
 * im_conversation_take_place:
 * @now_us: UTC
 *
 * Returns: the place of a message that comes now: after all others, even when the clock was set
 * back.
 */
gint64
im_conversation_take_place (ImConversation *self, gint64 now_us)
{
  self->record->last_order = MAX (now_us, self->record->last_order + 1);
  return self->record->last_order;
}

/**
 * im_conversation_set_last:
 * @message: stored
 *
 * Makes it the newest, if it is.
 */
void
im_conversation_set_last (ImConversation *self, ImMessage *message)
{
  ImMessage *old = self->last;

  if (old && im_message_get_row (old)->order_us > im_message_get_row (message)->order_us)
    return;
  self->last = ref_last (self, message);
  g_clear_pointer (&old, im_message_unref);
}

/**
 * im_conversation_tell_message_changed:
 * @message: as it is now; stored
 *
 * Tells that a message is not what it was.
 */
void
im_conversation_tell_message_changed (ImConversation *self, ImMessage *message)
{
  if (self->last && im_message_get_local_id (self->last) == im_message_get_local_id (message))
    {
      if (self->last != message)
        im_message_set_state (self->last, im_message_get_state (message),
                              im_message_get_error_name (message),
                              im_message_get_error_text (message));
      im_conversation_note_changed (self);
    }
  g_signal_emit (self, im_conversation_signals[IM_CONVERSATION_MESSAGE_CHANGED], 0, message);
  if (self->owner && im_message_is_outgoing (message) &&
      im_message_get_state (message) == IM_MESSAGE_STATE_FAILED)
    self->owner->handler->fresh (self, message, self->owner->user_data);
}

/**
 * im_conversation_deliver:
 * @message: (transfer full): at the end of the pipeline
 * @is_fresh: a person should see it now
 *
 * Stores a message, then signals it. What is silent or has no body is dropped; what is stored
 * already is not stored again.
 */
void
im_conversation_deliver (ImConversation *self, ImMessage *message, gboolean is_fresh)
{
  StoreMessageFlags flags = STORE_MESSAGE_KEEP | STORE_MESSAGE_DEDUP;
  StoreMessage *row = im_message_get_row (message);
  Delivery *delivery;

  if (!self->owner || im_message_is_silent (message) || *im_message_get_body (message) == '\0')
    {
      im_message_unref (message);
      return;
    }
  im_message_seal (message);
  if (row->received_us == 0)
    row->received_us = g_get_real_time ();
  row->account = self->owner->account_id;
  row->conversation = self->record->id;
  row->order_us = im_conversation_take_place (self, row->received_us);
  if (xmpp_jid_equal (self->peer, self->owner->own))
    flags |= STORE_MESSAGE_BOTH_SIDES;
  delivery = g_new (Delivery, 1);
  delivery->conversation = g_object_ref (self);
  delivery->message = message;
  delivery->is_fresh = is_fresh;
  store_message_insert (self->owner->store, row, flags, delivered_cb, delivery);
}

/**
 * im_conversation_get_account:
 *
 * Returns: (transfer none) (nullable): whose it is; NULL once it was forgotten.
 */
ImAccount *
im_conversation_get_account (ImConversation *self)
{
  return self->owner ? self->owner->account : NULL;
}

/**
 * im_conversation_get_peer:
 *
 * Returns: (transfer none): the bare address.
 */
XmppJid *
im_conversation_get_peer (ImConversation *self)
{
  return self->peer;
}

/**
 * im_conversation_get_id:
 *
 * Returns: the bare address as text.
 */
const char *
im_conversation_get_id (ImConversation *self)
{
  return xmpp_jid_get_text (self->peer);
}

/**
 * im_conversation_get_unread:
 *
 * Returns: how many incoming messages nobody has seen.
 */
guint
im_conversation_get_unread (ImConversation *self)
{
  return self->record->unread;
}

/**
 * im_conversation_get_last_activity_us:
 *
 * Returns: when the newest message came or went, UTC; 0: there is none.
 */
gint64
im_conversation_get_last_activity_us (ImConversation *self)
{
  gint64 sent_us = self->last ? im_message_get_sent_us (self->last) : 0;

  if (sent_us != 0)
    return sent_us;
  return self->last ? im_message_get_received_us (self->last) : 0;
}

/**
 * im_conversation_get_last_message:
 *
 * Returns: (transfer none) (nullable): the newest message.
 */
ImMessage *
im_conversation_get_last_message (ImConversation *self)
{
  return self->last;
}

/**
 * im_conversation_get_displayed_token:
 *
 * Returns: the wire id of the newest displayed message; "" for none.
 */
const char *
im_conversation_get_displayed_token (ImConversation *self)
{
  return self->record->displayed_token;
}

/**
 * im_conversation_get_draft:
 *
 * Returns: what is typed and not sent; "" for nothing.
 */
const char *
im_conversation_get_draft (ImConversation *self)
{
  return self->record->draft;
}

/**
 * im_conversation_is_pinned:
 *
 * Returns: whether it stays at the top.
 */
gboolean
im_conversation_is_pinned (ImConversation *self)
{
  return self->record->is_pinned;
}

/**
 * im_conversation_is_archived:
 *
 * Returns: whether it was put away.
 */
gboolean
im_conversation_is_archived (ImConversation *self)
{
  return self->record->is_archived;
}

/**
 * im_conversation_get_notify:
 *
 * Returns: which messages are worth a notification: 0 default, 1 all, 2 mentions, 3 none.
 */
guint
im_conversation_get_notify (ImConversation *self)
{
  return self->record->notify;
}

/**
 * im_conversation_get_muted_until:
 *
 * Returns: seconds of UTC; 0: it is not muted; G_MAXINT64: always.
 */
gint64
im_conversation_get_muted_until (ImConversation *self)
{
  return self->record->muted_until_s;
}

static void
settings_changed (ImConversation *self)
{
  im_conversation_save (self);
  im_conversation_note_changed (self);
}

/**
 * im_conversation_set_draft:
 * @draft: "" for none
 *
 * Keeps what is typed and not sent.
 */
void
im_conversation_set_draft (ImConversation *self, const char *draft)
{
  g_return_if_fail (draft);

  if (g_str_equal (draft, self->record->draft))
    return;
  g_free (self->record->draft);
  self->record->draft = g_strdup (draft);
  settings_changed (self);
}

/**
 * im_conversation_set_pinned:
 *
 * Says whether it stays at the top.
 */
void
im_conversation_set_pinned (ImConversation *self, gboolean is_pinned)
{
  if (!is_pinned == !self->record->is_pinned)
    return;
  self->record->is_pinned = !!is_pinned;
  settings_changed (self);
}

/**
 * im_conversation_set_archived:
 *
 * Puts it away, or takes it out again.
 */
void
im_conversation_set_archived (ImConversation *self, gboolean is_archived)
{
  if (!is_archived == !self->record->is_archived)
    return;
  self->record->is_archived = !!is_archived;
  settings_changed (self);
}

/**
 * im_conversation_set_notify:
 * @notify: 0 default, 1 all, 2 mentions, 3 none
 *
 * Says which messages are worth a notification.
 */
void
im_conversation_set_notify (ImConversation *self, guint notify)
{
  g_return_if_fail (notify <= 3);

  if (notify == self->record->notify)
    return;
  self->record->notify = notify;
  settings_changed (self);
}

/**
 * im_conversation_set_muted_until:
 * @until_s: seconds of UTC; 0: not muted; G_MAXINT64: always
 *
 * Says until when nothing is worth a notification.
 */
void
im_conversation_set_muted_until (ImConversation *self, gint64 until_s)
{
  if (until_s == self->record->muted_until_s)
    return;
  self->record->muted_until_s = until_s;
  settings_changed (self);
}
