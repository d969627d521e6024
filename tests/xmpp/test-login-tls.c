/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-login-tls.c: which certificates let a login go on, by STARTTLS and by direct TLS. RFC 6120
 * 13.7, RFC 7590, XEP-0368; hostile-input C05-C08 */
#include <string.h>

#include <gnutls/x509.h>
#include <glib/gstdio.h>

#include "login-fixture.h"
#include "make-certificate.h"
#include "tls-server.h"
#include "xmpp/xmpp-certificate.h"
#include "xmpp/xmpp-login-pin.h"
#include "xmpp/xmpp-login.h"

#define BUCHER \
  "b\xc3\xbc"  \
  "cher.test"

typedef struct
{
  const char *name;
  Making making;
  guint flags; /* of the refusal; 0: accepted */
  const char *domain; /* NULL: ex.test */
  const char *extra; /* another name that the account accepts */
} Kind;

static const Kind kinds[] = {
  { "dns", { .dns = { "ex.test" } }, 0 },
  { "dns-among-others", { .dns = { "a.test", "ex.test" } }, 0 },
  { "srv-id", { .dns = { "srv.test" }, .srv = "_xmpp-client.ex.test" }, 0 },
  { "xmpp-addr", { .dns = { "srv.test" }, .xmpp = "ex.test" }, 0 },
  { "wildcard", { .dns = { "*.ex.test" } }, 0, "chat.ex.test" },
  { "a-label", { .dns = { "xn--bcher-kva.test" } }, 0, BUCHER },
  { "u-label", { .xmpp = BUCHER }, 0, BUCHER },
  { "extra-identity", { .dns = { "host.test" } }, 0, NULL, "host.test" },
  { "middle", { .dns = { "ex.test" }, .by = MADE_BY_MIDDLE }, 0 },
  { "rsa-2048", { .dns = { "ex.test" }, .key = KEY_RSA_2048 }, 0 },
  { "ed25519", { .dns = { "ex.test" }, .key = KEY_ED25519 }, 0 },
  { "no-purpose", { .dns = { "ex.test" }, .purpose = "" }, 0 },

  { "srv-target-only",
    { .dns = { "127.0.0.1" }, .ip = "127.0.0.1" },
    G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "srv-target-name", { .dns = { "srv.test" } }, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "other-name", { .dns = { "other.test" } }, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "wildcard-below", { .dns = { "*.ex.test" } }, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "wildcard-top", { .dns = { "*.test" } }, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "wildcard-all", { .dns = { "*" } }, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "wildcard-twice", { .dns = { "*.*.ex.test" } }, G_TLS_CERTIFICATE_BAD_IDENTITY, "a.b.ex.test" },
  { "wildcard-part", { .dns = { "c*.ex.test" } }, G_TLS_CERTIFICATE_BAD_IDENTITY, "chat.ex.test" },
  { "common-name", { .common_name = "ex.test" }, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "common-name-beside",
    { .common_name = "ex.test", .dns = { "other.test" } },
    G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "nul", { .dns = { "ex.test|.evil.test" } }, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "server-srv-id", { .srv = "_xmpp-server.ex.test" }, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "account-addr", { .xmpp = "alice@ex.test" }, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "uri", { .uri = "xmpp:ex.test" }, G_TLS_CERTIFICATE_BAD_IDENTITY },
  { "expired", { .dns = { "ex.test" }, .end_day = -10 }, G_TLS_CERTIFICATE_EXPIRED },
  { "not-yet", { .dns = { "ex.test" }, .begin_day = 10 }, G_TLS_CERTIFICATE_NOT_ACTIVATED },
  { "self-signed", { .dns = { "ex.test" }, .by = MADE_BY_ITSELF }, G_TLS_CERTIFICATE_UNKNOWN_CA },
  { "stranger", { .dns = { "ex.test" }, .by = MADE_BY_STRANGER }, G_TLS_CERTIFICATE_UNKNOWN_CA },
  { "lost-middle",
    { .dns = { "ex.test" }, .by = MADE_BY_LOST_MIDDLE },
    G_TLS_CERTIFICATE_UNKNOWN_CA },
  { "no-authority",
    { .dns = { "ex.test" }, .by = MADE_BY_NO_AUTHORITY },
    G_TLS_CERTIFICATE_UNKNOWN_CA },
  { "constrained",
    { .dns = { "ex.test" }, .by = MADE_BY_CONSTRAINED },
    G_TLS_CERTIFICATE_GENERIC_ERROR },
  { "many", { .dns = { "ex.test" }, .by = MADE_BY_MANY }, G_TLS_CERTIFICATE_GENERIC_ERROR },
  { "sha-1", { .dns = { "ex.test" }, .is_sha1 = TRUE }, G_TLS_CERTIFICATE_INSECURE },
  { "rsa-1024", { .dns = { "ex.test" }, .key = KEY_RSA_1024 }, G_TLS_CERTIFICATE_INSECURE },
  { "client-purpose",
    { .dns = { "ex.test" }, .purpose = GNUTLS_KP_TLS_WWW_CLIENT },
    G_TLS_CERTIFICATE_GENERIC_ERROR },
};

