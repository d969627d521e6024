/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-presence.h: our presence on its way out, that of others on its way in; for cm/im alone. RFC
 * 6121 3, 4 */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

/* What the world is told for `presence` where the server can hide nobody. */
ImPresence *im_presence_dup_sendable (const ImPresence *presence) G_GNUC_WARN_UNUSED_RESULT;
/* The stanza for it, the modules' part not in it. */
XmppNode *im_presence_to_stanza (const ImPresence *presence,
                                 int priority) G_GNUC_WARN_UNUSED_RESULT;
/* Sends it, with what the modules add. */
void im_presence_send (ImAccount *account, const ImPresence *presence);
/* The same for one address alone. */
void im_presence_send_to (ImAccount *account, const ImPresence *presence, XmppJid *to);
void im_presence_receive (ImAccount *account, XmppNode *stanza, XmppJid *from, XmppFrom kind);

G_END_DECLS
