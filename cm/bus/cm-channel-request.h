/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-channel-request.h: a channel that somebody asked for, until a handler has it. Telepathy:
 * ChannelRequest */
#pragma once

#include "bus/cm-clients.h"
#include "bus/cm-handlers.h"
#include "bus/cm-observers.h"
#include "bus/cm-service.h"

G_BEGIN_DECLS

#define CM_TYPE_CHANNEL_REQUEST (cm_channel_request_get_type ())
G_DECLARE_FINAL_TYPE (CmChannelRequest, cm_channel_request, CM, CHANNEL_REQUEST, GObject)

/* Signals: "finished" (GError *error, CmChannel *channel): after its last word; one is NULL. */

typedef struct
{
  ImAccount *account;
  const char *account_path;
  GVariant *properties; /* a{sv} asked for */
  gint64 user_time;
  const char *preferred_handler; /* "" for none */
  GVariant *hints; /* a{sv} */
  gboolean is_ensure;
} CmChannelRequestParams;

CmChannelRequest *cm_channel_request_new (CmService *service,
                                          CmClients *clients,
                                          CmHandlers *handlers,
                                          CmObservers *observers,
                                          const CmChannelRequestParams *params,
                                          guint serial,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *cm_channel_request_get_object_path (CmChannelRequest *self);
/* As Proceed (): once. */
gboolean cm_channel_request_proceed (CmChannelRequest *self, GError **error);

G_END_DECLS
