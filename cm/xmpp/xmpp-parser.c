/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-parser.c: bytes to stanzas, bounded. RFC 6120 4, 11 and 13.12; XEP-0478
 *
 * Three stages: XmppScanner finds out where tags and stanzas end and whether a limit is broken;
 * libxml2 is given whole tags only; its events build the tree. Nothing is ever handed to libxml2
 * that could cost it more than linear time or more memory than the stanza has bytes, and its
 * dictionary is thrown away when others have filled it with names. */
#include "config.h"

#include "xmpp/xmpp-parser.h"

#include <string.h>

#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-parser-private.h"

const XmppLimits xmpp_limits_default = {
  .stanza_bytes = 1024 * 1024,
  .depth = 64,
  .attributes = 64,
  .namespaces = 64,
  .elements = 10000,
  .tag_bytes = 64 * 1024,
  .own_factor = 8,
};

const XmppLimits xmpp_limits_before_login = {
  .stanza_bytes = 10 * 1024,
  .depth = 64,
  .attributes = 64,
  .namespaces = 64,
  .elements = 10000,
  .tag_bytes = 10 * 1024,
  .own_factor = 1,
};

static const char *
get_message (XmppStreamError code)
{
  switch (code)
    {
    case XMPP_STREAM_ERROR_BAD_FORMAT:
      return "The server sent what is no part of a stream.";
    case XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX:
      return "The server used an undeclared namespace prefix.";
    case XMPP_STREAM_ERROR_INVALID_NAMESPACE:
      return "The server does not speak XMPP.";
    case XMPP_STREAM_ERROR_POLICY_VIOLATION:
      return "The server sent more than is accepted at once.";
    case XMPP_STREAM_ERROR_RESTRICTED_XML:
      return "The server sent XML that XMPP forbids.";
    case XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING:
      return "The server sent text that is not UTF-8.";
    default:
      return "The server sent XML that is not well-formed.";
    }
}

/* The first fault counts. */
void
xmpp_parser_set_error (XmppParser *self, XmppStreamError code)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (XMPP_STREAM_ERROR, code, get_message (code));
}

void
xmpp_parser_push_event (XmppParser *self, XmppParserEvent event, XmppNode *node)
{
  XmppParserEntry entry = { event, node };

  g_array_append_val (self->events, entry);
}

static void
event_clear (gpointer data)
{
  XmppParserEntry *event = data;

  g_clear_pointer (&event->node, xmpp_node_unref);
}

/* --- limits --- */

/* Whether our own server or account speaks; anybody else's stanza does not cost us the stream. */
static gboolean
is_own (XmppParser *self, const XmppNode *stanza)
{
  const char *from = xmpp_node_get (stanza, "from");
  const char *to = xmpp_node_get (stanza, "to");
  size_t length;

  if (from == NULL || g_strcmp0 (from, self->server) == 0 || g_strcmp0 (from, to) == 0)
    return TRUE;
  length = strlen (from);
  return to != NULL && strncmp (from, to, length) == 0 && to[length] == '/';
}

/* A stanza's own start tag broke a limit. Who sent it may stand further on: read it again, keeping
 * that alone. */
static void
rescue_start (XmppParser *self, const char *start, const char *at)
{
  g_autoptr (GByteArray) tag = g_steal_pointer (&self->hold);
  const char *again, *end;

  self->hold = g_byte_array_new ();
  g_byte_array_append (tag, (const guint8 *) start, at - start);
  xmpp_scanner_skip_again (&self->scanner);
  again = (const char *) tag->data;
  end = again + tag->len;
  xmpp_scanner_begin (&self->scanner);
  while (again < end)
    if (xmpp_scanner_run (&self->scanner, &again, end) != XMPP_SCAN_MORE)
      {
        xmpp_parser_set_error (self, XMPP_STREAM_ERROR_POLICY_VIOLATION);
        return;
      }
  xmpp_scanner_begin (&self->scanner);
}

static void
handle_limit (XmppParser *self, const char *start, const char *at)
{
  if (self->scanner.depth == 1)
    {
      rescue_start (self, start, at);
      return;
    }
  xmpp_parser_advance_to_token (self, start, at);
  if (self->error != NULL)
    return;
  if (self->root == NULL)
    xmpp_parser_set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
  else if (!is_own (self, self->root))
    {
      self->start = xmpp_node_dup_start (self->root);
      xmpp_parser_clear_tree (self);
      xmpp_parser_clear_hold (self);
      xmpp_parser_drop_xml (self);
      xmpp_scanner_skip (&self->scanner);
    }
  else if (!xmpp_node_is (self->root, "iq", NULL) || !xmpp_scanner_extend (&self->scanner))
    xmpp_parser_set_error (self, XMPP_STREAM_ERROR_POLICY_VIOLATION);
}

