/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-personal.c: what people say of themselves, as programs see it:
 * Connection.Interface.Location, im.linnet.Personal1, im.linnet.ServiceDiscovery1 */

#include "fixture.h"

#include <string.h>

#define LOCATION CONNECTION ".Interface.Location"
#define PERSONAL "im.linnet.Personal1"
#define IDLE "im.linnet.Idle1"
#define DISCOVERY "im.linnet.ServiceDiscovery1"
#define CLIENT_TYPES CONNECTION ".Interface.ClientTypes"
#define CAPABILITIES CONNECTION ".Interface.ContactCapabilities"
#define RESOURCES CONNECTION ".Interface.Resources.DRAFT"
#define ROSTER "<item jid='bob@example.org' subscription='both'/>"

#define EVENT(node, payload)                                                  \
  "<message from='bob@example.org' type='headline'>"                          \
  "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='" node \
  "'><item id='i'>" payload "</item></items></event></message>"
#define GEOLOC(content)                       \
  EVENT ("http://jabber.org/protocol/geoloc", \
         "<geoloc xmlns='http://jabber.org/protocol/geoloc'>" content "</geoloc>")
#define MOOD(content)                       \
  EVENT ("http://jabber.org/protocol/mood", \
         "<mood xmlns='http://jabber.org/protocol/mood'>" content "</mood>")

static void
set_up (Fixture *f, gconstpointer data)
{
  fixture_set_up (f, data);
  line_server_set_roster (f->server, ROSTER);
  fixture_connect (f);
}

static void
test_a_location_is_told_kept_and_taken_back (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autofree char *told = g_strdup_printf ("(%u, {'lat': <1.5>})", bob);
  g_autofree char *gone = g_strdup_printf ("(%u, {})", bob);
  g_autofree char *all = g_strdup_printf ("({%u: {'lat': <1.5>}},)", bob);
  g_autoptr (GVariant) locations = NULL;
  g_autoptr (GVariant) none = NULL;

  line_server_say (f->server, GEOLOC ("<lat>1.5</lat>"));
  assert_variant (fixture_wait_nth (f, f->connection, LOCATION, "LocationUpdated", 0), told);
  locations = fixture_call (f, f->connection, LOCATION, "GetLocations",
                            g_variant_new ("(@au)", g_variant_new_parsed ("[@u %u, 1]", bob)));
  assert_variant (locations, all);
  line_server_say (f->server, GEOLOC (""));
  assert_variant (fixture_wait_nth (f, f->connection, LOCATION, "LocationUpdated", 1), gone);
  none = fixture_call (f, f->connection, LOCATION, "GetLocations",
                       g_variant_new ("(@au)", g_variant_new_parsed ("[@u %u]", bob)));
  assert_variant (none, "({},)");
}

static void
test_a_location_that_is_not_known_is_asked_for (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autoptr (GVariant) location = NULL;

  line_server_set_answer (f->server, "<items node='http://jabber.org/protocol/geoloc'",
                          "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                          "<items node='http://jabber.org/protocol/geoloc'><item id='x'>"
                          "<geoloc xmlns='http://jabber.org/protocol/geoloc'><alt>3</alt></geoloc>"
                          "</item></items></pubsub>");
  location =
      fixture_call (f, f->connection, LOCATION, "RequestLocation", g_variant_new ("(u)", bob));
  assert_variant (location, "({'alt': <3.0>},)");
}

static void
test_who_sees_the_location_cannot_be_narrowed (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) control = fixture_get (f, f->connection, LOCATION, "LocationAccessControl");

  assert_variant (control, "(1, <''>)");
  fixture_set (f, f->connection, LOCATION, "LocationAccessControl",
               g_variant_new_parsed ("(@u 1, <''>)"));
  fixture_refuse_set (f, f->connection, LOCATION, "LocationAccessControl",
                      g_variant_new_parsed ("(@u 0, <@au []>)"), "NotImplemented");
}

