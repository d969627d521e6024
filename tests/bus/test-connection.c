/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-connection.c: ConnectionManager, Protocol and Connection: made, its status, its handles, its
 * end. Telepathy 0.27.4 ConnectionManager, Protocol, Connection */
#include "fixture.h"

#define PROTOCOL TP "Protocol"
#define PROTOCOL_PATH CM_PATH "/jabber"

static void
test_the_manager_knows_its_protocol (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) protocols = fixture_call (f, CM_PATH, CM, "ListProtocols", NULL);
  g_autoptr (GVariant) result =
      fixture_call (f, CM_PATH, CM, "GetParameters", g_variant_new ("(s)", "jabber"));
  g_autoptr (GVariant) parameters = g_variant_get_child_value (result, 0);
  g_autoptr (GVariant) property = fixture_get (f, PROTOCOL_PATH, PROTOCOL, "Parameters");
  g_autoptr (GVariant) map = fixture_get (f, CM_PATH, CM, "Protocols");
  g_autoptr (GVariant) jabber = g_variant_lookup_value (map, "jabber", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) listed =
      g_variant_lookup_value (jabber, PROTOCOL ".Parameters", G_VARIANT_TYPE ("a(susv)"));

  assert_variant (protocols, "(['jabber'],)");
  g_assert_true (g_variant_equal (parameters, property));
  g_assert_true (g_variant_equal (parameters, listed));
  fixture_refuse (f, CM_PATH, CM, "GetParameters", g_variant_new ("(s)", "irc"), "NotImplemented");
}

/* Spec: Protocol, ConnectionInterfaces */
static void
test_the_protocol_names_what_connections_have (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) named = fixture_get (f, PROTOCOL_PATH, PROTOCOL, "ConnectionInterfaces");
  g_autoptr (GVariant) had = NULL;
  g_autofree const char **names = g_variant_get_strv (named, NULL);
  g_autofree const char **interfaces = NULL;

  fixture_connect (f);
  had = fixture_get (f, f->connection, CONNECTION, "Interfaces");
  interfaces = g_variant_get_strv (had, NULL);
  for (guint i = 0; interfaces[i] != NULL; i++)
    if (!g_strv_contains (names, interfaces[i]))
      g_error ("A connection has %s, which the protocol does not name", interfaces[i]);
  g_assert_cmpuint (g_strv_length ((char **) names), >=, 8);
}

#define POWER_SAVING CONNECTION ".Interface.PowerSaving"
#define SIDECARS CONNECTION ".Interface.Sidecars1"

static void
test_power_is_saved_where_the_server_helps (Fixture *f, gconstpointer data)
{
  static const gboolean wishes[] = { FALSE, TRUE, TRUE, FALSE };
  g_autoptr (GVariant) is_active = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wishes); i++)
    fixture_do (f, f->connection, POWER_SAVING, "SetPowerSaving", g_variant_new ("(b)", wishes[i]));
  fixture_wait_server (f, "<active xmlns='urn:xmpp:csi:0'", 1);
  g_assert_cmpuint (line_server_count (f->server, "<inactive xmlns='urn:xmpp:csi:0'"), ==, 1);
  assert_variant (fixture_wait_nth (f, f->connection, POWER_SAVING, "PowerSavingChanged", 0),
                  "(true,)");
  assert_variant (fixture_wait_nth (f, f->connection, POWER_SAVING, "PowerSavingChanged", 1),
                  "(false,)");
  g_assert_cmpuint (fixture_count_heard (f, f->connection, POWER_SAVING, "PowerSavingChanged"), ==,
                    2);
  is_active = fixture_get (f, f->connection, POWER_SAVING, "PowerSavingActive");
  g_assert_false (g_variant_get_boolean (is_active));
}

