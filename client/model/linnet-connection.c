/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-connection.c: the connection of an account: who is there, what is said.
 *
 * Mirrors Telepathy's Connection.Interface.ContactList, .ContactGroups, .Aliasing, .SimplePresence
 * and .Requests into the account's contacts, and the text channels' .Messages and .ChatState into
 * its conversations. One subscription of signals for all channels: a channel costs no proxy. */
#include "config.h"

#include "model/linnet-connection.h"

#include "model/linnet-conversation-private.h"

#define CONNECTION TELEPATHY "Connection"
#define CONTACT_LIST CONNECTION ".Interface.ContactList"
#define CONTACT_GROUPS CONNECTION ".Interface.ContactGroups"
#define ALIASING CONNECTION ".Interface.Aliasing"
#define SIMPLE_PRESENCE CONNECTION ".Interface.SimplePresence"
#define CONTACTS CONNECTION ".Interface.Contacts"
#define REQUESTS CONNECTION ".Interface.Requests"
#define CHANNEL TELEPATHY "Channel"
#define CHAT_STATE CHANNEL ".Interface.ChatState"
#define MESSAGES CHANNEL ".Interface.Messages"
#define TEXT CHANNEL ".Type.Text"
#define DELIVERY_REPORT 4

struct _LinnetConnection
{
  GObject parent_instance;

  LinnetAccount *account; /* (weak) */
  GDBusConnection *bus;
  GCancellable *cancellable;
  char *service_name;
  char *path;
  GHashTable *by_handle; /* (owned) handle → LinnetContact, owned */
  GHashTable *channels; /* (owned) object path → LinnetConversation, owned */
  GHashTable *handled; /* (owned) set of object paths of channels that we handle */
  guint signals[3];
  guint self_handle;
  gboolean loading;
};

G_DEFINE_FINAL_TYPE (LinnetConnection, linnet_connection, G_TYPE_OBJECT)

static void
call (LinnetConnection *self,
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
static GVariant *
finish (LinnetConnection *self, GAsyncResult *result, const char *what)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (self->bus, result, &error);

  if (reply == NULL)
    g_debug ("%s: %s: %s", self->path, what, error->message);
  if (self->account == NULL)
    g_clear_pointer (&reply, g_variant_unref);
  return reply;
}

static LinnetContact *
contact_of (LinnetConnection *self, guint handle)
{
  return g_hash_table_lookup (self->by_handle, GUINT_TO_POINTER (handle));
}

static void
take_presence (LinnetConnection *self, guint handle, GVariant *presence)
{
  LinnetContact *contact = contact_of (self, handle);
  const char *status, *text;
  guint32 type;

  if (contact == NULL)
    return;
  g_variant_get (presence, "(u&s&s)", &type, &status, &text);
  linnet_contact_set_presence (contact, linnet_presence_from_telepathy (type), text);
}

static void
take_attributes (LinnetConnection *self, guint handle, GVariant *attributes)
{
  g_autoptr (GVariant) presence = NULL;
  g_autofree const char **groups = NULL;
  const char *address = NULL, *alias = NULL, *text = NULL;
  guint32 subscribe = 0, publish = 0;
  LinnetContact *contact;

  if (!g_variant_lookup (attributes, CONNECTION "/contact-id", "&s", &address) ||
      handle == self->self_handle)
    return;
  contact = linnet_account_ensure_contact (self->account, address);
  linnet_contact_set_handle (contact, handle);
  g_hash_table_insert (self->by_handle, GUINT_TO_POINTER (handle), g_object_ref (contact));
  if (g_variant_lookup (attributes, ALIASING "/alias", "&s", &alias))
    linnet_contact_set_name (contact, alias);
  g_variant_lookup (attributes, CONTACT_LIST "/publish-request", "&s", &text);
  g_variant_lookup (attributes, CONTACT_LIST "/publish", "u", &publish);
  if (g_variant_lookup (attributes, CONTACT_LIST "/subscribe", "u", &subscribe))
    linnet_contact_set_subscription (contact, subscribe, publish, text);
  if (g_variant_lookup (attributes, CONTACT_GROUPS "/groups", "^a&s", &groups))
    linnet_contact_set_groups (contact, groups);
  presence =
      g_variant_lookup_value (attributes, SIMPLE_PRESENCE "/presence", G_VARIANT_TYPE ("(uss)"));
  if (presence != NULL)
    take_presence (self, handle, presence);
}

