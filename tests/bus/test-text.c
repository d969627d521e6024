/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-text.c: text channels: asked for, messages in and out, closed and back again. Telepathy
 * 0.27.4 Connection.Interface.Requests, Channel, Channel.Type.Text, Channel.Interface.Messages,
 * .ChatState, .Destroyable */
#include "fixture.h"

#define REQUEST(rest) \
  "({'" CHANNEL ".ChannelType': <'" TEXT "'>, '" CHANNEL ".TargetHandleType': <uint32 1>" rest "},)"
#define CONVERSATIONS "im.linnet.Conversations1"
#define TO_BOB REQUEST (", '" CHANNEL ".TargetID': <'bob@example.org'>")

static void
say (Fixture *f, const char *id, const char *rest)
{
  g_autofree char *stanza = g_strdup_printf (
      "<message from='bob@example.org/x' to='alice@example.org' type='chat' id='%s'>%s</message>",
      id, rest);

  line_server_say (f->server, stanza);
}

static guint
get_pending_id (GVariant *parts)
{
  g_autoptr (GVariant) header = g_variant_get_child_value (parts, 0);
  guint id = 0;

  g_assert_true (g_variant_lookup (header, "pending-message-id", "u", &id));
  return id;
}

static guint
wait_for_message (Fixture *f, const char *path, guint index)
{
  GVariant *body = fixture_wait_nth (f, path, MESSAGES, "MessageReceived", index);
  g_autoptr (GVariant) parts = g_variant_get_child_value (body, 0);

  return get_pending_id (parts);
}

static guint
count_pending (Fixture *f, const char *path)
{
  g_autoptr (GVariant) pending = fixture_get (f, path, MESSAGES, "PendingMessages");

  return (guint) g_variant_n_children (pending);
}

static void
acknowledge (Fixture *f, const char *path, guint id)
{
  fixture_do (f, path, TEXT, "AcknowledgePendingMessages",
              g_variant_new ("(@au)", g_variant_new_parsed ("[%u]", id)));
}

static void
refuse_request (Fixture *f, const char *request, const char *error)
{
  fixture_refuse (f, f->connection, REQUESTS, "CreateChannel", fixture_parse ("(a{sv})", request),
                  error);
  fixture_refuse (f, f->connection, REQUESTS, "EnsureChannel", fixture_parse ("(a{sv})", request),
                  error);
}

static void
test_what_cannot_be_requested_is_refused (Fixture *f, gconstpointer data)
{
  refuse_request (f, "({},)", "InvalidArgument");
  refuse_request (f, "({'" CHANNEL ".ChannelType': <7>},)", "InvalidArgument");
  refuse_request (f, "({'" CHANNEL ".ChannelType': <'x.y'>},)", "NotImplemented");
  refuse_request (f, "({'" CHANNEL ".ChannelType': <'" TEXT "'>},)", "NotImplemented");
  refuse_request (
      f, "({'" CHANNEL ".ChannelType': <'" TEXT "'>, '" CHANNEL ".TargetHandleType': <uint32 2>},)",
      "NotImplemented");
  refuse_request (f, REQUEST (""), "InvalidArgument");
  refuse_request (f, REQUEST (", '" CHANNEL ".TargetHandle': <uint32 0>"), "InvalidHandle");
  refuse_request (f, REQUEST (", '" CHANNEL ".TargetHandle': <uint32 99>"), "InvalidHandle");
  refuse_request (f, REQUEST (", '" CHANNEL ".TargetHandle': <'1'>"), "InvalidArgument");
  refuse_request (f, REQUEST (", '" CHANNEL ".TargetID': <'@'>"), "InvalidHandle");
  refuse_request (f,
                  REQUEST (", '" CHANNEL ".TargetID': <'bob@example.org'>, '" CHANNEL
                           ".TargetHandle': <uint32 1>"),
                  "InvalidArgument");
  refuse_request (
      f, REQUEST (", '" CHANNEL ".TargetID': <'bob@example.org'>, '" CHANNEL ".Requested': <true>"),
      "NotImplemented");
  fixture_refuse (f, f->connection, CONNECTION, "RequestChannel",
                  g_variant_new ("(suub)", "x.y", 1, 1, TRUE), "NotImplemented");
  fixture_refuse (f, f->connection, CONNECTION, "RequestChannel",
                  g_variant_new ("(suub)", TEXT, 1, 99, TRUE), "InvalidHandle");
  g_assert_cmpuint (fixture_count_heard (f, NULL, REQUESTS, "NewChannels"), ==, 0);
}

