/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-service.c: the process on the bus: its names, its objects, its life. Telepathy:
 * ConnectionManager, AccountManager, ChannelDispatcher
 *
 * Objects are exported before the names are asked for: whoever activates us finds them. The names
 * of the account manager and of the dispatcher are waited for while somebody else (Mission Control)
 * has them; until we own both, nobody can address their objects, no account connects by itself and
 * nothing is dispatched. */
#include "bus/cm-service.h"

#include "bus/cm-account-manager.h"
#include "bus/cm-call-size.h"
#include "bus/cm-channel-dispatcher.h"
#include "bus/cm-connection-manager.h"
#include "bus/cm-handlers.h"

#define SERVICE_BUS_NAME "im.linnet.Service"
#define ACCOUNT_MANAGER_BUS_NAME "org.freedesktop.Telepathy.AccountManager"
#define CHANNEL_DISPATCHER_BUS_NAME "org.freedesktop.Telepathy.ChannelDispatcher"
/* Nobody needs us for so long: we leave. */
#define IDLE_MS 5000
/* While our own window is there, it may ask for something at any moment. */
#define WINDOW_BUS_NAME "org.freedesktop.Telepathy.Client.Linnet"

struct _CmService
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  ImAccountManager *accounts; /* (owned) */
  CmConnectionManager *manager; /* (owned) (nullable) */
  CmAccountManager *account_manager; /* (owned) (nullable) */
  CmChannelDispatcher *dispatcher; /* (owned) (nullable) */
  GHashTable *connections; /* (owned) ImAccount → CmConnection */
  guint name_ids[4]; /* service, connection manager, account manager, dispatcher */
  guint window_watch_id;
  guint filter_id; /* of the bus: every call keeps us */
  guint idle_id;
  guint n_holds;
  gboolean has_account_manager_name;
  gboolean has_dispatcher_name;
  gboolean is_decided; /* who manages the accounts is known */
  gboolean is_ours;
  gboolean has_window;
  gint touched; /* atomic: a call came in since the last look; set by GDBus's thread */
};

enum
{
  SIGNAL_NEW_CONNECTION,
  SIGNAL_IDLE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CmService, cm_service, G_TYPE_OBJECT)

static gboolean
is_needed (CmService *self)
{
  return self->has_window || self->n_holds > 0 || g_hash_table_size (self->connections) > 0 ||
         im_account_manager_is_busy (self->accounts);
}

static gboolean
idle_cb (gpointer user_data)
{
  CmService *self = user_data;

  if (is_needed (self))
    {
      self->idle_id = 0;
      return G_SOURCE_REMOVE;
    }
  if (g_atomic_int_compare_and_exchange (&self->touched, TRUE, FALSE))
    return G_SOURCE_CONTINUE;
  self->idle_id = 0;
  g_debug ("Nobody needs the service");
  g_signal_emit (self, signals[SIGNAL_IDLE], 0);
  return G_SOURCE_REMOVE;
}

/* The clock runs only while nothing else keeps us: being signed in costs no wake-ups. */
static void
check_idle (CmService *self)
{
  if (self->connections == NULL)
    return; /* it is ending: whoever waited is let go of */
  if (is_needed (self))
    g_clear_handle_id (&self->idle_id, g_source_remove);
  else if (self->idle_id == 0)
    self->idle_id = g_timeout_add (IDLE_MS, idle_cb, self);
}

