/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-dispatcher.c: channels on their way to the programs that show them. Telepathy 0.27.4
 * ChannelDispatcher, ChannelRequest, ChannelDispatchOperation, Client */
#include "dispatch.h"

#define SEND DISPATCHER ".Interface.Messages1"
#define HELLO "[{}, {'content-type': <'text/plain'>, 'content': <'hello'>}]"

static void
assert_failed (Fixture *f, const char *request, const char *error)
{
  g_autofree char *wanted = g_strconcat (TP "Error.", error, NULL);
  const char *name;

  g_variant_get (fixture_wait_heard (f, request, REQUEST, "Failed"), "(&s&s)", &name, NULL);
  g_assert_cmpstr (name, ==, wanted);
  fixture_refuse (f, request, REQUEST, "Proceed", NULL, "org.freedesktop.DBus.Error.UnknownMethod");
}

static void
test_a_request_goes_to_its_handler (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "Chosen", HANDLER " " CLIENT_REQUESTS);
  g_autoptr (Client) other = client_new (f, "Other", HANDLER);
  g_autofree char *request = dispatch_ensure (f, account, handler->name);
  GVariant *call;
  g_autoptr (GVariant) satisfied = NULL;
  g_autofree char *wanted = g_strdup_printf ("['%s']", request);
  guint64 user_time;
  const char *given_account;

  handler->is_holding = TRUE;
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  fixture_refuse (f, request, REQUEST, "Proceed", NULL, "NotAvailable");
  client_wait (handler, "AddRequest", 0);
  call = client_wait (handler, "HandleChannels", 0);
  client_answer (handler);
  g_variant_get (call, "(&oo@a(oa{sv})@aot@a{sv})", &given_account, NULL, NULL, &satisfied,
                 &user_time, NULL);
  g_assert_cmpstr (given_account, ==, account);
  assert_variant (satisfied, wanted);
  g_assert_cmpuint (user_time, ==, 42);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
  g_assert_cmpuint (fixture_count_heard (f, request, REQUEST, "SucceededWithChannel"), ==, 1);
  fixture_refuse (f, request, REQUEST, "Cancel", NULL, "org.freedesktop.DBus.Error.UnknownMethod");
  g_assert_cmpuint (client_count (handler, "RemoveRequest"), ==, 0);
  g_assert_cmpuint (client_count (other, "HandleChannels"), ==, 0);
}

static void
test_requests_that_make_no_sense_are_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *account = fixture_create_account (f, "{}");
  static const char *const methods[] = { "CreateChannel", "EnsureChannel" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      fixture_refuse (f, DISPATCHER_PATH, DISPATCHER, methods[i],
                      g_variant_new ("(o@a{sv}xs)", "/no/account", fixture_parse ("a{sv}", TO_BOB),
                                     (gint64) 0, ""),
                      "InvalidArgument");
      fixture_refuse (f, DISPATCHER_PATH, DISPATCHER, methods[i],
                      g_variant_new ("(o@a{sv}xs)", account, fixture_parse ("a{sv}", TO_BOB),
                                     (gint64) 0, "org.example.Handler"),
                      "InvalidArgument");
      fixture_refuse (f, DISPATCHER_PATH, DISPATCHER, methods[i],
                      g_variant_new ("(o@a{sv}xs)", account, fixture_parse ("a{sv}", TO_BOB),
                                     (gint64) 0, CLIENT ".1"),
                      "InvalidArgument");
    }
  fixture_refuse (f, DISPATCHER_PATH, DISPATCHER, "PresentChannel",
                  g_variant_new ("(ox)", "/no/channel", (gint64) 0), "InvalidArgument");
  fixture_refuse (f, DISPATCHER_PATH, DISPATCHER, "DelegateChannels",
                  fixture_parse ("(aoxs)", "(['/no/channel'], 0, '')"), "NotYours");
  fixture_refuse (f, DISPATCHER_PATH, DISPATCHER, "DelegateChannels",
                  fixture_parse ("(aoxs)", "([], 0, 'x')"), "InvalidArgument");
}

static void
test_a_disabled_account_fails_the_request (Fixture *f, gconstpointer data)
{
  g_autofree char *account = fixture_create_account (f, "{}");
  g_autofree char *request = dispatch_ensure (f, account, "");

  fixture_do (f, request, REQUEST, "Proceed", NULL);
  assert_failed (f, request, "NotAvailable");
}

