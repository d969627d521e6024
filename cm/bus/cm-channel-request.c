/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-channel-request.c: a channel that somebody asked for, until a handler has it. Telepathy:
 * ChannelRequest
 *
 * Proceed → (the account comes online) → the connection makes the channel → observers → the
 * preferred handler, else the best. */
#include "bus/cm-channel-request.h"

#include "bus/cm-short.h"
#include "bus/cm-status.h"
#include "dbus/telepathy.h"

#define INTERFACE "org.freedesktop.Telepathy.ChannelRequest"
#define REQUESTS "org.freedesktop.Telepathy.Client.Interface.Requests"

typedef enum
{
  STATE_NEW,
  STATE_WAITING, /* for the connection */
  STATE_REQUESTING, /* of the connection */
  STATE_OBSERVING, /* it is there; its observers look at it */
  STATE_DELIVERING, /* a handler is asked: too late to cancel */
  STATE_FINISHED,
} State;

struct _CmChannelRequest
{
  GObject parent_instance;

  CmService *service; /* (unowned): outlives us */
  CmClients *clients; /* (owned) */
  CmHandlers *handlers; /* (owned) */
  CmObservers *observers; /* (owned) */
  ImAccount *account; /* (owned) */
  TpChannelRequest *skeleton; /* (owned) */
  GVariant *properties; /* (owned) a{sv} immutable, qualified */
  GVariant *requested; /* (owned) a{sv} */
  CmChannel *channel; /* (owned) (nullable) */
  char *object_path; /* (owned) */
  char *account_path; /* (owned) */
  char *preferred_handler; /* (owned) */
  char *told_handler; /* (owned) (nullable) has heard AddRequest */
  gint64 user_time;
  gboolean is_ensure;
  gboolean is_yours; /* the channel was made for this request */
  gboolean is_cancelled;
  State state;
};

enum
{
  SIGNAL_FINISHED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CmChannelRequest, cm_channel_request, G_TYPE_OBJECT)

static void
call_requests (CmChannelRequest *self, const char *method, GVariant *arguments)
{
  g_autofree char *path = cm_client_dup_path (self->told_handler);

  g_dbus_connection_call (cm_service_get_bus (self->service), self->told_handler, path, REQUESTS,
                          method, arguments, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

/* (nullable): the one that is preferred, else the best for what can be known of the channel. */
static char *
dup_expected_handler (CmChannelRequest *self)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (self->requested);
  g_autoptr (GVariant) channel = NULL;
  g_autoptr (GPtrArray) names = NULL;

  if (self->preferred_handler[0] != '\0')
    return g_strdup (self->preferred_handler);
  g_variant_dict_insert (&dict, "org.freedesktop.Telepathy.Channel.Requested", "b", TRUE);
  channel = g_variant_ref_sink (g_variant_dict_end (&dict));
  names = cm_clients_find (self->clients, CM_CLIENT_HANDLER, channel);
  return names->len > 0 ? g_strdup (g_ptr_array_index (names, 0)) : NULL;
}

static void
tell_handler (CmChannelRequest *self)
{
  g_autofree char *expected = dup_expected_handler (self);

  if (expected == NULL || !cm_clients_has_role (self->clients, expected, CM_CLIENT_REQUESTS))
    return;
  self->told_handler = g_steal_pointer (&expected);
  call_requests (self, "AddRequest",
                 g_variant_new ("(o@a{sv})", self->object_path, self->properties));
}

/* Who was told that it would probably have the channel hears that another one has. */
static void
remove_from_others (CmChannelRequest *self)
{
  const char *handler = cm_handlers_get (self->handlers, self->channel);

  if (self->told_handler == NULL || handler == NULL ||
      g_strcmp0 (cm_clients_get_owner (self->clients, self->told_handler), handler) == 0)
    return;
  call_requests (self, "RemoveRequest",
                 g_variant_new ("(oss)", self->object_path,
                                "org.freedesktop.Telepathy.Error.NotYours",
                                "Another program handles the channel"));
}

static void
finish (CmChannelRequest *self, const GError *error)
{
  if (self->state == STATE_FINISHED)
    return;
  self->state = STATE_FINISHED;
  g_object_ref (self);
  /* Where nobody has it, nobody would ever close it. */
  if (self->channel != NULL)
    cm_handlers_leave (self->handlers, self->channel);
  if (error != NULL)
    {
      g_autofree char *name = g_dbus_error_encode_gerror (error);
      g_autoptr (GError) said = g_error_copy (error);

      g_dbus_error_strip_remote_error (said);
      if (self->told_handler != NULL)
        call_requests (self, "RemoveRequest",
                       g_variant_new ("(oss)", self->object_path, name, said->message));
      tp_channel_request_emit_failed (self->skeleton, name, said->message);
    }
  else
    {
      GVariant *none = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));

      remove_from_others (self);
      tp_channel_request_emit_succeeded_with_channel (
          self->skeleton, cm_connection_get_object_path (cm_channel_get_connection (self->channel)),
          none, cm_channel_get_object_path (self->channel),
          cm_channel_get_properties (self->channel));
      tp_channel_request_emit_succeeded (self->skeleton);
      g_variant_unref (none);
    }
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0, error, error == NULL ? self->channel : NULL);
  g_object_unref (self);
}

