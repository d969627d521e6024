/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-schema.c: the tables, and how older files become today's
 *
 * A step that was released is never edited: what changes is the next step. The number of steps
 * taken is the file's user_version, set in the same transaction, so a process killed in the middle
 * has taken the step or not. */

#include "store/store-schema.h"

static const char *const steps[] = {
  /* 1: what is kept of accounts, conversations and messages */
  "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
  "CREATE TABLE accounts ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  jid TEXT NOT NULL UNIQUE,"
  "  is_kept INTEGER NOT NULL DEFAULT 0,"
  "  is_enabled INTEGER NOT NULL DEFAULT 0,"
  "  connect_automatically INTEGER NOT NULL DEFAULT 0,"
  "  has_been_online INTEGER NOT NULL DEFAULT 0,"
  "  display_name TEXT NOT NULL DEFAULT '',"
  "  nickname TEXT NOT NULL DEFAULT '',"
  "  icon_name TEXT NOT NULL DEFAULT '',"
  "  parameters BLOB,"
  "  requested_type INTEGER NOT NULL DEFAULT 0,"
  "  requested_status TEXT NOT NULL DEFAULT '',"
  "  requested_message TEXT NOT NULL DEFAULT '',"
  "  automatic_type INTEGER NOT NULL DEFAULT 0,"
  "  automatic_status TEXT NOT NULL DEFAULT '',"
  "  automatic_message TEXT NOT NULL DEFAULT '',"
  "  roster_version TEXT NOT NULL DEFAULT '',"
  "  extra BLOB);"
  "CREATE TABLE roster ("
  "  account INTEGER NOT NULL,"
  "  jid TEXT NOT NULL,"
  "  name TEXT,"
  "  subscription INTEGER NOT NULL DEFAULT 0,"
  "  extra BLOB,"
  "  PRIMARY KEY (account, jid)) WITHOUT ROWID;"
  "CREATE TABLE conversations ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  account INTEGER NOT NULL,"
  "  peer TEXT NOT NULL,"
  "  kind INTEGER NOT NULL DEFAULT 1,"
  "  is_pinned INTEGER NOT NULL DEFAULT 0,"
  "  is_archived INTEGER NOT NULL DEFAULT 0,"
  "  notify INTEGER NOT NULL DEFAULT 0,"
  "  muted_until_s INTEGER NOT NULL DEFAULT 0,"
  "  draft TEXT NOT NULL DEFAULT '',"
  "  displayed_id INTEGER NOT NULL DEFAULT 0,"
  "  displayed_order INTEGER NOT NULL DEFAULT 0,"
  "  displayed_token TEXT NOT NULL DEFAULT '',"
  "  extra BLOB,"
  "  UNIQUE (account, peer));"
  "CREATE TABLE messages ("
  "  local_id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  account INTEGER NOT NULL,"
  "  conversation INTEGER NOT NULL,"
  "  order_us INTEGER NOT NULL,"
  "  outgoing INTEGER NOT NULL,"
  "  elsewhere INTEGER NOT NULL,"
  "  kind INTEGER NOT NULL,"
  "  state INTEGER NOT NULL,"
  "  sent_us INTEGER NOT NULL,"
  "  received_us INTEGER NOT NULL,"
  "  token TEXT,"
  "  origin_id TEXT,"
  "  archive_id TEXT,"
  "  archive_by TEXT,"
  "  supersedes TEXT,"
  "  sender TEXT,"
  "  body TEXT,"
  "  headers BLOB,"
  "  error_name TEXT,"
  "  error_text TEXT);"
  "CREATE INDEX messages_order ON messages (conversation, order_us, outgoing);"
  "CREATE INDEX messages_token ON messages (conversation, token) WHERE token IS NOT NULL;"
  "CREATE INDEX messages_archive ON messages (conversation, archive_id) WHERE archive_id IS NOT "
  "NULL;"
  /* 1 and 2: IM_MESSAGE_STATE_WAITING and SENDING */
  "CREATE INDEX messages_waiting ON messages (account) WHERE state IN (1, 2);",

  /* 2: words. The index refers to the table and is filled after the fact, up to the id in meta */
  "CREATE VIRTUAL TABLE messages_words USING fts5 (body, content='messages', "
  "content_rowid='local_id',"
  "  tokenize='unicode61 remove_diacritics 2');"
  "INSERT INTO meta (key, value) VALUES ('words-indexed', 0);",

  /* 3: how safely an account signed in once, and which certificates a person accepted for it */
  ("ALTER TABLE accounts ADD COLUMN strength INTEGER NOT NULL DEFAULT 0;"
   "ALTER TABLE accounts ADD COLUMN accepted_keys TEXT NOT NULL DEFAULT '';"),

  /* 4: what verified hashes of XEP-0115 stand for; a cache */
  ("CREATE TABLE caps ("
   "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
   "  hash TEXT NOT NULL UNIQUE,"
   "  info BLOB NOT NULL);"),

  /* 5: our own pictures */
  ("ALTER TABLE accounts ADD COLUMN avatar BLOB;"
   "ALTER TABLE accounts ADD COLUMN avatar_is_chosen INTEGER NOT NULL DEFAULT 0;"),

  /* 6: what people want an account to be now is no setting of it */
  ("ALTER TABLE accounts DROP COLUMN requested_type;"
   "ALTER TABLE accounts DROP COLUMN requested_status;"
   "ALTER TABLE accounts DROP COLUMN requested_message;"),

  /* 7: nicknames that the server has not taken yet; of those that are there, nobody knows */
  ("ALTER TABLE accounts ADD COLUMN nickname_is_chosen INTEGER NOT NULL DEFAULT 0;"
   "UPDATE accounts SET nickname_is_chosen = nickname <> '';"),
};

/**
 * store_schema_get_latest:
 *
 * Returns: the version that this program writes.
 */
guint
store_schema_get_latest (void)
{
  return G_N_ELEMENTS (steps);
}

static gboolean
take_step (StoreSql *sql, guint version, GError **error)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA user_version=%u; PRAGMA application_id=%d;",
                                            version, STORE_SCHEMA_APPLICATION_ID);

  if (!store_sql_exec (sql, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (store_sql_exec (sql, steps[version - 1], error) && store_sql_exec (sql, stamp, error) &&
      store_sql_exec (sql, "COMMIT", error))
    return TRUE;
  g_prefix_error (error, "Bringing the message store to version %u: ", version);
  if (store_sql_is_in_transaction (sql) && !store_sql_exec (sql, "ROLLBACK", NULL))
    g_debug ("the step to version %u could not be taken back; closing does it", version);
  return FALSE;
}

/**
 * store_schema_migrate:
 * @version: where to stop; store_schema_get_latest () but in tests
 *
 * Takes the steps that the file has not seen yet. Blocking.
 *
 * Returns: FALSE with STORE_ERROR; STORE_ERROR_NEWER when the file is from a later program.
 */
gboolean
store_schema_migrate (StoreSql *sql, guint version, GError **error)
{
  gint64 current;

  if (!store_sql_get_number (sql, "PRAGMA user_version", &current, error))
    return FALSE;
  if (current < 0 || current > (gint64) G_N_ELEMENTS (steps))
    {
      g_set_error (error, STORE_ERROR, STORE_ERROR_NEWER,
                   "The message store is of version %" G_GINT64_FORMAT "; this program knows %u",
                   current, store_schema_get_latest ());
      return FALSE;
    }
  for (guint next = (guint) current + 1; next <= version; next++)
    if (!take_step (sql, next, error))
      return FALSE;
  return TRUE;
}
