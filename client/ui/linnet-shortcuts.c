/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-shortcuts.c: the window that lists the keys. window.md section 5
 *
 * It is built when it is asked for, and not left to GtkApplication: that would keep one, never
 * shown, from the start, and GTK 4.8 hands it to screen readers as a window without a place. */
#include "config.h"

#include "ui/linnet-shortcuts.h"

/**
 * linnet_shortcuts_new:
 *
 * Returns: (transfer floating): the window, not shown yet; GTK owns it
 */
GtkWidget *
linnet_shortcuts_new (void)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/im/linnet/Linnet/ui/linnet-shortcuts.ui");

  return GTK_WIDGET (gtk_builder_get_object (builder, "shortcuts"));
}
