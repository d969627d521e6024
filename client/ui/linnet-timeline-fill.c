/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-timeline-fill.c: which rows of the timeline are built.
 *
 * From the first visible row outwards until one screen beyond each edge, at most twelve new ones a
 * frame; never inside size_allocate. */

#include "ui/linnet-timeline-private.h"

/* Rows stay a little longer than they are needed, so that small scrolls build nothing. */
#define KEEP_PAGES 1.25

static gboolean
fill_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  LinnetTimeline *self = LINNET_TIMELINE (widget);

  self->tick_id = 0;
  _linnet_timeline_fill (self);
  return G_SOURCE_REMOVE;
}

/* Goes on in the next frame. */
void
_linnet_timeline_queue_fill (LinnetTimeline *self)
{
  if (self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), fill_tick_cb, NULL, NULL);
}

static guint
get_end (LinnetTimeline *self)
{
  return self->first + self->rows->len;
}

/* The part of the coordinates that will be on the screen. */
static double
get_view_top (LinnetTimeline *self)
{
  if (self->sticky && get_end (self) == self->sizes->len)
    return (double) _linnet_timeline_get_bottom (self) + TIMELINE_PADDING - self->page;
  return _linnet_timeline_get_value (self);
}

typedef enum
{
  EXTEND_NOT,
  EXTEND_UP,
  EXTEND_DOWN,
} Extend;

/* Where a row is missing most. */
static Extend
find_missing (LinnetTimeline *self)
{
  double view_top, view_bottom, above, below;

  if (self->rows->len == 0)
    return EXTEND_NOT;
  if (self->sticky && get_end (self) < self->sizes->len)
    return EXTEND_DOWN;

  view_top = get_view_top (self);
  view_bottom = view_top + self->page;
  above = self->first > 0 ? _linnet_timeline_get_top (self) - view_top : -self->page;
  below = get_end (self) < self->sizes->len ? view_bottom - _linnet_timeline_get_bottom (self)
                                            : -self->page;
  if (below > 0)
    return EXTEND_DOWN;
  if (above > 0)
    return EXTEND_UP;
  if (MAX (above, below) <= -self->page)
    return EXTEND_NOT;
  return below >= above ? EXTEND_DOWN : EXTEND_UP;
}

/* Whether rows are missing that the next frame should build. */
gboolean
_linnet_timeline_is_short (LinnetTimeline *self)
{
  if (self->column == 0 || self->vadjustment == NULL || self->sizes->len == 0)
    return FALSE;
  return self->rows->len == 0 || find_missing (self) != EXTEND_NOT;
}

/* Begins a new run with the item at position, its upper edge at y. */
void
_linnet_timeline_seed (LinnetTimeline *self, guint position, int y)
{
  TimelineRow *row;

  _linnet_timeline_release_rows (self, 0, self->rows->len);
  row = _linnet_timeline_take_row (self, position);
  row->y = y;
  self->first = position;
  g_ptr_array_add (self->rows, row);
  if (self->budget > 0)
    self->budget--;
}

static void
seed_at_end (LinnetTimeline *self, int bottom)
{
  TimelineRow *row;

  _linnet_timeline_seed (self, self->sizes->len - 1, bottom);
  row = g_ptr_array_index (self->rows, 0);
  row->y = bottom - row->height;
}

/* Makes the run meet what is in view. */
static void
ensure_run (LinnetTimeline *self)
{
  guint n_items = self->sizes->len;
  double value = _linnet_timeline_get_value (self);
  int bottom = (int) (value + self->page) - TIMELINE_PADDING;

  if (self->rows->len == 0)
    {
      if (self->sticky)
        seed_at_end (self, bottom);
      else
        _linnet_timeline_seed (self, MIN (self->first, n_items - 1), (int) value);
    }
  else if (self->sticky)
    {
      if (n_items - get_end (self) > self->budget)
        seed_at_end (self, bottom);
    }
  else if (_linnet_timeline_get_bottom (self) + TIMELINE_PADDING <= value ||
           _linnet_timeline_get_top (self) - TIMELINE_PADDING >= value + self->page)
    {
      int y;
      guint position = _linnet_timeline_find (self, value, &y);

      if (position < self->first || position >= get_end (self))
        _linnet_timeline_seed (self, position, y);
    }
}

/* Releases what is far out of view. */
static void
trim (LinnetTimeline *self)
{
  double view_top = get_view_top (self);
  double keep_top = view_top - KEEP_PAGES * self->page;
  double keep_bottom = view_top + self->page + KEEP_PAGES * self->page;
  guint n_above = 0;
  guint n_below = 0;

  while (n_above + 1 < self->rows->len)
    {
      TimelineRow *row = g_ptr_array_index (self->rows, n_above);

      if (row->y + row->height >= keep_top)
        break;
      n_above++;
    }
  while (n_above + n_below + 1 < self->rows->len)
    {
      TimelineRow *row = g_ptr_array_index (self->rows, self->rows->len - 1 - n_below);

      if (row->y <= keep_bottom)
        break;
      n_below++;
    }
  _linnet_timeline_release_rows (self, self->rows->len - n_below, n_below);
  _linnet_timeline_release_rows (self, 0, n_above);
  self->first += n_above;
}

