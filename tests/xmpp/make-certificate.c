/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make-certificate.c: certificates of every kind, made on the fly by GnuTLS */
#include "make-certificate.h"

#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509-ext.h>
#include <gnutls/x509.h>

#define DAY_S (24 * 60 * 60)
#define MANY 12

/* Who issues. */
typedef struct
{
  gnutls_x509_crt_t crt;
  gnutls_x509_privkey_t key;
} Issuer;

#define CHECK(call) g_assert_cmpint ((call), >=, 0)

static gnutls_x509_privkey_t
new_key (MadeKey kind)
{
  gnutls_x509_privkey_t key;

  CHECK (gnutls_x509_privkey_init (&key));
  switch (kind)
    {
    case KEY_RSA_1024:
      CHECK (gnutls_x509_privkey_generate (key, GNUTLS_PK_RSA, 1024, 0));
      break;
    case KEY_RSA_2048:
      CHECK (gnutls_x509_privkey_generate (key, GNUTLS_PK_RSA, 2048, 0));
      break;
    case KEY_ED25519:
      CHECK (gnutls_x509_privkey_generate (key, GNUTLS_PK_EDDSA_ED25519, 0, 0));
      break;
    case KEY_EC:
    default:
      CHECK (gnutls_x509_privkey_generate (
          key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0));
      break;
    }
  return key;
}

static gnutls_x509_crt_t
new_crt (const char *common_name, gnutls_x509_privkey_t key)
{
  static guint32 serial = 1;
  guint32 number = GUINT32_TO_BE (serial);
  gnutls_x509_crt_t crt;
  guchar id[20];
  size_t id_size = sizeof id;

  serial++;
  CHECK (gnutls_x509_crt_init (&crt));
  CHECK (gnutls_x509_crt_set_version (crt, 3));
  CHECK (gnutls_x509_crt_set_serial (crt, &number, sizeof number));
  if (common_name != NULL)
    CHECK (gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, common_name,
                                          (unsigned) strlen (common_name)));
  CHECK (gnutls_x509_crt_set_key (crt, key));
  CHECK (gnutls_x509_crt_get_key_id (crt, 0, id, &id_size));
  CHECK (gnutls_x509_crt_set_subject_key_id (crt, id, id_size));
  return crt;
}

static void
set_times (gnutls_x509_crt_t crt, int begin_day, int end_day)
{
  time_t now = time (NULL);

  CHECK (gnutls_x509_crt_set_activation_time (crt, now + begin_day * DAY_S));
  CHECK (gnutls_x509_crt_set_expiration_time (crt, now + end_day * DAY_S));
}

static Issuer
new_authority (const char *name, const Issuer *by, gboolean may_issue, const char *only_for)
{
  Issuer self = { 0 };

  self.key = new_key (KEY_EC);
  self.crt = new_crt (name, self.key);
  set_times (self.crt, -30, 60);
  CHECK (gnutls_x509_crt_set_basic_constraints (self.crt, may_issue, -1));
  CHECK (gnutls_x509_crt_set_key_usage (self.crt, GNUTLS_KEY_KEY_CERT_SIGN |
                                                      GNUTLS_KEY_DIGITAL_SIGNATURE));
  if (only_for != NULL)
    {
      gnutls_x509_name_constraints_t constraints;
      gnutls_datum_t name_datum = { (guchar *) only_for, (unsigned) strlen (only_for) };

      CHECK (gnutls_x509_name_constraints_init (&constraints));
      CHECK (gnutls_x509_name_constraints_add_permitted (constraints, GNUTLS_SAN_DNSNAME,
                                                         &name_datum));
      CHECK (gnutls_x509_crt_set_name_constraints (self.crt, constraints, 1));
      gnutls_x509_name_constraints_deinit (constraints);
    }
  CHECK (gnutls_x509_crt_sign2 (self.crt, by != NULL ? by->crt : self.crt,
                                by != NULL ? by->key : self.key, GNUTLS_DIG_SHA256, 0));
  return self;
}

static const Issuer *
get_authority (void)
{
  static Issuer authority;

  if (authority.crt == NULL)
    authority = new_authority ("Throw-away authority", NULL, TRUE, NULL);
  return &authority;
}

static char *
dup_bytes (const char *name, size_t *size)
{
  char *bytes = g_strdup (name);

  *size = strlen (bytes);
  for (size_t i = 0; i < *size; i++)
    if (bytes[i] == '|')
      bytes[i] = '\0';
  return bytes;
}

/* Names are written by hand: GnuTLS writes none that are wrong. */
static void
append_der (GByteArray *out, guchar tag, const void *data, size_t size)
{
  guchar header[3] = { tag, (guchar) size, 0 };

  g_assert_cmpuint (size, <, 0x100);
  if (size >= 0x80)
    {
      header[1] = 0x81;
      header[2] = (guchar) size;
    }
  g_byte_array_append (out, header, size >= 0x80 ? 3 : 2);
  g_byte_array_append (out, data, (guint) size);
}

static void
append_name (GByteArray *out, guchar tag, const char *name)
{
  size_t size;
  g_autofree char *bytes = dup_bytes (name, &size);

  append_der (out, tag, bytes, size);
}

/* OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY } */
static void
append_other_name (GByteArray *out, guchar last_of_oid, guchar tag, const char *text)
{
  const guchar oid[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x08, last_of_oid };
  g_autoptr (GByteArray) content = g_byte_array_new ();
  g_autoptr (GByteArray) value = g_byte_array_new ();

  append_der (content, 0x06, oid, sizeof oid);
  append_name (value, tag, text);
  append_der (content, 0xa0, value->data, value->len);
  append_der (out, 0xa0, content->data, content->len);
}

