/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-jid-part.c: local part, domain and resource, each in its one normal form. RFC 7622 3.2 to
 * 3.4, RFC 5890 to 5893
 *
 * Nearly every address is ASCII, where the normal form is told byte by byte; only what is not goes
 * to ICU and to libidn2. Both ways must lead to the same form. */
#include "config.h"

#include "xmpp/xmpp-jid-private.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <string.h>

#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-precis.h"

#define MAX_LABEL_BYTES 63
/* RFC 7622 3.3.1 */
#define FORBIDDEN_LOCAL "\"&'/:<>@"

/* What an ASCII byte is to a part of an address. */
enum
{
  IN_LOCAL = 1 << 0, /* ASCII7 of RFC 8264 9.11, without those of RFC 7622 3.3.1 */
  IN_DOMAIN = 1 << 1, /* letter, digit or hyphen of RFC 5890 2.3.1 */
  IN_RESOURCE = 1 << 2, /* the same with the space */
  UPPER = 1 << 3, /* a local part and a domain have the lower case letter */
};

/* The runs of bytes that are alike. */
#define ALL (IN_LOCAL | IN_DOMAIN | IN_RESOURCE)
#define BOTH (IN_LOCAL | IN_RESOURCE)
static const guint8 classes[128] = {
  [' '] = IN_RESOURCE,
  ['!'] = BOTH,
  ['"'] = IN_RESOURCE,
  ['#' ... '%'] = BOTH,
  ['&'] = IN_RESOURCE,
  ['\''] = IN_RESOURCE,
  ['(' ... ','] = BOTH,
  ['-'] = ALL,
  ['.'] = BOTH,
  ['/'] = IN_RESOURCE,
  ['0' ... '9'] = ALL,
  [':'] = IN_RESOURCE,
  [';'] = BOTH,
  ['<'] = IN_RESOURCE,
  ['='] = BOTH,
  ['>'] = IN_RESOURCE,
  ['?'] = BOTH,
  ['@'] = IN_RESOURCE,
  ['A' ... 'Z'] = ALL | UPPER,
  ['[' ... '`'] = BOTH,
  ['a' ... 'z'] = ALL,
  ['{' ... '~'] = BOTH,
};

void
xmpp_jid_part_clear (XmppJidPart *part)
{
  g_clear_pointer (&part->mapped, g_free);
}

gboolean
xmpp_jid_fail (GError **error, const char *message)
{
  g_set_error_literal (error, XMPP_ERROR, XMPP_ERROR_JID_MALFORMED, message);
  return FALSE;
}

static gboolean
take_mapped (XmppJidPart *part, char *mapped)
{
  if (mapped == NULL)
    return FALSE;
  g_free (part->mapped);
  part->mapped = mapped;
  part->text = mapped;
  part->length = strlen (mapped);
  return TRUE;
}

/* Ors the classes that only some bytes have, ands those that all must have. */
static gboolean
is_all (const XmppJidPart *part, guint8 class, guint8 *some)
{
  guint8 all = class;
  guint8 any = 0;

  for (size_t i = 0; i < part->length; i++)
    {
      guint8 byte = part->text[i];
      guint8 own = byte < G_N_ELEMENTS (classes) ? classes[byte] : 0;

      all &= own;
      any |= own;
    }
  *some = any;
  return all == class;
}

gboolean
xmpp_jid_part_prepare_local (XmppJidPart *part, GError **error)
{
  guint8 some;

  if (part->length == 0)
    return xmpp_jid_fail (error, "The part before “@” is empty.");
  if (is_all (part, IN_LOCAL, &some))
    {
      if ((some & UPPER) != 0)
        take_mapped (part, g_ascii_strdown (part->text, part->length));
    }
  else
    {
      g_autofree char *copy = g_strndup (part->text, part->length);

      if (!take_mapped (part, xmpp_precis_username (copy, error)))
        return FALSE;
      if (strpbrk (part->text, FORBIDDEN_LOCAL) != NULL)
        return xmpp_jid_fail (error, "The part before “@” has a character that is not allowed.");
    }
  return part->length <= XMPP_JID_MAX_PART_BYTES ||
         xmpp_jid_fail (error, "The part before “@” is too long.");
}

gboolean
xmpp_jid_part_prepare_resource (XmppJidPart *part, GError **error)
{
  guint8 some;

  if (part->length == 0)
    return xmpp_jid_fail (error, "The part after “/” is empty.");
  if (!is_all (part, IN_RESOURCE, &some))
    {
      g_autofree char *copy = g_strndup (part->text, part->length);

      if (!take_mapped (part, xmpp_precis_opaque (copy, error)))
        return FALSE;
    }
  return part->length <= XMPP_JID_MAX_PART_BYTES ||
         xmpp_jid_fail (error, "The part after “/” is too long.");
}

