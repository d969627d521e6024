/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection.c: the D-Bus object of one connection of an account. Telepathy: Connection
 *
 * The status only goes DISCONNECTED → CONNECTING → CONNECTED → DISCONNECTED, and after that the
 * object leaves the bus. */
#include "bus/cm-connection.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "bus/cm-connection-private.h"
#include "bus/cm-conversations.h"
#include "bus/cm-security.h"
#include "bus/cm-history.h"
#include "bus/cm-protocol.h"
#include "bus/cm-service.h"
#include "bus/cm-status.h"

#define BUS_NAME_PREFIX "org.freedesktop.Telepathy.Connection.linnet." CM_PROTOCOL_NAME "."
#define PATH_PREFIX "/org/freedesktop/Telepathy/Connection/linnet/" CM_PROTOCOL_NAME "/"
#define TRIM_AFTER_MS 300

typedef struct
{
  const char *interface; /* static */
  CmAttributesFunc func;
} Attributes;

struct _CmConnection
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  ImAccount *account; /* (owned) */
  CmHandles *handles; /* (owned) */
  CmRequests *requests; /* (owned) */
  TpConnection *skeleton; /* (owned) */
  GPtrArray *skeletons; /* (owned) GDBusInterfaceSkeleton of the other interfaces */
  GPtrArray *interfaces; /* (owned) names, static; NULL-terminated */
  GArray *attributes; /* (owned) Attributes */
  CmSecurity *security; /* (owned) (nullable) likewise */
  CmConversations *conversations; /* (owned) (nullable) where no account object has them */
  CmHistory *history; /* (owned) (nullable) likewise */
  CmService *service; /* (unowned): owns us */
  char *object_path; /* (owned) */
  char *bus_name; /* (owned) */
  guint status;
  guint reason;
  guint serial;
  guint name_id;
  guint trim_id; /* source: memory is given back */
  gboolean wants_legacy_signals; /* of the parameters, which are slow to ask */
  gboolean wants_resources; /* somebody asked for them */
  gboolean was_requested; /* Disconnect () was called */
  gboolean is_gone; /* has left the bus */
};

enum
{
  SIGNAL_NEW_CHANNELS,
  SIGNAL_MESSAGE_PENDED,
  SIGNAL_DISCONNECTED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CmConnection, cm_connection, G_TYPE_OBJECT)

static void
unexport_all (CmConnection *self)
{
  /* The connection itself was first and is last: whoever still calls it hears that it is gone, and
   * not that it is something else. */
  for (guint i = self->skeletons->len; i > 0; i--)
    {
      GDBusInterfaceSkeleton *skeleton = g_ptr_array_index (self->skeletons, i - 1);

      if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
        {
          g_dbus_interface_skeleton_flush (skeleton);
          g_dbus_interface_skeleton_unexport (skeleton);
        }
    }
  if (self->name_id != 0)
    g_bus_unown_name (self->name_id);
  self->name_id = 0;
}

/* The last that is heard of it. */
static void
leave (CmConnection *self)
{
  if (self->is_gone)
    return;
  self->is_gone = TRUE;
  g_object_ref (self);
  /* Whoever still holds it hears nothing of the account's next connection, and numbers nobody. */
  g_signal_handlers_disconnect_by_data (self->account, self);
  cm_handles_retire (self->handles);
  g_signal_emit (self, signals[SIGNAL_DISCONNECTED], 0);
  unexport_all (self);
  g_clear_object (&self->security);
  g_clear_object (&self->conversations);
  g_clear_object (&self->history);
  g_object_unref (self);
}

static void
set_status (CmConnection *self, guint status, guint reason)
{
  if (self->status == status)
    return;
  g_debug ("%s: status %u → %u, reason %u", self->object_path, self->status, status, reason);
  self->status = status;
  self->reason = reason;
  tp_connection_set_status (self->skeleton, status);
  tp_connection_emit_status_changed (self->skeleton, status, reason);
}

static void
emit_error (CmConnection *self)
{
  GVariant *details = im_account_get_error_details (self->account);

  if (details == NULL)
    details = g_variant_new ("a{sv}", NULL);
  tp_connection_emit_connection_error (self->skeleton, im_account_get_error_name (self->account),
                                       details);
}

static void
disconnected (CmConnection *self)
{
  const GError *error = im_account_get_error (self->account);
  guint reason = self->was_requested || error == NULL ? CM_REASON_REQUESTED
                                                      : cm_status_reason_from_error (error);

  cm_requests_close_all (self->requests);
  if (!self->was_requested && error != NULL)
    emit_error (self);
  set_status (self, CM_STATUS_DISCONNECTED, reason);
  leave (self);
}

