/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-clients.c: what programs say of themselves: by files, in requests, of what they can do.
 * Telepathy 0.27.4 Client, ChannelRequest.Hints, ContactCapabilities.UpdateCapabilities */
#include "dispatch.h"

#include <glib/gstdio.h>

#define DEBUG TP "Debug"
#define DEBUG_PATH TP_PATH "debug"
#define CAPABILITIES CONNECTION ".Interface.ContactCapabilities"
#define FILED                  \
  "[" CLIENT "]\n"             \
  "Interfaces=" OBSERVER ";\n" \
  "[" OBSERVER ".ObserverChannelFilter 0]\n" CHANNEL ".ChannelType s=" TEXT "\n"
#define HINTS "{'org.example.From': <'the address book'>}"

static gboolean
has_heard_of_files (Fixture *f, gpointer data)
{
  for (guint i = 0; i < f->heard->len; i++)
    {
      Heard *heard = g_ptr_array_index (f->heard, i);
      const char *text;

      if (!g_str_equal (heard->name, DEBUG ".NewDebugMessage"))
        continue;
      g_variant_get (heard->body, "(dsu&s)", NULL, NULL, NULL, &text);
      if (strstr (text, "files of clients") != NULL)
        return TRUE;
    }
  return FALSE;
}

/* As installing and removing a program does; `content` NULL: it goes. */
static void
install (Fixture *f, const char *name, const char *content)
{
  g_autofree char *folder = g_build_filename (f->data_dir, "telepathy", "clients", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  fixture_forget (f);
  if (content == NULL)
    g_assert_cmpint (g_unlink (path), ==, 0);
  else
    {
      g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      g_file_set_contents (path, content, -1, &error);
      g_assert_no_error (error);
    }
  fixture_wait (f, has_heard_of_files, NULL, "the service to look at the file");
}

static void
test_a_file_that_is_installed_counts_at_once (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) approver = client_new (f, "Asks", APPROVER);
  g_autoptr (Client) client = client_new (f, "Filed", HANDLER);
  const char *operation;

  fixture_set (f, DEBUG_PATH, DEBUG, "Enabled", g_variant_new_boolean (TRUE));
  install (f, "Filed.client", FILED);
  dispatch_say (f, "hello");
  operation = dispatch_wait_for_operation (approver);
  client_wait (client, "ObserveChannels", 0);
  /* It is no handler any more. */
  fixture_refuse (f, operation, OPERATION, "HandleWith", g_variant_new ("(s)", ""), "NotAvailable");
}

static void
test_a_file_that_is_removed_counts_no_longer (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) client = NULL;

  fixture_set (f, DEBUG_PATH, DEBUG, "Enabled", g_variant_new_boolean (TRUE));
  install (f, "Filed.client", FILED);
  install (f, "Other.client", FILED);
  install (f, "Filed.client", NULL);
  client = client_new (f, "Filed", APPROVER);
  dispatch_say (f, "hello");
  dispatch_wait_for_operation (client);
  g_assert_cmpuint (client_count (client, "ObserveChannels"), ==, 0);
}

/* The bus allows a "-" in names, but not in paths: nobody could call such a client. */
static void
test_a_name_without_a_path_is_no_client (Fixture *f, gconstpointer data)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      f->bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
      g_variant_new ("(su)", CLIENT ".foo-bar", 4), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_autoptr (Client) approver = NULL;
  const char *operation;

  g_assert_no_error (error);
  fixture_set (f, DEBUG_PATH, DEBUG, "Enabled", g_variant_new_boolean (TRUE));
  install (f, "with-dash.client", FILED);
  fixture_refuse (f, DISPATCHER_PATH, DISPATCHER, "EnsureChannel",
                  g_variant_new ("(o@a{sv}xs)", account, fixture_parse ("a{sv}", TO_BOB),
                                 (gint64) 1, CLIENT ".foo-bar"),
                  "InvalidArgument");
  fixture_refuse (
      f, DISPATCHER_PATH, DISPATCHER, "DelegateChannels",
      g_variant_new ("(@aoxs)", fixture_parse ("ao", "[]"), (gint64) 1, CLIENT ".foo-bar"),
      "InvalidArgument");
  approver = client_new (f, "Asks", APPROVER);
  dispatch_say (f, "hello");
  operation = dispatch_wait_for_operation (approver);
  fixture_refuse (f, operation, OPERATION, "HandleWith", g_variant_new ("(s)", CLIENT ".foo-bar"),
                  "InvalidArgument");
}

