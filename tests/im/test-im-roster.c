/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-roster.c: ten thousand contacts, told in one signal, small in memory */

#include <malloc.h>

#include <glib/gstdio.h>

#include "im/im-account-parts.h"
#include "im/im-presence.h"
#include "xmpp/xmpp-ns.h"

#define N_CONTACTS 10000
#define N_ONLINE 2000
#define BYTES_A_CONTACT 300

static const ImModule *const no_modules[] = { NULL };

typedef struct
{
  char *directory; /* (owned) */
  StoreDb *store; /* (owned) */
  ImAccount *account; /* (owned) */
  guint n_signals;
  guint n_contacts;
  guint changes;
  GString *groups; /* (owned) */
} Fixture;

static void
contacts_changed_cb (ImAccount *account, GPtrArray *contacts, GArray *changes, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_cmpuint (contacts->len, ==, changes->len);
  fixture->n_signals++;
  fixture->n_contacts += contacts->len;
  fixture->changes = 0;
  for (guint i = 0; i < changes->len; i++)
    fixture->changes |= g_array_index (changes, ImContactChange, i);
}

static void
groups_changed_cb (ImAccount *account,
                   const char *const *created,
                   const char *const *removed,
                   gpointer user_data)
{
  Fixture *fixture = user_data;

  for (guint i = 0; created[i] != NULL; i++)
    g_string_append_printf (fixture->groups, "+%s ", created[i]);
  for (guint i = 0; removed[i] != NULL; i++)
    g_string_append_printf (fixture->groups, "-%s ", removed[i]);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("linnet-roster-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->store = store_db_open (fixture->directory, &error);
  g_assert_no_error (error);
  fixture->account = im_account_new (
      fixture->store, no_modules, store_account_new (1, "alice@example.org"), g_ptr_array_new ());
  fixture->groups = g_string_new (NULL);
  g_signal_connect (fixture->account, "contacts-changed", G_CALLBACK (contacts_changed_cb),
                    fixture);
  g_signal_connect (fixture->account, "groups-changed", G_CALLBACK (groups_changed_cb), fixture);
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
  g_string_free (fixture->groups, TRUE);
}

static void
add_item (XmppNode *query, guint n, const char *group)
{
  XmppNode *item = xmpp_node_add (query, "item", XMPP_NS_ROSTER);
  g_autofree char *jid = g_strdup_printf ("contact%u@example.org", n);
  g_autofree char *name = g_strdup_printf ("Contact %u", n);

  xmpp_node_set (item, "jid", jid);
  xmpp_node_set (item, "name", name);
  xmpp_node_set (item, "subscription", "both");
  xmpp_node_add_with_text (item, "group", NULL, group);
}

static XmppNode *
make_roster (guint first, guint n_items, const char *group)
{
  XmppNode *query = xmpp_node_new ("query", XMPP_NS_ROSTER);

  for (guint i = 0; i < n_items; i++)
    add_item (query, first + i, group);
  return query;
}

static void
test_ten_thousand_in_one_signal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppNode) query = make_roster (0, N_CONTACTS, "Friends");
  size_t before = mallinfo2 ().uordblks;
  size_t after;

  im_roster_take_all (fixture->account->roster, query);
  after = mallinfo2 ().uordblks;
  im_roster_flush (fixture->account->roster);
  g_assert_cmpuint (fixture->n_signals, ==, 1);
  g_assert_cmpuint (fixture->n_contacts, ==, N_CONTACTS);
  g_assert_cmpstr (fixture->groups->str, ==, "+Friends ");
  g_test_message ("%zu bytes a contact", (after - before) / N_CONTACTS);
  if (after > before) /* not under a sanitizer, whose allocator does not count */
    g_assert_cmpuint ((after - before) / N_CONTACTS, <=, BYTES_A_CONTACT);
  im_roster_flush (fixture->account->roster);
  g_assert_cmpuint (fixture->n_signals, ==, 1);
}

