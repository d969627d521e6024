/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-contact-info.c: what people write in their vCards, as programs see it:
 * Connection.Interface.ContactInfo, and Aliasing where a vCard has the only name */

#include "fixture.h"

#include <string.h>

#define INFO CONNECTION ".Interface.ContactInfo"
#define ROSTER                                        \
  "<item jid='bob@example.org' subscription='both'/>" \
  "<item jid='carol@example.org' subscription='both' name='Carol'/>"
#define QUESTION "<vCard xmlns='vcard-temp'/>"
#define VCARD(content) "<vCard xmlns='vcard-temp'>" content "</vCard>"
#define PUBSUB "http://jabber.org/protocol/pubsub'"
#define BOBBY "[('nickname', [], ['Bobby']), ('tel', ['type=cell'], ['1'])]"

static void
set_up (Fixture *f, gconstpointer data)
{
  fixture_set_up (f, data);
  line_server_set_roster (f->server, ROSTER);
  line_server_set_answer (f->server, QUESTION,
                          VCARD ("<NICKNAME>Bobby</NICKNAME>"
                                 "<TEL><CELL/><NUMBER>1</NUMBER></TEL>"));
  fixture_connect (f);
}

static GVariant *
new_handles (guint handle)
{
  return g_variant_new ("(@au)", g_variant_new_parsed ("[%u]", handle));
}

static GVariant *
request (Fixture *f, guint handle)
{
  return fixture_call (f, f->connection, INFO, "RequestContactInfo", g_variant_new ("(u)", handle));
}

static void
test_what_is_asked_for_is_told_and_kept (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autofree char *told = g_strdup_printf ("(%u, " BOBBY ")", bob);
  g_autofree char *all = g_strdup_printf ("({%u: " BOBBY "},)", bob);
  g_autofree char *alias = g_strdup_printf ("([(%u, 'Bobby')],)", bob);
  g_autoptr (GVariant) none = NULL;
  g_autoptr (GVariant) info = NULL;
  g_autoptr (GVariant) kept = NULL;
  g_autoptr (GVariant) again = NULL;

  none = fixture_call (f, f->connection, INFO, "GetContactInfo", new_handles (bob));
  assert_variant (none, "({},)");
  info = request (f, bob);
  assert_variant (info, "(" BOBBY ",)");
  assert_variant (fixture_wait_heard (f, f->connection, INFO, "ContactInfoChanged"), told);
  assert_variant (fixture_wait_heard (f, f->connection, ALIASING, "AliasesChanged"), alias);
  kept = fixture_call (f, f->connection, INFO, "GetContactInfo", new_handles (bob));
  assert_variant (kept, all);
  again = request (f, bob);
  assert_variant (again, "(" BOBBY ",)");
  g_assert_cmpuint (line_server_count (f->server, QUESTION), ==, 1);
}

static void
test_refreshing_asks_again_and_tells_what_is_new (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autofree char *told = g_strdup_printf ("(%u, [('fn', [], ['Robert'])])", bob);

  fixture_do (f, f->connection, INFO, "RefreshContactInfo", new_handles (bob));
  fixture_wait_heard (f, f->connection, INFO, "ContactInfoChanged");
  line_server_set_answer (f->server, QUESTION, VCARD ("<FN>Robert</FN>"));
  fixture_do (f, f->connection, INFO, "RefreshContactInfo", new_handles (bob));
  assert_variant (fixture_wait_nth (f, f->connection, INFO, "ContactInfoChanged", 1), told);
  g_assert_cmpuint (line_server_count (f->server, QUESTION), ==, 2);
}

static void
test_attributes_have_what_is_known (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autoptr (GVariant) info G_GNUC_UNUSED = request (f, bob);
  g_autoptr (GVariant) attributes =
      fixture_call (f, f->connection, CONTACTS, "GetContactAttributes",
                    g_variant_new ("(@au^asb)", g_variant_new_parsed ("[@u %u, 1]", bob),
                                   (const char *const[]){ INFO, NULL }, FALSE));
  g_autofree char *text = g_variant_print (attributes, FALSE);

  g_assert_nonnull (strstr (text, "'" INFO "/info': <[('nickname', @as [], ['Bobby']), "
                                  "('tel', ['type=cell'], ['1'])]>"));
  g_assert_null (strstr (strstr (text, INFO "/info") + 1, INFO "/info")); /* ours is not known */
}

static void
test_ours_is_set_and_told (Fixture *f, gconstpointer data)
{
  line_server_set_answer (f->server, QUESTION, VCARD ("<PHOTO><EXTVAL>x</EXTVAL></PHOTO>"));
  fixture_do (
      f, f->connection, INFO, "SetContactInfo",
      fixture_parse ("(a(sasas))", "([('fn', [], ['Alice']), ('tel', ['type=home'], ['2'])],)"));
  assert_variant (fixture_wait_heard (f, f->connection, INFO, "ContactInfoChanged"),
                  "(1, [('fn', [], ['Alice']), ('tel', ['type=home'], ['2'])])");
  g_assert_cmpuint (line_server_count (f->server, "<PHOTO><EXTVAL>x</EXTVAL></PHOTO><FN>Alice</FN>"
                                                  "<TEL><HOME/><NUMBER>2</NUMBER></TEL></vCard>"),
                    ==, 1);
}

