/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-session-requests.c: who may answer what we ask, and how asking ends. RFC 6120 8.2.3;
 * hostile-input B11, B12 */
#include <string.h>

#include "session-fixture.h"
#include "xmpp/xmpp-ns.h"

static void
ask (SessionFixture *f, const char *to, guint timeout_ms, GCancellable *cancellable)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", to);
  xmpp_node_add (iq, "ping", XMPP_NS_PING);
  f->n_answers = 0;
  xmpp_session_request_async (f->session, iq, timeout_ms, cancellable, session_fixture_answered_cb,
                              f);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
answer_from (SessionFixture *f, const char *from, const char *id)
{
  g_autofree char *attribute = from != NULL ? g_strdup_printf ("from='%s'", from) : g_strdup ("");
  g_autofree char *xml = g_strdup_printf ("<iq type='result' id='%s' %s/>", id, attribute);

  session_fixture_receive (f, xml);
  settle ();
}

/* B11, B12: who asked whom is what counts, whatever the id. */
static void
test_who_may_answer (SessionFixture *f, gconstpointer data)
{
  static const struct
  {
    const char *to;
    const char *liars[8];
    const char *honest;
  } rows[] = {
    { "bob@ex/p",
      { "mallory@ev/m", "bob@ex", "bob@ex/q", "ex", "alice@ex", "", "bob@ev/p" },
      "BOB@ex/p" },
    { "bob@ex", { "mallory@ev", "bob@ex/p", "ex", "alice@ex", "alice@ex/v", "" }, "bob@ex" },
    { "sub.ex", { "ex", "alice@ex", "" }, "sub.ex" },
    { NULL, { "mallory@ev/m", "bob@ex", "alice@ex/other", "ex/x", "sub.ex", "alice@ev" }, "" },
    { NULL, { "mallory@ev/m" }, "alice@ex" },
    { NULL, { "mallory@ev/m" }, "ex" },
    { "alice@ex", { "mallory@ev/m", "alice@ex/other" }, "" },
    { "alice@ex", { "bob@ex" }, "alice@ex" },
    { "ex", { "mallory@ev/m", "bob@ex", "sub.ex" }, "" },
    { "ex", { "ev" }, "ex" },
    { "alice@ex/other", { "alice@ex", "", "ex", "alice@ex/v" }, "alice@ex/other" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *id = NULL;

      ask (f, rows[i].to, 0, NULL);
      id = g_strdup (xmpp_node_get (session_fixture_last_sent (f), "id"));
      for (guint j = 0; j < G_N_ELEMENTS (rows[i].liars) && rows[i].liars[j] != NULL; j++)
        {
          g_test_message ("%s asked, %s answers", rows[i].to != NULL ? rows[i].to : "-",
                          rows[i].liars[j]);
          answer_from (f, *rows[i].liars[j] == '\0' ? NULL : rows[i].liars[j], id);
          g_assert_cmpuint (f->n_answers, ==, 0);
        }
      answer_from (f, *rows[i].honest == '\0' ? NULL : rows[i].honest, id);
      g_assert_cmpuint (f->n_answers, ==, 1);
      g_assert_no_error (f->error);
      g_assert_nonnull (f->answer);
      /* Twice is once. */
      answer_from (f, *rows[i].honest == '\0' ? NULL : rows[i].honest, id);
      g_assert_cmpuint (f->n_answers, ==, 1);
    }
}

static void
test_error_answers (SessionFixture *f, gconstpointer data)
{
  g_autofree char *xml = NULL;
  g_autofree char *bare = NULL;
  g_autofree char *reused = NULL;

  ask (f, "bob@ex/p", 0, NULL);
  xml = g_strdup_printf ("<iq type='error' from='bob@ex/p' id='%s'><error type='cancel'><forbidden "
                         "xmlns='" XMPP_NS_STANZAS "'/></error></iq>",
                         xmpp_node_get (session_fixture_last_sent (f), "id"));
  session_fixture_receive (f, xml);
  settle ();
  g_assert_error (f->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FORBIDDEN);

  ask (f, "bob@ex/p", 0, NULL);
  reused =
      g_strdup_printf ("<iq type='get' from='bob@ex/p' id='%s'><ping xmlns='urn:xmpp:ping'/></iq>",
                       xmpp_node_get (session_fixture_last_sent (f), "id"));
  bare = g_strdup_printf ("<iq type='error' from='bob@ex/p' id='%s'/>",
                          xmpp_node_get (session_fixture_last_sent (f), "id"));
  session_fixture_receive (f, reused);
  settle ();
  g_assert_cmpuint (f->n_answers, ==, 0);
  g_assert_cmpuint (f->n_routed, ==, 1);
  session_fixture_receive (f, bare);
  settle ();
  g_assert_cmpuint (f->n_answers, ==, 1);
  g_assert_error (f->error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_UNDEFINED_CONDITION);
}

static void
test_timeouts (SessionFixture *f, gconstpointer data)
{
  gint64 begun_us = g_get_monotonic_time ();
  g_autofree char *id = NULL;

  ask (f, "bob@ex/p", 60000, NULL);
  ask (f, "bob@ex/p", 30, NULL);
  id = g_strdup (xmpp_node_get (session_fixture_last_sent (f), "id"));
  while (f->n_answers == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, >=, 30000);
  answer_from (f, "bob@ex/p", id);
  g_assert_cmpuint (f->n_answers, ==, 1);
  xmpp_session_abort (f->session);
  settle ();
  g_assert_cmpuint (f->n_answers, ==, 2);
}

static void
test_cancel (SessionFixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *id = NULL;

  ask (f, "bob@ex/p", 0, cancellable);
  id = g_strdup (xmpp_node_get (session_fixture_last_sent (f), "id"));
  g_cancellable_cancel (cancellable);
  settle ();
  g_assert_cmpuint (f->n_answers, ==, 1);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  answer_from (f, "bob@ex/p", id);
  g_assert_cmpuint (f->n_answers, ==, 1);

  ask (f, "bob@ex/p", 0, cancellable);
  settle ();
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_close_with_pending (SessionFixture *f, gconstpointer data)
{
  ask (f, "bob@ex/p", 0, NULL);
  ask (f, NULL, 0, NULL);
  xmpp_session_close (f->session);
  settle ();
  g_assert_cmpuint (f->n_answers, ==, 2);
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
  g_assert_cmpstr (f->seen->str, ==, "closed:- ");
  g_assert_false (xmpp_session_is_open (f->session));

  ask (f, NULL, 0, NULL);
  settle ();
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
}

static void
test_lost_line (SessionFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "gone");

  ask (f, "bob@ex/p", 0, NULL);
  f->stream->handler->closed (f->stream, error, f->stream->user_data);
  settle ();
  g_assert_cmpuint (f->n_answers, ==, 1);
  g_assert_error (f->error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED);
  g_assert_cmpstr (f->seen->str, ==, "closed:gone ");
  session_fixture_receive (f, "<message from='bob@ex/p'/>");
  g_assert_cmpstr (f->seen->str, ==, "closed:gone ");
}

static void
test_abort_is_silent (SessionFixture *f, gconstpointer data)
{
  xmpp_session_abort (f->session);
  settle ();
  g_assert_true (f->stream->is_aborted);
  g_assert_cmpstr (f->seen->str, ==, "");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (SessionFixture *f, gconstpointer data);
  } tests[] = {
    { "/xmpp/session/b11-only-who-was-asked-may-answer", test_who_may_answer },
    { "/xmpp/session/b12-errors-are-answers-gets-are-not", test_error_answers },
    { "/xmpp/session/unanswered-requests-time-out", test_timeouts },
    { "/xmpp/session/cancelling-forgets-the-answer", test_cancel },
    { "/xmpp/session/closing-fails-what-is-pending", test_close_with_pending },
    { "/xmpp/session/a-lost-line-is-told", test_lost_line },
    { "/xmpp/session/aborting-is-silent", test_abort_is_silent },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, SessionFixture, NULL, session_fixture_set_up, tests[i].func,
                session_fixture_tear_down);
  return g_test_run ();
}
