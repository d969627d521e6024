/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-connection.c: the connection of an account: who is there, what is said.
 *
 * Mirrors Telepathy's Connection.Interface.ContactList, .ContactGroups, .ContactBlocking,
 * .Aliasing, .Avatars, .SimplePresence and .Requests into the account's contacts, and the text
 * channels' .Messages and .ChatState into its conversations. One subscription of signals for all
 * channels: a channel costs no proxy. */
#include "config.h"

#include "model/linnet-connection-private.h"

#define GROUPS "im.linnet.Groups1"

G_DEFINE_FINAL_TYPE (LinnetConnection, linnet_connection, G_TYPE_OBJECT)

void
linnet_connection_call_at (LinnetConnection *self,
                           const char *path,
                           const char *interface,
                           const char *method,
                           GVariant *arguments,
                           const char *reply,
                           GAsyncReadyCallback callback)
{
  g_dbus_connection_call (self->bus, self->service_name, path, interface, method, arguments,
                          reply != NULL ? G_VARIANT_TYPE (reply) : NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, callback,
                          callback != NULL ? g_object_ref (self) : NULL);
}

/* The reply of a call; NULL if it failed, which is a line in the log, or is no longer wanted. */
GVariant *
linnet_connection_finish (LinnetConnection *self, GAsyncResult *result, const char *what)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (self->bus, result, &error);

  if (reply == NULL)
    g_debug ("%s: %s: %s", self->path, what, error->message);
  if (self->account == NULL)
    g_clear_pointer (&reply, g_variant_unref);
  return reply;
}

static void
self_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = linnet_connection_finish (self, result, "own handle");
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    self->self_handle = g_variant_get_uint32 (value);
}

void
linnet_connection_ask_property (LinnetConnection *self,
                                const char *interface,
                                const char *name,
                                GAsyncReadyCallback callback)
{
  linnet_connection_call_at (self, self->path, "org.freedesktop.DBus.Properties", "Get",
                             g_variant_new ("(ss)", interface, name), "(v)", callback);
}

static void
blocked_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = linnet_connection_finish (self, result, "blocked contacts");
  g_autoptr (GVariant) blocked = NULL;

  if (reply == NULL)
    return;
  blocked = g_variant_get_child_value (reply, 0);
  linnet_account_take_blocked (self->account, blocked);
}

static void
delimiter_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = linnet_connection_finish (self, result, "delimiter of groups");
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    linnet_account_take_group_delimiter (self->account, g_variant_get_string (value, NULL));
}

/* (s interface, a{sv} changed, as invalidated) */
static void
take_changed_properties (LinnetConnection *self, GVariant *arguments)
{
  g_autoptr (GVariant) changed = g_variant_get_child_value (arguments, 1);
  const char *interface, *delimiter;

  g_variant_get_child (arguments, 0, "&s", &interface);
  if (g_str_equal (interface, GROUPS) && g_variant_lookup (changed, "Delimiter", "&s", &delimiter))
    linnet_account_take_group_delimiter (self->account, delimiter);
}

/* An account may leave it to whoever shows the contact list to have it fetched. */
static void
download_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = linnet_connection_finish (self, result, "download of contacts");
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) && !g_variant_get_boolean (value))
    linnet_connection_call_at (self, self->path, CONTACT_LIST, "Download", NULL, NULL, NULL);
}

static void
load (LinnetConnection *self)
{
  linnet_connection_ask_property (self, CONNECTION, "SelfHandle", self_loaded_cb);
  linnet_connection_ask_property (self, CONTACT_LIST, "DownloadAtConnection", download_loaded_cb);
  linnet_connection_ask_property (self, REQUESTS, "Channels", linnet_connection_channels_loaded_cb);
  linnet_connection_load_contacts (self);
  linnet_connection_ask_property (self, GROUPS, "Delimiter", delimiter_loaded_cb);
  linnet_connection_call_at (self, self->path, CONTACT_BLOCKING, "RequestBlockedContacts", NULL,
                             "(a{us})", blocked_loaded_cb);
  linnet_account_extensions_ready (self->account);
}

static void
status_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = linnet_connection_finish (self, result, "status");
  guint32 status;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(u)", &status);
  if (status == 0)
    load (self);
}

