/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-account.c: AccountManager and Account: made, set, kept, removed. Telepathy 0.27.4
 * AccountManager, Account, Account.Interface.Hidden */
#include "fixture.h"

#define ADDRESSING ACCOUNT ".Interface.Addressing"
#define HIDDEN "org.freedesktop.Telepathy.Account.Interface.Hidden.DRAFT1"
#define MANAGER_HIDDEN "org.freedesktop.Telepathy.AccountManager.Interface.Hidden.DRAFT1"

static void
assert_property (Fixture *f, const char *path, const char *name, const char *text)
{
  g_autoptr (GVariant) value = fixture_get (f, path, ACCOUNT, name);

  assert_variant (value, text);
}

static void
refuse_creation (Fixture *f, const char *arguments, const char *error)
{
  fixture_refuse (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
                  fixture_parse ("(sssa{sv}a{sv})", arguments), error);
}

static void
test_an_account_is_made_with_properties (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (
      f, "{'" ACCOUNT ".Service': <'google-talk'>, '" ACCOUNT ".Icon': <'im-x'>, '" ACCOUNT
         ".Supersedes': <[objectpath '/old/one']>, '" ACCOUNT
         ".AutomaticPresence': <(uint32 3, 'away', 'lunch')>, '" ACCOUNT
         ".ConnectAutomatically': <false>}");
  g_autoptr (GVariant) valid =
      fixture_get (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "ValidAccounts");
  g_autofree char *paths = g_strdup_printf ("['%s']", path);

  assert_variant (valid, paths);
  assert_property (f, path, "DisplayName", "'Alice'");
  assert_property (f, path, "Service", "'google-talk'");
  assert_property (f, path, "Icon", "'im-x'");
  assert_property (f, path, "Supersedes", "['/old/one']");
  assert_property (f, path, "AutomaticPresence", "(3, 'away', 'lunch')");
  assert_property (f, path, "ConnectAutomatically", "false");
  assert_property (f, path, "Enabled", "false");
  assert_property (f, path, "Valid", "true");
  assert_property (f, path, "Connection", "'/'");
  assert_property (f, path, "ConnectionStatus", "2");
  g_assert_cmpuint (fixture_count_heard (f, NULL, ACCOUNT_MANAGER, "AccountValidityChanged"), ==,
                    1);
}

static void
test_what_cannot_be_an_account_is_refused (Fixture *f, gconstpointer data)
{
  refuse_creation (f, "('gabble', 'jabber', '', {}, {})", "NotImplemented");
  refuse_creation (f, "('linnet', 'irc', '', {}, {})", "NotImplemented");
  refuse_creation (f, "('linnet', 'jabber', '', {}, {})", "InvalidArgument");
  refuse_creation (f, "('linnet', 'jabber', '', {'account': <'nobody'>}, {})", "InvalidArgument");
  refuse_creation (f, "('linnet', 'jabber', '', {'account': <7>}, {})", "InvalidArgument");
  refuse_creation (f, "('linnet', 'jabber', '', {'account': <'a@b'>, 'x': <1>}, {})",
                   "InvalidArgument");
  refuse_creation (f, "('linnet', 'jabber', '', {'account': <'a@b'>, 'port': <70000>}, {})",
                   "InvalidArgument");
  /* DisplayName has an argument of its own. */
  refuse_creation (
      f, "('linnet', 'jabber', '', {'account': <'a@b'>}, {'" ACCOUNT ".DisplayName': <'x'>})",
      "InvalidArgument");
  refuse_creation (
      f, "('linnet', 'jabber', '', {'account': <'a@b'>}, {'" ACCOUNT ".Enabled': <'yes'>})",
      "InvalidArgument");
  refuse_creation (
      f, "('linnet', 'jabber', '', {'account': <'a@b'>}, {'" ACCOUNT ".Parameters': <@a{sv} {}>})",
      "InvalidArgument");
  refuse_creation (f,
                   "('linnet', 'jabber', '', {'account': <'a@b'>}, {'" ACCOUNT
                   ".AutomaticPresence': <(uint32 1, 'offline', '')>})",
                   "InvalidArgument");
  {
    g_autoptr (GVariant) valid =
        fixture_get (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "ValidAccounts");

    assert_variant (valid, "[]");
  }
  g_assert_cmpuint (fixture_count_heard (f, NULL, ACCOUNT_MANAGER, "AccountValidityChanged"), ==,
                    0);
}

