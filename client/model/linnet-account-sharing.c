/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-sharing.c: who sees whose presence. Telepathy Connection.Interface.ContactList
 *
 * Of each contact these are two switches: what they show to us, and what we show to them. Their
 * places are linnet_contact_get_subscribe() and linnet_contact_get_publish(): a request that was
 * sent is LINNET_SUBSCRIPTION_ASK until it is answered. */
#include "config.h"

#include "model/linnet-account-private.h"

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
  linnet_account_change_contact (self, address, "ContactList",
                                 subscribed ? "RequestSubscription" : "Unsubscribe",
                                 subscribed ? g_variant_new_string ("") : NULL, callback, data);
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
  linnet_account_change_contact (self, address, "ContactList",
                                 published ? "AuthorizePublication" : "Unpublish", NULL, callback,
                                 data);
}
