/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-page.c: messages are read, by pages and by their tokens */

#include "store/store-db-private.h"
#include "store/store-row.h"
#include "store/store-search.h"

/* ?1 conversation, ?2 place, ?3 limit, ?4 since, ?5 until, ?6 side, ?7 words */
#define TIME_OF "CASE m.sent_us WHEN 0 THEN m.received_us ELSE m.sent_us END"
#define SELECT_PAGE "SELECT " STORE_ROW_COLUMNS " FROM messages AS m WHERE m.conversation=?1"
#define FILTER \
  " AND (?4=0 OR " TIME_OF " >= ?4) AND (?5=0 OR " TIME_OF " <= ?5) AND (?6=0 OR m.outgoing=?6-1)"
#define WORDS " AND m.local_id IN (SELECT rowid FROM messages_words WHERE messages_words MATCH ?7)"
#define TO_OLDER " AND m.order_us<?2 ORDER BY m.order_us DESC LIMIT ?3"
#define TO_NEWER " AND m.order_us>?2 ORDER BY m.order_us ASC LIMIT ?3"

static const char older_text[] = SELECT_PAGE FILTER TO_OLDER;
static const char newer_text[] = SELECT_PAGE FILTER TO_NEWER;
static const char older_words_text[] = SELECT_PAGE FILTER WORDS TO_OLDER;
static const char newer_words_text[] = SELECT_PAGE FILTER WORDS TO_NEWER;

typedef struct
{
  StoreJob parent;
  StoreDb *db; /* borrowed */
  StoreQuery query;
  char *match; /* (owned) (nullable) */
  char *token; /* (owned) (nullable) */
  GPtrArray *rows; /* (owned) StoreMessage, owned */
  gboolean is_complete;
  StoreRowsDone done;
  gpointer user_data;
} ReadJob;

static GPtrArray *
rows_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) store_message_free);
}

static void
read_done (StoreJob *job, const GError *error)
{
  ReadJob *self = (ReadJob *) job;

  self->done (self->user_data, error ? NULL : g_steal_pointer (&self->rows), self->is_complete,
              error);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self->match);
  g_free (self->token);
  g_free (self);
}

static ReadJob *
read_job_new (gboolean (*run) (StoreJob *, StoreSql *, GError **),
              StoreRowsDone done,
              gpointer user_data)
{
  ReadJob *job = g_new0 (ReadJob, 1);

  job->parent.run = run;
  job->parent.done = read_done;
  job->rows = rows_new ();
  job->is_complete = TRUE;
  job->done = done;
  job->user_data = user_data;
  return job;
}

static void
reverse (GPtrArray *rows)
{
  for (guint i = 0; i < rows->len / 2; i++)
    {
      gpointer other = rows->pdata[i];

      rows->pdata[i] = rows->pdata[rows->len - 1 - i];
      rows->pdata[rows->len - 1 - i] = other;
    }
}

/* At most `limit` rows on one side of a place, the nearest first. */
static gboolean
read_side (ReadJob *self,
           StoreSql *sql,
           gboolean is_newer,
           gint64 place,
           guint limit,
           GPtrArray *rows,
           GError **error)
{
  const char *text = is_newer ? (self->match ? newer_words_text : newer_text)
                              : (self->match ? older_words_text : older_text);
  sqlite3_stmt *select = store_sql_prepare (sql, text, error);

  if (!select)
    return FALSE;
  sqlite3_bind_int64 (select, 1, self->query.conversation);
  sqlite3_bind_int64 (select, 2, place);
  sqlite3_bind_int (select, 3, (int) limit);
  sqlite3_bind_int64 (select, 4, self->query.since_us);
  sqlite3_bind_int64 (select, 5, self->query.until_us);
  sqlite3_bind_int (select, 6, self->query.side);
  if (self->match)
    store_sql_bind_text (select, 7, self->match);
  return store_row_read_all (sql, select, rows, error);
}

