/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-search.c: a directory of people is searched. Telepathy 0.27.4 Channel.Type.ContactSearch */
#include "fixture.h"

#define SEARCH CHANNEL ".Type.ContactSearch"
#define FORM                                                                     \
  "<query xmlns='jabber:iq:search'><x xmlns='jabber:x:data' type='form'>"        \
  "<field type='hidden' var='FORM_TYPE'><value>jabber:iq:search</value></field>" \
  "<field type='text-single' label='User' var='user'/>"                          \
  "<field type='text-single' label='Full name' var='fn'/>"                       \
  "<field type='text-single' label='Name' var='first'/>"                         \
  "<field type='text-single' label='Family name' var='last'/>"                   \
  "<field type='text-single' label='Shoes' var='shoes'/></x></query>"
#define FOUND                                                                   \
  "<query xmlns='jabber:iq:search'><x xmlns='jabber:x:data' type='result'>"     \
  "<reported><field var='jid' type='jid-single' label='Jabber ID'/></reported>" \
  "<item><field var='jid'><value>Romeo@Montague.example</value></field>"        \
  "<field var='fn'><value>Romeo Montague</value></field>"                       \
  "<field var='first'><value>Romeo</value></field>"                             \
  "<field var='last'><value>Montague</value></field>"                           \
  "<field var='locality'><value>Mantua</value></field></item>"                  \
  "<item><field var='jid'><value>romeo@montague.example</value></field></item>" \
  "<item><field var='jid'><value>@</value></field></item>"                      \
  "<item><field var='fn'><value>Nobody</value></field></item></x></query>"
#define ROW(name) "<item><field var='jid'><value>" name "@example.org</value></field></item>"
#define TABLE(rows)                                                         \
  "<query xmlns='jabber:iq:search'><x xmlns='jabber:x:data' type='result'>" \
  "<reported><field var='jid' type='jid-single' label='Jabber ID'/></reported>" rows "</x>"
#define FORBIDDEN \
  "<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"

static GVariant *
new_request (const char *text)
{
  return g_variant_new ("(@a{sv})", fixture_parse ("a{sv}", text));
}

/* (transfer full): the path. The directory answers with `form`. */
static char *
open_limited (Fixture *f, const char *form, const char *limit)
{
  g_autofree char *request =
      g_strdup_printf ("{'" CHANNEL ".ChannelType': <'" SEARCH "'>, '" SEARCH
                       ".Server': <'Users.example.org'>, '" SEARCH ".Limit': <%s>}",
                       limit);
  g_autoptr (GVariant) made = NULL;
  char *path;

  line_server_set_answer (f->server, "jabber:iq:search", form);
  made = fixture_call (f, f->connection, REQUESTS, "CreateChannel", new_request (request));
  g_variant_get (made, "(oa{sv})", &path, NULL);
  return path;
}

static char *
open_search (Fixture *f, const char *form)
{
  return open_limited (f, form, "uint32 0");
}

static void
assert_state (Fixture *f, const char *path, guint state)
{
  g_autoptr (GVariant) value = fixture_get (f, path, SEARCH, "SearchState");

  g_assert_cmpuint (g_variant_get_uint32 (value), ==, state);
}

