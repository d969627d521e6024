/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-conversation.c: stored, then signalled, then sent; sent once; read once */

#include <glib/gstdio.h>

#include "fake-session.h"
#include "im/im-conversation-parts.h"
#include "store/store-account.h"
#include "xmpp/xmpp-error.h"

typedef struct
{
  char *directory; /* (owned) */
  StoreDb *db; /* (owned) */
  XmppJid *own; /* (owned) */
  XmppJid *bob; /* (owned) */
  ImConversations *conversations; /* (owned) */
  ImConversation *talk; /* borrowed: with bob */
  gboolean adds_chat_state; /* what the steps of a module would do */
  guint n_added;
  guint n_removed;
  guint n_changed;
  guint n_fresh;
  guint n_stalled;
  GString *events; /* (owned) what the conversation signalled */
} Fixture;

static void
write_cb (ImMessage *message, XmppNode *stanza, gpointer user_data)
{
  if (((Fixture *) user_data)->adds_chat_state)
    xmpp_node_add (stanza, "active", "http://jabber.org/protocol/chatstates");
}

static void
added_cb (ImConversation *conversation, gpointer user_data)
{
  ((Fixture *) user_data)->n_added++;
}

static void
removed_cb (ImConversation *conversation, gpointer user_data)
{
  ((Fixture *) user_data)->n_removed++;
}

static void
changed_cb (GPtrArray *conversations, gpointer user_data)
{
  g_assert_cmpuint (conversations->len, >, 0);
  ((Fixture *) user_data)->n_changed++;
}

static void
fresh_cb (ImConversation *conversation, ImMessage *message, gpointer user_data)
{
  ((Fixture *) user_data)->n_fresh++;
}

static void
stalled_cb (gpointer user_data)
{
  ((Fixture *) user_data)->n_stalled++;
}

static const ImConversationsHandler handler = { write_cb, added_cb, removed_cb,
                                                changed_cb, fresh_cb, stalled_cb };

static void
received_cb (Fixture *self, ImMessage *message, gboolean is_fresh)
{
  g_assert_cmpint (im_message_get_local_id (message), >, 0);
  g_string_append_printf (self->events, "received %s\n", im_message_get_body (message));
}

static void
sent_cb (Fixture *self, ImMessage *message, guint flags)
{
  g_assert_cmpint (im_message_get_local_id (message), >, 0);
  g_string_append_printf (self->events, "sent %s %d\n", im_message_get_body (message),
                          im_message_get_state (message));
}

static void
message_changed_cb (Fixture *self, ImMessage *message)
{
  g_string_append_printf (self->events, "changed %s %d\n", im_message_get_body (message),
                          im_message_get_state (message));
}

static void
displayed_cb (Fixture *self, gint64 local_id)
{
  g_string_append_printf (self->events, "displayed %" G_GINT64_FORMAT "\n", local_id);
}

static void
chat_state_cb (Fixture *self, XmppJid *who, guint state)
{
  g_string_append_printf (self->events, "chat-state %u\n", state);
}

static void
start (Fixture *self)
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

