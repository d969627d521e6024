/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-type.c: the kinds of images that are shown, by their first bytes. RFC 2083 3.1, ITU-T T.81
 * B.1.1, GIF89a 17, RFC 9649 2.4 */
#include "image/image-type.h"

#include <string.h>
#include <strings.h>

typedef struct
{
  ImageType type;
  const char *mime;
} Row;

static const Row rows[] = {
  { IMAGE_TYPE_PNG, "image/png" },
  { IMAGE_TYPE_JPEG, "image/jpeg" },
  { IMAGE_TYPE_GIF, "image/gif" },
  { IMAGE_TYPE_WEBP, "image/webp" },
};

#define N_ROWS (sizeof rows / sizeof *rows)

/** image_type_of: @bytes: of a file. Returns: what it is by its first bytes */
ImageType
image_type_of (const void *bytes, size_t n_bytes)
{
  const char *text = bytes;

  if (n_bytes >= 8 && memcmp (text, "\x89PNG\r\n\x1a\n", 8) == 0)
    return IMAGE_TYPE_PNG;
  if (n_bytes >= 3 && memcmp (text, "\xff\xd8\xff", 3) == 0)
    return IMAGE_TYPE_JPEG;
  if (n_bytes >= 6 && (memcmp (text, "GIF87a", 6) == 0 || memcmp (text, "GIF89a", 6) == 0))
    return IMAGE_TYPE_GIF;
  if (n_bytes >= 12 && memcmp (text, "RIFF", 4) == 0 && memcmp (text + 8, "WEBP", 4) == 0)
    return IMAGE_TYPE_WEBP;
  return IMAGE_TYPE_NONE;
}

/** image_type_get_mime: Returns: (nullable): its MIME type, a constant */
const char *
image_type_get_mime (ImageType type)
{
  for (size_t i = 0; i < N_ROWS; i++)
    if (rows[i].type == type)
      return rows[i].mime;
  return NULL;
}

/** image_type_from_mime: @mime: (nullable): as a program wrote it. Returns: IMAGE_TYPE_NONE: not
 * one that is shown */
ImageType
image_type_from_mime (const char *mime)
{
  for (size_t i = 0; i < N_ROWS && mime != NULL; i++)
    if (strcasecmp (rows[i].mime, mime) == 0)
      return rows[i].type;
  return IMAGE_TYPE_NONE;
}
