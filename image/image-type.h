/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-type.h: the kinds of images that are shown, told by their first bytes and by nothing else
 */
#pragma once

#include <stddef.h>

/* Part of the answer of linnet-image: numbers stay. */
typedef enum
{
  IMAGE_TYPE_NONE = 0, /* anything else: SVG, text, nothing */
  IMAGE_TYPE_PNG = 1,
  IMAGE_TYPE_JPEG = 2,
  IMAGE_TYPE_GIF = 3,
  IMAGE_TYPE_WEBP = 4,
} ImageType;

/* Of the bytes themselves: what others say of them is not looked at. */
ImageType image_type_of (const void *bytes, size_t n_bytes);
/* NULL for IMAGE_TYPE_NONE. */
const char *image_type_get_mime (ImageType type);
/* IMAGE_TYPE_NONE: not one of ours. `mime` (nullable) */
ImageType image_type_from_mime (const char *mime);
