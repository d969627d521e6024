/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-delegation.h: a handler gives its channels to others. Telepathy: ChannelDispatcher,
 * DelegateChannels */
#pragma once

#include "bus/cm-clients.h"
#include "bus/cm-handlers.h"
#include "bus/cm-observers.h"

G_BEGIN_DECLS

/* Each channel is offered to the preferred handler ("": none), then to all others but the caller,
 * who handles all of them so far. Returns the invocation when the last one was taken or refused. */
void cm_delegate_channels (CmClients *clients,
                           CmHandlers *handlers,
                           GPtrArray *channels,
                           gint64 user_time,
                           const char *preferred_handler,
                           GDBusMethodInvocation *invocation);

/* A channel that a program asked a connection for. */
void cm_observe_requested (CmClients *clients,
                           CmHandlers *handlers,
                           CmObservers *observers,
                           CmChannel *channel);
/* Who handles it is asked to show it, else whoever can; answers the invocation. */
void cm_present_channel (CmClients *clients,
                         CmHandlers *handlers,
                         CmChannel *channel,
                         gint64 user_time,
                         GDBusMethodInvocation *invocation);

G_END_DECLS
