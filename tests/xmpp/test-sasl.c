/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sasl.c: which mechanism is chosen, how it is tied to the channel, and what is refused
 * (C13-C15) */
#include <glib.h>
#include <string.h>

#include "xmpp/xmpp-base64.h"
#include "xmpp/xmpp-login.h"
#include "xmpp/xmpp-sasl.h"
#include "xmpp/xmpp-scram.h"

#define ALL_SCRAM \
  "SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-256-PLUS SCRAM-SHA-512 SCRAM-SHA-512-PLUS"

typedef struct
{
  const char *offered;
  const char *types; /* of XEP-0440; NULL: not said */
  const char *ours; /* types that this connection has; NULL: no TLS */
  gboolean is_refused;
  guint known;
  const char *chosen; /* NULL: refused with code */
  const char *flag; /* of the GS2 header; NULL: not SCRAM */
  XmppLoginError code;
} Row;

static const Row choices[] = {
  { "PLAIN SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512", NULL, "tls-exporter", FALSE, 0,
    "SCRAM-SHA-512", "y", 0 },
  { "PLAIN SCRAM-SHA-1 SCRAM-SHA-256", NULL, "", FALSE, 0, "SCRAM-SHA-256", "n", 0 },
  { "SCRAM-SHA-1", NULL, NULL, FALSE, 0, "SCRAM-SHA-1", "n", 0 },
  { "SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN", NULL, NULL, FALSE, 0, "SCRAM-SHA-1", "n", 0 },
  { "PLAIN", NULL, "tls-exporter", FALSE, 0, "PLAIN", NULL, 0 },
  { "PLAIN", NULL, NULL, FALSE, 0, NULL, NULL, XMPP_LOGIN_ERROR_ENCRYPTION_NOT_AVAILABLE },
  { "DIGEST-MD5 ANONYMOUS EXTERNAL X-OAUTH2 CRAM-MD5 LOGIN", NULL, "tls-exporter", FALSE, 0, NULL,
    NULL, XMPP_LOGIN_ERROR_NO_MECHANISM },
  { "", NULL, "tls-exporter", FALSE, 0, NULL, NULL, XMPP_LOGIN_ERROR_NO_MECHANISM },
  { "scram-sha-1", NULL, "tls-exporter", FALSE, 0, NULL, NULL, XMPP_LOGIN_ERROR_NO_MECHANISM },

  /* Bound: the strongest type of both; the binding before the hash. */
  { ALL_SCRAM, "tls-server-end-point tls-exporter", "tls-exporter tls-server-end-point", FALSE, 0,
    "SCRAM-SHA-512-PLUS", "p=tls-exporter", 0 },
  { ALL_SCRAM, "tls-server-end-point tls-unique", "tls-exporter tls-unique tls-server-end-point",
    FALSE, 0, "SCRAM-SHA-512-PLUS", "p=tls-unique", 0 },
  { ALL_SCRAM, "tls-server-end-point", "tls-exporter tls-unique tls-server-end-point", FALSE, 0,
    "SCRAM-SHA-512-PLUS", "p=tls-server-end-point", 0 },
  { "SCRAM-SHA-512 SCRAM-SHA-1-PLUS", "tls-exporter", "tls-exporter", FALSE, 0, "SCRAM-SHA-1-PLUS",
    "p=tls-exporter", 0 },
  /* A server that does not say which. */
  { ALL_SCRAM, NULL, "tls-exporter tls-server-end-point", FALSE, 0, "SCRAM-SHA-512-PLUS",
    "p=tls-exporter", 0 },
  { ALL_SCRAM, NULL, "tls-exporter tls-unique tls-server-end-point", FALSE, 0, "SCRAM-SHA-512-PLUS",
    "p=tls-unique", 0 },
  { ALL_SCRAM, NULL, "tls-server-end-point", FALSE, 0, "SCRAM-SHA-512-PLUS",
    "p=tls-server-end-point", 0 },
  { "SCRAM-SHA-256-PLUS", NULL, "", FALSE, 0, NULL, NULL, XMPP_LOGIN_ERROR_NO_MECHANISM },
  /* XEP-0440 §4, XEP-0474 §5: nothing in common, which the server must then sign. */
  { ALL_SCRAM, "x-dummy", "tls-exporter", FALSE, 0, "SCRAM-SHA-512", "n", 0 },
  { ALL_SCRAM, "", "tls-exporter", FALSE, 0, "SCRAM-SHA-512", "n", 0 },
  /* XEP-0440 §4: types but no mechanism for them. */
  { "SCRAM-SHA-1 SCRAM-SHA-256", "tls-exporter", "tls-exporter", FALSE, 0, NULL, NULL,
    XMPP_LOGIN_ERROR_WEAKENED },
  { "PLAIN", "tls-exporter", "tls-exporter", FALSE, 0, "PLAIN", NULL, 0 },
  /* The server refused it a moment ago: it knows that we can. */
  { ALL_SCRAM, "tls-exporter", "tls-exporter", TRUE, 0, "SCRAM-SHA-512", "n", 0 },

  /* What was known before. */
  { "PLAIN", NULL, "tls-exporter", FALSE, XMPP_STRENGTH_ENCRYPTED, "PLAIN", NULL, 0 },
  { "PLAIN", NULL, "tls-exporter", FALSE, XMPP_STRENGTH_ENCRYPTED | XMPP_STRENGTH_PROVEN, NULL,
    NULL, XMPP_LOGIN_ERROR_WEAKENED },
  { "PLAIN DIGEST-MD5 ANONYMOUS", NULL, "tls-exporter", FALSE, XMPP_STRENGTH_PROVEN, NULL, NULL,
    XMPP_LOGIN_ERROR_WEAKENED },
  { "PLAIN SCRAM-SHA-1", NULL, "tls-exporter", FALSE, 7, "SCRAM-SHA-1", "y", 0 },
};

