/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-divider-row.h: a line of the timeline that is no message */

#pragma once

#include <gtk/gtk.h>

#include "model/linnet-divider.h"

#define LINNET_TYPE_DIVIDER_ROW (linnet_divider_row_get_type ())
G_DECLARE_FINAL_TYPE (LinnetDividerRow, linnet_divider_row, LINNET, DIVIDER_ROW, GtkWidget)

GtkWidget *linnet_divider_row_new (void) G_GNUC_WARN_UNUSED_RESULT;
void linnet_divider_row_set_divider (LinnetDividerRow *self, LinnetDivider *divider);
