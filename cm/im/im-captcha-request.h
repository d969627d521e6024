/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-captcha-request.h: a server that is asked for an account wants to see that a person asks */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

#define IM_TYPE_CAPTCHA_REQUEST (im_captcha_request_get_type ())
G_DECLARE_FINAL_TYPE (ImCaptchaRequest, im_captcha_request, IM, CAPTCHA_REQUEST, GObject)

typedef enum
{
  IM_CAPTCHA_LOCAL_PENDING = 0, /* Telepathy's Captcha_Status */
  IM_CAPTCHA_REMOTE_PENDING = 1,
  IM_CAPTCHA_SUCCEEDED = 2,
  IM_CAPTCHA_TRY_AGAIN = 3,
  IM_CAPTCHA_FAILED = 4,
} ImCaptchaState;

/* One way to show it. */
typedef struct
{
  guint id; /* of this request alone, never used again */
  char *var; /* (owned) XEP-0158's name of its kind */
  char *label; /* (owned) "" for none */
  char **types; /* (owned) MIME types of what it shows */
  GPtrArray *media; /* (owned) GBytes, owned, as many as types */
  gboolean is_required;
} ImCaptcha;

/* notify::state. Signal: "renewed": others have come, as was asked. */
ImCaptchaState im_captcha_request_get_state (ImCaptchaRequest *self);
const GError *im_captcha_request_get_error (ImCaptchaRequest *self); /* (nullable) IM_ERROR */
/* (element-type ImCaptcha) (transfer none), and how many are to be answered at least. */
GPtrArray *im_captcha_request_get_captchas (ImCaptchaRequest *self, guint *n_needed);
/* Of the line over which the server asks; it is encrypted in any case. */
gboolean im_captcha_request_is_verified (ImCaptchaRequest *self);
/* What one shows, in a type of its; empty for a question in words. (nullable) */
GBytes *im_captcha_request_dup_data (ImCaptchaRequest *self,
                                     guint id,
                                     const char *type,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* After a wrong answer: the next ones are looked at. Else others are asked for: "renewed", or
 * FAILED. FALSE with IM_ERROR_NOT_AVAILABLE. */
gboolean im_captcha_request_renew (ImCaptchaRequest *self, gboolean *is_pending, GError **error);
/* `answers`: a{us}. FALSE with IM_ERROR_NOT_AVAILABLE, or IM_ERROR_INVALID_ARGUMENT. */
gboolean im_captcha_request_answer (ImCaptchaRequest *self, GVariant *answers, GError **error);
/* The person gave up: the connection ends with `error`. */
void im_captcha_request_cancel (ImCaptchaRequest *self, const GError *error);

G_END_DECLS