static char *
dup_decoded (char *text)
{
  char *decoded = (char *) xmpp_base64_decode (text, NULL);

  xmpp_scram_free_secret (text);
  return decoded;
}

static void
test_choice (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      const Row *row = &choices[i];
      g_auto (GStrv) offered = g_strsplit (row->offered, " ", -1);
      g_auto (GStrv) types = row->types != NULL ? g_strsplit (row->types, " ", -1) : NULL;
      g_auto (GStrv) ours = g_strsplit (row->ours != NULL ? row->ours : "", " ", -1);
      g_autoptr (GBytes) data = g_bytes_new_static ("data", 4);
      XmppSaslBinding bindings[4] = { { 0 } };
      XmppSaslOffer offer = { .mechanisms = (const char *const *) offered,
                              .binding_types = (const char *const *) types,
                              .bindings = bindings,
                              .is_encrypted = row->ours != NULL,
                              .is_binding_refused = row->is_refused,
                              .known = row->known };
      g_autoptr (GError) error = NULL;
      g_autoptr (XmppSasl) sasl = NULL;

      for (guint j = 0; ours[j] != NULL && *ours[j] != '\0'; j++)
        bindings[j] = (XmppSaslBinding){ ours[j], data };
      sasl = xmpp_sasl_new (&offer, "user", "pencil", &error);
      g_test_message ("row %u", i);
      if (row->chosen == NULL)
        {
          g_assert_error (error, XMPP_LOGIN_ERROR, (int) row->code);
          g_assert_true (
              g_strv_equal ((const char *const *) xmpp_login_error_get_problem (error)->mechanisms,
                            (const char *const *) offered));
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (xmpp_sasl_get_mechanism (sasl), ==, row->chosen);
      if (row->flag != NULL)
        {
          g_autofree char *initial = dup_decoded (xmpp_sasl_dup_initial (sasl));
          g_autofree char *start = g_strconcat (row->flag, ",,n=user,r=", NULL);

          g_assert_true (g_str_has_prefix (initial, start));
          g_assert_cmpstr (xmpp_sasl_get_binding (sasl), ==,
                           *row->flag == 'p' ? row->flag + 2 : NULL);
        }
    }
}

