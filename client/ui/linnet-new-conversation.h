/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-new-conversation.h: the contacts, to talk with, add, rename and remove. window.md section
 * 3 */
#pragma once

#include <adwaita.h>

#include "model/linnet-service.h"

G_BEGIN_DECLS

/* Signal conversation-chosen (LinnetConversation). */
#define LINNET_TYPE_NEW_CONVERSATION (linnet_new_conversation_get_type ())
G_DECLARE_FINAL_TYPE (LinnetNewConversation,
                      linnet_new_conversation,
                      LINNET,
                      NEW_CONVERSATION,
                      AdwWindow)

GtkWidget *linnet_new_conversation_new (LinnetService *service) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
