/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-scram.c: the examples of RFC 5802, RFC 7677 and RFC 4013, and what a hostile server tries
 * (C13) */
#include <glib.h>
#include <string.h>

#include "xmpp/xmpp-base64.h"
#include "xmpp/xmpp-login.h"
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

/* Prefixes of a channel's data as RFC 5802 has them in c=, computed with Python's hashlib. */
static void
test_bound (void)
{
  const char *server_first =
      "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
  static const struct
  {
    const char *flag, *binding, *client_first, *client_final, *server_final;
  } rows[] = {
    { "p=tls-exporter",
      "exported",
      "p=tls-exporter,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
      "c=cD10bHMtZXhwb3J0ZXIsLGV4cG9ydGVk,"
      "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=Nqp7yrnwd5RHFXCrPg4d71GGGdued16qMs0krIeCNY0=",
      "v=roHyZy+JWGvcowLTwL6mE46CbOgX4S/uQjjIq7DCT+Q=" },
    { "p=tls-unique",
      "finished",
      "p=tls-unique,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
      "c=cD10bHMtdW5pcXVlLCxmaW5pc2hlZA==,"
      "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=fmXagiDfN104eTiduouW/FVFWIZZUtpkIKNpoEReTjw=",
      "v=Jx8xLcfoNW9WtkdrXufqWCSj/ZROCvhE6RaVb2hRYVQ=" },
    { "y",
      NULL, "y,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
      "c=eSws,"
      "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=MD5FoDJhoBHBxUI2CTZhj0612sM71cyISgVrJBjg8co=",
      "v=z2yn5Y3TSBcjODoROeZrUPRQ57ic2vKwBRv7TDU4ibE=" },
    { "n",
      NULL, "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
      "c=biws,"
      "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=qQRLRHGPDGjB+7iVAE7NNi5xEoHKHuLCHPNQ8BTmvds=",
      "v=XKW6VuW1FANROQabnJBz1KaeCnQL/HZByQtX/iU+o30=" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (XmppScram) scram =
          xmpp_scram_new (XMPP_SCRAM_SHA_256, "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL", NULL);
      const char *binding = rows[i].binding;
      g_autoptr (GBytes) bytes =
          binding != NULL ? g_bytes_new_static (binding, strlen (binding)) : NULL;
      g_autofree char *final = NULL;

      xmpp_scram_bind (scram, rows[i].flag, bytes);
      g_assert_cmpstr (xmpp_scram_get_client_first (scram), ==, rows[i].client_first);
      final = xmpp_scram_dup_client_final (scram, server_first, NULL);
      g_assert_cmpstr (final, ==, rows[i].client_final);
      g_assert_true (xmpp_scram_verify (scram, rows[i].server_final, NULL));
    }
}

/* What a server says that it offered is compared with what came. XEP-0474 §4 */
static void
test_offer (void)
{
  static const struct
  {
    const char *offer;
    gboolean is_needed;
    const char *attribute;
    gboolean is_answered;
    XmppLoginError code;
  } rows[] = {
    /* The list and the digest of the XEP's example. */
    { "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1ftls-exporter\x1etls-server-end-point", TRUE,
      ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=", TRUE, 0 },
    { "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1ftls-exporter\x1etls-server-end-point", FALSE,
      ",x=1,h=G6k/rBLDqgOhRRaCuuatSDFkJ08=", TRUE, 0 },
    { "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1ftls-exporter", FALSE, "", TRUE, 0 },
    { "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1fx-dummy", TRUE, "", FALSE, XMPP_LOGIN_ERROR_WEAKENED },
    { "SCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1fx-dummy", FALSE, ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=",
      FALSE, XMPP_LOGIN_ERROR_WEAKENED },
    { "SCRAM-SHA-1", FALSE, ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08=", FALSE, XMPP_LOGIN_ERROR_WEAKENED },
    { "SCRAM-SHA-1", FALSE, ",h=", FALSE, XMPP_LOGIN_ERROR_WEAKENED },
    { "SCRAM-SHA-1", FALSE, ",h=G6k/,h=G6k/", FALSE, XMPP_LOGIN_ERROR_PROTOCOL },
    { "SCRAM-SHA-1", FALSE, ",a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,a=,h=G6k/", FALSE,
      XMPP_LOGIN_ERROR_PROTOCOL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (XmppScram) scram = xmpp_scram_new (XMPP_SCRAM_SHA_1, "user", "x", "n", NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *first =
          g_strconcat ("r=n1,s=QSXCR+Q6sek8bf92,i=4096", rows[i].attribute, NULL);
      g_autofree char *final = NULL;

      xmpp_scram_expect_offer (scram, rows[i].offer, rows[i].is_needed);
      final = xmpp_scram_dup_client_final (scram, first, &error);
      g_assert_true ((final != NULL) == rows[i].is_answered);
      if (!rows[i].is_answered)
        g_assert_error (error, XMPP_LOGIN_ERROR, (int) rows[i].code);
    }
}

/* Every field of a good message, spoilt in every way: nothing of it is answered. */
static void
test_spoilt_fields (void)
{
  const char *fields[] = { "r=fyko+d2lbbFgONRv9qkxdawL3rfc", "s=QSXCR+Q6sek8bf92", "i=4096" };
  g_autofree char *huge = g_strnfill (70000, 'A');

  for (guint field = 0; field < 3; field++)
    for (guint way = 0; way < 6; way++)
      {
        g_autoptr (XmppScram) scram =
            xmpp_scram_new (XMPP_SCRAM_SHA_1, "user", "pencil", "fyko+d2lbbFgONRv9qkxdawL", NULL);
        g_autoptr (GString) text = g_string_new (NULL);
        g_autofree char *final = NULL;

        for (guint i = 0; i < 3; i++)
          {
            const char *part = fields[i];
            const char *comma = i > 0 ? "," : "";

            if (i != field)
              g_string_append_printf (text, "%s%s", comma, part);
            else if (way == 0) /* its name alone */
              g_string_append_printf (text, "%s%.2s", comma, part);
            else if (way == 1) /* twice */
              g_string_append_printf (text, "%s%s,%s", comma, part, part);
            else if (way == 2) /* another name */
              g_string_append_printf (text, "%sz%s", comma, part + 1);
            else if (way == 3) /* huge */
              g_string_append_printf (text, "%s%s%s", comma, part, huge);
            else if (way == 4) /* in the place of another */
              g_string_append_printf (text, "%s%s", comma, fields[(i + 1) % 3]);
            else if (i == 0) /* a reserved extension before it */
              g_string_append_printf (text, "m=x,%s", part);
            /* way 5: left out */
          }
        final = xmpp_scram_dup_client_final (scram, text->str, NULL);
        g_assert_null (final);
      }
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
  g_test_add_func ("/xmpp/scram/rfc5802-6-channel-binding", test_bound);
  g_test_add_func ("/xmpp/scram/xep0474-4-what-was-offered", test_offer);
  g_test_add_func ("/xmpp/scram/every-field-spoilt", test_spoilt_fields);
  g_test_add_func ("/xmpp/base64/rfc4648-10", test_base64);
  return g_test_run ();
}
