/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-worker.c: a thread with a connection, which does one job after the other
 *
 * A writer takes everything that was queued while it worked into one transaction, so that many
 * messages cost one wait for the disk. While it is busy it waits a moment before the next one, for
 * more to come; what comes when it rests is written at once. Jobs are told done in the order in
 * which they were pushed, on the main context of whoever made the worker, and only when they are
 * safe. */

#include "store/store-worker.h"

#define MAX_BATCH 1024
/* So long after a commit the next one waits for company, unless so many wait already. */
#define GATHER_US 4000
#define GATHERED 256
/* Beyond this, jobs that insist fail as well: memory is not a disk. */
#define MAX_KEPT 20000
#define RETRY_US (2 * G_USEC_PER_SEC)
#define IDLE_AFTER_US (3 * G_USEC_PER_SEC)
#define IDLE_PAUSE_US (50 * 1000)
/* Nothing blocks the main loop longer than this. */
#define MAX_DISPATCH_US 8000

typedef struct
{
  StoreJob *first; /* (owned) */
  StoreJob *last; /* borrowed */
  guint length;
} JobQueue;

struct _StoreWorker
{
  GThread *thread; /* (owned) NULL once it was joined */
  StoreSql *sql; /* (owned) the thread's */
  StoreIdle idle; /* (nullable) */
  GSource *source; /* (owned) */
  gboolean is_writer;

  GMutex mutex; /* guards all below */
  GCond cond;
  JobQueue waiting;
  JobQueue finished;
  gint64 idle_at_us; /* monotonic; 0: nothing to do when idle */
  gint64 retry_at_us; /* monotonic; 0: no job waits for the disk */
  gint64 gather_until_us; /* monotonic; before that a commit waits for company */
  guint n_running;
  gboolean is_stopping;
  gboolean has_seen_damage;
};

typedef struct
{
  GSource parent;
  StoreWorker *worker; /* borrowed; outlives the source */
} CompletionSource;

/* What run_blocking () waits for. */
typedef struct
{
  StoreJob parent;
  StoreJob *inner; /* borrowed */
  GMutex mutex;
  GCond cond;
  gboolean is_over;
  GError *error; /* (owned) */
} BlockingJob;

static void
queue_append (JobQueue *queue, StoreJob *job)
{
  job->next = NULL;
  if (queue->last)
    queue->last->next = job;
  else
    queue->first = job;
  queue->last = job;
  queue->length++;
}

static StoreJob *
queue_pop (JobQueue *queue)
{
  StoreJob *job = queue->first;

  if (!job)
    return NULL;
  queue->first = job->next;
  if (!queue->first)
    queue->last = NULL;
  queue->length--;
  job->next = NULL;
  return job;
}

static void
queue_move (JobQueue *from, JobQueue *to, guint max)
{
  for (guint i = 0; i < max && from->first; i++)
    queue_append (to, queue_pop (from));
}

/* Main thread. */
static void
finish_job (StoreJob *job)
{
  g_autoptr (GError) error = g_steal_pointer (&job->error);

  job->done (job, error);
}

static gboolean
completion_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  StoreWorker *self = ((CompletionSource *) source)->worker;
  gint64 until_us = g_get_monotonic_time () + MAX_DISPATCH_US;

  g_source_set_ready_time (source, -1);
  for (guint i = 1;; i++)
    {
      StoreJob *job;

      g_mutex_lock (&self->mutex);
      job = queue_pop (&self->finished);
      g_mutex_unlock (&self->mutex);
      if (!job)
        break;
      finish_job (job);
      if (i % 16 == 0 && g_get_monotonic_time () >= until_us)
        {
          g_source_set_ready_time (source, 0);
          break;
        }
    }
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs completion_funcs = {
  .dispatch = completion_dispatch,
};

/* Another try may succeed without anybody doing anything about the job. */
static gboolean
is_passing (const GError *error)
{
  return g_error_matches (error, STORE_ERROR, STORE_ERROR_FULL) ||
         g_error_matches (error, STORE_ERROR, STORE_ERROR_IO) ||
         g_error_matches (error, STORE_ERROR, STORE_ERROR_BUSY) ||
         g_error_matches (error, STORE_ERROR, STORE_ERROR_READ_ONLY);
}

