/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-scanner-tag.c: the inside of tags, byte by byte, and the limits that hold there. RFC 6120
 * 4.9.3 and 13.12 */
#include "config.h"

#include "xmpp/xmpp-scanner-private.h"

#include <string.h>

/* Namespace declarations in force at once, as a multiple of what one element may have. */
#define SCOPE_FACTOR 4
/* Attributes in a stanza, as a multiple of its elements. */
#define ATTRIBUTES_FACTOR 4
#define MAX_SAVED_NAME_BYTES 64
#define MAX_SAVED_BYTES (16 * 1024)

static const char *
limit (XmppScanStep *step, const char *at)
{
  step->result = XMPP_SCAN_LIMIT;
  return at;
}

/* What no name has in it. */
static const gboolean ends_name[256] = {
  [' '] = TRUE,
  ['\t'] = TRUE,
  ['\n'] = TRUE,
  ['\r'] = TRUE,
  ['/'] = TRUE,
  ['>'] = TRUE,
  ['<'] = TRUE,
  ['='] = TRUE,
  ['\''] = TRUE,
  ['"'] = TRUE,
};

/* The end of a stanza, of the header or of the stream. */
static void
end_top (XmppScanStep *step)
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
end_start_tag (XmppScanStep *step, const char *at, gboolean is_empty)
{
  XmppScanner *self = step->self;

  self->state = XMPP_SCAN_STATE_TEXT;
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

/* Each of these goes on with the next as far as there are bytes: which one it is need not be asked
 * in the midst of an attribute. */
static inline G_ALWAYS_INLINE const char *
scan_value (XmppScanStep *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;
  const char *quote = memchr (at, self->quote, end - at);
  const char *stop = quote != NULL ? quote : end;
  const char *tag = memchr (at, '<', stop - at);

  if (tag != NULL)
    return xmpp_scan_not_well_formed (step, tag);
  if (self->is_saving_value)
    {
      if (self->saved->len + (stop - at) > MAX_SAVED_BYTES)
        return xmpp_scan_fail (step, XMPP_STREAM_ERROR_POLICY_VIOLATION, at);
      g_string_append_len (self->saved, at, stop - at);
    }
  if (quote == NULL)
    return end;
  if (self->is_saving_value)
    g_string_append_c (self->saved, self->quote);
  self->is_saving_value = FALSE;
  self->state = XMPP_SCAN_STATE_TAG;
  return quote + 1;
}

static inline G_ALWAYS_INLINE const char *
scan_equals (XmppScanStep *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  while (at < end && (xmpp_scan_is_space (*at) || *at == '='))
    at++;
  if (at == end)
    return at;
  if (*at != '\'' && *at != '"')
    return xmpp_scan_not_well_formed (step, at);
  self->quote = *at;
  self->state = XMPP_SCAN_STATE_VALUE;
  if (self->is_saving_value)
    g_string_append_c (self->saved, *at);
  return scan_value (step, at + 1, end);
}

/* An attribute's name ended: may there be one more? */
static const char *
end_attribute_name (XmppScanStep *step, const char *at, const char *end)
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
          self->attributes / ATTRIBUTES_FACTOR >= limits->elements * xmpp_scan_get_factor (self))
        return limit (step, at);
      self->tag_attributes++;
      self->attributes++;
    }
  self->state = XMPP_SCAN_STATE_EQUALS;
  return scan_equals (step, at, end);
}

/* Remembers how the name starts: it may come in pieces, and be asked about again. */
static void
keep_name (XmppScanner *self, const char *start, const char *at, const char *end)
{
  guint known = self->name_length;

  self->name_length += at - start;
  /* All at once; what stands behind the name does no harm. */
  if (known == 0 && (size_t) (end - start) >= sizeof self->name)
    memcpy (self->name, start, sizeof self->name);
  else
    while (known < sizeof self->name && start < at)
      self->name[known++] = *start++;
}

