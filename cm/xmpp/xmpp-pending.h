/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-pending.h: the requests that wait for their answer, and who may give it. RFC
 * 6120 8.1.2.1, 8.2.3 */
#pragma once

#include <gio/gio.h>

#include "xmpp/xmpp-jid.h"
#include "xmpp/xmpp-node.h"

G_BEGIN_DECLS

typedef struct _XmppPending XmppPending;

/* `account` is the bound full address. */
XmppPending *xmpp_pending_new (XmppJid *account) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_pending_free (XmppPending *self);

/* `to` (nullable): whom we ask. Takes `task`, which returns the answer's node. */
void
xmpp_pending_add (XmppPending *self, const char *id, XmppJid *to, gint64 deadline_us, GTask *task);
/* A result or error came; `from` NULL where it names no sender. FALSE: nobody asked that of whoever
 * sent it. */
gboolean xmpp_pending_answer (XmppPending *self, XmppNode *iq, XmppJid *from);
/* Fails what is overdue at `now_us`; gives the next deadline, -1 for none. */
gint64 xmpp_pending_expire (XmppPending *self, gint64 now_us);
void xmpp_pending_fail_all (XmppPending *self);
guint xmpp_pending_get_n (XmppPending *self);

G_END_DECLS
