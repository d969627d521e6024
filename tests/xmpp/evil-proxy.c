/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evil-proxy.c: a proxy on a loopback port that says what it is told to, whatever it is asked */
#include "evil-proxy.h"

#include <string.h>

#include "thread-server.h"

#define DRIP_US (50 * 1000)
#define POUR_BYTES 65536

struct _EvilProxy
{
  ThreadServer *server; /* (owned) */
  const void *says;
  gsize n_bytes;
  EvilProxyEnd end;
};

/* Until the client has left. */
static void
wait_for_end (GSocketConnection *client)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (client));
  char buffer[256];

  while (g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL) > 0)
    ;
}

static void
serve (GSocketConnection *client, gpointer data)
{
  EvilProxy *self = data;
  g_autofree char *much = g_malloc (POUR_BYTES);

  memset (much, 'x', POUR_BYTES);
  if (self->n_bytes > 0 && !thread_server_write (client, self->says, self->n_bytes))
    return;
  switch (self->end)
    {
    case EVIL_PROXY_WAITS:
      wait_for_end (client);
      break;
    case EVIL_PROXY_DRIPS:
      while (thread_server_write (client, "x", 1))
        g_usleep (DRIP_US);
      break;
    case EVIL_PROXY_POURS:
      while (thread_server_write (client, much, POUR_BYTES))
        ;
      break;
    case EVIL_PROXY_HANGS_UP:
    default:
      break;
    }
}

/** evil_proxy_new: @end: what it does then. Returns: (transfer full): one that listens */
EvilProxy *
evil_proxy_new (const void *says, gsize n_bytes, EvilProxyEnd end)
{
  EvilProxy *self = g_new0 (EvilProxy, 1);

  self->says = says;
  self->n_bytes = n_bytes;
  self->end = end;
  self->server = thread_server_new (serve, self);
  return self;
}

/** evil_proxy_free: when its clients have left */
void
evil_proxy_free (EvilProxy *self)
{
  thread_server_free (self->server);
  g_free (self);
}

/** evil_proxy_get_port: Returns: where it listens on 127.0.0.1 */
guint16
evil_proxy_get_port (EvilProxy *self)
{
  return thread_server_get_port (self->server);
}