/* A server whose types we do not know must sign its list; one that does not is not answered. */
static void
test_unknown_types (void)
{
  const char *const offered[] = { "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", NULL };
  const char *const types[] = { "x-two", "x-one", NULL };
  g_autoptr (GBytes) data = g_bytes_new_static ("data", 4);
  const XmppSaslBinding bindings[] = { { "tls-exporter", data }, { NULL, NULL } };
  const XmppSaslOffer offer = {
    .mechanisms = offered, .binding_types = types, .bindings = bindings, .is_encrypted = TRUE
  };
  g_autofree char *digest = NULL;

  {
    /* sha-1 of what XEP-0474 §4.1 makes of the two lists */
    const char *list = "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1fx-one\x1ex-two";
    g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);
    guint8 bytes[20];
    gsize length = sizeof bytes;

    g_checksum_update (sum, (const guchar *) list, -1);
    g_checksum_get_digest (sum, bytes, &length);
    digest = g_base64_encode (bytes, length);
  }
  for (guint signs = 0; signs < 2; signs++)
    {
      g_autoptr (XmppSasl) sasl = xmpp_sasl_new (&offer, "user", "pencil", NULL);
      g_autofree char *initial = dup_decoded (xmpp_sasl_dup_initial (sasl));
      g_autofree char *challenge =
          g_strdup_printf ("%sx,s=QSXCR+Q6sek8bf92,i=4096%s%s", strstr (initial, "r="),
                           signs ? ",h=" : "", signs ? digest : "");
      g_autofree char *text = g_base64_encode ((const guchar *) challenge, strlen (challenge));
      g_autoptr (GError) error = NULL;
      g_autofree char *response = xmpp_sasl_dup_response (sasl, text, &error);

      if (signs)
        g_assert_no_error (error);
      else
        g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_WEAKENED);
      g_assert_true ((response != NULL) == (signs == 1));
    }
}

static void
test_password_needed (void)
{
  const char *const offered[] = { "PLAIN", "SCRAM-SHA-1", NULL };
  const XmppSaslOffer offer = { .mechanisms = offered, .is_encrypted = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) copy = NULL;

  g_assert_null (xmpp_sasl_new (&offer, "user", NULL, &error));
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PASSWORD_NEEDED);
  copy = g_error_copy (error);
  g_clear_error (&error);
  g_assert_true (g_strv_equal (
      (const char *const *) xmpp_login_error_get_problem (copy)->mechanisms, offered));
}

/* What needs no password asks for none, and nothing is waited for behind it. */
static void
test_without_password (void)
{
  static const struct
  {
    const char *offered;
    gboolean is_certified;
    gboolean is_anonymous;
    const char *identity;
    const char *chosen; /* NULL: none */
    const char *initial;
  } rows[] = {
    { "SCRAM-SHA-256 EXTERNAL PLAIN", TRUE, FALSE, NULL, "EXTERNAL", "=" },
    { "EXTERNAL PLAIN", TRUE, FALSE, "a@b.c", "EXTERNAL", "YUBiLmM=" },
    { "SCRAM-SHA-256 EXTERNAL PLAIN", FALSE, FALSE, NULL, NULL, NULL },
    { "SCRAM-SHA-256 PLAIN", TRUE, FALSE, NULL, NULL, NULL },
    { "ANONYMOUS PLAIN", FALSE, TRUE, NULL, "ANONYMOUS", "=" },
    { "ANONYMOUS PLAIN", FALSE, FALSE, NULL, NULL, NULL },
    { "X-OAUTH2 EXTERNAL", FALSE, FALSE, NULL, NULL, NULL },
    { "SCRAM-SHA-1 EXTERNAL", TRUE, TRUE, NULL, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) offered = g_strsplit (rows[i].offered, " ", -1);
      const XmppSaslOffer offer = { .mechanisms = (const char *const *) offered,
                                    .is_encrypted = TRUE,
                                    .is_certified = rows[i].is_certified,
                                    .identity = rows[i].identity,
                                    .is_anonymous = rows[i].is_anonymous };
      g_autoptr (GError) error = NULL;
      g_autoptr (XmppSasl) sasl =
          xmpp_sasl_new (&offer, rows[i].is_anonymous ? NULL : "alice", NULL, &error);
      g_autofree char *initial = NULL;

      g_test_message ("row %u", i);
      if (rows[i].chosen == NULL)
        {
          g_assert_error (error, XMPP_LOGIN_ERROR,
                          (int) (rows[i].is_anonymous || *rows[i].offered == 'X'
                                     ? XMPP_LOGIN_ERROR_NO_MECHANISM
                                     : XMPP_LOGIN_ERROR_PASSWORD_NEEDED));
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (xmpp_sasl_get_mechanism (sasl), ==, rows[i].chosen);
      initial = xmpp_sasl_dup_initial (sasl);
      g_assert_cmpstr (initial, ==, rows[i].initial);
      g_assert_true (xmpp_sasl_finish (sasl, "", &error));
      g_assert_null (xmpp_sasl_dup_response (sasl, "", &error));
      g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL);
    }
}

