/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-settable-skeleton.c: an interface whose properties can be set, or the caller hears why not
 *
 * A generated skeleton takes every value of the right type and answers before anybody has seen it.
 * This one asks first, so that the caller hears what is wrong, and what changed is signalled before
 * the answer. */
#include "bus/cm-settable-skeleton.h"

/* Behind the fields of the generated class. */
typedef struct
{
  GDBusInterfaceVTable vtable; /* the generated one, but for Set */
  CmSetFunc func;
  gpointer user_data; /* (unowned): the face owns us */
} Settable;

static Settable *
get_settable (gpointer object)
{
  GTypeQuery query;

  g_type_query (g_type_parent (G_OBJECT_TYPE (object)), &query);
  return G_STRUCT_MEMBER_P (object, query.instance_size);
}

static gboolean
set_property_cb (GDBusConnection *bus,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *property,
                 GVariant *value,
                 GError **error,
                 gpointer user_data)
{
  Settable *settable = get_settable (user_data);

  return settable->func (settable->user_data, property, value, error);
}

static GDBusInterfaceVTable *
settable_get_vtable (GDBusInterfaceSkeleton *skeleton)
{
  Settable *settable = get_settable (skeleton);
  GDBusInterfaceSkeletonClass *parent =
      g_type_class_peek (g_type_parent (G_OBJECT_TYPE (skeleton)));

  settable->vtable = *parent->get_vtable (skeleton);
  settable->vtable.set_property = set_property_cb;
  return &settable->vtable;
}

static void
settable_class_init (gpointer klass, gpointer data)
{
  G_DBUS_INTERFACE_SKELETON_CLASS (klass)->get_vtable = settable_get_vtable;
}

static GType
ensure_type (GType parent)
{
  g_autofree char *name = g_strconcat ("CmSettable", g_type_name (parent), NULL);
  GType type = g_type_from_name (name);
  GTypeQuery query;
  GTypeInfo info = { .class_init = settable_class_init };

  if (type != 0)
    return type;
  g_type_query (parent, &query);
  info.class_size = query.class_size;
  info.instance_size = query.instance_size + sizeof (Settable);
  return g_type_register_static (parent, name, &info, G_TYPE_FLAG_FINAL);
}

gpointer
cm_settable_skeleton_new (GType type, CmSetFunc func, gpointer user_data)
{
  gpointer self = g_object_new (ensure_type (type), NULL);
  Settable *settable = get_settable (self);

  settable->func = func;
  settable->user_data = user_data;
  return self;
}
