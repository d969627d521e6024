/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-conversation-view.h: the page of one conversation: header, timeline, composer, details */

#pragma once

#include <gtk/gtk.h>

#include "model/linnet-conversation.h"

#define LINNET_TYPE_CONVERSATION_VIEW (linnet_conversation_view_get_type ())
G_DECLARE_FINAL_TYPE (
    LinnetConversationView, linnet_conversation_view, LINNET, CONVERSATION_VIEW, GtkWidget)

/* Properties: "conversation" (LinnetConversation); "folded", bound to that of the leaflet: the
 * button that goes back is there, and window buttons at the start. The button activates "win.back".
 */
GtkWidget *linnet_conversation_view_new (void) G_GNUC_WARN_UNUSED_RESULT;
LinnetConversation *linnet_conversation_view_get_conversation (LinnetConversationView *self);
void linnet_conversation_view_set_conversation (LinnetConversationView *self,
                                                LinnetConversation *conversation);
void linnet_conversation_view_focus_composer (LinnetConversationView *self);
gboolean linnet_conversation_view_close_innermost (LinnetConversationView *self);