static void
test_what_cannot_be_is_refused (Fixture *f, gconstpointer data)
{
  fixture_refuse (f, f->connection, LOCATION, "GetLocations", fixture_parse ("(au)", "([99],)"),
                  "InvalidHandle");
  fixture_refuse (f, f->connection, LOCATION, "RequestLocation", fixture_parse ("(u)", "(99,)"),
                  "InvalidHandle");
  fixture_refuse (f, f->connection, LOCATION, "SetLocation",
                  fixture_parse ("(a{sv})", "({'lat': <91.0>},)"), "InvalidArgument");
  fixture_refuse (f, f->connection, PERSONAL, "Publish",
                  fixture_parse ("(sa{sv})", "('mood', {'mood': <'elated'>})"), "InvalidArgument");
  fixture_refuse (f, f->connection, PERSONAL, "Publish", fixture_parse ("(sa{sv})", "('x', {})"),
                  "InvalidArgument");
  fixture_refuse (f, f->connection, PERSONAL, "Get", fixture_parse ("(s)", "('@',)"),
                  "InvalidHandle");
  fixture_refuse (f, f->connection, DISCOVERY, "Info", fixture_parse ("(ss)", "('a@b@c', '')"),
                  "InvalidArgument");
  g_assert_cmpuint (line_server_count (f->server, "<publish"), ==, 0);
}

static void
test_of_one_read_one_signal (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) facts = NULL;

  line_server_say (f->server,
                   MOOD ("<happy/>") EVENT (
                       "http://jabber.org/protocol/tune",
                       "<tune xmlns='http://jabber.org/protocol/tune'><title>x</title></tune>"));
  assert_variant (
      fixture_wait_nth (f, f->connection, PERSONAL, "Changed", 0),
      "({'bob@example.org': {'mood': {'mood': <'happy'>}, 'tune': {'title': <'x'>}}},)");
  facts =
      fixture_call (f, f->connection, PERSONAL, "Get", g_variant_new ("(s)", "bob@example.org"));
  assert_variant (facts, "({'mood': {'mood': <'happy'>}, 'tune': {'title': <'x'>}},)");
  line_server_say (f->server, MOOD (""));
  assert_variant (fixture_wait_nth (f, f->connection, PERSONAL, "Changed", 1),
                  "({'bob@example.org': {'mood': {}}},)");
  g_assert_cmpuint (fixture_count_heard (f, f->connection, PERSONAL, "Changed"), ==, 2);
}

static void
test_attributes_have_what_is_known (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autoptr (GVariant) result = NULL;
  g_autofree char *text = NULL;

  line_server_say (f->server, MOOD ("<calm/>") GEOLOC ("<lat>2</lat>"));
  fixture_wait_heard (f, f->connection, PERSONAL, "Changed");
  result = fixture_call (f, f->connection, CONTACTS, "GetContactAttributes",
                         g_variant_new ("(@au^asb)", g_variant_new_parsed ("[@u %u]", bob),
                                        (const char *const[]){ PERSONAL, LOCATION, NULL }, FALSE));
  text = g_variant_print (result, FALSE);
  g_assert_nonnull (strstr (text, "'" PERSONAL "/mood': <{'mood': <'calm'>}>"));
  g_assert_nonnull (strstr (text, "'" LOCATION "/location': <{'lat': <2.0>}>"));
  g_assert_null (strstr (text, PERSONAL "/tune"));
}

static void
test_an_address_is_asked_what_it_can_do (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) info = NULL;
  g_autoptr (GVariant) items = NULL;

  line_server_set_answer (
      f->server, "node='n1'",
      "<query xmlns='http://jabber.org/protocol/disco#info' node='n1'>"
      "<identity category='client' type='pc' name='X'/><feature var='urn:one'/><feature/>"
      "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'>"
      "<value>urn:f</value></field></x></query>");
  info = fixture_call (f, f->connection, DISCOVERY, "Info",
                       g_variant_new ("(ss)", "bob@example.org/pad", "n1"));
  assert_variant (info, "([('client', 'pc', '', 'X')], ['urn:one'], "
                        "[[('FORM_TYPE', 'hidden', ['urn:f'])]])");
  line_server_set_answer (f->server, "node='n2'",
                          "<query xmlns='http://jabber.org/protocol/disco#items' node='n2'>"
                          "<item jid='a@b@c'/><item jid='Rooms.example.org' name='R'/></query>");
  items = fixture_call (f, f->connection, DISCOVERY, "Items", g_variant_new ("(ss)", "", "n2"));
  assert_variant (items, "([('rooms.example.org', '', 'R')],)");
}

#define CLAIM                                                                                \
  "<presence from='bob@example.org/pad'><c xmlns='http://jabber.org/protocol/caps' "         \
  "hash='sha-1' node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>" \
  "</presence>"
