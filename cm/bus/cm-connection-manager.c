/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-manager.c: makes connections for whoever asks. Telepathy: ConnectionManager */
#include "bus/cm-connection-manager.h"

#include "bus/cm-protocol.h"
#include "bus/cm-short.h"
#include "dbus/telepathy.h"

struct _CmConnectionManager
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  ImAccountManager *accounts; /* (owned) */
  TpConnectionManager *skeleton; /* (owned) */
  CmProtocol *protocol; /* (owned) */
};

enum
{
  SIGNAL_IS_TAKEN,
  SIGNAL_REQUEST,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CmConnectionManager, cm_connection_manager, G_TYPE_OBJECT)

static gboolean
check_protocol (GDBusMethodInvocation *invocation, const char *protocol)
{
  if (g_str_equal (protocol, CM_PROTOCOL_NAME))
    return TRUE;
  g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED,
                                         "The protocol “%s” is not known here; “%s” is",
                                         CM_SHORT (protocol), CM_PROTOCOL_NAME);
  return FALSE;
}

static gboolean
handle_get_parameters_cb (CmConnectionManager *self,
                          GDBusMethodInvocation *invocation,
                          const char *protocol)
{
  if (check_protocol (invocation, protocol))
    tp_connection_manager_complete_get_parameters (self->skeleton, invocation,
                                                   cm_protocol_new_parameters ());
  return TRUE;
}

static gboolean
handle_list_protocols_cb (CmConnectionManager *self, GDBusMethodInvocation *invocation)
{
  static const char *const protocols[] = { CM_PROTOCOL_NAME, NULL };

  tp_connection_manager_complete_list_protocols (self->skeleton, invocation, protocols);
  return TRUE;
}

/* Before anything of the account is changed. */
static gboolean
check_is_free (CmConnectionManager *self, GVariant *parameters, GError **error)
{
  g_autoptr (XmppJid) jid = NULL;
  const char *address;
  ImAccount *account = NULL;
  gboolean is_taken = FALSE;

  if (g_variant_lookup (parameters, "account", "&s", &address))
    jid = xmpp_jid_new (address, NULL);
  if (jid != NULL)
    account = im_account_manager_find (self->accounts, jid);
  if (account != NULL)
    g_signal_emit (self, signals[SIGNAL_IS_TAKEN], 0, account, &is_taken);
  if (is_taken)
    g_set_error (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE, "There is a connection of %s already",
                 xmpp_jid_get_text (jid));
  return !is_taken;
}

static gboolean
handle_request_connection_cb (CmConnectionManager *self,
                              GDBusMethodInvocation *invocation,
                              const char *protocol,
                              GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ImAccount) account = NULL;
  CmConnection *connection = NULL;

  if (!check_protocol (invocation, protocol))
    return TRUE;
  if (check_is_free (self, parameters, &error))
    account = im_account_manager_get_for_connection (self->accounts, parameters, &error);
  if (account == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  g_signal_emit (self, signals[SIGNAL_REQUEST], 0, account, &connection);
  if (connection == NULL)
    {
      g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                                             "There is a connection of %s already",
                                             xmpp_jid_get_text (im_account_get_jid (account)));
      return TRUE;
    }
  tp_connection_manager_complete_request_connection (self->skeleton, invocation,
                                                     cm_connection_get_bus_name (connection),
                                                     cm_connection_get_object_path (connection));
  return TRUE;
}

static void
cm_connection_manager_dispose (GObject *object)
{
  CmConnectionManager *self = CM_CONNECTION_MANAGER (object);

  if (self->skeleton != NULL &&
      g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->skeleton);
  g_clear_object (&self->protocol);
  g_clear_object (&self->accounts);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (cm_connection_manager_parent_class)->dispose (object);
}

static void
cm_connection_manager_class_init (CmConnectionManagerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_connection_manager_dispose;

  signals[SIGNAL_IS_TAKEN] = g_signal_new ("is-taken", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_BOOLEAN, 1, IM_TYPE_ACCOUNT);
  signals[SIGNAL_REQUEST] = g_signal_new ("request", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_POINTER, 1, IM_TYPE_ACCOUNT);
}

static void
cm_connection_manager_init (CmConnectionManager *self)
{
  self->skeleton = tp_connection_manager_skeleton_new ();
  g_signal_connect_object (self->skeleton, "handle-get-parameters",
                           G_CALLBACK (handle_get_parameters_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-list-protocols",
                           G_CALLBACK (handle_list_protocols_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-request-connection",
                           G_CALLBACK (handle_request_connection_cb), self, G_CONNECT_SWAPPED);
}

/**
 * cm_connection_manager_new:
 * @bus: where to export it
 * @accounts: where the accounts of connections come from
 *
 * Returns: (transfer full) (nullable): exported, with its protocol; the bus name is the service's
 * business Errors: those of g_dbus_interface_skeleton_export ()
 */
CmConnectionManager *
cm_connection_manager_new (GDBusConnection *bus, ImAccountManager *accounts, GError **error)
{
  g_autoptr (CmConnectionManager) self = g_object_new (CM_TYPE_CONNECTION_MANAGER, NULL);
  GVariantBuilder protocols;

  self->bus = g_object_ref (bus);
  self->accounts = g_object_ref (accounts);
  self->protocol = cm_protocol_new (bus, error);
  if (self->protocol == NULL)
    return NULL;
  g_variant_builder_init (&protocols, G_VARIANT_TYPE ("a{sa{sv}}"));
  g_variant_builder_add (&protocols, "{s@a{sv}}", CM_PROTOCOL_NAME,
                         cm_protocol_get_properties (self->protocol));
  tp_connection_manager_set_protocols (self->skeleton, g_variant_builder_end (&protocols));
  tp_connection_manager_set_interfaces (self->skeleton, (const char *const[]){ NULL });
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton), bus,
                                         CM_CONNECTION_MANAGER_PATH, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * cm_connection_manager_announce:
 * @connection: a connection that was just exported
 *
 * Spec: Telepathy ConnectionManager, NewConnection
 */
void
cm_connection_manager_announce (CmConnectionManager *self, CmConnection *connection)
{
  tp_connection_manager_emit_new_connection (
      self->skeleton, cm_connection_get_bus_name (connection),
      cm_connection_get_object_path (connection), CM_PROTOCOL_NAME);
}
