/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-picture.h: a picture as pixels, ready to be shown */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LINNET_TYPE_PICTURE (linnet_picture_get_type ())

/* Never changes. */
typedef struct _LinnetPicture LinnetPicture;

GType linnet_picture_get_type (void);
LinnetPicture *
linnet_picture_new (guint width, guint height, GBytes *pixels) G_GNUC_WARN_UNUSED_RESULT;
LinnetPicture *linnet_picture_ref (LinnetPicture *self);
void linnet_picture_unref (LinnetPicture *self);
guint linnet_picture_get_width (LinnetPicture *self);
guint linnet_picture_get_height (LinnetPicture *self);
/* (transfer none) red, green, blue, alpha, not premultiplied, row by row: GDK_MEMORY_R8G8B8A8 */
GBytes *linnet_picture_get_pixels (LinnetPicture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LinnetPicture, linnet_picture_unref)

/* Has linnet-image look at a file in memory. `side`: no side is longer. One process each. */
void linnet_picture_load_async (GBytes *file,
                                guint side,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer data);
LinnetPicture *linnet_picture_load_finish (GAsyncResult *result,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
