/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-keepalive.c: how often the connection makes sure that it is alive. Telepathy:
 * Connection.Interface.Keepalive.DRAFT */
#include "bus/cm-connection-private.h"

#include "bus/cm-settable-skeleton.h"

#define INTERFACE "org.freedesktop.Telepathy.Connection.Interface.Keepalive.DRAFT"

/* As the account's parameters may have it by now. */
static void
show (CmConnection *self)
{
  tp_connection_interface_keepalive_set_keepalive_interval (
      cm_connection_get_interface (self, TP_TYPE_CONNECTION_INTERFACE_KEEPALIVE),
      im_account_get_keepalive_s (cm_connection_get_account (self)));
}

static gboolean
set_cb (gpointer user_data, const char *property, GVariant *value, GError **error)
{
  CmConnection *self = user_data;

  if (!im_account_set_keepalive_s (cm_connection_get_account (self), g_variant_get_uint32 (value),
                                   error))
    return FALSE;
  show (self);
  return TRUE;
}

void
cm_connection_add_keepalive (CmConnection *self)
{
  gpointer skeleton =
      cm_settable_skeleton_new (TP_TYPE_CONNECTION_INTERFACE_KEEPALIVE_SKELETON, set_cb, self);

  cm_connection_add_interface (self, skeleton, INTERFACE);
  g_signal_connect_object (cm_connection_get_account (self), "notify::parameters",
                           G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}
