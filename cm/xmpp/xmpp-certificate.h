/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-certificate.h: whose certificate is it, and is it made well? RFC 6120 13.7, RFC 6125, RFC
 * 7590 */
#pragma once

#include <gio/gio.h>

#include "xmpp/xmpp-jid.h"

G_BEGIN_DECLS

/* More certificates than any honest server sends. */
#define XMPP_CERTIFICATE_MAX_CHAIN 10

/* Whether the certificate names `domain` (any form) as an XMPP server, by one of the names that RFC
 * 6120 13.7.1.2 lets it have. */
gboolean xmpp_certificate_is_for (GTlsCertificate *certificate, const char *domain);
/* What is wrong with it and the chain that came with it beyond what GIO looks at: weak keys and
 * signatures, usage, length. 0: nothing. */
GTlsCertificateFlags xmpp_certificate_judge (GTlsCertificate *certificate);
/* Whether the server has to be told that this client's certificate is meant for `account`, as it
 * names others, too, or instead. XEP-0178 2 */
gboolean xmpp_certificate_leaves_open (GTlsCertificate *certificate, XmppJid *account);
/* Names its public key: what a person accepts is this key, and no other with the same name. NULL
 * where it has none that we can read. */
char *xmpp_certificate_dup_key_digest (GTlsCertificate *certificate) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
