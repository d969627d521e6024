/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-conversation.h: a conversation of an account. im.linnet.Conversations1 */
#pragma once

#include <gio/gio.h>

#include "model/linnet-contact.h"
#include "model/linnet-message.h"
#include "model/linnet-timeline-model.h"

G_BEGIN_DECLS

/* The numbers of Telepathy's Handle_Type. */
typedef enum
{
  LINNET_CONVERSATION_KIND_NONE,
  LINNET_CONVERSATION_KIND_CONTACT,
  LINNET_CONVERSATION_KIND_ROOM,
} LinnetConversationKind;

/* The numbers of Telepathy's Channel_Chat_State. */
typedef enum
{
  LINNET_CHAT_STATE_GONE,
  LINNET_CHAT_STATE_INACTIVE,
  LINNET_CHAT_STATE_ACTIVE,
  LINNET_CHAT_STATE_PAUSED,
  LINNET_CHAT_STATE_COMPOSING,
} LinnetChatState;

#define LINNET_TYPE_CONVERSATION_KIND (linnet_conversation_kind_get_type ())
GType linnet_conversation_kind_get_type (void);

#define LINNET_TYPE_CONVERSATION (linnet_conversation_get_type ())
G_DECLARE_FINAL_TYPE (LinnetConversation, linnet_conversation, LINNET, CONVERSATION, GObject)

/* account may be NULL: then what is sent fails, and everything else works on this object alone. */
LinnetConversation *linnet_conversation_new (LinnetAccount *account,
                                             const char *id,
                                             LinnetConversationKind kind) G_GNUC_WARN_UNUSED_RESULT;
void linnet_conversation_update (LinnetConversation *self, GVariant *keys);

const char *linnet_conversation_get_id (LinnetConversation *self);
LinnetAccount *linnet_conversation_get_account (LinnetConversation *self);
LinnetConversationKind linnet_conversation_get_kind (LinnetConversation *self);
const char *linnet_conversation_get_name (LinnetConversation *self);
void linnet_conversation_set_name (LinnetConversation *self, const char *name);
/* The address of somebody for whom people would take them; NULL: nobody. */
const char *linnet_conversation_get_looks_like (LinnetConversation *self);
LinnetContact *linnet_conversation_get_contact (LinnetConversation *self);
void linnet_conversation_set_contact (LinnetConversation *self, LinnetContact *contact);
LinnetPresence linnet_conversation_get_presence (LinnetConversation *self);
guint linnet_conversation_get_unread (LinnetConversation *self);
void linnet_conversation_set_unread (LinnetConversation *self, guint unread);
guint linnet_conversation_get_mentions (LinnetConversation *self);
gint64 linnet_conversation_get_last_activity_s (LinnetConversation *self);
LinnetMessage *linnet_conversation_get_last_message (LinnetConversation *self);
void linnet_conversation_set_last_message (LinnetConversation *self, LinnetMessage *message);
const char *linnet_conversation_get_draft (LinnetConversation *self);
const char *linnet_conversation_get_typing_text (LinnetConversation *self);
void linnet_conversation_set_typing (LinnetConversation *self,
                                     const char *sender_id,
                                     LinnetChatState state);
gboolean linnet_conversation_get_pinned (LinnetConversation *self);
gboolean linnet_conversation_get_archived (LinnetConversation *self);
gboolean linnet_conversation_get_muted (LinnetConversation *self);
gint64 linnet_conversation_get_muted_until_s (LinnetConversation *self);
const char *linnet_conversation_get_encryption (LinnetConversation *self);
LinnetTimelineModel *linnet_conversation_get_timeline (LinnetConversation *self);
gboolean linnet_conversation_has_timeline (LinnetConversation *self);
void linnet_conversation_drop_timeline (LinnetConversation *self);

/* What a person does. */
void linnet_conversation_send_async (LinnetConversation *self,
                                     const char *text,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer data);
gboolean
linnet_conversation_send_finish (LinnetConversation *self, GAsyncResult *result, GError **error);
void linnet_conversation_retry (LinnetConversation *self, LinnetMessage *message);
void linnet_conversation_set_draft (LinnetConversation *self, const char *draft);
void linnet_conversation_set_displayed (LinnetConversation *self, LinnetMessage *newest_seen);
void linnet_conversation_set_chat_state (LinnetConversation *self, LinnetChatState state);
void linnet_conversation_set_active (LinnetConversation *self, gboolean active);
gboolean linnet_conversation_get_active (LinnetConversation *self);
void linnet_conversation_pin (LinnetConversation *self, gboolean pinned);
void linnet_conversation_archive (LinnetConversation *self, gboolean archived);
void linnet_conversation_mute (LinnetConversation *self, gint64 until_s);
void linnet_conversation_forget (LinnetConversation *self);

G_END_DECLS
