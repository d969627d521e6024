/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-answer.h: what linnet-image writes, and whoever started it reads: a header, then pixels */
#pragma once

#include <stdint.h>

/* An image may have so many pixels, and so many on a side. What is shown of it is smaller. */
#define IMAGE_MAX_PIXELS (16 * 1024 * 1024)
#define IMAGE_MAX_SIDE 16384
#define IMAGE_MAX_SHOWN_SIDE 1024
/* Of a file. */
#define IMAGE_MAX_BYTES (4 * 1024 * 1024)

#define IMAGE_ANSWER_MAGIC 0x4c494d31u /* LIM1 */

/* Four bytes a pixel follow, row by row: red, green, blue, alpha, not premultiplied. */
typedef struct
{
  uint32_t magic;
  uint32_t type; /* ImageType */
  uint32_t full_width; /* of the image as it was sent */
  uint32_t full_height;
  uint32_t width; /* of the pixels that follow */
  uint32_t height;
} ImageAnswer;

#define IMAGE_ANSWER_MAX_BYTES \
  (sizeof (ImageAnswer) + (size_t) 4 * IMAGE_MAX_SHOWN_SIDE * IMAGE_MAX_SHOWN_SIDE)

/* Exit statuses. */
enum
{
  IMAGE_EXIT_DONE = 0,
  IMAGE_EXIT_USAGE = 1,
  IMAGE_EXIT_NO_IMAGE = 2, /* no kind of ours */
  IMAGE_EXIT_TOO_LARGE = 3,
  IMAGE_EXIT_DAMAGED = 4,
  IMAGE_EXIT_NO_SANDBOX = 5, /* then nothing was looked at */
};
