/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-account-avatar.c: the picture of a kept account. Telepathy: Account.Interface.Avatar
 *
 * A picture is looked at by another process before it is taken, so Properties.Set is answered later
 * than the generated code could: it arrives here as a method. */
#include "bus/cm-account-avatar.h"

#include "im/im-avatar.h"

typedef struct
{
  TpAccountInterfaceAvatarSkeleton parent_instance;

  GDBusInterfaceVTable vtable; /* the generated one, but for Set */
  ImAccount *account; /* (owned) */
  guint n_asked; /* sets of the property */
  guint n_done; /* the last one that counted */
} CmAvatarSkeleton;

typedef TpAccountInterfaceAvatarSkeletonClass CmAvatarSkeletonClass;

static GType cm_avatar_skeleton_get_type (void);
G_DEFINE_TYPE (CmAvatarSkeleton, cm_avatar_skeleton, TP_TYPE_ACCOUNT_INTERFACE_AVATAR_SKELETON)

typedef struct
{
  CmAvatarSkeleton *face; /* (owned) */
  ImAccount *account; /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  guint number; /* the last word has the greatest */
} Setting;

/* What was said after it, and was looked at sooner, counts. */
static void
take (CmAvatarSkeleton *self, guint number, ImAccount *account, ImAvatar *avatar)
{
  if (number <= self->n_done)
    return;
  self->n_done = number;
  im_account_set_avatar (account, avatar);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Setting *setting = user_data;
  GError *error = NULL;
  g_autoptr (ImAvatar) avatar = im_avatar_check_finish (result, &error);

  if (avatar != NULL)
    {
      take (setting->face, setting->number, setting->account, avatar);
      g_dbus_method_invocation_return_value (setting->invocation, NULL);
    }
  else
    g_dbus_method_invocation_take_error (setting->invocation, error);
  g_object_unref (setting->account);
  g_object_unref (setting->face);
  g_free (setting);
}

static void
set_avatar (CmAvatarSkeleton *self, GVariant *value, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) data = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *mime;
  Setting *setting;

  self->n_asked++;
  g_variant_get (value, "(@ay&s)", &data, &mime);
  if (g_variant_get_size (data) == 0)
    {
      take (self, self->n_asked, self->account, NULL);
      g_dbus_method_invocation_return_value (invocation, NULL);
      return;
    }
  bytes = g_variant_get_data_as_bytes (data);
  setting = g_new (Setting, 1);
  setting->face = g_object_ref (self);
  setting->account = g_object_ref (self->account);
  setting->number = self->n_asked;
  setting->invocation = invocation;
  im_avatar_check_async (bytes, mime, checked_cb, setting);
}

/* The interface has no methods: this is Properties.Set. */
static void
method_call_cb (GDBusConnection *bus,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
  g_autoptr (GVariant) value = NULL;

  g_variant_get (parameters, "(&s&sv)", NULL, NULL, &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("(ays)")))
    set_avatar (user_data, value, invocation);
  else
    g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                                   "A picture is bytes and a MIME type");
}

static GDBusInterfaceVTable *
cm_avatar_skeleton_get_vtable (GDBusInterfaceSkeleton *skeleton)
{
  CmAvatarSkeleton *self = (CmAvatarSkeleton *) skeleton;

  self->vtable =
      *G_DBUS_INTERFACE_SKELETON_CLASS (cm_avatar_skeleton_parent_class)->get_vtable (skeleton);
  self->vtable.set_property = NULL;
  self->vtable.method_call = method_call_cb;
  return &self->vtable;
}

static void
cm_avatar_skeleton_dispose (GObject *object)
{
  g_clear_object (&((CmAvatarSkeleton *) object)->account);
  G_OBJECT_CLASS (cm_avatar_skeleton_parent_class)->dispose (object);
}

static void
cm_avatar_skeleton_class_init (CmAvatarSkeletonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_avatar_skeleton_dispose;
  G_DBUS_INTERFACE_SKELETON_CLASS (klass)->get_vtable = cm_avatar_skeleton_get_vtable;
}

static void
cm_avatar_skeleton_init (CmAvatarSkeleton *self)
{
}

static void
show (CmAvatarSkeleton *self)
{
  ImAvatar *avatar = im_account_get_avatar (self->account);
  GVariant *data =
      avatar != NULL ? g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, avatar->bytes, TRUE)
                     : g_variant_new_from_data (G_VARIANT_TYPE_BYTESTRING, "", 0, TRUE, NULL, NULL);

  tp_account_interface_avatar_set_avatar (
      TP_ACCOUNT_INTERFACE_AVATAR (self),
      g_variant_new ("(@ays)", data, avatar != NULL ? avatar->mime : ""));
}

static void
avatar_cb (CmAvatarSkeleton *self)
{
  show (self);
  tp_account_interface_avatar_emit_avatar_changed (TP_ACCOUNT_INTERFACE_AVATAR (self));
}

/** cm_account_avatar_new: @account: a kept one. Returns: (transfer full): its picture, not exported
 */
TpAccountInterfaceAvatar *
cm_account_avatar_new (ImAccount *account)
{
  CmAvatarSkeleton *self = g_object_new (cm_avatar_skeleton_get_type (), NULL);

  self->account = g_object_ref (account);
  show (self);
  g_signal_connect_object (account, "notify::avatar", G_CALLBACK (avatar_cb), self,
                           G_CONNECT_SWAPPED);
  return TP_ACCOUNT_INTERFACE_AVATAR (self);
}
