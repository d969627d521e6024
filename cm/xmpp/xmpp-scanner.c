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

/* A stanza that is being skipped has still to end one day. */
#define SKIP_FACTOR 16
/* Namespace declarations in force at once, as a multiple of what one element may have. */
#define SCOPE_FACTOR 4
/* Attributes in a stanza, as a multiple of its elements. */
#define ATTRIBUTES_FACTOR 4
#define MAX_DECLARATION_BYTES 128
#define MAX_SAVED_NAME_BYTES 64
#define MAX_SAVED_BYTES (16 * 1024)

enum
{
  TEXT,
  CDATA,
  /* From here on in a tag. */
  OPEN, /* after "<" */
  DECLARATION,
  BANG, /* after "<!" */
  CDATA_OPEN,
  NAME,
  TAG, /* between attributes */
  ATTRIBUTE,
  EQUALS, /* after an attribute's name */
  VALUE,
  SLASH, /* after "/" of an empty element */
  END_TAG,
};

typedef struct
{
  XmppScanner *self;
  XmppScan result; /* set to anything but MORE: say it */
  const char *token; /* set: a new tag or text begins here */
} Step;

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static const char *
fail (Step *step, XmppStreamError error, const char *at)
{
  step->self->error = error;
  step->result = XMPP_SCAN_FAILED;
  return at;
}

static const char *
not_well_formed (Step *step, const char *at)
{
  return fail (step, XMPP_STREAM_ERROR_NOT_WELL_FORMED, at);
}

static const char *
limit (Step *step, const char *at)
{
  step->result = XMPP_SCAN_LIMIT;
  return at;
}

static guint
get_factor (const XmppScanner *self)
{
  return self->is_extended ? self->limits.own_factor : 1;
}

/* The one value of a pseudo-attribute of the XML declaration, or NULL. */
static char *
take_pseudo (const char **at, const char *name)
{
  const char *p = *at;
  const char *end;
  char *value;

  if (!is_space (*p))
    return NULL;
  while (is_space (*p))
    p++;
  if (!g_str_has_prefix (p, name))
    return NULL;
  p += strlen (name);
  while (is_space (*p))
    p++;
  if (*p++ != '=')
    return NULL;
  while (is_space (*p))
    p++;
  if (*p != '\'' && *p != '"')
    return NULL;
  end = strchr (p + 1, *p);
  if (end == NULL)
    return NULL;
  value = g_strndup (p + 1, end - p - 1);
  *at = end + 1;
  return value;
}

/* `declaration` is what is between "<?" and "?>". Only UTF-8 is spoken here. RFC 6120 11.6 */
static gboolean
check_declaration (const char *declaration, XmppStreamError *error)
{
  const char *at = declaration + 3;
  g_autofree char *version = NULL;
  g_autofree char *encoding = NULL;
  g_autofree char *standalone = NULL;

  *error = XMPP_STREAM_ERROR_RESTRICTED_XML;
  if (!g_str_has_prefix (declaration, "xml") || !is_space (declaration[3]))
    return FALSE; /* a processing instruction */
  version = take_pseudo (&at, "version");
  encoding = take_pseudo (&at, "encoding");
  standalone = take_pseudo (&at, "standalone");
  while (is_space (*at))
    at++;
  *error = XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING;
  if (encoding != NULL && g_ascii_strcasecmp (encoding, "UTF-8") != 0)
    return FALSE;
  *error = XMPP_STREAM_ERROR_NOT_WELL_FORMED;
  return *at == '\0' && g_strcmp0 (version, "1.0") == 0;
}

static const char *
scan_declaration (Step *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  for (; at < end; at++)
    {
      GString *text = self->declaration;

      g_string_append_c (text, *at);
      if (text->len > MAX_DECLARATION_BYTES)
        return not_well_formed (step, at);
      /* What is no XML declaration is told at once. */
      if (text->len <= 3 && memcmp (text->str, "xml", text->len) != 0)
        return fail (step, XMPP_STREAM_ERROR_RESTRICTED_XML, at);
      if (!g_str_has_suffix (text->str, "?>"))
        continue;
      g_string_truncate (text, text->len - 2);
      if (!check_declaration (text->str, &self->error))
        return fail (step, self->error, at);
      g_string_truncate (text, 0);
      self->is_open = FALSE;
      self->state = TEXT;
      step->result = XMPP_SCAN_GAP;
      return at + 1;
    }
  return at;
}

