/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-caps.c: what a verified hash of XEP-0115 stands for; a cache that every account shares */

#include "store/store-caps.h"

#include "store/store-db-private.h"

typedef struct
{
  StoreJob parent;

  char *hash; /* (owned) */
  GVariant *info; /* (owned) (nullable) */
  StoreCapsFound found;
  gpointer user_data;
} CapsJob;

static void
free_job (CapsJob *self)
{
  g_free (self->hash);
  g_clear_pointer (&self->info, g_variant_unref);
  g_free (self);
}

static gboolean
find_run (StoreJob *job, StoreSql *sql, GError **error)
{
  CapsJob *self = (CapsJob *) job;
  sqlite3_stmt *select = store_sql_prepare (sql, "SELECT info FROM caps WHERE hash=?1", error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GVariant) read = NULL;
  gboolean has_row;

  if (!select)
    return FALSE;
  store_sql_bind_text (select, 1, self->hash);
  if (!store_sql_step (sql, select, &has_row, error))
    return FALSE;
  if (!has_row)
    return TRUE;
  bytes = store_sql_dup_bytes (select, 0);
  sqlite3_reset (select);
  if (!bytes)
    return TRUE;
  read = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (STORE_CAPS_TYPE), bytes, FALSE));
  self->info = g_variant_get_normal_form (read);
  return TRUE;
}

static void
find_done (StoreJob *job, const GError *error)
{
  CapsJob *self = (CapsJob *) job;

  if (error)
    g_message ("The cache of capabilities was not read: %s", error->message);
  self->found (self->user_data, self->info);
  free_job (self);
}

/**
 * store_caps_find:
 * @hash: as it was saved
 * @found: called once, later
 */
void
store_caps_find (StoreDb *db, const char *hash, StoreCapsFound found, gpointer user_data)
{
  CapsJob *job = g_new0 (CapsJob, 1);

  job->parent.run = find_run;
  job->parent.done = find_done;
  job->hash = g_strdup (hash);
  job->found = found;
  job->user_data = user_data;
  store_worker_push (store_db_get_reader (db), &job->parent);
}

static gboolean
save_run (StoreJob *job, StoreSql *sql, GError **error)
{
  CapsJob *self = (CapsJob *) job;
  sqlite3_stmt *save =
      store_sql_prepare (sql, "INSERT OR REPLACE INTO caps (hash, info) VALUES (?1, ?2)", error);
  sqlite3_stmt *trim;

  if (!save)
    return FALSE;
  store_sql_bind_text (save, 1, self->hash);
  sqlite3_bind_blob (save, 2, g_variant_get_data (self->info),
                     (int) g_variant_get_size (self->info), SQLITE_STATIC);
  if (!store_sql_run (sql, save, error))
    return FALSE;
  trim = store_sql_prepare (sql, "DELETE FROM caps WHERE id <= (SELECT max (id) FROM caps) - ?1",
                            error);
  if (!trim)
    return FALSE;
  sqlite3_bind_int (trim, 1, STORE_CAPS_MAX);
  return store_sql_run (sql, trim, error);
}

static void
save_done (StoreJob *job, const GError *error)
{
  if (error)
    g_message ("Capabilities were not stored: %s", error->message);
  free_job ((CapsJob *) job);
}

/** store_caps_save: @hash: what it is found by; @info: of STORE_CAPS_TYPE */
void
store_caps_save (StoreDb *db, const char *hash, GVariant *info)
{
  CapsJob *job = g_new0 (CapsJob, 1);

  job->parent.run = save_run;
  job->parent.done = save_done;
  job->parent.is_compound = TRUE;
  job->hash = g_strdup (hash);
  job->info = g_variant_get_normal_form (info);
  g_variant_get_data (job->info); /* serialised on this thread */
  store_worker_push (store_db_get_writer (db), &job->parent);
}
