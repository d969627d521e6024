/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-reader.h: has linnet-image look at an image; nothing of it is decoded in this process */
#pragma once

#include <gio/gio.h>

#include "image/image-type.h"

G_BEGIN_DECLS

#define IMAGE_ERROR (image_error_quark ())
typedef enum
{
  IMAGE_ERROR_FAILED, /* linnet-image is missing, or was stopped */
  IMAGE_ERROR_NO_IMAGE,
  IMAGE_ERROR_TOO_LARGE,
  IMAGE_ERROR_DAMAGED,
} ImageError;
GQuark image_error_quark (void);

typedef struct
{
  ImageType type;
  guint full_width; /* of the image as it was sent */
  guint full_height;
  guint width; /* of the pixels */
  guint height;
  GBytes *pixels; /* (owned) red, green, blue, alpha, not premultiplied, row by row */
} ImagePicture;

void image_picture_free (ImagePicture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImagePicture, image_picture_free)

/* One process each: whoever asks for many asks for few at a time. */
void image_read_async (GBytes *file,
                       guint side,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
ImagePicture *image_read_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
