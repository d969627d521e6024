/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-service-register.c: asks a server for a new account, by its form. im.linnet.Registrar1 */
#include "config.h"

#include "model/linnet-service-private.h"

#include <glib/gi18n.h>

#define REGISTRAR "im.linnet.Registrar1"

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  LinnetService *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  const char *path;

  if (reply == NULL)
    {
      linnet_account_action_failed (task, error);
      return;
    }
  g_variant_get (reply, "(&o)", &path);
  g_task_return_pointer (task, linnet_form_new (self->bus, SERVICE_NAME, path), g_object_unref);
}

/**
 * linnet_service_register_async:
 * @self: a service
 * @address: the address that is wanted, a server alone, or an invitation as a link, as typed
 * @token: (nullable): of an invitation that is no link
 * @parameters: (nullable) (transfer floating): connection parameters such as server and port, a{sv}
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when the server is on its way to be asked
 * @data: for @callback
 *
 * Whoever lets go of the form gives up. When it is done its result has “account”, an address, of
 * which linnet_service_create_account_async() makes an account here.
 */
void
linnet_service_register_async (LinnetService *self,
                               const char *address,
                               const char *token,
                               GVariant *parameters,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GVariant) owned = g_variant_ref_sink (
      parameters != NULL ? parameters : g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));

  g_return_if_fail (LINNET_IS_SERVICE (self) && address != NULL);
  if (self->bus == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                               _ ("Linnet’s service is not running."));
      return;
    }
  /* Without accounts it may not run, and is started by this. The answer is waited for in any case:
   * whoever gives up meanwhile leaves a form that is let go, and that ends it. */
  g_dbus_connection_call (self->bus, SERVICE_NAME, MANAGER_PATH, REGISTRAR, "Register",
                          g_variant_new ("(ss@a{sv})", address, token != NULL ? token : "", owned),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, begun_cb,
                          g_object_ref (task));
}

/**
 * linnet_service_register_finish:
 * @self: a service
 * @result: the result
 * @error: where to put an error; its message is a sentence
 *
 * Returns: (transfer full): what the server asks, %NULL on error
 */
LinnetForm *
linnet_service_register_finish (LinnetService *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
