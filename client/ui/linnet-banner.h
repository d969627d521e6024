/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-banner.h: one sentence above a list, with at most one button. window.md section 2 */
#pragma once

#include <adwaita.h>

#include "model/linnet-service.h"

G_BEGIN_DECLS

#define LINNET_TYPE_BANNER (linnet_banner_get_type ())
G_DECLARE_FINAL_TYPE (LinnetBanner, linnet_banner, LINNET, BANNER, GtkWidget)

GtkWidget *linnet_banner_new (void) G_GNUC_WARN_UNUSED_RESULT;
void linnet_banner_set_service (LinnetBanner *self, LinnetService *service);
const char *linnet_banner_get_sentence (LinnetBanner *self);
gboolean linnet_banner_activate (LinnetBanner *self);

G_END_DECLS
