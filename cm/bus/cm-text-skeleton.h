/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-text-skeleton.h: Channel.Interface.Messages whose PendingMessages is made when it is read, not
 * when a message arrives */
#pragma once

#include "dbus/telepathy.h"

G_BEGIN_DECLS

typedef GVariant *(*CmPendingMessagesFunc) (gpointer user_data); /* aaa{sv} (transfer floating) */

TpChannelInterfaceMessages *cm_messages_skeleton_new (CmPendingMessagesFunc func,
                                                      gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
