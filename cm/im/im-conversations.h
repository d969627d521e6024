/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-conversations.h: all conversations of one account: the list, what is new in it, and the way
 * out for its messages
 *
 * A struct that the account owns; the account tells it when a session comes and goes and hears back
 * through the handler. */
#pragma once

#include "im/im-conversation.h"
#include "store/store-conversation.h"
#include "store/store-db.h"

G_BEGIN_DECLS

typedef struct _ImConversations ImConversations;

/* What the account provides; all on the main thread. */
typedef struct
{
  /* Ours, on its way out: runs the WRITE and ENCRYPT steps, which add to `stanza`. It has its
   * address, type, id and body; a silent message (a chat state) has no body, and when nothing was
   * added to it, it is not sent. */
  void (*write) (ImMessage *message, XmppNode *stanza, gpointer user_data);
  void (*added) (ImConversation *conversation, gpointer user_data);
  void (*removed) (ImConversation *conversation, gpointer user_data);
  /* (element-type ImConversation), at most some four times a second; the last state always comes.
   */
  void (*changed) (GPtrArray *conversations, gpointer user_data);
  /* A person should see it now: it has come, or it is ours and came back. */
  void (*fresh) (ImConversation *conversation, ImMessage *message, gpointer user_data);
  /* (nullable) The server has not said within half a minute that it has what was sent: the
   * connection seems dead. */
  void (*stalled) (gpointer user_data);
  /* (nullable) (element-type ImMessage) The server has these; each conversation has told. */
  void (*confirmed) (GPtrArray *messages, gpointer user_data);
} ImConversationsHandler;

/* `rows` (element-type StoreConversation) (transfer full): of this account, as loaded at the start.
 * `account` (nullable in tests) is what im_conversation_get_account () gives. `own`: the bare
 * address. `handler` must outlive it (a constant). */
ImConversations *im_conversations_new (StoreDb *store,
                                       gint64 account_id,
                                       XmppJid *own,
                                       GPtrArray *rows,
                                       ImAccount *account,
                                       const ImConversationsHandler *handler,
                                       gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void im_conversations_free (ImConversations *self);
/* At the start: messages of ours that no server has (element-type StoreMessage) (transfer full). */
void im_conversations_take_waiting (ImConversations *self, GPtrArray *rows);
/* A bound session: what waits is sent, in order. NULL: it is gone; what the server did not confirm
 * waits again. */
void im_conversations_set_session (ImConversations *self, XmppSession *session);
void im_conversations_take_blame (ImConversations *self, const GError *error);

GPtrArray *im_conversations_get_all (
    ImConversations *self); /* (transfer none) (element-type ImConversation) */
ImConversation *im_conversations_find (ImConversations *self,
                                       XmppJid *bare); /* (nullable) (transfer none) */
ImConversation *im_conversations_ensure (ImConversations *self,
                                         XmppJid *bare); /* (transfer none) */
void im_conversations_forget_async (ImConversations *self,
                                    ImConversation *conversation,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean
im_conversations_forget_finish (ImConversations *self, GAsyncResult *result, GError **error);
/* As im_account_search_async (). */
void im_conversations_search_async (ImConversations *self,
                                    ImConversation *conversation,
                                    const ImHistoryFilter *filter,
                                    guint limit,
                                    gint64 before,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GPtrArray *im_conversations_search_finish (ImConversations *self,
                                           GAsyncResult *result,
                                           gint64 *next,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
