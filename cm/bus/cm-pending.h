/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-pending.h: what a text channel has received and nobody acknowledged; also the skeleton of
 * Channel.Interface.Messages, whose PendingMessages is made when it is read */
#pragma once

#include "bus/cm-handles.h"
#include "im/im-message.h"

G_BEGIN_DECLS

typedef struct
{
  guint id;
  gboolean is_rescued;
  ImMessage *message; /* (owned) the incoming message, or ours that a report is about */
  GVariant *report; /* (owned) (nullable) aa{sv}: a delivery report, kept as it was told */
} CmPendingMessage;

typedef struct _CmPending CmPending;

CmPending *cm_pending_new (void) G_GNUC_WARN_UNUSED_RESULT;
void cm_pending_free (CmPending *self);
guint cm_pending_get_n (CmPending *self);
CmPendingMessage *cm_pending_get (CmPending *self, guint index); /* oldest first */
CmPendingMessage *cm_pending_find (CmPending *self, guint id); /* (nullable) */
guint cm_pending_next_id (CmPending *self);
/* Adds an incoming message, in the order of the store; a second copy is not added (NULL). */
CmPendingMessage *cm_pending_add (CmPending *self, ImMessage *message);
CmPendingMessage *
cm_pending_add_report (CmPending *self, guint id, ImMessage *message, GVariant *report);
void cm_pending_remove (CmPending *self, guint id);
/* Those that were displayed: their ids (element-type guint) (transfer full). */
GArray *cm_pending_remove_displayed (CmPending *self, gint64 local_id) G_GNUC_WARN_UNUSED_RESULT;
void cm_pending_rescue (CmPending *self);
/* The newest message with nothing older left, as far as `newest` was acknowledged: 0 for none. */
gint64 cm_pending_get_displayed (CmPending *self, gint64 newest);

G_END_DECLS
