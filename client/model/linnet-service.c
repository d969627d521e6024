/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-service.c: what the window knows: accounts and their conversations. Telepathy
 * AccountManager
 *
 * telepathy-linnet is started by activation of im.linnet.Service. It usually owns the account
 * manager's name as well; where another program does (Mission Control), that one is asked for
 * accounts, and only those of our connection manager count. */
#include "config.h"

#include "model/linnet-service-private.h"

#include <string.h>

#include <glib/gi18n.h>

#include "model/linnet-account-private.h"
#include "model/linnet-conversation-list.h"
#include "model/linnet-conversation-private.h"

#define OUR_ACCOUNTS "/org/freedesktop/Telepathy/Account/linnet/"
#define RESTART_DELAY_MS 1000
#define RESTARTS_MAX 5

enum
{
  PROP_STATE = 1,
  PROP_ACCOUNTS,
  PROP_CONVERSATIONS,
  N_PROPS
};

enum
{
  SIGNAL_MESSAGE_ARRIVED,
  SIGNAL_CONVERSATION_WANTED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_ENUM_TYPE (LinnetServiceState,
                    linnet_service_state,
                    G_DEFINE_ENUM_VALUE (LINNET_SERVICE_STARTING, "starting"),
                    G_DEFINE_ENUM_VALUE (LINNET_SERVICE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (LINNET_SERVICE_GONE, "gone"),
                    G_DEFINE_ENUM_VALUE (LINNET_SERVICE_MISSING, "missing"))
G_DEFINE_FINAL_TYPE (LinnetService, linnet_service, G_TYPE_OBJECT)

static void
message_arrived_cb (LinnetService *self, LinnetConversation *conversation, LinnetMessage *message)
{
  g_signal_emit (self, signals[SIGNAL_MESSAGE_ARRIVED], 0, conversation, message);
}

static void
remove_account (LinnetService *self, const char *path)
{
  guint at;
  LinnetAccount *account = linnet_service_lookup_account (self, path);

  if (account == NULL || !g_list_store_find (self->accounts, account, &at))
    return;
  linnet_account_leave_bus (account);
  g_list_store_remove (self->accounts, at);
}

static void
manager_signal_cb (GDBusConnection *bus,
                   const char *sender,
                   const char *object_path,
                   const char *interface,
                   const char *member,
                   GVariant *arguments,
                   gpointer data)
{
  LinnetService *self = data;
  const char *path;

  if (g_str_equal (member, "AccountValidityChanged") &&
      g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ob)")))
    {
      g_variant_get_child (arguments, 0, "&o", &path);
      if (g_str_has_prefix (path, OUR_ACCOUNTS))
        linnet_service_ensure_account (self, path);
    }
  else if (g_str_equal (member, "AccountRemoved") &&
           g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(o)")))
    {
      g_variant_get (arguments, "(&o)", &path);
      remove_account (self, path);
    }
}

static void
take_accounts (LinnetService *self, GVariant *properties, const char *name, GHashTable *seen)
{
  g_autofree const char **paths = NULL;

  if (!g_variant_lookup (properties, name, "^a&o", &paths))
    return;
  for (guint i = 0; paths[i] != NULL; i++)
    {
      LinnetAccount *account;

      if (!g_str_has_prefix (paths[i], OUR_ACCOUNTS))
        continue;
      g_hash_table_add (seen, g_strdup (paths[i]));
      account = linnet_service_lookup_account (self, paths[i]);
      if (account == NULL)
        linnet_service_ensure_account (self, paths[i]);
      else
        linnet_account_service_appeared (account, self->manager_name, self->service_name);
    }
}

static void
manager_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetService) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (reply == NULL)
    {
      g_debug ("account manager: %s", error->message);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        linnet_service_set_state (self, LINNET_SERVICE_MISSING);
      return;
    }
  properties = g_variant_get_child_value (reply, 0);
  take_accounts (self, properties, "ValidAccounts", seen);
  take_accounts (self, properties, "InvalidAccounts", seen);
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i > 0; i--)
    {
      g_autoptr (LinnetAccount) account =
          g_list_model_get_item (G_LIST_MODEL (self->accounts), i - 1);

      if (!g_hash_table_contains (seen, linnet_account_get_path (account)))
        remove_account (self, linnet_account_get_path (account));
    }
  self->restarts = 0;
  linnet_service_set_state (self, LINNET_SERVICE_READY);
}

static void
load (LinnetService *self)
{
  if (self->manager_signals != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->manager_signals);
  self->manager_name = self->own_manager ? SERVICE_NAME : MANAGER;
  self->manager_signals = g_dbus_connection_signal_subscribe (
      self->bus, self->manager_name, MANAGER, NULL, MANAGER_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
      manager_signal_cb, self, NULL);
  g_dbus_connection_call (
      self->bus, self->manager_name, MANAGER_PATH, "org.freedesktop.DBus.Properties", "GetAll",
      g_variant_new ("(s)", MANAGER), G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NONE, -1,
      self->cancellable, manager_loaded_cb, g_object_ref (self));
}