static void
take_all_attributes (LinnetConnection *self, GVariant *contacts)
{
  GVariantIter iter;
  GVariant *attributes;
  guint32 handle;

  g_variant_iter_init (&iter, contacts);
  while (g_variant_iter_loop (&iter, "{u@a{sv}}", &handle, &attributes))
    take_attributes (self, handle, attributes);
}

/* Contacts that the server no longer lists. */
static void
forget_unlisted (LinnetConnection *self)
{
  GListModel *known = linnet_account_get_contacts (self->account);

  for (guint i = g_list_model_get_n_items (known); i > 0; i--)
    {
      g_autoptr (LinnetContact) contact = g_list_model_get_item (known, i - 1);
      guint handle = linnet_contact_get_handle (contact);

      if (handle == 0 || contact_of (self, handle) != contact)
        linnet_account_remove_contact_row (self->account, contact);
    }
}

static void
contacts_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = finish (self, result, "contact list");
  g_autoptr (GVariant) contacts = NULL;

  self->loading = FALSE;
  if (reply == NULL)
    return;
  contacts = g_variant_get_child_value (reply, 0);
  take_all_attributes (self, contacts);
  forget_unlisted (self);
}

static void
load_contacts (LinnetConnection *self)
{
  static const char *const interfaces[] = { ALIASING, SIMPLE_PRESENCE, CONTACT_LIST, CONTACT_GROUPS,
                                            NULL };

  if (self->loading)
    return;
  self->loading = TRUE;
  call (self, self->path, CONTACT_LIST, "GetContactListAttributes",
        g_variant_new ("(^asb)", interfaces, FALSE), "(a{ua{sv}})", contacts_loaded_cb);
}

static void
attributes_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = finish (self, result, "contact attributes");
  g_autoptr (GVariant) contacts = NULL;

  if (reply == NULL)
    return;
  contacts = g_variant_get_child_value (reply, 0);
  take_all_attributes (self, contacts);
}

/* changed: (a{u(uus)} changes, a{us} identifiers, a{us} removals) */
static void
contact_list_changed (LinnetConnection *self, GVariant *arguments)
{
  static const char *const interfaces[] = { ALIASING, SIMPLE_PRESENCE, CONTACT_LIST, CONTACT_GROUPS,
                                            NULL };
  g_autoptr (GVariantIter) changes = NULL, identifiers = NULL, removals = NULL;
  g_autoptr (GVariantBuilder) fresh = g_variant_builder_new (G_VARIANT_TYPE ("au"));
  const char *address, *text;
  guint32 handle, subscribe, publish;
  gboolean any = FALSE;

  g_variant_get (arguments, "(a{u(uus)}a{us}a{us})", &changes, &identifiers, &removals);
  while (g_variant_iter_loop (changes, "{u(uu&s)}", &handle, &subscribe, &publish, &text))
    {
      LinnetContact *contact = contact_of (self, handle);

      if (contact != NULL)
        {
          linnet_contact_set_subscription (contact, subscribe, publish, text);
          continue;
        }
      g_variant_builder_add (fresh, "u", handle);
      any = TRUE;
    }
  while (g_variant_iter_loop (removals, "{u&s}", &handle, &address))
    {
      LinnetContact *contact = contact_of (self, handle);

      if (contact != NULL)
        linnet_account_remove_contact_row (self->account, contact);
      g_hash_table_remove (self->by_handle, GUINT_TO_POINTER (handle));
    }
  if (any)
    call (self, self->path, CONTACTS, "GetContactAttributes",
          g_variant_new ("(au^asb)", fresh, interfaces, FALSE), "(a{ua{sv}})",
          attributes_loaded_cb);
}

