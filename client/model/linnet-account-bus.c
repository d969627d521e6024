/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-bus.c: keeps an account in step with the service. Telepathy Account
 *
 * Where telepathy-linnet is the account manager, our own interfaces are on the Account object;
 * under another account manager (Mission Control) they are on the Connection object. */
#include "config.h"

#include "model/linnet-account-private.h"

#include "model/linnet-connection.h"
#include "model/linnet-conversation-private.h"

#define ACCOUNT TELEPATHY "Account"
#define CONVERSATIONS "im.linnet.Conversations1"

static void
properties_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetAccount) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    {
      g_debug ("%s: properties: %s", self->path, error->message);
      return;
    }
  properties = g_variant_get_child_value (reply, 0);
  linnet_account_take_properties (self, properties);
}

static void
account_signal_cb (GDBusConnection *bus,
                   const char *sender,
                   const char *path,
                   const char *interface,
                   const char *member,
                   GVariant *arguments,
                   gpointer data)
{
  LinnetAccount *self = data;
  g_autoptr (GVariant) properties = NULL;

  if (g_str_equal (interface, ACCOUNT) && g_str_equal (member, "AccountPropertyChanged") &&
      g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(a{sv})")))
    {
      properties = g_variant_get_child_value (arguments, 0);
      linnet_account_take_properties (self, properties);
    }
}

static void
extension_signal_cb (GDBusConnection *bus,
                     const char *sender,
                     const char *path,
                     const char *interface,
                     const char *member,
                     GVariant *arguments,
                     gpointer data)
{
  if (g_str_has_prefix (interface, "im.linnet."))
    linnet_account_extension_signal (data, member, arguments);
}

static void
unsubscribe (LinnetAccount *self, guint *id)
{
  if (*id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, *id);
  *id = 0;
}

/**
 * linnet_account_get_extension_name:
 * @self: an account
 *
 * Returns: (nullable): the bus name that has our own interfaces
 */
const char *
linnet_account_get_extension_name (LinnetAccount *self)
{
  return self->own_manager ? self->manager_name : self->service_name;
}

/**
 * linnet_account_get_extension_path:
 * @self: an account
 *
 * Returns: (nullable): the object that has our own interfaces; %NULL while there is none
 */
const char *
linnet_account_get_extension_path (LinnetAccount *self)
{
  if (self->own_manager)
    return self->path;
  return self->connection != NULL ? linnet_connection_get_path (self->connection) : NULL;
}

static void
watch_extensions (LinnetAccount *self)
{
  const char *path = linnet_account_get_extension_path (self);

  unsubscribe (self, &self->extension_signals);
  if (path == NULL || self->service_name == NULL)
    return;
  self->extension_signals = g_dbus_connection_signal_subscribe (
      self->bus, self->service_name, NULL, NULL, path, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      extension_signal_cb, self, NULL);
  linnet_account_load_conversations (self);
}

static void
load (LinnetAccount *self)
{
  unsubscribe (self, &self->account_signals);
  self->account_signals = g_dbus_connection_signal_subscribe (
      self->bus, self->manager_name, ACCOUNT, NULL, self->path, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      account_signal_cb, self, NULL);
  g_dbus_connection_call (
      self->bus, self->manager_name, self->path, "org.freedesktop.DBus.Properties", "GetAll",
      g_variant_new ("(s)", ACCOUNT), G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NONE, -1,
      self->cancellable, properties_loaded_cb, g_object_ref (self));
  if (self->own_manager)
    watch_extensions (self);
}

/**
 * linnet_account_new_on_bus:
 * @bus: the bus
 * @path: the object path of the account
 * @manager_name: the bus name of the account manager
 * @service_name: (nullable): the unique name of telepathy-linnet, if it runs
 * @own_manager: whether both are one
 *
 * Returns: (transfer full): the account, which fills itself
 */
LinnetAccount *
linnet_account_new_on_bus (GDBusConnection *bus,
                           const char *path,
                           const char *manager_name,
                           const char *service_name,
                           gboolean own_manager)
{
  LinnetAccount *self = g_object_new (LINNET_TYPE_ACCOUNT, NULL);

  self->bus = g_object_ref (bus);
  self->path = g_strdup (path);
  self->manager_name = g_strdup (manager_name);
  self->service_name = g_strdup (service_name);
  self->own_manager = own_manager;
  load (self);
  return self;
}

/**
 * linnet_account_service_appeared:
 * @self: an account
 * @manager_name: the bus name of the account manager
 * @service_name: (nullable): the unique name of telepathy-linnet, if it runs
 *
 * The service runs again: everything is asked for anew.
 */
void
linnet_account_service_appeared (LinnetAccount *self,
                                 const char *manager_name,
                                 const char *service_name)
{
  g_free (self->manager_name);
  self->manager_name = g_strdup (manager_name);
  g_free (self->service_name);
  self->service_name = g_strdup (service_name);
  load (self);
}

/**
 * linnet_account_service_vanished:
 * @self: an account
 *
 * The service has ended. What was said stays to be read.
 */
void
linnet_account_service_vanished (LinnetAccount *self)
{
  g_clear_pointer (&self->service_name, g_free);
  unsubscribe (self, &self->account_signals);
  unsubscribe (self, &self->extension_signals);
  linnet_account_take_connection (self, "/");
  linnet_account_set_state (self, LINNET_CONNECTION_DISCONNECTED);
  linnet_account_set_presence_now (self, LINNET_PRESENCE_OFFLINE, NULL);
}

static void
set_contacts_offline (LinnetAccount *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->contacts)); i++)
    {
      g_autoptr (LinnetContact) contact = g_list_model_get_item (G_LIST_MODEL (self->contacts), i);

      linnet_contact_set_handle (contact, 0);
      linnet_contact_set_presence (contact, LINNET_PRESENCE_UNKNOWN, NULL);
      linnet_contact_set_idle_since (contact, 0);
      linnet_contact_set_approved (contact, FALSE); /* the next list says so again */
    }
}

