/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-request.h: what the session alone needs of a request; owners of routes read xmpp-session.h
 */
#pragma once

#include "xmpp/xmpp-session.h"

G_BEGIN_DECLS

/* `stanza` has been checked: a get or set with an id and one child. */
XmppRequest *xmpp_request_new (XmppSession *session, XmppNode *stanza, XmppJid *from, XmppFrom kind)
    G_GNUC_WARN_UNUSED_RESULT;
/* An answer to `stanza`, without content: type, id and addressee are set. */
XmppNode *xmpp_request_new_answer (const XmppNode *stanza,
                                   const char *type) G_GNUC_WARN_UNUSED_RESULT;

/* 96 random bits, in letters, digits, "-" and "_". */
char *xmpp_request_dup_new_id (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
