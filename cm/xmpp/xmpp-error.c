/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-error.c: error conditions and their names. RFC 6120 4.9 and 8.3
 *
 * XMPP_LOGIN_ERROR carries data and is defined with the login. */
#include "config.h"

#include "xmpp/xmpp-error.h"

#include <string.h>

#include "xmpp/xmpp-ns.h"

/* The most that is kept of what a peer wrote about its error. */
#define MAX_TEXT_BYTES 1024

typedef struct
{
  const char *name;
  const char *type; /* of stanza errors, RFC 6120 8.3.3 */
  const char *text; /* for people, when the peer gives none */
} Condition;

static const Condition stream_conditions[] = {
  [XMPP_STREAM_ERROR_UNDEFINED_CONDITION] = { "undefined-condition", NULL,
                                              "The server ended the connection." },
  [XMPP_STREAM_ERROR_BAD_FORMAT] = { "bad-format", NULL, "What was received cannot be processed." },
  [XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX] = { "bad-namespace-prefix", NULL,
                                               "An undeclared namespace prefix was used." },
  [XMPP_STREAM_ERROR_CONFLICT] = { "conflict", NULL, "The same resource has signed in elsewhere." },
  [XMPP_STREAM_ERROR_CONNECTION_TIMEOUT] = { "connection-timeout", NULL,
                                             "The other side did not answer in time." },
  [XMPP_STREAM_ERROR_HOST_GONE] = { "host-gone", NULL, "The server no longer serves this domain." },
  [XMPP_STREAM_ERROR_HOST_UNKNOWN] = { "host-unknown", NULL,
                                       "The server does not serve this domain." },
  [XMPP_STREAM_ERROR_IMPROPER_ADDRESSING] = { "improper-addressing", NULL,
                                              "A stanza lacks an address." },
  [XMPP_STREAM_ERROR_INTERNAL_SERVER_ERROR] = { "internal-server-error", NULL,
                                                "The server has an internal problem." },
  [XMPP_STREAM_ERROR_INVALID_FROM] = { "invalid-from", NULL, "A sender's address is wrong." },
  [XMPP_STREAM_ERROR_INVALID_NAMESPACE] = { "invalid-namespace", NULL,
                                            "The stream has a wrong namespace." },
  [XMPP_STREAM_ERROR_INVALID_XML] = { "invalid-xml", NULL, "Invalid XML was sent." },
  [XMPP_STREAM_ERROR_NOT_AUTHORIZED] = { "not-authorized", NULL,
                                         "The server wants a sign-in first." },
  [XMPP_STREAM_ERROR_NOT_WELL_FORMED] = { "not-well-formed", NULL,
                                          "XML that is not well-formed was sent." },
  [XMPP_STREAM_ERROR_POLICY_VIOLATION] = { "policy-violation", NULL, "A limit was exceeded." },
  [XMPP_STREAM_ERROR_REMOTE_CONNECTION_FAILED] = { "remote-connection-failed", NULL,
                                                   "The server cannot reach another one that it "
                                                   "needs." },
  [XMPP_STREAM_ERROR_RESET] = { "reset", NULL, "The server asks to connect again." },
  [XMPP_STREAM_ERROR_RESOURCE_CONSTRAINT] = { "resource-constraint", NULL,
                                              "The server is overloaded." },
  [XMPP_STREAM_ERROR_RESTRICTED_XML] = { "restricted-xml", NULL,
                                         "XML that XMPP forbids was sent." },
  [XMPP_STREAM_ERROR_SEE_OTHER_HOST] = { "see-other-host", NULL,
                                         "The server asks to connect to another one." },
  [XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN] = { "system-shutdown", NULL, "The server is shutting down." },
  [XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING] = { "unsupported-encoding", NULL,
                                               "Only UTF-8 is supported." },
  [XMPP_STREAM_ERROR_UNSUPPORTED_FEATURE] = { "unsupported-feature", NULL,
                                              "A needed feature is not supported." },
  [XMPP_STREAM_ERROR_UNSUPPORTED_STANZA_TYPE] = { "unsupported-stanza-type", NULL,
                                                  "An unknown kind of stanza was sent." },
  [XMPP_STREAM_ERROR_UNSUPPORTED_VERSION] = { "unsupported-version", NULL,
                                              "The version of XMPP is not supported." },
};

