/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-certificate.c: any bytes as a server's certificate. It is for no domain whose name does not
 * stand in it, and for both forms of a name or for neither. RFC 6120 13.7; row C05 of hostile input
 */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "fuzz.h"
#include "xmpp/xmpp-certificate.h"

/* Whether the text stands in the bytes, in any case. */
static gboolean
has_text (const uint8_t *data, size_t size, const char *text)
{
  size_t length = strlen (text);

  for (size_t at = 0; at + length <= size; at++)
    if (g_ascii_strncasecmp ((const char *) data + at, text, length) == 0)
      return TRUE;
  return FALSE;
}

static GTlsCertificate *
read_certificate (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) der = g_byte_array_new ();

  g_byte_array_append (der, data, size);
  return g_initable_new (g_tls_backend_get_certificate_type (g_tls_backend_get_default ()), NULL,
                         NULL, "certificate", der, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const domains[] = { "good.test", "im.good.test", "a.b.good.test",
                                         "192.0.2.1", "[2001:db8::1]", "test" };
  g_autoptr (GTlsCertificate) certificate = read_certificate (data, size);
  g_autofree char *digest = NULL;
  g_autofree char *again = NULL;

  if (certificate == NULL)
    return 0;
  for (size_t i = 0; i < G_N_ELEMENTS (domains); i++)
    {
      const char *domain = domains[i];

      if (!xmpp_certificate_is_for (certificate, domain) || g_hostname_is_ip_address (domain) ||
          domain[0] == '[')
        continue;
      /* By its own name, or by a wildcard for its first label. */
      g_assert_true (has_text (data, size, domain) ||
                     (strchr (domain, '.') != NULL && has_text (data, size, strchr (domain, '.'))));
    }
  g_assert_cmpint (xmpp_certificate_is_for (certificate, "b\u00fccher.test"), ==,
                   xmpp_certificate_is_for (certificate, "xn--bcher-kva.test"));
  g_assert_cmpint (xmpp_certificate_is_for (certificate, "good.test"), ==,
                   xmpp_certificate_is_for (certificate, "GOOD.test"));
  g_assert_false (xmpp_certificate_is_for (certificate, ""));
  xmpp_certificate_judge (certificate);
  digest = xmpp_certificate_dup_key_digest (certificate);
  again = xmpp_certificate_dup_key_digest (certificate);
  g_assert_cmpstr (digest, ==, again);
  return 0;
}
