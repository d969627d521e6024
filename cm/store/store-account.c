/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-account.c: what is kept of an account; never a password */

#include "store/store-account.h"

#include "store/store-db-private.h"
#include "store/store-search.h"

#define COLUMNS                                                                                    \
  "id, jid, is_kept, is_enabled, connect_automatically, has_been_online, display_name, nickname, " \
  "icon_name, parameters, automatic_type, automatic_status, automatic_message, roster_version, "   \
  "strength, accepted_keys, avatar, avatar_is_chosen, nickname_is_chosen, extra"

typedef struct
{
  StoreJob parent;
  StoreAccount *record; /* (owned) (nullable) */
  gint64 id;
  GPtrArray *records; /* (owned) (nullable) StoreAccount, owned */
  StoreDone done; /* (nullable) */
  gpointer user_data;
} AccountJob;

/**
 * store_account_new:
 * @id: of store_db_take_account_id ()
 * @jid: bare
 *
 * Returns: (transfer full): a record with nothing set.
 */
StoreAccount *
store_account_new (gint64 id, const char *jid)
{
  StoreAccount *self = g_new0 (StoreAccount, 1);

  self->id = id;
  self->jid = g_strdup (jid);
  self->display_name = g_strdup ("");
  self->nickname = g_strdup ("");
  self->icon_name = g_strdup ("");
  self->parameters = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  self->automatic.status = g_strdup ("");
  self->automatic.message = g_strdup ("");
  self->roster_version = g_strdup ("");
  self->accepted_keys = g_strdup ("");
  self->extra = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  return self;
}

/**
 * store_account_copy:
 *
 * Returns: (transfer full): a copy.
 */
StoreAccount *
store_account_copy (const StoreAccount *self)
{
  StoreAccount *copy = g_memdup2 (self, sizeof *self);

  copy->jid = g_strdup (self->jid);
  copy->display_name = g_strdup (self->display_name);
  copy->nickname = g_strdup (self->nickname);
  copy->icon_name = g_strdup (self->icon_name);
  copy->parameters = self->parameters ? g_variant_ref_sink (self->parameters) : NULL;
  copy->automatic.status = g_strdup (self->automatic.status);
  copy->automatic.message = g_strdup (self->automatic.message);
  copy->roster_version = g_strdup (self->roster_version);
  copy->accepted_keys = g_strdup (self->accepted_keys);
  copy->avatar = self->avatar ? g_bytes_ref (self->avatar) : NULL;
  copy->extra = self->extra ? g_variant_ref_sink (self->extra) : NULL;
  return copy;
}

/**
 * store_account_free:
 *
 * Frees a record.
 */
void
store_account_free (StoreAccount *self)
{
  if (!self)
    return;
  g_free (self->jid);
  g_free (self->display_name);
  g_free (self->nickname);
  g_free (self->icon_name);
  g_clear_pointer (&self->parameters, g_variant_unref);
  g_free (self->automatic.status);
  g_free (self->automatic.message);
  g_free (self->roster_version);
  g_free (self->accepted_keys);
  g_clear_pointer (&self->avatar, g_bytes_unref);
  g_clear_pointer (&self->extra, g_variant_unref);
  g_free (self);
}

static char *
dup_text_or_empty (sqlite3_stmt *statement, int column)
{
  char *text = store_sql_dup_text (statement, column);

  return text ? text : g_strdup ("");
}

static GVariant *
read_dictionary (sqlite3_stmt *statement, int column)
{
  g_autoptr (GBytes) bytes = store_sql_dup_bytes (statement, column);
  g_autoptr (GVariant) read = NULL;

  if (!bytes)
    return g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  read = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));
  return g_variant_get_normal_form (read);
}

