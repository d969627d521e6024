/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-png.c: what is written is a picture, by the judgement of another program. PNG (Third
 * Edition)
 */
#include <string.h>

#include <gio/gio.h>

#include "model/linnet-png.h"

#define SIDE 40

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(LinnetPicture **) data = linnet_picture_load_finish (result, &error);
  g_assert_no_error (error);
}

/* linnet-image decodes with libpng, which checks every sum. */
static void
assert_comes_back (const guint8 *pixels, guint width, guint height)
{
  g_autoptr (GBytes) bytes = g_bytes_new (pixels, (gsize) 4 * width * height);
  g_autoptr (LinnetPicture) picture = linnet_picture_new (width, height, bytes);
  g_autoptr (GBytes) file = linnet_png_encode (picture);
  LinnetPicture *back = NULL;

  linnet_picture_load_async (file, 1024, NULL, loaded_cb, &back);
  while (back == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (linnet_picture_get_width (back), ==, width);
  g_assert_cmpuint (linnet_picture_get_height (back), ==, height);
  g_assert_true (g_bytes_equal (linnet_picture_get_pixels (back), bytes));
  linnet_picture_unref (back);
}

/* Each filter is the best one somewhere: plain rows, slopes both ways, and noise. */
static void
paint (guint8 *pixels, guint side, gboolean is_opaque)
{
  guint32 noise = 1;

  for (guint y = 0; y < side; y++)
    for (guint x = 0; x < side; x++)
      {
        guint8 *pixel = pixels + 4 * (y * side + x);

        noise = noise * 1664525 + 1013904223;
        pixel[0] = (guint8) (y < side / 4 ? 200 : x * 5);
        pixel[1] = (guint8) (y * 6);
        pixel[2] = (guint8) (y > side / 2 ? noise >> 24 : x * y);
        pixel[3] = is_opaque ? 255 : (guint8) (255 - x - y);
      }
}

static void
test_pixels_come_back_as_they_were (void)
{
  guint8 pixels[4 * SIDE * SIDE];

  paint (pixels, SIDE, TRUE);
  assert_comes_back (pixels, SIDE, SIDE);
  paint (pixels, SIDE, FALSE);
  assert_comes_back (pixels, SIDE, SIDE);
  assert_comes_back (pixels, SIDE * SIDE / 2, 2);
  assert_comes_back (pixels, 1, 1);
}

static void
test_what_is_even_is_small (void)
{
  g_autofree guint8 *pixels = g_malloc (4 * 256 * 256);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (LinnetPicture) picture = NULL;
  g_autoptr (GBytes) file = NULL;

  for (guint i = 0; i < 256 * 256; i++)
    memcpy (pixels + 4 * i, "\x10\x20\x30\xff", 4);
  bytes = g_bytes_new (pixels, 4 * 256 * 256);
  picture = linnet_picture_new (256, 256, bytes);
  file = linnet_png_encode (picture);
  g_assert_cmpuint (g_bytes_get_size (file), <, 1024);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/png/come-back", test_pixels_come_back_as_they_were);
  g_test_add_func ("/client/png/small", test_what_is_even_is_small);
  return g_test_run ();
}
