/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-image-reader.c: linnet-image, started as whoever shows an image starts it */
#include <string.h>

#include <gio/gio.h>

#include "image/image-reader.h"
#include "make-image.h"

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **place = user_data;

  *place = g_object_ref (result);
}

static ImagePicture *
read_image (GBytes *file, guint side, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  image_read_async (file, side, cancellable, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return image_read_finish (result, error);
}

static void
test_a_picture_comes_back (void)
{
  for (ImageType type = IMAGE_TYPE_PNG; type <= IMAGE_TYPE_WEBP; type++)
    {
      g_autoptr (GBytes) file = make_image (type, 200, 100);
      g_autoptr (GError) error = NULL;
      g_autoptr (ImagePicture) picture = read_image (file, 96, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (picture->type, ==, type);
      g_assert_cmpuint (picture->full_width, ==, 200);
      g_assert_cmpuint (picture->full_height, ==, 100);
      g_assert_cmpuint (picture->width, ==, 96);
      g_assert_cmpuint (picture->height, ==, 48);
      g_assert_cmpuint (g_bytes_get_size (picture->pixels), ==, 96 * 48 * 4);
    }
}

static void
assert_refused (GBytes *taken, ImageError code)
{
  g_autoptr (GBytes) file = taken;
  g_autoptr (GError) error = NULL;
  g_autoptr (ImagePicture) picture = read_image (file, 64, NULL, &error);

  g_assert_error (error, IMAGE_ERROR, (int) code);
  g_assert_null (picture);
}

static void
test_f05_bad_ones_are_refused_in_words (void)
{
  static const char svg[] = "<svg xmlns='http://www.w3.org/2000/svg'/>";
  g_autoptr (GBytes) good = make_image (IMAGE_TYPE_JPEG, 64, 64);
  guchar *large = g_malloc0 (10 * 1024 * 1024);

  memcpy (large, "\xff\xd8\xff", 3);
  assert_refused (make_png_that_lies (30000, 30000), IMAGE_ERROR_TOO_LARGE);
  assert_refused (make_png_that_lies (2000, 2000), IMAGE_ERROR_DAMAGED);
  assert_refused (g_bytes_new_take (large, 10 * 1024 * 1024), IMAGE_ERROR_TOO_LARGE);
  assert_refused (g_bytes_new_static (svg, strlen (svg)), IMAGE_ERROR_NO_IMAGE);
  assert_refused (g_bytes_new_static ("", 0), IMAGE_ERROR_NO_IMAGE);
  assert_refused (g_bytes_new_from_bytes (good, 0, g_bytes_get_size (good) / 2),
                  IMAGE_ERROR_DAMAGED);
}

static void
test_it_ends_when_nobody_waits (void)
{
  g_autoptr (GBytes) file = make_image (IMAGE_TYPE_PNG, 64, 64);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ImagePicture) picture = NULL;

  g_cancellable_cancel (cancellable);
  picture = read_image (file, 64, cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (picture);
}

static void
test_a_program_that_is_missing_is_an_error (void)
{
  g_autofree char *program = g_strdup (g_getenv ("LINNET_IMAGE"));
  g_autoptr (GBytes) file = make_image (IMAGE_TYPE_PNG, 64, 64);
  g_autoptr (GError) error = NULL;
  g_autoptr (ImagePicture) picture = NULL;

  g_setenv ("LINNET_IMAGE", "/nowhere/linnet-image", TRUE);
  picture = read_image (file, 64, NULL, &error);
  g_assert_error (error, IMAGE_ERROR, IMAGE_ERROR_FAILED);
  g_clear_error (&error);
  /* One that says nothing, and one that says that all is well. */
  g_setenv ("LINNET_IMAGE", "false", TRUE);
  g_assert_null (read_image (file, 64, NULL, &error));
  g_assert_error (error, IMAGE_ERROR, IMAGE_ERROR_FAILED);
  g_clear_error (&error);
  g_setenv ("LINNET_IMAGE", "true", TRUE);
  g_assert_null (read_image (file, 64, NULL, &error));
  g_assert_error (error, IMAGE_ERROR, IMAGE_ERROR_FAILED);
  g_setenv ("LINNET_IMAGE", program, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/reader/a-picture-comes-back", test_a_picture_comes_back);
  g_test_add_func ("/image/reader/f05-bad-ones", test_f05_bad_ones_are_refused_in_words);
  g_test_add_func ("/image/reader/nobody-waits", test_it_ends_when_nobody_waits);
  g_test_add_func ("/image/reader/program-is-missing", test_a_program_that_is_missing_is_an_error);
  return g_test_run ();
}
