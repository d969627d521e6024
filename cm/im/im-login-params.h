/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-login-params.h: what connection parameters mean to a login */
#pragma once

#include "xmpp/xmpp-login.h"

G_BEGIN_DECLS

/* `parameters`: a{sv}, checked by im-parameters.h. Without a password. */
XmppLoginParams *im_login_params_new (XmppJid *account,
                                      GVariant *parameters) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
