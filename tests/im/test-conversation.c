/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-conversation.c: stored, then signalled; read once; what a conversation keeps */

#include "conversation-fixture.h"
#include "fake-session.h"

static void
test_receives_once (ConversationFixture *self, gconstpointer data)
{
  conversation_receive (self, "id-number-1", "hi");
  conversation_receive (self, "id-number-1", "hi");
  conversation_receive (self, "id-number-2", "hi");
  conversation_receive (self, "id-number-3", "");
  conversation_expect (self, "received hi\nreceived hi\n");
  g_assert_cmpuint (self->n_fresh, ==, 2);
  g_assert_cmpuint (im_conversation_get_unread (self->talk), ==, 2);
  g_assert_cmpstr (im_message_get_token (im_conversation_get_last_message (self->talk)), ==,
                   "id-number-2");
}

/* What we write to ourselves comes back from the server, and is there once. */
static void
test_to_ourselves (ConversationFixture *self, gconstpointer data)
{
  g_autoptr (XmppSession) session = fake_session_new ();
  g_autoptr (XmppNode) stanza = xmpp_node_new ("message", "jabber:client");
  g_autoptr (XmppJid) phone = xmpp_jid_new ("alice@example.org/phone", NULL);
  g_autoptr (ImMessage) note = NULL;

  g_signal_handlers_disconnect_by_data (self->talk, self);
  self->talk = im_conversations_ensure (self->conversations, self->own);
  im_conversations_set_session (self->conversations, session);
  note = conversation_send (self, "milk");
  xmpp_node_set (stanza, "id", im_message_get_token (note));
  for (guint i = 0; i < 2; i++)
    {
      ImMessage *copy = im_message_new_incoming (stanza, phone, self->own);

      im_message_set_body (copy, i == 0 ? "milk" : "bread");
      im_conversation_deliver (self->talk, copy, TRUE);
    }
  conversation_wait_for_store (self);
  g_assert_cmpuint (self->n_fresh, ==, 1);
  g_assert_cmpuint (im_conversation_get_unread (self->talk), ==, 1);
}

static void
test_leaves_archive (ConversationFixture *self, gconstpointer data)
{
  im_conversation_set_archived (self->talk, TRUE);
  conversation_receive (self, "id-number-1", "hi");
  conversation_wait_for_store (self);
  g_assert_false (im_conversation_is_archived (self->talk));
  im_conversation_set_archived (self->talk, TRUE);
  im_conversation_set_notify (self->talk, 3);
  conversation_receive (self, "id-number-2", "ho");
  conversation_wait_for_store (self);
  g_assert_true (im_conversation_is_archived (self->talk));
}

static void
test_keeps_settings (ConversationFixture *self, gconstpointer data)
{
  im_conversation_set_draft (self->talk, "half a");
  im_conversation_set_draft (self->talk, "half a sentence");
  im_conversation_set_pinned (self->talk, TRUE);
  im_conversation_set_muted_until (self->talk, G_MAXINT64);
  conversation_stop (self);
  conversation_start (self);
  g_assert_cmpstr (im_conversation_get_draft (self->talk), ==, "half a sentence");
  g_assert_true (im_conversation_is_pinned (self->talk));
  g_assert_cmpint (im_conversation_get_muted_until (self->talk), ==, G_MAXINT64);
  g_assert_cmpuint (self->n_added, ==, 1);
}

static void
test_displays (ConversationFixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) unread = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("id-number-%u", i);

      conversation_receive (self, id, "x");
    }
  conversation_wait_for_store (self);
  g_string_truncate (self->events, 0);
  im_conversation_set_displayed (self->talk, 2);
  im_conversation_set_displayed (self->talk, 3);
  im_conversation_set_displayed (self->talk, 1);
  conversation_expect (self, "displayed 2\ndisplayed 3\n");
  g_assert_cmpuint (im_conversation_get_unread (self->talk), ==, 2);
  g_assert_cmpstr (im_conversation_get_displayed_token (self->talk), ==, "id-number-2");

  im_conversation_load_unread_async (self->talk, conversation_result_cb, &result);
  unread =
      im_conversation_load_unread_finish (self->talk, conversation_wait_result (&result), NULL);
  g_assert_cmpuint (unread->len, ==, 2);
  g_assert_cmpint (im_message_get_local_id (unread->pdata[0]), ==, 4);
  g_assert_true (im_message_is_unread (unread->pdata[0]));
  conversation_stop (self);
  conversation_start (self);
  g_assert_cmpuint (im_conversation_get_unread (self->talk), ==, 2);
}

