/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-window.h: the window: setup, or the list beside what is open. window.md section 2 */
#pragma once

#include <adwaita.h>

#include "model/linnet-service.h"

G_BEGIN_DECLS

#define LINNET_TYPE_WINDOW (linnet_window_get_type ())
G_DECLARE_FINAL_TYPE (LinnetWindow, linnet_window, LINNET, WINDOW, AdwApplicationWindow)

/* settings may be NULL, in tests: then size and position are not kept. */
GtkWidget *linnet_window_new (GtkApplication *application,
                              LinnetService *service,
                              GSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
void linnet_window_open (LinnetWindow *self, LinnetConversation *conversation);
LinnetConversation *linnet_window_get_conversation (LinnetWindow *self);
gboolean linnet_window_is_showing (LinnetWindow *self, LinnetConversation *conversation);
void linnet_window_add_account (LinnetWindow *self);
void linnet_window_say (LinnetWindow *self, const char *sentence);

G_END_DECLS