/* A server that cannot be told is told nothing, and we do less all the same. */
static void
test_power_is_saved_where_the_server_does_not_help (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) is_active = NULL;

  line_server_set_features (f->server, "");
  fixture_connect (f);
  fixture_do (f, f->connection, POWER_SAVING, "SetPowerSaving", g_variant_new ("(b)", TRUE));
  is_active = fixture_get (f, f->connection, POWER_SAVING, "PowerSavingActive");
  g_assert_true (g_variant_get_boolean (is_active));
  assert_variant (fixture_wait_nth (f, f->connection, POWER_SAVING, "PowerSavingChanged", 0),
                  "(true,)");
  fixture_do (f, f->connection, POWER_SAVING, "SetPowerSaving", g_variant_new ("(b)", FALSE));
  assert_variant (fixture_wait_nth (f, f->connection, POWER_SAVING, "PowerSavingChanged", 1),
                  "(false,)");
  fixture_sync (f);
  g_assert_cmpuint (line_server_count (f->server, "urn:xmpp:csi:0"), ==, 0);
}

static void
test_there_is_no_sidecar_of_others (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) ours = fixture_call (f, f->connection, SIDECARS, "EnsureSidecar",
                                            g_variant_new ("(s)", "im.linnet.ServiceDiscovery1"));
  const char *path;

  g_variant_get (ours, "(&o@a{sv})", &path, NULL);
  g_assert_cmpstr (path, ==, f->connection);
  fixture_refuse (f, f->connection, SIDECARS, "EnsureSidecar",
                  g_variant_new ("(s)", "com.example.PrivacyLists"), "NotImplemented");
  fixture_refuse (f, f->connection, SIDECARS, "EnsureSidecar",
                  g_variant_new ("(s)", "im.linnet.Nothing1"), "NotImplemented");
  fixture_refuse (f, f->connection, SIDECARS, "EnsureSidecar", g_variant_new ("(s)", "no name"),
                  "InvalidArgument");
}

static void
normalize (Fixture *f, const char *text, const char *wanted)
{
  g_autoptr (GVariant) result =
      fixture_call (f, PROTOCOL_PATH, PROTOCOL, "NormalizeContact", g_variant_new ("(s)", text));
  const char *normalized;

  g_variant_get (result, "(&s)", &normalized);
  g_assert_cmpstr (normalized, ==, wanted);
}

static void
test_the_protocol_normalizes (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) id = fixture_call (
      f, PROTOCOL_PATH, PROTOCOL, "IdentifyAccount",
      fixture_parse ("(a{sv})", "({'account': <'Alice@Example.org'>, 'server': <'x'>},)"));

  assert_variant (id, "('alice@example.org',)");
  normalize (f, "Bob@Example.ORG/desk", "bob@example.org");
  fixture_refuse (f, PROTOCOL_PATH, PROTOCOL, "NormalizeContact", g_variant_new ("(s)", "@"),
                  "InvalidArgument");
  fixture_refuse (f, PROTOCOL_PATH, PROTOCOL, "IdentifyAccount", fixture_parse ("(a{sv})", "({},)"),
                  "InvalidArgument");
}

static void
request (Fixture *f, const char *protocol, const char *parameters, const char *error)
{
  fixture_refuse (f, CM_PATH, CM, "RequestConnection",
                  g_variant_new ("(s@a{sv})", protocol, fixture_parse ("a{sv}", parameters)),
                  error);
}

static void
test_what_is_no_connection_is_refused (Fixture *f, gconstpointer data)
{
  request (f, "irc", "{'account': <'a@b'>}", "NotImplemented");
  request (f, "jabber", "{}", "InvalidArgument");
  request (f, "jabber", "{'account': <'b'>}", "InvalidArgument");
  request (f, "jabber", "{'account': <@as []>}", "InvalidArgument");
  request (f, "jabber", "{'account': <'a@b'>, 'colour': <'red'>}", "InvalidArgument");
  request (f, "jabber", "{'account': <'a@b'>, 'port': <0>}", "InvalidArgument");
  request (f, "jabber", "{'account': <'a@b'>, 'priority': <128>}", "InvalidArgument");
  request (f, "jabber", "{'account': <'a@b'>, 'register': <'yes'>}", "InvalidArgument");
  g_assert_cmpuint (fixture_count_heard (f, NULL, CM, "NewConnection"), ==, 0);
}