/* B32: only of this conversation, only ours. */
static void
test_comes_back (ConversationFixture *self, gconstpointer data)
{
  g_autoptr (GError) bounce = g_error_new_literal (IM_ERROR, IM_ERROR_OFFLINE, "He is not there");
  g_autoptr (XmppSession) session = fake_session_new ();
  g_autoptr (XmppJid) eve = xmpp_jid_new ("eve@example.net", NULL);
  g_autoptr (ImMessage) one = NULL;
  g_autoptr (GError) error = NULL;
  ImMessage *last;

  im_conversations_set_session (self->conversations, session);
  one = conversation_send (self, "one");
  conversation_receive (self, "id-number-1", "two");
  conversation_wait_for_store (self);
  g_string_truncate (self->events, 0);
  im_conversation_fail_message (im_conversations_ensure (self->conversations, eve),
                                im_message_get_token (one), bounce);
  im_conversation_fail_message (self->talk, "id-number-1", bounce);
  conversation_expect (self, "");
  im_conversation_fail_message (self->talk, im_message_get_token (one), bounce);
  conversation_expect (self, "changed one 6\n");
  g_assert_cmpstr (im_message_get_error_text (one), ==, "He is not there");
  /* That the server has it does not make it sent. */
  conversation_wait_for_ping (session, 1);
  fake_session_answer (session, NULL);
  conversation_expect (self, "");
  last = im_conversation_get_last_message (self->talk);
  g_assert_false (im_conversation_retry (self->talk, last, &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE);
  g_assert_true (im_conversation_retry (self->talk, one, NULL));
  conversation_expect (self, "changed one 2\n");
  g_assert_cmpuint (fake_session_get_n_sent (session), ==, 2);
  conversation_check_stanza (session, 1, one);
}

static void
test_changes_are_gathered (ConversationFixture *self, gconstpointer data)
{
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *id = g_strdup_printf ("id-number-%u", i);

      conversation_receive (self, id, "x");
      if (i % 100 == 0)
        conversation_wait_for_store (self);
    }
  while (im_conversation_get_unread (self->talk) < 1000 || self->conversations->changed_id != 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->n_changed, >=, 1);
  g_assert_cmpuint (self->n_changed, <=, 20);
  g_assert_cmpuint (self->conversations->changed->len, ==, 0);
}

static void
test_forgets (ConversationFixture *self, gconstpointer data)
{
  g_autoptr (ImMessage) one G_GNUC_UNUSED = conversation_send (self, "one");
  g_autoptr (ImConversation) kept = g_object_ref (self->talk);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) late = NULL;
  g_autoptr (XmppSession) session = fake_session_new ();
  g_autoptr (GError) error = NULL;

  im_conversations_forget_async (self->conversations, self->talk, conversation_result_cb, &result);
  g_assert_cmpuint (self->n_removed, ==, 1);
  g_assert_null (im_conversations_find (self->conversations, self->bob));
  g_assert_true (im_conversations_forget_finish (self->conversations,
                                                 conversation_wait_result (&result), &error));
  im_conversations_set_session (self->conversations, session);
  g_assert_cmpuint (fake_session_get_n_sent (session), ==, 0);
  im_conversation_send_async (kept, im_message_new_outgoing (IM_MESSAGE_NORMAL, "late"), 0, NULL,
                              conversation_result_cb, &late);
  g_assert_null (im_conversation_send_finish (kept, conversation_wait_result (&late), &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_CANCELLED);
  conversation_stop (self);
  conversation_start (self);
  g_assert_null (im_conversation_get_last_message (self->talk));
}

static void
test_history (ConversationFixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) found = NULL;
  g_autoptr (GAsyncResult) missing = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  g_autoptr (GPtrArray) hits = NULL;
  g_autoptr (ImMessage) mine G_GNUC_UNUSED = conversation_send (self, "tea at five");
  g_autoptr (GError) error = NULL;
  ImHistoryFilter filter = { .text = "tea" };
  gboolean is_complete;
  gint64 next;

  conversation_receive (self, "id-number-1", "coffee");
  conversation_wait_for_store (self);
  im_conversation_get_messages_async (self->talk, 0, IM_HISTORY_OLDER, 10, NULL, NULL,
                                      conversation_result_cb, &result);
  messages = im_conversation_get_messages_finish (self->talk, conversation_wait_result (&result),
                                                  &is_complete, NULL);
  g_assert_true (is_complete);
  g_assert_cmpuint (messages->len, ==, 2);
  g_assert_cmpstr (xmpp_jid_get_text (im_message_get_sender (messages->pdata[0])), ==,
                   "bob@example.net/phone");
  g_assert_cmpstr (xmpp_jid_get_text (im_message_get_sender (messages->pdata[1])), ==,
                   "alice@example.org");
  g_assert_true (im_message_is_outgoing (messages->pdata[1]));

  im_conversations_search_async (self->conversations, NULL, &filter, 10, 0, conversation_result_cb,
                                 &found);
  hits = im_conversations_search_finish (self->conversations, conversation_wait_result (&found),
                                         &next, NULL);
  g_assert_cmpuint (hits->len, ==, 1);
  g_assert_cmpint (next, ==, 0);
  g_assert_cmpstr (im_message_get_body (hits->pdata[0]), ==, "tea at five");

  im_conversation_get_message_async (self->talk, "unknown", conversation_result_cb, &missing);
  g_assert_null (
      im_conversation_get_message_finish (self->talk, conversation_wait_result (&missing), &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_DOES_NOT_EXIST);
}

