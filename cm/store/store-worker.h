/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-worker.h: a thread with a connection, which does one job after the other */
#pragma once

#include "store/store-sql.h"

G_BEGIN_DECLS

/* The first member of an operation's struct, so that one costs one allocation. */
typedef struct _StoreJob StoreJob;
struct _StoreJob
{
  StoreJob *next;
  gboolean (*run) (StoreJob *job,
                   StoreSql *sql,
                   GError **error); /* the worker's thread; may run again after a failed commit */
  void (*done) (StoreJob *job, const GError *error); /* the main thread; frees the job */
  gboolean is_kept; /* tried again while the disk is full or broken, instead of failing */
  gboolean is_compound; /* several statements that happen all or none */
  GError *error; /* (owned) (nullable) */
};

typedef struct _StoreWorker StoreWorker;

/* What a writer does when there is nothing else to do; in a transaction. */
typedef gboolean (*StoreIdle) (StoreSql *sql, gboolean *has_more, GError **error);

StoreWorker *
store_worker_new (const char *name, StoreSql *sql, StoreIdle idle) G_GNUC_WARN_UNUSED_RESULT;
StoreWorker *store_worker_new_reader (const char *name, StoreSql *sql) G_GNUC_WARN_UNUSED_RESULT;
void store_worker_push (StoreWorker *self, StoreJob *job);
gboolean store_worker_run_blocking (StoreWorker *self, StoreJob *job, GError **error);
guint store_worker_get_n_queued (StoreWorker *self);
gboolean store_worker_has_seen_damage (StoreWorker *self);
void store_worker_stop (StoreWorker *self);
void store_worker_free (StoreWorker *self);

G_END_DECLS
