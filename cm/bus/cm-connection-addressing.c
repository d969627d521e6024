/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-addressing.c: contacts by what address books call them. Telepathy:
 * Connection.Interface.Addressing1 */
#include "bus/cm-connection-private.h"
#include "bus/cm-protocol.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.Addressing1"
#define CONNECTION_INTERFACE "org.freedesktop.Telepathy.Connection"

static void
add_addresses (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  XmppJid *jid = im_contact_get_jid (contact);
  g_autofree char *uri = cm_protocol_dup_uri (jid);

  cm_packer_open_entry (attributes, INTERFACE "/addresses");
  cm_packer_open_array (attributes, 8);
  cm_packer_open_tuple (attributes, 8);
  cm_packer_add_string (attributes, CM_PROTOCOL_VCARD_FIELD);
  cm_packer_add_string (attributes, xmpp_jid_get_text (jid));
  cm_packer_close (attributes);
  cm_packer_close (attributes);
  cm_packer_close_entry (attributes, "a{ss}");
  cm_packer_open_entry (attributes, INTERFACE "/uris");
  cm_packer_open_array (attributes, 1);
  cm_packer_add_string (attributes, uri);
  cm_packer_close (attributes);
  cm_packer_close_entry (attributes, "as");
}

/* Our own attributes are always told. */
static char **
dup_interfaces (const char *const *interfaces)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add (builder, INTERFACE);
  g_strv_builder_addv (builder, (const char **) interfaces);
  return g_strv_builder_end (builder);
}

/* What names nobody is left out; of what is asked for twice, once is told. */
static void
answer (CmConnection *self,
        GDBusMethodInvocation *invocation,
        const char *const *addresses,
        gboolean are_uris,
        const char *const *interfaces)
{
  CmHandles *handles = cm_connection_get_handles (self);
  g_autoptr (GHashTable) asked = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) contacts = g_ptr_array_new ();
  g_auto (GStrv) all = dup_interfaces (interfaces);
  GVariantBuilder found = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{su}"));

  for (guint i = 0; addresses[i] != NULL; i++)
    {
      g_autoptr (XmppJid) jid = are_uris ? cm_protocol_parse_uri (addresses[i], NULL) : NULL;
      const char *id = !are_uris ? addresses[i] : jid != NULL ? xmpp_jid_get_text (jid)
                                                              : NULL;
      ImContact *contact = id != NULL ? cm_handles_parse (handles, id, NULL) : NULL;

      if (contact == NULL || !g_hash_table_add (asked, (gpointer) addresses[i]))
        continue;
      g_variant_builder_add (&found, "{su}", addresses[i], cm_handles_ensure (handles, contact));
      if (g_hash_table_add (seen, contact))
        g_ptr_array_add (contacts, contact);
    }
  g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(a{su}@a{ua{sv}})", &found,
                     cm_connection_new_attributes (self, contacts, (const char *const *) all)));
}

static gboolean
handle_get_contacts_by_vcard_field_cb (CmConnection *self,
                                       GDBusMethodInvocation *invocation,
                                       const char *field,
                                       const char *const *addresses,
                                       const char *const *interfaces)
{
  static const char *const none[] = { NULL };

  /* The addresses of a field that says nothing here are not understood: left out, all of them. */
  if (cm_connection_check_connected (self, invocation))
    answer (self, invocation,
            g_ascii_strcasecmp (field, CM_PROTOCOL_VCARD_FIELD) == 0 ? addresses : none, FALSE,
            interfaces);
  return TRUE;
}

static gboolean
handle_get_contacts_by_uri_cb (CmConnection *self,
                               GDBusMethodInvocation *invocation,
                               const char *const *uris,
                               const char *const *interfaces)
{
  if (cm_connection_check_connected (self, invocation))
    answer (self, invocation, uris, TRUE, interfaces);
  return TRUE;
}

void
cm_connection_add_addressing (CmConnection *self)
{
  TpConnectionInterfaceAddressing1 *skeleton = tp_connection_interface_addressing1_skeleton_new ();

  g_signal_connect_object (skeleton, "handle-get-contacts-by-vcard-field",
                           G_CALLBACK (handle_get_contacts_by_vcard_field_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-get-contacts-by-uri",
                           G_CALLBACK (handle_get_contacts_by_uri_cb), self, G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_addresses);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
