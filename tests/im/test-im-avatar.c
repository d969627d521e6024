/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-avatar.c: pictures as values, and on disk */

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include <glib/gstdio.h>

#include "im/im-avatar-cache.h"
#include "im/im-avatar.h"

static GBytes *
new_bytes (const char *rest)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guchar *) "\x89PNG\r\n\x1a\n", 8);
  g_byte_array_append (bytes, (const guchar *) rest, (guint) strlen (rest));
  return g_byte_array_free_to_bytes (bytes);
}

static void
test_a_token_is_forty_digits (void)
{
  static const char *const bad[] = { "",
                                     "zz",
                                     "2d60a967fbcc37b5653b6ce03fc0d7683a49034",
                                     "2d60a967fbcc37b5653b6ce03fc0d7683a49034b0",
                                     "../../../../../../../../../../etc/passwd",
                                     "2d60a967fbcc37b5653b6ce03fc0d7683a49034g" };
  g_autofree char *huge = g_strnfill (1024 * 1024, 'a');
  g_autofree char *lower = im_avatar_dup_token ("2D60A967FBCC37B5653B6CE03FC0D7683A49034B");

  g_assert_cmpstr (lower, ==, "2d60a967fbcc37b5653b6ce03fc0d7683a49034b");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (im_avatar_dup_token (bad[i]));
  g_assert_null (im_avatar_dup_token (huge));
  g_assert_null (im_avatar_dup_token (NULL));
}

static void
test_a_picture_is_what_it_begins_with (void)
{
  g_autoptr (GBytes) bytes = new_bytes ("x");
  g_autoptr (GBytes) text = g_bytes_new_static ("<svg/>", 6);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autofree char *rest = g_strnfill (IM_AVATAR_MAX_BYTES, 'x');
  g_autoptr (GBytes) large = new_bytes (rest);
  g_autoptr (ImAvatar) avatar = im_avatar_new (bytes);
  g_autofree char *token = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, bytes);

  g_assert_cmpstr (avatar->mime, ==, "image/png");
  g_assert_cmpstr (avatar->token, ==, token);
  g_assert_null (im_avatar_new (text));
  g_assert_null (im_avatar_new (nothing));
  g_assert_null (im_avatar_new (large));
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static ImAvatar *
load (const char *token)
{
  g_autoptr (GAsyncResult) result = NULL;

  im_avatar_cache_load_async (token, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return im_avatar_cache_load_finish (result);
}

static void
save (ImAvatar *avatar)
{
  g_autoptr (GAsyncResult) result = NULL;

  im_avatar_cache_save_async (avatar, TRUE, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static char *
dup_path (const char *name)
{
  return g_build_filename (g_get_user_cache_dir (), "linnet", "avatars", name, NULL);
}

static void
test_what_is_on_disk_is_checked (void)
{
  g_autoptr (GBytes) bytes = new_bytes ("one");
  g_autoptr (ImAvatar) avatar = im_avatar_new (bytes);
  g_autoptr (ImAvatar) loaded = NULL;
  g_autofree char *path = dup_path (avatar->token);
  struct stat info;

  g_assert_null (load (avatar->token));
  save (avatar);
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  loaded = load (avatar->token);
  g_assert_true (g_bytes_equal (loaded->bytes, bytes));
  /* Another picture under its name is none, and goes. */
  g_assert_true (g_file_set_contents (path, "\x89PNG\r\n\x1a\ntwo", 11, NULL));
  g_assert_null (load (avatar->token));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  /* Neither is what lies elsewhere. */
  g_assert_cmpint (symlink ("/etc/passwd", path), ==, 0);
  g_assert_null (load (avatar->token));
  g_unlink (path);
}

static void
put (const char *folder, const char *name, gsize n_bytes, time_t used)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = g_strnfill (n_bytes, 'x');
  struct utimbuf times = { used, used };

  g_assert_true (g_file_set_contents (path, text, (gssize) n_bytes, NULL));
  g_assert_cmpint (utime (path, &times), ==, 0);
}

static gboolean
has (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_what_was_used_last_stays (void)
{
  g_autofree char *folder = g_dir_make_tmp ("linnet-avatars-XXXXXX", NULL);
  static const char *const names[] = { "a", "b", "c", "d" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    put (folder, names[i], 100, 1000 + (time_t) i);
  im_avatar_cache_trim (folder, 1000, 10);
  g_assert_true (has (folder, "a"));
  im_avatar_cache_trim (folder, 1000, 3);
  g_assert_false (has (folder, "a"));
  g_assert_true (has (folder, "b"));
  im_avatar_cache_trim (folder, 250, 10);
  g_assert_false (has (folder, "b"));
  g_assert_true (has (folder, "c"));
  g_assert_true (has (folder, "d"));
  im_avatar_cache_trim (folder, 0, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* The folder is not looked through for each picture, and never has more than it may have. */
static void
test_the_folder_is_looked_through_now_and_then (void)
{
  ImAvatarTally tally = { 0 };
  guint n_looked = 0;
  guint n_since = 0;
  gsize n_bytes = 0;

  for (guint i = 0; i < 10000; i++)
    {
      gsize size = i < 5000 ? 100 : IM_AVATAR_MAX_BYTES;

      n_since++;
      n_bytes += size;
      if (im_avatar_tally_add (&tally, size))
        {
          n_looked++;
          n_since = 0;
          n_bytes = 0;
        }
      g_assert_true (i > 0 || n_looked == 1);
      g_assert_cmpuint (n_since, <=, IM_AVATAR_CACHE_MAX_FILES / 16);
      g_assert_cmpuint (n_bytes, <=, IM_AVATAR_CACHE_MAX_BYTES / 16);
    }
  g_assert_cmpuint (n_looked, >, 5);
  g_assert_cmpuint (n_looked, <, 1000);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("linnet-cache-XXXXXX", NULL);
  g_autofree char *pictures = g_build_filename (folder, "linnet", "avatars", NULL);
  g_autofree char *parent = g_build_filename (folder, "linnet", NULL);
  int status;

  g_setenv ("XDG_CACHE_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/im/avatar/token", test_a_token_is_forty_digits);
  g_test_add_func ("/im/avatar/begins-with", test_a_picture_is_what_it_begins_with);
  g_test_add_func ("/im/avatar/cache", test_what_is_on_disk_is_checked);
  g_test_add_func ("/im/avatar/trim", test_what_was_used_last_stays);
  g_test_add_func ("/im/avatar/tally", test_the_folder_is_looked_through_now_and_then);
  status = g_test_run ();
  g_rmdir (pictures);
  g_rmdir (parent);
  g_rmdir (folder);
  return status;
}
