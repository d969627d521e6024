/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-contact-blocking.c: whom the server keeps away from us. Telepathy:
 * Connection.Interface.ContactBlocking
 *
 * The interface is there before the server has said whether it can block: a method that it cannot
 * carry out says so, and that abuse can be reported is said once it is known. */
#include "bus/cm-connection-private.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.ContactBlocking"
/* Contact_Blocking_Capabilities */
#define CAN_REPORT_ABUSIVE 1

static GVariant *
new_identifiers (CmConnection *self, GPtrArray *contacts)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{us}"));
  for (guint i = 0; i < contacts->len; i++)
    g_variant_builder_add (&builder, "{us}",
                           cm_handles_ensure (cm_connection_get_handles (self), contacts->pdata[i]),
                           xmpp_jid_get_text (im_contact_get_jid (contacts->pdata[i])));
  return g_variant_builder_end (&builder);
}

static void
blocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;

  if (im_account_block_finish (IM_ACCOUNT (source), result, &error))
    g_dbus_method_invocation_return_value (invocation, NULL);
  else
    g_dbus_method_invocation_take_error (invocation, error);
}

static void
block (CmConnection *self,
       GDBusMethodInvocation *invocation,
       GVariant *handles,
       gboolean is_blocked,
       gboolean is_abuse)
{
  g_autoptr (GPtrArray) contacts = cm_connection_check_contacts (self, invocation, handles);

  if (contacts != NULL)
    im_account_block_async (cm_connection_get_account (self), contacts, is_blocked, is_abuse,
                            blocked_cb, invocation);
}

static gboolean
handle_block_contacts_cb (CmConnection *self,
                          GDBusMethodInvocation *invocation,
                          GVariant *handles,
                          gboolean report_abusive)
{
  block (self, invocation, handles, TRUE, report_abusive);
  return TRUE;
}

static gboolean
handle_unblock_contacts_cb (CmConnection *self,
                            GDBusMethodInvocation *invocation,
                            GVariant *handles)
{
  block (self, invocation, handles, FALSE, FALSE);
  return TRUE;
}

/* Who asks, of whom. */
typedef struct
{
  CmConnection *connection; /* (owned) */
  GDBusMethodInvocation *invocation; /* owned by GDBus until returned */
} Question;

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) contacts =
      im_account_list_blocked_finish (IM_ACCOUNT (source), result, &error);

  if (contacts == NULL)
    g_dbus_method_invocation_take_error (question->invocation, error);
  else
    g_dbus_method_invocation_return_value (
        question->invocation,
        g_variant_new ("(@a{us})", new_identifiers (question->connection, contacts)));
  g_object_unref (question->connection);
  g_free (question);
}

static gboolean
handle_request_blocked_contacts_cb (CmConnection *self, GDBusMethodInvocation *invocation)
{
  Question *question;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  question = g_new (Question, 1);
  question->connection = g_object_ref (self);
  question->invocation = invocation;
  im_account_list_blocked_async (cm_connection_get_account (self), listed_cb, question);
  return TRUE;
}

static void
blocked_changed_cb (CmConnection *self,
                    GPtrArray *blocked,
                    GPtrArray *unblocked,
                    ImAccount *account)
{
  tp_connection_interface_contact_blocking_emit_blocked_contacts_changed (
      cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_CONTACT_BLOCKING),
      new_identifiers (self, blocked), new_identifiers (self, unblocked));
}

static void
server_known_cb (TpConnectionInterfaceContactBlocking *skeleton, ImAccount *account)
{
  tp_connection_interface_contact_blocking_set_contact_blocking_capabilities (
      skeleton, im_account_can_report (account) ? CAN_REPORT_ABUSIVE : 0);
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  if (im_contact_is_blocked (contact))
    cm_packer_add_boolean_entry (attributes, INTERFACE "/blocked", TRUE);
}

void
cm_connection_add_contact_blocking (CmConnection *self)
{
  TpConnectionInterfaceContactBlocking *skeleton =
      tp_connection_interface_contact_blocking_skeleton_new ();

  g_signal_connect_object (skeleton, "handle-block-contacts", G_CALLBACK (handle_block_contacts_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-unblock-contacts",
                           G_CALLBACK (handle_unblock_contacts_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-request-blocked-contacts",
                           G_CALLBACK (handle_request_blocked_contacts_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "blocked-changed",
                           G_CALLBACK (blocked_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "server-known",
                           G_CALLBACK (server_known_cb), skeleton, G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
