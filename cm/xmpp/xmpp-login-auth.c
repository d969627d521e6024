/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-auth.c: the SASL step of a login, and what a refusal means to people. RFC 6120 6,
 * XEP-0440 */
#include "xmpp/xmpp-login-private.h"

#include <string.h>

#include "xmpp/xmpp-base64.h"
#include "xmpp/xmpp-certificate.h"
#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-sasl.h"
#include "xmpp/xmpp-scram.h"

#define EXTERNAL "EXTERNAL"
#define MAX_CHALLENGES 8
#define MAX_MECHANISMS 64
#define MAX_BINDING_TYPES 16

static char **
dup_mechanisms (const XmppNode *features)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  const XmppNode *list = xmpp_node_find (features, "mechanisms", XMPP_NS_SASL);
  const XmppNode *mechanism =
      list != NULL ? xmpp_node_find (list, "mechanism", XMPP_NS_SASL) : NULL;

  for (guint i = 0; mechanism != NULL && i < MAX_MECHANISMS; i++)
    {
      g_strv_builder_add (names, xmpp_node_get_text (mechanism));
      mechanism = xmpp_node_find_next (mechanism, "mechanism", XMPP_NS_SASL);
    }
  return g_strv_builder_end (names);
}

/* XEP-0440 §3. NULL where the server does not say. */
static char **
dup_binding_types (const XmppNode *features)
{
  g_autoptr (GStrvBuilder) types = g_strv_builder_new ();
  const XmppNode *list = xmpp_node_find (features, "sasl-channel-binding", XMPP_NS_SASL_CB);
  const XmppNode *binding =
      list != NULL ? xmpp_node_find (list, "channel-binding", XMPP_NS_SASL_CB) : NULL;

  if (list == NULL)
    return NULL;
  for (guint i = 0; binding != NULL && i < MAX_BINDING_TYPES; i++)
    {
      const char *type = xmpp_node_get (binding, "type");

      g_strv_builder_add (types, type != NULL ? type : "");
      binding = xmpp_node_find_next (binding, "channel-binding", XMPP_NS_SASL_CB);
    }
  return g_strv_builder_end (types);
}

/* NULL where another password may help. */
static const char *
get_passwordless (XmppSasl *sasl)
{
  const char *mechanism = xmpp_sasl_get_mechanism (sasl);

  return strcmp (mechanism, EXTERNAL) == 0 || strcmp (mechanism, "ANONYMOUS") == 0 ? mechanism
                                                                                   : NULL;
}

/* RFC 6120 §6.5. `mechanism` (nullable): one that takes no password. */
static gboolean
fail_as_refused (XmppLogin *self,
                 const XmppNode *failure,
                 const char *mechanism,
                 const char *const *mechanisms,
                 GError **error)
{
  static const struct
  {
    const char *condition;
    XmppLoginError code;
    const char *sentence;
  } rows[] = {
    { "not-authorized", XMPP_LOGIN_ERROR_NOT_AUTHORIZED,
      "The password for {account} was not accepted." },
    { "credentials-expired", XMPP_LOGIN_ERROR_NOT_AUTHORIZED,
      "The password for {account} has expired." },
    { "account-disabled", XMPP_LOGIN_ERROR_ACCOUNT_DISABLED,
      "The account {account} is disabled on its server." },
    { "temporary-auth-failure", XMPP_LOGIN_ERROR_TEMPORARY,
      "The server cannot sign {account} in at the moment." },
    { "invalid-mechanism", XMPP_LOGIN_ERROR_NO_MECHANISM,
      "The server offers no way to sign {account} in that is safe and that works." },
    { "mechanism-too-weak", XMPP_LOGIN_ERROR_NO_MECHANISM,
      "The server offers no way to sign {account} in that it finds safe enough." },
    { "encryption-required", XMPP_LOGIN_ERROR_ENCRYPTION_NOT_AVAILABLE,
      "The server signs {account} in over an encrypted connection only, and offered none." },
    { NULL, XMPP_LOGIN_ERROR_NO_ADMISSION, "The server did not sign {account} in." },
  };
  const char *account = xmpp_jid_get_bare_text (self->params->account);
  g_autoptr (GString) sentence = NULL;
  XmppLoginProblem *problem;
  XmppLoginError code;
  GError *refusal;
  guint i = 0;

  while (rows[i].condition != NULL &&
         xmpp_node_find (failure, rows[i].condition, XMPP_NS_SASL) == NULL)
    i++;
  sentence = g_string_new (rows[i].sentence);
  code = rows[i].code;
  if (mechanism != NULL &&
      (code == XMPP_LOGIN_ERROR_NOT_AUTHORIZED || code == XMPP_LOGIN_ERROR_NO_ADMISSION))
    {
      code = XMPP_LOGIN_ERROR_NO_ADMISSION;
      g_string_assign (sentence, strcmp (mechanism, EXTERNAL) == 0
                                     ? "The server did not accept the certificate of {account}."
                                     : "{account} lets nobody in without an account.");
    }
  g_string_replace (sentence, "{account}", account, 1);
  refusal = g_error_new_literal (XMPP_LOGIN_ERROR, (int) code, sentence->str);
  problem = xmpp_login_error_edit_problem (refusal);
  problem->mechanisms = g_strdupv ((char **) mechanisms);
  problem->server_text =
      xmpp_login_error_dup_server_text (xmpp_node_get_child_text (failure, "text", XMPP_NS_SASL));
  g_propagate_error (error, refusal);
  return FALSE;
}

