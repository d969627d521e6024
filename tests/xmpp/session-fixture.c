/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session-fixture.c: what every test of the session has */
#include "session-fixture.h"

#include <string.h>

#include "xmpp/xmpp-ns.h"

static void
message_cb (
    XmppSession *session, XmppNode *stanza, XmppJid *from, XmppFrom kind, gpointer user_data)
{
  g_string_append_printf (((SessionFixture *) user_data)->seen, "%s:%s:%u ",
                          xmpp_node_get_name (stanza), xmpp_jid_get_text (from), kind);
}

static void
session_flush_cb (XmppSession *session, gpointer user_data)
{
  g_string_append (((SessionFixture *) user_data)->seen, "flush ");
}

static void
session_closed_cb (XmppSession *session, const GError *error, gpointer user_data)
{
  g_string_append_printf (((SessionFixture *) user_data)->seen, "closed:%s ",
                          error != NULL ? error->message : "-");
}

static gboolean
is_contact (XmppSession *session, XmppJid *bare, gpointer user_data)
{
  return strcmp (xmpp_jid_get_text (bare), "bob@ex") == 0 ||
         strcmp (xmpp_jid_get_text (bare), "both@muc.ex") == 0;
}

static gboolean
is_room (XmppSession *session, XmppJid *bare, gpointer user_data)
{
  return g_str_has_suffix (xmpp_jid_get_text (bare), "@muc.ex");
}

const XmppSessionHandler session_fixture_handler = { message_cb, message_cb,
                                                     session_flush_cb, session_closed_cb,
                                                     is_contact, is_room };

void
session_fixture_routed_cb (XmppRequest *request, gpointer user_data)
{
  SessionFixture *f = user_data;

  f->n_routed++;
  g_clear_object (&f->kept);
  if (f->keep)
    f->kept = g_object_ref (request);
  else
    xmpp_request_reply (request, NULL);
}

void
session_fixture_answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  SessionFixture *f = user_data;

  f->n_answers++;
  g_clear_pointer (&f->answer, xmpp_node_unref);
  g_clear_error (&f->error);
  f->answer = xmpp_session_request_finish (XMPP_SESSION (object), result, &f->error);
}

void
session_fixture_set_up (SessionFixture *f, gconstpointer data)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("alice@ex/v", NULL);

  f->stream = memory_stream_new ();
  f->seen = g_string_new (NULL);
  f->session = xmpp_session_new (f->stream, jid, &session_fixture_handler, f);
  xmpp_session_add_route (f->session, TRUE, "query", XMPP_NS_ROSTER, XMPP_FROM_ACCOUNT,
                          session_fixture_routed_cb, f);
  xmpp_session_add_route (f->session, FALSE, "ping", XMPP_NS_PING, XMPP_FROM_ANYONE,
                          session_fixture_routed_cb, f);
  xmpp_session_start (f->session);
}

void
session_fixture_tear_down (SessionFixture *f, gconstpointer data)
{
  g_clear_object (&f->kept);
  if (f->session != NULL)
    xmpp_session_abort (f->session);
  if (f->session != NULL)
    g_assert_finalize_object (f->session);
  g_assert_finalize_object (f->stream);
  g_string_free (f->seen, TRUE);
  g_clear_pointer (&f->answer, xmpp_node_unref);
  g_clear_error (&f->error);
}

void
session_fixture_receive (SessionFixture *f, const char *xml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) node = NULL;
  int name_length = (int) strcspn (xml, " />");
  g_autofree char *with_ns =
      g_strdup_printf ("%.*s xmlns='jabber:client'%s", name_length, xml, xml + name_length);

  node = xmpp_node_new_from_xml (with_ns, -1, &error);
  g_assert_no_error (error);
  f->stream->handler->stanza (f->stream, node, f->stream->user_data);
}

XmppNode *
session_fixture_last_sent (SessionFixture *f)
{
  g_assert_cmpuint (f->stream->sent->len, >, 0);
  return g_ptr_array_index (f->stream->sent, f->stream->sent->len - 1);
}

/* That one answer went out since, with this condition ("" for a result), to `to`, with `id`. */
void
session_fixture_assert_answered (
    SessionFixture *f, guint n_before, const char *to, const char *id, const char *condition)
{
  XmppNode *sent;
  XmppNode *error;

  g_assert_cmpuint (f->stream->sent->len, ==, n_before + 1);
  sent = session_fixture_last_sent (f);
  g_assert_true (xmpp_node_is (sent, "iq", XMPP_NS_CLIENT));
  g_assert_cmpstr (xmpp_node_get (sent, "to"), ==, to);
  g_assert_cmpstr (xmpp_node_get (sent, "id"), ==, id);
  g_assert_cmpstr (xmpp_node_get (sent, "type"), ==, *condition == '\0' ? "result" : "error");
  error = xmpp_node_find (sent, "error", XMPP_NS_CLIENT);
  g_assert_true ((error != NULL) == (*condition != '\0'));
  if (error != NULL)
    g_assert_nonnull (xmpp_node_find (error, condition, XMPP_NS_STANZAS));
}