static gboolean
run_job (StoreWorker *self, StoreJob *job, GError **error)
{
  if (!job->is_compound)
    return job->run (job, self->sql, error);
  if (!store_sql_exec (self->sql, "SAVEPOINT job", error))
    return FALSE;
  if (job->run (job, self->sql, error))
    return store_sql_exec (self->sql, "RELEASE job", error);
  if (store_sql_is_in_transaction (self->sql) &&
      !store_sql_exec (self->sql, "ROLLBACK TO job; RELEASE job", NULL))
    g_debug ("a savepoint was gone already");
  return FALSE;
}

/* Returns: FALSE when nothing of the batch is on the disk. */
static gboolean
run_transaction (StoreWorker *self, JobQueue *batch, GError **error)
{
  if (!store_sql_exec (self->sql, "BEGIN IMMEDIATE", error))
    return FALSE;
  for (StoreJob *job = batch->first; job; job = job->next)
    {
      g_clear_error (&job->error);
      if (run_job (self, job, &job->error))
        continue;
      if (is_passing (job->error) || !store_sql_is_in_transaction (self->sql))
        {
          g_propagate_error (error, g_error_copy (job->error));
          return FALSE;
        }
    }
  return store_sql_exec (self->sql, "COMMIT", error);
}

static void
note_damage (StoreWorker *self, const GError *error)
{
  if (!g_error_matches (error, STORE_ERROR, STORE_ERROR_CORRUPT) || self->has_seen_damage)
    return;
  g_message ("%s; the whole file is looked at when the service starts again", error->message);
  g_mutex_lock (&self->mutex);
  self->has_seen_damage = TRUE;
  g_mutex_unlock (&self->mutex);
}

/* Those that insist wait in front of the others; the others have failed. */
static void
put_back (StoreWorker *self, JobQueue *batch, const GError *error)
{
  JobQueue kept = { 0 };
  JobQueue failed = { 0 };
  StoreJob *job;

  g_mutex_lock (&self->mutex);
  while ((job = queue_pop (batch)))
    {
      g_clear_error (&job->error);
      if (job->is_kept && is_passing (error) && !self->is_stopping &&
          kept.length + self->waiting.length < MAX_KEPT)
        {
          queue_append (&kept, job);
          continue;
        }
      job->error = g_error_copy (error);
      queue_append (&failed, job);
    }
  if (kept.first && self->retry_at_us == 0)
    g_message ("%s; %u messages wait to be stored", error->message, kept.length);
  self->retry_at_us = kept.first ? g_get_monotonic_time () + RETRY_US : 0;
  queue_move (&self->waiting, &kept, G_MAXUINT);
  self->waiting = kept;
  *batch = failed;
  g_mutex_unlock (&self->mutex);
}

static void
run_batch (StoreWorker *self, JobQueue *batch)
{
  g_autoptr (GError) error = NULL;

  if (!self->is_writer)
    {
      for (StoreJob *job = batch->first; job; job = job->next)
        if (!job->run (job, self->sql, &job->error))
          note_damage (self, job->error);
      return;
    }
  if (run_transaction (self, batch, &error))
    {
      for (StoreJob *job = batch->first; job; job = job->next)
        if (job->error)
          note_damage (self, job->error);
      g_mutex_lock (&self->mutex);
      self->retry_at_us = 0;
      self->gather_until_us = g_get_monotonic_time () + GATHER_US;
      self->idle_at_us = self->idle ? g_get_monotonic_time () + IDLE_AFTER_US : 0;
      g_mutex_unlock (&self->mutex);
      return;
    }
  note_damage (self, error);
  if (store_sql_is_in_transaction (self->sql) && !store_sql_exec (self->sql, "ROLLBACK", NULL))
    g_debug ("the transaction was gone already");
  put_back (self, batch, error);
}