static void
test_a_channel_is_made_for_one_of_those_who_ask (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) created = fixture_call (f, f->connection, REQUESTS, "CreateChannel",
                                               fixture_parse ("(a{sv})", TO_BOB));
  g_autoptr (GVariant) ensured = NULL;
  g_autoptr (GVariant) listed = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) given = NULL;
  g_autoptr (GVariant) channels = NULL;
  g_autoptr (GVariant) announced = NULL;
  const char *path, *again;
  gboolean is_yours;

  /* Not announced before the method has returned; announced once, with the same properties. */
  fixture_sync (f);
  g_assert_cmpuint (fixture_count_heard (f, f->connection, REQUESTS, "NewChannels"), ==, 1);
  g_assert_cmpuint (fixture_count_heard (f, f->connection, CONNECTION, "NewChannel"), ==, 1);
  g_variant_get (created, "(&o@a{sv})", &path, &given);
  announced = g_variant_get_child_value (
      fixture_wait_heard (f, f->connection, REQUESTS, "NewChannels"), 0);
  channels = fixture_get (f, f->connection, REQUESTS, "Channels");
  g_assert_true (g_variant_equal (announced, channels));
  properties = fixture_call (f, path, PROPERTIES, "GetAll", g_variant_new ("(s)", CHANNEL));
  {
    g_autoptr (GVariant) own = g_variant_get_child_value (properties, 0);
    GVariantIter iter;
    const char *name;
    GVariant *raw;
    guint n_found = 0;

    g_variant_iter_init (&iter, own);
    while (g_variant_iter_next (&iter, "{&sv}", &name, &raw))
      {
        g_autoptr (GVariant) value = raw;
        g_autofree char *qualified = g_strconcat (CHANNEL ".", name, NULL);
        g_autoptr (GVariant) detail = g_variant_lookup_value (given, qualified, NULL);

        g_assert_nonnull (detail);
        g_assert_true (g_variant_equal (detail, value));
        n_found++;
      }
    g_assert_cmpuint (n_found, ==, 8);
  }
  fixture_refuse (f, f->connection, REQUESTS, "CreateChannel", fixture_parse ("(a{sv})", TO_BOB),
                  "NotAvailable");
  ensured = fixture_call (f, f->connection, REQUESTS, "EnsureChannel",
                          fixture_parse ("(a{sv})", TO_BOB));
  g_variant_get (ensured, "(b&o@a{sv})", &is_yours, &again, NULL);
  g_assert_false (is_yours);
  g_assert_cmpstr (again, ==, path);
  listed = fixture_call (f, f->connection, CONNECTION, "ListChannels", NULL);
  {
    g_autofree char *wanted = g_strdup_printf ("([('%s', '" TEXT "', 1, 2)],)", path);

    assert_variant (listed, wanted);
  }
}

