/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-login-auth.c: what a login says to servers that refuse, that have become weaker, and that
 * send it elsewhere. RFC 6120 4.9.3.19 and 6; hostile-input C10, C13-C15 */
#include <string.h>

#include <glib/gstdio.h>

#include "login-fixture.h"
#include "make-certificate.h"
#include "tls-server.h"
#include "xmpp/xmpp-login.h"

#define MECHANISMS(names)                                                        \
  "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" names \
  "</mechanisms></stream:features>"
#define ONE(name) "<mechanism>" name "</mechanism>"
#define FAILURE(condition) \
  "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><" condition "/><text>No.</text></failure>"
#define BOUND MECHANISMS (ONE ("SCRAM-SHA-256") ONE ("SCRAM-SHA-256-PLUS") ONE ("PLAIN"))

static GError *
log_in (TlsServer *server, guint known_strength)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("alice@ex.test", NULL);
  XmppLoginParams *params = xmpp_login_params_new (jid);

  params->password = g_strdup ("secret words");
  params->server = g_strdup ("127.0.0.1");
  params->port = tls_server_get_port (server);
  params->known_strength = known_strength;
  return login_fixture_fail (params);
}

static TlsServer *
new_server (const char *name)
{
  const Making making = { .dns = { name } };
  g_autoptr (GTlsCertificate) certificate = make_certificate (&making);

  return tls_server_new (certificate, FALSE);
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  while ((text = strstr (text, part)) != NULL)
    {
      text += strlen (part);
      n++;
    }
  return n;
}

/* What a server refuses may be the binding alone: once more without, and not again. */
static void
test_refused_binding (void)
{
  static const struct
  {
    const char *first; /* the refusal of the bound attempt */
    guint known;
    guint n_attempts;
    XmppLoginError code;
  } rows[] = {
    { FAILURE ("malformed-request"), 0, 2, XMPP_LOGIN_ERROR_NOT_AUTHORIZED },
    { FAILURE ("not-authorized"), 0, 2, XMPP_LOGIN_ERROR_NOT_AUTHORIZED },
    { FAILURE ("x-binding"), 0, 2, XMPP_LOGIN_ERROR_NOT_AUTHORIZED },
    { FAILURE ("account-disabled"), 0, 1, XMPP_LOGIN_ERROR_ACCOUNT_DISABLED },
    { FAILURE ("temporary-auth-failure"), 0, 1, XMPP_LOGIN_ERROR_TEMPORARY },
    { FAILURE ("credentials-expired"), 0, 1, XMPP_LOGIN_ERROR_NOT_AUTHORIZED },
    /* It could do it before: somebody else may be speaking. */
    { FAILURE ("malformed-request"), XMPP_STRENGTH_BOUND, 1, XMPP_LOGIN_ERROR_WEAKENED },
    { FAILURE ("not-authorized"), XMPP_STRENGTH_BOUND, 1, XMPP_LOGIN_ERROR_NOT_AUTHORIZED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TlsServer) server = new_server ("ex.test");
      const char *script[] = { "</auth>", rows[i].first, "</auth>", FAILURE ("not-authorized"),
                               NULL };
      g_autoptr (GError) error = NULL;
      g_autofree char *heard = NULL;

      tls_server_set_features (server, BOUND);
      tls_server_set_script (server, script);
      error = log_in (server, rows[i].known);
      heard = tls_server_dup_heard (server);
      g_test_message ("row %u: %s", i, heard);
      g_assert_error (error, XMPP_LOGIN_ERROR, (int) rows[i].code);
      g_assert_cmpuint (count (heard, "mechanism='SCRAM-SHA-256-PLUS'"), ==, 1);
      g_assert_cmpuint (count (heard, "<auth "), ==, rows[i].n_attempts);
      g_assert_cmpuint (count (heard, "mechanism='SCRAM-SHA-256'"), ==, rows[i].n_attempts - 1);
      g_assert_cmpuint (count (heard, "PLAIN"), ==, 0);
    }
}

