/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-message-parts.h: a message as aa{sv}, as channels and history give it and take it. Telepathy:
 * Message_Part; docs/message-keys.md */
#pragma once

#include "bus/cm-handles.h"
#include "im/im-message.h"

G_BEGIN_DECLS

/* As in History1: aa{sv} (transfer floating). */
GVariant *cm_message_to_history_parts (const ImMessage *message);
/* As in MessageSent (`pending_id` 0) and MessageReceived: aa{sv} (transfer floating). `sender` has
 * or gets a handle. */
GVariant *cm_message_to_channel_parts (const ImMessage *message,
                                       CmHandles *handles,
                                       ImContact *sender,
                                       guint pending_id,
                                       gboolean is_rescued);
/* A delivery report about one of our messages, or NULL where its state is nothing to report. */
GVariant *cm_message_to_report (const ImMessage *message,
                                CmHandles *handles,
                                ImContact *recipient,
                                guint pending_id);
/* What SendMessage was given. IM_ERROR_INVALID_ARGUMENT says what is wrong,
 * IM_ERROR_NOT_IMPLEMENTED what is not supported. */
ImMessage *cm_message_from_parts (GVariant *parts, GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint cm_message_get_delivery_status (const ImMessage *message); /* Telepathy's Delivery_Status */

G_END_DECLS
