/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-power-saving.c: less is sent while nobody is looking. Telepathy:
 * Connection.Interface.PowerSaving */
#include "bus/cm-connection-private.h"
#include "im/im-client-state.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.PowerSaving"

static gboolean
handle_set_power_saving_cb (CmConnection *self,
                            GDBusMethodInvocation *invocation,
                            gboolean activate,
                            TpConnectionInterfacePowerSaving *skeleton)
{
  gboolean was_active = tp_connection_interface_power_saving_get_power_saving_active (skeleton);
  g_autoptr (GError) error = NULL;

  if (!cm_connection_check_connected (self, invocation))
    return TRUE;
  if (!im_account_set_saves_power (cm_connection_get_account (self), activate, &error))
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  if (!was_active != !activate)
    {
      tp_connection_interface_power_saving_set_power_saving_active (skeleton, activate);
      tp_connection_interface_power_saving_emit_power_saving_changed (skeleton, activate);
    }
  tp_connection_interface_power_saving_complete_set_power_saving (skeleton, invocation);
  return TRUE;
}

void
cm_connection_add_power_saving (CmConnection *self)
{
  TpConnectionInterfacePowerSaving *skeleton = tp_connection_interface_power_saving_skeleton_new ();

  g_signal_connect_object (skeleton, "handle-set-power-saving",
                           G_CALLBACK (handle_set_power_saving_cb), self, G_CONNECT_SWAPPED);
  cm_connection_add_interface (self, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}
