/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-pin.h: the PIN of a token that has the key of an account's certificate. RFC 7512 */
#pragma once

#include "xmpp/xmpp-login.h"

G_BEGIN_DECLS

#define XMPP_TYPE_LOGIN_PIN (xmpp_login_pin_get_type ())
G_DECLARE_FINAL_TYPE (XmppLoginPin, xmpp_login_pin, XMPP, LOGIN_PIN, GTlsInteraction)

/* `pin` (nullable) outlives it. */
XmppLoginPin *xmpp_login_pin_new (const char *pin) G_GNUC_WARN_UNUSED_RESULT;
/* After a handshake: FALSE where the token was not content. XMPP_LOGIN_ERROR: PASSWORD_NEEDED,
 * NOT_AUTHORIZED */
gboolean xmpp_login_pin_check (XmppLoginPin *self, GError **error);

G_END_DECLS