/* DNS, as far as it is asked here: one server of every domain, found by SRV. */
typedef struct
{
  GResolver parent;
} OneServer;
typedef struct
{
  GResolverClass parent;
} OneServerClass;
static GType one_server_get_type (void);
G_DEFINE_TYPE (OneServer, one_server, G_TYPE_RESOLVER)

static const char *srv_service; /* "_xmpp-client." or "_xmpps-client."; NULL: no records */
static guint16 srv_port;
static int n_found; /* atomic: how often the server was found by its records */

static GList *
one_server_lookup_service (GResolver *resolver,
                           const char *name,
                           GCancellable *cancellable,
                           GError **error)
{
  if (srv_service != NULL && g_str_has_prefix (name, srv_service))
    return g_list_append (NULL, g_srv_target_new ("srv.test", srv_port, 0, 0));
  g_set_error_literal (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such record");
  return NULL;
}

static void
one_server_lookup_async (GResolver *resolver,
                         const char *name,
                         GResolverNameLookupFlags flags,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  if (strcmp (name, "srv.test") != 0 || (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) != 0)
    {
      g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such name");
      return;
    }
  g_atomic_int_inc (&n_found);
  g_task_return_pointer (task,
                         g_list_append (NULL, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4)),
                         (GDestroyNotify) g_resolver_free_addresses);
}

static GList *
one_server_lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
one_server_class_init (OneServerClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  resolver_class->lookup_service = one_server_lookup_service;
  resolver_class->lookup_by_name_with_flags_async = one_server_lookup_async;
  resolver_class->lookup_by_name_with_flags_finish = one_server_lookup_finish;
}

static void
one_server_init (OneServer *self)
{
}

static XmppLoginParams *
new_params (const char *domain, guint16 port, gboolean is_direct)
{
  g_autofree char *text = g_strconcat ("alice@", domain != NULL ? domain : "ex.test", NULL);
  g_autoptr (XmppJid) jid = xmpp_jid_new (text, NULL);
  XmppLoginParams *params = xmpp_login_params_new (jid);

  params->password = g_strdup ("secret words");
  params->server = g_strdup ("127.0.0.1");
  params->port = port;
  params->direct_tls = is_direct;
  return params;
}

static void
check_refused (const GError *error, guint flags)
{
  const XmppLoginProblem *problem = xmpp_login_error_get_problem (error);

  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_CERTIFICATE);
  g_assert_nonnull (problem->certificate);
  g_assert_cmpuint (problem->certificate_flags & flags, ==, flags);
}

/* One login: by STARTTLS or direct TLS, to a server that the account names or that DNS names. */
static void
check_kind (const Kind *kind, GTlsCertificate *certificate, gboolean is_direct, gboolean is_found)
{
  g_autoptr (TlsServer) server = tls_server_new (certificate, is_direct);
  XmppLoginParams *params = new_params (kind->domain, tls_server_get_port (server), is_direct);
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;

  if (kind->extra != NULL)
    params->extra_identities = g_strsplit (kind->extra, " ", -1);
  if (is_found)
    {
      g_clear_pointer (&params->server, g_free);
      params->port = 0;
      params->direct_tls = FALSE;
      srv_port = tls_server_get_port (server);
      srv_service = is_direct ? "_xmpps-client." : "_xmpp-client.";
    }
  g_atomic_int_set (&n_found, 0);
  error = login_fixture_fail (params);
  srv_service = NULL;
  g_assert_cmpint (g_atomic_int_get (&n_found), ==, is_found ? 1 : 0);

  heard = tls_server_dup_heard (server);
  if (kind->flags == 0)
    {
      g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_MECHANISM);
      return;
    }
  check_refused (error, kind->flags);
  g_assert_cmpstr (heard, ==, "");
}

