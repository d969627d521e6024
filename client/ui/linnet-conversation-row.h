/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-conversation-row.h: a conversation in the sidebar, 56 high. window.md section 3 */
#pragma once

#include <adwaita.h>

#include "model/linnet-conversation.h"

G_BEGIN_DECLS

#define LINNET_TYPE_CONVERSATION_ROW (linnet_conversation_row_get_type ())
G_DECLARE_FINAL_TYPE (LinnetConversationRow,
                      linnet_conversation_row,
                      LINNET,
                      CONVERSATION_ROW,
                      GtkWidget)

GtkWidget *linnet_conversation_row_new (void) G_GNUC_WARN_UNUSED_RESULT;
void linnet_conversation_row_set_conversation (LinnetConversationRow *self,
                                               LinnetConversation *conversation);
LinnetConversation *linnet_conversation_row_get_conversation (LinnetConversationRow *self);
void linnet_conversation_row_set_show_account (LinnetConversationRow *self, gboolean show_account);
char *linnet_conversation_row_dup_sentence (LinnetConversationRow *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
