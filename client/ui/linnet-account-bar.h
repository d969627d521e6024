/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-account-bar.h: a stripe in the colour of an account */

#pragma once

#include <gtk/gtk.h>

#define LINNET_TYPE_ACCOUNT_BAR (linnet_account_bar_get_type ())
G_DECLARE_FINAL_TYPE (LinnetAccountBar, linnet_account_bar, LINNET, ACCOUNT_BAR, GtkWidget)

void linnet_account_bar_set_address (LinnetAccountBar *self, const char *address);
