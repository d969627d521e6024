/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-conversations.h: the conversations of an account on D-Bus. im.linnet.Conversations1 */
#pragma once

#include "bus/cm-service.h"

G_BEGIN_DECLS

#define CM_TYPE_CONVERSATIONS (cm_conversations_get_type ())
G_DECLARE_FINAL_TYPE (CmConversations, cm_conversations, CM, CONVERSATIONS, GObject)

/* Exported while it lives. */
CmConversations *cm_conversations_new (CmService *service,
                                       ImAccount *account,
                                       const char *object_path,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The conversation of an id from the bus: made where `is_needed`. NULL: IM_ERROR_INVALID_HANDLE,
 * IM_ERROR_DOES_NOT_EXIST. (transfer none) */
ImConversation *
cm_conversations_parse (ImAccount *account, const char *id, gboolean is_needed, GError **error);

G_END_DECLS
