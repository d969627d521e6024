/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-location.c: where contacts are, if they tell. Telepathy:
 * Connection.Interface.Location
 *
 * Who sees our presence sees our location: another way to choose who may is refused, so that nobody
 * thinks that fewer people see it than do. */
#include "bus/cm-connection-private.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.Location"
#define CAN_SET 1
/* Rich_Presence_Access_Control_Type: those who may see our presence. */
#define PUBLISH_LIST 1

typedef struct
{
  TpConnectionInterfaceLocationSkeleton parent_instance;

  GDBusInterfaceVTable vtable; /* the generated one, but for Set */
} CmLocationSkeleton;

typedef TpConnectionInterfaceLocationSkeletonClass CmLocationSkeletonClass;

static GType cm_location_skeleton_get_type (void);
G_DEFINE_TYPE (CmLocationSkeleton,
               cm_location_skeleton,
               TP_TYPE_CONNECTION_INTERFACE_LOCATION_SKELETON)

static gboolean
set_property_cb (GDBusConnection *bus,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *property,
                 GVariant *value,
                 GError **error,
                 gpointer user_data)
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

static GDBusInterfaceVTable *
cm_location_skeleton_get_vtable (GDBusInterfaceSkeleton *skeleton)
{
  CmLocationSkeleton *self = (CmLocationSkeleton *) skeleton;

  self->vtable =
      *G_DBUS_INTERFACE_SKELETON_CLASS (cm_location_skeleton_parent_class)->get_vtable (skeleton);
  self->vtable.set_property = set_property_cb;
  return &self->vtable;
}

static void
cm_location_skeleton_class_init (CmLocationSkeletonClass *klass)
{
  G_DBUS_INTERFACE_SKELETON_CLASS (klass)->get_vtable = cm_location_skeleton_get_vtable;
}

static void
cm_location_skeleton_init (CmLocationSkeleton *self)
{
}

/* (transfer floating) */
static GVariant *
new_location (ImContact *contact)
{
  GVariant *location = im_contact_get_fact (contact, IM_FACT_LOCATION);

  return location != NULL ? location : g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0);
}

static gboolean
handle_get_locations_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *handles)
{
  g_autoptr (GPtrArray) contacts = cm_connection_check_contacts (self, invocation, handles);
  GVariantBuilder builder;

  if (contacts == NULL)
    return TRUE;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ua{sv}}"));
  for (guint i = 0; i < contacts->len; i++)
    if (im_contact_get_fact (contacts->pdata[i], IM_FACT_LOCATION) != NULL)
      g_variant_builder_add (&builder, "{u@a{sv}}", im_contact_get_handle (contacts->pdata[i]),
                             new_location (contacts->pdata[i]));
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a{ua{sv}})", &builder));
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
  g_autoptr (GError) error = NULL;
  ImContact *contact;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  contact = cm_handles_get (cm_connection_get_handles (self), handle, &error);
  if (contact == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    im_account_request_fact_async (cm_connection_get_account (self), contact, IM_FACT_LOCATION,
                                   requested_cb, invocation);
  return TRUE;
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
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
                                   set_cb, invocation);
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

void
cm_connection_add_location (CmConnection *self)
{
  TpConnectionInterfaceLocation *skeleton = g_object_new (cm_location_skeleton_get_type (), NULL);

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
  cm_connection_add_attributes (self, INTERFACE, add_attributes);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