/* Between stanzas, or before the stream. */
static const char *
scan_gap (Step *step, const char *at, const char *end)
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
      self->state = OPEN;
      step->token = at;
      return at + 1;
    }
  while (at < end && is_space (*at))
    at++;
  if (at > start)
    {
      step->result = XMPP_SCAN_GAP;
      return at;
    }
  if (self->may_declare && ((guchar) *at >= 0xfe || *at == '\0'))
    return fail (step, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING, at);
  return self->depth == 0 ? not_well_formed (step, at)
                          : fail (step, XMPP_STREAM_ERROR_BAD_FORMAT, at);
}

static const char *
scan_text (Step *step, const char *at, const char *end)
{
  const char *tag;

  if (step->self->depth < 2)
    return scan_gap (step, at, end);
  tag = memchr (at, '<', end - at);
  if (tag == NULL)
    return end;
  step->token = tag;
  step->self->state = OPEN;
  return tag + 1;
}

/* The first byte of an element's name: may there be one more? */
static const char *
begin_element (Step *step, const char *at)
{
  XmppScanner *self = step->self;

  if (!self->is_skipping && (self->depth > self->limits.depth ||
                             self->elements >= self->limits.elements * get_factor (self)))
    return limit (step, at);
  self->elements++;
  self->tag_attributes = 0;
  self->tag_namespaces = 0;
  if (self->is_saving)
    g_string_assign (self->saved, "<");
  self->state = NAME;
  return at;
}

static const char *
scan_open (Step *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;
  gboolean may_declare = self->may_declare;

  self->may_declare = FALSE;
  switch (*at)
    {
    case '/':
      if (self->depth == 0)
        return not_well_formed (step, at);
      if (self->is_saving)
        return fail (step, XMPP_STREAM_ERROR_POLICY_VIOLATION, at);
      self->state = END_TAG;
      return at + 1;
    case '!':
      self->state = BANG;
      return at + 1;
    case '?':
      if (!may_declare)
        return fail (step, XMPP_STREAM_ERROR_RESTRICTED_XML, at);
      self->state = DECLARATION;
      return at + 1;
    case '<':
    case '>':
    case '=':
    case '\'':
    case '"':
      return not_well_formed (step, at);
    default:
      return is_space (*at) ? not_well_formed (step, at) : begin_element (step, at);
    }
}

/* DOCTYPE, comments: forbidden. RFC 6120 11.1 */
static const char *
scan_bang (Step *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  if (*at != '[')
    return fail (step, XMPP_STREAM_ERROR_RESTRICTED_XML, at);
  if (self->depth < 2)
    return fail (step, XMPP_STREAM_ERROR_BAD_FORMAT, at);
  self->state = CDATA_OPEN;
  self->matched = 0;
  return at + 1;
}

static const char *
scan_cdata_open (Step *step, const char *at, const char *end)
{
  static const char keyword[] = "CDATA[";
  XmppScanner *self = step->self;

  if (*at != keyword[self->matched])
    return not_well_formed (step, at);
  if (++self->matched == sizeof keyword - 1)
    {
      self->state = CDATA;
      self->matched = 0;
    }
  return at + 1;
}

static const char *
scan_cdata (Step *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  for (; at < end; at++)
    {
      if (*at == '>' && self->matched == 2)
        {
          self->state = TEXT;
          step->token = at + 1;
          return at + 1;
        }
      self->matched = *at == ']' ? MIN (self->matched + 1, 2) : 0;
    }
  return at;
}

/* The end of a stanza, of the header or of the stream. */
static void
end_top (Step *step)
{
  XmppScanner *self = step->self;

  self->is_open = FALSE;
  step->result = XMPP_SCAN_TOP;
  if (!self->is_skipping)
    return;
  self->scope = self->declared[0];
  step->result = self->is_saving ? XMPP_SCAN_STARTED : XMPP_SCAN_SKIPPED;
  self->is_skipping = self->is_saving;
  self->is_saving = FALSE;
}

