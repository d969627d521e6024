/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-keepalive.c: how often the connection makes sure that it is alive. Telepathy:
 * Connection.Interface.Keepalive.DRAFT
 *
 * The generated skeleton takes every number; this one says no to those that cannot be. */
#include "bus/cm-connection-private.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.Keepalive.DRAFT"

typedef struct
{
  TpConnectionInterfaceKeepaliveSkeleton parent_instance;

  GDBusInterfaceVTable vtable; /* the generated one, but for Set and Get */
  ImAccount *account; /* (unowned): the connection's, which owns us */
} CmKeepaliveSkeleton;

typedef TpConnectionInterfaceKeepaliveSkeletonClass CmKeepaliveSkeletonClass;

static GType cm_keepalive_skeleton_get_type (void);
G_DEFINE_TYPE (CmKeepaliveSkeleton,
               cm_keepalive_skeleton,
               TP_TYPE_CONNECTION_INTERFACE_KEEPALIVE_SKELETON)

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
  CmKeepaliveSkeleton *self = user_data;

  return im_account_set_keepalive_s (self->account, g_variant_get_uint32 (value), error);
}

/* As the account's parameters may have it by now. */
static GVariant *
get_property_cb (GDBusConnection *bus,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *property,
                 GError **error,
                 gpointer user_data)
{
  CmKeepaliveSkeleton *self = user_data;

  return g_variant_new_uint32 (im_account_get_keepalive_s (self->account));
}

static GDBusInterfaceVTable *
cm_keepalive_skeleton_get_vtable (GDBusInterfaceSkeleton *skeleton)
{
  CmKeepaliveSkeleton *self = (CmKeepaliveSkeleton *) skeleton;

  self->vtable =
      *G_DBUS_INTERFACE_SKELETON_CLASS (cm_keepalive_skeleton_parent_class)->get_vtable (skeleton);
  self->vtable.set_property = set_property_cb;
  self->vtable.get_property = get_property_cb;
  return &self->vtable;
}

/* For GetAll. */
static GVariant *
cm_keepalive_skeleton_get_properties (GDBusInterfaceSkeleton *skeleton)
{
  CmKeepaliveSkeleton *self = (CmKeepaliveSkeleton *) skeleton;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "KeepaliveInterval",
                         g_variant_new_uint32 (im_account_get_keepalive_s (self->account)));
  return g_variant_builder_end (&builder);
}

static void
cm_keepalive_skeleton_class_init (CmKeepaliveSkeletonClass *klass)
{
  G_DBUS_INTERFACE_SKELETON_CLASS (klass)->get_vtable = cm_keepalive_skeleton_get_vtable;
  G_DBUS_INTERFACE_SKELETON_CLASS (klass)->get_properties = cm_keepalive_skeleton_get_properties;
}

static void
cm_keepalive_skeleton_init (CmKeepaliveSkeleton *self)
{
}

void
cm_connection_add_keepalive (CmConnection *self)
{
  CmKeepaliveSkeleton *skeleton = g_object_new (cm_keepalive_skeleton_get_type (), NULL);

  skeleton->account = cm_connection_get_account (self);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
