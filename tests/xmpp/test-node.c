/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-node.c: XML elements. RFC 6120 11, Namespaces in XML 1.0 */
#include "config.h"

#include <string.h>

#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-node.h"
#include "xmpp/xmpp-ns.h"

static void
assert_xml (const XmppNode *node, const char *context_ns, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  xmpp_node_append_xml (node, out, context_ns);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_children_take_the_parents_namespace (void)
{
  g_autoptr (XmppNode) message = xmpp_node_new ("message", XMPP_NS_CLIENT);
  XmppNode *delay;

  xmpp_node_set (message, "to", "juliet@example.com");
  xmpp_node_add_with_text (message, "body", NULL, "Wherefore art thou?");
  delay = xmpp_node_add (message, "delay", XMPP_NS_DELAY);
  xmpp_node_set (delay, "stamp", "2002-09-10T23:08:25Z");

  g_assert_true (xmpp_node_is (xmpp_node_get_first (message), "body", XMPP_NS_CLIENT));
  g_assert_cmpuint (xmpp_node_get_n_children (message), ==, 2);
  g_assert_cmpstr (xmpp_node_get_child_text (message, "body", XMPP_NS_CLIENT), ==,
                   "Wherefore art thou?");
  g_assert_null (xmpp_node_get_child_text (message, "body", XMPP_NS_DELAY));
  g_assert_true (xmpp_node_find (message, NULL, XMPP_NS_DELAY) == delay);
  g_assert_true (xmpp_node_get_parent (delay) == message);
  g_assert_null (xmpp_node_find_next (delay, NULL, NULL));
  assert_xml (message, XMPP_NS_CLIENT,
              "<message to='juliet@example.com'><body>Wherefore art thou?</body><delay "
              "xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/></message>");
  assert_xml (message, NULL,
              "<message xmlns='jabber:client' to='juliet@example.com'><body>Wherefore art "
              "thou?</body><delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/></message>");
}

static void
test_attributes_are_set_replaced_and_removed (void)
{
  g_autoptr (XmppNode) node = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  const char *from;

  xmpp_node_set (node, "from", "a@example.com");
  xmpp_node_set (node, "to", "b@example.com");
  xmpp_node_set (node, "xml:lang", "en");
  from = xmpp_node_get (node, "from");
  /* What was lent stays valid while its node is turned round. */
  xmpp_node_set (node, "from", xmpp_node_get (node, "to"));
  xmpp_node_set (node, "to", from);
  g_assert_cmpstr (from, ==, "a@example.com");
  g_assert_cmpstr (xmpp_node_get (node, "from"), ==, "b@example.com");
  g_assert_cmpstr (xmpp_node_get (node, "to"), ==, "a@example.com");
  g_assert_cmpstr (xmpp_node_get (node, "xml:lang"), ==, "en");
  g_assert_cmpstr (xmpp_node_get_with_ns (node, "lang", XMPP_NS_XML), ==, "en");
  g_assert_null (xmpp_node_get (node, "lang"));
  xmpp_node_set (node, "to", NULL);
  xmpp_node_set (node, "id", NULL);
  xmpp_node_set (node, "type", "");
  g_assert_null (xmpp_node_get (node, "to"));
  g_assert_cmpstr (xmpp_node_get (node, "type"), ==, "");
  assert_xml (node, XMPP_NS_CLIENT, "<iq xml:lang='en' from='b@example.com' type=''/>");
}

static void
test_what_xml_forbids_is_left_out (void)
{
  g_autoptr (XmppNode) node = xmpp_node_new ("body", NULL);

  xmpp_node_set (node, "a", "\"'<>&\t\n\r\x01");
  xmpp_node_add_text (
      node, "a\x01<&>]]>"
            "\x1f\xef\xbf\xbe\xef\xbf\xbf\xed\xa0\x80\xc0\xaf\xf0\x9f\x98\x80\xf0\x9f\r\n'\"\xc3");
  assert_xml (node, NULL,
              "<body "
              "a='\"&apos;&lt;&gt;&amp;&#9;&#10;&#13;'>a&lt;&amp;&gt;]]&gt;\xf0\x9f\x98\x80&#13;\n'"
              "\"</body>");
}

static void
test_mixed_content_keeps_its_order (void)
{
  g_autoptr (XmppNode) p = xmpp_node_new ("p", "http://www.w3.org/1999/xhtml");
  g_autoptr (XmppNode) copy = NULL;

  g_assert_cmpstr (xmpp_node_get_text (p), ==, "");
  xmpp_node_add_text (p, "one ");
  xmpp_node_add_with_text (p, "em", NULL, "two");
  xmpp_node_add_text (p, " three");
  g_assert_cmpstr (xmpp_node_get_text (p), ==, "one  three");
  xmpp_node_add (p, "br", NULL);
  xmpp_node_add_text (p, " fo");
  xmpp_node_add_text (p, "ur");
  g_assert_cmpstr (xmpp_node_get_text (p), ==, "one  three four");
  copy = xmpp_node_dup (p);
  g_assert_true (xmpp_node_equal (p, copy));
  assert_xml (copy, NULL,
              "<p xmlns='http://www.w3.org/1999/xhtml'>one <em>two</em> three<br/> four</p>");
  xmpp_node_add_text (copy, "!");
  g_assert_false (xmpp_node_equal (p, copy));
}

static void
test_copies_are_trees_of_their_own (void)
{
  g_autoptr (XmppNode) outer = xmpp_node_new ("message", XMPP_NS_CLIENT);
  g_autoptr (XmppNode) copy = NULL;
  g_autoptr (XmppNode) kept = NULL;
  XmppNode *inner, *nested;

  inner = xmpp_node_add (outer, "x", "urn:x");
  xmpp_node_add_text (outer, "tail");
  xmpp_node_add_with_text (xmpp_node_add (inner, "y", ""), "z", "urn:x", "deep");
  copy = xmpp_node_dup (inner);
  g_assert_null (xmpp_node_get_parent (copy));
  g_assert_null (xmpp_node_get_next (copy));
  assert_xml (copy, NULL, "<x xmlns='urn:x'><y xmlns=''><z xmlns='urn:x'>deep</z></y></x>");
  g_assert_true (xmpp_node_equal (copy, inner));
  nested = xmpp_node_add_copy (inner, outer);
  g_assert_cmpstr (xmpp_node_get_name (nested), ==, "message");
  assert_xml (outer, XMPP_NS_CLIENT,
              "<message><x xmlns='urn:x'><y xmlns=''><z xmlns='urn:x'>deep</z></y><message "
              "xmlns='jabber:client'><x xmlns='urn:x'><y xmlns=''><z "
              "xmlns='urn:x'>deep</z></y></x>tail</message></x>tail</message>");
  /* A reference to any node keeps the tree. */
  kept = xmpp_node_ref (inner);
  g_clear_pointer (&outer, xmpp_node_unref);
  g_assert_cmpstr (xmpp_node_get_name (xmpp_node_get_parent (kept)), ==, "message");
}

static void
test_equality_ignores_the_order_of_attributes_only (void)
{
  g_autoptr (XmppNode) a = xmpp_node_new ("a", "urn:a");
  g_autoptr (XmppNode) b = xmpp_node_new ("a", "urn:a");

  xmpp_node_set (a, "x", "1");
  xmpp_node_set (a, "y", "2");
  xmpp_node_set (b, "y", "2");
  g_assert_false (xmpp_node_equal (a, b));
  xmpp_node_set (b, "x", "1");
  g_assert_true (xmpp_node_equal (a, b));
  xmpp_node_add (a, "b", NULL);
  xmpp_node_add (xmpp_node_add (a, "c", NULL), "d", NULL);
  xmpp_node_add (xmpp_node_add (b, "b", NULL), "d", NULL);
  xmpp_node_add (b, "c", NULL);
  g_assert_false (xmpp_node_equal (a, b));
}

static void
test_a_million_levels_are_no_recursion (void)
{
  g_autoptr (XmppNode) root = xmpp_node_new ("a", NULL);
  g_autoptr (XmppNode) copy = NULL;
  g_autofree char *xml = NULL;
  XmppNode *node = root;

  for (guint i = 0; i < 1000 * 1000; i++)
    node = xmpp_node_add (node, "a", NULL);
  copy = xmpp_node_dup (root);
  g_assert_true (xmpp_node_equal (root, copy));
  xml = xmpp_node_to_xml (copy);
  g_assert_cmpuint (strlen (xml), ==, 7 * 1000 * 1000 + 4);
}

static void
test_a_stanza_error_is_read_and_written (void)
{
  g_autoptr (XmppNode) iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  g_autoptr (XmppNode) bare = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) unknown = NULL;

  xmpp_node_add_stanza_error (iq, XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED, "Subscribe first.");
  assert_xml (iq, XMPP_NS_CLIENT,
              "<iq><error type='auth'><subscription-required "
              "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
              "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Subscribe first.</text></error></iq>");
  error = xmpp_stanza_error_new_from_node (iq);
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED);
  g_assert_cmpstr (error->message, ==, "Subscribe first.");
  unknown = xmpp_stanza_error_new_from_node (bare);
  g_assert_error (unknown, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_UNDEFINED_CONDITION);
}

