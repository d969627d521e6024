/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-profile.c: the fields of what somebody writes of themselves, and a page without a service.
 * Telepathy Contact_Info_Field */
#include <gio/gio.h>

#include "model/linnet-profile.h"

#define STRV(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
assert_field (const char *given, const char *back)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_parsed (given));
  g_autoptr (LinnetProfileField) field = linnet_profile_field_new_from_variant (value);
  g_autoptr (GVariant) again = g_variant_ref_sink (linnet_profile_field_to_variant (field));
  g_autofree char *text = g_variant_print (again, FALSE);

  g_assert_cmpstr (text, ==, back);
}

static void
test_a_field_goes_out_as_it_came (void)
{
  assert_field ("('tel', ['type=home', 'language=en'], ['1'])",
                "('tel', ['type=home', 'language=en'], ['1'])");
  assert_field ("('adr', @as [], ['', '', 'a', 'b'])", "('adr', [], ['', '', 'a', 'b'])");
  assert_field ("('fn', @as [], @as [])", "('fn', [], [])");
}

static void
count_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_a_change_is_told_once (void)
{
  g_autoptr (LinnetProfileField) field = linnet_profile_field_new ("tel", STRV ("home"), NULL);
  guint n_told = 0;

  g_signal_connect (field, "notify", G_CALLBACK (count_cb), &n_told);
  g_assert_true (linnet_profile_field_is_empty (field));
  linnet_profile_field_set_values (field, STRV ("1"));
  linnet_profile_field_set_values (field, STRV ("1"));
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_false (linnet_profile_field_is_empty (field));
  linnet_profile_field_set_types (field, STRV ("work"));
  linnet_profile_field_set_types (field, STRV ("work"));
  g_assert_cmpuint (n_told, ==, 2);
  linnet_profile_field_set_values (field, STRV ("", ""));
  g_assert_true (linnet_profile_field_is_empty (field));
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  linnet_profile_save_finish (LINNET_PROFILE (source), result, data);
}

static void
test_offline_it_is_empty_and_cannot_be_saved (void)
{
  g_autoptr (LinnetAccount) account = linnet_account_new ("alice@example.org");
  g_autoptr (LinnetProfile) profile = linnet_profile_new (account, NULL);
  g_autoptr (GListStore) fields = linnet_profile_dup_fields (profile);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (linnet_page_get_state (LINNET_PAGE (profile)), ==, LINNET_PAGE_OFFLINE);
  g_assert_cmpuint (g_list_model_get_n_items (linnet_profile_get_fields (profile)), ==, 0);
  linnet_profile_save_async (profile, G_LIST_MODEL (fields), saved_cb, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/profile/as-it-came", test_a_field_goes_out_as_it_came);
  g_test_add_func ("/client/profile/told-once", test_a_change_is_told_once);
  g_test_add_func ("/client/profile/offline", test_offline_it_is_empty_and_cannot_be_saved);
  return g_test_run ();
}
