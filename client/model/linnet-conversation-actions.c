/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-conversation-actions.c: what a person does in a conversation, on its way to the account */
#include "config.h"

#include "model/linnet-conversation-private.h"

#include <glib/gi18n.h>

#include "model/linnet-account-private.h"

#define DRAFT_DELAY_MS 800

static void
page_wanted_cb (LinnetConversation *self,
                gint64 anchor,
                guint direction,
                LinnetTimelineModel *timeline)
{
  if (self->account == NULL)
    {
      g_autoptr (GPtrArray) none = g_ptr_array_new ();

      linnet_timeline_model_add_page (timeline, direction, none, TRUE);
      return;
    }
  if (self->fetching == NULL)
    self->fetching = g_cancellable_new ();
  linnet_account_fetch (self->account, self, timeline, anchor, direction, self->fetching);
}

/**
 * linnet_conversation_get_timeline:
 * @self: a conversation
 *
 * Returns: (transfer none): its messages; the first look fetches the newest of them
 */
LinnetTimelineModel *
linnet_conversation_get_timeline (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), NULL);
  if (self->timeline == NULL)
    {
      self->timeline = linnet_timeline_model_new ();
      g_signal_connect_object (self->timeline, "page-wanted", G_CALLBACK (page_wanted_cb), self,
                               G_CONNECT_SWAPPED);
      if (self->account != NULL)
        linnet_timeline_model_want_older (self->timeline);
    }
  return self->timeline;
}

/**
 * linnet_conversation_send_async:
 * @self: a conversation
 * @text: what to say, not empty; "/me " at the beginning stays as it is
 * @cancellable: (nullable): gives up waiting; the message may be sent all the same
 * @callback: (scope async): called when the service has the message
 * @data: for @callback
 *
 * The row appears at once. A failure is shown by the row: the callback need not tell it again.
 */
void
linnet_conversation_send_async (LinnetConversation *self,
                                const char *text,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (LinnetMessage) echo = NULL;

  g_return_if_fail (LINNET_IS_CONVERSATION (self) && text != NULL && *text);

  task = g_task_new (self, cancellable, callback, data);
  g_task_set_source_tag (task, linnet_conversation_send_async);
  echo = g_object_new (LINNET_TYPE_MESSAGE, "outgoing", TRUE, "sender-id",
                       self->account != NULL ? linnet_account_get_address (self->account) : NULL,
                       "timestamp-s", g_get_real_time () / G_USEC_PER_SEC, "body", text, "state",
                       LINNET_MESSAGE_STATE_SENDING, NULL);
  linnet_timeline_model_go_newest (linnet_conversation_get_timeline (self));
  linnet_timeline_model_append (self->timeline, echo);
  linnet_conversation_set_last_message (self, echo);
  self->chat_state = LINNET_CHAT_STATE_ACTIVE;
  if (self->account == NULL)
    {
      linnet_message_set_state (echo, LINNET_MESSAGE_STATE_FAILED,
                                _ ("Not sent: there is no account to send from."));
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                               _ ("There is no account to send from."));
      return;
    }
  linnet_account_send (self->account, self, echo, g_steal_pointer (&task));
}

/**
 * linnet_conversation_send_finish:
 * @self: a conversation
 * @result: the result
 * @error: where to put an error, of whatever domain
 *
 * Returns: whether the service has taken the message
 */
gboolean
linnet_conversation_send_finish (LinnetConversation *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * linnet_conversation_retry:
 * @self: a conversation
 * @message: a message of ours that was not sent
 *
 * Sends it again.
 */
void
linnet_conversation_retry (LinnetConversation *self, LinnetMessage *message)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self) && LINNET_IS_MESSAGE (message));
  if (linnet_message_get_state (message) != LINNET_MESSAGE_STATE_FAILED)
    return;
  if (linnet_message_get_local_id (message) == 0)
    {
      g_autofree char *text = g_strdup (linnet_message_get_body (message));

      /* The service never had it. */
      linnet_timeline_model_drop_echo (linnet_conversation_get_timeline (self), message);
      linnet_conversation_send_async (self, text, NULL, NULL, NULL);
      return;
    }
  if (self->account != NULL)
    linnet_account_retry (self->account, self, message);
}

/* A message of an open channel. */
void
linnet_conversation_take_live (LinnetConversation *self, LinnetMessage *message)
{
  if (!linnet_message_get_outgoing (message) && self->kind != LINNET_CONVERSATION_KIND_ROOM)
    linnet_message_set_sender_name (message, linnet_conversation_get_name (self));
  if (self->timeline != NULL)
    linnet_timeline_model_append (self->timeline, message);
  if (self->last_message == NULL ||
      linnet_message_get_local_id (message) >= linnet_message_get_local_id (self->last_message))
    linnet_conversation_set_last_message (self, message);
}

/* A stored message is not what it was. */
void
linnet_conversation_take_change (LinnetConversation *self, LinnetMessage *message)
{
  if (self->timeline != NULL)
    linnet_timeline_model_update (self->timeline, message);
  if (self->last_message != NULL &&
      linnet_message_get_local_id (self->last_message) == linnet_message_get_local_id (message))
    linnet_conversation_set_last_message (self, message);
}

