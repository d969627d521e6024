/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-sasl-relay.h: a sign-in by a mechanism and with secrets that somebody else has. RFC 4422,
 * RFC 6120 6 */
#pragma once

#include <gio/gio.h>

#include "xmpp/xmpp-error.h"

G_BEGIN_DECLS

/* A post office between the login's thread and the thread of those who know the secrets. */
typedef struct _XmppSaslRelay XmppSaslRelay;

/* On the thread that made it. `data` (nullable): a challenge, or what came with the success. */
typedef void (*XmppSaslRelayFunc) (gboolean is_success, GBytes *data, gpointer user_data);

/* `initial` (nullable): none is sent; it may be empty. */
XmppSaslRelay *xmpp_sasl_relay_new (const char *mechanism,
                                    GBytes *initial,
                                    XmppSaslRelayFunc func,
                                    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
XmppSaslRelay *xmpp_sasl_relay_ref (XmppSaslRelay *self);
void xmpp_sasl_relay_unref (XmppSaslRelay *self);
/* Nothing is told any more; what is asked gets no answer. */
void xmpp_sasl_relay_close (XmppSaslRelay *self);
/* Answers a challenge; or, `data` being NULL, says that the success is one. */
void xmpp_sasl_relay_answer (XmppSaslRelay *self, GBytes *data);

/* For the login's thread. */
const char *xmpp_sasl_relay_get_mechanism (XmppSaslRelay *self);
GBytes *xmpp_sasl_relay_get_initial (XmppSaslRelay *self);
/* Waits for the answer: (transfer full), and empty for a confirmed success. NULL: cancelled. */
GBytes *xmpp_sasl_relay_ask (XmppSaslRelay *self,
                             gboolean is_success,
                             GBytes *data,
                             GCancellable *cancellable,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Those of a server's mechanisms that may be relayed: none that Linnet would never use, none that
 * is tied to the connection, which only we know. */
char **xmpp_sasl_relay_dup_mechanisms (const char *const *offered) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppSaslRelay, xmpp_sasl_relay_unref)

G_END_DECLS
