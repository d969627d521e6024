/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-error.h: what can go wrong on the wire: streams (RFC 6120 4.9), stanzas (8.3), login */
#pragma once

#include <glib.h>

#include "xmpp/xmpp-node.h"

G_BEGIN_DECLS

/* Errors of our own making: a bad address, a request that was not answered, … */
#define XMPP_ERROR (xmpp_error_quark ())
typedef enum
{
  XMPP_ERROR_FAILED,
  XMPP_ERROR_JID_MALFORMED,
  XMPP_ERROR_NOT_CONNECTED, /* the session is closed, or closed before the answer came */
  XMPP_ERROR_TIMED_OUT, /* no answer within the request's time */
  XMPP_ERROR_PROTOCOL, /* what the server sent broke the rules: we ended the stream */
  XMPP_ERROR_URI_MALFORMED,
} XmppError;

/* Stream errors, sent or received. The member says which condition; the message is for people. What
 * the stream reports in this domain, the server said. */
#define XMPP_STREAM_ERROR (xmpp_stream_error_quark ())
typedef enum
{
  XMPP_STREAM_ERROR_UNDEFINED_CONDITION,
  XMPP_STREAM_ERROR_BAD_FORMAT,
  XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX,
  XMPP_STREAM_ERROR_CONFLICT,
  XMPP_STREAM_ERROR_CONNECTION_TIMEOUT,
  XMPP_STREAM_ERROR_HOST_GONE,
  XMPP_STREAM_ERROR_HOST_UNKNOWN,
  XMPP_STREAM_ERROR_IMPROPER_ADDRESSING,
  XMPP_STREAM_ERROR_INTERNAL_SERVER_ERROR,
  XMPP_STREAM_ERROR_INVALID_FROM,
  XMPP_STREAM_ERROR_INVALID_NAMESPACE,
  XMPP_STREAM_ERROR_INVALID_XML,
  XMPP_STREAM_ERROR_NOT_AUTHORIZED,
  XMPP_STREAM_ERROR_NOT_WELL_FORMED,
  XMPP_STREAM_ERROR_POLICY_VIOLATION,
  XMPP_STREAM_ERROR_REMOTE_CONNECTION_FAILED,
  XMPP_STREAM_ERROR_RESET,
  XMPP_STREAM_ERROR_RESOURCE_CONSTRAINT,
  XMPP_STREAM_ERROR_RESTRICTED_XML,
  XMPP_STREAM_ERROR_SEE_OTHER_HOST,
  XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN,
  XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING,
  XMPP_STREAM_ERROR_UNSUPPORTED_FEATURE,
  XMPP_STREAM_ERROR_UNSUPPORTED_STANZA_TYPE,
  XMPP_STREAM_ERROR_UNSUPPORTED_VERSION,
} XmppStreamError;

/* Stanza errors: what a peer or server answered, or what we answer. */
#define XMPP_STANZA_ERROR (xmpp_stanza_error_quark ())
typedef enum
{
  XMPP_STANZA_ERROR_UNDEFINED_CONDITION,
  XMPP_STANZA_ERROR_BAD_REQUEST,
  XMPP_STANZA_ERROR_CONFLICT,
  XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED,
  XMPP_STANZA_ERROR_FORBIDDEN,
  XMPP_STANZA_ERROR_GONE,
  XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR,
  XMPP_STANZA_ERROR_ITEM_NOT_FOUND,
  XMPP_STANZA_ERROR_JID_MALFORMED,
  XMPP_STANZA_ERROR_NOT_ACCEPTABLE,
  XMPP_STANZA_ERROR_NOT_ALLOWED,
  XMPP_STANZA_ERROR_NOT_AUTHORIZED,
  XMPP_STANZA_ERROR_POLICY_VIOLATION,
  XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE,
  XMPP_STANZA_ERROR_REDIRECT,
  XMPP_STANZA_ERROR_REGISTRATION_REQUIRED,
  XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND,
  XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT,
  XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT,
  XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE,
  XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED,
  XMPP_STANZA_ERROR_UNEXPECTED_REQUEST,
} XmppStanzaError;

/* How a login ended. */
#define XMPP_LOGIN_ERROR (xmpp_login_error_quark ())
typedef enum
{
  XMPP_LOGIN_ERROR_FAILED,
  XMPP_LOGIN_ERROR_NO_SERVER, /* SRV says "." or nothing resolves */
  XMPP_LOGIN_ERROR_CONNECTION_REFUSED, /* resolved, but nobody listens */
  XMPP_LOGIN_ERROR_NETWORK, /* time-out, unreachable, reset */
  XMPP_LOGIN_ERROR_ENCRYPTION_NOT_AVAILABLE,
  XMPP_LOGIN_ERROR_ENCRYPTION_FAILED, /* the TLS handshake failed */
  XMPP_LOGIN_ERROR_CERTIFICATE, /* see XmppLoginProblem for the flags */
  XMPP_LOGIN_ERROR_PASSWORD_NEEDED, /* a question: ask, then log in again */
  XMPP_LOGIN_ERROR_NOT_AUTHORIZED, /* the password was refused */
  XMPP_LOGIN_ERROR_ACCOUNT_DISABLED,
  XMPP_LOGIN_ERROR_NO_MECHANISM, /* the server offers nothing that we accept */
  XMPP_LOGIN_ERROR_TEMPORARY, /* temporary-auth-failure */
  XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED, /* the server could not prove that it knows the password */
  XMPP_LOGIN_ERROR_PROTOCOL, /* the server broke the rules */
  XMPP_LOGIN_ERROR_NO_ADMISSION, /* refused, and no password would help */
  XMPP_LOGIN_ERROR_WEAKENED, /* less safe than before, or than the server says it offered */
} XmppLoginError;

GQuark xmpp_error_quark (void);
GQuark xmpp_stream_error_quark (void);
GQuark xmpp_stanza_error_quark (void);
GQuark xmpp_login_error_quark (void);

/* The condition's element name, e.g. "not-well-formed". */
const char *xmpp_stream_error_to_name (XmppStreamError code);
XmppStreamError xmpp_stream_error_from_name (const char *name);
const char *xmpp_stanza_error_to_name (XmppStanzaError code);
XmppStanzaError xmpp_stanza_error_from_name (const char *name);

GError *xmpp_stanza_error_new_from_node (const XmppNode *stanza) G_GNUC_WARN_UNUSED_RESULT;
/* The same may do better later, says who refused it. */
gboolean xmpp_stanza_error_is_temporary (const GError *error);
const char *xmpp_error_get_text (const GError *error);
GError *xmpp_stream_error_new_from_node (const XmppNode *node) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_node_add_stanza_error (XmppNode *stanza, XmppStanzaError code, const char *text);

G_END_DECLS
