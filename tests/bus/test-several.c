/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-several.c: several requests for one channel, several names of one program, several tries to
 * show what nobody can. Telepathy 0.27.4 ChannelDispatcher, ChannelRequest, Client.Handler,
 * Client.Interface.Requests */
#include "dispatch.h"

/* What the service did of what it was told before has arrived at every client. */
static void
settle (Fixture *f)
{
  for (guint i = 0; i < 3; i++)
    fixture_sync (f);
}

static void
test_what_nobody_shows_goes_to_a_handler_with_the_next_message (Fixture *f, gconstpointer data)
{
  g_autofree char *account G_GNUC_UNUSED = dispatch_go_online (f);
  g_autoptr (Client) handler = NULL;
  g_autoptr (Client) other = NULL;

  dispatch_say (f, "hello");
  fixture_wait_heard (f, DISPATCHER_PATH, OPERATION_LIST, "DispatchOperationFinished");
  dispatch_say (f, "nobody");
  fixture_wait_heard (f, NULL, MESSAGES, "MessageReceived");
  handler = client_new (f, "Show", HANDLER);
  settle (f);
  g_assert_cmpuint (
      fixture_count_heard (f, DISPATCHER_PATH, OPERATION_LIST, "NewDispatchOperation"), ==, 1);
  dispatch_say (f, "again");
  client_wait (handler, "HandleChannels", 0);
  fixture_wait_nth (f, DISPATCHER_PATH, OPERATION_LIST, "DispatchOperationFinished", 1);
  other = client_new (f, "Other", HANDLER);
  dispatch_say (f, "enough");
  settle (f);
  g_assert_cmpuint (client_count (other, "HandleChannels"), ==, 0);
}

static void
test_what_was_refused_is_offered_with_the_next_message (Fixture *f, gconstpointer data)
{
  g_autofree char *account G_GNUC_UNUSED = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);

  handler->failure = TP "Error.Busy";
  dispatch_say (f, "hello");
  fixture_wait_heard (f, DISPATCHER_PATH, OPERATION_LIST, "DispatchOperationFinished");
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 1);
  handler->failure = NULL;
  dispatch_say (f, "again");
  client_wait (handler, "HandleChannels", 1);
  fixture_wait_nth (f, DISPATCHER_PATH, OPERATION_LIST, "DispatchOperationFinished", 1);
  dispatch_say (f, "enough");
  settle (f);
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 2);
  /* It was a new channel only once. */
  g_assert_cmpuint (client_count (observer, "ObserveChannels"), ==, 1);
}

static gboolean
is_on_bus (Fixture *f, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      f->bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner",
      g_variant_new ("(s)", name), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  gboolean is_owned;

  g_assert_no_error (error);
  g_variant_get (reply, "(b)", &is_owned);
  return is_owned;
}

/* Who asks the connection for a channel has it while they are there. */
static void
test_what_a_script_left_goes_to_a_handler_with_the_next_message (Fixture *f, gconstpointer data)
{
  g_autofree char *account G_GNUC_UNUSED = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autoptr (Client) script = client_new (f, "Script", OBSERVER);
  g_autofree char *name = g_strdup (g_dbus_connection_get_unique_name (script->bus));
  GDBusConnection *own = f->bus;
  g_autofree char *channel = NULL;

  f->bus = script->bus;
  channel = fixture_ensure_text (f, "bob@example.org");
  f->bus = own;
  dispatch_say (f, "there");
  fixture_wait_heard (f, channel, MESSAGES, "MessageReceived");
  settle (f);
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 0);
  g_clear_pointer (&script, client_free);
  while (is_on_bus (f, name))
    continue;
  dispatch_say (f, "gone");
  client_wait (handler, "HandleChannels", 0);
}

