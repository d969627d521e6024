/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fixture.h: a store in a directory of its own, and waiting for what it does */
#pragma once

#include "store/store-account.h"
#include "store/store-conversation.h"
#include "store/store-db.h"
#include "store/store-message.h"
#include "store/store-search.h"

G_BEGIN_DECLS

typedef struct
{
  char *directory; /* (owned) */
  char *path; /* (owned) of the database */
  StoreDb *db; /* (owned) (nullable) */
} Fixture;

/* What an operation that was waited for gave. */
typedef struct
{
  gboolean is_over;
  gboolean is_complete;
  GPtrArray *rows; /* (owned) (nullable) */
  GError *error; /* (owned) (nullable) */
} Outcome;

void fixture_set_up (Fixture *self, gconstpointer data);
void fixture_tear_down (Fixture *self, gconstpointer data);
void fixture_open (Fixture *self);
void fixture_close (Fixture *self);

void outcome_done (gpointer user_data, const GError *error);
void
outcome_rows_done (gpointer user_data, GPtrArray *rows, gboolean is_complete, const GError *error);
void outcome_wait (Outcome *self);
void outcome_clear (Outcome *self);

void fixture_add_conversation (Fixture *self, gint64 id, gint64 account, const char *peer);
StoreMessage *message_new (gint64 conversation, gint64 order, const char *token, const char *body);
gint64 fixture_insert (Fixture *self, StoreMessage *row, StoreMessageFlags flags);
gint64
fixture_add (Fixture *self, gint64 conversation, gint64 order, const char *token, const char *body);

G_END_DECLS
