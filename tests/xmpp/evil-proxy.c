/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evil-proxy.c: a proxy on a loopback port that says what it is told to, whatever it is asked; a
 * thread for each client */
#include "evil-proxy.h"

#include <string.h>

#define DRIP_US (50 * 1000)
#define POUR_BYTES 65536

struct _EvilProxy
{
  GSocketService *service; /* (owned) */
  guint16 port;
  const void *says;
  gsize n_bytes;
  EvilProxyEnd end;
  GMutex mutex;
  GCond cond;
  guint n_serving; /* under the mutex */
};

static gboolean
say (GSocketConnection *client, const void *data, gsize size)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (client)), data,
                                    size, NULL, NULL, NULL);
}

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
serve (EvilProxy *self, GSocketConnection *client)
{
  g_autofree char *much = g_malloc (POUR_BYTES);

  memset (much, 'x', POUR_BYTES);
  if (self->n_bytes > 0 && !say (client, self->says, self->n_bytes))
    return;
  switch (self->end)
    {
    case EVIL_PROXY_WAITS:
      wait_for_end (client);
      break;
    case EVIL_PROXY_DRIPS:
      while (say (client, "x", 1))
        g_usleep (DRIP_US);
      break;
    case EVIL_PROXY_POURS:
      while (say (client, much, POUR_BYTES))
        ;
      break;
    case EVIL_PROXY_HANGS_UP:
    default:
      break;
    }
}

static gboolean
run_cb (EvilProxy *self,
        GSocketConnection *client,
        GObject *source,
        GThreadedSocketService *service)
{
  g_mutex_lock (&self->mutex);
  self->n_serving++;
  g_mutex_unlock (&self->mutex);
  serve (self, client);
  g_mutex_lock (&self->mutex);
  self->n_serving--;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

/** evil_proxy_new: @end: what it does then. Returns: (transfer full): one that listens */
EvilProxy *
evil_proxy_new (const void *says, gsize n_bytes, EvilProxyEnd end)
{
  EvilProxy *self = g_new0 (EvilProxy, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->says = says;
  self->n_bytes = n_bytes;
  self->end = end;
  self->service = g_threaded_socket_service_new (4);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect_swapped (self->service, "run", G_CALLBACK (run_cb), self);
  return self;
}

/** evil_proxy_free: when its clients have left */
void
evil_proxy_free (EvilProxy *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_mutex_lock (&self->mutex);
  while (self->n_serving > 0)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
  g_object_unref (self->service);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

/** evil_proxy_get_port: Returns: where it listens on 127.0.0.1 */
guint16
evil_proxy_get_port (EvilProxy *self)
{
  return self->port;
}