static void
stop (Fixture *self)
{
  g_clear_pointer (&self->conversations, im_conversations_free);
  g_clear_pointer (&self->db, store_db_close);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = g_dir_make_tmp ("linnet-im-XXXXXX", NULL);
  self->own = xmpp_jid_new ("alice@example.org", NULL);
  self->bob = xmpp_jid_new ("bob@example.net", NULL);
  self->events = g_string_new (NULL);
  start (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "linnet.db", "linnet.lock" };

  stop (self);
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

static void
wait_for_store (Fixture *self)
{
  while (store_db_get_n_queued (self->db) > 0 || g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
}

static void
wait_for_ping (XmppSession *session, guint n)
{
  while (fake_session_get_n_pings (session) < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
expect (Fixture *self, const char *events)
{
  wait_for_store (self);
  g_assert_cmpstr (self->events->str, ==, events);
  g_string_truncate (self->events, 0);
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (!*result)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

/* Returns: (transfer full): stored. */
static ImMessage *
send (Fixture *self, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ImMessage *message;

  im_conversation_send_async (self->talk, im_message_new_outgoing (IM_MESSAGE_NORMAL, text), 0,
                              NULL, result_cb, &result);
  message = im_conversation_send_finish (self->talk, wait_result (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (im_message_get_token (message)), >=, 16);
  return message;
}

static void
receive (Fixture *self, const char *id, const char *text)
{
  g_autoptr (XmppJid) sender = xmpp_jid_new ("bob@example.net/phone", NULL);
  g_autoptr (XmppNode) stanza = xmpp_node_new ("message", "jabber:client");
  ImMessage *message;

  xmpp_node_set (stanza, "id", id);
  message = im_message_new_incoming (stanza, sender, self->bob);
  im_message_set_body (message, text);
  im_conversation_deliver (self->talk, message, TRUE);
}

static void
check_stanza (XmppSession *session, guint index, ImMessage *message)
{
  XmppNode *stanza = fake_session_get_sent (session, index);

  g_assert_cmpstr (xmpp_node_get (stanza, "id"), ==, im_message_get_token (message));
  g_assert_cmpstr (xmpp_node_get (stanza, "to"), ==, "bob@example.net");
  g_assert_cmpstr (xmpp_node_get (stanza, "type"), ==, "chat");
  g_assert_cmpstr (xmpp_node_get_child_text (stanza, "body", "jabber:client"), ==,
                   im_message_get_body (message));
}

static void
test_waits_offline (Fixture *self, gconstpointer data)
{
  g_autoptr (ImMessage) one = send (self, "one");
  g_autoptr (ImMessage) two = send (self, "two");
  g_autoptr (XmppSession) session = fake_session_new ();

  expect (self, "sent one 1\nsent two 1\n");
  im_conversations_set_session (self->conversations, session);
  expect (self, "changed one 2\nchanged two 2\n");
  g_assert_cmpuint (fake_session_get_n_sent (session), ==, 2);
  check_stanza (session, 0, one);
  check_stanza (session, 1, two);

  /* One ping for both, and only its answer makes them sent. */
  wait_for_ping (session, 1);
  expect (self, "");
  fake_session_answer (session, NULL);
  expect (self, "changed one 3\nchanged two 3\n");
  g_assert_cmpint (im_message_get_state (im_conversation_get_last_message (self->talk)), ==,
                   IM_MESSAGE_STATE_SENT);
}

static void
test_sends_online (Fixture *self, gconstpointer data)
{
  g_autoptr (XmppSession) session = fake_session_new ();
  g_autoptr (ImMessage) one = NULL;
  g_autoptr (ImMessage) two = NULL;

  im_conversations_set_session (self->conversations, session);
  one = send (self, "one");
  expect (self, "sent one 2\n");
  check_stanza (session, 0, one);
  wait_for_ping (session, 1);
  /* What goes out behind the ping is not confirmed by its answer. */
  two = send (self, "two");
  fake_session_answer (
      session,
      g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, "no ping"));
  expect (self, "sent two 2\nchanged one 3\n");
  wait_for_ping (session, 2);
  fake_session_answer (session, NULL);
  expect (self, "changed two 3\n");
}

static void
test_sends_again_with_same_id (Fixture *self, gconstpointer data)
{
  g_autoptr (XmppSession) first = fake_session_new ();
  g_autoptr (XmppSession) second = fake_session_new ();
  g_autoptr (XmppSession) third = fake_session_new ();
  g_autoptr (ImMessage) one = NULL;
  g_autoptr (ImMessage) two = NULL;

  im_conversations_set_session (self->conversations, first);
  one = send (self, "one");
  wait_for_ping (first, 1);
  im_conversations_set_session (self->conversations, NULL);
  expect (self, "sent one 2\nchanged one 1\n");
  two = send (self, "two");
  im_conversations_set_session (self->conversations, second);
  expect (self, "sent two 1\nchanged one 2\nchanged two 2\n");
  check_stanza (second, 0, one);
  check_stanza (second, 1, two);
  wait_for_ping (second, 1);
  /* The answer that comes late, from the old connection, says nothing. */
  fake_session_answer (first, NULL);
  expect (self, "");
  fake_session_answer (second, NULL);
  expect (self, "changed one 3\nchanged two 3\n");
  im_conversations_set_session (self->conversations, NULL);
  im_conversations_set_session (self->conversations, third);
  expect (self, "");
  g_assert_cmpuint (fake_session_get_n_sent (third), ==, 0);
}

static void
test_sends_after_restart (Fixture *self, gconstpointer data)
{
  g_autoptr (ImMessage) one G_GNUC_UNUSED = send (self, "one");
  g_autoptr (ImMessage) two = NULL;
  g_autoptr (XmppSession) first = fake_session_new ();
  g_autoptr (XmppSession) second = fake_session_new ();

  im_conversations_set_session (self->conversations, first);
  wait_for_ping (first, 1);
  fake_session_answer (first, NULL);
  wait_for_store (self);
  two = send (self, "two");
  /* Written to the wire, not confirmed; then we are gone. */
  stop (self);
  start (self);
  im_conversations_set_session (self->conversations, second);
  g_assert_cmpuint (fake_session_get_n_sent (second), ==, 1);
  check_stanza (second, 0, two);
}

static void
test_dead_line (Fixture *self, gconstpointer data)
{
  g_autoptr (XmppSession) session = fake_session_new ();
  g_autoptr (ImMessage) one = NULL;

  im_conversations_set_session (self->conversations, session);
  one = send (self, "one");
  wait_for_ping (session, 1);
  fake_session_answer (session,
                       g_error_new_literal (XMPP_ERROR, XMPP_ERROR_TIMED_OUT, "no answer"));
  wait_for_store (self);
  g_assert_cmpuint (self->n_stalled, ==, 1);
  g_assert_cmpint (im_message_get_state (one), ==, IM_MESSAGE_STATE_SENDING);
}

static void
end_with (Fixture *self, XmppStreamError code)
{
  g_autoptr (GError) error = g_error_new_literal (XMPP_STREAM_ERROR, code, "XML is too big");

  im_conversations_take_blame (self->conversations, error);
  im_conversations_set_session (self->conversations, NULL);
}

/* The second of three ends the stream each time: it fails, the others arrive, once. */
static void
test_ends_the_stream (Fixture *self, gconstpointer data)
{
  g_autoptr (ImMessage) one = send (self, "one");
  g_autoptr (ImMessage) two = send (self, "two");
  g_autoptr (ImMessage) three = send (self, "three");
  g_autoptr (XmppSession) first = fake_session_new ();
  g_autoptr (XmppSession) second = fake_session_new ();
  g_autoptr (XmppSession) third = fake_session_new ();
  g_autoptr (ImMessage) four = NULL;
  g_autoptr (ImMessage) five = NULL;

  im_conversations_set_session (self->conversations, first);
  end_with (self, XMPP_STREAM_ERROR_POLICY_VIOLATION);
  wait_for_store (self);
  g_string_truncate (self->events, 0);

  im_conversations_set_session (self->conversations, second);
  g_assert_cmpuint (fake_session_get_n_sent (second), ==, 1);
  wait_for_ping (second, 1);
  fake_session_answer (second, NULL);
  expect (self, "changed one 2\nchanged two 2\nchanged one 3\n");
  check_stanza (second, 1, two);
  end_with (self, XMPP_STREAM_ERROR_POLICY_VIOLATION);
  expect (self, "changed two 6\n");

  im_conversations_set_session (self->conversations, third);
  g_assert_cmpuint (fake_session_get_n_sent (third), ==, 1);
  check_stanza (third, 0, three);
  wait_for_ping (third, 1);
  fake_session_answer (third, NULL);
  expect (self, "changed three 2\nchanged three 3\n");

  /* Nobody is careful any more. */
  four = send (self, "four");
  five = send (self, "five");
  g_assert_cmpuint (fake_session_get_n_sent (third), ==, 3);
  check_stanza (third, 1, four);
  check_stanza (third, 2, five);
}

/* A server that goes, or a line that is cut, blames nobody. */
static void
test_blames_nobody (Fixture *self, gconstpointer data)
{
  g_autoptr (ImMessage) one = send (self, "one");

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (XmppSession) session = fake_session_new ();

      im_conversations_set_session (self->conversations, session);
      g_assert_cmpuint (fake_session_get_n_sent (session), ==, 1);
      end_with (self, i % 2 == 0 ? XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN : XMPP_STREAM_ERROR_CONFLICT);
    }
  wait_for_store (self);
  g_assert_cmpint (im_message_get_state (im_conversation_get_last_message (self->talk)), ==,
                   IM_MESSAGE_STATE_WAITING);
}

static void
test_refuses (Fixture *self, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (65537, 'x');
  g_autofree char *costly_text = g_strnfill (65536, '&');
  const char *texts[] = { "", long_text, costly_text };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      im_conversation_send_async (self->talk, im_message_new_outgoing (IM_MESSAGE_NORMAL, texts[i]),
                                  0, NULL, result_cb, &result);
      g_assert_null (im_conversation_send_finish (self->talk, wait_result (&result), &error));
      g_assert_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT);
    }
  expect (self, "");
}

static void
test_receives_once (Fixture *self, gconstpointer data)
{
  receive (self, "id-number-1", "hi");
  receive (self, "id-number-1", "hi");
  receive (self, "id-number-2", "hi");
  receive (self, "id-number-3", "");
  expect (self, "received hi\nreceived hi\n");
  g_assert_cmpuint (self->n_fresh, ==, 2);
  g_assert_cmpuint (im_conversation_get_unread (self->talk), ==, 2);
  g_assert_cmpstr (im_message_get_token (im_conversation_get_last_message (self->talk)), ==,
                   "id-number-2");
}

/* What we write to ourselves comes back from the server, and is there once. */
static void
test_to_ourselves (Fixture *self, gconstpointer data)
{
  g_autoptr (XmppSession) session = fake_session_new ();
  g_autoptr (XmppNode) stanza = xmpp_node_new ("message", "jabber:client");
  g_autoptr (XmppJid) phone = xmpp_jid_new ("alice@example.org/phone", NULL);
  g_autoptr (ImMessage) note = NULL;

  g_signal_handlers_disconnect_by_data (self->talk, self);
  self->talk = im_conversations_ensure (self->conversations, self->own);
  im_conversations_set_session (self->conversations, session);
  note = send (self, "milk");
  xmpp_node_set (stanza, "id", im_message_get_token (note));
  for (guint i = 0; i < 2; i++)
    {
      ImMessage *copy = im_message_new_incoming (stanza, phone, self->own);

      im_message_set_body (copy, i == 0 ? "milk" : "bread");
      im_conversation_deliver (self->talk, copy, TRUE);
    }
  wait_for_store (self);
  g_assert_cmpuint (self->n_fresh, ==, 1);
  g_assert_cmpuint (im_conversation_get_unread (self->talk), ==, 1);
}

static void
test_leaves_archive (Fixture *self, gconstpointer data)
{
  im_conversation_set_archived (self->talk, TRUE);
  receive (self, "id-number-1", "hi");
  wait_for_store (self);
  g_assert_false (im_conversation_is_archived (self->talk));
  im_conversation_set_archived (self->talk, TRUE);
  im_conversation_set_notify (self->talk, 3);
  receive (self, "id-number-2", "ho");
  wait_for_store (self);
  g_assert_true (im_conversation_is_archived (self->talk));
}

static void
test_keeps_settings (Fixture *self, gconstpointer data)
{
  im_conversation_set_draft (self->talk, "half a");
  im_conversation_set_draft (self->talk, "half a sentence");
  im_conversation_set_pinned (self->talk, TRUE);
  im_conversation_set_muted_until (self->talk, G_MAXINT64);
  stop (self);
  start (self);
  g_assert_cmpstr (im_conversation_get_draft (self->talk), ==, "half a sentence");
  g_assert_true (im_conversation_is_pinned (self->talk));
  g_assert_cmpint (im_conversation_get_muted_until (self->talk), ==, G_MAXINT64);
  g_assert_cmpuint (self->n_added, ==, 1);
}

static void
test_displays (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) unread = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("id-number-%u", i);

      receive (self, id, "x");
    }
  wait_for_store (self);
  g_string_truncate (self->events, 0);
  im_conversation_set_displayed (self->talk, 2);
  im_conversation_set_displayed (self->talk, 3);
  im_conversation_set_displayed (self->talk, 1);
  expect (self, "displayed 2\ndisplayed 3\n");
  g_assert_cmpuint (im_conversation_get_unread (self->talk), ==, 2);
  g_assert_cmpstr (im_conversation_get_displayed_token (self->talk), ==, "id-number-2");

  im_conversation_load_unread_async (self->talk, result_cb, &result);
  unread = im_conversation_load_unread_finish (self->talk, wait_result (&result), NULL);
  g_assert_cmpuint (unread->len, ==, 2);
  g_assert_cmpint (im_message_get_local_id (unread->pdata[0]), ==, 4);
  g_assert_true (im_message_is_unread (unread->pdata[0]));
  stop (self);
  start (self);
  g_assert_cmpuint (im_conversation_get_unread (self->talk), ==, 2);
}

