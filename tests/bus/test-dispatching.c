/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-dispatching.c: programs that come late, hang, leave or crash while channels are on their
 * way. Telepathy 0.27.4 ChannelDispatchOperation, Client.Observer, .Approver, .Handler */
#include "dispatch.h"

/* What the service did of what it was told before has arrived at every client. */
static void
settle (Fixture *f)
{
  for (guint i = 0; i < 3; i++)
    fixture_sync (f);
}

static void
test_an_approver_that_starts_late_hears_of_it (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) early = client_new (f, "Early", APPROVER);
  g_autoptr (Client) late = NULL;
  g_autofree char *operation = NULL;
  DispatchAnswer answer = { 0 };

  dispatch_say (f, "hello");
  operation = g_strdup (dispatch_wait_for_operation (early));
  late = client_new (f, "Late", APPROVER);
  g_assert_cmpstr (dispatch_wait_for_operation (late), ==, operation);
  dispatch_start (late, operation, "Claim", NULL, &answer);
  dispatch_assert_answer (f, &answer, NULL);
  fixture_wait_heard (f, operation, OPERATION, "Finished");
  g_assert_cmpuint (client_count (early, "AddDispatchOperation"), ==, 1);
}

static void
test_approvers_do_not_wait_for_observers (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  DispatchAnswer answer = { 0 };

  observer->is_holding = TRUE;
  dispatch_say (f, "hello");
  dispatch_start (approver, dispatch_wait_for_operation (approver), "HandleWithTime",
                  g_variant_new ("(sx)", "", (gint64) 11), &answer);
  client_wait (observer, "ObserveChannels", 0);
  settle (f);
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 0);
  client_answer (observer);
  dispatch_assert_answer (f, &answer, NULL);
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 1);
  {
    guint64 user_time;

    g_variant_get_child (client_wait (handler, "HandleChannels", 0), 4, "t", &user_time);
    g_assert_cmpuint (user_time, ==, 11);
  }
}

static void
test_approvers_wait_for_observers_that_delay_them (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER " " DELAY_APPROVERS);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);

  observer->is_holding = TRUE;
  dispatch_say (f, "hello");
  client_wait (observer, "ObserveChannels", 0);
  settle (f);
  g_assert_cmpuint (client_count (approver, "AddDispatchOperation"), ==, 0);
  client_answer (observer);
  client_wait (approver, "AddDispatchOperation", 0);
}

/* "Non-interactive approvers": an observer that takes the channel before anybody is asked. */
static void
test_an_observer_can_claim (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER " " DELAY_APPROVERS);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER " " BYPASS_APPROVAL);
  const char *operation;
  DispatchAnswer answer = { 0 };

  observer->is_holding = TRUE;
  dispatch_say (f, "hello");
  g_variant_get_child (client_wait (observer, "ObserveChannels", 0), 3, "&o", &operation);
  dispatch_start (observer, operation, "Claim", NULL, &answer);
  settle (f);
  g_assert_false (answer.is_back);
  client_answer (observer);
  dispatch_assert_answer (f, &answer, NULL);
  fixture_wait_heard (f, operation, OPERATION, "Finished");
  settle (f);
  g_assert_cmpuint (client_count (approver, "AddDispatchOperation"), ==, 0);
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 0);
}

static void
test_of_two_claims_one_wins (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) first = client_new (f, "First", APPROVER);
  g_autoptr (Client) second = client_new (f, "Second", APPROVER);
  g_autofree char *operation = NULL;
  DispatchAnswer answers[2] = { { 0 } };
  gboolean is_first;

  second->is_holding = TRUE;
  dispatch_say (f, "hello");
  dispatch_wait_for_operation (first);
  operation = g_strdup (dispatch_wait_for_operation (second));
  dispatch_start (first, operation, "Claim", NULL, &answers[0]);
  dispatch_start (second, operation, "Claim", NULL, &answers[1]);
  dispatch_wait_for_answer (f, &answers[0]);
  dispatch_wait_for_answer (f, &answers[1]);
  is_first = answers[0].error == NULL;
  dispatch_assert_answer (f, &answers[0], is_first ? NULL : TP "Error.NotYours");
  dispatch_assert_answer (f, &answers[1], is_first ? TP "Error.NotYours" : NULL);
  client_answer (second);
  fixture_wait_heard (f, operation, OPERATION, "Finished");
}

static void
test_an_approver_that_dies_is_none (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  Client *approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autofree char *operation = NULL;

  approver->is_holding = TRUE;
  dispatch_say (f, "hello");
  operation = g_strdup (dispatch_wait_for_operation (approver));
  settle (f);
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 0);
  client_free (approver);
  client_wait (handler, "HandleChannels", 0);
  fixture_wait_heard (f, operation, OPERATION, "Finished");
}

