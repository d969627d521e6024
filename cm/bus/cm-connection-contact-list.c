/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-contact-list.c: who may see whom. Telepathy: Connection.Interface.ContactList
 *
 * What changed is signalled before the method that changed it returns: the roster's push comes
 * before the answer, to a change of an item or to what is asked behind a presence. */
#include "bus/cm-connection-private.h"

#include "bus/cm-status.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.ContactList"
#define MAX_MESSAGE_BYTES 10000
/* With so many, what the list came in and what it left in are worth giving back. */
#define MANY_CONTACTS 500

static TpConnectionInterfaceContactList *
get_skeleton (CmConnection *self)
{
  return cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_CONTACT_LIST);
}

/* NotYet until we are connected and the list is there, its own error if it will not come. */
gboolean
cm_connection_check_contact_list (CmConnection *self, GDBusMethodInvocation *invocation)
{
  ImRosterState state = im_account_get_roster_state (cm_connection_get_account (self));

  switch (cm_connection_get_status (self) == CM_STATUS_CONNECTING ? IM_ROSTER_WAITING : state)
    {
    case IM_ROSTER_SUCCESS:
      return cm_connection_check_connected (self, invocation);
    case IM_ROSTER_FAILURE:
      g_dbus_method_invocation_return_gerror (
          invocation, im_account_get_roster_error (cm_connection_get_account (self)));
      return FALSE;
    case IM_ROSTER_NONE:
    case IM_ROSTER_WAITING:
    default:
      g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_NOT_YET,
                                                     "The list of contacts has not arrived yet");
      return FALSE;
    }
}

static void
collect_listed (ImContact *contact, gpointer user_data)
{
  if (im_contact_is_in_list (contact))
    g_ptr_array_add (user_data, contact);
}

static gboolean
handle_get_contact_list_attributes_cb (CmConnection *self,
                                       GDBusMethodInvocation *invocation,
                                       const char *const *interfaces,
                                       gboolean hold)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  if (!cm_connection_check_contact_list (self, invocation))
    return TRUE;
  for (guint i = 0; interfaces[i] != NULL; i++)
    g_ptr_array_add (wanted, (gpointer) interfaces[i]);
  g_ptr_array_add (wanted, (gpointer) INTERFACE);
  g_ptr_array_add (wanted, NULL);
  im_account_foreach_contact (cm_connection_get_account (self), collect_listed, contacts);
  if (contacts->len >= MANY_CONTACTS)
    cm_connection_trim_soon (self);
  g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(@a{ua{sv}})", cm_connection_new_attributes (
                                         self, contacts, (const char *const *) wanted->pdata)));
  return TRUE;
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

static void
edit (CmConnection *self,
      GDBusMethodInvocation *invocation,
      ImRosterEdit what,
      GVariant *handles,
      const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) contacts = NULL;

  if (!cm_connection_check_contact_list (self, invocation))
    return;
  contacts = cm_connection_get_contacts (self, handles, &error);
  if (contacts == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    im_account_edit_roster_async (cm_connection_get_account (self), what, contacts, value,
                                  edited_cb, invocation);
}

static gboolean
handle_request_subscription_cb (CmConnection *self,
                                GDBusMethodInvocation *invocation,
                                GVariant *handles,
                                const char *message)
{
  if (strlen (message) > MAX_MESSAGE_BYTES)
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                           "The message of a request has at most %d bytes",
                                           MAX_MESSAGE_BYTES);
  else
    edit (self, invocation, IM_ROSTER_SUBSCRIBE, handles, message);
  return TRUE;
}

static gboolean
handle_authorize_publication_cb (CmConnection *self,
                                 GDBusMethodInvocation *invocation,
                                 GVariant *handles)
{
  edit (self, invocation, IM_ROSTER_AUTHORIZE, handles, NULL);
  return TRUE;
}

static gboolean
handle_remove_contacts_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *handles)
{
  edit (self, invocation, IM_ROSTER_REMOVE, handles, NULL);
  return TRUE;
}

