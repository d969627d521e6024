/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-service-create.c: makes an account. Telepathy AccountManager.CreateAccount */
#include "config.h"

#include "model/linnet-service-private.h"

#include <glib/gi18n.h>

static void
created_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  LinnetService *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  const char *path;

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_variant_get (reply, "(&o)", &path);
  g_task_return_pointer (task, g_object_ref (linnet_service_ensure_account (self, path)),
                         g_object_unref);
}

static GVariant *
first_properties (void)
{
  GVariantBuilder properties;
  GVariant *available = g_variant_new ("(uss)", 2, "available", "");

  g_variant_builder_init (&properties, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&properties, "{sv}", TELEPATHY "Account.Enabled",
                         g_variant_new_boolean (FALSE));
  g_variant_builder_add (&properties, "{sv}", TELEPATHY "Account.ConnectAutomatically",
                         g_variant_new_boolean (TRUE));
  g_variant_builder_add (&properties, "{sv}", TELEPATHY "Account.RequestedPresence", available);
  g_variant_builder_add (&properties, "{sv}", TELEPATHY "Account.AutomaticPresence", available);
  return g_variant_builder_end (&properties);
}

/**
 * linnet_service_create_account_async:
 * @self: a service
 * @address: the address, as typed
 * @parameters: (transfer floating): connection parameters beside it, a{sv}
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when the account exists
 * @data: for @callback
 *
 * The account is not enabled yet, so that it does not sign in before it has its password.
 */
void
linnet_service_create_account_async (LinnetService *self,
                                     const char *address,
                                     GVariant *parameters,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GVariant) owned = g_variant_ref_sink (parameters);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (owned);

  g_return_if_fail (LINNET_IS_SERVICE (self) && address != NULL);
  if (self->bus == NULL || self->manager_name == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                               _ ("Linnet’s service is not running."));
      return;
    }
  g_variant_dict_insert (&dict, "account", "s", address);
  g_dbus_connection_call (self->bus, self->manager_name, MANAGER_PATH, MANAGER, "CreateAccount",
                          g_variant_new ("(sss@a{sv}@a{sv})", "linnet", "jabber", address,
                                         g_variant_dict_end (&dict), first_properties ()),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, cancellable,
                          created_cb, g_object_ref (task));
}

/**
 * linnet_service_create_account_finish:
 * @self: a service
 * @result: the result
 * @error: where to put an error: a D-Bus error of Telepathy, or that there is no service
 *
 * Returns: (transfer full): the new account, %NULL on error
 */
LinnetAccount *
linnet_service_create_account_finish (LinnetService *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
