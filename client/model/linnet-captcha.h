/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-captcha.h: a server wants to see that a person asks. Telepathy
 * Channel.Interface.CaptchaAuthentication1 */
#pragma once

#include "model/linnet-question.h"

G_BEGIN_DECLS

/* One thing to be read, heard or answered. Property: answer. */
#define LINNET_TYPE_CAPTCHA_ITEM (linnet_captcha_item_get_type ())
G_DECLARE_FINAL_TYPE (LinnetCaptchaItem, linnet_captcha_item, LINNET, CAPTCHA_ITEM, GObject)

const char *linnet_captcha_item_get_label (LinnetCaptchaItem *self);
const char *linnet_captcha_item_get_mime (LinnetCaptchaItem *self); /* (nullable) */
GBytes *linnet_captcha_item_get_data (LinnetCaptchaItem *self); /* (nullable) */
gboolean linnet_captcha_item_get_required (LinnetCaptchaItem *self);
const char *linnet_captcha_item_get_answer (LinnetCaptchaItem *self);
void linnet_captcha_item_set_answer (LinnetCaptchaItem *self, const char *answer);

#define LINNET_TYPE_CAPTCHA (linnet_captcha_get_type ())
G_DECLARE_FINAL_TYPE (LinnetCaptcha, linnet_captcha, LINNET, CAPTCHA, LinnetQuestion)

LinnetQuestion *linnet_captcha_new (GDBusConnection *bus,
                                    const char *service_name,
                                    const char *path) G_GNUC_WARN_UNUSED_RESULT;
GListModel *linnet_captcha_get_items (LinnetCaptcha *self); /* LinnetCaptchaItem */
guint linnet_captcha_get_n_needed (LinnetCaptcha *self);
void linnet_captcha_answer (LinnetCaptcha *self);
void linnet_captcha_renew (LinnetCaptcha *self);

G_END_DECLS
