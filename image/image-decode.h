/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-decode.h: bytes of a file become pixels; for linnet-image alone, behind its walls */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "image/image-type.h"

/* Four bytes a pixel: red, green, blue, alpha. `pixels` (owned) */
typedef struct
{
  uint8_t *pixels;
  uint32_t width;
  uint32_t height;
  uint32_t full_width; /* as the file says; the decoder may have made it smaller */
  uint32_t full_height;
} ImagePixels;

/* An exit status of image-answer.h. `enough`: a side that need not be exceeded. Of an animation the
 * first frame counts. */
int image_decode (
    ImageType type, const uint8_t *bytes, size_t n_bytes, uint32_t enough, ImagePixels *out);

/* image-decode-<kind>.c */
int image_decode_png (const uint8_t *bytes, size_t n_bytes, ImagePixels *out);
int image_decode_jpeg (const uint8_t *bytes, size_t n_bytes, uint32_t enough, ImagePixels *out);
int image_decode_gif (const uint8_t *bytes, size_t n_bytes, ImagePixels *out);
int image_decode_webp (const uint8_t *bytes, size_t n_bytes, ImagePixels *out);
/* FALSE: it has more pixels than are looked at. Else there is room for them, all transparent. */
int image_pixels_make (ImagePixels *self, uint32_t width, uint32_t height);

/* Smaller, so that no side is longer than `side`; never larger. `to` has room for side × side. */
void image_scale (
    const ImagePixels *from, uint32_t side, uint8_t *to, uint32_t *width, uint32_t *height);