static void
test_when_all_approvers_have_left_a_running_handler_has_it (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  Client *first = client_new (f, "First", APPROVER);
  Client *second = client_new (f, "Second", APPROVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);

  dispatch_say (f, "hello");
  dispatch_wait_for_operation (first);
  dispatch_wait_for_operation (second);
  settle (f);
  client_free (first);
  settle (f);
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 0);
  client_free (second);
  client_wait (handler, "HandleChannels", 0);
}

static void
test_what_nobody_can_show_waits_for_a_handler (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  Client *approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) handler = NULL;
  g_autofree char *operation = NULL;

  dispatch_say (f, "hello");
  operation = g_strdup (dispatch_wait_for_operation (approver));
  settle (f);
  client_free (approver);
  settle (f);
  g_assert_cmpuint (fixture_count_heard (f, operation, OPERATION, "Finished"), ==, 0);
  handler = client_new (f, "Show", HANDLER);
  client_wait (handler, "HandleChannels", 0);
  fixture_wait_heard (f, operation, OPERATION, "Finished");
}

static void
test_a_handler_that_is_not_there_is_not_available (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);

  dispatch_say (f, "hello");
  fixture_refuse (f, dispatch_wait_for_operation (approver), OPERATION, "HandleWith",
                  g_variant_new ("(s)", CLIENT ".Nowhere"), "NotAvailable");
}

static void
test_a_bypassing_handler_that_fails_needs_approval (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) fast = client_new (f, "Fast", HANDLER " " BYPASS_APPROVAL);
  g_autoptr (Client) slow = client_new (f, "Slow", HANDLER);

  fast->failure = TP "Error.Busy";
  dispatch_say (f, "hello");
  dispatch_wait_for_operation (approver);
  g_assert_cmpuint (client_count (fast, "HandleChannels"), ==, 1);
  g_assert_cmpuint (client_count (slow, "HandleChannels"), ==, 0);
}

static void
test_the_channel_of_a_handler_that_crashes_comes_back (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  Client *handler = client_new (f, "Show", HANDLER);
  g_autoptr (Client) approver = NULL;
  g_autoptr (Client) other = NULL;

  dispatch_say (f, "hello");
  client_wait (handler, "HandleChannels", 0);
  fixture_wait_heard (f, DISPATCHER_PATH, OPERATION_LIST, "DispatchOperationFinished");
  approver = client_new (f, "Ask", APPROVER);
  other = client_new (f, "Other", HANDLER);
  settle (f);
  client_free (handler);
  fixture_wait_heard (f, f->connection, REQUESTS, "ChannelClosed");
  fixture_wait_nth (f, f->connection, REQUESTS, "NewChannels", 1);
  fixture_do (f, dispatch_wait_for_operation (approver), OPERATION, "HandleWith",
              g_variant_new ("(s)", ""));
  g_assert_cmpuint (client_count (other, "HandleChannels"), ==, 1);
}

static void
test_an_observer_that_recovers_sees_what_there_is (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) observer = NULL;
  g_autoptr (Client) other = NULL;
  g_autoptr (GVariant) info = NULL;
  const char *operation;
  const char *given;

  dispatch_say (f, "hello");
  operation = dispatch_wait_for_operation (approver);
  other = client_new (f, "Other", OBSERVER);
  observer = client_new (f, "Watch", OBSERVER " " RECOVER);
  g_variant_get (client_wait (observer, "ObserveChannels", 0), "(oo@a(oa{sv})&o@ao@a{sv})", NULL,
                 NULL, NULL, &given, NULL, &info);
  g_assert_cmpstr (given, ==, operation);
  assert_variant (info, "{'recovering': <true>}");
  g_assert_cmpuint (client_count (other, "ObserveChannels"), ==, 0);
}

static void
test_a_request_is_cancelled_while_observers_look (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autofree char *request = dispatch_ensure (f, account, "");
  const char *error;

  observer->is_holding = TRUE;
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  client_wait (observer, "ObserveChannels", 0);
  fixture_do (f, request, REQUEST, "Cancel", NULL);
  client_answer (observer);
  g_variant_get (fixture_wait_heard (f, request, REQUEST, "Failed"), "(&s&s)", &error, NULL);
  g_assert_cmpstr (error, ==, TP "Error.Cancelled");
  fixture_wait_heard (f, f->connection, REQUESTS, "ChannelClosed");
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 0);
}