/* A handler is asked anew as whom it was given the channel, whatever other names it has. */
static void
test_a_handler_of_many_names_is_asked_by_the_right_one (Fixture *f, gconstpointer data)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autofree char *request = dispatch_ensure (f, account, "");
  g_autoptr (GVariant) channels = NULL;
  const char *channel;

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *name = g_strdup_printf (CLIENT ".Other%u", i);
      g_autoptr (GError) error = NULL;
      G_GNUC_UNUSED g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
          handler->bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
          g_variant_new ("(su)", name, 4), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

      g_assert_no_error (error);
    }
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  channels = g_variant_get_child_value (client_wait (handler, "HandleChannels", 0), 2);
  g_variant_get_child (channels, 0, "(&o@a{sv})", &channel, NULL);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
  fixture_do (f, DISPATCHER_PATH, DISPATCHER, "PresentChannel",
              g_variant_new ("(ox)", channel, (gint64) 9));
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 2);
}

/* Two people ask for the same conversation; the one for whom it was made goes away. */
static void
test_who_cancels_leaves_the_channel_to_others (Fixture *f, gconstpointer data)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autofree char *first = dispatch_ensure (f, account, "");
  g_autofree char *second = dispatch_ensure (f, account, "");

  observer->is_holding = TRUE;
  fixture_do (f, first, REQUEST, "Proceed", NULL);
  client_wait (observer, "ObserveChannels", 0);
  fixture_do (f, second, REQUEST, "Proceed", NULL);
  settle (f);
  fixture_do (f, first, REQUEST, "Cancel", NULL);
  client_answer (observer);
  fixture_wait_heard (f, first, REQUEST, "Failed");
  fixture_wait_heard (f, second, REQUEST, "Succeeded");
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 1);
  g_assert_cmpuint (fixture_count_heard (f, f->connection, REQUESTS, "ChannelClosed"), ==, 0);
}

/* The last one who wanted it closes what was made for another. */
static void
test_the_last_who_cancels_closes_the_channel (Fixture *f, gconstpointer data)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autofree char *first = dispatch_ensure (f, account, "");
  g_autofree char *second = dispatch_ensure (f, account, "");

  observer->is_holding = TRUE;
  fixture_do (f, first, REQUEST, "Proceed", NULL);
  client_wait (observer, "ObserveChannels", 0);
  fixture_do (f, second, REQUEST, "Proceed", NULL);
  settle (f);
  fixture_do (f, first, REQUEST, "Cancel", NULL);
  fixture_do (f, second, REQUEST, "Cancel", NULL);
  client_answer (observer);
  fixture_wait_heard (f, first, REQUEST, "Failed");
  fixture_wait_heard (f, second, REQUEST, "Failed");
  fixture_wait_heard (f, f->connection, REQUESTS, "ChannelClosed");
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 0);
}

/* "… and that if the request is successful, they will probably be handled by this Handler." */
static void
test_the_best_handler_hears_of_a_request (Fixture *f, gconstpointer data)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "Best", HANDLER " " CLIENT_REQUESTS);
  g_autoptr (Client) other = client_new (f, "Other", HANDLER " " CLIENT_REQUESTS);
  g_autofree char *request = dispatch_ensure (f, account, "");
  const char *path;

  fixture_do (f, request, REQUEST, "Proceed", NULL);
  g_variant_get (client_wait (handler, "AddRequest", 0), "(&o@a{sv})", &path, NULL);
  g_assert_cmpstr (path, ==, request);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 1);
  g_assert_cmpuint (client_count (handler, "RemoveRequest"), ==, 0);
  g_assert_cmpuint (client_count (other, "AddRequest"), ==, 0);
}

static void
test_a_request_says_that_its_channel_was_closed (Fixture *f, gconstpointer data)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autofree char *request = dispatch_ensure (f, account, "");

  observer->is_holding = TRUE;
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  client_wait (observer, "ObserveChannels", 0);
  fixture_set (f, account, ACCOUNT, "Enabled", g_variant_new_boolean (FALSE));
  client_answer (observer);
  assert_variant (fixture_wait_heard (f, request, REQUEST, "Failed"),
                  "('" TP "Error.Terminated', 'The channel was closed')");
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 0);
}

