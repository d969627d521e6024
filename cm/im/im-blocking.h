/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-blocking.h: whom the server keeps away from us. XEP-0191, XEP-0377 */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

typedef struct _ImBlocking ImBlocking;

/* What the module of the feature says on the wire. */
struct _ImBlockingWire
{
  const char *feature; /* which the server must have */
  const char *report_feature; /* … to hear of abuse */
  XmppNode *(*new_query) (void); /* (transfer full) an IQ */
  /* (transfer full) an IQ. `contacts` (element-type ImContact), at least one. */
  XmppNode *(*new_edit) (gboolean is_blocked, GPtrArray *contacts, gboolean is_abuse);
  /* (transfer full) (element-type XmppJid) (nullable): NULL: it is none. */
  GPtrArray *(*read) (const XmppNode *answer);
};

ImBlocking *im_blocking_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_blocking_free (ImBlocking *self);
void im_blocking_server_known (ImBlocking *self);
void im_blocking_forget (ImBlocking *self);

G_END_DECLS
