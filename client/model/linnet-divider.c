/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-divider.c: an item of the timeline that is no message: a day, what is new, an end */
#include "config.h"

#include "model/linnet-divider.h"

struct _LinnetDivider
{
  GObject parent_instance;
  LinnetDividerKind kind;
  guint day;
};

enum
{
  PROP_KIND = 1,
  PROP_DAY,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_ENUM_TYPE (LinnetDividerKind,
                    linnet_divider_kind,
                    G_DEFINE_ENUM_VALUE (LINNET_DIVIDER_DAY, "day"),
                    G_DEFINE_ENUM_VALUE (LINNET_DIVIDER_UNREAD, "unread"),
                    G_DEFINE_ENUM_VALUE (LINNET_DIVIDER_BEGINNING, "beginning"),
                    G_DEFINE_ENUM_VALUE (LINNET_DIVIDER_LOAD_FAILED, "load-failed"))
G_DEFINE_FINAL_TYPE (LinnetDivider, linnet_divider, G_TYPE_OBJECT)

static void
linnet_divider_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetDivider *self = LINNET_DIVIDER (object);

  switch (id)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_DAY:
      g_value_set_uint (value, self->day);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_divider_class_init (LinnetDividerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = linnet_divider_get_property;
  props[PROP_KIND] =
      g_param_spec_enum ("kind", NULL, NULL, LINNET_TYPE_DIVIDER_KIND, LINNET_DIVIDER_DAY,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  props[PROP_DAY] = g_param_spec_uint ("day", NULL, NULL, 0, G_MAXUINT, 0,
                                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_divider_init (LinnetDivider *self)
{
}

/**
 * linnet_divider_new:
 * @kind: what it says
 * @day: for %LINNET_DIVIDER_DAY the Julian day, else 0
 *
 * Returns: (transfer full): a divider, which never changes
 */
LinnetDivider *
linnet_divider_new (LinnetDividerKind kind, guint day)
{
  LinnetDivider *self = g_object_new (LINNET_TYPE_DIVIDER, NULL);

  self->kind = kind;
  self->day = day;
  return self;
}

/**
 * linnet_divider_get_kind:
 * @self: a divider
 *
 * Returns: what it says
 */
LinnetDividerKind
linnet_divider_get_kind (LinnetDivider *self)
{
  g_return_val_if_fail (LINNET_IS_DIVIDER (self), LINNET_DIVIDER_DAY);
  return self->kind;
}

/**
 * linnet_divider_get_day:
 * @self: a divider
 *
 * Returns: the Julian day that begins here, for %LINNET_DIVIDER_DAY
 */
guint
linnet_divider_get_day (LinnetDivider *self)
{
  g_return_val_if_fail (LINNET_IS_DIVIDER (self), 0);
  return self->day;
}
