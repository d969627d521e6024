/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-server.h: what our server, and our own account on it, can do. XEP-0030 */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

typedef struct _ImServer ImServer;

ImServer *im_server_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_server_free (ImServer *self);
/* The stream is bound: asks. Nobody waits for the answers for long. */
void im_server_ask (ImServer *self);
/* We are offline: the next server may be another one. */
void im_server_forget (ImServer *self);

G_END_DECLS
