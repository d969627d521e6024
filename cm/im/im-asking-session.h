/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-asking-session.h: a session of somebody who has no account: only what is asked is answered */
#pragma once

#include "xmpp/xmpp-session.h"

G_BEGIN_DECLS

/* Started. `closed` is told of its end while `owner`, which it does not keep, lives. */
XmppSession *im_asking_session_new (XmppStream *stream,
                                    XmppJid *jid,
                                    GObject *owner,
                                    void (*closed) (XmppSession *session,
                                                    const GError *error,
                                                    GObject *owner)) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
