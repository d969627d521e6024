/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-promises.c: small things that the specification promises, each by its value. Telepathy
 * 0.27.4; im.linnet.Gateways1, im.linnet.Groups1 */
#include "client.h"
#include "dispatch.h"

#define PROTOCOL_PATH CM_PATH "/jabber"
#define ADDRESSING TP "Protocol.Interface.Addressing"
#define LOCATION CONNECTION ".Interface.Location"
#define RESOURCES CONNECTION ".Interface.Resources.DRAFT"
#define GATEWAYS "im.linnet.Gateways1"
#define GROUPS "im.linnet.Groups1"
#define MANAGER_HIDDEN ACCOUNT_MANAGER ".Interface.Hidden.DRAFT1"
#define ACCOUNT_HIDDEN ACCOUNT ".Interface.Hidden.DRAFT1"
#define DISCO "http://jabber.org/protocol/disco#info"

static void
test_addresses_of_people_are_made_the_same (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *method;
    const char *arguments;
    const char *answer; /* or the name of an error */
  } rows[] = {
    { "NormalizeVCardAddress", "('x-jabber', 'Romeo@Example.Com/Empathy')",
      "('romeo@example.com',)" },
    { "NormalizeVCardAddress", "('x-jabber', 'B\303\234CHER@example.com')",
      "('b\303\274cher@example.com',)" },
    { "NormalizeVCardAddress", "('tel', '+1 206')", "NotImplemented" },
    { "NormalizeVCardAddress", "('', 'romeo@example.com')", "NotImplemented" },
    { "NormalizeVCardAddress", "('x-jabber', 'romeo@')", "InvalidArgument" },
    { "NormalizeVCardAddress", "('x-jabber', '')", "InvalidArgument" },
    { "NormalizeContactURI", "('xmpp:romeo@Example.Com/Empathy?message;body=Hello',)",
      "('xmpp:romeo@example.com',)" },
    { "NormalizeContactURI", "('XMPP:romeo@example.com',)", "('xmpp:romeo@example.com',)" },
    { "NormalizeContactURI", "('xmpp:nasty%23node@example.com',)",
      "('xmpp:nasty%23node@example.com',)" },
    { "NormalizeContactURI", "('xmpp:romeo@example.com?remove',)", "('xmpp:romeo@example.com',)" },
    { "NormalizeContactURI", "('xmpp://me@example.com/romeo@example.com',)",
      "('xmpp:romeo@example.com',)" },
    { "NormalizeContactURI", "('xmpp:room@example.com?join',)", "InvalidArgument" },
    { "NormalizeContactURI", "('aim:goim?screenname=Romeo',)", "NotImplemented" },
    { "NormalizeContactURI", "('xmpp:',)", "InvalidArgument" },
    { "NormalizeContactURI", "('xmpp:romeo@?message',)", "InvalidArgument" },
    { "NormalizeContactURI", "('xmpp:%zz@example.com',)", "InvalidArgument" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *type = g_str_has_suffix (rows[i].method, "URI") ? "(s)" : "(ss)";
      GVariant *arguments = fixture_parse (type, rows[i].arguments);
      g_autoptr (GVariant) answer = NULL;

      if (rows[i].answer[0] != '(')
        {
          fixture_refuse (f, PROTOCOL_PATH, ADDRESSING, rows[i].method, arguments, rows[i].answer);
          continue;
        }
      answer = fixture_call (f, PROTOCOL_PATH, ADDRESSING, rows[i].method, arguments);
      assert_variant (answer, rows[i].answer);
    }
}

static void
test_what_a_connection_is_like (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *interface;
    const char *property;
    const char *value;
  } rows[] = {
    { CONTACT_LIST, "ContactListState", "3" },
    { CONTACT_LIST, "ContactListPersists", "true" },
    { CONTACT_LIST, "CanChangeContactList", "true" },
    { CONTACT_LIST, "RequestUsesMessage", "true" },
    { CONTACT_LIST, "DownloadAtConnection", "true" },
    { CONTACT_GROUPS, "DisjointGroups", "false" },
    { CONTACT_GROUPS, "GroupStorage", "3" }, /* anyone's */
    { CONTACT_GROUPS, "Groups", "[]" },
    { LOCATION, "LocationAccessControlTypes", "[1]" }, /* those who see our presence */
    { LOCATION, "LocationAccessControl", "(1, <''>)" },
    { RESOURCES, "ResourcesHumanReadable", "1" }, /* maybe */
    { GROUPS, "Delimiter", "''" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) value =
          fixture_get (f, f->connection, rows[i].interface, rows[i].property);

      g_test_message ("%s", rows[i].property);
      assert_variant (value, rows[i].value);
    }
}