/* Whether IDNA would have nothing to judge in this label, or it is what IDNA made of one. RFC 5890
 * 2.3.1 */
static gboolean
is_plain_label (const char *label, size_t length, gboolean with_a_labels)
{
  if (length == 0 || length > MAX_LABEL_BYTES || label[0] == '-' || label[length - 1] == '-')
    return FALSE;
  return length < 4 || label[2] != '-' || label[3] != '-' ||
         (with_a_labels && memcmp (label, "xn", 2) == 0);
}

/* Letters, digits and hyphens in labels. */
static gboolean
is_plain_domain (const XmppJidPart *part, gboolean with_a_labels, guint8 *some)
{
  size_t label = 0;
  guint8 any = 0;

  for (size_t i = 0; i < part->length; i++)
    {
      guint8 byte = part->text[i];
      guint8 own = byte < G_N_ELEMENTS (classes) ? classes[byte] : 0;

      if (byte == '.')
        {
          if (!is_plain_label (part->text + label, i - label, with_a_labels))
            return FALSE;
          label = i + 1;
        }
      else if ((own & IN_DOMAIN) == 0)
        return FALSE;
      any |= own;
    }
  *some = any;
  return is_plain_label (part->text + label, part->length - label, with_a_labels);
}

/* RFC 7622 3.2.1: an IPv6 address stands in brackets. */
static gboolean
prepare_ip_literal (XmppJidPart *part, GError **error)
{
  char bare[INET6_ADDRSTRLEN];
  struct in6_addr address;

  if (part->length < 2 || part->length - 2 >= sizeof bare || part->text[part->length - 1] != ']')
    return xmpp_jid_fail (error, "The IP address is not valid.");
  memcpy (bare, part->text + 1, part->length - 2);
  bare[part->length - 2] = '\0';
  if (inet_pton (AF_INET6, bare, &address) != 1)
    return xmpp_jid_fail (error, "The IP address is not valid.");
  inet_ntop (AF_INET6, &address, bare, sizeof bare);
  return take_mapped (part, g_strdup_printf ("[%s]", bare));
}

/* RFC 7622 3.2.2: internationalised domains have U-labels, and an A-label stands for its U-label.
 * Both ways must lead to the same A-labels, else two texts would be one domain; and there must be
 * nothing left to map: IDNA has code points that other versions of Unicode gave a lower case. */
static gboolean
prepare_idna (XmppJidPart *part, GError **error)
{
  const int flags = IDN2_NO_TR46;
  g_autofree char *copy = g_strndup (part->text, part->length);
  g_autofree char *mapped = xmpp_precis_map_domain (copy, error);
  XmppJidPart plain = { NULL, 0, NULL };
  g_autofree char *mapped_again = NULL;
  char *ascii = NULL;
  char *unicode = NULL;
  char *again = NULL;
  guint8 some;
  gboolean ok;

  if (mapped == NULL)
    return FALSE;
  ok = idn2_lookup_u8 ((const uint8_t *) mapped, (uint8_t **) &ascii, flags) == IDN2_OK &&
       idn2_to_unicode_8z8z (ascii, &unicode, 0) == IDN2_OK &&
       idn2_lookup_u8 ((const uint8_t *) unicode, (uint8_t **) &again, flags) == IDN2_OK &&
       strcmp (ascii, again) == 0;
  if (ok)
    {
      mapped_again = xmpp_precis_map_domain (unicode, NULL);
      ok = g_strcmp0 (mapped_again, unicode) == 0;
    }
  if (ok)
    {
      plain.text = ascii;
      plain.length = strlen (ascii);
      ok = is_plain_domain (&plain, TRUE, &some) && take_mapped (part, g_strdup (unicode));
    }
  if (!ok)
    xmpp_jid_fail (error, "The domain is not valid.");
  idn2_free (ascii);
  idn2_free (unicode);
  idn2_free (again);
  return ok;
}

gboolean
xmpp_jid_part_prepare_domain (XmppJidPart *part, GError **error)
{
  guint8 some = 0;

  /* The root's dot says nothing. RFC 7622 3.2 */
  if (part->length > 0 && part->text[part->length - 1] == '.')
    part->length--;
  if (part->length == 0)
    return xmpp_jid_fail (error, "The domain is missing.");
  if (part->text[0] == '[')
    return prepare_ip_literal (part, error);
  if (is_plain_domain (part, FALSE, &some))
    {
      if ((some & UPPER) != 0)
        take_mapped (part, g_ascii_strdown (part->text, part->length));
    }
  else if (!prepare_idna (part, error))
    return FALSE;
  return part->length <= XMPP_JID_MAX_PART_BYTES ||
         xmpp_jid_fail (error, "The domain is too long.");
}
