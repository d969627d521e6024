/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-channel.c: what every channel on D-Bus has. Telepathy: Channel, Channel.Interface.Destroyable
 */
#include "bus/cm-channel.h"

#include "bus/cm-channel-private.h"
#include "bus/cm-connection.h"
#include "dbus/telepathy.h"

typedef struct
{
  CmConnection *connection; /* (owned): it lets go of us when we end, or it does */
  GDBusConnection *bus; /* (owned) */
  char *object_path; /* (owned) */
  GPtrArray *skeletons; /* (owned) GDBusInterfaceSkeleton */
  GPtrArray *interfaces; /* (owned) names, static, without Channel and the type; NULL-terminated on
                            export */
  const char *channel_type; /* static */
  char *target_id; /* (owned) */
  char *initiator_id; /* (owned) */
  char *requester; /* (owned) (nullable) */
  GVariant *properties; /* (owned) (nullable) a{sv}, made once at export */
  guint target_handle_type;
  guint target_handle;
  guint initiator_handle;
  gboolean is_requested;
  gboolean is_closed;
} CmChannelPrivate;

enum
{
  SIGNAL_CLOSED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CmChannel, cm_channel, G_TYPE_OBJECT)

static CmChannelPrivate *
get_private (CmChannel *self)
{
  return cm_channel_get_instance_private (self);
}

static gboolean
handle_close_cb (TpChannel *skeleton, GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_autoptr (CmChannel) self = g_object_ref (CM_CHANNEL (user_data));

  tp_channel_complete_close (skeleton, invocation);
  cm_channel_close (self);
  return TRUE;
}

static gboolean
handle_get_channel_type_cb (TpChannel *skeleton,
                            GDBusMethodInvocation *invocation,
                            gpointer user_data)
{
  tp_channel_complete_get_channel_type (skeleton, invocation,
                                        get_private (user_data)->channel_type);
  return TRUE;
}

static gboolean
handle_get_handle_cb (TpChannel *skeleton, GDBusMethodInvocation *invocation, gpointer user_data)
{
  CmChannelPrivate *priv = get_private (user_data);

  tp_channel_complete_get_handle (skeleton, invocation, priv->target_handle_type,
                                  priv->target_handle);
  return TRUE;
}

static gboolean
handle_get_interfaces_cb (TpChannel *skeleton,
                          GDBusMethodInvocation *invocation,
                          gpointer user_data)
{
  tp_channel_complete_get_interfaces (
      skeleton, invocation, (const char *const *) get_private (user_data)->interfaces->pdata);
  return TRUE;
}

static gboolean
handle_destroy_cb (TpChannelInterfaceDestroyable *skeleton,
                   GDBusMethodInvocation *invocation,
                   gpointer user_data)
{
  g_autoptr (CmChannel) self = g_object_ref (CM_CHANNEL (user_data));

  tp_channel_interface_destroyable_complete_destroy (skeleton, invocation);
  cm_channel_destroy (self);
  return TRUE;
}

static void
add_base_interfaces (CmChannel *self)
{
  CmChannelPrivate *priv = get_private (self);
  TpChannel *channel = tp_channel_skeleton_new ();
  TpChannelInterfaceDestroyable *destroyable = tp_channel_interface_destroyable_skeleton_new ();

  g_signal_connect_object (channel, "handle-close", G_CALLBACK (handle_close_cb), self, 0);
  g_signal_connect_object (channel, "handle-get-channel-type",
                           G_CALLBACK (handle_get_channel_type_cb), self, 0);
  g_signal_connect_object (channel, "handle-get-handle", G_CALLBACK (handle_get_handle_cb), self,
                           0);
  g_signal_connect_object (channel, "handle-get-interfaces", G_CALLBACK (handle_get_interfaces_cb),
                           self, 0);
  g_signal_connect_object (destroyable, "handle-destroy", G_CALLBACK (handle_destroy_cb), self, 0);
  g_ptr_array_add (priv->skeletons, channel);
  cm_channel_add_interface (self, G_DBUS_INTERFACE_SKELETON (destroyable),
                            "org.freedesktop.Telepathy.Channel.Interface.Destroyable");
}

