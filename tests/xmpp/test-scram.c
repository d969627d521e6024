/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-scram.c: the examples of RFC 5802, RFC 7677 and RFC 4013, and what a hostile server tries
 * (C13) */
#include <glib.h>
#include <string.h>

#include "xmpp/xmpp-base64.h"
#include "xmpp/xmpp-login.h"
#include "xmpp/xmpp-sasl.h"
#include "xmpp/xmpp-scram.h"

typedef struct
{
  const char *name;
  XmppScramHash hash;
  const char *username, *password, *nonce;
  const char *client_first, *server_first, *client_final, *server_final;
} Vector;

static const Vector vectors[] = {
  { "/xmpp/scram/rfc5802-5", XMPP_SCRAM_SHA_1, "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL",
    "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=" },
  { "/xmpp/scram/rfc7677-3", XMPP_SCRAM_SHA_256, "user", "pencil", "rOprNGfwEbeRWgbNEkqO",
    "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+"
    "Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" },
  /* No RFC has an example of SHA-512: this one was computed with Python's hashlib and hmac. */
  { "/xmpp/scram/sha-512", XMPP_SCRAM_SHA_512, "user", "pencil", "rOprNGfwEbeRWgbNEkqO",
    "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
    "r=rOprNGfwEbeRWgbNEkqOhvYDpWUa2RaTCAfuxFIl,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    "c=biws,r=rOprNGfwEbeRWgbNEkqOhvYDpWUa2RaTCAfuxFIl,p=tJoMhic5OvpcVJhUIlpbzCZq2zsolKi/"
    "oT45Sz4j4OYburHmvz7d5irE4cdiY/dNkva6RDeowZXwZmOOzfSqLw==",
    "v=+9XWYiWt8xJBD2UFcVrh0DPQcS4u2FTnEagwuitJWmELFINhyOkbiD6KjyXcpVwJEI78SHoWnQfLGAPtg45cUA==" },
};

static void
test_vector (gconstpointer data)
{
  const Vector *v = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppScram) scram =
      xmpp_scram_new (v->hash, v->username, v->password, v->nonce, &error);
  g_autofree char *final = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (xmpp_scram_get_client_first (scram), ==, v->client_first);
  final = xmpp_scram_dup_client_final (scram, v->server_first, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (final, ==, v->client_final);
  g_assert_true (xmpp_scram_verify (scram, v->server_final, &error));
  g_assert_no_error (error);
}

/* Every one of these would be dangerous to answer. The nonce is ours unless the row is about it. */
static const char *const bad_server_firsts[] = {
  "r=xyko+d2lbbFgONRv9qkxdawL3rfc,s=QSXCR+Q6sek8bf92,i=4096", /* not our nonce */
  "r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096", /* nothing of its own */
  "r=fyko+d2lbbFgONRv9qkxdaw,s=QSXCR+Q6sek8bf92,i=4096", /* shorter than ours */
  "r=fyko+d2lbbFgONRv9qkxdawL\x01,s=QSXCR+Q6sek8bf92,i=4096", /* not printable */
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=0", /* iterations */
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=1",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=4095",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=1000001",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=2147483648",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=18446744073709555712",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=-4096",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=+4096",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=04096",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=4096 ",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=,i=4096", /* salt */
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXC R+Q6sek8bf92,i=4096",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf9,i=4096",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=!!!!,i=4096",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QQ=,i=4096",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QR==,i=4096", /* stray bits */
  "m=ext,r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=4096", /* mandatory extension */
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=4096,m=ext",
  "r=fyko+d2lbbFgONRv9qkxdawL3,r=fyko+d2lbbFgONRv9qkxdawL4,s=QSXCR+Q6sek8bf92,i=4096",
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=4096,r=other", /* r twice */
  "r=fyko+d2lbbFgONRv9qkxdawL3,s=QSXCR+Q6sek8bf92,i=4096,i=1",
  "s=QSXCR+Q6sek8bf92,r=fyko+d2lbbFgONRv9qkxdawL3,i=4096", /* out of order */
  "e=other-error",
  ",,,",
  "",
};

static void
test_bad_server_first (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_server_firsts); i++)
    {
      g_autoptr (XmppScram) scram =
          xmpp_scram_new (XMPP_SCRAM_SHA_1, "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL", NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *final = xmpp_scram_dup_client_final (scram, bad_server_firsts[i], &error);

      g_test_message ("%s", bad_server_firsts[i]);
      g_assert_null (final);
      g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL);
    }
}

