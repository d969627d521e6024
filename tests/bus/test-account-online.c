/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-account-online.c: what an account promises: what a new one says of itself, what survives the
 * service and what does not, and Reconnect, wherever it stands. Telepathy 0.27.4 Account,
 * Account.Interface.Storage */
#include "fixture.h"

#define STORAGE ACCOUNT ".Interface.Storage"
#define OFFLINE "(uint32 1, 'offline', '')"

static void
assert_property (Fixture *f, const char *path, const char *name, const char *text)
{
  g_autoptr (GVariant) value = fixture_get (f, path, ACCOUNT, name);

  assert_variant (value, text);
}

static gboolean
is_online (Fixture *f, gpointer data)
{
  g_autoptr (GVariant) status = fixture_get (f, data, ACCOUNT, "ConnectionStatus");

  return g_variant_get_uint32 (status) == 0;
}

static gboolean
is_waiting (Fixture *f, gpointer data)
{
  g_autoptr (GVariant) status = fixture_get (f, data, ACCOUNT, "ConnectionStatus");
  g_autoptr (GVariant) connection = fixture_get (f, data, ACCOUNT, "Connection");

  return g_variant_get_uint32 (status) == 1 &&
         g_str_equal (g_variant_get_string (connection, NULL), "/");
}

/* All that was told of a property, in its order, with spaces between. */
static char *
dup_told (Fixture *f, const char *path, const char *name)
{
  g_autoptr (GString) told = g_string_new ("");

  fixture_sync (f);
  for (guint i = 0; i < f->heard->len; i++)
    {
      Heard *heard = g_ptr_array_index (f->heard, i);
      g_autoptr (GVariant) changes = NULL;
      g_autoptr (GVariant) value = NULL;
      g_autofree char *text = NULL;

      if (!g_str_equal (heard->path, path) ||
          !g_str_equal (heard->name, ACCOUNT ".AccountPropertyChanged"))
        continue;
      changes = g_variant_get_child_value (heard->body, 0);
      value = g_variant_lookup_value (changes, name, NULL);
      if (value == NULL)
        continue;
      text = g_variant_print (value, FALSE);
      g_string_append_printf (told, "%s%s", told->len > 0 ? " " : "", text);
    }
  return g_strdup (told->str);
}

static void
test_what_a_new_one_says (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *text; /* NULL: see elsewhere */
  } rows[] = {
    { "Interfaces", NULL },
    { "DisplayName", "'Alice'" },
    { "Icon", "''" },
    { "Valid", "true" },
    { "Enabled", "false" },
    { "Nickname", "''" },
    { "Service", "''" },
    { "Parameters", NULL },
    { "AutomaticPresence", "(2, 'available', '')" },
    { "ConnectAutomatically", "true" },
    { "Connection", "'/'" },
    { "ConnectionStatus", "2" },
    { "ConnectionStatusReason", "1" },
    { "ConnectionError", "''" },
    { "ConnectionErrorDetails", "{}" },
    { "CurrentPresence", "(1, 'offline', '')" },
    { "RequestedPresence", "(2, 'available', '')" },
    { "ChangingPresence", "false" },
    { "NormalizedName", "''" },
    { "HasBeenOnline", "false" },
    { "Supersedes", "[]" },
  };
  g_autofree char *path = fixture_create_account (f, "{}");
  g_autoptr (GVariant) all =
      fixture_call (f, path, PROPERTIES, "GetAll", g_variant_new ("(s)", ACCOUNT));
  g_autoptr (GVariant) values = g_variant_get_child_value (all, 0);

  /* None is left out. */
  g_assert_cmpuint (g_variant_n_children (values), ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (values, rows[i].name, NULL);

      g_assert_nonnull (value);
      if (rows[i].text != NULL)
        assert_variant (value, rows[i].text);
      if (g_str_equal (rows[i].name, "Parameters"))
        g_assert_false (g_variant_lookup (value, "password", "s", NULL));
    }
}

/* It is stored here, and nothing of it is fixed from elsewhere. */
static void
test_where_it_is_stored (Fixture *f, gconstpointer data)
{
  static const char *const rows[][2] = {
    { "StorageProvider", "''" },
    { "StorageIdentifier", "<'linnet/jabber/alice_40example_2eorg'>" },
    { "StorageSpecificInformation", "{}" },
    { "StorageRestrictions", "0" },
  };
  g_autofree char *path = fixture_create_account (f, "{}");
  g_autoptr (GVariant) interfaces = fixture_get (f, path, ACCOUNT, "Interfaces");
  g_autofree const char **names = g_variant_get_strv (interfaces, NULL);

  g_assert_true (g_strv_contains (names, STORAGE));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) value = fixture_get (f, path, STORAGE, rows[i][0]);

      assert_variant (value, rows[i][1]);
      fixture_refuse_set (f, path, STORAGE, rows[i][0], value,
                          "org.freedesktop.DBus.Error.InvalidArgs");
    }
}

