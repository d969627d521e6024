/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-channel-dispatcher.c: brings channels to the programs that show them. Telepathy:
 * ChannelDispatcher, .OperationList
 *
 * Only channels of kept accounts are dispatched, and only while the account manager's names are
 * ours. A channel that a program asked for is that program's; one that we asked for belongs to its
 * request; all others become dispatch operations. */
#include "bus/cm-channel-dispatcher.h"

#include "bus/cm-channel-request.h"
#include "bus/cm-delegation.h"
#include "bus/cm-dispatch-operation.h"
#include "bus/cm-dispatcher-messages.h"
#include "bus/cm-handler-capabilities.h"
#include "bus/cm-lazy-skeleton.h"
#include "bus/cm-observers.h"
#include "bus/cm-short.h"
#include "bus/cm-text-channel.h"
#include "dbus/telepathy.h"

#define CHANNEL "org.freedesktop.Telepathy.Channel"
#define OBJECT_PATH "/org/freedesktop/Telepathy/ChannelDispatcher"
#define OPERATION_LIST "org.freedesktop.Telepathy.ChannelDispatcher.Interface.OperationList"

struct _CmChannelDispatcher
{
  GObject parent_instance;

  CmService *service; /* (unowned): owns us */
  CmClients *clients; /* (owned) */
  CmHandlers *handlers; /* (owned) */
  CmObservers *observers; /* (owned) */
  TpChannelDispatcher *skeleton; /* (owned) */
  TpChannelDispatcherInterfaceOperationList *list; /* (owned) */
  GDBusInterfaceSkeleton *messages; /* (owned) */
  GPtrArray *operations; /* (owned) CmDispatchOperation */
  GPtrArray *requests; /* (owned) CmChannelRequest */
  guint serial;
};

G_DEFINE_FINAL_TYPE (CmChannelDispatcher, cm_channel_dispatcher, G_TYPE_OBJECT)

/* (element-type CmChannel) (transfer full): those of kept accounts. */
static GPtrArray *
dup_channels (CmChannelDispatcher *self)
{
  GPtrArray *accounts = im_account_manager_get_accounts (cm_service_get_accounts (self->service));
  GPtrArray *all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < accounts->len; i++)
    {
      CmConnection *connection =
          cm_service_get_connection (self->service, g_ptr_array_index (accounts, i), FALSE);
      GPtrArray *channels = connection != NULL ? cm_connection_get_channels (connection) : NULL;

      for (guint j = 0; channels != NULL && j < channels->len; j++)
        g_ptr_array_add (all, g_object_ref (g_ptr_array_index (channels, j)));
    }
  return all;
}

static CmChannel *
find_channel (CmChannelDispatcher *self, const char *path)
{
  g_autoptr (GPtrArray) channels = dup_channels (self);

  for (guint i = 0; i < channels->len; i++)
    if (g_str_equal (cm_channel_get_object_path (g_ptr_array_index (channels, i)), path))
      return g_ptr_array_index (channels, i);
  return NULL;
}

static GVariant *
new_operations (gpointer user_data)
{
  CmChannelDispatcher *self = user_data;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(oa{sv})"));
  for (guint i = 0; i < self->operations->len; i++)
    {
      CmDispatchOperation *operation = g_ptr_array_index (self->operations, i);

      g_variant_builder_add (&builder, "(o@a{sv})",
                             cm_dispatch_operation_get_object_path (operation),
                             cm_dispatch_operation_get_properties (operation));
    }
  return g_variant_builder_end (&builder);
}

static void
operation_finished_cb (CmChannelDispatcher *self, CmDispatchOperation *operation)
{
  g_autoptr (CmDispatchOperation) keep G_GNUC_UNUSED = g_object_ref (operation);

  g_ptr_array_remove (self->operations, operation);
  tp_channel_dispatcher_interface_operation_list_emit_dispatch_operation_finished (
      self->list, cm_dispatch_operation_get_object_path (operation));
}

static CmDispatchOperation *
find_operation (CmChannelDispatcher *self, CmChannel *channel)
{
  for (guint i = 0; i < self->operations->len; i++)
    if (cm_dispatch_operation_get_channel (g_ptr_array_index (self->operations, i)) == channel)
      return g_ptr_array_index (self->operations, i);
  return NULL;
}