static void
test_supported_properties_can_be_given (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) value =
      fixture_get (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "SupportedAccountProperties");
  g_autofree const char **names = g_variant_get_strv (value, NULL);

  g_assert_true (g_strv_contains (names, ACCOUNT ".Supersedes"));
  g_assert_true (g_strv_contains (names, HIDDEN ".Hidden"));
  g_assert_true (g_strv_contains (names, ACCOUNT ".Interface.Avatar.Avatar"));
  g_assert_false (g_strv_contains (names, ACCOUNT ".DisplayName"));
  g_assert_false (g_strv_contains (names, ACCOUNT ".Parameters"));
}

static void
test_two_accounts_are_not_called_the_same (Fixture *f, gconstpointer data)
{
  g_autofree char *first = fixture_create_account (f, "{}");
  g_autoptr (GVariant) result =
      fixture_call (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
                    fixture_parse ("(sssa{sv}a{sv})", "('linnet', 'jabber', 'Alice', "
                                                      "{'account': <'alice@example.net'>}, {})"));
  const char *second;

  g_variant_get (result, "(&o)", &second);
  assert_property (f, first, "DisplayName", "'Alice'");
  assert_property (f, second, "DisplayName", "'Alice (2)'");
  /* One address is one account. */
  refuse_creation (f, "('linnet', 'jabber', '', {'account': <'alice@example.net'>}, {})",
                   "NotAvailable");
}

/* The signal comes before Set returns, and once. */
static void
assert_set (Fixture *f, const char *path, const char *name, const char *type, const char *text)
{
  GVariant *body;
  g_autoptr (GVariant) changes = NULL;
  g_autoptr (GVariant) changed = NULL;
  g_autoptr (GVariant) wanted = g_variant_ref_sink (fixture_parse (type, text));

  fixture_forget (f);
  fixture_set (f, path, ACCOUNT, name, wanted);
  g_assert_cmpuint (fixture_count_heard (f, path, ACCOUNT, "AccountPropertyChanged"), ==, 1);
  body = fixture_wait_heard (f, path, ACCOUNT, "AccountPropertyChanged");
  changes = g_variant_get_child_value (body, 0);
  changed = g_variant_lookup_value (changes, name, NULL);
  g_assert_nonnull (changed);
  g_assert_true (g_variant_equal (changed, wanted));
  /* The same again is no change. */
  fixture_forget (f);
  fixture_set (f, path, ACCOUNT, name, wanted);
  fixture_sync (f);
  g_assert_cmpuint (fixture_count_heard (f, path, ACCOUNT, "AccountPropertyChanged"), ==, 0);
}

static void
test_what_is_set_is_told_once_and_kept (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *type;
    const char *text;
  } rows[] = {
    { "DisplayName", "s", "'Work'" },
    { "Icon", "s", "'im-jabber'" },
    { "Nickname", "s", "'Al'" },
    { "Service", "s", "'lj-talk'" },
    { "Supersedes", "ao", "['/a', '/b/c']" },
    { "ConnectAutomatically", "b", "false" },
    { "AutomaticPresence", "(uss)", "(6, 'dnd', 'busy')" },
  };
  g_autofree char *path = fixture_create_account (f, "{}");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_set (f, path, rows[i].name, rows[i].type, rows[i].text);
  fixture_stop_service (f);
  fixture_start_service (f);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_property (f, path, rows[i].name, rows[i].text);
}