/* "It should not be saved to any sort of persistent storage"; by itself an account goes online
 * with its automatic presence, which then is the requested one. */
static void
test_what_was_requested_is_not_kept (Fixture *f, gconstpointer data)
{
  g_autofree char *path =
      fixture_create_account (f, "{'" ACCOUNT ".AutomaticPresence': <(uint32 6, 'dnd', 'work')>}");

  for (guint i = 0; i < 2; i++)
    {
      fixture_set (f, path, ACCOUNT, "RequestedPresence",
                   fixture_parse ("(uss)", "(uint32 3, 'away', 'lunch')"));
      assert_property (f, path, "RequestedPresence", "(3, 'away', 'lunch')");
      fixture_set (f, path, ACCOUNT, "ConnectAutomatically", g_variant_new_boolean (i == 0));
      fixture_stop_service (f);
      fixture_start_service (f);
      assert_property (f, path, "RequestedPresence",
                       i == 0 ? "(6, 'dnd', 'work')" : "(1, 'offline', '')");
    }
}

/* As if it had been set to offline, and back: who looks sees the old connection end. */
static void
test_reconnecting_while_online (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{'" ACCOUNT ".Enabled': <true>}");
  g_autoptr (GVariant) connection = NULL;
  g_autofree char *text = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *connections = NULL;
  g_autofree char *statuses = NULL;
  g_autofree char *presences = NULL;
  g_autofree char *requested = NULL;

  fixture_wait (f, is_online, path, "online");
  connection = fixture_get (f, path, ACCOUNT, "Connection");
  text = g_variant_print (connection, FALSE);
  wanted = g_strdup_printf ("'/' %s", text);
  fixture_forget (f);
  fixture_do (f, path, ACCOUNT, "Reconnect", NULL);
  fixture_wait (f, is_online, path, "online again");
  fixture_wait_server (f, "xmpp-bind", 2);
  connections = dup_told (f, path, "Connection");
  statuses = dup_told (f, path, "ConnectionStatus");
  presences = dup_told (f, path, "CurrentPresence");
  requested = dup_told (f, path, "RequestedPresence");
  g_assert_cmpstr (connections, ==, wanted);
  g_assert_cmpstr (statuses, ==, "2 1 0");
  g_assert_cmpstr (presences, ==, "(1, 'offline', '') (2, 'available', '')");
  g_assert_cmpstr (requested, ==, "");
  g_assert_cmpuint (
      fixture_count_heard (f, g_variant_get_string (connection, NULL), CONNECTION, "StatusChanged"),
      ==, 3);
}

/* "The attempt to connect is aborted and re-tried." */
static void
test_reconnecting_while_connecting (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{}");
  g_autofree char *statuses = NULL;

  line_server_fall_silent (f->server);
  fixture_set (f, path, ACCOUNT, "Enabled", g_variant_new_boolean (TRUE));
  fixture_wait_server (f, "<stream:stream", 1);
  assert_property (f, path, "ConnectionStatus", "1");
  fixture_forget (f);
  fixture_do (f, path, ACCOUNT, "Reconnect", NULL);
  fixture_wait_server (f, "<stream:stream", 2);
  assert_property (f, path, "ConnectionStatus", "1");
  assert_property (f, path, "ChangingPresence", "true");
  statuses = dup_told (f, path, "ConnectionStatus");
  g_assert_cmpstr (statuses, ==, "2 1");
}

