/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-history.c: what was said, with or without a channel or a connection.
 * im.linnet.Conversations1, im.linnet.History1; Telepathy 0.27.4 Debug */
#include "fixture.h"

#define CONVERSATIONS "im.linnet.Conversations1"
#define HISTORY "im.linnet.History1"
#define DEBUG_PATH TP_PATH "debug"
#define BOB "bob@example.org"

/* (transfer full): path of an account that is offline, to which something was written. */
static char *
write_offline (Fixture *f)
{
  char *account = fixture_create_account (f, "{}");

  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *parts =
          g_strdup_printf ("[{}, {'content-type': <'text/plain'>, 'content': <'text %u'>}]", i);

      fixture_do (f, account, CONVERSATIONS, "Send",
                  g_variant_new ("(s@aa{sv}u)", BOB, fixture_parse ("aa{sv}", parts), 0));
    }
  return account;
}

static char *
get_messages (Fixture *f, const char *account, const char *arguments)
{
  g_autoptr (GVariant) result = fixture_call (f, account, HISTORY, "GetMessages",
                                              fixture_parse ("(ssuua{sv})", arguments));

  return g_variant_print (result, FALSE);
}

/* The messages' texts, in the order in which they stand there. */
static void
assert_texts (Fixture *f, const char *account, const char *arguments, const char *wanted)
{
  g_autofree char *text = get_messages (f, account, arguments);
  g_autoptr (GString) found = g_string_new (NULL);

  for (const char *at = text; (at = strstr (at, "<'text ")) != NULL; at++)
    g_string_append_c (found, at[strlen ("<'text ")]);
  g_string_append (found, g_str_has_suffix (text, ", true)") ? "." : "…");
  g_assert_cmpstr (found->str, ==, wanted);
}

static void
test_history_is_read_in_pages (Fixture *f, gconstpointer data)
{
  g_autofree char *account = write_offline (f);

  assert_texts (f, account, "('" BOB "', '', 0, 0, {})", "321.");
  assert_texts (f, account, "('" BOB "', '', 0, 2, {})", "32…");
  assert_texts (f, account, "('" BOB "', '2', 0, 10, {})", "1.");
  assert_texts (f, account, "('" BOB "', '', 0, 0, {'text': <'text 2'>})", "2.");
  assert_texts (f, account, "('" BOB "', '', 0, 0, {'outgoing': <false>})", ".");
  assert_texts (f, account, "('nobody@example.org', '', 0, 0, {})", ".");
  fixture_stop_service (f);
  fixture_start_service (f);
  assert_texts (f, account, "('" BOB "', '', 0, 0, {})", "321.");
}

static void
refuse_messages (Fixture *f, const char *account, const char *arguments, const char *error)
{
  fixture_refuse (f, account, HISTORY, "GetMessages", fixture_parse ("(ssuua{sv})", arguments),
                  error);
}

static void
test_what_makes_no_sense_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *account = write_offline (f);

  refuse_messages (f, account, "('@', '', 0, 0, {})", "InvalidHandle");
  refuse_messages (f, account, "('" BOB "/x', '', 0, 0, {})", "InvalidHandle");
  refuse_messages (f, account, "('" BOB "', 'x', 0, 0, {})", "InvalidArgument");
  refuse_messages (f, account, "('" BOB "', '-1', 0, 0, {})", "InvalidArgument");
  refuse_messages (f, account, "('" BOB "', '9999', 0, 0, {})", "DoesNotExist");
  refuse_messages (f, account, "('" BOB "', '', 3, 0, {})", "InvalidArgument");
  refuse_messages (f, account, "('" BOB "', '', 0, 1001, {})", "InvalidArgument");
  refuse_messages (f, account, "('" BOB "', '', 0, 0, {'colour': <'red'>})", "InvalidArgument");
  refuse_messages (f, account, "('" BOB "', '', 0, 0, {'since': <'now'>})", "InvalidArgument");
  refuse_messages (f, account, "('" BOB "', '', 0, 0, {'since': <int64 -1>})", "InvalidArgument");
  fixture_refuse (f, account, HISTORY, "GetMessage", g_variant_new ("(ss)", BOB, "no token"),
                  "DoesNotExist");
  fixture_refuse (f, account, HISTORY, "GetMessage", g_variant_new ("(ss)", "x@y", "t"),
                  "DoesNotExist");
  fixture_refuse (f, account, HISTORY, "Search", fixture_parse ("(a{sv}us)", "({}, 0, '')"),
                  "InvalidArgument");
  fixture_refuse (f, account, HISTORY, "Search",
                  fixture_parse ("(a{sv}us)", "({'text': <'a'>}, 201, '')"), "InvalidArgument");
  fixture_refuse (f, account, HISTORY, "Search",
                  fixture_parse ("(a{sv}us)", "({'text': <'a'>}, 0, 'x')"), "InvalidArgument");
}

