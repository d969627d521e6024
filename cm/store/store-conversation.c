/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-conversation.c: what is kept of a conversation apart from its messages */

#include "store/store-conversation.h"

#include "store/store-db-private.h"
#include "store/store-row.h"
#include "store/store-search.h"

typedef struct
{
  StoreJob parent;
  gint64 id; /* of the conversation, or of the account when all are loaded */
  StoreConversation *record; /* (owned) (nullable) */
  GPtrArray *records; /* (owned) (nullable) StoreConversation, owned */
  StoreDone done; /* (nullable) */
  gpointer user_data;
} ConversationJob;

typedef struct
{
  StoreJob parent;
  gint64 conversation;
  gint64 *local_ids; /* (owned) */
  guint n_local_ids;
  StoreDisplayed displayed;
  StoreDisplayedDone done;
  gpointer user_data;
} DisplayedJob;

/**
 * store_conversation_new:
 * @id: of store_db_take_conversation_id ()
 * @peer: bare address
 *
 * Returns: (transfer full): an empty conversation with a contact.
 */
StoreConversation *
store_conversation_new (gint64 id, gint64 account, const char *peer)
{
  StoreConversation *self = g_new0 (StoreConversation, 1);

  self->id = id;
  self->account = account;
  self->peer = g_strdup (peer);
  self->kind = STORE_CONVERSATION_CONTACT;
  self->draft = g_strdup ("");
  self->displayed_token = g_strdup ("");
  return self;
}

static StoreConversation *
copy_settings (const StoreConversation *self)
{
  StoreConversation *copy = g_memdup2 (self, sizeof *self);

  copy->peer = g_strdup (self->peer);
  copy->draft = g_strdup (self->draft);
  copy->displayed_token = NULL;
  copy->last = NULL;
  return copy;
}

/**
 * store_conversation_free:
 *
 * Frees a record.
 */
void
store_conversation_free (StoreConversation *self)
{
  if (!self)
    return;
  g_free (self->peer);
  g_free (self->draft);
  g_free (self->displayed_token);
  g_clear_pointer (&self->last, store_message_free);
  g_free (self);
}

static StoreConversation *
read_conversation (sqlite3_stmt *statement)
{
  StoreConversation *self = g_new0 (StoreConversation, 1);
  int column = 0;

  self->id = sqlite3_column_int64 (statement, column++);
  self->account = sqlite3_column_int64 (statement, column++);
  self->peer = store_sql_dup_text (statement, column++);
  self->kind = (StoreConversationKind) sqlite3_column_int (statement, column++);
  self->is_pinned = sqlite3_column_int (statement, column++) != 0;
  self->is_archived = sqlite3_column_int (statement, column++) != 0;
  self->notify = (guint) sqlite3_column_int (statement, column++);
  self->muted_until_s = sqlite3_column_int64 (statement, column++);
  self->draft = store_sql_dup_text (statement, column++);
  self->displayed_id = sqlite3_column_int64 (statement, column++);
  self->displayed_order = sqlite3_column_int64 (statement, column++);
  self->displayed_token = store_sql_dup_text (statement, column++);
  return self;
}

static gboolean
read_last (StoreSql *sql, StoreConversation *record, GError **error)
{
  sqlite3_stmt *select =
      store_sql_prepare (sql,
                         "SELECT " STORE_ROW_COLUMNS " FROM messages AS m WHERE m.conversation=?1"
                         " ORDER BY m.order_us DESC LIMIT 1",
                         error);
  gboolean has_row;

  if (!select)
    return FALSE;
  sqlite3_bind_int64 (select, 1, record->id);
  if (!store_sql_step (sql, select, &has_row, error))
    return FALSE;
  if (has_row)
    {
      record->last = store_row_read (select);
      record->last_order = record->last->order_us;
    }
  sqlite3_reset (select);
  return TRUE;
}

/* Incoming messages in (after, up_to]. */
static gboolean
count_incoming (
    StoreSql *sql, gint64 conversation, gint64 after, gint64 up_to, guint *count, GError **error)
{
  sqlite3_stmt *select =
      store_sql_prepare (sql,
                         "SELECT count(*) FROM messages WHERE conversation=?1 AND order_us>?2"
                         " AND order_us<=?3 AND outgoing=0",
                         error);
  gboolean has_row;

  if (!select)
    return FALSE;
  sqlite3_bind_int64 (select, 1, conversation);
  sqlite3_bind_int64 (select, 2, after);
  sqlite3_bind_int64 (select, 3, up_to);
  if (!store_sql_step (sql, select, &has_row, error))
    return FALSE;
  *count = (guint) sqlite3_column_int (select, 0);
  sqlite3_reset (select);
  return TRUE;
}

