/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-contact-info.c: what people write in their vCards. Telepathy:
 * Connection.Interface.ContactInfo */
#include "bus/cm-connection-private.h"

#include "im/im-info.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.ContactInfo"
/* Contact_Info_Flags */
#define CAN_SET 1
/* Contact_Info_Field_Flags */
#define PARAMETERS_EXACT 1

/* NULL: it is not known. */
static GVariant *
get_info (CmConnection *self, ImContact *contact)
{
  return im_contact_get_info (contact);
}

static gboolean
handle_get_contact_info_cb (CmConnection *self,
                            GDBusMethodInvocation *invocation,
                            GVariant *handles)
{
  cm_connection_answer_each (self, invocation, handles, "a{ua(sasas)}", get_info);
  return TRUE;
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) info G_GNUC_UNUSED =
      im_account_request_info_finish (IM_ACCOUNT (source), result, &error);

  if (error != NULL)
    g_debug ("A contact's information was not read again: %s", error->message);
}

static gboolean
handle_refresh_contact_info_cb (CmConnection *self,
                                GDBusMethodInvocation *invocation,
                                GVariant *handles)
{
  g_autoptr (GPtrArray) contacts = cm_connection_check_contacts (self, invocation, handles);

  if (contacts == NULL)
    return TRUE;
  for (guint i = 0; i < contacts->len; i++)
    im_account_request_info_async (cm_connection_get_account (self), contacts->pdata[i], TRUE,
                                   refreshed_cb, NULL);
  g_dbus_method_invocation_return_value (invocation, NULL);
  return TRUE;
}

static void
requested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) info = im_account_request_info_finish (IM_ACCOUNT (source), result, &error);

  if (info != NULL)
    {
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@a(sasas))", info));
      return;
    }
  /* Why somebody's information cannot be had has one name here. */
  if (error->domain == IM_ERROR && error->code != IM_ERROR_DISCONNECTED &&
      error->code != IM_ERROR_NETWORK_ERROR)
    error->code = IM_ERROR_NOT_AVAILABLE;
  g_dbus_method_invocation_take_error (invocation, error);
}

static gboolean
handle_request_contact_info_cb (CmConnection *self, GDBusMethodInvocation *invocation, guint handle)
{
  ImContact *contact = cm_connection_check_contact (self, invocation, handle);

  if (contact != NULL)
    im_account_request_info_async (cm_connection_get_account (self), contact, FALSE, requested_cb,
                                   invocation);
  return TRUE;
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;

  if (im_account_set_info_finish (IM_ACCOUNT (source), result, &error))
    {
      g_dbus_method_invocation_return_value (invocation, NULL);
      return;
    }
  /* A server without vCards has its own name here. */
  if (g_error_matches (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE))
    error->code = IM_ERROR_NOT_IMPLEMENTED;
  g_dbus_method_invocation_take_error (invocation, error);
}

static gboolean
handle_set_contact_info_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *info)
{
  if (cm_connection_check_connected (self, invocation))
    im_account_set_info_async (cm_connection_get_account (self), info, set_cb, invocation);
  return TRUE;
}

static void
contacts_changed_cb (CmConnection *self, GPtrArray *contacts, GArray *changes, ImAccount *account)
{
  TpConnectionInterfaceContactInfo *skeleton =
      cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_CONTACT_INFO);

  for (guint i = 0; i < contacts->len; i++)
    if ((g_array_index (changes, ImContactChange, i) & IM_CONTACT_INFO) != 0 &&
        im_contact_get_info (contacts->pdata[i]) != NULL)
      tp_connection_interface_contact_info_emit_contact_info_changed (
          skeleton, cm_handles_ensure (cm_connection_get_handles (self), contacts->pdata[i]),
          im_contact_get_info (contacts->pdata[i]));
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  GVariant *info = im_contact_get_info (contact);

  if (info != NULL)
    cm_packer_add_entry (attributes, INTERFACE "/info", info);
}

static void
add_types (GVariantBuilder *builder, const ImInfoField *field)
{
  g_variant_builder_open (builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; field->types != NULL && field->types[i] != NULL; i++)
    {
      g_autofree char *type = g_strconcat ("type=", field->types[i], NULL);

      g_variant_builder_add (builder, "s", type);
    }
  g_variant_builder_close (builder);
}

/* (transfer floating) a(sasuu) */
static GVariant *
new_supported_fields (CmConnection *self)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sasuu)"));

  for (const ImInfoField *field = im_account_get_info_fields (cm_connection_get_account (self));
       field->name != NULL; field++)
    {
      g_variant_builder_open (&builder, G_VARIANT_TYPE ("(sasuu)"));
      g_variant_builder_add (&builder, "s", field->name);
      add_types (&builder, field);
      g_variant_builder_add (&builder, "u", field->types == NULL ? PARAMETERS_EXACT : 0u);
      g_variant_builder_add (&builder, "u", field->max > 0 ? field->max : G_MAXUINT32);
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

/* What there really is, is said when there is a connection, and does not change before its end. */
static void
state_cb (CmConnection *self)
{
  TpConnectionInterfaceContactInfo *skeleton =
      cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_CONTACT_INFO);
  ImAccount *account = cm_connection_get_account (self);

  if (im_account_get_state (account) != IM_ACCOUNT_ONLINE || im_account_can_set_info (account))
    return;
  tp_connection_interface_contact_info_set_contact_info_flags (skeleton, 0);
  tp_connection_interface_contact_info_set_supported_fields (
      skeleton, g_variant_new_array (G_VARIANT_TYPE ("(sasuu)"), NULL, 0));
}

void
cm_connection_add_contact_info (CmConnection *self)
{
  TpConnectionInterfaceContactInfo *skeleton = tp_connection_interface_contact_info_skeleton_new ();

  tp_connection_interface_contact_info_set_contact_info_flags (skeleton, CAN_SET);
  tp_connection_interface_contact_info_set_supported_fields (skeleton, new_supported_fields (self));
  g_signal_connect_object (skeleton, "handle-get-contact-info",
                           G_CALLBACK (handle_get_contact_info_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-refresh-contact-info",
                           G_CALLBACK (handle_refresh_contact_info_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-request-contact-info",
                           G_CALLBACK (handle_request_contact_info_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-set-contact-info",
                           G_CALLBACK (handle_set_contact_info_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "contacts-changed",
                           G_CALLBACK (contacts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "notify::state", G_CALLBACK (state_cb),
                           self, G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
