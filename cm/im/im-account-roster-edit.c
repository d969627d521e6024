/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-roster-edit.c: what people ask to have changed in the roster, as jobs. RFC 6121 2.3 to
 * 2.5, 3 */

#include "im/im-roster.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-roster-edit-private.h"

/**
 * im_account_edit_roster_async:
 * @contacts: (element-type ImContact): each of them, once
 * @value: (nullable): a name, or the text of a request
 *
 * Finishes when the server has said yes or no to all of them.
 */
void
im_account_edit_roster_async (ImAccount *self,
                              ImRosterEdit edit,
                              GPtrArray *contacts,
                              const char *value,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  static const ImRosterJob kinds[] = {
    [IM_ROSTER_SET_NAME] = IM_ROSTER_JOB_SET_NAME,
    [IM_ROSTER_SET_GROUPS] = IM_ROSTER_JOB_ADD_GROUP,
    [IM_ROSTER_SUBSCRIBE] = IM_ROSTER_JOB_SUBSCRIBE,
    [IM_ROSTER_UNSUBSCRIBE] = IM_ROSTER_JOB_UNSUBSCRIBE,
    [IM_ROSTER_AUTHORIZE] = IM_ROSTER_JOB_AUTHORIZE,
    [IM_ROSTER_DENY] = IM_ROSTER_JOB_DENY,
    [IM_ROSTER_REMOVE] = IM_ROSTER_JOB_REMOVE,
  };
  ImRosterOperation *operation = im_roster_begin_operation (self, callback, user_data);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < contacts->len; i++)
    if (g_hash_table_add (seen, contacts->pdata[i]))
      im_roster_add_job (self, operation, contacts->pdata[i], kinds[edit], value, NULL, NULL);
  im_roster_finish_part (operation, NULL);
}

/** im_account_set_groups_async: @groups: (array zero-terminated=1): all that @contact is in from
 * now on */
void
im_account_set_groups_async (ImAccount *self,
                             ImContact *contact,
                             const char *const *groups,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  ImRosterOperation *operation = im_roster_begin_operation (self, callback, user_data);

  im_roster_add_job (self, operation, contact, IM_ROSTER_JOB_SET_GROUPS, NULL, NULL, groups);
  im_roster_finish_part (operation, NULL);
}

static GPtrArray *
list_members (ImAccount *self, const char *group)
{
  GPtrArray *members = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init (&iter, im_roster_get_contacts (self->roster));
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    if (im_roster_is_in_group (contact, group))
      g_ptr_array_add (members, contact);
  return members;
}

/**
 * im_account_set_group_members_async:
 * @add: (nullable) (element-type ImContact): who is in it from now on
 * @remove: (nullable) (element-type ImContact): who is not
 * @replace: nobody but @add is in it
 */
void
im_account_set_group_members_async (ImAccount *self,
                                    const char *group,
                                    GPtrArray *add,
                                    GPtrArray *remove,
                                    gboolean replace,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  ImRosterOperation *operation = im_roster_begin_operation (self, callback, user_data);
  g_autoptr (GPtrArray) members = replace ? list_members (self, group) : NULL;
  g_autoptr (GHashTable) added = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) removed = g_hash_table_new (NULL, NULL);

  for (guint i = 0; add != NULL && i < add->len; i++)
    if (g_hash_table_add (added, add->pdata[i]))
      im_roster_add_job (self, operation, add->pdata[i], IM_ROSTER_JOB_ADD_GROUP, group, NULL,
                         NULL);
  for (guint i = 0; remove != NULL && i < remove->len; i++)
    if (g_hash_table_add (removed, remove->pdata[i]))
      im_roster_add_job (self, operation, remove->pdata[i], IM_ROSTER_JOB_REMOVE_GROUP, group, NULL,
                         NULL);
  for (guint i = 0; members != NULL && i < members->len; i++)
    if (!g_hash_table_contains (added, members->pdata[i]))
      im_roster_add_job (self, operation, members->pdata[i], IM_ROSTER_JOB_REMOVE_GROUP, group,
                         NULL, NULL);
  im_roster_finish_part (operation, NULL);
}

/** im_account_remove_group_async: @group: nobody is in it from now on */
void
im_account_remove_group_async (ImAccount *self,
                               const char *group,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  im_account_set_group_members_async (self, group, NULL, NULL, TRUE, callback, user_data);
}

/**
 * im_account_rename_group_async:
 * @group: (not nullable): its name; IM_ERROR_DOES_NOT_EXIST where there is none
 * @name: its new one; IM_ERROR_NOT_AVAILABLE where there is one of that name
 */
void
im_account_rename_group_async (ImAccount *self,
                               const char *group,
                               const char *name,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  ImRosterOperation *operation = im_roster_begin_operation (self, callback, user_data);
  g_autoptr (GPtrArray) members = list_members (self, group);
  g_autoptr (GPtrArray) others = list_members (self, name);
  g_autoptr (GError) error = NULL;

  if (members->len == 0)
    error = g_error_new (IM_ERROR, IM_ERROR_DOES_NOT_EXIST, "There is no group “%s”.", group);
  else if (strcmp (group, name) == 0)
    g_ptr_array_set_size (members, 0); /* it is called so */
  else if (others->len > 0)
    error = g_error_new (IM_ERROR, IM_ERROR_NOT_AVAILABLE, "There is a group “%s” already.", name);
  for (guint i = 0; error == NULL && i < members->len; i++)
    im_roster_add_job (self, operation, members->pdata[i], IM_ROSTER_JOB_RENAME_GROUP, group, name,
                       NULL);
  im_roster_finish_part (operation, error);
}

/** im_account_edit_roster_finish: Returns: whether the server said yes to all of it. Errors:
 * IM_ERROR, the first */
gboolean
im_account_edit_roster_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