static void
presences_changed (LinnetConnection *self, GVariant *arguments)
{
  g_autoptr (GVariantIter) iter = NULL;
  GVariant *presence;
  guint32 handle;

  g_variant_get (arguments, "(a{u(uss)})", &iter);
  while (g_variant_iter_loop (iter, "{u@(uss)}", &handle, &presence))
    take_presence (self, handle, presence);
}

static void
aliases_changed (LinnetConnection *self, GVariant *arguments)
{
  g_autoptr (GVariantIter) iter = NULL;
  const char *alias;
  guint32 handle;

  g_variant_get (arguments, "(a(us))", &iter);
  while (g_variant_iter_loop (iter, "(u&s)", &handle, &alias))
    if (contact_of (self, handle) != NULL)
      linnet_contact_set_name (contact_of (self, handle), alias);
}

/* Adds groups to a contact and takes others away. */
static void
change_groups (LinnetContact *contact, const char *const *added, const char *const *removed)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) groups = NULL;
  const char *const *old = linnet_contact_get_groups (contact);

  for (guint i = 0; old[i] != NULL; i++)
    if (!g_strv_contains (removed, old[i]) && !g_strv_contains (added, old[i]))
      g_strv_builder_add (builder, old[i]);
  for (guint i = 0; added[i] != NULL; i++)
    g_strv_builder_add (builder, added[i]);
  groups = g_strv_builder_end (builder);
  linnet_contact_set_groups (contact, (const char *const *) groups);
}

static void
groups_changed (LinnetConnection *self, GVariant *arguments)
{
  g_autoptr (GVariantIter) handles = NULL;
  g_autofree const char **added = NULL;
  g_autofree const char **removed = NULL;
  guint32 handle;

  g_variant_get (arguments, "(au^a&s^a&s)", &handles, &added, &removed);
  while (g_variant_iter_next (handles, "u", &handle))
    if (contact_of (self, handle) != NULL)
      change_groups (contact_of (self, handle), added, removed);
}

/* A group that has another name, or none any more. */
static void
group_replaced (LinnetConnection *self, const char *old, const char *new_name)
{
  const char *const removed[] = { old, NULL };
  const char *const added[] = { new_name, NULL };
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init (&iter, self->by_handle);
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    if (g_strv_contains (linnet_contact_get_groups (contact), old))
      change_groups (contact, added, removed);
}

static void
groups_removed (LinnetConnection *self, GVariant *arguments)
{
  g_autofree const char **names = NULL;

  g_variant_get (arguments, "(^a&s)", &names);
  for (guint i = 0; names[i] != NULL; i++)
    group_replaced (self, names[i], NULL);
}

static void
forget_channel (LinnetConnection *self, const char *path)
{
  LinnetConversation *conversation = g_hash_table_lookup (self->channels, path);

  g_hash_table_remove (self->handled, path);
  if (conversation == NULL)
    return;
  if (g_strcmp0 (conversation->channel, path) == 0)
    g_clear_pointer (&conversation->channel, g_free);
  linnet_conversation_set_typing (conversation, linnet_conversation_get_id (conversation),
                                  LINNET_CHAT_STATE_GONE);
  g_hash_table_remove (self->channels, path);
}

static void
take_channel (LinnetConnection *self, const char *path, GVariant *properties)
{
  const char *type = NULL, *target = NULL;
  guint32 target_type = 0;
  LinnetConversation *conversation;

  g_variant_lookup (properties, CHANNEL ".ChannelType", "&s", &type);
  g_variant_lookup (properties, CHANNEL ".TargetHandleType", "u", &target_type);
  if (g_strcmp0 (type, TEXT) != 0 || target_type != 1 ||
      !g_variant_lookup (properties, CHANNEL ".TargetID", "&s", &target) ||
      g_hash_table_contains (self->channels, path))
    return;
  conversation = linnet_account_ensure_conversation (self->account, target);
  g_hash_table_insert (self->channels, g_strdup (path), g_object_ref (conversation));
  g_free (conversation->channel);
  conversation->channel = g_strdup (path);
}

static void
take_channels (LinnetConnection *self, GVariant *channels)
{
  GVariantIter iter;
  GVariant *properties;
  const char *path;

  g_variant_iter_init (&iter, channels);
  while (g_variant_iter_loop (&iter, "(&o@a{sv})", &path, &properties))
    take_channel (self, path, properties);
}