static gboolean
write_secret (XmppLogin *self, const char *start, char *secret, const char *end, GError **error)
{
  char *text = g_strconcat (start, secret, end, NULL);
  gboolean ok = xmpp_login_write (self, text, error);

  xmpp_scram_free_secret (text);
  xmpp_scram_free_secret (secret);
  return ok;
}

/* What a server says that cannot, or will not, bind to the channel. Each has its own way, and what
 * the password or the account is at fault for is told by only some of them. */
static gboolean
is_about_binding (const XmppNode *failure)
{
  static const char *const others[] = { "account-disabled", "credentials-expired",
                                        "encryption-required", "mechanism-too-weak",
                                        "temporary-auth-failure" };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (xmpp_node_find (failure, others[i], XMPP_NS_SASL) != NULL)
      return FALSE;
  return TRUE;
}

/* `may_retry` is set where the server may have refused the channel binding alone. */
static gboolean
go_through_challenges (XmppLogin *self,
                       XmppSasl *sasl,
                       const char *const *mechanisms,
                       gboolean *may_retry,
                       GError **error)
{
  for (guint i = 0; i < MAX_CHALLENGES; i++)
    {
      g_autoptr (XmppNode) node = xmpp_login_read (self, error);
      char *response;

      if (node == NULL)
        return FALSE;
      if (xmpp_node_is (node, "success", XMPP_NS_SASL))
        return xmpp_sasl_finish (sasl, xmpp_node_get_text (node), error);
      if (xmpp_node_is (node, "failure", XMPP_NS_SASL))
        {
          *may_retry = xmpp_sasl_get_binding (sasl) != NULL && is_about_binding (node);
          return fail_as_refused (self, node, get_passwordless (sasl), mechanisms, error);
        }
      if (!xmpp_node_is (node, "challenge", XMPP_NS_SASL))
        return xmpp_login_fail_protocol (error, "sent something else than signing in needs");
      response = xmpp_sasl_dup_response (sasl, xmpp_node_get_text (node), error);
      if (response == NULL)
        return FALSE;
      if (!write_secret (self, "<response xmlns='" XMPP_NS_SASL "'>", response, "</response>",
                         error))
        return FALSE;
    }
  return xmpp_login_fail_protocol (error, "asks again and again");
}

static XmppSasl *
run_mechanism (XmppLogin *self, const XmppSaslOffer *offer, gboolean *may_retry, GError **error)
{
  const XmppLoginParams *params = self->params;
  g_autoptr (XmppSasl) sasl =
      xmpp_sasl_new (offer, xmpp_jid_get_local (params->account), params->password, error);
  g_autofree char *start = NULL;

  if (sasl == NULL)
    return NULL;
  g_debug ("%s: signing in by %s, bound by %s", self->domain, xmpp_sasl_get_mechanism (sasl),
           xmpp_sasl_get_binding (sasl) != NULL ? xmpp_sasl_get_binding (sasl) : "nothing");
  start = g_strdup_printf ("<auth xmlns='" XMPP_NS_SASL "' mechanism='%s'>",
                           xmpp_sasl_get_mechanism (sasl));
  if (!write_secret (self, start, xmpp_sasl_dup_initial (sasl), "</auth>", error))
    return NULL;
  if (!go_through_challenges (self, sasl, offer->mechanisms, may_retry, error))
    return NULL;
  return g_steal_pointer (&sasl);
}

