/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-blocking.c: with whom an account has nothing to do. Telepathy
 * Connection.Interface.ContactBlocking
 *
 * The list is the server's: it is there while the account is online, and changes when any device
 * of the account changes it. */
#include "config.h"

#include "model/linnet-account-private.h"

/**
 * linnet_account_get_blocked:
 * @self: an account
 *
 * Returns: (transfer none) (element-type LinnetContact): who is blocked; empty while the account is
 *   offline
 */
GListModel *
linnet_account_get_blocked (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return G_LIST_MODEL (self->blocked);
}

static gboolean
find (LinnetAccount *self, const char *address, guint *at)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->blocked));

  for (*at = 0; *at < count; (*at)++)
    {
      g_autoptr (LinnetContact) contact = g_list_model_get_item (G_LIST_MODEL (self->blocked), *at);

      if (g_strcmp0 (linnet_contact_get_address (contact), address) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * linnet_account_is_blocked:
 * @self: an account
 * @address: a bare address
 *
 * Returns: whether neither reaches the other, as far as is known
 */
gboolean
linnet_account_is_blocked (LinnetAccount *self, const char *address)
{
  guint at;

  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), FALSE);
  return find (self, address, &at);
}

static LinnetContact *
dup_contact (LinnetAccount *self, const char *address)
{
  LinnetContact *known = linnet_account_lookup_contact (self, address);

  return known != NULL ? g_object_ref (known) : linnet_contact_new (address);
}

void
linnet_account_take_blocked (LinnetAccount *self, GVariant *blocked)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func (g_object_unref);
  GVariantIter iter;
  const char *address;

  g_variant_iter_init (&iter, blocked);
  while (g_variant_iter_next (&iter, "{u&s}", NULL, &address))
    g_ptr_array_add (contacts, dup_contact (self, address));
  g_list_store_splice (self->blocked, 0, g_list_model_get_n_items (G_LIST_MODEL (self->blocked)),
                       contacts->pdata, contacts->len);
}

void
linnet_account_blocked_changed (LinnetAccount *self, GVariant *arguments)
{
  g_autoptr (GVariantIter) blocked = NULL;
  g_autoptr (GVariantIter) unblocked = NULL;
  const char *address;
  guint at;

  g_variant_get (arguments, "(a{us}a{us})", &blocked, &unblocked);
  while (g_variant_iter_next (unblocked, "{u&s}", NULL, &address))
    if (find (self, address, &at))
      g_list_store_remove (self->blocked, at);
  while (g_variant_iter_next (blocked, "{u&s}", NULL, &address))
    if (!find (self, address, &at))
      {
        g_autoptr (LinnetContact) contact = dup_contact (self, address);

        g_list_store_append (self->blocked, contact);
      }
}

void
linnet_account_forget_blocked (LinnetAccount *self)
{
  g_list_store_remove_all (self->blocked);
}

/**
 * linnet_account_block_async:
 * @self: an account that is online
 * @address: an address
 * @report: whether the server is told that it was abuse, where it takes that
 * @callback: (scope async): called when neither reaches the other; finish with
 *   linnet_account_action_finish()
 * @data: for @callback
 */
void
linnet_account_block_async (LinnetAccount *self,
                            const char *address,
                            gboolean report,
                            GAsyncReadyCallback callback,
                            gpointer data)
{
  g_return_if_fail (LINNET_IS_ACCOUNT (self) && address != NULL);
  linnet_account_change_contact (self, address, "ContactBlocking", "BlockContacts",
                                 g_variant_new_boolean (report), callback, data);
}

/**
 * linnet_account_unblock_async:
 * @self: an account that is online
 * @address: an address that is blocked
 * @callback: (scope async): called when they reach each other again; finish with
 *   linnet_account_action_finish()
 * @data: for @callback
 */
void
linnet_account_unblock_async (LinnetAccount *self,
                              const char *address,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  g_return_if_fail (LINNET_IS_ACCOUNT (self) && address != NULL);
  linnet_account_change_contact (self, address, "ContactBlocking", "UnblockContacts", NULL,
                                 callback, data);
}