static gboolean
handle_unsubscribe_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *handles)
{
  edit (self, invocation, IM_ROSTER_UNSUBSCRIBE, handles, NULL);
  return TRUE;
}

static gboolean
handle_unpublish_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *handles)
{
  edit (self, invocation, IM_ROSTER_DENY, handles, NULL);
  return TRUE;
}

static gboolean
handle_download_cb (CmConnection *self,
                    GDBusMethodInvocation *invocation,
                    TpConnectionInterfaceContactList *skeleton)
{
  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  im_account_download_roster (cm_connection_get_account (self));
  tp_connection_interface_contact_list_complete_download (skeleton, invocation);
  return TRUE;
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  const char *request;

  if (im_account_get_roster_state (cm_connection_get_account (self)) != IM_ROSTER_SUCCESS)
    return;
  cm_packer_add_number_entry (attributes, INTERFACE "/subscribe",
                              im_contact_get_subscribe (contact));
  cm_packer_add_number_entry (attributes, INTERFACE "/publish", im_contact_get_publish (contact));
  request = im_contact_get_publish_request (contact);
  if (im_contact_get_publish (contact) == IM_SUBSCRIPTION_ASK && request[0] != '\0')
    cm_packer_add_string_entry (attributes, INTERFACE "/publish-request", request);
}

/* One signal for all that changed with one read. */
typedef struct
{
  CmPacker changes; /* a{u(uus)} */
  CmPacker identifiers; /* a{us} */
  CmPacker removals; /* a{us} */
  GArray *old_removals; /* (owned) guint32, of the deprecated signal */
  guint n_changes;
} Changes;

/* {us} */
static void
pack_identifier (CmPacker *packer, guint handle, const char *id)
{
  cm_packer_open_tuple (packer, 4);
  cm_packer_add_number (packer, handle);
  cm_packer_add_string (packer, id);
  cm_packer_close (packer);
}

/* {u(uus)} */
static void
pack_subscription (CmPacker *packer, guint handle, ImContact *contact)
{
  cm_packer_open_tuple (packer, 4);
  cm_packer_add_number (packer, handle);
  cm_packer_open_tuple (packer, 4);
  cm_packer_add_number (packer, im_contact_get_subscribe (contact));
  cm_packer_add_number (packer, im_contact_get_publish (contact));
  cm_packer_add_string (packer, im_contact_get_publish_request (contact));
  cm_packer_close (packer);
  cm_packer_close (packer);
}

static void
add_change (Changes *changes, guint handle, ImContact *contact, ImContactChange change)
{
  const char *id = xmpp_jid_get_text (im_contact_get_jid (contact));

  changes->n_changes++;
  if (change & IM_CONTACT_REMOVED)
    {
      pack_identifier (&changes->removals, handle, id);
      g_array_append_val (changes->old_removals, handle);
      return;
    }
  pack_subscription (&changes->changes, handle, contact);
  pack_identifier (&changes->identifiers, handle, id);
}

static GVariant *
end_map (CmPacker *packer, const char *type)
{
  cm_packer_close (packer);
  return g_variant_ref_sink (cm_packer_end (packer, G_VARIANT_TYPE (type)));
}

static void
emit_changes (CmConnection *self, Changes *changes)
{
  g_autoptr (GVariant) changed = end_map (&changes->changes, "a{u(uus)}");
  g_autoptr (GVariant) identifiers = end_map (&changes->identifiers, "a{us}");
  g_autoptr (GVariant) removals = end_map (&changes->removals, "a{us}");
  g_autoptr (GArray) old_removals = g_steal_pointer (&changes->old_removals);

  if (changes->n_changes == 0)
    return;
  tp_connection_interface_contact_list_emit_contacts_changed_with_id (get_skeleton (self), changed,
                                                                      identifiers, removals);
  if (cm_connection_wants_legacy_signals (self))
    tp_connection_interface_contact_list_emit_contacts_changed (
        get_skeleton (self), changed,
        g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, old_removals->data, old_removals->len,
                                   sizeof (guint32)));
}