static void
test_a_request_cannot_be_cancelled_while_a_handler_takes_it (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autofree char *request = dispatch_ensure (f, account, "");

  handler->is_holding = TRUE;
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  client_wait (handler, "HandleChannels", 0);
  fixture_refuse (f, request, REQUEST, "Cancel", NULL, "NotAvailable");
  client_answer (handler);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
}

static void
test_what_is_handled_stays_with_its_handler (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autoptr (Client) other = client_new (f, "Other", HANDLER);
  g_autofree char *first = dispatch_ensure (f, account, handler->name);
  g_autofree char *second = dispatch_ensure (f, account, other->name);

  fixture_do (f, first, REQUEST, "Proceed", NULL);
  fixture_wait_heard (f, first, REQUEST, "Succeeded");
  handler->failure = TP "Error.Busy";
  fixture_do (f, second, REQUEST, "Proceed", NULL);
  fixture_wait_heard (f, second, REQUEST, "Succeeded");
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 2);
  g_assert_cmpuint (client_count (other, "HandleChannels"), ==, 0);
}

static void
test_a_channel_that_waits_can_be_presented (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autoptr (GVariant) channels = NULL;
  g_autofree char *operation = NULL;
  const char *channel;

  dispatch_say (f, "hello");
  operation = g_strdup (dispatch_wait_for_operation (approver));
  channels = g_variant_get_child_value (client_wait (approver, "AddDispatchOperation", 0), 0);
  g_variant_get_child (channels, 0, "(&o@a{sv})", &channel, NULL);
  fixture_do (f, DISPATCHER_PATH, DISPATCHER, "PresentChannel",
              g_variant_new ("(ox)", channel, (gint64) 9));
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 1);
  fixture_wait_heard (f, operation, OPERATION, "Finished");
}

/* A request has a handler asked for the channel; a claim waits for its answer. */
static void
claim_while_a_handler_is_asked (Fixture *f, gboolean takes_it)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autofree char *operation = NULL;
  g_autofree char *request = NULL;
  DispatchAnswer answer = { 0 };

  dispatch_say (f, "hello");
  operation = g_strdup (dispatch_wait_for_operation (approver));
  handler->is_holding = TRUE;
  if (!takes_it)
    handler->failure = TP "Error.Busy";
  request = dispatch_ensure (f, account, handler->name);
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  client_wait (handler, "HandleChannels", 0);
  dispatch_start (approver, operation, "Claim", NULL, &answer);
  settle (f);
  g_assert_false (answer.is_back);
  client_answer (handler);
  dispatch_assert_answer (f, &answer, takes_it ? TP "Error.NotYours" : NULL);
  fixture_wait_heard (f, operation, OPERATION, "Finished");
  fixture_wait_heard (f, request, REQUEST, takes_it ? "Succeeded" : "Failed");
}

static void
test_a_claim_loses_to_a_handler_that_takes_it (Fixture *f, gconstpointer data)
{
  claim_while_a_handler_is_asked (f, TRUE);
}

static void
test_a_claim_wins_over_a_handler_that_fails (Fixture *f, gconstpointer data)
{
  claim_while_a_handler_is_asked (f, FALSE);
}

/* A request for what is on its way already goes no faster than that, and one program has it. */
static void
test_a_request_waits_for_observers_too (Fixture *f, gconstpointer data)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) observer = client_new (f, "Watch", OBSERVER);
  g_autoptr (Client) approver = client_new (f, "Ask", APPROVER);
  g_autoptr (Client) handler = client_new (f, "Show", HANDLER);
  g_autoptr (Client) other = client_new (f, "Other", HANDLER);
  g_autofree char *request = NULL;
  g_autofree char *operation = NULL;
  DispatchAnswer answer = { 0 };

  observer->is_holding = TRUE;
  handler->is_holding = TRUE;
  dispatch_say (f, "hello");
  operation = g_strdup (dispatch_wait_for_operation (approver));
  request = dispatch_ensure (f, account, handler->name);
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  settle (f);
  g_assert_cmpuint (client_count (handler, "HandleChannels"), ==, 0);
  client_answer (observer);
  client_wait (handler, "HandleChannels", 0);
  dispatch_start (approver, operation, "HandleWith", g_variant_new ("(s)", other->name), &answer);
  settle (f);
  client_answer (handler);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
  fixture_wait_heard (f, operation, OPERATION, "Finished");
  dispatch_assert_answer (f, &answer, TP "Error.NotYours");
  g_assert_cmpuint (client_count (other, "HandleChannels"), ==, 0);
}

/* The account signs in again while a handler still thinks about a channel of the connection before.
 * Telepathy numbers contacts anew with each connection. */