static void
make_properties (CmChannel *self)
{
  CmChannelPrivate *priv = get_private (self);
  GVariantBuilder builder;
  const char *const *interfaces = (const char *const *) priv->interfaces->pdata;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
#define ADD(name, value) \
  g_variant_builder_add (&builder, "{sv}", "org.freedesktop.Telepathy.Channel." name, value)
  ADD ("ChannelType", g_variant_new_string (priv->channel_type));
  ADD ("Interfaces", g_variant_new_strv (interfaces, -1));
  ADD ("TargetHandleType", g_variant_new_uint32 (priv->target_handle_type));
  ADD ("TargetHandle", g_variant_new_uint32 (priv->target_handle));
  ADD ("TargetID", g_variant_new_string (priv->target_id));
  ADD ("Requested", g_variant_new_boolean (priv->is_requested));
  ADD ("InitiatorHandle", g_variant_new_uint32 (priv->initiator_handle));
  ADD ("InitiatorID", g_variant_new_string (priv->initiator_id));
#undef ADD
  if (CM_CHANNEL_GET_CLASS (self)->add_immutable != NULL)
    CM_CHANNEL_GET_CLASS (self)->add_immutable (self, &builder);
  g_clear_pointer (&priv->properties, g_variant_unref);
  priv->properties = g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
set_channel_properties (CmChannel *self)
{
  CmChannelPrivate *priv = get_private (self);
  TpChannel *channel = g_ptr_array_index (priv->skeletons, 0);

  tp_channel_set_channel_type (channel, priv->channel_type);
  tp_channel_set_interfaces (channel, (const char *const *) priv->interfaces->pdata);
  tp_channel_set_target_handle_type (channel, priv->target_handle_type);
  tp_channel_set_target_handle (channel, priv->target_handle);
  tp_channel_set_target_id (channel, priv->target_id);
  tp_channel_set_requested (channel, priv->is_requested);
  tp_channel_set_initiator_handle (channel, priv->initiator_handle);
  tp_channel_set_initiator_id (channel, priv->initiator_id);
}

static void
cm_channel_dispose (GObject *object)
{
  CmChannelPrivate *priv = get_private (CM_CHANNEL (object));

  for (guint i = 0; priv->skeletons != NULL && i < priv->skeletons->len; i++)
    {
      GDBusInterfaceSkeleton *skeleton = g_ptr_array_index (priv->skeletons, i);

      if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
        g_dbus_interface_skeleton_unexport (skeleton);
    }
  g_clear_pointer (&priv->skeletons, g_ptr_array_unref);
  g_clear_object (&priv->bus);
  G_OBJECT_CLASS (cm_channel_parent_class)->dispose (object);
}

static void
cm_channel_finalize (GObject *object)
{
  CmChannelPrivate *priv = get_private (CM_CHANNEL (object));

  g_clear_pointer (&priv->interfaces, g_ptr_array_unref);
  g_clear_pointer (&priv->properties, g_variant_unref);
  g_clear_pointer (&priv->object_path, g_free);
  g_clear_pointer (&priv->target_id, g_free);
  g_clear_pointer (&priv->initiator_id, g_free);
  g_clear_pointer (&priv->requester, g_free);
  g_clear_object (&priv->connection);
  G_OBJECT_CLASS (cm_channel_parent_class)->finalize (object);
}

static void
cm_channel_class_init (CmChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cm_channel_dispose;
  object_class->finalize = cm_channel_finalize;

  signals[SIGNAL_CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cm_channel_init (CmChannel *self)
{
  CmChannelPrivate *priv = get_private (self);

  priv->skeletons = g_ptr_array_new_with_free_func (g_object_unref);
  priv->interfaces = g_ptr_array_new ();
}

/**
 * cm_channel_setup:
 * @self: a channel just made by its own constructor
 * @connection: the connection it belongs to
 * @bus: where it will be exported
 * @object_path: its path
 * @channel_type: (static): Telepathy's interface name of its type
 * @contact: (nullable): its target; %NULL for none (handle type 0)
 * @is_requested: whether a program asked for it
 *
 * Says what the constructor of every channel must say.
 */
void
cm_channel_setup (CmChannel *self,
                  CmConnection *connection,
                  GDBusConnection *bus,
                  const char *object_path,
                  const char *channel_type,
                  ImContact *contact,
                  gboolean is_requested)
{
  CmChannelPrivate *priv = get_private (self);
  CmHandles *handles = cm_connection_get_handles (connection);
  ImContact *own = im_account_get_self_contact (cm_connection_get_account (connection));
  ImContact *initiator = is_requested || contact == NULL ? own : contact;

  priv->connection = g_object_ref (connection);
  priv->bus = g_object_ref (bus);
  priv->object_path = g_strdup (object_path);
  priv->channel_type = channel_type;
  priv->is_requested = is_requested;
  priv->target_handle_type = contact != NULL ? 1 : 0;
  priv->target_handle = contact != NULL ? cm_handles_ensure (handles, contact) : 0;
  priv->target_id =
      g_strdup (contact != NULL ? xmpp_jid_get_text (im_contact_get_jid (contact)) : "");
  /* A channel that the connection itself opened (sign-in) has no initiator. */
  priv->initiator_handle =
      contact == NULL && !is_requested ? 0 : cm_handles_ensure (handles, initiator);
  priv->initiator_id = g_strdup (
      priv->initiator_handle != 0 ? xmpp_jid_get_text (im_contact_get_jid (initiator)) : "");
  add_base_interfaces (self);
}

/**
 * cm_channel_add_interface:
 * @self: a channel that is not exported yet
 * @skeleton: (transfer full): one more interface of its object
 * @listed_name: (nullable) (static): the name for `Interfaces`; %NULL for the channel's type
 */
void
cm_channel_add_interface (CmChannel *self,
                          GDBusInterfaceSkeleton *skeleton,
                          const char *listed_name)
{
  CmChannelPrivate *priv = get_private (self);

  g_ptr_array_add (priv->skeletons, skeleton);
  if (listed_name != NULL)
    g_ptr_array_add (priv->interfaces, (gpointer) listed_name);
}

/**
 * cm_channel_respawn:
 * @self: a text channel that was closed while messages were pending
 *
 * The channel comes back as if its target had opened it: not requested, initiated by the contact.
 *
 * Spec: Telepathy Channel, Close
 */
void
cm_channel_respawn (CmChannel *self)
{
  CmChannelPrivate *priv = get_private (self);

  priv->is_requested = FALSE;
  priv->initiator_handle = priv->target_handle;
  g_free (priv->initiator_id);
  g_clear_pointer (&priv->requester, g_free);
  priv->initiator_id = g_strdup (priv->target_id);
  make_properties (self);
  set_channel_properties (self);
}

/**
 * cm_channel_emit_closed:
 * @self: a channel
 *
 * Says Closed on the bus, as the last that is heard of it (a respawned channel says it as well).
 */
void
cm_channel_emit_closed (CmChannel *self)
{
  tp_channel_emit_closed (g_ptr_array_index (get_private (self)->skeletons, 0));
}

/**
 * cm_channel_end:
 * @self: a channel
 *
 * Closed for good: says so, leaves the bus, emits ::closed. Does nothing the second time.
 */
void
cm_channel_end (CmChannel *self)
{
  CmChannelPrivate *priv = get_private (self);

  if (priv->is_closed)
    return;
  priv->is_closed = TRUE;
  g_object_ref (self);
  if (priv->properties != NULL)
    cm_channel_emit_closed (self);
  for (guint i = 0; i < priv->skeletons->len; i++)
    {
      GDBusInterfaceSkeleton *skeleton = g_ptr_array_index (priv->skeletons, i);

      if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
        {
          g_dbus_interface_skeleton_flush (skeleton);
          g_dbus_interface_skeleton_unexport (skeleton);
        }
    }
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
  g_object_unref (self);
}

gboolean
cm_channel_has_ended (CmChannel *self)
{
  return get_private (self)->is_closed;
}

/**
 * cm_channel_export:
 * @self: a channel after cm_channel_setup ()
 *
 * Returns: %FALSE if the path is taken
 * Errors: G_DBUS_ERROR, G_IO_ERROR
 */
gboolean
cm_channel_export (CmChannel *self, GError **error)
{
  CmChannelPrivate *priv = get_private (self);

  if (CM_CHANNEL_GET_CLASS (self)->export != NULL &&
      !CM_CHANNEL_GET_CLASS (self)->export(self, error))
    return FALSE;
  g_ptr_array_add (priv->interfaces, NULL);
  make_properties (self);
  set_channel_properties (self);
  for (guint i = 0; i < priv->skeletons->len; i++)
    if (!g_dbus_interface_skeleton_export (g_ptr_array_index (priv->skeletons, i), priv->bus,
                                           priv->object_path, error))
      return FALSE;
  return TRUE;
}

void
cm_channel_close (CmChannel *self)
{
  if (get_private (self)->is_closed)
    return;
  if (CM_CHANNEL_GET_CLASS (self)->close != NULL)
    CM_CHANNEL_GET_CLASS (self)->close (self);
  else
    cm_channel_end (self);
}

void
cm_channel_destroy (CmChannel *self)
{
  if (get_private (self)->is_closed)
    return;
  if (CM_CHANNEL_GET_CLASS (self)->destroy != NULL)
    CM_CHANNEL_GET_CLASS (self)->destroy (self);
  cm_channel_end (self);
}

void
cm_channel_lost (CmChannel *self)
{
  cm_channel_end (self);
}

const char *
cm_channel_get_object_path (CmChannel *self)
{
  return get_private (self)->object_path;
}

CmConnection *
cm_channel_get_connection (CmChannel *self)
{
  return get_private (self)->connection;
}

const char *
cm_channel_get_channel_type (CmChannel *self)
{
  return get_private (self)->channel_type;
}

guint
cm_channel_get_target_handle_type (CmChannel *self)
{
  return get_private (self)->target_handle_type;
}

guint
cm_channel_get_target_handle (CmChannel *self)
{
  return get_private (self)->target_handle;
}

const char *
cm_channel_get_target_id (CmChannel *self)
{
  return get_private (self)->target_id;
}

gboolean
cm_channel_is_requested (CmChannel *self)
{
  return get_private (self)->is_requested;
}

/** cm_channel_set_requester: @unique_name: who asked the connection for it, not the dispatcher */
void
cm_channel_set_requester (CmChannel *self, const char *unique_name)
{
  CmChannelPrivate *priv = get_private (self);

  g_free (priv->requester);
  priv->requester = g_strdup (unique_name);
}

const char *
cm_channel_get_requester (CmChannel *self)
{
  return get_private (self)->requester;
}

GVariant *
cm_channel_get_properties (CmChannel *self)
{
  return get_private (self)->properties;
}
