/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-timeline.h: the list that a conversation is read in.
 *
 * A GtkScrollable whose rows have pinned coordinates: what is inserted above what one reads changes
 * the lower bound of the adjustment and never its value, so that nothing moves under the eye. */

#pragma once

#include <gtk/gtk.h>

/**
 * LinnetTimelineHint: what is known of an item's height before its row is built.
 * @fixed_px: height without the text, in pixels
 * @n_chars: characters of text
 * @n_lines: lines of text if none were wrapped
 */
typedef struct
{
  guint16 fixed_px;
  guint16 n_chars;
  guint16 n_lines;
} LinnetTimelineHint;

/**
 * LinnetTimelineFactory: how a timeline makes rows of items.
 * @n_kinds: number of kinds of rows; a row is only ever bound to items of its kind
 * @get_kind: kind of the row that shows @item, less than @n_kinds
 * @hint: what is known of the height of @item
 * @create: (transfer floating): a new row of @kind
 * @bind: makes @row show @item, in at most 0.3 ms
 * @unbind: @row shows nothing any more and holds nothing of its item
 */
typedef struct
{
  guint n_kinds;
  guint (*get_kind) (gpointer item, gpointer user_data);
  LinnetTimelineHint (*hint) (gpointer item, gpointer user_data);
  GtkWidget *(*create) (guint kind, gpointer user_data);
  void (*bind) (GtkWidget *row, gpointer item, gpointer user_data);
  void (*unbind) (GtkWidget *row, gpointer user_data);
} LinnetTimelineFactory;

#define LINNET_TYPE_TIMELINE (linnet_timeline_get_type ())
G_DECLARE_FINAL_TYPE (LinnetTimeline, linnet_timeline, LINNET, TIMELINE, GtkWidget)

GtkWidget *linnet_timeline_new (void) G_GNUC_WARN_UNUSED_RESULT;
void linnet_timeline_set_factory (LinnetTimeline *self,
                                  const LinnetTimelineFactory *factory,
                                  gpointer user_data);
GListModel *linnet_timeline_get_model (LinnetTimeline *self);
void linnet_timeline_set_model (LinnetTimeline *self, GListModel *model);
gboolean linnet_timeline_is_sticky (LinnetTimeline *self);
void linnet_timeline_queue_settle (LinnetTimeline *self);

void linnet_timeline_jump (LinnetTimeline *self, guint position);
void linnet_timeline_jump_to_end (LinnetTimeline *self);
void linnet_timeline_show_at (LinnetTimeline *self, guint position, int y_px);
gboolean linnet_timeline_get_anchor (LinnetTimeline *self, guint *position, int *y_px);
gboolean linnet_timeline_get_shown (LinnetTimeline *self, guint *first, guint *last);
gboolean linnet_timeline_focus_row (LinnetTimeline *self);
GtkWidget *linnet_timeline_get_row (LinnetTimeline *self, guint position);
guint linnet_timeline_get_n_built (LinnetTimeline *self);
guint linnet_timeline_get_n_created (LinnetTimeline *self);
