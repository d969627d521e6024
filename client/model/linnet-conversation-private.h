/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-conversation-private.h: what the two files of LinnetConversation share */
#pragma once

#include "model/linnet-conversation.h"

struct _LinnetConversation
{
  GObject parent_instance;

  LinnetAccount *account; /* (weak) */
  char *id;
  char *name;
  char *draft;
  char *encryption;
  char *looks_like; /* (owned) (nullable) address of somebody else; "" is nobody */
  char *channel; /* object path of the text channel that we handle, NULL while there is none */
  char *typing_text;
  GHashTable *typing; /* (owned) set of sender ids */
  LinnetContact *contact;
  LinnetMessage *last_message;
  LinnetTimelineModel *timeline;
  GCancellable *fetching;
  gint64 last_activity_s;
  gint64 muted_until_s;
  gint64 displayed_id; /* the newest local id that we have reported as displayed */
  gint64 arrived_id; /* the newest local id that was told as arrived */
  guint kind; /* LinnetConversationKind */
  guint unread;
  guint mentions;
  guint notify;
  guint draft_source;
  LinnetChatState chat_state;
  gboolean pinned;
  gboolean archived;
  gboolean active;
  gboolean opening;
  gboolean is_known; /* to the service, at some time */
};

gboolean linnet_conversation_take_draft (LinnetConversation *self, const char *draft);
gboolean linnet_conversation_take_active (LinnetConversation *self, gboolean active);
void linnet_conversation_flush_draft (LinnetConversation *self);
void linnet_conversation_take_live (LinnetConversation *self, LinnetMessage *message);
void linnet_conversation_take_change (LinnetConversation *self, LinnetMessage *message);
void linnet_conversation_take_state (LinnetConversation *self,
                                     gint64 local_id,
                                     LinnetMessageState state);
gboolean linnet_conversation_is_known (LinnetConversation *self);
void linnet_conversation_refresh (LinnetConversation *self);
