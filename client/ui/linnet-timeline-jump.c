/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-timeline-jump.c: going to a place in the timeline.
 *
 * Near things are scrolled to; for far ones the rows are built anew round them, and the value of
 * the adjustment stays what it is. */

#include "ui/linnet-timeline-private.h"

#define JUMP_MS 200

void
_linnet_timeline_stop_animation (LinnetTimeline *self)
{
  if (self->animation == NULL)
    return;
  adw_animation_pause (self->animation);
  g_clear_object (&self->animation);
}

static void
animate_cb (double value, gpointer user_data)
{
  LinnetTimeline *self = user_data;

  self->is_animating = TRUE;
  gtk_adjustment_set_value (self->vadjustment, value);
  self->is_animating = FALSE;
}

static void
animation_done_cb (LinnetTimeline *self)
{
  g_clear_object (&self->animation);
  if (self->ends_sticky)
    {
      _linnet_timeline_set_sticky (self, TRUE);
      _linnet_timeline_fill (self);
    }
}

static void
animate_to (LinnetTimeline *self, double value, gboolean ends_sticky)
{
  AdwAnimationTarget *target = adw_callback_animation_target_new (animate_cb, self, NULL);

  _linnet_timeline_stop_animation (self);
  self->ends_sticky = ends_sticky;
  self->animation = adw_timed_animation_new (GTK_WIDGET (self), _linnet_timeline_get_value (self),
                                             value, JUMP_MS, target);
  g_signal_connect_object (self->animation, "done", G_CALLBACK (animation_done_cb), self,
                           G_CONNECT_SWAPPED);
  adw_animation_play (self->animation);
}

/**
 * linnet_timeline_jump: brings the item at @position to a third of the height, smoothly if it is
 * near, else at once.
 */
void
linnet_timeline_jump (LinnetTimeline *self, guint position)
{
  g_return_if_fail (LINNET_IS_TIMELINE (self));
  g_return_if_fail (position < self->sizes->len);

  if (linnet_timeline_get_row (self, position) == NULL)
    {
      linnet_timeline_show_at (self, position, self->page / 3);
    }
  else
    {
      TimelineRow *row = g_ptr_array_index (self->rows, position - self->first);

      animate_to (self, row->y - self->page / 3, FALSE);
    }
}

/**
 * linnet_timeline_jump_to_end: brings the newest item into view, and the end sticks again.
 */
void
linnet_timeline_jump_to_end (LinnetTimeline *self)
{
  g_return_if_fail (LINNET_IS_TIMELINE (self));

  if (self->rows->len > 0 && self->first + self->rows->len == self->sizes->len && !self->sticky)
    {
      animate_to (self, gtk_adjustment_get_upper (self->vadjustment) - self->page, TRUE);
      return;
    }
  _linnet_timeline_stop_animation (self);
  _linnet_timeline_set_sticky (self, TRUE);
  _linnet_timeline_fill (self);
}

/**
 * linnet_timeline_show_at: puts the item at @position @y_px below the upper edge, at once.
 */
void
linnet_timeline_show_at (LinnetTimeline *self, guint position, int y_px)
{
  g_return_if_fail (LINNET_IS_TIMELINE (self));
  g_return_if_fail (position < self->sizes->len);

  _linnet_timeline_stop_animation (self);
  _linnet_timeline_set_sticky (self, FALSE);
  if (self->column == 0)
    {
      self->first = position;
      return;
    }
  _linnet_timeline_seed (self, position, (int) _linnet_timeline_get_value (self) + y_px);
  _linnet_timeline_fill (self);
}
