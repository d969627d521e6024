/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-message-row-private.h: what the files of LinnetMessageRow share */

#pragma once

#include "ui/linnet-message-row.h"

struct _LinnetMessageRow
{
  GtkWidget parent_instance;

  GtkWidget *bubble;
  GtkLabel *text;
  GtkWidget *more;
  GtkWidget *failure;
  GtkLabel *reason;
  GtkWidget *again;
  GtkWidget *copy;
  GtkWidget *footer;
  GtkLabel *time;
  GtkWidget *edited;
  GtkImage *state_icon;
  GtkLabel *state;
  GtkWidget *menu;
  GtkWidget *popover; /* (owned by us as parent) (nullable) while the menu is open */

  LinnetMessage *message; /* (owned) (nullable) */
  GSignalGroup *signals; /* (owned) those of message */
  guint n_more; /* how often Show More was pressed */
  guint pressed_link; /* index of the link under the pressed button, or G_MAXUINT */
};

/* linnet-message-row-text.c */
void _linnet_message_row_update_text (LinnetMessageRow *self);
void _linnet_message_row_update_accessible (LinnetMessageRow *self);
void _linnet_message_row_add_link_controllers (LinnetMessageRow *self);
void _linnet_message_row_open_link (LinnetMessageRow *self, guint index);

/* linnet-message-row-menu.c */
void _linnet_message_row_class_add_actions (GtkWidgetClass *widget_class);
void _linnet_message_row_add_menu_controllers (LinnetMessageRow *self);
void _linnet_message_row_close_menu (LinnetMessageRow *self);
