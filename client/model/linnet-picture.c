/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-picture.c: a picture as pixels. It was decoded in another process: nothing that came from
 * the network is decoded in this one. */
#include "config.h"

#include "model/linnet-picture.h"

#include "image/image-reader.h"

struct _LinnetPicture
{
  gatomicrefcount ref_count;
  guint width;
  guint height;
  GBytes *pixels; /* (owned) */
};

G_DEFINE_BOXED_TYPE (LinnetPicture, linnet_picture, linnet_picture_ref, linnet_picture_unref)

/**
 * linnet_picture_new:
 * @width: in pixels
 * @height: in pixels
 * @pixels: four bytes each, row by row
 *
 * Returns: (transfer full): the picture
 */
LinnetPicture *
linnet_picture_new (guint width, guint height, GBytes *pixels)
{
  LinnetPicture *self;

  g_return_val_if_fail (g_bytes_get_size (pixels) == (gsize) 4 * width * height, NULL);
  self = g_new0 (LinnetPicture, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->width = width;
  self->height = height;
  self->pixels = g_bytes_ref (pixels);
  return self;
}

/** linnet_picture_ref: Returns: (transfer full): the same */
LinnetPicture *
linnet_picture_ref (LinnetPicture *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/** linnet_picture_unref: @self: (transfer full): no longer needed */
void
linnet_picture_unref (LinnetPicture *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_bytes_unref (self->pixels);
  g_free (self);
}

/** linnet_picture_get_width: Returns: in pixels */
guint
linnet_picture_get_width (LinnetPicture *self)
{
  return self->width;
}

/** linnet_picture_get_height: Returns: in pixels */
guint
linnet_picture_get_height (LinnetPicture *self)
{
  return self->height;
}

/** linnet_picture_get_pixels: Returns: (transfer none): red, green, blue, alpha; row by row */
GBytes *
linnet_picture_get_pixels (LinnetPicture *self)
{
  return self->pixels;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (ImagePicture) picture = image_read_finish (result, &error);

  if (picture == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task,
                           linnet_picture_new (picture->width, picture->height, picture->pixels),
                           (GDestroyNotify) linnet_picture_unref);
}

/**
 * linnet_picture_load_async:
 * @file: the bytes of an image file, whoever sent them
 * @side: 1…1024: no side of the picture is longer
 * @cancellable: (nullable): ends it
 * @callback: (scope async): called when it is there, or will not be
 * @data: for @callback
 */
void
linnet_picture_load_async (GBytes *file,
                           guint side,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  image_read_async (file, side, cancellable, read_cb,
                    g_task_new (NULL, cancellable, callback, data));
}

/** linnet_picture_load_finish: Returns: (transfer full) (nullable): it, or an error in words */
LinnetPicture *
linnet_picture_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