static void
test_a_directory_is_searched (Fixture *f, gconstpointer data)
{
  g_autofree char *path = open_search (f, FORM);
  g_autoptr (GVariant) keys = fixture_get (f, path, SEARCH, "AvailableSearchKeys");
  g_autoptr (GVariant) server = fixture_get (f, path, SEARCH, "Server");
  GVariant *announced = fixture_wait_heard (f, f->connection, REQUESTS, "NewChannels");
  g_autofree char *text = g_variant_print (announced, FALSE);

  assert_variant (keys, "['x-telepathy-identifier', 'fn', 'x-n-given', 'x-n-family']");
  assert_variant (server, "'users.example.org'");
  g_assert_nonnull (strstr (text, "AvailableSearchKeys': <['x-telepathy-identifier', 'fn'"));
  g_assert_nonnull (strstr (text, "TargetHandleType': <uint32 0>"));
  g_assert_nonnull (strstr (text, "Requested': <true>"));
  assert_state (f, path, 0);

  line_server_set_answer (f->server, "jabber:iq:search", FOUND);
  fixture_do (f, path, SEARCH, "Search", fixture_parse ("(a{ss})", "({'x-n-given': 'Rom*'},)"));
  assert_variant (fixture_wait_nth (f, path, SEARCH, "SearchStateChanged", 0), "(1, '', {})");
  assert_variant (fixture_wait_nth (f, path, SEARCH, "SearchStateChanged", 1), "(3, '', {})");
  assert_variant (fixture_wait_heard (f, path, SEARCH, "SearchResultReceived"),
                  "({'romeo@montague.example': [('fn', [], ['Romeo Montague']),"
                  " ('n', [], ['Montague', 'Romeo', '', '', '']),"
                  " ('adr', [], ['', '', '', 'Mantua', '', '', ''])]},)");
  g_assert_cmpuint (fixture_count_heard (f, path, SEARCH, "SearchResultReceived"), ==, 1);
  assert_state (f, path, 3);

  /* It is over. */
  fixture_refuse (f, path, SEARCH, "Search", fixture_parse ("(a{ss})", "({'fn': 'x'},)"),
                  "NotAvailable");
  fixture_refuse (f, path, SEARCH, "More", NULL, "NotAvailable");
  fixture_do (f, path, SEARCH, "Stop", NULL);
  assert_state (f, path, 3);
  fixture_do (f, path, CHANNEL, "Close", NULL);
  fixture_wait_heard (f, path, CHANNEL, "Closed");
}

static void
test_what_cannot_be_searched (Fixture *f, gconstpointer data)
{
  g_autofree char *path = open_search (f, FORM);

  fixture_refuse (f, path, SEARCH, "Stop", NULL, "NotAvailable");
  fixture_refuse (f, path, SEARCH, "Search", fixture_parse ("(a{ss})", "({},)"), "InvalidArgument");
  fixture_refuse (f, path, SEARCH, "Search", fixture_parse ("(a{ss})", "({'tel': '1'},)"),
                  "InvalidArgument");
  fixture_refuse (f, path, SEARCH, "Search", fixture_parse ("(a{ss})", "({'shoes': '1'},)"),
                  "InvalidArgument");
  fixture_refuse (f, path, SEARCH, "Search", fixture_parse ("(a{ss})", "({'FORM_TYPE': '1'},)"),
                  "InvalidArgument");
  assert_state (f, path, 0);
  g_assert_cmpuint (fixture_count_heard (f, path, SEARCH, "SearchStateChanged"), ==, 0);

  line_server_set_answer (f->server, "jabber:iq:search", FORBIDDEN);
  fixture_do (f, path, SEARCH, "Search", fixture_parse ("(a{ss})", "({'fn': 'x'},)"));
  {
    GVariant *failed = fixture_wait_nth (f, path, SEARCH, "SearchStateChanged", 1);
    guint state;
    const char *error;

    g_variant_get (failed, "(u&sa{sv})", &state, &error, NULL);
    g_assert_cmpuint (state, ==, 4);
    g_assert_cmpstr (error, ==, TP "Error.PermissionDenied");
  }
  g_assert_cmpuint (fixture_count_heard (f, path, SEARCH, "SearchResultReceived"), ==, 0);
}

