/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-text-channel-private.h: what the parts of a text channel share; for cm-text-channel*.c alone
 */
#pragma once

#include "bus/cm-pending.h"
#include "bus/cm-text-channel.h"
#include "dbus/telepathy.h"

G_BEGIN_DECLS

#define INTERFACE_MESSAGES "org.freedesktop.Telepathy.Channel.Interface.Messages"
#define INTERFACE_CHAT_STATE "org.freedesktop.Telepathy.Channel.Interface.ChatState"

/* Delivery_Reporting_Support_Flags, Message_Sending_Flags */
#define SUPPORT_RECEIVE_FAILURES 1
#define FLAG_REPORT_DELIVERY 1

struct _CmTextChannel
{
  CmChannel parent_instance;

  ImContact *contact; /* (unowned): lives as long as the account */
  ImConversation *conversation; /* (owned) */
  TpChannelTypeText *text; /* (unowned): the base owns it */
  TpChannelInterfaceMessages *messages; /* (unowned) */
  TpChannelInterfaceChatState *chat_state; /* (unowned) */
  CmPending *pending; /* (owned) */
  GHashTable *sending; /* (owned) ImMessage: ours, whose method has not returned yet */
  GHashTable *reported; /* (owned) local ids (gint64) that want a report when they are sent */
  gint64 acknowledged; /* the newest local id that was */
};

extern const char *const cm_text_channel_content_types[]; /* NULL-terminated */

/* cm-text-channel.c: what is told. */
void cm_text_channel_emit_removed (CmTextChannel *self, const guint *ids, guint n_ids);
void cm_text_channel_emit_sent (CmTextChannel *self, ImMessage *message, guint flags);
GVariant *cm_text_channel_new_legacy (CmTextChannel *self, CmPendingMessage *pending);
GVariant *cm_text_channel_new_pending (gpointer user_data);

/* cm-text-channel-methods.c: what is asked. */
GVariant *cm_text_channel_new_message_types (void);
void cm_text_channel_add_interfaces (CmTextChannel *self);

G_END_DECLS
