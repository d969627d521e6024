/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-row.c: a message as a row of its table */

#include "store/store-row.h"

static const char insert_text[] =
    "INSERT INTO messages (account, conversation, order_us, outgoing, elsewhere, kind, state, "
    "sent_us, received_us, token,"
    " origin_id, archive_id, archive_by, supersedes, sender, body, headers, error_name, error_text)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/**
 * store_message_new:
 *
 * Returns: (transfer full): an empty row.
 */
StoreMessage *
store_message_new (void)
{
  return g_new0 (StoreMessage, 1);
}

/**
 * store_message_clear:
 *
 * Frees what a row holds, not the row.
 */
void
store_message_clear (StoreMessage *self)
{
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->origin_id, g_free);
  g_clear_pointer (&self->archive_id, g_free);
  g_clear_pointer (&self->archive_by, g_free);
  g_clear_pointer (&self->supersedes, g_free);
  g_clear_pointer (&self->sender, g_free);
  g_clear_pointer (&self->body, g_free);
  g_clear_pointer (&self->headers, g_bytes_unref);
  g_clear_pointer (&self->error_name, g_free);
  g_clear_pointer (&self->error_text, g_free);
}

/**
 * store_message_dup_head:
 * @max_bytes: of its body, whole characters of UTF-8
 *
 * Returns: (transfer full): the same message, with the beginning of its body alone
 */
StoreMessage *
store_message_dup_head (const StoreMessage *self, size_t max_bytes)
{
  StoreMessage *head = g_memdup2 (self, sizeof *self);
  const char *end = NULL;

  head->token = g_strdup (self->token);
  head->origin_id = g_strdup (self->origin_id);
  head->archive_id = g_strdup (self->archive_id);
  head->archive_by = g_strdup (self->archive_by);
  head->supersedes = g_strdup (self->supersedes);
  head->sender = g_strdup (self->sender);
  head->headers = self->headers != NULL ? g_bytes_ref (self->headers) : NULL;
  head->error_name = g_strdup (self->error_name);
  head->error_text = g_strdup (self->error_text);
  if (self->body != NULL && strlen (self->body) > max_bytes)
    end = g_utf8_find_prev_char (self->body, self->body + max_bytes + 1);
  head->body = end != NULL ? g_strndup (self->body, end - self->body) : g_strdup (self->body);
  return head;
}

/**
 * store_message_free:
 *
 * Frees a row of store_message_new ().
 */
void
store_message_free (StoreMessage *self)
{
  if (!self)
    return;
  store_message_clear (self);
  g_free (self);
}

/**
 * store_row_read:
 * @statement: selects STORE_ROW_COLUMNS first, and stands on a row
 *
 * Returns: (transfer full): the row.
 */
StoreMessage *
store_row_read (sqlite3_stmt *statement)
{
  StoreMessage *row = store_message_new ();
  int column = 0;

  row->local_id = sqlite3_column_int64 (statement, column++);
  row->account = sqlite3_column_int64 (statement, column++);
  row->conversation = sqlite3_column_int64 (statement, column++);
  row->order_us = sqlite3_column_int64 (statement, column++);
  row->is_outgoing = sqlite3_column_int (statement, column++) != 0;
  row->is_sent_elsewhere = sqlite3_column_int (statement, column++) != 0;
  row->kind = (guint8) sqlite3_column_int (statement, column++);
  row->state = (guint8) sqlite3_column_int (statement, column++);
  row->sent_us = sqlite3_column_int64 (statement, column++);
  row->received_us = sqlite3_column_int64 (statement, column++);
  row->token = store_sql_dup_text (statement, column++);
  row->origin_id = store_sql_dup_text (statement, column++);
  row->archive_id = store_sql_dup_text (statement, column++);
  row->archive_by = store_sql_dup_text (statement, column++);
  row->supersedes = store_sql_dup_text (statement, column++);
  row->sender = store_sql_dup_text (statement, column++);
  row->body = store_sql_dup_text (statement, column++);
  row->headers = store_sql_dup_bytes (statement, column++);
  row->error_name = store_sql_dup_text (statement, column++);
  row->error_text = store_sql_dup_text (statement, column++);
  return row;
}

/**
 * store_row_read_all:
 * @rows: (element-type StoreMessage): gets what the statement finds
 *
 * Returns: FALSE with STORE_ERROR.
 */
gboolean
store_row_read_all (StoreSql *sql, sqlite3_stmt *statement, GPtrArray *rows, GError **error)
{
  gboolean has_row;

  for (;;)
    {
      if (!store_sql_step (sql, statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      g_ptr_array_add (rows, store_row_read (statement));
    }
}

/**
 * store_row_insert:
 * @row: gets its local id
 *
 * Returns: FALSE with STORE_ERROR.
 */
gboolean
store_row_insert (StoreSql *sql, StoreMessage *row, GError **error)
{
  sqlite3_stmt *statement = store_sql_prepare (sql, insert_text, error);
  int index = 1;

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, index++, row->account);
  sqlite3_bind_int64 (statement, index++, row->conversation);
  sqlite3_bind_int64 (statement, index++, row->order_us);
  sqlite3_bind_int (statement, index++, row->is_outgoing);
  sqlite3_bind_int (statement, index++, row->is_sent_elsewhere);
  sqlite3_bind_int (statement, index++, row->kind);
  sqlite3_bind_int (statement, index++, row->state);
  sqlite3_bind_int64 (statement, index++, row->sent_us);
  sqlite3_bind_int64 (statement, index++, row->received_us);
  store_sql_bind_text (statement, index++, row->token);
  store_sql_bind_text (statement, index++, row->origin_id);
  store_sql_bind_text (statement, index++, row->archive_id);
  store_sql_bind_text (statement, index++, row->archive_by);
  store_sql_bind_text (statement, index++, row->supersedes);
  store_sql_bind_text (statement, index++, row->sender);
  store_sql_bind_text (statement, index++, row->body);
  if (row->headers)
    sqlite3_bind_blob (statement, index, g_bytes_get_data (row->headers, NULL),
                       (int) g_bytes_get_size (row->headers), SQLITE_STATIC);
  else
    sqlite3_bind_null (statement, index);
  index++;
  store_sql_bind_text (statement, index++, row->error_name);
  store_sql_bind_text (statement, index++, row->error_text);
  if (!store_sql_run (sql, statement, error))
    return FALSE;
  row->local_id = store_sql_get_last_id (sql);
  return TRUE;
}
