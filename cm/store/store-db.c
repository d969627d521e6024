/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-db.c: the database of the service: one file, one thread that writes, one that reads */

#include "store/store-db-private.h"

#include <unistd.h>

#include "store/store-file.h"
#include "store/store-schema.h"
#include "store/store-search.h"

struct _StoreDb
{
  char *path; /* (owned) */
  char *quarantined; /* (owned) (nullable) */
  int lock_fd; /* (owned) */
  StoreWorker *writer; /* (owned) */
  StoreWorker *reader; /* (owned) */
  gint64 account_id; /* the last one given out */
  gint64 conversation_id; /* the last one given out */
};

/* Says by a word for the file's new name why it cannot be used; NULL: it can. */
static const char *
find_fault (StoreSql *sql, gboolean is_suspect, GError **error)
{
  gint64 application;
  gint64 n_tables;
  gint64 version;
  sqlite3_stmt *check;
  gboolean has_row;
  gboolean is_whole;

  if (!store_sql_get_number (sql, "PRAGMA application_id", &application, error) ||
      !store_sql_get_number (sql, "PRAGMA user_version", &version, error) ||
      !store_sql_get_number (sql, "SELECT count(*) FROM sqlite_schema", &n_tables, error))
    return "damaged";
  if (application != STORE_SCHEMA_APPLICATION_ID && (n_tables > 0 || application != 0))
    {
      g_set_error_literal (error, STORE_ERROR, STORE_ERROR_CORRUPT,
                           "The file is another program's database");
      return "foreign";
    }
  if (version > store_schema_get_latest ())
    {
      g_set_error_literal (error, STORE_ERROR, STORE_ERROR_NEWER,
                           "The message store is of a later version of this program");
      return "newer";
    }
  if (!is_suspect || n_tables == 0)
    return NULL;
  check = store_sql_prepare (sql, "PRAGMA quick_check(1)", error);
  if (!check || !store_sql_step (sql, check, &has_row, error))
    return "damaged";
  is_whole = has_row && g_strcmp0 ((const char *) sqlite3_column_text (check, 0), "ok") == 0;
  sqlite3_reset (check);
  if (is_whole)
    return NULL;
  g_set_error_literal (error, STORE_ERROR, STORE_ERROR_CORRUPT, "The message store is damaged");
  return "damaged";
}

static gboolean
is_file_bad (const GError *error)
{
  return g_error_matches (error, STORE_ERROR, STORE_ERROR_CORRUPT) ||
         g_error_matches (error, STORE_ERROR, STORE_ERROR_NEWER);
}

/* Opens the file as it is. `fault`: (out): why it should be set aside, or NULL. */
static StoreSql *
open_file (const char *path, const char **fault, GError **error)
{
  g_autoptr (StoreSql) sql = NULL;
  gboolean is_suspect;

  *fault = "damaged";
  if (!store_file_check (path, error))
    return NULL;
  is_suspect = store_file_is_suspect (path);
  sql = store_sql_open (path, TRUE, error);
  if (!sql)
    return NULL;
  *fault = find_fault (sql, is_suspect, error);
  if (*fault)
    return NULL;
  *fault = "damaged";
  if (!store_schema_migrate (sql, store_schema_get_latest (), error))
    return NULL;
  store_file_set_is_suspect (path, FALSE);
  return g_steal_pointer (&sql);
}

/* Opens the file, or another in its place when it cannot be used. */
static StoreSql *
open_writer (StoreDb *self, GError **error)
{
  g_autoptr (GError) bad = NULL;
  const char *fault;
  StoreSql *sql = open_file (self->path, &fault, &bad);

  if (sql)
    return sql;
  if (!is_file_bad (bad))
    {
      g_propagate_error (error, g_steal_pointer (&bad));
      return NULL;
    }
  self->quarantined = store_file_set_aside (self->path, fault, error);
  if (!self->quarantined)
    return NULL;
  g_message ("%s. It is kept as %s, and a new one is begun", bad->message, self->quarantined);
  store_file_set_is_suspect (self->path, FALSE);
  return open_file (self->path, &fault, error);
}