/* B32: only of this conversation, only ours. */
static void
test_comes_back (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) bounce = g_error_new_literal (IM_ERROR, IM_ERROR_OFFLINE, "He is not there");
  g_autoptr (XmppSession) session = fake_session_new ();
  g_autoptr (XmppJid) eve = xmpp_jid_new ("eve@example.net", NULL);
  g_autoptr (ImMessage) one = NULL;
  g_autoptr (GError) error = NULL;
  ImMessage *last;

  im_conversations_set_session (self->conversations, session);
  one = send (self, "one");
  receive (self, "id-number-1", "two");
  wait_for_store (self);
  g_string_truncate (self->events, 0);
  im_conversation_fail_message (im_conversations_ensure (self->conversations, eve),
                                im_message_get_token (one), bounce);
  im_conversation_fail_message (self->talk, "id-number-1", bounce);
  expect (self, "");
  im_conversation_fail_message (self->talk, im_message_get_token (one), bounce);
  expect (self, "changed one 6\n");
  g_assert_cmpstr (im_message_get_error_text (one), ==, "He is not there");
  /* That the server has it does not make it sent. */
  wait_for_ping (session, 1);
  fake_session_answer (session, NULL);
  expect (self, "");
  last = im_conversation_get_last_message (self->talk);
  g_assert_false (im_conversation_retry (self->talk, last, &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE);
  g_assert_true (im_conversation_retry (self->talk, one, NULL));
  expect (self, "changed one 2\n");
  g_assert_cmpuint (fake_session_get_n_sent (session), ==, 2);
  check_stanza (session, 1, one);
}

