/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-auth.c: the SASL step of a login, and what a refusal means to people. RFC 6120 6 */
#include "xmpp/xmpp-login-private.h"

#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-sasl.h"
#include "xmpp/xmpp-scram.h"

#define MAX_CHALLENGES 8
#define MAX_MECHANISMS 64

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

/* RFC 6120 §6.5 */
static gboolean
fail_as_refused (XmppLogin *self,
                 const XmppNode *failure,
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
    { NULL, XMPP_LOGIN_ERROR_FAILED, "The server did not sign {account} in." },
  };
  const char *account = xmpp_jid_get_bare_text (self->params->account);
  g_autoptr (GString) sentence = NULL;
  XmppLoginProblem *problem;
  GError *refusal;
  guint i = 0;

  while (rows[i].condition != NULL &&
         xmpp_node_find (failure, rows[i].condition, XMPP_NS_SASL) == NULL)
    i++;
  sentence = g_string_new (rows[i].sentence);
  g_string_replace (sentence, "{account}", account, 1);
  refusal = g_error_new_literal (XMPP_LOGIN_ERROR, (int) rows[i].code, sentence->str);
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

static gboolean
go_through_challenges (XmppLogin *self,
                       XmppSasl *sasl,
                       const char *const *mechanisms,
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
        return fail_as_refused (self, node, mechanisms, error);
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

/**
 * xmpp_login_authenticate:
 * @features: what the server offers on this line
 * @mechanism: (out) (transfer full): the name of what was used
 *
 * Proves the password to the server, and has the server prove it back.
 *
 * Errors: XMPP_LOGIN_ERROR, XMPP_STREAM_ERROR, G_IO_ERROR_CANCELLED
 * Spec: RFC 6120 §6.4
 */
gboolean
xmpp_login_authenticate (XmppLogin *self,
                         const XmppNode *features,
                         char **mechanism,
                         GError **error)
{
  const XmppLoginParams *params = self->params;
  g_auto (GStrv) offered = dup_mechanisms (features);
  gboolean is_private = self->is_secure || !params->require_encryption;
  g_autoptr (XmppSasl) sasl =
      xmpp_sasl_new ((const char *const *) offered, is_private,
                     xmpp_jid_get_local (params->account), params->password, error);
  g_autofree char *start = NULL;

  if (sasl == NULL)
    return FALSE;
  g_debug ("%s: signing in by %s", self->domain, xmpp_sasl_get_mechanism (sasl));
  start = g_strdup_printf ("<auth xmlns='" XMPP_NS_SASL "' mechanism='%s'>",
                           xmpp_sasl_get_mechanism (sasl));
  if (!write_secret (self, start, xmpp_sasl_dup_initial (sasl), "</auth>", error))
    return FALSE;
  if (!go_through_challenges (self, sasl, (const char *const *) offered, error))
    return FALSE;
  *mechanism = g_strdup (xmpp_sasl_get_mechanism (sasl));
  return TRUE;
}
