/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-captcha-request-private.h: what the account does to its question; for cm/im alone */
#pragma once

#include "im/im-captcha-request.h"
#include "im/im-registrar.h"

G_BEGIN_DECLS

ImCaptchaRequest *im_captcha_request_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
/* What the form of the registrar shows. FALSE: nothing that a person could answer. */
gboolean im_captcha_request_read (ImCaptchaRequest *self, ImRegistrar *registrar);
/* Whether a field of that name is the proof that a person asks. */
gboolean im_captcha_request_is_captcha (const char *var);
void
im_captcha_request_set_state (ImCaptchaRequest *self, ImCaptchaState state, const GError *error);
/* What was read is another question than the last, which was asked for. */
void im_captcha_request_note_renewed (ImCaptchaRequest *self);
/* The account no longer waits. */
void im_captcha_request_disown (ImCaptchaRequest *self);

G_END_DECLS
