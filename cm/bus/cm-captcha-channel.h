/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-captcha-channel.h: a server wants to see that a person asks it for an account. Telepathy:
 * Channel.Interface.CaptchaAuthentication1 */
#pragma once

#include "bus/cm-channel.h"
#include "im/im-captcha-request.h"

G_BEGIN_DECLS

#define CM_TYPE_CAPTCHA_CHANNEL (cm_captcha_channel_get_type ())
G_DECLARE_FINAL_TYPE (CmCaptchaChannel, cm_captcha_channel, CM, CAPTCHA_CHANNEL, CmChannel)

CmCaptchaChannel *cm_captcha_channel_new (CmConnection *connection,
                                          GDBusConnection *bus,
                                          ImCaptchaRequest *request) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
