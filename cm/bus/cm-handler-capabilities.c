/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-handler-capabilities.c: what the handlers of channels can do is what we can do. Telepathy:
 * ContactCapabilities.UpdateCapabilities
 *
 * The dispatcher does it, so nobody does where the account manager's names are another program's.
 */
#include "bus/cm-handler-capabilities.h"

/**
 * cm_handler_capabilities_tell:
 * @bus_name: a client that has come, changed or gone
 */
void
cm_handler_capabilities_tell (CmService *service, CmClients *clients, const char *bus_name)
{
  GPtrArray *accounts = im_account_manager_get_accounts (cm_service_get_accounts (service));
  g_autoptr (GVariant) capabilities = NULL;
  GVariantBuilder builder;

  if (!cm_service_owns_account_manager (service))
    return;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(saa{sv}as)"));
  g_variant_builder_add_value (&builder, cm_clients_new_capabilities (clients, bus_name));
  capabilities = g_variant_ref_sink (g_variant_builder_end (&builder));
  for (guint i = 0; i < accounts->len; i++)
    {
      CmConnection *connection =
          cm_service_get_connection (service, g_ptr_array_index (accounts, i), FALSE);

      if (connection != NULL)
        cm_connection_update_capabilities (connection, capabilities);
    }
}

/** cm_handler_capabilities_tell_all: @connection: a new one */
void
cm_handler_capabilities_tell_all (CmService *service, CmClients *clients, CmConnection *connection)
{
  g_autoptr (GVariant) capabilities = NULL;

  if (!cm_service_owns_account_manager (service) ||
      !im_account_is_kept (cm_connection_get_account (connection)))
    return;
  capabilities = g_variant_ref_sink (cm_clients_new_all_capabilities (clients));
  cm_connection_update_capabilities (connection, capabilities);
}
