/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-pages.c: what pages are made of says so where there is no service, and lets go of all that
 * it held */
#include <gio/gio.h>

#include "model/linnet-account-publish.h"
#include "model/linnet-disco.h"
#include "model/linnet-gateways.h"
#include "model/linnet-own-avatar.h"
#include "model/linnet-security.h"
#include "model/linnet-unregistration.h"

static void
action_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  linnet_account_action_finish (LINNET_ACCOUNT (source), result, data);
}

static void
assert_not_connected (GError **error)
{
  while (*error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (*error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  g_clear_error (error);
}

static void
test_nobody_is_told_of_an_account_that_is_offline (void)
{
  LinnetAccount *account = linnet_account_new ("alice@a.test");
  GError *error = NULL;

  linnet_account_publish_async (account, LINNET_FACT_MOOD,
                                g_variant_new_parsed ("{'mood': <'happy'>}"), action_cb, &error);
  assert_not_connected (&error);
  linnet_account_publish_async (account, LINNET_FACT_LOCATION, g_variant_new ("a{sv}", NULL),
                                action_cb, &error);
  assert_not_connected (&error);
  linnet_account_set_idle_since_async (account, 0, action_cb, &error);
  assert_not_connected (&error);
  linnet_account_set_nickname_async (account, "Ali", action_cb, &error);
  assert_not_connected (&error);
  linnet_account_change_password_async (account, "secret", NULL, action_cb, &error);
  assert_not_connected (&error);
  g_assert_finalize_object (account);
}

static void
avatar_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  linnet_own_avatar_set_finish (LINNET_OWN_AVATAR (source), result, data);
}

static void
test_a_picture_needs_an_account (void)
{
  LinnetAccount *account = linnet_account_new ("alice@a.test");
  LinnetOwnAvatar *avatar = linnet_own_avatar_new (account);
  GError *error = NULL;

  g_assert_null (linnet_own_avatar_get_picture (avatar));
  linnet_own_avatar_set_async (avatar, NULL, NULL, avatar_cb, &error);
  assert_not_connected (&error);
  g_assert_finalize_object (avatar);
  g_assert_finalize_object (account);
}

static void
test_an_account_is_not_removed_by_a_slip (void)
{
  LinnetAccount *account = linnet_account_new ("alice@a.test");
  LinnetUnregistration *leaving = linnet_unregistration_new (account);

  linnet_unregistration_run (leaving);
  g_assert_cmpint (linnet_unregistration_get_state (leaving), ==, LINNET_UNREGISTRATION_ASKING);
  linnet_unregistration_set_typed (leaving, "alice@a.test.example");
  linnet_unregistration_run (leaving);
  g_assert_cmpint (linnet_unregistration_get_state (leaving), ==, LINNET_UNREGISTRATION_ASKING);
  linnet_unregistration_set_typed (leaving, " alice@a.test ");
  g_assert_cmpint (linnet_unregistration_get_state (leaving), ==, LINNET_UNREGISTRATION_CONFIRMED);
  linnet_unregistration_set_typed (leaving, "alice@a.tes");
  g_assert_cmpint (linnet_unregistration_get_state (leaving), ==, LINNET_UNREGISTRATION_ASKING);
  linnet_unregistration_set_typed (leaving, "alice@a.test");
  linnet_unregistration_run (leaving);
  g_assert_cmpint (linnet_unregistration_get_state (leaving), ==, LINNET_UNREGISTRATION_FAILED);
  g_assert_nonnull (linnet_unregistration_get_error_text (leaving));
  g_assert_finalize_object (leaving);
  g_assert_finalize_object (account);
}

static void
form_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_null (linnet_gateways_register_finish (LINNET_GATEWAYS (source), result, data));
}

static void
gateway_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_false (linnet_gateways_finish (LINNET_GATEWAYS (source), result, data));
}

static void
test_gateways_need_a_connection (void)
{
  LinnetAccount *account = linnet_account_new ("alice@a.test");
  LinnetGateways *gateways = linnet_gateways_new (account);
  GError *error = NULL;

  linnet_gateways_register_async (gateways, "irc.a.test", NULL, form_cb, &error);
  assert_not_connected (&error);
  linnet_gateways_unregister_async (gateways, "irc.a.test", NULL, gateway_cb, &error);
  assert_not_connected (&error);
  linnet_gateways_set_online_async (gateways, "irc.a.test", FALSE, NULL, gateway_cb, &error);
  assert_not_connected (&error);
  linnet_account_ensure_contact (account, "irc.a.test");
  g_assert_cmpuint (g_list_model_get_n_items (linnet_gateways_get_list (gateways)), ==, 0);
  g_assert_finalize_object (gateways);
  g_assert_finalize_object (account);
}

static void
test_what_is_not_opened_asks_nobody (void)
{
  LinnetAccount *account = linnet_account_new ("alice@a.test");
  LinnetDisco *disco = linnet_disco_new (account, "a.test", "news");

  g_assert_cmpstr (linnet_disco_get_title (disco), ==, "news");
  linnet_disco_open (disco);
  g_assert_cmpint (linnet_page_get_state (LINNET_PAGE (disco)), ==, LINNET_PAGE_OFFLINE);
  g_assert_cmpuint (g_list_model_get_n_items (linnet_disco_get_items (disco)), ==, 0);
  g_assert_cmpuint (g_strv_length ((char **) linnet_disco_get_features (disco)), ==, 0);
  g_assert_finalize_object (disco);
  g_assert_finalize_object (account);
}

static void
test_without_a_connection_nothing_is_safe (void)
{
  LinnetAccount *account = linnet_account_new ("alice@a.test");
  LinnetSecurity *security = linnet_security_new (account);
  g_autofree char *text = linnet_security_dup_text (security);
  g_auto (GStrv) keys = linnet_security_dup_accepted_keys (security);
  g_autofree char *version = NULL;
  gboolean is_encrypted = TRUE;
  GError *error = NULL;

  g_assert_null (text);
  g_assert_null (linnet_security_get_certificate (security));
  g_assert_cmpuint (g_strv_length (keys), ==, 0);
  g_object_get (security, "encrypted", &is_encrypted, "tls-version", &version, NULL);
  g_assert_false (is_encrypted);
  g_assert_null (version);
  linnet_security_forget_keys_async (security, NULL, action_cb, &error);
  assert_not_connected (&error);
  g_assert_finalize_object (security);
  g_assert_finalize_object (account);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/pages/told", test_nobody_is_told_of_an_account_that_is_offline);
  g_test_add_func ("/client/pages/picture", test_a_picture_needs_an_account);
  g_test_add_func ("/client/pages/unregistration", test_an_account_is_not_removed_by_a_slip);
  g_test_add_func ("/client/pages/gateways", test_gateways_need_a_connection);
  g_test_add_func ("/client/pages/disco", test_what_is_not_opened_asks_nobody);
  g_test_add_func ("/client/pages/security", test_without_a_connection_nothing_is_safe);
  return g_test_run ();
}
