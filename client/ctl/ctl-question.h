/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-question.h: takes the question whether a server's certificate is good. Telepathy
 * Client.Handler, Channel.Type.ServerTLSConnection */
#pragma once

#include "ctl/ctl-account.h"

G_BEGIN_DECLS

typedef struct _CtlQuestion CtlQuestion;

CtlQuestion *ctl_question_new (Ctl *ctl, CtlAccount *account, GError **error);
void ctl_question_free (CtlQuestion *self);
gboolean ctl_question_has_come (CtlQuestion *self);
/* aay: the server's own first. */
GVariant *ctl_question_load_chain (CtlQuestion *self, GError **error);
gboolean ctl_question_accept (CtlQuestion *self, GError **error);
gboolean ctl_question_reject (CtlQuestion *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlQuestion, ctl_question_free)

G_END_DECLS
