/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-search.h: messages by the words in them */
#pragma once

#include "store/store-message.h"
#include "store/store-sql.h"

G_BEGIN_DECLS

/* Newest stored first. `query` is copied; its anchor: only those stored before (0: all), of its
 * conversation or its whole account. None where `text` has no word. */
void store_search (StoreDb *db, const StoreQuery *query, StoreRowsDone done, gpointer user_data);

/* For the rest of the room. */
gboolean store_search_index_some (StoreSql *sql, gboolean *has_more, GError **error);
gboolean store_search_forget_conversation (StoreSql *sql, gint64 conversation, GError **error);
char *store_search_dup_match (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/* Brings the index up to date, then calls back. */
void store_search_prepare (StoreDb *db, StoreDone done, gpointer user_data);

G_END_DECLS
