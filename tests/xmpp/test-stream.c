/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-stream.c: a stream over a pair of sockets: what it gives, what it writes, how it ends */

#include <string.h>
#include <sys/socket.h>

#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-stream.h"

#define HEADER                                                                            \
  "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' " \
  "from='example.org' id='s' version='1.0'>"
#define DEADLINE_S 10

typedef struct
{
  XmppStream *stream; /* (owned) */
  GSocket *server; /* (owned) */
  GString *log; /* (owned) names of stanzas, "|" for a flush, "." for the end */
  GError *error; /* (owned) (nullable) of the end */
  guint abort_at; /* abort when the log has so many bytes; 0: never */
  gboolean is_late;
} Fixture;

static void
stanza_cb (XmppStream *stream, XmppNode *stanza, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append (fixture->log, xmpp_node_get_name (stanza));
  if (fixture->abort_at > 0 && fixture->log->len >= fixture->abort_at)
    xmpp_stream_abort (stream);
}

static void
dropped_cb (XmppStream *stream, XmppNode *start, gpointer user_data)
{
  g_string_append_c (((Fixture *) user_data)->log, '!');
}

static void
flush_cb (XmppStream *stream, gpointer user_data)
{
  g_string_append_c (((Fixture *) user_data)->log, '|');
}

static void
closed_cb (XmppStream *stream, const GError *error, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_c (fixture->log, '.');
  fixture->error = error != NULL ? g_error_copy (error) : NULL;
}

static const XmppStreamHandler handler = { stanza_cb, dropped_cb, flush_cb, closed_cb };

static void
set_up (Fixture *fixture, gconstpointer data)
{
  XmppParser *parser = xmpp_parser_new (&xmpp_limits_default);
  g_autoptr (XmppNode) header = NULL;
  g_autoptr (GSocket) ours = NULL;
  GSocketConnection *connection;
  int fds[2];

  g_assert_true (xmpp_parser_feed (parser, HEADER, strlen (HEADER), NULL));
  g_assert_cmpint (xmpp_parser_next (parser, &header), ==, XMPP_PARSER_EVENT_OPENED);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  ours = g_socket_new_from_fd (fds[0], NULL);
  fixture->server = g_socket_new_from_fd (fds[1], NULL);
  g_socket_set_timeout (fixture->server, DEADLINE_S);
  connection = g_socket_connection_factory_create_connection (ours);
  fixture->stream = xmpp_stream_new (G_IO_STREAM (connection), parser);
  fixture->log = g_string_new (NULL);
  xmpp_stream_start (fixture->stream, &handler, fixture);
  g_assert_cmpstr (fixture->log->str, ==, "");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  xmpp_stream_abort (fixture->stream);
  g_object_add_weak_pointer (G_OBJECT (fixture->stream), (gpointer *) &fixture->stream);
  g_object_unref (fixture->stream);
  while (fixture->stream != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (fixture->server);
  g_string_free (fixture->log, TRUE);
  g_clear_error (&fixture->error);
}

static gboolean
late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

#define WAIT(condition)                                                             \
  G_STMT_START                                                                      \
  {                                                                                 \
    guint wait_id = g_timeout_add_seconds (DEADLINE_S, late_cb, &fixture->is_late); \
    while (!(condition) && !fixture->is_late)                                       \
      g_main_context_iteration (NULL, TRUE);                                        \
    g_source_remove (wait_id);                                                      \
    g_assert_true (condition);                                                      \
  }                                                                                 \
  G_STMT_END

static void
say (Fixture *fixture, const char *text)
{
  g_assert_cmpint (g_socket_send (fixture->server, text, strlen (text), NULL, NULL), ==,
                   strlen (text));
}

static char *
hear (Fixture *fixture)
{
  char buffer[4096];
  gssize length = g_socket_receive (fixture->server, buffer, sizeof buffer, NULL, NULL);

  g_assert_cmpint (length, >=, 0);
  return g_strndup (buffer, (gsize) length);
}

static void
test_one_read_one_flush (Fixture *fixture, gconstpointer data)
{
  say (fixture, "<presence/><message/><iq/>");
  WAIT (strchr (fixture->log->str, '|') != NULL);
  g_assert_cmpstr (fixture->log->str, ==, "presencemessageiq|");
}

static void
test_split_at_every_byte (Fixture *fixture, gconstpointer data)
{
  const char *text = "<a><b xmlns='urn:x'>\xe2\x82\xac</b></a><c/>";

  for (const char *at = text; *at != '\0'; at++)
    {
      say (fixture, (const char[]){ *at, '\0' });
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  WAIT (strcmp (fixture->log->str, "a|c|") == 0);
}

static void
test_one_turn_one_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppNode) first = xmpp_node_new ("a", XMPP_NS_CLIENT);
  g_autoptr (XmppNode) second = xmpp_node_new ("b", XMPP_NS_CLIENT);
  g_autofree char *heard = NULL;

  g_assert_true (xmpp_stream_send (fixture->stream, first, NULL));
  g_assert_true (xmpp_stream_send (fixture->stream, second, NULL));
  xmpp_stream_send_whitespace (fixture->stream);
  g_assert_cmpuint (xmpp_stream_get_queued_bytes (fixture->stream), ==, strlen ("<a/><b/> "));
  WAIT (xmpp_stream_get_queued_bytes (fixture->stream) == 0);
  heard = hear (fixture);
  g_assert_cmpstr (heard, ==, "<a/><b/> ");
}

