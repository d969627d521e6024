/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-decode-jpeg.c: JPEG by libjpeg. ITU-T T.81
 *
 * A file that ends too early is refused: the library would make up the rest. A progressive one may
 * have so many passes that it never ends, so they are counted. */
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>
#include <jerror.h>

#include "image/image-answer.h"
#include "image/image-decode.h"

#define MAX_SCANS 100

typedef struct
{
  struct jpeg_error_mgr base;
  jmp_buf out;
} Errors;

typedef struct
{
  struct jpeg_progress_mgr base;
} Progress;

static void
error_exit_cb (j_common_ptr any)
{
  Errors *errors = (Errors *) any->err;

  longjmp (errors->out, 1);
}

static void
emit_message_cb (j_common_ptr any, int level)
{
  if (level < 0 && (any->err->msg_code == JWRN_JPEG_EOF || any->err->msg_code == JWRN_HIT_MARKER))
    error_exit_cb (any);
}

static void
progress_cb (j_common_ptr any)
{
  if (((j_decompress_ptr) any)->input_scan_number > MAX_SCANS)
    error_exit_cb (any);
}

/* Printers' colours, as Adobe writes them: all four are turned round. */
static void
convert_cmyk (uint8_t *row, uint32_t width)
{
  for (uint32_t i = 0; i < width; i++, row += 4)
    {
      unsigned int key = row[3];

      for (int c = 0; c < 3; c++)
        row[c] = (uint8_t) (row[c] * key / 255);
      row[3] = 255;
    }
}

/* Half, a quarter, an eighth, while that is enough. */
static unsigned int
find_scale (j_decompress_ptr jpeg, uint32_t enough)
{
  unsigned int scale = 1;

  while (scale < 8 && jpeg->image_width / (scale * 2) >= enough &&
         jpeg->image_height / (scale * 2) >= enough)
    scale *= 2;
  return scale;
}

static void
read_rows (j_decompress_ptr jpeg, ImagePixels *out, int is_cmyk)
{
  while (jpeg->output_scanline < jpeg->output_height)
    {
      JSAMPROW row = out->pixels + (size_t) jpeg->output_scanline * out->width * 4;

      if (jpeg_read_scanlines (jpeg, &row, 1) == 1 && is_cmyk)
        convert_cmyk (row, out->width);
    }
  jpeg_finish_decompress (jpeg);
}

static int
decode (j_decompress_ptr jpeg, uint32_t enough, ImagePixels *out)
{
  int is_cmyk;
  int status;

  jpeg_read_header (jpeg, TRUE);
  if (jpeg->image_width > IMAGE_MAX_SIDE || jpeg->image_height > IMAGE_MAX_SIDE ||
      (uint64_t) jpeg->image_width * jpeg->image_height > IMAGE_MAX_PIXELS)
    return IMAGE_EXIT_TOO_LARGE;
  is_cmyk = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  jpeg->out_color_space = is_cmyk ? JCS_CMYK : JCS_EXT_RGBA;
  jpeg->scale_num = 1;
  jpeg->scale_denom = find_scale (jpeg, enough);
  jpeg_start_decompress (jpeg);
  if (jpeg->output_components != 4)
    return IMAGE_EXIT_DAMAGED;
  status = image_pixels_make (out, jpeg->output_width, jpeg->output_height);
  if (status != IMAGE_EXIT_DONE)
    return status;
  out->full_width = jpeg->image_width;
  out->full_height = jpeg->image_height;
  read_rows (jpeg, out, is_cmyk);
  return IMAGE_EXIT_DONE;
}

int
image_decode_jpeg (const uint8_t *bytes, size_t n_bytes, uint32_t enough, ImagePixels *out)
{
  struct jpeg_decompress_struct jpeg = { 0 };
  Progress progress = { { .progress_monitor = progress_cb } };
  Errors errors;
  volatile int status = IMAGE_EXIT_DAMAGED;

  jpeg.err = jpeg_std_error (&errors.base);
  errors.base.error_exit = error_exit_cb;
  errors.base.emit_message = emit_message_cb;
  if (setjmp (errors.out) == 0)
    {
      jpeg_create_decompress (&jpeg);
      jpeg.progress = &progress.base;
      jpeg_mem_src (&jpeg, bytes, n_bytes);
      status = decode (&jpeg, enough, out);
    }
  jpeg_destroy_decompress (&jpeg);
  return status;
}
