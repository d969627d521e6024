/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-parser.c: bytes to stanzas. RFC 6120 4 and 11; what hostile bytes do is tested by
 * tests/hostile */
#include "config.h"

#include <string.h>

#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-parser.h"

#define HEADER                                                                                \
  "<?xml version='1.0'?><stream:stream from='example.com' id='++TR84Sm6A3hnt3Q065SnAbbk3Y=' " \
  "to='juliet@example.com' version='1.0' xml:lang='en' xmlns='jabber:client' "                \
  "xmlns:stream='http://etherx.jabber.org/streams'>"

static void
feed (XmppParser *parser, const char *text)
{
  g_autoptr (GError) error = NULL;

  xmpp_parser_feed (parser, text, strlen (text), &error);
  g_assert_no_error (error);
}

static void
assert_next (XmppParser *parser, XmppParserEvent expected, const char *xml)
{
  g_autoptr (XmppNode) node = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  g_assert_cmpint (xmpp_parser_next (parser, &node), ==, expected);
  if (xml == NULL)
    return;
  g_assert_nonnull (node);
  xmpp_node_append_xml (node, out, XMPP_NS_CLIENT);
  g_assert_cmpstr (out->str, ==, xml);
}

static XmppParser *
new_opened (const XmppLimits *limits)
{
  XmppParser *parser = xmpp_parser_new (limits);

  feed (parser, HEADER);
  assert_next (parser, XMPP_PARSER_EVENT_OPENED, NULL);
  return parser;
}

static void
test_a_header_is_an_event_with_its_attributes (void)
{
  g_autoptr (XmppParser) parser = xmpp_parser_new (&xmpp_limits_before_login);
  g_autoptr (XmppNode) header = NULL;
  g_autoptr (XmppNode) none = NULL;

  g_assert_false (xmpp_parser_is_inside_stanza (parser));
  feed (parser, HEADER);
  g_assert_cmpint (xmpp_parser_next (parser, &header), ==, XMPP_PARSER_EVENT_OPENED);
  g_assert_true (xmpp_node_is (header, "stream", XMPP_NS_STREAM));
  g_assert_cmpstr (xmpp_node_get (header, "from"), ==, "example.com");
  g_assert_cmpstr (xmpp_node_get (header, "xml:lang"), ==, "en");
  g_assert_cmpint (xmpp_parser_next (parser, &none), ==, XMPP_PARSER_EVENT_NONE);
}

static void
test_stanzas_come_whole_and_in_order (void)
{
  g_autoptr (XmppParser) parser = new_opened (&xmpp_limits_default);

  feed (parser, "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                "<mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>\n"
                "<message from='a@b' xml:lang='de'><body>a &amp; "
                "<![CDATA[<b>]]>&#x1F600;</body>tail</message><pres");
  assert_next (
      parser, XMPP_PARSER_EVENT_STANZA,
      "<features xmlns='http://etherx.jabber.org/streams'>"
      "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism>"
      "</mechanisms></features>");
  assert_next (parser, XMPP_PARSER_EVENT_STANZA,
               "<message from='a@b' xml:lang='de'><body>a &amp; "
               "&lt;b&gt;\xf0\x9f\x98\x80</body>tail</message>");
  assert_next (parser, XMPP_PARSER_EVENT_NONE, NULL);
  g_assert_true (xmpp_parser_is_inside_stanza (parser));
  feed (parser, "ence/>");
  assert_next (parser, XMPP_PARSER_EVENT_STANZA, "<presence/>");
  g_assert_false (xmpp_parser_is_inside_stanza (parser));
  feed (parser, "</stream:stream> \n");
  assert_next (parser, XMPP_PARSER_EVENT_CLOSED, NULL);
}

static void
test_prefixes_are_resolved (void)
{
  g_autoptr (XmppParser) parser = new_opened (&xmpp_limits_default);

  feed (parser,
        "<message xmlns:c='jabber:client'><c:body xmlns:e='urn:e' e:x='1' x='2'>prefixed</c:body>"
        "<body xmlns='urn:evil'>foreign</body></message>");
  assert_next (parser, XMPP_PARSER_EVENT_STANZA,
               "<message><body xmlns:n0='urn:e' n0:x='1' x='2'>prefixed</body>"
               "<body xmlns='urn:evil'>foreign</body></message>");
}