static const char *
end_start_tag (Step *step, const char *at, gboolean is_empty)
{
  XmppScanner *self = step->self;

  self->state = TEXT;
  step->token = at;
  if (is_empty)
    {
      if (self->depth < 2)
        end_top (step);
      return at;
    }
  if (!self->is_skipping)
    {
      self->declared[self->depth] = self->tag_namespaces;
      self->scope += self->tag_namespaces;
    }
  if (self->depth++ == 0)
    end_top (step);
  else if (self->is_saving)
    {
      self->is_saving = FALSE;
      step->result = XMPP_SCAN_STARTED;
    }
  return at;
}

static const char *
scan_name (Step *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;
  const char *start = at;

  while (at < end && !is_space (*at) && strchr ("/><='\"", *at) == NULL)
    at++;
  if (self->is_saving)
    g_string_append_len (self->saved, start, at - start);
  if (self->is_saving && self->saved->len > MAX_SAVED_NAME_BYTES)
    return fail (step, XMPP_STREAM_ERROR_POLICY_VIOLATION, at);
  if (at < end)
    self->state = TAG;
  return at;
}

static const char *
scan_tag (Step *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  while (at < end && is_space (*at))
    at++;
  if (at == end)
    return at;
  switch (*at)
    {
    case '>':
      return end_start_tag (step, at + 1, FALSE);
    case '/':
      self->state = SLASH;
      return at + 1;
    case '<':
    case '=':
    case '\'':
    case '"':
      return not_well_formed (step, at);
    default:
      self->state = ATTRIBUTE;
      self->name_length = 0;
      return at;
    }
}

