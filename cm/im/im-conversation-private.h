/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-conversation-private.h: what the pipeline and modules tell a conversation */
#pragma once

#include "im/im-conversation.h"

G_BEGIN_DECLS

/* The end of the incoming pipeline: takes `message`, seals and stores it, then signals. `is_fresh`:
 * a person should see it now (not an archive's page). A silent one, and one without a body, is
 * dropped. The same message twice is stored once. */
void im_conversation_deliver (ImConversation *self, ImMessage *message, gboolean is_fresh);
/* For modules: the state of our own message with that wire id may grow (received, read). Unknown
 * ids change nothing. */
void
im_conversation_advance_message (ImConversation *self, const char *token, ImMessageState state);
/* For modules: the server or peer of this conversation sent our message back. `error`: IM_ERROR. */
void im_conversation_fail_message (ImConversation *self, const char *token, const GError *error);
/* For modules: the peer's chat state; `who` is the full address. */
void im_conversation_receive_chat_state (ImConversation *self, XmppJid *who, ImChatState state);

G_END_DECLS
