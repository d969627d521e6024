/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-outbox.h: the way out for the messages of one account: in order, and called sent when the
 * server has them */
#pragma once

#include "im/im-message.h"
#include "store/store-db.h"

G_BEGIN_DECLS

typedef struct _ImOutbox ImOutbox;

typedef struct
{
  /* Runs the WRITE and ENCRYPT steps. */
  void (*write) (ImMessage *message, XmppNode *stanza, gpointer user_data);
  /* Its state is another; the store has it. */
  void (*changed) (ImMessage *message, gpointer user_data);
  /* The server will not have it: it has failed, and the store does not know yet. `error` is an
   * IM_ERROR. */
  void (*refused) (ImMessage *message, const GError *error, gpointer user_data);
  /* The server does not answer any more. */
  void (*stalled) (gpointer user_data);
  /* (element-type ImMessage) All that one answer of the server speaks for; each was told by
   * `changed`. */
  void (*confirmed) (GPtrArray *messages, gpointer user_data);
} ImOutboxHandler;

/* `handler` is a constant; `store` outlives the outbox. */
ImOutbox *im_outbox_new (StoreDb *store,
                         const ImOutboxHandler *handler,
                         gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void im_outbox_free (ImOutbox *self);
void im_outbox_set_session (ImOutbox *self, XmppSession *session);
void im_outbox_take_blame (ImOutbox *self, const GError *error);
void im_outbox_add (ImOutbox *self, ImMessage *message);
guint32 im_outbox_get_max_bytes (ImOutbox *self);
gboolean im_outbox_send_silent (ImOutbox *self, ImMessage *message);
ImMessage *im_outbox_find (ImOutbox *self, gint64 local_id);
void im_outbox_forget_peer (ImOutbox *self, XmppJid *peer);

G_END_DECLS
