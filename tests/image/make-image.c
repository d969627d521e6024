/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make-image.c: images for tests, made by the libraries that write them */
#include "make-image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>
#include <gio/gio.h>
#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

static guchar *
new_pixels (guint width, guint height, guint n_channels)
{
  guchar *pixels = g_malloc ((gsize) width * height * n_channels);

  for (guint i = 0; i < width * height; i++)
    {
      guchar *pixel = pixels + (gsize) i * n_channels;
      gboolean is_left = i % width < width / 2;

      pixel[0] = is_left ? 255 : 0;
      pixel[1] = 0;
      pixel[2] = is_left ? 0 : 255;
      if (n_channels == 4)
        pixel[3] = 255;
    }
  return pixels;
}

static GBytes *
make_png (guint width, guint height)
{
  g_autofree guchar *pixels = new_pixels (width, height, 4);
  png_image image = {
    .version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = PNG_FORMAT_RGBA
  };
  png_alloc_size_t length = 0;
  guchar *file;

  g_assert_true (png_image_write_to_memory (&image, NULL, &length, 0, pixels, 0, NULL));
  file = g_malloc (length);
  g_assert_true (png_image_write_to_memory (&image, file, &length, 0, pixels, 0, NULL));
  return g_bytes_new_take (file, length);
}

static GBytes *
make_jpeg (guint width, guint height)
{
  g_autofree guchar *pixels = new_pixels (width, height, 3);
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  unsigned char *file = NULL;
  unsigned long length = 0;
  GBytes *bytes;

  jpeg.err = jpeg_std_error (&errors);
  jpeg_create_compress (&jpeg);
  jpeg_mem_dest (&jpeg, &file, &length);
  jpeg.image_width = width;
  jpeg.image_height = height;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults (&jpeg);
  jpeg_start_compress (&jpeg, TRUE);
  while (jpeg.next_scanline < height)
    {
      JSAMPROW row = pixels + (gsize) jpeg.next_scanline * width * 3;

      jpeg_write_scanlines (&jpeg, &row, 1);
    }
  jpeg_finish_compress (&jpeg);
  jpeg_destroy_compress (&jpeg);
  bytes = g_bytes_new (file, length);
  free (file);
  return bytes;
}

static GBytes *
make_webp (guint width, guint height)
{
  g_autofree guchar *pixels = new_pixels (width, height, 4);
  uint8_t *file = NULL;
  gsize length = WebPEncodeLosslessRGBA (pixels, (int) width, (int) height, (int) width * 4, &file);
  GBytes *bytes = g_bytes_new (file, length);

  WebPFree (file);
  return bytes;
}

static int
write_cb (GifFileType *gif, const GifByteType *bytes, int length)
{
  g_byte_array_append (gif->UserData, bytes, (guint) length);
  return length;
}

static void
put_frame (GifFileType *gif, guint width, guint height)
{
  g_autofree GifPixelType *line = g_malloc (width);

  for (guint x = 0; x < width; x++)
    line[x] = x < width / 2 ? 0 : 1;
  g_assert_cmpint (EGifPutImageDesc (gif, 0, 0, (int) width, (int) height, false, NULL), ==,
                   GIF_OK);
  for (guint y = 0; y < height; y++)
    g_assert_cmpint (EGifPutLine (gif, line, (int) width), ==, GIF_OK);
}

static GBytes *
make_gif (guint width, guint height, guint n_frames)
{
  GifColorType colors[] = { { 255, 0, 0 }, { 0, 0, 255 } };
  ColorMapObject *map = GifMakeMapObject (2, colors);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  GifFileType *gif = EGifOpen (file, write_cb, NULL);
  guint before;
  guint length;

  g_assert_cmpint (EGifPutScreenDesc (gif, (int) width, (int) height, 1, 0, map), ==, GIF_OK);
  before = file->len;
  put_frame (gif, width, height);
  length = file->len - before;
  /* The others are the same again. */
  for (guint i = 1; i < n_frames; i++)
    {
      g_autofree guchar *frame = g_memdup2 (file->data + before, length);

      g_byte_array_append (file, frame, length);
    }
  EGifCloseFile (gif, NULL);
  GifFreeMapObject (map);
  return g_byte_array_free_to_bytes (g_steal_pointer (&file));
}