static void
test_a_new_connection_is_disconnected (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_request_connection (f);
  g_autoptr (GVariant) status = fixture_call (f, path, CONNECTION, "GetStatus", NULL);
  g_autoptr (GVariant) interfaces = fixture_call (f, path, CONNECTION, "GetInterfaces", NULL);
  g_autoptr (GVariant) listed = fixture_get (f, path, CONNECTION, "Interfaces");
  g_autoptr (GVariant) inner = g_variant_get_child_value (interfaces, 0);
  g_autoptr (GVariant) immortal = fixture_get (f, path, CONNECTION, "HasImmortalHandles");
  g_autoptr (GVariant) protocol = fixture_call (f, path, CONNECTION, "GetProtocol", NULL);
  g_autoptr (GVariant) length =
      fixture_get (f, path, SIMPLE_PRESENCE, "MaximumStatusMessageLength");

  assert_variant (status, "(2,)");
  g_assert_true (g_variant_equal (inner, listed));
  assert_variant (immortal, "true");
  assert_variant (protocol, "('jabber',)");
  assert_variant (length, "0");
  g_assert_cmpuint (fixture_count_heard (f, NULL, CM, "NewConnection"), ==, 1);
  fixture_refuse (f, path, CONNECTION, "GetSelfHandle", NULL, "Disconnected");
  fixture_refuse (f, path, CONNECTION, "RequestHandles",
                  fixture_parse ("(uas)", "(1, ['bob@example.org'])"), "Disconnected");
  fixture_refuse (f, path, CONNECTION, "InspectHandles", fixture_parse ("(uau)", "(1, [1])"),
                  "Disconnected");
  fixture_refuse (f, path, CONNECTION, "ListChannels", NULL, "Disconnected");
  fixture_refuse (f, path, REQUESTS, "CreateChannel", fixture_parse ("(a{sv})", "({},)"),
                  "Disconnected");
  fixture_refuse (f, path, CONTACTS, "GetContactAttributes",
                  fixture_parse ("(auasb)", "([1], [], false)"), "Disconnected");
  fixture_refuse (f, path, CONTACT_LIST, "GetContactListAttributes",
                  fixture_parse ("(asb)", "([], false)"), "NotYet");
  fixture_refuse (f, path, CONTACT_LIST, "Download", NULL, "Disconnected");
  fixture_refuse (f, path, ALIASING, "GetAliasFlags", NULL, "Disconnected");
  fixture_refuse (f, path, SIMPLE_PRESENCE, "GetPresences", fixture_parse ("(au)", "([1],)"),
                  "Disconnected");
  /* The presence for later, and interests, can be said already. */
  fixture_do (f, path, SIMPLE_PRESENCE, "SetPresence", g_variant_new ("(ss)", "away", "soon"));
  fixture_do (f, path, CONNECTION, "AddClientInterest", fixture_parse ("(as)", "(['x.y'],)"));
  fixture_do (f, path, CONNECTION, "RemoveClientInterest", fixture_parse ("(as)", "(['x.y'],)"));
}

static void
test_there_is_one_connection_of_an_account (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_request_connection (f);

  /* It has changed nothing of the first one's. */
  request (f, "jabber", "{'account': <'alice@example.org'>, 'server': <'nowhere.invalid'>}",
           "NotAvailable");
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  fixture_wait_nth (f, path, CONNECTION, "StatusChanged", 1);
  assert_variant (fixture_wait_nth (f, path, CONNECTION, "StatusChanged", 1), "(0, 1)");
  request (f, "jabber", "{'account': <'alice@example.org'>}", "NotAvailable");
  fixture_do (f, path, CONNECTION, "Disconnect", NULL);
  fixture_wait_nth (f, path, CONNECTION, "StatusChanged", 2);
  g_free (fixture_request_connection (f));
}

