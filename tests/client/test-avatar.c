/* SPDX-License-Identifier: GPL-3.0-or-later */

/* test-avatar.c: LinnetAvatar */

#include <adwaita.h>

#include "ui/linnet-avatar.h"

/* The angles of the examples, in degrees. */
static void
test_xep_0392_hues (void)
{
  g_assert_cmpuint (linnet_avatar_get_hue ("Romeo"), ==, 327);
  g_assert_cmpuint (linnet_avatar_get_hue ("juliet@capulet.lit"), ==, 209);
  g_assert_cmpuint (linnet_avatar_get_hue ("😺"), ==, 331);
  g_assert_cmpuint (linnet_avatar_get_hue ("council"), ==, 359);
}

static void
assert_initials (const char *name, const char *expected)
{
  g_autofree char *initials = linnet_avatar_dup_initials (name);

  g_assert_cmpstr (initials, ==, expected);
}

static void
test_initials (void)
{
  assert_initials ("Juliet Capulet", "JC");
  assert_initials ("juliet", "J");
  assert_initials ("juliet.capulet@example.org", "JC");
  assert_initials ("Anna Maria von Stein", "AS");
  assert_initials ("Ödön", "Ö");
  assert_initials ("(ツ) ", "");
  assert_initials ("…", "");
  assert_initials (NULL, "");
}

static void
test_an_avatar_is_round_as_asked (void)
{
  GtkWidget *avatar = g_object_ref_sink (linnet_avatar_new (32));
  int width;

  linnet_avatar_set_person (LINNET_AVATAR (avatar), "juliet@capulet.lit", "Juliet");
  gtk_widget_measure (avatar, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  g_assert_cmpint (width, ==, 32);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (avatar), GTK_ACCESSIBLE_ROLE_PRESENTATION);
  g_assert_finalize_object (avatar);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/client/avatar/xep-0392-hues", test_xep_0392_hues);
  g_test_add_func ("/client/avatar/initials", test_initials);
  g_test_add_func ("/client/avatar/is-round-as-asked", test_an_avatar_is_round_as_asked);
  return g_test_run ();
}