static void
owner_known_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetService) self = data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  const char *owner = NULL;

  if (g_cancellable_is_cancelled (self->cancellable) || self->service_name == NULL)
    return;
  if (reply != NULL)
    g_variant_get (reply, "(&s)", &owner);
  /* Without any owner the service is about to take the name. */
  self->own_manager = owner == NULL || g_str_equal (owner, self->service_name);
  load (self);
}

static void
service_appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  LinnetService *self = data;

  g_free (self->service_name);
  self->service_name = g_strdup (owner);
  g_clear_handle_id (&self->restart_source, g_source_remove);
  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "GetNameOwner", g_variant_new ("(s)", MANAGER),
                          G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable,
                          owner_known_cb, g_object_ref (self));
}

static gboolean
restart_cb (gpointer data)
{
  LinnetService *self = data;

  self->restart_source = 0;
  linnet_service_restart (self);
  return G_SOURCE_REMOVE;
}

/* Whether any account was to be online when the service ended. */
static gboolean
is_needed (LinnetService *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (LinnetAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      if (linnet_account_get_enabled (account) &&
          linnet_account_get_requested_presence (account) != LINNET_PRESENCE_OFFLINE)
        return TRUE;
    }
  return FALSE;
}

static void
service_vanished_cb (GDBusConnection *bus, const char *name, gpointer data)
{
  LinnetService *self = data;
  gboolean needed = is_needed (self);

  if (self->service_name == NULL)
    {
      /* It was never there, and activation has failed. */
      linnet_service_set_state (self, LINNET_SERVICE_MISSING);
      return;
    }
  g_clear_pointer (&self->service_name, g_free);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (LinnetAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      linnet_account_service_vanished (account);
    }
  linnet_service_set_state (self, LINNET_SERVICE_GONE);
  /* It leaves by itself when nobody wants to be online; the next call wakes it. */
  if (needed && self->restarts++ < RESTARTS_MAX && self->restart_source == 0)
    self->restart_source = g_timeout_add (RESTART_DELAY_MS * self->restarts, restart_cb, self);
}

