/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-private.h: what the account manager needs of an account */
#pragma once

#include "im/im-account.h"
#include "im/im-conversations.h"
#include "store/store-account.h"
#include "store/store-db.h"

G_BEGIN_DECLS

/* Takes `record` (as loaded, or new with its id from store_db_take_account_id () and its address
 * set) and `rows` (element-type StoreConversation). `modules` is NULL-terminated; it and `store`
 * outlive the account. Does not connect. */
ImAccount *im_account_new (StoreDb *store,
                           const ImModule *const *modules,
                           StoreAccount *record,
                           GPtrArray *rows) G_GNUC_WARN_UNUSED_RESULT;
void im_account_take_waiting (ImAccount *self, GPtrArray *rows);
gint64 im_account_get_id (ImAccount *self); /* in the store */
/* A connection's account becomes one of the account manager, or the other way round; stored. */
void im_account_set_is_kept (ImAccount *self, gboolean is_kept);
/* Kept ones: from now on it may connect by itself, as its settings say. FALSE: never by itself
 * (another account manager). */
void im_account_set_is_managed (ImAccount *self, gboolean is_managed);

G_END_DECLS