static void
test_what_cannot_be_set_is_refused_and_changes_nothing (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *value;
    const char *error;
  } rows[] = {
    { "Service", "'1st'", "InvalidArgument" },
    { "Service", "'a b'", "InvalidArgument" },
    { "Service", "'ä'", "InvalidArgument" },
    { "AutomaticPresence", "(uint32 1, 'offline', '')", "InvalidArgument" },
    { "AutomaticPresence", "(uint32 7, 'unknown', '')", "InvalidArgument" },
    { "RequestedPresence", "(uint32 0, '', '')", "InvalidArgument" },
    { "RequestedPresence", "(uint32 8, 'available', '')", "InvalidArgument" },
    { "RequestedPresence", "(uint32 4000000000, 'available', '')", "InvalidArgument" },
    { "DisplayName", "7", "org.freedesktop.DBus.Error.InvalidArgs" },
    { "Enabled", "'true'", "org.freedesktop.DBus.Error.InvalidArgs" },
    { "Supersedes", "['/a']", "org.freedesktop.DBus.Error.InvalidArgs" },
    { "Valid", "false", "org.freedesktop.DBus.Error.InvalidArgs" },
    { "Parameters", "@a{sv} {}", "org.freedesktop.DBus.Error.InvalidArgs" },
    { "Colour", "'blue'", "org.freedesktop.DBus.Error.InvalidArgs" },
  };
  g_autofree char *path = fixture_create_account (f, "{}");
  g_autofree char *long_text = g_strnfill (2000, 'x');
  g_autoptr (GVariant) before =
      fixture_call (f, path, PROPERTIES, "GetAll", g_variant_new ("(s)", ACCOUNT));
  g_autoptr (GVariant) after = NULL;

  fixture_forget (f);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    fixture_refuse_set (f, path, ACCOUNT, rows[i].name, g_variant_new_parsed (rows[i].value),
                        rows[i].error);
  fixture_refuse_set (f, path, ACCOUNT, "Nickname", g_variant_new_string (long_text),
                      "InvalidArgument");
  fixture_refuse_set (f, path, HIDDEN, "Hidden", g_variant_new_boolean (TRUE),
                      "org.freedesktop.DBus.Error.InvalidArgs");
  after = fixture_call (f, path, PROPERTIES, "GetAll", g_variant_new ("(s)", ACCOUNT));
  g_assert_true (g_variant_equal (before, after));
  g_assert_cmpuint (fixture_count_heard (f, path, ACCOUNT, "AccountPropertyChanged"), ==, 0);
}

static void
test_a_hidden_account_is_in_the_other_lists (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{'" HIDDEN ".Hidden': <true>}");
  g_autofree char *paths = g_strdup_printf ("['%s']", path);

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GVariant) shown =
          fixture_get (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "ValidAccounts");
      g_autoptr (GVariant) hidden =
          fixture_get (f, ACCOUNT_MANAGER_PATH, MANAGER_HIDDEN, "ValidHiddenAccounts");
      g_autoptr (GVariant) is_hidden = fixture_get (f, path, HIDDEN, "Hidden");

      assert_variant (shown, "[]");
      assert_variant (hidden, paths);
      assert_variant (is_hidden, "true");
      if (i == 0)
        {
          fixture_stop_service (f);
          fixture_start_service (f);
        }
    }
  g_assert_cmpuint (fixture_count_heard (f, NULL, MANAGER_HIDDEN, "HiddenAccountValidityChanged"),
                    ==, 1);
  fixture_do (f, path, ACCOUNT, "Remove", NULL);
  g_assert_cmpuint (fixture_count_heard (f, NULL, MANAGER_HIDDEN, "HiddenAccountRemoved"), ==, 1);
  g_assert_cmpuint (fixture_count_heard (f, NULL, ACCOUNT_MANAGER, "AccountValidityChanged"), ==,
                    0);
  g_assert_cmpuint (fixture_count_heard (f, NULL, ACCOUNT_MANAGER, "AccountRemoved"), ==, 0);
}

static void
update (Fixture *f, const char *path, const char *arguments, const char *reconnect)
{
  g_autoptr (GVariant) result =
      fixture_call (f, path, ACCOUNT, "UpdateParameters", fixture_parse ("(a{sv}as)", arguments));

  assert_variant (result, reconnect);
}

static void
test_parameters_are_updated (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{}");
  GVariant *body;
  g_autoptr (GVariant) parameters = NULL;
  g_autofree char *text = NULL;

  fixture_forget (f);
  /* Any width of a number; what is unknown is not set already. */
  update (f, path, "({'priority': <5>, 'resource': <'desk'>}, ['stun-server', 'nonsense'])",
          "([],)");
  g_assert_cmpuint (fixture_count_heard (f, path, ACCOUNT, "AccountPropertyChanged"), ==, 1);
  body = fixture_wait_heard (f, path, ACCOUNT, "AccountPropertyChanged");
  text = g_variant_print (body, TRUE);
  g_assert_nonnull (strstr (text, "'priority': <int16 5>"));
  g_assert_null (strstr (text, "secret"));
  fixture_refuse (f, path, ACCOUNT, "UpdateParameters",
                  fixture_parse ("(a{sv}as)", "({'priority': <7>, 'port': <'x'>}, [])"),
                  "InvalidArgument");
  fixture_refuse (f, path, ACCOUNT, "UpdateParameters",
                  fixture_parse ("(a{sv}as)", "({}, ['account'])"), "InvalidArgument");
  fixture_refuse (f, path, ACCOUNT, "UpdateParameters",
                  fixture_parse ("(a{sv}as)", "({'account': <'bob@example.org'>}, [])"),
                  "InvalidArgument");
  parameters = fixture_get (f, path, ACCOUNT, "Parameters");
  {
    gint16 priority = 0;

    g_assert_true (g_variant_lookup (parameters, "priority", "n", &priority));
    g_assert_cmpint (priority, ==, 5);
    g_assert_false (g_variant_lookup (parameters, "password", "s", NULL));
  }
}

