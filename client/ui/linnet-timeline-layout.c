/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-timeline-layout.c: heights and coordinates of the timeline's items.
 *
 * The value of the adjustment is written only to stick to the end, to stay inside the bounds and to
 * rebase; GtkScrolledWindow's fling and drag write it at the same time. */

#include "ui/linnet-timeline-private.h"

#define REBASE_LIMIT 1000000

/* Half of the padding and margins of a bubble stand beside the text. */
#define TEXT_MARGIN 44
#define TEXT_MAX 540

static int
estimate (LinnetTimeline *self, const LinnetTimelineHint *hint)
{
  int width = CLAMP (self->column * 8 / 10 - TEXT_MARGIN, 80, TEXT_MAX);
  int lines;

  lines = (hint->n_chars * self->char_width + width - 1) / width;
  return hint->fixed_px + MAX (lines, (int) hint->n_lines) * self->line_height;
}

/* Returns: whether text became higher or wider. */
gboolean
_linnet_timeline_read_font (LinnetTimeline *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int char_width = PANGO_PIXELS (pango_font_metrics_get_approximate_char_width (metrics));
  int line_height = PANGO_PIXELS (pango_font_metrics_get_height (metrics));
  gboolean has_changed = char_width != self->char_width || line_height != self->line_height;

  pango_font_metrics_unref (metrics);
  self->char_width = char_width;
  self->line_height = line_height;
  return has_changed;
}

/* After a change of width or font no height holds any more. */
void
_linnet_timeline_estimate_all (LinnetTimeline *self)
{
  for (guint i = 0; i < self->sizes->len; i++)
    {
      TimelineSize *size = &g_array_index (self->sizes, TimelineSize, i);

      size->height = estimate (self, &size->hint);
      size->is_measured = FALSE;
    }
}

void
_linnet_timeline_splice_sizes (LinnetTimeline *self, guint position, guint removed, guint added)
{
  g_autofree TimelineSize *sizes = NULL;

  if (removed > 0)
    g_array_remove_range (self->sizes, position, removed);
  if (added == 0)
    return;

  if (self->line_height == 0)
    _linnet_timeline_read_font (self);
  sizes = g_new0 (TimelineSize, added);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, position + i);

      sizes[i].hint = self->factory->hint (item, self->factory_data);
      sizes[i].height = estimate (self, &sizes[i].hint);
    }
  g_array_insert_vals (self->sizes, position, sizes, added);
}

static int
sum_heights (LinnetTimeline *self, guint from, guint to)
{
  int sum = 0;

  for (guint i = from; i < to; i++)
    sum += g_array_index (self->sizes, TimelineSize, i).height;
  return sum;
}

/* Upper edge of the first built row. */
int
_linnet_timeline_get_top (LinnetTimeline *self)
{
  TimelineRow *row = g_ptr_array_index (self->rows, 0);

  return row->y;
}

/* Lower edge of the last built row. */
int
_linnet_timeline_get_bottom (LinnetTimeline *self)
{
  TimelineRow *row = g_ptr_array_index (self->rows, self->rows->len - 1);

  return row->y + row->height;
}

double
_linnet_timeline_get_value (LinnetTimeline *self)
{
  return self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0;
}

/* The item that, by what is known, stands at value; y is where it begins. Needs items and rows. */
guint
_linnet_timeline_find (LinnetTimeline *self, double value, int *y)
{
  guint position;
  int edge;

  if (value < _linnet_timeline_get_top (self))
    {
      position = self->first;
      edge = _linnet_timeline_get_top (self);
      while (position > 0 && edge > value)
        edge -= g_array_index (self->sizes, TimelineSize, --position).height;
      *y = edge;
      return position;
    }

  position = self->first + self->rows->len;
  edge = _linnet_timeline_get_bottom (self);
  while (position < self->sizes->len)
    {
      int height = g_array_index (self->sizes, TimelineSize, position).height;

      if (edge + height > value)
        break;
      edge += height;
      position++;
    }
  if (position == self->sizes->len)
    {
      position--;
      edge -= g_array_index (self->sizes, TimelineSize, position).height;
    }
  *y = edge;
  return position;
}

/* Index in rows of the first row of which something is in view. */
guint
_linnet_timeline_get_anchor_index (LinnetTimeline *self)
{
  double value = _linnet_timeline_get_value (self);

  for (guint i = 0; i < self->rows->len; i++)
    {
      TimelineRow *row = g_ptr_array_index (self->rows, i);

      if (row->y + row->height > value)
        return i;
    }
  return self->rows->len > 0 ? self->rows->len - 1 : 0;
}

