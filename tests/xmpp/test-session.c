/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-session.c: who is believed, who is answered, and how often. RFC 6120 8; hostile-input B08,
 * B11, B12, A30, J03
 *
 * The stream here is one of our own, in memory: the test says what the server sends and reads what
 * we send. */
#include "xmpp/xmpp-session.h"

#include <string.h>

#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-throttle.h"

#include "session-fixture.h"

static void
test_senders (SessionFixture *f, gconstpointer data)
{
  static const struct
  {
    const char *from;
    XmppFrom kind;
  } rows[] = {
    { "alice@ex", XMPP_FROM_ACCOUNT },
    { "ALICE@EX", XMPP_FROM_ACCOUNT },
    { "alice@ex/v", XMPP_FROM_OWN_DEVICE },
    { "alice@ex/other", XMPP_FROM_OWN_DEVICE },
    { "ex", XMPP_FROM_SERVER },
    { "ex/x", XMPP_FROM_STRANGER },
    { "sub.ex", XMPP_FROM_STRANGER },
    { "bob@ex", XMPP_FROM_CONTACT },
    { "bob@ex/phone", XMPP_FROM_CONTACT },
    { "bob@ex.evil", XMPP_FROM_STRANGER },
    { "r@muc.ex/nick", XMPP_FROM_ROOM },
    { "both@muc.ex/nick", XMPP_FROM_ROOM },
    { "mallory@ev/m", XMPP_FROM_STRANGER },
  };

  g_assert_cmpuint (xmpp_session_classify (f->session, NULL), ==, XMPP_FROM_ACCOUNT);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (XmppJid) jid = xmpp_jid_new (rows[i].from, NULL);

      g_test_message ("%s", rows[i].from);
      g_assert_cmpuint (xmpp_session_classify (f->session, jid), ==, rows[i].kind);
    }
}

static void
test_dispatch (SessionFixture *f, gconstpointer data)
{
  session_fixture_receive (f, "<message from='bob@ex/p'><body>x</body></message>");
  session_fixture_receive (f, "<message/>");
  session_fixture_receive (f, "<presence from='MALLORY@ev/m'/>");
  session_fixture_receive (f, "<message from='@ex'/>");
  session_fixture_receive (f, "<message from='a@b@c'/>");
  session_fixture_receive (f, "<unknown from='bob@ex/p'/>");
  f->stream->handler->flush (f->stream, f->stream->user_data);
  g_assert_cmpstr (f->seen->str, ==,
                   "message:bob@ex/p:8 message:alice@ex:1 presence:mallory@ev/m:32 flush ");
  g_assert_cmpuint (f->stream->sent->len, ==, 0);
}

/* A23 */
static void
test_foreign_namespace (SessionFixture *f, gconstpointer data)
{
  static const char *const stanzas[] = { "<message xmlns='urn:evil'/>",
                                         "<presence xmlns='jabber:server'/>",
                                         "<message xmlns='http://etherx.jabber.org/streams'/>" };

  for (guint i = 0; i < G_N_ELEMENTS (stanzas); i++)
    {
      g_autoptr (XmppNode) node = xmpp_node_new_from_xml (stanzas[i], -1, NULL);

      f->stream->handler->stanza (f->stream, node, f->stream->user_data);
    }
  g_assert_cmpstr (f->seen->str, ==, "");
  g_assert_cmpuint (f->stream->sent->len, ==, 0);
}

/* B08, B09: a roster push is the account's alone. */
static void
test_roster_push (SessionFixture *f, gconstpointer data)
{
  static const char *const liars[] = { "mallory@ev/m", "bob@ex/p", "alice@ex/other",
                                       "ex", "r@muc.ex/nick", "alice@ev" };

  for (guint i = 0; i < G_N_ELEMENTS (liars); i++)
    {
      g_autofree char *xml =
          g_strdup_printf ("<iq type='set' id='r%u' from='%s'><query "
                           "xmlns='jabber:iq:roster'><item jid='evil@x'/></query></iq>",
                           i, liars[i]);
      g_autofree char *id = g_strdup_printf ("r%u", i);
      guint n_before = f->stream->sent->len;

      session_fixture_receive (f, xml);
      g_assert_cmpuint (f->n_routed, ==, 0);
      session_fixture_assert_answered (f, n_before, liars[i], id, "service-unavailable");
    }

  session_fixture_receive (f, "<iq type='set' id='a'><query xmlns='jabber:iq:roster'/></iq>");
  g_assert_cmpuint (f->n_routed, ==, 1);
  session_fixture_assert_answered (f, f->stream->sent->len - 1, NULL, "a", "");
  session_fixture_receive (
      f, "<iq type='set' id='b' from='ALICE@ex'><query xmlns='jabber:iq:roster'/></iq>");
  g_assert_cmpuint (f->n_routed, ==, 2);
  /* The row is for sets. */
  session_fixture_receive (f, "<iq type='get' id='c'><query xmlns='jabber:iq:roster'/></iq>");
  g_assert_cmpuint (f->n_routed, ==, 2);
  session_fixture_assert_answered (f, f->stream->sent->len - 1, NULL, "c", "service-unavailable");
}

