/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-securable.h: how well what goes through a channel is protected. Telepathy:
 * Channel.Interface.Securable */
#pragma once

#include "bus/cm-channel.h"

G_BEGIN_DECLS

/* Both never change as long as the channel lives. Before it is exported. */
void cm_securable_add (CmChannel *channel, gboolean is_encrypted, gboolean is_verified);
void cm_securable_add_immutable (GVariantBuilder *properties,
                                 gboolean is_encrypted,
                                 gboolean is_verified);

G_END_DECLS
