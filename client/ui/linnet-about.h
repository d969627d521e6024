/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-about.h: the window that says what Linnet is */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *linnet_about_new (void);

G_END_DECLS
