/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-details-panel.h: what there is to know of the other side of a conversation */

#pragma once

#include <gtk/gtk.h>

#include "model/linnet-conversation.h"

#define LINNET_TYPE_DETAILS_PANEL (linnet_details_panel_get_type ())
G_DECLARE_FINAL_TYPE (LinnetDetailsPanel, linnet_details_panel, LINNET, DETAILS_PANEL, GtkWidget)

GtkWidget *linnet_details_panel_new (void) G_GNUC_WARN_UNUSED_RESULT;
void linnet_details_panel_set_conversation (LinnetDetailsPanel *self,
                                            LinnetConversation *conversation);