static void
test_what_cannot_be_is_refused (Fixture *f, gconstpointer data)
{
  static const char *const bad[] = {
    "([('photo', [], ['x'])],)",
    "([('FN', [], ['x'])],)",
    "([('fn', ['type=home'], ['x'])],)",
    "([('tel', ['language=en'], ['x'])],)",
    "([('n', [], ['1', '2', '3', '4', '5', '6'])],)",
    "([('bday', [], ['x']), ('bday', [], ['y'])],)",
  };
  g_autofree char *text = g_strnfill (5000, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    fixture_refuse (f, f->connection, INFO, "SetContactInfo", fixture_parse ("(a(sasas))", bad[i]),
                    "InvalidArgument");
  fixture_refuse (f, f->connection, INFO, "SetContactInfo",
                  g_variant_new_parsed ("([('note', @as [], [%s])],)", text), "InvalidArgument");
  g_assert_cmpuint (line_server_count (f->server, QUESTION), ==, 0);
  fixture_refuse (f, f->connection, INFO, "RequestContactInfo", fixture_parse ("(u)", "(99,)"),
                  "InvalidHandle");
  fixture_refuse (f, f->connection, INFO, "GetContactInfo", fixture_parse ("(au)", "([0],)"),
                  "InvalidHandle");
  fixture_refuse (f, f->connection, INFO, "RefreshContactInfo", fixture_parse ("(au)", "([99],)"),
                  "InvalidHandle");
}

static void
test_what_can_be_set_is_listed (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) flags = fixture_get (f, f->connection, INFO, "ContactInfoFlags");
  g_autoptr (GVariant) fields = fixture_get (f, f->connection, INFO, "SupportedFields");
  g_autofree char *text = g_variant_print (fields, FALSE);

  assert_variant (flags, "1");
  g_assert_nonnull (strstr (text, "('fn', [], 1, 1)"));
  g_assert_nonnull (strstr (text, "('nickname', [], 1, 4294967295)"));
  g_assert_nonnull (strstr (text, "('email', ['type=home', 'type=work', 'type=internet', "
                                  "'type=pref', 'type=x400'], 0, 4294967295)"));
}

static void
test_a_name_is_asked_for_where_there_is_none (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  guint carol = fixture_get_handle (f, "carol@example.org");
  g_autoptr (GVariant) aliases =
      fixture_call (f, f->connection, ALIASING, "RequestAliases",
                    g_variant_new ("(@au)", g_variant_new_parsed ("[%u, %u]", carol, bob)));

  assert_variant (aliases, "(['Carol', 'Bobby'],)");
  g_assert_cmpuint (line_server_count (f->server, QUESTION), ==, 1);
}

/* Each has 32,000 bytes, and four megabytes are kept. */
static void
test_what_is_kept_is_bounded (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) vcard = g_string_new ("<vCard xmlns='vcard-temp'>");
  g_autofree char *text = g_strnfill (4000, 'x');
  g_autoptr (GVariantBuilder) handles = g_variant_builder_new (G_VARIANT_TYPE ("au"));
  g_autoptr (GVariant) kept = NULL;
  g_autoptr (GVariant) map = NULL;

  for (guint i = 0; i < 8; i++)
    g_string_append_printf (vcard, "<NOTE>%s</NOTE>", text);
  g_string_append (vcard, "</vCard>");
  line_server_set_answer (f->server, QUESTION, vcard->str);
  for (guint i = 0; i < 150; i++)
    {
      g_autofree char *address = g_strdup_printf ("c%u@example.org", i);
      guint handle = fixture_get_handle (f, address);
      g_autoptr (GVariant) info = request (f, handle);

      g_assert_cmpuint (g_variant_get_size (info), >, 32000);
      g_variant_builder_add (handles, "u", handle);
    }
  kept = fixture_call (f, f->connection, INFO, "GetContactInfo", g_variant_new ("(au)", handles));
  map = g_variant_get_child_value (kept, 0);
  g_assert_cmpuint (g_variant_n_children (map), >, 120);
  g_assert_cmpuint (g_variant_n_children (map), <, 132);
}

#define ADD_WITH_ROSTER(name, func) \
  g_test_add (name, Fixture, NULL, set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_WITH_ROSTER ("/bus/info/asked", test_what_is_asked_for_is_told_and_kept);
  ADD_WITH_ROSTER ("/bus/info/refreshed", test_refreshing_asks_again_and_tells_what_is_new);
  ADD_WITH_ROSTER ("/bus/info/attributes", test_attributes_have_what_is_known);
  ADD_WITH_ROSTER ("/bus/info/set", test_ours_is_set_and_told);
  ADD_WITH_ROSTER ("/bus/info/refused", test_what_cannot_be_is_refused);
  ADD_WITH_ROSTER ("/bus/info/fields", test_what_can_be_set_is_listed);
  ADD_WITH_ROSTER ("/bus/info/name", test_a_name_is_asked_for_where_there_is_none);
  ADD_WITH_ROSTER ("/bus/info/bounded", test_what_is_kept_is_bounded);
  return g_test_run ();
}