static void
test_changes_are_gathered (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *id = g_strdup_printf ("id-number-%u", i);

      receive (self, id, "x");
      if (i % 100 == 0)
        wait_for_store (self);
    }
  while (im_conversation_get_unread (self->talk) < 1000 || self->conversations->changed_id != 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->n_changed, >=, 1);
  g_assert_cmpuint (self->n_changed, <=, 20);
  g_assert_cmpuint (self->conversations->changed->len, ==, 0);
}

static void
test_forgets (Fixture *self, gconstpointer data)
{
  g_autoptr (ImMessage) one G_GNUC_UNUSED = send (self, "one");
  g_autoptr (ImConversation) kept = g_object_ref (self->talk);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) late = NULL;
  g_autoptr (XmppSession) session = fake_session_new ();
  g_autoptr (GError) error = NULL;

  im_conversations_forget_async (self->conversations, self->talk, result_cb, &result);
  g_assert_cmpuint (self->n_removed, ==, 1);
  g_assert_null (im_conversations_find (self->conversations, self->bob));
  g_assert_true (
      im_conversations_forget_finish (self->conversations, wait_result (&result), &error));
  im_conversations_set_session (self->conversations, session);
  g_assert_cmpuint (fake_session_get_n_sent (session), ==, 0);
  im_conversation_send_async (kept, im_message_new_outgoing (IM_MESSAGE_NORMAL, "late"), 0, NULL,
                              result_cb, &late);
  g_assert_null (im_conversation_send_finish (kept, wait_result (&late), &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_CANCELLED);
  stop (self);
  start (self);
  g_assert_null (im_conversation_get_last_message (self->talk));
}

