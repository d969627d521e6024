/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-conversation-list.h: the conversations of all accounts in the order of the sidebar */
#pragma once

#include "model/linnet-account.h"

G_BEGIN_DECLS

#define LINNET_TYPE_CONVERSATION_LIST (linnet_conversation_list_get_type ())
G_DECLARE_FINAL_TYPE (
    LinnetConversationList, linnet_conversation_list, LINNET, CONVERSATION_LIST, GObject)

/* accounts: a GListModel of LinnetAccount */
LinnetConversationList *
linnet_conversation_list_new (GListModel *accounts) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
