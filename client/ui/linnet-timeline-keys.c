/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-timeline-keys.c: focus and keyboard of the timeline.
 *
 * Arrows and pages move from row to row; Tab visits what is inside a row and then leaves the list.
 */

#include "ui/linnet-timeline-private.h"

/* Position of the row that has the focus, or G_MAXUINT. */
static guint
get_focus_position (LinnetTimeline *self)
{
  GtkWidget *child = gtk_widget_get_focus_child (GTK_WIDGET (self));

  for (guint i = 0; child != NULL && i < self->rows->len; i++)
    {
      TimelineRow *row = g_ptr_array_index (self->rows, i);

      if (row->widget == child)
        return self->first + i;
    }
  if (child != NULL && self->kept != NULL && self->kept->widget == child)
    return self->kept_position;
  return G_MAXUINT;
}

static void
scroll_to_row (LinnetTimeline *self, TimelineRow *row)
{
  double value = _linnet_timeline_get_value (self);
  int bottom = row->y + row->height + TIMELINE_PADDING;

  if (bottom > value + self->page)
    value = bottom - self->page;
  if (row->y - TIMELINE_PADDING < value)
    value = row->y - TIMELINE_PADDING;
  gtk_adjustment_set_value (self->vadjustment, value);
}

static gboolean
move_to (LinnetTimeline *self, guint position)
{
  GtkWidget *row;

  if (self->sizes->len == 0 || self->column == 0)
    return FALSE;
  position = MIN (position, self->sizes->len - 1);
  if (position < self->first || position >= self->first + self->rows->len)
    {
      if (position == self->sizes->len - 1)
        linnet_timeline_jump_to_end (self);
      else
        linnet_timeline_show_at (self, position, self->page / 3);
    }
  row = linnet_timeline_get_row (self, position);
  if (row == NULL)
    return FALSE;
  scroll_to_row (self, g_ptr_array_index (self->rows, position - self->first));
  /* Scrolling may have built and released others, this one is in view. */
  gtk_widget_grab_focus (row);
  return TRUE;
}

/* A row higher than the view is read through before the next one is gone to. */
static gboolean
scroll_inside (LinnetTimeline *self, guint position, int direction)
{
  double value = _linnet_timeline_get_value (self);
  TimelineRow *row;

  if (position < self->first || position >= self->first + self->rows->len)
    return FALSE;
  row = g_ptr_array_index (self->rows, position - self->first);
  if (row->height <= self->page)
    return FALSE;
  if (direction > 0 && row->y + row->height > value + self->page)
    gtk_adjustment_set_value (self->vadjustment,
                              MIN (value + self->page * 0.5, row->y + row->height - self->page));
  else if (direction < 0 && row->y < value)
    gtk_adjustment_set_value (self->vadjustment, MAX (value - self->page * 0.5, row->y));
  else
    return FALSE;
  return TRUE;
}

static gboolean
step_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  LinnetTimeline *self = LINNET_TIMELINE (widget);
  guint position = get_focus_position (self);
  int direction = g_variant_get_int32 (args);

  if (position == G_MAXUINT)
    return linnet_timeline_focus_row (self);
  if (scroll_inside (self, position, direction))
    return TRUE;
  if (direction < 0 && position == 0)
    return TRUE;
  return move_to (self, direction < 0 ? position - 1 : position + 1);
}

static gboolean
page_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  LinnetTimeline *self = LINNET_TIMELINE (widget);
  int direction = g_variant_get_int32 (args);
  double value = _linnet_timeline_get_value (self);
  guint first, last;

  if (self->vadjustment == NULL || self->sizes->len == 0)
    return FALSE;
  gtk_adjustment_set_value (self->vadjustment, value + direction * self->page * 0.9);
  if (_linnet_timeline_get_value (self) == value)
    return move_to (self, direction < 0 ? 0 : self->sizes->len - 1);
  if (linnet_timeline_get_shown (self, &first, &last))
    return move_to (self, direction < 0 ? first : last);
  return TRUE;
}

static gboolean
end_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return move_to (LINNET_TIMELINE (widget), g_variant_get_int32 (args) < 0 ? 0 : G_MAXUINT);
}

static void
add_keys (
    GtkWidgetClass *widget_class, guint key, guint keypad_key, GtkShortcutFunc function, int arg)
{
  gtk_widget_class_add_binding (widget_class, key, 0, function, "i", arg);
  gtk_widget_class_add_binding (widget_class, keypad_key, 0, function, "i", arg);
}

void
_linnet_timeline_class_add_keys (GtkWidgetClass *widget_class)
{
  add_keys (widget_class, GDK_KEY_Up, GDK_KEY_KP_Up, step_cb, -1);
  add_keys (widget_class, GDK_KEY_Down, GDK_KEY_KP_Down, step_cb, 1);
  add_keys (widget_class, GDK_KEY_Page_Up, GDK_KEY_KP_Page_Up, page_cb, -1);
  add_keys (widget_class, GDK_KEY_Page_Down, GDK_KEY_KP_Page_Down, page_cb, 1);
  add_keys (widget_class, GDK_KEY_Home, GDK_KEY_KP_Home, end_cb, -1);
  add_keys (widget_class, GDK_KEY_End, GDK_KEY_KP_End, end_cb, 1);
}

/**
 * linnet_timeline_focus_row: gives the focus to the row that had it last, if that is still in view,
 * else to the newest one in view.
 *
 * Returns: whether there was one
 */
gboolean
linnet_timeline_focus_row (LinnetTimeline *self)
{
  guint first, last;

  g_return_val_if_fail (LINNET_IS_TIMELINE (self), FALSE);

  if (!linnet_timeline_get_shown (self, &first, &last))
    return FALSE;
  for (guint i = first; i <= last; i++)
    {
      TimelineRow *row = g_ptr_array_index (self->rows, i - self->first);

      if (row->item == self->last_focused)
        return gtk_widget_grab_focus (row->widget);
    }
  return move_to (self, last);
}

gboolean
_linnet_timeline_focus (GtkWidget *widget, GtkDirectionType direction)
{
  LinnetTimeline *self = LINNET_TIMELINE (widget);
  GtkWidget *child = gtk_widget_get_focus_child (widget);

  if (child == NULL)
    return linnet_timeline_focus_row (self);
  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return FALSE;
  return gtk_widget_child_focus (child, direction);
}