static const Condition stanza_conditions[] = {
  [XMPP_STANZA_ERROR_UNDEFINED_CONDITION] = { "undefined-condition", "cancel",
                                              "The request failed." },
  [XMPP_STANZA_ERROR_BAD_REQUEST] = { "bad-request", "modify", "The request was not understood." },
  [XMPP_STANZA_ERROR_CONFLICT] = { "conflict", "cancel", "This exists already." },
  [XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED] = { "feature-not-implemented", "cancel",
                                                  "The other side does not support this." },
  [XMPP_STANZA_ERROR_FORBIDDEN] = { "forbidden", "auth", "This is not permitted." },
  [XMPP_STANZA_ERROR_GONE] = { "gone", "cancel", "This address is no longer in use." },
  [XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR] = { "internal-server-error", "cancel",
                                                "The other side has an internal problem." },
  [XMPP_STANZA_ERROR_ITEM_NOT_FOUND] = { "item-not-found", "cancel", "This does not exist." },
  [XMPP_STANZA_ERROR_JID_MALFORMED] = { "jid-malformed", "modify", "The address is not valid." },
  [XMPP_STANZA_ERROR_NOT_ACCEPTABLE] = { "not-acceptable", "modify",
                                         "The other side does not accept this." },
  [XMPP_STANZA_ERROR_NOT_ALLOWED] = { "not-allowed", "cancel", "Nobody is allowed to do this." },
  [XMPP_STANZA_ERROR_NOT_AUTHORIZED] = { "not-authorized", "auth", "A sign-in is needed first." },
  [XMPP_STANZA_ERROR_POLICY_VIOLATION] = { "policy-violation", "modify",
                                           "This is against the server's rules." },
  [XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE] = { "recipient-unavailable", "wait",
                                                "The recipient is not available." },
  [XMPP_STANZA_ERROR_REDIRECT] = { "redirect", "modify", "The recipient has moved." },
  [XMPP_STANZA_ERROR_REGISTRATION_REQUIRED] = { "registration-required", "auth",
                                                "A registration is needed first." },
  [XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND] = { "remote-server-not-found", "cancel",
                                                  "The recipient's server does not exist." },
  [XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT] = { "remote-server-timeout", "wait",
                                                "The recipient's server does not answer." },
  [XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT] = { "resource-constraint", "wait",
                                              "The other side is overloaded." },
  [XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE] = { "service-unavailable", "cancel",
                                              "The recipient does not offer this." },
  [XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED] = { "subscription-required", "auth",
                                                "A subscription is needed first." },
  [XMPP_STANZA_ERROR_UNEXPECTED_REQUEST] = { "unexpected-request", "wait",
                                             "The request came at a wrong time." },
};

GQuark
xmpp_error_quark (void)
{
  return g_quark_from_static_string ("xmpp-error-quark");
}

GQuark
xmpp_stream_error_quark (void)
{
  return g_quark_from_static_string ("xmpp-stream-error-quark");
}

/* What a stanza error has beyond its condition and its text. */
typedef struct
{
  gboolean has_type; /* the stanza named one that RFC 6120 8.3.2 knows */
  gboolean is_wait; /* the type is "wait" */
} XmppStanzaErrorPrivate;

static void
xmpp_stanza_error_private_init (XmppStanzaErrorPrivate *self)
{
  *self = (XmppStanzaErrorPrivate){ FALSE, FALSE };
}

static void
xmpp_stanza_error_private_copy (const XmppStanzaErrorPrivate *from, XmppStanzaErrorPrivate *to)
{
  *to = *from;
}

static void
xmpp_stanza_error_private_clear (XmppStanzaErrorPrivate *self)
{
}

G_DEFINE_EXTENDED_ERROR (XmppStanzaError, xmpp_stanza_error)

static guint
find_condition (const Condition *conditions, guint n_conditions, const char *name)
{
  for (guint i = 0; i < n_conditions; i++)
    if (strcmp (conditions[i].name, name) == 0)
      return i;
  return 0;
}

/* Reads an error element: the first child of that namespace that is not the text is the condition.
 */
static GError *
read_error (const XmppNode *node,
            GQuark domain,
            const char *ns,
            const Condition *conditions,
            guint n_conditions)
{
  guint code = 0;
  const char *text = node != NULL ? xmpp_node_get_child_text (node, "text", ns) : NULL;
  XmppNode *child = node != NULL ? xmpp_node_get_first (node) : NULL;

  for (; child != NULL; child = xmpp_node_get_next (child))
    if (xmpp_node_is (child, NULL, ns) && !xmpp_node_is (child, "text", ns))
      {
        code = find_condition (conditions, n_conditions, xmpp_node_get_name (child));
        break;
      }
  if (text != NULL && *text != '\0')
    {
      g_autofree char *cut = g_strndup (text, MAX_TEXT_BYTES);
      const char *end;

      if (!g_utf8_validate (cut, -1, &end))
        cut[end - cut] = '\0';
      return g_error_new_literal (domain, code, cut);
    }
  return g_error_new_literal (domain, code, conditions[code].text);
}

/* The condition's element name, e.g. "not-well-formed". */
const char *
xmpp_stream_error_to_name (XmppStreamError code)
{
  g_return_val_if_fail ((guint) code < G_N_ELEMENTS (stream_conditions), "undefined-condition");
  return stream_conditions[code].name;
}

/* Returns: XMPP_STREAM_ERROR_UNDEFINED_CONDITION for an unknown name. */
XmppStreamError
xmpp_stream_error_from_name (const char *name)
{
  g_return_val_if_fail (name != NULL, XMPP_STREAM_ERROR_UNDEFINED_CONDITION);
  return find_condition (stream_conditions, G_N_ELEMENTS (stream_conditions), name);
}