/* Whoever asks for the next connection says how it shall be. */
static void
test_a_presence_is_of_one_connection (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_request_connection (f);

  fixture_do (f, path, SIMPLE_PRESENCE, "SetPresence", g_variant_new ("(ss)", "dnd", "busy"));
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  fixture_wait_nth (f, path, CONNECTION, "StatusChanged", 1);
  fixture_do (f, path, CONNECTION, "Disconnect", NULL);
  fixture_wait_nth (f, path, CONNECTION, "StatusChanged", 2);
  fixture_forget (f);
  g_free (fixture_request_connection (f));
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  assert_variant (fixture_wait_heard (f, path, SIMPLE_PRESENCE, "PresencesChanged"),
                  "({1: (2, 'available', '')},)");
}

static void
test_connecting_is_told_in_order (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_request_connection (f);
  g_autoptr (GVariant) self_handle = NULL;
  g_autoptr (GVariant) self_id = NULL;
  g_autoptr (GVariant) length = NULL;

  fixture_do (f, path, SIMPLE_PRESENCE, "SetPresence", g_variant_new ("(ss)", "away", "soon"));
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  assert_variant (fixture_wait_nth (f, path, CONNECTION, "StatusChanged", 0), "(1, 1)");
  /* Again has no effect. */
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  assert_variant (fixture_wait_nth (f, path, CONNECTION, "StatusChanged", 1), "(0, 1)");
  /* Our own presence was told before. */
  assert_variant (fixture_wait_heard (f, path, SIMPLE_PRESENCE, "PresencesChanged"),
                  "({1: (3, 'away', 'soon')},)");
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  self_handle = fixture_call (f, path, CONNECTION, "GetSelfHandle", NULL);
  self_id = fixture_get (f, path, CONNECTION, "SelfID");
  length = fixture_get (f, path, SIMPLE_PRESENCE, "MaximumStatusMessageLength");
  assert_variant (self_handle, "(1,)");
  assert_variant (self_id, "'alice@example.org'");
  assert_variant (length, "1023");
  g_assert_cmpuint (fixture_count_heard (f, path, CONNECTION, "StatusChanged"), ==, 2);
}

static void
test_handles_never_die (Fixture *f, gconstpointer data)
{
  guint bob = fixture_get_handle (f, "Bob@example.org/desk");
  g_autoptr (GVariant) ids =
      fixture_call (f, f->connection, CONNECTION, "InspectHandles",
                    g_variant_new ("(u@au)", 1, g_variant_new_parsed ("[@u 1, %u]", bob)));

  assert_variant (ids, "(['alice@example.org', 'bob@example.org'],)");
  g_assert_cmpuint (fixture_get_handle (f, "bob@example.org"), ==, bob);
  fixture_do (f, f->connection, CONNECTION, "HoldHandles",
              g_variant_new ("(u@au)", 1, g_variant_new_parsed ("[%u]", bob)));
  for (guint i = 0; i < 3; i++)
    fixture_do (f, f->connection, CONNECTION, "ReleaseHandles",
                g_variant_new ("(u@au)", 1, g_variant_new_parsed ("[%u]", bob)));
  g_assert_cmpuint (fixture_get_handle (f, "bob@example.org"), ==, bob);
}

static void
test_handles_that_are_none_are_refused (Fixture *f, gconstpointer data)
{
  static const char *const methods[] = { "InspectHandles", "HoldHandles", "ReleaseHandles" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      fixture_refuse (f, f->connection, CONNECTION, methods[i], fixture_parse ("(uau)", "(1, [0])"),
                      "InvalidHandle");
      fixture_refuse (f, f->connection, CONNECTION, methods[i],
                      fixture_parse ("(uau)", "(1, [1, 4294967295])"), "InvalidHandle");
      fixture_refuse (f, f->connection, CONNECTION, methods[i], fixture_parse ("(uau)", "(0, [1])"),
                      "InvalidArgument");
      fixture_refuse (f, f->connection, CONNECTION, methods[i], fixture_parse ("(uau)", "(2, [1])"),
                      "InvalidArgument");
      fixture_refuse (f, f->connection, CONNECTION, methods[i],
                      fixture_parse ("(uau)", "(77, [1])"), "InvalidArgument");
    }
  fixture_refuse (f, f->connection, CONNECTION, "RequestHandles",
                  fixture_parse ("(uas)", "(1, ['carol@example.org', '@'])"), "InvalidHandle");
  fixture_refuse (f, f->connection, CONNECTION, "RequestHandles",
                  fixture_parse ("(uas)", "(1, [''])"), "InvalidHandle");
  fixture_refuse (f, f->connection, CONNECTION, "RequestHandles",
                  fixture_parse ("(uas)", "(0, ['a@b'])"), "NotImplemented");
  fixture_refuse (f, f->connection, CONNECTION, "RequestHandles",
                  fixture_parse ("(uas)", "(2, ['a@b'])"), "NotImplemented");
  fixture_refuse (f, f->connection, CONNECTION, "RequestHandles",
                  fixture_parse ("(uas)", "(77, ['a@b'])"), "NotImplemented");
}

