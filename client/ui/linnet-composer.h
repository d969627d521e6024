/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-composer.h: where a message is written */

#pragma once

#include <gtk/gtk.h>

#include "model/linnet-conversation.h"

#define LINNET_TYPE_COMPOSER (linnet_composer_get_type ())
G_DECLARE_FINAL_TYPE (LinnetComposer, linnet_composer, LINNET, COMPOSER, GtkWidget)

GtkWidget *linnet_composer_new (void) G_GNUC_WARN_UNUSED_RESULT;
LinnetConversation *linnet_composer_get_conversation (LinnetComposer *self);
void linnet_composer_set_conversation (LinnetComposer *self, LinnetConversation *conversation);
void linnet_composer_type (LinnetComposer *self, const char *text);