static gboolean
is_online (Fixture *f, gpointer data)
{
  g_autoptr (GVariant) status = fixture_get (f, data, ACCOUNT, "ConnectionStatus");

  return g_variant_get_uint32 (status) == 0;
}

static gboolean
is_offline (Fixture *f, gpointer data)
{
  g_autoptr (GVariant) status = fixture_get (f, data, ACCOUNT, "ConnectionStatus");

  return g_variant_get_uint32 (status) == 2;
}

static void
test_it_goes_online_and_offline_as_requested (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (
      f, "{'" ACCOUNT ".Enabled': <true>, '" ACCOUNT ".ConnectAutomatically': <false>, '" ACCOUNT
         ".RequestedPresence': <(uint32 1, 'offline', '')>}");
  GVariant *body;
  g_autoptr (GVariant) first = NULL;
  gboolean is_changing;

  fixture_forget (f);
  fixture_set (f, path, ACCOUNT, "RequestedPresence",
               fixture_parse ("(uss)", "(3, 'away', 'out')"));
  /* Both in one signal, before Set returned. */
  body = fixture_wait_heard (f, path, ACCOUNT, "AccountPropertyChanged");
  first = g_variant_get_child_value (body, 0);
  g_assert_true (g_variant_lookup (first, "RequestedPresence", "(uss)", NULL, NULL, NULL));
  g_assert_true (g_variant_lookup (first, "ChangingPresence", "b", &is_changing));
  g_assert_true (is_changing);
  fixture_wait (f, is_online, path, "online");
  assert_property (f, path, "CurrentPresence", "(3, 'away', 'out')");
  assert_property (f, path, "ChangingPresence", "false");
  assert_property (f, path, "HasBeenOnline", "true");
  assert_property (f, path, "NormalizedName", "'alice@example.org'");
  /* What needs a reconnect is said. */
  update (f, path, "({'resource': <'desk'>, 'priority': <1>}, [])", "(['resource'],)");
  update (f, path, "({'password': <'secret'>}, [])", "(['password'],)");
  fixture_do (f, path, ACCOUNT, "Reconnect", NULL);
  fixture_wait_server (f, "xmpp-bind", 2);
  fixture_wait (f, is_online, path, "online again");
  fixture_set (f, path, ACCOUNT, "RequestedPresence",
               fixture_parse ("(uss)", "(1, 'offline', '')"));
  fixture_wait (f, is_offline, path, "offline");
  assert_property (f, path, "CurrentPresence", "(1, 'offline', '')");
  assert_property (f, path, "Connection", "'/'");
  assert_property (f, path, "ConnectionError", "''");
  assert_property (f, path, "ConnectionStatusReason", "1");
  /* Requested offline: this does nothing. */
  fixture_do (f, path, ACCOUNT, "Reconnect", NULL);
  assert_property (f, path, "ConnectionStatus", "2");
}

/* Whether the `index`th change of the account says so of ChangingPresence, and names `property`. */
static void
assert_changing (
    Fixture *f, const char *path, guint index, gboolean is_changing, const char *property)
{
  GVariant *body = fixture_wait_nth (f, path, ACCOUNT, "AccountPropertyChanged", index);
  g_autoptr (GVariant) changed = g_variant_get_child_value (body, 0);
  gboolean told;

  g_assert_true (g_variant_lookup (changed, "ChangingPresence", "b", &told));
  g_assert_cmpint (told, ==, is_changing);
  if (property != NULL)
    g_assert_true (g_variant_lookup (changed, property, "(uss)", NULL, NULL, NULL));
}

/* Each change begins and ends; also that into what the server cannot do. */
static void
test_a_change_of_presence_is_told_as_one (Fixture *f, gconstpointer data)
{
  static const char *const wanted[] = { "(6, 'dnd', 'busy')", "(5, 'hidden', '')" };
  g_autofree char *path = fixture_create_account (f, "{'" ACCOUNT ".Enabled': <true>}");

  fixture_wait (f, is_online, path, "online");
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      fixture_sync (f);
      fixture_forget (f);
      fixture_set (f, path, ACCOUNT, "RequestedPresence", fixture_parse ("(uss)", wanted[i]));
      assert_changing (f, path, 0, TRUE, "RequestedPresence");
      assert_changing (f, path, 1, FALSE, NULL);
      assert_property (f, path, "ChangingPresence", "false");
    }
}

