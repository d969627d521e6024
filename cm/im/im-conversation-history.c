/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-conversation-history.c: what was said before, and how far somebody has read it */

#include "im/im-conversation-parts.h"

#define MAX_UNREAD 500
#define MAX_PAGE 1000

/* What a read gave. */
typedef struct
{
  GPtrArray *messages; /* (owned) ImMessage, owned */
  gboolean is_complete;
} Page;

static void
page_free (gpointer data)
{
  Page *page = data;

  g_clear_pointer (&page->messages, g_ptr_array_unref);
  g_free (page);
}

static GPtrArray *
take_messages (ImConversation *self, GPtrArray *rows)
{
  GPtrArray *messages = g_ptr_array_new_full (rows->len, (GDestroyNotify) im_message_unref);
  gsize n_rows;
  g_autofree gpointer *stolen = g_ptr_array_steal (rows, &n_rows);

  for (gsize i = 0; i < n_rows; i++)
    {
      StoreMessage *row = stolen[i];
      gboolean is_unread = row->order_us > self->record->displayed_order;
      ImMessage *message = im_message_new_from_store (row, self->peer, self->owner->own);

      im_message_set_is_unread (message, is_unread);
      g_ptr_array_add (messages, message);
    }
  return messages;
}

/* The disk says waiting as long as no server has it; the outbox knows whether it is on its way. */
static void
note_sending (ImConversation *self, GPtrArray *messages)
{
  for (guint i = 0; i < messages->len; i++)
    {
      ImMessage *message = messages->pdata[i];
      ImMessage *on_its_way = NULL;

      if (im_message_get_state (message) == IM_MESSAGE_STATE_WAITING)
        on_its_way = im_outbox_find (self->owner->outbox, im_message_get_local_id (message));
      if (on_its_way)
        im_message_set_state (message, im_message_get_state (on_its_way), NULL, NULL);
    }
}

static void
read_cb (gpointer user_data, GPtrArray *rows, gboolean is_complete, const GError *error)
{
  g_autoptr (GTask) task = user_data;
  ImConversation *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) owned G_GNUC_UNUSED = rows;
  Page *page;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (g_error_matches (error, STORE_ERROR, STORE_ERROR_NOT_FOUND))
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_DOES_NOT_EXIST, "%s", error->message);
      return;
    }
  if (error || !self->owner)
    {
      g_task_return_error (task, error ? g_error_copy (error) : im_conversation_new_gone_error ());
      return;
    }
  page = g_new0 (Page, 1);
  page->messages = take_messages (self, rows);
  page->is_complete = is_complete;
  note_sending (self, page->messages);
  g_task_return_pointer (task, page, page_free);
}

static GPtrArray *
read_finish (GAsyncResult *result, gboolean *is_complete, GError **error)
{
  Page *page = g_task_propagate_pointer (G_TASK (result), error);
  GPtrArray *messages;

  if (!page)
    return NULL;
  messages = g_steal_pointer (&page->messages);
  if (is_complete)
    *is_complete = page->is_complete;
  page_free (page);
  return messages;
}

/* Returns: (transfer full) (nullable): NULL: it was answered already. */
static GTask *
read_task_new (ImConversation *self,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  if (self->owner)
    return g_steal_pointer (&task);
  g_task_return_error (task, im_conversation_new_gone_error ());
  return NULL;
}

/**
 * im_conversation_get_messages_async:
 * @anchor: local id; 0: the newest end
 * @limit: 1…1000
 * @filter: (nullable): copied
 *
 * Reads a page. Errors: IM_ERROR_DOES_NOT_EXIST: the anchor is not of this conversation;
 * STORE_ERROR.
 */
