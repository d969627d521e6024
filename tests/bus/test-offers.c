/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-offers.c: what a connection offers is what its server can do, and stays as it is from the
 * moment in which it is connected. Telepathy 0.27.4 Connection.Interface.SimplePresence,
 * Connection.Interface.ContactInfo */
#include "fixture.h"

#define INFO CONNECTION ".Interface.ContactInfo"
#define DISCO "http://jabber.org/protocol/disco#info"
#define INVISIBLE "urn:xmpp:invisible:1"
#define PRIVACY "jabber:iq:privacy"
#define VCARD "vcard-temp"

/* What the server says of itself and of the account, or nothing: it says nothing at all. */
static void
say_features (Fixture *f, const char *first, const char *second)
{
  g_autofree char *answer =
      g_strdup_printf ("<query xmlns='" DISCO "'><identity category='server' type='im'/>"
                       "<feature var='%s'/><feature var='%s'/></query>",
                       first != NULL ? first : "", second);

  line_server_set_answer (f->server, DISCO, first != NULL ? answer : "");
}

/* The connection is, in the moment in which it is told of. */
static gboolean
is_connected (Fixture *f, gpointer data)
{
  g_autoptr (GVariant) status = fixture_get (f, f->connection, CONNECTION, "Status");

  return g_variant_get_uint32 (status) == 0;
}

static void
connect_to (Fixture *f, const char *first, const char *second)
{
  say_features (f, first, second);
  g_free (f->connection);
  f->connection = fixture_request_connection (f);
  fixture_forget (f);
  fixture_do (f, f->connection, CONNECTION, "Connect", NULL);
  fixture_wait (f, is_connected, NULL, "CONNECTED");
}

static void
disconnect (Fixture *f)
{
  fixture_do (f, f->connection, CONNECTION, "Disconnect", NULL);
  fixture_wait_nth (f, f->connection, CONNECTION, "StatusChanged", 2);
}

static gboolean
offers_hidden (Fixture *f, const char *path)
{
  g_autoptr (GVariant) statuses = fixture_get (f, path, SIMPLE_PRESENCE, "Statuses");
  g_autoptr (GVariant) available = g_variant_lookup_value (statuses, "available", NULL);
  g_autoptr (GVariant) hidden = g_variant_lookup_value (statuses, "hidden", NULL);

  assert_variant (available, "(2, true, true)");
  if (hidden != NULL)
    assert_variant (hidden, "(5, true, true)");
  return hidden != NULL;
}

static void
test_hidden_is_offered_where_the_server_can (Fixture *f, gconstpointer data)
{
  static const char *const ways[] = { INVISIBLE, PRIVACY };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      connect_to (f, "urn:xmpp:ping", ways[i]);
      g_assert_true (offers_hidden (f, f->connection));
      disconnect (f);
    }
}

static void
test_hidden_is_offered_nowhere_else (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_request_connection (f);

  /* Before it connects, all that there can be. */
  g_assert_true (offers_hidden (f, path));
  fixture_do (f, path, SIMPLE_PRESENCE, "SetPresence", g_variant_new ("(ss)", "hidden", "hush"));
  say_features (f, "urn:xmpp:ping", VCARD);
  f->connection = g_steal_pointer (&path);
  fixture_do (f, f->connection, CONNECTION, "Connect", NULL);
  fixture_wait (f, is_connected, NULL, "CONNECTED");
  g_assert_false (offers_hidden (f, f->connection));
  /* Who wanted to be hidden is busy. */
  fixture_wait_server (f, "<show>dnd</show>", 1);
  fixture_refuse (f, f->connection, SIMPLE_PRESENCE, "SetPresence",
                  g_variant_new ("(ss)", "hidden", "hush"), "InvalidArgument");
  fixture_do (f, f->connection, SIMPLE_PRESENCE, "SetPresence", g_variant_new ("(ss)", "away", ""));
  fixture_wait_server (f, "<show>away</show>", 1);
  g_assert_false (offers_hidden (f, f->connection));
}

/* Nothing is known of it, so nothing is left out; what it says later changes nothing. */
static void
test_a_server_that_says_nothing_is_not_waited_for (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) flags = NULL;

  connect_to (f, NULL, "");
  g_assert_true (offers_hidden (f, f->connection));
  flags = fixture_get (f, f->connection, INFO, "ContactInfoFlags");
  assert_variant (flags, "1");
}

