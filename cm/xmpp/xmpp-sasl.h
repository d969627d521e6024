/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-sasl.h: which way to prove the password, and the steps of it. RFC 6120 6, RFC 4422,
 * RFC 5802 6, XEP-0440, XEP-0474 */
#pragma once

#include <glib.h>

#include "xmpp/xmpp-error.h"

G_BEGIN_DECLS

/* One exchange by one mechanism. Texts in and out are what stands in <auth/>, <challenge/>,
 * <response/> and <success/>. */
typedef struct _XmppSasl XmppSasl;

/* What an account's server could do once; together, as they are remembered. 0: nothing is known. */
typedef enum
{
  XMPP_STRENGTH_ENCRYPTED = 1, /* it offered TLS */
  XMPP_STRENGTH_PROVEN = 2, /* it proved that it knows the password, without being told it */
  XMPP_STRENGTH_BOUND = 4, /* and that nobody sits in the middle of the TLS connection */
} XmppStrength;

/* What a channel binding type says of this connection. RFC 5056 */
typedef struct
{
  const char *type; /* "tls-exporter", "tls-unique" or "tls-server-end-point" */
  GBytes *data; /* (owned) */
} XmppSaslBinding;

/* What both sides offer; borrowed. */
typedef struct
{
  const char *const *mechanisms; /* the server's */
  const char *const *binding_types; /* the server's by XEP-0440; NULL: it does not say */
  const XmppSaslBinding *bindings; /* (nullable) of this connection, strongest first; ends with
                                      type NULL */
  gboolean is_encrypted; /* nobody else hears it */
  gboolean is_certified; /* we showed a certificate of the account */
  const char *identity; /* (nullable) as whom, where the certificate does not say it */
  gboolean is_anonymous; /* without an account */
  gboolean is_binding_refused; /* the server refused one a moment ago */
  guint known; /* XmppStrength of the server */
} XmppSaslOffer;

/* `password` NULL: fails with PASSWORD_NEEDED once it is clear that a mechanism would want it.
 * `username` (nullable): NULL where there is no account. */
XmppSasl *xmpp_sasl_new (const XmppSaslOffer *offer,
                         const char *username,
                         const char *password,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_sasl_free (XmppSasl *self);

const char *xmpp_sasl_get_mechanism (XmppSasl *self);
/* The channel binding type that ties the exchange to the connection; NULL: none. */
const char *xmpp_sasl_get_binding (XmppSasl *self);
/* To be freed with xmpp_scram_free_secret (): PLAIN's holds the password. */
char *xmpp_sasl_dup_initial (XmppSasl *self) G_GNUC_WARN_UNUSED_RESULT;
char *xmpp_sasl_dup_response (XmppSasl *self,
                              const char *challenge,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The server said <success/>: is it true? */
gboolean xmpp_sasl_finish (XmppSasl *self, const char *success, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppSasl, xmpp_sasl_free)

G_END_DECLS