static void
test_long_salt (void)
{
  g_autofree guchar *salt = g_malloc0 (XMPP_SCRAM_MAX_SALT_BYTES + 1);

  for (guint over = 0; over < 2; over++)
    {
      g_autoptr (XmppScram) scram = xmpp_scram_new (XMPP_SCRAM_SHA_1, "user", "pencil", "n", NULL);
      g_autofree char *salt_text = g_base64_encode (salt, XMPP_SCRAM_MAX_SALT_BYTES + over);
      g_autofree char *first = g_strdup_printf ("r=nx,s=%s,i=4096,x=optional", salt_text);
      g_autofree char *final = xmpp_scram_dup_client_final (scram, first, NULL);

      g_assert_true ((final != NULL) == (over == 0));
    }
}

static void
test_bad_server_final (void)
{
  static const struct
  {
    const char *text;
    XmppLoginError code;
  } rows[] = {
    { "", XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED },
    { "v=", XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED },
    { "v=rmF9pqV8S7suAoZWja4dJRkFsKA=", XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED },
    { "v=rmF9pqV8S7suAoZWja4dJRkFsKQ", XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED },
    { "v=rmF9pqV8S7suAoZWja4dJRkF", XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED },
    { "x=1,v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED },
    { "e=other-error", XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED },
    { "e=invalid-proof", XMPP_LOGIN_ERROR_NOT_AUTHORIZED },
  };
  const Vector *v = &vectors[0];

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (XmppScram) scram =
          xmpp_scram_new (v->hash, v->username, v->password, v->nonce, NULL);
      g_autofree char *final = xmpp_scram_dup_client_final (scram, v->server_first, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_nonnull (final);
      g_assert_false (xmpp_scram_verify (scram, rows[i].text, &error));
      g_assert_error (error, XMPP_LOGIN_ERROR, (int) rows[i].code);
    }
}

static void
test_verify_needs_proof (void)
{
  const Vector *v = &vectors[0];
  g_autoptr (XmppScram) scram = xmpp_scram_new (v->hash, v->username, v->password, v->nonce, NULL);
  g_autofree char *zeroes = g_base64_encode ((const guchar[20]){ 0 }, 20);
  g_autofree char *forged = g_strconcat ("v=", zeroes, NULL);

  g_assert_false (xmpp_scram_verify (scram, forged, NULL));
}

static void
test_names (void)
{
  g_autoptr (XmppScram) scram = xmpp_scram_new (XMPP_SCRAM_SHA_1, "a=b,c", "x", "n", NULL);
  g_autoptr (XmppScram) one = xmpp_scram_new (XMPP_SCRAM_SHA_1, "u", "x", NULL, NULL);
  g_autoptr (XmppScram) other = xmpp_scram_new (XMPP_SCRAM_SHA_1, "u", "x", NULL, NULL);

  g_assert_cmpstr (xmpp_scram_get_client_first (scram), ==, "n,,n=a=3Db=2Cc,r=n");
  g_assert_cmpstr (xmpp_scram_get_client_first (one), !=, xmpp_scram_get_client_first (other));
  g_assert_cmpuint (strlen (xmpp_scram_get_client_first (one)), ==, strlen ("n,,n=u,r=") + 32);
}

static void
test_prepared (void)
{
  static const struct
  {
    const char *typed, *prepared;
  } rows[] = {
    { "I\xc2\xadX", "IX" }, /* RFC 4013 §3: soft hyphen goes */
    { "user", "user" },
    { "USER", "USER" },
    { "\xc2\xaa", "a" }, /* feminine ordinal */
    { "\xe2\x85\xa8", "IX" }, /* Roman numeral nine */
    { "correct horse", "correct horse" },
    { "no\xc2\xa0"
      "break",
      "no break" },
    { "\xf0\x9f\xa6\x9c", "\xf0\x9f\xa6\x9c" }, /* newer than Unicode 3.2 */
    { "\xd8\xa7"
      "1",
      "\xd8\xa7"
      "1" }, /* RFC 4013 refuses by direction, RFC 8265 does not */
    { "\x07", NULL },
    { "", NULL },
    { "\xff", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      char *prepared = xmpp_scram_dup_prepared (rows[i].typed, &error);

      g_assert_cmpstr (prepared, ==, rows[i].prepared);
      if (rows[i].prepared == NULL)
        g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NOT_AUTHORIZED);
      xmpp_scram_free_secret (prepared);
    }
}

static void
test_choice (void)
{
  static const struct
  {
    const char *offered;
    gboolean is_private;
    const char *chosen;
    XmppLoginError code;
  } rows[] = {
    { "PLAIN SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512", TRUE, "SCRAM-SHA-512", 0 },
    { "PLAIN SCRAM-SHA-1 SCRAM-SHA-256", TRUE, "SCRAM-SHA-256", 0 },
    { "SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN", FALSE, "SCRAM-SHA-1", 0 },
    { "PLAIN", TRUE, "PLAIN", 0 },
    { "PLAIN", FALSE, NULL, XMPP_LOGIN_ERROR_ENCRYPTION_NOT_AVAILABLE },
    { "DIGEST-MD5 ANONYMOUS EXTERNAL", TRUE, NULL, XMPP_LOGIN_ERROR_NO_MECHANISM },
    { "", TRUE, NULL, XMPP_LOGIN_ERROR_NO_MECHANISM },
    { "scram-sha-1", TRUE, NULL, XMPP_LOGIN_ERROR_NO_MECHANISM },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) offered = g_strsplit (rows[i].offered, " ", -1);
      g_autoptr (GError) error = NULL;
      g_autoptr (XmppSasl) sasl = xmpp_sasl_new ((const char *const *) offered, rows[i].is_private,
                                                 "user", "pencil", &error);

      if (rows[i].chosen != NULL)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (xmpp_sasl_get_mechanism (sasl), ==, rows[i].chosen);
        }
      else
        {
          g_assert_error (error, XMPP_LOGIN_ERROR, (int) rows[i].code);
          g_assert_true (
              g_strv_equal ((const char *const *) xmpp_login_error_get_problem (error)->mechanisms,
                            (const char *const *) offered));
        }
    }
}

