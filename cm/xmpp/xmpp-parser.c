/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-parser.c: bytes to stanzas, bounded. RFC 6120 4, 11 and 13.12; XEP-0478
 *
 * Three stages: XmppScanner finds out where tags and stanzas end and whether a limit is broken;
 * libxml2 is given whole tags only; its events build the tree. Nothing is ever handed to libxml2
 * that could cost it more than linear time or more memory than the stanza has bytes, and its
 * dictionary is thrown away when others have filled it with names. */
#include "config.h"

#include "xmpp/xmpp-parser.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include "xmpp/xmpp-node-private.h"
#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-scanner.h"

/* So much text is gathered before libxml2 sees it, unless a tag comes first. */
#define BLOCK_BYTES 4096
/* What a parser may keep between stanzas: names in its dictionary, bytes in a buffer. */
#define MAX_NAMES 1024
#define MAX_NAME_BYTES (256 * 1024)
#define MAX_KEPT_BYTES (16 * 1024)
/* The longest reference, generously: "&#x10FFFF;" with leading zeros. */
#define MAX_REFERENCE_BYTES 32

#define CDATA_START "<![CDATA["
#define CDATA_END "]]>"

const XmppLimits xmpp_limits_default = {
  .stanza_bytes = 1024 * 1024,
  .depth = 64,
  .attributes = 64,
  .namespaces = 64,
  .elements = 10000,
  .tag_bytes = 64 * 1024,
  .own_factor = 4,
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

typedef struct
{
  XmppParserEvent event;
  XmppNode *node; /* (owned, nullable) */
} Event;

struct _XmppParser
{
  XmppScanner scanner;
  xmlParserCtxtPtr xml; /* (owned, nullable) NULL: made when needed, and given the header again */
  GByteArray *hold; /* (owned) the unfinished end of what was fed */
  GByteArray *header; /* (owned) the stream header's tag as it came; empty: none yet */
  char *server; /* (owned, nullable) who the header is from */
  GError *error; /* (owned, nullable) why no more may be fed */
  gboolean is_closed;

  GArray *events; /* (owned) Event */
  guint next_event;

  /* The tree that is being built. */
  guint depth;
  XmppNode *root; /* (owned, nullable) */
  XmppNode *current;
  GString *text; /* (owned) */
  XmppNsMap namespaces;
  gboolean is_repeating; /* the header is given again: it is no event */
  gboolean is_rescuing; /* a saved start tag is read */
  XmppNode *start; /* (owned, nullable) of the stanza that is skipped */
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
static void
set_error (XmppParser *self, XmppStreamError code)
{
  if (self->error == NULL)
    self->error = g_error_new_literal (XMPP_STREAM_ERROR, code, get_message (code));
}

static void
push_event (XmppParser *self, XmppParserEvent event, XmppNode *node)
{
  Event entry = { event, node };

  g_array_append_val (self->events, entry);
}

static void
event_clear (gpointer data)
{
  Event *event = data;

  g_clear_pointer (&event->node, xmpp_node_unref);
}

/* --- the tree --- */

static void
clear_tree (XmppParser *self)
{
  g_clear_pointer (&self->root, xmpp_node_unref);
  self->current = NULL;
  xmpp_ns_map_clear (&self->namespaces);
  g_string_truncate (self->text, 0);
}

static void
take_text (XmppParser *self)
{
  if (self->text->len == 0)
    return;
  if (self->current != NULL)
    xmpp_node_build_text (self->current, self->text->str, self->text->len);
  g_string_truncate (self->text, 0);
  if (self->text->allocated_len > MAX_KEPT_BYTES)
    {
      g_string_free (self->text, TRUE);
      self->text = g_string_sized_new (256);
    }
}

static void
build_attributes (XmppParser *self, XmppNode *node, int n_attributes, const xmlChar **attributes)
{
  size_t size = 0;
  guint n_with_ns = 0;

  if (n_attributes == 0)
    return;
  for (int i = 0; i < n_attributes; i++)
    {
      const xmlChar **attribute = attributes + i * 5;

      size += strlen ((const char *) attribute[0]) + (attribute[4] - attribute[3]);
      n_with_ns += attribute[2] != NULL;
    }
  xmpp_node_build_attributes (node, n_attributes, n_with_ns, size);
  for (int i = 0; i < n_attributes; i++)
    {
      const char **attribute = (const char **) attributes + i * 5;
      const char *ns = attribute[2];

      if (ns != NULL && strcmp (ns, XMPP_NS_XML) != 0)
        ns = xmpp_ns_map_get (&self->namespaces, node, ns);
      xmpp_node_build_attribute (node, ns, attribute[0], attribute[3], attribute[4] - attribute[3]);
    }
}

static void
start_element_cb (void *data,
                  const xmlChar *name,
                  const xmlChar *prefix,
                  const xmlChar *ns,
                  int n_namespaces,
                  const xmlChar **namespaces,
                  int n_attributes,
                  int n_defaulted,
                  const xmlChar **attributes)
{
  XmppParser *self = data;
  XmppNode *node;

  if (self->error != NULL)
    return;
  if (self->is_repeating)
    {
      self->depth++;
      return;
    }
  take_text (self);
  if (self->depth < 2)
    node = self->root = xmpp_node_build_root ((const char *) name);
  else
    node = xmpp_node_build_child (self->current, (const char *) name);
  if (ns != NULL)
    xmpp_node_build_ns (node, xmpp_ns_map_get (&self->namespaces, node, (const char *) ns));
  build_attributes (self, node, n_attributes, attributes);
  self->current = node;
  if (self->depth++ > 0)
    return;
  if (!xmpp_node_is (node, NULL, XMPP_NS_STREAM))
    set_error (self, XMPP_STREAM_ERROR_INVALID_NAMESPACE);
  else if (!xmpp_node_is (node, "stream", NULL))
    set_error (self, XMPP_STREAM_ERROR_BAD_FORMAT);
  else
    {
      g_free (self->server);
      self->server = g_strdup (xmpp_node_get (node, "from"));
      push_event (self, XMPP_PARSER_EVENT_OPENED, g_steal_pointer (&self->root));
    }
  clear_tree (self);
}

static void
end_element_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *ns)
{
  XmppParser *self = data;

  if (self->error != NULL)
    return;
  take_text (self);
  self->depth--;
  if (self->depth == 0)
    {
      self->is_closed = TRUE;
      push_event (self, XMPP_PARSER_EVENT_CLOSED, NULL);
    }
  else if (self->depth > 1)
    self->current = xmpp_node_get_parent (self->current);
  else if (self->is_rescuing)
    self->start = g_steal_pointer (&self->root);
  else
    push_event (self, XMPP_PARSER_EVENT_STANZA, g_steal_pointer (&self->root));
  if (self->depth < 2)
    clear_tree (self);
}

static void
characters_cb (void *data, const xmlChar *text, int length)
{
  XmppParser *self = data;

  if (self->current != NULL)
    g_string_append_len (self->text, (const char *) text, length);
}

/* --- libxml2 --- */

#if LIBXML_VERSION >= 21200
static void
error_cb (void *data, const xmlError *error)
#else
static void
error_cb (void *data, xmlError *error)
#endif
{
  XmppParser *self = data;

  /* Warnings are of no account here, e.g. about namespaces that are no URIs. */
  if (error->level < XML_ERR_ERROR)
    return;
  switch (error->code)
    {
    case XML_NS_ERR_UNDEFINED_NAMESPACE:
      set_error (self, XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX);
      break;
    case XML_ERR_UNKNOWN_ENCODING:
    case XML_ERR_UNSUPPORTED_ENCODING:
      set_error (self, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING);
      break;
    default:
      set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
      break;
    }
  if (self->xml != NULL)
    xmlStopParser (self->xml);
}

/* The scanner lets none of these three through; should it ever, they end the stream all the same.
 */
static void
instruction_cb (void *data, const xmlChar *target, const xmlChar *text)
{
  set_error (data, XMPP_STREAM_ERROR_RESTRICTED_XML);
}

static void
comment_cb (void *data, const xmlChar *text)
{
  set_error (data, XMPP_STREAM_ERROR_RESTRICTED_XML);
}

static void
doctype_cb (void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
  set_error (data, XMPP_STREAM_ERROR_RESTRICTED_XML);
}

static void
drop_xml (XmppParser *self)
{
  if (self->xml == NULL)
    return;
  if (self->xml->myDoc != NULL)
    g_clear_pointer (&self->xml->myDoc, xmlFreeDoc);
  g_clear_pointer (&self->xml, xmlFreeParserCtxt);
}

static void parse (XmppParser *self, const void *data, size_t length);

static void
make_xml (XmppParser *self)
{
  xmlSAXHandler handler = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = start_element_cb,
    .endElementNs = end_element_cb,
    .characters = characters_cb,
    .ignorableWhitespace = characters_cb,
    .cdataBlock = characters_cb,
    .processingInstruction = instruction_cb,
    .comment = comment_cb,
    .internalSubset = doctype_cb,
    .serror = error_cb,
  };

  self->xml = xmlCreatePushParserCtxt (&handler, self, NULL, 0, NULL);
  if (self->xml == NULL)
    g_error ("libxml2: no memory");
  xmlCtxtUseOptions (self->xml, XML_PARSE_NONET);
  self->depth = 0;
  if (self->header->len == 0)
    return;
  self->is_repeating = TRUE;
  parse (self, self->header->data, self->header->len);
  self->is_repeating = FALSE;
}

