/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-handlers.c: gives channels to handlers, and knows who handles which. Telepathy: Client.Handler
 *
 * A handler that leaves the bus has its channels closed; what was pending in them comes back and is
 * dispatched anew. */
#include "bus/cm-handlers.h"

#include "bus/cm-connection.h"

#define ACCOUNT_PREFIX "/org/freedesktop/Telepathy/Account/"
#define HANDLER "org.freedesktop.Telepathy.Client.Handler"

struct _CmHandlers
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  CmClients *clients; /* (owned) */
  GHashTable *handled; /* (owned) CmChannel → Handled */
  GPtrArray *wanted; /* (owned) Wanted */
  GPtrArray *walks; /* (owned) GTask, those that wait as well, the oldest first */
};

typedef struct
{
  CmHandlers *handlers; /* (unowned) */
  CmChannel *channel; /* (owned) */
  char *unique_name; /* (owned) */
  char *bus_name; /* (owned) (nullable) as what it was given the channel */
  guint watch_id;
  gulong closed_id;
} Handled;

/* A channel that was asked for, until a handler has it. */
typedef struct
{
  CmChannel *channel; /* (owned) */
  guint n_requests;
  gboolean is_made; /* for one of them */
} Wanted;

G_DEFINE_FINAL_TYPE (CmHandlers, cm_handlers, G_TYPE_OBJECT)

char *
cm_account_dup_path (ImAccount *account)
{
  return g_strconcat (ACCOUNT_PREFIX, im_account_get_unique_name (account), NULL);
}

char *
cm_channel_dup_account_path (CmChannel *channel)
{
  return cm_account_dup_path (cm_connection_get_account (cm_channel_get_connection (channel)));
}

CmDelivery *
cm_delivery_new (const char *account_path, CmChannel *channel)
{
  CmDelivery *self = g_new0 (CmDelivery, 1);

  self->account_path = g_strdup (account_path);
  self->channel = g_object_ref (channel);
  return self;
}

void
cm_delivery_free (CmDelivery *self)
{
  g_free (self->account_path);
  g_object_unref (self->channel);
  g_free (self->request_path);
  g_clear_pointer (&self->request_properties, g_variant_unref);
  g_free (self);
}

GVariant *
cm_delivery_new_channels (CmDelivery *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(oa{sv})"));
  g_variant_builder_add (&builder, "(o@a{sv})", cm_channel_get_object_path (self->channel),
                         cm_channel_get_properties (self->channel));
  return g_variant_builder_end (&builder);
}

static void
handled_free (gpointer data)
{
  Handled *handled = data;

  g_bus_unwatch_name (handled->watch_id);
  g_signal_handler_disconnect (handled->channel, handled->closed_id);
  g_object_unref (handled->channel);
  g_free (handled->unique_name);
  g_free (handled->bus_name);
  g_free (handled);
}

static void
vanished_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  Handled *handled = user_data;
  g_autoptr (CmChannel) channel = g_object_ref (handled->channel);

  g_debug ("%s left; its channel %s is closed", name, cm_channel_get_object_path (channel));
  if (handled->bus_name != NULL)
    cm_clients_note_crash (handled->handlers->clients, handled->bus_name);
  g_hash_table_remove (handled->handlers->handled, channel);
  cm_channel_close (channel);
}

static void
closed_cb (CmChannel *channel, gpointer user_data)
{
  g_hash_table_remove (CM_HANDLERS (user_data)->handled, channel);
}

static void
set (CmHandlers *self, CmChannel *channel, const char *unique_name, const char *bus_name)
{
  Handled *handled = g_new0 (Handled, 1);

  handled->handlers = self;
  handled->channel = g_object_ref (channel);
  handled->unique_name = g_strdup (unique_name);
  handled->bus_name = g_strdup (bus_name);
  handled->closed_id = g_signal_connect (channel, "closed", G_CALLBACK (closed_cb), self);
  handled->watch_id = g_bus_watch_name_on_connection (
      self->bus, unique_name, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, vanished_cb, handled, NULL);
  g_hash_table_replace (self->handled, channel, handled);
}

const char *
cm_handlers_get (CmHandlers *self, CmChannel *channel)
{
  Handled *handled = g_hash_table_lookup (self->handled, channel);

  return handled != NULL ? handled->unique_name : NULL;
}

GPtrArray *
cm_handlers_dup_names (CmHandlers *self, CmChannel *channel)
{
  Handled *handled = g_hash_table_lookup (self->handled, channel);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *given = handled != NULL ? handled->bus_name : NULL;
  const char *owner = given != NULL ? cm_clients_get_owner (self->clients, given) : NULL;
  char *other;

  if (handled == NULL)
    return names;
  if (g_strcmp0 (owner, handled->unique_name) == 0)
    {
      g_ptr_array_add (names, g_strdup (given));
      return names;
    }
  other = cm_clients_dup_handler_of (self->clients, handled->unique_name);
  if (other != NULL)
    g_ptr_array_add (names, other);
  return names;
}

