/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-conversations-skeleton.h: Conversations1 whose Conversations is made when it is read, not when
 * one of them changes */
#pragma once

#include "dbus/linnet.h"

G_BEGIN_DECLS

typedef GVariant *(*CmConversationsFunc) (gpointer user_data); /* a{sa{sv}} (transfer floating) */

LinConversations1 *cm_conversations_skeleton_new (CmConversationsFunc func,
                                                  gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
