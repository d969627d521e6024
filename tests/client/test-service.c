/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-service.c: the model against a service on a private bus
 *
 * The service is a small one of the test's own: it has the objects and says what the test wants. */
#include "config.h"

#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "dbus/linnet.h"
#include "dbus/telepathy.h"

#include "model/linnet-client.h"
#include "model/linnet-service.h"

#define ACCOUNT_PATH "/org/freedesktop/Telepathy/Account/linnet/jabber/romeo"
#define CONNECTION_PATH "/org/freedesktop/Telepathy/Connection/linnet/jabber/romeo"
#define CHANNEL_PATH CONNECTION_PATH "/text1"
#define TELEPATHY "org.freedesktop.Telepathy."
#define TIMEOUT_S 10

typedef struct
{
  GTestDBus *dbus;
  GDBusConnection *bus; /* the window's */
  GDBusConnection *peer_bus; /* the service's */
  GPtrArray *skeletons; /* (owned) */
  TpAccountManager *manager;
  TpAccount *account;
  LinConversations1 *conversations;
  LinHistory1 *history;
  TpConnection *connection;
  TpConnectionInterfaceSimplePresence *presences;
  TpConnectionInterfaceContactList *contact_list;
  TpChannelInterfaceMessages *messages;
  TpChannelInterfaceChatState *chat_state;
  LinnetService *service;
  guint names[2];
  char *password;
  char *sent;
  char *displayed;
  guint n_pages;
  guint n_arrived;
} Fixture;

static gboolean
timeout_cb (gpointer data)
{
  g_error ("What the test waited for did not happen within %d s", TIMEOUT_S);
  return G_SOURCE_REMOVE;
}

#define WAIT(condition)                                                  \
  {                                                                      \
    guint timeout = g_timeout_add_seconds (TIMEOUT_S, timeout_cb, NULL); \
    while (!(condition))                                                 \
      g_main_context_iteration (NULL, TRUE);                             \
    g_source_remove (timeout);                                           \
  }

static GDBusConnection *
connect_to (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus =
      g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (fixture->dbus),
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);

  g_assert_no_error (error);
  return bus;
}

static gpointer export(Fixture *fixture, gpointer skeleton, const char *path)
{
  g_autoptr (GError) error = NULL;

  g_dbus_interface_skeleton_export (skeleton, fixture->peer_bus, path, &error);
  g_assert_no_error (error);
  g_ptr_array_add (fixture->skeletons, skeleton);
  return skeleton;
}

/* A message of Juliet's, or of ours. */
static GVariant *
message (gint64 id, const char *text, gboolean outgoing, guint state)
{
  return g_variant_new_parsed (
      "[{'local-id': <%x>, 'message-token': <%s>, 'message-sender-id': <%s>,"
      "  'message-sent': <%x>, 'message-type': <uint32 0>, 'outgoing': <%b>, 'state': <%u>},"
      " {'content-type': <'text/plain'>, 'content': <%s>}]",
      id, text, outgoing ? "romeo@montague.lit" : "juliet@capulet.lit", (gint64) 1700000000 + id,
      outgoing, state, text);
}

