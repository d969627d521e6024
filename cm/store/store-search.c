/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-search.c: messages by the words in them
 *
 * The index is filled when there is nothing else to do, and before every search: a word costs more
 * than the row it is in, and messages come faster than anybody searches. What is indexed is what
 * meta says, so a crash costs nothing. */

#include "store/store-search.h"

#include "store/store-db-private.h"
#include "store/store-row.h"

#define MAX_INDEXED_AT_ONCE 500
#define MAX_WORDS 32

typedef struct
{
  StoreJob parent;
  StoreDb *db; /* borrowed */
  gboolean has_more;
  StoreDone done;
  gpointer user_data;
} IndexJob;

typedef struct
{
  StoreJob parent;
  StoreDb *db; /* borrowed */
  StoreQuery query;
  char *match; /* (owned) */
  GPtrArray *rows; /* (owned) StoreMessage, owned */
  gboolean is_complete;
  StoreRowsDone done;
  gpointer user_data;
} SearchJob;

static const char indexed_text[] = "SELECT value FROM meta WHERE key='words-indexed'";

/* Runs a statement with one or two numbers. */
static gboolean
run_with (StoreSql *sql, const char *text, gint64 first, gint64 second, GError **error)
{
  sqlite3_stmt *statement = store_sql_prepare (sql, text, error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, first);
  if (sqlite3_bind_parameter_count (statement) > 1)
    sqlite3_bind_int64 (statement, 2, second);
  return store_sql_run (sql, statement, error);
}

/**
 * store_search_index_some:
 * @has_more: (out): whether there is more to do
 *
 * Indexes the next messages. The writer's thread, in a transaction.
 *
 * Returns: FALSE with STORE_ERROR.
 */
gboolean
store_search_index_some (StoreSql *sql, gboolean *has_more, GError **error)
{
  sqlite3_stmt *find;
  gboolean has_row;
  gint64 from;
  gint64 to;

  *has_more = FALSE;
  if (!store_sql_get_number (sql, indexed_text, &from, error))
    return FALSE;
  find = store_sql_prepare (
      sql,
      "SELECT max(local_id), count(*) FROM"
      " (SELECT local_id FROM messages WHERE local_id>?1 ORDER BY local_id LIMIT ?2)",
      error);
  if (!find)
    return FALSE;
  sqlite3_bind_int64 (find, 1, from);
  sqlite3_bind_int (find, 2, MAX_INDEXED_AT_ONCE);
  if (!store_sql_step (sql, find, &has_row, error))
    return FALSE;
  to = sqlite3_column_int64 (find, 0);
  *has_more = sqlite3_column_int (find, 1) == MAX_INDEXED_AT_ONCE;
  sqlite3_reset (find);
  if (to <= from)
    return TRUE;
  return run_with (sql,
                   "INSERT INTO messages_words (rowid, body) SELECT local_id, body FROM messages"
                   " WHERE local_id>?1 AND local_id<=?2 AND body IS NOT NULL",
                   from, to, error) &&
         run_with (sql, "UPDATE meta SET value=?1 WHERE key='words-indexed'", to, 0, error);
}

/**
 * store_search_forget_conversation:
 *
 * Takes the words of a conversation out of the index, before its messages are removed. The writer's
 * thread, in a transaction.
 *
 * Returns: FALSE with STORE_ERROR.
 */
gboolean
store_search_forget_conversation (StoreSql *sql, gint64 conversation, GError **error)
{
  gint64 indexed;

  return store_sql_get_number (sql, indexed_text, &indexed, error) &&
         run_with (sql,
                   "INSERT INTO messages_words (messages_words, rowid, body) SELECT 'delete', "
                   "local_id, body FROM messages"
                   " WHERE conversation=?1 AND local_id<=?2 AND body IS NOT NULL",
                   conversation, indexed, error);
}

/**
 * store_search_dup_match:
 * @text: what a person typed
 *
 * Returns: (transfer full) (nullable): an expression for the index: all the words, the last as the
 * beginning of one; NULL: no word.
 */
char *
store_search_dup_match (const char *text)
{
  GString *match = g_string_new (NULL);
  guint n_words = 0;

  while (*text && n_words < MAX_WORDS)
    {
      gboolean has_letters = FALSE;
      gsize start = match->len;

      while (*text && g_unichar_isspace (g_utf8_get_char (text)))
        text = g_utf8_next_char (text);
      g_string_append (match, start > 0 ? " \"" : "\"");
      for (; *text && !g_unichar_isspace (g_utf8_get_char (text)); text = g_utf8_next_char (text))
        {
          has_letters |= g_unichar_isalnum (g_utf8_get_char (text));
          g_string_append_unichar (match, g_utf8_get_char (text));
          if (*text == '"')
            g_string_append_c (match, '"');
        }
      g_string_append_c (match, '"');
      if (has_letters)
        n_words++;
      else
        g_string_truncate (match, start);
    }
  if (n_words == 0)
    {
      g_string_free (match, TRUE);
      return NULL;
    }
  g_string_append_c (match, '*');
  return g_string_free (match, FALSE);
}