/* In GDBus's own thread. */
static GDBusMessage *
filter_cb (GDBusConnection *bus, GDBusMessage *message, gboolean is_incoming, gpointer user_data)
{
  CmService *self = user_data;

  if (!is_incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return message;
  g_atomic_int_set (&self->touched, TRUE);
  if (!cm_call_size_check (bus, message))
    g_clear_object (&message);
  return message;
}

static void
disconnected_cb (CmConnection *connection, gpointer user_data)
{
  CmService *self = CM_SERVICE (user_data);

  g_hash_table_remove (self->connections, cm_connection_get_account (connection));
  check_idle (self);
}

static CmConnection *
make_connection (CmService *self, ImAccount *account)
{
  g_autoptr (GError) error = NULL;
  CmConnection *connection = cm_connection_new (self, account, &error);

  if (connection == NULL)
    {
      g_warning ("A connection of %s cannot be exported: %s",
                 xmpp_jid_get_text (im_account_get_jid (account)), error->message);
      return NULL;
    }
  g_hash_table_insert (self->connections, g_object_ref (account), connection);
  g_signal_connect_object (connection, "disconnected", G_CALLBACK (disconnected_cb), self, 0);
  check_idle (self);
  cm_connection_manager_announce (self->manager, connection);
  g_signal_emit (self, signals[SIGNAL_NEW_CONNECTION], 0, connection);
  return connection;
}

static gboolean
is_taken_cb (CmService *self, ImAccount *account)
{
  return g_hash_table_contains (self->connections, account);
}

static CmConnection *
request_cb (CmService *self, ImAccount *account)
{
  return g_hash_table_contains (self->connections, account) ? NULL
                                                            : make_connection (self, account);
}

/* An account of ours begins to connect: it gets its connection object before the first of its state
 * is told. */
static void
account_state_cb (CmService *self, GParamSpec *pspec, ImAccount *account)
{
  if (im_account_get_state (account) == IM_ACCOUNT_CONNECTING &&
      !g_hash_table_contains (self->connections, account))
    make_connection (self, account);
  check_idle (self);
}

static void
account_changed_cb (CmService *self)
{
  check_idle (self);
}

static void
account_added_cb (CmService *self, ImAccount *account)
{
  g_signal_connect_object (account, "notify::state", G_CALLBACK (account_state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::is-enabled", G_CALLBACK (account_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::requested-presence", G_CALLBACK (account_changed_cb),
                           self, G_CONNECT_SWAPPED);
  check_idle (self);
}

static void
account_removed_cb (CmService *self, ImAccount *account)
{
  g_signal_handlers_disconnect_by_data (account, self);
  check_idle (self);
}

static void
export_account_manager (CmService *self)
{
  g_autoptr (GError) error = NULL;

  self->dispatcher = cm_channel_dispatcher_new (self, &error);
  if (self->dispatcher != NULL)
    self->account_manager = cm_account_manager_new (self, &error);
  if (self->account_manager == NULL)
    g_error ("The account manager cannot be exported: %s", error->message);
}

/* The first answer, and every change of it, tells the accounts. */
static void
decide (CmService *self)
{
  gboolean is_ours = cm_service_owns_account_manager (self);

  if (self->is_decided && self->is_ours == is_ours)
    return;
  self->is_decided = TRUE;
  self->is_ours = is_ours;
  if (!is_ours)
    g_message ("Another program manages the accounts; this is a connection manager under it");
  im_account_manager_start (self->accounts, is_ours);
  check_idle (self);
}

static void
name_acquired_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  CmService *self = user_data;

  if (g_str_equal (name, ACCOUNT_MANAGER_BUS_NAME))
    self->has_account_manager_name = TRUE;
  else if (g_str_equal (name, CHANNEL_DISPATCHER_BUS_NAME))
    self->has_dispatcher_name = TRUE;
  else
    return;
  if (self->has_account_manager_name && self->has_dispatcher_name)
    decide (self);
}

/* Called at once when somebody else has it, later if it is taken from us, and for each name,
 * without a bus, when that has gone: then nobody manages the accounts, and the process ends. */
static void
name_lost_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  CmService *self = user_data;

  if (bus == NULL || g_dbus_connection_is_closed (bus))
    {
      g_debug ("The name %s is gone with the session bus", name);
      return;
    }
  if (g_str_equal (name, ACCOUNT_MANAGER_BUS_NAME))
    self->has_account_manager_name = FALSE;
  else if (g_str_equal (name, CHANNEL_DISPATCHER_BUS_NAME))
    self->has_dispatcher_name = FALSE;
  else
    {
      g_message ("The name %s belongs to another process", name);
      return;
    }
  decide (self);
}

static void
window_appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer user_data)
{
  CmService *self = user_data;

  self->has_window = TRUE;
  check_idle (self);
}

static void
window_vanished_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  CmService *self = user_data;

  self->has_window = FALSE;
  check_idle (self);
}

static void
cm_service_dispose (GObject *object)
{
  CmService *self = CM_SERVICE (object);

  for (guint i = 0; i < G_N_ELEMENTS (self->name_ids); i++)
    g_clear_handle_id (&self->name_ids[i], g_bus_unown_name);
  g_clear_handle_id (&self->window_watch_id, g_bus_unwatch_name);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  if (self->filter_id != 0)
    g_dbus_connection_remove_filter (self->bus, self->filter_id);
  self->filter_id = 0;
  g_clear_object (&self->account_manager);
  g_clear_object (&self->dispatcher);
  g_clear_object (&self->manager);
  g_clear_pointer (&self->connections, g_hash_table_unref);
  g_clear_object (&self->accounts);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (cm_service_parent_class)->dispose (object);
}