static void
state_cb (CmConnection *self)
{
  if (self->is_gone)
    return;
  switch (im_account_get_state (self->account))
    {
    case IM_ACCOUNT_CONNECTING:
      if (self->status == CM_STATUS_DISCONNECTED)
        set_status (self, CM_STATUS_CONNECTING, CM_REASON_REQUESTED);
      break;
    case IM_ACCOUNT_ONLINE:
      cm_connection_tell_self (self);
      set_status (self, CM_STATUS_CONNECTED, CM_REASON_REQUESTED);
      break;
    case IM_ACCOUNT_OFFLINE:
    default:
      if (self->status != CM_STATUS_DISCONNECTED)
        disconnected (self);
      break;
    }
}

static gboolean
handle_connect_cb (CmConnection *self, GDBusMethodInvocation *invocation)
{
  tp_connection_complete_connect (self->skeleton, invocation);
  if (self->status == CM_STATUS_DISCONNECTED && !self->is_gone)
    {
      set_status (self, CM_STATUS_CONNECTING, CM_REASON_REQUESTED);
      im_account_connect (self->account);
    }
  return TRUE;
}

static gboolean
handle_disconnect_cb (CmConnection *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (CmConnection) keep G_GNUC_UNUSED = g_object_ref (self);

  tp_connection_complete_disconnect (self->skeleton, invocation);
  self->was_requested = TRUE;
  if (self->status == CM_STATUS_DISCONNECTED)
    leave (self);
  else
    im_account_disconnect (self->account);
  return TRUE;
}

static gboolean
handle_get_interfaces_cb (CmConnection *self, GDBusMethodInvocation *invocation)
{
  tp_connection_complete_get_interfaces (self->skeleton, invocation,
                                         (const char *const *) self->interfaces->pdata);
  return TRUE;
}

static void
cm_connection_dispose (GObject *object)
{
  CmConnection *self = CM_CONNECTION (object);

  g_clear_handle_id (&self->trim_id, g_source_remove);
  if (self->skeletons != NULL)
    unexport_all (self);
  g_clear_pointer (&self->requests, cm_requests_free);
  g_clear_pointer (&self->skeletons, g_ptr_array_unref);
  g_clear_object (&self->skeleton);
  g_clear_object (&self->security);
  g_clear_object (&self->conversations);
  g_clear_object (&self->history);
  g_clear_pointer (&self->handles, cm_handles_free);
  g_clear_object (&self->account);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (cm_connection_parent_class)->dispose (object);
}

static void
cm_connection_finalize (GObject *object)
{
  CmConnection *self = CM_CONNECTION (object);

  g_clear_pointer (&self->interfaces, g_ptr_array_unref);
  g_clear_pointer (&self->attributes, g_array_unref);
  g_clear_pointer (&self->object_path, g_free);
  g_clear_pointer (&self->bus_name, g_free);
  G_OBJECT_CLASS (cm_connection_parent_class)->finalize (object);
}

static void
cm_connection_class_init (CmConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cm_connection_dispose;
  object_class->finalize = cm_connection_finalize;

  signals[SIGNAL_NEW_CHANNELS] =
      g_signal_new ("new-channels", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, G_TYPE_PTR_ARRAY, G_TYPE_POINTER);
  signals[SIGNAL_MESSAGE_PENDED] =
      g_signal_new ("message-pended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, CM_TYPE_CHANNEL);
  signals[SIGNAL_DISCONNECTED] =
      g_signal_new ("disconnected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);
}

static void
cm_connection_init (CmConnection *self)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } handlers[] = {
    { "handle-connect", G_CALLBACK (handle_connect_cb) },
    { "handle-disconnect", G_CALLBACK (handle_disconnect_cb) },
    { "handle-get-interfaces", G_CALLBACK (handle_get_interfaces_cb) },
  };

  self->status = CM_STATUS_DISCONNECTED;
  self->skeletons = g_ptr_array_new_with_free_func (g_object_unref);
  self->interfaces = g_ptr_array_new ();
  self->attributes = g_array_new (FALSE, FALSE, sizeof (Attributes));
  self->skeleton = tp_connection_skeleton_new ();
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->skeleton, handlers[i].signal, handlers[i].callback, self,
                             G_CONNECT_SWAPPED);
  cm_connection_add_methods (self, self->skeleton);
}

