/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fake-session.h: in place of cm/xmpp's session: keeps what is sent, and answers when the test says
 * so */
#pragma once

#include "xmpp/xmpp-session.h"

G_BEGIN_DECLS

XmppSession *fake_session_new (void) G_GNUC_WARN_UNUSED_RESULT;
guint fake_session_get_n_sent (XmppSession *self);
XmppNode *fake_session_get_sent (XmppSession *self, guint index);
guint fake_session_get_n_pings (XmppSession *self);
/* Answers the oldest open request: `error` (transfer full) or, NULL, a result. */
void fake_session_answer (XmppSession *self, GError *error);
/* A request keeps its session: what nobody answered ends in an error. */
void fake_session_end_all (void);
void fake_session_set_is_open (XmppSession *self, gboolean is_open);
/* The server takes no longer stanza. */
void fake_session_set_max_bytes (XmppSession *self, guint32 max_bytes);

G_END_DECLS