/* Each is one that can be asked for. */
static void
test_attributes_are_of_interfaces_that_are_there (Fixture *f, gconstpointer data)
{
  static const char *const wanted[] = {
    CONNECTION,
    ALIASING,
    CONTACT_GROUPS,
    CONTACT_LIST,
    LOCATION,
    RESOURCES,
    SIMPLE_PRESENCE,
    CONNECTION ".Interface.Addressing1",
    CONNECTION ".Interface.Avatars",
    CONNECTION ".Interface.ClientTypes",
    CONNECTION ".Interface.ContactBlocking",
    CONNECTION ".Interface.ContactCapabilities",
    CONNECTION ".Interface.ContactInfo",
  };
  g_autoptr (GVariant) value =
      fixture_get (f, f->connection, CONTACTS, "ContactAttributeInterfaces");
  g_autoptr (GVariant) offered = fixture_get (f, f->connection, CONNECTION, "Interfaces");
  g_autofree const char **names = g_variant_get_strv (value, NULL);
  g_autofree const char **interfaces = g_variant_get_strv (offered, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_test_message ("%s", wanted[i]);
      g_assert_true (g_strv_contains (names, wanted[i]));
    }
  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *one[] = { names[i], NULL };
      g_autoptr (GVariant) attributes =
          fixture_call (f, f->connection, CONTACTS, "GetContactAttributes",
                        g_variant_new ("(@au^asb)", g_variant_new_parsed ("[@u 1]"), one, FALSE));
      g_autofree char *text = g_variant_print (attributes, FALSE);

      g_assert_nonnull (strstr (text, "'" CONNECTION "/contact-id': <'alice@example.org'>"));
      g_assert_true (g_str_equal (names[i], CONNECTION) || g_strv_contains (interfaces, names[i]));
    }
}

static void
test_a_request_keeps_what_it_was_made_with (Fixture *f, gconstpointer data)
{
  static const char to_bob[] =
      "{'" CHANNEL ".ChannelType': <'" TEXT "'>, '" CHANNEL
      ".TargetHandleType': <uint32 1>, '" CHANNEL ".TargetID': <'bob@example.org'>}";
  static const struct
  {
    gint64 time;
    const char *handler;
  } rows[] = { { 0, "" }, { 1234567890, CLIENT ".Chosen" }, { G_MAXINT64, CLIENT ".Absent" } };
  g_autofree char *account = fixture_create_account (f, "{}");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *handler = g_strdup_printf ("'%s'", rows[i].handler);
      g_autoptr (GVariant) result =
          fixture_call (f, DISPATCHER_PATH, DISPATCHER, "EnsureChannel",
                        g_variant_new ("(o@a{sv}xs)", account, fixture_parse ("a{sv}", to_bob),
                                       rows[i].time, rows[i].handler));
      g_autoptr (GVariant) time = NULL;
      g_autoptr (GVariant) preferred = NULL;
      const char *request;

      g_variant_get (result, "(&o)", &request);
      time = fixture_get (f, request, REQUEST, "UserActionTime");
      preferred = fixture_get (f, request, REQUEST, "PreferredHandler");
      g_assert_cmpint (g_variant_get_int64 (time), ==, rows[i].time);
      assert_variant (preferred, handler);
    }
}

