/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-pages.c: turning the pages of a stack so that only one is there for a screen reader.
 *
 * COMPAT: GTK 4.8 says of the other pages of a stack that they are visible, so that they would be
 * read, and their buttons pressed, as if they were on the screen. */
#include "config.h"

#include "ui/linnet-pages.h"

/**
 * linnet_pages_turn:
 * @stack: a stack
 * @name: the name of one of its pages
 *
 * Shows this page and hides the others.
 */
void
linnet_pages_turn (GtkStack *stack, const char *name)
{
  GtkWidget *page;

  g_return_if_fail (GTK_IS_STACK (stack));
  page = gtk_stack_get_child_by_name (stack, name);
  g_return_if_fail (page != NULL);
  gtk_widget_set_visible (page, TRUE);
  gtk_stack_set_visible_child (stack, page);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (stack)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (child != page)
      gtk_widget_set_visible (child, FALSE);
}

/**
 * linnet_pages_wrap_button:
 * @button: a button with a label
 *
 * Lets the words of a button stand in several lines, where text is large or a language has long
 * words: a button is otherwise never narrower than its label.
 */
void
linnet_pages_wrap_button (GtkWidget *button)
{
  GtkWidget *label;

  g_return_if_fail (GTK_IS_BUTTON (button));
  label = gtk_button_get_child (GTK_BUTTON (button));
  g_return_if_fail (GTK_IS_LABEL (label));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
}