static void
test_kind (gconstpointer data)
{
  const Kind *kind = data;
  g_autoptr (GTlsCertificate) certificate = make_certificate (&kind->making);

  for (int way = 0; way < 4; way++)
    check_kind (kind, certificate, (way & 1) != 0, (way & 2) != 0);
}

/* What an error says of the line that was there. */
static void
check_line (const GError *error, gboolean is_encrypted, gboolean is_verified)
{
  const XmppLoginProblem *problem = xmpp_login_error_get_problem (error);

  g_assert_cmpint (problem->is_encrypted, ==, is_encrypted);
  g_assert_cmpint (problem->is_verified, ==, is_verified);
}

/* What a person accepted is a key: another certificate of it will do, another key will not. */
static void
test_accepted_key (void)
{
  const Making making = { .dns = { "other.test" }, .by = MADE_BY_ITSELF };
  g_autoptr (GTlsCertificate) accepted = make_certificate (&making);
  g_autoptr (GTlsCertificate) other = make_certificate (&making);
  g_autoptr (TlsServer) server = tls_server_new (accepted, FALSE);
  g_autoptr (TlsServer) impostor = tls_server_new (other, FALSE);
  g_autoptr (GError) error = NULL;
  XmppLoginParams *params = new_params (NULL, tls_server_get_port (server), FALSE);

  params->accepted_keys = g_new0 (char *, 2);
  params->accepted_keys[0] = xmpp_certificate_dup_key_digest (accepted);
  error = login_fixture_fail (params);
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_MECHANISM);
  check_line (error, TRUE, TRUE);
  g_clear_error (&error);

  /* What would be put up with anyway is none the worse for it. */
  params = new_params (NULL, tls_server_get_port (server), FALSE);
  params->accepted_keys = g_new0 (char *, 2);
  params->accepted_keys[0] = xmpp_certificate_dup_key_digest (accepted);
  params->ignore_certificate_errors = TRUE;
  error = login_fixture_fail (params);
  check_line (error, TRUE, TRUE);
  g_clear_error (&error);

  params = new_params (NULL, tls_server_get_port (impostor), FALSE);
  params->accepted_keys = g_new0 (char *, 2);
  params->accepted_keys[0] = xmpp_certificate_dup_key_digest (accepted);
  error = login_fixture_fail (params);
  check_refused (error, G_TLS_CERTIFICATE_BAD_IDENTITY | G_TLS_CERTIFICATE_UNKNOWN_CA);
  check_line (error, FALSE, FALSE);
}

static void
test_ignored_errors (void)
{
  const Making making = { .dns = { "other.test" }, .by = MADE_BY_ITSELF };
  g_autoptr (GTlsCertificate) certificate = make_certificate (&making);
  g_autoptr (TlsServer) server = tls_server_new (certificate, TRUE);
  XmppLoginParams *params = new_params (NULL, tls_server_get_port (server), TRUE);
  g_autoptr (GError) error = NULL;

  params->ignore_certificate_errors = TRUE;
  params->require_encryption = FALSE;
  error = login_fixture_fail (params);
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_MECHANISM);
  check_line (error, TRUE, FALSE);
}

/* That encryption is not required says nothing of certificates. */
static void
test_plain_is_not_careless (void)
{
  const Making making = { .dns = { "other.test" } };
  g_autoptr (GTlsCertificate) certificate = make_certificate (&making);
  g_autoptr (TlsServer) server = tls_server_new (certificate, FALSE);
  XmppLoginParams *params = new_params (NULL, tls_server_get_port (server), FALSE);
  g_autoptr (GError) error = NULL;

  params->require_encryption = FALSE;
  error = login_fixture_fail (params);
  check_refused (error, G_TLS_CERTIFICATE_BAD_IDENTITY);
}

/* XEP-0368 §2: who chooses xmpp-client is one; who chooses nothing may be one. */
static void
test_alpn (void)
{
  static const char *const ours[] = { "http/1.1", "xmpp-client", NULL };
  static const char *const others[] = { "http/1.1", NULL };
  const Making making = { .dns = { "ex.test" } };
  g_autoptr (GTlsCertificate) certificate = make_certificate (&making);

  for (int is_ours = 0; is_ours < 2; is_ours++)
    {
      g_autoptr (TlsServer) server = tls_server_new (certificate, TRUE);
      g_autoptr (GError) error = NULL;
      g_autofree char *chosen = NULL;

      tls_server_set_protocols (server, is_ours ? ours : others);
      error = login_fixture_fail (new_params (NULL, tls_server_get_port (server), TRUE));
      g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_MECHANISM);
      chosen = tls_server_dup_protocol (server);
      g_assert_cmpstr (chosen, ==, is_ours ? "xmpp-client" : NULL);
    }
}

