/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-certificate.c: whose certificate is it, and is it made well? RFC 6120 13.7, RFC 4985, RFC
 * 5280, RFC 6125, RFC 7590
 *
 * GIO judges the chain. It knows the names of web servers, not those of XMPP, and takes what is too
 * weak or meant for something else: those are ours to find. The common name of the subject counts
 * never: nobody checks what an authority lets people write there. */
#include "xmpp/xmpp-certificate.h"

#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

#define SRV_PREFIX "_xmpp-client."
#define MAX_NAMES 256
#define MAX_NAME_BYTES 512
#define MAX_PURPOSES 32
#define DIGEST_BYTES 32

typedef struct
{
  char *domain; /* (owned) A-labels, lower case */
  GInetAddress *address; /* (owned, nullable) where the domain is one */
} Wanted;

static void
wanted_clear (Wanted *self)
{
  g_free (self->domain);
  g_clear_object (&self->address);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wanted, wanted_clear)

/* What GnuTLS makes of one certificate; NULL where it cannot be read. */
static gnutls_x509_crt_t
import (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;
  gnutls_x509_crt_t crt;
  gnutls_datum_t datum;

  g_object_get (certificate, "certificate", &der, NULL);
  if (der == NULL || gnutls_x509_crt_init (&crt) < 0)
    return NULL;
  datum.data = der->data;
  datum.size = der->len;
  if (gnutls_x509_crt_import (crt, &datum, GNUTLS_X509_FMT_DER) >= 0)
    return crt;
  gnutls_x509_crt_deinit (crt);
  return NULL;
}

/* A host name in the one form in which names are compared: A-labels, lower case, no last dot. NULL
 * for what is none, such as a name with a NUL in it. */
static char *
dup_name (const char *data, size_t size)
{
  g_autofree char *text = NULL;
  g_autofree char *ascii = NULL;
  char *lower;

  if (size == 0 || size > 255 || memchr (data, '\0', size) != NULL ||
      !g_utf8_validate (data, (gssize) size, NULL))
    return NULL;
  text = g_strndup (data, size);
  ascii = g_hostname_to_ascii (text);
  if (ascii == NULL || *ascii == '\0')
    return NULL;
  lower = g_ascii_strdown (ascii, -1);
  if (g_str_has_suffix (lower, "."))
    lower[strlen (lower) - 1] = '\0';
  return lower;
}

/* RFC 6125 §6.4.3: "*" is all of the left-most label and stands for one; below a domain that
 * somebody can own. */
static gboolean
matches_wildcard (const char *pattern, const char *domain)
{
  const char *rest = strchr (domain, '.');

  if (strncmp (pattern, "*.", 2) != 0 || rest == NULL || rest == domain)
    return FALSE;
  return strchr (pattern + 1, '*') == NULL && strchr (pattern + 2, '.') != NULL &&
         strcmp (pattern + 1, rest) == 0;
}

static gboolean
matches_dns_name (const Wanted *wanted, const char *data, size_t size)
{
  g_autofree char *name = NULL;

  /* "*" is no label of a host name that a conversion knows. */
  if (wanted->address != NULL)
    return FALSE;
  if (size > 2 && data[0] == '*')
    {
      g_autofree char *rest = dup_name (data + 2, size - 2);

      name = data[1] == '.' && rest != NULL ? g_strconcat ("*.", rest, NULL) : NULL;
      return name != NULL && matches_wildcard (name, wanted->domain);
    }
  name = dup_name (data, size);
  return name != NULL && strcmp (name, wanted->domain) == 0;
}

static gboolean
matches_address (const Wanted *wanted, const guchar *data, size_t size)
{
  return wanted->address != NULL && size == g_inet_address_get_native_size (wanted->address) &&
         memcmp (data, g_inet_address_to_bytes (wanted->address), size) == 0;
}