static void
test_keeps_headers (ConversationFixture *self, gconstpointer data)
{
  g_autoptr (XmppNode) stanza = xmpp_node_new ("message", "jabber:client");
  ImMessage *message = im_message_new_incoming (stanza, self->bob, self->bob);
  GVariant *kept;

  im_message_set_body (message, "with a thread");
  im_message_set_header (message, "thread", g_variant_new_string ("first"));
  im_message_set_header (message, "thread", g_variant_new_string ("second"));
  im_message_set_header (message, "number", g_variant_new_uint32 (7));
  im_conversation_deliver (self->talk, message, TRUE);
  conversation_stop (self);
  conversation_start (self);
  message = im_conversation_get_last_message (self->talk);
  kept = im_message_get_header (message, "thread");
  g_assert_nonnull (kept);
  g_assert_cmpstr (g_variant_get_string (kept, NULL), ==, "second");
  g_assert_cmpuint (g_variant_get_uint32 (im_message_get_header (message, "number")), ==, 7);
  g_assert_cmpstr (im_message_get_token (message), ==, "");
}

/* Of a long text a conversation keeps the beginning, in whole characters. */
static void
test_long_words_are_kept_in_short (ConversationFixture *self, gconstpointer data)
{
  g_autofree char *rest = g_strnfill (100 * 1024, 'x');
  g_autofree char *text = g_strconcat ("\xe2\x80\x94\xe2\x80\x94", rest, NULL);
  g_autoptr (GString) dashes = g_string_new (NULL);

  while (dashes->len <= 4096)
    g_string_append (dashes, "\xe2\x80\x94");
  conversation_receive (self, "id-number-1", text);
  for (guint i = 0; i < 2; i++)
    {
      ImMessage *last;

      conversation_wait_for_store (self);
      last = im_conversation_get_last_message (self->talk);
      g_assert_cmpuint (strlen (im_message_get_body (last)), ==, 4096);
      g_assert_true (g_str_has_prefix (text, im_message_get_body (last)));
      g_assert_nonnull (im_message_get_header (last, IM_HEADER_TRUNCATED));
      g_assert_cmpstr (im_message_get_token (last), ==, "id-number-1");
      g_assert_true (im_message_is_unread (last));
      conversation_stop (self);
      conversation_start (self);
    }
  conversation_receive (self, "id-number-2", dashes->str);
  conversation_wait_for_store (self);
  g_assert_cmpuint (strlen (im_message_get_body (im_conversation_get_last_message (self->talk))),
                    ==, 4095);
  conversation_receive (self, "id-number-3", "short");
  conversation_wait_for_store (self);
  g_assert_null (im_message_get_header (im_conversation_get_last_message (self->talk),
                                        IM_HEADER_TRUNCATED));
}

static void
test_chat_states (ConversationFixture *self, gconstpointer data)
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
  /* Ours: 4, 3 and 4; theirs: 4 and 1. */
  conversation_expect (
      self, "chat-state 4\nchat-state 3\nchat-state 4\nchat-state 4\nchat-state 1\n");
}

/* R25: the clock is set back; what comes later stays later. */
static void
test_places_grow (ConversationFixture *self, gconstpointer data)
{
  gint64 first = im_conversation_take_place (self->talk, 5000);
  gint64 second = im_conversation_take_place (self->talk, 1000);

  g_assert_cmpint (second, >, first);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                                       \
  g_test_add ("/im/conversation/" path, ConversationFixture, NULL, conversation_set_up, func, \
              conversation_tear_down)
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
  ADD ("long-words-are-kept-in-short", test_long_words_are_kept_in_short);
  ADD ("chat-states", test_chat_states);
  ADD ("places-grow", test_places_grow);
  return g_test_run ();
}
