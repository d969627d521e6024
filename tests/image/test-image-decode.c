/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-image-decode.c: the decoders of linnet-image, without its walls: good images and bad ones */
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "image/image-answer.h"
#include "image/image-decode.h"
#include "make-image.h"

static int
decode_part (const guchar *bytes, gsize n_bytes, ImagePixels *out)
{
  /* A copy of its own, so that a byte read behind the end is found. */
  g_autofree guchar *copy = g_memdup2 (bytes, n_bytes);

  memset (out, 0, sizeof *out);
  return image_decode (image_type_of (copy, n_bytes), copy, n_bytes, 64, out);
}

static int
decode (GBytes *file, ImagePixels *out)
{
  gsize n_bytes;
  const guchar *bytes = g_bytes_get_data (file, &n_bytes);

  return decode_part (bytes, n_bytes, out);
}

static void
assert_color (const ImagePixels *pixels, guint x, guint y, guint red, guint blue)
{
  const guint8 *pixel = pixels->pixels + 4 * ((gsize) y * pixels->width + x);

  /* JPEG is not exact. */
  g_assert_cmpint (ABS ((int) pixel[0] - (int) red), <=, 4);
  g_assert_cmpint (pixel[1], <=, 4);
  g_assert_cmpint (ABS ((int) pixel[2] - (int) blue), <=, 4);
  g_assert_cmpint (pixel[3], ==, 255);
}

static void
test_every_kind_is_read (void)
{
  for (ImageType type = IMAGE_TYPE_PNG; type <= IMAGE_TYPE_WEBP; type++)
    {
      g_autoptr (GBytes) file = make_image (type, 48, 32);
      ImagePixels pixels;

      g_assert_cmpint (decode (file, &pixels), ==, IMAGE_EXIT_DONE);
      g_assert_cmpuint (pixels.full_width, ==, 48);
      g_assert_cmpuint (pixels.full_height, ==, 32);
      assert_color (&pixels, 4, 16, 255, 0);
      assert_color (&pixels, 44, 16, 0, 255);
      free (pixels.pixels);
    }
}

static void
test_a_large_jpeg_is_decoded_smaller (void)
{
  g_autoptr (GBytes) file = make_image (IMAGE_TYPE_JPEG, 1024, 512);
  ImagePixels pixels;

  g_assert_cmpint (decode (file, &pixels), ==, IMAGE_EXIT_DONE);
  g_assert_cmpuint (pixels.full_width, ==, 1024);
  g_assert_cmpuint (pixels.width, ==, 128);
  g_assert_cmpuint (pixels.height, ==, 64);
  assert_color (&pixels, 4, 4, 255, 0);
  free (pixels.pixels);
}

static void
test_f05_cut_at_every_byte (void)
{
  for (ImageType type = IMAGE_TYPE_PNG; type <= IMAGE_TYPE_WEBP; type++)
    {
      g_autoptr (GBytes) file = make_image (type, 48, 32);
      gsize n_bytes;
      const guchar *bytes = g_bytes_get_data (file, &n_bytes);

      for (gsize n = 0; n < n_bytes; n++)
        {
          ImagePixels pixels;
          int status = decode_part (bytes, n, &pixels);

          /* What follows the last pixel says nothing. */
          if (n + 16 < n_bytes)
            g_assert_cmpint (status, !=, IMAGE_EXIT_DONE);
          free (pixels.pixels);
        }
    }
}

static void
test_f05_changed_at_every_byte (void)
{
  for (ImageType type = IMAGE_TYPE_PNG; type <= IMAGE_TYPE_WEBP; type++)
    {
      g_autoptr (GBytes) file = make_image (type, 12, 8);
      gsize n_bytes;
      const guchar *bytes = g_bytes_get_data (file, &n_bytes);

      for (gsize n = 0; n < n_bytes; n++)
        for (guint bit = 0; bit < 8; bit += 7)
          {
            g_autofree guchar *changed = g_memdup2 (bytes, n_bytes);
            ImagePixels pixels;

            changed[n] ^= (guchar) (1u << bit);
            if (decode_part (changed, n_bytes, &pixels) == IMAGE_EXIT_DONE)
              {
                g_assert_cmpuint (pixels.width, <=, IMAGE_MAX_SIDE);
                g_assert_cmpuint (pixels.height, <=, IMAGE_MAX_SIDE);
              }
            free (pixels.pixels);
          }
    }
}