static void
channels_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = finish (self, result, "channels");
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE ("a(oa{sv})")))
    take_channels (self, value);
}

static void
self_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = finish (self, result, "own handle");
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    self->self_handle = g_variant_get_uint32 (value);
}

static void
get_property (LinnetConnection *self,
              const char *interface,
              const char *name,
              GAsyncReadyCallback callback)
{
  call (self, self->path, "org.freedesktop.DBus.Properties", "Get",
        g_variant_new ("(ss)", interface, name), "(v)", callback);
}

static void
load (LinnetConnection *self)
{
  get_property (self, CONNECTION, "SelfHandle", self_loaded_cb);
  get_property (self, REQUESTS, "Channels", channels_loaded_cb);
  load_contacts (self);
  linnet_account_extensions_ready (self->account);
}

static void
status_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetConnection) self = data;
  g_autoptr (GVariant) reply = finish (self, result, "status");
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
    presences_changed (self, arguments);
  else if (IS ("ContactsChangedWithID", "(a{u(uus)}a{us}a{us})"))
    contact_list_changed (self, arguments);
  else if (IS ("AliasesChanged", "(a(us))"))
    aliases_changed (self, arguments);
  else if (IS ("GroupsChanged", "(auasas)"))
    groups_changed (self, arguments);
  else if (IS ("GroupsRemoved", "(as)"))
    groups_removed (self, arguments);
  else if (IS ("GroupRenamed", "(ss)"))
    {
      g_variant_get (arguments, "(&s&s)", &old, &fresh);
      group_replaced (self, old, fresh);
    }
  else if (IS ("ContactListStateChanged", "(u)"))
    {
      g_variant_get (arguments, "(u)", &number);
      if (number == 3)
        load_contacts (self);
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

      take_channels (self, channels);
    }
  else if (IS ("ChannelClosed", "(o)"))
    {
      g_variant_get (arguments, "(&o)", &old);
      forget_channel (self, old);
    }
#undef IS
}

/* A report of delivery is done with as soon as it has come: the history tells what it says. */
static void
acknowledge (LinnetConnection *self, const char *path, GVariant *header)
{
  guint32 id;

  if (g_hash_table_contains (self->handled, path) &&
      g_variant_lookup (header, "pending-message-id", "u", &id))
    call (self, path, TEXT, "AcknowledgePendingMessages",
          g_variant_new ("(@au)",
                         g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &id, 1, sizeof id)),
          NULL, NULL);
}

static void
take_message (LinnetConnection *self, const char *path, GVariant *parts, gboolean outgoing)
{
  LinnetConversation *conversation = g_hash_table_lookup (self->channels, path);
  g_autoptr (GVariant) header = NULL;
  g_autoptr (LinnetMessage) message = NULL;
  guint32 type = 0;

  if (conversation == NULL || g_variant_n_children (parts) == 0)
    return;
  header = g_variant_get_child_value (parts, 0);
  g_variant_lookup (header, "message-type", "u", &type);
  if (type == DELIVERY_REPORT)
    {
      acknowledge (self, path, header);
      return;
    }
  message = outgoing ? linnet_message_new_sent (parts) : linnet_message_new_from_parts (parts);
  if (message == NULL)
    return;
  if (!outgoing)
    linnet_conversation_set_typing (conversation, linnet_conversation_get_id (conversation),
                                    LINNET_CHAT_STATE_ACTIVE);
  linnet_conversation_take_live (conversation, message);
  if (!linnet_message_get_outgoing (message) &&
      linnet_message_get_local_id (message) > conversation->arrived_id)
    {
      conversation->arrived_id = linnet_message_get_local_id (message);
      linnet_account_message_arrived (self->account, conversation, message);
    }
}

typedef struct
{
  LinnetConnection *connection;
  char *path;
} Pending;

