/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-conversations.c: all conversations of one account: the list, what is new in it, and the way
 * out for its messages */

#include "im/im-conversations.h"

#include "im/im-conversation-parts.h"
#include "store/store-search.h"

/* What changed is told at once when it was quiet, else four times a second. */
#define CHANGED_PAUSE_US (G_USEC_PER_SEC / 4)

typedef struct
{
  GPtrArray *messages; /* (owned) ImMessage, owned */
  gint64 next;
} Found;

static void
write_cb (ImMessage *message, XmppNode *stanza, gpointer user_data)
{
  ImConversations *self = user_data;

  self->handler->write (message, stanza, self->user_data);
}

static void
message_changed_cb (ImMessage *message, gpointer user_data)
{
  ImConversation *conversation = im_conversations_find (user_data, im_message_get_peer (message));

  if (conversation)
    im_conversation_tell_message_changed (conversation, message);
}

static void
stalled_cb (gpointer user_data)
{
  ImConversations *self = user_data;

  if (self->handler->stalled)
    self->handler->stalled (self->user_data);
}

static void
refused_cb (ImMessage *message, const GError *error, gpointer user_data)
{
  ImConversation *conversation = im_conversations_find (user_data, im_message_get_peer (message));

  if (conversation)
    im_conversation_fail_message (conversation, im_message_get_token (message), error);
}

static void
confirmed_cb (GPtrArray *messages, gpointer user_data)
{
  ImConversations *self = user_data;

  if (self->handler->confirmed)
    self->handler->confirmed (messages, self->user_data);
}

static const ImOutboxHandler outbox_handler = { write_cb, message_changed_cb, refused_cb,
                                                stalled_cb, confirmed_cb };

static gboolean
changed_cb (gpointer user_data)
{
  ImConversations *self = user_data;
  g_autoptr (GPtrArray) changed = g_steal_pointer (&self->changed);

  self->changed = g_ptr_array_new_with_free_func (g_object_unref);
  self->changed_id = 0;
  if (changed->len == 0)
    return G_SOURCE_REMOVE; /* they were forgotten meanwhile */
  self->changed_at_us = g_get_monotonic_time ();
  self->handler->changed (changed, self->user_data);
  return G_SOURCE_REMOVE;
}

/**
 * im_conversations_note_changed:
 *
 * Tells the handler soon: by the end of this turn of the main loop, or a quarter of a second after
 * the last time.
 */
void
im_conversations_note_changed (ImConversations *self, ImConversation *conversation)
{
  gint64 wait_us;

  if (g_ptr_array_find (self->changed, conversation, NULL))
    return;
  g_ptr_array_add (self->changed, g_object_ref (conversation));
  if (self->changed_id != 0)
    return;
  wait_us = self->changed_at_us + CHANGED_PAUSE_US - g_get_monotonic_time ();
  if (self->changed_at_us == 0 || wait_us <= 0)
    self->changed_id = g_idle_add (changed_cb, self);
  else
    self->changed_id = g_timeout_add ((guint) (wait_us / 1000) + 1, changed_cb, self);
}

static ImConversation *
add (ImConversations *self, XmppJid *peer, StoreConversation *record)
{
  ImConversation *conversation = im_conversation_new (self, peer, record);

  g_ptr_array_add (self->all, conversation);
  g_hash_table_insert (self->by_peer, im_conversation_get_peer (conversation), conversation);
  return conversation;
}

/**
 * im_conversations_new:
 * @own: the account's bare address
 * @rows: (element-type StoreConversation) (transfer full): as loaded
 * @account: (nullable): for im_conversation_get_account ()
 * @handler: a constant
 *
 * Returns: (transfer full): the conversations of an account, offline.
 */