static void
test_a_search_is_stopped (Fixture *f, gconstpointer data)
{
  g_autofree char *path = open_search (f, FORM);
  GVariant *stopped;
  const char *error;
  guint state;

  line_server_set_answer (f->server, "jabber:iq:search", "");
  fixture_do (f, path, SEARCH, "Search", fixture_parse ("(a{ss})", "({'fn': 'x'},)"));
  fixture_wait_server (f, "<field var='fn'", 1);
  fixture_do (f, path, SEARCH, "Stop", NULL);
  stopped = fixture_wait_nth (f, path, SEARCH, "SearchStateChanged", 1);
  g_variant_get (stopped, "(u&sa{sv})", &state, &error, NULL);
  g_assert_cmpuint (state, ==, 4);
  g_assert_cmpstr (error, ==, TP "Error.Cancelled");
  fixture_do (f, path, SEARCH, "Stop", NULL);
  g_assert_cmpuint (fixture_count_heard (f, path, SEARCH, "SearchStateChanged"), ==, 2);
}

static void
assert_page (Fixture *f, const char *path, guint index, const char *found, const char *state)
{
  g_autofree char *results = g_strdup_printf ("({%s},)", found);
  g_autofree char *change = g_strdup_printf ("(%s, '', {})", state);

  assert_variant (fixture_wait_nth (f, path, SEARCH, "SearchStateChanged", 2 * index),
                  "(1, '', {})");
  assert_variant (fixture_wait_nth (f, path, SEARCH, "SearchStateChanged", 2 * index + 1), change);
  assert_variant (fixture_wait_nth (f, path, SEARCH, "SearchResultReceived", index), results);
}

/* The directory tells all at once: what is beyond the limit is kept until somebody wants it. */
static void
test_a_limit_is_kept (Fixture *f, gconstpointer data)
{
  g_autofree char *path = open_limited (f, FORM, "2");
  g_autoptr (GVariant) limit = fixture_get (f, path, SEARCH, "Limit");
  GVariant *announced = fixture_wait_heard (f, f->connection, REQUESTS, "NewChannels");
  g_autofree char *text = g_variant_print (announced, FALSE);

  assert_variant (limit, "2");
  g_assert_nonnull (strstr (text, "Limit': <uint32 2>"));
  fixture_refuse (f, path, SEARCH, "More", NULL, "NotAvailable");
  line_server_set_answer (f->server, "jabber:iq:search",
                          TABLE (ROW ("a") ROW ("b") ROW ("b") ROW ("c") ROW ("a")) "</query>");
  fixture_do (f, path, SEARCH, "Search", fixture_parse ("(a{ss})", "({'fn': 'x'},)"));
  assert_page (f, path, 0, "'a@example.org': [], 'b@example.org': []", "2");
  assert_state (f, path, 2);
  fixture_do (f, path, SEARCH, "Stop", NULL);
  fixture_do (f, path, SEARCH, "More", NULL);
  assert_page (f, path, 1, "'c@example.org': []", "3");
  fixture_refuse (f, path, SEARCH, "More", NULL, "NotAvailable");
  g_assert_cmpuint (line_server_count (f->server, "<max"), ==, 0);
}

/* A directory with pages is asked for each. */
static void
test_pages_are_asked_for (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  line_server_set_answer (f->server, "disco#info",
                          "<query xmlns='http://jabber.org/protocol/disco#info'>"
                          "<feature var='http://jabber.org/protocol/rsm'/></query>");
  path = open_limited (f, FORM, "1");
  line_server_set_answer (f->server, "jabber:iq:search",
                          TABLE (ROW ("a")) "<set xmlns='http://jabber.org/protocol/rsm'>"
                                            "<first index='0'>x</first><last>y&amp;z</last>"
                                            "<count>2</count></set></query>");
  fixture_do (f, path, SEARCH, "Search", fixture_parse ("(a{ss})", "({'fn': 'x'},)"));
  assert_page (f, path, 0, "'a@example.org': []", "2");
  fixture_wait_server (f, "<max>1</max></set>", 1);
  line_server_set_answer (f->server, "jabber:iq:search", TABLE (ROW ("a") ROW ("b")) "</query>");
  fixture_do (f, path, SEARCH, "More", NULL);
  assert_page (f, path, 1, "'b@example.org': []", "3");
  fixture_wait_server (f, "<after>y&amp;z</after>", 1);
}

