/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-row.h: the columns of a message, in one order everywhere */
#pragma once

#include "store/store-message.h"
#include "store/store-sql.h"

G_BEGIN_DECLS

#define STORE_ROW_COLUMNS                                                                         \
  "m.local_id, m.account, m.conversation, m.order_us, m.outgoing, m.elsewhere, m.kind, m.state, " \
  "m.sent_us, "                                                                                   \
  "m.received_us, m.token, m.origin_id, m.archive_id, m.archive_by, m.supersedes, m.sender, "     \
  "m.body, "                                                                                      \
  "m.headers, m.error_name, m.error_text"

/* The row that the statement stands on. */
StoreMessage *store_row_read (sqlite3_stmt *statement) G_GNUC_WARN_UNUSED_RESULT;
/* Appends all rows of a bound statement. */
gboolean
store_row_read_all (StoreSql *sql, sqlite3_stmt *statement, GPtrArray *rows, GError **error);
gboolean store_row_insert (StoreSql *sql, StoreMessage *row, GError **error);

G_END_DECLS