static void
assert_status (GBytes *file, int wanted)
{
  g_autoptr (GBytes) owned = file;
  ImagePixels pixels;

  g_assert_cmpint (decode (owned, &pixels), ==, wanted);
  free (pixels.pixels);
}

static void
test_f05_more_pixels_than_bytes (void)
{
  assert_status (make_png_that_lies (30000, 30000), IMAGE_EXIT_TOO_LARGE);
  assert_status (make_png_that_lies (5000, 5000), IMAGE_EXIT_TOO_LARGE);
  assert_status (make_png_that_lies (1, 16385), IMAGE_EXIT_TOO_LARGE);
  assert_status (make_png_that_lies (2000, 2000), IMAGE_EXIT_DAMAGED);
  assert_status (make_png_that_lies (0, 10), IMAGE_EXIT_DAMAGED);
}

static void
test_f05_animations_show_their_first_frame (void)
{
  gint64 begin = g_get_monotonic_time ();

  assert_status (make_animated_gif (1000 * 1000), IMAGE_EXIT_DONE);
  assert_status (make_animated_png (100 * 1000), IMAGE_EXIT_DONE);
  g_test_message ("%" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - begin) / 1000);
}

static void
test_f05_a_profile_that_grows (void)
{
  ImagePixels pixels;
  g_autoptr (GBytes) file = make_png_with_profile (64 * 1024 * 1024);

  g_assert_cmpuint (g_bytes_get_size (file), <, 100 * 1024);
  /* It is not looked at: colours are as they are. */
  g_assert_cmpint (decode (file, &pixels), ==, IMAGE_EXIT_DONE);
  free (pixels.pixels);
}

static void
test_f05_what_is_no_image (void)
{
  static const char *const texts[] = {
    "",
    ("<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>"
     "<image xlink:href='file:///etc/passwd'/></svg>"),
    "<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg>&a;</svg>",
    "%PDF-1.4",
    "BM",
    "RIFF\0\0\0\0WAVE",
    "GIF88a",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_status (g_bytes_new_static (texts[i], strlen (texts[i])), IMAGE_EXIT_NO_IMAGE);
}

static void
test_smaller_is_the_mean (void)
{
  guint8 four[] = { 255, 0, 0, 255, 0, 0, 255, 255, 255, 0, 0, 255, 0, 0, 255, 255 };
  guint8 clear[] = { 10, 20, 30, 255, 200, 200, 200, 0 };
  ImagePixels square = { four, 2, 2, 2, 2 };
  ImagePixels line = { clear, 2, 1, 2, 1 };
  guint8 to[4];
  guint32 width;
  guint32 height;

  image_scale (&square, 1, to, &width, &height);
  g_assert_cmpuint (width, ==, 1);
  g_assert_cmpuint (height, ==, 1);
  g_assert_cmpmem (to, 4, "\x80\0\x80\xff", 4);
  /* What is not seen has no colour. */
  image_scale (&line, 1, to, &width, &height);
  g_assert_cmpmem (to, 4, "\x0a\x14\x1e\x80", 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image/decode/every-kind", test_every_kind_is_read);
  g_test_add_func ("/image/decode/large-jpeg", test_a_large_jpeg_is_decoded_smaller);
  g_test_add_func ("/image/decode/f05-cut-at-every-byte", test_f05_cut_at_every_byte);
  g_test_add_func ("/image/decode/f05-changed-at-every-byte", test_f05_changed_at_every_byte);
  g_test_add_func ("/image/decode/f05-more-pixels-than-bytes", test_f05_more_pixels_than_bytes);
  g_test_add_func ("/image/decode/f05-animations", test_f05_animations_show_their_first_frame);
  g_test_add_func ("/image/decode/f05-profile", test_f05_a_profile_that_grows);
  g_test_add_func ("/image/decode/f05-no-image", test_f05_what_is_no_image);
  g_test_add_func ("/image/scale/mean", test_smaller_is_the_mean);
  return g_test_run ();
}
