/* SPDX-License-Identifier: GPL-3.0-or-later */

/* fake-conversation.h: a conversation of nobody's, for tests and pictures of widgets */

#pragma once

#include "model/linnet-conversation.h"

LinnetConversation *fake_conversation_new (const char *id,
                                           const char *name) G_GNUC_WARN_UNUSED_RESULT;
LinnetMessage *fake_message_new (gint64 local_id,
                                 const char *body,
                                 gint64 timestamp_s,
                                 LinnetMessageState state) G_GNUC_WARN_UNUSED_RESULT;
void fake_conversation_load (LinnetConversation *conversation,
                             guint n_messages);
void fake_conversation_say (LinnetConversation *conversation,
                            gint64 local_id,
                            const char *body);
