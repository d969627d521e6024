/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-requests.c: the channels of a connection: asked for, opened by a message,
 * announced, closed. Telepathy: Connection.Interface.Requests
 *
 * A channel that a method made is announced after the method has returned; one contact has at most
 * one text channel. */
#include "bus/cm-connection-private.h"

#include "bus/cm-channel-private.h"
#include "bus/cm-lazy-skeleton.h"
#include "bus/cm-options.h"
#include "bus/cm-protocol.h"
#include "bus/cm-search-channel.h"
#include "bus/cm-short.h"
#include "bus/cm-status.h"
#include "bus/cm-text-channel.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.Requests"
#define CHANNEL "org.freedesktop.Telepathy.Channel."

/* A text channel on its way: what is pending is being read. */
typedef struct
{
  CmRequests *requests; /* (unowned) NULL: the connection is gone */
  CmTextChannel *channel; /* (owned) */
  GPtrArray *tasks; /* (owned) GTask: who waits for it; [0] made it, unless a message did */
  gpointer request_tag;
} Opening;

struct _CmRequests
{
  CmConnection *connection; /* (unowned): owns us */
  TpConnectionInterfaceRequests *skeleton; /* (owned) */
  GPtrArray *channels; /* (owned) CmChannel, exported */
  GHashTable *openings; /* (owned) ImContact → Opening (unowned) */
};

/* A kind of channel that can be asked for. */
typedef struct
{
  const char *channel_type;
  const CmOption *options; /* what a request may say */
  /* Takes the task, whose data is a CmRequestData. */
  void (*begin) (CmConnection *connection, GVariant *request, GTask *task);
} RequestKind;

static GVariant *
new_channels (gpointer user_data)
{
  CmRequests *self = user_data;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(oa{sv})"));
  for (guint i = 0; i < self->channels->len; i++)
    {
      CmChannel *channel = g_ptr_array_index (self->channels, i);

      g_variant_builder_add (&builder, "(o@a{sv})", cm_channel_get_object_path (channel),
                             cm_channel_get_properties (channel));
    }
  return g_variant_builder_end (&builder);
}

static void
closed_cb (CmChannel *channel, gpointer user_data)
{
  CmRequests *self = cm_connection_get_requests (CM_CONNECTION (user_data));
  g_autoptr (CmChannel) keep G_GNUC_UNUSED = g_object_ref (channel);

  if (self == NULL || !g_ptr_array_remove (self->channels, channel))
    return;
  tp_connection_interface_requests_emit_channel_closed (self->skeleton,
                                                        cm_channel_get_object_path (channel));
}

static void
announce (CmRequests *self, CmChannel *channel, gpointer request_tag)
{
  g_autoptr (GPtrArray) channels = g_ptr_array_new ();
  GVariantBuilder builder;

  g_ptr_array_add (channels, channel);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(oa{sv})"));
  g_variant_builder_add (&builder, "(o@a{sv})", cm_channel_get_object_path (channel),
                         cm_channel_get_properties (channel));
  tp_connection_interface_requests_emit_new_channels (self->skeleton,
                                                      g_variant_builder_end (&builder));
  cm_connection_emit_new_channels (self->connection, channels, request_tag);
}

static gboolean
export_channel (CmRequests *self, CmChannel *channel, GError **error)
{
  if (!cm_channel_export (channel, error))
    return FALSE;
  g_ptr_array_add (self->channels, g_object_ref (channel));
  g_signal_connect_object (channel, "closed", G_CALLBACK (closed_cb), self->connection, 0);
  return TRUE;
}

/**
 * cm_requests_take_channel:
 * @self: (nullable): NULL: the connection has gone meanwhile
 * @channel: one that was asked for, not exported
 * @task: of the request; answered
 *
 * Exports it, answers, and then announces it.
 */
