/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-message.c: messages are put in, and their states grow */

#include "store/store-db-private.h"
#include "store/store-row.h"

/* How long a message with the same id and the same words is the same message. Random ids are long;
 * a short one may be a counter that began again. */
#define SAME_LONG_ID_US (7 * 24 * G_TIME_SPAN_HOUR)
#define SAME_SHORT_ID_US (10 * G_TIME_SPAN_MINUTE)
#define LONG_ID_BYTES 8
/* Of several with one id, only the newest are compared. */
#define MAX_COMPARED 4

typedef struct
{
  StoreJob parent;
  StoreMessage *row; /* borrowed */
  StoreMessageFlags flags;
  StoreDone done;
  gpointer user_data;
} InsertJob;

typedef struct
{
  StoreJob parent;
  gint64 *local_ids; /* (owned) */
  guint n_local_ids;
  guint state;
  StoreDone done;
  gpointer user_data;
} StatesJob;

typedef struct
{
  StoreJob parent;
  gint64 conversation;
  char *token; /* (owned) */
  guint state;
  char *error_name; /* (owned) (nullable) */
  char *error_text; /* (owned) (nullable) */
  GPtrArray *rows; /* (owned) StoreMessage, owned */
  StoreRowsDone done;
  gpointer user_data;
} AdvanceJob;

static gboolean
is_stored_already (StoreSql *sql,
                   const StoreMessage *row,
                   StoreMessageFlags flags,
                   gboolean *is_stored,
                   GError **error)
{
  gboolean counts_both = (flags & STORE_MESSAGE_BOTH_SIDES) != 0;
  gint64 window_us = strlen (row->token) >= LONG_ID_BYTES ? SAME_LONG_ID_US : SAME_SHORT_ID_US;
  sqlite3_stmt *find =
      store_sql_prepare (sql,
                         "SELECT received_us, body FROM messages WHERE conversation=?1 AND token=?2"
                         " AND outgoing IN (?3, ?5) ORDER BY local_id DESC LIMIT ?4",
                         error);
  gboolean has_row = TRUE;

  *is_stored = FALSE;
  if (!find)
    return FALSE;
  sqlite3_bind_int64 (find, 1, row->conversation);
  store_sql_bind_text (find, 2, row->token);
  sqlite3_bind_int (find, 3, row->is_outgoing);
  sqlite3_bind_int (find, 4, MAX_COMPARED);
  sqlite3_bind_int (find, 5, counts_both ? !row->is_outgoing : row->is_outgoing);
  while (has_row && !*is_stored)
    {
      if (!store_sql_step (sql, find, &has_row, error))
        return FALSE;
      *is_stored = has_row &&
                   ABS (row->received_us - sqlite3_column_int64 (find, 0)) <= window_us &&
                   g_strcmp0 ((const char *) sqlite3_column_text (find, 1), row->body) == 0;
    }
  sqlite3_reset (find);
  return TRUE;
}

static gboolean
insert_run (StoreJob *job, StoreSql *sql, GError **error)
{
  InsertJob *self = (InsertJob *) job;
  gboolean is_stored = FALSE;

  self->row->local_id = 0;
  if ((self->flags & STORE_MESSAGE_DEDUP) != 0 && self->row->token &&
      !is_stored_already (sql, self->row, self->flags, &is_stored, error))
    return FALSE;
  return is_stored || store_row_insert (sql, self->row, error);
}

static void
insert_done (StoreJob *job, const GError *error)
{
  InsertJob *self = (InsertJob *) job;

  if (error)
    self->row->local_id = 0;
  self->done (self->user_data, error);
  g_free (self);
}

/**
 * store_message_insert:
 * @row: (transfer none): borrowed, and not to change, until @done
 * @flags: whether to keep trying, and whether to look for the same message
 * @done: finds the local id in @row; 0 without an error: it was there already
 *
 * Stores a message. Errors: STORE_ERROR.
 */
void
store_message_insert (
    StoreDb *db, StoreMessage *row, StoreMessageFlags flags, StoreDone done, gpointer user_data)
{
  InsertJob *job = g_new0 (InsertJob, 1);

  g_return_if_fail (row && done && row->conversation != 0);

  job->parent.run = insert_run;
  job->parent.done = insert_done;
  job->parent.is_kept = (flags & STORE_MESSAGE_KEEP) != 0;
  job->row = row;
  job->flags = flags;
  job->done = done;
  job->user_data = user_data;
  store_worker_push (store_db_get_writer (db), &job->parent);
}

static gboolean
states_run (StoreJob *job, StoreSql *sql, GError **error)
{
  StatesJob *self = (StatesJob *) job;
  sqlite3_stmt *update;

  if (self->state == STORE_STATE_WAITING)
    update = store_sql_prepare (sql,
                                "UPDATE messages SET state=?1, error_name=NULL, error_text=NULL"
                                " WHERE local_id=?2 AND outgoing=1 AND state=6",
                                error);
  else
    update = store_sql_prepare (
        sql, "UPDATE messages SET state=?1 WHERE local_id=?2 AND outgoing=1 AND state<?1", error);
  for (guint i = 0; update && i < self->n_local_ids; i++)
    {
      sqlite3_bind_int (update, 1, (int) self->state);
      sqlite3_bind_int64 (update, 2, self->local_ids[i]);
      if (!store_sql_run (sql, update, error))
        return FALSE;
    }
  return update != NULL;
}

