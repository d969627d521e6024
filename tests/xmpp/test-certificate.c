/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-certificate.c: whose certificate is it? RFC 6120 13.7, RFC 6125 6; hostile-input C05, C06 */
#include "xmpp/xmpp-certificate.h"

#include <gnutls/x509.h>

#include "make-certificate.h"

static void
test_names (void)
{
  static const struct
  {
    const char *domain;
    Making making;
    gboolean is_for;
  } rows[] = {
    /* DNS-ID */
    { "ex.test", { .dns = { "ex.test" } }, TRUE },
    { "ex.test", { .dns = { "EX.Test" } }, TRUE },
    { "ex.test", { .dns = { "other.test", "ex.test" } }, TRUE },
    { "ex.test", { .dns = { "ex.test." } }, TRUE },
    { "ex.test", { .dns = { "other.test" } }, FALSE },
    { "ex.test", { .dns = { "chat.ex.test" } }, FALSE },
    { "chat.ex.test", { .dns = { "ex.test" } }, FALSE },
    { "ex.test", { .dns = { "ex.test|.evil.test" } }, FALSE },
    { "ex.test", { .dns = { "|ex.test" } }, FALSE },
    { "ex.test", { .dns = { " ex.test" } }, FALSE },
    { "ex.test", { .dns = { "." } }, FALSE },
    /* wildcards */
    { "chat.ex.test", { .dns = { "*.ex.test" } }, TRUE },
    { "ex.test", { .dns = { "*.ex.test" } }, FALSE },
    { "a.b.ex.test", { .dns = { "*.ex.test" } }, FALSE },
    { "ex.test", { .dns = { "*.test" } }, FALSE },
    { "ex.test", { .dns = { "*" } }, FALSE },
    { "a.b.ex.test", { .dns = { "*.*.ex.test" } }, FALSE },
    { "chat.ex.test", { .dns = { "c*.ex.test" } }, FALSE },
    { "chat.ex.test", { .dns = { "*t.ex.test" } }, FALSE },
    { "chat.ex.test", { .dns = { "chat.*.test" } }, FALSE },
    { "chat.ex.test", { .dns = { "*.ex.test|.evil.test" } }, FALSE },
    /* the subject's name never counts */
    { "ex.test", { .common_name = "ex.test" }, FALSE },
    { "ex.test", { .common_name = "ex.test", .dns = { "other.test" } }, FALSE },
    /* SRV-ID */
    { "ex.test", { .srv = "_xmpp-client.ex.test" }, TRUE },
    { "ex.test", { .srv = "_XMPP-Client.EX.test", .dns = { "other.test" } }, TRUE },
    { "ex.test", { .srv = "_xmpp-server.ex.test" }, FALSE },
    { "ex.test", { .srv = "_xmpp-client.other.test" }, FALSE },
    { "chat.ex.test", { .srv = "_xmpp-client.*.ex.test" }, FALSE },
    { "ex.test", { .srv = "ex.test" }, FALSE },
    /* XmppAddr */
    { "ex.test", { .xmpp = "ex.test" }, TRUE },
    { "ex.test", { .xmpp = "EX.test", .dns = { "other.test" } }, TRUE },
    { "ex.test", { .xmpp = "alice@ex.test" }, FALSE },
    { "ex.test", { .xmpp = "*.test" }, FALSE },
    /* another domain in both forms */
    { "xn--bcher-kva.test", { .dns = { "xn--bcher-kva.test" } }, TRUE },
    { "b\xc3\xbc"
      "cher.test",
      { .dns = { "xn--bcher-kva.test" } },
      TRUE },
    { "xn--bcher-kva.test",
      { .xmpp = "b\xc3\xbc"
                "cher.test" },
      TRUE },
    { "B\xc3\x9c"
      "cher.test",
      { .xmpp = "b\xc3\xbc"
                "cher.test" },
      TRUE },
    { "xn--bcher-kva.test", { .srv = "_xmpp-client.xn--bcher-kva.test" }, TRUE },
    { "chat.xn--bcher-kva.test", { .dns = { "*.xn--bcher-kva.test" } }, TRUE },
    { "xn--bcher-kva.test", { .dns = { "bucher.test" } }, FALSE },
    { "xn--bcher-kva.test", { .dns = { "*.test" } }, FALSE },
    /* addresses */
    { "ex.test", { .ip = "127.0.0.1" }, FALSE },
    { "127.0.0.1", { .ip = "127.0.0.1" }, TRUE },
    { "127.0.0.1", { .dns = { "127.0.0.1" } }, FALSE },
    { "::1", { .ip = "::1" }, TRUE },
    { "127.0.0.1", { .ip = "127.0.0.2" }, FALSE },
    /* URIs are nobody's name here */
    { "ex.test", { .uri = "xmpp:ex.test" }, FALSE },
    { "ex.test", { .common_name = "nobody" }, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GTlsCertificate) certificate = make_certificate (&rows[i].making);

      g_test_message ("row %u: %s", i, rows[i].domain);
      g_assert_cmpint (xmpp_certificate_is_for (certificate, rows[i].domain), ==, rows[i].is_for);
    }
}

static void
test_making (void)
{
  static const struct
  {
    Making making;
    GTlsCertificateFlags flags;
  } rows[] = {
    { { .dns = { "ex.test" } }, 0 },
    { { .key = KEY_RSA_2048 }, 0 },
    { { .key = KEY_ED25519 }, 0 },
    { { .by = MADE_BY_MIDDLE }, 0 },
    { { .purpose = "" }, 0 },
    { { .purpose = GNUTLS_KP_ANY }, 0 },
    { { .key = KEY_RSA_1024 }, G_TLS_CERTIFICATE_INSECURE },
    { { .is_sha1 = TRUE }, G_TLS_CERTIFICATE_INSECURE },
    { { .purpose = GNUTLS_KP_TLS_WWW_CLIENT }, G_TLS_CERTIFICATE_GENERIC_ERROR },
    { { .purpose = GNUTLS_KP_EMAIL_PROTECTION }, G_TLS_CERTIFICATE_GENERIC_ERROR },
    { { .by = MADE_BY_MANY }, G_TLS_CERTIFICATE_GENERIC_ERROR },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GTlsCertificate) certificate = make_certificate (&rows[i].making);

      g_test_message ("row %u", i);
      g_assert_cmpuint (xmpp_certificate_judge (certificate), ==, rows[i].flags);
    }
}

static void
test_key_digest (void)
{
  const Making making = { .dns = { "ex.test" } };
  g_autoptr (GTlsCertificate) one = make_certificate (&making);
  g_autoptr (GTlsCertificate) other = make_certificate (&making);
  g_autofree char *digest = xmpp_certificate_dup_key_digest (one);
  g_autofree char *again = xmpp_certificate_dup_key_digest (one);
  g_autofree char *different = xmpp_certificate_dup_key_digest (other);

  g_assert_cmpuint (strlen (digest), ==, 44);
  g_assert_cmpstr (digest, ==, again);
  g_assert_cmpstr (digest, !=, different);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xmpp/certificate/rfc6120-13.7-names", test_names);
  g_test_add_func ("/xmpp/certificate/rfc7590-3-making", test_making);
  g_test_add_func ("/xmpp/certificate/key-has-one-digest", test_key_digest);
  return g_test_run ();
}