static void
connection_signal_cb (GDBusConnection *bus,
                      const char *sender,
                      const char *path,
                      const char *interface,
                      const char *member,
                      GVariant *arguments,
                      gpointer data)
{
  LinnetConnection *self = data;
  const GVariantType *type = g_variant_get_type (arguments);
  const char *old, *fresh;
  guint32 number;

#define IS(name, signature) \
  (g_str_equal (member, name) && g_variant_type_equal (type, G_VARIANT_TYPE (signature)))
  if (self->account == NULL)
    return;
  if (IS ("PresencesChanged", "(a{u(uss)})"))
    linnet_connection_presences_changed (self, arguments);
  else if (IS ("ContactsChangedWithID", "(a{u(uus)}a{us}a{us})"))
    linnet_connection_contact_list_changed (self, arguments);
  else if (IS ("Changed", "(a{sx})"))
    linnet_connection_idle_changed (self, arguments);
  else if (IS ("AliasesChanged", "(a(us))"))
    linnet_connection_aliases_changed (self, arguments);
  else if (IS ("AvatarUpdated", "(us)"))
    linnet_connection_avatar_updated (self, arguments);
  else if (IS ("AvatarRetrieved", "(usays)"))
    linnet_connection_avatar_retrieved (self, arguments);
  else if (IS ("BlockedContactsChanged", "(a{us}a{us})"))
    linnet_account_blocked_changed (self->account, arguments);
  else if (IS ("GroupsChanged", "(auasas)"))
    linnet_connection_groups_changed (self, arguments);
  else if (IS ("GroupsCreated", "(as)"))
    linnet_connection_groups_created (self, arguments);
  else if (IS ("GroupsRemoved", "(as)"))
    linnet_connection_groups_removed (self, arguments);
  else if (IS ("PropertiesChanged", "(sa{sv}as)"))
    take_changed_properties (self, arguments);
  else if (IS ("GroupRenamed", "(ss)"))
    {
      g_variant_get (arguments, "(&s&s)", &old, &fresh);
      linnet_connection_group_replaced (self, old, fresh);
      linnet_account_group_renamed (self->account, old, fresh);
    }
  else if (IS ("ContactListStateChanged", "(u)"))
    {
      g_variant_get (arguments, "(u)", &number);
      if (number == 3)
        linnet_connection_load_contacts (self);
    }
  else if (IS ("StatusChanged", "(uu)"))
    {
      g_variant_get_child (arguments, 0, "u", &number);
      if (number == 0)
        load (self);
    }
  else if (IS ("NewChannels", "(a(oa{sv}))"))
    {
      g_autoptr (GVariant) channels = g_variant_get_child_value (arguments, 0);

      linnet_connection_take_channels (self, channels);
    }
  else if (IS ("ChannelClosed", "(o)"))
    {
      g_variant_get (arguments, "(&o)", &old);
      linnet_connection_forget_channel (self, old);
    }
#undef IS
}

static void
linnet_connection_dispose (GObject *object)
{
  LinnetConnection *self = LINNET_CONNECTION (object);
  GHashTableIter iter;
  gpointer path;

  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (self->signals); i++)
    if (self->signals[i] != 0)
      {
        g_dbus_connection_signal_unsubscribe (self->bus, self->signals[i]);
        self->signals[i] = 0;
      }
  for (g_hash_table_iter_init (&iter, self->channels); g_hash_table_iter_next (&iter, &path, NULL);
       g_hash_table_iter_init (&iter, self->channels))
    {
      g_autofree char *copy = g_strdup (path);

      linnet_connection_forget_channel (self, copy);
    }
  linnet_connection_drop_avatars (self);
  g_hash_table_remove_all (self->by_handle);
  g_clear_weak_pointer (&self->account);
  G_OBJECT_CLASS (linnet_connection_parent_class)->dispose (object);
}