/**
 * linnet_account_take_connection:
 * @self: an account
 * @path: the object path of its connection, "/" for none
 */
void
linnet_account_take_connection (LinnetAccount *self, const char *path)
{
  const char *old = self->connection != NULL ? linnet_connection_get_path (self->connection) : "/";

  if (g_str_equal (old, path))
    return;
  if (self->connection != NULL)
    {
      linnet_account_end_sign_in (self);
      g_object_run_dispose (G_OBJECT (self->connection));
      g_clear_object (&self->connection);
      set_contacts_offline (self);
      linnet_account_forget_blocked (self);
    }
  if (!g_str_equal (path, "/") && self->service_name != NULL)
    self->connection = linnet_connection_new (self, self->bus, self->service_name, path);
  if (!self->own_manager)
    watch_extensions (self);
}

/**
 * linnet_account_extensions_ready:
 * @self: an account
 *
 * The connection is up: what is open in a window gets its channel.
 */
void
linnet_account_extensions_ready (LinnetAccount *self)
{
  GListModel *conversations = G_LIST_MODEL (self->conversations);

  for (guint i = 0; i < g_list_model_get_n_items (conversations); i++)
    {
      g_autoptr (LinnetConversation) conversation = g_list_model_get_item (conversations, i);

      if (linnet_conversation_get_active (conversation))
        linnet_account_conversation_active (self, conversation);
    }
}

static void
logged_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree char *what = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    g_debug ("%s: %s", what, error->message);
}

/**
 * linnet_account_call_conversations:
 * @self: an account
 * @method: a method of im.linnet.Conversations1
 * @arguments: (transfer floating): its arguments
 *
 * A failure is a line in the log: the list shows how things are.
 */
void
linnet_account_call_conversations (LinnetAccount *self, const char *method, GVariant *arguments)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (arguments);

  if (self->bus == NULL || linnet_account_get_extension_name (self) == NULL ||
      linnet_account_get_extension_path (self) == NULL)
    return;
  g_dbus_connection_call (self->bus, linnet_account_get_extension_name (self),
                          linnet_account_get_extension_path (self), CONVERSATIONS, method, owned,
                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, logged_cb, g_strdup (method));
}

/**
 * linnet_account_call_channel:
 * @self: an account
 * @channel: a channel of its connection
 * @interface: the interface
 * @method: the method
 * @arguments: (nullable) (transfer floating): its arguments
 */
void
linnet_account_call_channel (LinnetAccount *self,
                             const char *channel,
                             const char *interface,
                             const char *method,
                             GVariant *arguments)
{
  g_autoptr (GVariant) owned = arguments != NULL ? g_variant_ref_sink (arguments) : NULL;

  if (self->bus == NULL || self->service_name == NULL)
    return;
  g_dbus_connection_call (self->bus, self->service_name, channel, interface, method, owned, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, logged_cb, g_strdup (method));
}

/**
 * linnet_account_conversation_active:
 * @self: an account
 * @conversation: one of its conversations that was opened in a window, or left
 *
 * While somebody interacts there is a channel, and it is ours.
 */
void
linnet_account_conversation_active (LinnetAccount *self, LinnetConversation *conversation)
{
  if (linnet_conversation_get_active (conversation) && conversation->channel == NULL &&
      self->state == LINNET_CONNECTION_CONNECTED)
    linnet_account_call_conversations (
        self, "Open", g_variant_new ("(sxs)", conversation->id, G_MAXINT64, LINNET_CLIENT_NAME));
}

/* Called by dispose. */
void
linnet_account_leave_bus (LinnetAccount *self)
{
  if (self->bus == NULL)
    return;
  linnet_account_end_sign_in (self);
  linnet_account_forget_password (self);
  unsubscribe (self, &self->account_signals);
  unsubscribe (self, &self->extension_signals);
  if (self->connection != NULL)
    g_object_run_dispose (G_OBJECT (self->connection));
  g_clear_object (&self->connection);
  g_clear_object (&self->bus);
}
