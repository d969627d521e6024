/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-sql.h: one connection to the database, used by one thread at a time */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "store/store-error.h"

G_BEGIN_DECLS

typedef struct _StoreSql StoreSql;

StoreSql *
store_sql_open (const char *path, gboolean is_writer, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void store_sql_close (StoreSql *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreSql, store_sql_close)

gboolean store_sql_exec (StoreSql *self, const char *text, GError **error);
gboolean store_sql_is_in_transaction (StoreSql *self);
gint64 store_sql_get_last_id (StoreSql *self);
guint store_sql_get_n_changed (StoreSql *self);

sqlite3_stmt *store_sql_prepare (StoreSql *self, const char *text, GError **error);
gboolean
store_sql_step (StoreSql *self, sqlite3_stmt *statement, gboolean *has_row, GError **error);
gboolean store_sql_run (StoreSql *self, sqlite3_stmt *statement, GError **error);
gboolean store_sql_get_number (StoreSql *self, const char *text, gint64 *number, GError **error);

void store_sql_bind_text (sqlite3_stmt *statement, int index, const char *text);
char *store_sql_dup_text (sqlite3_stmt *statement, int column) G_GNUC_WARN_UNUSED_RESULT;
GBytes *store_sql_dup_bytes (sqlite3_stmt *statement, int column) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
