/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-notifier.h: one notification per conversation with new messages. window.md section 7 */
#pragma once

#include <gtk/gtk.h>

#include "model/linnet-service.h"

G_BEGIN_DECLS

/* Property pending: whether there is anything notified and not read. */
#define LINNET_TYPE_NOTIFIER (linnet_notifier_get_type ())
G_DECLARE_FINAL_TYPE (LinnetNotifier, linnet_notifier, LINNET, NOTIFIER, GObject)

LinnetNotifier *linnet_notifier_new (GtkApplication *application,
                                     LinnetService *service,
                                     GSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
gboolean linnet_notifier_get_pending (LinnetNotifier *self);

G_END_DECLS
