/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-contact.c: which resource speaks for somebody, and what a remote side cannot blow up */

#include <string.h>

#include "im/im-contact-private.h"

static ImContact *
new_contact (void)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("bob@example.org", NULL);

  return im_contact_new (jid);
}

static void
put (ImContact *contact, const char *name, ImPresenceType type, const char *status, int priority)
{
  ImPresence presence = { type, (char *) status, (char *) name };

  g_assert_true (im_contact_put_resource (contact, name, &presence, priority));
}

static void
test_best_resource (void)
{
  ImContact *contact = new_contact ();

  g_assert_cmpstr (im_contact_get_presence (contact)->status, ==, "unknown");
  im_subscription_take_item (&contact->subscription, "to", NULL, FALSE);
  g_assert_cmpstr (im_contact_get_presence (contact)->status, ==, "offline");

  put (contact, "phone", IM_PRESENCE_AWAY, "away", 5);
  put (contact, "desk", IM_PRESENCE_AVAILABLE, "available", 1);
  g_assert_cmpstr (im_contact_get_presence (contact)->message, ==, "phone"); /* priority first */
  put (contact, "desk", IM_PRESENCE_AVAILABLE, "available", 5);
  g_assert_cmpstr (im_contact_get_presence (contact)->message, ==, "desk"); /* then show */
  put (contact, "lap", IM_PRESENCE_AVAILABLE, "chat", 5);
  g_assert_cmpstr (im_contact_get_presence (contact)->status, ==, "chat");
  put (contact, "bot", IM_PRESENCE_AVAILABLE, "chat", -1);
  g_assert_cmpstr (im_contact_get_presence (contact)->message, ==, "lap");
  g_assert_cmpuint (im_contact_get_n_resources (contact), ==, 4);
  g_assert_cmpstr (im_contact_get_resource (contact, 3)->name, ==, "bot");

  g_assert_true (im_contact_drop_resource (contact, "lap"));
  g_assert_false (im_contact_drop_resource (contact, "lap"));
  g_assert_cmpstr (im_contact_get_presence (contact)->message, ==, "desk");
  im_contact_drop_resources (contact);
  g_assert_cmpstr (im_contact_get_presence (contact)->status, ==, "offline");
  im_contact_free (contact);
}

/* XEP-0106 5.1 */
static void
test_an_escaped_address_is_shown_as_its_owner_writes_it (void)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("d\\27artagnan@musketeers.lit", NULL);
  ImContact *contact = im_contact_new (jid);

  g_assert_cmpstr (im_contact_get_alias (contact), ==, "d'artagnan@musketeers.lit");
  im_contact_set_roster_name (contact, "Charles");
  g_assert_cmpstr (im_contact_get_alias (contact), ==, "Charles");
  im_contact_free (contact);
}

static void
test_bounds_b37 (void)
{
  ImContact *contact = new_contact ();
  g_autofree char *long_text = g_strnfill (1024 * 1024, 'x');
  ImPresence presence = { IM_PRESENCE_AVAILABLE, (char *) "available", long_text };
  guint n_put = 0;

  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *name = g_strdup_printf ("r%u", i);

      n_put += im_contact_put_resource (contact, name, &presence, 999);
    }
  g_assert_cmpuint (n_put, ==, IM_CONTACT_MAX_RESOURCES);
  g_assert_cmpuint (im_contact_get_n_resources (contact), ==, IM_CONTACT_MAX_RESOURCES);
  g_assert_cmpint (im_contact_get_resource (contact, 0)->priority, ==, 127);
  g_assert_cmpuint (strlen (im_contact_get_presence (contact)->message), ==,
                    IM_PRESENCE_MAX_MESSAGE_BYTES);
  im_contact_free (contact);
}

static void
test_cut_between_characters_a32 (void)
{
  for (gsize limit = 0; limit < 12; limit++)
    {
      g_autofree char *cut = im_dup_bounded ("a€😀é", limit);

      g_assert_true (g_utf8_validate (cut, -1, NULL));
      g_assert_cmpuint (strlen (cut), <=, limit);
      g_assert_cmpuint (strlen (cut) + 4, >, MIN (limit, strlen ("a€😀é")));
    }
}

static void
test_small (void)
{
  g_assert_cmpuint (sizeof (ImContact), <=, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contact/best-resource", test_best_resource);
  g_test_add_func ("/contact/bounds-b37", test_bounds_b37);
  g_test_add_func ("/contact/an-escaped-address-is-shown-as-its-owner-writes-it",
                   test_an_escaped_address_is_shown_as_its_owner_writes_it);
  g_test_add_func ("/contact/cut-between-characters-a32", test_cut_between_characters_a32);
  g_test_add_func ("/contact/small", test_small);
  return g_test_run ();
}