static void
test_history (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) found = NULL;
  g_autoptr (GAsyncResult) missing = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GPtrArray) hits = NULL;
  g_autoptr (ImMessage) mine G_GNUC_UNUSED = send (self, "tea at five");
  g_autoptr (GError) error = NULL;
  ImHistoryFilter filter = { .text = "tea" };
  gboolean is_complete;
  gint64 next;

  receive (self, "id-number-1", "coffee");
  wait_for_store (self);
  im_conversation_get_messages_async (self->talk, 0, IM_HISTORY_OLDER, 10, NULL, NULL, result_cb,
                                      &result);
  messages =
      im_conversation_get_messages_finish (self->talk, wait_result (&result), &is_complete, NULL);
  g_assert_true (is_complete);
  g_assert_cmpuint (messages->len, ==, 2);
  g_assert_cmpstr (xmpp_jid_get_text (im_message_get_sender (messages->pdata[0])), ==,
                   "bob@example.net/phone");
  g_assert_cmpstr (xmpp_jid_get_text (im_message_get_sender (messages->pdata[1])), ==,
                   "alice@example.org");
  g_assert_true (im_message_is_outgoing (messages->pdata[1]));

  im_conversations_search_async (self->conversations, NULL, &filter, 10, 0, result_cb, &found);
  hits = im_conversations_search_finish (self->conversations, wait_result (&found), &next, NULL);
  g_assert_cmpuint (hits->len, ==, 1);
  g_assert_cmpint (next, ==, 0);
  g_assert_cmpstr (im_message_get_body (hits->pdata[0]), ==, "tea at five");

  im_conversation_get_message_async (self->talk, "unknown", result_cb, &missing);
  g_assert_null (im_conversation_get_message_finish (self->talk, wait_result (&missing), &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_DOES_NOT_EXIST);
}