/* Under another account manager there is no account object to have our own interfaces. */
static gboolean
add_own_interfaces (CmConnection *self, CmService *service, GError **error)
{
  if (im_account_is_kept (self->account) && cm_service_owns_account_manager (service))
    return TRUE;
  self->conversations = cm_conversations_new (service, self->account, self->object_path, error);
  if (self->conversations == NULL)
    return FALSE;
  self->security = cm_security_new (service, self->account, self->object_path, error);
  if (self->security == NULL)
    return FALSE;
  self->history = cm_history_new (service, self->account, self->object_path, error);
  g_ptr_array_add (self->interfaces, (gpointer) "im.linnet.Conversations1");
  g_ptr_array_add (self->interfaces, (gpointer) "im.linnet.History1");
  g_ptr_array_add (self->interfaces, (gpointer) "im.linnet.Security1");
  return self->history != NULL;
}

static gboolean
export_all (CmConnection *self, GError **error)
{
  for (guint i = 0; i < self->skeletons->len; i++)
    if (!g_dbus_interface_skeleton_export (g_ptr_array_index (self->skeletons, i), self->bus,
                                           self->object_path, error))
      return FALSE;
  self->name_id = g_bus_own_name_on_connection (
      self->bus, self->bus_name, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, NULL, NULL, NULL, NULL);
  return TRUE;
}

static void
parameters_cb (CmConnection *self)
{
  self->wants_legacy_signals = FALSE;
  g_variant_lookup (im_account_get_parameters (self->account), "legacy-signals", "b",
                    &self->wants_legacy_signals);
}

/**
 * cm_connection_new:
 * @service: on whose bus
 * @account: whose connection it is; not asked to connect
 *
 * Returns: (transfer full) (nullable): exported, with status DISCONNECTED
 * Errors: those of g_dbus_interface_skeleton_export ()
 * Spec: Telepathy ConnectionManager, RequestConnection
 */
CmConnection *
cm_connection_new (CmService *service, ImAccount *account, GError **error)
{
  g_autoptr (CmConnection) self = g_object_new (CM_TYPE_CONNECTION, NULL);
  g_autofree char *escaped = cm_protocol_escape (xmpp_jid_get_text (im_account_get_jid (account)));

  self->service = service;
  self->bus = g_object_ref (cm_service_get_bus (service));
  self->account = g_object_ref (account);
  self->handles = cm_handles_new (account);
  self->object_path = g_strconcat (PATH_PREFIX, escaped, NULL);
  self->bus_name = g_strconcat (BUS_NAME_PREFIX, escaped, NULL);

  cm_connection_add_interface (self, g_object_ref (G_DBUS_INTERFACE_SKELETON (self->skeleton)),
                               NULL);
  cm_connection_add_requests (self);
  cm_connection_add_contact_list (self);
  cm_connection_add_contact_groups (self);
  cm_connection_add_contact_blocking (self);
  cm_connection_add_addressing (self);
  cm_connection_add_aliasing (self);
  cm_connection_add_simple_presence (self);
  cm_connection_add_gateways (self, service);
  cm_connection_add_approvals (self);
  cm_connection_add_confusables (self);
  cm_connection_add_groups (self);
  cm_connection_add_idle (self);
  cm_connection_add_keepalive (self);
  cm_connection_add_power_saving (self);
  cm_connection_add_sidecars (self);
  cm_connection_add_capabilities (self);
  cm_connection_add_contact_info (self);
  cm_connection_add_avatars (self);
  cm_connection_add_location (self);
  cm_connection_add_personal (self);
  cm_connection_add_discovery (self);
  cm_connection_add_contacts (self);
  if (!add_own_interfaces (self, service, error))
    return NULL;
  g_ptr_array_add (self->interfaces, NULL);

  tp_connection_set_interfaces (self->skeleton, (const char *const *) self->interfaces->pdata);
  tp_connection_set_self_handle (self->skeleton, CM_SELF_HANDLE);
  cm_connection_tell_self (self);
  tp_connection_set_status (self->skeleton, self->status);
  tp_connection_set_has_immortal_handles (self->skeleton, TRUE);
  if (!export_all (self, error))
    return NULL;

  g_signal_connect_object (account, "notify::state", G_CALLBACK (state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::parameters", G_CALLBACK (parameters_cb), self,
                           G_CONNECT_SWAPPED);
  parameters_cb (self);
  cm_connection_watch_sign_in (self);
  /* One that is connecting by itself got its object because of that. */
  state_cb (self);
  return g_steal_pointer (&self);
}

CmService *
cm_connection_get_service (CmConnection *self)
{
  return self->service;
}

gboolean
cm_connection_is_gone (CmConnection *self)
{
  return self->is_gone;
}

void
cm_connection_add_interface (CmConnection *self,
                             GDBusInterfaceSkeleton *skeleton,
                             const char *interface)
{
  g_ptr_array_add (self->skeletons, skeleton);
  if (interface != NULL)
    g_ptr_array_add (self->interfaces, (gpointer) interface);
}

gpointer
cm_connection_get_interface (CmConnection *self, GType type)
{
  for (guint i = 0; i < self->skeletons->len; i++)
    if (g_type_is_a (G_OBJECT_TYPE (g_ptr_array_index (self->skeletons, i)), type))
      return g_ptr_array_index (self->skeletons, i);
  g_return_val_if_reached (NULL);
}

void
cm_connection_add_attributes (CmConnection *self, const char *interface, CmAttributesFunc func)
{
  Attributes attributes = { interface, func };

  g_array_append_val (self->attributes, attributes);
}

CmAttributesFunc
cm_connection_find_attributes (CmConnection *self, const char *interface)
{
  for (guint i = 0; i < self->attributes->len; i++)
    if (g_str_equal (g_array_index (self->attributes, Attributes, i).interface, interface))
      return g_array_index (self->attributes, Attributes, i).func;
  return NULL;
}

char **
cm_connection_dup_attribute_interfaces (CmConnection *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->attributes->len; i++)
    g_strv_builder_add (builder, g_array_index (self->attributes, Attributes, i).interface);
  return g_strv_builder_end (builder);
}

