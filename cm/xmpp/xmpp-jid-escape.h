/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-jid-escape.h: local parts as people read and write them. XEP-0106 */
#pragma once

#include "xmpp/xmpp-jid.h"

G_BEGIN_DECLS

char *xmpp_jid_escape_local (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char *xmpp_jid_unescape_local (const char *local) G_GNUC_WARN_UNUSED_RESULT;
char *xmpp_jid_dup_shown_text (const XmppJid *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
