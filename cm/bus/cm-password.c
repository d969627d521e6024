/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-password.c: takes an account's password through a pipe, so that it is never on the bus; what
 * the account asks its server about itself. im.linnet.Password1, Registration1 */
#include "bus/cm-password.h"

#include "bus/cm-pipe.h"
#include "dbus/linnet.h"

struct _CmPassword
{
  GObject parent_instance;

  ImAccount *account; /* (owned) */
  LinPassword1 *skeleton; /* (owned) */
  LinRegistration1 *registration; /* (owned) */
};

G_DEFINE_FINAL_TYPE (CmPassword, cm_password, G_TYPE_OBJECT)

/* One password on its way. */
typedef struct
{
  ImAccount *account; /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  gboolean remember;
  gboolean is_change; /* the server is to have it, too */
} Handing;

static void
handing_free (Handing *handing)
{
  g_object_unref (handing->account);
  g_free (handing);
}

/* Takes it. */
static void
finish (Handing *handing, gboolean is_done, const GError *error)
{
  if (is_done)
    g_dbus_method_invocation_return_value (handing->invocation, NULL);
  else
    g_dbus_method_invocation_return_gerror (handing->invocation, error);
  handing_free (handing);
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done = im_account_set_password_finish (IM_ACCOUNT (source), result, &error);

  finish (user_data, is_done, error);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done = im_account_change_password_finish (IM_ACCOUNT (source), result, &error);

  finish (user_data, is_done, error);
}

static void
read_cb (const char *password, const GError *error, gpointer user_data)
{
  Handing *handing = user_data;

  if (password == NULL)
    finish (handing, FALSE, error);
  else if (handing->is_change)
    im_account_change_password_async (handing->account, password, changed_cb, handing);
  else
    im_account_set_password_async (handing->account, password, handing->remember, set_cb, handing);
}

/* Takes the invocation. */
static void
hand_over (CmPassword *self,
           GDBusMethodInvocation *invocation,
           GUnixFDList *fds,
           GVariant *index,
           gboolean remember,
           gboolean is_change)
{
  Handing *handing = g_new0 (Handing, 1);
  g_autoptr (GError) error = NULL;

  handing->account = g_object_ref (self->account);
  handing->invocation = invocation;
  handing->remember = remember;
  handing->is_change = is_change;
  if (!cm_pipe_read (fds, index, read_cb, handing, &error))
    finish (handing, FALSE, error);
}

static gboolean
handle_set_password_cb (CmPassword *self,
                        GDBusMethodInvocation *invocation,
                        GUnixFDList *fds,
                        GVariant *index,
                        gboolean remember)
{
  hand_over (self, invocation, fds, index, remember, FALSE);
  return TRUE;
}

static gboolean
handle_change_cb (CmPassword *self,
                  GDBusMethodInvocation *invocation,
                  GUnixFDList *fds,
                  GVariant *index)
{
  hand_over (self, invocation, fds, index, FALSE, TRUE);
  return TRUE;
}

static void
unregistered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;

  if (im_account_unregister_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
}

static gboolean
handle_unregister_cb (CmPassword *self, GDBusMethodInvocation *invocation)
{
  im_account_unregister_async (self->account, unregistered_cb, invocation);
  return TRUE;
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;

  if (im_account_forget_password_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
}

static gboolean
handle_forget_cb (CmPassword *self, GDBusMethodInvocation *invocation)
{
  im_account_forget_password_async (self->account, forgotten_cb, invocation);
  return TRUE;
}

static void
state_cb (CmPassword *self)
{
  lin_password1_set_state (self->skeleton, im_account_get_password_state (self->account));
}

static void
unexport (GDBusInterfaceSkeleton *skeleton)
{
  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
}

static void
cm_password_dispose (GObject *object)
{
  CmPassword *self = CM_PASSWORD (object);

  if (self->skeleton != NULL)
    unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  if (self->registration != NULL)
    unexport (G_DBUS_INTERFACE_SKELETON (self->registration));
  g_clear_object (&self->skeleton);
  g_clear_object (&self->registration);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (cm_password_parent_class)->dispose (object);
}

static void
cm_password_class_init (CmPasswordClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_password_dispose;
}

static void
cm_password_init (CmPassword *self)
{
  self->skeleton = lin_password1_skeleton_new ();
  g_signal_connect_object (self->skeleton, "handle-set-password",
                           G_CALLBACK (handle_set_password_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-change", G_CALLBACK (handle_change_cb), self,
                           G_CONNECT_SWAPPED);
  self->registration = lin_registration1_skeleton_new ();
  g_signal_connect_object (self->registration, "handle-unregister",
                           G_CALLBACK (handle_unregister_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-forget", G_CALLBACK (handle_forget_cb), self,
                           G_CONNECT_SWAPPED);
}

CmPassword *
cm_password_new (CmService *service, ImAccount *account, const char *object_path, GError **error)
{
  g_autoptr (CmPassword) self = g_object_new (CM_TYPE_PASSWORD, NULL);

  self->account = g_object_ref (account);
  state_cb (self);
  g_signal_connect_object (account, "notify::password-state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                         cm_service_get_bus (service), object_path, error) ||
      !g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->registration),
                                         cm_service_get_bus (service), object_path, error))
    return NULL;
  return g_steal_pointer (&self);
}