static void
handle_skipped (XmppParser *self)
{
  self->scanner.is_skipping = FALSE;
  xmpp_parser_push_event (self, XMPP_PARSER_EVENT_DROPPED, g_steal_pointer (&self->start));
}

/* The start tag that was saved is a small element now. */
static void
handle_started (XmppParser *self)
{
  g_string_append (self->scanner.saved, "/>");
  self->is_rescuing = TRUE;
  xmpp_parser_parse (self, self->scanner.saved->str, self->scanner.saved->len);
  self->is_rescuing = FALSE;
  if (self->error != NULL)
    return;
  if (self->start == NULL || is_own (self, self->start))
    xmpp_parser_set_error (self, XMPP_STREAM_ERROR_POLICY_VIOLATION);
  else if (!self->scanner.is_open)
    handle_skipped (self);
}

/* Hands on the stanzas from `*start` that came whole, all together: each call of libxml2 has its
 * price. */
static void
parse_whole (XmppParser *self, const char **start, const char *end)
{
  if (end <= *start)
    return;
  xmpp_parser_parse (self, *start, end - *start);
  if (self->depth != 1)
    xmpp_parser_set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
  xmpp_parser_recycle_xml (self);
  *start = end;
}

static void
handle_top (XmppParser *self, const char *start, const char *at)
{
  g_byte_array_append (self->hold, (const guint8 *) start, at - start);
  if (self->header->len == 0 && self->scanner.depth == 1)
    {
      g_autoptr (GByteArray) header = g_byte_array_new ();

      /* Not in force before it was read once. */
      g_byte_array_append (header, self->hold->data, self->hold->len);
      xmpp_parser_parse (self, header->data, header->len);
      g_byte_array_append (self->header, header->data, header->len);
    }
  else
    xmpp_parser_parse (self, self->hold->data, self->hold->len);
  xmpp_parser_clear_hold (self);
  if (self->depth != self->scanner.depth)
    xmpp_parser_set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
  xmpp_parser_recycle_xml (self);
}

static void
feed (XmppParser *self, const char *start, const char *end)
{
  const char *at = start;
  const char *whole = start; /* up to here stanzas came whole and wait to be parsed */

  xmpp_scanner_begin (&self->scanner);
  while (at < end && self->error == NULL)
    {
      XmppScan scan = self->is_closed ? XMPP_SCAN_GAP : xmpp_scanner_run (&self->scanner, &at, end);

      if (scan == XMPP_SCAN_TOP && self->scanner.depth == 1 && self->header->len > 0 &&
          self->hold->len == 0)
        {
          whole = at;
          continue;
        }
      parse_whole (self, &start, whole);
      if (self->error != NULL)
        return;
      switch (scan)
        {
        case XMPP_SCAN_MORE:
          break;
        case XMPP_SCAN_GAP:
          xmpp_parser_clear_hold (self);
          start = at;
          break;
        case XMPP_SCAN_TOP:
          handle_top (self, start, at);
          start = at;
          break;
        case XMPP_SCAN_LIMIT:
          handle_limit (self, start, at);
          start = at;
          break;
        case XMPP_SCAN_STARTED:
          handle_started (self);
          start = at;
          break;
        case XMPP_SCAN_SKIPPED:
          handle_skipped (self);
          start = at;
          break;
        case XMPP_SCAN_FAILED:
          /* A fault that stands before this one is the one to tell. */
          if (!self->scanner.is_skipping && self->scanner.is_open)
            xmpp_parser_advance_to_token (self, start, at);
          xmpp_parser_set_error (self, self->scanner.error);
          return;
        }
      if (self->is_closed && at < end && !g_ascii_isspace (*at++))
        xmpp_parser_set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
    }
  parse_whole (self, &start, whole);
  if (self->error == NULL)
    xmpp_parser_keep_rest (self, start, end);
}

/* --- public --- */

/* Makes a parser that expects a stream header. Any thread, one at a time. */
XmppParser *
xmpp_parser_new (const XmppLimits *limits)
{
  XmppParser *self;

  g_return_val_if_fail (limits != NULL, NULL);
  xmlInitParser ();
  self = g_new0 (XmppParser, 1);
  xmpp_scanner_init (&self->scanner, limits);
  self->hold = g_byte_array_new ();
  self->header = g_byte_array_new ();
  self->text = g_string_sized_new (256);
  self->events = g_array_new (FALSE, FALSE, sizeof (XmppParserEntry));
  g_array_set_clear_func (self->events, event_clear);
  return self;
}

void
xmpp_parser_free (XmppParser *self)
{
  g_return_if_fail (self != NULL);
  xmpp_parser_drop_xml (self);
  xmpp_parser_clear_tree (self);
  g_clear_pointer (&self->start, xmpp_node_unref);
  xmpp_scanner_clear (&self->scanner);
  g_byte_array_unref (self->hold);
  g_byte_array_unref (self->header);
  g_string_free (self->text, TRUE);
  g_array_unref (self->events);
  g_free (self->server);
  g_clear_error (&self->error);
  g_free (self);
}

