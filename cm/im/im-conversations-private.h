/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-conversations-private.h: what the conversations of an account share; for im-conversation*.c
 * alone */
#pragma once

#include "im/im-conversations.h"
#include "im/im-outbox.h"

G_BEGIN_DECLS

struct _ImConversations
{
  StoreDb *store; /* borrowed */
  gint64 account_id;
  XmppJid *own; /* (owned) bare */
  ImAccount *account; /* (nullable) owns us */
  const ImConversationsHandler *handler; /* borrowed */
  gpointer user_data; /* borrowed */
  GPtrArray *all; /* (owned) ImConversation, owned */
  GHashTable *by_peer; /* (owned) XmppJid, of the conversation → ImConversation, borrowed */
  ImOutbox *outbox; /* (owned) */
  GPtrArray *changed; /* (owned) ImConversation, owned: not told yet */
  guint changed_id; /* (owned) source */
  gint64 changed_at_us; /* monotonic: when it was told last */
};

/* Somebody should be told soon that it is not what it was. */
void im_conversations_note_changed (ImConversations *self, ImConversation *conversation);

G_END_DECLS