gboolean
cm_connection_check_connected (CmConnection *self, GDBusMethodInvocation *invocation)
{
  if (self->status == CM_STATUS_CONNECTED)
    return TRUE;
  g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_DISCONNECTED,
                                         "%s is not connected",
                                         xmpp_jid_get_text (im_account_get_jid (self->account)));
  return FALSE;
}

static gboolean
trim_cb (gpointer user_data)
{
  CmConnection *self = user_data;

  self->trim_id = 0;
#ifdef __GLIBC__
  malloc_trim (0);
#endif
  return G_SOURCE_REMOVE;
}

void
cm_connection_trim_soon (CmConnection *self)
{
  g_clear_handle_id (&self->trim_id, g_source_remove);
  self->trim_id = g_timeout_add (TRIM_AFTER_MS, trim_cb, self);
}

gboolean
cm_connection_wants_legacy_signals (CmConnection *self)
{
  return self->wants_legacy_signals;
}

void
cm_connection_want_resources (CmConnection *self)
{
  self->wants_resources = TRUE;
}

gboolean
cm_connection_wants_resources (CmConnection *self)
{
  return self->wants_resources;
}

void
cm_connection_set_requests (CmConnection *self, CmRequests *requests)
{
  self->requests = requests;
}

CmRequests *
cm_connection_get_requests (CmConnection *self)
{
  return self->requests;
}

void
cm_connection_emit_new_channels (CmConnection *self, GPtrArray *channels, gpointer request_tag)
{
  for (guint i = 0; i < channels->len; i++)
    {
      CmChannel *channel = g_ptr_array_index (channels, i);

      tp_connection_emit_new_channel (
          self->skeleton, cm_channel_get_object_path (channel),
          cm_channel_get_channel_type (channel), cm_channel_get_target_handle_type (channel),
          cm_channel_get_target_handle (channel), cm_channel_is_requested (channel));
    }
  g_signal_emit (self, signals[SIGNAL_NEW_CHANNELS], 0, channels, request_tag);
}

guint
cm_connection_next_serial (CmConnection *self)
{
  return ++self->serial;
}

const char *
cm_connection_get_object_path (CmConnection *self)
{
  return self->object_path;
}

const char *
cm_connection_get_bus_name (CmConnection *self)
{
  return self->bus_name;
}

ImAccount *
cm_connection_get_account (CmConnection *self)
{
  return self->account;
}

CmHandles *
cm_connection_get_handles (CmConnection *self)
{
  return self->handles;
}

GDBusConnection *
cm_connection_get_bus (CmConnection *self)
{
  return self->bus;
}

guint
cm_connection_get_status (CmConnection *self)
{
  return self->status;
}

guint
cm_connection_get_status_reason (CmConnection *self)
{
  return self->reason;
}

GPtrArray *
cm_connection_get_channels (CmConnection *self)
{
  return cm_requests_get_channels (self->requests);
}
