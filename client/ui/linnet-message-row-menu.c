/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-message-row-menu.c: what can be done with a message.
 *
 * By right click, long press, Menu key, Shift+F10 and the button beside the bubble; the menu is
 * made when it is asked for. */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/linnet-message-row-private.h"

static void
copy_text (LinnetMessageRow *self, const char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
copy_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetMessageRow *self = LINNET_MESSAGE_ROW (widget);

  if (self->message != NULL)
    copy_text (self, linnet_message_get_body (self->message));
}

static gboolean
has_link (LinnetMessageRow *self, guint index)
{
  return self->message != NULL && index < linnet_message_get_text (self->message)->links->len;
}

static void
copy_link_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetMessageRow *self = LINNET_MESSAGE_ROW (widget);
  guint index = g_variant_get_uint32 (parameter);
  g_autofree char *link = NULL;

  if (!has_link (self, index))
    return;
  link = linnet_text_dup_link (linnet_message_get_text (self->message), index);
  copy_text (self, link);
}

static void
open_link_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetMessageRow *self = LINNET_MESSAGE_ROW (widget);
  guint index = g_variant_get_uint32 (parameter);

  if (has_link (self, index))
    _linnet_message_row_open_link (self, index);
}

static void
show_more_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetMessageRow *self = LINNET_MESSAGE_ROW (widget);

  if (self->message == NULL)
    return;
  self->n_more++;
  _linnet_message_row_update_text (self);
  if (!gtk_widget_get_visible (self->more))
    gtk_widget_grab_focus (widget);
}

/* Return: what the row is most likely wanted for. */
static void
activate_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetMessageRow *self = LINNET_MESSAGE_ROW (widget);

  if (has_link (self, 0))
    _linnet_message_row_open_link (self, 0);
  else if (gtk_widget_get_visible (self->more))
    show_more_cb (widget, action_name, parameter);
}

static void
add_link_items (GMenu *menu, const LinnetText *text)
{
  guint n_links = MIN (text->links->len, 3);

  for (guint i = 0; i < n_links; i++)
    {
      g_autoptr (GMenu) section = g_menu_new ();
      g_autofree char *link = linnet_text_dup_link (text, i);
      g_autofree char *open = g_strdup_printf ("message.open-link(uint32 %u)", i);
      g_autofree char *copy = g_strdup_printf ("message.copy-link(uint32 %u)", i);

      g_menu_append (section, _ ("Open Link"), open);
      g_menu_append (section, _ ("Copy Link"), copy);
      g_menu_append_section (menu, n_links > 1 ? link : NULL, G_MENU_MODEL (section));
    }
}

static GMenuModel *
make_menu (LinnetMessageRow *self)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();

  g_menu_append (section, _ ("Copy"), "message.copy");
  if (gtk_widget_get_visible (self->failure))
    g_menu_append (section, _ ("Send Again"), "message.send-again");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  add_link_items (menu, linnet_message_get_text (self->message));
  return G_MENU_MODEL (menu);
}

static gboolean
unparent_popover_cb (gpointer user_data)
{
  gtk_widget_unparent (GTK_WIDGET (user_data));
  return G_SOURCE_REMOVE;
}

/* The chosen action runs after the menu has closed: it needs its place in the tree until then. */
static void
closed_cb (LinnetMessageRow *self, GtkWidget *popover)
{
  if (self->popover != popover)
    return;
  self->popover = NULL;
  g_idle_add_full (G_PRIORITY_DEFAULT, unparent_popover_cb, g_object_ref (popover), g_object_unref);
}

void
_linnet_message_row_close_menu (LinnetMessageRow *self)
{
  GtkWidget *popover = g_steal_pointer (&self->popover);

  if (popover == NULL)
    return;
  g_signal_handlers_disconnect_by_data (popover, self);
  gtk_widget_unparent (popover);
}

static void
open_menu (LinnetMessageRow *self, const GdkRectangle *at)
{
  g_autoptr (GMenuModel) menu = NULL;

  if (self->message == NULL)
    return;
  _linnet_message_row_close_menu (self);
  menu = make_menu (self);
  self->popover = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), at);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
  g_signal_connect_swapped (self->popover, "closed", G_CALLBACK (closed_cb), self);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
open_menu_at (LinnetMessageRow *self, double x, double y)
{
  open_menu (self, &(GdkRectangle){ (int) x, (int) y, 1, 1 });
}

static void
menu_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetMessageRow *self = LINNET_MESSAGE_ROW (widget);
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (self->menu, widget, &bounds))
    return;
  open_menu (self, &(GdkRectangle){ (int) bounds.origin.x, (int) bounds.origin.y,
                                    (int) bounds.size.width, (int) bounds.size.height });
}

static void
right_pressed_cb (LinnetMessageRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  open_menu_at (self, x, y);
}

static void
long_pressed_cb (LinnetMessageRow *self, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  open_menu_at (self, x, y);
}

void
_linnet_message_row_class_add_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "message.copy", NULL, copy_cb);
  gtk_widget_class_install_action (widget_class, "message.copy-link", "u", copy_link_cb);
  gtk_widget_class_install_action (widget_class, "message.open-link", "u", open_link_cb);
  gtk_widget_class_install_action (widget_class, "message.show-more", NULL, show_more_cb);
  gtk_widget_class_install_action (widget_class, "message.activate", NULL, activate_cb);
  gtk_widget_class_install_action (widget_class, "message.menu", NULL, menu_cb);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "message.copy",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "message.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "message.menu",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, 0, "message.activate", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Enter, 0, "message.activate", NULL);
}

void
_linnet_message_row_add_menu_controllers (LinnetMessageRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();

  /* Before the label, which would show a menu of its own. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (right_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect_swapped (press, "pressed", G_CALLBACK (long_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (press));
}
