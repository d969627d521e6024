/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-db.h: the database of the service: one file, one thread that writes, one that reads
 *
 * What is queued while one commit runs is the next commit. A write is done when it is on the disk.
 */
#pragma once

#include <gio/gio.h>

#include "store/store-error.h"

G_BEGIN_DECLS

typedef struct _StoreDb StoreDb;

/* How an operation ended; `error` NULL: it is safe. On the thread (main context) that opened the
 * store, in the order of the calls. */
typedef void (*StoreDone) (gpointer user_data, const GError *error);

/* Opens or makes `directory`/linnet.db. Blocking. The directory is made 0700, the file 0600. A file
 * that is damaged, not ours or of a newer version is kept aside under another name, and a new one
 * made. Errors: STORE_ERROR, G_IO_ERROR. */
StoreDb *store_db_open (const char *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writes what waits, calls what is done, ends the threads. Blocking: only where nothing else is to
 * be done. */
void store_db_close (StoreDb *self);
/* The same, without blocking. */
void store_db_close_async (StoreDb *self, GAsyncReadyCallback callback, gpointer user_data);
void store_db_close_finish (GAsyncResult *result);
/* The file that was kept aside at opening and why. (nullable) (transfer none) */
const char *store_db_get_quarantined (StoreDb *self);
guint store_db_get_n_queued (StoreDb *self); /* writes */

gint64 store_db_take_account_id (StoreDb *self);
gint64 store_db_take_conversation_id (StoreDb *self);

G_END_DECLS