#define EXODUS                                                  \
  "<query xmlns='http://jabber.org/protocol/disco#info'>"       \
  "<identity category='client' name='Exodus 0.9.1' type='pc'/>" \
  "<feature var='http://jabber.org/protocol/caps'/>"            \
  "<feature var='http://jabber.org/protocol/disco#info'/>"      \
  "<feature var='http://jabber.org/protocol/disco#items'/>"     \
  "<feature var='http://jabber.org/protocol/muc'/></query>"

static void
test_what_a_device_is_follows_from_its_hash (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autofree char *told = g_strdup_printf ("(%u, ['pc'])", bob);
  g_autofree char *offline = g_strdup_printf ("({1: ['pc'], %u: []},)", bob);
  g_autofree char *gone = g_strdup_printf ("(%u, [])", bob);
  g_autoptr (GVariant) none = NULL;
  g_autofree char *bare = g_strdup_printf ("(%u, {})", bob);
  g_autoptr (GVariant) resources = NULL;
  g_autoptr (GVariant) devices = NULL;
  g_autoptr (GVariant) attributes = NULL;
  g_autofree char *text = NULL;
  g_autofree char *attribute = NULL;
  const char *const wanted[] = { RESOURCES, NULL };

  line_server_set_answer (f->server, "node='http://code.google.com/p/exodus#", EXODUS);
  none = fixture_call (f, f->connection, CLIENT_TYPES, "GetClientTypes",
                       g_variant_new ("(@au)", g_variant_new_parsed ("[@u 1, %u]", bob)));
  assert_variant (none, offline);
  line_server_say (f->server, CLAIM);
  assert_variant (fixture_wait_nth (f, f->connection, CLIENT_TYPES, "ClientTypesUpdated", 0), told);
  g_assert_cmpuint (fixture_count_heard (f, f->connection, RESOURCES, "ResourcesUpdated"), ==, 0);
  resources = fixture_call (f, f->connection, RESOURCES, "GetResources",
                            g_variant_new ("(@au)", g_variant_new_parsed ("[@u %u]", bob)));
  text = g_variant_print (resources, FALSE);
  g_assert_nonnull (strstr (text, "'pad': {"));
  g_assert_nonnull (strstr (text, "ClientTypes/client-types': <['pc']>"));
  attributes = fixture_call (f, f->connection, CONTACTS, "GetContactByID",
                             g_variant_new ("(s^as)", "bob@example.org", wanted));
  attribute = g_variant_print (attributes, FALSE);
  g_assert_nonnull (strstr (attribute, RESOURCES "/resources': <{'pad': {"));
  devices = fixture_call (f, f->connection, DISCOVERY, "Devices",
                          g_variant_new ("(s)", "bob@example.org"));
  assert_variant (devices, "([('pad', 'pc', 'Exodus 0.9.1', ['http://jabber.org/protocol/caps', "
                           "'http://jabber.org/protocol/disco#info', "
                           "'http://jabber.org/protocol/disco#items', "
                           "'http://jabber.org/protocol/muc'], true)],)");
  line_server_say (f->server, "<presence from='bob@example.org/pad' type='unavailable'/>");
  assert_variant (fixture_wait_nth (f, f->connection, CLIENT_TYPES, "ClientTypesUpdated", 1), gone);
  assert_variant (fixture_wait_heard (f, f->connection, RESOURCES, "ResourcesUpdated"), bare);
}

