/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-conversation-parts.h: what the parts of a conversation share; for im-conversation*.c alone */
#pragma once

#include "im/im-conversation-private.h"
#include "im/im-conversations-private.h"
#include "im/im-message-private.h"

G_BEGIN_DECLS

struct _ImConversation
{
  GObject parent_instance;

  ImConversations
      *owner; /* (nullable) borrowed; NULL once it was forgotten, or its account is gone */
  XmppJid *peer; /* (owned) bare */
  StoreConversation *record; /* (owned) settings, and how far it was displayed */
  ImMessage *last; /* (owned) (nullable) the newest */
  ImChatState peer_state;
  ImChatState own_state;
};

typedef enum
{
  IM_CONVERSATION_MESSAGE_RECEIVED,
  IM_CONVERSATION_MESSAGE_SENT,
  IM_CONVERSATION_MESSAGE_CHANGED,
  IM_CONVERSATION_MESSAGES_DISPLAYED,
  IM_CONVERSATION_CHAT_STATE_CHANGED,
  IM_CONVERSATION_CHANGED,
  IM_CONVERSATION_N_SIGNALS,
} ImConversationSignal;
extern guint im_conversation_signals[IM_CONVERSATION_N_SIGNALS];

ImConversation *im_conversation_new (ImConversations *owner,
                                     XmppJid *peer,
                                     StoreConversation *record) G_GNUC_WARN_UNUSED_RESULT;
void im_conversation_orphan (ImConversation *self);
void im_conversation_save (ImConversation *self);
void im_conversation_note_changed (ImConversation *self);
gint64 im_conversation_take_place (ImConversation *self, gint64 now_us);
void im_conversation_set_last (ImConversation *self, ImMessage *message);
void im_conversation_tell_message_changed (ImConversation *self, ImMessage *message);
void im_conversation_forget_chat_state (ImConversation *self);
/* Refuses what was asked of a conversation that is gone. */
GError *im_conversation_new_gone_error (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
