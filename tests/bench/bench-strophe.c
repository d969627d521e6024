/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-strophe.c: the yardstick of bench-route: libstrophe, from the socket to a handler. A
 * program of its own, for both libraries have an xmpp_jid_new () */
#include <arpa/inet.h>
#include <stdlib.h>
#include <strophe.h>

#include "bench-load.h"

/* In TLS from the first byte. */
static gboolean in_tls;

static int
strophe_stanza_cb (xmpp_conn_t *connection, xmpp_stanza_t *stanza, void *data)
{
  (*(guint *) data)++;
  return 1;
}

static void
strophe_connection_cb (xmpp_conn_t *connection,
                       xmpp_conn_event_t event,
                       int error,
                       xmpp_stream_error_t *stream_error,
                       void *data)
{
  if (event == XMPP_CONN_RAW_CONNECT)
    {
      if (in_tls && xmpp_conn_tls_start (connection) != XMPP_EOK)
        g_error ("libstrophe: no TLS");
      xmpp_conn_open_stream_default (connection);
    }
  else if (event == XMPP_CONN_CONNECT)
    xmpp_handler_add (connection, strophe_stanza_cb, NULL, NULL, NULL, data);
  else
    xmpp_stop (xmpp_conn_get_context (connection));
}

static double
run_strophe (const struct sockaddr_in *address, guint *n_told)
{
  xmpp_ctx_t *context;
  xmpp_conn_t *connection;
  double start_us;

  *n_told = 0;
  xmpp_initialize ();
  context = xmpp_ctx_new (NULL, NULL);
  connection = xmpp_conn_new (context);
  xmpp_conn_set_flags (connection, in_tls ? XMPP_CONN_FLAG_TRUST_TLS : XMPP_CONN_FLAG_DISABLE_TLS);
  xmpp_conn_set_jid (connection, BENCH_WHO);
  xmpp_connect_raw (connection, "127.0.0.1", ntohs (address->sin_port), strophe_connection_cb,
                    n_told);
  start_us = bench_cpu_us ();
  xmpp_run (context);
  start_us = bench_cpu_us () - start_us;
  xmpp_conn_release (connection);
  xmpp_ctx_free (context);
  xmpp_shutdown ();
  return start_us;
}

/* bench-strophe [MEGABYTES [tls]] */
int
main (int argc, char **argv)
{
  in_tls = argc > 2;
  bench_measure (in_tls ? "libstrophe, to a handler, in TLS" : "libstrophe, to a handler",
                 run_strophe, in_tls, argc > 1 ? (guint) atoi (argv[1]) : 100);
  return 0;
}
