/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-account.c: what the window makes of the state of an account. Telepathy 0.27.4 Account */
#include <gio/gio.h>

#include "model/linnet-account-private.h"
#include "model/linnet-conversation-private.h"

#define REFUSED "org.freedesktop.Telepathy.Error.ConnectionRefused"
#define WRONG_PASSWORD "org.freedesktop.Telepathy.Error.AuthenticationFailed"
#define CONNECTION "/org/freedesktop/Telepathy/Connection/linnet/jabber/a"

static void
take (LinnetAccount *account, const char *properties)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_parsed (properties));

  linnet_account_take_properties (account, value);
}

static void
assert_state (LinnetAccount *account, LinnetConnectionState state, const char *error)
{
  g_assert_cmpint (linnet_account_get_state (account), ==, state);
  g_assert_cmpstr (linnet_account_get_error_name (account), ==, error);
}

static void
test_between_two_tries_it_is_not_connected (void)
{
  g_autoptr (LinnetAccount) account = linnet_account_new ("alice@example.org");

  take (account, "{'ConnectionStatus': <uint32 1>, 'Connection': <objectpath '" CONNECTION
                 "'>, 'ConnectionError': <''>}");
  assert_state (account, LINNET_CONNECTION_CONNECTING, NULL);
  /* It waits: the status is the same. */
  take (account, "{'Connection': <objectpath '/'>, 'ConnectionError': <'" REFUSED "'>}");
  assert_state (account, LINNET_CONNECTION_DISCONNECTED, REFUSED);
  g_assert_nonnull (linnet_account_get_error_text (account));
  /* The next try, and what it ends with: the same once more. */
  take (account, "{'Connection': <objectpath '" CONNECTION "'>}");
  assert_state (account, LINNET_CONNECTION_CONNECTING, NULL);
  take (account, "{'Connection': <objectpath '/'>}");
  assert_state (account, LINNET_CONNECTION_DISCONNECTED, REFUSED);
  take (account, "{'ConnectionStatus': <uint32 0>, 'Connection': <objectpath '" CONNECTION
                 "'>, 'ConnectionError': <''>}");
  assert_state (account, LINNET_CONNECTION_CONNECTED, NULL);
}

static void
test_a_refused_password_is_asked_for (void)
{
  g_autoptr (LinnetAccount) account = linnet_account_new ("alice@example.org");

  take (account, "{'ConnectionStatus': <uint32 2>, 'Connection': <objectpath '/'>, "
                 "'ConnectionError': <'" WRONG_PASSWORD "'>}");
  assert_state (account, LINNET_CONNECTION_DISCONNECTED, WRONG_PASSWORD);
  g_assert_true (linnet_account_get_needs_password (account));
}

static void
take_conversations (LinnetAccount *account, const char *text)
{
  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_new_parsed (text));

  linnet_account_take_conversations (account, all);
}

static void
test_what_was_forgotten_meanwhile_goes (void)
{
  g_autoptr (LinnetAccount) account = linnet_account_new ("alice@example.org");
  LinnetConversation *bob;

  take_conversations (account, "{'bob@example.org': {'unread': <uint32 1>},"
                               " 'carol@example.org': {'unread': <uint32 2>}}");
  bob = linnet_account_lookup_conversation (account, "bob@example.org");
  linnet_account_ensure_conversation (account, "dora@example.org"); /* just opened by a person */
  take_conversations (account, "{'bob@example.org': {'unread': <uint32 3>}}");
  g_assert_true (linnet_account_lookup_conversation (account, "bob@example.org") == bob);
  g_assert_cmpuint (linnet_conversation_get_unread (bob), ==, 3);
  g_assert_null (linnet_account_lookup_conversation (account, "carol@example.org"));
  g_assert_nonnull (linnet_account_lookup_conversation (account, "dora@example.org"));
  g_assert_cmpuint (g_list_model_get_n_items (linnet_account_get_conversations (account)), ==, 2);
}

/* B30 */
static void
test_a_stranger_who_looks_like_a_contact_is_marked (void)
{
  g_autoptr (LinnetAccount) account = linnet_account_new ("alice@example.org");
  LinnetConversation *conversation;
  LinnetContact *contact;

  take_conversations (account, "{'b0b@example.org': {'confusable-with': <'bob@example.org'>}}");
  conversation = linnet_account_lookup_conversation (account, "b0b@example.org");
  g_assert_cmpstr (linnet_conversation_get_looks_like (conversation), ==, "bob@example.org");
  take_conversations (account, "{'b0b@example.org': {'confusable-with': <''>}}");
  g_assert_null (linnet_conversation_get_looks_like (conversation));
  /* One who asks to be a contact is in the list. */
  contact = linnet_account_ensure_contact (account, "b0b@example.org");
  linnet_contact_set_looks_like (contact, "bob@example.org");
  g_assert_cmpstr (linnet_conversation_get_looks_like (conversation), ==, "bob@example.org");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/account/between-two-tries", test_between_two_tries_it_is_not_connected);
  g_test_add_func ("/client/account/refused-password", test_a_refused_password_is_asked_for);
  g_test_add_func ("/client/account/forgotten", test_what_was_forgotten_meanwhile_goes);
  g_test_add_func ("/client/account/b30-looks-like",
                   test_a_stranger_who_looks_like_a_contact_is_marked);
  return g_test_run ();
}
