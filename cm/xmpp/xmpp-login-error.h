/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-error.h: how the parts of a login say what went wrong, with the details that a
 * question to the user needs */
#pragma once

#include "xmpp/xmpp-login.h"

G_BEGIN_DECLS

/* For the one who makes the error: the details, to be filled in. NULL where the error is not of
 * XMPP_LOGIN_ERROR. */
XmppLoginProblem *xmpp_login_error_edit_problem (GError *error);
/* Text from the network, made fit for a sentence: valid, bounded, on a character boundary. NULL for
 * none. */
char *xmpp_login_error_dup_server_text (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