void
cm_requests_take_channel (CmRequests *self, CmChannel *channel, GTask *task)
{
  CmRequestData *data = g_task_get_task_data (task);
  GError *error = NULL;

  if (self == NULL || cm_connection_get_status (self->connection) != CM_STATUS_CONNECTED)
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_DISCONNECTED, "The connection was closed.");
  else if (!export_channel (self, channel, &error))
    g_task_return_error (task, error);
  else
    {
      data->is_yours = TRUE;
      g_task_return_pointer (task, g_object_ref (channel), g_object_unref);
      announce (self, channel, data->tag);
    }
}

static void
opening_free (Opening *opening)
{
  g_clear_object (&opening->channel);
  g_ptr_array_unref (opening->tasks);
  g_free (opening);
}

static void
fail_opening (Opening *opening, const GError *error)
{
  for (guint i = 0; i < opening->tasks->len; i++)
    g_task_return_error (g_ptr_array_index (opening->tasks, i), g_error_copy (error));
}

static void
complete_opening (Opening *opening, CmRequests *self)
{
  for (guint i = 0; i < opening->tasks->len; i++)
    g_task_return_pointer (g_ptr_array_index (opening->tasks, i), g_object_ref (opening->channel),
                           g_object_unref);
  if (!cm_channel_has_ended (CM_CHANNEL (opening->channel)))
    announce (self, CM_CHANNEL (opening->channel), opening->request_tag);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  CmTextChannel *channel = CM_TEXT_CHANNEL (source);
  Opening *opening = user_data;
  CmRequests *self = opening->requests;
  g_autoptr (GError) error = NULL;
  ImContact *contact;

  if (self == NULL)
    {
      error = g_error_new_literal (IM_ERROR, IM_ERROR_DISCONNECTED, "The connection was closed.");
      fail_opening (opening, error);
      opening_free (opening);
      return;
    }
  contact = cm_handles_get (cm_connection_get_handles (self->connection),
                            cm_channel_get_target_handle (CM_CHANNEL (channel)), NULL);
  g_hash_table_remove (self->openings, contact);
  if (!cm_text_channel_prepare_finish (channel, result, &error) ||
      !export_channel (self, CM_CHANNEL (channel), &error))
    fail_opening (opening, error);
  else
    complete_opening (opening, self);
  opening_free (opening);
}

static Opening *
open_text (CmRequests *self, ImContact *contact, gboolean is_requested, gpointer request_tag)
{
  Opening *opening = g_new0 (Opening, 1);
  g_autofree char *path =
      g_strdup_printf ("%s/text%u", cm_connection_get_object_path (self->connection),
                       cm_connection_next_serial (self->connection));

  opening->requests = self;
  opening->channel = cm_text_channel_new (
      self->connection, cm_connection_get_bus (self->connection), path, contact, is_requested);
  opening->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  opening->request_tag = request_tag;
  g_hash_table_insert (self->openings, contact, opening);
  cm_text_channel_prepare_async (opening->channel, prepared_cb, opening);
  return opening;
}

static CmChannel *
find_text (CmRequests *self, ImContact *contact)
{
  guint handle = im_contact_get_handle (contact);

  for (guint i = 0; i < self->channels->len; i++)
    {
      CmChannel *channel = g_ptr_array_index (self->channels, i);

      if (CM_IS_TEXT_CHANNEL (channel) && cm_channel_get_target_handle (channel) == handle)
        return channel;
    }
  return NULL;
}

/* A message that a person should see: opens a channel where there is none. One that came back is
 * reported there. */
static void
message_fresh_cb (CmConnection *connection, ImConversation *conversation, ImMessage *message)
{
  CmRequests *self = cm_connection_get_requests (connection);
  ImAccount *account = cm_connection_get_account (connection);
  ImContact *contact = im_account_ensure_contact (account, im_conversation_get_peer (conversation));
  CmChannel *channel = find_text (self, contact);
  Opening *opening;

  if (cm_connection_get_status (connection) != CM_STATUS_CONNECTED)
    return;
  if (channel != NULL)
    g_signal_emit_by_name (connection, "message-pended", channel);
  else if (!g_hash_table_contains (self->openings, contact))
    {
      opening = open_text (self, contact, FALSE, NULL);
      if (im_message_is_outgoing (message))
        cm_text_channel_add_report (opening->channel, message);
    }
}

