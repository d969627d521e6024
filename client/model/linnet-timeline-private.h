/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-timeline-private.h: what the files of LinnetTimelineModel share */
#pragma once

#include "model/linnet-timeline-model.h"

struct _LinnetTimelineModel
{
  GObject parent_instance;

  GPtrArray *messages; /* (owned) LinnetMessage, oldest first, with what is not applied yet */
  GPtrArray *items; /* (owned) LinnetMessage and LinnetDivider, what the world was told */
  GHashTable *by_id; /* (owned) gint64 in the message → LinnetMessage, borrowed from messages */
  GHashTable *days; /* (owned) Julian day → LinnetDivider, owned */
  LinnetDivider *unread;
  LinnetDivider *beginning;
  LinnetDivider *failed;
  LinnetMessage *first_unread; /* (owned) the unread divider stands before it */
  guint unread_wanted;
  guint apply_source;
  guint live_since_apply;
  LinnetTimelineEnd older_end;
  LinnetTimelineEnd newer_end;
};

/* linnet-timeline-model.c */
void linnet_timeline_set_end (LinnetTimelineModel *self,
                              LinnetPageDirection direction,
                              LinnetTimelineEnd end);
void linnet_timeline_schedule (LinnetTimelineModel *self);
void linnet_timeline_index_message (LinnetTimelineModel *self, LinnetMessage *message);
void linnet_timeline_forget_range (LinnetTimelineModel *self, guint start, guint n);
void linnet_timeline_cut (LinnetTimelineModel *self, LinnetPageDirection added);

/* linnet-timeline-items.c */
void linnet_timeline_items_resolve_unread (LinnetTimelineModel *self);
GPtrArray *linnet_timeline_items_new (LinnetTimelineModel *self) G_GNUC_WARN_UNUSED_RESULT;
void linnet_timeline_items_set_groups (GPtrArray *items);

/* linnet-timeline-live.c */
LinnetMessage *linnet_timeline_find_echo (LinnetTimelineModel *self, LinnetMessage *message);