static void
test_messages_wait_until_they_are_acknowledged (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_ensure_text (f, "bob@example.org");
  g_autoptr (GVariant) content = NULL;
  guint first, second;

  say (f, "m1", "<body>one</body>");
  say (f, "m2", "<body>two</body>");
  first = wait_for_message (f, path, 0);
  second = wait_for_message (f, path, 1);
  g_assert_cmpuint (count_pending (f, path), ==, 2);
  content = fixture_call (f, path, MESSAGES, "GetPendingMessageContent",
                          g_variant_new ("(u@au)", second, g_variant_new_parsed ("[@u 1, 1]")));
  assert_variant (content, "({1: <'two'>},)");
  fixture_refuse (f, path, MESSAGES, "GetPendingMessageContent",
                  g_variant_new ("(u@au)", second, g_variant_new_parsed ("[@u 0]")),
                  "InvalidArgument");
  fixture_refuse (f, path, MESSAGES, "GetPendingMessageContent",
                  g_variant_new ("(u@au)", second, g_variant_new_parsed ("[@u 2]")),
                  "InvalidArgument");
  fixture_refuse (f, path, MESSAGES, "GetPendingMessageContent",
                  g_variant_new ("(u@au)", 4000, g_variant_new_parsed ("[@u 1]")),
                  "InvalidArgument");
  /* With an id that is none, no action is taken. */
  fixture_refuse (f, path, TEXT, "AcknowledgePendingMessages",
                  g_variant_new ("(@au)", g_variant_new_parsed ("[%u, 4000]", first)),
                  "InvalidArgument");
  g_assert_cmpuint (count_pending (f, path), ==, 2);
  acknowledge (f, path, first);
  fixture_wait_heard (f, path, MESSAGES, "PendingMessagesRemoved");
  g_assert_cmpuint (count_pending (f, path), ==, 1);
  fixture_refuse (f, path, TEXT, "AcknowledgePendingMessages",
                  g_variant_new ("(@au)", g_variant_new_parsed ("[%u]", first)), "InvalidArgument");
  {
    g_autoptr (GVariant) listed =
        fixture_call (f, path, TEXT, "ListPendingMessages", g_variant_new ("(b)", TRUE));
    g_autofree char *text = g_variant_print (listed, FALSE);

    g_assert_nonnull (strstr (text, "'two'"));
    g_assert_null (strstr (text, "'one'"));
  }
  g_assert_cmpuint (count_pending (f, path), ==, 0);
  fixture_sync (f);
  g_assert_cmpuint (fixture_count_heard (f, path, MESSAGES, "PendingMessagesRemoved"), ==, 2);
  /* The deprecated twin is only for those who ask for it. */
  g_assert_cmpuint (fixture_count_heard (f, path, TEXT, "Received"), ==, 0);
}

static void
test_a_closed_channel_with_messages_comes_back (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_ensure_text (f, "bob@example.org");
  g_autoptr (GVariant) requested = NULL;
  g_autoptr (GVariant) pending = NULL;
  g_autofree char *text = NULL;

  say (f, "m1", "<body>one</body>");
  wait_for_message (f, path, 0);
  fixture_forget (f);
  fixture_do (f, path, CHANNEL, "Close", NULL);
  fixture_wait_heard (f, path, CHANNEL, "Closed");
  fixture_wait_heard (f, f->connection, REQUESTS, "ChannelClosed");
  fixture_wait_heard (f, f->connection, REQUESTS, "NewChannels");
  requested = fixture_get (f, path, CHANNEL, "Requested");
  assert_variant (requested, "false");
  pending = fixture_get (f, path, MESSAGES, "PendingMessages");
  text = g_variant_print (pending, FALSE);
  g_assert_nonnull (strstr (text, "'rescued': <true>"));
  /* Destroyed, it does not. */
  fixture_forget (f);
  fixture_do (f, path, DESTROYABLE, "Destroy", NULL);
  fixture_wait_heard (f, path, CHANNEL, "Closed");
  fixture_sync (f);
  g_assert_cmpuint (fixture_count_heard (f, f->connection, REQUESTS, "NewChannels"), ==, 0);
  g_assert_cmpuint (fixture_count_heard (f, f->connection, REQUESTS, "ChannelClosed"), ==, 1);
  fixture_refuse (f, path, CHANNEL, "Close", NULL, "org.freedesktop.DBus.Error.UnknownMethod");
  /* Not before another message. */
  say (f, "m2", "<body>two</body>");
  fixture_wait_heard (f, f->connection, REQUESTS, "NewChannels");
  {
    g_autofree char *again = fixture_ensure_text (f, "bob@example.org");

    g_assert_cmpuint (count_pending (f, again), ==, 1);
  }
}

