/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-sasl.h: which way to prove the password, and the steps of it. RFC 6120 6, RFC 4422 */
#pragma once

#include <glib.h>

#include "xmpp/xmpp-error.h"

G_BEGIN_DECLS

/* One exchange by one mechanism. Texts in and out are what stands in <auth/>, <challenge/>,
 * <response/> and <success/>. */
typedef struct _XmppSasl XmppSasl;

/* `password` NULL: fails with PASSWORD_NEEDED once it is clear that a mechanism would want it.
 * `is_private`: nobody can listen, or the person accepts that somebody can. */
XmppSasl *xmpp_sasl_new (const char *const *offered,
                         gboolean is_private,
                         const char *username,
                         const char *password,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_sasl_free (XmppSasl *self);

const char *xmpp_sasl_get_mechanism (XmppSasl *self);
/* To be freed with xmpp_scram_free_secret (): PLAIN's holds the password. */
char *xmpp_sasl_dup_initial (XmppSasl *self) G_GNUC_WARN_UNUSED_RESULT;
char *xmpp_sasl_dup_response (XmppSasl *self,
                              const char *challenge,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The server said <success/>: is it true? */
gboolean xmpp_sasl_finish (XmppSasl *self, const char *success, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppSasl, xmpp_sasl_free)

G_END_DECLS
