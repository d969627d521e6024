/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-blocking.c: with whom an account has nothing to do. Telepathy
 * Connection.Interface.ContactBlocking
 *
 * The list is the server's: it is there while the account is online, and changes when any device
 * of the account changes it. */
#include "config.h"

#include <glib/gi18n.h>

#include "model/linnet-account-private.h"
#include "model/linnet-connection.h"

typedef struct
{
  const char *method;
  gboolean report;
} Blocking;

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

static void
handle_known_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  LinnetConnection *connection = LINNET_CONNECTION (source);
  const Blocking *blocking = g_task_get_task_data (task);
  GError *error = NULL;
  guint32 handle = linnet_connection_ask_handle_finish (connection, result, &error);
  GVariant *handles;

  if (handle == 0)
    {
      linnet_account_action_failed (task, error);
      return;
    }
  handles = g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &handle, 1, sizeof handle);
  linnet_connection_call (connection, "ContactBlocking", blocking->method,
                          g_str_equal (blocking->method, "BlockContacts")
                              ? g_variant_new ("(@aub)", handles, blocking->report)
                              : g_variant_new ("(@au)", handles),
                          linnet_account_action_done_cb, g_object_ref (task));
}

static void
change (LinnetAccount *self,
        const char *address,
        Blocking blocking,
        GAsyncReadyCallback callback,
        gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_task_set_task_data (task, g_memdup2 (&blocking, sizeof blocking), g_free);
  if (linnet_account_is_online_for (self, task))
    linnet_connection_ask_handle (self->connection, address, handle_known_cb, g_object_ref (task));
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
  change (self, address, (Blocking){ "BlockContacts", report }, callback, data);
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
  change (self, address, (Blocking){ "UnblockContacts", FALSE }, callback, data);
}
