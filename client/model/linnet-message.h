/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-message.h: one message as a person sees it. im.linnet.History1 */
#pragma once

#include <glib-object.h>

#include "model/linnet-text.h"

G_BEGIN_DECLS

/* The numbers of 'state' in im.linnet.History1. */
typedef enum
{
  LINNET_MESSAGE_STATE_NONE,
  LINNET_MESSAGE_STATE_WAITING,
  LINNET_MESSAGE_STATE_SENDING,
  LINNET_MESSAGE_STATE_SENT,
  LINNET_MESSAGE_STATE_RECEIVED,
  LINNET_MESSAGE_STATE_READ,
  LINNET_MESSAGE_STATE_FAILED,
} LinnetMessageState;

/* The numbers of Telepathy's Channel_Text_Message_Type. */
typedef enum
{
  LINNET_MESSAGE_KIND_NORMAL,
  LINNET_MESSAGE_KIND_ACTION,
  LINNET_MESSAGE_KIND_NOTICE,
  LINNET_MESSAGE_KIND_AUTO_REPLY,
} LinnetMessageKind;

/* Where the row stands in its group; written by LinnetTimelineModel. */
typedef enum
{
  LINNET_MESSAGE_GROUP_SINGLE,
  LINNET_MESSAGE_GROUP_FIRST,
  LINNET_MESSAGE_GROUP_MIDDLE,
  LINNET_MESSAGE_GROUP_LAST,
} LinnetMessageGroup;

#define LINNET_TYPE_MESSAGE_STATE (linnet_message_state_get_type ())
#define LINNET_TYPE_MESSAGE_KIND (linnet_message_kind_get_type ())
#define LINNET_TYPE_MESSAGE_GROUP (linnet_message_group_get_type ())
GType linnet_message_state_get_type (void);
GType linnet_message_kind_get_type (void);
GType linnet_message_group_get_type (void);

#define LINNET_TYPE_MESSAGE (linnet_message_get_type ())
G_DECLARE_FINAL_TYPE (LinnetMessage, linnet_message, LINNET, MESSAGE, GObject)

/* Build one from parts with g_object_new (LINNET_TYPE_MESSAGE, "body", …, NULL). */
LinnetMessage *linnet_message_new_from_parts (GVariant *parts) G_GNUC_WARN_UNUSED_RESULT;
LinnetMessage *linnet_message_new_sent (GVariant *parts) G_GNUC_WARN_UNUSED_RESULT;
gboolean linnet_message_update (LinnetMessage *self, LinnetMessage *fresh);

gint64 linnet_message_get_local_id (LinnetMessage *self);
const char *linnet_message_get_token (LinnetMessage *self);
const char *linnet_message_get_sender_id (LinnetMessage *self);
const char *linnet_message_get_sender_name (LinnetMessage *self);
void linnet_message_set_sender_name (LinnetMessage *self, const char *name);
gboolean linnet_message_get_outgoing (LinnetMessage *self);
gint64 linnet_message_get_timestamp_s (LinnetMessage *self);
guint linnet_message_get_day (LinnetMessage *self);
const char *linnet_message_get_body (LinnetMessage *self);
const LinnetText *linnet_message_get_text (LinnetMessage *self);
LinnetMessageKind linnet_message_get_kind (LinnetMessage *self);
LinnetMessageState linnet_message_get_state (LinnetMessage *self);
void linnet_message_set_state (LinnetMessage *self,
                               LinnetMessageState state,
                               const char *error_text);
const char *linnet_message_get_error_text (LinnetMessage *self);
gboolean linnet_message_get_edited (LinnetMessage *self);
const char *linnet_message_get_encryption (LinnetMessage *self);
LinnetMessageGroup linnet_message_get_group (LinnetMessage *self);
void linnet_message_set_group (LinnetMessage *self, LinnetMessageGroup group);
gboolean linnet_message_is_followed_by (LinnetMessage *self, LinnetMessage *next);

G_END_DECLS