static char *
create_with_hints (Fixture *f, const char *account, const char *method, const char *handler)
{
  g_autoptr (GVariant) result =
      fixture_call (f, DISPATCHER_PATH, DISPATCHER, method,
                    g_variant_new ("(o@a{sv}xs@a{sv})", account, fixture_parse ("a{sv}", TO_BOB),
                                   (gint64) 42, handler, fixture_parse ("a{sv}", HINTS)));
  char *path;

  g_variant_get (result, "(o)", &path);
  return path;
}

/* The hints among what a client is told of a request. */
static void
assert_hints (GVariant *properties)
{
  g_autoptr (GVariant) hints =
      g_variant_lookup_value (properties, REQUEST ".Hints", G_VARIANT_TYPE_VARDICT);

  g_assert_nonnull (hints);
  assert_variant (hints, HINTS);
}

static void
check_hints (Fixture *f, const char *account, Client *handler, Client *observer, const char *method)
{
  g_autofree char *request = create_with_hints (f, account, method, handler->name);
  g_autoptr (GVariant) hints = fixture_get (f, request, REQUEST, "Hints");
  g_autoptr (GVariant) info = NULL;
  g_autoptr (GVariant) requests = NULL;
  g_autoptr (GVariant) told = NULL;
  guint n = client_count (handler, "HandleChannels");

  assert_variant (hints, HINTS);
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  g_variant_get_child (client_wait (handler, "AddRequest", n), 1, "@a{sv}", &told);
  assert_hints (told);
  g_variant_get_child (client_wait (handler, "HandleChannels", n), 5, "@a{sv}", &info);
  requests = g_variant_lookup_value (info, "request-properties", G_VARIANT_TYPE ("a{oa{sv}}"));
  g_clear_pointer (&told, g_variant_unref);
  g_assert_true (g_variant_lookup (requests, request, "@a{sv}", &told));
  assert_hints (told);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
  if (n > 0)
    return; /* what exists is not observed again */
  g_clear_pointer (&info, g_variant_unref);
  g_clear_pointer (&requests, g_variant_unref);
  g_clear_pointer (&told, g_variant_unref);
  g_variant_get_child (client_wait (observer, "ObserveChannels", 0), 5, "@a{sv}", &info);
  requests = g_variant_lookup_value (info, "request-properties", G_VARIANT_TYPE ("a{oa{sv}}"));
  g_assert_true (g_variant_lookup (requests, request, "@a{sv}", &told));
  assert_hints (told);
}

static void
test_hints_reach_whoever_the_request_reaches (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER " " CLIENT_REQUESTS);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER);
  g_autoptr (GVariant) supports =
      fixture_get (f, DISPATCHER_PATH, DISPATCHER, "SupportsRequestHints");

  assert_variant (supports, "true");
  check_hints (f, account, handler, observer, "CreateChannelWithHints");
  check_hints (f, account, handler, observer, "EnsureChannelWithHints");
}

/* (transfer full) the path of a channel that `client` asked the connection for */
static char *
request_directly (Fixture *f, Client *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result =
      client_call (client, f->connection, REQUESTS, "CreateChannel",
                   g_variant_new ("(@a{sv})", fixture_parse ("a{sv}", TO_BOB)), &error);
  char *path;

  g_assert_no_error (error);
  g_variant_get (result, "(o@a{sv})", &path, NULL);
  return path;
}

static void
test_what_a_connection_was_asked_for_is_only_observed (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autoptr (Client) script = client_new (f, "Script", RECOVER);
  g_autofree char *path = request_directly (f, script);
  g_autoptr (GVariant) type = NULL;

  client_wait (observer, "ObserveChannels", 0);
  g_assert_cmpuint (client_count (approver, "AddDispatchOperation"), ==, 0);
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 0);
  /* A program that is no handler may leave. */
  g_clear_pointer (&script, client_free);
  fixture_sync (f);
  type = fixture_get (f, path, CHANNEL, "ChannelType");
  assert_variant (type, "'" TEXT "'");
  /* Nobody shows it, so whoever can is asked to. */
  fixture_do (f, DISPATCHER_PATH, DISPATCHER, "PresentChannel",
              g_variant_new ("(ox)", path, (gint64) 9));
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 1);
}

