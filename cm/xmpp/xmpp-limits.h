/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-limits.h: what a server says that it takes. XEP-0478. (What we take is in xmpp-parser.h;
 * there is no way to tell that a server: XEP-0478 10.) */
#pragma once

#include "xmpp/xmpp-node.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 max_bytes; /* of one stanza; 0: it does not say */
  guint32 idle_s; /* of silence before it may end the stream; 0: it does not say */
} XmppServerLimits;

/* From its <features/>, which may be NULL. */
void xmpp_server_limits_read (XmppServerLimits *self, const XmppNode *features);
/* How often to speak, where we would speak every `wanted_s`. */
guint xmpp_server_limits_get_beat_s (const XmppServerLimits *self, guint wanted_s);

G_END_DECLS