static void
linnet_connection_finalize (GObject *object)
{
  LinnetConnection *self = LINNET_CONNECTION (object);

  g_clear_pointer (&self->by_handle, g_hash_table_unref);
  g_clear_pointer (&self->awaited, g_hash_table_unref);
  g_clear_pointer (&self->wanted_avatars, g_array_unref);
  g_clear_pointer (&self->channels, g_hash_table_unref);
  g_clear_pointer (&self->handled, g_hash_table_unref);
  g_clear_pointer (&self->service_name, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (linnet_connection_parent_class)->finalize (object);
}

static void
linnet_connection_class_init (LinnetConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = linnet_connection_dispose;
  object_class->finalize = linnet_connection_finalize;
}

static void
linnet_connection_init (LinnetConnection *self)
{
  self->cancellable = g_cancellable_new ();
  self->wanted_avatars = g_array_new (FALSE, FALSE, sizeof (guint));
  g_queue_init (&self->undecoded);
  self->by_handle = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->awaited = g_hash_table_new (NULL, NULL);
  self->channels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->handled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * linnet_connection_new:
 * @account: whose connection it is
 * @bus: the bus
 * @service_name: the unique name of telepathy-linnet
 * @path: its object path
 *
 * Returns: (transfer full): a mirror, which fills the account's lists as soon as it is connected
 */
LinnetConnection *
linnet_connection_new (LinnetAccount *account,
                       GDBusConnection *bus,
                       const char *service_name,
                       const char *path)
{
  LinnetConnection *self = g_object_new (LINNET_TYPE_CONNECTION, NULL);

  g_set_weak_pointer (&self->account, account);
  self->bus = g_object_ref (bus);
  self->service_name = g_strdup (service_name);
  self->path = g_strdup (path);
  self->signals[0] = g_dbus_connection_signal_subscribe (bus, service_name, NULL, NULL, path, NULL,
                                                         G_DBUS_SIGNAL_FLAGS_NONE,
                                                         connection_signal_cb, self, NULL);
  self->signals[1] = g_dbus_connection_signal_subscribe (
      bus, service_name, MESSAGES, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      linnet_connection_messages_signal_cb, self, NULL);
  self->signals[2] = g_dbus_connection_signal_subscribe (
      bus, service_name, CHAT_STATE, NULL, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      linnet_connection_chat_state_signal_cb, self, NULL);
  linnet_connection_call_at (self, path, CONNECTION, "GetStatus", NULL, "(u)", status_loaded_cb);
  return self;
}

/**
 * linnet_connection_get_path:
 * @self: a connection
 *
 * Returns: its object path
 */
const char *
linnet_connection_get_path (LinnetConnection *self)
{
  g_return_val_if_fail (LINNET_IS_CONNECTION (self), NULL);
  return self->path;
}

/**
 * linnet_connection_call:
 * @self: a connection
 * @interface: the interface behind "org.freedesktop.Telepathy.Connection.Interface.", or the whole
 *   name of one of ours
 * @method: the method
 * @arguments: (transfer floating): its arguments
 * @callback: (scope async): gets the GDBusConnection and a result for
 * g_dbus_connection_call_finish()
 * @data: for @callback
 */
void
linnet_connection_call (LinnetConnection *self,
                        const char *interface,
                        const char *method,
                        GVariant *arguments,
                        GAsyncReadyCallback callback,
                        gpointer data)
{
  gboolean is_ours = g_str_has_prefix (interface, "im.linnet.");
  g_autofree char *whole = g_strconcat (is_ours ? "" : CONNECTION ".Interface.", interface, NULL);

  g_return_if_fail (LINNET_IS_CONNECTION (self));
  g_dbus_connection_call (self->bus, self->service_name, self->path, whole, method, arguments, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, callback, data);
}

static void
handle_asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  guint32 handle;

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_variant_get_child (reply, 0, "u", &handle);
  g_task_return_int (task, handle);
}

/**
 * linnet_connection_ask_handle:
 * @self: a connection
 * @address: an address, as typed
 * @callback: (scope async): called when the number is known or the address is none
 * @data: for @callback
 */
void
linnet_connection_ask_handle (LinnetConnection *self,
                              const char *address,
                              GAsyncReadyCallback callback,
                              gpointer data)
{
  static const char *const none[] = { NULL };
  GTask *task = g_task_new (self, self->cancellable, callback, data);

  g_dbus_connection_call (self->bus, self->service_name, self->path, CONTACTS, "GetContactByID",
                          g_variant_new ("(s^as)", address, none), G_VARIANT_TYPE ("(ua{sv})"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, handle_asked_cb,
                          task);
}

/**
 * linnet_connection_ask_handle_finish:
 * @self: a connection
 * @result: the result
 * @error: Telepathy's errors, InvalidHandle for what is no address
 *
 * Returns: the number of the contact with this address; 0 on error
 */
guint
linnet_connection_ask_handle_finish (LinnetConnection *self, GAsyncResult *result, GError **error)
{
  gssize handle = g_task_propagate_int (G_TASK (result), error);

  return handle > 0 ? handle : 0;
}