/* Asks every built row for its height (GTK answers from its cache for those that did not change).
 * Returns: whether one changed. */
gboolean
_linnet_timeline_measure_rows (LinnetTimeline *self)
{
  gboolean has_changed = FALSE;

  for (guint i = 0; i < self->rows->len; i++)
    {
      TimelineRow *row = g_ptr_array_index (self->rows, i);
      int height = row->height;

      _linnet_timeline_measure_row (self, row, self->first + i);
      has_changed = has_changed || height != row->height;
    }
  if (self->kept != NULL)
    _linnet_timeline_measure_row (self, self->kept, self->kept_position);
  return has_changed;
}

/* Puts the rows next to each other, without moving the one with index anchor. */
void
_linnet_timeline_stack (LinnetTimeline *self, guint anchor)
{
  TimelineRow *row;
  int y;

  if (self->rows->len == 0)
    return;

  row = g_ptr_array_index (self->rows, anchor);
  y = row->y;
  for (guint i = anchor; i-- > 0;)
    {
      row = g_ptr_array_index (self->rows, i);
      y -= row->height;
      row->y = y;
    }
  row = g_ptr_array_index (self->rows, anchor);
  y = row->y + row->height;
  for (guint i = anchor + 1; i < self->rows->len; i++)
    {
      row = g_ptr_array_index (self->rows, i);
      row->y = y;
      y += row->height;
    }
}

static void
get_bounds (LinnetTimeline *self, double *lower, double *upper)
{
  if (self->rows->len == 0)
    {
      *lower = _linnet_timeline_get_value (self);
      *upper = *lower + self->page;
      return;
    }

  *lower = (double) _linnet_timeline_get_top (self) - TIMELINE_PADDING -
           sum_heights (self, 0, self->first);
  *upper = (double) _linnet_timeline_get_bottom (self) + TIMELINE_PADDING +
           sum_heights (self, self->first + self->rows->len, self->sizes->len);
  /* No estimate pushes the reader from where they are. */
  if (self->first > 0)
    *lower = MIN (*lower, _linnet_timeline_get_value (self));
  if (self->first + self->rows->len < self->sizes->len)
    *upper = MAX (*upper, _linnet_timeline_get_value (self) + self->page);
  /* A short conversation stands at the bottom. */
  *lower = MIN (*lower, *upper - self->page);
}

/* Tells the adjustment where the content begins and ends. */
void
_linnet_timeline_update_adjustment (LinnetTimeline *self)
{
  gboolean was_updating = self->is_updating;
  double lower, upper, value;

  if (self->vadjustment == NULL || self->page == 0)
    return;

  get_bounds (self, &lower, &upper);
  value = _linnet_timeline_get_value (self);
  /* Who is shown a place so near the end that the end is what they see stays there. */
  if (value > upper - self->page && self->rows->len > 0 &&
      self->first + self->rows->len == self->sizes->len)
    _linnet_timeline_set_sticky (self, TRUE);
  if (self->sticky)
    value = upper - self->page;
  value = CLAMP (value, lower, upper - self->page);

  self->is_updating = TRUE;
  gtk_adjustment_configure (self->vadjustment, value, lower, upper, self->page * 0.1,
                            self->page * 0.9, self->page);
  self->is_updating = was_updating;
  self->last_value = value;

  if (self->hadjustment != NULL)
    gtk_adjustment_configure (self->hadjustment, 0, 0, self->width, self->width, self->width,
                              self->width);
}

gboolean
_linnet_timeline_is_at_end (LinnetTimeline *self)
{
  double end = gtk_adjustment_get_upper (self->vadjustment) - self->page;

  return _linnet_timeline_get_value (self) >= end - TIMELINE_STICKY_PX;
}

/* Far from zero a double and the int of a row would part: come home while nobody scrolls. */
void
_linnet_timeline_rebase (LinnetTimeline *self)
{
  double value = _linnet_timeline_get_value (self);
  int shift = (int) value;

  if (ABS (value) <= REBASE_LIMIT)
    return;

  for (guint i = 0; i < self->rows->len; i++)
    {
      TimelineRow *row = g_ptr_array_index (self->rows, i);

      row->y -= shift;
    }
  self->is_updating = TRUE;
  gtk_adjustment_configure (self->vadjustment, value - shift,
                            gtk_adjustment_get_lower (self->vadjustment) - shift,
                            gtk_adjustment_get_upper (self->vadjustment) - shift,
                            gtk_adjustment_get_step_increment (self->vadjustment),
                            gtk_adjustment_get_page_increment (self->vadjustment), self->page);
  self->is_updating = FALSE;
  self->last_value = value - shift;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}
