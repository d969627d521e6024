/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-png.c: pixels become a file. PNG (Third Edition)
 *
 * A picture of oneself is written anew before it leaves: what else was in its file, such as the
 * place where it was taken, stays here. */
#include "config.h"

#include "model/linnet-png.h"

#include <stdlib.h>
#include <string.h>

#define COLOR_RGB 2
#define COLOR_RGBA 6
#define N_FILTERS 5

/* Annex D. */
static guint32
crc (const guint8 *bytes, gsize n_bytes)
{
  guint32 sum = 0xffffffffu;

  for (gsize i = 0; i < n_bytes; i++)
    {
      sum ^= bytes[i];
      for (guint bit = 0; bit < 8; bit++)
        sum = (sum & 1) != 0 ? 0xedb88320u ^ (sum >> 1) : sum >> 1;
    }
  return ~sum;
}

static void
append_number (GByteArray *file, guint32 number)
{
  guint32 ordered = GUINT32_TO_BE (number);

  g_byte_array_append (file, (const guint8 *) &ordered, sizeof ordered);
}

/* 5.3 */
static void
append_chunk (GByteArray *file, const char *type, const guint8 *bytes, gsize n_bytes)
{
  guint start;

  append_number (file, (guint32) n_bytes);
  start = file->len;
  g_byte_array_append (file, (const guint8 *) type, 4);
  g_byte_array_append (file, bytes, (guint) n_bytes);
  append_number (file, crc (file->data + start, file->len - start));
}

/* 9.4: the one of left, above and above left that is nearest to their sum. */
static guint8
paeth (int left, int above, int corner)
{
  int guess = left + above - corner;
  int to_left = abs (guess - left), to_above = abs (guess - above),
      to_corner = abs (guess - corner);

  if (to_left <= to_above && to_left <= to_corner)
    return (guint8) left;
  return (guint8) (to_above <= to_corner ? above : corner);
}

/* 9.2: what is left of a row when what its neighbours suggest is taken away. `above` (nullable) */
static void
filter_row (
    guint filter, const guint8 *row, const guint8 *above, gsize n_bytes, guint depth, guint8 *to)
{
  for (gsize i = 0; i < n_bytes; i++)
    {
      guint8 left = i >= depth ? row[i - depth] : 0;
      guint8 up = above != NULL ? above[i] : 0;
      guint8 corner = above != NULL && i >= depth ? above[i - depth] : 0;
      const guint8 guesses[N_FILTERS] = { 0, left, up, (guint8) ((left + up) / 2),
                                          paeth (left, up, corner) };

      to[i] = (guint8) (row[i] - guesses[filter]);
    }
}

/* 12.7: the filter whose rest is smallest compresses best. */
static void
append_row (GByteArray *data, const guint8 *row, const guint8 *above, gsize n_bytes, guint depth)
{
  g_autofree guint8 *rest = g_malloc (n_bytes);
  g_autofree guint8 *best = g_malloc (n_bytes);
  guint64 least = G_MAXUINT64;
  guint8 chosen = 0;

  for (guint filter = 0; filter < N_FILTERS; filter++)
    {
      guint64 sum = 0;

      filter_row (filter, row, above, n_bytes, depth, rest);
      for (gsize i = 0; i < n_bytes; i++)
        sum += (guint64) abs ((gint8) rest[i]);
      if (sum >= least)
        continue;
      least = sum;
      chosen = (guint8) filter;
      memcpy (best, rest, n_bytes);
    }
  g_byte_array_append (data, &chosen, 1);
  g_byte_array_append (data, best, (guint) n_bytes);
}

static gboolean
is_opaque (const guint8 *pixels, gsize n_pixels)
{
  for (gsize i = 0; i < n_pixels; i++)
    if (pixels[4 * i + 3] != 0xff)
      return FALSE;
  return TRUE;
}

static GByteArray *
filter_all (const guint8 *pixels, guint width, guint height, guint depth)
{
  GByteArray *data = g_byte_array_new ();
  gsize n_bytes = (gsize) width * depth;
  g_autofree guint8 *packed = g_malloc (n_bytes * height);

  for (gsize i = 0; i < (gsize) width * height; i++)
    memcpy (packed + i * depth, pixels + i * 4, depth);
  for (guint y = 0; y < height; y++)
    append_row (data, packed + y * n_bytes, y > 0 ? packed + (y - 1) * n_bytes : NULL, n_bytes,
                depth);
  return data;
}

static GByteArray *
compress (GByteArray *data)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9);
  GByteArray *packed = g_byte_array_new ();
  gsize n_read, n_written;
  GConverterResult result;

  /* What cannot be made smaller grows by less than that. */
  g_byte_array_set_size (packed, data->len + data->len / 100 + 1024);
  result = g_converter_convert (G_CONVERTER (compressor), data->data, data->len, packed->data,
                                packed->len, G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL);
  g_assert (result == G_CONVERTER_FINISHED);
  g_byte_array_set_size (packed, (guint) n_written);
  return packed;
}

/**
 * linnet_png_encode:
 * @picture: a picture
 *
 * Returns: (transfer full): a PNG file with its pixels and nothing else
 */
GBytes *
linnet_png_encode (LinnetPicture *picture)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  guint width = linnet_picture_get_width (picture), height = linnet_picture_get_height (picture);
  const guint8 *pixels = g_bytes_get_data (linnet_picture_get_pixels (picture), NULL);
  guint depth = is_opaque (pixels, (gsize) width * height) ? 3 : 4;
  g_autoptr (GByteArray) data = filter_all (pixels, width, height, depth);
  g_autoptr (GByteArray) packed = compress (data);
  g_autoptr (GByteArray) header = g_byte_array_new ();
  const guint8 rest[] = { 8, depth == 3 ? COLOR_RGB : COLOR_RGBA, 0, 0, 0 };
  GByteArray *file = g_byte_array_new ();

  append_number (header, width);
  append_number (header, height);
  g_byte_array_append (header, rest, sizeof rest);
  g_byte_array_append (file, signature, sizeof signature);
  append_chunk (file, "IHDR", header->data, header->len);
  append_chunk (file, "IDAT", packed->data, packed->len);
  append_chunk (file, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes (file);
}