/* Hands whole tags, or text that ends with a whole character, to libxml2. */
static void
parse (XmppParser *self, const void *data, size_t length)
{
  if (self->error != NULL || length == 0)
    return;
  if (self->xml == NULL)
    make_xml (self);
  if (self->error != NULL)
    return;
  xmlParseChunk (self->xml, data, length, 0);
  if (!self->xml->wellFormed || !self->xml->nsWellFormed)
    set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
}

/* Names that others chose must not pile up. */
static void
recycle_xml (XmppParser *self)
{
  if (self->xml != NULL && (xmlDictSize (self->xml->dict) > MAX_NAMES ||
                            xmlDictGetUsage (self->xml->dict) > MAX_NAME_BYTES))
    drop_xml (self);
}

/* --- what is held back --- */

static void
clear_hold (XmppParser *self)
{
  if (self->hold->len > MAX_KEPT_BYTES)
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
      parse (self, start, safe);
      g_byte_array_append (self->hold, (const guint8 *) start + safe, end - start - safe);
      return;
    }
  g_byte_array_append (self->hold, (const guint8 *) start, end - start);
  parse (self, self->hold->data, safe);
  if (safe == self->hold->len)
    clear_hold (self);
  else if (safe > 0)
    g_byte_array_remove_range (self->hold, 0, safe);
}

