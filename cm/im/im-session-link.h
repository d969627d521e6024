/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-session-link.h: one session, and the account that may still hear of it; for cm/im alone
 *
 * It outlives the account's interest: the session says goodbye while the account is offline
 * already. */
#pragma once

#include "im/im-account.h"
#include "xmpp/xmpp-limits.h"

G_BEGIN_DECLS

typedef struct _ImBinding ImBinding;

typedef struct _ImSessionLink
{
  ImAccount *account; /* (nullable) NULL: the account has let go */
  XmppSession *session; /* (owned) */
  XmppNode *features; /* (owned) (nullable) what the server offered */
  gboolean saves_power; /* im-client-state.c */
  XmppServerLimits limits; /* XEP-0478 */
  ImBinding *bindings; /* (owned) one for each route */
  gboolean is_closed; /* the line is gone */
} ImSessionLink;

/* Takes no reference on `account`. The session is not started. */
ImSessionLink *im_session_link_new (ImAccount *account,
                                    XmppStream *stream,
                                    XmppJid *jid,
                                    XmppNode *features) G_GNUC_WARN_UNUSED_RESULT;
/* Drops the line and frees the link, soon. */
void im_session_link_abort (ImSessionLink *self);

G_END_DECLS