/* RFC 6120 §13.7.1.2.1 */
static gboolean
matches_xmpp_address (const Wanted *wanted, const char *data, size_t size)
{
  g_autofree char *name = dup_name (data, size);

  return name != NULL && strcmp (name, wanted->domain) == 0;
}

/* RFC 4985 §2: the service, of the domain; never with a wildcard. */
static gboolean
matches_srv_name (const Wanted *wanted, const char *data, size_t size)
{
  size_t prefix = strlen (SRV_PREFIX);

  return size > prefix && g_ascii_strncasecmp (data, SRV_PREFIX, prefix) == 0 &&
         matches_xmpp_address (wanted, data + prefix, size - prefix);
}

/* Whether the name at `index` is the one; `is_end` is set behind the last. */
static gboolean
matches_at (gnutls_x509_crt_t crt, unsigned index, const Wanted *wanted, gboolean *is_end)
{
  char data[MAX_NAME_BYTES];
  size_t size = sizeof data;
  int type = gnutls_x509_crt_get_subject_alt_name (crt, index, data, &size, NULL);

  *is_end = type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
  switch (type)
    {
    case GNUTLS_SAN_DNSNAME:
      return matches_dns_name (wanted, data, size);
    case GNUTLS_SAN_IPADDRESS:
      return matches_address (wanted, (const guchar *) data, size);
    case GNUTLS_SAN_OTHERNAME_XMPP:
      return matches_xmpp_address (wanted, data, size);
    case GNUTLS_SAN_OTHERNAME_SRV:
      return matches_srv_name (wanted, data, size);
    default:
      return FALSE;
    }
}

/**
 * xmpp_certificate_is_for:
 * @certificate: whose chain is judged elsewhere
 * @domain: of the account, or another that a person accepts; A-labels or U-labels
 *
 * Whether the certificate is for the XMPP service of a domain.
 *
 * Spec: RFC 6120 §13.7.1.2, §13.7.2.1; RFC 6125 §6; thread: any
 */
gboolean
xmpp_certificate_is_for (GTlsCertificate *certificate, const char *domain)
{
  g_auto (Wanted) wanted = { .domain = dup_name (domain, strlen (domain)),
                             .address = g_inet_address_new_from_string (domain) };
  gnutls_x509_crt_t crt = wanted.domain != NULL ? import (certificate) : NULL;
  gboolean is_end = FALSE;
  gboolean found = FALSE;

  if (crt == NULL)
    return FALSE;
  for (unsigned i = 0; !found && !is_end && i < MAX_NAMES; i++)
    found = matches_at (crt, i, &wanted, &is_end);
  gnutls_x509_crt_deinit (crt);
  return found;
}