static void
test_keeps_headers (Fixture *self, gconstpointer data)
{
  g_autoptr (XmppNode) stanza = xmpp_node_new ("message", "jabber:client");
  ImMessage *message = im_message_new_incoming (stanza, self->bob, self->bob);
  GVariant *kept;

  im_message_set_body (message, "with a thread");
  im_message_set_header (message, "thread", g_variant_new_string ("first"));
  im_message_set_header (message, "thread", g_variant_new_string ("second"));
  im_message_set_header (message, "number", g_variant_new_uint32 (7));
  im_conversation_deliver (self->talk, message, TRUE);
  stop (self);
  start (self);
  message = im_conversation_get_last_message (self->talk);
  kept = im_message_get_header (message, "thread");
  g_assert_nonnull (kept);
  g_assert_cmpstr (g_variant_get_string (kept, NULL), ==, "second");
  g_assert_cmpuint (g_variant_get_uint32 (im_message_get_header (message, "number")), ==, 7);
  g_assert_cmpstr (im_message_get_token (message), ==, "");
}

static void
test_chat_states (Fixture *self, gconstpointer data)
{
  g_autoptr (XmppSession) session = fake_session_new ();

  im_conversation_set_chat_state (self->talk, IM_CHAT_STATE_COMPOSING);
  im_conversations_set_session (self->conversations, session);
  im_conversation_set_chat_state (self->talk, IM_CHAT_STATE_PAUSED);
  g_assert_cmpuint (fake_session_get_n_sent (session), ==, 0);
  self->adds_chat_state = TRUE;
  im_conversation_set_chat_state (self->talk, IM_CHAT_STATE_COMPOSING);
  im_conversation_set_chat_state (self->talk, IM_CHAT_STATE_COMPOSING);
  g_assert_cmpuint (fake_session_get_n_sent (session), ==, 1);
  g_assert_null (xmpp_node_find (fake_session_get_sent (session, 0), "body", NULL));
  im_conversation_receive_chat_state (self->talk, self->bob, IM_CHAT_STATE_COMPOSING);
  im_conversations_set_session (self->conversations, NULL);
  expect (self, "chat-state 4\nchat-state 1\n");
}

/* R25: the clock is set back; what comes later stays later. */
static void
test_places_grow (Fixture *self, gconstpointer data)
{
  gint64 first = im_conversation_take_place (self->talk, 5000);
  gint64 second = im_conversation_take_place (self->talk, 1000);

  g_assert_cmpint (second, >, first);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/im/conversation/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("waits-offline", test_waits_offline);
  ADD ("sends-online", test_sends_online);
  ADD ("sends-again-with-same-id", test_sends_again_with_same_id);
  ADD ("sends-after-restart", test_sends_after_restart);
  ADD ("dead-line", test_dead_line);
  ADD ("ends-the-stream", test_ends_the_stream);
  ADD ("blames-nobody", test_blames_nobody);
  ADD ("refuses", test_refuses);
  ADD ("receives-once", test_receives_once);
  ADD ("to-ourselves", test_to_ourselves);
  ADD ("leaves-archive", test_leaves_archive);
  ADD ("keeps-settings", test_keeps_settings);
  ADD ("displays", test_displays);
  ADD ("comes-back", test_comes_back);
  ADD ("changes-are-gathered", test_changes_are_gathered);
  ADD ("forgets", test_forgets);
  ADD ("history", test_history);
  ADD ("keeps-headers", test_keeps_headers);
  ADD ("chat-states", test_chat_states);
  ADD ("places-grow", test_places_grow);
  return g_test_run ();
}