static void
fail (CmChannelRequest *self, ImError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (IM_ERROR, code, message);

  finish (self, error);
}

static void
delivered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CmChannelRequest) self = user_data;
  g_autoptr (GError) error = NULL;

  /* Who handles a channel keeps it, even if it does not answer. */
  if (cm_handlers_deliver_finish (CM_HANDLERS (source), result, &error) ||
      cm_handlers_get (self->handlers, self->channel) != NULL)
    finish (self, NULL);
  else
    finish (self, error);
}

static CmDelivery *
new_delivery (CmChannelRequest *self)
{
  CmDelivery *delivery = cm_delivery_new (self->account_path, self->channel);

  delivery->request_path = g_strdup (self->object_path);
  delivery->request_properties = g_variant_ref (self->properties);
  delivery->user_time = self->user_time;
  return delivery;
}

/* `is_certain`: even one that is not among them. */
static void
put_first (GPtrArray *names, const char *name, gboolean is_certain)
{
  gboolean is_there = FALSE;

  for (guint i = 0; i < names->len; i++)
    if (g_str_equal (g_ptr_array_index (names, i), name))
      {
        g_ptr_array_remove_index (names, i--);
        is_there = TRUE;
      }
  if (is_there || is_certain)
    g_ptr_array_insert (names, 0, g_strdup (name));
}

/* Who has it already is asked again, and nobody else: that client presents it; else whom the caller
 * prefers, whatever its filters; else who has heard of the request; else the best. */
static GPtrArray *
find_handlers (CmChannelRequest *self)
{
  GPtrArray *names;

  if (cm_handlers_get (self->handlers, self->channel) != NULL)
    names = cm_handlers_dup_names (self->handlers, self->channel);
  else
    {
      names = cm_clients_find (self->clients, CM_CLIENT_HANDLER,
                               cm_channel_get_properties (self->channel));
      if (self->told_handler != NULL)
        put_first (names, self->told_handler, FALSE);
      if (self->preferred_handler[0] != '\0')
        put_first (names, self->preferred_handler, TRUE);
    }
  g_ptr_array_add (names, NULL);
  return names;
}

static void
cancel (CmChannelRequest *self)
{
  fail (self, IM_ERROR_CANCELLED, "The request was cancelled");
}

