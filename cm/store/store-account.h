/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-account.h: what is kept of an account; never a password */
#pragma once

#include "store/store-db.h"

G_BEGIN_DECLS

typedef struct
{
  guint type; /* Telepathy's Connection_Presence_Type */
  char *status;
  char *message;
} StorePresence;

/* Strings are never NULL in a record that was loaded; NULL is saved as "". */
typedef struct
{
  gint64 id; /* never used again once it is gone */
  char *jid; /* bare */
  gboolean is_kept; /* by the account manager; FALSE: known through a connection alone */
  gboolean is_enabled;
  gboolean connect_automatically;
  gboolean has_been_online;
  char *display_name;
  char *nickname;
  gboolean nickname_is_chosen; /* here, and the server has not taken it yet */
  char *icon_name;
  GVariant *parameters; /* a{sv} without secrets; (nullable) when saving: none */
  StorePresence automatic;
  char *roster_version; /* of the cached roster */
  guint strength; /* what its server could do once and must do again */
  char *accepted_keys; /* of certificates that a person accepted: digests, with spaces between */
  GBytes *avatar; /* (nullable) our own picture; at most 64 KiB */
  gboolean avatar_is_chosen; /* here, and the server has not taken it yet */
  GVariant *extra; /* a{sv}: the rest, by name; (nullable) when saving: none */
} StoreAccount;

StoreAccount *store_account_new (gint64 id, const char *jid) G_GNUC_WARN_UNUSED_RESULT;
StoreAccount *store_account_copy (const StoreAccount *self) G_GNUC_WARN_UNUSED_RESULT;
void store_account_free (StoreAccount *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreAccount, store_account_free)

/* All that there are (element-type StoreAccount) (transfer full). Blocking: at start only. */
GPtrArray *store_accounts_load (StoreDb *db, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Makes it or replaces it. `record` is copied. `done` (nullable). */
void
store_account_save (StoreDb *db, const StoreAccount *record, StoreDone done, gpointer user_data);
/* Removes it, its conversations and their messages. `done` (nullable). */
void store_account_remove (StoreDb *db, gint64 id, StoreDone done, gpointer user_data);

G_END_DECLS