static gboolean
is_saved_name (const XmppScanner *self)
{
  static const char *const names[] = { "from", "to", "id", "type", "xmlns" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (self->name_length == strlen (names[i]) &&
        memcmp (self->name, names[i], self->name_length) == 0)
      return TRUE;
  return FALSE;
}

/* An attribute's name ended: may there be one more? */
static const char *
end_attribute_name (Step *step, const char *at)
{
  XmppScanner *self = step->self;
  const XmppLimits *limits = &self->limits;
  gboolean is_namespace = self->name_length >= 5 && memcmp (self->name, "xmlns", 5) == 0 &&
                          (self->name_length == 5 || self->name[5] == ':');

  if (self->is_skipping)
    {
      self->is_saving_value = self->is_saving && is_saved_name (self);
      if (self->is_saving_value)
        g_string_append_printf (self->saved, " %.*s=", (int) self->name_length, self->name);
    }
  else if (is_namespace)
    {
      if (self->tag_namespaces >= limits->namespaces ||
          self->scope + self->tag_namespaces >= limits->namespaces * SCOPE_FACTOR)
        return limit (step, at);
      self->tag_namespaces++;
    }
  else
    {
      if (self->tag_attributes >= limits->attributes ||
          self->attributes / ATTRIBUTES_FACTOR >= limits->elements * get_factor (self))
        return limit (step, at);
      self->tag_attributes++;
      self->attributes++;
    }
  self->state = EQUALS;
  return at;
}

static const char *
scan_attribute (Step *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  for (; at < end && *at != '=' && !is_space (*at); at++)
    {
      if (*at == '<' || *at == '>' || *at == '/' || *at == '\'' || *at == '"')
        return not_well_formed (step, at);
      if (self->name_length < sizeof self->name)
        self->name[self->name_length] = *at;
      self->name_length++;
    }
  return at < end ? end_attribute_name (step, at) : at;
}

static const char *
scan_equals (Step *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  while (at < end && (is_space (*at) || *at == '='))
    at++;
  if (at == end)
    return at;
  if (*at != '\'' && *at != '"')
    return not_well_formed (step, at);
  self->quote = *at;
  self->state = VALUE;
  if (self->is_saving_value)
    g_string_append_c (self->saved, *at);
  return at + 1;
}

static const char *
scan_value (Step *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;
  const char *quote = memchr (at, self->quote, end - at);
  const char *stop = quote != NULL ? quote : end;
  const char *tag = memchr (at, '<', stop - at);

  if (tag != NULL)
    return not_well_formed (step, tag);
  if (self->is_saving_value)
    {
      if (self->saved->len + (stop - at) > MAX_SAVED_BYTES)
        return fail (step, XMPP_STREAM_ERROR_POLICY_VIOLATION, at);
      g_string_append_len (self->saved, at, stop - at);
    }
  if (quote == NULL)
    return end;
  if (self->is_saving_value)
    g_string_append_c (self->saved, self->quote);
  self->is_saving_value = FALSE;
  self->state = TAG;
  return quote + 1;
}

static const char *
scan_slash (Step *step, const char *at, const char *end)
{
  return *at == '>' ? end_start_tag (step, at + 1, TRUE) : not_well_formed (step, at);
}

static const char *
scan_end_tag (Step *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  while (at < end && *at != '>')
    if (*at++ == '<')
      return not_well_formed (step, at - 1);
  if (at == end)
    return at;
  self->state = TEXT;
  step->token = at + 1;
  self->depth--;
  if (!self->is_skipping)
    self->scope -= self->declared[self->depth];
  if (self->depth < 2)
    end_top (step);
  return at + 1;
}

static const char *
scan_step (Step *step, const char *at, const char *end)
{
  switch (step->self->state)
    {
    case TEXT:
      return scan_text (step, at, end);
    case CDATA:
      return scan_cdata (step, at, end);
    case OPEN:
      return scan_open (step, at, end);
    case DECLARATION:
      return scan_declaration (step, at, end);
    case BANG:
      return scan_bang (step, at, end);
    case CDATA_OPEN:
      return scan_cdata_open (step, at, end);
    case NAME:
      return scan_name (step, at, end);
    case TAG:
      return scan_tag (step, at, end);
    case ATTRIBUTE:
      return scan_attribute (step, at, end);
    case EQUALS:
      return scan_equals (step, at, end);
    case VALUE:
      return scan_value (step, at, end);
    case SLASH:
      return scan_slash (step, at, end);
    default:
      return scan_end_tag (step, at, end);
    }
}

/* What is skipped is not seen by the XML parser, but broken characters must end the stream all the
 * same. */
static gboolean
check_utf8 (XmppScanner *self, const char *at, const char *end)
{
  for (; at < end; at++)
    {
      guint8 byte = *at;

      if (self->utf8_missing < 0 && (byte & 0xc0) == 0x80)
        continue;
      if (self->utf8_missing > 0)
        {
          if (byte < self->utf8_low || byte > self->utf8_high)
            return FALSE;
          self->utf8_missing--;
          self->utf8_low = 0x80;
          self->utf8_high = 0xbf;
          continue;
        }
      self->utf8_missing = byte < 0x80 ? 0 : byte < 0xe0 ? 1
                                         : byte < 0xf0   ? 2
                                                         : 3;
      if ((byte >= 0x80 && byte < 0xc2) || byte > 0xf4)
        return FALSE;
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

  if (!self->is_open)
    return end;
  if (self->is_skipping && !self->is_saving)
    room *= SKIP_FACTOR;
  room *= get_factor (self);
  room = room > self->bytes ? room - self->bytes : 0;
  if (!self->is_skipping && xmpp_scanner_is_in_tag (self))
    room = MIN (room, self->limits.tag_bytes > self->token_bytes
                          ? self->limits.tag_bytes - self->token_bytes
                          : 0);
  return room < (size_t) (end - at) ? at + room : end;
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
  self->state = TEXT;
  self->may_declare = TRUE;
  self->depth = 0;
  self->is_open = FALSE;
  self->is_skipping = self->is_saving = self->is_saving_value = FALSE;
  self->scope = 0;
  g_string_truncate (self->declaration, 0);
}

XmppScan
xmpp_scanner_run (XmppScanner *self, const char **at, const char *end)
{
  Step step = { self, XMPP_SCAN_MORE, NULL };

  while (*at < end && step.result == XMPP_SCAN_MORE)
    {
      const char *start = *at;
      const char *stop = get_stop (self, start, end);
      gboolean was_open = self->is_open;

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
      if (self->is_skipping && !check_utf8 (self, start, *at))
        not_well_formed (&step, *at);
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
  self->utf8_missing = -1;
}

void
xmpp_scanner_skip_again (XmppScanner *self)
{
  self->is_skipping = TRUE;
  self->is_saving = TRUE;
  self->is_saving_value = FALSE;
  self->is_open = FALSE;
  self->state = TEXT;
  self->utf8_missing = 0;
}

gboolean
xmpp_scanner_is_in_tag (const XmppScanner *self)
{
  return self->state >= OPEN;
}

gboolean
xmpp_scanner_is_in_cdata (const XmppScanner *self)
{
  return self->state == CDATA;
}