/* What waited in a channel when it was given to us. */
static void
pending_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Pending *pending = data;
  g_autofree char *path = pending->path;
  g_autoptr (LinnetConnection) self = pending->connection;
  g_autoptr (GVariant) reply = finish (self, result, "pending messages");
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("aaa{sv}")))
    return;
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) parts = g_variant_get_child_value (value, i);

      take_message (self, path, parts, FALSE);
    }
}

static void
load_pending (LinnetConnection *self, const char *path)
{
  Pending *pending = g_new0 (Pending, 1);

  pending->connection = g_object_ref (self);
  pending->path = g_strdup (path);
  g_dbus_connection_call (self->bus, self->service_name, path, "org.freedesktop.DBus.Properties",
                          "Get", g_variant_new ("(ss)", MESSAGES, "PendingMessages"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          self->cancellable, pending_loaded_cb, pending);
}

static void
messages_signal_cb (GDBusConnection *bus,
                    const char *sender,
                    const char *path,
                    const char *interface,
                    const char *member,
                    GVariant *arguments,
                    gpointer data)
{
  LinnetConnection *self = data;
  const GVariantType *type = g_variant_get_type (arguments);
  g_autoptr (GVariant) parts = NULL;

  if (self->account == NULL || !g_str_has_prefix (path, self->path))
    return;
  if (g_str_equal (member, "MessageReceived") &&
      g_variant_type_equal (type, G_VARIANT_TYPE ("(aa{sv})")))
    {
      parts = g_variant_get_child_value (arguments, 0);
      take_message (self, path, parts, FALSE);
    }
  else if (g_str_equal (member, "MessageSent") &&
           g_variant_type_equal (type, G_VARIANT_TYPE ("(aa{sv}us)")))
    {
      parts = g_variant_get_child_value (arguments, 0);
      take_message (self, path, parts, TRUE);
    }
}

static void
chat_state_signal_cb (GDBusConnection *bus,
                      const char *sender,
                      const char *path,
                      const char *interface,
                      const char *member,
                      GVariant *arguments,
                      gpointer data)
{
  LinnetConnection *self = data;
  LinnetConversation *conversation = g_hash_table_lookup (self->channels, path);
  guint32 handle, state;

  if (conversation == NULL || !g_str_equal (member, "ChatStateChanged") ||
      !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(uu)")))
    return;
  g_variant_get (arguments, "(uu)", &handle, &state);
  if (handle != self->self_handle)
    linnet_conversation_set_typing (conversation, linnet_conversation_get_id (conversation), state);
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

      forget_channel (self, copy);
    }
  g_hash_table_remove_all (self->by_handle);
  g_clear_weak_pointer (&self->account);
  G_OBJECT_CLASS (linnet_connection_parent_class)->dispose (object);
}

static void
linnet_connection_finalize (GObject *object)
{
  LinnetConnection *self = LINNET_CONNECTION (object);

  g_clear_pointer (&self->by_handle, g_hash_table_unref);
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
  self->by_handle = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
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
  self->signals[1] =
      g_dbus_connection_signal_subscribe (bus, service_name, MESSAGES, NULL, NULL, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, messages_signal_cb, self, NULL);
  self->signals[2] = g_dbus_connection_signal_subscribe (bus, service_name, CHAT_STATE, NULL, NULL,
                                                         NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                         chat_state_signal_cb, self, NULL);
  call (self, path, CONNECTION, "GetStatus", NULL, "(u)", status_loaded_cb);
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
 * linnet_connection_handle_channel:
 * @self: a connection
 * @path: the object path of a text channel
 * @properties: its immutable properties
 *
 * From now on we handle this channel, so what waits in it is ours to acknowledge.
 */
void
linnet_connection_handle_channel (LinnetConnection *self, const char *path, GVariant *properties)
{
  g_return_if_fail (LINNET_IS_CONNECTION (self));
  take_channel (self, path, properties);
  if (!g_hash_table_contains (self->channels, path))
    return;
  g_hash_table_add (self->handled, g_strdup (path));
  load_pending (self, path);
}

/**
 * linnet_connection_call:
 * @self: a connection
 * @interface: the interface behind "org.freedesktop.Telepathy.Connection.Interface."
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
  g_autofree char *whole = g_strconcat (CONNECTION ".Interface.", interface, NULL);

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
