/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-throttle.h: how much of our time others' requests may take, and the refusals that are owed
 * to those beyond it */
#pragma once

#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-node.h"

G_BEGIN_DECLS

#define XMPP_THROTTLE_PER_SECOND 500
#define XMPP_THROTTLE_BURST 1000
#define XMPP_THROTTLE_MAX_OWED 2000
#define XMPP_THROTTLE_MAX_ID_BYTES 256

typedef struct
{
  double tokens;
  gint64 filled_us;
  GQueue owed; /* (owned) Refusal, oldest first */
  guint n_dropped;
} XmppThrottle;

void xmpp_throttle_init (XmppThrottle *self, gint64 now_us);
void xmpp_throttle_clear (XmppThrottle *self);

/* Whether a request may be answered now. FALSE once anything is owed: answers keep the order of
 * their requests. */
gboolean xmpp_throttle_admit (XmppThrottle *self, gint64 now_us);
/* Remembers to refuse a request later. FALSE: too much is owed already, the request goes
 * unanswered. */
gboolean xmpp_throttle_owe (XmppThrottle *self, const XmppNode *iq);
/* The next refusal whose time has come, to be sent; NULL: none. */
XmppNode *xmpp_throttle_next (XmppThrottle *self, gint64 now_us) G_GNUC_WARN_UNUSED_RESULT;
/* When to look again; -1: nothing is owed. */
gint64 xmpp_throttle_get_next_us (XmppThrottle *self);

G_END_DECLS
