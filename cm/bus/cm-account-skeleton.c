/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-account-skeleton.c: Account whose Properties.Set can be refused
 *
 * The generated skeleton takes every value of the right type and answers before anybody has seen
 * it. This one asks first, so that the caller hears what is wrong, and what changed is signalled
 * before the answer. */
#include "bus/cm-account-skeleton.h"

typedef struct
{
  TpAccountSkeleton parent_instance;

  GDBusInterfaceVTable vtable; /* the generated one, but for Set */
  CmAccountSetFunc func;
  gpointer user_data; /* (unowned): the account's object owns us */
} CmAccountSkeleton;

typedef TpAccountSkeletonClass CmAccountSkeletonClass;

static GType cm_account_skeleton_get_type (void);
G_DEFINE_TYPE (CmAccountSkeleton, cm_account_skeleton, TP_TYPE_ACCOUNT_SKELETON)

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
  CmAccountSkeleton *self = user_data;

  return self->func (self->user_data, property, value, error);
}

static GDBusInterfaceVTable *
cm_account_skeleton_get_vtable (GDBusInterfaceSkeleton *skeleton)
{
  CmAccountSkeleton *self = (CmAccountSkeleton *) skeleton;

  self->vtable =
      *G_DBUS_INTERFACE_SKELETON_CLASS (cm_account_skeleton_parent_class)->get_vtable (skeleton);
  self->vtable.set_property = set_property_cb;
  return &self->vtable;
}

static void
cm_account_skeleton_class_init (CmAccountSkeletonClass *klass)
{
  G_DBUS_INTERFACE_SKELETON_CLASS (klass)->get_vtable = cm_account_skeleton_get_vtable;
}

static void
cm_account_skeleton_init (CmAccountSkeleton *self)
{
}

/**
 * cm_account_skeleton_new:
 * @func: sets a property that is writable, to a value of its type
 * @user_data: for @func; outlives the skeleton
 *
 * Returns: (transfer full): the skeleton
 */
TpAccount *
cm_account_skeleton_new (CmAccountSetFunc func, gpointer user_data)
{
  CmAccountSkeleton *self = g_object_new (cm_account_skeleton_get_type (), NULL);

  self->func = func;
  self->user_data = user_data;
  return TP_ACCOUNT (self);
}
