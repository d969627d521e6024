/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make-image.h: images for tests, good ones and others */
#pragma once

#include <glib.h>

#include "image/image-type.h"

G_BEGIN_DECLS

/* Red on the left half, blue on the right one. */
GBytes *make_image (ImageType type, guint width, guint height) G_GNUC_WARN_UNUSED_RESULT;
/* Says that it is so large, and has next to nothing in it. */
GBytes *make_png_that_lies (guint width, guint height) G_GNUC_WARN_UNUSED_RESULT;
/* `n_frames` further pictures after the one that every reader shows. */
GBytes *make_animated_png (guint n_frames) G_GNUC_WARN_UNUSED_RESULT;
GBytes *make_animated_gif (guint n_frames) G_GNUC_WARN_UNUSED_RESULT;
/* A colour profile of a few bytes that becomes `n_bytes` when it is read. */
GBytes *make_png_with_profile (gsize n_bytes) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
