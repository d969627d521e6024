/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-when.h: points in time as people say them */

#pragma once

#include <glib.h>

char *linnet_when_dup_time (gint64 timestamp_s) G_GNUC_WARN_UNUSED_RESULT;
char *linnet_when_dup_full (gint64 timestamp_s) G_GNUC_WARN_UNUSED_RESULT;
char *linnet_when_dup_short (gint64 timestamp_s) G_GNUC_WARN_UNUSED_RESULT;
char *linnet_when_dup_day (guint julian) G_GNUC_WARN_UNUSED_RESULT;
char *linnet_when_dup_day_at (guint julian, guint today) G_GNUC_WARN_UNUSED_RESULT;
guint linnet_when_get_today (void);
