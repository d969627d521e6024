/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session-fixture.h: a session of alice@ex/v over a stream in memory; bob@ex is a contact, muc.ex
 * has rooms */
#pragma once

#include "memory-stream.h"
#include "xmpp/xmpp-session.h"

typedef struct
{
  XmppStream *stream;
  XmppSession *session;
  GString *seen; /* "message:from:kind " and so on */
  guint n_routed;
  XmppRequest *kept; /* the last routed request, where it is kept */
  gboolean keep;
  guint n_answers;
  XmppNode *answer;
  GError *error;
} SessionFixture;

extern const XmppSessionHandler session_fixture_handler;

void session_fixture_set_up (SessionFixture *f, gconstpointer data);
void session_fixture_tear_down (SessionFixture *f, gconstpointer data);
/* The server sends this stanza, which is of jabber:client. */
void session_fixture_receive (SessionFixture *f, const char *xml);
XmppNode *session_fixture_last_sent (SessionFixture *f);
/* That one answer went out since: with this condition ("" for a result), to `to`, with `id`. */
void session_fixture_assert_answered (
    SessionFixture *f, guint n_before, const char *to, const char *id, const char *condition);
void session_fixture_routed_cb (XmppRequest *request, gpointer user_data);
void session_fixture_answered_cb (GObject *object, GAsyncResult *result, gpointer user_data);
