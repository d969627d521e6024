/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-password.c: takes an account's password through a pipe, so that it is never on the bus; what
 * the account asks its server about itself. im.linnet.Password1, Registration1 */
#include "bus/cm-password.h"

#include <gio/gunixfdlist.h>
#include <gio/gunixinputstream.h>
#include <string.h>
#include <sys/stat.h>

#include "dbus/linnet.h"

#define MAX_PASSWORD_BYTES 1024
#define READ_TIMEOUT_S 10

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
  GInputStream *stream; /* (owned) */
  GCancellable *cancellable; /* (owned) */
  char buffer[MAX_PASSWORD_BYTES + 2];
  guint timeout_id;
  gboolean remember;
  gboolean is_change; /* the server is to have it, too */
} Reading;

static void
reading_free (Reading *reading)
{
  g_clear_handle_id (&reading->timeout_id, g_source_remove);
  explicit_bzero (reading->buffer, sizeof reading->buffer);
  g_object_unref (reading->account);
  g_object_unref (reading->stream);
  g_object_unref (reading->cancellable);
  g_free (reading);
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GError) error = NULL;

  if (im_account_set_password_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (reading->invocation, NULL);
  else
    g_dbus_method_invocation_return_gerror (reading->invocation, error);
  reading_free (reading);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GError) error = NULL;

  if (im_account_change_password_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (reading->invocation, NULL);
  else
    g_dbus_method_invocation_return_gerror (reading->invocation, error);
  reading_free (reading);
}

static void
refuse (Reading *reading, const char *why)
{
  g_dbus_method_invocation_return_error_literal (reading->invocation, IM_ERROR,
                                                 IM_ERROR_INVALID_ARGUMENT, why);
  reading_free (reading);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GError) error = NULL;
  gsize n_read = 0;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &n_read, &error))
    refuse (reading, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                         ? "The pipe was not closed in time"
                         : "The pipe cannot be read");
  else if (n_read == 0)
    refuse (reading, "The pipe holds no password");
  else if (n_read > MAX_PASSWORD_BYTES)
    refuse (reading, "The password has more than 1024 bytes");
  else if (memchr (reading->buffer, '\0', n_read) != NULL ||
           !g_utf8_validate (reading->buffer, (gssize) n_read, NULL))
    refuse (reading, "The password is no valid UTF-8");
  else if (reading->is_change)
    im_account_change_password_async (reading->account, reading->buffer, changed_cb, reading);
  else
    im_account_set_password_async (reading->account, reading->buffer, reading->remember, set_cb,
                                   reading);
}

static gboolean
timeout_cb (gpointer user_data)
{
  Reading *reading = user_data;

  reading->timeout_id = 0;
  g_cancellable_cancel (reading->cancellable);
  return G_SOURCE_REMOVE;
}

/* A pipe or a socket: of a file, reading could block. */
static gboolean
is_pollable (int fd)
{
  struct stat status;

  return fstat (fd, &status) == 0 && (S_ISFIFO (status.st_mode) || S_ISSOCK (status.st_mode));
}

/* Takes the invocation; the rest of `reading` is set by whoever gets it. NULL: it was refused. */
static Reading *
begin_reading (CmPassword *self,
               GDBusMethodInvocation *invocation,
               GUnixFDList *fds,
               GVariant *index)
{
  g_autoptr (GError) error = NULL;
  int fd = fds != NULL ? g_unix_fd_list_get (fds, g_variant_get_handle (index), &error) : -1;
  Reading *reading;

  if (fd < 0 || !is_pollable (fd))
    {
      g_dbus_method_invocation_return_error_literal (
          invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The read end of a pipe is needed");
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  reading = g_new0 (Reading, 1);
  reading->account = g_object_ref (self->account);
  reading->invocation = invocation;
  reading->stream = g_unix_input_stream_new (fd, TRUE);
  reading->cancellable = g_cancellable_new ();
  reading->timeout_id = g_timeout_add_seconds (READ_TIMEOUT_S, timeout_cb, reading);
  g_input_stream_read_all_async (reading->stream, reading->buffer, MAX_PASSWORD_BYTES + 1,
                                 G_PRIORITY_DEFAULT, reading->cancellable, read_cb, reading);
  return reading;
}

static gboolean
handle_set_password_cb (CmPassword *self,
                        GDBusMethodInvocation *invocation,
                        GUnixFDList *fds,
                        GVariant *index,
                        gboolean remember)
{
  Reading *reading = begin_reading (self, invocation, fds, index);

  if (reading != NULL)
    reading->remember = remember;
  return TRUE;
}

static gboolean
handle_change_cb (CmPassword *self,
                  GDBusMethodInvocation *invocation,
                  GUnixFDList *fds,
                  GVariant *index)
{
  Reading *reading = begin_reading (self, invocation, fds, index);

  if (reading != NULL)
    reading->is_change = TRUE;
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
