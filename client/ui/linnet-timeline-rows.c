/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-timeline-rows.c: making, reusing and releasing the timeline's rows.
 *
 * A row that leaves is bound in place to one that enters; what is over is taken out of the widget
 * tree, and so out of the accessible one. A row that has the focus is never released. */

#include "ui/linnet-timeline-private.h"

static gboolean
has_focus (LinnetTimeline *self, TimelineRow *row)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && (focus == row->widget || gtk_widget_is_ancestor (focus, row->widget));
}

static void
unbind (LinnetTimeline *self, TimelineRow *row)
{
  if (row->item == NULL)
    return;
  self->factory->unbind (row->widget, self->factory_data);
  g_clear_object (&row->item);
}

/* Frees the row; its widget must have no parent. */
void
_linnet_timeline_free_row (gpointer data)
{
  TimelineRow *row = data;

  g_clear_object (&row->item);
  g_clear_object (&row->widget);
  g_free (row);
}

/* The row leaves the widget tree; its widget is kept if there are not too many. */
static void
retire (LinnetTimeline *self, TimelineRow *row)
{
  GPtrArray *spare = self->spare[row->kind];

  unbind (self, row);
  gtk_widget_unparent (row->widget);
  if (spare->len < TIMELINE_SPARE_MAX)
    g_ptr_array_add (spare, g_steal_pointer (&row->widget));
  _linnet_timeline_free_row (row);
}

static TimelineRow *
steal_leaving (LinnetTimeline *self, GObject *item, guint kind)
{
  guint found = G_MAXUINT;

  for (guint i = 0; i < self->leaving->len; i++)
    {
      TimelineRow *row = g_ptr_array_index (self->leaving, i);

      if (row->item == item)
        return g_ptr_array_steal_index (self->leaving, i);
      if (found == G_MAXUINT && row->kind == kind)
        found = i;
    }
  return found == G_MAXUINT ? NULL : g_ptr_array_steal_index (self->leaving, found);
}

static TimelineRow *
new_row (LinnetTimeline *self, guint kind)
{
  TimelineRow *row = g_new0 (TimelineRow, 1);
  GPtrArray *spare = self->spare[kind];

  row->kind = kind;
  if (spare->len > 0)
    {
      row->widget = g_ptr_array_steal_index (spare, spare->len - 1);
    }
  else
    {
      row->widget = g_object_ref_sink (self->factory->create (kind, self->factory_data));
      self->n_created++;
    }
  gtk_widget_set_parent (row->widget, GTK_WIDGET (self));
  return row;
}

/* A measured row for the item at position: the one that shows it already, or one that leaves, or a
 * spare one, or a new one. */
TimelineRow *
_linnet_timeline_take_row (LinnetTimeline *self, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (self->model, position);
  TimelineRow *row;
  guint kind = self->factory->get_kind (item, self->factory_data);

  if (self->kept != NULL && self->kept_position == position)
    {
      row = g_steal_pointer (&self->kept);
    }
  else
    {
      row = steal_leaving (self, item, kind);
      if (row == NULL)
        row = new_row (self, kind);
      if (row->item != item)
        {
          unbind (self, row);
          row->item = g_object_ref (item);
          self->factory->bind (row->widget, row->item, self->factory_data);
        }
    }
  _linnet_timeline_measure_row (self, row, position);
  return row;
}

void
_linnet_timeline_measure_row (LinnetTimeline *self, TimelineRow *row, guint position)
{
  TimelineSize *size = &g_array_index (self->sizes, TimelineSize, position);
  int minimum;

  /* Debug builds of GTK complain of a height for less than the minimum width, and they are right.
   */
  gtk_widget_measure (row->widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  gtk_widget_measure (row->widget, GTK_ORIENTATION_VERTICAL, MAX (self->column, minimum), NULL,
                      &row->height, NULL, NULL);
  size->height = row->height;
  size->is_measured = TRUE;
}

/* Builds the row after the last built one. */
void
_linnet_timeline_append_row (LinnetTimeline *self)
{
  TimelineRow *last = g_ptr_array_index (self->rows, self->rows->len - 1);
  TimelineRow *row = _linnet_timeline_take_row (self, self->first + self->rows->len);

  row->y = last->y + last->height;
  gtk_widget_insert_after (row->widget, GTK_WIDGET (self), last->widget);
  g_ptr_array_add (self->rows, row);
}

/* Builds the row before the first built one. */
void
_linnet_timeline_prepend_row (LinnetTimeline *self)
{
  TimelineRow *next = g_ptr_array_index (self->rows, 0);
  TimelineRow *row = _linnet_timeline_take_row (self, self->first - 1);

  row->y = next->y - row->height;
  gtk_widget_insert_before (row->widget, GTK_WIDGET (self), next->widget);
  g_ptr_array_insert (self->rows, 0, row);
  self->first--;
}

/* Releases n_rows of rows from index on; they can be taken again until the leaving are retired. The
 * caller sets first. */
void
_linnet_timeline_release_rows (LinnetTimeline *self, guint index, guint n_rows)
{
  for (guint i = 0; i < n_rows; i++)
    {
      TimelineRow *row = g_ptr_array_steal_index (self->rows, index);

      if (has_focus (self, row))
        {
          _linnet_timeline_drop_kept (self);
          self->kept = row;
          self->kept_position = self->first + index + i;
        }
      else
        {
          g_ptr_array_add (self->leaving, row);
        }
    }
}

void
_linnet_timeline_retire_leaving (LinnetTimeline *self)
{
  while (self->leaving->len > 0)
    retire (self, g_ptr_array_steal_index (self->leaving, self->leaving->len - 1));
  if (self->kept != NULL && !has_focus (self, self->kept))
    _linnet_timeline_drop_kept (self);
}

void
_linnet_timeline_drop_kept (LinnetTimeline *self)
{
  if (self->kept != NULL)
    retire (self, g_steal_pointer (&self->kept));
}

/* Leaves no row and no spare one: the model, the factory or we ourselves go. */
void
_linnet_timeline_clear_rows (LinnetTimeline *self)
{
  while (self->rows->len > 0)
    g_ptr_array_add (self->leaving, g_ptr_array_steal_index (self->rows, self->rows->len - 1));
  self->first = 0;
  if (self->kept != NULL)
    g_ptr_array_add (self->leaving, g_steal_pointer (&self->kept));
  _linnet_timeline_retire_leaving (self);
}
