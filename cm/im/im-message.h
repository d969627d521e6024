/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-message.h: one message, on its way in or out and as the store keeps it. Keys:
 * docs/message-keys.md */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

/* Header, s: the conversation thread of RFC 6121 5.2.5. */
#define IM_HEADER_THREAD "thread"
/* Header, b: only the beginning of the text is there. */
#define IM_HEADER_TRUNCATED "truncated"

/* Telepathy's Channel_Text_Message_Type. */
typedef enum
{
  IM_MESSAGE_NORMAL = 0,
  IM_MESSAGE_ACTION = 1,
  IM_MESSAGE_NOTICE = 2,
  IM_MESSAGE_AUTO_REPLY = 3,
  IM_MESSAGE_DELIVERY_REPORT = 4,
} ImMessageType;

/* Of our own messages; the order is that in which it may only grow (FAILED apart). */
typedef enum
{
  IM_MESSAGE_STATE_NONE = 0, /* not ours */
  IM_MESSAGE_STATE_WAITING = 1, /* stored; no connection */
  IM_MESSAGE_STATE_SENDING = 2, /* given to the session */
  IM_MESSAGE_STATE_SENT = 3, /* the server has it */
  IM_MESSAGE_STATE_RECEIVED = 4,
  IM_MESSAGE_STATE_READ = 5,
  IM_MESSAGE_STATE_FAILED = 6,
} ImMessageState;

#define IM_TYPE_MESSAGE (im_message_get_type ())
GType im_message_get_type (void); /* boxed */

/* Reference counted. Filled by the modules' steps while in the pipeline, immutable but for its
 * state afterwards. */
ImMessage *im_message_new_outgoing (ImMessageType type, const char *body) G_GNUC_WARN_UNUSED_RESULT;
ImMessage *im_message_ref (ImMessage *self) G_GNUC_WARN_UNUSED_RESULT;
void im_message_unref (ImMessage *self);

gint64 im_message_get_local_id (const ImMessage *self); /* 0: not stored */
const char *im_message_get_token (const ImMessage *self); /* wire id; "" for none */
XmppJid *im_message_get_sender (const ImMessage *self); /* (transfer none) full where known */
XmppJid *im_message_get_peer (const ImMessage *self); /* (transfer none) bare: the conversation */
gboolean im_message_is_outgoing (const ImMessage *self);
ImMessageType im_message_get_kind (const ImMessage *self);
ImMessageState im_message_get_state (const ImMessage *self);
const char *im_message_get_body (const ImMessage *self); /* "" for none */
gint64
im_message_get_sent_us (const ImMessage *self); /* UTC, as the sender's side says; 0: unknown */
gint64 im_message_get_received_us (const ImMessage *self); /* UTC, here */
const char *
im_message_get_error_name (const ImMessage *self); /* (nullable) D-Bus error of a FAILED one */
const char *im_message_get_error_text (const ImMessage *self); /* (nullable) a sentence */
gboolean im_message_is_unread (const ImMessage *self); /* incoming and not displayed, when it was
                                                          stored or read from the store */

/* Further keys of docs/message-keys.md, header or body part. The pipeline's steps set them. `value`
 * is sunk. */
void im_message_set_header (ImMessage *self, const char *key, GVariant *value);
GVariant *im_message_get_header (const ImMessage *self,
                                 const char *key); /* (nullable) (transfer none) */
void im_message_set_body (ImMessage *self, const char *body);
void im_message_set_kind (ImMessage *self, ImMessageType kind);
void im_message_set_token (ImMessage *self, const char *token);
void im_message_set_sent_us (ImMessage *self, gint64 sent_us);
/* Not shown and not stored (a chat state alone, …). */
void im_message_set_is_silent (ImMessage *self, gboolean is_silent);
XmppNode *im_message_get_stanza (const ImMessage *self); /* (nullable) while in the pipeline */

/* Adds the further keys, those of im_message_set_header (), to `builder` (a{sv}): what the
 * functions above tell is not among them. */
void im_message_add_headers (const ImMessage *self, GVariantBuilder *builder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImMessage, im_message_unref)

G_END_DECLS