ImConversations *
im_conversations_new (StoreDb *store,
                      gint64 account_id,
                      XmppJid *own,
                      GPtrArray *rows,
                      ImAccount *account,
                      const ImConversationsHandler *handler,
                      gpointer user_data)
{
  ImConversations *self = g_new0 (ImConversations, 1);
  gsize n_rows;
  g_autofree gpointer *records = g_ptr_array_steal (rows, &n_rows);

  self->store = store;
  self->account_id = account_id;
  self->own = xmpp_jid_ref (own);
  self->account = account;
  self->handler = handler;
  self->user_data = user_data;
  self->all = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_peer = g_hash_table_new (xmpp_jid_hash, xmpp_jid_equal);
  self->changed = g_ptr_array_new_with_free_func (g_object_unref);
  self->outbox = im_outbox_new (store, &outbox_handler, self);
  for (gsize i = 0; i < n_rows; i++)
    {
      StoreConversation *record = records[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (XmppJid) peer = xmpp_jid_new (record->peer, &error);

      if (peer)
        {
          add (self, peer, record);
          continue;
        }
      g_message ("A stored conversation has a bad address and is not shown: %s", error->message);
      store_conversation_free (record);
    }
  g_ptr_array_unref (rows);
  return self;
}

/**
 * im_conversations_take_waiting:
 * @rows: (element-type StoreMessage) (transfer full): oldest first
 *
 * Gives the outbox what was written before and no server has. Before there is a session.
 */
void
im_conversations_take_waiting (ImConversations *self, GPtrArray *rows)
{
  gsize n_rows;
  g_autofree gpointer *stolen = g_ptr_array_steal (rows, &n_rows);

  for (gsize i = 0; i < n_rows; i++)
    {
      StoreMessage *row = stolen[i];
      ImConversation *conversation = NULL;
      g_autoptr (ImMessage) message = NULL;

      for (guint c = 0; c < self->all->len && !conversation; c++)
        if (((ImConversation *) self->all->pdata[c])->record->id == row->conversation)
          conversation = self->all->pdata[c];
      if (!conversation)
        {
          store_message_free (row);
          continue;
        }
      row->state = STORE_STATE_WAITING;
      message = im_message_new_from_store (row, conversation->peer, self->own);
      im_outbox_add (self->outbox, message);
    }
  g_ptr_array_unref (rows);
}

/**
 * im_conversations_free:
 *
 * Nobody hears of them any more; what is on its way to the disk arrives there.
 */
void
im_conversations_free (ImConversations *self)
{
  if (!self)
    return;
  g_clear_handle_id (&self->changed_id, g_source_remove);
  for (guint i = 0; i < self->all->len; i++)
    im_conversation_orphan (self->all->pdata[i]);
  g_clear_pointer (&self->outbox, im_outbox_free);
  g_clear_pointer (&self->changed, g_ptr_array_unref);
  g_clear_pointer (&self->by_peer, g_hash_table_unref);
  g_clear_pointer (&self->all, g_ptr_array_unref);
  g_clear_pointer (&self->own, xmpp_jid_unref);
  g_free (self);
}

/**
 * im_conversations_set_session:
 * @session: (nullable): bound and started; NULL: it is gone
 *
 * Sends what waits, or has it wait again.
 */
void
im_conversations_set_session (ImConversations *self, XmppSession *session)
{
  if (!session)
    for (guint i = 0; i < self->all->len; i++)
      im_conversation_forget_chat_state (self->all->pdata[i]);
  im_outbox_set_session (self->outbox, session);
}

/**
 * im_conversations_take_blame:
 * @error: XMPP_STREAM_ERROR, which the server said; im_conversations_set_session () comes next
 *
 * The server ended the stream: perhaps over a message of ours.
 */
void
im_conversations_take_blame (ImConversations *self, const GError *error)
{
  im_outbox_take_blame (self->outbox, error);
}

/**
 * im_conversations_get_all:
 *
 * Returns: (transfer none) (element-type ImConversation): in no order.
 */
GPtrArray *
im_conversations_get_all (ImConversations *self)
{
  return self->all;
}

/**
 * im_conversations_find:
 *
 * Returns: (nullable) (transfer none): the conversation with that address.
 */
ImConversation *
im_conversations_find (ImConversations *self, XmppJid *bare)
{
  return g_hash_table_lookup (self->by_peer, bare);
}

/**
 * im_conversations_ensure:
 *
 * Returns: (transfer none): the conversation with that address, made if need be.
 */
ImConversation *
im_conversations_ensure (ImConversations *self, XmppJid *bare)
{
  ImConversation *conversation = im_conversations_find (self, bare);

  g_return_val_if_fail (xmpp_jid_is_bare (bare), NULL);

  if (conversation)
    return conversation;
  conversation = add (self, bare,
                      store_conversation_new (store_db_take_conversation_id (self->store),
                                              self->account_id, xmpp_jid_get_text (bare)));
  im_conversation_save (conversation);
  self->handler->added (conversation, self->user_data);
  return conversation;
}

static void
forgotten_cb (gpointer user_data, const GError *error)
{
  g_autoptr (GTask) task = user_data;

  if (error)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * im_conversations_forget_async:
 *
 * Removes a conversation, at once from the list, then with its messages from the disk. Errors:
 * STORE_ERROR.
 */
void
im_conversations_forget_async (ImConversations *self,
                               ImConversation *conversation,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (ImConversation) kept G_GNUC_UNUSED = g_object_ref (conversation);
  GTask *task = g_task_new (conversation, NULL, callback, user_data);

  if (conversation->owner != self)
    {
      g_task_return_error (task, im_conversation_new_gone_error ());
      g_object_unref (task);
      return;
    }
  store_conversation_remove (self->store, conversation->record->id, forgotten_cb, task);
  im_outbox_forget_peer (self->outbox, conversation->peer);
  im_conversation_orphan (conversation);
  g_ptr_array_remove (self->changed, conversation);
  g_hash_table_remove (self->by_peer, conversation->peer);
  g_ptr_array_remove (self->all, conversation);
  self->handler->removed (conversation, self->user_data);
}

/**
 * im_conversations_forget_finish:
 *
 * Returns: FALSE with an error.
 */
gboolean
im_conversations_forget_finish (ImConversations *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
found_free (gpointer data)
{
  Found *found = data;

  g_clear_pointer (&found->messages, g_ptr_array_unref);
  g_free (found);
}

/* What is searched: the address of each conversation by its number, for the account may be gone
 * when the answer comes. */
typedef struct
{
  GHashTable *peers; /* (owned) gint64, owned → XmppJid, owned */
  XmppJid *own; /* (owned) */
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_hash_table_unref (search->peers);
  xmpp_jid_unref (search->own);
  g_free (search);
}

static void
searched_cb (gpointer user_data, GPtrArray *rows, gboolean is_complete, const GError *error)
{
  g_autoptr (GTask) task = user_data;
  Search *search = g_task_get_task_data (task);
  g_autoptr (GPtrArray) owned G_GNUC_UNUSED = rows;
  Found *found;

  if (error)
    {
      g_task_return_error (task, g_error_copy (error));
      return;
    }
  found = g_new0 (Found, 1);
  found->messages = g_ptr_array_new_full (rows->len, (GDestroyNotify) im_message_unref);
  if (!is_complete && rows->len > 0)
    found->next = ((StoreMessage *) rows->pdata[rows->len - 1])->local_id;
  for (guint i = 0; i < rows->len; i++)
    {
      StoreMessage *row = g_steal_pointer (&rows->pdata[i]);
      XmppJid *peer = g_hash_table_lookup (search->peers, &row->conversation);

      if (peer)
        g_ptr_array_add (found->messages, im_message_new_from_store (row, peer, search->own));
      else
        store_message_free (row);
    }
  g_task_return_pointer (task, found, found_free);
}

/**
 * im_conversations_search_async:
 * @conversation: (nullable): where to look; NULL: everywhere
 * @filter: has the words; copied
 * @limit: 1…200
 * @before: local id where the last page said to go on; 0: from the newest
 *
 * Looks for words. Errors: IM_ERROR_INVALID_ARGUMENT without words, STORE_ERROR.
 */
void
im_conversations_search_async (ImConversations *self,
                               ImConversation *conversation,
                               const ImHistoryFilter *filter,
                               guint limit,
                               gint64 before,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  StoreQuery query = { .account = self->account_id,
                       .anchor = before,
                       .limit = CLAMP (limit, 1, 200) };
  Search *search;

  if (!filter || !filter->text)
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                               "There is nothing to look for");
      return;
    }
  search = g_new (Search, 1);
  search->own = xmpp_jid_ref (self->own);
  search->peers =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) xmpp_jid_unref);
  for (guint i = 0; i < self->all->len; i++)
    {
      ImConversation *each = self->all->pdata[i];

      g_hash_table_insert (search->peers, g_memdup2 (&each->record->id, sizeof (gint64)),
                           xmpp_jid_ref (each->peer));
    }
  g_task_set_task_data (task, search, search_free);
  query.conversation = conversation ? conversation->record->id : 0;
  query.since_us = filter->since_us;
  query.until_us = filter->until_us;
  query.side = filter->side;
  query.text = filter->text;
  store_search (self->store, &query, searched_cb, g_steal_pointer (&task));
}

/**
 * im_conversations_search_finish:
 * @next: (out) (optional): where to go on; 0 for the end
 *
 * Returns: (element-type ImMessage) (transfer full): newest first; NULL with an error.
 */
GPtrArray *
im_conversations_search_finish (ImConversations *self,
                                GAsyncResult *result,
                                gint64 *next,
                                GError **error)
{
  Found *found = g_task_propagate_pointer (G_TASK (result), error);
  GPtrArray *messages;

  if (!found)
    return NULL;
  messages = g_steal_pointer (&found->messages);
  if (next)
    *next = found->next;
  found_free (found);
  return messages;
}
