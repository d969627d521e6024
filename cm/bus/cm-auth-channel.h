/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-auth-channel.h: a question for a password. Telepathy: Channel.Type.ServerAuthentication,
 * .SASLAuthentication */
#pragma once

#include "bus/cm-channel.h"

G_BEGIN_DECLS

#define CM_TYPE_AUTH_CHANNEL (cm_auth_channel_get_type ())
G_DECLARE_FINAL_TYPE (CmAuthChannel, cm_auth_channel, CM, AUTH_CHANNEL, CmChannel)

CmAuthChannel *cm_auth_channel_new (CmConnection *connection,
                                    GDBusConnection *bus,
                                    ImAuthRequest *request) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
