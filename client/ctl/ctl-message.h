/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-message.h: a message as the bus has it. im.linnet.History1, docs/message-keys.md */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 'state' of im.linnet.History1. */
enum
{
  CTL_MESSAGE_WAITING = 1,
  CTL_MESSAGE_SENDING = 2,
  CTL_MESSAGE_SENT = 3,
  CTL_MESSAGE_FAILED = 6,
};

/* Telepathy's Channel_Text_Message_Type. */
enum
{
  CTL_MESSAGE_ACTION = 1,
  CTL_MESSAGE_DELIVERY_REPORT = 4,
};

typedef struct
{
  gint64 local_id;
  gint64 time_s;
  gint64 received_s;
  guint type;
  guint state;
  gboolean is_outgoing;
  char *sender; /* (owned) */
  char *text; /* (owned) */
  char *failure; /* (owned): a sentence, "" for none */
} CtlMessage;

CtlMessage *ctl_message_new (GVariant *parts);
void ctl_message_free (CtlMessage *self);
GVariant *ctl_message_new_parts (const char *text);
const char *ctl_message_get_state_word (guint state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlMessage, ctl_message_free)

G_END_DECLS
