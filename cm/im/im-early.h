/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-early.h: what people say before the list of contacts is there; for cm/im alone */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

typedef struct _ImEarly ImEarly;

ImEarly *im_early_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_early_free (ImEarly *self);

void im_early_keep (ImEarly *self, XmppNode *stanza, XmppJid *from);
/* The list is there. */
void im_early_replay (ImEarly *self);
/* The stream is gone. */
void im_early_forget (ImEarly *self);

G_END_DECLS
