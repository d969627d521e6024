/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-presence-popover.h: what others shall see of us, and how the accounts are. window.md
 * section 3 */
#pragma once

#include <adwaita.h>

#include "model/linnet-service.h"

G_BEGIN_DECLS

#define LINNET_TYPE_PRESENCE_POPOVER (linnet_presence_popover_get_type ())
G_DECLARE_FINAL_TYPE (LinnetPresencePopover,
                      linnet_presence_popover,
                      LINNET,
                      PRESENCE_POPOVER,
                      GtkPopover)

GtkWidget *linnet_presence_popover_new (void) G_GNUC_WARN_UNUSED_RESULT;
void linnet_presence_popover_set_service (LinnetPresencePopover *self, LinnetService *service);
LinnetPresence linnet_presence_popover_get_presence (LinnetPresencePopover *self);

G_END_DECLS
