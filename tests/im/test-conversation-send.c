/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-conversation-send.c: stored, then sent; sent once, and given up when it must be */

#include "conversation-fixture.h"
#include "fake-session.h"
#include "xmpp/xmpp-error.h"

static void
test_waits_offline (ConversationFixture *self, gconstpointer data)
{
  g_autoptr (ImMessage) one = conversation_send (self, "one");
  g_autoptr (ImMessage) two = conversation_send (self, "two");
  g_autoptr (XmppSession) session = fake_session_new ();

  conversation_expect (self, "sent one 1\nsent two 1\n");
  im_conversations_set_session (self->conversations, session);
  conversation_expect (self, "changed one 2\nchanged two 2\n");
  g_assert_cmpuint (fake_session_get_n_sent (session), ==, 2);
  conversation_check_stanza (session, 0, one);
  conversation_check_stanza (session, 1, two);

  /* One ping for both, and only its answer makes them sent. */
  conversation_wait_for_ping (session, 1);
  conversation_expect (self, "");
  fake_session_answer (session, NULL);
  conversation_expect (self, "changed one 3\nchanged two 3\n");
  g_assert_cmpint (im_message_get_state (im_conversation_get_last_message (self->talk)), ==,
                   IM_MESSAGE_STATE_SENT);
}

static void
test_sends_online (ConversationFixture *self, gconstpointer data)
{
  g_autoptr (XmppSession) session = fake_session_new ();
  g_autoptr (ImMessage) one = NULL;
  g_autoptr (ImMessage) two = NULL;

  im_conversations_set_session (self->conversations, session);
  one = conversation_send (self, "one");
  conversation_expect (self, "sent one 2\n");
  conversation_check_stanza (session, 0, one);
  conversation_wait_for_ping (session, 1);
  /* What goes out behind the ping is not confirmed by its answer. */
  two = conversation_send (self, "two");
  fake_session_answer (
      session,
      g_error_new_literal (XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, "no ping"));
  conversation_expect (self, "sent two 2\nchanged one 3\n");
  conversation_wait_for_ping (session, 2);
  fake_session_answer (session, NULL);
  conversation_expect (self, "changed two 3\n");
}

static void
test_sends_again_with_same_id (ConversationFixture *self, gconstpointer data)
{
  g_autoptr (XmppSession) first = fake_session_new ();
  g_autoptr (XmppSession) second = fake_session_new ();
  g_autoptr (XmppSession) third = fake_session_new ();
  g_autoptr (ImMessage) one = NULL;
  g_autoptr (ImMessage) two = NULL;

  im_conversations_set_session (self->conversations, first);
  one = conversation_send (self, "one");
  conversation_wait_for_ping (first, 1);
  im_conversations_set_session (self->conversations, NULL);
  conversation_expect (self, "sent one 2\nchanged one 1\n");
  two = conversation_send (self, "two");
  im_conversations_set_session (self->conversations, second);
  conversation_expect (self, "sent two 1\nchanged one 2\nchanged two 2\n");
  conversation_check_stanza (second, 0, one);
  conversation_check_stanza (second, 1, two);
  conversation_wait_for_ping (second, 1);
  /* The answer that comes late, from the old connection, says nothing. */
  fake_session_answer (first, NULL);
  conversation_expect (self, "");
  fake_session_answer (second, NULL);
  conversation_expect (self, "changed one 3\nchanged two 3\n");
  im_conversations_set_session (self->conversations, NULL);
  im_conversations_set_session (self->conversations, third);
  conversation_expect (self, "");
  g_assert_cmpuint (fake_session_get_n_sent (third), ==, 0);
}

static void
test_sends_after_restart (ConversationFixture *self, gconstpointer data)
{
  g_autoptr (ImMessage) one G_GNUC_UNUSED = conversation_send (self, "one");
  g_autoptr (ImMessage) two = NULL;
  g_autoptr (XmppSession) first = fake_session_new ();
  g_autoptr (XmppSession) second = fake_session_new ();

  im_conversations_set_session (self->conversations, first);
  conversation_wait_for_ping (first, 1);
  fake_session_answer (first, NULL);
  conversation_wait_for_store (self);
  two = conversation_send (self, "two");
  /* Written to the wire, not confirmed; then we are gone. */
  conversation_stop (self);
  conversation_start (self);
  im_conversations_set_session (self->conversations, second);
  g_assert_cmpuint (fake_session_get_n_sent (second), ==, 1);
  conversation_check_stanza (second, 0, two);
}

static void
test_dead_line (ConversationFixture *self, gconstpointer data)
{
  g_autoptr (XmppSession) session = fake_session_new ();
  g_autoptr (ImMessage) one = NULL;

  im_conversations_set_session (self->conversations, session);
  one = conversation_send (self, "one");
  conversation_wait_for_ping (session, 1);
  fake_session_answer (session,
                       g_error_new_literal (XMPP_ERROR, XMPP_ERROR_TIMED_OUT, "no answer"));
  conversation_wait_for_store (self);
  g_assert_cmpuint (self->n_stalled, ==, 1);
  g_assert_cmpint (im_message_get_state (one), ==, IM_MESSAGE_STATE_SENDING);
}

static void
end_with (ConversationFixture *self, XmppStreamError code)
{
  g_autoptr (GError) error = g_error_new_literal (XMPP_STREAM_ERROR, code, "XML is too big");

  im_conversations_take_blame (self->conversations, error);
  im_conversations_set_session (self->conversations, NULL);
}