static void
run_idle (StoreWorker *self)
{
  g_autoptr (GError) error = NULL;
  gboolean has_more = FALSE;
  gboolean is_done = store_sql_exec (self->sql, "BEGIN IMMEDIATE", &error) &&
                     self->idle (self->sql, &has_more, &error) &&
                     store_sql_exec (self->sql, "COMMIT", &error);

  if (!is_done)
    {
      note_damage (self, error);
      g_debug ("work while idle: %s", error->message);
      if (store_sql_is_in_transaction (self->sql) && !store_sql_exec (self->sql, "ROLLBACK", NULL))
        g_debug ("the transaction was gone already");
    }
  g_mutex_lock (&self->mutex);
  if (self->idle_at_us != 0)
    self->idle_at_us = is_done && has_more ? g_get_monotonic_time () + IDLE_PAUSE_US : 0;
  g_mutex_unlock (&self->mutex);
}

/* When to go on: with what waits, or with what is done when idle; 0: not before something comes. */
static gint64
get_wake_time (const StoreWorker *self)
{
  if (self->waiting.first == NULL)
    return self->idle_at_us;
  if (self->retry_at_us != 0 || self->waiting.length >= GATHERED)
    return self->retry_at_us;
  return self->gather_until_us;
}

/* Waits for work. Returns: FALSE when there will be none any more. An empty batch: do what is done
 * when idle. */
static gboolean
take_batch (StoreWorker *self, JobQueue *batch)
{
  gboolean is_over;

  g_mutex_lock (&self->mutex);
  for (;;)
    {
      gint64 now_us = g_get_monotonic_time ();
      gint64 wake_us = get_wake_time (self);

      if (self->is_stopping || (self->waiting.first && wake_us <= now_us) ||
          (wake_us != 0 && wake_us <= now_us))
        break;
      if (wake_us != 0)
        g_cond_wait_until (&self->cond, &self->mutex, wake_us);
      else
        g_cond_wait (&self->cond, &self->mutex);
    }
  queue_move (&self->waiting, batch, self->is_writer ? MAX_BATCH : 1);
  self->n_running = batch->length;
  is_over = self->is_stopping && !batch->first;
  g_mutex_unlock (&self->mutex);
  return !is_over;
}

static gpointer
worker_thread (gpointer data)
{
  StoreWorker *self = data;
  JobQueue batch = { 0 };

  while (take_batch (self, &batch))
    {
      if (!batch.first)
        {
          run_idle (self);
          continue;
        }
      run_batch (self, &batch);
      g_mutex_lock (&self->mutex);
      self->n_running = 0;
      queue_move (&batch, &self->finished, G_MAXUINT);
      if (self->finished.first)
        g_source_set_ready_time (self->source, 0);
      g_mutex_unlock (&self->mutex);
    }
  return NULL;
}

static StoreWorker *
worker_new (const char *name, StoreSql *sql, gboolean is_writer, StoreIdle idle)
{
  StoreWorker *self = g_new0 (StoreWorker, 1);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  self->sql = sql;
  self->is_writer = is_writer;
  self->idle = idle;
  self->idle_at_us = idle ? g_get_monotonic_time () + IDLE_AFTER_US : 0;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->source = g_source_new (&completion_funcs, sizeof (CompletionSource));
  ((CompletionSource *) self->source)->worker = self;
  g_source_set_static_name (self->source, name);
  g_source_attach (self->source, context);
  self->thread = g_thread_new (name, worker_thread, self);
  return self;
}

/**
 * store_worker_new:
 * @name: of the thread, at most 15 characters, a constant
 * @sql: (transfer full): used by the thread alone from now on
 * @idle: (nullable): called on the thread some seconds after the last commit
 *
 * Starts a thread that writes.
 */
StoreWorker *
store_worker_new (const char *name, StoreSql *sql, StoreIdle idle)
{
  return worker_new (name, sql, TRUE, idle);
}

/**
 * store_worker_new_reader:
 * @name: of the thread, at most 15 characters, a constant
 * @sql: (transfer full): used by the thread alone from now on
 *
 * Starts a thread that reads: its jobs run by themselves, in no transaction.
 */
StoreWorker *
store_worker_new_reader (const char *name, StoreSql *sql)
{
  return worker_new (name, sql, FALSE, NULL);
}

