/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-sql.c: one connection to the database, used by one thread at a time
 *
 * Statements are prepared once and found again by the address of their text, so texts are
 * constants. A statement is reset before it is given out again and when it has run to its end: none
 * holds a snapshot open, or checkpoints would starve. */

#include "store/store-sql.h"

struct _StoreSql
{
  sqlite3 *db; /* (owned) */
  GHashTable *statements; /* (owned) constant text, borrowed → sqlite3_stmt, owned */
};

/* FULL: a commit is on the disk when it returns, so a message called stored survives a power cut.
 * The cache is small because a messenger reads the newest pages again and again, and besides them
 * little but the index of ids, which are random. */
static const char writer_setup[] = "PRAGMA journal_mode=WAL;"
                                   "PRAGMA synchronous=FULL;"
                                   "PRAGMA cache_size=-4096;"
                                   "PRAGMA secure_delete=FAST;"
                                   "PRAGMA temp_store=MEMORY;"
                                   "PRAGMA journal_size_limit=4194304;"
                                   "PRAGMA wal_autocheckpoint=4000;"
                                   "PRAGMA trusted_schema=OFF;";
static const char reader_setup[] = "PRAGMA query_only=ON;"
                                   "PRAGMA cache_size=-512;"
                                   "PRAGMA temp_store=MEMORY;"
                                   "PRAGMA trusted_schema=OFF;";

static const struct
{
  int result;
  StoreError code;
  const char *text;
} faults[] = {
  { SQLITE_FULL, STORE_ERROR_FULL, "The disk is full" },
  { SQLITE_READONLY, STORE_ERROR_READ_ONLY, "The message store cannot be written" },
  { SQLITE_PERM, STORE_ERROR_READ_ONLY, "The message store cannot be written" },
  { SQLITE_CANTOPEN, STORE_ERROR_IO, "The message store cannot be opened" },
  { SQLITE_IOERR, STORE_ERROR_IO, "The disk reports an error" },
  { SQLITE_CORRUPT, STORE_ERROR_CORRUPT, "The message store is damaged" },
  { SQLITE_NOTADB, STORE_ERROR_CORRUPT, "The message store is not a database" },
  { SQLITE_BUSY, STORE_ERROR_BUSY, "The message store is in use" },
  { SQLITE_LOCKED, STORE_ERROR_BUSY, "The message store is in use" },
};

/* Nobody asks SQLite how much memory it has, and each connection belongs to one thread: counting
 * and locking cost a tenth of the time. Refused, without harm, when somebody else in the process
 * has used SQLite already. */
static void
configure_once (void)
{
  static gsize is_configured = 0;

  if (!g_once_init_enter (&is_configured))
    return;
  if (sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK ||
      sqlite3_config (SQLITE_CONFIG_MULTITHREAD) != SQLITE_OK)
    g_debug ("SQLite was in use before");
  g_once_init_leave (&is_configured, 1);
}

