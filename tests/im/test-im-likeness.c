/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-likeness.c: whose address or name looks like that of a contact. UTS 39, XEP-0165, B30 */

#include <glib/gstdio.h>

#include "im/im-account-parts.h"
#include "im/im-likeness.h"
#include "xmpp/xmpp-ns.h"

#define STRANGER "mallory@evil.example"

static const ImModule *const no_modules[] = { NULL };

typedef struct
{
  char *directory; /* (owned) */
  StoreDb *store; /* (owned) */
  ImAccount *account; /* (owned) */
} Fixture;

static void
add_item (XmppNode *query, const char *jid, const char *name)
{
  XmppNode *item = xmpp_node_add (query, "item", XMPP_NS_ROSTER);

  xmpp_node_set (item, "jid", jid);
  xmpp_node_set (item, "name", name);
  xmpp_node_set (item, "subscription", "both");
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) query = xmpp_node_new ("query", XMPP_NS_ROSTER);

  fixture->directory = g_dir_make_tmp ("linnet-likeness-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->store = store_db_open (fixture->directory, &error);
  g_assert_no_error (error);
  fixture->account = im_account_new (
      fixture->store, no_modules, store_account_new (1, "alice@example.org"), g_ptr_array_new ());
  add_item (query, "bob@example.org", "Bob");
  add_item (query, "paypal@shop.example", NULL);
  add_item (query, "rnary@example.org", "Carol Smith");
  add_item (query, "dora@example.org", NULL);
  im_roster_take_all (fixture->account->roster, query);
  im_roster_flush (fixture->account->roster);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) directory = NULL;
  const char *name;

  g_object_unref (fixture->account);
  store_db_close (fixture->store);
  directory = g_dir_open (fixture->directory, 0, NULL);
  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *file = g_build_filename (fixture->directory, name, NULL);

      g_unlink (file);
    }
  g_rmdir (fixture->directory);
  g_free (fixture->directory);
}

static void
assert_like (Fixture *fixture, const char *address, const char *name, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, &error);
  ImContact *found;
  const char *given;

  g_assert_no_error (error);
  found = im_account_find_lookalike (fixture->account, jid, name);
  given = found != NULL ? xmpp_jid_get_text (im_contact_get_jid (found)) : "nobody";
  if (g_strcmp0 (given, wanted) != 0)
    g_error ("%s, “%s” looks like %s, not like %s", address, name, given, wanted);
}

