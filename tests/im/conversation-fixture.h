/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conversation-fixture.h: a conversation with bob over a store of its own, and a session
 * that answers when the test says so */
#pragma once

#include "im/im-conversation-parts.h"

G_BEGIN_DECLS

typedef struct
{
  char *directory; /* (owned) */
  StoreDb *db; /* (owned) */
  XmppJid *own; /* (owned) */
  XmppJid *bob; /* (owned) */
  ImConversations *conversations; /* (owned) */
  ImConversation *talk; /* borrowed: with bob */
  gboolean adds_chat_state; /* what the steps of a module would do */
  guint n_added;
  guint n_removed;
  guint n_changed;
  guint n_fresh;
  guint n_stalled;
  GString *events; /* (owned) what the conversation signalled */
} ConversationFixture;

/* For g_test_add (). */
void conversation_set_up (ConversationFixture *self, gconstpointer data);
void conversation_tear_down (ConversationFixture *self, gconstpointer data);
/* As when the service starts, and ends. */
void conversation_start (ConversationFixture *self);
void conversation_stop (ConversationFixture *self);

void conversation_wait_for_store (ConversationFixture *self);
void conversation_wait_for_ping (XmppSession *session, guint n);
/* Once everything is stored: what was signalled since the last time. */
void conversation_expect (ConversationFixture *self, const char *events);
/* Returns: (transfer full): stored. */
ImMessage *conversation_send (ConversationFixture *self, const char *text);
void conversation_receive (ConversationFixture *self, const char *id, const char *text);
void conversation_check_stanza (XmppSession *session, guint index, ImMessage *message);
/* A GAsyncReadyCallback that keeps the result, and its wait. */
void conversation_result_cb (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *conversation_wait_result (GAsyncResult **result);

G_END_DECLS
