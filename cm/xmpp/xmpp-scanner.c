/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-scanner.c: the byte-level guard in front of the XML parser. RFC 6120 4.9.3, 11.1 and 11.6;
 * RFC 6120 13.12
 *
 * It knows just enough of XML to tell tags from text, in one pass, with constant memory, and never
 * looks at a byte twice. An XML parser takes quadratic time over some tags; no tag that breaks a
 * limit gets as far as that. */
#include "config.h"

#include "xmpp/xmpp-scanner.h"

#include <string.h>

#include "xmpp/xmpp-scanner-private.h"

/* A stanza that is being skipped has still to end one day. */
#define SKIP_FACTOR 16

const char *
xmpp_scan_fail (XmppScanStep *step, XmppStreamError error, const char *at)
{
  step->self->error = error;
  step->result = XMPP_SCAN_FAILED;
  return at;
}

const char *
xmpp_scan_not_well_formed (XmppScanStep *step, const char *at)
{
  return xmpp_scan_fail (step, XMPP_STREAM_ERROR_NOT_WELL_FORMED, at);
}

/* Between stanzas, or before the stream. */
static const char *
scan_gap (XmppScanStep *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;
  const char *start = at;

  if (*at == '<')
    {
      self->is_open = TRUE;
      self->is_extended = FALSE;
      self->bytes = 0;
      self->elements = 0;
      self->attributes = 0;
      self->state = XMPP_SCAN_STATE_OPEN;
      step->token = at;
      return at + 1;
    }
  while (at < end && xmpp_scan_is_space (*at))
    at++;
  if (at > start)
    {
      step->result = XMPP_SCAN_GAP;
      return at;
    }
  if (self->may_declare && ((guchar) *at >= 0xfe || *at == '\0'))
    return xmpp_scan_fail (step, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, at);
  return self->depth == 0 ? xmpp_scan_not_well_formed (step, at)
                          : xmpp_scan_fail (step, XMPP_STREAM_ERROR_BAD_FORMAT, at);
}

static const char *
scan_open (XmppScanStep *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;
  gboolean may_declare = self->may_declare;

  self->may_declare = FALSE;
  switch (*at)
    {
    case '/':
      if (self->depth == 0)
        return xmpp_scan_not_well_formed (step, at);
      if (self->is_saving)
        return xmpp_scan_fail (step, XMPP_STREAM_ERROR_POLICY_VIOLATION, at);
      self->state = XMPP_SCAN_STATE_END_TAG;
      return at + 1 < end ? xmpp_scan_tag (step, at + 1, end) : at + 1;
    case '!':
      self->state = XMPP_SCAN_STATE_BANG;
      return at + 1;
    case '?':
      if (!may_declare)
        return xmpp_scan_fail (step, XMPP_STREAM_ERROR_RESTRICTED_XML, at);
      self->state = XMPP_SCAN_STATE_DECLARATION;
      return at + 1;
    case '<':
    case '>':
    case '=':
    case '\'':
    case '"':
      return xmpp_scan_not_well_formed (step, at);
    default:
      return xmpp_scan_is_space (*at) ? xmpp_scan_not_well_formed (step, at)
                                      : xmpp_scan_element (step, at, end);
    }
}

static const char *
scan_text (XmppScanStep *step, const char *at, const char *end)
{
  const char *tag;

  if (step->self->depth < 2)
    return scan_gap (step, at, end);
  tag = memchr (at, '<', end - at);
  if (tag == NULL)
    return end;
  step->token = tag;
  step->self->state = XMPP_SCAN_STATE_OPEN;
  /* Where the tag cannot grow too long before `end`, it need not be asked again how far to go. */
  return tag + 1 < end && (size_t) (end - tag) <= step->self->limits.tag_bytes
             ? scan_open (step, tag + 1, end)
             : tag + 1;
}

