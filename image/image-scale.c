/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-scale.c: makes an image smaller: each pixel is the mean of those that it takes the place of
 */
#include <string.h>

#include "image/image-decode.h"

typedef struct
{
  uint32_t x0;
  uint32_t y0;
  uint32_t x1;
  uint32_t y1;
} Box;

/* Colours count by how much is seen of them. */
static void
put_mean (const ImagePixels *from, const Box *box, uint8_t *to)
{
  uint64_t sums[3] = { 0 };
  uint64_t alpha = 0;
  uint64_t n = (uint64_t) (box->x1 - box->x0) * (box->y1 - box->y0);

  for (uint32_t y = box->y0; y < box->y1; y++)
    for (uint32_t x = box->x0; x < box->x1; x++)
      {
        const uint8_t *pixel = from->pixels + 4 * ((size_t) y * from->width + x);

        alpha += pixel[3];
        for (int c = 0; c < 3; c++)
          sums[c] += (uint64_t) pixel[c] * pixel[3];
      }
  for (int c = 0; c < 3; c++)
    to[c] = alpha > 0 ? (uint8_t) ((sums[c] + alpha / 2) / alpha) : 0;
  to[3] = (uint8_t) ((alpha + n / 2) / n);
}

static uint32_t
shrink (uint32_t length, uint32_t longest, uint32_t side)
{
  uint64_t shrunk = ((uint64_t) length * side + longest / 2) / longest;

  return shrunk > 0 ? (uint32_t) shrunk : 1;
}

/**
 * image_scale:
 * @side: no side of the result is longer
 * @to: room for @side × @side pixels
 * @width: (out): of the result
 * @height: (out): of the result
 */
void
image_scale (const ImagePixels *from, uint32_t side, uint8_t *to, uint32_t *width, uint32_t *height)
{
  uint32_t longest = from->width > from->height ? from->width : from->height;

  *width = longest > side ? shrink (from->width, longest, side) : from->width;
  *height = longest > side ? shrink (from->height, longest, side) : from->height;
  if (longest <= side)
    {
      memcpy (to, from->pixels, (size_t) from->width * from->height * 4);
      return;
    }
  for (uint32_t y = 0; y < *height; y++)
    for (uint32_t x = 0; x < *width; x++)
      {
        Box box = { (uint32_t) ((uint64_t) x * from->width / *width),
                    (uint32_t) ((uint64_t) y * from->height / *height),
                    (uint32_t) ((uint64_t) (x + 1) * from->width / *width),
                    (uint32_t) ((uint64_t) (y + 1) * from->height / *height) };

        put_mean (from, &box, to + 4 * ((size_t) y * *width + x));
      }
}
