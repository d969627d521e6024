/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-settable-skeleton.h: an interface whose properties can be set, or the caller hears why not */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Sets what `property` names to a value of its type; the caller is answered with the error. */
typedef gboolean (*CmSetFunc) (gpointer user_data,
                               const char *property,
                               GVariant *value,
                               GError **error);

/* (transfer full): of a generated skeleton's type; `user_data` outlives it. */
gpointer
cm_settable_skeleton_new (GType type, CmSetFunc func, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