/* A mechanism whose secrets are somebody else's: may it be used here? */
static gboolean
check_relay (XmppLogin *self, const XmppSaslOffer *offer, GError **error)
{
  const char *mechanism = xmpp_sasl_relay_get_mechanism (self->params->relay);
  gboolean is_clear = !g_str_has_prefix (mechanism, "SCRAM-");

  if (!g_strv_contains (offer->mechanisms, mechanism))
    g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_MECHANISM,
                 "%s no longer offers this way to sign in.", self->domain);
  else if (strcmp (mechanism, "PLAIN") == 0 && (offer->known & XMPP_STRENGTH_PROVEN) != 0)
    g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_WEAKENED,
                 "%s used to prove that it knows the password, and would now be told it, so it "
                 "was not sent.",
                 self->domain);
  else if (is_clear && !offer->is_encrypted)
    g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_ENCRYPTION_NOT_AVAILABLE,
                 "The connection to %s is not encrypted, so no secret was sent.", self->domain);
  else
    return TRUE;
  return FALSE;
}

static GBytes *
decode_for_relay (const char *text, GError **error)
{
  size_t length = 0;
  guchar *data = xmpp_base64_decode (strcmp (text, "=") == 0 ? "" : text, &length);

  if (data == NULL)
    xmpp_login_fail_protocol (error, "sent something unreadable while signing in");
  return data != NULL ? g_bytes_new_take (data, length) : NULL;
}

static char *
encode_for_relay (GBytes *data)
{
  gsize size;
  gconstpointer bytes = g_bytes_get_data (data, &size);

  return size > 0 ? g_base64_encode (bytes, size) : g_strdup ("");
}

/* RFC 6120 §6.4, with the steps of the mechanism done elsewhere. */
static gboolean
run_relay (XmppLogin *self, const XmppSaslOffer *offer, GError **error)
{
  XmppSaslRelay *relay = self->params->relay;
  GBytes *initial = xmpp_sasl_relay_get_initial (relay);
  g_autofree char *start = NULL;
  char *text = NULL;

  if (!check_relay (self, offer, error))
    return FALSE;
  start = g_strdup_printf ("<auth xmlns='" XMPP_NS_SASL "' mechanism='%s'>",
                           xmpp_sasl_relay_get_mechanism (relay));
  if (initial != NULL)
    text = g_bytes_get_size (initial) > 0 ? encode_for_relay (initial) : g_strdup ("=");
  if (!write_secret (self, start, text != NULL ? text : g_strdup (""), "</auth>", error))
    return FALSE;

  for (guint i = 0; i < MAX_CHALLENGES; i++)
    {
      g_autoptr (XmppNode) node = xmpp_login_read (self, error);
      g_autoptr (GBytes) data = NULL;
      g_autoptr (GBytes) answer = NULL;
      gboolean is_success = node != NULL && xmpp_node_is (node, "success", XMPP_NS_SASL);

      if (node == NULL)
        return FALSE;
      if (xmpp_node_is (node, "failure", XMPP_NS_SASL))
        return fail_as_refused (self, node, NULL, offer->mechanisms, error);
      if (!is_success && !xmpp_node_is (node, "challenge", XMPP_NS_SASL))
        return xmpp_login_fail_protocol (error, "sent something else than signing in needs");
      data = decode_for_relay (xmpp_node_get_text (node), error);
      if (data == NULL)
        return FALSE;
      answer = xmpp_sasl_relay_ask (relay, is_success, data, self->cancellable, error);
      if (answer == NULL || is_success)
        return answer != NULL;
      if (!write_secret (self, "<response xmlns='" XMPP_NS_SASL "'>", encode_for_relay (answer),
                         "</response>", error))
        return FALSE;
    }
  return xmpp_login_fail_protocol (error, "asks again and again");
}

/* A server that refuses what it offered is asked once more without, unless it could do it before:
 * then somebody else may be speaking. */
