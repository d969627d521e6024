/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-server.c: what a server offers and lacks, by what it says. XEP-0030, XEP-0157 */
#include <gio/gio.h>

#include "model/linnet-server-facts.h"
#include "model/linnet-server.h"

static const LinnetServerRow *
row_of (const char *name)
{
  guint n_rows;
  const LinnetServerRow *rows = linnet_server_get_rows (&n_rows);

  for (guint i = 0; i < n_rows; i++)
    if (g_str_equal (rows[i].name, name))
      return &rows[i];
  g_assert_not_reached ();
}

static GVariant *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value =
      g_variant_parse (G_VARIANT_TYPE ("(a(ssss)asaa(ssas))"), text, NULL, NULL, &error);

  g_assert_no_error (error);
  return value;
}

static void
test_a_feature_counts_where_it_belongs (void)
{
  g_autoptr (LinnetServerFacts) facts = linnet_server_facts_new ();
  g_autoptr (GVariant) info = parse ("([('gateway', 'irc', '', '')], ['urn:xmpp:mam:1'], [])");

  linnet_server_facts_take_info (facts, LINNET_SERVER_AT_SERVER, "a.test", info);
  g_assert_null (linnet_server_facts_find (facts, row_of ("archive")));
  g_assert_null (linnet_server_facts_find (facts, row_of ("gateway")));
  linnet_server_facts_take_info (facts, LINNET_SERVER_AT_ACCOUNT, "alice@a.test", info);
  linnet_server_facts_take_info (facts, LINNET_SERVER_AT_SERVICE, "irc.a.test", info);
  g_assert_cmpstr (linnet_server_facts_find (facts, row_of ("archive")), ==, "alice@a.test");
  g_assert_cmpstr (linnet_server_facts_find (facts, row_of ("gateway")), ==, "irc.a.test");
}

static void
test_the_first_who_offers_something_is_named (void)
{
  g_autoptr (LinnetServerFacts) facts = linnet_server_facts_new ();
  g_autoptr (GVariant) info = parse ("([('conference', 'text', '', '')], [], [])");

  linnet_server_facts_take_info (facts, LINNET_SERVER_AT_SERVICE, "rooms.a.test", info);
  linnet_server_facts_take_info (facts, LINNET_SERVER_AT_SERVICE, "more.a.test", info);
  g_assert_cmpstr (linnet_server_facts_find (facts, row_of ("rooms")), ==, "rooms.a.test");
}

static void
note_cb (const char *title, const char *uri, gpointer data)
{
  g_string_append_printf (data, "%s %s\n", title, uri);
}

static void
test_people_are_named_whom_a_program_can_reach (void)
{
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GVariant) info = parse (
      "([], [], [[('FORM_TYPE', 'hidden', ['urn:other']), ('admin-addresses', '', ['mailto:no'])],"
      " [('FORM_TYPE', 'hidden', ['http://jabber.org/network/serverinfo']),"
      "  ('abuse-addresses', 'list-multi', ['xmpp:abuse@a.test', 'file:///etc/passwd', 'mailto:']),"
      "  ('admin-addresses', 'list-multi', ['mailto:root@a.test', 'javascript:1'])]])");

  linnet_server_tell_contacts (info, note_cb, told);
  g_assert_cmpstr (told->str, ==, "Administration mailto:root@a.test\nAbuse xmpp:abuse@a.test\n");
}

static void
count_cb (const char *title, const char *uri, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_a_server_names_no_endless_list (void)
{
  g_autoptr (GString) text =
      g_string_new ("([], [], [[('FORM_TYPE', '', ['http://jabber.org/network/serverinfo']), "
                    "('abuse-addresses', '', [");
  g_autoptr (GVariant) info = NULL;
  guint n_told = 0;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, "%s'xmpp:a%u@a.test'", i > 0 ? ", " : "", i);
  g_string_append (text, "])]])");
  info = parse (text->str);
  linnet_server_tell_contacts (info, count_cb, &n_told);
  g_assert_cmpuint (n_told, ==, 32);
}

static void
test_offline_a_page_is_empty_and_lets_its_account_go (void)
{
  g_autoptr (LinnetAccount) account = linnet_account_new ("alice@a.test");
  LinnetServer *server = linnet_server_new (account);

  g_assert_cmpint (linnet_page_get_state (LINNET_PAGE (server)), ==, LINNET_PAGE_OFFLINE);
  g_assert_cmpuint (g_list_model_get_n_items (linnet_server_get_features (server)), ==, 0);
  linnet_page_load (LINNET_PAGE (server));
  g_assert_cmpint (linnet_page_get_state (LINNET_PAGE (server)), ==, LINNET_PAGE_OFFLINE);
  g_assert_finalize_object (server);
  g_assert_finalize_object (g_steal_pointer (&account));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/server/places", test_a_feature_counts_where_it_belongs);
  g_test_add_func ("/client/server/first", test_the_first_who_offers_something_is_named);
  g_test_add_func ("/client/server/people", test_people_are_named_whom_a_program_can_reach);
  g_test_add_func ("/client/server/bounded", test_a_server_names_no_endless_list);
  g_test_add_func ("/client/server/offline", test_offline_a_page_is_empty_and_lets_its_account_go);
  return g_test_run ();
}
