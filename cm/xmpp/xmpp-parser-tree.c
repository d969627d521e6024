/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-parser-tree.c: libxml2 and the tree that its events build. RFC 6120 4.8 and 11
 *
 * Nothing recurses, and names that others chose do not pile up: the dictionary is thrown away when
 * it has grown. */
#include "config.h"

#include "xmpp/xmpp-parser-private.h"

#include <libxml/parserInternals.h>
#include <string.h>

#include "xmpp/xmpp-ns.h"

/* What a parser may keep between stanzas, in libxml2's dictionary. */
#define MAX_NAMES 1024
#define MAX_NAME_BYTES (256 * 1024)

void
xmpp_parser_clear_tree (XmppParser *self)
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
  if (self->text->allocated_len > XMPP_PARSER_MAX_KEPT_BYTES)
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
  /* RFC 6120 4.9.1: a stream begins only where the last one was left. */
  if (self->depth == 1 && xmpp_node_is (node, "stream", XMPP_NS_STREAM))
    xmpp_parser_set_error (self, XMPP_STREAM_ERROR_BAD_FORMAT);
  if (self->depth++ > 0)
    return;
  if (!xmpp_node_is (node, NULL, XMPP_NS_STREAM))
    xmpp_parser_set_error (self, XMPP_STREAM_ERROR_INVALID_NAMESPACE);
  else if (!xmpp_node_is (node, "stream", NULL))
    xmpp_parser_set_error (self, XMPP_STREAM_ERROR_BAD_FORMAT);
  else
    {
      g_free (self->server);
      self->server = g_strdup (xmpp_node_get (node, "from"));
      xmpp_parser_push_event (self, XMPP_PARSER_EVENT_OPENED, g_steal_pointer (&self->root));
    }
  xmpp_parser_clear_tree (self);
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
      xmpp_parser_push_event (self, XMPP_PARSER_EVENT_CLOSED, NULL);
    }
  else if (self->depth > 1)
    self->current = xmpp_node_get_parent (self->current);
  else if (self->is_rescuing)
    self->start = g_steal_pointer (&self->root);
  else
    xmpp_parser_push_event (self, XMPP_PARSER_EVENT_STANZA, g_steal_pointer (&self->root));
  if (self->depth < 2)
    xmpp_parser_clear_tree (self);
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

  /* Warnings are of no account here; nor is a namespace that is no URI: it is a name that nobody
   * knows, and anybody may send it through an honest server. */
  if (error->level < XML_ERR_ERROR || error->code == XML_WAR_NS_URI ||
      error->code == XML_WAR_NS_URI_RELATIVE)
    return;
  switch (error->code)
    {
    case XML_NS_ERR_UNDEFINED_NAMESPACE:
      xmpp_parser_set_error (self, XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX);
      break;
    case XML_ERR_UNKNOWN_ENCODING:
    case XML_ERR_UNSUPPORTED_ENCODING:
      xmpp_parser_set_error (self, XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING);
      break;
    default:
      xmpp_parser_set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
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
  xmpp_parser_set_error (data, XMPP_STREAM_ERROR_RESTRICTED_XML);
}

static void
comment_cb (void *data, const xmlChar *text)
{
  xmpp_parser_set_error (data, XMPP_STREAM_ERROR_RESTRICTED_XML);
}

static void
doctype_cb (void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
  xmpp_parser_set_error (data, XMPP_STREAM_ERROR_RESTRICTED_XML);
}

void
xmpp_parser_drop_xml (XmppParser *self)
{
  if (self->xml == NULL)
    return;
  if (self->xml->myDoc != NULL)
    g_clear_pointer (&self->xml->myDoc, xmlFreeDoc);
  g_clear_pointer (&self->xml, xmlFreeParserCtxt);
}

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
  /* NOENT: else "&amp;" in an attribute is given as "&#38;". No entity is ever declared here. */
  xmlCtxtUseOptions (self->xml, XML_PARSE_NONET | XML_PARSE_NOENT);
  self->depth = 0;
  if (self->header->len == 0)
    return;
  self->is_repeating = TRUE;
  xmpp_parser_parse (self, self->header->data, self->header->len);
  self->is_repeating = FALSE;
}

/* Hands whole tags, or text that ends with a whole character, to libxml2. */
void
xmpp_parser_parse (XmppParser *self, const void *data, size_t length)
{
  if (self->error != NULL || length == 0)
    return;
  if (self->xml == NULL)
    make_xml (self);
  if (self->error != NULL)
    return;
  xmlParseChunk (self->xml, data, length, 0);
  /* What is not namespace-well-formed has been an error of its own, or is of no account. */
  if (!self->xml->wellFormed)
    xmpp_parser_set_error (self, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
}

/* Names that others chose must not pile up. */
void
xmpp_parser_recycle_xml (XmppParser *self)
{
  if (self->xml != NULL && (xmlDictSize (self->xml->dict) > MAX_NAMES ||
                            xmlDictGetUsage (self->xml->dict) > MAX_NAME_BYTES))
    xmpp_parser_drop_xml (self);
}
