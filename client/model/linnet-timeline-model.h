/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-timeline-model.h: a window of one conversation's messages, with its dividers */
#pragma once

#include <gio/gio.h>

#include "model/linnet-divider.h"
#include "model/linnet-message.h"

G_BEGIN_DECLS

/* The numbers of 'direction' in im.linnet.History1.GetMessages. */
typedef enum
{
  LINNET_PAGE_OLDER,
  LINNET_PAGE_NEWER,
  LINNET_PAGE_AROUND,
} LinnetPageDirection;

/* How one end of the window stands. COMPLETE is, at the older end, the beginning of the
 * conversation, and at the newer end live: what arrives is appended. */
typedef enum
{
  LINNET_TIMELINE_END_MORE,
  LINNET_TIMELINE_END_LOADING,
  LINNET_TIMELINE_END_COMPLETE,
  LINNET_TIMELINE_END_FAILED,
} LinnetTimelineEnd;

#define LINNET_TYPE_TIMELINE_END (linnet_timeline_end_get_type ())
GType linnet_timeline_end_get_type (void);

#define LINNET_TIMELINE_PAGE 50
#define LINNET_TIMELINE_MAX 2000

/* Signal page-wanted (gint64 anchor, guint direction): answer with linnet_timeline_model_add_page
 * () or linnet_timeline_model_fail_page (). anchor 0 is the newest end. Items are LinnetMessage and
 * LinnetDivider, oldest first. */
#define LINNET_TYPE_TIMELINE_MODEL (linnet_timeline_model_get_type ())
G_DECLARE_FINAL_TYPE (LinnetTimelineModel, linnet_timeline_model, LINNET, TIMELINE_MODEL, GObject)

LinnetTimelineModel *linnet_timeline_model_new (void) G_GNUC_WARN_UNUSED_RESULT;

void linnet_timeline_model_want_older (LinnetTimelineModel *self);
void linnet_timeline_model_want_newer (LinnetTimelineModel *self);
void linnet_timeline_model_go_newest (LinnetTimelineModel *self);
void linnet_timeline_model_catch_up (LinnetTimelineModel *self);
void linnet_timeline_model_go_to (LinnetTimelineModel *self, gint64 local_id);
LinnetTimelineEnd linnet_timeline_model_get_older_end (LinnetTimelineModel *self);
LinnetTimelineEnd linnet_timeline_model_get_newer_end (LinnetTimelineModel *self);

void linnet_timeline_model_add_page (LinnetTimelineModel *self,
                                     LinnetPageDirection direction,
                                     GPtrArray *messages,
                                     gboolean complete);
void linnet_timeline_model_fail_page (LinnetTimelineModel *self, LinnetPageDirection direction);
void linnet_timeline_model_append (LinnetTimelineModel *self, LinnetMessage *message);
gboolean linnet_timeline_model_update (LinnetTimelineModel *self, LinnetMessage *fresh);
void linnet_timeline_model_remove (LinnetTimelineModel *self, gint64 local_id);
void linnet_timeline_model_drop_echo (LinnetTimelineModel *self, LinnetMessage *echo);
void linnet_timeline_model_clear (LinnetTimelineModel *self);
void linnet_timeline_model_identify (LinnetTimelineModel *self,
                                     LinnetMessage *echo,
                                     gint64 local_id,
                                     const char *token);
void linnet_timeline_model_flush (LinnetTimelineModel *self);

LinnetMessage *linnet_timeline_model_lookup (LinnetTimelineModel *self, gint64 local_id);
guint linnet_timeline_model_get_position (LinnetTimelineModel *self, gpointer item);
LinnetMessage *linnet_timeline_model_get_newest (LinnetTimelineModel *self);
guint linnet_timeline_model_get_n_messages (LinnetTimelineModel *self);

void linnet_timeline_model_place_unread (LinnetTimelineModel *self, guint unread);
guint linnet_timeline_model_get_unread_position (LinnetTimelineModel *self);
void linnet_timeline_model_day_changed (LinnetTimelineModel *self);

G_END_DECLS