static XmppSasl *
retry_unbound (XmppLogin *self, XmppSaslOffer *offer, GError *refusal, GError **error)
{
  gboolean may_retry = FALSE;

  if ((offer->known & XMPP_STRENGTH_BOUND) != 0)
    {
      /* It was the password, and the server says so. */
      if (g_error_matches (refusal, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NOT_AUTHORIZED))
        g_propagate_error (error, refusal);
      else
        {
          g_error_free (refusal);
          g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_WEAKENED,
                       "%s could tie the sign-in to the encrypted connection before, and now "
                       "refuses it: somebody may be in between. If the server's operator says "
                       "that this is meant to be so, enter the password of the account again.",
                       self->domain);
        }
      return NULL;
    }
  g_message ("%s: offers channel binding and refuses it; trying once without: %s", self->domain,
             refusal->message);
  g_error_free (refusal);
  offer->is_binding_refused = TRUE;
  return run_mechanism (self, offer, &may_retry, error);
}

static void
note_result (const XmppSaslOffer *offer, XmppSasl *sasl, XmppLoginResult *result)
{
  const char *binding = xmpp_sasl_get_binding (sasl);

  result->mechanism = g_strdup (xmpp_sasl_get_mechanism (sasl));
  result->channel_binding = g_strdup (binding);
  result->is_binding_refused = offer->is_binding_refused;
  if (offer->is_encrypted)
    result->strength |= XMPP_STRENGTH_ENCRYPTED;
  if (g_str_has_prefix (result->mechanism, "SCRAM-"))
    result->strength |= XMPP_STRENGTH_PROVEN;
  if (binding != NULL)
    result->strength |= XMPP_STRENGTH_BOUND;
}

static const char *
get_identity (XmppLogin *self)
{
  XmppJid *account = self->params->account;

  return self->is_certified && xmpp_certificate_leaves_open (self->certificate, account)
             ? xmpp_jid_get_bare_text (account)
             : NULL;
}

/**
 * xmpp_login_authenticate:
 * @features: what the server offers on this line
 * @result: (out caller-allocates): its mechanism, binding and strength are set
 *
 * Proves the password to the server, and has the server prove it back.
 *
 * Errors: XMPP_LOGIN_ERROR, XMPP_STREAM_ERROR, G_IO_ERROR_CANCELLED
 * Spec: RFC 6120 §6.4
 */
gboolean
xmpp_login_authenticate (XmppLogin *self,
                         const XmppNode *features,
                         XmppLoginResult *result,
                         GError **error)
{
  g_auto (GStrv) mechanisms = dup_mechanisms (features);
  g_auto (GStrv) binding_types = dup_binding_types (features);
  XmppSaslBinding bindings[XMPP_LOGIN_MAX_BINDINGS + 1] = { { 0 } };
  XmppSaslOffer offer = { .mechanisms = (const char *const *) mechanisms,
                          .binding_types = (const char *const *) binding_types,
                          .bindings = bindings,
                          .is_encrypted = self->is_secure,
                          .is_certified = self->is_certified,
                          .identity = get_identity (self),
                          .is_anonymous = xmpp_jid_get_local (self->params->account) == NULL,
                          .known = self->params->known_strength };
  g_autoptr (XmppSasl) sasl = NULL;
  GError *refusal = NULL;
  gboolean may_retry = FALSE;

  if (self->params->relay != NULL)
    {
      const char *mechanism = xmpp_sasl_relay_get_mechanism (self->params->relay);

      result->mechanism = g_strdup (mechanism);
      result->strength = (self->is_secure ? XMPP_STRENGTH_ENCRYPTED : 0) |
                         (g_str_has_prefix (mechanism, "SCRAM-") ? XMPP_STRENGTH_PROVEN : 0);
      return run_relay (self, &offer, error);
    }
  if (self->pin != NULL && !(self->is_certified && g_strv_contains (offer.mechanisms, EXTERNAL)))
    {
      g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_ADMISSION,
                           "The server lets nobody in by certificate, and the PIN of a token is "
                           "for no server to hear.");
      return FALSE;
    }
  xmpp_login_take_bindings (self, bindings);
  sasl = run_mechanism (self, &offer, &may_retry, &refusal);
  if (sasl == NULL && may_retry)
    sasl = retry_unbound (self, &offer, refusal, error);
  else if (sasl == NULL)
    g_propagate_error (error, refusal);
  if (sasl != NULL)
    note_result (&offer, sasl, result);
  for (guint i = 0; bindings[i].type != NULL; i++)
    g_bytes_unref (bindings[i].data);
  return sasl != NULL;
}
