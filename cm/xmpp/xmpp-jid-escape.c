/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-jid-escape.c: local parts as people read and write them. XEP-0106
 *
 * What is unescaped is for the eye alone: it is never compared, stored as an address or sent. */
#include "config.h"

#include "xmpp/xmpp-jid-escape.h"

#include <string.h>

/* What an address may not hold, and the character that escapes it. */
#define ESCAPED " \"&'/:<>@\\"
#define SEQUENCE_BYTES 3

/* The character that an escape sequence stands for; 0: there is none at @text. */
static char
get_escaped (const char *text)
{
  int high, low;
  char c;

  if (text[0] != '\\' || g_ascii_isupper (text[1]) || text[1] == '\0' || g_ascii_isupper (text[2]))
    return 0;
  high = g_ascii_xdigit_value (text[1]);
  low = g_ascii_xdigit_value (text[2]);
  if (high < 0 || low < 0)
    return 0;
  c = (char) (high << 4 | low);
  return c != '\0' && strchr (ESCAPED, c) != NULL ? c : 0;
}

/* Makes a local part out of what a person wrote before the last “@”, or another network calls
 * somebody.
 * @text: UTF-8
 * Returns: (transfer full) (nullable): NULL when it begins or ends with a space, which no local
 * part may. Spec: XEP-0106 4.2 */
char *
xmpp_jid_escape_local (const char *text)
{
  g_autoptr (GString) local = NULL;
  size_t length;

  g_return_val_if_fail (text != NULL, NULL);
  length = strlen (text);
  if (length > 0 && (text[0] == ' ' || text[length - 1] == ' '))
    return NULL;
  local = g_string_sized_new (length + 1);
  for (const char *at = text; *at != '\0'; at++)
    {
      /* A backslash that escapes nothing is kept: such addresses exist. */
      gboolean is_plain = *at == '\\' ? get_escaped (at) == 0 : strchr (ESCAPED, *at) == NULL;

      if (is_plain)
        g_string_append_c (local, *at);
      else
        g_string_append_printf (local, "\\%02x", (guint) *at);
    }
  return g_string_free (g_steal_pointer (&local), FALSE);
}

/* The local part as its owner would write it.
 * Returns: (transfer full): for the eye alone. Spec: XEP-0106 4.1 */
char *
xmpp_jid_unescape_local (const char *local)
{
  g_autoptr (GString) text = NULL;
  size_t length;

  g_return_val_if_fail (local != NULL, NULL);
  length = strlen (local);
  text = g_string_sized_new (length);
  for (const char *at = local; *at != '\0'; at++)
    {
      char c = get_escaped (at);
      gboolean is_at_edge = at == local || at + SEQUENCE_BYTES == local + length;

      if (c == 0 || (c == ' ' && is_at_edge))
        g_string_append_c (text, *at);
      else
        {
          g_string_append_c (text, c);
          at += SEQUENCE_BYTES - 1;
        }
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The bare address as people read it.
 * Returns: (transfer full): for the eye alone. */
char *
xmpp_jid_dup_shown_text (const XmppJid *self)
{
  const char *local = xmpp_jid_get_local (self);
  g_autofree char *shown = NULL;

  if (local == NULL || strchr (local, '\\') == NULL)
    return g_strdup (xmpp_jid_get_bare_text (self));
  shown = xmpp_jid_unescape_local (local);
  return g_strconcat (shown, "@", xmpp_jid_get_domain (self), NULL);
}
