/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-message-row.h: one message in the timeline */

#pragma once

#include <gtk/gtk.h>

#include "model/linnet-message.h"

#define LINNET_TYPE_MESSAGE_ROW (linnet_message_row_get_type ())
G_DECLARE_FINAL_TYPE (LinnetMessageRow, linnet_message_row, LINNET, MESSAGE_ROW, GtkWidget)

GtkWidget *linnet_message_row_new (void) G_GNUC_WARN_UNUSED_RESULT;
LinnetMessage *linnet_message_row_get_message (LinnetMessageRow *self);
void linnet_message_row_set_message (LinnetMessageRow *self, LinnetMessage *message);
void linnet_message_row_update_state (LinnetMessageRow *self);