static gboolean
load_sequences (StoreDb *self, StoreSql *sql, GError **error)
{
  return store_sql_get_number (sql, "SELECT seq FROM sqlite_sequence WHERE name='accounts'",
                               &self->account_id, error) &&
         store_sql_get_number (sql, "SELECT seq FROM sqlite_sequence WHERE name='conversations'",
                               &self->conversation_id, error);
}

static void
db_free (StoreDb *self)
{
  if (self->writer &&
      (store_worker_has_seen_damage (self->writer) || store_worker_has_seen_damage (self->reader)))
    store_file_set_is_suspect (self->path, TRUE);
  g_clear_pointer (&self->reader, store_worker_free);
  g_clear_pointer (&self->writer, store_worker_free);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->quarantined);
  g_free (self->path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreDb, db_free)

/**
 * store_db_open:
 * @directory: made if need be
 *
 * Opens or makes `directory`/linnet.db, alone in the world, and starts its threads. Blocking. A
 * file that is damaged, not ours or newer is set aside under another name, see
 * store_db_get_quarantined ().
 *
 * Returns: (transfer full): NULL on failure. Errors: STORE_ERROR, G_IO_ERROR.
 */
StoreDb *
store_db_open (const char *directory, GError **error)
{
  g_autoptr (StoreDb) self = g_new0 (StoreDb, 1);
  g_autofree char *real = NULL;
  StoreSql *writer;
  StoreSql *reader;

  g_return_val_if_fail (directory, NULL);

  self->lock_fd = -1;
  real = store_file_prepare (directory, error);
  if (!real)
    return NULL;
  self->lock_fd = store_file_lock (real, error);
  if (self->lock_fd < 0)
    return NULL;
  self->path = g_build_filename (real, "linnet.db", NULL);
  writer = open_writer (self, error);
  if (!writer)
    return NULL;
  reader = load_sequences (self, writer, error) ? store_sql_open (self->path, FALSE, error) : NULL;
  if (!reader)
    {
      store_sql_close (writer);
      return NULL;
    }
  self->writer = store_worker_new ("store-write", writer, store_search_index_some);
  self->reader = store_worker_new_reader ("store-read", reader);
  return g_steal_pointer (&self);
}

/**
 * store_db_close:
 *
 * Writes what is queued, ends the threads and tells the last operations that they are done.
 * Blocking. Not to be called from the end of an operation.
 */
void
store_db_close (StoreDb *self)
{
  if (self)
    db_free (self);
}

static void
close_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  StoreDb *self = task_data;

  store_worker_stop (self->writer);
  store_worker_stop (self->reader);
  g_task_return_boolean (task, TRUE);
}

/**
 * store_db_close_async:
 *
 * As store_db_close (), but waits for the disk on a thread of its own. From now on operations fail
 * with STORE_ERROR_CLOSED.
 */
void
store_db_close_async (StoreDb *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, store_db_close_async);
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, close_thread);
}

/**
 * store_db_close_finish:
 *
 * Frees the database.
 */
void
store_db_close_finish (GAsyncResult *result)
{
  db_free (g_task_get_task_data (G_TASK (result)));
}

/**
 * store_db_get_quarantined:
 *
 * Returns: (nullable) (transfer none): where the file is that could not be used; NULL: it could.
 */
const char *
store_db_get_quarantined (StoreDb *self)
{
  return self->quarantined;
}

/**
 * store_db_get_n_queued:
 *
 * Returns: how many writes are not on the disk yet.
 */
guint
store_db_get_n_queued (StoreDb *self)
{
  return store_worker_get_n_queued (self->writer);
}

/**
 * store_db_take_account_id:
 *
 * Returns: a number for a new account that no other one ever had.
 */
gint64
store_db_take_account_id (StoreDb *self)
{
  return ++self->account_id;
}

/**
 * store_db_take_conversation_id:
 *
 * Returns: a number for a new conversation that no other one ever had.
 */
gint64
store_db_take_conversation_id (StoreDb *self)
{
  return ++self->conversation_id;
}

/**
 * store_db_get_writer:
 *
 * Returns: (transfer none): where operations that change something are queued.
 */
StoreWorker *
store_db_get_writer (StoreDb *self)
{
  return self->writer;
}

/**
 * store_db_get_reader:
 *
 * Returns: (transfer none): where operations that only read are queued.
 */
StoreWorker *
store_db_get_reader (StoreDb *self)
{
  return self->reader;
}