/* "If … delivery of the message later fails, this is indicated by a delivery report, which is
 * received in the same way as an incoming message." */
static void
test_what_comes_back_without_a_channel_is_reported (Fixture *f, gconstpointer data)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autoptr (GVariant) result = fixture_call (
      f, DISPATCHER_PATH, DISPATCHER ".Interface.Messages1", "SendMessage",
      g_variant_new (
          "(os@aa{sv}u)", account, "bob@example.org",
          fixture_parse ("aa{sv}", "[{}, {'content-type': <'text/plain'>, 'content': <'hello'>}]"),
          0));
  g_autofree char *stanza = NULL;
  g_autoptr (GVariant) channels = NULL;
  g_autoptr (GVariant) pending = NULL;
  g_autoptr (GVariant) parts = NULL;
  g_autoptr (GVariant) header = NULL;
  const char *token, *path, *reported;
  guint type;

  g_variant_get (result, "(&s)", &token);
  stanza = g_strdup_printf (
      "<message from='bob@example.org' to='alice@example.org' type='error' id='%s'>"
      "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
      "</error></message>",
      token);
  fixture_wait_server (f, "<body>hello</body>", 1);
  line_server_say (f->server, stanza);
  channels = g_variant_get_child_value (client_wait (handler, "HandleChannels", 0), 2);
  g_variant_get_child (channels, 0, "(&o@a{sv})", &path, NULL);
  pending = fixture_get (f, path, MESSAGES, "PendingMessages");
  g_assert_cmpuint (g_variant_n_children (pending), ==, 1);
  parts = g_variant_get_child_value (pending, 0);
  header = g_variant_get_child_value (parts, 0);
  g_assert_true (g_variant_lookup (header, "message-type", "u", &type));
  g_assert_cmpuint (type, ==, 4);
  g_assert_true (g_variant_lookup (header, "delivery-token", "&s", &reported));
  g_assert_cmpstr (reported, ==, token);
}

/* One that proceeds, and one that is made and proceeds only then. */
static void
test_a_removed_account_is_not_brought_online (Fixture *f, gconstpointer data)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER);
  g_autofree char *first = dispatch_ensure (f, account, "");
  g_autofree char *second = dispatch_ensure (f, account, "");

  observer->is_holding = TRUE;
  fixture_do (f, first, REQUEST, "Proceed", NULL);
  client_wait (observer, "ObserveChannels", 0);
  fixture_do (f, account, ACCOUNT, "Remove", NULL);
  client_answer (observer);
  assert_variant (fixture_wait_heard (f, first, REQUEST, "Failed"),
                  "('" TP "Error.Terminated', 'The channel was closed')");
  fixture_do (f, second, REQUEST, "Proceed", NULL);
  assert_variant (fixture_wait_heard (f, second, REQUEST, "Failed"),
                  "('" TP "Error.DoesNotExist', 'The account was removed')");
  g_assert_cmpuint (fixture_count_heard (f, CM_PATH, CM, "NewConnection"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/several/nobody", test_what_nobody_shows_goes_to_a_handler_with_the_next_message);
  ADD ("/bus/several/refused", test_what_was_refused_is_offered_with_the_next_message);
  ADD ("/bus/several/script",
       test_what_a_script_left_goes_to_a_handler_with_the_next_message);
  ADD ("/bus/several/names", test_a_handler_of_many_names_is_asked_by_the_right_one);
  ADD ("/bus/several/cancelled", test_who_cancels_leaves_the_channel_to_others);
  ADD ("/bus/several/both-cancelled", test_the_last_who_cancels_closes_the_channel);
  ADD ("/bus/several/best-handler", test_the_best_handler_hears_of_a_request);
  ADD ("/bus/several/closed", test_a_request_says_that_its_channel_was_closed);
  ADD ("/bus/several/came-back", test_what_comes_back_without_a_channel_is_reported);
  ADD ("/bus/several/removed", test_a_removed_account_is_not_brought_online);
  return g_test_run ();
}
