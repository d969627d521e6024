/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-contact-groups.c: the groups of the roster. Telepathy:
 * Connection.Interface.ContactGroups */
#include "bus/cm-connection-private.h"

#include "bus/cm-short.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.ContactGroups"
/* Contact_Metadata_Storage_Type: metadata is kept for any contact. */
#define STORAGE_ANYONE 3
#define MAX_NAME_BYTES 1023
#define MAX_GROUPS 100

static TpConnectionInterfaceContactGroups *
get_skeleton (CmConnection *self)
{
  return cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_CONTACT_GROUPS);
}

static gboolean
check_name (const char *name, GError **error)
{
  if (name[0] != '\0' && strlen (name) <= MAX_NAME_BYTES)
    return TRUE;
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The name of a group has 1 to %d bytes",
               MAX_NAME_BYTES);
  return FALSE;
}

/* Everything that a method on one group and some contacts needs; NULL when the caller has been told
 * why not. */
static GPtrArray *
check_members (CmConnection *self,
               GDBusMethodInvocation *invocation,
               const char *group,
               GVariant *handles)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *contacts = NULL;

  if (!cm_connection_check_contact_list (self, invocation))
    return NULL;
  if (check_name (group, &error))
    contacts = cm_connection_get_contacts (self, handles, &error);
  if (contacts == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  return contacts;
}

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;

  if (im_account_edit_roster_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
}

static gboolean
handle_set_contact_groups_cb (CmConnection *self,
                              GDBusMethodInvocation *invocation,
                              guint handle,
                              const char *const *groups)
{
  g_autoptr (GError) error = NULL;
  ImContact *contact;
  gboolean is_valid = TRUE;

  if (!cm_connection_check_contact_list (self, invocation))
    return TRUE;
  contact = cm_handles_get (cm_connection_get_handles (self), handle, &error);
  for (guint i = 0; contact != NULL && is_valid && groups[i] != NULL; i++)
    {
      is_valid = i < MAX_GROUPS && check_name (groups[i], &error);
      if (!is_valid && error == NULL)
        g_set_error (&error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                     "A contact is in at most %d groups", MAX_GROUPS);
    }
  if (contact == NULL || !is_valid)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    im_account_set_groups_async (cm_connection_get_account (self), contact, groups, edited_cb,
                                 invocation);
  return TRUE;
}

static gboolean
handle_set_group_members_cb (CmConnection *self,
                             GDBusMethodInvocation *invocation,
                             const char *group,
                             GVariant *handles)
{
  g_autoptr (GPtrArray) contacts = check_members (self, invocation, group, handles);

  if (contacts != NULL)
    im_account_set_group_members_async (cm_connection_get_account (self), group, contacts, NULL,
                                        TRUE, edited_cb, invocation);
  return TRUE;
}

static gboolean
handle_add_to_group_cb (CmConnection *self,
                        GDBusMethodInvocation *invocation,
                        const char *group,
                        GVariant *handles)
{
  g_autoptr (GPtrArray) contacts = check_members (self, invocation, group, handles);

  if (contacts != NULL)
    im_account_set_group_members_async (cm_connection_get_account (self), group, contacts, NULL,
                                        FALSE, edited_cb, invocation);
  return TRUE;
}

static gboolean
has_group (CmConnection *self, const char *group)
{
  g_auto (GStrv) groups = im_account_dup_groups (cm_connection_get_account (self));

  return g_strv_contains ((const char *const *) groups, group);
}

static gboolean
handle_remove_from_group_cb (CmConnection *self,
                             GDBusMethodInvocation *invocation,
                             const char *group,
                             GVariant *handles)
{
  g_autoptr (GPtrArray) contacts = check_members (self, invocation, group, handles);

  if (contacts != NULL)
    im_account_set_group_members_async (cm_connection_get_account (self), group, NULL, contacts,
                                        FALSE, edited_cb, invocation);
  return TRUE;
}

/* A group that is not there has been removed already: no error, says the specification. */
static gboolean
handle_remove_group_cb (CmConnection *self, GDBusMethodInvocation *invocation, const char *group)
{
  if (!cm_connection_check_contact_list (self, invocation))
    return TRUE;
  if (!has_group (self, group))
    tp_connection_interface_contact_groups_complete_remove_group (get_skeleton (self), invocation);
  else
    im_account_remove_group_async (cm_connection_get_account (self), group, edited_cb, invocation);
  return TRUE;
}