static gboolean
cancelled_cb (gpointer user_data)
{
  cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
observed_cb (CmObserversStage stage, gpointer user_data)
{
  CmChannelRequest *self = user_data;

  if (stage != CM_OBSERVERS_LET_HANDLE)
    return;
  /* A turn later: who else waits for the channel wants it first, and it is announced. */
  if (self->is_cancelled)
    g_idle_add_full (G_PRIORITY_DEFAULT, cancelled_cb, g_object_ref (self), g_object_unref);
  else if (self->state == STATE_OBSERVING)
    {
      g_autoptr (GPtrArray) names = find_handlers (self);

      self->state = STATE_DELIVERING;
      cm_handlers_deliver_async (self->handlers, new_delivery (self),
                                 (const char *const *) names->pdata, delivered_cb,
                                 g_object_ref (self));
    }
  g_object_unref (self);
}

static void
requested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CmChannelRequest) self = user_data;
  g_autoptr (GError) error = NULL;

  self->channel = cm_connection_request_channel_finish (CM_CONNECTION (source), result,
                                                        &self->is_yours, &error);
  if (self->channel != NULL)
    cm_handlers_want (self->handlers, self->channel, self->is_yours);
  if (self->channel == NULL && self->is_cancelled)
    cancel (self);
  else if (self->channel == NULL)
    finish (self, error);
  else
    {
      self->state = STATE_OBSERVING;
      if (self->is_yours)
        cm_observers_tell (self->observers, new_delivery (self), NULL, observed_cb,
                           g_object_ref (self));
      else
        cm_observers_wait (self->observers, self->channel, observed_cb, g_object_ref (self));
    }
}

static void
account_state_cb (CmChannelRequest *self)
{
  CmConnection *connection = cm_service_get_connection (self->service, self->account, FALSE);

  if (self->state != STATE_WAITING)
    return;
  switch (im_account_get_state (self->account))
    {
    case IM_ACCOUNT_ONLINE:
      if (connection == NULL)
        return;
      self->state = STATE_REQUESTING;
      cm_connection_request_channel_async (connection, self->requested, self->is_ensure, self,
                                           requested_cb, g_object_ref (self));
      break;
    case IM_ACCOUNT_CONNECTING:
      break;
    case IM_ACCOUNT_OFFLINE:
    default:
      {
        g_autoptr (GError) error = im_account_dup_why_offline (self->account);

        finish (self, error);
        break;
      }
    }
}

static void
ready_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CmChannelRequest) self = user_data;

  if (self->state != STATE_WAITING)
    return;
  tell_handler (self);
  im_account_bring_online (self->account);
  account_state_cb (self);
}

gboolean
cm_channel_request_proceed (CmChannelRequest *self, GError **error)
{
  if (self->state != STATE_NEW)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE, "The request proceeds already");
      return FALSE;
    }
  self->state = STATE_WAITING;
  cm_clients_when_ready (self->clients, ready_cb, g_object_ref (self));
  return TRUE;
}

static gboolean
handle_proceed_cb (CmChannelRequest *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (GError) error = NULL;

  if (cm_channel_request_proceed (self, &error))
    tp_channel_request_complete_proceed (self->skeleton, invocation);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
  return TRUE;
}

/* Failed comes when nothing of it goes on any more. */
static gboolean
handle_cancel_cb (CmChannelRequest *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (CmChannelRequest) keep G_GNUC_UNUSED = g_object_ref (self);

  if (self->state == STATE_DELIVERING)
    {
      g_dbus_method_invocation_return_error_literal (
          invocation, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
          "The channel is being given to a handler; it is too late to cancel");
      return TRUE;
    }
  self->is_cancelled = TRUE;
  tp_channel_request_complete_cancel (self->skeleton, invocation);
  if (self->state == STATE_NEW || self->state == STATE_WAITING)
    cancel (self);
  return TRUE;
}

static void
cm_channel_request_dispose (GObject *object)
{
  CmChannelRequest *self = CM_CHANNEL_REQUEST (object);

  if (self->skeleton != NULL &&
      g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->skeleton);
  g_clear_object (&self->channel);
  g_clear_object (&self->observers);
  g_clear_object (&self->handlers);
  g_clear_object (&self->clients);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (cm_channel_request_parent_class)->dispose (object);
}