static void
test_conversations_are_set_and_kept (Fixture *f, gconstpointer data)
{
  g_autofree char *account = write_offline (f);
  g_autoptr (GVariant) map = NULL;
  g_autofree char *text = NULL;

  fixture_forget (f);
  fixture_do (f, account, CONVERSATIONS, "SetPinned", g_variant_new ("(sb)", BOB, TRUE));
  fixture_do (f, account, CONVERSATIONS, "SetArchived", g_variant_new ("(sb)", BOB, TRUE));
  fixture_do (f, account, CONVERSATIONS, "SetNotify", g_variant_new ("(su)", BOB, 2));
  fixture_do (f, account, CONVERSATIONS, "SetMutedUntil", g_variant_new ("(sx)", BOB, G_MAXINT64));
  fixture_do (f, account, CONVERSATIONS, "SetDraft", g_variant_new ("(ss)", BOB, "dra"));
  fixture_do (f, account, CONVERSATIONS, "SetDisplayed", g_variant_new ("(ss)", BOB, ""));
  fixture_wait_heard (f, account, CONVERSATIONS, "ConversationsChanged");
  fixture_stop_service (f);
  fixture_start_service (f);
  map = fixture_get (f, account, CONVERSATIONS, "Conversations");
  text = g_variant_print (map, FALSE);
  g_assert_nonnull (strstr (text, "'pinned': <true>"));
  g_assert_nonnull (strstr (text, "'archived': <true>"));
  g_assert_nonnull (strstr (text, "'notify': <uint32 2>"));
  g_assert_nonnull (strstr (text, "'muted-until': <int64 9223372036854775807>"));
  g_assert_nonnull (strstr (text, "'draft': <'dra'>"));
  fixture_forget (f);
  fixture_do (f, account, CONVERSATIONS, "Forget", g_variant_new ("(s)", BOB));
  fixture_wait_heard (f, account, HISTORY, "MessagesRemoved");
  fixture_refuse (f, account, CONVERSATIONS, "Forget", g_variant_new ("(s)", BOB), "DoesNotExist");
  assert_texts (f, account, "('" BOB "', '', 0, 0, {})", ".");
}

static void
test_conversations_refuse_what_they_cannot_be (Fixture *f, gconstpointer data)
{
  g_autofree char *account = write_offline (f);
  g_autofree char *long_text = g_strnfill (65537, 'x');

  fixture_refuse (f, account, CONVERSATIONS, "SetPinned", g_variant_new ("(sb)", "@", TRUE),
                  "InvalidHandle");
  fixture_refuse (f, account, CONVERSATIONS, "SetPinned", g_variant_new ("(sb)", "x@y", TRUE),
                  "DoesNotExist");
  fixture_refuse (f, account, CONVERSATIONS, "SetNotify", g_variant_new ("(su)", BOB, 4),
                  "InvalidArgument");
  fixture_refuse (f, account, CONVERSATIONS, "SetMutedUntil",
                  g_variant_new ("(sx)", BOB, (gint64) -1), "InvalidArgument");
  fixture_refuse (f, account, CONVERSATIONS, "SetDraft", g_variant_new ("(ss)", BOB, long_text),
                  "InvalidArgument");
  fixture_refuse (f, account, CONVERSATIONS, "SetDisplayed", g_variant_new ("(ss)", BOB, "t"),
                  "DoesNotExist");
  fixture_refuse (f, account, CONVERSATIONS, "Retry", g_variant_new ("(sx)", BOB, (gint64) 99),
                  "DoesNotExist");
  fixture_refuse (f, account, CONVERSATIONS, "Retry", g_variant_new ("(sx)", BOB, (gint64) 1),
                  "NotAvailable");
  fixture_refuse (f, account, CONVERSATIONS, "Open", g_variant_new ("(sxs)", BOB, (gint64) 0, ""),
                  "Offline");
  fixture_refuse (f, account, CONVERSATIONS, "Send",
                  g_variant_new ("(s@aa{sv}u)", BOB, fixture_parse ("aa{sv}", "[{}]"), 0),
                  "InvalidArgument");
}

static void
test_the_log_is_told_to_those_who_want_it (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) messages = fixture_call (f, DEBUG_PATH, TP "Debug", "GetMessages", NULL);
  g_autofree char *account = NULL;
  g_autofree char *text = NULL;

  g_assert_true (g_variant_is_of_type (messages, G_VARIANT_TYPE ("(a(dsus))")));
  fixture_sync (f);
  g_assert_cmpuint (fixture_count_heard (f, DEBUG_PATH, TP "Debug", "NewDebugMessage"), ==, 0);
  fixture_refuse_set (f, DEBUG_PATH, TP "Debug", "Enabled", g_variant_new_string ("yes"),
                      "org.freedesktop.DBus.Error.InvalidArgs");
  fixture_set (f, DEBUG_PATH, TP "Debug", "Enabled", g_variant_new_boolean (TRUE));
  account = write_offline (f);
  fixture_set (f, account, ACCOUNT, "Enabled", g_variant_new_boolean (TRUE));
  fixture_wait_server (f, "text 3", 1);
  fixture_wait_heard (f, DEBUG_PATH, TP "Debug", "NewDebugMessage");
  g_clear_pointer (&messages, g_variant_unref);
  messages = fixture_call (f, DEBUG_PATH, TP "Debug", "GetMessages", NULL);
  text = g_variant_print (messages, FALSE);
  /* Neither what is said nor the password. */
  g_assert_null (strstr (text, "text 3"));
  g_assert_false (g_regex_match_simple ("(?<!lib)secret(?!s| service)", text, 0, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/history/pages", test_history_is_read_in_pages);
  ADD ("/bus/history/no-sense", test_what_makes_no_sense_is_refused);
  ADD ("/bus/history/conversations", test_conversations_are_set_and_kept);
  ADD ("/bus/history/conversations-refuse", test_conversations_refuse_what_they_cannot_be);
  ADD ("/bus/history/log", test_the_log_is_told_to_those_who_want_it);
  return g_test_run ();
}