/* The condition's element name, e.g. "item-not-found". */
const char *
xmpp_stanza_error_to_name (XmppStanzaError code)
{
  g_return_val_if_fail ((guint) code < G_N_ELEMENTS (stanza_conditions), "undefined-condition");
  return stanza_conditions[code].name;
}

/* Returns: XMPP_STANZA_ERROR_UNDEFINED_CONDITION for an unknown name. */
XmppStanzaError
xmpp_stanza_error_from_name (const char *name)
{
  g_return_val_if_fail (name != NULL, XMPP_STANZA_ERROR_UNDEFINED_CONDITION);
  return find_condition (stanza_conditions, G_N_ELEMENTS (stanza_conditions), name);
}

/* What a stanza of type "error" says. A stanza without an error element gives undefined-condition.
 * @stanza: the stanza, not its error element
 * Returns: (transfer full): domain XMPP_STANZA_ERROR; the message is the peer's text, at most 1024
 * bytes, or ours. Spec: RFC 6120 8.3.2 */
GError *
xmpp_stanza_error_new_from_node (const XmppNode *stanza)
{
  static const char *const types[] = { "auth", "cancel", "continue", "modify", "wait", NULL };
  const XmppNode *node;
  const char *type;
  GError *error;
  XmppStanzaErrorPrivate *more;

  g_return_val_if_fail (stanza != NULL, NULL);
  node = xmpp_node_find (stanza, "error", xmpp_node_get_ns (stanza));
  type = node != NULL ? xmpp_node_get (node, "type") : NULL;
  error = read_error (node, XMPP_STANZA_ERROR, XMPP_NS_STANZAS, stanza_conditions,
                      G_N_ELEMENTS (stanza_conditions));
  more = xmpp_stanza_error_get_private (error);
  more->has_type = type != NULL && g_strv_contains (types, type);
  more->is_wait = g_strcmp0 (type, "wait") == 0;
  return error;
}

/**
 * xmpp_stanza_error_is_temporary:
 * @error: any error
 *
 * Returns: whether the same request may do better later: its sender says so by the type of the
 * error, or, where it gives none, by the condition
 * Spec: RFC 6120 8.3.2
 */
gboolean
xmpp_stanza_error_is_temporary (const GError *error)
{
  const XmppStanzaErrorPrivate *more;

  if (error == NULL || error->domain != XMPP_STANZA_ERROR)
    return FALSE;
  more = xmpp_stanza_error_get_private (error);
  if (more->has_type || (guint) error->code >= G_N_ELEMENTS (stanza_conditions))
    return more->is_wait;
  return strcmp (stanza_conditions[error->code].type, "wait") == 0;
}

/**
 * xmpp_error_get_text:
 * @error: any error
 *
 * Returns: (nullable) (transfer none): what the other side said of it in its own words; NULL: it
 * named a condition, no more, or @error is none of its
 * Spec: RFC 6120 4.9.2, 8.3.2
 */
const char *
xmpp_error_get_text (const GError *error)
{
  guint code = error != NULL ? (guint) error->code : 0;
  const char *ours = NULL;

  if (error == NULL)
    return NULL;
  if (error->domain == XMPP_STREAM_ERROR && code < G_N_ELEMENTS (stream_conditions))
    ours = stream_conditions[code].text;
  else if (error->domain == XMPP_STANZA_ERROR && code < G_N_ELEMENTS (stanza_conditions))
    ours = stanza_conditions[code].text;
  return ours != NULL && strcmp (error->message, ours) != 0 ? error->message : NULL;
}

/* What a <stream:error/> says.
 * Returns: (transfer full): domain XMPP_STREAM_ERROR.
 * Spec: RFC 6120 4.9.2 */
GError *
xmpp_stream_error_new_from_node (const XmppNode *node)
{
  g_return_val_if_fail (node != NULL, NULL);
  return read_error (node, XMPP_STREAM_ERROR, XMPP_NS_STREAMS, stream_conditions,
                     G_N_ELEMENTS (stream_conditions));
}

/* Adds an <error/> with the type that RFC 6120 gives to the condition.
 * @text: (nullable): for people
 * Spec: RFC 6120 8.3.3 */
void
xmpp_node_add_stanza_error (XmppNode *stanza, XmppStanzaError code, const char *text)
{
  XmppNode *error;

  g_return_if_fail (stanza != NULL && (guint) code < G_N_ELEMENTS (stanza_conditions));
  error = xmpp_node_add (stanza, "error", NULL);
  xmpp_node_set (error, "type", stanza_conditions[code].type);
  xmpp_node_add (error, stanza_conditions[code].name, XMPP_NS_STANZAS);
  if (text != NULL)
    xmpp_node_add_with_text (error, "text", XMPP_NS_STANZAS, text);
}