/* DOCTYPE, comments: forbidden. RFC 6120 11.1 */
static const char *
scan_bang (XmppScanStep *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  if (*at != '[')
    return xmpp_scan_fail (step, XMPP_STREAM_ERROR_RESTRICTED_XML, at);
  if (self->depth < 2)
    return xmpp_scan_fail (step, XMPP_STREAM_ERROR_BAD_FORMAT, at);
  self->state = XMPP_SCAN_STATE_CDATA_OPEN;
  self->matched = 0;
  return at + 1;
}

static const char *
scan_cdata_open (XmppScanStep *step, const char *at, const char *end)
{
  static const char keyword[] = "CDATA[";
  XmppScanner *self = step->self;

  if (*at != keyword[self->matched])
    return xmpp_scan_not_well_formed (step, at);
  if (++self->matched == sizeof keyword - 1)
    {
      self->state = XMPP_SCAN_STATE_CDATA;
      self->matched = 0;
    }
  return at + 1;
}

static const char *
scan_cdata (XmppScanStep *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  for (; at < end; at++)
    {
      if (*at == '>' && self->matched == 2)
        {
          self->state = XMPP_SCAN_STATE_TEXT;
          step->token = at + 1;
          return at + 1;
        }
      self->matched = *at == ']' ? MIN (self->matched + 1, 2) : 0;
    }
  return at;
}

static const char *
scan_step (XmppScanStep *step, const char *at, const char *end)
{
  switch (step->self->state)
    {
    case XMPP_SCAN_STATE_TEXT:
      return scan_text (step, at, end);
    case XMPP_SCAN_STATE_CDATA:
      return scan_cdata (step, at, end);
    case XMPP_SCAN_STATE_OPEN:
      return scan_open (step, at, end);
    case XMPP_SCAN_STATE_DECLARATION:
      return xmpp_scan_declaration (step, at, end);
    case XMPP_SCAN_STATE_BANG:
      return scan_bang (step, at, end);
    case XMPP_SCAN_STATE_CDATA_OPEN:
      return scan_cdata_open (step, at, end);
    default:
      return xmpp_scan_tag (step, at, end);
    }
}

#define ASCII_MASK 0x8080808080808080

/* Where the ASCII ends. */
static const char *
pass_ascii (const char *at, const char *end)
{
  guint64 bytes[4];

  while ((size_t) (end - at) >= sizeof bytes)
    {
      memcpy (bytes, at, sizeof bytes);
      if (((bytes[0] | bytes[1] | bytes[2] | bytes[3]) & ASCII_MASK) != 0)
        break;
      at += sizeof bytes;
    }
  while (at < end && (guint8) *at < 0x80)
    at++;
  return at;
}

/* Broken characters end the stream wherever they are: the XML parser does not see what is skipped,
 * and takes some of them in a CDATA section. */
static gboolean
check_utf8 (XmppScanner *self, const char *at, const char *end)
{
  while (at < end)
    {
      guint8 byte;

      if (self->utf8_missing == 0)
        at = pass_ascii (at, end);
      if (at == end)
        break;
      byte = *at++;
      if (self->utf8_missing > 0)
        {
          if (byte < self->utf8_low || byte > self->utf8_high)
            return FALSE;
          self->utf8_missing--;
          self->utf8_low = 0x80;
          self->utf8_high = 0xbf;
          continue;
        }
      if (byte < 0xc2 || byte > 0xf4)
        return FALSE;
      self->utf8_missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2
                                                         : 3;
      self->utf8_low = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90
                                                          : 0x80;
      self->utf8_high = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f
                                                           : 0xbf;
    }
  return TRUE;
}

/* How far may be read before the stanza, or its tag, is too long? */
static const char *
get_stop (const XmppScanner *self, const char *at, const char *end)
{
  size_t room = self->limits.stanza_bytes;
  size_t tag_room = self->limits.tag_bytes * xmpp_scan_get_factor (self);
  size_t left = end - at;

  if (!self->is_open ||
      (self->bytes + left <= room && self->token_bytes + left <= self->limits.tag_bytes))
    return end;
  if (self->is_skipping && !self->is_saving)
    room *= SKIP_FACTOR;
  room *= xmpp_scan_get_factor (self);
  room = room > self->bytes ? room - self->bytes : 0;
  if (!self->is_skipping && xmpp_scanner_is_in_tag (self))
    room = MIN (room, tag_room > self->token_bytes ? tag_room - self->token_bytes : 0);
  return room < left ? at + room : end;
}