/* C01: no encryption, no login. */
static void
test_no_encryption (void)
{
  g_autoptr (TlsServer) server = tls_server_new (NULL, FALSE);
  g_autoptr (GError) error =
      login_fixture_fail (new_params (NULL, tls_server_get_port (server), FALSE));

  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_ENCRYPTION_NOT_AVAILABLE);
}

/* Whether the token gets it. */
static gboolean
ask_pin (XmppLoginPin *pin, GTlsPasswordFlags flags)
{
  g_autoptr (GTlsPassword) password = g_tls_password_new (flags, "linnet");
  g_autoptr (GError) error = NULL;
  gsize length;

  if (g_tls_interaction_ask_password (G_TLS_INTERACTION (pin), password, NULL, &error) !=
      G_TLS_INTERACTION_HANDLED)
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      return FALSE;
    }
  g_assert_cmpmem (g_tls_password_get_value (password, &length), length, "4321", 4);
  return TRUE;
}

static void
test_pin_is_given_to_a_token_that_asks_again (void)
{
  g_autoptr (XmppLoginPin) pin = xmpp_login_pin_new ("4321");
  g_autoptr (GError) error = NULL;

  g_assert_true (ask_pin (pin, G_TLS_PASSWORD_NONE));
  g_assert_true (ask_pin (pin, G_TLS_PASSWORD_NONE));
  g_assert_true (ask_pin (pin, G_TLS_PASSWORD_MANY_TRIES));
  g_assert_true (xmpp_login_pin_check (pin, &error));
  g_assert_no_error (error);
  /* Not for ever. */
  for (guint i = 0; i < 5; i++)
    ask_pin (pin, G_TLS_PASSWORD_NONE);
  g_assert_false (ask_pin (pin, G_TLS_PASSWORD_NONE));
  g_assert_false (xmpp_login_pin_check (pin, &error));
}

static void
test_pin_that_is_wrong_is_said_once (void)
{
  g_autoptr (XmppLoginPin) pin = xmpp_login_pin_new ("4321");
  g_autoptr (XmppLoginPin) none = xmpp_login_pin_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (ask_pin (pin, G_TLS_PASSWORD_NONE));
  g_assert_false (ask_pin (pin, G_TLS_PASSWORD_RETRY));
  /* Another connection of the same login does not try it again. */
  g_assert_false (ask_pin (pin, G_TLS_PASSWORD_NONE));
  g_assert_false (xmpp_login_pin_check (pin, &error));
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NOT_AUTHORIZED);
  g_clear_error (&error);
  g_assert_false (ask_pin (none, G_TLS_PASSWORD_NONE));
  g_assert_false (xmpp_login_pin_check (none, &error));
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PASSWORD_NEEDED);
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autoptr (GResolver) resolver = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  resolver = g_object_new (one_server_get_type (), NULL);
  g_resolver_set_default (resolver);
  path = login_fixture_trust_authority ();

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *name = g_strconcat ("/xmpp/login-tls/", kinds[i].name, NULL);

      g_test_add_data_func (name, &kinds[i], test_kind);
    }
  g_test_add_func ("/xmpp/login-tls/accepted-is-a-key", test_accepted_key);
  g_test_add_func ("/xmpp/login-tls/errors-are-ignored-where-asked", test_ignored_errors);
  g_test_add_func ("/xmpp/login-tls/plain-is-not-careless", test_plain_is_not_careless);
  g_test_add_func ("/xmpp/login-tls/xep0368-2-alpn", test_alpn);
  g_test_add_func ("/xmpp/login-tls/no-encryption-no-login", test_no_encryption);
  g_test_add_func ("/xmpp/login-tls/pin-again", test_pin_is_given_to_a_token_that_asks_again);
  g_test_add_func ("/xmpp/login-tls/pin-wrong", test_pin_that_is_wrong_is_said_once);
  status = g_test_run ();
  g_unlink (path);
  return status;
}