static void
test_two_thousand_presences_in_one_signal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppNode) query = make_roster (0, N_CONTACTS, "Friends");

  im_roster_take_all (fixture->account->roster, query);
  im_roster_flush (fixture->account->roster);
  for (guint i = 0; i < 2 * N_ONLINE; i++)
    {
      g_autofree char *text = g_strdup_printf ("contact%u@example.org/r", i % N_ONLINE);
      g_autoptr (XmppJid) from = xmpp_jid_new (text, NULL);
      g_autoptr (XmppNode) presence = xmpp_node_new ("presence", XMPP_NS_CLIENT);

      im_presence_receive (fixture->account, presence, from, XMPP_FROM_CONTACT);
    }
  g_assert_cmpuint (fixture->n_signals, ==, 1);
  im_roster_flush (fixture->account->roster);
  g_assert_cmpuint (fixture->n_signals, ==, 2);
  g_assert_cmpuint (fixture->n_contacts, ==, N_CONTACTS + N_ONLINE);
  g_assert_cmpuint (fixture->changes, ==, IM_CONTACT_PRESENCE | IM_CONTACT_RESOURCES);
}

static void
test_who_is_missing_is_removed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppNode) first = make_roster (0, 3, "Friends");
  g_autoptr (XmppNode) second = make_roster (2, 3, "Work");
  g_autoptr (XmppJid) gone = xmpp_jid_new ("contact0@example.org", NULL);
  ImContact *contact;

  im_roster_take_all (fixture->account->roster, first);
  im_roster_flush (fixture->account->roster);
  contact = im_account_find_contact (fixture->account, gone);
  g_assert_true (im_contact_is_in_list (contact));
  im_roster_take_all (fixture->account->roster, second);
  im_roster_flush (fixture->account->roster);
  g_assert_cmpstr (fixture->groups->str, ==, "+Friends +Work -Friends ");
  g_assert_false (im_contact_is_in_list (contact));
  g_assert_true (im_account_find_contact (fixture->account, gone) ==
                 contact); /* faces may keep it */
  g_assert_true (fixture->changes & IM_CONTACT_REMOVED);
}

static void
test_strangers_are_bounded_b38 (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *text = g_strdup_printf ("stranger%u@evil.example", i);
      g_autoptr (XmppJid) from = xmpp_jid_new (text, NULL);
      g_autoptr (XmppNode) presence = xmpp_node_new ("presence", XMPP_NS_CLIENT);

      xmpp_node_set (presence, "type", "subscribe");
      im_presence_receive (fixture->account, presence, from, XMPP_FROM_STRANGER);
    }
  im_roster_flush (fixture->account->roster);
  g_assert_cmpuint (fixture->n_contacts, ==, IM_ROSTER_MAX_STRANGERS);
}

static void
receive (ImAccount *account, const char *type, const char *from, XmppFrom kind)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (from, NULL);
  g_autoptr (XmppNode) presence = xmpp_node_new ("presence", XMPP_NS_CLIENT);

  xmpp_node_set (presence, "type", type);
  im_presence_receive (account, presence, jid, kind);
}

static guint
count_listed (ImAccount *account)
{
  GHashTableIter iter;
  gpointer contact;
  guint count = 0;

  g_hash_table_iter_init (&iter, im_roster_get_contacts (account->roster));
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    count += im_contact_is_in_list (contact);
  return count;
}

/* Contacts stay as long as the account does, so who takes it back at once is not for nothing. */
static void
test_strangers_who_change_their_minds_are_bounded_b38 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppJid) one = xmpp_jid_new ("stranger1@evil.example", NULL);

  for (guint i = 0; i < 2 * IM_ROSTER_MAX_EVER_STRANGERS; i++)
    {
      g_autofree char *text = g_strdup_printf ("stranger%u@evil.example", i);

      receive (fixture->account, "subscribe", text, XMPP_FROM_STRANGER);
      receive (fixture->account, "unsubscribe", text, XMPP_FROM_STRANGER);
    }
  /* And ourselves. */
  g_assert_cmpuint (g_hash_table_size (im_roster_get_contacts (fixture->account->roster)), ==,
                    IM_ROSTER_MAX_EVER_STRANGERS + 1);
  im_roster_flush (fixture->account->roster);
  g_assert_cmpuint (count_listed (fixture->account), <=, IM_ROSTER_MAX_STRANGERS);
  /* Who is known may ask again, in the place of those who do not any more. */
  receive (fixture->account, "subscribe", "stranger1@evil.example", XMPP_FROM_STRANGER);
  im_roster_flush (fixture->account->roster);
  g_assert_cmpint (im_contact_get_publish (im_account_find_contact (fixture->account, one)), ==,
                   IM_SUBSCRIPTION_ASK);
  g_assert_cmpuint (count_listed (fixture->account), <=, IM_ROSTER_MAX_STRANGERS);
}

