/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-certificate.c: the two kinds of name that only XMPP puts into certificates. RFC
 * 6120 13.7.1.2, RFC 4985, RFC 6125
 *
 * GIO knows DNS names and addresses. A certificate may instead say SRVName _xmpp-client.example.org
 * or XmppAddr example.org. */
#include "xmpp/xmpp-login-private.h"

#include <string.h>

#include <gnutls/x509.h>

#define OID_XMPP_ADDR "1.3.6.1.5.5.7.8.5"
#define OID_SRV_NAME "1.3.6.1.5.5.7.8.7"
#define MAX_NAMES 256

/* An ASCII string of BER type `tag`, short form, without NUL; the names that we look for are all
 * short. */
static gboolean
is_ber_text (const guchar *data, size_t size, guchar tag, const char *text)
{
  size_t length = strlen (text);

  return length < 128 && size == length + 2 && data[0] == tag && data[1] == length &&
         g_ascii_strncasecmp ((const char *) data + 2, text, length) == 0;
}

static gboolean
names (gnutls_x509_crt_t crt, unsigned index, const char *domain, const char *srv_name)
{
  guchar data[512];
  char oid[64];
  size_t data_size = sizeof data;
  size_t oid_size = sizeof oid;
  guchar utf8_string = 0x0c, ia5_string = 0x16;

  if (gnutls_x509_crt_get_subject_alt_name (crt, index, data, &data_size, NULL) !=
      GNUTLS_SAN_OTHERNAME)
    return FALSE;
  data_size = sizeof data;
  if (gnutls_x509_crt_get_subject_alt_othername_oid (crt, index, oid, &oid_size) < 0)
    return FALSE;
  if (strcmp (oid, OID_XMPP_ADDR) == 0)
    return is_ber_text (data, data_size, utf8_string, domain);
  return strcmp (oid, OID_SRV_NAME) == 0 && is_ber_text (data, data_size, ia5_string, srv_name);
}

static gboolean
import (GTlsCertificate *certificate, gnutls_x509_crt_t *crt)
{
  g_autoptr (GByteArray) der = NULL;
  gnutls_datum_t datum;

  g_object_get (certificate, "certificate", &der, NULL);
  if (der == NULL || gnutls_x509_crt_init (crt) < 0)
    return FALSE;
  datum.data = der->data;
  datum.size = der->len;
  if (gnutls_x509_crt_import (*crt, &datum, GNUTLS_X509_FMT_DER) >= 0)
    return TRUE;
  gnutls_x509_crt_deinit (*crt);
  return FALSE;
}

/**
 * xmpp_certificate_is_for_servers:
 * @certificate: whose chain has been verified
 *
 * Whether the certificate may prove who a server is. GIO's databases do not look at that.
 *
 * Spec: RFC 5280 §4.2.1.12
 */
gboolean
xmpp_certificate_is_for_servers (GTlsCertificate *certificate)
{
  gnutls_x509_crt_t crt;
  gboolean is_for_servers;

  if (!import (certificate, &crt))
    return FALSE;
  is_for_servers = gnutls_x509_crt_check_key_purpose (crt, GNUTLS_KP_TLS_WWW_SERVER, 0) != 0;
  gnutls_x509_crt_deinit (crt);
  return is_for_servers;
}

/**
 * xmpp_certificate_has_xmpp_name:
 * @certificate: whose chain has been verified
 * @domain: of the account, A-labels
 *
 * Whether the certificate is for the XMPP service of a domain, though not for the domain by DNS
 * name.
 *
 * Spec: RFC 6120 §13.7.1.2.1
 */
gboolean
xmpp_certificate_has_xmpp_name (GTlsCertificate *certificate, const char *domain)
{
  g_autofree char *srv_name = g_strconcat ("_xmpp-client.", domain, NULL);
  gnutls_x509_crt_t crt;
  gboolean found = FALSE;

  if (!import (certificate, &crt))
    return FALSE;
  for (unsigned i = 0; !found && i < MAX_NAMES; i++)
    {
      size_t size = 0;

      if (gnutls_x509_crt_get_subject_alt_name (crt, i, NULL, &size, NULL) ==
          GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        break;
      found = names (crt, i, domain, srv_name);
    }
  gnutls_x509_crt_deinit (crt);
  return found;
}