static gboolean
find_place (ReadJob *self, StoreSql *sql, gint64 *place, GError **error)
{
  sqlite3_stmt *find;
  gboolean has_row;

  *place = G_MAXINT64;
  if (self->query.anchor == 0)
    return TRUE;
  find = store_sql_prepare (
      sql, "SELECT order_us FROM messages WHERE local_id=?1 AND conversation=?2", error);
  if (!find)
    return FALSE;
  sqlite3_bind_int64 (find, 1, self->query.anchor);
  sqlite3_bind_int64 (find, 2, self->query.conversation);
  if (!store_sql_step (sql, find, &has_row, error))
    return FALSE;
  if (!has_row)
    {
      g_set_error (error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                   "Message %" G_GINT64_FORMAT " is not in this conversation", self->query.anchor);
      return FALSE;
    }
  *place = sqlite3_column_int64 (find, 0);
  sqlite3_reset (find);
  return TRUE;
}

/* One row more than asked for says whether there is more. */
static gboolean
read_one_side (ReadJob *self, StoreSql *sql, gint64 place, GError **error)
{
  gboolean is_newer = self->query.direction == STORE_PAGE_NEWER;

  if (!read_side (self, sql, is_newer, place, self->query.limit + 1, self->rows, error))
    return FALSE;
  self->is_complete = self->rows->len <= self->query.limit;
  if (!self->is_complete)
    g_ptr_array_set_size (self->rows, (int) self->query.limit);
  if (is_newer)
    reverse (self->rows);
  return TRUE;
}

/* Half of the page is newer than the anchor, unless one side has not enough. */
static gboolean
read_around (ReadJob *self, StoreSql *sql, gint64 place, GError **error)
{
  g_autoptr (GPtrArray) older = rows_new ();
  g_autoptr (GPtrArray) newer = rows_new ();
  guint limit = self->query.limit;
  guint n_newer;
  guint n_older;

  if (!read_side (self, sql, FALSE, place + 1, limit + 1, older, error) ||
      !read_side (self, sql, TRUE, place, limit + 1, newer, error))
    return FALSE;
  n_older = MIN (older->len, limit - MIN (limit / 2, newer->len));
  n_newer = MIN (newer->len, limit - n_older);
  self->is_complete = n_older == older->len && n_newer == newer->len;
  g_ptr_array_set_size (older, (int) n_older);
  g_ptr_array_set_size (newer, (int) n_newer);
  reverse (newer);
  g_ptr_array_extend_and_steal (self->rows, g_steal_pointer (&newer));
  g_ptr_array_extend_and_steal (self->rows, g_steal_pointer (&older));
  return TRUE;
}

static gboolean
page_run (StoreJob *job, StoreSql *sql, GError **error)
{
  ReadJob *self = (ReadJob *) job;
  gint64 place;

  if (!find_place (self, sql, &place, error))
    return FALSE;
  if (self->query.anchor == 0 && self->query.direction == STORE_PAGE_NEWER)
    return TRUE;
  if (self->query.direction == STORE_PAGE_AROUND && self->query.anchor != 0)
    return read_around (self, sql, place, error);
  return read_one_side (self, sql, place, error);
}

static void
page_indexed (gpointer user_data, const GError *error)
{
  ReadJob *job = user_data;

  if (error)
    read_done (&job->parent, error);
  else
    store_worker_push (store_db_get_reader (job->db), &job->parent);
}

/**
 * store_messages_page:
 * @query: copied; `limit` at least 1
 * @done: gets the messages, newest first
 *
 * Reads a page of a conversation, in the order of its messages' places. Errors:
 * STORE_ERROR_NOT_FOUND: the anchor is not of that conversation.
 */
void
store_messages_page (StoreDb *db, const StoreQuery *query, StoreRowsDone done, gpointer user_data)
{
  ReadJob *job = read_job_new (page_run, done, user_data);

  g_return_if_fail (query->limit > 0);

  job->db = db;
  job->query = *query;
  job->query.text = NULL;
  job->match = query->text ? store_search_dup_match (query->text) : NULL;
  if (job->match)
    store_search_prepare (db, page_indexed, job);
  else
    store_worker_push (store_db_get_reader (db), &job->parent);
}