/* `is_observed`: nobody could show it before. */
static void
start_operation (CmChannelDispatcher *self, CmChannel *channel, gboolean is_observed)
{
  g_autoptr (GError) error = NULL;
  CmDispatchOperation *operation =
      cm_dispatch_operation_new (cm_service_get_bus (self->service), self->clients, self->handlers,
                                 self->observers, channel, ++self->serial, &error);

  if (operation == NULL)
    {
      g_warning ("A dispatch operation cannot be exported: %s", error->message);
      return;
    }
  g_ptr_array_add (self->operations, operation);
  g_signal_connect_object (operation, "finished", G_CALLBACK (operation_finished_cb), self,
                           G_CONNECT_SWAPPED);
  tp_channel_dispatcher_interface_operation_list_emit_new_dispatch_operation (
      self->list, cm_dispatch_operation_get_object_path (operation),
      cm_dispatch_operation_get_properties (operation));
  cm_dispatch_operation_start (operation, is_observed);
}

/* Channels that wait until all clients have said what they want. */
typedef struct
{
  CmChannelDispatcher *dispatcher; /* (owned) */
  CmChannel *channel; /* (owned) */
  gboolean is_observed; /* it is not the first time */
} Arrival;

static void
arrived_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Arrival *arrival = user_data;
  CmChannelDispatcher *self = arrival->dispatcher;
  CmChannel *channel = arrival->channel;

  if (cm_channel_has_ended (channel) || cm_handlers_get (self->handlers, channel) != NULL ||
      find_operation (self, channel) != NULL)
    g_debug ("%s needs no dispatching any more", cm_channel_get_object_path (channel));
  else if (cm_channel_is_requested (channel) && !arrival->is_observed)
    cm_observe_requested (self->clients, self->handlers, self->observers, channel);
  else
    start_operation (self, channel, arrival->is_observed);
  g_object_unref (self);
  g_object_unref (channel);
  g_free (arrival);
}

static Arrival *
arrival_new (CmChannelDispatcher *self, CmChannel *channel, gboolean is_observed)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->dispatcher = g_object_ref (self);
  arrival->channel = g_object_ref (channel);
  arrival->is_observed = is_observed;
  return arrival;
}

static void
arrive (CmChannelDispatcher *self, CmChannel *channel, gboolean is_observed)
{
  cm_clients_when_ready (self->clients, arrived_cb, arrival_new (self, channel, is_observed));
}

static void
owned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Arrival *arrival = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  gboolean is_owned = TRUE;

  if (reply != NULL)
    g_variant_get (reply, "(b)", &is_owned);
  if (!is_owned)
    arrive (arrival->dispatcher, arrival->channel, TRUE);
  g_object_unref (arrival->dispatcher);
  g_object_unref (arrival->channel);
  g_free (arrival);
}

/* A script asked the connection for it, and left: what comes there is for whoever handles such
 * channels. */
