/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-node-xml.c: XML elements, written and compared. XML 1.0 2.2 and 2.4, Namespaces in XML 1.0
 *
 * What is written is well-formed whatever is in the tree: a body typed by a person may hold
 * anything. */
#include "config.h"

#include "xmpp/xmpp-node.h"

#include <string.h>

#include "xmpp/xmpp-node-private.h"
#include "xmpp/xmpp-ns.h"

/* What stands for a byte below 0x80; NULL: itself; "": nothing. */
static const char *
get_escape (unsigned char byte, gboolean in_attribute)
{
  switch (byte)
    {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '\'':
      return in_attribute ? "&apos;" : NULL;
    case '\t':
      return in_attribute ? "&#9;" : NULL;
    case '\n':
      return in_attribute ? "&#10;" : NULL;
    case '\r':
      return "&#13;";
    default:
      return byte < 0x20 ? "" : NULL;
    }
}

/* The length of the character at `at`, when XML 1.0 admits it; else 0. */
static size_t
get_allowed_length (const char *at)
{
  gunichar c = g_utf8_get_char_validated (at, -1);

  if (c == (gunichar) -1 || c == (gunichar) -2 || c == 0xfffe || c == 0xffff)
    return 0;
  return g_utf8_skip[(unsigned char) *at];
}

static void
append_escaped (GString *out, const char *text, gboolean in_attribute)
{
  const char *start = text;
  const char *at = text;

  while (*at != '\0')
    {
      unsigned char byte = *at;
      size_t length = byte < 0x80 ? 1 : get_allowed_length (at);
      const char *escape = byte < 0x80 ? get_escape (byte, in_attribute) : length > 0 ? NULL
                                                                                      : "";

      if (escape == NULL)
        {
          at += length;
          continue;
        }
      g_string_append_len (out, start, at - start);
      g_string_append (out, escape);
      /* Of a forbidden but whole character all bytes go; of broken UTF-8 one byte at a time. */
      at += byte < 0x80 || g_utf8_get_char_validated (at, -1) >= (gunichar) -2 ? 1
                                                                               : g_utf8_skip[byte];
      start = at;
    }
  g_string_append_len (out, start, at - start);
}

static void
append_value (GString *out, const char *name, const char *value)
{
  g_string_append_c (out, ' ');
  g_string_append (out, name);
  g_string_append (out, "='");
  append_escaped (out, value, TRUE);
  g_string_append_c (out, '\'');
}

/* This namespace may be nobody's default one, and has its prefix everywhere. Namespaces in XML 1.0,
 * 3 */
static void
append_name (const XmppNode *node, GString *out)
{
  if (strcmp (node->ns, XMPP_NS_XML) == 0)
    g_string_append (out, "xml:");
  g_string_append (out, node->name);
}

static void
append_start (const XmppNode *node, GString *out, const char *ns)
{
  XmppAttribute attribute;
  char *at = NULL;
  guint n_prefixes = 0;

  g_string_append_c (out, '<');
  append_name (node, out);
  if (strcmp (node->ns, ns) != 0 && strcmp (node->ns, XMPP_NS_XML) != 0)
    append_value (out, "xmlns", node->ns);
  while (xmpp_node_next_attribute (node, at, &attribute))
    {
      if (*attribute.start == XMPP_ATTRIBUTE_PLAIN)
        append_value (out, attribute.name, attribute.value);
      else if (*attribute.start == XMPP_ATTRIBUTE_XML)
        {
          g_string_append (out, " xml:");
          g_string_append (out, attribute.name);
          g_string_append (out, "='");
          append_escaped (out, attribute.value, TRUE);
          g_string_append_c (out, '\'');
        }
      else
        {
          g_autofree char *declaration = g_strdup_printf ("xmlns:n%u", n_prefixes);
          g_autofree char *name = g_strdup_printf ("n%u:%s", n_prefixes++, attribute.name);

          append_value (out, declaration, attribute.ns);
          append_value (out, name, attribute.value);
        }
      at = attribute.end;
    }
  g_string_append (out, node->first == NULL && node->text == NULL ? "/>" : ">");
  if (node->text != NULL)
    append_escaped (out, node->text, FALSE);
}

static void
append_end (const XmppNode *node, GString *out)
{
  if (node->first == NULL && node->text == NULL)
    return;
  g_string_append (out, "</");
  append_name (node, out);
  g_string_append_c (out, '>');
}

static guint
count_attributes (const XmppNode *self)
{
  XmppAttribute attribute;
  char *at = NULL;
  guint n = 0;

  for (; xmpp_node_next_attribute (self, at, &attribute); n++)
    at = attribute.end;
  return n;
}

static gboolean
equal_own (const XmppNode *a, const XmppNode *b)
{
  XmppAttribute attribute;
  char *at = NULL;

  if (strcmp (a->name, b->name) != 0 || strcmp (a->ns, b->ns) != 0 ||
      a->n_children != b->n_children || g_strcmp0 (a->text, b->text) != 0 ||
      count_attributes (a) != count_attributes (b))
    return FALSE;
  while (xmpp_node_next_attribute (a, at, &attribute))
    {
      if (g_strcmp0 (attribute.value, xmpp_node_get_with_ns (b, attribute.name, attribute.ns)) != 0)
        return FALSE;
      at = attribute.end;
    }
  return TRUE;
}

/* Writes the element as XML.
 * @context_ns: (nullable): the default namespace in force where it is written; NULL: none
 * Characters that XML 1.0 forbids are left out. */
void
xmpp_node_append_xml (const XmppNode *self, GString *out, const char *context_ns)
{
  const XmppNode *node = self;

  g_return_if_fail (self != NULL && out != NULL);
  append_start (node, out, context_ns != NULL ? context_ns : "");
  while (TRUE)
    {
      if (node->first != NULL)
        node = node->first;
      else
        {
          append_end (node, out);
          while (node != self)
            {
              if (node->tail != NULL)
                append_escaped (out, node->tail, FALSE);
              if (node->next != NULL)
                break;
              node = node->parent;
              append_end (node, out);
            }
          if (node == self)
            return;
          node = node->next;
        }
      append_start (node, out, node->parent->ns);
    }
}

/* The element as XML with all its namespaces.
 * Returns: (transfer full). */
char *
xmpp_node_to_xml (const XmppNode *self)
{
  GString *out = g_string_sized_new (256);

  xmpp_node_append_xml (self, out, NULL);
  return g_string_free (out, FALSE);
}

/* Whether both say the same: the order of attributes does not count, that of children and texts
 * does. */
gboolean
xmpp_node_equal (const XmppNode *a, const XmppNode *b)
{
  const XmppNode *root = a;

  g_return_val_if_fail (a != NULL && b != NULL, FALSE);
  if (!equal_own (a, b))
    return FALSE;
  while (TRUE)
    {
      if (a->first != NULL)
        {
          a = a->first;
          b = b->first;
        }
      else
        {
          /* Equal so far means equally deep and equally many, so `b` has what `a` has. */
          while (a != root && a->next == NULL)
            {
              a = a->parent;
              b = b->parent;
            }
          if (a == root)
            return TRUE;
          a = a->next;
          b = b->next;
        }
      if (!equal_own (a, b) || g_strcmp0 (a->tail, b->tail) != 0)
        return FALSE;
    }
}