static void
test_a_request_brings_the_account_online (Fixture *f, gconstpointer data)
{
  g_autofree char *account = fixture_create_account (
      f, "{'" ACCOUNT ".Enabled': <true>, '" ACCOUNT ".ConnectAutomatically': <false>, '" ACCOUNT
         ".AutomaticPresence': <(uint32 3, 'away', '')>, '" ACCOUNT
         ".RequestedPresence': <(uint32 1, 'offline', '')>}");
  g_autoptr (Client) handler = client_new (f, "Shown", HANDLER);
  g_autofree char *request = dispatch_ensure (f, account, "");
  g_autoptr (GVariant) presence = NULL;

  fixture_do (f, request, REQUEST, "Proceed", NULL);
  client_wait (handler, "HandleChannels", 0);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
  presence = fixture_get (f, account, ACCOUNT, "RequestedPresence");
  assert_variant (presence, "(3, 'away', '')");
}

static void
test_a_request_can_be_cancelled (Fixture *f, gconstpointer data)
{
  g_autofree char *account = fixture_create_account (f, "{}");
  g_autofree char *request = dispatch_ensure (f, account, "");

  fixture_do (f, request, REQUEST, "Cancel", NULL);
  assert_failed (f, request, "Cancelled");
}

static void
test_when_a_handler_fails_the_next_has_it (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "Broken", HANDLER " " CLIENT_REQUESTS);
  g_autoptr (Client) other = client_new (f, "Other", HANDLER);
  g_autofree char *request = dispatch_ensure (f, account, handler->name);
  const char *error;

  handler->failure = "org.example.Broken";
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  client_wait (other, "HandleChannels", 0);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
  g_variant_get (client_wait (handler, "RemoveRequest", 0), "(o&ss)", NULL, &error, NULL);
  g_assert_cmpstr (error, ==, TP "Error.NotYours");
}

static void
test_without_a_handler_a_request_fails (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autofree char *request = dispatch_ensure (f, account, "");

  fixture_do (f, request, REQUEST, "Proceed", NULL);
  assert_failed (f, request, "NotAvailable");
  /* The channel that nobody has is closed again. */
  fixture_wait_heard (f, f->connection, REQUESTS, "ChannelClosed");
}

static void
test_nothing_is_told_before_approvers_have_returned (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  const char *operation;

  approver->is_holding = TRUE;
  dispatch_say (f, "hello");
  operation = dispatch_wait_for_operation (approver);
  g_assert_cmpuint (client_count (observer, "ObserveChannels"), ==, 1);
  fixture_do (f, operation, OPERATION, "HandleWith", g_variant_new ("(s)", ""));
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 1);
  fixture_sync (f);
  g_assert_cmpuint (fixture_count_heard (f, operation, OPERATION, "Finished"), ==, 0);
  fixture_refuse (f, operation, OPERATION, "Claim", NULL, "NotYours");
  fixture_refuse (f, operation, OPERATION, "HandleWith", g_variant_new ("(s)", ""), "NotYours");
  client_answer (approver);
  fixture_wait_heard (f, operation, OPERATION, "Finished");
  fixture_wait_heard (f, DISPATCHER_PATH, OPERATION_LIST, "DispatchOperationFinished");
  g_assert_cmpuint (
      fixture_count_heard (f, DISPATCHER_PATH, OPERATION_LIST, "NewDispatchOperation"), ==, 1);
}

static void
test_what_cannot_be_approved_is_refused (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  const char *operation;

  dispatch_say (f, "hello");
  operation = dispatch_wait_for_operation (approver);
  fixture_refuse (f, operation, OPERATION, "HandleWith", g_variant_new ("(s)", "org.example.X"),
                  "InvalidArgument");
  handler->failure = TP "Error.Busy";
  fixture_refuse (f, operation, OPERATION, "HandleWith", g_variant_new ("(s)", handler->name),
                  "Busy");
  /* It is still there for another try. */
  fixture_do (f, operation, OPERATION, "Claim", NULL);
  fixture_wait_heard (f, operation, OPERATION, "Finished");
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 1);
}

/* The second approval waits for the first, and is tried when that has failed. */
static void
test_a_second_approval_waits_for_the_first (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) first = client_new (f, "First", HANDLER);
  g_autoptr (Client) second = client_new (f, "Second", HANDLER);
  Client *handlers[] = { first, second };
  DispatchAnswer answers[2] = { { 0 } };
  const char *operation;

  first->is_holding = TRUE;
  dispatch_say (f, "hello");
  operation = dispatch_wait_for_operation (approver);
  for (guint i = 0; i < 2; i++)
    dispatch_start (approver, operation, "HandleWith", g_variant_new ("(s)", handlers[i]->name),
                    &answers[i]);
  client_wait (first, "HandleChannels", 0);
  fixture_sync (f);
  g_assert_cmpuint (client_count (second, "HandleChannels"), ==, 0);
  first->failure = TP "Error.NotAvailable";
  client_answer (first);
  dispatch_assert_answer (f, &answers[0], TP "Error.NotAvailable");
  dispatch_assert_answer (f, &answers[1], NULL);
  g_assert_cmpuint (client_count (second, "HandleChannels"), ==, 1);
}