static void
arrive_if_left (CmChannelDispatcher *self, CmChannel *channel, const char *requester)
{
  g_dbus_connection_call (cm_service_get_bus (self->service), "org.freedesktop.DBus",
                          "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
                          g_variant_new ("(s)", requester), G_VARIANT_TYPE ("(b)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, owned_cb,
                          arrival_new (self, channel, TRUE));
}

static gboolean
is_dispatching (CmChannelDispatcher *self, CmConnection *connection)
{
  return cm_service_owns_account_manager (self->service) &&
         im_account_is_kept (cm_connection_get_account (connection));
}

static void
new_channels_cb (CmChannelDispatcher *self,
                 GPtrArray *channels,
                 gpointer request_tag,
                 CmConnection *connection)
{
  /* What we asked for is delivered by its request. */
  for (guint i = 0; request_tag == NULL && is_dispatching (self, connection) && i < channels->len;
       i++)
    arrive (self, g_ptr_array_index (channels, i), FALSE);
}

/* Nobody could show it when it came, and nobody is asked to. With the next message whoever can is:
 * not before, as what has waited is no news to a program that has just been started. */
static gboolean
is_left (CmChannelDispatcher *self, CmChannel *channel)
{
  return cm_handlers_get (self->handlers, channel) == NULL &&
         find_operation (self, channel) == NULL;
}

static void
message_pended_cb (CmChannelDispatcher *self, CmChannel *channel, CmConnection *connection)
{
  g_autoptr (GPtrArray) names = NULL;

  if (!is_left (self, channel) || !is_dispatching (self, connection))
    return;
  names = cm_clients_find (self->clients, CM_CLIENT_HANDLER, cm_channel_get_properties (channel));
  if (names->len > 0 && !cm_channel_is_requested (channel))
    arrive (self, channel, TRUE);
  else if (names->len > 0 && cm_channel_get_requester (channel) != NULL)
    arrive_if_left (self, channel, cm_channel_get_requester (channel));
}

/* One that observes what there is already has all of it told. */
static void
recover (CmChannelDispatcher *self, const char *bus_name)
{
  g_autoptr (GPtrArray) channels = dup_channels (self);

  for (guint i = 0; i < channels->len; i++)
    {
      CmChannel *channel = g_ptr_array_index (channels, i);
      CmDispatchOperation *operation = find_operation (self, channel);
      g_autofree char *path = cm_channel_dup_account_path (channel);

      if (cm_clients_does_match (self->clients, bus_name, CM_CLIENT_OBSERVER,
                                 cm_channel_get_properties (channel)))
        cm_observers_recover (
            self->observers, cm_delivery_new (path, channel),
            operation != NULL ? cm_dispatch_operation_get_object_path (operation) : NULL, bus_name);
    }
}

static void
tell_capabilities (CmChannelDispatcher *self, const char *bus_name)
{
  cm_handler_capabilities_tell (self->service, self->clients, bus_name);
}

static void
client_appeared_cb (CmChannelDispatcher *self, const char *bus_name)
{
  tell_capabilities (self, bus_name);
  if (cm_service_owns_account_manager (self->service) &&
      cm_clients_has_wish (self->clients, bus_name, CM_CLIENT_RECOVERS))
    recover (self, bus_name);
}

/* It is started again at once, where that is possible. */
static void
client_vanished_cb (CmChannelDispatcher *self, const char *bus_name)
{
  tell_capabilities (self, bus_name);
  if (!cm_service_owns_account_manager (self->service) ||
      !cm_clients_has_wish (self->clients, bus_name, CM_CLIENT_RECOVERS))
    return;
  cm_clients_note_crash (self->clients, bus_name);
  if (cm_clients_can_be_reached (self->clients, bus_name))
    recover (self, bus_name);
}

static void
new_connection_cb (CmChannelDispatcher *self, CmConnection *connection)
{
  if (is_dispatching (self, connection))
    cm_clients_probe (self->clients);
  cm_handler_capabilities_tell_all (self->service, self->clients, connection);
  g_signal_connect_object (connection, "new-channels", G_CALLBACK (new_channels_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (connection, "message-pended", G_CALLBACK (message_pended_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
request_finished_cb (CmChannelDispatcher *self,
                     GError *error,
                     CmChannel *channel,
                     CmChannelRequest *request)
{
  CmDispatchOperation *operation = channel != NULL ? find_operation (self, channel) : NULL;

  if (operation != NULL)
    cm_dispatch_operation_finish (operation);
  g_ptr_array_remove (self->requests, request);
  cm_service_release (self->service);
}

static CmChannelRequest *
add_request (CmChannelDispatcher *self, const CmChannelRequestParams *params, GError **error)
{
  CmChannelRequest *request = cm_channel_request_new (
      self->service, self->clients, self->handlers, self->observers, params, ++self->serial, error);

  if (request == NULL)
    return NULL;
  g_ptr_array_add (self->requests, request);
  cm_service_hold (self->service);
  g_signal_connect_object (request, "finished", G_CALLBACK (request_finished_cb), self,
                           G_CONNECT_SWAPPED);
  return request;
}

static gboolean
request_channel (CmChannelDispatcher *self,
                 GDBusMethodInvocation *invocation,
                 const char *account_path,
                 GVariant *properties,
                 gint64 user_time,
                 const char *preferred_handler,
                 GVariant *hints)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) no_hints = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  CmChannelRequest *request = NULL;
  CmChannelRequestParams params = {
    .account = cm_service_find_account (self->service, account_path, &error),
    .account_path = account_path,
    .properties = properties,
    .user_time = user_time,
    .preferred_handler = preferred_handler,
    .hints = hints != NULL ? hints : no_hints,
    .is_ensure = g_str_has_prefix (g_dbus_method_invocation_get_method_name (invocation), "Ensure"),
  };

  if (params.account != NULL)
    request = add_request (self, &params, &error);
  if (request == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new ("(o)", cm_channel_request_get_object_path (request)));
  return TRUE;
}

/* CreateChannel and EnsureChannel. */
static gboolean
handle_request_cb (CmChannelDispatcher *self,
                   GDBusMethodInvocation *invocation,
                   const char *account,
                   GVariant *properties,
                   gint64 user_time,
                   const char *handler)
{
  return request_channel (self, invocation, account, properties, user_time, handler, NULL);
}

/* CreateChannelWithHints and EnsureChannelWithHints. */
static gboolean
handle_request_with_hints_cb (CmChannelDispatcher *self,
                              GDBusMethodInvocation *invocation,
                              const char *account,
                              GVariant *properties,
                              gint64 user_time,
                              const char *handler,
                              GVariant *hints)
{
  return request_channel (self, invocation, account, properties, user_time, handler, hints);
}

/* Who handles it shows it; what nobody handles yet is given to a handler. */
static gboolean
handle_present_channel_cb (CmChannelDispatcher *self,
                           GDBusMethodInvocation *invocation,
                           const char *path,
                           gint64 user_time)
{
  CmChannel *channel = find_channel (self, path);
  CmDispatchOperation *operation = channel != NULL ? find_operation (self, channel) : NULL;

  if (channel == NULL)
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                           "There is no channel %s", path);
  else if (operation != NULL && cm_handlers_get (self->handlers, channel) == NULL)
    cm_dispatch_operation_handle_with (operation, invocation, "", user_time);
  else
    cm_present_channel (self->clients, self->handlers, channel, user_time, invocation);
  return TRUE;
}

/* All or none: who does not handle one of them may not give away the others. */
static GPtrArray *
find_own_channels (CmChannelDispatcher *self,
                   const char *const *paths,
                   const char *sender,
                   GError **error)
{
  g_autoptr (GPtrArray) channels = g_ptr_array_new ();

  for (guint i = 0; paths[i] != NULL; i++)
    {
      CmChannel *channel = find_channel (self, paths[i]);

      if (channel == NULL || g_strcmp0 (cm_handlers_get (self->handlers, channel), sender) != 0)
        {
          g_set_error (error, IM_ERROR, IM_ERROR_NOT_YOURS, "You do not handle %s", paths[i]);
          return NULL;
        }
      if (!g_ptr_array_find (channels, channel, NULL))
        g_ptr_array_add (channels, channel);
    }
  return g_steal_pointer (&channels);
}

static gboolean
handle_delegate_channels_cb (CmChannelDispatcher *self,
                             GDBusMethodInvocation *invocation,
                             const char *const *paths,
                             gint64 user_time,
                             const char *preferred_handler)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) channels = NULL;

  if (preferred_handler[0] != '\0' && !cm_client_is_name (preferred_handler))
    g_set_error (&error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                 "“%s” is not the bus name of a client", CM_SHORT (preferred_handler));
  else
    channels =
        find_own_channels (self, paths, g_dbus_method_invocation_get_sender (invocation), &error);
  if (channels == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    cm_delegate_channels (self->clients, self->handlers, channels, user_time, preferred_handler,
                          invocation);
  return TRUE;
}

static void
ensured_cb (CmChannelRequest *request, GError *error, CmChannel *channel, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, g_strdup (cm_channel_get_object_path (channel)), g_free);
}

void
cm_channel_dispatcher_ensure_text_async (CmChannelDispatcher *self,
                                         ImAccount *account,
                                         const char *id,
                                         gint64 user_time,
                                         const char *preferred_handler,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autofree char *path = cm_account_dup_path (account);
  g_autoptr (GVariant) hints = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) properties = g_variant_ref_sink (g_variant_new_parsed (
      "{'" CHANNEL ".ChannelType': <'" CM_CHANNEL_TYPE_TEXT "'>,"
      " '" CHANNEL ".TargetHandleType': <uint32 1>, '" CHANNEL ".TargetID': <%s>}",
      id));
  CmChannelRequest *request;
  CmChannelRequestParams params = {
    .account = account,
    .account_path = path,
    .properties = properties,
    .user_time = user_time,
    .preferred_handler = preferred_handler,
    .hints = hints,
    .is_ensure = TRUE,
  };

  request = add_request (self, &params, &error);
  if (request == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  g_signal_connect (request, "finished", G_CALLBACK (ensured_cb), task);
  cm_channel_request_proceed (request, NULL);
}

char *
cm_channel_dispatcher_ensure_text_finish (CmChannelDispatcher *self,
                                          GAsyncResult *result,
                                          GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
unexport (gpointer skeleton)
{
  if (skeleton != NULL && g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
}

static void
cm_channel_dispatcher_dispose (GObject *object)
{
  CmChannelDispatcher *self = CM_CHANNEL_DISPATCHER (object);

  unexport (self->skeleton);
  unexport (self->list);
  unexport (self->messages);
  g_clear_object (&self->skeleton);
  g_clear_object (&self->list);
  g_clear_object (&self->messages);
  g_clear_pointer (&self->operations, g_ptr_array_unref);
  g_clear_pointer (&self->requests, g_ptr_array_unref);
  g_clear_object (&self->observers);
  g_clear_object (&self->handlers);
  g_clear_object (&self->clients);
  G_OBJECT_CLASS (cm_channel_dispatcher_parent_class)->dispose (object);
}

static void
cm_channel_dispatcher_class_init (CmChannelDispatcherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_channel_dispatcher_dispose;
}

static void
cm_channel_dispatcher_init (CmChannelDispatcher *self)
{
  static const char *const interfaces[] = { OPERATION_LIST, CM_DISPATCHER_MESSAGES, NULL };

  self->operations = g_ptr_array_new_with_free_func (g_object_unref);
  self->requests = g_ptr_array_new_with_free_func (g_object_unref);
  self->skeleton = tp_channel_dispatcher_skeleton_new ();
  self->list = cm_lazy_skeleton_new (TP_TYPE_CHANNEL_DISPATCHER_INTERFACE_OPERATION_LIST_SKELETON,
                                     "dispatch-operations", new_operations, self);
  tp_channel_dispatcher_set_interfaces (self->skeleton, interfaces);
  tp_channel_dispatcher_set_supports_request_hints (self->skeleton, TRUE);
  g_signal_connect_object (self->skeleton, "handle-create-channel", G_CALLBACK (handle_request_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-ensure-channel", G_CALLBACK (handle_request_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-create-channel-with-hints",
                           G_CALLBACK (handle_request_with_hints_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-ensure-channel-with-hints",
                           G_CALLBACK (handle_request_with_hints_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-delegate-channels",
                           G_CALLBACK (handle_delegate_channels_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-present-channel",
                           G_CALLBACK (handle_present_channel_cb), self, G_CONNECT_SWAPPED);
}

CmChannelDispatcher *
cm_channel_dispatcher_new (CmService *service, GError **error)
{
  g_autoptr (CmChannelDispatcher) self = g_object_new (CM_TYPE_CHANNEL_DISPATCHER, NULL);
  GDBusConnection *bus = cm_service_get_bus (service);

  self->service = service;
  self->clients = cm_clients_new (bus);
  self->handlers = cm_handlers_new (bus, self->clients);
  self->observers = cm_observers_new (bus, self->clients);
  self->messages = cm_dispatcher_messages_new (service);
  g_signal_connect_object (self->clients, "appeared", G_CALLBACK (client_appeared_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->clients, "vanished", G_CALLBACK (client_vanished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->clients, "changed", G_CALLBACK (tell_capabilities), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (service, "new-connection", G_CALLBACK (new_connection_cb), self,
                           G_CONNECT_SWAPPED);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), bus,
                                         OBJECT_PATH, error) ||
      !g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->list), bus, OBJECT_PATH,
                                         error) ||
      !g_dbus_interface_skeleton_export (self->messages, bus, OBJECT_PATH, error))
    return NULL;
  return g_steal_pointer (&self);
}
