/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-timeline-private.h: what the files of LinnetTimeline share.
 *
 * Built rows are one run of positions without holes. Their y and the value of the vertical
 * adjustment are in the same coordinates; a row is on the screen at y − value. */

#pragma once

#include <adwaita.h>

#include "ui/linnet-timeline.h"

#define TIMELINE_COLUMN_MAX 760
#define TIMELINE_PADDING 12
#define TIMELINE_NEW_ROWS_PER_FRAME 12
#define TIMELINE_SPARE_MAX 24
#define TIMELINE_STICKY_PX 8
#define TIMELINE_SETTLE_MS 300

typedef struct
{
  GtkWidget *widget; /* (owned) a child of the timeline */
  GObject *item; /* (owned) */
  guint kind;
  int y;
  int height;
} TimelineRow;

typedef struct
{
  LinnetTimelineHint hint;
  gboolean is_measured;
  int height; /* measured at the present width, or estimated */
} TimelineSize;

struct _LinnetTimeline
{
  GtkWidget parent_instance;

  GtkAdjustment *hadjustment; /* (owned) (nullable) */
  GtkAdjustment *vadjustment; /* (owned) (nullable) */
  GtkScrollablePolicy hscroll_policy;
  GtkScrollablePolicy vscroll_policy;

  GListModel *model; /* (owned) (nullable) */
  const LinnetTimelineFactory *factory; /* (unowned) a constant */
  gpointer factory_data; /* (unowned) outlives us */

  GArray *sizes; /* (owned) (element-type TimelineSize) one for each item */
  GPtrArray *rows; /* (owned) (element-type TimelineRow) in order */
  guint first; /* position of the first of rows */
  GPtrArray *leaving; /* (owned) (element-type TimelineRow) released in this fill, still children */
  GPtrArray **spare; /* (owned) one (element-type GtkWidget) for each kind */
  TimelineRow *kept; /* (owned) (nullable) out of the run, but it has the focus */
  guint kept_position;
  GObject *last_focused; /* (unowned) only compared, never looked into */

  int width;
  int column; /* width of a row; 0: not yet allocated */
  int page;
  int char_width;
  int line_height;

  gboolean sticky;
  gboolean is_updating; /* we are writing the adjustment */
  gboolean is_filling;
  gboolean is_animating; /* the animation is writing it */
  guint budget; /* rows that may still be built in this frame */
  gint64 budget_frame;
  guint n_created;
  guint tick_id;
  guint settle_id;
  gint64 settle_at_us;
  double last_value;
  gboolean edge_told[2];
  gboolean is_font_stale;
  AdwAnimation *animation; /* (owned) (nullable) */
  gboolean ends_sticky; /* where the animation goes */
};

/* linnet-timeline-layout.c */
gboolean _linnet_timeline_read_font (LinnetTimeline *self);
void _linnet_timeline_estimate_all (LinnetTimeline *self);
void
_linnet_timeline_splice_sizes (LinnetTimeline *self, guint position, guint removed, guint added);
int _linnet_timeline_get_top (LinnetTimeline *self);
int _linnet_timeline_get_bottom (LinnetTimeline *self);
guint _linnet_timeline_find (LinnetTimeline *self, double value, int *y);
guint _linnet_timeline_get_anchor_index (LinnetTimeline *self);
gboolean _linnet_timeline_measure_rows (LinnetTimeline *self);
void _linnet_timeline_stack (LinnetTimeline *self, guint anchor);
void _linnet_timeline_update_adjustment (LinnetTimeline *self);
double _linnet_timeline_get_value (LinnetTimeline *self);
gboolean _linnet_timeline_is_at_end (LinnetTimeline *self);
void _linnet_timeline_rebase (LinnetTimeline *self);

/* linnet-timeline-rows.c */
TimelineRow *_linnet_timeline_take_row (LinnetTimeline *self, guint position);
void _linnet_timeline_measure_row (LinnetTimeline *self, TimelineRow *row, guint position);
void _linnet_timeline_append_row (LinnetTimeline *self);
void _linnet_timeline_prepend_row (LinnetTimeline *self);
void _linnet_timeline_release_rows (LinnetTimeline *self, guint index, guint n_rows);
void _linnet_timeline_retire_leaving (LinnetTimeline *self);
void _linnet_timeline_drop_kept (LinnetTimeline *self);
void _linnet_timeline_clear_rows (LinnetTimeline *self);
void _linnet_timeline_free_row (gpointer row);

/* linnet-timeline-fill.c */
void _linnet_timeline_fill (LinnetTimeline *self);
gboolean _linnet_timeline_is_short (LinnetTimeline *self);
void _linnet_timeline_queue_fill (LinnetTimeline *self);
void _linnet_timeline_seed (LinnetTimeline *self, guint position, int y);
void
_linnet_timeline_items_changed (LinnetTimeline *self, guint position, guint removed, guint added);

/* linnet-timeline-jump.c */
void _linnet_timeline_stop_animation (LinnetTimeline *self);

/* linnet-timeline.c */
void _linnet_timeline_set_sticky (LinnetTimeline *self, gboolean sticky);

/* linnet-timeline-keys.c */
void _linnet_timeline_class_add_keys (GtkWidgetClass *widget_class);
gboolean _linnet_timeline_focus (GtkWidget *widget, GtkDirectionType direction);
