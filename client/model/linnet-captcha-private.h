/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-captcha-private.h: what linnet-captcha.c knows of its items */
#pragma once

#include "model/linnet-captcha.h"

LinnetCaptchaItem *linnet_captcha_item_new_from_variant (GVariant *info) G_GNUC_WARN_UNUSED_RESULT;
guint32 linnet_captcha_item_get_id (LinnetCaptchaItem *self);
void linnet_captcha_item_take_data (LinnetCaptchaItem *self, GBytes *data);