static void
cm_channel_request_finalize (GObject *object)
{
  CmChannelRequest *self = CM_CHANNEL_REQUEST (object);

  g_clear_pointer (&self->properties, g_variant_unref);
  g_clear_pointer (&self->requested, g_variant_unref);
  g_clear_pointer (&self->object_path, g_free);
  g_clear_pointer (&self->account_path, g_free);
  g_clear_pointer (&self->preferred_handler, g_free);
  g_clear_pointer (&self->told_handler, g_free);
  G_OBJECT_CLASS (cm_channel_request_parent_class)->finalize (object);
}

static void
cm_channel_request_class_init (CmChannelRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_channel_request_dispose;
  G_OBJECT_CLASS (klass)->finalize = cm_channel_request_finalize;

  signals[SIGNAL_FINISHED] =
      g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_ERROR, CM_TYPE_CHANNEL);
}

static void
cm_channel_request_init (CmChannelRequest *self)
{
  self->skeleton = tp_channel_request_skeleton_new ();
  g_signal_connect_object (self->skeleton, "handle-proceed", G_CALLBACK (handle_proceed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-cancel", G_CALLBACK (handle_cancel_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
set_properties (CmChannelRequest *self, GVariant *hints)
{
  static const char *const none[] = { NULL };
  g_autoptr (GVariant) requests =
      g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE_VARDICT, &self->requested, 1));
  GVariantBuilder builder;

  tp_channel_request_set_account (self->skeleton, self->account_path);
  tp_channel_request_set_user_action_time (self->skeleton, self->user_time);
  tp_channel_request_set_preferred_handler (self->skeleton, self->preferred_handler);
  tp_channel_request_set_requests (self->skeleton, requests);
  tp_channel_request_set_interfaces (self->skeleton, none);
  tp_channel_request_set_hints (self->skeleton, hints);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", INTERFACE ".Account",
                         g_variant_new_object_path (self->account_path));
  g_variant_builder_add (&builder, "{sv}", INTERFACE ".UserActionTime",
                         g_variant_new_int64 (self->user_time));
  g_variant_builder_add (&builder, "{sv}", INTERFACE ".PreferredHandler",
                         g_variant_new_string (self->preferred_handler));
  g_variant_builder_add (&builder, "{sv}", INTERFACE ".Requests", requests);
  g_variant_builder_add (&builder, "{sv}", INTERFACE ".Interfaces", g_variant_new_strv (none, -1));
  g_variant_builder_add (&builder, "{sv}", INTERFACE ".Hints", hints);
  self->properties = g_variant_ref_sink (g_variant_builder_end (&builder));
}

CmChannelRequest *
cm_channel_request_new (CmService *service,
                        CmClients *clients,
                        CmHandlers *handlers,
                        CmObservers *observers,
                        const CmChannelRequestParams *params,
                        guint serial,
                        GError **error)
{
  g_autoptr (CmChannelRequest) self = NULL;

  if (params->preferred_handler[0] != '\0' && !cm_client_is_name (params->preferred_handler))
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "“%s” is not the bus name of a client", CM_SHORT (params->preferred_handler));
      return NULL;
    }
  self = g_object_new (CM_TYPE_CHANNEL_REQUEST, NULL);
  self->service = service;
  self->clients = g_object_ref (clients);
  self->handlers = g_object_ref (handlers);
  self->observers = g_object_ref (observers);
  self->account = g_object_ref (params->account);
  self->account_path = g_strdup (params->account_path);
  self->preferred_handler = g_strdup (params->preferred_handler);
  self->user_time = params->user_time;
  self->is_ensure = params->is_ensure;
  self->requested = g_variant_ref (params->properties);
  self->object_path =
      g_strdup_printf ("/org/freedesktop/Telepathy/ChannelRequest/linnet%u", serial);
  set_properties (self, params->hints);
  g_signal_connect_object (self->account, "notify::state", G_CALLBACK (account_state_cb), self,
                           G_CONNECT_SWAPPED);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                         cm_service_get_bus (service), self->object_path, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
cm_channel_request_get_object_path (CmChannelRequest *self)
{
  return self->object_path;
}
