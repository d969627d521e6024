/* SPDX-License-Identifier: GPL-3.0-or-later */
/* client.c: a program that observes, approves or handles channels */
#include "client.h"

static const char xml[] =
    "<node>"
    "<interface name='" CLIENT "'><property name='Interfaces' type='as' access='read'/></interface>"
    "<interface name='" OBSERVER "'>"
    "<property name='ObserverChannelFilter' type='aa{sv}' access='read'/>"
    "<property name='DelayApprovers' type='b' access='read'/>"
    "<property name='Recover' type='b' access='read'/>"
    "<method name='ObserveChannels'><arg type='o'/><arg type='o'/><arg type='a(oa{sv})'/>"
    "<arg type='o'/><arg type='ao'/><arg type='a{sv}'/></method></interface>"
    "<interface name='" APPROVER "'>"
    "<property name='ApproverChannelFilter' type='aa{sv}' access='read'/>"
    "<method name='AddDispatchOperation'><arg type='a(oa{sv})'/><arg type='o'/><arg type='a{sv}'/>"
    "</method></interface>"
    "<interface name='" HANDLER "'>"
    "<property name='HandlerChannelFilter' type='aa{sv}' access='read'/>"
    "<property name='BypassApproval' type='b' access='read'/>"
    "<method name='HandleChannels'><arg type='o'/><arg type='o'/><arg type='a(oa{sv})'/>"
    "<arg type='ao'/><arg type='t'/><arg type='a{sv}'/></method></interface>"
    "<interface name='" CLIENT_REQUESTS "'>"
    "<method name='AddRequest'><arg type='o'/><arg type='a{sv}'/></method>"
    "<method name='RemoveRequest'><arg type='o'/><arg type='s'/><arg type='s'/></method>"
    "</interface>"
    "</node>";

static void
answer (Client *self, GDBusMethodInvocation *invocation)
{
  if (self->failure != NULL)
    g_dbus_method_invocation_return_dbus_error (invocation, self->failure, "No");
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
method_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *arguments,
           GDBusMethodInvocation *invocation,
           gpointer user_data)
{
  Client *self = user_data;

  g_ptr_array_add (self->calls, g_object_ref (invocation));
  if (!self->is_holding)
    answer (self, invocation);
}

static GVariant *
property_cb (GDBusConnection *bus,
             const char *sender,
             const char *path,
             const char *interface,
             const char *property,
             GError **error,
             gpointer user_data)
{
  Client *self = user_data;

  if (g_str_equal (property, "Interfaces"))
    return g_variant_new_strv ((const char *const *) self->interfaces, -1);
  if (strstr (property, "Filter") == NULL)
    return g_variant_new_boolean (
        g_strv_contains ((const char *const *) self->interfaces, property));
  if (g_strv_contains ((const char *const *) self->interfaces, SIGNS_IN))
    return fixture_parse ("aa{sv}", "[{'" CHANNEL ".ChannelType': <'" SERVER_AUTHENTICATION "'>},"
                                    " {'" CHANNEL ".ChannelType': <'" SERVER_TLS "'>}]");
  return fixture_parse ("aa{sv}", "[{'" CHANNEL ".ChannelType': <'" TEXT "'>}]");
}

Client *
client_new (Fixture *fixture, const char *name, const char *interfaces)
{
  static const GDBusInterfaceVTable vtable = { method_cb, property_cb, NULL, { NULL } };
  Client *self = g_new0 (Client, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, &error);
  g_autofree char *path = g_strconcat (TP_PATH "Client/", name, NULL);
  g_autoptr (GVariant) reply = NULL;

  g_assert_no_error (error);
  self->fixture = fixture;
  self->name = g_strconcat (CLIENT ".", name, NULL);
  self->interfaces = g_strsplit (interfaces, " ", -1);
  self->calls = g_ptr_array_new_with_free_func (g_object_unref);
  self->bus =
      g_dbus_connection_new_for_address_sync (fixture->address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (self->object_ids); i++)
    {
      self->object_ids[i] = g_dbus_connection_register_object (self->bus, path, node->interfaces[i],
                                                               &vtable, self, NULL, &error);
      g_assert_no_error (error);
    }
  reply = g_dbus_connection_call_sync (
      self->bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
      g_variant_new ("(su)", self->name, 4), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  fixture_sync (fixture);
  return self;
}

void
client_free (Client *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->object_ids); i++)
    g_dbus_connection_unregister_object (self->bus, self->object_ids[i]);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_object_unref (self->bus);
  /* An answer would have taken them. */
  for (guint i = 0; self->is_holding && i < self->calls->len; i++)
    g_object_unref (g_ptr_array_index (self->calls, i));
  g_ptr_array_unref (self->calls);
  g_strfreev (self->interfaces);
  g_free (self->name);
  g_free (self);
}

typedef struct
{
  Client *client;
  const char *method;
  guint index;
  GDBusMethodInvocation *found;
} Search;

static gboolean
search (Fixture *fixture, gpointer data)
{
  Search *wanted = data;
  guint n_found = 0;

  for (guint i = 0; i < wanted->client->calls->len; i++)
    {
      GDBusMethodInvocation *call = g_ptr_array_index (wanted->client->calls, i);

      if (g_str_equal (g_dbus_method_invocation_get_method_name (call), wanted->method) &&
          n_found++ == wanted->index)
        {
          wanted->found = call;
          return TRUE;
        }
    }
  return FALSE;
}

GVariant *
client_wait (Client *self, const char *method, guint index)
{
  Search wanted = { self, method, index, NULL };
  g_autofree char *what = g_strdup_printf ("%s of %s", method, self->name);

  fixture_wait (self->fixture, search, &wanted, what);
  return g_dbus_method_invocation_get_parameters (wanted.found);
}

guint
client_count (Client *self, const char *method)
{
  Search wanted = { self, method, 0, NULL };

  while (search (self->fixture, &wanted))
    wanted.index++;
  return wanted.index;
}

void
client_answer (Client *self)
{
  self->is_holding = FALSE;
  for (guint i = 0; i < self->calls->len; i++)
    answer (self, g_ptr_array_index (self->calls, i));
}

GVariant *
client_call (Client *self,
             const char *path,
             const char *interface,
             const char *method,
             GVariant *arguments,
             GError **error)
{
  GDBusConnection *bus = self->fixture->bus;
  GVariant *result;

  self->fixture->bus = self->bus;
  result = fixture_try (self->fixture, path, interface, method, arguments, error);
  self->fixture->bus = bus;
  return result;
}
