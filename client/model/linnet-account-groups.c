/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-groups.c: the groups of an account's contacts. Telepathy
 * Connection.Interface.ContactGroups; im.linnet.Groups1
 *
 * The list is the server's. While the account is offline it is what it was. */
#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "model/linnet-account-private.h"
#include "model/linnet-connection.h"

/**
 * linnet_account_get_groups:
 * @self: an account
 *
 * Returns: (transfer none) (element-type LinnetGroup): the groups of its contacts, by name
 */
GListModel *
linnet_account_get_groups (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return G_LIST_MODEL (self->groups);
}

/**
 * linnet_account_get_group_delimiter:
 * @self: an account
 *
 * Returns: what stands between the names of groups within groups; "": there are none
 */
const char *
linnet_account_get_group_delimiter (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), "");
  return self->group_delimiter != NULL ? self->group_delimiter : "";
}

static int
compare (gconstpointer one, gconstpointer other, gpointer data)
{
  return g_utf8_collate (linnet_group_get_name ((LinnetGroup *) one),
                         linnet_group_get_name ((LinnetGroup *) other));
}

/* (transfer full) (nullable) */
static LinnetGroup *
dup_group (LinnetAccount *self, const char *name, guint *at)
{
  for (*at = 0; *at < g_list_model_get_n_items (G_LIST_MODEL (self->groups)); (*at)++)
    {
      g_autoptr (LinnetGroup) group = g_list_model_get_item (G_LIST_MODEL (self->groups), *at);

      if (strcmp (linnet_group_get_name (group), name) == 0)
        return g_steal_pointer (&group);
    }
  return NULL;
}

static gboolean
has_group (LinnetAccount *self, const char *name)
{
  guint at;
  g_autoptr (LinnetGroup) group = dup_group (self, name, &at);

  return group != NULL;
}

void
linnet_account_groups_created (LinnetAccount *self, const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (!has_group (self, names[i]))
      {
        g_autoptr (LinnetGroup) group = linnet_group_new (names[i]);

        g_list_store_insert_sorted (self->groups, group, compare, NULL);
      }
}

void
linnet_account_groups_removed (LinnetAccount *self, const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    {
      guint at;
      g_autoptr (LinnetGroup) group = dup_group (self, names[i], &at);

      if (group != NULL)
        g_list_store_remove (self->groups, at);
    }
}

void
linnet_account_group_renamed (LinnetAccount *self, const char *old, const char *fresh)
{
  const char *const removed[] = { old, NULL };
  const char *const created[] = { fresh, NULL };
  guint at;
  g_autoptr (LinnetGroup) group = dup_group (self, old, &at);

  if (group == NULL || has_group (self, fresh))
    {
      linnet_account_groups_removed (self, removed);
      linnet_account_groups_created (self, created);
      return;
    }
  linnet_group_set_name (group, fresh);
  g_list_store_sort (self->groups, compare, NULL);
}

/* All of them. Those that were there stay the same objects. */
void
linnet_account_take_groups (LinnetAccount *self, const char *const *names)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->groups)); i > 0; i--)
    {
      g_autoptr (LinnetGroup) group = g_list_model_get_item (G_LIST_MODEL (self->groups), i - 1);

      if (!g_strv_contains (names, linnet_group_get_name (group)))
        g_list_store_remove (self->groups, i - 1);
    }
  linnet_account_groups_created (self, names);
}

void
linnet_account_take_group_delimiter (LinnetAccount *self, const char *delimiter)
{
  if (g_strcmp0 (linnet_account_get_group_delimiter (self), delimiter) == 0)
    return;
  g_free (self->group_delimiter);
  self->group_delimiter = g_strdup (delimiter);
  g_object_notify (G_OBJECT (self), "group-delimiter");
}

static void
call_groups (LinnetAccount *self, const char *method, GVariant *arguments, GTask *task)
{
  linnet_connection_call (self->connection, "ContactGroups", method, arguments,
                          linnet_account_action_done_cb, g_object_ref (task));
}

static GVariant *
members_of (LinnetAccount *self, const char *name)
{
  GVariantBuilder handles;

  g_variant_builder_init (&handles, G_VARIANT_TYPE ("au"));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->contacts)); i++)
    {
      g_autoptr (LinnetContact) contact = g_list_model_get_item (G_LIST_MODEL (self->contacts), i);

      if (g_strv_contains (linnet_contact_get_groups (contact), name) &&
          linnet_contact_get_handle (contact) != 0)
        g_variant_builder_add (&handles, "u", linnet_contact_get_handle (contact));
    }
  return g_variant_builder_end (&handles);
}

/* Everybody is in the other group: this one can go. */
static void
merged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  LinnetAccount *self = g_task_get_source_object (task);
  const char *old = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    linnet_account_action_failed (task, error);
  else if (linnet_account_is_online_for (self, task))
    call_groups (self, "RemoveGroup", g_variant_new ("(s)", old), task);
}

/**
 * linnet_account_rename_group_async:
 * @self: an account that is online
 * @old: the name of a group
 * @name: what to call it; where there is a group of that name already, the two become one
 * @callback: (scope async): called when the server has it; finish with
 *   linnet_account_action_finish()
 * @data: for @callback
 */
void
linnet_account_rename_group_async (LinnetAccount *self,
                                   const char *old,
                                   const char *name,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && old != NULL && name != NULL);
  g_task_set_task_data (task, g_strdup (old), g_free);
  if (!linnet_account_is_online_for (self, task))
    return;
  if (*name == '\0')
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                             _ ("A group needs a name."));
  else if (g_str_equal (old, name))
    g_task_return_boolean (task, TRUE);
  else if (has_group (self, name))
    linnet_connection_call (self->connection, "ContactGroups", "AddToGroup",
                            g_variant_new ("(s@au)", name, members_of (self, old)), merged_cb,
                            g_object_ref (task));
  else
    call_groups (self, "RenameGroup", g_variant_new ("(ss)", old, name), task);
}

/**
 * linnet_account_remove_group_async:
 * @self: an account that is online
 * @name: the name of a group; its contacts stay
 * @callback: (scope async): called when the server has it; finish with
 *   linnet_account_action_finish()
 * @data: for @callback
 */
void
linnet_account_remove_group_async (LinnetAccount *self,
                                   const char *name,
                                   GAsyncReadyCallback callback,
                                   gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  g_return_if_fail (LINNET_IS_ACCOUNT (self) && name != NULL);
  if (linnet_account_is_online_for (self, task))
    call_groups (self, "RemoveGroup", g_variant_new ("(s)", name), task);
}