/* RFC 6120 8.3.2: the type says whether to try again; where there is none, the condition. */
static void
test_a_stanza_error_says_whether_to_try_again (void)
{
  static const struct
  {
    const char *type; /* (nullable) */
    XmppStanzaError condition;
    gboolean is_temporary;
  } rows[] = { { "wait", XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR, TRUE },
               { "cancel", XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT, FALSE },
               { "cancel", XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, FALSE },
               { "bogus", XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT, TRUE },
               { NULL, XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT, TRUE },
               { NULL, XMPP_STANZA_ERROR_FORBIDDEN, FALSE } };
  g_autoptr (GError) other = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_FAILED, "No");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (XmppNode) iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) copy = NULL;

      xmpp_node_add_stanza_error (iq, rows[i].condition, NULL);
      xmpp_node_set (xmpp_node_find (iq, "error", XMPP_NS_CLIENT), "type", rows[i].type);
      error = xmpp_stanza_error_new_from_node (iq);
      copy = g_error_copy (error);
      g_assert_cmpint (xmpp_stanza_error_is_temporary (copy), ==, rows[i].is_temporary);
    }
  g_assert_false (xmpp_stanza_error_is_temporary (other));
  g_assert_false (xmpp_stanza_error_is_temporary (NULL));
}

static void
test_a_stream_errors_text_is_cut_at_a_character (void)
{
  g_autoptr (XmppNode) node = xmpp_node_new ("error", XMPP_NS_STREAM);
  g_autoptr (GString) text = g_string_new ("x");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "\xf0\x9f\x98\x80");
  xmpp_node_add_with_text (node, "text", XMPP_NS_STREAMS, text->str);
  xmpp_node_add (node, "see-other-host", XMPP_NS_STREAMS);
  error = xmpp_stream_error_new_from_node (node);
  g_assert_error (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SEE_OTHER_HOST);
  g_assert_cmpuint (strlen (error->message), ==, 1021);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_conditions_have_names_both_ways (void)
{
  for (guint i = 0; i <= XMPP_STREAM_ERROR_UNSUPPORTED_VERSION; i++)
    g_assert_cmpuint (xmpp_stream_error_from_name (xmpp_stream_error_to_name (i)), ==, i);
  for (guint i = 0; i <= XMPP_STANZA_ERROR_UNEXPECTED_REQUEST; i++)
    g_assert_cmpuint (xmpp_stanza_error_from_name (xmpp_stanza_error_to_name (i)), ==, i);
  g_assert_cmpuint (xmpp_stream_error_from_name ("evil"), ==,
                    XMPP_STREAM_ERROR_UNDEFINED_CONDITION);
}