static void
test_a_wish_to_disconnect_ends_the_object (Fixture *f, gconstpointer data)
{
  fixture_do (f, f->connection, CONNECTION, "Disconnect", NULL);
  assert_variant (fixture_wait_heard (f, f->connection, CONNECTION, "StatusChanged"), "(2, 1)");
  fixture_refuse (f, f->connection, CONNECTION, "GetStatus", NULL,
                  "org.freedesktop.DBus.Error.UnknownMethod");
  g_assert_cmpuint (fixture_count_heard (f, f->connection, CONNECTION, "ConnectionError"), ==, 0);
  g_assert_cmpuint (fixture_count_heard (f, f->connection, CONNECTION, "StatusChanged"), ==, 1);
}

static void
test_one_never_connected_can_be_ended (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_request_connection (f);

  fixture_do (f, path, CONNECTION, "Disconnect", NULL);
  fixture_refuse (f, path, CONNECTION, "GetStatus", NULL,
                  "org.freedesktop.DBus.Error.UnknownMethod");
}

static void
test_a_lost_connection_says_why (Fixture *f, gconstpointer data)
{
  GVariant *body;
  const char *error;

  line_server_hang_up (f->server);
  body = fixture_wait_heard (f, f->connection, CONNECTION, "ConnectionError");
  g_variant_get (body, "(&s@a{sv})", &error, NULL);
  g_assert_true (g_str_has_prefix (error, TP "Error."));
  assert_variant (fixture_wait_heard (f, f->connection, CONNECTION, "StatusChanged"), "(2, 2)");
}

/* What the server says is passed on, and nothing is put into its mouth. */
static void
test_the_servers_own_words (Fixture *f, gconstpointer data)
{
  static const char *const rows[][2] = {
    { "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
      "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>One is enough</text>",
      "One is enough" },
    { "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf ("<stream:error>%s</stream:error>", rows[i][0]);
      g_autoptr (GVariant) details = NULL;
      const char *words = NULL;
      const char *error;

      g_clear_pointer (&f->connection, g_free);
      fixture_connect (f);
      line_server_say (f->server, text);
      g_variant_get (fixture_wait_heard (f, f->connection, CONNECTION, "ConnectionError"),
                     "(&s@a{sv})", &error, &details);
      g_assert_cmpstr (error, ==, TP "Error.ConnectionReplaced");
      g_variant_lookup (details, "server-message", "&s", &words);
      g_assert_cmpstr (words, ==, rows[i][1]);
      assert_variant (fixture_wait_heard (f, f->connection, CONNECTION, "StatusChanged"), "(2, 5)");
    }
}

static void
test_presence_is_set_and_told (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) presences = NULL;

  fixture_do (f, f->connection, SIMPLE_PRESENCE, "SetPresence",
              g_variant_new ("(ss)", "dnd", "busy"));
  assert_variant (fixture_wait_heard (f, f->connection, SIMPLE_PRESENCE, "PresencesChanged"),
                  "({1: (6, 'dnd', 'busy')},)");
  fixture_wait_server (f, "<show>dnd</show>", 1);
  presences = fixture_call (f, f->connection, SIMPLE_PRESENCE, "GetPresences",
                            fixture_parse ("(au)", "([1],)"));
  assert_variant (presences, "({1: (6, 'dnd', 'busy')},)");
  fixture_refuse (f, f->connection, SIMPLE_PRESENCE, "SetPresence",
                  g_variant_new ("(ss)", "offline", ""), "InvalidArgument");
  fixture_refuse (f, f->connection, SIMPLE_PRESENCE, "SetPresence",
                  g_variant_new ("(ss)", "error", ""), "InvalidArgument");
  fixture_refuse (f, f->connection, SIMPLE_PRESENCE, "SetPresence",
                  g_variant_new ("(ss)", "flying", ""), "InvalidArgument");
  fixture_refuse (f, f->connection, SIMPLE_PRESENCE, "GetPresences",
                  fixture_parse ("(au)", "([1, 99],)"), "InvalidHandle");
}