static void
begin_changes (Changes *changes)
{
  CmPacker *const maps[] = { &changes->changes, &changes->identifiers, &changes->removals };

  for (guint i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      cm_packer_init (maps[i]);
      cm_packer_open_array (maps[i], 4);
    }
  changes->old_removals = g_array_new (FALSE, FALSE, sizeof (guint32));
  changes->n_changes = 0;
}

static void
contacts_changed_cb (CmConnection *self, GPtrArray *contacts, GArray *flags, ImAccount *account)
{
  CmHandles *handles = cm_connection_get_handles (self);
  Changes changes;

  /* Before the list is there nothing was promised; then all of it is told. */
  if (im_account_get_roster_state (account) != IM_ROSTER_SUCCESS)
    return;
  begin_changes (&changes);
  for (guint i = 0; i < contacts->len; i++)
    {
      ImContactChange change = g_array_index (flags, ImContactChange, i);
      ImContact *contact = g_ptr_array_index (contacts, i);

      if (change & (IM_CONTACT_SUBSCRIPTION | IM_CONTACT_REMOVED))
        add_change (&changes, cm_handles_ensure (handles, contact), contact, change);
    }
  emit_changes (self, &changes);
}

/* The list became available. */
static void
tell_all (CmConnection *self)
{
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();
  Changes changes;

  im_account_foreach_contact (cm_connection_get_account (self), collect_listed, contacts);
  begin_changes (&changes);
  for (guint i = 0; i < contacts->len; i++)
    {
      ImContact *contact = g_ptr_array_index (contacts, i);

      add_change (&changes, cm_handles_ensure (cm_connection_get_handles (self), contact), contact,
                  IM_CONTACT_SUBSCRIPTION);
    }
  emit_changes (self, &changes);
  if (contacts->len >= MANY_CONTACTS)
    cm_connection_trim_soon (self);
}

static void
roster_state_cb (CmConnection *self)
{
  guint state = im_account_get_roster_state (cm_connection_get_account (self));

  if (tp_connection_interface_contact_list_get_contact_list_state (get_skeleton (self)) == state)
    return;
  tp_connection_interface_contact_list_set_contact_list_state (get_skeleton (self), state);
  tp_connection_interface_contact_list_emit_contact_list_state_changed (get_skeleton (self), state);
  if (state == IM_ROSTER_SUCCESS)
    tell_all (self);
}

static void
parameters_cb (CmConnection *self)
{
  gboolean value = TRUE;

  g_variant_lookup (im_account_get_parameters (cm_connection_get_account (self)),
                    INTERFACE ".DownloadAtConnection", "b", &value);
  tp_connection_interface_contact_list_set_download_at_connection (get_skeleton (self), value);
}

void
cm_connection_add_contact_list (CmConnection *self)
{
  TpConnectionInterfaceContactList *skeleton = tp_connection_interface_contact_list_skeleton_new ();
  ImAccount *account = cm_connection_get_account (self);

  tp_connection_interface_contact_list_set_contact_list_state (skeleton, IM_ROSTER_NONE);
  tp_connection_interface_contact_list_set_contact_list_persists (skeleton, TRUE);
  tp_connection_interface_contact_list_set_can_change_contact_list (skeleton, TRUE);
  tp_connection_interface_contact_list_set_request_uses_message (skeleton, TRUE);
  g_signal_connect_object (skeleton, "handle-get-contact-list-attributes",
                           G_CALLBACK (handle_get_contact_list_attributes_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-request-subscription",
                           G_CALLBACK (handle_request_subscription_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-authorize-publication",
                           G_CALLBACK (handle_authorize_publication_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-remove-contacts",
                           G_CALLBACK (handle_remove_contacts_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-unsubscribe", G_CALLBACK (handle_unsubscribe_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-unpublish", G_CALLBACK (handle_unpublish_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-download", G_CALLBACK (handle_download_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "contacts-changed", G_CALLBACK (contacts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::roster-state", G_CALLBACK (roster_state_cb), self,
                           G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
  g_signal_connect_object (account, "notify::parameters", G_CALLBACK (parameters_cb), self,
                           G_CONNECT_SWAPPED);
  parameters_cb (self);
}