static void
wanted_free (gpointer data)
{
  Wanted *wanted = data;

  g_object_unref (wanted->channel);
  g_free (wanted);
}

static Wanted *
find_wanted (CmHandlers *self, CmChannel *channel)
{
  for (guint i = 0; i < self->wanted->len; i++)
    if (((Wanted *) g_ptr_array_index (self->wanted, i))->channel == channel)
      return g_ptr_array_index (self->wanted, i);
  return NULL;
}

void
cm_handlers_want (CmHandlers *self, CmChannel *channel, gboolean is_made)
{
  Wanted *wanted = find_wanted (self, channel);

  if (wanted == NULL)
    {
      wanted = g_new0 (Wanted, 1);
      wanted->channel = g_object_ref (channel);
      g_ptr_array_add (self->wanted, wanted);
    }
  wanted->n_requests++;
  wanted->is_made = wanted->is_made || is_made;
}

void
cm_handlers_leave (CmHandlers *self, CmChannel *channel)
{
  Wanted *wanted = find_wanted (self, channel);
  g_autoptr (CmChannel) alive = g_object_ref (channel);
  gboolean is_made;

  g_return_if_fail (wanted != NULL);
  if (--wanted->n_requests > 0)
    return;
  is_made = wanted->is_made;
  g_ptr_array_remove (self->wanted, wanted);
  if (is_made && cm_handlers_get (self, alive) == NULL)
    cm_channel_close (alive);
}

/* One channel going from handler to handler, or to who has claimed it. */
typedef struct
{
  CmDelivery *delivery; /* (owned) */
  char *claimant; /* (owned) (nullable) its unique name */
  char **names; /* (owned) */
  guint next;
  gboolean was_handled; /* when it was asked for */
} Walk;

static void
walk_free (gpointer data)
{
  Walk *walk = data;

  cm_delivery_free (walk->delivery);
  g_free (walk->claimant);
  g_strfreev (walk->names);
  g_free (walk);
}

static void try_next (GTask *task, GError *error);
static void end_walk (GTask *task, GError *error);

static GTask *
find_walk (CmHandlers *self, CmChannel *channel)
{
  for (guint i = 0; i < self->walks->len; i++)
    {
      GTask *task = g_ptr_array_index (self->walks, i);

      if (((Walk *) g_task_get_task_data (task))->delivery->channel == channel)
        return task;
    }
  return NULL;
}

static void
start_walk (CmHandlers *self, GTask *task)
{
  Walk *walk = g_task_get_task_data (task);

  if (walk->claimant != NULL && cm_handlers_get (self, walk->delivery->channel) == NULL &&
      !cm_channel_has_ended (walk->delivery->channel))
    {
      set (self, walk->delivery->channel, walk->claimant, NULL);
      end_walk (task, NULL);
      return;
    }
  if (walk->claimant == NULL &&
      (walk->was_handled || cm_handlers_get (self, walk->delivery->channel) == NULL))
    {
      try_next (task, NULL);
      return;
    }
  /* Nobody was asked. */
  while (walk->names[walk->next] != NULL)
    walk->next++;
  try_next (task, g_error_new_literal (IM_ERROR, IM_ERROR_NOT_YOURS, "The channel is another's"));
}

/* `error` is taken. The next that waits for the channel begins. */
static void
end_walk (GTask *task, GError *error)
{
  CmHandlers *self = g_task_get_source_object (task);
  g_autoptr (CmHandlers) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (CmChannel) channel =
      g_object_ref (((Walk *) g_task_get_task_data (task))->delivery->channel);
  GTask *next;

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_ptr_array_remove (self->walks, task);
  next = find_walk (self, channel);
  if (next != NULL)
    start_walk (self, next);
}

static GVariant *
new_handler_info (CmDelivery *delivery)
{
  GVariantBuilder info;

  g_variant_builder_init (&info, G_VARIANT_TYPE_VARDICT);
  if (delivery->request_path != NULL && delivery->request_properties != NULL)
    {
      GVariantBuilder requests;

      g_variant_builder_init (&requests, G_VARIANT_TYPE ("a{oa{sv}}"));
      g_variant_builder_add (&requests, "{o@a{sv}}", delivery->request_path,
                             delivery->request_properties);
      g_variant_builder_add (&info, "{sv}", "request-properties",
                             g_variant_builder_end (&requests));
    }
  return g_variant_builder_end (&info);
}

static GVariant *
new_arguments (CmDelivery *delivery)
{
  GVariantBuilder requests;

  g_variant_builder_init (&requests, G_VARIANT_TYPE ("ao"));
  if (delivery->request_path != NULL)
    g_variant_builder_add (&requests, "o", delivery->request_path);
  return g_variant_new (
      "(oo@a(oa{sv})aot@a{sv})", delivery->account_path,
      cm_connection_get_object_path (cm_channel_get_connection (delivery->channel)),
      cm_delivery_new_channels (delivery), &requests, (guint64) delivery->user_time,
      new_handler_info (delivery));
}