/* Programs for many protocols know more statuses than we do; the type says what is meant. */
static void
test_the_closest_status_is_taken (Fixture *f, gconstpointer data)
{
  static const char *const wanted[][2] = {
    { "(6, 'busy', 'Writing')", "(6, 'dnd', 'Writing')" },
    { "(3, 'brb', '')", "(3, 'away', '')" },
    { "(4, 'extended-away', '')", "(4, 'xa', '')" },
    { "(2, 'flying', '')", "(2, 'available', '')" },
  };
  g_autofree char *path = fixture_create_account (f, "{}");

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      fixture_set (f, path, ACCOUNT, "AutomaticPresence", fixture_parse ("(uss)", wanted[i][0]));
      assert_property (f, path, "AutomaticPresence", wanted[i][1]);
    }
}

/* A port on which nobody listens. */
static guint16
find_closed_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);

  g_assert_no_error (error);
  g_socket_listener_close (listener);
  return port;
}

static void
set_port (Fixture *f, const char *path, guint16 port)
{
  g_autofree char *change = g_strdup_printf ("({'port': <uint16 %u>}, [])", port);

  update (f, path, change, "([],)");
}

static gboolean
waits_for_the_next_try (Fixture *f, gpointer data)
{
  g_autoptr (GVariant) reply =
      fixture_call (f, data, PROPERTIES, "GetAll", g_variant_new ("(s)", ACCOUNT));
  g_autoptr (GVariant) properties = g_variant_get_child_value (reply, 0);
  const char *connection, *error;
  guint status, presence;
  gboolean is_changing;

  g_variant_lookup (properties, "Connection", "&o", &connection);
  g_variant_lookup (properties, "ConnectionError", "&s", &error);
  g_variant_lookup (properties, "ConnectionStatus", "u", &status);
  g_variant_lookup (properties, "CurrentPresence", "(uss)", &presence, NULL, NULL);
  g_variant_lookup (properties, "ChangingPresence", "b", &is_changing);
  return status == 1 && presence == 1 && !is_changing && g_str_equal (connection, "/") &&
         g_str_equal (error, TP "Error.ConnectionRefused");
}

/* Account.ConnectionStatus: "conceptually Connecting even though there is no Connection". */
static void
test_between_two_tries_it_is_connecting (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (
      f, "{'" ACCOUNT ".Enabled': <true>, '" ACCOUNT ".ConnectAutomatically': <false>, '" ACCOUNT
         ".RequestedPresence': <(uint32 1, 'offline', '')>}");

  set_port (f, path, find_closed_port ());
  fixture_set (f, path, ACCOUNT, "RequestedPresence",
               fixture_parse ("(uss)", "(2, 'available', '')"));
  fixture_wait (f, waits_for_the_next_try, path, "the wait for the next try");
  assert_property (f, path, "NormalizedName", "''");
  set_port (f, path, line_server_get_port (f->server));
  fixture_do (f, path, ACCOUNT, "Reconnect", NULL);
  fixture_wait (f, is_online, path, "online");
  assert_property (f, path, "ConnectionError", "''");
  assert_property (f, path, "ConnectionErrorDetails", "{}");
  assert_property (f, path, "NormalizedName", "'alice@example.org'");
}

/* Account.Interface.Addressing: what a person wants it offered for. */
static void
test_uri_schemes_are_kept (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{'" ADDRESSING ".URISchemes': <['XMPP']>}");
  g_autoptr (GVariant) schemes = NULL;
  g_autoptr (GVariant) changed = NULL;

  fixture_forget (f);
  fixture_do (f, path, ADDRESSING, "SetURISchemeAssociation", g_variant_new ("(sb)", "Tel", TRUE));
  changed =
      g_variant_get_child_value (fixture_wait_heard (f, path, PROPERTIES, "PropertiesChanged"), 1);
  assert_variant (changed, "{'URISchemes': <['xmpp', 'tel']>}");
  /* What is done already is no error, and nothing new. */
  fixture_do (f, path, ADDRESSING, "SetURISchemeAssociation", g_variant_new ("(sb)", "tel", TRUE));
  fixture_do (f, path, ADDRESSING, "SetURISchemeAssociation", g_variant_new ("(sb)", "sip", FALSE));
  g_assert_cmpuint (fixture_count_heard (f, path, PROPERTIES, "PropertiesChanged"), ==, 1);
  fixture_do (f, path, ADDRESSING, "SetURISchemeAssociation",
              g_variant_new ("(sb)", "xmpp", FALSE));
  fixture_refuse (f, path, ADDRESSING, "SetURISchemeAssociation", g_variant_new ("(sb)", "", TRUE),
                  "InvalidArgument");
  fixture_refuse (f, path, ADDRESSING, "SetURISchemeAssociation",
                  g_variant_new ("(sb)", "a:b", TRUE), "InvalidArgument");
  fixture_stop_service (f);
  fixture_start_service (f);
  schemes = fixture_get (f, path, ADDRESSING, "URISchemes");
  assert_variant (schemes, "['tel']");
}

