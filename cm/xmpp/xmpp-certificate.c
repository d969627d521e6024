/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-certificate.c: the two kinds of name that only XMPP puts into certificates. RFC
 * 6120 13.7.1.2, RFC 4985, RFC 6125
 *
 * GIO knows DNS names and addresses. A certificate may instead say SRVName _xmpp-client.example.org
 * or XmppAddr example.org. */
#include "xmpp/xmpp-login-private.h"

#include <string.h>

#include <gnutls/x509.h>

#define MAX_NAMES 256

/* GnuTLS reads these two kinds of name itself, and says so by the type. */
static gboolean
names (gnutls_x509_crt_t crt, unsigned index, const char *domain, const char *srv_name)
{
  char data[512];
  size_t size = sizeof data;
  int type = gnutls_x509_crt_get_subject_alt_name (crt, index, data, &size, NULL);
  g_autofree char *name = NULL;
  g_autofree char *ascii = NULL;

  if ((type != GNUTLS_SAN_OTHERNAME_XMPP && type != GNUTLS_SAN_OTHERNAME_SRV) ||
      memchr (data, '\0', size) != NULL)
    return FALSE;
  name = g_strndup (data, size);
  if (type == GNUTLS_SAN_OTHERNAME_SRV)
    return g_ascii_strcasecmp (name, srv_name) == 0;
  ascii = g_utf8_validate (name, -1, NULL) ? g_hostname_to_ascii (name) : NULL;
  return ascii != NULL && g_ascii_strcasecmp (ascii, domain) == 0;
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