/* XEP-0478 4: to the byte, and the stanzas around it are sent. */
static void
test_what_the_server_does_not_take_is_not_sent (Fixture *fixture, gconstpointer data)
{
  g_autoptr (XmppNode) fits = xmpp_node_new ("a", XMPP_NS_CLIENT);
  g_autoptr (XmppNode) does_not = xmpp_node_new ("ab", XMPP_NS_CLIENT);
  g_autoptr (GError) error = NULL;
  g_autofree char *heard = NULL;

  xmpp_stream_set_max_bytes (fixture->stream, strlen ("<a/>"));
  g_assert_true (xmpp_stream_send (fixture->stream, fits, NULL));
  g_assert_false (xmpp_stream_send (fixture->stream, does_not, &error));
  g_assert_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION);
  g_assert_true (xmpp_stream_send (fixture->stream, fits, NULL));
  WAIT (xmpp_stream_get_queued_bytes (fixture->stream) == 0);
  heard = hear (fixture);
  g_assert_cmpstr (heard, ==, "<a/><a/>");
}

static void
test_cut_line_c09 (Fixture *fixture, gconstpointer data)
{
  say (fixture, "<a/>");
  g_socket_shutdown (fixture->server, FALSE, TRUE, NULL);
  WAIT (strchr (fixture->log->str, '.') != NULL);
  g_assert_cmpstr (fixture->log->str, ==, "a|.");
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_server_says_goodbye (Fixture *fixture, gconstpointer data)
{
  g_autofree char *heard = NULL;

  say (fixture, "<a/></stream:stream>");
  WAIT (strchr (fixture->log->str, '.') != NULL);
  g_assert_no_error (fixture->error);
  g_assert_true (g_str_has_prefix (fixture->log->str, "a"));
  heard = hear (fixture);
  g_assert_cmpstr (heard, ==, "</stream:stream>");
}

static void
test_server_says_why (Fixture *fixture, gconstpointer data)
{
  say (fixture, "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                "</stream:error></stream:stream>");
  WAIT (strchr (fixture->log->str, '.') != NULL);
  g_assert_error (fixture->error, XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT);
  g_assert_cmpstr (fixture->log->str, ==, ".");
}

static void
test_broken_xml_is_answered (Fixture *fixture, gconstpointer data)
{
  g_autofree char *heard = NULL;

  say (fixture, "<a/><b></c>");
  WAIT (strchr (fixture->log->str, '.') != NULL);
  g_assert_error (fixture->error, XMPP_ERROR, XMPP_ERROR_PROTOCOL);
  g_assert_true (g_str_has_prefix (fixture->log->str, "a")); /* what came before counts */
  heard = hear (fixture);
  g_assert_nonnull (strstr (heard, "<not-well-formed"));
  g_assert_true (g_str_has_suffix (heard, "</stream:stream>"));
}

static void
test_nothing_after_abort (Fixture *fixture, gconstpointer data)
{
  fixture->abort_at = strlen ("ab");
  say (fixture, "<a/><b/><c/></stream:stream>");
  WAIT (fixture->log->len >= 2);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (fixture->log->str, ==, "ab");
}

static void
closed_task_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_assert_true (xmpp_stream_close_finish (XMPP_STREAM (source), result, NULL));
  *(gboolean *) user_data = TRUE;
}

static void
test_close_waits_for_the_server (Fixture *fixture, gconstpointer data)
{
  gboolean is_closed = FALSE;
  g_autofree char *heard = NULL;

  xmpp_stream_close_async (fixture->stream, closed_task_cb, &is_closed);
  heard = hear (fixture);
  g_assert_cmpstr (heard, ==, "</stream:stream>");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_false (is_closed);
  say (fixture, "<late/></stream:stream>");
  WAIT (is_closed);
  g_assert_cmpstr (fixture->log->str, ==, "");
}

static void
test_close_does_not_wait_for_ever (Fixture *fixture, gconstpointer data)
{
  gboolean is_closed = FALSE;

  xmpp_stream_close_async (fixture->stream, closed_task_cb, &is_closed);
  WAIT (is_closed);
  g_assert_cmpstr (fixture->log->str, ==, "");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/stream/one-read-one-flush", test_one_read_one_flush);
  ADD ("/stream/split-at-every-byte", test_split_at_every_byte);
  ADD ("/stream/one-turn-one-write", test_one_turn_one_write);
  ADD ("/stream/what-the-server-does-not-take-is-not-sent",
       test_what_the_server_does_not_take_is_not_sent);
  ADD ("/stream/cut-line-c09", test_cut_line_c09);
  ADD ("/stream/server-says-goodbye", test_server_says_goodbye);
  ADD ("/stream/server-says-why", test_server_says_why);
  ADD ("/stream/broken-xml-is-answered", test_broken_xml_is_answered);
  ADD ("/stream/nothing-after-abort", test_nothing_after_abort);
  ADD ("/stream/close-waits-for-the-server", test_close_waits_for_the_server);
  ADD ("/stream/close-does-not-wait-for-ever", test_close_does_not_wait_for_ever);
  return g_test_run ();
}