/* RFC 5280 §4.2.1.12: where purposes are given, a TLS server must be among them. */
static gboolean
is_for_servers (gnutls_x509_crt_t crt)
{
  for (unsigned i = 0; i < MAX_PURPOSES; i++)
    {
      char oid[128];
      size_t size = sizeof oid;
      int status = gnutls_x509_crt_get_key_purpose_oid (crt, i, oid, &size, NULL);

      if (status == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return i == 0;
      if (status >= 0 &&
          (strcmp (oid, GNUTLS_KP_TLS_WWW_SERVER) == 0 || strcmp (oid, GNUTLS_KP_ANY) == 0))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_key_weak (gnutls_x509_crt_t crt)
{
  unsigned bits = 0;
  int algorithm = gnutls_x509_crt_get_pk_algorithm (crt, &bits);

  return algorithm < 0 || gnutls_pk_bits_to_sec_param ((gnutls_pk_algorithm_t) algorithm, bits) <
                              GNUTLS_SEC_PARAM_MEDIUM;
}

/* What signs itself proves nothing by it, so how is no matter. */
static gboolean
is_signature_weak (gnutls_x509_crt_t crt)
{
  int algorithm = gnutls_x509_crt_get_signature_algorithm (crt);

  if (gnutls_x509_crt_check_issuer (crt, crt) != 0)
    return FALSE;
  return algorithm < 0 || gnutls_sign_is_secure2 ((gnutls_sign_algorithm_t) algorithm,
                                                  GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS) == 0;
}

/**
 * xmpp_certificate_judge:
 * @certificate: a server's, with what it sent of its chain
 *
 * What GIO does not object to and we do: keys of less than 112 bits of strength (RSA below 2048),
 * signatures by broken hashes, a purpose that is not that of a server, a chain without end.
 *
 * Returns: INSECURE, GENERIC_ERROR; 0: nothing
 * Spec: RFC 7590 §3, RFC 5280 §4.2.1.12; thread: any
 */
GTlsCertificateFlags
xmpp_certificate_judge (GTlsCertificate *certificate)
{
  GTlsCertificateFlags flags = 0;
  guint length = 0;

  for (GTlsCertificate *c = certificate; c != NULL; c = g_tls_certificate_get_issuer (c))
    {
      gnutls_x509_crt_t crt = length < XMPP_CERTIFICATE_MAX_CHAIN ? import (c) : NULL;

      if (crt == NULL)
        return flags | G_TLS_CERTIFICATE_GENERIC_ERROR;
      if (length == 0 && !is_for_servers (crt))
        flags |= G_TLS_CERTIFICATE_GENERIC_ERROR;
      if (is_key_weak (crt) || is_signature_weak (crt))
        flags |= G_TLS_CERTIFICATE_INSECURE;
      gnutls_x509_crt_deinit (crt);
      length++;
    }
  return flags;
}

/**
 * xmpp_certificate_dup_key_digest:
 *
 * Returns: (nullable) (transfer full): SHA-256 of the public key's DER, in base64
 * Spec: RFC 7469 §2.4; thread: any
 */
char *
xmpp_certificate_dup_key_digest (GTlsCertificate *certificate)
{
  gnutls_x509_crt_t crt = import (certificate);
  gnutls_pubkey_t key = NULL;
  gnutls_datum_t der = { NULL, 0 };
  guchar digest[DIGEST_BYTES];
  gboolean ok;

  if (crt == NULL)
    return NULL;
  ok = gnutls_pubkey_init (&key) >= 0 && gnutls_pubkey_import_x509 (key, crt, 0) >= 0 &&
       gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &der) >= 0 &&
       gnutls_hash_fast (GNUTLS_DIG_SHA256, der.data, der.size, digest) >= 0;
  gnutls_free (der.data);
  gnutls_pubkey_deinit (key);
  gnutls_x509_crt_deinit (crt);
  return ok ? g_base64_encode (digest, sizeof digest) : NULL;
}

/**
 * xmpp_certificate_leaves_open:
 * @certificate: of a client
 * @account: as whom to sign in, bare
 *
 * Returns: FALSE where the one address that it has is @account, or where it has none
 * Spec: XEP-0178 §2, RFC 6120 §13.7.1.4
 */
gboolean
xmpp_certificate_leaves_open (GTlsCertificate *certificate, XmppJid *account)
{
  gnutls_x509_crt_t crt = import (certificate);
  guint n_addresses = 0;
  gboolean is_named = FALSE;

  for (unsigned i = 0; crt != NULL && i < MAX_NAMES; i++)
    {
      char data[MAX_NAME_BYTES + 1] = "";
      size_t size = MAX_NAME_BYTES;
      int type = gnutls_x509_crt_get_subject_alt_name (crt, i, data, &size, NULL);
      g_autoptr (XmppJid) jid = NULL;

      if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        break;
      if (type != GNUTLS_SAN_OTHERNAME_XMPP)
        continue;
      n_addresses++;
      jid = xmpp_jid_new (data, NULL);
      is_named = is_named || (jid != NULL && xmpp_jid_equal_bare (jid, account));
    }
  if (crt != NULL)
    gnutls_x509_crt_deinit (crt);
  return n_addresses > 1 || (n_addresses == 1 && !is_named);
}