static void
states_done (StoreJob *job, const GError *error)
{
  StatesJob *self = (StatesJob *) job;

  if (self->done)
    self->done (self->user_data, error);
  g_free (self->local_ids);
  g_free (self);
}

/**
 * store_messages_set_state:
 * @local_ids: copied
 * @state: a StoreState other than STORE_STATE_FAILED
 * @done: (nullable)
 *
 * Our own messages got further. A state only grows; STORE_STATE_WAITING is for those that failed
 * and are tried again. Errors: STORE_ERROR.
 */
void
store_messages_set_state (StoreDb *db,
                          const gint64 *local_ids,
                          guint n_local_ids,
                          guint state,
                          StoreDone done,
                          gpointer user_data)
{
  StatesJob *job = g_new0 (StatesJob, 1);

  job->parent.run = states_run;
  job->parent.done = states_done;
  job->parent.is_kept = TRUE;
  job->parent.is_compound = n_local_ids > 1;
  job->local_ids = g_memdup2 (local_ids, n_local_ids * sizeof *local_ids);
  job->n_local_ids = n_local_ids;
  job->state = state;
  job->done = done;
  job->user_data = user_data;
  store_worker_push (store_db_get_writer (db), &job->parent);
}

/* A failure comes from somebody who did not take it: nobody has received it. */
static gboolean
may_advance (guint from, guint to)
{
  if (from == STORE_STATE_FAILED)
    return to == STORE_STATE_RECEIVED || to == STORE_STATE_READ;
  if (to == STORE_STATE_FAILED)
    return from < STORE_STATE_RECEIVED;
  return from < to;
}

static gboolean
advance_run (StoreJob *job, StoreSql *sql, GError **error)
{
  AdvanceJob *self = (AdvanceJob *) job;
  sqlite3_stmt *find =
      store_sql_prepare (sql,
                         "SELECT " STORE_ROW_COLUMNS " FROM messages AS m WHERE m.conversation=?1"
                         " AND m.token=?2 AND m.outgoing=1 ORDER BY m.local_id DESC LIMIT 1",
                         error);
  sqlite3_stmt *update;
  StoreMessage *row;

  g_ptr_array_set_size (self->rows, 0);
  if (!find)
    return FALSE;
  sqlite3_bind_int64 (find, 1, self->conversation);
  store_sql_bind_text (find, 2, self->token);
  if (!store_row_read_all (sql, find, self->rows, error))
    return FALSE;
  row = self->rows->len > 0 ? self->rows->pdata[0] : NULL;
  if (!row || !may_advance (row->state, self->state))
    {
      g_ptr_array_set_size (self->rows, 0);
      return TRUE;
    }
  row->state = (guint8) self->state;
  g_free (row->error_name);
  g_free (row->error_text);
  row->error_name = g_strdup (self->error_name);
  row->error_text = g_strdup (self->error_text);
  update = store_sql_prepare (
      sql, "UPDATE messages SET state=?1, error_name=?2, error_text=?3 WHERE local_id=?4", error);
  if (!update)
    return FALSE;
  sqlite3_bind_int (update, 1, (int) self->state);
  store_sql_bind_text (update, 2, self->error_name);
  store_sql_bind_text (update, 3, self->error_text);
  sqlite3_bind_int64 (update, 4, row->local_id);
  return store_sql_run (sql, update, error);
}

static void
advance_done (StoreJob *job, const GError *error)
{
  AdvanceJob *self = (AdvanceJob *) job;

  self->done (self->user_data, error ? NULL : g_steal_pointer (&self->rows), TRUE, error);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self->token);
  g_free (self->error_name);
  g_free (self->error_text);
  g_free (self);
}

/**
 * store_message_advance:
 * @token: of one of our own messages; the newest that has it
 * @state: a StoreState
 * @error_name: (nullable): for STORE_STATE_FAILED
 * @error_text: (nullable): for STORE_STATE_FAILED
 *
 * Our own message got further, or came back. Gives it as it is now; no row: it is unknown, or was
 * further already. Errors: STORE_ERROR.
 */
void
store_message_advance (StoreDb *db,
                       gint64 conversation,
                       const char *token,
                       guint state,
                       const char *error_name,
                       const char *error_text,
                       StoreRowsDone done,
                       gpointer user_data)
{
  AdvanceJob *job = g_new0 (AdvanceJob, 1);

  job->parent.run = advance_run;
  job->parent.done = advance_done;
  job->parent.is_kept = TRUE;
  job->conversation = conversation;
  job->token = g_strdup (token);
  job->state = state;
  job->error_name = g_strdup (error_name);
  job->error_text = g_strdup (error_text);
  job->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_message_free);
  job->done = done;
  job->user_data = user_data;
  store_worker_push (store_db_get_writer (db), &job->parent);
}