static void
test_a_restart_wants_nothing_left_over (void)
{
  g_autoptr (XmppParser) parser = new_opened (&xmpp_limits_before_login);
  g_autoptr (GError) error = NULL;

  feed (parser, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  g_assert_false (xmpp_parser_restart (parser, &xmpp_limits_before_login, &error));
  g_assert_error (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_BAD_FORMAT);
  g_clear_error (&error);
  assert_next (parser, XMPP_PARSER_EVENT_STANZA,
               "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  feed (parser, "<");
  g_assert_false (xmpp_parser_restart (parser, &xmpp_limits_before_login, &error));
  g_clear_error (&error);
  feed (parser, "a/>");
  assert_next (parser, XMPP_PARSER_EVENT_STANZA, "<a/>");
  g_assert_true (xmpp_parser_restart (parser, &xmpp_limits_default, &error));
  feed (parser, "\n" HEADER "<b/>");
  assert_next (parser, XMPP_PARSER_EVENT_OPENED, NULL);
  assert_next (parser, XMPP_PARSER_EVENT_STANZA, "<b/>");
}

static void
test_what_came_before_a_fault_is_given (void)
{
  g_autoptr (XmppParser) parser = new_opened (&xmpp_limits_default);
  g_autoptr (GError) error = NULL;
  static const char text[] = "<a/><b></c><d/>";

  g_assert_false (xmpp_parser_feed (parser, text, strlen (text), &error));
  g_assert_error (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
  assert_next (parser, XMPP_PARSER_EVENT_STANZA, "<a/>");
  assert_next (parser, XMPP_PARSER_EVENT_NONE, NULL);
  g_clear_error (&error);
  g_assert_false (xmpp_parser_feed (parser, "<e/>", 4, &error));
  g_assert_error (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
}

/* What is skipped must be text to its last byte, however it comes. */
static void
test_broken_characters_in_a_dropped_stanza_end_the_stream (void)
{
  static const XmppLimits limits = { 300, 8, 8, 8, 8, 200, 1 };
  g_autofree char *body = g_strnfill (400, 'x');
  g_autofree char *text =
      g_strconcat ("<message from='m@ev'><body>", body, "</body></messa\xe5ge><a/>", NULL);

  for (size_t step = 1; step <= strlen (text); step = step == 1 ? strlen (text) : step + 1)
    {
      g_autoptr (XmppParser) parser = new_opened (&limits);
      g_autoptr (GError) error = NULL;

      for (size_t at = 0; at < strlen (text) && error == NULL; at += step)
        xmpp_parser_feed (parser, text + at, MIN (step, strlen (text) - at), &error);
      g_assert_error (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
    }
}

/* XML 1.0, 4.6: they stand for one character, wherever they stand. */
static void
test_references_are_characters (void)
{
  g_autoptr (XmppParser) parser = new_opened (&xmpp_limits_default);
  g_autoptr (XmppNode) node = NULL;
  g_autoptr (GError) error = NULL;

  feed (parser, "<a xmlns='u&amp;&#38;v' b='&amp;&lt;&gt;&quot;&apos;&#38;&#x26;&#38;amp;'>"
                "&amp;&lt;&gt;&quot;&apos;&#38;&#x26;&#38;amp;</a>");
  g_assert_cmpint (xmpp_parser_next (parser, &node), ==, XMPP_PARSER_EVENT_STANZA);
  g_assert_cmpstr (xmpp_node_get_ns (node), ==, "u&&v");
  g_assert_cmpstr (xmpp_node_get (node, "b"), ==, "&<>\"'&&&amp;");
  g_assert_cmpstr (xmpp_node_get_text (node), ==, "&<>\"'&&&amp;");
  xmpp_parser_feed (parser, "<a b='&undeclared;'/>", 21, &error);
  g_assert_error (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
}

/* RFC 3629 3: no character has two forms. A11 of hostile input */
static void
test_overlong_characters_end_the_stream (void)
{
  static const char *const characters[] = { "\xc0\xaf", "\xc1\xaf", "\xe0\x80\xaf",
                                            "\xf0\x80\x80\xaf", "\xed\xa0\x80" };
  static const char *const places[] = { "<a>%s</a>", "<a><![CDATA[%s]]></a>", "<a b='%s'/>",
                                        "<a xmlns='%s'/>", "<a><%s/></a>" };

  for (guint i = 0; i < G_N_ELEMENTS (characters); i++)
    for (guint j = 0; j < G_N_ELEMENTS (places); j++)
      {
        g_auto (GStrv) parts = g_strsplit (places[j], "%s", 2);
        g_autofree char *text = g_strconcat (parts[0], characters[i], parts[1], NULL);
        g_autoptr (XmppParser) parser = new_opened (&xmpp_limits_default);
        g_autoptr (GError) error = NULL;

        xmpp_parser_feed (parser, text, strlen (text), &error);
        g_assert_error (error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_WELL_FORMED);
        assert_next (parser, XMPP_PARSER_EVENT_NONE, NULL);
      }
}

/* A roster of 10,000 contacts in five groups each is one stanza, and an honest one. */
static void
test_an_answer_of_our_own_server_may_be_long (void)
{
  g_autoptr (GString) xml =
      g_string_new ("<iq type='result' id='1' to='juliet@example.com/balcony'>"
                    "<query xmlns='jabber:iq:roster'>");
  g_autoptr (XmppParser) parser = new_opened (&xmpp_limits_default);
  g_autoptr (XmppNode) iq = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (
        xml,
        "<item jid='contact%u@example.com' name='Contact number %u, with a name' "
        "subscription='both'><group>Friends and others</group><group>Family</group>"
        "<group>Work</group><group>Verona</group><group>Group %u</group></item>",
        i, i, i % 20);
  g_string_append (xml, "</query></iq>");
  g_assert_cmpuint (xml->len, >, xmpp_limits_default.stanza_bytes);
  feed (parser, xml->str);
  g_assert_cmpint (xmpp_parser_next (parser, &iq), ==, XMPP_PARSER_EVENT_STANZA);
  g_assert_cmpuint (xmpp_node_get_n_children (xmpp_node_get_first (iq)), ==, 10000);
}

static void
test_one_element_is_read_for_the_store (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) node =
      xmpp_node_new_from_xml (" <a xmlns='urn:a'><b>c</b></a>\n", -1, &error);
  static const char *const bad[] = { "",
                                     "a",
                                     "<a>",
                                     "<a/><b/>",
                                     "<a/></stream:stream>",
                                     "<a/>b",
                                     "<x:a/>",
                                     "<?xml version='1.0'?><a/>" };

  g_assert_no_error (error);
  g_assert_true (xmpp_node_is (node, "a", "urn:a"));
  g_assert_cmpstr (xmpp_node_get_child_text (node, "b", NULL), ==, "c");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (xmpp_node_new_from_xml (bad[i], -1, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xmpp/parser/a-header-is-an-event-with-its-attributes",
                   test_a_header_is_an_event_with_its_attributes);
  g_test_add_func ("/xmpp/parser/stanzas-come-whole-and-in-order",
                   test_stanzas_come_whole_and_in_order);
  g_test_add_func ("/xmpp/parser/prefixes-are-resolved", test_prefixes_are_resolved);
  g_test_add_func ("/xmpp/parser/a-restart-wants-nothing-left-over",
                   test_a_restart_wants_nothing_left_over);
  g_test_add_func ("/xmpp/parser/what-came-before-a-fault-is-given",
                   test_what_came_before_a_fault_is_given);
  g_test_add_func ("/xmpp/parser/broken-characters-in-a-dropped-stanza-end-the-stream",
                   test_broken_characters_in_a_dropped_stanza_end_the_stream);
  g_test_add_func ("/xmpp/parser/overlong-characters-end-the-stream",
                   test_overlong_characters_end_the_stream);
  g_test_add_func ("/xmpp/parser/references-are-characters", test_references_are_characters);
  g_test_add_func ("/xmpp/parser/an-answer-of-our-own-server-may-be-long",
                   test_an_answer_of_our_own_server_may_be_long);
  g_test_add_func ("/xmpp/parser/one-element-is-read-for-the-store",
                   test_one_element_is_read_for_the_store);
  return g_test_run ();
}