static gboolean
unread_run (StoreJob *job, StoreSql *sql, GError **error)
{
  ReadJob *self = (ReadJob *) job;
  sqlite3_stmt *select =
      store_sql_prepare (sql,
                         "SELECT " STORE_ROW_COLUMNS " FROM messages AS m WHERE m.conversation=?1"
                         " AND m.order_us>?2 AND m.outgoing=0 ORDER BY m.order_us DESC LIMIT ?3",
                         error);

  if (!select)
    return FALSE;
  sqlite3_bind_int64 (select, 1, self->query.conversation);
  sqlite3_bind_int64 (select, 2, self->query.anchor);
  sqlite3_bind_int (select, 3, (int) self->query.limit + 1);
  if (!store_row_read_all (sql, select, self->rows, error))
    return FALSE;
  self->is_complete = self->rows->len <= self->query.limit;
  if (!self->is_complete)
    g_ptr_array_set_size (self->rows, (int) self->query.limit);
  reverse (self->rows);
  return TRUE;
}

/**
 * store_messages_load_unread:
 * @after_order: the place of the last displayed message
 * @done: gets the incoming messages after it, oldest first; of more than @limit the newest
 *
 * Reads what nobody has seen yet.
 */
void
store_messages_load_unread (StoreDb *db,
                            gint64 conversation,
                            gint64 after_order,
                            guint limit,
                            StoreRowsDone done,
                            gpointer user_data)
{
  ReadJob *job = read_job_new (unread_run, done, user_data);

  job->query.conversation = conversation;
  job->query.anchor = after_order;
  job->query.limit = limit;
  store_worker_push (store_db_get_reader (db), &job->parent);
}

static gboolean
find_run (StoreJob *job, StoreSql *sql, GError **error)
{
  ReadJob *self = (ReadJob *) job;
  sqlite3_stmt *find =
      store_sql_prepare (sql,
                         "SELECT " STORE_ROW_COLUMNS " FROM messages AS m WHERE m.conversation=?1"
                         " AND m.token=?2 ORDER BY m.order_us DESC LIMIT 1",
                         error);

  if (!find)
    return FALSE;
  sqlite3_bind_int64 (find, 1, self->query.conversation);
  store_sql_bind_text (find, 2, self->token);
  return store_row_read_all (sql, find, self->rows, error);
}

/**
 * store_messages_find:
 * @token: the wire id
 * @done: gets the newest message that has it, or none
 *
 * Reads one message.
 */
void
store_messages_find (
    StoreDb *db, gint64 conversation, const char *token, StoreRowsDone done, gpointer user_data)
{
  ReadJob *job = read_job_new (find_run, done, user_data);

  job->query.conversation = conversation;
  job->token = g_strdup (token);
  store_worker_push (store_db_get_reader (db), &job->parent);
}

static gboolean
waiting_run (StoreJob *job, StoreSql *sql, GError **error)
{
  ReadJob *self = (ReadJob *) job;
  sqlite3_stmt *select =
      store_sql_prepare (sql,
                         "SELECT " STORE_ROW_COLUMNS " FROM messages AS m WHERE m.account=?1"
                         " AND m.state IN (1, 2) AND m.outgoing=1 ORDER BY m.local_id",
                         error);

  if (!select)
    return FALSE;
  sqlite3_bind_int64 (select, 1, self->query.account);
  return store_row_read_all (sql, select, self->rows, error);
}

/**
 * store_messages_load_waiting:
 *
 * Reads the messages of ours that no server has. Blocking: at the start only.
 *
 * Returns: (element-type StoreMessage) (transfer full): oldest first; NULL with STORE_ERROR.
 */
GPtrArray *
store_messages_load_waiting (StoreDb *db, gint64 account, GError **error)
{
  ReadJob job = { .parent.run = waiting_run, .query.account = account };

  job.rows = rows_new ();
  if (!store_worker_run_blocking (store_db_get_reader (db), &job.parent, error))
    g_clear_pointer (&job.rows, g_ptr_array_unref);
  return job.rows;
}
