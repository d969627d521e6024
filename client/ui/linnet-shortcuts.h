/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-shortcuts.h: the window that lists the keys */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *linnet_shortcuts_new (void);

G_END_DECLS
