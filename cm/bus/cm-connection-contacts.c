/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-contacts.c: any mix of what is known of any contacts, in one call. Telepathy:
 * Connection.Interface.Contacts */
#include "bus/cm-connection-private.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.Contacts"
#define CONNECTION_INTERFACE "org.freedesktop.Telepathy.Connection"

/* The functions of the interfaces asked for; names that are not known are no error. */
static GArray *
find_funcs (CmConnection *self, const char *const *interfaces)
{
  GArray *funcs = g_array_new (FALSE, FALSE, sizeof (CmAttributesFunc));

  for (guint i = 0; interfaces[i] != NULL; i++)
    {
      CmAttributesFunc func = cm_connection_find_attributes (self, interfaces[i]);
      gboolean is_there = func == NULL;

      for (guint j = 0; j < funcs->len && !is_there; j++)
        is_there = g_array_index (funcs, CmAttributesFunc, j) == func;
      if (!is_there)
        g_array_append_val (funcs, func);
    }
  return funcs;
}

static void
add_all (CmConnection *self, ImContact *contact, GArray *funcs, CmPacker *packer)
{
  const char *id = xmpp_jid_get_text (im_contact_get_jid (contact));

  cm_packer_open_array (packer, 8);
  cm_packer_add_string_entry (packer, CONNECTION_INTERFACE "/contact-id", id);
  for (guint i = 0; i < funcs->len; i++)
    g_array_index (funcs, CmAttributesFunc, i) (self, contact, packer);
  cm_packer_close (packer);
}

/* Also used by ContactList.GetContactListAttributes. */
GVariant *
cm_connection_new_attributes (CmConnection *self,
                              GPtrArray *contacts,
                              const char *const *interfaces)
{
  g_autoptr (GArray) funcs = find_funcs (self, interfaces);
  CmPacker packer;

  cm_packer_init (&packer);
  cm_packer_open_array (&packer, 8);
  for (guint i = 0; i < contacts->len; i++)
    {
      ImContact *contact = g_ptr_array_index (contacts, i);

      cm_packer_open_tuple (&packer, 8);
      cm_packer_add_number (&packer, cm_handles_ensure (cm_connection_get_handles (self), contact));
      add_all (self, contact, funcs, &packer);
      cm_packer_close (&packer);
    }
  cm_packer_close (&packer);
  return cm_packer_end (&packer, G_VARIANT_TYPE ("a{ua{sv}}"));
}

static gboolean
handle_get_contact_attributes_cb (CmConnection *self,
                                  GDBusMethodInvocation *invocation,
                                  GVariant *handles,
                                  const char *const *interfaces,
                                  gboolean hold)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();
  gsize n_handles;
  const guint32 *numbers = g_variant_get_fixed_array (handles, &n_handles, sizeof (guint32));

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  /* Handles that are nobody's are left out; a map has each key once. */
  for (gsize i = 0; i < n_handles; i++)
    {
      ImContact *contact = cm_handles_get (cm_connection_get_handles (self), numbers[i], NULL);

      if (contact != NULL && g_hash_table_add (seen, contact))
        g_ptr_array_add (contacts, contact);
    }
  g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(@a{ua{sv}})", cm_connection_new_attributes (self, contacts, interfaces)));
  return TRUE;
}

static gboolean
handle_get_contact_by_id_cb (CmConnection *self,
                             GDBusMethodInvocation *invocation,
                             const char *id,
                             const char *const *interfaces)
{
  g_autoptr (GArray) funcs = find_funcs (self, interfaces);
  g_autoptr (GError) error = NULL;
  CmPacker packer;
  ImContact *contact;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  contact = cm_handles_parse (cm_connection_get_handles (self), id, &error);
  if (contact == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  cm_packer_init (&packer);
  add_all (self, contact, funcs, &packer);
  g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(u@a{sv})", cm_handles_ensure (cm_connection_get_handles (self), contact),
                     cm_packer_end (&packer, G_VARIANT_TYPE_VARDICT)));
  return TRUE;
}

/* contact-id is there whether or not it is asked for. */
static void
add_connection_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
}

/* The last of the interfaces: all that have attributes are known. */
void
cm_connection_add_contacts (CmConnection *self)
{
  TpConnectionInterfaceContacts *skeleton = tp_connection_interface_contacts_skeleton_new ();
  g_auto (GStrv) names = NULL;

  cm_connection_add_attributes (self, CONNECTION_INTERFACE, add_connection_attributes);
  names = cm_connection_dup_attribute_interfaces (self);
  tp_connection_interface_contacts_set_contact_attribute_interfaces (skeleton,
                                                                     (const char *const *) names);
  g_signal_connect_object (skeleton, "handle-get-contact-attributes",
                           G_CALLBACK (handle_get_contact_attributes_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-get-contact-by-id",
                           G_CALLBACK (handle_get_contact_by_id_cb), self, G_CONNECT_SWAPPED);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
