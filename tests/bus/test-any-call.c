/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-any-call.c: calls that nobody sensible makes, on everything that there is: before anybody is
 * connected, while somebody is, while channels are being dispatched, and on what has left the bus.
 */
#include "any-call.h"
#include "dispatch.h"

#define SEARCH CHANNEL ".Type.ContactSearch"
#define REGISTRAR "im.linnet.Registrar1"
#define GATEWAYS "im.linnet.Gateways1"
#define FORM_SESSION "im.linnet.FormSession1"
#define SEARCH_FORM "<query xmlns='jabber:iq:search'><first/><last/><nick/><email/></query>"
#define GATEWAY                                           \
  "<query xmlns='http://jabber.org/protocol/disco#info'>" \
  "<identity category='gateway' type='irc'/>"             \
  "<feature var='jabber:iq:register'/></query>"
#define REGISTER_FORM "<query xmlns='jabber:iq:register'><username/><password/></query>"

static void
make_request (Fixture *f, const char *account)
{
  fixture_do (f, DISPATCHER_PATH, DISPATCHER, "EnsureChannel",
              g_variant_new ("(o@a{sv}xs)", account,
                             fixture_parse ("a{sv}", "{'" CHANNEL ".ChannelType': <'" TEXT "'>}"),
                             (gint64) 0, ""));
}

static void
begin_registration (Fixture *f)
{
  fixture_do (f, ACCOUNT_MANAGER_PATH, REGISTRAR, "Register",
              g_variant_new ("(ss@a{sv})", "example.org", "", fixture_new_parameters (f, NULL)));
}

static void
test_before_connecting (Fixture *f, gconstpointer data)
{
  /* In this order: what the account manager has, it connects itself. */
  g_autofree char *connection G_GNUC_UNUSED = fixture_request_connection (f);
  g_autofree char *account = fixture_create_account (f, "{}");
  g_autoptr (GPtrArray) objects = NULL;

  line_server_fall_silent (f->server);
  make_request (f, account);
  begin_registration (f);
  objects = any_call_new_objects (f);
  g_assert_true (any_call_has (objects, CONNECTION));
  g_assert_true (any_call_has (objects, ACCOUNT));
  g_assert_true (any_call_has (objects, REQUEST));
  g_assert_true (any_call_has (objects, REGISTRAR));
  g_assert_true (any_call_has (objects, FORM_SESSION));
  g_assert_true (any_call_has (objects, TP "Debug"));
  g_assert_cmpuint (any_call_all (f, objects, FALSE), >, 20);
  any_call_all (f, objects, TRUE);
  /* And once more, where some are gone. */
  any_call_all (f, objects, TRUE);
  fixture_sync (f);
}

/* A text channel with a message, a search, a form of a gateway. */
static GPtrArray *
fill_connection (Fixture *f)
{
  g_autofree char *channel = fixture_ensure_text (f, "bob@example.org");
  GPtrArray *objects;

  line_server_say (f->server, "<message from='bob@example.org/x' type='chat' id='1'>"
                              "<body>hi</body></message>");
  fixture_wait_heard (f, channel, MESSAGES, "MessageReceived");
  line_server_set_answer (f->server, "jabber:iq:search", SEARCH_FORM);
  line_server_set_answer (f->server, "disco#info", GATEWAY);
  line_server_set_answer (f->server, "jabber:iq:register", REGISTER_FORM);
  fixture_do (f, f->connection, REQUESTS, "CreateChannel",
              g_variant_new ("(@a{sv})",
                             fixture_parse ("a{sv}", "{'" CHANNEL ".ChannelType': <'" SEARCH "'>,"
                                                     " '" SEARCH ".Server': <'u.example.org'>}")));
  fixture_do (f, f->connection, GATEWAYS, "Register", g_variant_new ("(s)", "irc.example.org"));
  fixture_wait_server (f, "jabber:iq:register", 1);
  objects = any_call_new_objects (f);
  g_assert_true (any_call_has (objects, MESSAGES));
  g_assert_true (any_call_has (objects, CHAT_STATE));
  g_assert_true (any_call_has (objects, SEARCH));
  g_assert_true (any_call_has (objects, GATEWAYS));
  g_assert_true (any_call_has (objects, FORM_SESSION));
  return objects;
}