static void
assert_info (Fixture *f, guint flags, gboolean has_fields)
{
  g_autoptr (GVariant) said = fixture_get (f, f->connection, INFO, "ContactInfoFlags");
  g_autoptr (GVariant) fields = fixture_get (f, f->connection, INFO, "SupportedFields");

  g_assert_cmpuint (g_variant_get_uint32 (said), ==, flags);
  g_assert_cmpint (g_variant_n_children (fields) > 0, ==, has_fields);
}

static void
test_information_can_be_set_where_the_server_keeps_it (Fixture *f, gconstpointer data)
{
  connect_to (f, "urn:xmpp:ping", VCARD);
  assert_info (f, 1, TRUE);
  disconnect (f);
  connect_to (f, "urn:xmpp:ping", INVISIBLE);
  assert_info (f, 0, FALSE);
}

#define BLOCKING CONNECTION ".Interface.ContactBlocking"
#define BLOCKING_NS "urn:xmpp:blocking"
#define REPORTING "urn:xmpp:reporting:1"

static void
block (Fixture *f, const char *id)
{
  guint handle = fixture_get_handle (f, id);

  fixture_do (f, f->connection, BLOCKING, "BlockContacts",
              g_variant_new ("(@aub)", g_variant_new_parsed ("[%u]", handle), TRUE));
}

/* A report that cannot be made is left out, and who was to be reported is blocked all the same. */
static void
test_abuse_is_reported_where_the_server_listens (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) none = NULL;
  g_autoptr (GVariant) some = NULL;

  line_server_set_answer (f->server, "<blocklist", "<blocklist xmlns='" BLOCKING_NS "'/>");
  connect_to (f, "urn:xmpp:ping", BLOCKING_NS);
  none = fixture_get (f, f->connection, BLOCKING, "ContactBlockingCapabilities");
  assert_variant (none, "0");
  block (f, "spam@example.net");
  fixture_wait_server (f, "<item jid='spam@example.net'/>", 1);
  g_assert_cmpuint (line_server_count (f->server, "<report"), ==, 0);
  disconnect (f);
  connect_to (f, REPORTING, BLOCKING_NS);
  some = fixture_get (f, f->connection, BLOCKING, "ContactBlockingCapabilities");
  assert_variant (some, "1");
  block (f, "eve@example.net");
  fixture_wait_server (f, "<item jid='eve@example.net'><report", 1);
  g_assert_cmpuint (line_server_count (f->server, "reason='urn:xmpp:reporting:abuse'"), ==, 1);
}

#define LOCATION CONNECTION ".Interface.Location"

/* It goes by personal eventing. */
static void
test_a_location_can_be_set_where_it_can_be_published (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) none = NULL;
  g_autoptr (GVariant) some = NULL;

  connect_to (f, "urn:xmpp:ping", VCARD);
  none = fixture_get (f, f->connection, LOCATION, "SupportedLocationFeatures");
  assert_variant (none, "0");
  disconnect (f);
  line_server_set_answer (f->server, DISCO,
                          "<query xmlns='" DISCO "'><identity category='pubsub' type='pep'/>"
                          "</query>");
  g_free (f->connection);
  f->connection = fixture_request_connection (f);
  fixture_do (f, f->connection, CONNECTION, "Connect", NULL);
  fixture_wait (f, is_connected, NULL, "CONNECTED");
  some = fixture_get (f, f->connection, LOCATION, "SupportedLocationFeatures");
  assert_variant (some, "1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/offers/hidden", test_hidden_is_offered_where_the_server_can);
  ADD ("/bus/offers/not-hidden", test_hidden_is_offered_nowhere_else);
  ADD ("/bus/offers/silent-server", test_a_server_that_says_nothing_is_not_waited_for);
  ADD ("/bus/offers/reports", test_abuse_is_reported_where_the_server_listens);
  ADD ("/bus/offers/location", test_a_location_can_be_set_where_it_can_be_published);
  ADD ("/bus/offers/information", test_information_can_be_set_where_the_server_keeps_it);
  return g_test_run ();
}