static StoreAccount *
read_account (sqlite3_stmt *statement)
{
  StoreAccount *self = g_new0 (StoreAccount, 1);
  int column = 0;

  self->id = sqlite3_column_int64 (statement, column++);
  self->jid = dup_text_or_empty (statement, column++);
  self->is_kept = sqlite3_column_int (statement, column++) != 0;
  self->is_enabled = sqlite3_column_int (statement, column++) != 0;
  self->connect_automatically = sqlite3_column_int (statement, column++) != 0;
  self->has_been_online = sqlite3_column_int (statement, column++) != 0;
  self->display_name = dup_text_or_empty (statement, column++);
  self->nickname = dup_text_or_empty (statement, column++);
  self->icon_name = dup_text_or_empty (statement, column++);
  self->parameters = read_dictionary (statement, column++);
  self->automatic.type = (guint) sqlite3_column_int (statement, column++);
  self->automatic.status = dup_text_or_empty (statement, column++);
  self->automatic.message = dup_text_or_empty (statement, column++);
  self->roster_version = dup_text_or_empty (statement, column++);
  self->strength = (guint) sqlite3_column_int (statement, column++);
  self->accepted_keys = dup_text_or_empty (statement, column++);
  self->avatar = store_sql_dup_bytes (statement, column++);
  self->avatar_is_chosen = sqlite3_column_int (statement, column++) != 0;
  self->nickname_is_chosen = sqlite3_column_int (statement, column++) != 0;
  self->extra = read_dictionary (statement, column++);
  return self;
}

