/* SPDX-License-Identifier: GPL-3.0-or-later */
/* login-fixture.h: what tests of logins share: a trusted authority, and a login that ends */
#pragma once

#include "xmpp/xmpp-login.h"

G_BEGIN_DECLS

/* Takes `params`. Why it did not succeed: it never does here. */
GError *login_fixture_fail (XmppLoginParams *params) G_GNUC_WARN_UNUSED_RESULT;
/* From now on the authority of make-certificate.h is trusted. The path of its file, for the end. */
char *login_fixture_trust_authority (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