/* Parses all that is before the current tag or text. */
static void
advance_to_token (XmppParser *self, const char *start, const char *end)
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
      parse (self, CDATA_END, strlen (CDATA_END));
      g_byte_array_prepend (self->hold, (const guint8 *) CDATA_START, strlen (CDATA_START));
    }
  self->scanner.token_bytes = self->hold->len;
}

/* The end of what was fed: what is complete is parsed. */
static void
keep_rest (XmppParser *self, const char *start, const char *end)
{
  const XmppScanner *scanner = &self->scanner;

  if (scanner->is_skipping || !scanner->is_open)
    clear_hold (self);
  else if (scanner->token_bytes >= BLOCK_BYTES && !xmpp_scanner_is_in_tag (scanner))
    {
      advance_to_token (self, start, end);
      advance_in_text (self, NULL, NULL);
    }
  else
    advance_to_token (self, start, end);
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
  while (again < end)
    if (xmpp_scanner_run (&self->scanner, &again, end) != XMPP_SCAN_MORE)
      {
        set_error (self, XMPP_STREAM_ERROR_POLICY_VIOLATION);
        return;
      }
}

static void
handle_limit (XmppParser *self, const char *start, const char *at)
{
  if (self->scanner.depth == 1)
    {
      rescue_start (self, start, at);
      return;
    }
  advance_to_token (self, start, at);
  if (self->error != NULL)
    return;
  if (self->root == NULL)
    set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
  else if (!is_own (self, self->root))
    {
      self->start = xmpp_node_dup_start (self->root);
      clear_tree (self);
      clear_hold (self);
      drop_xml (self);
      xmpp_scanner_skip (&self->scanner);
    }
  else if (!xmpp_node_is (self->root, "iq", NULL) || !xmpp_scanner_extend (&self->scanner))
    set_error (self, XMPP_STREAM_ERROR_POLICY_VIOLATION);
}

static void
handle_skipped (XmppParser *self)
{
  self->scanner.is_skipping = FALSE;
  push_event (self, XMPP_PARSER_EVENT_DROPPED, g_steal_pointer (&self->start));
}

/* The start tag that was saved is a small element now. */
static void
handle_started (XmppParser *self)
{
  g_string_append (self->scanner.saved, "/>");
  self->is_rescuing = TRUE;
  parse (self, self->scanner.saved->str, self->scanner.saved->len);
  self->is_rescuing = FALSE;
  if (self->error != NULL)
    return;
  if (self->start == NULL || is_own (self, self->start))
    set_error (self, XMPP_STREAM_ERROR_POLICY_VIOLATION);
  else if (!self->scanner.is_open)
    handle_skipped (self);
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
      parse (self, header->data, header->len);
      g_byte_array_append (self->header, header->data, header->len);
    }
  else
    parse (self, self->hold->data, self->hold->len);
  clear_hold (self);
  if (self->depth != self->scanner.depth)
    set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
  recycle_xml (self);
}

static void
feed (XmppParser *self, const char *start, const char *end)
{
  const char *at = start;

  while (at < end && self->error == NULL)
    {
      XmppScan scan = self->is_closed ? XMPP_SCAN_GAP : xmpp_scanner_run (&self->scanner, &at, end);

      switch (scan)
        {
        case XMPP_SCAN_MORE:
          break;
        case XMPP_SCAN_GAP:
          clear_hold (self);
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
            advance_to_token (self, start, at);
          set_error (self, self->scanner.error);
          return;
        }
      if (self->is_closed && at < end && !g_ascii_isspace (*at++))
        set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
    }
  if (self->error == NULL)
    keep_rest (self, start, end);
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
  self->events = g_array_new (FALSE, FALSE, sizeof (Event));
  g_array_set_clear_func (self->events, event_clear);
  return self;
}

void
xmpp_parser_free (XmppParser *self)
{
  g_return_if_fail (self != NULL);
  drop_xml (self);
  clear_tree (self);
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
        set_error (self, self->scanner.depth == 0 ? XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING
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
  Event *event;

  g_return_val_if_fail (self != NULL && node != NULL, XMPP_PARSER_EVENT_NONE);
  *node = NULL;
  if (self->next_event == self->events->len)
    return XMPP_PARSER_EVENT_NONE;
  event = &g_array_index (self->events, Event, self->next_event++);
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
  drop_xml (self);
  clear_tree (self);
  clear_hold (self);
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
