/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-decode.c: chooses the decoder by the kind of the image, and bounds what any may ask for */
#include "image/image-decode.h"

#include <stdlib.h>

#include "image/image-answer.h"

/** image_pixels_make: @self: gets room for @width × @height pixels. Returns: IMAGE_EXIT_DONE, or
 * why not */
int
image_pixels_make (ImagePixels *self, uint32_t width, uint32_t height)
{
  if (width == 0 || height == 0)
    return IMAGE_EXIT_DAMAGED;
  if (width > IMAGE_MAX_SIDE || height > IMAGE_MAX_SIDE ||
      (uint64_t) width * height > IMAGE_MAX_PIXELS)
    return IMAGE_EXIT_TOO_LARGE;
  self->pixels = calloc ((size_t) width * height, 4);
  if (self->pixels == NULL)
    return IMAGE_EXIT_TOO_LARGE;
  self->width = self->full_width = width;
  self->height = self->full_height = height;
  return IMAGE_EXIT_DONE;
}

/**
 * image_decode:
 * @type: what the bytes are
 * @enough: pixels on a side; a decoder that can may stop there
 * @out: gets the pixels, owned by the caller whatever is returned
 *
 * Returns: IMAGE_EXIT_DONE, or why not
 */
int
image_decode (
    ImageType type, const uint8_t *bytes, size_t n_bytes, uint32_t enough, ImagePixels *out)
{
  switch (type)
    {
    case IMAGE_TYPE_PNG:
      return image_decode_png (bytes, n_bytes, out);
    case IMAGE_TYPE_JPEG:
      return image_decode_jpeg (bytes, n_bytes, enough, out);
    case IMAGE_TYPE_GIF:
      return image_decode_gif (bytes, n_bytes, out);
    case IMAGE_TYPE_WEBP:
      return image_decode_webp (bytes, n_bytes, out);
    case IMAGE_TYPE_NONE:
    default:
      return IMAGE_EXIT_NO_IMAGE;
    }
}
