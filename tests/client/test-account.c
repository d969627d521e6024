/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-account.c: what the window makes of the state of an account. Telepathy 0.27.4 Account */
#include <gio/gio.h>

#include "model/linnet-account-private.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/account/between-two-tries", test_between_two_tries_it_is_not_connected);
  g_test_add_func ("/client/account/refused-password", test_a_refused_password_is_asked_for);
  return g_test_run ();
}
