/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-sidebar.h: the list of conversations with its header. window.md sections 2 and 3 */
#pragma once

#include <adwaita.h>

#include "model/linnet-service.h"

G_BEGIN_DECLS

/* Property folded: whether the sidebar stands alone. Signal conversation-chosen
 * (LinnetConversation). */
#define LINNET_TYPE_SIDEBAR (linnet_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (LinnetSidebar, linnet_sidebar, LINNET, SIDEBAR, GtkWidget)

GtkWidget *linnet_sidebar_new (void) G_GNUC_WARN_UNUSED_RESULT;
void linnet_sidebar_set_service (LinnetSidebar *self, LinnetService *service);
void linnet_sidebar_select (LinnetSidebar *self, LinnetConversation *conversation);
LinnetConversation *linnet_sidebar_dup_neighbour (LinnetSidebar *self,
                                                  LinnetConversation *conversation,
                                                  int step,
                                                  gboolean only_unread) G_GNUC_WARN_UNUSED_RESULT;
LinnetConversation *linnet_sidebar_dup_nth (LinnetSidebar *self, guint n) G_GNUC_WARN_UNUSED_RESULT;
void linnet_sidebar_start_search (LinnetSidebar *self);
gboolean linnet_sidebar_stop_search (LinnetSidebar *self);
void linnet_sidebar_open_menu (LinnetSidebar *self);
gboolean linnet_sidebar_focus_list (LinnetSidebar *self);

G_END_DECLS
