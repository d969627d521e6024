/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-scram.h: proving that one knows a password without telling it, and that the server knew it
 * too. RFC 5802, RFC 7677, XEP-0474 */
#pragma once

#include <glib.h>

#include "xmpp/xmpp-error.h"

G_BEGIN_DECLS

#define XMPP_SCRAM_MIN_ITERATIONS 4096
#define XMPP_SCRAM_MAX_ITERATIONS 1000000
#define XMPP_SCRAM_MAX_SALT_BYTES 1024

typedef enum
{
  XMPP_SCRAM_SHA_1,
  XMPP_SCRAM_SHA_256,
  XMPP_SCRAM_SHA_512,
} XmppScramHash;

/* One exchange, client side. Secrets in it are wiped when it is freed. */
typedef struct _XmppScram XmppScram;

/* `nonce` NULL: a random one, as always outside tests. */
XmppScram *xmpp_scram_new (XmppScramHash hash,
                           const char *username,
                           const char *password,
                           const char *nonce,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_scram_free (XmppScram *self);

/* Before the first message: `flag` "n", "y" or "p=NAME" of RFC 5802 §6; "n" if never called. */
void xmpp_scram_bind (XmppScram *self, const char *flag, GBytes *binding);
/* What we saw the server offer, to be compared with what it says that it offered. XEP-0474 */
void xmpp_scram_expect_offer (XmppScram *self, const char *offer, gboolean is_needed);

/* The three messages of RFC 5802 §5, not yet in base64. */
const char *xmpp_scram_get_client_first (XmppScram *self);
char *xmpp_scram_dup_client_final (XmppScram *self,
                                   const char *server_first,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean xmpp_scram_verify (XmppScram *self, const char *server_final, GError **error);

/* A password as RFC 4013 prepares it (RFC 8265 where that one refuses); to be freed with
 * xmpp_scram_free_secret (). */
char *xmpp_scram_dup_prepared (const char *password, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_scram_free_secret (char *secret);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppScram, xmpp_scram_free)

G_END_DECLS
