/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-conversation.h: what is kept of a conversation apart from its messages */
#pragma once

#include "store/store-message.h"

G_BEGIN_DECLS

typedef enum
{
  STORE_CONVERSATION_CONTACT = 1, /* Telepathy's handle types */
  STORE_CONVERSATION_ROOM = 2,
} StoreConversationKind;

typedef struct
{
  gint64 id;
  gint64 account;
  char *peer; /* bare address */
  StoreConversationKind kind;
  gboolean is_pinned;
  gboolean is_archived;
  guint notify;
  gint64 muted_until_s;
  char *draft; /* "" for none */

  /* Read from the messages; not written by store_conversation_save (). */
  gint64 displayed_id; /* local id of the newest displayed message; 0: none */
  gint64 displayed_order; /* its place */
  char *displayed_token;
  guint unread;
  gint64 last_order; /* the place of the newest message */
  StoreMessage *last; /* (nullable) the newest message */
} StoreConversation;

StoreConversation *
store_conversation_new (gint64 id, gint64 account, const char *peer) G_GNUC_WARN_UNUSED_RESULT;
void store_conversation_free (StoreConversation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StoreConversation, store_conversation_free)

/* Of an account, in no order, with `unread` and `last` (element-type StoreConversation) (transfer
 * full). Blocking: at start only. */
GPtrArray *
store_conversations_load (StoreDb *db, gint64 account, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Makes it, or changes its settings. `record` is copied. `done` (nullable). */
void store_conversation_save (StoreDb *db,
                              const StoreConversation *record,
                              StoreDone done,
                              gpointer user_data);
/* Removes it and its messages. `done` (nullable). */
void store_conversation_remove (StoreDb *db, gint64 id, StoreDone done, gpointer user_data);

/* How far a person has seen a conversation. */
typedef struct
{
  gint64 id; /* of the newest displayed message */
  gint64 order;
  char *token; /* (owned) "" for none */
  guint newly; /* incoming messages displayed by this step; 0: nothing changed */
} StoreDisplayed;

/* `displayed` NULL on an error; borrowed. */
typedef void (*StoreDisplayedDone) (gpointer user_data,
                                    const StoreDisplayed *displayed,
                                    const GError *error);
/* Everything up to the newest of these messages (local ids) is displayed. Never moves back. */
void store_conversation_set_displayed (StoreDb *db,
                                       gint64 conversation,
                                       const gint64 *local_ids,
                                       guint n_local_ids,
                                       StoreDisplayedDone done,
                                       gpointer user_data);

G_END_DECLS
