/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-auth-request-private.h: what the account does to its question; for cm/im alone */
#pragma once

#include "im/im-auth-request.h"

G_BEGIN_DECLS

/* `error` (nullable): why the password that was known was refused. */
ImAuthRequest *im_auth_request_new (ImAccount *account,
                                    const char *const *mechanisms,
                                    const GError *error) G_GNUC_WARN_UNUSED_RESULT;
/* `details` (nullable): a{sv}, what else is known of `error`. */
void im_auth_request_set_state (ImAuthRequest *self,
                                ImAuthState state,
                                const GError *error,
                                GVariant *details);
/* The account is gone: answers go nowhere. */
void im_auth_request_disown (ImAuthRequest *self);
/* The line over which the server asked; every try is over one as good. */
void im_auth_request_note_line (ImAuthRequest *self, gboolean is_encrypted, gboolean is_verified);
/* Whether the success of the try under way is to be accepted first: it is OFFERED then. */
gboolean im_auth_request_offer (ImAuthRequest *self);

G_END_DECLS