/* Parses. What is complete is queued for xmpp_parser_next ().
 * @data: any bytes
 * Returns: FALSE when the stream must end; the queue still holds what came before the fault.
 * Errors: XMPP_STREAM_ERROR: what to tell the server. */
gboolean
xmpp_parser_feed (XmppParser *self, const void *data, size_t length, GError **error)
{
  const char *start = data;
  const char *nul;

  g_return_val_if_fail (self != NULL && (data != NULL || length == 0), FALSE);
  if (self->error == NULL && length > 0)
    {
      nul = memchr (start, '\0', length);
      feed (self, start, nul != NULL ? nul : start + length);
      /* NUL is in no text. Before the header it means another encoding than UTF-8. */
      if (nul != NULL)
        xmpp_parser_set_error (self, self->scanner.depth == 0
                                         ? XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING
                                         : XMPP_STREAM_ERROR_NOT_WELL_FORMED);
    }
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}

/* Takes the next event off the queue.
 * @node: (out) (transfer full) (nullable): the header, the stanza, the start tag of the one that
 * was dropped Returns: XMPP_PARSER_EVENT_NONE when the queue is empty. */
XmppParserEvent
xmpp_parser_next (XmppParser *self, XmppNode **node)
{
  XmppParserEntry *event;

  g_return_val_if_fail (self != NULL && node != NULL, XMPP_PARSER_EVENT_NONE);
  *node = NULL;
  if (self->next_event == self->events->len)
    return XMPP_PARSER_EVENT_NONE;
  event = &g_array_index (self->events, XmppParserEntry, self->next_event++);
  *node = g_steal_pointer (&event->node);
  if (self->next_event < self->events->len)
    return event->event;
  {
    XmppParserEvent last = event->event;

    g_array_set_size (self->events, 0);
    self->next_event = 0;
    return last;
  }
}

/* Forgets everything and expects a new header.
 * Errors: XMPP_STREAM_ERROR_BAD_FORMAT when bytes or events are left over: they may have been
 * smuggled in before the handshake. Spec: RFC 6120 5.4.3.3 */
gboolean
xmpp_parser_restart (XmppParser *self, const XmppLimits *limits, GError **error)
{
  g_return_val_if_fail (self != NULL && limits != NULL, FALSE);
  if (self->error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->error));
      return FALSE;
    }
  if (self->next_event < self->events->len || self->scanner.is_open || self->is_closed)
    {
      g_set_error_literal (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_BAD_FORMAT,
                           "The server sent more than it may at this point.");
      return FALSE;
    }
  xmpp_parser_drop_xml (self);
  xmpp_parser_clear_tree (self);
  xmpp_parser_clear_hold (self);
  g_byte_array_set_size (self->header, 0);
  g_clear_pointer (&self->server, g_free);
  self->depth = 0;
  xmpp_scanner_restart (&self->scanner, limits);
  return TRUE;
}

/* Other limits, from now on. */
void
xmpp_parser_set_limits (XmppParser *self, const XmppLimits *limits)
{
  g_return_if_fail (self != NULL && limits != NULL && limits->depth <= XMPP_SCANNER_MAX_DEPTH);
  self->scanner.limits = *limits;
}

/* Whether something was begun and not finished. */
gboolean
xmpp_parser_is_inside_stanza (const XmppParser *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->scanner.is_open;
}

/* Parses one element, within the default limits.
 * @length: in bytes; -1: up to NUL
 * Returns: (transfer full) (nullable).
 * Errors: XMPP_STREAM_ERROR. */
XmppNode *
xmpp_node_new_from_xml (const char *xml, gssize length, GError **error)
{
  static const char header[] = "<stream:stream xmlns:stream='" XMPP_NS_STREAM "'>";
  g_autoptr (XmppParser) parser = xmpp_parser_new (&xmpp_limits_default);
  g_autoptr (XmppNode) opened = NULL;
  g_autoptr (XmppNode) node = NULL;
  g_autoptr (XmppNode) more = NULL;

  g_return_val_if_fail (xml != NULL, NULL);
  if (!xmpp_parser_feed (parser, header, strlen (header), error) ||
      xmpp_parser_next (parser, &opened) != XMPP_PARSER_EVENT_OPENED ||
      !xmpp_parser_feed (parser, xml, length < 0 ? strlen (xml) : (size_t) length, error))
    return NULL;
  if (xmpp_parser_next (parser, &node) == XMPP_PARSER_EVENT_STANZA &&
      !xmpp_parser_is_inside_stanza (parser) &&
      xmpp_parser_next (parser, &more) == XMPP_PARSER_EVENT_NONE)
    return g_steal_pointer (&node);
  g_set_error_literal (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_BAD_FORMAT,
                       "This is not one element.");
  return NULL;
}
