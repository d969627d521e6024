/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-uri.h: an address with something to do, as links hold it. RFC 5122, XEP-0147 */
#pragma once

#include "xmpp/xmpp-jid.h"

G_BEGIN_DECLS

/* What a link asks for. Whoever opens one asks the person first: links are written by anybody. */
typedef enum
{
  XMPP_URI_OTHER, /* a query type that is not known here: show the address, do nothing */
  XMPP_URI_SHOW, /* no query type: the address alone, or with "node" and "item" */
  XMPP_URI_COMMAND, /* XEP-0050 */
  XMPP_URI_DISCO, /* XEP-0030 */
  XMPP_URI_INVITE, /* XEP-0045 */
  XMPP_URI_JINGLE, /* XEP-0358 */
  XMPP_URI_JOIN, /* XEP-0045 */
  XMPP_URI_MESSAGE,
  XMPP_URI_PUBSUB, /* XEP-0060 */
  XMPP_URI_RECVFILE, /* XEP-0096 */
  XMPP_URI_REGISTER, /* XEP-0077, XEP-0445 */
  XMPP_URI_REMOVE,
  XMPP_URI_ROSTER, /* XEP-0379 too */
  XMPP_URI_SENDFILE, /* XEP-0096 */
  XMPP_URI_SUBSCRIBE,
  XMPP_URI_UNREGISTER, /* XEP-0077 */
  XMPP_URI_UNSUBSCRIBE,
  XMPP_URI_VCARD, /* XEP-0054 */
} XmppUriAction;

typedef struct _XmppUri XmppUri;

XmppUri *xmpp_uri_new (XmppJid *jid, XmppUriAction action) G_GNUC_WARN_UNUSED_RESULT;
XmppUri *xmpp_uri_new_from_text (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_uri_free (XmppUri *self);

XmppJid *xmpp_uri_get_account (const XmppUri *self); /* NULL: any */
XmppJid *xmpp_uri_get_jid (const XmppUri *self);
XmppUriAction xmpp_uri_get_action (const XmppUri *self);
const char *xmpp_uri_get_query (const XmppUri *self);
const char *xmpp_uri_get (const XmppUri *self, const char *key); /* NULL: none */
guint xmpp_uri_get_n_values (const XmppUri *self);
const char *xmpp_uri_get_value (const XmppUri *self, guint index, const char **key);

gboolean xmpp_uri_add (XmppUri *self, const char *key, const char *value);
char *xmpp_uri_to_text (const XmppUri *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppUri, xmpp_uri_free)

G_END_DECLS