static void
test_a_lost_channel_ends_its_operation (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  const char *operation;

  dispatch_say (f, "hello");
  operation = dispatch_wait_for_operation (approver);
  fixture_do (f, f->connection, CONNECTION, "Disconnect", NULL);
  fixture_wait_heard (f, operation, OPERATION, "ChannelLost");
  fixture_wait_heard (f, operation, OPERATION, "Finished");
}

static void
test_a_handler_that_bypasses_approval_has_it_at_once (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) slow = client_new (f, "Aslow", HANDLER);
  g_autoptr (Client) fast = client_new (f, "Fast", HANDLER " " BYPASS_APPROVAL);

  dispatch_say (f, "hello");
  fixture_wait_heard (f, DISPATCHER_PATH, OPERATION_LIST, "DispatchOperationFinished");
  g_assert_cmpuint (client_count (fast, "HandleChannels"), ==, 1);
  g_assert_cmpuint (client_count (slow, "HandleChannels"), ==, 0);
  g_assert_cmpuint (client_count (approver, "AddDispatchOperation"), ==, 0);
}

static void
test_channels_are_delegated (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "One", HANDLER);
  g_autoptr (Client) other = client_new (f, "Two", HANDLER);
  g_autoptr (GVariant) channels = NULL;
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GVariant) delegated = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *request = dispatch_ensure (f, account, handler->name);
  g_autofree char *wanted = NULL;
  const char *path;

  fixture_do (f, request, REQUEST, "Proceed", NULL);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
  channels = g_variant_get_child_value (client_wait (handler, "HandleChannels", 0), 2);
  g_variant_get_child (channels, 0, "(&o@a{sv})", &path, NULL);
  wanted = g_strdup_printf ("(['%s'], 7, '')", path);
  /* Not by somebody else. */
  result = client_call (other, DISPATCHER_PATH, DISPATCHER, "DelegateChannels",
                        fixture_parse ("(aoxs)", wanted), &error);
  g_assert_null (result);
  g_assert_nonnull (strstr (error->message, "NotYours"));
  g_clear_error (&error);
  result = client_call (handler, DISPATCHER_PATH, DISPATCHER, "DelegateChannels",
                        fixture_parse ("(aoxs)", wanted), &error);
  g_assert_no_error (error);
  delegated = g_variant_get_child_value (result, 0);
  g_assert_cmpuint (g_variant_n_children (delegated), ==, 1);
  g_assert_cmpuint (client_count (other, "HandleChannels"), ==, 1);
  /* The one that has it now is asked to show it. */
  fixture_do (f, DISPATCHER_PATH, DISPATCHER, "PresentChannel",
              g_variant_new ("(ox)", path, (gint64) 9));
  g_assert_cmpuint (client_count (other, "HandleChannels"), ==, 2);
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 1);
}

/* What nobody else takes stays with who had it, who hears why. */
static void
test_what_cannot_be_delegated_is_kept (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "One", HANDLER);
  g_autoptr (Client) other = client_new (f, "Two", HANDLER);
  g_autoptr (GVariant) channels = NULL;
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *request = dispatch_ensure (f, account, handler->name);
  g_autofree char *wanted = NULL;
  g_autofree char *kept = NULL;
  const char *path;

  fixture_do (f, request, REQUEST, "Proceed", NULL);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
  channels = g_variant_get_child_value (client_wait (handler, "HandleChannels", 0), 2);
  g_variant_get_child (channels, 0, "(&o@a{sv})", &path, NULL);
  other->failure = TP "Error.Busy";
  wanted = g_strdup_printf ("(['%s'], 7, '%s')", path, other->name);
  result = client_call (handler, DISPATCHER_PATH, DISPATCHER, "DelegateChannels",
                        fixture_parse ("(aoxs)", wanted), &error);
  g_assert_no_error (error);
  kept = g_strdup_printf ("([], {'%s': ('" TP "Error.Busy', 'No')})", path);
  assert_variant (result, kept);
  fixture_do (f, DISPATCHER_PATH, DISPATCHER, "PresentChannel",
              g_variant_new ("(ox)", path, (gint64) 9));
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 2);
  fixture_refuse (f, DISPATCHER_PATH, DISPATCHER, "DelegateChannels",
                  fixture_parse ("(aoxs)", "(@ao [], 7, 'org.example.Client')"), "InvalidArgument");
  fixture_refuse (f, DISPATCHER_PATH, DISPATCHER, "PresentChannel",
                  g_variant_new ("(ox)", "/no/channel", (gint64) 9), "InvalidArgument");
}

static void
refuse_message (
    Fixture *f, const char *account, const char *id, const char *parts, const char *error)
{
  fixture_refuse (f, DISPATCHER_PATH, SEND, "SendMessage",
                  g_variant_new ("(os@aa{sv}u)", account, id, fixture_parse ("aa{sv}", parts), 0),
                  error);
}

