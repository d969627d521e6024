/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-decode-png.c: PNG by libpng; of an animated one the image that every reader shows. RFC 2083
 */
#include <png.h>

#include "image/image-answer.h"
#include "image/image-decode.h"

int
image_decode_png (const uint8_t *bytes, size_t n_bytes, ImagePixels *out)
{
  png_image image = { .version = PNG_IMAGE_VERSION };
  int status;

  if (!png_image_begin_read_from_memory (&image, bytes, n_bytes))
    {
      /* libpng itself refuses a side of more than a million. */
      png_image_free (&image);
      return IMAGE_EXIT_DAMAGED;
    }
  image.format = PNG_FORMAT_RGBA;
  status = image_pixels_make (out, image.width, image.height);
  if (status == IMAGE_EXIT_DONE &&
      (!png_image_finish_read (&image, NULL, out->pixels, 0, NULL) || PNG_IMAGE_FAILED (image)))
    status = IMAGE_EXIT_DAMAGED;
  png_image_free (&image);
  return status;
}