/* A30: each get and set is answered once, nothing else ever. */
static void
test_malformed_requests (SessionFixture *f, gconstpointer data)
{
  static const struct
  {
    const char *xml, *id, *condition;
  } rows[] = {
    { "<iq from='bob@ex/p' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "1", "" },
    { "<iq from='bob@ex/p' type='get' id='2'><other xmlns='urn:xmpp:ping'/></iq>", "2",
      "service-unavailable" },
    { "<iq from='bob@ex/p' type='get' id='3'><ping xmlns='urn:xmpp:ping'/><ping "
      "xmlns='urn:xmpp:ping'/></iq>",
      "3", "bad-request" },
    { "<iq from='bob@ex/p' type='get' id='4'/>", "4", "bad-request" },
    { "<iq from='bob@ex/p' type='set' id='5'>text</iq>", "5", "bad-request" },
    { "<iq from='bob@ex/p' type='get'><ping xmlns='urn:xmpp:ping'/></iq>", NULL, "bad-request" },
    { "<iq from='bob@ex/p' id='7'><ping xmlns='urn:xmpp:ping'/></iq>", "7", "bad-request" },
    { "<iq from='bob@ex/p' type='bogus' id='8'><ping xmlns='urn:xmpp:ping'/></iq>", "8",
      "bad-request" },
    { "<iq from='bob@ex/p' type='GET' id='9'><ping xmlns='urn:xmpp:ping'/></iq>", "9",
      "bad-request" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint n_before = f->stream->sent->len;

      g_test_message ("%s", rows[i].xml);
      session_fixture_receive (f, rows[i].xml);
      session_fixture_assert_answered (f, n_before, "bob@ex/p", rows[i].id, rows[i].condition);
    }
  g_ptr_array_set_size (f->stream->sent, 0);
  session_fixture_receive (f, "<iq from='bob@ex/p' type='result' id='nobody-asked'/>");
  session_fixture_receive (f, "<iq from='bob@ex/p' type='error' id='nobody-asked'/>");
  session_fixture_receive (f, "<iq from='bob@ex/p' type='error'/>");
  session_fixture_receive (f, "<iq from='@' type='get' id='x'><ping xmlns='urn:xmpp:ping'/></iq>");
  g_assert_cmpuint (f->stream->sent->len, ==, 0);
}

static void
test_owner_lets_go (SessionFixture *f, gconstpointer data)
{
  f->keep = TRUE;
  session_fixture_receive (
      f, "<iq from='bob@ex/p' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
  g_assert_cmpuint (f->stream->sent->len, ==, 0);
  g_assert_cmpstr (xmpp_jid_get_text (xmpp_request_get_from (f->kept)), ==, "bob@ex/p");
  g_assert_cmpuint (xmpp_request_get_from_kind (f->kept), ==, XMPP_FROM_CONTACT);
  g_assert_false (xmpp_request_is_set (f->kept));
  g_assert_cmpstr (xmpp_node_get_name (xmpp_request_get_payload (f->kept)), ==, "ping");
  g_clear_object (&f->kept);
  session_fixture_assert_answered (f, 0, "bob@ex/p", "1", "internal-server-error");
}

static void
test_request_outlives_session (SessionFixture *f, gconstpointer data)
{
  f->keep = TRUE;
  session_fixture_receive (
      f, "<iq from='bob@ex/p' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
  xmpp_session_abort (f->session);
  g_assert_finalize_object (g_steal_pointer (&f->session));
  xmpp_request_reply (f->kept, xmpp_node_new ("ping", XMPP_NS_PING));
  g_assert_cmpuint (f->stream->sent->len, ==, 0);
}

static void
test_ids (SessionFixture *f, gconstpointer data)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 1000; i++)
    {
      char *id = xmpp_session_dup_new_id (f->session);

      g_assert_cmpuint (strlen (id), ==, 16);
      g_assert_cmpuint (
          strspn (id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), ==, 16);
      g_assert_true (g_hash_table_add (ids, id));
    }
  xmpp_session_send (f->session, xmpp_node_new ("message", XMPP_NS_CLIENT));
  g_assert_nonnull (xmpp_node_get (session_fixture_last_sent (f), "id"));
}

/* J03: a flood is answered in order, at the budget's pace, within a bound; our server's requests
 * are not held up by it. */
static void
test_flood (SessionFixture *f, gconstpointer data)
{
  const guint n_flood = XMPP_THROTTLE_BURST + XMPP_THROTTLE_MAX_OWED + 5000;
  guint n_before;
  guint n_after;

  for (guint i = 0; i < n_flood; i++)
    {
      g_autofree char *xml = g_strdup_printf (
          "<iq from='mallory@ev/m' type='get' id='f%u'><ping xmlns='urn:xmpp:ping'/></iq>", i);

      session_fixture_receive (f, xml);
    }
  n_before = f->stream->sent->len;
  g_assert_cmpuint (n_before, >=, XMPP_THROTTLE_BURST);
  g_assert_cmpuint (n_before, <, XMPP_THROTTLE_BURST + XMPP_THROTTLE_MAX_OWED);

  session_fixture_receive (f, "<iq type='set' id='push'><query xmlns='jabber:iq:roster'/></iq>");
  session_fixture_assert_answered (f, n_before, NULL, "push", "");
  while (f->stream->sent->len < n_before + 100)
    g_main_context_iteration (NULL, TRUE);
  n_after = f->stream->sent->len;
  g_ptr_array_remove_index (f->stream->sent, n_before);
  for (guint i = 0; i < n_after - 1; i++)
    {
      g_autofree char *id = g_strdup_printf ("f%u", i);
      XmppNode *sent = g_ptr_array_index (f->stream->sent, i);

      g_assert_cmpstr (xmpp_node_get (sent, "id"), ==, id);
      g_assert_cmpstr (xmpp_node_get (sent, "type"), ==, i < f->n_routed - 1 ? "result" : "error");
    }
}

static void
test_full_line (SessionFixture *f, gconstpointer data)
{
  f->stream->queued_bytes = 1024 * 1024;
  session_fixture_receive (
      f, "<iq from='mallory@ev/m' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
  g_assert_cmpuint (f->stream->sent->len, ==, 0);
  f->stream->queued_bytes = 0;
  while (f->stream->sent->len == 0)
    g_main_context_iteration (NULL, TRUE);
  session_fixture_assert_answered (f, 0, "mallory@ev/m", "1", "resource-constraint");
}

static void
test_dropped (SessionFixture *f, gconstpointer data)
{
  static const char *const starts[] = {
    "<message xmlns='jabber:client' from='mallory@ev/m'/>",
    "<iq xmlns='jabber:client' from='mallory@ev/m' type='result' id='1'/>",
    "<iq xmlns='jabber:client' from='mallory@ev/m' type='set' id='2'/>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      g_autoptr (XmppNode) start = xmpp_node_new_from_xml (starts[i], -1, NULL);

      f->stream->handler->dropped (f->stream, start, f->stream->user_data);
    }
  session_fixture_assert_answered (f, 0, "mallory@ev/m", "2", "policy-violation");
  g_assert_cmpstr (f->seen->str, ==, "");
}

static void
test_two_owners (void)
{
  if (g_test_subprocess ())
    {
      SessionFixture f = { 0 };
      g_autoptr (XmppJid) jid = xmpp_jid_new ("alice@ex/v", NULL);

      f.stream = memory_stream_new ();
      f.session = xmpp_session_new (f.stream, jid, &session_fixture_handler, &f);
      xmpp_session_add_route (f.session, TRUE, "query", XMPP_NS_ROSTER, XMPP_FROM_ACCOUNT,
                              session_fixture_routed_cb, &f);
      xmpp_session_add_route (f.session, TRUE, "query", XMPP_NS_ROSTER, XMPP_FROM_ANYONE,
                              session_fixture_routed_cb, &f);
      return;
    }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*Two owners of*");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (SessionFixture *f, gconstpointer data);
  } tests[] = {
    { "/xmpp/session/every-sender-has-one-kind", test_senders },
    { "/xmpp/session/stanzas-reach-the-owner-with-a-judged-sender", test_dispatch },
    { "/xmpp/session/other-namespaces-are-passed-over", test_foreign_namespace },
    { "/xmpp/session/b08-roster-push-is-the-accounts-alone", test_roster_push },
    { "/xmpp/session/a30-each-request-is-answered-once", test_malformed_requests },
    { "/xmpp/session/letting-go-is-failing", test_owner_lets_go },
    { "/xmpp/session/answers-are-dropped-when-the-session-is-gone", test_request_outlives_session },
    { "/xmpp/session/ids-cannot-be-guessed", test_ids },
    { "/xmpp/session/j03-a-flood-is-bounded-and-ordered", test_flood },
    { "/xmpp/session/a-full-line-holds-answers-back", test_full_line },
    { "/xmpp/session/what-is-too-large-is-refused", test_dropped },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, SessionFixture, NULL, session_fixture_set_up, tests[i].func,
                session_fixture_tear_down);
  g_test_add_func ("/xmpp/session/two-owners-stop-the-program", test_two_owners);
  return g_test_run ();
}