/* C15: nothing is said to a server that could prove itself before and now wants the password. */
/* XEP-0078 */
#define OLD_OFFER                                                       \
  "<stream:features><auth xmlns='http://jabber.org/features/iq-auth'/>" \
  "</stream:features>"

static void
test_weaker_offer (void)
{
  static const char *const offers[] = {
    MECHANISMS (ONE ("PLAIN")), MECHANISMS (ONE ("PLAIN") ONE ("DIGEST-MD5") ONE ("ANONYMOUS")),
    OLD_OFFER
  };

  for (guint i = 0; i < G_N_ELEMENTS (offers); i++)
    {
      g_autoptr (TlsServer) server = new_server ("ex.test");
      g_autoptr (GError) error = NULL;
      g_autofree char *heard = NULL;

      tls_server_set_features (server, offers[i]);
      error = log_in (server, XMPP_STRENGTH_ENCRYPTED | XMPP_STRENGTH_PROVEN);
      g_assert_error (error, XMPP_LOGIN_ERROR,
                      (int) (i < 2 ? XMPP_LOGIN_ERROR_WEAKENED : XMPP_LOGIN_ERROR_NO_MECHANISM));
      heard = tls_server_dup_heard (server);
      g_assert_null (strstr (heard, "<auth"));
    }
}

static char *
dup_elsewhere (guint16 port)
{
  return g_strdup_printf ("<stream:error><see-other-host "
                          "xmlns='urn:ietf:params:xml:ns:xmpp-streams'>127.0.0.1:%u"
                          "</see-other-host></stream:error>",
                          port);
}

/* C10: a server that proved who it is may send us on, to one that proves the same. */
static void
test_elsewhere (void)
{
  for (int is_honest = 0; is_honest < 2; is_honest++)
    {
      g_autoptr (TlsServer) server = new_server ("ex.test");
      g_autoptr (TlsServer) other = new_server (is_honest ? "ex.test" : "127.0.0.1");
      g_autofree char *elsewhere = dup_elsewhere (tls_server_get_port (other));
      g_autoptr (GError) error = NULL;

      tls_server_set_features (server, elsewhere);
      error = log_in (server, 0);
      g_assert_error (
          error, XMPP_LOGIN_ERROR,
          (int) (is_honest ? XMPP_LOGIN_ERROR_NO_MECHANISM : XMPP_LOGIN_ERROR_CERTIFICATE));
      g_assert_cmpuint (tls_server_get_n_clients (other), ==, 1);
    }
}

/* Before it proved anything it sends us nowhere. */
static void
test_elsewhere_in_clear_text (void)
{
  g_autoptr (TlsServer) server = tls_server_new (NULL, FALSE);
  g_autoptr (TlsServer) other = new_server ("ex.test");
  g_autofree char *elsewhere = dup_elsewhere (tls_server_get_port (other));
  g_autoptr (GError) error = NULL;

  tls_server_set_features (server, elsewhere);
  error = log_in (server, 0);
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL);
  g_assert_cmpuint (tls_server_get_n_clients (other), ==, 0);
}

static void
test_elsewhere_without_end (void)
{
  g_autoptr (TlsServer) server = new_server ("ex.test");
  g_autofree char *elsewhere = dup_elsewhere (tls_server_get_port (server));
  g_autoptr (GError) error = NULL;

  tls_server_set_features (server, elsewhere);
  error = log_in (server, 0);
  g_assert_nonnull (error);
  g_assert_cmpuint (tls_server_get_n_clients (server), ==, 3); /* the first, and two more */
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  path = login_fixture_trust_authority ();

  g_test_add_func ("/xmpp/login-auth/refused-binding", test_refused_binding);
  g_test_add_func ("/xmpp/login-auth/c15-weaker-offer", test_weaker_offer);
  g_test_add_func ("/xmpp/login-auth/c10-elsewhere", test_elsewhere);
  g_test_add_func ("/xmpp/login-auth/c10-elsewhere-in-clear-text", test_elsewhere_in_clear_text);
  g_test_add_func ("/xmpp/login-auth/c10-elsewhere-without-end", test_elsewhere_without_end);
  status = g_test_run ();
  g_unlink (path);
  return status;
}