/* A message of ours got further. That of the list comes with the conversation's own change. */
void
linnet_conversation_take_state (LinnetConversation *self, gint64 local_id, LinnetMessageState state)
{
  LinnetMessage *message =
      self->timeline != NULL ? linnet_timeline_model_lookup (self->timeline, local_id) : NULL;
  g_autoptr (LinnetMessage) fresh = NULL;

  if (message == NULL)
    return;
  fresh = g_object_new (LINNET_TYPE_MESSAGE, "local-id", local_id, "body",
                        linnet_message_get_body (message), "edited",
                        linnet_message_get_edited (message), "state", state, NULL);
  linnet_timeline_model_update (self->timeline, fresh);
}

/* Messages may have come that we were not told one by one. */
void
linnet_conversation_refresh (LinnetConversation *self)
{
  if (self->timeline != NULL)
    linnet_timeline_model_catch_up (self->timeline);
}

static gboolean
draft_cb (gpointer data)
{
  LinnetConversation *self = data;

  self->draft_source = 0;
  if (self->account != NULL)
    linnet_account_call_conversations (
        self->account, "SetDraft",
        g_variant_new ("(ss)", self->id, linnet_conversation_get_draft (self)));
  return G_SOURCE_REMOVE;
}

/* Saves the draft now if it waits to be saved. */
void
linnet_conversation_flush_draft (LinnetConversation *self)
{
  if (self->draft_source == 0)
    return;
  g_source_remove (self->draft_source);
  draft_cb (self);
}

/**
 * linnet_conversation_set_draft:
 * @self: a conversation
 * @draft: what is typed and not sent; it is saved within a second
 */
void
linnet_conversation_set_draft (LinnetConversation *self, const char *draft)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self) && draft != NULL);
  if (!linnet_conversation_take_draft (self, draft))
    return;
  if (self->draft_source == 0)
    self->draft_source = g_timeout_add (DRAFT_DELAY_MS, draft_cb, self);
}

/**
 * linnet_conversation_set_displayed:
 * @self: a conversation
 * @newest_seen: the newest message that a person has seen; earlier ones change nothing
 */
void
linnet_conversation_set_displayed (LinnetConversation *self, LinnetMessage *newest_seen)
{
  const char *token;
  gint64 id;

  g_return_if_fail (LINNET_IS_CONVERSATION (self) && LINNET_IS_MESSAGE (newest_seen));
  id = linnet_message_get_local_id (newest_seen);
  token = linnet_message_get_token (newest_seen);
  if (id == 0 || id <= self->displayed_id || linnet_message_get_outgoing (newest_seen))
    return;
  /* The service knows messages by token here; one without is covered by the next that has one. */
  if ((token == NULL || !*token) && self->timeline != NULL &&
      linnet_timeline_model_get_newest (self->timeline) != newest_seen)
    return;
  self->displayed_id = id;
  if (self->account != NULL)
    linnet_account_call_conversations (
        self->account, "SetDisplayed",
        g_variant_new ("(ss)", self->id, token != NULL ? token : ""));
}

/**
 * linnet_conversation_set_chat_state:
 * @self: a conversation
 * @state: what the user does in it; told to the other side while there is a channel
 */
void
linnet_conversation_set_chat_state (LinnetConversation *self, LinnetChatState state)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self));
  if (self->chat_state == state)
    return;
  self->chat_state = state;
  if (self->account != NULL && self->channel != NULL)
    linnet_account_call_channel (self->account, self->channel,
                                 "org.freedesktop.Telepathy.Channel.Interface.ChatState",
                                 "SetChatState", g_variant_new ("(u)", (guint) state));
}

/**
 * linnet_conversation_set_active:
 * @self: a conversation
 * @active: whether it is open in a window; while it is, a channel is kept if the account is online
 */
void
linnet_conversation_set_active (LinnetConversation *self, gboolean active)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self));
  if (!linnet_conversation_take_active (self, active))
    return;
  if (!active)
    linnet_conversation_flush_draft (self);
  if (self->account != NULL)
    linnet_account_conversation_active (self->account, self);
}

/**
 * linnet_conversation_pin:
 * @self: a conversation
 * @pinned: whether it stays at the top
 */
void
linnet_conversation_pin (LinnetConversation *self, gboolean pinned)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self));
  if (self->account != NULL)
    linnet_account_call_conversations (self->account, "SetPinned",
                                       g_variant_new ("(sb)", self->id, pinned));
}

/**
 * linnet_conversation_archive:
 * @self: a conversation
 * @archived: whether it is put away
 */
void
linnet_conversation_archive (LinnetConversation *self, gboolean archived)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self));
  if (self->account != NULL)
    linnet_account_call_conversations (self->account, "SetArchived",
                                       g_variant_new ("(sb)", self->id, archived));
}

/**
 * linnet_conversation_mute:
 * @self: a conversation
 * @until_s: seconds since 1970 (UTC), 0 ends it, %G_MAXINT64 is always
 */
void
linnet_conversation_mute (LinnetConversation *self, gint64 until_s)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self));
  if (self->account != NULL)
    linnet_account_call_conversations (self->account, "SetMutedUntil",
                                       g_variant_new ("(sx)", self->id, until_s));
}

/**
 * linnet_conversation_forget:
 * @self: a conversation
 *
 * Removes it with all its messages on this machine. The caller has asked the person.
 */
void
linnet_conversation_forget (LinnetConversation *self)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self));
  if (self->account != NULL)
    linnet_account_call_conversations (self->account, "Forget", g_variant_new ("(s)", self->id));
}
