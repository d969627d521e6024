/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-pipeline.h: the phases that a message goes through, in and out: every module's steps, the
 * sender judged first */
#pragma once

#include "im/im-account.h"
#include "im/im-message.h"

G_BEGIN_DECLS

typedef struct _ImPipeline ImPipeline;

/* Of one account: its modules' steps, sorted by phase. */
ImPipeline *im_pipeline_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_pipeline_free (ImPipeline *self);
/* UNWRAP, DECRYPT, READ; what a person should see goes to its conversation. */
void im_pipeline_receive (ImPipeline *self, XmppNode *stanza, XmppJid *from, XmppFrom kind);
/* WRITE, ENCRYPT: the modules add what the message says. */
void im_pipeline_write (ImPipeline *self, ImMessage *message, XmppNode *stanza);
/* A presence of somebody else: every module's presence steps. */
void
im_pipeline_receive_presence (ImPipeline *self, XmppNode *stanza, XmppJid *from, XmppFrom kind);
/* Somebody wishes to see us: every module's steps for that. */
void
im_pipeline_receive_subscribe (ImPipeline *self, XmppNode *stanza, XmppJid *from, XmppFrom kind);
/* Our own wish to see somebody, on its way out. */
void im_pipeline_write_subscribe (ImPipeline *self, XmppNode *stanza);

G_END_DECLS