/* The channel goes, and the connection, while the directory is still thinking. */
static void
test_it_ends_in_the_middle (Fixture *f, gconstpointer data)
{
  g_autofree char *first = open_search (f, FORM);
  g_autofree char *second = open_search (f, FORM);

  g_assert_cmpstr (first, !=, second);
  line_server_set_answer (f->server, "jabber:iq:search", "");
  fixture_do (f, first, SEARCH, "Search", fixture_parse ("(a{ss})", "({'fn': 'x'},)"));
  fixture_do (f, second, SEARCH, "Search", fixture_parse ("(a{ss})", "({'fn': 'x'},)"));
  fixture_do (f, first, DESTROYABLE, "Destroy", NULL);
  fixture_wait_heard (f, first, CHANNEL, "Closed");
  fixture_do (f, f->connection, CONNECTION, "Disconnect", NULL);
  fixture_wait_heard (f, second, CHANNEL, "Closed");
  g_assert_cmpuint (fixture_count_heard (f, first, SEARCH, "SearchStateChanged"), ==, 1);
}

static void
test_requests_that_make_no_sense (Fixture *f, gconstpointer data)
{
  static const char *const rows[][3] = {
    { "EnsureChannel", "{'" CHANNEL ".ChannelType': <'" SEARCH "'>}", "NotImplemented" },
    { "CreateChannel",
      "{'" CHANNEL ".ChannelType': <'" SEARCH "'>, '" CHANNEL ".TargetHandleType': <uint32 1>}",
      "NotImplemented" },
    { "CreateChannel",
      "{'" CHANNEL ".ChannelType': <'" SEARCH "'>, '" CHANNEL ".TargetID': <'bob@example.org'>}",
      "NotImplemented" },
    { "CreateChannel", "{'" CHANNEL ".ChannelType': <'" SEARCH "'>, '" SEARCH ".Limit': <'five'>}",
      "InvalidArgument" },
    { "CreateChannel",
      "{'" CHANNEL ".ChannelType': <'" SEARCH "'>, '" SEARCH ".Server': <uint32 5>}",
      "InvalidArgument" },
    { "CreateChannel", "{'" CHANNEL ".ChannelType': <'" SEARCH "'>, '" SEARCH ".Server': <'a b'>}",
      "InvalidArgument" },
    { "CreateChannel", "{'" SEARCH ".Server': <'example.org'>}", "InvalidArgument" },
    /* A server that has no directory; a directory that has no form; one that refuses. */
    { "CreateChannel", "{'" CHANNEL ".ChannelType': <'" SEARCH "'>}", "NotAvailable" },
    { "CreateChannel",
      "{'" CHANNEL ".ChannelType': <'" SEARCH "'>, '" SEARCH ".Server': <'none.example.org'>}",
      "ServiceConfused" },
    { "CreateChannel",
      "{'" CHANNEL ".ChannelType': <'" SEARCH "'>, '" SEARCH ".Server': <'shut.example.org'>}",
      "PermissionDenied" },
  };

  line_server_set_answer (f->server, "shut.example.org", FORBIDDEN);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    fixture_refuse (f, f->connection, REQUESTS, rows[i][0], new_request (rows[i][1]), rows[i][2]);
  g_assert_cmpuint (fixture_count_heard (f, f->connection, REQUESTS, "NewChannels"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_CONNECTED ("/search/a-directory-is-searched", test_a_directory_is_searched);
  ADD_CONNECTED ("/search/what-cannot-be-searched", test_what_cannot_be_searched);
  ADD_CONNECTED ("/search/a-search-is-stopped", test_a_search_is_stopped);
  ADD_CONNECTED ("/search/a-limit-is-kept", test_a_limit_is_kept);
  ADD_CONNECTED ("/search/pages-are-asked-for", test_pages_are_asked_for);
  ADD_CONNECTED ("/search/it-ends-in-the-middle", test_it_ends_in_the_middle);
  ADD_CONNECTED ("/search/requests-that-make-no-sense", test_requests_that_make_no_sense);
  return g_test_run ();
}
