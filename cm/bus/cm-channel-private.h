/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-channel-private.h: what the kinds of channels need of their base */
#pragma once

#include "bus/cm-channel.h"

G_BEGIN_DECLS

void cm_channel_setup (CmChannel *self,
                       CmConnection *connection,
                       GDBusConnection *bus,
                       const char *object_path,
                       const char *channel_type,
                       ImContact *contact,
                       gboolean is_requested);
void cm_channel_add_interface (CmChannel *self,
                               GDBusInterfaceSkeleton *skeleton,
                               const char *listed_name);
void cm_channel_respawn (CmChannel *self);
void cm_channel_emit_closed (CmChannel *self);
void cm_channel_end (CmChannel *self);

G_END_DECLS