static gboolean
load_run (StoreJob *job, StoreSql *sql, GError **error)
{
  ConversationJob *self = (ConversationJob *) job;
  sqlite3_stmt *select = store_sql_prepare (
      sql,
      "SELECT id, account, peer, kind, is_pinned, is_archived, notify, muted_until_s,"
      " draft, displayed_id, displayed_order, displayed_token FROM conversations"
      " WHERE account=?1 ORDER BY id",
      error);
  gboolean has_row = TRUE;

  if (!select)
    return FALSE;
  sqlite3_bind_int64 (select, 1, self->id);
  while (has_row)
    {
      if (!store_sql_step (sql, select, &has_row, error))
        return FALSE;
      if (has_row)
        g_ptr_array_add (self->records, read_conversation (select));
    }
  for (guint i = 0; i < self->records->len; i++)
    {
      StoreConversation *record = self->records->pdata[i];

      if (!read_last (sql, record, error) ||
          !count_incoming (sql, record->id, record->displayed_order, G_MAXINT64, &record->unread,
                           error))
        return FALSE;
    }
  return TRUE;
}

/**
 * store_conversations_load:
 *
 * Reads the conversations of an account, each with its newest message and how many are unread.
 * Blocking: at the start only.
 *
 * Returns: (element-type StoreConversation) (transfer full): NULL with STORE_ERROR.
 */
GPtrArray *
store_conversations_load (StoreDb *db, gint64 account, GError **error)
{
  ConversationJob job = { .parent.run = load_run, .id = account };

  job.records = g_ptr_array_new_with_free_func ((GDestroyNotify) store_conversation_free);
  if (!store_worker_run_blocking (store_db_get_reader (db), &job.parent, error))
    g_clear_pointer (&job.records, g_ptr_array_unref);
  return job.records;
}

static void
conversation_job_done (StoreJob *job, const GError *error)
{
  ConversationJob *self = (ConversationJob *) job;

  if (self->done)
    self->done (self->user_data, error);
  else if (error)
    g_message ("A conversation was not stored: %s", error->message);
  store_conversation_free (self->record);
  g_free (self);
}

static gboolean
save_run (StoreJob *job, StoreSql *sql, GError **error)
{
  const StoreConversation *record = ((ConversationJob *) job)->record;
  sqlite3_stmt *save =
      store_sql_prepare (sql,
                         "INSERT INTO conversations (id, account, peer, kind, is_pinned, "
                         "is_archived, notify, muted_until_s, draft)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE "
                         "SET kind=?4, is_pinned=?5, is_archived=?6,"
                         " notify=?7, muted_until_s=?8, draft=?9",
                         error);

  if (!save)
    return FALSE;
  sqlite3_bind_int64 (save, 1, record->id);
  sqlite3_bind_int64 (save, 2, record->account);
  store_sql_bind_text (save, 3, record->peer);
  sqlite3_bind_int (save, 4, (int) record->kind);
  sqlite3_bind_int (save, 5, record->is_pinned);
  sqlite3_bind_int (save, 6, record->is_archived);
  sqlite3_bind_int (save, 7, (int) record->notify);
  sqlite3_bind_int64 (save, 8, record->muted_until_s);
  store_sql_bind_text (save, 9, record->draft ? record->draft : "");
  return store_sql_run (sql, save, error);
}

/**
 * store_conversation_save:
 * @record: its settings are copied
 * @done: (nullable)
 *
 * Makes a conversation, or changes its settings. Errors: STORE_ERROR.
 */
void
store_conversation_save (StoreDb *db,
                         const StoreConversation *record,
                         StoreDone done,
                         gpointer user_data)
{
  ConversationJob *job = g_new0 (ConversationJob, 1);

  g_return_if_fail (record->id > 0 && record->account > 0 && record->peer);

  job->parent.run = save_run;
  job->parent.done = conversation_job_done;
  job->parent.is_kept = TRUE;
  job->record = copy_settings (record);
  job->done = done;
  job->user_data = user_data;
  store_worker_push (store_db_get_writer (db), &job->parent);
}