static void
test_an_acknowledged_channel_closes (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_ensure_text (f, "bob@example.org");

  say (f, "m1", "<body>one</body>");
  acknowledge (f, path, wait_for_message (f, path, 0));
  fixture_do (f, path, CHANNEL, "Close", NULL);
  fixture_wait_heard (f, path, CHANNEL, "Closed");
  fixture_refuse (f, path, CHANNEL, "GetChannelType", NULL,
                  "org.freedesktop.DBus.Error.UnknownMethod");
  g_assert_cmpuint (fixture_count_heard (f, f->connection, REQUESTS, "NewChannels"), ==, 1);
}

static void
send (Fixture *f, const char *path, const char *parts, guint flags)
{
  fixture_do (f, path, MESSAGES, "SendMessage",
              g_variant_new ("(@aa{sv}u)", fixture_parse ("aa{sv}", parts), flags));
}

static void
refuse_send (Fixture *f, const char *path, const char *parts)
{
  fixture_refuse (f, path, MESSAGES, "SendMessage",
                  g_variant_new ("(@aa{sv}u)", fixture_parse ("aa{sv}", parts), 0),
                  "InvalidArgument");
}

static void
test_messages_are_sent (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_ensure_text (f, "bob@example.org");
  g_autoptr (GVariant) result =
      fixture_call (f, path, MESSAGES, "SendMessage",
                    fixture_parse ("(aa{sv}u)",
                                   "([{'message-type': <uint32 0>}, {'content-type': "
                                   "<'text/plain'>, 'content': <'hello <&>'>}], 7)"));
  GVariant *body;
  const char *token, *told;
  guint flags;

  /* The method returns before it is told. */
  g_variant_get (result, "(&s)", &token);
  g_assert_cmpuint (strlen (token), >, 8);
  body = fixture_wait_heard (f, path, MESSAGES, "MessageSent");
  g_variant_get (body, "(@aa{sv}u&s)", NULL, &flags, &told);
  g_assert_cmpstr (told, ==, token);
  g_assert_cmpuint (flags, ==, 1);
  fixture_wait_server (f, "hello &lt;&amp;&gt;", 1);
  /* An action; an alternative that we do not support beside one that we do; any width. */
  send (f, path,
        "[{'message-type': <int16 1>}, {'content-type': <'text/plain'>, 'content': <'waves'>}]", 0);
  fixture_wait_server (f, "/me waves", 1);
  send (f, path,
        "[{}, {'alternative': <'a'>, 'content-type': <'text/html'>, 'content': <'<b>x</b>'>}, "
        "{'alternative': <'a'>, 'content-type': <'text/plain'>, 'content': <'bold x'>}]",
        0);
  fixture_wait_server (f, "bold x", 1);
  fixture_do (f, path, TEXT, "Send", g_variant_new ("(us)", 0, "the old way"));
  fixture_wait_server (f, "the old way", 1);
  fixture_wait_nth (f, path, MESSAGES, "MessageSent", 3);
  fixture_sync (f);
  g_assert_cmpuint (fixture_count_heard (f, path, MESSAGES, "MessageSent"), ==, 4);
}

