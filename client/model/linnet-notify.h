/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-notify.h: a property that is set only when it changes, and told then */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

void linnet_notify_string (gpointer object, char **place, const char *text, GParamSpec *pspec);

G_END_DECLS
