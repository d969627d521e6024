/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-groups.c: the groups of an account. Telepathy Connection.Interface.ContactGroups, XEP-0083
 */
#include <gio/gio.h>

#include "model/linnet-account-private.h"

#define STRV(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
assert_groups (LinnetAccount *account, const char *names)
{
  GListModel *groups = linnet_account_get_groups (account);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (LinnetGroup) group = g_list_model_get_item (groups, i);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", linnet_group_get_name (group));
    }
  g_assert_cmpstr (text->str, ==, names);
}

static void
test_groups_are_in_order_and_once (void)
{
  g_autoptr (LinnetAccount) account = linnet_account_new ("alice@a.test");
  g_autoptr (LinnetGroup) first = NULL;
  g_autoptr (LinnetGroup) still = NULL;

  linnet_account_take_groups (account, STRV ("work", "friends"));
  assert_groups (account, "friends work");
  first = g_list_model_get_item (linnet_account_get_groups (account), 0);
  linnet_account_groups_created (account, STRV ("friends", "aunts"));
  assert_groups (account, "aunts friends work");
  linnet_account_take_groups (account, STRV ("friends", "zoo"));
  assert_groups (account, "friends zoo");
  still = g_list_model_get_item (linnet_account_get_groups (account), 0);
  g_assert_true (first == still);
  linnet_account_groups_removed (account, STRV ("zoo", "none"));
  assert_groups (account, "friends");
}

static void
test_a_renamed_group_is_the_same_one (void)
{
  g_autoptr (LinnetAccount) account = linnet_account_new ("alice@a.test");
  g_autoptr (LinnetGroup) group = NULL;
  g_autoptr (LinnetGroup) still = NULL;

  linnet_account_take_groups (account, STRV ("a", "b"));
  group = g_list_model_get_item (linnet_account_get_groups (account), 0);
  linnet_account_group_renamed (account, "a", "c");
  assert_groups (account, "b c");
  still = g_list_model_get_item (linnet_account_get_groups (account), 1);
  g_assert_true (group == still);
  linnet_account_group_renamed (account, "c", "b");
  assert_groups (account, "b");
  linnet_account_group_renamed (account, "unknown", "d");
  assert_groups (account, "b d");
}

static void
assert_path (const char *name, const char *delimiter, const char *path)
{
  g_autoptr (LinnetGroup) group = linnet_group_new (name);
  g_auto (GStrv) parts = linnet_group_dup_path (group, delimiter);
  g_autofree char *joined = g_strjoinv ("|", parts);

  g_assert_cmpstr (joined, ==, path);
}

static void
test_groups_are_within_groups_where_there_is_a_delimiter (void)
{
  assert_path ("Family::Aunts", "::", "Family|Aunts");
  assert_path ("Family::Aunts", "", "Family::Aunts");
  assert_path ("Family::Aunts", NULL, "Family::Aunts");
  assert_path ("Friends", "::", "Friends");
  assert_path ("::", "::", "::");
  assert_path ("Odd::", "::", "Odd::");
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  linnet_account_action_finish (LINNET_ACCOUNT (source), result, data);
}

static void
test_offline_nothing_is_changed (void)
{
  LinnetAccount *account = linnet_account_new ("alice@a.test");
  g_autoptr (GError) renamed = NULL;
  g_autoptr (GError) removed = NULL;
  g_autoptr (GError) shown = NULL;

  linnet_account_rename_group_async (account, "a", "b", done_cb, &renamed);
  linnet_account_remove_group_async (account, "a", done_cb, &removed);
  linnet_account_set_published_async (account, "bob@a.test", TRUE, done_cb, &shown);
  while (renamed == NULL || removed == NULL || shown == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (renamed, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  g_assert_error (removed, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  g_assert_error (shown, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  g_assert_finalize_object (account);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/groups/in-order", test_groups_are_in_order_and_once);
  g_test_add_func ("/client/groups/renamed", test_a_renamed_group_is_the_same_one);
  g_test_add_func ("/client/groups/within",
                   test_groups_are_within_groups_where_there_is_a_delimiter);
  g_test_add_func ("/client/groups/offline", test_offline_nothing_is_changed);
  return g_test_run ();
}
