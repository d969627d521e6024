/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-parser-hostile.c: what a hostile server sends, cut at every byte: the same events and the
 * same end, however it comes. RFC 6120 11; hostile-input A01–A20, A24, A27
 *
 * tests/hostile says the same rows to the whole service. */

#include <string.h>

#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-parser.h"

#define OPEN                                                             \
  "<stream:stream from='ex' id='s' version='1.0' xmlns='jabber:client' " \
  "xmlns:stream='http://etherx.jabber.org/streams'>"
#define HEADER "<?xml version='1.0'?>" OPEN
#define TEXT(literal) literal, sizeof literal - 1
#define BODY(bytes) \
  TEXT (HEADER "<presence/><message from='bob@ex/p'><body>" bytes "</body></message>")

enum
{
  NO_ERROR = -1
};

typedef struct
{
  const char *name;
  const char *bytes;
  size_t length;
  const char *events; /* o: the header, c: the end, !: dropped; else a stanza and its text */
  int error;
} Row;

static const Row rows[] = {
  { "A01",
    TEXT ("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'lol'><!ENTITY b '&a;&a;'>]>" OPEN
          "<message><body>&b;</body></message>"),
    "", XMPP_STREAM_ERROR_RESTRICTED_XML },
  { "A02", TEXT ("<!DOCTYPE x [<!ENTITY a 'lol'>]>" OPEN "<message from='&a;'/>"), "",
    XMPP_STREAM_ERROR_RESTRICTED_XML },
  { "A03", TEXT (HEADER "<presence/><!DOCTYPE x><presence/>"), "o presence() ",
    XMPP_STREAM_ERROR_RESTRICTED_XML },
  { "A05", TEXT ("<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>" OPEN), "",
    XMPP_STREAM_ERROR_RESTRICTED_XML },
  { "A06", BODY ("a&nbsp;b"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A07", TEXT (HEADER "<presence/><?evil x?><presence/>"), "o presence() ",
    XMPP_STREAM_ERROR_RESTRICTED_XML },
  { "A07b", BODY ("<?evil x?>"), "o presence() ", XMPP_STREAM_ERROR_RESTRICTED_XML },
  { "A08", BODY ("he<!-- x -->llo"), "o presence() ", XMPP_STREAM_ERROR_RESTRICTED_XML },
  { "A09", TEXT ("\xff\xfe<\0s\0t\0r\0e\0a\0m\0"), "", XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING },
  { "A09b", TEXT ("<?xml version='1.0' encoding='ISO-8859-1'?>" OPEN), "",
    XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING },
  { "A09c", TEXT ("<?xml version='1.0' encoding='UTF-7'?>" OPEN), "",
    XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING },
  { "A09d", TEXT ("<?xml version='1.0' encoding='utf-8'?>" OPEN "<presence/>"), "o presence() ",
    NO_ERROR },
  { "A10", BODY ("\x01"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A11", BODY ("\xc0\xaf"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A11b", BODY ("\xf0\x28\x8c\x28"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A11c", BODY ("\xed\xa0\x80"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A11d", BODY ("\xf4\x90\x80\x80"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A11e", BODY ("\0"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A12",
    TEXT (HEADER
          "<message from='a@b/\xf0'/><message from='bob@ex'><body>smuggled</body></message>"),
    "o ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A13", BODY ("&#0;"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A13b", BODY ("&#x1;"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A13c", BODY ("&#xFFFE;"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A13d", BODY ("&#x110000;"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A13e", BODY ("&#99999999999;"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A13f", TEXT (HEADER "<message x='&#x1;'/>"), "o ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A13g", BODY ("&#x1F600;&#65;&lt;&quot;"),
    "o presence() message(\xf0\x9f\x98\x80"
    "A<\") ",
    NO_ERROR },
  { "A20", TEXT (HEADER "<foo:message/>"), "o ", XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX },
  { "A20b", TEXT (HEADER "<message xmlns:a='u' xmlns:b='u' a:x='' b:x=''/>"), "o ",
    XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A20c", TEXT (HEADER "<message x='' x=''/>"), "o ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A20d", TEXT (HEADER "<message xmlns:xml='urn:evil'/>"), "o ",
    XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A20e", TEXT (HEADER "<message xmlns:p=''/>"), "o ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A20f", TEXT (HEADER "<message><a:b:c xmlns:a='u'/></message>"), "o ",
    XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "A22", TEXT (HEADER "<message><body xmlns='jabber:client '>evil</body></message><presence/>"),
    "o message() presence() ", NO_ERROR },
  { "A22b", TEXT (HEADER "<message xmlns:a=' http://[x' a:b=''/><message xmlns='%'/><presence/>"),
    "o message() message() presence() ", NO_ERROR },
  { "A22c", TEXT (HEADER "<message><x xmlns='jabber:client&#10;'/></message><presence/>"),
    "o message() presence() ", NO_ERROR },
  { "A23", TEXT (HEADER "<message xmlns='urn:evil'/><presence/>"), "o message() presence() ",
    NO_ERROR },
  { "A24", TEXT (HEADER "<presence/>" OPEN), "o presence() ", XMPP_STREAM_ERROR_BAD_FORMAT },
  { "A24b", TEXT (HEADER "<presence/>hello<presence/>"), "o presence() ",
    XMPP_STREAM_ERROR_BAD_FORMAT },
  { "A24c", TEXT (HEADER "<presence/></stream:stream><presence/>"), "o presence() c ",
    XMPP_STREAM_ERROR_NOT_WELL_FORMED },
  { "CDATA", BODY ("<![CDATA[<a>]]]]><![CDATA[>&amp;]]>"), "o presence() message(<a>]]>&amp;) ",
    NO_ERROR },
  { "line ends", BODY ("a\r\nb\rc\n"), "o presence() message(a\nb\nc\n) ", NO_ERROR },
  { "CDATA's end in text", BODY ("a]]>b"), "o presence() ", XMPP_STREAM_ERROR_NOT_WELL_FORMED },
};

static void
take_events (XmppParser *parser, GString *out)
{
  for (;;)
    {
      g_autoptr (XmppNode) node = NULL;

      switch (xmpp_parser_next (parser, &node))
        {
        case XMPP_PARSER_EVENT_NONE:
          return;
        case XMPP_PARSER_EVENT_OPENED:
          g_string_append (out, "o ");
          break;
        case XMPP_PARSER_EVENT_CLOSED:
          g_string_append (out, "c ");
          break;
        case XMPP_PARSER_EVENT_DROPPED:
          g_string_append (out, "! ");
          break;
        case XMPP_PARSER_EVENT_STANZA:
          {
            const char *body = xmpp_node_get_child_text (node, "body", XMPP_NS_CLIENT);

            g_string_append_printf (out, "%s(%s) ", xmpp_node_get_name (node),
                                    body != NULL ? body : "");
            break;
          }
        }
    }
}

/* Feeds the bytes in portions that end at `cuts`; writes what came out, and the error, into `out`;
 * gives the error. */
static int
play (const char *bytes, size_t length, const size_t *cuts, guint n_cuts, GString *out)
{
  g_autoptr (XmppParser) parser = xmpp_parser_new (&xmpp_limits_default);
  g_autoptr (GError) error = NULL;
  size_t at = 0;

  g_string_truncate (out, 0);
  for (guint i = 0; i <= n_cuts && error == NULL; i++)
    {
      size_t end = i < n_cuts ? cuts[i] : length;
      /* A copy, so that a sanitizer sees reading beyond it. */
      g_autofree char *portion = g_memdup2 (bytes + at, end - at);

      xmpp_parser_feed (parser, portion, end - at, &error);
      take_events (parser, out);
      at = end;
    }
  if (error == NULL)
    return NO_ERROR;
  g_assert_cmpuint (error->domain, ==, XMPP_STREAM_ERROR);
  return error->code;
}

static void
assert_row (const Row *row, const size_t *cuts, guint n_cuts, GString *out)
{
  int error = play (row->bytes, row->length, cuts, n_cuts, out);

  if (g_strcmp0 (out->str, row->events) != 0 || error != row->error)
    g_error ("%s, %u cuts, the first at %zu: “%s” and %s instead of “%s” and %s", row->name, n_cuts,
             n_cuts > 0 ? cuts[0] : 0, out->str,
             error == NO_ERROR ? "no error" : xmpp_stream_error_to_name ((XmppStreamError) error),
             row->events,
             row->error == NO_ERROR ? "no error"
                                    : xmpp_stream_error_to_name ((XmppStreamError) row->error));
}

/* Whole, in two at every place, and each byte alone. */
static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree size_t *cuts = g_new (size_t, row->length);

  assert_row (row, NULL, 0, out);
  for (size_t i = 1; i < row->length; i++)
    {
      cuts[i - 1] = i;
      assert_row (row, &i, 1, out);
    }
  assert_row (row, cuts, row->length - 1, out);
}

static void
assert_row_cut_anywhere (const Row *row)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (478);
  g_autoptr (GString) out = g_string_new (NULL);

  assert_row (row, NULL, 0, out);
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (GArray) cuts = g_array_new (FALSE, FALSE, sizeof (size_t));

      for (size_t at = 0;;)
        {
          at += (size_t) g_rand_int_range (chance, 1, 20000);
          if (at >= row->length)
            break;
          g_array_append_val (cuts, at);
        }
      assert_row (row, (const size_t *) (void *) cuts->data, cuts->len, out);
    }
}

/* A stanza that breaks a limit, cut where chance has it: another user's is dropped, and ours goes
 * on; our server's ends the stream. */
static void
assert_limit (const char *name, const char *stanza)
{
  static const struct
  {
    const char *from;
    const char *events;
    int error;
  } senders[] = {
    { "mallory@ev/m", "o ! presence() ", NO_ERROR },
    { "ex", "o ", XMPP_STREAM_ERROR_POLICY_VIOLATION },
  };

  for (guint i = 0; i < G_N_ELEMENTS (senders); i++)
    {
      g_autofree char *bytes = g_strdup_printf (HEADER "<message from='%s'%s</message><presence/>",
                                                senders[i].from, stanza);
      Row row = { name, bytes, strlen (bytes), senders[i].events, senders[i].error };

      assert_row_cut_anywhere (&row);
    }
}

static char *
repeat (const char *before, guint number, const char *form, const char *after)
{
  GString *out = g_string_new (before);

  for (guint i = 0; i < number; i++)
    {
      const char *at = form;

      for (; *at != '\0'; at++)
        if (*at == '#')
          g_string_append_printf (out, "%u", i);
        else
          g_string_append_c (out, *at);
    }
  g_string_append (out, after);
  return g_string_free (out, FALSE);
}

static void
test_limits (void)
{
  g_autofree char *ends = repeat ("", 20000, "</a>", "");
  g_autofree char *levels = repeat (">", 20000, "<a>", ends);
  g_autofree char *attributes = repeat ("><x", 20000, " a#=''", "/>");
  g_autofree char *own_attributes = repeat (" x=''", 20000, " a#=''", ">");
  g_autofree char *namespaces = repeat ("><x", 4000, " xmlns:a#='u#' a#:b=''", "/>");
  g_autofree char *elements = repeat (">", 20000, "<a/>", "");
  g_autofree char *text = repeat ("><body>", 2 * 1024 * 1024 / 8, "12345678", "</body>");
  g_autofree char *long_name = repeat ("><", 1024 * 1024 / 8, "abcdefgh", "/>");

  assert_limit ("A14", levels);
  assert_limit ("A15", attributes);
  assert_limit ("A15, its own", own_attributes);
  assert_limit ("A16", namespaces);
  assert_limit ("10,000 elements", elements);
  assert_limit ("A17", text);
  assert_limit ("A17e", long_name);
}

/* What our server says of a contact list may have longer tags, each of them whole, however it is
 * cut; eight times longer and no more. */
static void
test_own_tags (void)
{
  static const struct
  {
    guint bytes;
    const char *events;
    int error;
  } names[] = {
    { 60 * 1024, "o iq(after) ", NO_ERROR },
    { 100 * 1024, "o iq(after) ", NO_ERROR },
    { 600 * 1024, "o ", XMPP_STREAM_ERROR_POLICY_VIOLATION },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = repeat ("", names[i].bytes / 8, "12345678", "");
      g_autofree char *bytes =
          g_strdup_printf (HEADER "<iq type='result' id='r'><query><item name='%s'/></query>"
                                  "<body>after</body></iq>",
                           name);
      Row row = { "a long name of our server's", bytes, strlen (bytes), names[i].events,
                  names[i].error };

      assert_row_cut_anywhere (&row);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/xmpp/parser/hostile/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/xmpp/parser/hostile/limits-cost-a-stranger-his-stanza", test_limits);
  g_test_add_func ("/xmpp/parser/hostile/our-server-has-longer-tags", test_own_tags);
  return g_test_run ();
}