static void
test_addresses (Fixture *fixture, gconstpointer data)
{
  static const char *const rows[][2] = {
    { "b\xd0\xbe"
      "b@example.org", /* a Cyrillic о */
      "bob@example.org" },
    { "bob@ex\xd0\xb0mple.org", "bob@example.org" }, /* a Cyrillic а in the domain */
    { "b\xce\xbf"
      "b@evil.example", /* a Greek ο, elsewhere */
      "bob@example.org" },
    { "b0b@evil.example", "bob@example.org" },
    { "mary@example.org", "rnary@example.org" },
    { "paypa1@shop.example", "paypal@shop.example" },
    { "al1ce@example.org", "nobody" },
    { "a1ice@example.org", "alice@example.org" }, /* ourselves */
    { "bob@evil.example", "nobody" }, /* there are many Bobs */
    { "bob@example.org", "nobody" },
    { "robert@example.org", "nobody" },
    { "example.org", "nobody" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_like (fixture, rows[i][0], NULL, rows[i][1]);
}

static void
test_names_b30 (Fixture *fixture, gconstpointer data)
{
  static const char *const rows[][2] = {
    { "Bob", "bob@example.org" },
    { "bob", "bob@example.org" },
    { " Bob\t", "bob@example.org" },
    { "Bob\xe2\x80\x8d", "bob@example.org" }, /* a joiner */
    { "\xe2\x80\xae"
      "Bob",
      "bob@example.org" }, /* from right to left */
    { "\xef\xbc\xa2\xef\xbd\x8f\xef\xbd\x82", "bob@example.org" }, /* wide letters */
    { "B\xd0\xbe"
      "b",
      "bob@example.org" },
    { "bob@example.org", "bob@example.org" },
    { "BOB@EXAMPLE.ORG", "bob@example.org" },
    { "PayPaI", "paypal@shop.example" },
    { "Carol\xc2\xa0Smith", "rnary@example.org" },
    { "Alice", "alice@example.org" },
    { "Robert", "nobody" },
    { "", "nobody" },
    { "\xe2\x80\x8d", "nobody" },
    { "\xf0\x9f\x90\xa6", "nobody" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_like (fixture, STRANGER, rows[i][0], rows[i][1]);
}

static void
assert_contact (Fixture *fixture, const char *address, const char *wanted)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);
  ImContact *found = im_account_get_lookalike (fixture->account,
                                               im_account_ensure_contact (fixture->account, jid));

  g_assert_cmpstr (found != NULL ? xmpp_jid_get_text (im_contact_get_jid (found)) : "nobody", ==,
                   wanted);
}

static void
set_nick (Fixture *fixture, const char *address, const char *nick)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (address, NULL);

  im_contact_set_nick (im_account_ensure_contact (fixture->account, jid), nick);
}

/* Whom we have given a name is not judged by the one that they give themselves. */
static void
test_contacts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppJid) bob = xmpp_jid_new ("bob@example.org", NULL);

  assert_contact (fixture, STRANGER, "nobody");
  set_nick (fixture, STRANGER, "Bob");
  assert_contact (fixture, STRANGER, "bob@example.org");
  set_nick (fixture, "dora@example.org", "BOB");
  assert_contact (fixture, "dora@example.org", "bob@example.org");
  set_nick (fixture, "dora@example.org", "dora"); /* herself */
  assert_contact (fixture, "dora@example.org", "nobody");
  set_nick (fixture, "rnary@example.org", "Bob");
  assert_contact (fixture, "rnary@example.org", "nobody");
  set_nick (fixture, "alice@example.org", "Bob");
  assert_contact (fixture, "alice@example.org", "nobody");

  im_roster_remove_item (fixture->account->roster, im_account_find_contact (fixture->account, bob));
  assert_contact (fixture, STRANGER, "nobody");
}

static void
test_what_is_long_is_bounded (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_name = g_strnfill (1023, 'm');
  GString *marks = g_string_new ("Bob");

  assert_like (fixture, STRANGER, long_name, "nobody");
  /* One letter with three hundred accents, and one that grows most in all forms. */
  for (guint i = 0; i < 300; i++)
    g_string_append (marks, "\xcc\x81");
  assert_like (fixture, STRANGER, marks->str, "nobody");
  g_string_truncate (marks, 0);
  for (guint i = 0; i < 300; i++)
    g_string_append (marks, "\xef\xb7\xba");
  assert_like (fixture, STRANGER, marks->str, "nobody");
  g_string_free (marks, TRUE);
}

/* It is read once, for whoever asks, and again when it has changed. */
static void
test_ten_thousand (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppNode) query = xmpp_node_new ("query", XMPP_NS_ROSTER);
  gint64 began_us;
  gint64 first_us;

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *jid = g_strdup_printf ("contact%u@example.org", i);
      g_autofree char *name = g_strdup_printf ("Contact %u", i);

      add_item (query, jid, name);
    }
  im_roster_take_all (fixture->account->roster, query);
  began_us = g_get_monotonic_time ();
  assert_like (fixture, STRANGER, "c\xd0\xbentact 9999", "contact9999@example.org");
  first_us = g_get_monotonic_time () - began_us;
  began_us = g_get_monotonic_time ();
  for (guint i = 0; i < 1000; i++)
    assert_like (fixture, STRANGER, "Nobody at all", "nobody");
  g_test_message ("%" G_GINT64_FORMAT " µs for the first, %" G_GINT64_FORMAT
                  " µs for a thousand more",
                  first_us, g_get_monotonic_time () - began_us);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/likeness/addresses", test_addresses);
  ADD ("/likeness/names-b30", test_names_b30);
  ADD ("/likeness/contacts", test_contacts);
  ADD ("/likeness/what-is-long-is-bounded", test_what_is_long_is_bounded);
  ADD ("/likeness/ten-thousand", test_ten_thousand);
  return g_test_run ();
}