static void
cm_service_class_init (CmServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_service_dispose;

  signals[SIGNAL_NEW_CONNECTION] =
      g_signal_new ("new-connection", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, CM_TYPE_CONNECTION);
  signals[SIGNAL_IDLE] = g_signal_new ("idle", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cm_service_init (CmService *self)
{
  self->connections = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
}

/**
 * cm_service_new:
 * @bus: the session bus
 * @accounts: all accounts
 *
 * Returns: (transfer full): nothing is exported yet
 */
CmService *
cm_service_new (GDBusConnection *bus, ImAccountManager *accounts)
{
  CmService *self = g_object_new (CM_TYPE_SERVICE, NULL);

  self->bus = g_object_ref (bus);
  self->accounts = g_object_ref (accounts);
  return self;
}

static guint
own_name (CmService *self, const char *name, GBusNameOwnerFlags flags)
{
  return g_bus_own_name_on_connection (self->bus, name, flags, name_acquired_cb, name_lost_cb, self,
                                       NULL);
}

/**
 * cm_service_start:
 *
 * Exports what there is, then asks for the names. Failing to export is a bug.
 */
void
cm_service_start (CmService *self)
{
  GPtrArray *accounts = im_account_manager_get_accounts (self->accounts);
  g_autoptr (GError) error = NULL;

  self->manager = cm_connection_manager_new (self->bus, self->accounts, &error);
  if (self->manager == NULL)
    g_error ("The connection manager cannot be exported: %s", error->message);
  g_signal_connect_object (self->manager, "is-taken", G_CALLBACK (is_taken_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->manager, "request", G_CALLBACK (request_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->accounts, "account-added", G_CALLBACK (account_added_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->accounts, "account-removed", G_CALLBACK (account_removed_cb), self,
                           G_CONNECT_SWAPPED);
  for (guint i = 0; i < accounts->len; i++)
    account_added_cb (self, g_ptr_array_index (accounts, i));
  export_account_manager (self);
  self->window_watch_id =
      g_bus_watch_name_on_connection (self->bus, WINDOW_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                      window_appeared_cb, window_vanished_cb, self, NULL);
  self->filter_id = g_dbus_connection_add_filter (self->bus, filter_cb, self, NULL);
  /* The dispatcher's first: once the account manager's is ours, clients expect both. */
  self->name_ids[3] = own_name (self, CHANNEL_DISPATCHER_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE);
  self->name_ids[2] = own_name (self, ACCOUNT_MANAGER_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE);
  self->name_ids[1] =
      own_name (self, CM_CONNECTION_MANAGER_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE);
  self->name_ids[0] = own_name (self, SERVICE_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE);
  check_idle (self);
}

CmConnection *
cm_service_get_connection (CmService *self, ImAccount *account, gboolean is_wanted)
{
  CmConnection *connection = g_hash_table_lookup (self->connections, account);

  if (connection == NULL && is_wanted)
    connection = make_connection (self, account);
  return connection;
}

gboolean
cm_service_owns_account_manager (CmService *self)
{
  return self->has_account_manager_name && self->has_dispatcher_name;
}

ImAccountManager *
cm_service_get_accounts (CmService *self)
{
  return self->accounts;
}

ImAccount *
cm_service_find_account (CmService *self, const char *path, GError **error)
{
  GPtrArray *accounts = im_account_manager_get_accounts (self->accounts);

  for (guint i = 0; i < accounts->len; i++)
    {
      g_autofree char *candidate = cm_account_dup_path (g_ptr_array_index (accounts, i));

      if (g_str_equal (candidate, path))
        return g_ptr_array_index (accounts, i);
    }
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "There is no account %s", path);
  return NULL;
}

CmChannelDispatcher *
cm_service_get_dispatcher (CmService *self)
{
  return self->dispatcher;
}

GDBusConnection *
cm_service_get_bus (CmService *self)
{
  return self->bus;
}

void
cm_service_hold (CmService *self)
{
  self->n_holds++;
  check_idle (self);
}

void
cm_service_release (CmService *self)
{
  g_return_if_fail (self->n_holds > 0);
  self->n_holds--;
  check_idle (self);
}

void
cm_service_touch (CmService *self)
{
  g_atomic_int_set (&self->touched, TRUE);
}
