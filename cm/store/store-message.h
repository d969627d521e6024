/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-message.h: messages as rows: put in, changed, read by pages
 *
 * A row's place in its conversation is `order_us`, unique there: what arrives live goes to the end,
 * what an archive fills in goes between its neighbours. The local id says only when a row was
 * stored. */
#pragma once

#include "store/store-db.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 local_id; /* set by the store; 0: not stored */
  gint64 account;
  gint64 conversation;
  gint64 order_us;
  gint64 sent_us; /* UTC; 0: unknown */
  gint64 received_us; /* UTC */
  guint8 kind; /* ImMessageType */
  guint8 state; /* StoreState */
  guint is_outgoing : 1;
  guint is_sent_elsewhere : 1;
  char *token; /* (nullable) */
  char *origin_id; /* (nullable) XEP-0359 */
  char *archive_id; /* (nullable) XEP-0359 */
  char *archive_by; /* (nullable) */
  char *supersedes; /* (nullable) token of the first version */
  char *sender; /* (nullable) full address; NULL: the peer's bare one or, outgoing, ours */
  char *body; /* (nullable) */
  GBytes *headers; /* (nullable) a{sv}, little-endian */
  char *error_name; /* (nullable) */
  char *error_text; /* (nullable) */
} StoreMessage;

StoreMessage *store_message_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* The same with at most `max_bytes` of its body, whole characters. */
StoreMessage *store_message_dup_head (const StoreMessage *self,
                                      size_t max_bytes) G_GNUC_WARN_UNUSED_RESULT;
void store_message_clear (StoreMessage *self); /* frees what it holds, not itself */
void store_message_free (StoreMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreMessage, store_message_free)

/* As ImMessageState, which the room above names. */
typedef enum
{
  STORE_STATE_NONE = 0,
  STORE_STATE_WAITING = 1,
  STORE_STATE_SENDING = 2,
  STORE_STATE_SENT = 3,
  STORE_STATE_RECEIVED = 4,
  STORE_STATE_READ = 5,
  STORE_STATE_FAILED = 6,
} StoreState;

typedef enum
{
  STORE_MESSAGE_KEEP = 1 << 0, /* try again while the disk is full: nobody else has it */
  STORE_MESSAGE_DEDUP = 1 << 1, /* the same token and body, lately in the same conversation from the
                                   same side, is the same message */
  STORE_MESSAGE_BOTH_SIDES = 1 << 2, /* … also from the other side: what we wrote to ourselves comes
                                        back */
} StoreMessageFlags;

/* `row` is borrowed and must not change until `done`, which finds its local id there; 0: it was
 * there already. */
void store_message_insert (
    StoreDb *db, StoreMessage *row, StoreMessageFlags flags, StoreDone done, gpointer user_data);
/* States only grow, but a failed one may wait again. `local_ids` is copied. `done` (nullable). */
void store_messages_set_state (StoreDb *db,
                               const gint64 *local_ids,
                               guint n_local_ids,
                               guint state,
                               StoreDone done,
                               gpointer user_data);

/* `rows` (element-type StoreMessage) (transfer full), NULL on an error. `is_complete`: nothing
 * further on that side. */
typedef void (*StoreRowsDone) (gpointer user_data,
                               GPtrArray *rows,
                               gboolean is_complete,
                               const GError *error);

/* One of our own by its token, the newest that has it: its state grows, or it fails with a name and
 * a sentence. `rows`: the message as it is now; empty when nothing changed. */
void store_message_advance (StoreDb *db,
                            gint64 conversation,
                            const char *token,
                            guint state,
                            const char *error_name,
                            const char *error_text,
                            StoreRowsDone done,
                            gpointer user_data);

typedef enum
{
  STORE_PAGE_OLDER = 0,
  STORE_PAGE_NEWER = 1,
  STORE_PAGE_AROUND = 2,
} StorePageDirection;

typedef struct
{
  gint64 account;
  gint64 conversation; /* 0: all of the account (search only) */
  gint64 anchor; /* local id; 0: the newest end */
  StorePageDirection direction;
  guint limit;
  gint64 since_us; /* 0: any */
  gint64 until_us; /* 0: any */
  int side; /* 0 both, 1 theirs, 2 ours */
  const char *text; /* (nullable) words */
} StoreQuery;

/* Newest first. STORE_ERROR_NOT_FOUND: the anchor is not of that conversation. `query` is copied.
 */
void
store_messages_page (StoreDb *db, const StoreQuery *query, StoreRowsDone done, gpointer user_data);
/* The incoming ones after that place: the newest `limit` of them, oldest first. */
void store_messages_load_unread (StoreDb *db,
                                 gint64 conversation,
                                 gint64 after_order,
                                 guint limit,
                                 StoreRowsDone done,
                                 gpointer user_data);
/* By its token, the newest that has it. Empty where there is none. */
void store_messages_find (
    StoreDb *db, gint64 conversation, const char *token, StoreRowsDone done, gpointer user_data);
/* Ours that no server has, oldest first (element-type StoreMessage) (transfer full). Blocking: at
 * start only. */
GPtrArray *
store_messages_load_waiting (StoreDb *db, gint64 account, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
