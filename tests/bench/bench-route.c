/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-route.c: what a stanza costs from the socket to the function that wants it, beside
 * libxml2's bare events and libstrophe
 *
 * bench-route [MEGABYTES [BENCH-STROPHE]] */
#include "config.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gio.h>

#include "bench-load.h"
#include "xmpp/xmpp-session.h"

#define READ_BYTES 16384

static int
connect_to (const struct sockaddr_in *address)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (connect (fd, (const struct sockaddr *) address, sizeof *address) != 0)
    g_error ("no connection on loopback");
  return fd;
}

/* --- libxml2 --- */

typedef struct
{
  guint depth;
  guint n_told;
} Bare;

static void
bare_start_cb (void *data,
               const xmlChar *name,
               const xmlChar *prefix,
               const xmlChar *ns,
               int n_namespaces,
               const xmlChar **namespaces,
               int n_attributes,
               int n_defaulted,
               const xmlChar **attributes)
{
  ((Bare *) data)->depth++;
}

static void
bare_end_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *ns)
{
  Bare *self = data;

  self->n_told += --self->depth == 1;
}

static void
bare_text_cb (void *data, const xmlChar *text, int length)
{
}

static GIOStream *open_tls (const struct sockaddr_in *address);

static double
run_bare (int fd, GInputStream *tls, guint *n_told)
{
  xmlSAXHandler handler = { .initialized = XML_SAX2_MAGIC,
                            .startElementNs = bare_start_cb,
                            .endElementNs = bare_end_cb,
                            .characters = bare_text_cb };
  Bare bare = { 0, 0 };
  xmlParserCtxtPtr parser = xmlCreatePushParserCtxt (&handler, &bare, NULL, 0, NULL);
  char buffer[READ_BYTES];
  double start_us = bench_cpu_us ();
  ssize_t length;

  while ((length = tls != NULL ? g_input_stream_read (tls, buffer, sizeof buffer, NULL, NULL)
                               : read (fd, buffer, sizeof buffer)) > 0)
    xmlParseChunk (parser, buffer, (int) length, 0);
  start_us = bench_cpu_us () - start_us;
  if (parser->myDoc != NULL)
    xmlFreeDoc (parser->myDoc);
  xmlFreeParserCtxt (parser);
  *n_told = bare.n_told;
  return start_us;
}

static double
run_libxml (const struct sockaddr_in *address, guint *n_told)
{
  int fd = connect_to (address);
  double spent_us = run_bare (fd, NULL, n_told);

  close (fd);
  return spent_us;
}

static double
run_libxml_in_tls (const struct sockaddr_in *address, guint *n_told)
{
  g_autoptr (GIOStream) tls = open_tls (address);

  return run_bare (-1, g_io_stream_get_input_stream (tls), n_told);
}

/* --- Linnet --- */

typedef struct
{
  guint n_told;
  gboolean is_closed;
} Told;

static void
stanza_cb (XmppSession *session, XmppNode *stanza, XmppJid *from, XmppFrom kind, gpointer data)
{
  ((Told *) data)->n_told++;
}

static void
flush_cb (XmppSession *session, gpointer data)
{
}

static void
closed_cb (XmppSession *session, const GError *error, gpointer data)
{
  ((Told *) data)->is_closed = TRUE;
}

static gboolean
is_contact_cb (XmppSession *session, XmppJid *bare, gpointer data)
{
  return TRUE;
}

static gboolean
is_room_cb (XmppSession *session, XmppJid *bare, gpointer data)
{
  return FALSE;
}

static gboolean
accept_cb (GTlsConnection *tls,
           GTlsCertificate *certificate,
           GTlsCertificateFlags flags,
           gpointer data)
{
  return TRUE;
}

/* TLS as the service has it, the handshake done. */
static GIOStream *
open_tls (const struct sockaddr_in *address)
{
  g_autoptr (GSocket) line = g_socket_new_from_fd (connect_to (address), NULL);
  g_autoptr (GSocketConnection) connection = g_socket_connection_factory_create_connection (line);
  g_autoptr (GError) error = NULL;
  GIOStream *tls = g_tls_client_connection_new (G_IO_STREAM (connection), NULL, &error);

  g_assert_no_error (error);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_cb), NULL);
  if (!g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, &error))
    g_error ("%s", error->message);
  return tls;
}

static double
run_session (GIOStream *line, guint *n_told)
{
  static const XmppSessionHandler handler = { stanza_cb, stanza_cb, flush_cb,
                                              closed_cb, is_contact_cb, is_room_cb };
  g_autoptr (XmppJid) jid = xmpp_jid_new (BENCH_WHO, NULL);
  g_autoptr (XmppStream) stream = NULL;
  g_autoptr (XmppSession) session = NULL;
  Told told = { 0, FALSE };
  double start_us;

  stream = xmpp_stream_new (line, xmpp_parser_new (&xmpp_limits_default));
  session = xmpp_session_new (stream, jid, &handler, &told);
  xmpp_session_start (session);
  start_us = bench_cpu_us ();
  while (!told.is_closed)
    g_main_context_iteration (NULL, TRUE);
  start_us = bench_cpu_us () - start_us;
  *n_told = told.n_told;
  return start_us;
}

static double
run_linnet (const struct sockaddr_in *address, guint *n_told)
{
  g_autoptr (GSocket) line = g_socket_new_from_fd (connect_to (address), NULL);

  return run_session (G_IO_STREAM (g_socket_connection_factory_create_connection (line)), n_told);
}

static double
run_linnet_in_tls (const struct sockaddr_in *address, guint *n_told)
{
  return run_session (open_tls (address), n_told);
}

/* The other program says what libstrophe takes. */
static void
compare_with (const char *program, const char *megabytes, gboolean in_tls, double ours_us)
{
  const char *const arguments[] = { program, megabytes, in_tls ? "tls" : NULL, NULL };
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;
  const char *number;

  if (!g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, NULL,
                     NULL, &error))
    g_error ("%s", error->message);
  g_print ("%s", said);
  number = strpbrk (said, "0123456789");
  if (number == NULL)
    g_error ("%s did not say what it measured", program);
  g_print ("%-32s %6.2f\n", "linnet / libstrophe", ours_us / g_ascii_strtod (number, NULL));
}

int
main (int argc, char **argv)
{
  const char *megabytes = argc > 1 ? argv[1] : "100";
  guint n_megabytes = (guint) atoi (megabytes);
  double ours_us;

  bench_measure ("libxml2, bare", run_libxml, FALSE, n_megabytes);
  ours_us = bench_measure ("linnet, to the route", run_linnet, FALSE, n_megabytes);
  if (argc > 2)
    compare_with (argv[2], megabytes, FALSE, ours_us);
  bench_measure ("libxml2, bare, in TLS", run_libxml_in_tls, TRUE, n_megabytes);
  ours_us = bench_measure ("linnet, to the route, in TLS", run_linnet_in_tls, TRUE, n_megabytes);
  if (argc > 2)
    compare_with (argv[2], megabytes, TRUE, ours_us);
  return 0;
}