static const char *
scan_attribute (XmppScanStep *step, const char *at, const char *end)
{
  const char *start = at;

  while (at < end && !ends_name[(guint8) *at])
    at++;
  keep_name (step->self, start, at, end);
  if (at == end)
    return at;
  return *at == '=' || xmpp_scan_is_space (*at) ? end_attribute_name (step, at, end)
                                                : xmpp_scan_not_well_formed (step, at);
}

static const char *
scan_slash (XmppScanStep *step, const char *at, const char *end)
{
  return *at == '>' ? end_start_tag (step, at + 1, TRUE) : xmpp_scan_not_well_formed (step, at);
}

static const char *
scan_between (XmppScanStep *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  while (at < end && xmpp_scan_is_space (*at))
    at++;
  if (at == end)
    return at;
  switch (*at)
    {
    case '>':
      return end_start_tag (step, at + 1, FALSE);
    case '/':
      self->state = XMPP_SCAN_STATE_SLASH;
      return at + 1 < end ? scan_slash (step, at + 1, end) : end;
    case '<':
    case '=':
    case '\'':
    case '"':
      return xmpp_scan_not_well_formed (step, at);
    default:
      self->state = XMPP_SCAN_STATE_ATTRIBUTE;
      self->name_length = 0;
      return scan_attribute (step, at, end);
    }
}

static const char *
scan_name (XmppScanStep *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;
  const char *start = at;

  while (at < end && !ends_name[(guint8) *at])
    at++;
  if (self->is_saving)
    g_string_append_len (self->saved, start, at - start);
  if (self->is_saving && self->saved->len > MAX_SAVED_NAME_BYTES)
    return xmpp_scan_fail (step, XMPP_STREAM_ERROR_POLICY_VIOLATION, at);
  if (at == end)
    return at;
  self->state = XMPP_SCAN_STATE_TAG;
  return scan_between (step, at, end);
}

static const char *
scan_end_tag (XmppScanStep *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  while (at < end && *at != '>')
    if (*at++ == '<')
      return xmpp_scan_not_well_formed (step, at - 1);
  if (at == end)
    return at;
  self->state = XMPP_SCAN_STATE_TEXT;
  step->token = at + 1;
  self->depth--;
  if (!self->is_skipping)
    self->scope -= self->declared[self->depth];
  if (self->depth < 2)
    end_top (step);
  return at + 1;
}

static const char *
scan_part (XmppScanStep *step, const char *at, const char *end)
{
  switch (step->self->state)
    {
    case XMPP_SCAN_STATE_NAME:
      return scan_name (step, at, end);
    case XMPP_SCAN_STATE_ATTRIBUTE:
      return scan_attribute (step, at, end);
    case XMPP_SCAN_STATE_EQUALS:
      return scan_equals (step, at, end);
    case XMPP_SCAN_STATE_VALUE:
      return scan_value (step, at, end);
    case XMPP_SCAN_STATE_SLASH:
      return scan_slash (step, at, end);
    default:
      return scan_end_tag (step, at, end);
    }
}

const char *
xmpp_scan_tag (XmppScanStep *step, const char *at, const char *end)
{
  do
    at = step->self->state == XMPP_SCAN_STATE_TAG ? scan_between (step, at, end)
                                                  : scan_part (step, at, end);
  while (at < end && step->result == XMPP_SCAN_MORE && step->self->state >= XMPP_SCAN_STATE_NAME);
  return at;
}

/* The first byte of an element's name: may there be one more? */
const char *
xmpp_scan_element (XmppScanStep *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  if (!self->is_skipping && (self->depth > self->limits.depth ||
                             self->elements >= self->limits.elements * xmpp_scan_get_factor (self)))
    return limit (step, at);
  self->elements++;
  self->tag_attributes = 0;
  self->tag_namespaces = 0;
  if (self->is_saving)
    g_string_assign (self->saved, "<");
  self->state = XMPP_SCAN_STATE_NAME;
  return xmpp_scan_tag (step, at, end);
}