/* The second of three ends the stream each time: it fails, the others arrive, once. */
static void
test_ends_the_stream (ConversationFixture *self, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ImMessage) one = conversation_send (self, "one");
  g_autoptr (ImMessage) two = conversation_send (self, "two");
  g_autoptr (ImMessage) three = conversation_send (self, "three");
  g_autoptr (XmppSession) first = fake_session_new ();
  g_autoptr (XmppSession) second = fake_session_new ();
  g_autoptr (XmppSession) third = fake_session_new ();
  g_autoptr (ImMessage) four = NULL;
  g_autoptr (ImMessage) five = NULL;

  im_conversations_set_session (self->conversations, first);
  end_with (self, XMPP_STREAM_ERROR_POLICY_VIOLATION);
  conversation_wait_for_store (self);
  g_string_truncate (self->events, 0);

  im_conversations_set_session (self->conversations, second);
  g_assert_cmpuint (fake_session_get_n_sent (second), ==, 1);
  conversation_wait_for_ping (second, 1);
  fake_session_answer (second, NULL);
  conversation_expect (self, "changed one 2\nchanged two 2\nchanged one 3\n");
  conversation_check_stanza (second, 1, two);
  end_with (self, XMPP_STREAM_ERROR_POLICY_VIOLATION);
  conversation_expect (self, "changed two 6\n");

  im_conversations_set_session (self->conversations, third);
  g_assert_cmpuint (fake_session_get_n_sent (third), ==, 1);
  conversation_check_stanza (third, 0, three);
  conversation_wait_for_ping (third, 1);
  fake_session_answer (third, NULL);
  conversation_expect (self, "changed three 2\nchanged three 3\n");

  /* Nobody is careful any more. */
  four = conversation_send (self, "four");
  five = conversation_send (self, "five");
  g_assert_cmpuint (fake_session_get_n_sent (third), ==, 3);
  conversation_check_stanza (third, 1, four);
  conversation_check_stanza (third, 2, five);
}

/* A server that goes, or a line that is cut, blames nobody. */
static void
test_blames_nobody (ConversationFixture *self, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (ImMessage) one = conversation_send (self, "one");

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (XmppSession) session = fake_session_new ();

      im_conversations_set_session (self->conversations, session);
      g_assert_cmpuint (fake_session_get_n_sent (session), ==, 1);
      end_with (self, i % 2 == 0 ? XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN : XMPP_STREAM_ERROR_CONFLICT);
    }
  conversation_wait_for_store (self);
  g_assert_cmpint (im_message_get_state (im_conversation_get_last_message (self->talk)), ==,
                   IM_MESSAGE_STATE_WAITING);
}

/* XEP-0478: it is told at once; what was written before there was a connection fails alone. */
static void
test_is_too_long_for_the_server (ConversationFixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (10000, 'x');
  g_autofree char *failed = g_strdup_printf ("changed %s 6\n", text);
  G_GNUC_UNUSED g_autoptr (ImMessage) early = conversation_send (self, text);
  g_autoptr (ImMessage) small = conversation_send (self, "small");
  g_autoptr (XmppSession) session = fake_session_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  conversation_wait_for_store (self);
  g_string_truncate (self->events, 0);
  fake_session_set_max_bytes (session, 10000);
  im_conversations_set_session (self->conversations, session);
  g_assert_cmpuint (fake_session_get_n_sent (session), ==, 1);
  conversation_check_stanza (session, 0, small);
  conversation_wait_for_store (self);
  g_assert_nonnull (strstr (self->events->str, failed));
  im_conversation_send_async (self->talk, im_message_new_outgoing (IM_MESSAGE_NORMAL, text), 0,
                              NULL, conversation_result_cb, &result);
  g_assert_null (
      im_conversation_send_finish (self->talk, conversation_wait_result (&result), &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (fake_session_get_n_sent (session), ==, 1);
  im_conversations_set_session (self->conversations, NULL);
  conversation_wait_for_store (self);
}

static void
test_refuses (ConversationFixture *self, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (65537, 'x');
  g_autofree char *costly_text = g_strnfill (65536, '&');
  const char *texts[] = { "", long_text, costly_text };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      im_conversation_send_async (self->talk, im_message_new_outgoing (IM_MESSAGE_NORMAL, texts[i]),
                                  0, NULL, conversation_result_cb, &result);
      g_assert_null (
          im_conversation_send_finish (self->talk, conversation_wait_result (&result), &error));
      g_assert_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT);
    }
  conversation_expect (self, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                                       \
  g_test_add ("/im/conversation/" path, ConversationFixture, NULL, conversation_set_up, func, \
              conversation_tear_down)
  ADD ("waits-offline", test_waits_offline);
  ADD ("sends-online", test_sends_online);
  ADD ("sends-again-with-same-id", test_sends_again_with_same_id);
  ADD ("sends-after-restart", test_sends_after_restart);
  ADD ("dead-line", test_dead_line);
  ADD ("ends-the-stream", test_ends_the_stream);
  ADD ("blames-nobody", test_blames_nobody);
  ADD ("refuses", test_refuses);
  ADD ("is-too-long-for-the-server", test_is_too_long_for_the_server);
  return g_test_run ();
}