static void
linnet_service_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetService *self = LINNET_SERVICE (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ACCOUNTS:
      g_value_set_object (value, self->accounts);
      break;
    case PROP_CONVERSATIONS:
      g_value_set_object (value, self->conversations);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_service_dispose (GObject *object)
{
  LinnetService *self = LINNET_SERVICE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  g_clear_handle_id (&self->restart_source, g_source_remove);
  if (self->manager_signals != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->manager_signals);
  self->manager_signals = 0;
  g_clear_object (&self->conversations);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (LinnetAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      linnet_account_leave_bus (account);
    }
  g_list_store_remove_all (self->accounts);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (linnet_service_parent_class)->dispose (object);
}

static void
linnet_service_finalize (GObject *object)
{
  LinnetService *self = LINNET_SERVICE (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->service_name, g_free);
  G_OBJECT_CLASS (linnet_service_parent_class)->finalize (object);
}

static void
linnet_service_class_init (LinnetServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_service_get_property;
  object_class->dispose = linnet_service_dispose;
  object_class->finalize = linnet_service_finalize;

  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, LINNET_TYPE_SERVICE_STATE,
                                         LINNET_SERVICE_STARTING, flags);
  props[PROP_ACCOUNTS] = g_param_spec_object ("accounts", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  props[PROP_CONVERSATIONS] =
      g_param_spec_object ("conversations", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SIGNAL_MESSAGE_ARRIVED] =
      g_signal_new ("message-arrived", LINNET_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, LINNET_TYPE_CONVERSATION, LINNET_TYPE_MESSAGE);
  signals[SIGNAL_CONVERSATION_WANTED] =
      g_signal_new ("conversation-wanted", LINNET_TYPE_SERVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, LINNET_TYPE_CONVERSATION);
}

static void
linnet_service_init (LinnetService *self)
{
  self->cancellable = g_cancellable_new ();
  self->accounts = g_list_store_new (LINNET_TYPE_ACCOUNT);
  self->conversations = linnet_conversation_list_new (G_LIST_MODEL (self->accounts));
}

static void
watch (LinnetService *self)
{
  self->watch =
      g_bus_watch_name_on_connection (self->bus, SERVICE_NAME, G_BUS_NAME_WATCHER_FLAGS_AUTO_START,
                                      service_appeared_cb, service_vanished_cb, self, NULL);
}

/**
 * linnet_service_new:
 * @bus: (nullable): the session bus; %NULL in tests
 *
 * Returns: (transfer full): the root of the model; it starts the service and fills itself
 */
LinnetService *
linnet_service_new (GDBusConnection *bus)
{
  LinnetService *self = g_object_new (LINNET_TYPE_SERVICE, NULL);

  if (bus != NULL)
    {
      self->bus = g_object_ref (bus);
      watch (self);
    }
  return self;
}

/**
 * linnet_service_restart:
 * @self: a service
 *
 * Starts telepathy-linnet again, if it does not run.
 */
void
linnet_service_restart (LinnetService *self)
{
  g_return_if_fail (LINNET_IS_SERVICE (self));
  if (self->bus == NULL || self->service_name != NULL)
    return;
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  linnet_service_set_state (self, LINNET_SERVICE_STARTING);
  watch (self);
}

/**
 * linnet_service_get_state:
 * @self: a service
 *
 * Returns: whether telepathy-linnet runs and the accounts are known
 */
LinnetServiceState
linnet_service_get_state (LinnetService *self)
{
  g_return_val_if_fail (LINNET_IS_SERVICE (self), LINNET_SERVICE_MISSING);
  return self->state;
}

/**
 * linnet_service_set_state:
 * @self: a service
 * @state: its state; said by tests
 */
void
linnet_service_set_state (LinnetService *self, LinnetServiceState state)
{
  g_return_if_fail (LINNET_IS_SERVICE (self));
  if (self->state == state)
    return;
  g_debug ("service: state %d", state);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/**
 * linnet_service_get_accounts:
 * @self: a service
 *
 * Returns: (transfer none): all accounts, in no order
 */
GListModel *
linnet_service_get_accounts (LinnetService *self)
{
  g_return_val_if_fail (LINNET_IS_SERVICE (self), NULL);
  return G_LIST_MODEL (self->accounts);
}

/**
 * linnet_service_get_conversations:
 * @self: a service
 *
 * Returns: (transfer none): the conversations of all accounts in use, in the order of the sidebar
 */
GListModel *
linnet_service_get_conversations (LinnetService *self)
{
  g_return_val_if_fail (LINNET_IS_SERVICE (self), NULL);
  return G_LIST_MODEL (self->conversations);
}

/**
 * linnet_service_add_account:
 * @self: a service
 * @account: an account that is not in the list
 */
void
linnet_service_add_account (LinnetService *self, LinnetAccount *account)
{
  g_return_if_fail (LINNET_IS_SERVICE (self) && LINNET_IS_ACCOUNT (account));
  g_signal_connect_object (account, "message-arrived", G_CALLBACK (message_arrived_cb), self,
                           G_CONNECT_SWAPPED);
  g_list_store_append (self->accounts, account);
}

/**
 * linnet_service_lookup_account:
 * @self: a service
 * @path: an object path
 *
 * Returns: (nullable) (transfer none): the account at this path
 */
LinnetAccount *
linnet_service_lookup_account (LinnetService *self, const char *path)
{
  g_return_val_if_fail (LINNET_IS_SERVICE (self), NULL);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (LinnetAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      if (g_strcmp0 (linnet_account_get_path (account), path) == 0)
        return account;
    }
  return NULL;
}

/**
 * linnet_service_ensure_account:
 * @self: a service
 * @path: an object path
 *
 * Returns: (nullable) (transfer none): the account at this path, of which the list may not have
 * heard yet; %NULL if it is none of ours
 */
LinnetAccount *
linnet_service_ensure_account (LinnetService *self, const char *path)
{
  LinnetAccount *account;
  g_autoptr (LinnetAccount) created = NULL;

  g_return_val_if_fail (LINNET_IS_SERVICE (self), NULL);
  account = linnet_service_lookup_account (self, path);
  if (account != NULL || self->manager_name == NULL || !g_str_has_prefix (path, OUR_ACCOUNTS))
    return account;
  created = linnet_account_new_on_bus (self->bus, path, self->manager_name, self->service_name,
                                       self->own_manager);
  linnet_service_add_account (self, created);
  return created;
}

/**
 * linnet_service_get_n_enabled:
 * @self: a service
 *
 * Returns: how many accounts are in use
 */
guint
linnet_service_get_n_enabled (LinnetService *self)
{
  guint n = 0;

  g_return_val_if_fail (LINNET_IS_SERVICE (self), 0);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (LinnetAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      n += linnet_account_get_enabled (account) ? 1 : 0;
    }
  return n;
}

/**
 * linnet_service_has_unread_channels:
 * @self: a service
 *
 * Returns: whether a channel of ours holds messages that nobody has seen; if its handler left, the
 * service would have to hand it to another one, which is us
 */
gboolean
linnet_service_has_unread_channels (LinnetService *self)
{
  GListModel *list;

  g_return_val_if_fail (LINNET_IS_SERVICE (self), FALSE);
  list = G_LIST_MODEL (self->conversations);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (LinnetConversation) conversation = g_list_model_get_item (list, i);

      if (conversation->channel != NULL && linnet_conversation_get_unread (conversation) > 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * linnet_service_want_conversation:
 * @self: a service
 * @conversation: a conversation that a person asked for
 */
void
linnet_service_want_conversation (LinnetService *self, LinnetConversation *conversation)
{
  g_return_if_fail (LINNET_IS_SERVICE (self) && LINNET_IS_CONVERSATION (conversation));
  g_signal_emit (self, signals[SIGNAL_CONVERSATION_WANTED], 0, conversation);
}