/* What a server sends again with each sign-in is not kept over the end of one: it may have been
 * answered elsewhere. */
static void
test_who_asked_is_asked_about_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppNode) query = make_roster (0, 1, "Friends");
  g_autoptr (XmppJid) stranger = xmpp_jid_new ("stranger@example.org", NULL);
  g_autoptr (XmppJid) friend = xmpp_jid_new ("contact0@example.org", NULL);
  ImSubscription before;

  im_roster_take_all (fixture->account->roster, query);
  before = im_contact_get_subscribe (im_account_find_contact (fixture->account, friend));
  receive (fixture->account, "subscribe", "stranger@example.org", XMPP_FROM_STRANGER);
  g_assert_cmpuint (count_listed (fixture->account), ==, 2);
  im_roster_forget_presence (fixture->account->roster);
  g_assert_cmpuint (count_listed (fixture->account), ==, 1);
  g_assert_cmpint (im_contact_get_publish (im_account_find_contact (fixture->account, stranger)),
                   ==, IM_SUBSCRIPTION_NO);
  g_assert_cmpint (im_contact_get_subscribe (im_account_find_contact (fixture->account, friend)),
                   ==, before);
}

/* Somebody comes and goes, each time as another device, while nobody has said yet what their hash
 * means. */
static void
test_devices_that_left_are_not_kept_for_their_hash_b34 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppNode) query = make_roster (0, 1, "Friends");
  size_t before;
  size_t after;

  im_roster_take_all (fixture->account->roster, query);
  im_caps_start (fixture->account->caps);
  before = mallinfo2 ().uordblks;
  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *text = g_strdup_printf ("contact0@example.org/a-device-with-number-%u", i);
      g_autoptr (XmppJid) full = xmpp_jid_new (text, NULL);

      receive (fixture->account, NULL, text, XMPP_FROM_CONTACT);
      im_account_set_resource_caps (fixture->account, full, "urn:c", "sha-1", "AAAA");
      receive (fixture->account, "unavailable", text, XMPP_FROM_CONTACT);
    }
  after = mallinfo2 ().uordblks;
  if (after > before)
    g_assert_cmpuint (after - before, <, 1024 * 1024);
  im_caps_stop (fixture->account->caps);
}

static void
test_groups_are_bounded_b10 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppNode) query = xmpp_node_new ("query", XMPP_NS_ROSTER);
  XmppNode *item = xmpp_node_add (query, "item", NULL);
  g_autofree char *long_name = g_strnfill (100 * 1024, 'g');
  g_autoptr (XmppJid) jid = xmpp_jid_new ("bob@example.org", NULL);
  ImContact *contact;

  xmpp_node_set (item, "jid", "bob@example.org");
  xmpp_node_set (item, "name", long_name);
  xmpp_node_add_with_text (item, "group", NULL, long_name);
  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("g%u", i);

      xmpp_node_add_with_text (item, "group", NULL, name);
    }
  g_assert_true (im_roster_take_push (fixture->account->roster, query));
  contact = im_account_find_contact (fixture->account, jid);
  g_assert_cmpuint (im_contact_get_n_groups (contact), ==, IM_CONTACT_MAX_GROUPS);
  g_assert_cmpuint (strlen (im_contact_get_alias (contact)), ==, IM_CONTACT_MAX_NAME_BYTES);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/roster/ten-thousand-in-one-signal", test_ten_thousand_in_one_signal);
  ADD ("/roster/two-thousand-presences-in-one-signal", test_two_thousand_presences_in_one_signal);
  ADD ("/roster/who-is-missing-is-removed", test_who_is_missing_is_removed);
  ADD ("/roster/strangers-are-bounded-b38", test_strangers_are_bounded_b38);
  ADD ("/roster/strangers-who-change-their-minds-b38",
       test_strangers_who_change_their_minds_are_bounded_b38);
  ADD ("/roster/who-asked", test_who_asked_is_asked_about_again);
  ADD ("/roster/devices-that-left-b34", test_devices_that_left_are_not_kept_for_their_hash_b34);
  ADD ("/roster/groups-are-bounded-b10", test_groups_are_bounded_b10);
  return g_test_run ();
}