static const CmOption text_options[] = {
  { CHANNEL "ChannelType", "s", TRUE, NULL },
  { CHANNEL "TargetHandleType", "u", FALSE, NULL },
  { CHANNEL "TargetHandle", "u", FALSE, NULL },
  { CHANNEL "TargetID", "s", FALSE, NULL },
  { NULL },
};

/* The contact of a valid request, or NULL. */
static ImContact *
parse_target (CmRequests *self, GVariant *request, GError **error)
{
  CmHandles *handles = cm_connection_get_handles (self->connection);
  guint handle_type = CM_HANDLE_TYPE_NONE;
  guint handle;
  const char *id;
  gboolean has_handle, has_id;

  g_variant_lookup (request, CHANNEL "TargetHandleType", "u", &handle_type);
  if (handle_type != CM_HANDLE_TYPE_CONTACT)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED,
                   "Text channels with a target of the kind %u cannot be requested; with a "
                   "contact they can",
                   handle_type);
      return NULL;
    }
  has_handle = g_variant_lookup (request, CHANNEL "TargetHandle", "u", &handle);
  has_id = g_variant_lookup (request, CHANNEL "TargetID", "&s", &id);
  if (has_handle == has_id)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                           "One of TargetHandle and TargetID is needed, and not both");
      return NULL;
    }
  return has_handle ? cm_handles_get (handles, handle, error)
                    : cm_handles_parse (handles, id, error);
}

static void
begin_text (CmConnection *connection, GVariant *request, GTask *task)
{
  CmRequests *self = cm_connection_get_requests (connection);
  g_autoptr (GTask) owned = task;
  CmRequestData *data = g_task_get_task_data (task);
  GError *error = NULL;
  ImContact *contact = parse_target (self, request, &error);
  Opening *opening;
  CmChannel *channel;

  if (contact == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  channel = find_text (self, contact);
  opening = g_hash_table_lookup (self->openings, contact);
  if ((channel != NULL || opening != NULL) && !data->is_ensure)
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                               "There is a text channel with %s already",
                               xmpp_jid_get_text (im_contact_get_jid (contact)));
      return;
    }
  if (channel != NULL)
    {
      g_task_return_pointer (task, g_object_ref (channel), g_object_unref);
      return;
    }
  if (opening == NULL)
    {
      opening = open_text (self, contact, TRUE, data->tag);
      data->is_yours = TRUE;
    }
  g_ptr_array_add (opening->tasks, g_steal_pointer (&owned));
}

static const RequestKind request_kinds[] = {
  { CM_CHANNEL_TYPE_TEXT, text_options, begin_text },
  { CM_CHANNEL_TYPE_CONTACT_SEARCH, cm_search_options, cm_connection_begin_search },
};

static const RequestKind *
find_kind (GVariant *request, GError **error)
{
  const char *type;

  if (!g_variant_lookup (request, CHANNEL "ChannelType", "&s", &type))
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                           "ChannelType, a string, is needed");
      return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (request_kinds); i++)
    if (g_str_equal (request_kinds[i].channel_type, type))
      return &request_kinds[i];
  g_set_error (error, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED,
               "Channels of the type “%s” cannot be requested", CM_SHORT (type));
  return NULL;
}

/* Properties that are nobody's make a request that can never succeed: NotImplemented, as the
 * specification says. */
static GVariant *
check_request (GVariant *request, const RequestKind *kind, GError **error)
{
  GVariantIter iter;
  const char *key;

  g_variant_iter_init (&iter, request);
  while (g_variant_iter_next (&iter, "{&sv}", &key, NULL))
    {
      gboolean is_known = FALSE;

      for (const CmOption *option = kind->options; option->key != NULL; option++)
        is_known = is_known || g_str_equal (option->key, key);
      if (!is_known)
        {
          g_set_error (error, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED,
                       "A channel with the property “%s” cannot be requested", CM_SHORT (key));
          return NULL;
        }
    }
  return cm_options_check (request, kind->options, error);
}