static void
send_hello (Fixture *f, const char *account)
{
  g_autoptr (GVariant) result =
      fixture_call (f, DISPATCHER_PATH, SEND, "SendMessage",
                    g_variant_new ("(os@aa{sv}u)", account, "bob@example.org",
                                   fixture_parse ("aa{sv}", HELLO), 0));
  const char *token;

  g_variant_get (result, "(&s)", &token);
  g_assert_cmpstr (token, !=, "");
}

static void
test_a_message_without_a_channel_brings_the_account_online (Fixture *f, gconstpointer data)
{
  g_autofree char *account = fixture_create_account (f, "{}");
  g_autoptr (GVariant) requested = NULL;

  refuse_message (f, "/no/account", "bob@example.org", HELLO, "InvalidArgument");
  refuse_message (f, account, "@", HELLO, "InvalidHandle");
  refuse_message (f, account, "bob@example.org", HELLO, "NotAvailable");
  fixture_set (f, account, ACCOUNT, "RequestedPresence",
               fixture_parse ("(uss)", "(1, 'offline', '')"));
  fixture_set (f, account, ACCOUNT, "AutomaticPresence",
               fixture_parse ("(uss)", "(3, 'away', 'Lunch')"));
  fixture_set (f, account, ACCOUNT, "Enabled", g_variant_new_boolean (TRUE));
  refuse_message (f, account, "bob@example.org", "[{}]", "InvalidArgument");
  g_assert_cmpuint (line_server_count (f->server, "<presence"), ==, 0);
  send_hello (f, account);
  requested = fixture_get (f, account, ACCOUNT, "RequestedPresence");
  assert_variant (requested, "(3, 'away', 'Lunch')");
  fixture_wait_server (f, "<body>hello</body>", 1);
  send_hello (f, account);
  fixture_wait_server (f, "<body>hello</body>", 2);
}

static void
update_port (Fixture *f, const char *account, guint port)
{
  g_autofree char *text = g_strdup_printf ("({'port': <uint16 %u>}, @as [])", port);

  fixture_do (f, account, ACCOUNT, "UpdateParameters", fixture_parse ("(a{sv}as)", text));
}

/* What its caller hears was not sent is not sent later. */
static void
test_a_message_that_finds_no_connection_is_not_kept (Fixture *f, gconstpointer data)
{
  g_autofree char *account = fixture_create_account (f, "{'" ACCOUNT ".Enabled': <true>}");

  fixture_wait_server (f, "<presence", 1);
  fixture_set (f, account, ACCOUNT, "RequestedPresence",
               fixture_parse ("(uss)", "(1, 'offline', '')"));
  update_port (f, account, 1);
  refuse_message (f, account, "bob@example.org", HELLO, "ConnectionRefused");
  update_port (f, account, line_server_get_port (f->server));
  fixture_do (f, account, ACCOUNT, "Reconnect", NULL);
  fixture_wait_server (f, "<presence", 2);
  send_hello (f, account);
  fixture_wait_server (f, "<body>hello</body>", 1);
  fixture_sync (f);
  g_assert_cmpuint (line_server_count (f->server, "<body>hello</body>"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/dispatcher/request-goes-to-its-handler", test_a_request_goes_to_its_handler);
  ADD ("/bus/dispatcher/requests-without-sense", test_requests_that_make_no_sense_are_refused);
  ADD ("/bus/dispatcher/disabled-account", test_a_disabled_account_fails_the_request);
  ADD ("/bus/dispatcher/request-goes-online", test_a_request_brings_the_account_online);
  ADD ("/bus/dispatcher/request-cancelled", test_a_request_can_be_cancelled);
  ADD ("/bus/dispatcher/handler-fails", test_when_a_handler_fails_the_next_has_it);
  ADD ("/bus/dispatcher/no-handler", test_without_a_handler_a_request_fails);
  ADD ("/bus/dispatcher/told-after-approvers", test_nothing_is_told_before_approvers_have_returned);
  ADD ("/bus/dispatcher/approved-wrongly", test_what_cannot_be_approved_is_refused);
  ADD ("/bus/dispatcher/approved-twice", test_a_second_approval_waits_for_the_first);
  ADD ("/bus/dispatcher/lost", test_a_lost_channel_ends_its_operation);
  ADD ("/bus/dispatcher/bypasses-approval", test_a_handler_that_bypasses_approval_has_it_at_once);
  ADD ("/bus/dispatcher/delegated", test_channels_are_delegated);
  ADD ("/bus/dispatcher/not-delegated", test_what_cannot_be_delegated_is_kept);
  ADD ("/bus/dispatcher/message-goes-online",
       test_a_message_without_a_channel_brings_the_account_online);
  ADD ("/bus/dispatcher/message-not-kept", test_a_message_that_finds_no_connection_is_not_kept);
  return g_test_run ();
}