static void
test_password_needed (void)
{
  const char *const offered[] = { "PLAIN", "SCRAM-SHA-1", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) copy = NULL;

  g_assert_null (xmpp_sasl_new (offered, TRUE, "user", NULL, &error));
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PASSWORD_NEEDED);
  copy = g_error_copy (error);
  g_clear_error (&error);
  g_assert_true (g_strv_equal (
      (const char *const *) xmpp_login_error_get_problem (copy)->mechanisms, offered));
}

static void
test_plain (void)
{
  const char *const offered[] = { "PLAIN", NULL };
  g_autoptr (XmppSasl) sasl = xmpp_sasl_new (offered, TRUE, "tim", "tanstaaftanstaaf", NULL);
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
  g_autoptr (XmppSasl) sasl = xmpp_sasl_new (offered, TRUE, "user", "pencil", NULL);
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

static void
test_base64 (void)
{
  static const char *const good[] = {
    "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"
  }; /* RFC 4648 §10 */
  static const char *const bad[] = { "Z", "Zg", "Zg=", "Zg===", "Zh==",
                                     "Zm9=", "====", "=Zg=", "Zm9v\n", "Zm 9",
                                     "Zm9v====", "Zm-_", "Zg==Zg==" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      size_t length;
      g_autofree guchar *bytes = xmpp_base64_decode (good[i], &length);

      g_assert_cmpmem (bytes, length, "foobar", i);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (xmpp_base64_decode (bad[i], NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    g_test_add_data_func (vectors[i].name, &vectors[i], test_vector);
  g_test_add_func ("/xmpp/scram/unsafe-challenges-are-not-answered", test_bad_server_first);
  g_test_add_func ("/xmpp/scram/salt-is-bounded", test_long_salt);
  g_test_add_func ("/xmpp/scram/server-must-sign", test_bad_server_final);
  g_test_add_func ("/xmpp/scram/nothing-to-verify-before-the-proof", test_verify_needs_proof);
  g_test_add_func ("/xmpp/scram/rfc5802-5.1-names", test_names);
  g_test_add_func ("/xmpp/scram/rfc4013-3-passwords", test_prepared);
  g_test_add_func ("/xmpp/sasl/strongest-is-chosen", test_choice);
  g_test_add_func ("/xmpp/sasl/password-is-asked-for", test_password_needed);
  g_test_add_func ("/xmpp/sasl/rfc4616-4", test_plain);
  g_test_add_func ("/xmpp/sasl/success-without-proof-is-none", test_skipped_proof);
  g_test_add_func ("/xmpp/base64/rfc4648-10", test_base64);
  return g_test_run ();
}
