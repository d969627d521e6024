/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-pages.h: turning the pages of a stack so that only one is there for a screen reader */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void linnet_pages_wrap_button (GtkWidget *button);
void linnet_pages_turn (GtkStack *stack, const char *name);

G_END_DECLS
