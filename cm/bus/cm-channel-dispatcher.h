/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-channel-dispatcher.h: brings channels to the programs that show them. Telepathy:
 * ChannelDispatcher */
#pragma once

#include "bus/cm-service.h"

G_BEGIN_DECLS

#define CM_TYPE_CHANNEL_DISPATCHER (cm_channel_dispatcher_get_type ())
G_DECLARE_FINAL_TYPE (CmChannelDispatcher, cm_channel_dispatcher, CM, CHANNEL_DISPATCHER, GObject)

/* Exported while it lives; acts only while the service owns the account manager's names. */
CmChannelDispatcher *cm_channel_dispatcher_new (CmService *service,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* EnsureChannel of a text channel and Proceed, for Conversations1.Open. */
void cm_channel_dispatcher_ensure_text_async (CmChannelDispatcher *self,
                                              ImAccount *account,
                                              const char *id,
                                              gint64 user_time,
                                              const char *preferred_handler,
                                              GAsyncReadyCallback callback,
                                              gpointer user_data);
/* Returns: (transfer full): the channel's object path. Telepathy's errors. */
char *cm_channel_dispatcher_ensure_text_finish (CmChannelDispatcher *self,
                                                GAsyncResult *result,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