void
cm_connection_request_channel_async (CmConnection *connection,
                                     GVariant *request,
                                     gboolean is_ensure,
                                     gpointer request_tag,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (connection, NULL, callback, user_data);
  g_autoptr (GVariant) sunk = g_variant_ref_sink (request);
  g_autoptr (GVariant) checked = NULL;
  GError *error = NULL;
  CmRequestData *data = g_new0 (CmRequestData, 1);
  const RequestKind *kind = find_kind (sunk, &error);

  data->is_ensure = is_ensure;
  data->tag = request_tag;
  g_task_set_task_data (task, data, g_free);
  if (kind != NULL)
    checked = check_request (sunk, kind, &error);
  if (checked == NULL)
    g_task_return_error (task, error);
  else
    kind->begin (connection, checked, g_steal_pointer (&task));
}

CmChannel *
cm_connection_request_channel_finish (CmConnection *self,
                                      GAsyncResult *result,
                                      gboolean *is_yours,
                                      GError **error)
{
  CmRequestData *data = g_task_get_task_data (G_TASK (result));

  if (is_yours != NULL)
    *is_yours = data->is_yours;
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Who asked the connection itself probably shows it. */
static CmChannel *
finish_request (GObject *source,
                GAsyncResult *result,
                GDBusMethodInvocation *invocation,
                gboolean *is_yours,
                GError **error)
{
  CmChannel *channel =
      cm_connection_request_channel_finish (CM_CONNECTION (source), result, is_yours, error);

  if (channel != NULL && *is_yours)
    cm_channel_set_requester (channel, g_dbus_method_invocation_get_sender (invocation));
  return channel;
}

static void
channel_created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  CmRequestData *data = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean is_yours;
  g_autoptr (CmChannel) channel = finish_request (source, result, invocation, &is_yours, &error);

  if (channel == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else if (data->is_ensure)
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new ("(bo@a{sv})", is_yours, cm_channel_get_object_path (channel),
                                   cm_channel_get_properties (channel)));
  else
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new ("(o@a{sv})", cm_channel_get_object_path (channel),
                                   cm_channel_get_properties (channel)));
}

static gboolean
handle_create_channel_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *request)
{
  if (cm_connection_check_connected (self, invocation))
    cm_connection_request_channel_async (self, request, FALSE, NULL, channel_created_cb,
                                         invocation);
  return TRUE;
}

static gboolean
handle_ensure_channel_cb (CmConnection *self, GDBusMethodInvocation *invocation, GVariant *request)
{
  if (cm_connection_check_connected (self, invocation))
    cm_connection_request_channel_async (self, request, TRUE, NULL, channel_created_cb, invocation);
  return TRUE;
}

/* What Connection itself had before there was this interface. */
static gboolean
handle_list_channels_cb (CmConnection *self,
                         GDBusMethodInvocation *invocation,
                         TpConnection *skeleton)
{
  GPtrArray *channels = cm_connection_get_channels (self);
  GVariantBuilder builder;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(osuu)"));
  for (guint i = 0; i < channels->len; i++)
    {
      CmChannel *channel = g_ptr_array_index (channels, i);

      g_variant_builder_add (&builder, "(osuu)", cm_channel_get_object_path (channel),
                             cm_channel_get_channel_type (channel),
                             cm_channel_get_target_handle_type (channel),
                             cm_channel_get_target_handle (channel));
    }
  tp_connection_complete_list_channels (skeleton, invocation, g_variant_builder_end (&builder));
  return TRUE;
}

static void
request_channel_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_yours;
  g_autoptr (CmChannel) channel = finish_request (source, result, invocation, &is_yours, &error);

  if (channel == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new ("(o)", cm_channel_get_object_path (channel)));
}