static gboolean
handle_rename_group_cb (CmConnection *self,
                        GDBusMethodInvocation *invocation,
                        const char *group,
                        const char *name)
{
  g_autoptr (GError) error = NULL;

  if (!cm_connection_check_contact_list (self, invocation))
    return TRUE;
  if (!has_group (self, group))
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_DOES_NOT_EXIST,
                                           "There is no group “%s”", CM_SHORT (group));
  else if (!check_name (name, &error))
    g_dbus_method_invocation_return_gerror (invocation, error);
  else if (!g_str_equal (group, name) && has_group (self, name))
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                                           "There is a group “%s” already", CM_SHORT (name));
  else
    im_account_rename_group_async (cm_connection_get_account (self), group, name, edited_cb,
                                   invocation);
  return TRUE;
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  if (im_account_get_roster_state (cm_connection_get_account (self)) != IM_ROSTER_SUCCESS)
    return;
  cm_packer_open_entry (attributes, INTERFACE "/groups");
  cm_packer_open_array (attributes, 1);
  for (guint i = 0; i < im_contact_get_n_groups (contact); i++)
    cm_packer_add_string (attributes, im_contact_get_group (contact, i));
  cm_packer_close (attributes);
  cm_packer_close_entry (attributes, "as");
}

static void
set_groups_property (CmConnection *self)
{
  g_auto (GStrv) groups = im_account_dup_groups (cm_connection_get_account (self));

  tp_connection_interface_contact_groups_set_groups (get_skeleton (self),
                                                     (const char *const *) groups);
}

static void
groups_changed_cb (CmConnection *self,
                   const char *const *created,
                   const char *const *removed,
                   ImAccount *account)
{
  if (im_account_get_roster_state (account) != IM_ROSTER_SUCCESS)
    return;
  set_groups_property (self);
  if (created != NULL && created[0] != NULL)
    tp_connection_interface_contact_groups_emit_groups_created (get_skeleton (self), created);
  if (removed != NULL && removed[0] != NULL)
    tp_connection_interface_contact_groups_emit_groups_removed (get_skeleton (self), removed);
}

/* The list is there: whoever has asked for the groups before knows of none. */
static void
roster_state_cb (CmConnection *self)
{
  const char *const *groups;

  if (im_account_get_roster_state (cm_connection_get_account (self)) != IM_ROSTER_SUCCESS)
    return;
  set_groups_property (self);
  groups = tp_connection_interface_contact_groups_get_groups (get_skeleton (self));
  if (groups != NULL && groups[0] != NULL)
    tp_connection_interface_contact_groups_emit_groups_created (get_skeleton (self), groups);
}

/* One of many contacts, as each has groups of its own. */
static void
membership_changed_cb (CmConnection *self,
                       ImContact *contact,
                       const char *const *added,
                       const char *const *removed)
{
  guint32 handle = cm_handles_ensure (cm_connection_get_handles (self), contact);
  GVariant *contacts = g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &handle, 1, sizeof handle);

  if (im_account_get_roster_state (cm_connection_get_account (self)) == IM_ROSTER_SUCCESS)
    tp_connection_interface_contact_groups_emit_groups_changed (get_skeleton (self), contacts,
                                                                added, removed);
  else
    g_variant_unref (g_variant_ref_sink (contacts));
}

void
cm_connection_add_contact_groups (CmConnection *self)
{
  TpConnectionInterfaceContactGroups *skeleton =
      tp_connection_interface_contact_groups_skeleton_new ();
  ImAccount *account = cm_connection_get_account (self);

  tp_connection_interface_contact_groups_set_disjoint_groups (skeleton, FALSE);
  tp_connection_interface_contact_groups_set_group_storage (skeleton, STORAGE_ANYONE);
  g_signal_connect_object (skeleton, "handle-set-contact-groups",
                           G_CALLBACK (handle_set_contact_groups_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-set-group-members",
                           G_CALLBACK (handle_set_group_members_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-add-to-group", G_CALLBACK (handle_add_to_group_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-remove-from-group",
                           G_CALLBACK (handle_remove_from_group_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-remove-group", G_CALLBACK (handle_remove_group_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-rename-group", G_CALLBACK (handle_rename_group_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "groups-changed", G_CALLBACK (groups_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::roster-state", G_CALLBACK (roster_state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "membership-changed", G_CALLBACK (membership_changed_cb), self,
                           G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
  tp_connection_interface_contact_groups_set_groups (skeleton, (const char *const[]){ NULL });
}
