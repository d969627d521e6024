/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-decode-gif.c: the first frame of a GIF, by giflib; the rest of the file is not looked at.
 * GIF89a */
#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>

#include "image/image-answer.h"
#include "image/image-decode.h"

typedef struct
{
  const uint8_t *bytes;
  size_t n_left;
} Source;

static int
read_cb (GifFileType *gif, GifByteType *to, int n_wanted)
{
  Source *source = gif->UserData;
  size_t n = (size_t) n_wanted < source->n_left ? (size_t) n_wanted : source->n_left;

  memcpy (to, source->bytes, n);
  source->bytes += n;
  source->n_left -= n;
  return (int) n;
}

/* Which colour is none, if the extension says so. */
static int
read_extension (GifFileType *gif, int *transparent)
{
  GraphicsControlBlock control;
  GifByteType *block = NULL;
  int code;

  if (DGifGetExtension (gif, &code, &block) == GIF_ERROR)
    return 0;
  if (code == GRAPHICS_EXT_FUNC_CODE && block != NULL &&
      DGifExtensionToGCB (block[0], block + 1, &control) == GIF_OK)
    *transparent = control.TransparentColor;
  while (block != NULL)
    if (DGifGetExtensionNext (gif, &block) == GIF_ERROR)
      return 0;
  return 1;
}

static void
put_line (const GifFileType *gif,
          const ColorMapObject *colors,
          const GifPixelType *line,
          int y,
          int transparent,
          ImagePixels *out)
{
  const GifImageDesc *frame = &gif->Image;

  for (int x = 0; x < frame->Width && frame->Left + x < (int) out->width; x++)
    {
      uint8_t *to =
          out->pixels + 4 * ((size_t) (frame->Top + y) * out->width + (size_t) (frame->Left + x));

      if (line[x] == transparent || line[x] >= colors->ColorCount)
        continue;
      to[0] = colors->Colors[line[x]].Red;
      to[1] = colors->Colors[line[x]].Green;
      to[2] = colors->Colors[line[x]].Blue;
      to[3] = 255;
    }
}

static int
read_lines (GifFileType *gif, const ColorMapObject *colors, int transparent, ImagePixels *out)
{
  static const int offsets[] = { 0, 4, 2, 1 };
  static const int steps[] = { 8, 8, 4, 2 };
  const GifImageDesc *frame = &gif->Image;
  GifPixelType *line = malloc ((size_t) frame->Width);
  int is_good = line != NULL;

  for (int pass = 0; is_good && pass < (frame->Interlace ? 4 : 1); pass++)
    for (int y = frame->Interlace ? offsets[pass] : 0; is_good && y < frame->Height;
         y += frame->Interlace ? steps[pass] : 1)
      {
        is_good = DGifGetLine (gif, line, frame->Width) == GIF_OK;
        if (is_good && frame->Top + y < (int) out->height)
          put_line (gif, colors, line, y, transparent, out);
      }
  free (line);
  return is_good ? IMAGE_EXIT_DONE : IMAGE_EXIT_DAMAGED;
}

/* The screen may be smaller than the frame that is drawn on it, or nothing at all. */
static int
read_frame (GifFileType *gif, int transparent, ImagePixels *out)
{
  const GifImageDesc *frame = &gif->Image;
  const ColorMapObject *colors;
  int status;

  if (DGifGetImageDesc (gif) == GIF_ERROR || frame->Width <= 0 || frame->Height <= 0 ||
      frame->Left < 0 || frame->Top < 0)
    return IMAGE_EXIT_DAMAGED;
  if (frame->Width > IMAGE_MAX_SIDE || frame->Height > IMAGE_MAX_SIDE)
    return IMAGE_EXIT_TOO_LARGE;
  colors = frame->ColorMap != NULL ? frame->ColorMap : gif->SColorMap;
  if (colors == NULL)
    return IMAGE_EXIT_DAMAGED;
  status = image_pixels_make (out, (uint32_t) (gif->SWidth > 0 ? gif->SWidth : frame->Width),
                              (uint32_t) (gif->SHeight > 0 ? gif->SHeight : frame->Height));
  return status == IMAGE_EXIT_DONE ? read_lines (gif, colors, transparent, out) : status;
}

static int
read_first (GifFileType *gif, ImagePixels *out)
{
  GifRecordType record = UNDEFINED_RECORD_TYPE;
  int transparent = NO_TRANSPARENT_COLOR;

  while (DGifGetRecordType (gif, &record) == GIF_OK)
    if (record == IMAGE_DESC_RECORD_TYPE)
      return read_frame (gif, transparent, out);
    else if (record != EXTENSION_RECORD_TYPE || !read_extension (gif, &transparent))
      break;
  return IMAGE_EXIT_DAMAGED;
}

int
image_decode_gif (const uint8_t *bytes, size_t n_bytes, ImagePixels *out)
{
  Source source = { bytes, n_bytes };
  GifFileType *gif = DGifOpen (&source, read_cb, NULL);
  int status;

  if (gif == NULL)
    return IMAGE_EXIT_DAMAGED;
  status = read_first (gif, out);
  DGifCloseFile (gif, NULL);
  return status;
}
