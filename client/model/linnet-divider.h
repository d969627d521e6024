/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-divider.h: an item of the timeline that is no message: a day, what is new, an end */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  LINNET_DIVIDER_DAY,
  LINNET_DIVIDER_UNREAD,
  LINNET_DIVIDER_BEGINNING,
  LINNET_DIVIDER_LOAD_FAILED,
} LinnetDividerKind;

#define LINNET_TYPE_DIVIDER_KIND (linnet_divider_kind_get_type ())
GType linnet_divider_kind_get_type (void);

#define LINNET_TYPE_DIVIDER (linnet_divider_get_type ())
G_DECLARE_FINAL_TYPE (LinnetDivider, linnet_divider, LINNET, DIVIDER, GObject)

LinnetDivider *linnet_divider_new (LinnetDividerKind kind, guint day) G_GNUC_WARN_UNUSED_RESULT;
LinnetDividerKind linnet_divider_get_kind (LinnetDivider *self);
guint linnet_divider_get_day (LinnetDivider *self);

G_END_DECLS
