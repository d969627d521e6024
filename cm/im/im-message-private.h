/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-message-private.h: what the pipeline and the conversation need of a message, and nobody else
 */
#pragma once

#include "im/im-message.h"
#include "store/store-message.h"

G_BEGIN_DECLS

/* On its way in. `stanza` and `sender` are referenced; `peer` is the bare address of the
 * conversation. The token is the stanza's id; received now; the rest is for the steps. */
ImMessage *im_message_new_incoming (XmppNode *stanza,
                                    XmppJid *sender,
                                    XmppJid *peer) G_GNUC_WARN_UNUSED_RESULT;
/* As the store has it (transfer full). `peer` bare; `own`: the account's bare address. */
ImMessage *im_message_new_from_store (StoreMessage *row,
                                      XmppJid *peer,
                                      XmppJid *own) G_GNUC_WARN_UNUSED_RESULT;
/* Written by another device of ours (carbons, archive): our own, sent already. */
void im_message_set_is_sent_elsewhere (ImMessage *self);
/* UNWRAP: the stanza inside is the message from now on. */
void im_message_replace_stanza (ImMessage *self, XmppNode *stanza, XmppJid *sender, XmppJid *peer);
gboolean im_message_is_silent (const ImMessage *self);

/* Ends the pipeline: the stanza goes, headers are packed; nothing but the state changes from now
 * on. */
void im_message_seal (ImMessage *self);
StoreMessage *
im_message_get_row (ImMessage *self); /* (transfer none) not touched while the store has it */
void im_message_set_parties (ImMessage *self, XmppJid *sender, XmppJid *peer);
void im_message_set_state (ImMessage *self,
                           ImMessageState state,
                           const char *error_name,
                           const char *error_text);
void im_message_set_is_unread (ImMessage *self, gboolean is_unread);

G_END_DECLS
