/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conversation-fixture.c: a conversation with bob over a store of its own, and a session
 * that answers when the test says so */

#include "conversation-fixture.h"

#include <glib/gstdio.h>

#include "fake-session.h"
#include "store/store-account.h"

static void
write_cb (ImMessage *message, XmppNode *stanza, gpointer user_data)
{
  if (((ConversationFixture *) user_data)->adds_chat_state)
    xmpp_node_add (stanza, "active", "http://jabber.org/protocol/chatstates");
}

static void
added_cb (ImConversation *conversation, gpointer user_data)
{
  ((ConversationFixture *) user_data)->n_added++;
}

static void
removed_cb (ImConversation *conversation, gpointer user_data)
{
  ((ConversationFixture *) user_data)->n_removed++;
}

static void
changed_cb (GPtrArray *conversations, gpointer user_data)
{
  g_assert_cmpuint (conversations->len, >, 0);
  ((ConversationFixture *) user_data)->n_changed++;
}

static void
fresh_cb (ImConversation *conversation, ImMessage *message, gpointer user_data)
{
  ((ConversationFixture *) user_data)->n_fresh++;
}

static void
stalled_cb (gpointer user_data)
{
  ((ConversationFixture *) user_data)->n_stalled++;
}

static const ImConversationsHandler handler = { write_cb, added_cb, removed_cb,
                                                changed_cb, fresh_cb, stalled_cb };

static void
received_cb (ConversationFixture *self, ImMessage *message, gboolean is_fresh)
{
  g_assert_cmpint (im_message_get_local_id (message), >, 0);
  g_string_append_printf (self->events, "received %s\n", im_message_get_body (message));
}

static void
sent_cb (ConversationFixture *self, ImMessage *message, guint flags)
{
  g_assert_cmpint (im_message_get_local_id (message), >, 0);
  g_string_append_printf (self->events, "sent %s %d\n", im_message_get_body (message),
                          im_message_get_state (message));
}

static void
message_changed_cb (ConversationFixture *self, ImMessage *message)
{
  g_string_append_printf (self->events, "changed %s %d\n", im_message_get_body (message),
                          im_message_get_state (message));
}

static void
displayed_cb (ConversationFixture *self, gint64 local_id)
{
  g_string_append_printf (self->events, "displayed %" G_GINT64_FORMAT "\n", local_id);
}

static void
chat_state_cb (ConversationFixture *self, XmppJid *who, guint state)
{
  g_string_append_printf (self->events, "chat-state %u\n", state);
}

void
conversation_start (ConversationFixture *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows;
  GPtrArray *waiting;

  self->db = store_db_open (self->directory, &error);
  g_assert_no_error (error);
  rows = store_conversations_load (self->db, 1, &error);
  waiting = store_messages_load_waiting (self->db, 1, &error);
  g_assert_no_error (error);
  self->conversations = im_conversations_new (self->db, 1, self->own, rows, NULL, &handler, self);
  im_conversations_take_waiting (self->conversations, waiting);
  self->talk = im_conversations_ensure (self->conversations, self->bob);
  g_signal_connect_swapped (self->talk, "message-received", G_CALLBACK (received_cb), self);
  g_signal_connect_swapped (self->talk, "message-sent", G_CALLBACK (sent_cb), self);
  g_signal_connect_swapped (self->talk, "message-changed", G_CALLBACK (message_changed_cb), self);
  g_signal_connect_swapped (self->talk, "messages-displayed", G_CALLBACK (displayed_cb), self);
  g_signal_connect_swapped (self->talk, "chat-state-changed", G_CALLBACK (chat_state_cb), self);
}

void
conversation_stop (ConversationFixture *self)
{
  g_clear_pointer (&self->conversations, im_conversations_free);
  g_clear_pointer (&self->db, store_db_close);
}

void
conversation_set_up (ConversationFixture *self, gconstpointer data)
{
  self->directory = g_dir_make_tmp ("linnet-im-XXXXXX", NULL);
  self->own = xmpp_jid_new ("alice@example.org", NULL);
  self->bob = xmpp_jid_new ("bob@example.net", NULL);
  self->events = g_string_new (NULL);
  conversation_start (self);
}

void
conversation_tear_down (ConversationFixture *self, gconstpointer data)
{
  static const char *const names[] = { "linnet.db", "linnet.lock" };

  fake_session_end_all ();
  conversation_wait_for_store (self);
  conversation_stop (self);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->directory, names[i], NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (self->directory), ==, 0);
  g_string_free (self->events, TRUE);
  xmpp_jid_unref (self->own);
  xmpp_jid_unref (self->bob);
  g_free (self->directory);
}

void
conversation_wait_for_store (ConversationFixture *self)
{
  while (store_db_get_n_queued (self->db) > 0 || g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
}

void
conversation_wait_for_ping (XmppSession *session, guint n)
{
  while (fake_session_get_n_pings (session) < n)
    g_main_context_iteration (NULL, TRUE);
}

void
conversation_expect (ConversationFixture *self, const char *events)
{
  conversation_wait_for_store (self);
  g_assert_cmpstr (self->events->str, ==, events);
  g_string_truncate (self->events, 0);
}

void
conversation_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

GAsyncResult *
conversation_wait_result (GAsyncResult **result)
{
  while (!*result)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

/* Returns: (transfer full): stored. */
ImMessage *
conversation_send (ConversationFixture *self, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ImMessage *message;

  im_conversation_send_async (self->talk, im_message_new_outgoing (IM_MESSAGE_NORMAL, text), 0,
                              NULL, conversation_result_cb, &result);
  message = im_conversation_send_finish (self->talk, conversation_wait_result (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (im_message_get_token (message)), >=, 16);
  return message;
}

void
conversation_receive (ConversationFixture *self, const char *id, const char *text)
{
  g_autoptr (XmppJid) sender = xmpp_jid_new ("bob@example.net/phone", NULL);
  g_autoptr (XmppNode) stanza = xmpp_node_new ("message", "jabber:client");
  ImMessage *message;

  xmpp_node_set (stanza, "id", id);
  message = im_message_new_incoming (stanza, sender, self->bob);
  im_message_set_body (message, text);
  im_conversation_deliver (self->talk, message, TRUE);
}

void
conversation_check_stanza (XmppSession *session, guint index, ImMessage *message)
{
  XmppNode *stanza = fake_session_get_sent (session, index);

  g_assert_cmpstr (xmpp_node_get (stanza, "id"), ==, im_message_get_token (message));
  g_assert_cmpstr (xmpp_node_get (stanza, "to"), ==, "bob@example.net");
  g_assert_cmpstr (xmpp_node_get (stanza, "type"), ==, "chat");
  g_assert_cmpstr (xmpp_node_get_child_text (stanza, "body", "jabber:client"), ==,
                   im_message_get_body (message));
}