static gboolean
load_run (StoreJob *job, StoreSql *sql, GError **error)
{
  AccountJob *self = (AccountJob *) job;
  sqlite3_stmt *select =
      store_sql_prepare (sql, "SELECT " COLUMNS " FROM accounts ORDER BY id", error);
  gboolean has_row;

  if (!select)
    return FALSE;
  for (;;)
    {
      if (!store_sql_step (sql, select, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      g_ptr_array_add (self->records, read_account (select));
    }
}

/**
 * store_accounts_load:
 *
 * Reads all accounts, also those that only a connection made. Blocking: at the start only.
 *
 * Returns: (element-type StoreAccount) (transfer full): NULL with STORE_ERROR.
 */
GPtrArray *
store_accounts_load (StoreDb *db, GError **error)
{
  AccountJob job = { .parent.run = load_run };

  job.records = g_ptr_array_new_with_free_func ((GDestroyNotify) store_account_free);
  if (!store_worker_run_blocking (store_db_get_reader (db), &job.parent, error))
    g_clear_pointer (&job.records, g_ptr_array_unref);
  return job.records;
}

static void
account_job_done (StoreJob *job, const GError *error)
{
  AccountJob *self = (AccountJob *) job;

  if (self->done)
    self->done (self->user_data, error);
  else if (error)
    g_message ("An account was not stored: %s", error->message);
  store_account_free (self->record);
  g_free (self);
}

static void
bind_or_empty (sqlite3_stmt *statement, int index, const char *text)
{
  store_sql_bind_text (statement, index, text ? text : "");
}

static void
bind_dictionary (sqlite3_stmt *statement, int index, GVariant *dictionary)
{
  if (dictionary)
    sqlite3_bind_blob (statement, index, g_variant_get_data (dictionary),
                       (int) g_variant_get_size (dictionary), SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, index);
}

static void
bind_bytes (sqlite3_stmt *statement, int index, GBytes *bytes)
{
  gsize n_bytes = 0;
  gconstpointer data = bytes ? g_bytes_get_data (bytes, &n_bytes) : NULL;

  if (data)
    sqlite3_bind_blob (statement, index, data, (int) n_bytes, SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, index);
}

/* Serialised here: GVariant does it when first asked, and two threads must not ask. */
static GVariant *
serialize (GVariant *taken)
{
  g_autoptr (GVariant) raw = taken;
  GVariant *normal = raw ? g_variant_get_normal_form (raw) : NULL;

  if (normal)
    g_variant_get_data (normal);
  return normal;
}

static gboolean
save_run (StoreJob *job, StoreSql *sql, GError **error)
{
  const StoreAccount *record = ((AccountJob *) job)->record;
  sqlite3_stmt *save =
      store_sql_prepare (sql,
                         "INSERT OR REPLACE INTO accounts (" COLUMNS ")"
                         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                         error);
  int index = 1;

  if (!save)
    return FALSE;
  sqlite3_bind_int64 (save, index++, record->id);
  store_sql_bind_text (save, index++, record->jid);
  sqlite3_bind_int (save, index++, record->is_kept);
  sqlite3_bind_int (save, index++, record->is_enabled);
  sqlite3_bind_int (save, index++, record->connect_automatically);
  sqlite3_bind_int (save, index++, record->has_been_online);
  bind_or_empty (save, index++, record->display_name);
  bind_or_empty (save, index++, record->nickname);
  bind_or_empty (save, index++, record->icon_name);
  bind_dictionary (save, index++, record->parameters);
  sqlite3_bind_int (save, index++, (int) record->automatic.type);
  bind_or_empty (save, index++, record->automatic.status);
  bind_or_empty (save, index++, record->automatic.message);
  bind_or_empty (save, index++, record->roster_version);
  sqlite3_bind_int (save, index++, (int) record->strength);
  bind_or_empty (save, index++, record->accepted_keys);
  bind_bytes (save, index++, record->avatar);
  sqlite3_bind_int (save, index++, record->avatar_is_chosen);
  sqlite3_bind_int (save, index++, record->nickname_is_chosen);
  bind_dictionary (save, index++, record->extra);
  return store_sql_run (sql, save, error);
}

/**
 * store_account_save:
 * @record: copied
 * @done: (nullable)
 *
 * Makes an account, or replaces what is kept of it. Errors: STORE_ERROR.
 */
void
store_account_save (StoreDb *db, const StoreAccount *record, StoreDone done, gpointer user_data)
{
  AccountJob *job = g_new0 (AccountJob, 1);

  g_return_if_fail (record->id > 0 && record->jid);

  job->parent.run = save_run;
  job->parent.done = account_job_done;
  job->parent.is_kept = TRUE;
  job->record = store_account_copy (record);
  job->record->parameters = serialize (job->record->parameters);
  job->record->extra = serialize (job->record->extra);
  job->done = done;
  job->user_data = user_data;
  store_worker_push (store_db_get_writer (db), &job->parent);
}

static gboolean
remove_run (StoreJob *job, StoreSql *sql, GError **error)
{
  static const char *const texts[] = {
    "DELETE FROM messages WHERE conversation IN (SELECT id FROM conversations WHERE account=?1)",
    "DELETE FROM conversations WHERE account=?1",
    "DELETE FROM roster WHERE account=?1",
    "DELETE FROM accounts WHERE id=?1",
  };
  AccountJob *self = (AccountJob *) job;
  sqlite3_stmt *select =
      store_sql_prepare (sql, "SELECT id FROM conversations WHERE account=?1", error);
  gboolean has_row = TRUE;

  if (!select)
    return FALSE;
  sqlite3_bind_int64 (select, 1, self->id);
  while (has_row)
    if (!store_sql_step (sql, select, &has_row, error) ||
        (has_row &&
         !store_search_forget_conversation (sql, sqlite3_column_int64 (select, 0), error)))
      {
        sqlite3_reset (select);
        return FALSE;
      }
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
 * store_account_remove:
 * @done: (nullable)
 *
 * Removes an account with all that is kept of it. Errors: STORE_ERROR.
 */
void
store_account_remove (StoreDb *db, gint64 id, StoreDone done, gpointer user_data)
{
  AccountJob *job = g_new0 (AccountJob, 1);

  job->parent.run = remove_run;
  job->parent.done = account_job_done;
  job->parent.is_compound = TRUE;
  job->id = id;
  job->done = done;
  job->user_data = user_data;
  store_worker_push (store_db_get_writer (db), &job->parent);
}
