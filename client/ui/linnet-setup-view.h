/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-setup-view.h: the first start: welcome, and signing in. window.md section 3 */
#pragma once

#include <adwaita.h>

#include "model/linnet-service.h"

G_BEGIN_DECLS

/* Signals: signed-in (LinnetAccount); left: nobody signs in, and there are other accounts. */
#define LINNET_TYPE_SETUP_VIEW (linnet_setup_view_get_type ())
G_DECLARE_FINAL_TYPE (LinnetSetupView, linnet_setup_view, LINNET, SETUP_VIEW, AdwBin)

GtkWidget *linnet_setup_view_new (LinnetService *service) G_GNUC_WARN_UNUSED_RESULT;
void linnet_setup_view_set_service (LinnetSetupView *self, LinnetService *service);
gboolean linnet_setup_view_is_busy (LinnetSetupView *self);
void linnet_setup_view_show_form (LinnetSetupView *self);
void linnet_setup_view_show_account (LinnetSetupView *self, LinnetAccount *account);

G_END_DECLS