static void
add_names (gnutls_x509_crt_t crt, const Making *making)
{
  g_autoptr (GByteArray) names = g_byte_array_new ();
  g_autoptr (GByteArray) extension = g_byte_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (making->dns) && making->dns[i] != NULL; i++)
    append_name (names, 0x82, making->dns[i]);
  if (making->uri != NULL)
    append_name (names, 0x86, making->uri);
  if (making->ip != NULL)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (making->ip);

      append_der (names, 0x87, g_inet_address_to_bytes (address),
                  g_inet_address_get_native_size (address));
    }
  if (making->srv != NULL)
    append_other_name (names, 7, 0x16, making->srv);
  if (making->xmpp != NULL)
    append_other_name (names, 5, 0x0c, making->xmpp);
  if (names->len == 0)
    return;
  append_der (extension, 0x30, names->data, names->len);
  CHECK (gnutls_x509_crt_set_extension_by_oid (crt, GNUTLS_X509EXT_OID_SAN, extension->data,
                                               extension->len, 0));
}

static void
append_pem (GString *pem, gnutls_x509_crt_t crt)
{
  gnutls_datum_t out;

  CHECK (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &out));
  g_string_append_len (pem, (const char *) out.data, out.size);
  gnutls_free (out.data);
}

static void
issuer_clear (Issuer *self)
{
  gnutls_x509_crt_deinit (self->crt);
  gnutls_x509_privkey_deinit (self->key);
}

/* Signs, and gives what is sent along. */
static void
sign (gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const Making *making, GString *chain)
{
  gnutls_digest_algorithm_t digest = making->is_sha1 ? GNUTLS_DIG_SHA1 : GNUTLS_DIG_SHA256;
  const Issuer *authority = get_authority ();
  Issuer middle = { 0 };

  switch (making->by)
    {
    case MADE_BY_AUTHORITY:
      CHECK (gnutls_x509_crt_sign2 (crt, authority->crt, authority->key, digest, 0));
      append_pem (chain, crt);
      return;
    case MADE_BY_ITSELF:
      CHECK (gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0));
      append_pem (chain, crt);
      return;
    case MADE_BY_STRANGER:
      middle = new_authority ("Stranger", NULL, TRUE, NULL);
      break;
    case MADE_BY_NO_AUTHORITY:
      middle = new_authority ("No authority", authority, FALSE, NULL);
      break;
    case MADE_BY_CONSTRAINED:
      middle = new_authority ("Constrained", authority, TRUE, "good.test");
      break;
    case MADE_BY_MIDDLE:
    case MADE_BY_LOST_MIDDLE:
    case MADE_BY_MANY:
    default:
      middle = new_authority ("Middle", authority, TRUE, NULL);
      break;
    }
  if (making->by == MADE_BY_MANY)
    {
      g_autoptr (GString) rest = g_string_new (NULL);

      append_pem (rest, middle.crt);
      for (guint i = 0; i < MANY; i++)
        {
          g_autofree char *name = g_strdup_printf ("Middle %u", i);
          Issuer next = new_authority (name, &middle, TRUE, NULL);
          g_autoptr (GString) more = g_string_new (NULL);

          append_pem (more, next.crt);
          g_string_prepend (rest, more->str);
          issuer_clear (&middle);
          middle = next;
        }
      CHECK (gnutls_x509_crt_sign2 (crt, middle.crt, middle.key, digest, 0));
      append_pem (chain, crt);
      g_string_append (chain, rest->str);
    }
  else
    {
      CHECK (gnutls_x509_crt_sign2 (crt, middle.crt, middle.key, digest, 0));
      append_pem (chain, crt);
      if (making->by != MADE_BY_LOST_MIDDLE)
        append_pem (chain, middle.crt);
    }
  issuer_clear (&middle);
}

/** make_certificate: Returns: (transfer full): what @making says, with key and chain */
GTlsCertificate *
make_certificate (const Making *making)
{
  gnutls_x509_privkey_t key = new_key (making->key);
  gnutls_x509_crt_t crt = new_crt (making->common_name, key);
  const char *purpose = making->purpose != NULL ? making->purpose : GNUTLS_KP_TLS_WWW_SERVER;
  g_autoptr (GString) pem = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  gnutls_datum_t out;
  GTlsCertificate *certificate;

  set_times (crt, making->begin_day != 0 ? making->begin_day : -20,
             making->end_day != 0 ? making->end_day : 30);
  add_names (crt, making);
  if (*purpose != '\0')
    CHECK (gnutls_x509_crt_set_key_purpose_oid (crt, purpose, 0));
  sign (crt, key, making, pem);
  CHECK (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN,
                                            &out));
  g_string_append_len (pem, (const char *) out.data, out.size);
  gnutls_free (out.data);
  gnutls_x509_crt_deinit (crt);
  gnutls_x509_privkey_deinit (key);
  certificate = g_tls_certificate_new_from_pem (pem->str, (gssize) pem->len, &error);
  g_assert_no_error (error);
  return certificate;
}

/** make_authority_pem: Returns: (transfer full): of the authority that MADE_BY_AUTHORITY means */
char *
make_authority_pem (void)
{
  GString *pem = g_string_new (NULL);

  append_pem (pem, get_authority ()->crt);
  return g_string_free (pem, FALSE);
}