static gboolean
index_run (StoreJob *job, StoreSql *sql, GError **error)
{
  IndexJob *self = (IndexJob *) job;

  return store_search_index_some (sql, &self->has_more, error);
}

static void
index_done (StoreJob *job, const GError *error)
{
  IndexJob *self = (IndexJob *) job;

  if (!error && self->has_more)
    {
      store_worker_push (store_db_get_writer (self->db), job);
      return;
    }
  self->done (self->user_data, error);
  g_free (self);
}

/**
 * store_search_prepare:
 * @done: called when everything that was stored before is indexed
 *
 * Brings the index up to date, in pieces, so that nothing else waits long.
 */
void
store_search_prepare (StoreDb *db, StoreDone done, gpointer user_data)
{
  IndexJob *job = g_new0 (IndexJob, 1);

  job->parent.run = index_run;
  job->parent.done = index_done;
  job->parent.is_compound = TRUE;
  job->db = db;
  job->done = done;
  job->user_data = user_data;
  store_worker_push (store_db_get_writer (db), &job->parent);
}

static gboolean
search_run (StoreJob *job, StoreSql *sql, GError **error)
{
  SearchJob *self = (SearchJob *) job;
  sqlite3_stmt *select = store_sql_prepare (
      sql,
      "SELECT " STORE_ROW_COLUMNS
      " FROM messages_words AS w JOIN messages AS m ON m.local_id=w.rowid"
      " WHERE w.messages_words MATCH ?1 AND w.rowid<?2 AND m.account=?3 AND (?4=0 OR "
      "m.conversation=?4)"
      " AND (?5=0 OR CASE m.sent_us WHEN 0 THEN m.received_us ELSE m.sent_us END >= ?5)"
      " AND (?6=0 OR CASE m.sent_us WHEN 0 THEN m.received_us ELSE m.sent_us END <= ?6)"
      " AND (?7=0 OR m.outgoing=?7-1) ORDER BY w.rowid DESC LIMIT ?8",
      error);

  if (!select)
    return FALSE;
  store_sql_bind_text (select, 1, self->match);
  sqlite3_bind_int64 (select, 2, self->query.anchor == 0 ? G_MAXINT64 : self->query.anchor);
  sqlite3_bind_int64 (select, 3, self->query.account);
  sqlite3_bind_int64 (select, 4, self->query.conversation);
  sqlite3_bind_int64 (select, 5, self->query.since_us);
  sqlite3_bind_int64 (select, 6, self->query.until_us);
  sqlite3_bind_int (select, 7, self->query.side);
  sqlite3_bind_int (select, 8, (int) self->query.limit + 1);
  if (!store_row_read_all (sql, select, self->rows, error))
    return FALSE;
  self->is_complete = self->rows->len <= self->query.limit;
  if (!self->is_complete)
    g_ptr_array_set_size (self->rows, (int) self->query.limit);
  return TRUE;
}

static void
search_done (StoreJob *job, const GError *error)
{
  SearchJob *self = (SearchJob *) job;

  self->done (self->user_data, error ? NULL : g_steal_pointer (&self->rows), self->is_complete,
              error);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self->match);
  g_free (self);
}

static void
search_indexed (gpointer user_data, const GError *error)
{
  SearchJob *job = user_data;

  if (error)
    search_done (&job->parent, error);
  else
    store_worker_push (store_db_get_reader (job->db), &job->parent);
}

/**
 * store_search:
 * @query: copied; its `text` has the words, its `anchor` the local id before which to look (0: all)
 * @done: gets the messages, the last stored first
 *
 * Looks for messages with all these words, whatever their case and accents; none where @query has
 * no word.
 */
void
store_search (StoreDb *db, const StoreQuery *query, StoreRowsDone done, gpointer user_data)
{
  SearchJob *job = g_new0 (SearchJob, 1);

  g_return_if_fail (query->limit > 0 && query->text);

  job->parent.run = search_run;
  job->parent.done = search_done;
  job->db = db;
  job->query = *query;
  job->query.text = NULL;
  job->match = store_search_dup_match (query->text);
  job->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_message_free);
  job->is_complete = TRUE;
  job->done = done;
  job->user_data = user_data;
  if (!job->match)
    job->match = g_strdup ("\"\"");
  store_search_prepare (db, search_indexed, job);
}
