/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread-server.c: a server on a loopback port with a thread for each client */
#include "thread-server.h"

struct _ThreadServer
{
  GSocketService *service; /* (owned) */
  guint16 port;
  void (*serve) (GSocketConnection *client, gpointer data);
  gpointer data;
  GMutex mutex;
  GCond cond;
  guint n_serving; /* under the mutex */
};

static void
count (ThreadServer *self, int step)
{
  g_mutex_lock (&self->mutex);
  self->n_serving += (guint) step;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static gboolean
run_cb (ThreadServer *self,
        GSocketConnection *client,
        GObject *source,
        GThreadedSocketService *service)
{
  count (self, 1);
  self->serve (client, self->data);
  count (self, -1);
  return TRUE;
}

/** thread_server_new: @data: for @serve. Returns: (transfer full): one that listens */
ThreadServer *
thread_server_new (void (*serve) (GSocketConnection *client, gpointer data), gpointer data)
{
  ThreadServer *self = g_new0 (ThreadServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->serve = serve;
  self->data = data;
  self->service = g_threaded_socket_service_new (4);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect_swapped (self->service, "run", G_CALLBACK (run_cb), self);
  return self;
}

/** thread_server_free: when its clients have left */
void
thread_server_free (ThreadServer *self)
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

/** thread_server_get_port: Returns: where it listens on 127.0.0.1 */
guint16
thread_server_get_port (ThreadServer *self)
{
  return self->port;
}

/** thread_server_write: Returns: whether all of it left */
gboolean
thread_server_write (GSocketConnection *to, const void *data, gsize size)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (to)), data, size,
                                    NULL, NULL, NULL);
}