/* Always FALSE. SQLite's own words name tables and columns, never contents. */
static gboolean
fail (StoreSql *self, int result, GError **error)
{
  const char *detail = self->db ? sqlite3_errmsg (self->db) : sqlite3_errstr (result);

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if ((result & 0xff) == faults[i].result)
      {
        g_set_error (error, STORE_ERROR, faults[i].code, "%s: %s", faults[i].text, detail);
        return FALSE;
      }
  g_set_error (error, STORE_ERROR, STORE_ERROR_FAILED, "The message store failed: %s", detail);
  return FALSE;
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

/**
 * store_sql_open:
 * @path: the file; made, if the connection is a writer's
 * @is_writer: whether it may write
 *
 * Opens a connection. The file's directory is free of symbolic links (see store_file_prepare ()).
 *
 * Returns: (transfer full): NULL on failure. Errors: STORE_ERROR. Any thread.
 */
StoreSql *
store_sql_open (const char *path, gboolean is_writer, GError **error)
{
  g_autoptr (StoreSql) self = g_new0 (StoreSql, 1);
  int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE;
  int result;

  g_return_val_if_fail (path, NULL);

  configure_once ();
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize_statement);
  if (is_writer)
    flags |= SQLITE_OPEN_CREATE;
  result = sqlite3_open_v2 (path, &self->db, flags, NULL);
  if (result != SQLITE_OK)
    {
      fail (self, result, error);
      return NULL;
    }
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 512, 64);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_busy_timeout (self->db, 2000);
  if (!store_sql_exec (self, is_writer ? writer_setup : reader_setup, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * store_sql_close:
 *
 * Closes the connection and forgets its statements.
 */
void
store_sql_close (StoreSql *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->statements, g_hash_table_unref);
  if (self->db)
    sqlite3_close (self->db);
  g_free (self);
}

/**
 * store_sql_exec:
 * @text: statements whose rows do not matter
 *
 * Returns: FALSE with STORE_ERROR at the first that fails.
 */
gboolean
store_sql_exec (StoreSql *self, const char *text, GError **error)
{
  int result = sqlite3_exec (self->db, text, NULL, NULL, NULL);

  return result == SQLITE_OK || fail (self, result, error);
}

/**
 * store_sql_is_in_transaction:
 *
 * Returns: FALSE too when SQLite has rolled it back by itself, as it does when the disk is full.
 */
gboolean
store_sql_is_in_transaction (StoreSql *self)
{
  return !sqlite3_get_autocommit (self->db);
}

/**
 * store_sql_get_last_id:
 *
 * Returns: the row id of the last insert.
 */
gint64
store_sql_get_last_id (StoreSql *self)
{
  return sqlite3_last_insert_rowid (self->db);
}

/**
 * store_sql_get_n_changed:
 *
 * Returns: how many rows the last statement changed.
 */
guint
store_sql_get_n_changed (StoreSql *self)
{
  return (guint) sqlite3_changes (self->db);
}

/**
 * store_sql_prepare:
 * @text: one statement, a constant: it is known by its address
 *
 * Returns: (transfer none): ready to be bound; NULL with STORE_ERROR.
 */
sqlite3_stmt *
store_sql_prepare (StoreSql *self, const char *text, GError **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, text);
  int result;

  if (statement)
    {
      sqlite3_reset (statement);
      return statement;
    }
  result = sqlite3_prepare_v3 (self->db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (result != SQLITE_OK)
    {
      fail (self, result, error);
      return NULL;
    }
  g_hash_table_insert (self->statements, (gpointer) text, statement);
  return statement;
}

/**
 * store_sql_step:
 * @has_row: (out): whether there is a row to read; else the statement is reset
 *
 * Returns: FALSE with STORE_ERROR.
 */
gboolean
store_sql_step (StoreSql *self, sqlite3_stmt *statement, gboolean *has_row, GError **error)
{
  int result = sqlite3_step (statement);

  *has_row = result == SQLITE_ROW;
  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    fail (self, result, error);
  sqlite3_reset (statement);
  return result == SQLITE_DONE;
}

/**
 * store_sql_run:
 *
 * Runs a bound statement to its end; rows do not matter.
 *
 * Returns: FALSE with STORE_ERROR.
 */
gboolean
store_sql_run (StoreSql *self, sqlite3_stmt *statement, GError **error)
{
  gboolean has_row = TRUE;

  while (has_row)
    if (!store_sql_step (self, statement, &has_row, error))
      return FALSE;
  return TRUE;
}

/**
 * store_sql_get_number:
 * @text: a constant statement without parameters
 * @number: (out): the first column of the first row; 0 where there is none
 *
 * Returns: FALSE with STORE_ERROR.
 */
gboolean
store_sql_get_number (StoreSql *self, const char *text, gint64 *number, GError **error)
{
  sqlite3_stmt *statement = store_sql_prepare (self, text, error);
  gboolean has_row;

  *number = 0;
  if (!statement || !store_sql_step (self, statement, &has_row, error))
    return FALSE;
  if (has_row)
    *number = sqlite3_column_int64 (statement, 0);
  sqlite3_reset (statement);
  return TRUE;
}

/**
 * store_sql_bind_text:
 * @text: (nullable): stays until the statement has run
 *
 * Binds text, or NULL.
 */
void
store_sql_bind_text (sqlite3_stmt *statement, int index, const char *text)
{
  if (text)
    sqlite3_bind_text (statement, index, text, -1, SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, index);
}

/**
 * store_sql_dup_text:
 *
 * Returns: (nullable): what the column has; made valid, because a damaged file may hold anything
 * and D-Bus takes UTF-8 only.
 */
char *
store_sql_dup_text (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *) sqlite3_column_text (statement, column);
  int length = sqlite3_column_bytes (statement, column);

  if (!text)
    return NULL;
  if (g_utf8_validate_len (text, length, NULL))
    return g_strndup (text, length);
  return g_utf8_make_valid (text, length);
}

/**
 * store_sql_dup_bytes:
 *
 * Returns: (nullable): what the column has.
 */
GBytes *
store_sql_dup_bytes (sqlite3_stmt *statement, int column)
{
  const void *data = sqlite3_column_blob (statement, column);

  return data ? g_bytes_new (data, sqlite3_column_bytes (statement, column)) : NULL;
}
