/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-conversation-view-private.h: what the files of LinnetConversationView share */

#pragma once

#include <adwaita.h>

#include "ui/linnet-announcer.h"
#include "ui/linnet-avatar.h"
#include "ui/linnet-composer.h"
#include "ui/linnet-conversation-view.h"
#include "ui/linnet-details-panel.h"
#include "ui/linnet-timeline.h"

struct _LinnetConversationView
{
  GtkWidget parent_instance;

  AdwHeaderBar *header;
  GtkWidget *back;
  LinnetAvatar *avatar;
  GtkLabel *name;
  GtkLabel *subtitle;
  GtkWidget *title;
  GtkMenuButton *menu;
  AdwFlap *flap;
  LinnetDetailsPanel *details;
  GtkScrolledWindow *scrolled;
  LinnetTimeline *timeline;
  GtkWidget *empty;
  GtkRevealer *jump;
  GtkWidget *jump_button;
  GtkLabel *jump_count;
  GtkRevealer *date;
  GtkLabel *date_label;
  LinnetComposer *composer;

  LinnetConversation *conversation; /* (owned) (nullable) */
  GSignalGroup *signals; /* (owned) those of conversation */
  GSignalGroup *account_signals; /* (owned) those of its account */
  GSignalGroup *model_signals; /* (owned) those of its timeline */
  GSignalGroup *last_signals; /* (owned) those of the last message, while it is on its way */
  GQueue recent; /* (element-type LinnetConversation) (owned) those whose timelines are kept */
  GHashTable *places; /* (owned) id of a conversation → Place, where one was reading */
  GtkWindow *window; /* (unowned) weak */
  LinnetAnnouncer *announcer; /* (owned) */
  guint n_said; /* messages in the present two seconds */
  guint say_id;
  guint sending_id;
  guint midnight_id;
  gboolean folded;
  gboolean is_opening; /* the place to begin at has not been found yet */
};

/* linnet-conversation-view-timeline.c */
void _linnet_conversation_view_init_timeline (LinnetConversationView *self);
void _linnet_conversation_view_enter (LinnetConversationView *self);
void _linnet_conversation_view_leave (LinnetConversationView *self);
void _linnet_conversation_view_drop_timeline (LinnetConversationView *self);
void _linnet_conversation_view_update_jump (LinnetConversationView *self);
void _linnet_conversation_view_jump_to_end (LinnetConversationView *self);

/* linnet-conversation-view-news.c */
void _linnet_conversation_view_init_news (LinnetConversationView *self);
void _linnet_conversation_view_set_window (LinnetConversationView *self, GtkWindow *window);
void _linnet_conversation_view_drop_news (LinnetConversationView *self);