static void
test_a_long_message_is_cut (Fixture *f, gconstpointer data)
{
  g_autofree char *given = g_strnfill (5000, 'x');
  g_autofree char *kept = g_strnfill (1023, 'x');
  g_autofree char *expected = g_strdup_printf ("({1: (3, 'away', '%s')},)", kept);

  fixture_do (f, f->connection, SIMPLE_PRESENCE, "SetPresence",
              g_variant_new ("(ss)", "away", given));
  assert_variant (fixture_wait_heard (f, f->connection, SIMPLE_PRESENCE, "PresencesChanged"),
                  expected);
}

#define KEEPALIVE CONNECTION ".Interface.Keepalive.DRAFT"

static void
test_keepalive_can_be_set_within_a_day (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) before = fixture_get (f, f->connection, KEEPALIVE, "KeepaliveInterval");
  g_autoptr (GVariant) after = NULL;
  g_autoptr (GVariant) all = NULL;

  assert_variant (before, "30");
  fixture_set (f, f->connection, KEEPALIVE, "KeepaliveInterval", g_variant_new_uint32 (0));
  after = fixture_get (f, f->connection, KEEPALIVE, "KeepaliveInterval");
  assert_variant (after, "0");
  fixture_refuse_set (f, f->connection, KEEPALIVE, "KeepaliveInterval",
                      g_variant_new_uint32 (86401), "InvalidArgument");
  all = fixture_call (f, f->connection, PROPERTIES, "GetAll", g_variant_new ("(s)", KEEPALIVE));
  assert_variant (all, "({'KeepaliveInterval': <uint32 0>},)");
}

/* The name that superseded the older one wins. */
static void
test_keepalive_is_a_parameter (Fixture *f, gconstpointer data)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) parameters = g_variant_ref_sink (fixture_new_parameters (f, "secret"));
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) interval = NULL;
  const char *path;

  g_variant_dict_clear (&dict);
  g_variant_dict_init (&dict, parameters);
  g_variant_dict_insert (&dict, "keepalive-interval", "u", 60);
  g_variant_dict_insert (&dict, KEEPALIVE ".KeepaliveInterval", "u", 7);
  reply = fixture_call (f, CM_PATH, CM, "RequestConnection",
                        g_variant_new ("(s@a{sv})", "jabber", g_variant_dict_end (&dict)));
  g_variant_get (reply, "(&s&o)", NULL, &path);
  interval = fixture_get (f, path, KEEPALIVE, "KeepaliveInterval");
  assert_variant (interval, "7");
}

#define GATEWAYS "im.linnet.Gateways1"
#define FORM_SESSION "im.linnet.FormSession1"
#define GATEWAY                                           \
  "<query xmlns='http://jabber.org/protocol/disco#info'>" \
  "<identity category='gateway' type='irc'/>"             \
  "<feature var='jabber:iq:register'/></query>"

typedef struct
{
  const char *path;
  guint status;
} Session;

static gboolean
has_reached (Fixture *f, gpointer data)
{
  const Session *session = data;
  g_autoptr (GVariant) status = fixture_get (f, session->path, FORM_SESSION, "Status");

  return g_variant_get_uint32 (status) == session->status;
}