/* Namespaces in XML 1.0, 3: "xml" is declared by nobody, and its namespace nobody's default. */
static void
test_elements_of_xmls_own_namespace_keep_its_prefix (void)
{
  static const char xml[] = "<a xmlns='urn:a'><xml:b c='d'>e<f/><xml:g/></xml:b></a>";
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) node = xmpp_node_new_from_xml (xml, -1, &error);
  g_autoptr (XmppNode) again = NULL;
  g_autofree char *written = NULL;

  g_assert_no_error (error);
  written = xmpp_node_to_xml (node);
  g_assert_cmpstr (written, ==,
                   "<a xmlns='urn:a'><xml:b c='d'>e<f xmlns='urn:a'/><xml:g/></xml:b></a>");
  again = xmpp_node_new_from_xml (written, -1, &error);
  g_assert_no_error (error);
  g_assert_true (xmpp_node_equal (node, again));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xmpp/node/children-take-the-parents-namespace",
                   test_children_take_the_parents_namespace);
  g_test_add_func ("/xmpp/node/attributes-are-set-replaced-and-removed",
                   test_attributes_are_set_replaced_and_removed);
  g_test_add_func ("/xmpp/node/what-xml-forbids-is-left-out", test_what_xml_forbids_is_left_out);
  g_test_add_func ("/xmpp/node/mixed-content-keeps-its-order", test_mixed_content_keeps_its_order);
  g_test_add_func ("/xmpp/node/copies-are-trees-of-their-own", test_copies_are_trees_of_their_own);
  g_test_add_func ("/xmpp/node/equality-ignores-the-order-of-attributes-only",
                   test_equality_ignores_the_order_of_attributes_only);
  g_test_add_func ("/xmpp/node/a-million-levels-are-no-recursion",
                   test_a_million_levels_are_no_recursion);
  g_test_add_func ("/xmpp/node/elements-of-xmls-own-namespace-keep-its-prefix",
                   test_elements_of_xmls_own_namespace_keep_its_prefix);
  g_test_add_func ("/xmpp/error/a-stanza-error-is-read-and-written",
                   test_a_stanza_error_is_read_and_written);
  g_test_add_func ("/xmpp/error/a-stanza-error-says-whether-to-try-again",
                   test_a_stanza_error_says_whether_to_try_again);
  g_test_add_func ("/xmpp/error/a-stream-errors-text-is-cut-at-a-character",
                   test_a_stream_errors_text_is_cut_at_a_character);
  g_test_add_func ("/xmpp/error/conditions-have-names-both-ways",
                   test_conditions_have_names_both_ways);
  return g_test_run ();
}
