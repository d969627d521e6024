/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-dispatcher-messages.h: a message without a channel. Telepathy: ChannelDispatcher.Messages1 */
#pragma once

#include "bus/cm-service.h"

G_BEGIN_DECLS

#define CM_DISPATCHER_MESSAGES "org.freedesktop.Telepathy.ChannelDispatcher.Interface.Messages1"

/* For the dispatcher's object; `service` outlives it. */
GDBusInterfaceSkeleton *cm_dispatcher_messages_new (CmService *service) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
