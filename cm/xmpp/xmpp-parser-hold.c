/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-parser-hold.c: the unfinished end of what was fed, and where it may be cut
 *
 * libxml2 is never given part of a tag: it would look at the rest of it again and again. */
#include "config.h"

#include "xmpp/xmpp-parser-private.h"

#include <string.h>

/* So much text is gathered before libxml2 sees it, unless a tag comes first. */
#define BLOCK_BYTES 4096
/* The longest reference, generously: "&#x10FFFF;" with leading zeros. */
#define MAX_REFERENCE_BYTES 32

#define CDATA_START "<![CDATA["
#define CDATA_END "]]>"

void
xmpp_parser_clear_hold (XmppParser *self)
{
  if (self->hold->len > XMPP_PARSER_MAX_KEPT_BYTES)
    {
      g_byte_array_unref (self->hold);
      self->hold = g_byte_array_new ();
    }
  g_byte_array_set_size (self->hold, 0);
}

/* Parses what is held and the first bytes of `start`, `safe` together, and holds the rest. */
static void
advance_by (XmppParser *self, const char *start, const char *end, size_t safe)
{
  if (self->hold->len == 0)
    {
      xmpp_parser_parse (self, start, safe);
      g_byte_array_append (self->hold, (const guint8 *) start + safe, end - start - safe);
      return;
    }
  g_byte_array_append (self->hold, (const guint8 *) start, end - start);
  xmpp_parser_parse (self, self->hold->data, safe);
  if (safe == self->hold->len)
    xmpp_parser_clear_hold (self);
  else if (safe > 0)
    g_byte_array_remove_range (self->hold, 0, safe);
}

/* Parses all that is before the current tag or text. */
void
xmpp_parser_advance_to_token (XmppParser *self, const char *start, const char *end)
{
  size_t pending = self->hold->len + (end - start);

  advance_by (self, start, end, pending - MIN (self->scanner.token_bytes, pending));
}

/* Where a text may be cut so that no character, reference, line end or "]]>" is cut. */
static size_t
find_cut (const guint8 *text, size_t length)
{
  size_t cut = length;
  size_t lead = length;

  while (lead > 0 && length - lead < 4 && (text[lead - 1] & 0xc0) == 0x80)
    lead--;
  if (lead > 0 && text[lead - 1] >= 0xc0)
    cut = lead - 1 +
          (length - lead + 1 >= (size_t) g_utf8_skip[text[lead - 1]] ? length - lead + 1 : 0);
  for (guint i = 0; i < 2 && cut > 0 && text[cut - 1] == ']'; i++)
    cut--;
  if (cut > 0 && text[cut - 1] == '\r')
    cut--;
  for (size_t i = 1; i <= MAX_REFERENCE_BYTES && i <= cut && text[cut - i] != ';'; i++)
    if (text[cut - i] == '&')
      return cut - i;
  return cut;
}

/* A long text is parsed as it comes. libxml2 would keep a CDATA section until its end, so it is
 * given pieces of one. */
static void
advance_in_text (XmppParser *self, const char *start, const char *end)
{
  g_byte_array_append (self->hold, (const guint8 *) start, end - start);
  advance_by (self, NULL, NULL, find_cut (self->hold->data, self->hold->len));
  if (xmpp_scanner_is_in_cdata (&self->scanner))
    {
      xmpp_parser_parse (self, CDATA_END, strlen (CDATA_END));
      g_byte_array_prepend (self->hold, (const guint8 *) CDATA_START, strlen (CDATA_START));
    }
  self->scanner.token_bytes = self->hold->len;
}

/* The end of what was fed: what is complete is parsed. */
void
xmpp_parser_keep_rest (XmppParser *self, const char *start, const char *end)
{
  const XmppScanner *scanner = &self->scanner;

  if (scanner->is_skipping || !scanner->is_open)
    xmpp_parser_clear_hold (self);
  else if (scanner->token_bytes >= BLOCK_BYTES && !xmpp_scanner_is_in_tag (scanner))
    {
      xmpp_parser_advance_to_token (self, start, end);
      advance_in_text (self, NULL, NULL);
    }
  else
    xmpp_parser_advance_to_token (self, start, end);
}