static gboolean
handle_request_channel_cb (CmConnection *self,
                           GDBusMethodInvocation *invocation,
                           const char *type,
                           guint handle_type,
                           guint handle,
                           gboolean suppress_handler)
{
  GVariantBuilder request;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  g_variant_builder_init (&request, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&request, "{sv}", "org.freedesktop.Telepathy.Channel.ChannelType",
                         g_variant_new_string (type));
  g_variant_builder_add (&request, "{sv}", "org.freedesktop.Telepathy.Channel.TargetHandleType",
                         g_variant_new_uint32 (handle_type));
  if (handle_type != 0)
    g_variant_builder_add (&request, "{sv}", "org.freedesktop.Telepathy.Channel.TargetHandle",
                           g_variant_new_uint32 (handle));
  cm_connection_request_channel_async (self, g_variant_builder_end (&request), TRUE, NULL,
                                       request_channel_cb, invocation);
  return TRUE;
}

/* Nothing has been announced of it yet. */
void
cm_requests_add_channel (CmRequests *self, CmChannel *channel)
{
  g_autoptr (CmChannel) owned = channel;
  g_autoptr (GError) error = NULL;

  if (export_channel (self, owned, &error))
    announce (self, owned, NULL);
  else
    g_warning ("Channel %s cannot be exported: %s", cm_channel_get_object_path (owned),
               error->message);
}

void
cm_requests_respawn (CmRequests *self, CmChannel *channel)
{
  cm_channel_emit_closed (channel);
  tp_connection_interface_requests_emit_channel_closed (self->skeleton,
                                                        cm_channel_get_object_path (channel));
  cm_channel_respawn (channel);
  announce (self, channel, NULL);
}

void
cm_requests_close_all (CmRequests *self)
{
  GHashTableIter iter;
  gpointer opening;

  while (self->channels->len > 0)
    {
      g_autoptr (CmChannel) channel = g_object_ref (g_ptr_array_index (self->channels, 0));

      /* The connection is gone: what is pending stays unread in the store. */
      cm_channel_lost (channel);
      g_ptr_array_remove (self->channels, channel);
    }
  g_hash_table_iter_init (&iter, self->openings);
  while (g_hash_table_iter_next (&iter, NULL, &opening))
    ((Opening *) opening)->requests = NULL;
  g_hash_table_remove_all (self->openings);
}

void
cm_requests_free (CmRequests *self)
{
  cm_requests_close_all (self);
  g_ptr_array_unref (self->channels);
  g_hash_table_unref (self->openings);
  g_object_unref (self->skeleton);
  g_free (self);
}

GPtrArray *
cm_requests_get_channels (CmRequests *self)
{
  return self->channels;
}

void
cm_connection_add_requests (CmConnection *connection)
{
  CmRequests *self = g_new0 (CmRequests, 1);
  TpConnection *old = cm_connection_get_interface (connection, TP_TYPE_CONNECTION);

  self->connection = connection;
  self->skeleton = cm_lazy_skeleton_new (TP_TYPE_CONNECTION_INTERFACE_REQUESTS_SKELETON, "channels",
                                         new_channels, self);
  self->channels = g_ptr_array_new_with_free_func (g_object_unref);
  self->openings = g_hash_table_new (NULL, NULL);
  tp_connection_interface_requests_set_requestable_channel_classes (
      self->skeleton, cm_protocol_new_requestable_classes ());
  g_signal_connect_object (self->skeleton, "handle-create-channel",
                           G_CALLBACK (handle_create_channel_cb), connection, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-ensure-channel",
                           G_CALLBACK (handle_ensure_channel_cb), connection, G_CONNECT_SWAPPED);
  g_signal_connect_object (old, "handle-list-channels", G_CALLBACK (handle_list_channels_cb),
                           connection, G_CONNECT_SWAPPED);
  g_signal_connect_object (old, "handle-request-channel", G_CALLBACK (handle_request_channel_cb),
                           connection, G_CONNECT_SWAPPED);
  g_signal_connect_object (cm_connection_get_account (connection), "message-fresh",
                           G_CALLBACK (message_fresh_cb), connection, G_CONNECT_SWAPPED);
  cm_connection_set_requests (connection, self);
  cm_connection_add_interface (
      connection, g_object_ref (G_DBUS_INTERFACE_SKELETON (self->skeleton)), INTERFACE);
}
