/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-channel.h: what every channel on D-Bus has: path, immutable properties, an end. Telepathy:
 * Channel */
#pragma once

#include <gio/gio.h>

#include "im/im-account.h"

G_BEGIN_DECLS

typedef struct _CmConnection CmConnection;

#define CM_TYPE_CHANNEL (cm_channel_get_type ())
G_DECLARE_DERIVABLE_TYPE (CmChannel, cm_channel, CM, CHANNEL, GObject)

struct _CmChannelClass
{
  GObjectClass parent_class;
  /* Adds the channel's own interfaces; the base has Channel and Destroyable. */
  gboolean (*export) (CmChannel *self, GError **error);
  /* Close (): may come back at once with what is pending (a text channel is respawned), or end. */
  void (*close) (CmChannel *self);
  /* Destroy (): drops what is pending; the base then ends it. */
  void (*destroy) (CmChannel *self);
  /* Adds its own immutable properties. */
  void (*add_immutable) (CmChannel *self, GVariantBuilder *properties);
};

/* Signals: "closed" once, when it has left the bus. */

const char *cm_channel_get_object_path (CmChannel *self);
CmConnection *cm_channel_get_connection (CmChannel *self); /* (transfer none) */
const char *cm_channel_get_channel_type (CmChannel *self);
guint cm_channel_get_target_handle_type (CmChannel *self);
guint cm_channel_get_target_handle (CmChannel *self);
const char *cm_channel_get_target_id (CmChannel *self);
gboolean cm_channel_is_requested (CmChannel *self);
/* (nullable) The unique name of the program that asked the connection for it. */
void cm_channel_set_requester (CmChannel *self, const char *unique_name);
const char *cm_channel_get_requester (CmChannel *self);
/* a{sv}, qualified names, as in NewChannels and Channel_Details. (transfer none) */
GVariant *cm_channel_get_properties (CmChannel *self);
gboolean cm_channel_export (CmChannel *self, GError **error);
void cm_channel_close (CmChannel *self);
/* Destroyable: ends with nothing left behind. */
void cm_channel_destroy (CmChannel *self);
/* The connection is gone: ends, and what is pending stays as it is. */
void cm_channel_lost (CmChannel *self);
gboolean cm_channel_has_ended (CmChannel *self);

G_END_DECLS
