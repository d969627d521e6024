/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-text-channel.h: a text channel with a contact. Telepathy: Channel.Type.Text, .Messages,
 * .ChatState */
#pragma once

#include "bus/cm-channel.h"

G_BEGIN_DECLS

#define CM_TYPE_TEXT_CHANNEL (cm_text_channel_get_type ())
G_DECLARE_FINAL_TYPE (CmTextChannel, cm_text_channel, CM, TEXT_CHANNEL, CmChannel)

#define CM_CHANNEL_TYPE_TEXT "org.freedesktop.Telepathy.Channel.Type.Text"

/* Watches the conversation from now on; not exported. */
CmTextChannel *cm_text_channel_new (CmConnection *connection,
                                    GDBusConnection *bus,
                                    const char *object_path,
                                    ImContact *contact,
                                    gboolean is_requested) G_GNUC_WARN_UNUSED_RESULT;
/* Loads what is pending (unread), so that the channel can be announced with it. */
void cm_text_channel_prepare_async (CmTextChannel *self,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean cm_text_channel_prepare_finish (CmTextChannel *self, GAsyncResult *result, GError **error);
/* That a message of ours came back, before the channel was there. */
void cm_text_channel_add_report (CmTextChannel *self, ImMessage *message);
guint cm_text_channel_get_n_pending (CmTextChannel *self);

G_END_DECLS