static gboolean
get_messages_cb (LinHistory1 *history,
                 GDBusMethodInvocation *invocation,
                 const char *conversation,
                 const char *anchor,
                 guint direction,
                 guint limit,
                 GVariant *filter,
                 Fixture *fixture)
{
  GVariantBuilder page;

  fixture->n_pages++;
  g_variant_builder_init (&page, G_VARIANT_TYPE ("aaa{sv}"));
  if (direction == 0 && *anchor == '\0')
    {
      g_variant_builder_add_value (&page, message (2, "second", TRUE, 3));
      g_variant_builder_add_value (&page, message (1, "first", FALSE, 0));
    }
  else if (direction == 1)
    g_variant_builder_add_value (&page, message (9, "missed", FALSE, 0));
  lin_history1_complete_get_messages (history, invocation, g_variant_builder_end (&page), TRUE);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
send_cb (LinConversations1 *conversations,
         GDBusMethodInvocation *invocation,
         const char *id,
         GVariant *parts,
         guint flags,
         Fixture *fixture)
{
  g_autoptr (GVariant) part = g_variant_get_child_value (parts, 1);

  g_clear_pointer (&fixture->sent, g_free);
  g_variant_lookup (part, "content", "s", &fixture->sent);
  lin_conversations1_complete_send (conversations, invocation, 3, "token-3");
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
set_displayed_cb (LinConversations1 *conversations,
                  GDBusMethodInvocation *invocation,
                  const char *id,
                  const char *token,
                  Fixture *fixture)
{
  g_free (fixture->displayed);
  fixture->displayed = g_strdup (token);
  lin_conversations1_complete_set_displayed (conversations, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
set_password_cb (LinPassword1 *password,
                 GDBusMethodInvocation *invocation,
                 GUnixFDList *fds,
                 GVariant *pipe,
                 gboolean remember,
                 Fixture *fixture)
{
  int fd = g_unix_fd_list_get (fds, g_variant_get_handle (pipe), NULL);
  char text[64] = { 0 };

  g_assert_cmpint (read (fd, text, sizeof text - 1), >, 0);
  close (fd);
  fixture->password = g_strdup (text);
  lin_password1_complete_set_password (password, invocation, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
get_status_cb (TpConnection *connection, GDBusMethodInvocation *invocation)
{
  tp_connection_complete_get_status (connection, invocation, 0);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
get_contacts_cb (TpConnectionInterfaceContactList *list, GDBusMethodInvocation *invocation)
{
  GVariant *contacts = g_variant_new_parsed (
      "{uint32 2: {"
      "  'org.freedesktop.Telepathy.Connection/contact-id': <'juliet@capulet.lit'>,"
      "  'org.freedesktop.Telepathy.Connection.Interface.Aliasing/alias': <'Juliet'>,"
      "  'org.freedesktop.Telepathy.Connection.Interface.ContactList/subscribe': <uint32 4>,"
      "  'org.freedesktop.Telepathy.Connection.Interface.ContactList/publish': <uint32 4>,"
      "  'org.freedesktop.Telepathy.Connection.Interface.ContactGroups/groups': <['Verona']>,"
      "  'org.freedesktop.Telepathy.Connection.Interface.SimplePresence/presence':"
      "    <(uint32 3, 'away', 'asleep')>}}");

  tp_connection_interface_contact_list_complete_get_contact_list_attributes (list, invocation,
                                                                             contacts);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
make_manager (Fixture *fixture)
{
  static const char *const valid[] = { ACCOUNT_PATH, NULL };
  static const char *const none[] = { NULL };

  fixture->manager = export(fixture, tp_account_manager_skeleton_new (),
                            "/org/freedesktop/Telepathy/AccountManager");
  tp_account_manager_set_valid_accounts (fixture->manager, valid);
  tp_account_manager_set_invalid_accounts (fixture->manager, none);
  fixture->account = export(fixture, tp_account_skeleton_new (), ACCOUNT_PATH);
  tp_account_set_enabled (fixture->account, TRUE);
  tp_account_set_display_name (fixture->account, "Romeo");
  tp_account_set_connection (fixture->account, CONNECTION_PATH);
  tp_account_set_connection_status (fixture->account, 0);
  tp_account_set_parameters (fixture->account,
                             g_variant_new_parsed ("{'account': <'romeo@montague.lit'>}"));
  tp_account_set_current_presence (fixture->account,
                                   g_variant_new_parsed ("(uint32 2, 'available', '')"));
  tp_account_set_requested_presence (fixture->account,
                                     g_variant_new_parsed ("(uint32 2, 'available', '')"));
}

static void
make_extensions (Fixture *fixture)
{
  LinPassword1 *password = export(fixture, lin_password1_skeleton_new (), ACCOUNT_PATH);

  fixture->conversations = export(fixture, lin_conversations1_skeleton_new (), ACCOUNT_PATH);
  fixture->history = export(fixture, lin_history1_skeleton_new (), ACCOUNT_PATH);
  lin_conversations1_set_conversations (
      fixture->conversations,
      g_variant_new_parsed ("{'juliet@capulet.lit': {'type': <uint32 1>, 'unread': <uint32 1>,"
                            " 'last-activity': <int64 1700000002>}}"));
  g_signal_connect (fixture->history, "handle-get-messages", G_CALLBACK (get_messages_cb), fixture);
  g_signal_connect (fixture->conversations, "handle-send", G_CALLBACK (send_cb), fixture);
  g_signal_connect (fixture->conversations, "handle-set-displayed", G_CALLBACK (set_displayed_cb),
                    fixture);
  g_signal_connect (password, "handle-set-password", G_CALLBACK (set_password_cb), fixture);
}

static void
make_connection (Fixture *fixture)
{
  TpConnectionInterfaceRequests *requests;

  fixture->connection = export(fixture, tp_connection_skeleton_new (), CONNECTION_PATH);
  tp_connection_set_self_handle (fixture->connection, 1);
  g_signal_connect (fixture->connection, "handle-get-status", G_CALLBACK (get_status_cb), NULL);
  fixture->presences =
      export(fixture, tp_connection_interface_simple_presence_skeleton_new (), CONNECTION_PATH);
  fixture->contact_list =
      export(fixture, tp_connection_interface_contact_list_skeleton_new (), CONNECTION_PATH);
  g_signal_connect (fixture->contact_list, "handle-get-contact-list-attributes",
                    G_CALLBACK (get_contacts_cb), NULL);
  requests = export(fixture, tp_connection_interface_requests_skeleton_new (), CONNECTION_PATH);
  tp_connection_interface_requests_set_channels (
      requests, g_variant_new_parsed (
                    "[(%o, {"
                    "  'org.freedesktop.Telepathy.Channel.ChannelType':"
                    "    <'org.freedesktop.Telepathy.Channel.Type.Text'>,"
                    "  'org.freedesktop.Telepathy.Channel.TargetHandleType': <uint32 1>,"
                    "  'org.freedesktop.Telepathy.Channel.TargetID': <'juliet@capulet.lit'>})]",
                    CHANNEL_PATH));
  fixture->messages = export(fixture, tp_channel_interface_messages_skeleton_new (), CHANNEL_PATH);
  fixture->chat_state =
      export(fixture, tp_channel_interface_chat_state_skeleton_new (), CHANNEL_PATH);
}

static void
own_names (Fixture *fixture)
{
  static const char *const names[] = { "im.linnet.Service", TELEPATHY "AccountManager" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    fixture->names[i] = g_bus_own_name_on_connection (
        fixture->peer_bus, names[i], G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL, NULL);
}

static void
arrived_cb (LinnetService *service,
            LinnetConversation *conversation,
            LinnetMessage *one,
            Fixture *fixture)
{
  fixture->n_arrived++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dbus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->dbus);
  fixture->skeletons = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->bus = connect_to (fixture);
  fixture->peer_bus = connect_to (fixture);
  make_manager (fixture);
  make_extensions (fixture);
  make_connection (fixture);
  own_names (fixture);
  fixture->service = linnet_service_new (fixture->bus);
  g_signal_connect (fixture->service, "message-arrived", G_CALLBACK (arrived_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (fixture->names); i++)
    g_clear_handle_id (&fixture->names[i], g_bus_unown_name);
  g_object_run_dispose (G_OBJECT (fixture->service));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->service);
  g_clear_pointer (&fixture->skeletons, g_ptr_array_unref);
  g_dbus_connection_close_sync (fixture->bus, NULL, NULL);
  g_dbus_connection_close_sync (fixture->peer_bus, NULL, NULL);
  g_clear_object (&fixture->bus);
  g_clear_object (&fixture->peer_bus);
  g_test_dbus_down (fixture->dbus);
  g_clear_object (&fixture->dbus);
  g_clear_pointer (&fixture->password, g_free);
  g_clear_pointer (&fixture->sent, g_free);
  g_clear_pointer (&fixture->displayed, g_free);
}

/* The account and its conversation with Juliet, once the model knows both and who she is. */
static LinnetConversation *
wait_for_juliet (Fixture *fixture)
{
  LinnetAccount *account;
  LinnetConversation *conversation;

  WAIT (linnet_service_lookup_account (fixture->service, ACCOUNT_PATH) != NULL);
  account = linnet_service_lookup_account (fixture->service, ACCOUNT_PATH);
  WAIT (linnet_account_lookup_conversation (account, "juliet@capulet.lit") != NULL &&
        linnet_account_lookup_contact (account, "juliet@capulet.lit") != NULL);
  conversation = linnet_account_lookup_conversation (account, "juliet@capulet.lit");
  WAIT (linnet_conversation_get_contact (conversation) != NULL);
  return conversation;
}

static void
test_mirrors_the_account (Fixture *fixture, gconstpointer data)
{
  LinnetConversation *conversation = wait_for_juliet (fixture);
  LinnetAccount *account = linnet_conversation_get_account (conversation);
  LinnetContact *contact = linnet_conversation_get_contact (conversation);

  WAIT (linnet_service_get_state (fixture->service) == LINNET_SERVICE_READY);
  g_assert_cmpstr (linnet_account_get_address (account), ==, "romeo@montague.lit");
  g_assert_cmpstr (linnet_account_get_display_name (account), ==, "Romeo");
  g_assert_cmpint (linnet_account_get_state (account), ==, LINNET_CONNECTION_CONNECTED);
  g_assert_cmpint (linnet_account_get_presence (account), ==, LINNET_PRESENCE_AVAILABLE);
  g_assert_cmpuint (linnet_conversation_get_unread (conversation), ==, 1);
  g_assert_cmpstr (linnet_conversation_get_name (conversation), ==, "Juliet");
  g_assert_cmpint (linnet_contact_get_presence (contact), ==, LINNET_PRESENCE_AWAY);
  g_assert_cmpstr (linnet_contact_get_status_text (contact), ==, "asleep");
  g_assert_cmpstr (linnet_contact_get_groups (contact)[0], ==, "Verona");
  g_assert_cmpint (linnet_contact_get_subscribe (contact), ==, LINNET_SUBSCRIPTION_YES);

  tp_connection_interface_simple_presence_emit_presences_changed (
      fixture->presences, g_variant_new_parsed ("{uint32 2: (uint32 6, 'dnd', '')}"));
  WAIT (linnet_contact_get_presence (contact) == LINNET_PRESENCE_BUSY);
  g_assert_null (linnet_contact_get_status_text (contact));
}

static void
test_contacts_come_ask_and_go (Fixture *fixture, gconstpointer data)
{
  LinnetConversation *conversation = wait_for_juliet (fixture);
  LinnetAccount *account = linnet_conversation_get_account (conversation);
  GListModel *requests = linnet_account_get_requests (account);

  tp_connection_interface_contact_list_emit_contacts_changed_with_id (
      fixture->contact_list, g_variant_new_parsed ("{uint32 2: (uint32 4, uint32 3, 'please')}"),
      g_variant_new_parsed ("{uint32 2: 'juliet@capulet.lit'}"),
      g_variant_new_parsed ("@a{us} {}"));
  WAIT (g_list_model_get_n_items (requests) == 1);
  g_assert_cmpstr (linnet_contact_get_request_text (linnet_conversation_get_contact (conversation)),
                   ==, "please");
  tp_connection_interface_contact_list_emit_contacts_changed_with_id (
      fixture->contact_list, g_variant_new_parsed ("@a{u(uus)} {}"),
      g_variant_new_parsed ("@a{us} {}"),
      g_variant_new_parsed ("{uint32 2: 'juliet@capulet.lit'}"));
  WAIT (g_list_model_get_n_items (requests) == 0);
  g_assert_null (linnet_account_lookup_contact (account, "juliet@capulet.lit"));
  g_assert_null (linnet_conversation_get_contact (conversation));
}

static void
test_history_comes_in_order (Fixture *fixture, gconstpointer data)
{
  LinnetConversation *conversation = wait_for_juliet (fixture);
  LinnetTimelineModel *timeline = linnet_conversation_get_timeline (conversation);

  WAIT (linnet_timeline_model_get_n_messages (timeline) == 2);
  linnet_timeline_model_flush (timeline);
  g_assert_cmpint (linnet_timeline_model_get_older_end (timeline), ==,
                   LINNET_TIMELINE_END_COMPLETE);
  g_assert_true (linnet_timeline_model_get_newest (timeline) ==
                 linnet_timeline_model_lookup (timeline, 2));
  g_assert_cmpstr (linnet_message_get_sender_name (linnet_timeline_model_lookup (timeline, 1)), ==,
                   "Juliet");
  g_assert_cmpuint (fixture->n_pages, ==, 1);

  linnet_conversation_set_displayed (conversation, linnet_timeline_model_lookup (timeline, 1));
  WAIT (fixture->displayed != NULL);
  g_assert_cmpstr (fixture->displayed, ==, "first");
}

static void
test_sending_ends_in_one_row (Fixture *fixture, gconstpointer data)
{
  LinnetConversation *conversation = wait_for_juliet (fixture);
  LinnetTimelineModel *timeline = linnet_conversation_get_timeline (conversation);
  LinnetMessage *echo;

  WAIT (linnet_timeline_model_get_n_messages (timeline) == 2);
  linnet_conversation_send_async (conversation, "at nine?", NULL, NULL, NULL);
  echo = linnet_timeline_model_get_newest (timeline);
  g_assert_cmpstr (linnet_message_get_body (echo), ==, "at nine?");
  g_assert_cmpint (linnet_message_get_state (echo), ==, LINNET_MESSAGE_STATE_SENDING);
  WAIT (linnet_message_get_local_id (echo) == 3);
  g_assert_cmpstr (fixture->sent, ==, "at nine?");

  lin_history1_emit_states_changed (fixture->history,
                                    g_variant_new_parsed ("[('juliet@capulet.lit', @x 3, @u 3)]"));
  WAIT (linnet_message_get_state (echo) == LINNET_MESSAGE_STATE_SENT);
  g_assert_cmpstr (linnet_message_get_body (echo), ==, "at nine?");
  lin_history1_emit_message_changed (fixture->history, "juliet@capulet.lit", "token-3",
                                     message (3, "at nine?", TRUE, 5));
  WAIT (linnet_message_get_state (echo) == LINNET_MESSAGE_STATE_READ);
  g_assert_cmpuint (linnet_timeline_model_get_n_messages (timeline), ==, 3);
}

static void
test_a_live_message_arrives_once (Fixture *fixture, gconstpointer data)
{
  LinnetConversation *conversation = wait_for_juliet (fixture);
  LinnetTimelineModel *timeline = linnet_conversation_get_timeline (conversation);

  WAIT (linnet_timeline_model_get_n_messages (timeline) == 2);
  tp_channel_interface_chat_state_emit_chat_state_changed (fixture->chat_state, 2, 4);
  WAIT (linnet_conversation_get_typing_text (conversation) != NULL);
  tp_channel_interface_messages_emit_message_received (fixture->messages,
                                                       message (5, "now", FALSE, 0));
  tp_channel_interface_messages_emit_message_received (fixture->messages,
                                                       message (5, "now", FALSE, 0));
  WAIT (fixture->n_arrived > 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->n_arrived, ==, 1);
  g_assert_cmpuint (linnet_timeline_model_get_n_messages (timeline), ==, 3);
  g_assert_null (linnet_conversation_get_typing_text (conversation));
  g_assert_cmpstr (linnet_message_get_body (linnet_conversation_get_last_message (conversation)),
                   ==, "now");
}

static void
password_done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (linnet_account_action_finish (LINNET_ACCOUNT (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
test_a_password_goes_by_a_pipe (Fixture *fixture, gconstpointer data)
{
  LinnetConversation *conversation = wait_for_juliet (fixture);
  gboolean done = FALSE;

  linnet_account_set_password_async (linnet_conversation_get_account (conversation), "pa§§word",
                                     TRUE, NULL, password_done_cb, &done);
  WAIT (done);
  g_assert_cmpstr (fixture->password, ==, "pa§§word");
}

static void
test_what_was_missed_is_fetched (Fixture *fixture, gconstpointer data)
{
  LinnetConversation *conversation = wait_for_juliet (fixture);
  LinnetAccount *account = linnet_conversation_get_account (conversation);
  LinnetTimelineModel *timeline = linnet_conversation_get_timeline (conversation);

  WAIT (linnet_timeline_model_get_n_messages (timeline) == 2);
  for (guint i = 0; i < G_N_ELEMENTS (fixture->names); i++)
    g_clear_handle_id (&fixture->names[i], g_bus_unown_name);
  WAIT (linnet_service_get_state (fixture->service) == LINNET_SERVICE_GONE);
  g_assert_cmpint (linnet_account_get_state (account), ==, LINNET_CONNECTION_DISCONNECTED);
  g_assert_cmpuint (linnet_timeline_model_get_n_messages (timeline), ==, 2);

  own_names (fixture);
  WAIT (linnet_timeline_model_lookup (timeline, 9) != NULL);
  g_assert_true (linnet_service_lookup_account (fixture->service, ACCOUNT_PATH) == account);
  WAIT (linnet_account_get_state (account) == LINNET_CONNECTION_CONNECTED);
}

static void
handled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply G_GNUC_UNUSED =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static void
wanted_cb (LinnetService *service, LinnetConversation *conversation, LinnetConversation **wanted)
{
  *wanted = conversation;
}

static void
test_a_channel_of_another_program_opens_its_conversation (Fixture *fixture, gconstpointer data)
{
  LinnetConversation *conversation = wait_for_juliet (fixture);
  LinnetConversation *wanted = NULL;
  LinnetClient *client = linnet_client_new (fixture->bus, fixture->service, FALSE);
  gboolean done = FALSE;
  GVariant *channels = g_variant_new_parsed (
      "[(%o, {'org.freedesktop.Telepathy.Channel.ChannelType':"
      "         <'org.freedesktop.Telepathy.Channel.Type.Text'>,"
      "       'org.freedesktop.Telepathy.Channel.TargetHandleType': <uint32 1>,"
      "       'org.freedesktop.Telepathy.Channel.TargetID': <'juliet@capulet.lit'>})]",
      CHANNEL_PATH);

  g_signal_connect (fixture->service, "conversation-wanted", G_CALLBACK (wanted_cb), &wanted);
  tp_channel_interface_messages_set_pending_messages (
      fixture->messages, g_variant_new_parsed ("[%@aa{sv}]", message (6, "waited", FALSE, 0)));
  g_dbus_connection_call (fixture->peer_bus, g_dbus_connection_get_unique_name (fixture->bus),
                          "/org/freedesktop/Telepathy/Client/Linnet", TELEPATHY "Client.Handler",
                          "HandleChannels",
                          g_variant_new ("(oo@a(oa{sv})@aot@a{sv})", ACCOUNT_PATH, CONNECTION_PATH,
                                         channels, g_variant_new_parsed ("[objectpath '/request']"),
                                         (guint64) 1, g_variant_new ("a{sv}", NULL)),
                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, handled_cb, &done);
  WAIT (done);
  g_assert_true (wanted == conversation);
  WAIT (fixture->n_arrived == 1);
  g_assert_finalize_object (client);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) \
  g_test_add ("/service/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("mirrors-the-account", test_mirrors_the_account);
  ADD ("contacts-come-ask-and-go", test_contacts_come_ask_and_go);
  ADD ("history-comes-in-order", test_history_comes_in_order);
  ADD ("sending-ends-in-one-row", test_sending_ends_in_one_row);
  ADD ("a-live-message-arrives-once", test_a_live_message_arrives_once);
  ADD ("a-password-goes-by-a-pipe", test_a_password_goes_by_a_pipe);
  ADD ("what-was-missed-is-fetched", test_what_was_missed_is_fetched);
  ADD ("a-channel-of-another-program-opens-its-conversation",
       test_a_channel_of_another_program_opens_its_conversation);
#undef ADD
  return g_test_run ();
}
