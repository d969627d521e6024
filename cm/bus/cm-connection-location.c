/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-location.c: where contacts are, if they tell. Telepathy:
 * Connection.Interface.Location
 *
 * Who sees our presence sees our location: another way to choose who may is refused, so that nobody
 * thinks that fewer people see it than do. */
#include "bus/cm-connection-private.h"

#include "bus/cm-settable-skeleton.h"
#include "im/im-pep.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.Location"
#define CAN_SET 1
/* Rich_Presence_Access_Control_Type: those who may see our presence. */
#define PUBLISH_LIST 1

static gboolean
set_cb (gpointer user_data, const char *property, GVariant *value, GError **error)
{
  guint32 type = 0;

  g_variant_get_child (value, 0, "u", &type);
  if (type == PUBLISH_LIST)
    return TRUE;
  g_set_error_literal (
      error, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED,
      "Whoever may see the presence may see the location; nothing else is offered");
  return FALSE;
}

/* (transfer floating) */
static GVariant *
new_location (ImContact *contact)
{
  GVariant *location = im_contact_get_fact (contact, IM_FACT_LOCATION);

  return location != NULL ? location : g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0);
}

/* NULL: they do not say. */
static GVariant *
get_location (CmConnection *self, ImContact *contact)
{
  return im_contact_get_fact (contact, IM_FACT_LOCATION);
}

static gboolean
handle_get_locations_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *handles)
{
  cm_connection_answer_each (self, invocation, handles, "a{ua{sv}}", get_location);
  return TRUE;
}

static void
requested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) location =
      im_account_request_fact_finish (IM_ACCOUNT (source), result, &error);

  if (location != NULL)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@a{sv})", location));
  else
    g_dbus_method_invocation_take_error (invocation, error);
}

static gboolean
handle_request_location_cb (CmConnection *self, GDBusMethodInvocation *invocation, guint handle)
{
  ImContact *contact = cm_connection_check_contact (self, invocation, handle);

  if (contact != NULL)
    im_account_request_fact_async (cm_connection_get_account (self), contact, IM_FACT_LOCATION,
                                   requested_cb, invocation);
  return TRUE;
}

static void
published_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GError *error = NULL;

  if (im_account_publish_fact_finish (IM_ACCOUNT (source), result, &error))
    {
      g_dbus_method_invocation_return_value (invocation, NULL);
      return;
    }
  /* A server without such a thing has its own name here. */
  if (g_error_matches (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE))
    error->code = IM_ERROR_NOT_IMPLEMENTED;
  g_dbus_method_invocation_take_error (invocation, error);
}

static gboolean
handle_set_location_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *location)
{
  if (cm_connection_check_connected (self, invocation))
    im_account_publish_fact_async (cm_connection_get_account (self), IM_FACT_LOCATION, location,
                                   published_cb, invocation);
  return TRUE;
}

static void
contacts_changed_cb (CmConnection *self, GPtrArray *contacts, GArray *changes, ImAccount *account)
{
  TpConnectionInterfaceLocation *skeleton =
      cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_LOCATION);

  for (guint i = 0; i < contacts->len; i++)
    if (g_array_index (changes, ImContactChange, i) & IM_CONTACT_FACT (IM_FACT_LOCATION))
      tp_connection_interface_location_emit_location_updated (
          skeleton, cm_handles_ensure (cm_connection_get_handles (self), contacts->pdata[i]),
          new_location (contacts->pdata[i]));
}

static void
add_attributes (CmConnection *self, ImContact *contact, CmPacker *attributes)
{
  GVariant *location = im_contact_get_fact (contact, IM_FACT_LOCATION);

  if (location != NULL)
    cm_packer_add_entry (attributes, INTERFACE "/location", location);
}

/* It is published by personal eventing, if at all. */
static void
state_cb (CmConnection *self)
{
  ImAccount *account = cm_connection_get_account (self);

  if (im_account_get_state (account) == IM_ACCOUNT_ONLINE && !im_pep_is_possible (account))
    tp_connection_interface_location_set_supported_location_features (
        cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_LOCATION), 0);
}

void
cm_connection_add_location (CmConnection *self)
{
  TpConnectionInterfaceLocation *skeleton =
      cm_settable_skeleton_new (TP_TYPE_CONNECTION_INTERFACE_LOCATION_SKELETON, set_cb, self);

  tp_connection_interface_location_set_location_access_control_types (
      skeleton, g_variant_new_parsed ("[@u 1]"));
  tp_connection_interface_location_set_location_access_control (
      skeleton, g_variant_new_parsed ("(@u 1, <''>)"));
  tp_connection_interface_location_set_supported_location_features (skeleton, CAN_SET);
  g_signal_connect_object (skeleton, "handle-get-locations", G_CALLBACK (handle_get_locations_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-request-location",
                           G_CALLBACK (handle_request_location_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (skeleton, "handle-set-location", G_CALLBACK (handle_set_location_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "contacts-changed",
                           G_CALLBACK (contacts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (self), "notify::state", G_CALLBACK (state_cb),
                           self, G_CONNECT_SWAPPED);
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