static void
test_a_handler_that_asked_the_connection_handles_it (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) other = client_new (f, "Other", HANDLER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autofree char *path = request_directly (f, handler);
  g_autofree char *request = NULL;
  g_autofree char *wanted = g_strdup_printf ("(['%s'], 7, '')", path);
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 0);
  /* Who asks the dispatcher for it gets it shown where it is. */
  request = dispatch_ensure (f, account, other->name);
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 1);
  g_assert_cmpuint (client_count (other, "HandleChannels"), ==, 0);
  /* It is its own to give away. */
  result = client_call (handler, DISPATCHER_PATH, DISPATCHER, "DelegateChannels",
                        fixture_parse ("(aoxs)", wanted), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (client_count (other, "HandleChannels"), ==, 1);
}

static gboolean
is_connected (Fixture *f, gpointer data)
{
  g_autoptr (GVariant) status = fixture_get (f, f->connection, CONNECTION, "Status");

  return g_variant_get_uint32 (status) == 0;
}

static gboolean
has_said_presence (Fixture *f, gpointer data)
{
  return line_server_count (f->server, "<presence") > 0;
}

/* What no part of us offers is nothing that contacts could be told, whatever programs handle. */
static void
test_what_nobody_offers_is_not_advertised (Fixture *f, gconstpointer data)
{
  static const char capabilities[] =
      "[('" CLIENT ".Phone', [{'" CHANNEL ".ChannelType': <'" CHANNEL ".Type.Call1'>, '" CHANNEL
      ".TargetHandleType': <uint32 1>}], ['" CHANNEL ".Type.Call1/audio']), "
      "('org.example.script', [{'" CHANNEL ".ChannelType': <'" CHANNEL
      ".Type.StreamTube'>}, {}], ['x'])]";
  g_autoptr (GVariant) before = NULL;
  g_autoptr (GVariant) after = NULL;

  f->connection = fixture_request_connection (f);
  /* Before it is connected, too. */
  fixture_do (f, f->connection, CAPABILITIES, "UpdateCapabilities",
              g_variant_new ("(@a(saa{sv}as))", fixture_parse ("a(saa{sv}as)", capabilities)));
  fixture_do (f, f->connection, CONNECTION, "Connect", NULL);
  fixture_wait (f, is_connected, NULL, "CONNECTED");
  fixture_wait (f, has_said_presence, NULL, "presence at the server");
  before = fixture_call (f, f->connection, CAPABILITIES, "GetContactCapabilities",
                         fixture_parse ("(au)", "([1],)"));
  fixture_do (f, f->connection, CAPABILITIES, "UpdateCapabilities",
              g_variant_new ("(@a(saa{sv}as))", fixture_parse ("a(saa{sv}as)", capabilities)));
  after = fixture_call (f, f->connection, CAPABILITIES, "GetContactCapabilities",
                        fixture_parse ("(au)", "([1],)"));
  assert_variant (before, "({1: [({'" CHANNEL ".ChannelType': <'" TEXT "'>, '" CHANNEL
                          ".TargetHandleType': <uint32 1>}, ['" CHANNEL ".TargetHandle', '" CHANNEL
                          ".TargetID'])]},)");
  g_assert_true (g_variant_equal (before, after));
  fixture_sync (f);
  g_assert_cmpuint (line_server_count (f->server, "<presence"), ==, 1);
  g_assert_cmpuint (
      fixture_count_heard (f, f->connection, CAPABILITIES, "ContactCapabilitiesChanged"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/clients/file-is-installed", test_a_file_that_is_installed_counts_at_once);
  ADD ("/bus/clients/file-is-removed", test_a_file_that_is_removed_counts_no_longer);
  ADD ("/bus/clients/name-without-a-path", test_a_name_without_a_path_is_no_client);
  ADD ("/bus/clients/hints", test_hints_reach_whoever_the_request_reaches);
  ADD ("/bus/clients/requested-directly", test_what_a_connection_was_asked_for_is_only_observed);
  ADD ("/bus/clients/requested-by-a-handler", test_a_handler_that_asked_the_connection_handles_it);
  ADD ("/bus/clients/nothing-to-advertise", test_what_nobody_offers_is_not_advertised);
  return g_test_run ();
}
