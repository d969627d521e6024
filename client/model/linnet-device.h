/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-device.h: one of a contact's devices. Telepathy Connection.Interface.Resources.DRAFT;
 * im.linnet.ServiceDiscovery1 */
#pragma once

#include <glib-object.h>

#include "model/linnet-presence.h"

G_BEGIN_DECLS

#define LINNET_TYPE_DEVICE (linnet_device_get_type ())
G_DECLARE_FINAL_TYPE (LinnetDevice, linnet_device, LINNET, DEVICE, GObject)

LinnetDevice *linnet_device_new (const char *name) G_GNUC_WARN_UNUSED_RESULT;
const char *linnet_device_get_name (LinnetDevice *self);
const char *linnet_device_get_kind (LinnetDevice *self);
LinnetPresence linnet_device_get_presence (LinnetDevice *self);
const char *linnet_device_get_status_text (LinnetDevice *self);
const char *linnet_device_get_program (LinnetDevice *self); /* (nullable) */
const char *const *linnet_device_get_features (LinnetDevice *self);
gboolean linnet_device_get_verified (LinnetDevice *self);
void linnet_device_take_abilities (LinnetDevice *self,
                                   const char *program,
                                   const char *const *features,
                                   gboolean verified);
void linnet_device_take_attributes (LinnetDevice *self, GVariant *attributes);

G_END_DECLS
