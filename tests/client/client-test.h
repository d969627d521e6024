/* SPDX-License-Identifier: GPL-3.0-or-later */

/* client-test.h: what tests of widgets need beside GTest */

#pragma once

#include <gtk/gtk.h>

void client_test_settle (GtkWidget *window);
void client_test_wait (gboolean (*is_done) (gpointer data),
                       gpointer data);
gboolean client_test_press (GtkWidget *widget,
                            guint key,
                            GdkModifierType modifiers);
GtkWidget *client_test_find (GtkWidget *widget,
                             const char *name);
GtkWidget *client_test_find_type (GtkWidget *widget,
                                  GType type);