/* What the bus says of a handler that is not there, or is none. */
static GError *
translate (GError *error)
{
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    error->code = IM_ERROR_NOT_AVAILABLE;
  else if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE))
    error->code = IM_ERROR_NOT_IMPLEMENTED;
  else
    {
      /* A name that we do not know stands in its message only. */
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_DBUS_ERROR))
        g_dbus_error_strip_remote_error (error);
      return error;
    }
  g_dbus_error_strip_remote_error (error);
  error->domain = IM_ERROR;
  return error;
}

static void
replied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  CmHandlers *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GDBusMessage) reply =
      g_dbus_connection_send_message_with_reply_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL || g_dbus_message_to_gerror (reply, &error))
    {
      try_next (task, translate (error));
      return;
    }
  if (cm_channel_get_properties (walk->delivery->channel) != NULL &&
      !cm_channel_has_ended (walk->delivery->channel))
    set (self, walk->delivery->channel, g_dbus_message_get_sender (reply),
         walk->names[walk->next - 1]);
  end_walk (task, NULL);
}

static void
try_next (GTask *task, GError *error)
{
  CmHandlers *self = g_task_get_source_object (task);
  Walk *walk = g_task_get_task_data (task);
  const char *name = walk->names[walk->next];
  g_autoptr (GDBusMessage) message = NULL;
  g_autofree char *path = NULL;

  if (name == NULL || cm_channel_has_ended (walk->delivery->channel))
    {
      if (cm_channel_has_ended (walk->delivery->channel))
        {
          g_clear_error (&error);
          error = g_error_new_literal (IM_ERROR, IM_ERROR_TERMINATED, "The channel was closed");
        }
      if (error == NULL)
        error = g_error_new_literal (IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                                     "No program here handles such a channel");
      end_walk (task, error);
      return;
    }
  if (error != NULL)
    g_debug ("The next handler is tried: %s", error->message);
  g_clear_error (&error);
  walk->next++;
  path = cm_client_dup_path (name);
  message = g_dbus_message_new_method_call (name, path, HANDLER, "HandleChannels");
  g_dbus_message_set_body (message, new_arguments (walk->delivery));
  g_dbus_connection_send_message_with_reply (self->bus, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, -1,
                                             NULL, NULL, replied_cb, g_object_ref (task));
}

/* Takes the task. */
static void
add_walk (CmHandlers *self, GTask *task, Walk *walk)
{
  walk->was_handled = cm_handlers_get (self, walk->delivery->channel) != NULL;
  g_task_set_task_data (task, walk, walk_free);
  g_ptr_array_add (self->walks, task);
  if (find_walk (self, walk->delivery->channel) == task)
    start_walk (self, task);
}

void
cm_handlers_claim_async (CmHandlers *self,
                         CmDelivery *delivery,
                         const char *unique_name,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  Walk *walk = g_new0 (Walk, 1);

  walk->delivery = delivery;
  walk->claimant = g_strdup (unique_name);
  walk->names = g_new0 (char *, 1);
  add_walk (self, g_task_new (self, NULL, callback, user_data), walk);
}

void
cm_handlers_deliver_async (CmHandlers *self,
                           CmDelivery *delivery,
                           const char *const *names,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  Walk *walk = g_new0 (Walk, 1);

  walk->delivery = delivery;
  walk->names = g_strdupv ((char **) names);
  add_walk (self, g_task_new (self, NULL, callback, user_data), walk);
}

gboolean
cm_handlers_deliver_finish (CmHandlers *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
cm_handlers_dispose (GObject *object)
{
  CmHandlers *self = CM_HANDLERS (object);

  g_clear_pointer (&self->handled, g_hash_table_unref);
  g_clear_pointer (&self->wanted, g_ptr_array_unref);
  g_clear_pointer (&self->walks, g_ptr_array_unref);
  g_clear_object (&self->clients);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (cm_handlers_parent_class)->dispose (object);
}

static void
cm_handlers_class_init (CmHandlersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_handlers_dispose;
}

static void
cm_handlers_init (CmHandlers *self)
{
  self->walks = g_ptr_array_new_with_free_func (g_object_unref);
  self->wanted = g_ptr_array_new_with_free_func (wanted_free);
  self->handled = g_hash_table_new_full (NULL, NULL, NULL, handled_free);
}

CmHandlers *
cm_handlers_new (GDBusConnection *bus, CmClients *clients)
{
  CmHandlers *self = g_object_new (CM_TYPE_HANDLERS, NULL);

  self->bus = g_object_ref (bus);
  self->clients = g_object_ref (clients);
  return self;
}