void
xmpp_scanner_init (XmppScanner *self, const XmppLimits *limits)
{
  memset (self, 0, sizeof *self);
  self->saved = g_string_new (NULL);
  self->declaration = g_string_new (NULL);
  xmpp_scanner_restart (self, limits);
}

void
xmpp_scanner_clear (XmppScanner *self)
{
  g_string_free (self->saved, TRUE);
  g_string_free (self->declaration, TRUE);
}

void
xmpp_scanner_restart (XmppScanner *self, const XmppLimits *limits)
{
  g_return_if_fail (limits->depth <= XMPP_SCANNER_MAX_DEPTH);
  self->limits = *limits;
  self->state = XMPP_SCAN_STATE_TEXT;
  self->may_declare = TRUE;
  self->depth = 0;
  self->is_open = FALSE;
  self->is_skipping = self->is_saving = self->is_saving_value = FALSE;
  self->utf8_missing = 0;
  self->ascii_end = NULL;
  self->scope = 0;
  g_string_truncate (self->declaration, 0);
}

void
xmpp_scanner_begin (XmppScanner *self)
{
  self->ascii_end = NULL;
}

XmppScan
xmpp_scanner_run (XmppScanner *self, const char **at, const char *end)
{
  XmppScanStep step = { self, XMPP_SCAN_MORE, NULL };

  while (*at < end && step.result == XMPP_SCAN_MORE)
    {
      const char *start = *at;
      const char *stop = get_stop (self, start, end);
      gboolean was_open = self->is_open;
      gboolean was_skipping = self->is_skipping;
      size_t token_bytes = self->token_bytes;

      if (start >= self->ascii_end && self->utf8_missing == 0)
        self->ascii_end = pass_ascii (start, end);
      if (stop == start)
        {
          if (!self->is_skipping && self->depth > 0)
            return XMPP_SCAN_LIMIT;
          self->error = XMPP_STREAM_ERROR_POLICY_VIOLATION;
          return XMPP_SCAN_FAILED;
        }
      *at = scan_step (&step, start, stop);
      if (was_open || self->is_open)
        self->bytes += *at - start;
      self->token_bytes =
          step.token != NULL ? (size_t) (*at - step.token) : self->token_bytes + (*at - start);
      step.token = NULL;
      if (*at > self->ascii_end && !check_utf8 (self, start, *at))
        {
          xmpp_scan_not_well_formed (&step, *at);
          /* As if it were still here: what stands before it is looked at first. */
          self->is_open = was_open;
          self->is_skipping = was_skipping;
          self->token_bytes = token_bytes + (*at - start);
        }
    }
  if (step.result == XMPP_SCAN_LIMIT && self->depth == 0)
    {
      self->error = XMPP_STREAM_ERROR_POLICY_VIOLATION;
      return XMPP_SCAN_FAILED;
    }
  return step.result;
}

gboolean
xmpp_scanner_extend (XmppScanner *self)
{
  if (self->is_extended || self->limits.own_factor < 2)
    return FALSE;
  self->is_extended = TRUE;
  return TRUE;
}

void
xmpp_scanner_skip (XmppScanner *self)
{
  self->is_skipping = TRUE;
}

void
xmpp_scanner_skip_again (XmppScanner *self)
{
  self->is_skipping = TRUE;
  self->is_saving = TRUE;
  self->is_saving_value = FALSE;
  self->is_open = FALSE;
  self->state = XMPP_SCAN_STATE_TEXT;
  self->utf8_missing = 0;
}

gboolean
xmpp_scanner_is_in_tag (const XmppScanner *self)
{
  return self->state >= XMPP_SCAN_STATE_OPEN;
}

gboolean
xmpp_scanner_is_in_cdata (const XmppScanner *self)
{
  return self->state == XMPP_SCAN_STATE_CDATA;
}
