/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-lazy-skeleton.c: an interface one property of which is made when it is read
 *
 * A generated skeleton keeps a value for each property: with a thousand conversations, channels or
 * pending messages, every change of one would cost a thousand. This one asks its face. */
#include "bus/cm-lazy-skeleton.h"

enum
{
  PROP_LAZY = 1,
};

/* Behind the fields of the generated class. */
typedef struct
{
  CmLazyFunc func;
  gpointer user_data; /* (unowned): the face owns us */
} Lazy;

static Lazy *
get_lazy (gpointer object)
{
  GTypeQuery query;

  g_type_query (g_type_parent (G_OBJECT_TYPE (object)), &query);
  return G_STRUCT_MEMBER_P (object, query.instance_size);
}

static void
lazy_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  Lazy *lazy = get_lazy (object);

  g_value_take_variant (value, g_variant_ref_sink (lazy->func (lazy->user_data)));
}

/* Nobody sets it: it is what the face says. */
static void
lazy_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
}

static void
lazy_class_init (gpointer klass, gpointer property)
{
  GObjectClass *object_class = klass;

  object_class->get_property = lazy_get_property;
  object_class->set_property = lazy_set_property;
  g_object_class_override_property (object_class, PROP_LAZY, property);
}

static GType
ensure_type (GType parent, const char *property)
{
  g_autofree char *name = g_strconcat ("CmLazy", g_type_name (parent), NULL);
  GType type = g_type_from_name (name);
  GTypeQuery query;
  GTypeInfo info = { .class_init = lazy_class_init, .class_data = property };

  if (type != 0)
    return type;
  g_type_query (parent, &query);
  info.class_size = query.class_size;
  info.instance_size = query.instance_size + sizeof (Lazy);
  return g_type_register_static (parent, name, &info, G_TYPE_FLAG_FINAL);
}

gpointer
cm_lazy_skeleton_new (GType type, const char *property, CmLazyFunc func, gpointer user_data)
{
  gpointer self = g_object_new (ensure_type (type, property), NULL);
  Lazy *lazy = get_lazy (self);

  lazy->func = func;
  lazy->user_data = user_data;
  return self;
}