static void
renew_budget (LinnetTimeline *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  gint64 frame = clock != NULL ? gdk_frame_clock_get_frame_counter (clock) : -1;

  if (frame != self->budget_frame)
    self->budget = TIMELINE_NEW_ROWS_PER_FRAME;
  self->budget_frame = frame;
}

static void
build (LinnetTimeline *self)
{
  renew_budget (self);
  ensure_run (self);
  trim (self);
  while (self->budget > 0)
    {
      Extend extend = find_missing (self);

      if (extend == EXTEND_NOT)
        break;
      if (extend == EXTEND_UP)
        _linnet_timeline_prepend_row (self);
      else
        _linnet_timeline_append_row (self);
      self->budget--;
    }
}

/* Builds and releases rows for what is in view, as far as this frame's budget goes. */
void
_linnet_timeline_fill (LinnetTimeline *self)
{
  if (self->column == 0 || self->vadjustment == NULL || self->is_filling)
    return;

  self->is_filling = TRUE;
  if (self->sizes->len == 0)
    _linnet_timeline_release_rows (self, 0, self->rows->len);
  else
    build (self);
  _linnet_timeline_retire_leaving (self);
  _linnet_timeline_update_adjustment (self);
  self->is_filling = FALSE;

  if (_linnet_timeline_is_short (self))
    _linnet_timeline_queue_fill (self);
  linnet_timeline_queue_settle (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* Where the kept row stands after a change. Returns: whether its item is gone. */
static gboolean
move_kept (LinnetTimeline *self, guint position, guint removed, guint added)
{
  if (self->kept == NULL || self->kept_position < position)
    return FALSE;

  if (self->kept_position >= position + removed)
    {
      self->kept_position += added - removed;
      return FALSE;
    }
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      if (item == self->kept->item)
        {
          self->kept_position = i;
          return FALSE;
        }
    }
  return TRUE;
}

/* Rows go, none come: the rest closes up towards the first visible one. */
static void
close_up (LinnetTimeline *self, guint index, guint n_gone, guint position)
{
  guint anchor = _linnet_timeline_get_anchor_index (self);
  TimelineRow *row = g_ptr_array_index (self->rows, anchor);
  int y = row->y;

  _linnet_timeline_release_rows (self, index, n_gone);
  self->first = MIN (self->first, position);
  if (self->rows->len == 0)
    return;

  if (anchor >= index + n_gone)
    anchor -= n_gone;
  else if (anchor >= index && index < self->rows->len)
    anchor = index;
  else
    anchor = MIN (anchor, self->rows->len - 1);
  row = g_ptr_array_index (self->rows, anchor);
  if (anchor >= index)
    row->y = y;
  _linnet_timeline_stack (self, anchor);
}

/* Rows come among the built ones: the side with the first visible row stays, the other is built
 * again from there (of the same rows, where items are the same). */
static void
break_up (LinnetTimeline *self, guint index, guint n_gone, guint position, guint added)
{
  guint anchor = _linnet_timeline_get_anchor_index (self);
  TimelineRow *row = g_ptr_array_index (self->rows, anchor);
  guint after = index + n_gone;
  gboolean keep_after = anchor >= after;
  int y = row->y;

  if (anchor >= index && anchor < after && after < self->rows->len)
    {
      TimelineRow *next = g_ptr_array_index (self->rows, after);

      keep_after = next->y < _linnet_timeline_get_value (self) + self->page;
    }

  _linnet_timeline_release_rows (self, index, n_gone);
  if (keep_after)
    {
      _linnet_timeline_release_rows (self, 0, index);
      self->first = position + added;
    }
  else
    {
      _linnet_timeline_release_rows (self, index, self->rows->len - index);
      if (self->rows->len == 0 && self->column > 0)
        _linnet_timeline_seed (self, position, y);
    }
}

static void
change_built (LinnetTimeline *self, guint position, guint removed, guint added)
{
  guint end = get_end (self);
  guint from = MAX (position, self->first);
  guint to = MIN (position + removed, end);

  if (added == 0)
    close_up (self, from - self->first, to - from, position);
  else
    break_up (self, from - self->first, to - from, position, added);
}

/* The model has changed: sizes and rows follow, and what is in view does not move. */
void
_linnet_timeline_items_changed (LinnetTimeline *self, guint position, guint removed, guint added)
{
  gboolean has_lost_focus;

  _linnet_timeline_splice_sizes (self, position, removed, added);
  if (self->rows->len > 0 && position < get_end (self))
    {
      if (position + removed <= self->first)
        self->first += added - removed;
      else
        change_built (self, position, removed, added);
    }
  has_lost_focus = move_kept (self, position, removed, added);
  _linnet_timeline_fill (self);

  if (has_lost_focus)
    {
      GtkWidget *row = NULL;

      if (self->sizes->len > 0)
        row = linnet_timeline_get_row (self, MIN (position, self->sizes->len - 1));
      if (row != NULL)
        gtk_widget_grab_focus (row);
      _linnet_timeline_drop_kept (self);
    }
}
