/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-stream.c: any bytes as a stream. However they are cut, the same comes out, and what comes
 * out keeps the limits. RFC 6120 4 and 11; rows A of hostile input */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-parser.h"

#define HEADER                                                                            \
  "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' " \
  "from='ex' to='a@ex' version='1.0'>"

/* Small, so that short inputs break them. */
static const XmppLimits limits = {
  .stanza_bytes = 600,
  .depth = 8,
  .attributes = 6,
  .namespaces = 5,
  .elements = 20,
  .tag_bytes = 200,
  .own_factor = 2,
};

static void
check_node (const XmppNode *root)
{
  const XmppNode *node = root;
  guint depth = 1;

  while (TRUE)
    {
      g_assert_cmpuint (depth, <=, limits.depth);
      g_assert_true (g_utf8_validate (xmpp_node_get_name (node), -1, NULL));
      g_assert_true (g_utf8_validate (xmpp_node_get_ns (node), -1, NULL));
      g_assert_true (g_utf8_validate (xmpp_node_get_text (node), -1, NULL));
      if (xmpp_node_get_first (node) != NULL)
        {
          node = xmpp_node_get_first (node);
          depth++;
          continue;
        }
      for (; node != root && xmpp_node_get_next (node) == NULL; depth--)
        node = xmpp_node_get_parent (node);
      if (node == root)
        return;
      node = xmpp_node_get_next (node);
    }
}

/* What was read can be written, and says the same. */
static void
check_written (const XmppNode *node)
{
  g_autofree char *xml = xmpp_node_to_xml (node);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) again = xmpp_node_new_from_xml (xml, -1, &error);

  g_assert_no_error (error);
  g_assert_true (xmpp_node_equal (node, again));
}

static void
take_events (XmppParser *parser, GString *seen)
{
  XmppParserEvent event;
  XmppNode *next = NULL;

  while ((event = xmpp_parser_next (parser, &next)) != XMPP_PARSER_EVENT_NONE)
    {
      g_autoptr (XmppNode) node = next;

      g_string_append_printf (seen, "%d ", event);
      if (node != NULL)
        {
          check_node (node);
          if (event == XMPP_PARSER_EVENT_STANZA)
            check_written (node);
          xmpp_node_append_xml (node, seen, XMPP_NS_CLIENT);
        }
    }
}

/* What comes of the bytes when they come `step` at a time; 0: all at once. */
static char *
read_bytes (const uint8_t *data, size_t size, size_t step, gboolean with_header)
{
  g_autoptr (XmppParser) parser = xmpp_parser_new (&limits);
  g_autoptr (GError) error = NULL;
  GString *seen = g_string_new (NULL);

  if (with_header)
    xmpp_parser_feed (parser, HEADER, strlen (HEADER), NULL);
  for (size_t at = 0; at < size && error == NULL;)
    {
      size_t length = step == 0 ? size : MIN (step, size - at);
      /* On its own, so that a sanitizer sees where it ends. */
      g_autofree uint8_t *piece = g_memdup2 (data + at, length);

      xmpp_parser_feed (parser, piece, length, &error);
      take_events (parser, seen);
      at += length;
    }
  g_string_append_printf (seen, " inside %d",
                          error == NULL && xmpp_parser_is_inside_stanza (parser));
  if (error != NULL)
    {
      g_assert_true (error->domain == XMPP_STREAM_ERROR);
      g_string_append_printf (seen, " error %s", xmpp_stream_error_to_name (error->code));
    }
  return g_string_free (seen, FALSE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  gboolean with_header;
  g_autofree char *whole = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *pieces = NULL;

  if (size < 1)
    return 0;
  with_header = (data[0] & 1) == 0;
  whole = read_bytes (data + 1, size - 1, 0, with_header);
  bytes = read_bytes (data + 1, size - 1, 1, with_header);
  pieces = read_bytes (data + 1, size - 1, 2 + data[0] % 61, with_header);
  g_assert_cmpstr (whole, ==, bytes);
  g_assert_cmpstr (whole, ==, pieces);
  return 0;
}