static void
register_with_gateway (Fixture *f)
{
  g_autoptr (GVariant) result = fixture_call (f, f->connection, GATEWAYS, "Register",
                                              g_variant_new ("(s)", "irc.example.org"));
  Session session = { NULL, 1 };

  g_variant_get (result, "(&o)", &session.path);
  fixture_wait (f, has_reached, &session, "the form");
  fixture_do (f, session.path, FORM_SESSION, "Submit",
              fixture_parse ("(sa{sas})", "('submit', {'username': ['alice']})"));
  session.status = 2;
  fixture_wait (f, has_reached, &session, "the registration");
}

/* One whom we have just registered with may see us once it asks; on the next connection it is one
 * like everybody. */
static void
test_what_a_gateway_may_ends_with_the_connection (Fixture *f, gconstpointer data)
{
  static const char ask[] = "<presence from='irc.example.org' type='subscribe'/>";

  for (guint i = 0; i < 2; i++)
    {
      line_server_set_answer (f->server, "disco#info", GATEWAY);
      line_server_set_answer (f->server, "jabber:iq:register",
                              "<query xmlns='jabber:iq:register'><username/></query>");
      register_with_gateway (f);
      if (i == 1)
        {
          fixture_do (f, f->connection, CONNECTION, "Disconnect", NULL);
          fixture_sync (f);
          g_clear_pointer (&f->connection, g_free);
          fixture_connect (f);
        }
      fixture_forget (f);
      line_server_say (f->server, ask);
      if (i == 0)
        fixture_wait_server (f, "type='subscribed'", 1);
      else
        fixture_wait_heard (f, f->connection, CONTACT_LIST, "ContactsChangedWithID");
    }
  g_assert_cmpuint (line_server_count (f->server, "type='subscribed'"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/connection/manager-knows-its-protocol", test_the_manager_knows_its_protocol);
  ADD ("/bus/connection/protocol-names-interfaces", test_the_protocol_names_what_connections_have);
  ADD_CONNECTED ("/bus/connection/power-saving", test_power_is_saved_where_the_server_helps);
  ADD ("/bus/connection/power-saving-alone", test_power_is_saved_where_the_server_does_not_help);
  ADD_CONNECTED ("/bus/connection/sidecars", test_there_is_no_sidecar_of_others);
  ADD ("/bus/connection/protocol-normalizes", test_the_protocol_normalizes);
  ADD ("/bus/connection/what-is-none-is-refused", test_what_is_no_connection_is_refused);
  ADD ("/bus/connection/a-new-one-is-disconnected", test_a_new_connection_is_disconnected);
  ADD ("/bus/connection/one-of-an-account", test_there_is_one_connection_of_an_account);
  ADD ("/bus/connection/presence-of-one", test_a_presence_is_of_one_connection);
  ADD ("/bus/connection/connecting-is-told-in-order", test_connecting_is_told_in_order);
  ADD ("/bus/connection/one-never-connected-can-be-ended", test_one_never_connected_can_be_ended);
  ADD_CONNECTED ("/bus/connection/handles-never-die", test_handles_never_die);
  ADD_CONNECTED ("/bus/connection/no-handles", test_handles_that_are_none_are_refused);
  ADD_CONNECTED ("/bus/connection/a-wish-to-disconnect", test_a_wish_to_disconnect_ends_the_object);
  ADD_CONNECTED ("/bus/connection/a-lost-one-says-why", test_a_lost_connection_says_why);
  ADD ("/bus/connection/own-words", test_the_servers_own_words);
  ADD_CONNECTED ("/bus/connection/presence", test_presence_is_set_and_told);
  ADD_CONNECTED ("/bus/connection/keepalive", test_keepalive_can_be_set_within_a_day);
  ADD ("/bus/connection/keepalive-parameter", test_keepalive_is_a_parameter);
  ADD_CONNECTED ("/bus/connection/gateway", test_what_a_gateway_may_ends_with_the_connection);
  ADD_CONNECTED ("/bus/connection/long-message-is-cut", test_a_long_message_is_cut);
  return g_test_run ();
}