GBytes *
make_image (ImageType type, guint width, guint height)
{
  switch (type)
    {
    case IMAGE_TYPE_PNG:
      return make_png (width, height);
    case IMAGE_TYPE_JPEG:
      return make_jpeg (width, height);
    case IMAGE_TYPE_GIF:
      return make_gif (width, height, 1);
    case IMAGE_TYPE_WEBP:
      return make_webp (width, height);
    case IMAGE_TYPE_NONE:
    default:
      g_assert_not_reached ();
    }
}

GBytes *
make_animated_gif (guint n_frames)
{
  return make_gif (8, 8, n_frames);
}

/* PNG's own check sum. RFC 2083 15 */
static guint32
sum (const guchar *bytes, gsize length)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= bytes[i];
      for (int bit = 0; bit < 8; bit++)
        crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
    }
  return ~crc;
}

static void
add_number (GByteArray *file, guint32 number)
{
  guint32 big = GUINT32_TO_BE (number);

  g_byte_array_append (file, (const guchar *) &big, sizeof big);
}

static void
add_chunk (GByteArray *file, const char *name, const void *data, gsize length)
{
  guint begin;

  add_number (file, (guint32) length);
  begin = file->len;
  g_byte_array_append (file, (const guchar *) name, 4);
  g_byte_array_append (file, data, (guint) length);
  add_number (file, sum (file->data + begin, file->len - begin));
}

GBytes *
make_png_that_lies (guint width, guint height)
{
  GByteArray *file = g_byte_array_new ();
  guint32 header[] = { GUINT32_TO_BE (width), GUINT32_TO_BE (height), 0, 0 };

  memcpy (header + 2, "\x08\x06\0\0\0", 5);
  g_byte_array_append (file, (const guchar *) "\x89PNG\r\n\x1a\n", 8);
  add_chunk (file, "IHDR", header, 13);
  add_chunk (file, "IDAT", "\x78\x9c\x63\0\0\0\x01\0\x01", 9);
  add_chunk (file, "IEND", "", 0);
  return g_byte_array_free_to_bytes (file);
}

/* After the header, which is 33 bytes in. */
static GBytes *
insert (GBytes *png, GByteArray *chunks)
{
  GByteArray *file = g_byte_array_new ();
  gsize length;
  const guchar *bytes = g_bytes_get_data (png, &length);

  g_byte_array_append (file, bytes, 33);
  g_byte_array_append (file, chunks->data, chunks->len);
  g_byte_array_append (file, bytes + 33, (guint) length - 33);
  return g_byte_array_free_to_bytes (file);
}

GBytes *
make_animated_png (guint n_frames)
{
  g_autoptr (GBytes) png = make_png (8, 8);
  g_autoptr (GByteArray) chunks = g_byte_array_new ();
  guint32 control[] = { GUINT32_TO_BE (n_frames), 0 };
  guint32 frame[7] = { 0, GUINT32_TO_BE (8), GUINT32_TO_BE (8), 0, 0, 0, 0 };

  add_chunk (chunks, "acTL", control, sizeof control);
  for (guint i = 0; i < n_frames; i++)
    {
      frame[0] = GUINT32_TO_BE (i);
      add_chunk (chunks, "fcTL", frame, 26);
    }
  return insert (png, chunks);
}

GBytes *
make_png_with_profile (gsize n_bytes)
{
  g_autoptr (GBytes) png = make_png (8, 8);
  g_autoptr (GByteArray) chunks = g_byte_array_new ();
  g_autoptr (GByteArray) chunk = g_byte_array_new ();
  g_autofree guchar *zeros = g_malloc0 (n_bytes);
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9);
  g_autofree guchar *packed = g_malloc (n_bytes);
  gsize n_read;
  gsize n_written;

  /* What the profile says of itself: its size, and whose it is. */
  zeros[0] = (guchar) (n_bytes >> 24);
  zeros[1] = (guchar) (n_bytes >> 16);
  zeros[2] = (guchar) (n_bytes >> 8);
  memcpy (zeros + 12, "mntrRGB XYZ ", 12);
  memcpy (zeros + 36, "acsp", 4);
  g_assert_cmpint (g_converter_convert (G_CONVERTER (compressor), zeros, n_bytes, packed, n_bytes,
                                        G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL),
                   ==, G_CONVERTER_FINISHED);
  g_byte_array_append (chunk, (const guchar *) "bomb\0\0", 6);
  g_byte_array_append (chunk, packed, (guint) n_written);
  add_chunk (chunks, "iCCP", chunk->data, chunk->len);
  return insert (png, chunks);
}