static gboolean
is_said_of_resources (Fixture *f, gpointer data)
{
  for (guint i = 0; i < f->heard->len; i++)
    {
      const Heard *heard = f->heard->pdata[i];
      g_autofree char *text = g_variant_print (heard->body, FALSE);

      if (g_str_equal (heard->name, RESOURCES ".ResourcesUpdated") && strstr (text, data) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Also of one that does not speak for its owner. */
static void
test_what_each_device_is_gets_told (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autoptr (GVariant) none =
      fixture_call (f, f->connection, RESOURCES, "GetResources",
                    g_variant_new ("(@au)", g_variant_new_parsed ("[@u %u]", bob)));

  g_assert_nonnull (none);
  line_server_say (f->server,
                   "<presence from='bob@example.org/desk'><priority>5</priority></presence>");
  fixture_wait (f, is_said_of_resources, (gpointer) "'desk'", "the better device");
  line_server_set_answer (f->server, "node='http://code.google.com/p/exodus#", EXODUS);
  line_server_say (f->server, CLAIM);
  fixture_wait (f, is_said_of_resources, (gpointer) "'pad'", "the other one");
  fixture_wait (f, is_said_of_resources, (gpointer) "['pc']", "what it is");
}

static void
test_text_can_be_had_with_everybody (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "bob@example.org");
  g_autoptr (GVariant) classes =
      fixture_call (f, f->connection, CAPABILITIES, "GetContactCapabilities",
                    g_variant_new ("(@au)", g_variant_new_parsed ("[@u %u]", bob)));
  g_autofree char *text = g_variant_print (classes, FALSE);

  g_assert_nonnull (strstr (text, "Channel.TargetHandleType': <uint32 1>"));
  fixture_do (f, f->connection, CAPABILITIES, "UpdateCapabilities",
              fixture_parse ("(a(saa{sv}as))", "([('x.y', [], ['urn:a'])],)"));
  fixture_refuse (f, f->connection, CAPABILITIES, "GetContactCapabilities",
                  fixture_parse ("(au)", "([0],)"), "InvalidHandle");
  fixture_refuse (f, f->connection, CLIENT_TYPES, "RequestClientTypes",
                  fixture_parse ("(u)", "(0,)"), "InvalidHandle");
  fixture_refuse (f, f->connection, RESOURCES, "GetResources", fixture_parse ("(au)", "([99],)"),
                  "InvalidHandle");
}

#define ADD_WITH_ROSTER(name, func) \
  g_test_add (name, Fixture, NULL, set_up, func, fixture_tear_down)

static void
test_idle_is_said_and_told (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) since = NULL;
  g_autoptr (GVariant) attributes = NULL;
  guint handle = fixture_get_handle (f, "bob@example.org");
  g_autofree char *expected =
      g_strdup_printf ("({%u: {'" CONNECTION "/contact-id': <'bob@example.org'>, '" IDLE
                       "/since': <int64 1784602575>}},)",
                       handle);

  fixture_do (f, f->connection, IDLE, "SetSince", g_variant_new ("(x)", (gint64) 1767323045));
  fixture_wait_server (f, "<idle xmlns='urn:xmpp:idle:1' since='2026-01-02T03:04:05Z'/>", 1);
  since = fixture_get (f, f->connection, IDLE, "Since");
  assert_variant (since, "1767323045");
  fixture_refuse (f, f->connection, IDLE, "SetSince", g_variant_new ("(x)", G_MAXINT64),
                  "InvalidArgument");
  fixture_refuse (f, f->connection, IDLE, "SetSince", g_variant_new ("(x)", (gint64) -1),
                  "InvalidArgument");
  line_server_say (f->server,
                   "<presence from='bob@example.org/b'><show>away</show>"
                   "<idle xmlns='urn:xmpp:idle:1' since='2026-07-21T02:56:15Z'/></presence>");
  assert_variant (fixture_wait_heard (f, f->connection, IDLE, "Changed"),
                  "({'bob@example.org': 1784602575},)");
  attributes = fixture_call (f, f->connection, CONTACTS, "GetContactAttributes",
                             g_variant_new_parsed ("([%u], ['" IDLE "'], false)", handle));
  assert_variant (attributes, expected);
  line_server_say (f->server, "<presence from='bob@example.org/b'/>");
  assert_variant (fixture_wait_nth (f, f->connection, IDLE, "Changed", 1),
                  "({'bob@example.org': 0},)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_WITH_ROSTER ("/bus/location/told", test_a_location_is_told_kept_and_taken_back);
  ADD_WITH_ROSTER ("/bus/location/asked", test_a_location_that_is_not_known_is_asked_for);
  ADD_WITH_ROSTER ("/bus/location/access", test_who_sees_the_location_cannot_be_narrowed);
  ADD_WITH_ROSTER ("/bus/personal/refused", test_what_cannot_be_is_refused);
  ADD_WITH_ROSTER ("/bus/personal/one-signal", test_of_one_read_one_signal);
  ADD_WITH_ROSTER ("/bus/personal/attributes", test_attributes_have_what_is_known);
  ADD_WITH_ROSTER ("/bus/idle", test_idle_is_said_and_told);
  ADD_WITH_ROSTER ("/bus/discovery", test_an_address_is_asked_what_it_can_do);
  ADD_WITH_ROSTER ("/bus/client-types", test_what_a_device_is_follows_from_its_hash);
  ADD_WITH_ROSTER ("/bus/resources", test_what_each_device_is_gets_told);
  ADD_WITH_ROSTER ("/bus/capabilities", test_text_can_be_had_with_everybody);
  return g_test_run ();
}