static void
test_plain (void)
{
  const char *const offered[] = { "PLAIN", NULL };
  const XmppSaslOffer offer = { .mechanisms = offered, .is_encrypted = TRUE };
  g_autoptr (XmppSasl) sasl = xmpp_sasl_new (&offer, "tim", "tanstaaftanstaaf", NULL);
  g_autoptr (GError) error = NULL;
  char *initial = xmpp_sasl_dup_initial (sasl);

  g_assert_cmpstr (initial, ==, "AHRpbQB0YW5zdGFhZnRhbnN0YWFm"); /* RFC 4616 §4 */
  xmpp_scram_free_secret (initial);
  g_assert_null (xmpp_sasl_dup_response (sasl, "", &error));
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL);
  g_assert_true (xmpp_sasl_finish (sasl, "", NULL));
}

/* A success that skips the server's proof, at either step, is none. */
static void
test_skipped_proof (void)
{
  const char *const offered[] = { "SCRAM-SHA-1", NULL };
  const XmppSaslOffer offer = { .mechanisms = offered, .is_encrypted = TRUE };
  g_autoptr (XmppSasl) sasl = xmpp_sasl_new (&offer, "user", "pencil", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *initial = xmpp_sasl_dup_initial (sasl);
  g_autofree char *first = (char *) xmpp_base64_decode (initial, NULL);
  g_autofree char *challenge =
      g_strdup_printf ("%sx,s=QSXCR+Q6sek8bf92,i=4096", strstr (first, "r="));
  g_autofree char *challenge_text =
      g_base64_encode ((const guchar *) challenge, strlen (challenge));
  g_autofree char *response = NULL;

  g_assert_false (xmpp_sasl_finish (sasl, "", &error));
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED);
  g_clear_error (&error);
  response = xmpp_sasl_dup_response (sasl, challenge_text, &error);
  g_assert_no_error (error);
  g_assert_nonnull (response);
  g_assert_false (xmpp_sasl_finish (sasl, "", &error));
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED);
  g_clear_error (&error);
  g_assert_null (xmpp_sasl_dup_response (sasl, challenge_text, &error));
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xmpp/sasl/strongest-is-chosen", test_choice);
  g_test_add_func ("/xmpp/sasl/xep0474-5-unknown-types-are-signed", test_unknown_types);
  g_test_add_func ("/xmpp/sasl/password-is-asked-for", test_password_needed);
  g_test_add_func ("/xmpp/sasl/without-password", test_without_password);
  g_test_add_func ("/xmpp/sasl/rfc4616-4", test_plain);
  g_test_add_func ("/xmpp/sasl/success-without-proof-is-none", test_skipped_proof);
  return g_test_run ();
}
