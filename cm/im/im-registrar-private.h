/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-registrar-private.h: what the parts of a registration share: the questions, and the line that
 * they are asked over; for cm/im alone */
#pragma once

#include "im/im-account.h"
#include "im/im-media.h"
#include "im/im-registrar.h"
#include "xmpp/xmpp-login.h"

G_BEGIN_DECLS

struct _ImRegistrar
{
  GObject parent_instance;

  const ImRegistrationWire *wire; /* a constant */
  XmppJid *jid; /* (owned) what is wanted: a domain alone, or bare */
  char *token; /* (owned) (nullable) */
  ImRegistrarState state;
  GError *error; /* (owned) (nullable) IM_ERROR */
  GError *wire_error; /* (owned) (nullable) the same, as the wire has it */
  GError *refusal; /* (owned) (nullable) XMPP_STANZA_ERROR of the last answers */
  char *note; /* (owned) */
  char *account; /* (owned) (nullable) */
  char *username; /* (owned) (nullable) what was submitted last */
  ImRegistrationQuestion question; /* (owned) */
  ImMedia *media; /* (owned) */
  guint n_awaited; /* media under way */
  guint n_tries;
  GCancellable *cancellable; /* (owned) */
  XmppSession *session; /* (owned) (nullable) */
  gboolean is_verified; /* the server proved who it is, or a person accepted its key */
  ImAccount *user; /* (owned) (nullable) who registers with a gateway; NULL: nobody yet */
};

void im_registrar_ask (ImRegistrar *self);
void im_registrar_request (ImRegistrar *self, XmppNode *iq, GAsyncReadyCallback callback);
/* FALSE: it is over. Else `answer` (transfer full), or NULL and what the server says is wrong. */
gboolean im_registrar_take_answer (
    ImRegistrar *self, GObject *session, GAsyncResult *result, XmppNode **answer, GError **error);
void im_registrar_end (ImRegistrar *self, ImRegistrarState state, const GError *error);
/* This server registers nobody in this way. */
void im_registrar_refuse (ImRegistrar *self, const char *why);
void im_registrar_set_note (ImRegistrar *self, const char *note);

/* im-registrar-line.c. Takes `params`. */
void im_registrar_connect (ImRegistrar *self, XmppLoginParams *params);

G_END_DECLS
