/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-lazy-skeleton.h: an interface one property of which is made when it is read, not when it
 * changes */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef GVariant *(*CmLazyFunc) (gpointer user_data); /* (transfer floating) of its type */

/* `type` is that of a generated skeleton, `property` a static GObject name of one of its
 * properties, for one type always the same; `user_data` outlives the skeleton. (transfer full) */
gpointer cm_lazy_skeleton_new (GType type,
                               const char *property,
                               CmLazyFunc func,
                               gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