/* "This forces an attempt to connect with the requested presence immediately." */
static void
test_reconnecting_between_two_tries (Fixture *f, gconstpointer data)
{
  g_autofree char *path =
      fixture_create_account (f, "{'" ACCOUNT ".RequestedPresence': <(uint32 3, 'away', 'out')>}");
  g_autoptr (GVariant) connection = NULL;
  guint16 port = line_server_get_port (f->server);

  fixture_do (f, path, ACCOUNT, "UpdateParameters",
              fixture_parse ("(a{sv}as)", "({'port': <uint16 1>}, [])"));
  fixture_set (f, path, ACCOUNT, "Enabled", g_variant_new_boolean (TRUE));
  fixture_wait (f, is_waiting, path, "a failure");
  fixture_do (f, path, ACCOUNT, "UpdateParameters",
              g_variant_new ("(@a{sv}@as)", g_variant_new_parsed ("{'port': <%q>}", port),
                             g_variant_new_strv (NULL, 0)));
  fixture_do (f, path, ACCOUNT, "Reconnect", NULL);
  connection = fixture_get (f, path, ACCOUNT, "Connection");
  g_assert_cmpstr (g_variant_get_string (connection, NULL), !=, "/");
  fixture_wait (f, is_online, path, "online");
  assert_property (f, path, "CurrentPresence", "(3, 'away', 'out')");
  assert_property (f, path, "ConnectionError", "''");
}

static void
test_reconnecting_while_it_is_meant_to_be_offline (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{'" ACCOUNT ".Enabled': <true>, '" ACCOUNT
                                                     ".ConnectAutomatically': <false>, '" ACCOUNT
                                                     ".RequestedPresence': <" OFFLINE ">}");

  fixture_forget (f);
  fixture_do (f, path, ACCOUNT, "Reconnect", NULL);
  g_assert_cmpuint (fixture_count_heard (f, path, ACCOUNT, "AccountPropertyChanged"), ==, 0);
  assert_property (f, path, "ConnectionStatus", "2");
  assert_property (f, path, "RequestedPresence", "(1, 'offline', '')");
  g_assert_cmpuint (line_server_count (f->server, "<stream:stream"), ==, 0);
}

static gboolean
has_connection (Fixture *f, gpointer data)
{
  g_autoptr (GVariant) connection = fixture_get (f, data, ACCOUNT, "Connection");

  return !g_str_equal (g_variant_get_string (connection, NULL), "/");
}

/* (transfer full): path of an enabled account whose address has a hundred letters that D-Bus does
 * not allow in names. */
static char *
create_long (Fixture *f)
{
  g_autoptr (GString) address = g_string_new ("@example.org");
  g_autofree char *text = NULL;
  g_autoptr (GVariant) parameters = NULL;
  g_autoptr (GVariant) result = NULL;
  char *path;

  for (guint i = 0; i < 100; i++)
    g_string_prepend (address, "ж");
  text = g_strdup_printf ("{'account': <'%s'>, 'password': <'secret'>, 'server': <'127.0.0.1'>,"
                          " 'port': <uint16 %u>, 'require-encryption': <false>}",
                          address->str, line_server_get_port (f->server));
  parameters = g_variant_ref_sink (fixture_parse ("a{sv}", text));
  result =
      fixture_call (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
                    g_variant_new ("(sss@a{sv}@a{sv})", "linnet", "jabber", "Long", parameters,
                                   fixture_parse ("a{sv}", "{'" ACCOUNT ".Enabled': <true>}")));
  g_variant_get (result, "(o)", &path);
  return path;
}

/* A connection's path is its bus name, too, which has 255 bytes at most. */
static void
test_an_address_may_be_long (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GVariant) connection = NULL;
  G_GNUC_UNUSED g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  line_server_fall_silent (f->server);
  path = create_long (f);
  fixture_wait (f, has_connection, path, "a connection");
  connection = fixture_get (f, path, ACCOUNT, "Connection");
  name = g_strdelimit (g_strdup (g_variant_get_string (connection, NULL) + 1), "/", '.');
  g_assert_true (g_dbus_is_name (name));
  reply =
      g_dbus_connection_call_sync (f->bus, name, g_variant_get_string (connection, NULL),
                                   PROPERTIES, "Get", g_variant_new ("(ss)", CONNECTION, "Status"),
                                   NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/account-online/new", test_what_a_new_one_says);
  ADD ("/bus/account-online/storage", test_where_it_is_stored);
  ADD ("/bus/account-online/not-kept", test_what_was_requested_is_not_kept);
  ADD ("/bus/account-online/reconnect/online", test_reconnecting_while_online);
  ADD ("/bus/account-online/reconnect/connecting", test_reconnecting_while_connecting);
  ADD ("/bus/account-online/reconnect/between-tries", test_reconnecting_between_two_tries);
  ADD ("/bus/account-online/reconnect/offline", test_reconnecting_while_it_is_meant_to_be_offline);
  ADD ("/bus/account-online/long-address", test_an_address_may_be_long);
  return g_test_run ();
}