static void
test_what_cannot_be_sent_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_ensure_text (f, "bob@example.org");

  refuse_send (f, path, "[]");
  refuse_send (f, path, "[{}]");
  refuse_send (f, path, "[{}, {}]");
  refuse_send (f, path, "[{}, {'content-type': <'text/plain'>}]");
  refuse_send (f, path, "[{}, {'content-type': <'text/plain'>, 'content': <''>}]");
  refuse_send (f, path, "[{}, {'content-type': <'text/plain'>, 'content': <7>}]");
  refuse_send (f, path, "[{}, {'content-type': <'image/png'>, 'content': <@ay []>}]");
  refuse_send (f, path,
               "[{}, {'content-type': <'text/plain'>, 'content': <'a'>}, {'content-type': "
               "<'text/plain'>, 'content': <'b'>}]");
  refuse_send (f, path,
               "[{'message-sender': <uint32 2>}, {'content-type': <'text/plain'>, 'content': "
               "<'a'>}]");
  refuse_send (f, path,
               "[{'message-type': <uint32 4>}, {'content-type': <'text/plain'>, 'content': "
               "<'a'>}]");
  refuse_send (f, path,
               "[{'message-type': <'0'>}, {'content-type': <'text/plain'>, 'content': <'a'>}]");
  fixture_refuse (f, path, TEXT, "Send", g_variant_new ("(us)", 0, ""), "InvalidArgument");
  fixture_refuse (f, path, TEXT, "Send", g_variant_new ("(us)", 9, "x"), "InvalidArgument");
  g_assert_cmpuint (fixture_count_heard (f, path, MESSAGES, "MessageSent"), ==, 0);
  g_assert_cmpuint (line_server_count (f->server, "<body"), ==, 0);
}

static void
test_a_failure_is_reported (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_ensure_text (f, "bob@example.org");
  g_autoptr (GVariant) result =
      fixture_call (f, path, MESSAGES, "SendMessage",
                    fixture_parse ("(aa{sv}u)", "([{}, {'content-type': <'text/plain'>, "
                                                "'content': <'lost'>}], 0)"));
  g_autofree char *stanza = NULL;
  g_autofree char *text = NULL;
  g_autofree char *delivery_token = NULL;
  const char *token;
  guint id;

  g_variant_get (result, "(&s)", &token);
  stanza = g_strdup_printf (
      "<message from='bob@example.org' type='error' id='%s'><error type='cancel'>"
      "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
      token);
  fixture_wait_server (f, "lost", 1);
  line_server_say (f->server, stanza);
  id = wait_for_message (f, path, 0);
  text = g_variant_print (fixture_wait_heard (f, path, MESSAGES, "MessageReceived"), FALSE);
  delivery_token = g_strdup_printf ("'delivery-token': <'%s'>", token);
  g_assert_nonnull (strstr (text, "'message-type': <uint32 4>"));
  g_assert_nonnull (strstr (text, "'delivery-status': <uint32 3>"));
  g_assert_nonnull (strstr (text, "'delivery-error': <uint32 2>"));
  g_assert_nonnull (strstr (text, "'delivery-dbus-error': <'" TP "Error.DoesNotExist'>"));
  g_assert_nonnull (strstr (text, delivery_token));
  g_assert_nonnull (strstr (text, "'lost'"));
  acknowledge (f, path, id);
  g_assert_cmpuint (count_pending (f, path), ==, 0);
}

static void
test_chat_states (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_ensure_text (f, "bob@example.org");
  g_autoptr (GVariant) states = NULL;

  for (guint i = 0; i < 3; i++)
    {
      static const guint wrong[] = { 0, 5, G_MAXUINT32 };

      fixture_refuse (f, path, CHAT_STATE, "SetChatState", g_variant_new ("(u)", wrong[i]),
                      "InvalidArgument");
    }
  say (f, "m1", "<body>one</body><composing xmlns='http://jabber.org/protocol/chatstates'/>");
  assert_variant (fixture_wait_heard (f, path, CHAT_STATE, "ChatStateChanged"), "(2, 4)");
  states = fixture_get (f, path, CHAT_STATE, "ChatStates");
  assert_variant (states, "{2: 4}");
  fixture_do (f, path, CHAT_STATE, "SetChatState", g_variant_new ("(u)", 4));
  assert_variant (fixture_wait_nth (f, path, CHAT_STATE, "ChatStateChanged", 1), "(1, 4)");
  fixture_wait_server (f, "<composing", 1);
  say (f, "m2", "<inactive xmlns='http://jabber.org/protocol/chatstates'/>");
  assert_variant (fixture_wait_nth (f, path, CHAT_STATE, "ChatStateChanged", 2), "(2, 1)");
  g_clear_pointer (&states, g_variant_unref);
  states = fixture_get (f, path, CHAT_STATE, "ChatStates");
  assert_variant (states, "{1: 4}");
}

