/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-base64.c: a base64 reader that accepts one spelling of each value. RFC 4648 4, RFC
 * 6120 6.4.2
 *
 * GLib's decoder skips what it does not know, so that two readers of one text could see different
 * bytes. */
#include "xmpp/xmpp-base64.h"

#include <stdint.h>
#include <string.h>

static int
value_of (char c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  if (c == '+')
    return 62;
  return c == '/' ? 63 : -1;
}

/**
 * xmpp_base64_decode:
 * @text: base64
 * @length: (out) (nullable): number of bytes
 *
 * Returns: (nullable) (transfer full): the bytes, followed by a NUL; NULL where @text is not
 * canonical base64 Spec: RFC 4648 §4, §3.5
 */
guchar *
xmpp_base64_decode (const char *text, size_t *length)
{
  size_t n_chars = strlen (text);
  size_t padding = 0;
  size_t n_bytes = 0;
  uint32_t bits = 0;
  g_autofree guchar *bytes = NULL;

  if (n_chars % 4 != 0)
    return NULL;
  while (padding < 2 && padding < n_chars && text[n_chars - 1 - padding] == '=')
    padding++;

  bytes = g_malloc (n_chars / 4 * 3 + 1);
  for (size_t i = 0; i < n_chars; i++)
    {
      int value = i >= n_chars - padding ? 0 : value_of (text[i]);

      if (value < 0)
        return NULL;
      bits = (bits << 6) | (uint32_t) value;
      if (i % 4 == 3)
        {
          bytes[n_bytes++] = (guchar) (bits >> 16);
          bytes[n_bytes++] = (guchar) (bits >> 8);
          bytes[n_bytes++] = (guchar) bits;
        }
    }
  for (size_t i = 0; i < padding; i++)
    if (bytes[--n_bytes] != 0)
      return NULL;

  bytes[n_bytes] = '\0';
  if (length != NULL)
    *length = n_bytes;
  return g_steal_pointer (&bytes);
}
