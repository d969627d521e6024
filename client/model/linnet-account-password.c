/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-password.c: the password of an account, here and on its server.
 * im.linnet.Password1
 *
 * The rule that must not be broken: a password goes through a pipe to the service, or, where
 * another program is the account manager, into a SASL channel; it is in no property and no log. */
#include "config.h"

#include "model/linnet-account-private.h"

#include <string.h>

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "model/linnet-secret.h"

#define PASSWORD "im.linnet.Password1"
#define ERROR_PREFIX TELEPATHY "Error."

static gboolean
has_no_password_interface (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE);
}

static void
password_set_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  LinnetAccount *self = g_task_get_source_object (task);
  const char *password = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), NULL, result, &error);

  name = error != NULL ? g_dbus_error_get_remote_error (error) : NULL;
  /* NotAvailable: no keyring keeps it, but the service does until it ends. */
  if (reply != NULL || g_strcmp0 (name, ERROR_PREFIX "NotAvailable") == 0)
    {
      g_clear_error (&error);
      linnet_account_set_needs_password (self, FALSE);
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (has_no_password_interface (error))
    {
      g_clear_error (&error);
      linnet_account_answer_sign_in (self, password, g_steal_pointer (&task));
      return;
    }
  g_dbus_error_strip_remote_error (error);
  g_task_return_error (task, error);
}

static void
free_password (gpointer data)
{
  explicit_bzero (data, strlen (data));
  g_free (data);
}

/* `arguments`: with the handle 0. */
static void
call (LinnetAccount *self,
      const char *method,
      GVariant *arguments,
      const char *password,
      GAsyncReadyCallback callback,
      GTask *task)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (arguments);
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  GError *error = NULL;
  gboolean is_added;
  int fd;

  if (self->bus == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                               _ ("The service of this account is not running."));
      return;
    }
  fd = linnet_secret_open (password, &error);
  is_added = fd >= 0 && g_unix_fd_list_append (fds, fd, &error) >= 0;
  if (fd >= 0)
    g_close (fd, NULL);
  if (!is_added)
    {
      g_task_return_error (task, error);
      return;
    }
  g_dbus_connection_call_with_unix_fd_list (self->bus, self->manager_name, self->path, PASSWORD,
                                            method, owned, NULL, G_DBUS_CALL_FLAGS_NONE, -1, fds,
                                            g_task_get_cancellable (task), callback,
                                            g_object_ref (task));
}

/**
 * linnet_account_set_password_async:
 * @self: an account
 * @password: the password, of 1 to 1024 bytes
 * @remember: whether the keyring keeps it
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when the service has it; not when the server has accepted it
 * @data: for @callback
 */
void
linnet_account_set_password_async (LinnetAccount *self,
                                   const char *password,
                                   gboolean remember,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && password != NULL);
  g_task_set_task_data (task, g_strdup (password), free_password);
  call (self, "SetPassword", g_variant_new ("(hb)", 0, remember), password, password_set_cb, task);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), NULL, result, &error);

  if (reply != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  name = g_dbus_error_get_remote_error (error);
  if (g_strcmp0 (name, ERROR_PREFIX "Disconnected") == 0)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                             _ ("The password can be changed while the account is online."));
  else if (g_strcmp0 (name, ERROR_PREFIX "NetworkError") == 0)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_UNKNOWN,
                             _ ("The connection ended before the server answered. Either password "
                                "may be the right one now."));
  else if (has_no_password_interface (error))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                             _ ("Another program manages this account. Its password is changed "
                                "there."));
  else
    {
      g_dbus_error_strip_remote_error (error);
      g_task_return_error (task, g_steal_pointer (&error));
    }
  g_clear_error (&error);
}

/**
 * linnet_account_change_password_async:
 * @self: an account that is online
 * @password: the new password, of 1 to 1024 bytes
 * @cancellable: (nullable): gives up waiting; the server may have it all the same
 * @callback: (scope async): called when the server has it, and it is kept where the old one was;
 *   finish with linnet_account_action_finish()
 * @data: for @callback
 */
void
linnet_account_change_password_async (LinnetAccount *self,
                                      const char *password,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && password != NULL);
  call (self, "Change", g_variant_new ("(h)", 0), password, changed_cb, task);
}