static void
test_a_handler_may_answer_after_its_connection (Fixture *f, gconstpointer data)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "Slow", HANDLER);
  g_autofree char *request = dispatch_ensure (f, account, "");
  g_autoptr (GVariant) inspected = NULL;
  guint carol;
  guint bob;

  handler->is_holding = TRUE;
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  client_wait (handler, "HandleChannels", 0);
  fixture_forget (f);
  fixture_do (f, account, ACCOUNT, "Reconnect", NULL);
  assert_variant (fixture_wait_nth (f, f->connection, CONNECTION, "StatusChanged", 2), "(0, 1)");
  carol = fixture_get_handle (f, "carol@example.org");
  bob = fixture_get_handle (f, "bob@example.org");
  g_assert_cmpuint (carol, !=, bob);
  inspected = fixture_call (f, f->connection, CONNECTION, "InspectHandles",
                            g_variant_new_parsed ("(@u 1, [%u, %u])", carol, bob));
  assert_variant (inspected, "(['carol@example.org', 'bob@example.org'],)");
  line_server_say (f->server,
                   "<message from='bob@example.org/x' to='alice@example.org' type='chat'>"
                   "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
  fixture_sync (f);
  client_answer (handler);
  fixture_wait_heard (f, request, REQUEST, "Succeeded");
  g_assert_cmpuint (fixture_get_handle (f, "bob@example.org"), ==, bob);
}

static void
test_a_handler_may_answer_without_its_connection (Fixture *f, gconstpointer data)
{
  g_autofree char *account = dispatch_go_online (f);
  g_autoptr (Client) handler = client_new (f, "Slow", HANDLER);
  g_autofree char *request = dispatch_ensure (f, account, "");
  const char *connection;

  handler->is_holding = TRUE;
  fixture_do (f, request, REQUEST, "Proceed", NULL);
  client_wait (handler, "HandleChannels", 0);
  fixture_set (f, account, ACCOUNT, "Enabled", g_variant_new_boolean (FALSE));
  client_answer (handler);
  g_variant_get (fixture_wait_heard (f, request, REQUEST, "SucceededWithChannel"),
                 "(&o@a{sv}o@a{sv})", &connection, NULL, NULL, NULL);
  g_assert_cmpstr (connection, ==, f->connection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/dispatching/late-approver", test_an_approver_that_starts_late_hears_of_it);
  ADD ("/bus/dispatching/approvers-do-not-wait", test_approvers_do_not_wait_for_observers);
  ADD ("/bus/dispatching/delay-approvers", test_approvers_wait_for_observers_that_delay_them);
  ADD ("/bus/dispatching/observer-claims", test_an_observer_can_claim);
  ADD ("/bus/dispatching/two-claims", test_of_two_claims_one_wins);
  ADD ("/bus/dispatching/claim-loses", test_a_claim_loses_to_a_handler_that_takes_it);
  ADD ("/bus/dispatching/claim-wins", test_a_claim_wins_over_a_handler_that_fails);
  ADD ("/bus/dispatching/approver-dies", test_an_approver_that_dies_is_none);
  ADD ("/bus/dispatching/approvers-leave",
       test_when_all_approvers_have_left_a_running_handler_has_it);
  ADD ("/bus/dispatching/waits-for-a-handler", test_what_nobody_can_show_waits_for_a_handler);
  ADD ("/bus/dispatching/handler-not-there", test_a_handler_that_is_not_there_is_not_available);
  ADD ("/bus/dispatching/bypass-fails", test_a_bypassing_handler_that_fails_needs_approval);
  ADD ("/bus/dispatching/handler-crashes", test_the_channel_of_a_handler_that_crashes_comes_back);
  ADD ("/bus/dispatching/observer-recovers", test_an_observer_that_recovers_sees_what_there_is);
  ADD ("/bus/dispatching/cancelled-early", test_a_request_is_cancelled_while_observers_look);
  ADD ("/bus/dispatching/cancelled-late",
       test_a_request_cannot_be_cancelled_while_a_handler_takes_it);
  ADD ("/bus/dispatching/stays-with-its-handler", test_what_is_handled_stays_with_its_handler);
  ADD ("/bus/dispatching/request-waits-too", test_a_request_waits_for_observers_too);
  ADD ("/bus/dispatching/presented", test_a_channel_that_waits_can_be_presented);
  ADD ("/bus/dispatching/answers-without-its-connection",
       test_a_handler_may_answer_without_its_connection);
  ADD ("/bus/dispatching/answers-after-its-connection",
       test_a_handler_may_answer_after_its_connection);
  return g_test_run ();
}
