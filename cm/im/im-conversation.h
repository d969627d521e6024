/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-conversation.h: what was said with somebody, whether or not a channel is open */
#pragma once

#include "im/im-message.h"
#include "im/im-types.h"

G_BEGIN_DECLS

#define IM_TYPE_CONVERSATION (im_conversation_get_type ())
G_DECLARE_FINAL_TYPE (ImConversation, im_conversation, IM, CONVERSATION, GObject)

/* Signals, all after the store has it (store → signal), in order:
 *  "message-received" (ImMessage *, gboolean is_fresh): fresh: live, a person should see it; opens
 * a channel "message-sent" (ImMessage *, guint32 send_flags): ours, accepted: stored (also sent
 * elsewhere) "message-changed" (ImMessage *): its state, error, … "messages-displayed" (gint64
 * up_to_local_id): read here or elsewhere "chat-state-changed" (XmppJid *who, guint ImChatState)
 *  "changed": a property that Conversations1 shows; coalesce. */

ImAccount *im_conversation_get_account (ImConversation *self);
XmppJid *im_conversation_get_peer (ImConversation *self); /* (transfer none) bare */
const char *im_conversation_get_id (ImConversation *self); /* the bare address as text */
guint im_conversation_get_unread (ImConversation *self);
gint64 im_conversation_get_last_activity_us (ImConversation *self); /* 0: none */
ImMessage *im_conversation_get_last_message (ImConversation *self); /* (nullable) (transfer none) */
const char *im_conversation_get_displayed_token (ImConversation *self); /* "" for none */
const char *im_conversation_get_draft (ImConversation *self);
gboolean im_conversation_is_pinned (ImConversation *self);
gboolean im_conversation_is_archived (ImConversation *self);
guint
im_conversation_get_notify (ImConversation *self); /* 0 default, 1 all, 2 mentions, 3 nothing */
gint64
im_conversation_get_muted_until (ImConversation *self); /* s UTC; 0: not, G_MAXINT64: always */

void im_conversation_set_draft (ImConversation *self, const char *draft);
void im_conversation_set_pinned (ImConversation *self, gboolean is_pinned);
void im_conversation_set_archived (ImConversation *self, gboolean is_archived);
void im_conversation_set_notify (ImConversation *self, guint notify);
void im_conversation_set_muted_until (ImConversation *self, gint64 until_s);

/* Stores, then sends (or waits for a connection). The token is known when it finishes: the message
 * is safe on disk. Takes `message`. Errors: IM_ERROR_INVALID_ARGUMENT (too long, …), STORE errors.
 */
void im_conversation_send_async (ImConversation *self,
                                 ImMessage *message,
                                 guint32 flags,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/* Returns: (transfer full) the stored message. */
ImMessage *im_conversation_send_finish (ImConversation *self,
                                        GAsyncResult *result,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void im_conversation_set_chat_state (ImConversation *self, ImChatState state);
ImChatState im_conversation_get_chat_state (ImConversation *self); /* the peer's */
ImChatState im_conversation_get_own_chat_state (ImConversation *self);

/* Displayed: everything up to this message. */
void im_conversation_set_displayed (ImConversation *self, gint64 local_id);
/* Messages not displayed yet, oldest first, at most 500. Async: from the store. */
void im_conversation_load_unread_async (ImConversation *self,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
GPtrArray *im_conversation_load_unread_finish (ImConversation *self,
                                               GAsyncResult *result,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  IM_HISTORY_OLDER = 0,
  IM_HISTORY_NEWER = 1,
  IM_HISTORY_AROUND = 2,
} ImHistoryDirection;
/* Which messages; zero everywhere is all of them. Joined by 'and'. */
typedef struct
{
  gint64 since_us; /* sent then or later, UTC; 0: whenever */
  gint64 until_us; /* sent then or earlier, UTC; 0: whenever */
  enum
  {
    IM_SIDE_BOTH = 0,
    IM_SIDE_THEIRS = 1,
    IM_SIDE_OURS = 2,
  } side;
  const char *text; /* (nullable) contains all these words; the last may be the beginning of one */
} ImHistoryFilter;

/* Newest first. `anchor` local id, 0: the newest end. `limit` 1…1000. `filter` (nullable) is
 * copied. IM_ERROR_DOES_NOT_EXIST: the anchor is not of this conversation. */
void im_conversation_get_messages_async (ImConversation *self,
                                         gint64 anchor,
                                         ImHistoryDirection direction,
                                         guint limit,
                                         const ImHistoryFilter *filter,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
/* Returns: (element-type ImMessage) (transfer full); `is_complete`: nothing further on that side.
 */
GPtrArray *im_conversation_get_messages_finish (ImConversation *self,
                                                GAsyncResult *result,
                                                gboolean *is_complete,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* By wire id, newest that has it. IM_ERROR_DOES_NOT_EXIST. */
void im_conversation_get_message_async (ImConversation *self,
                                        const char *token,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
ImMessage *im_conversation_get_message_finish (ImConversation *self,
                                               GAsyncResult *result,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Tries a FAILED one again, or removes it. */
gboolean im_conversation_retry (ImConversation *self, ImMessage *message, GError **error);

G_END_DECLS