static void
test_while_connected_and_afterwards (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) objects = fill_connection (f);

  g_assert_cmpuint (any_call_all (f, objects, FALSE), >, 20);
  fixture_do (f, f->connection, CONNECTION, "Disconnect", NULL);
  fixture_wait_heard (f, f->connection, CONNECTION, "StatusChanged");
  fixture_sync (f);
  g_assert_cmpuint (any_call_gone (f, objects, f->connection), >, 20);
  fixture_sync (f);
}

static GVariant *
new_texts (guint n_texts, const char *text)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < n_texts; i++)
    g_variant_builder_add (&builder, "s", text);
  return g_variant_builder_end (&builder);
}

static GVariant *
new_map (guint n_entries)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sv}"));
  for (guint i = 0; i < n_entries; i++)
    {
      g_autofree char *key = g_strdup_printf ("im.linnet.test.%u", i);

      g_variant_builder_add (&builder, "{sv}", key, g_variant_new_boolean (TRUE));
    }
  return g_variant_builder_end (&builder);
}

/* To somebody who is not there: whoever hears of it says so. */
static void
call_nobody (Fixture *f, GVariant *argument, const char *error)
{
  fixture_refuse (f, "/nobody", "no.such.interface", "Call", g_variant_new ("(v)", argument),
                  error);
}

/* Who says too much is told so, whatever they called; an answer that nobody wants is not sent. */
static void
test_with_more_than_a_call_may_carry (Fixture *f, gconstpointer data)
{
  static const char unknown[] = "org.freedesktop.DBus.Error.UnknownMethod";
  g_autofree char *large = g_strnfill (5 << 20, 'x');
  g_autoptr (GDBusMessage) message = g_dbus_message_new_method_call (
      "im.linnet.Service", f->connection, REQUESTS, "EnsureChannel");

  fixture_do (f, f->connection, CONNECTION, "RequestHandles",
              g_variant_new ("(u@as)", 1, new_texts (19990, "bob@example.org")));
  call_nobody (f, new_texts (19990, "x"), unknown);
  call_nobody (f, new_texts (20001, "x"), "InvalidArgument");
  call_nobody (f, new_map (1000), unknown);
  call_nobody (f, new_map (1001), "InvalidArgument");
  call_nobody (f, g_variant_new_string (large), "InvalidArgument");
  call_nobody (f, g_variant_new_string (large + (2 << 20)), unknown);
  fixture_refuse_set (f, f->connection, CONNECTION, "NoSuch", new_map (1001), "InvalidArgument");
  g_dbus_message_set_body (message, g_variant_new ("(@a{sv})", new_map (1001)));
  g_dbus_message_set_flags (message, G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED);
  g_dbus_connection_send_message (f->bus, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
  fixture_sync (f);
}

/* Everything, with arrays of a hundred thousand: nothing blocks. */
static void
test_with_very_long_arrays (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) objects = fill_connection (f);

  g_assert_cmpuint (any_call_long (f, objects, ""), >, 30);
  fixture_do (f, f->connection, CONNECTION, "Disconnect", NULL);
  fixture_sync (f);
}

/* An approver that does not make up its mind. */
static void
test_while_channels_are_dispatched (Fixture *f, gconstpointer data)
{
  g_autoptr (Client) approver = client_new (f, "Ditherer", APPROVER);
  g_autoptr (Client) handler G_GNUC_UNUSED = client_new (f, "Handler", HANDLER);
  g_autofree char *account = dispatch_go_online (f);
  g_autofree char *request = NULL;
  g_autoptr (GPtrArray) objects = NULL;

  dispatch_say (f, "hello");
  dispatch_wait_for_operation (approver);
  request = dispatch_ensure (f, account, "");
  objects = any_call_new_objects (f);
  g_assert_true (any_call_has (objects, OPERATION));
  g_assert_true (any_call_has (objects, REQUEST));
  g_assert_cmpuint (any_call_all (f, objects, FALSE), >, 30);
  any_call_long (f, objects, OPERATION);
  any_call_all (f, objects, TRUE);
  any_call_all (f, objects, TRUE);
  fixture_sync (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/any-call/before-connecting", test_before_connecting);
  ADD_CONNECTED ("/bus/any-call/while-connected-and-afterwards",
                 test_while_connected_and_afterwards);
  ADD_CONNECTED ("/bus/any-call/more-than-a-call-may-carry", test_with_more_than_a_call_may_carry);
  ADD ("/bus/any-call/while-channels-are-dispatched", test_while_channels_are_dispatched);
  if (g_test_slow ())
    ADD_CONNECTED ("/bus/any-call/very-long-arrays", test_with_very_long_arrays);
  return g_test_run ();
}