static void
test_the_end_of_the_connection_closes_channels (Fixture *f, gconstpointer data)
{
  g_autofree char *path = fixture_ensure_text (f, "bob@example.org");

  fixture_do (f, f->connection, CONNECTION, "Disconnect", NULL);
  fixture_wait_heard (f, path, CHANNEL, "Closed");
  fixture_wait_heard (f, f->connection, CONNECTION, "StatusChanged");
  fixture_refuse (f, path, MESSAGES, "SendMessage", fixture_parse ("(aa{sv}u)", "([], 0)"),
                  "org.freedesktop.DBus.Error.UnknownMethod");
}

/* (transfer full): what is said of the conversation with somebody. */
static char *
dup_conversation_key (Fixture *f, const char *id, const char *key)
{
  g_autoptr (GVariant) all = fixture_get (f, f->connection, CONVERSATIONS, "Conversations");
  g_autoptr (GVariant) one = g_variant_lookup_value (all, id, G_VARIANT_TYPE_VARDICT);
  const char *name = NULL;

  if (one != NULL)
    g_variant_lookup (one, key, "&s", &name);
  return g_strdup (name);
}

static gboolean
is_called (Fixture *f, gpointer data)
{
  g_autofree char *name = dup_conversation_key (f, "mallory@evil.example", "name");

  return g_strcmp0 (name, data) == 0;
}

/* B30: a name that somebody gives themselves is shown once the person knows them. */
static void
test_a_stranger_is_called_by_the_address (Fixture *f, gconstpointer data)
{
  g_autofree char *name = NULL;
  g_autofree char *lookalike = NULL;

  line_server_say (f->server, "<iq type='set' id='bob'><query xmlns='jabber:iq:roster'>"
                              "<item jid='bob@example.org' name='Bob' subscription='both'/>"
                              "</query></iq>");
  line_server_say (f->server,
                   "<message from='mallory@evil.example/x' type='chat' id='m'><body>hi</body>"
                   "<nick xmlns='http://jabber.org/protocol/nick'>Bob</nick></message>");
  fixture_wait_heard (f, f->connection, CONVERSATIONS, "ConversationsChanged");
  name = dup_conversation_key (f, "mallory@evil.example", "name");
  g_assert_cmpstr (name, ==, "mallory@evil.example");
  lookalike = dup_conversation_key (f, "mallory@evil.example", "confusable-with");
  g_assert_cmpstr (lookalike, ==, "bob@example.org");
  line_server_say (f->server, "<iq type='set' id='add'><query xmlns='jabber:iq:roster'>"
                              "<item jid='mallory@evil.example' subscription='none'/>"
                              "</query></iq>");
  fixture_wait (f, is_called, (gpointer) "Bob", "the name of somebody in the list");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_CONNECTED ("/bus/text/what-cannot-be-requested", test_what_cannot_be_requested_is_refused);
  ADD_CONNECTED ("/bus/text/made-for-one", test_a_channel_is_made_for_one_of_those_who_ask);
  ADD_CONNECTED ("/bus/text/messages-wait", test_messages_wait_until_they_are_acknowledged);
  ADD_CONNECTED ("/bus/text/closed-with-messages", test_a_closed_channel_with_messages_comes_back);
  ADD_CONNECTED ("/bus/text/acknowledged-closes", test_an_acknowledged_channel_closes);
  ADD_CONNECTED ("/bus/text/sent", test_messages_are_sent);
  ADD_CONNECTED ("/bus/text/what-cannot-be-sent", test_what_cannot_be_sent_is_refused);
  ADD_CONNECTED ("/bus/text/failure-is-reported", test_a_failure_is_reported);
  ADD_CONNECTED ("/bus/text/chat-states", test_chat_states);
  ADD_CONNECTED ("/bus/text/b30-name-of-a-stranger", test_a_stranger_is_called_by_the_address);
  ADD_CONNECTED ("/bus/text/end-of-connection", test_the_end_of_the_connection_closes_channels);
  return g_test_run ();
}
