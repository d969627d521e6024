/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-requests-view.h: people who ask to see our presence. window.md section 3 */
#pragma once

#include <adwaita.h>

#include "model/linnet-service.h"

G_BEGIN_DECLS

/* Property folded: whether the view stands alone, so that it has a way back (win.back). */
#define LINNET_TYPE_REQUESTS_VIEW (linnet_requests_view_get_type ())
G_DECLARE_FINAL_TYPE (LinnetRequestsView, linnet_requests_view, LINNET, REQUESTS_VIEW, GtkWidget)

GtkWidget *linnet_requests_view_new (void) G_GNUC_WARN_UNUSED_RESULT;
void linnet_requests_view_set_service (LinnetRequestsView *self, LinnetService *service);

G_END_DECLS
