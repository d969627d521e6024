/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-sidecars.c: more about a connection, by the name of an interface. Telepathy:
 * Connection.Interface.Sidecars1
 *
 * Ours have no object of their own: they are interfaces of the connection's. */
#include "bus/cm-connection-private.h"
#include "bus/cm-short.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.Sidecars1"
#define OURS "im.linnet."

static gboolean
handle_ensure_sidecar_cb (CmConnection *self,
                          GDBusMethodInvocation *invocation,
                          const char *name,
                          TpConnectionInterfaceSidecars1 *skeleton)
{
  TpConnection *connection = cm_connection_get_interface (self, TP_TYPE_CONNECTION);

  if (!g_dbus_is_interface_name (name))
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                           "“%s” is not the name of an interface", CM_SHORT (name));
  else if (g_str_has_prefix (name, OURS) &&
           g_strv_contains (tp_connection_get_interfaces (connection), name))
    tp_connection_interface_sidecars1_complete_ensure_sidecar (
        skeleton, invocation, cm_connection_get_object_path (self), g_variant_new ("a{sv}", NULL));
  else
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_NOT_IMPLEMENTED,
                                           "There is no sidecar “%s”", CM_SHORT (name));
  return TRUE;
}

void
cm_connection_add_sidecars (CmConnection *self)
{
  TpConnectionInterfaceSidecars1 *skeleton = tp_connection_interface_sidecars1_skeleton_new ();

  g_signal_connect_object (skeleton, "handle-ensure-sidecar", G_CALLBACK (handle_ensure_sidecar_cb),
                           self, G_CONNECT_SWAPPED);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
