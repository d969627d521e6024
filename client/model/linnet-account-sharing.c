/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-sharing.c: who sees whose presence. Telepathy Connection.Interface.ContactList
 *
 * Of each contact these are two switches: what they show to us, and what we show to them. Their
 * places are linnet_contact_get_subscribe() and linnet_contact_get_publish(): a request that was
 * sent is LINNET_SUBSCRIPTION_ASK until it is answered. */
#include "config.h"

#include "model/linnet-account-private.h"
#include "model/linnet-connection.h"

static void
call (GTask *task, LinnetConnection *connection, const char *method, guint32 handle)
{
  GVariant *handles = g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &handle, 1, sizeof handle);

  linnet_connection_call (connection, "ContactList", method,
                          g_str_equal (method, "RequestSubscription")
                              ? g_variant_new ("(@aus)", handles, "")
                              : g_variant_new ("(@au)", handles),
                          linnet_account_action_done_cb, g_object_ref (task));
}

static void
handle_known_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  guint32 handle = linnet_connection_ask_handle_finish (LINNET_CONNECTION (source), result, &error);

  if (handle != 0)
    call (task, LINNET_CONNECTION (source), g_task_get_task_data (task), handle);
  else
    linnet_account_action_failed (task, error);
}

/* `method` (static) */
static void
change (LinnetAccount *self,
        const char *address,
        const char *method,
        GAsyncReadyCallback callback,
        gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_task_set_task_data (task, (gpointer) method, NULL);
  if (linnet_account_is_online_for (self, task))
    linnet_connection_ask_handle (self->connection, address, handle_known_cb, g_object_ref (task));
}

/**
 * linnet_account_set_subscribed_async:
 * @self: an account that is online
 * @address: of a contact
 * @subscribed: whether their presence shall be shown to us: they are asked; or not any more
 * @callback: (scope async): called when they were asked or the server has it; finish with
 *   linnet_account_action_finish()
 * @data: for @callback
 */
void
linnet_account_set_subscribed_async (LinnetAccount *self,
                                     const char *address,
                                     gboolean subscribed,
                                     GAsyncReadyCallback callback,
                                     gpointer data)
{
  g_return_if_fail (LINNET_IS_ACCOUNT (self) && address != NULL);
  change (self, address, subscribed ? "RequestSubscription" : "Unsubscribe", callback, data);
}

/**
 * linnet_account_set_published_async:
 * @self: an account that is online
 * @address: of a contact, or of somebody who has not asked yet: then they may once they do
 * @published: whether our presence is shown to them
 * @callback: (scope async): called when the server has it; finish with
 *   linnet_account_action_finish()
 * @data: for @callback
 */
void
linnet_account_set_published_async (LinnetAccount *self,
                                    const char *address,
                                    gboolean published,
                                    GAsyncReadyCallback callback,
                                    gpointer data)
{
  g_return_if_fail (LINNET_IS_ACCOUNT (self) && address != NULL);
  change (self, address, published ? "AuthorizePublication" : "Unpublish", callback, data);
}
