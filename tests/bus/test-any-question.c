/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-any-question.c: calls that nobody sensible makes, on the questions of a sign-in: for a
 * password, about a certificate, and whether a person asks. */
#include "any-call.h"
#include "client.h"

#include <glib/gstdio.h>

#include "../xmpp/make-certificate.h"
#include "../xmpp/tls-server.h"

#define CAPTCHA CHANNEL ".Interface.CaptchaAuthentication1"
#define CERTIFICATE TP "Authentication.TLSCertificate"
#define REGISTRABLE \
  "<stream:features><register xmlns='http://jabber.org/features/iq-register'/></stream:features>"
#define CAPTCHA_FORM                                                                        \
  "<iq type='result' id='{id}' from='example.org'><query xmlns='jabber:iq:register'>"       \
  "<x xmlns='jabber:x:data' type='form'>"                                                   \
  "<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>"          \
  "<field type='text-single' var='username' label='Name'><required/></field>"               \
  "<field type='text-private' var='password' label='Password'><required/></field>"          \
  "<field type='text-single' var='qa' label='What is black and white?'><required/></field>" \
  "</x></query></iq>"

/* An account of ours that signs in at that port, with a program that is asked. */
static void
sign_in (Fixture *f, guint16 port, const char *more)
{
  g_autoptr (GVariant) other = g_variant_ref_sink (fixture_parse ("a{sv}", more));
  GVariantDict parameters;

  g_variant_dict_init (&parameters, other);
  g_variant_dict_insert (&parameters, "account", "s", "alice@example.org");
  g_variant_dict_insert (&parameters, "server", "s", "127.0.0.1");
  g_variant_dict_insert (&parameters, "port", "q", port);
  fixture_do (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
              g_variant_new ("(sss@a{sv}@a{sv})", "linnet", "jabber", "",
                             g_variant_dict_end (&parameters),
                             fixture_parse ("a{sv}", "{'" ACCOUNT ".Enabled': <true>}")));
}

static void
call_everything (Fixture *f, const char *interface)
{
  g_autoptr (GPtrArray) objects = any_call_new_objects (f);

  g_assert_true (any_call_has (objects, interface));
  g_assert_cmpuint (any_call_all (f, objects, FALSE), >, 15);
  any_call_long (f, objects, CHANNEL ".");
  any_call_long (f, objects, CERTIFICATE);
  any_call_all (f, objects, TRUE);
  fixture_sync (f);
}

static void
test_while_a_password_is_asked_for (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) result =
      fixture_call (f, CM_PATH, CM, "RequestConnection",
                    g_variant_new ("(s@a{sv})", "jabber", fixture_new_parameters (f, NULL)));
  const char *path;

  g_variant_get (result, "(&s&o)", NULL, &path);
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  fixture_wait_heard (f, path, REQUESTS, "NewChannels");
  call_everything (f, SASL);
}

static void
test_while_an_account_needs_its_password (Fixture *f, gconstpointer data)
{
  g_autoptr (Client) asker = client_new (f, "Asker", HANDLER " " SIGNS_IN " " BYPASS_APPROVAL);

  sign_in (f, line_server_get_port (f->server), "{'require-encryption': <false>}");
  client_wait (asker, "HandleChannels", 0);
  call_everything (f, CREDENTIALS_STORAGE);
}

static void
test_while_a_certificate_is_shown (Fixture *f, gconstpointer data)
{
  const Making making = { .dns = { "example.org" }, .by = MADE_BY_STRANGER };
  g_autoptr (GTlsCertificate) certificate = make_certificate (&making);
  g_autoptr (TlsServer) server = tls_server_new (certificate, FALSE);
  g_autoptr (Client) asker = client_new (f, "Asker", HANDLER " " SIGNS_IN " " BYPASS_APPROVAL);
  g_autoptr (GPtrArray) objects = NULL;

  sign_in (f, tls_server_get_port (server), "{}");
  client_wait (asker, "HandleChannels", 0);
  objects = any_call_new_objects (f);
  g_assert_true (any_call_has (objects, SERVER_TLS));
  call_everything (f, CERTIFICATE);
}

static void
test_while_a_captcha_is_shown (Fixture *f, gconstpointer data)
{
  static const char *const script[] = { "jabber:iq:register", CAPTCHA_FORM, NULL };
  const Making making = { .dns = { "example.org" } };
  g_autoptr (GTlsCertificate) certificate = make_certificate (&making);
  g_autoptr (TlsServer) server = tls_server_new (certificate, FALSE);
  g_autoptr (Client) asker = client_new (f, "Asker", HANDLER " " SIGNS_IN " " BYPASS_APPROVAL);

  tls_server_set_features (server, REGISTRABLE);
  tls_server_set_script (server, script);
  /* What no keyring stores is kept for the session. */
  sign_in (f, tls_server_get_port (server), "{'register': <true>, 'password': <'secret'>}");
  client_wait (asker, "HandleChannels", 0);
  call_everything (f, CAPTCHA);
}

/* The service trusts whoever made the certificates here. */
static char *
trust_authority (void)
{
  g_autofree char *pem = make_authority_pem ();
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  int fd = g_file_open_tmp ("linnet-ca-XXXXXX.pem", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (path, pem, -1, &error);
  g_assert_no_error (error);
  g_setenv ("LINNET_CA_FILE", path, TRUE);
  return path;
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  path = trust_authority ();
  ADD ("/bus/any-question/password", test_while_a_password_is_asked_for);
  ADD ("/bus/any-question/password-of-an-account", test_while_an_account_needs_its_password);
  ADD ("/bus/any-question/certificate", test_while_a_certificate_is_shown);
  ADD ("/bus/any-question/captcha", test_while_a_captcha_is_shown);
  status = g_test_run ();
  g_unlink (path);
  return status;
}
