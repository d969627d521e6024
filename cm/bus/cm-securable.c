/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-securable.c: how well what goes through a channel is protected. Telepathy:
 * Channel.Interface.Securable */
#include "bus/cm-securable.h"

#include "bus/cm-channel-private.h"
#include "dbus/telepathy.h"

#define INTERFACE "org.freedesktop.Telepathy.Channel.Interface.Securable"

/**
 * cm_securable_add:
 * @channel: not exported yet
 * @is_encrypted: nobody on the way can read what goes through it
 * @is_verified: nor change it, and the other side is who it should be
 *
 * Spec: Telepathy Channel.Interface.Securable
 */
void
cm_securable_add (CmChannel *channel, gboolean is_encrypted, gboolean is_verified)
{
  TpChannelInterfaceSecurable *skeleton = tp_channel_interface_securable_skeleton_new ();

  tp_channel_interface_securable_set_encrypted (skeleton, is_encrypted);
  tp_channel_interface_securable_set_verified (skeleton, is_verified);
  cm_channel_add_interface (channel, G_DBUS_INTERFACE_SKELETON (skeleton), INTERFACE);
}

/** cm_securable_add_immutable: @properties: of the channel: gets what cm_securable_add () said */
void
cm_securable_add_immutable (GVariantBuilder *properties,
                            gboolean is_encrypted,
                            gboolean is_verified)
{
  g_variant_builder_add (properties, "{sv}", INTERFACE ".Encrypted",
                         g_variant_new_boolean (is_encrypted));
  g_variant_builder_add (properties, "{sv}", INTERFACE ".Verified",
                         g_variant_new_boolean (is_verified));
}