/* A server's name alone is an account only together with “anonymous”. */
static void
test_a_hidden_account_that_cannot_be_used (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) result = fixture_call (
      f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
      fixture_parse ("(sssa{sv}a{sv})",
                     "('linnet', 'jabber', '', {'account': <'guest.example.org'>, 'anonymous': "
                     "<true>}, {'" ACCOUNT_HIDDEN ".Hidden': <true>})"));
  g_autofree char *paths = NULL;
  const char *path;

  g_variant_get (result, "(&o)", &path);
  paths = g_strdup_printf ("['%s']", path);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GVariant) valid =
          fixture_get (f, ACCOUNT_MANAGER_PATH, MANAGER_HIDDEN, "ValidHiddenAccounts");
      g_autoptr (GVariant) invalid =
          fixture_get (f, ACCOUNT_MANAGER_PATH, MANAGER_HIDDEN, "InvalidHiddenAccounts");
      g_autoptr (GVariant) shown =
          fixture_get (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "InvalidAccounts");

      assert_variant (valid, i == 0 ? paths : "[]");
      assert_variant (invalid, i == 0 ? "[]" : paths);
      assert_variant (shown, "[]");
      fixture_forget (f);
      fixture_do (f, path, ACCOUNT, "UpdateParameters",
                  fixture_parse ("(a{sv}as)",
                                 i == 0 ? "({}, ['anonymous'])" : "({'anonymous': <true>}, [])"));
      assert_variant (fixture_wait_heard (f, NULL, MANAGER_HIDDEN, "HiddenAccountValidityChanged"),
                      (i == 0 ? "('" TP_PATH "Account/linnet/jabber/guest_2eexample_2eorg', false)"
                              : "('" TP_PATH
                                "Account/linnet/jabber/guest_2eexample_2eorg', true)"));
    }
}

static void
test_a_gateway_signs_in_and_out (Fixture *f, gconstpointer data)
{
  static const char *const methods[] = { "LogIn", "LogOut" };

  line_server_set_answer (f->server, "irc.example.org",
                          "<query xmlns='" DISCO "'><identity category='gateway' type='irc'/>"
                          "<feature var='jabber:iq:register'/></query>");
  line_server_set_answer (f->server, "news.example.org",
                          "<query xmlns='" DISCO "'><identity category='pubsub' type='service'/>"
                          "</query>");
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      fixture_refuse (f, f->connection, GATEWAYS, methods[i], g_variant_new ("(s)", "@"),
                      "InvalidArgument");
      fixture_refuse (f, f->connection, GATEWAYS, methods[i],
                      g_variant_new ("(s)", "news.example.org"), "NotAvailable");
    }
  fixture_do (f, f->connection, GATEWAYS, "LogIn", g_variant_new ("(s)", "irc.example.org"));
  fixture_wait_server (f, "<presence to='irc.example.org'", 1);
  fixture_do (f, f->connection, GATEWAYS, "LogOut", g_variant_new ("(s)", "irc.example.org"));
  fixture_wait_server (f, "<presence type='unavailable' to='irc.example.org'", 1);
}

static void
test_a_gateway_needs_a_connection (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_request_connection (f);

  fixture_refuse (f, path, GATEWAYS, "LogIn", g_variant_new ("(s)", "irc.example.org"),
                  "Disconnected");
  fixture_refuse (f, path, GATEWAYS, "LogOut", g_variant_new ("(s)", "irc.example.org"),
                  "Disconnected");
}

static gboolean
has_delimiter (Fixture *f, gpointer data)
{
  g_autoptr (GVariant) delimiter = fixture_get (f, f->connection, GROUPS, "Delimiter");

  return g_str_equal (g_variant_get_string (delimiter, NULL), "::");
}

static void
test_the_delimiter_of_groups_is_the_servers (Fixture *f, gconstpointer data)
{
  line_server_set_answer (f->server, DISCO,
                          "<query xmlns='" DISCO "'><feature var='jabber:iq:private'/></query>");
  line_server_set_answer (
      f->server, "roster:delimiter",
      "<query xmlns='jabber:iq:private'><roster xmlns='roster:delimiter'>::</roster></query>");
  f->connection = fixture_request_connection (f);
  fixture_do (f, f->connection, CONNECTION, "Connect", NULL);
  fixture_wait (f, has_delimiter, NULL, "the delimiter");
  g_assert_cmpuint (fixture_count_heard (f, f->connection, PROPERTIES, "PropertiesChanged"), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/promises/addresses", test_addresses_of_people_are_made_the_same);
  ADD_CONNECTED ("/bus/promises/connection", test_what_a_connection_is_like);
  ADD_CONNECTED ("/bus/promises/attributes", test_attributes_are_of_interfaces_that_are_there);
  ADD ("/bus/promises/request", test_a_request_keeps_what_it_was_made_with);
  ADD ("/bus/promises/hidden-invalid", test_a_hidden_account_that_cannot_be_used);
  ADD_CONNECTED ("/bus/promises/gateway", test_a_gateway_signs_in_and_out);
  ADD ("/bus/promises/gateway-offline", test_a_gateway_needs_a_connection);
  ADD ("/bus/promises/delimiter", test_the_delimiter_of_groups_is_the_servers);
  return g_test_run ();
}