/**
 * store_worker_push:
 * @job: (transfer full): `run` and `done` are set; `done` frees it
 *
 * Queues a job. After store_worker_stop () it fails with STORE_ERROR_CLOSED, by `done` like any
 * other.
 */
void
store_worker_push (StoreWorker *self, StoreJob *job)
{
  g_mutex_lock (&self->mutex);
  if (self->is_stopping)
    {
      g_set_error_literal (&job->error, STORE_ERROR, STORE_ERROR_CLOSED,
                           "The message store is closed");
      queue_append (&self->finished, job);
      g_source_set_ready_time (self->source, 0);
    }
  else
    {
      queue_append (&self->waiting, job);
      if (self->waiting.length == 1 || self->waiting.length == GATHERED)
        g_cond_signal (&self->cond);
    }
  g_mutex_unlock (&self->mutex);
}

static gboolean
blocking_run (StoreJob *job, StoreSql *sql, GError **error)
{
  BlockingJob *self = (BlockingJob *) job;
  gboolean is_done = self->inner->run (self->inner, sql, &self->error);

  g_mutex_lock (&self->mutex);
  self->is_over = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  return is_done || TRUE;
}

static void
blocking_done (StoreJob *job, const GError *error)
{
  BlockingJob *self = (BlockingJob *) job;

  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_clear_error (&self->error);
  g_free (self);
}

/**
 * store_worker_run_blocking:
 * @job: (transfer none): its `done` is not called
 *
 * Has a reader run a job and waits for it: only at the start, before there is anything to keep
 * waiting.
 *
 * Returns: FALSE with the job's error.
 */
gboolean
store_worker_run_blocking (StoreWorker *self, StoreJob *job, GError **error)
{
  BlockingJob *blocking = g_new0 (BlockingJob, 1);
  GError *inner = NULL;

  g_return_val_if_fail (!self->is_writer, FALSE);

  blocking->parent.run = blocking_run;
  blocking->parent.done = blocking_done;
  blocking->inner = job;
  g_mutex_init (&blocking->mutex);
  g_cond_init (&blocking->cond);
  g_mutex_lock (&blocking->mutex);
  store_worker_push (self, &blocking->parent);
  while (!blocking->is_over)
    g_cond_wait (&blocking->cond, &blocking->mutex);
  inner = g_steal_pointer (&blocking->error);
  g_mutex_unlock (&blocking->mutex);
  if (!inner)
    return TRUE;
  g_propagate_error (error, inner);
  return FALSE;
}

/**
 * store_worker_get_n_queued:
 *
 * Returns: how many jobs are not done yet.
 */
guint
store_worker_get_n_queued (StoreWorker *self)
{
  guint length;

  g_mutex_lock (&self->mutex);
  length = self->waiting.length + self->n_running;
  g_mutex_unlock (&self->mutex);
  return length;
}

/**
 * store_worker_has_seen_damage:
 *
 * Returns: whether SQLite has called the file damaged.
 */
gboolean
store_worker_has_seen_damage (StoreWorker *self)
{
  gboolean has_seen_damage;

  g_mutex_lock (&self->mutex);
  has_seen_damage = self->has_seen_damage;
  g_mutex_unlock (&self->mutex);
  return has_seen_damage;
}

/**
 * store_worker_stop:
 *
 * Does what is queued (what insists gets one more try), then ends the thread. Blocking; any thread
 * but the worker's.
 */
void
store_worker_stop (StoreWorker *self)
{
  g_mutex_lock (&self->mutex);
  self->is_stopping = TRUE;
  self->retry_at_us = 0;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&self->thread, g_thread_join);
}

/**
 * store_worker_free:
 *
 * Stops, if that was not done, and tells the last jobs that they are done. On the thread that made
 * the worker.
 */
void
store_worker_free (StoreWorker *self)
{
  StoreJob *job;

  if (!self)
    return;
  store_worker_stop (self);
  g_source_destroy (self->source);
  while ((job = queue_pop (&self->finished)))
    finish_job (job);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_pointer (&self->sql, store_sql_close);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}