void
im_conversation_get_messages_async (ImConversation *self,
                                    gint64 anchor,
                                    ImHistoryDirection direction,
                                    guint limit,
                                    const ImHistoryFilter *filter,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  GTask *task = read_task_new (self, cancellable, callback, user_data);
  StoreQuery query = { 0 };

  if (!task)
    return;
  query.account = self->owner->account_id;
  query.conversation = self->record->id;
  query.anchor = anchor;
  query.direction = (StorePageDirection) direction;
  query.limit = CLAMP (limit, 1, MAX_PAGE);
  if (filter)
    {
      query.since_us = filter->since_us;
      query.until_us = filter->until_us;
      query.side = filter->side;
      query.text = filter->text;
    }
  store_messages_page (self->owner->store, &query, read_cb, task);
}

/**
 * im_conversation_get_messages_finish:
 * @is_complete: (out) (optional): nothing further on that side
 *
 * Returns: (element-type ImMessage) (transfer full): newest first; NULL with an error.
 */
GPtrArray *
im_conversation_get_messages_finish (ImConversation *self,
                                     GAsyncResult *result,
                                     gboolean *is_complete,
                                     GError **error)
{
  return read_finish (result, is_complete, error);
}

/**
 * im_conversation_load_unread_async:
 *
 * Reads the messages that nobody has seen.
 */
void
im_conversation_load_unread_async (ImConversation *self,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task = read_task_new (self, NULL, callback, user_data);

  if (task)
    store_messages_load_unread (self->owner->store, self->record->id, self->record->displayed_order,
                                MAX_UNREAD, read_cb, task);
}

/**
 * im_conversation_load_unread_finish:
 *
 * Returns: (element-type ImMessage) (transfer full): oldest first, of more than 500 the newest;
 * NULL with an error.
 */
GPtrArray *
im_conversation_load_unread_finish (ImConversation *self, GAsyncResult *result, GError **error)
{
  return read_finish (result, NULL, error);
}

/**
 * im_conversation_get_message_async:
 * @token: wire id
 *
 * Reads the newest message that has it. Errors: IM_ERROR_DOES_NOT_EXIST, STORE_ERROR.
 */
void
im_conversation_get_message_async (ImConversation *self,
                                   const char *token,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  GTask *task = read_task_new (self, NULL, callback, user_data);

  if (task)
    store_messages_find (self->owner->store, self->record->id, token, read_cb, task);
}

/**
 * im_conversation_get_message_finish:
 *
 * Returns: (transfer full): the message; NULL with an error.
 */
ImMessage *
im_conversation_get_message_finish (ImConversation *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) messages = read_finish (result, NULL, error);

  if (!messages)
    return NULL;
  if (messages->len > 0)
    return im_message_ref (messages->pdata[0]);
  g_set_error_literal (error, IM_ERROR, IM_ERROR_DOES_NOT_EXIST, "There is no message of that id");
  return NULL;
}

static void
displayed_cb (gpointer user_data, const StoreDisplayed *displayed, const GError *error)
{
  g_autoptr (ImConversation) self = user_data;

  if (error)
    g_message ("How far a conversation was read was not stored: %s", error->message);
  if (displayed && displayed->id != 0)
    {
      StoreConversation *record = self->record;

      record->displayed_id = displayed->id;
      record->displayed_order = displayed->order;
      record->unread -= MIN (record->unread, displayed->newly);
      g_free (record->displayed_token);
      record->displayed_token = g_strdup (displayed->token);
      if (self->last && im_message_get_row (self->last)->order_us <= displayed->order)
        im_message_set_is_unread (self->last, FALSE);
      g_signal_emit (self, im_conversation_signals[IM_CONVERSATION_MESSAGES_DISPLAYED], 0,
                     displayed->id);
      im_conversation_note_changed (self);
    }
}

/**
 * im_conversation_set_displayed:
 * @local_id: of a message
 *
 * A person has seen everything up to this message. Never moves back.
 */
void
im_conversation_set_displayed (ImConversation *self, gint64 local_id)
{
  if (local_id > 0 && local_id != self->record->displayed_id && self->owner)
    store_conversation_set_displayed (self->owner->store, self->record->id, &local_id, 1,
                                      displayed_cb, g_object_ref (self));
}