/* UpdateParameters: a parameter that is a property of the connection changes there at once. */
static void
test_a_parameter_that_is_a_property_needs_no_reconnect (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{'" ACCOUNT ".Enabled': <true>}");
  g_autoptr (GVariant) connection = NULL;
  g_autoptr (GVariant) value = NULL;

  fixture_wait (f, is_online, path, "online");
  connection = fixture_get (f, path, ACCOUNT, "Connection");
  update (f, path, "({'" CONTACT_LIST ".DownloadAtConnection': <false>, 'resource': <'desk'>}, [])",
          "(['resource'],)");
  value = fixture_get (f, g_variant_get_string (connection, NULL), CONTACT_LIST,
                       "DownloadAtConnection");
  g_assert_false (g_variant_get_boolean (value));
}

static void
test_a_disabled_account_stays_offline (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{}");

  fixture_set (f, path, ACCOUNT, "RequestedPresence",
               fixture_parse ("(uss)", "(2, 'available', '')"));
  fixture_do (f, path, ACCOUNT, "Reconnect", NULL);
  assert_property (f, path, "ConnectionStatus", "2");
  assert_property (f, path, "ChangingPresence", "false");
  g_assert_cmpuint (line_server_get_n_logins (f->server), ==, 0);
}

static void
test_a_removed_account_is_gone (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_create_account (f, "{}");

  fixture_do (f, path, ACCOUNT, "Remove", NULL);
  g_assert_cmpuint (fixture_count_heard (f, path, ACCOUNT, "Removed"), ==, 1);
  g_assert_cmpuint (fixture_count_heard (f, NULL, ACCOUNT_MANAGER, "AccountRemoved"), ==, 1);
  fixture_refuse (f, path, ACCOUNT, "Remove", NULL, "org.freedesktop.DBus.Error.UnknownMethod");
  fixture_stop_service (f);
  fixture_start_service (f);
  {
    g_autoptr (GVariant) valid =
        fixture_get (f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "ValidAccounts");

    assert_variant (valid, "[]");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/account/is-made-with-properties", test_an_account_is_made_with_properties);
  ADD ("/bus/account/what-cannot-be-one-is-refused", test_what_cannot_be_an_account_is_refused);
  ADD ("/bus/account/supported-properties", test_supported_properties_can_be_given);
  ADD ("/bus/account/no-two-are-called-the-same", test_two_accounts_are_not_called_the_same);
  ADD ("/bus/account/what-is-set-is-told-once-and-kept", test_what_is_set_is_told_once_and_kept);
  ADD ("/bus/account/what-cannot-be-set-is-refused",
       test_what_cannot_be_set_is_refused_and_changes_nothing);
  ADD ("/bus/account/hidden-ones-are-in-other-lists", test_a_hidden_account_is_in_the_other_lists);
  ADD ("/bus/account/parameters-are-updated", test_parameters_are_updated);
  ADD ("/bus/account/online-and-offline-as-requested",
       test_it_goes_online_and_offline_as_requested);
  ADD ("/bus/account/presence-changes", test_a_change_of_presence_is_told_as_one);
  ADD ("/bus/account/closest-status", test_the_closest_status_is_taken);
  ADD ("/bus/account/between-two-tries", test_between_two_tries_it_is_connecting);
  ADD ("/bus/account/uri-schemes", test_uri_schemes_are_kept);
  ADD ("/bus/account/parameter-and-property",
       test_a_parameter_that_is_a_property_needs_no_reconnect);
  ADD ("/bus/account/disabled-stays-offline", test_a_disabled_account_stays_offline);
  ADD ("/bus/account/removed-is-gone", test_a_removed_account_is_gone);
  return g_test_run ();
}