static gboolean
remove_run (StoreJob *job, StoreSql *sql, GError **error)
{
  static const char *const texts[] = {
    "DELETE FROM messages WHERE conversation=?1",
    "DELETE FROM conversations WHERE id=?1",
  };
  ConversationJob *self = (ConversationJob *) job;

  if (!store_search_forget_conversation (sql, self->id, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      sqlite3_stmt *remove = store_sql_prepare (sql, texts[i], error);

      if (!remove)
        return FALSE;
      sqlite3_bind_int64 (remove, 1, self->id);
      if (!store_sql_run (sql, remove, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * store_conversation_remove:
 * @done: (nullable)
 *
 * Removes a conversation and its messages. Errors: STORE_ERROR.
 */
void
store_conversation_remove (StoreDb *db, gint64 id, StoreDone done, gpointer user_data)
{
  ConversationJob *job = g_new0 (ConversationJob, 1);

  job->parent.run = remove_run;
  job->parent.done = conversation_job_done;
  job->parent.is_compound = TRUE;
  job->id = id;
  job->done = done;
  job->user_data = user_data;
  store_worker_push (store_db_get_writer (db), &job->parent);
}

/* The furthest of the messages asked for. */
static gboolean
find_furthest (DisplayedJob *self, StoreSql *sql, GError **error)
{
  sqlite3_stmt *find = store_sql_prepare (
      sql, "SELECT order_us, token FROM messages WHERE local_id=?1 AND conversation=?2", error);

  for (guint i = 0; find && i < self->n_local_ids; i++)
    {
      gboolean has_row;

      sqlite3_bind_int64 (find, 1, self->local_ids[i]);
      sqlite3_bind_int64 (find, 2, self->conversation);
      if (!store_sql_step (sql, find, &has_row, error))
        return FALSE;
      if (has_row && sqlite3_column_int64 (find, 0) > self->displayed.order)
        {
          self->displayed.order = sqlite3_column_int64 (find, 0);
          self->displayed.id = self->local_ids[i];
          g_free (self->displayed.token);
          self->displayed.token = store_sql_dup_text (find, 1);
        }
      sqlite3_reset (find);
    }
  return find != NULL;
}

static gboolean
write_displayed (DisplayedJob *self, StoreSql *sql, GError **error)
{
  sqlite3_stmt *update =
      store_sql_prepare (sql,
                         "UPDATE conversations SET displayed_id=?1, displayed_order=?2,"
                         " displayed_token=?3 WHERE id=?4",
                         error);

  if (!update)
    return FALSE;
  sqlite3_bind_int64 (update, 1, self->displayed.id);
  sqlite3_bind_int64 (update, 2, self->displayed.order);
  store_sql_bind_text (update, 3, self->displayed.token ? self->displayed.token : "");
  sqlite3_bind_int64 (update, 4, self->conversation);
  return store_sql_run (sql, update, error);
}

static gboolean
displayed_run (StoreJob *job, StoreSql *sql, GError **error)
{
  DisplayedJob *self = (DisplayedJob *) job;
  sqlite3_stmt *current =
      store_sql_prepare (sql, "SELECT displayed_order FROM conversations WHERE id=?1", error);
  gint64 before;
  gboolean has_row;

  self->displayed.id = 0;
  self->displayed.newly = 0;
  if (!current)
    return FALSE;
  sqlite3_bind_int64 (current, 1, self->conversation);
  if (!store_sql_step (sql, current, &has_row, error))
    return FALSE;
  before = has_row ? sqlite3_column_int64 (current, 0) : G_MAXINT64;
  sqlite3_reset (current);
  self->displayed.order = before;
  if (!find_furthest (self, sql, error))
    return FALSE;
  if (self->displayed.id == 0)
    return TRUE;
  return count_incoming (sql, self->conversation, before, self->displayed.order,
                         &self->displayed.newly, error) &&
         write_displayed (self, sql, error);
}

static void
displayed_done (StoreJob *job, const GError *error)
{
  DisplayedJob *self = (DisplayedJob *) job;

  if (!self->displayed.token)
    self->displayed.token = g_strdup ("");
  self->done (self->user_data, error ? NULL : &self->displayed, error);
  g_free (self->displayed.token);
  g_free (self->local_ids);
  g_free (self);
}

/**
 * store_conversation_set_displayed:
 * @local_ids: copied
 * @done: finds the id 0 where nothing changed
 *
 * A person has seen everything up to the newest of these messages. Never moves back. Errors:
 * STORE_ERROR.
 */
void
store_conversation_set_displayed (StoreDb *db,
                                  gint64 conversation,
                                  const gint64 *local_ids,
                                  guint n_local_ids,
                                  StoreDisplayedDone done,
                                  gpointer user_data)
{
  DisplayedJob *job = g_new0 (DisplayedJob, 1);

  g_return_if_fail (n_local_ids > 0 && done);

  job->parent.run = displayed_run;
  job->parent.done = displayed_done;
  job->parent.is_kept = TRUE;
  job->conversation = conversation;
  job->local_ids = g_memdup2 (local_ids, n_local_ids * sizeof *local_ids);
  job->n_local_ids = n_local_ids;
  job->done = done;
  job->user_data = user_data;
  store_worker_push (store_db_get_writer (db), &job->parent);
}
