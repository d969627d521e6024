/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-conversation-keys.h: what is said of a conversation. im.linnet.Conversations1 */
#pragma once

#include "im/im-account.h"
#include "im/im-conversation.h"

G_BEGIN_DECLS

/* a{sv} (transfer floating) */
GVariant *cm_conversation_new_keys (ImAccount *account, ImConversation *conversation);
/* The address of somebody for whom people would take a stranger; "": nobody. */
const char *cm_conversation_get_lookalike (ImAccount *account, ImConversation *conversation);

G_END_DECLS
