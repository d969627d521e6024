/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mini-proxy.c: a proxy on a loopback port that speaks SOCKS5 (RFC 1928) and HTTP CONNECT; a thread
 * for each way */
#include "mini-proxy.h"

#include <string.h>

#include "thread-server.h"

struct _MiniProxy
{
  ThreadServer *server; /* (owned) */
  guint16 target;
  GMutex mutex;
  GString *asked; /* (owned) under the mutex */
};

typedef struct
{
  GSocketConnection *from; /* (owned) */
  GSocketConnection *to; /* (owned) */
} Way;

static gboolean
read_all (GSocketConnection *client, void *data, gsize size)
{
  gsize n_read = 0;

  return g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (client)), data, size,
                                  &n_read, NULL, NULL) &&
         n_read == size;
}

static void
note (MiniProxy *self, const char *how, const char *host, guint port)
{
  g_mutex_lock (&self->mutex);
  g_string_append_printf (self->asked, "%s%s %s:%u", self->asked->len > 0 ? " " : "", how, host,
                          port);
  g_mutex_unlock (&self->mutex);
}

/* The client's greeting begins with 5, which was read. */
static gboolean
greet_socks (MiniProxy *self, GSocketConnection *client)
{
  const guchar no_secret[] = { 5, 0 };
  const guchar done[] = { 5, 0, 0, 1, 127, 0, 0, 1, 0, 0 };
  const guchar refused[] = { 5, 5, 0, 1, 0, 0, 0, 0, 0, 0 };
  guchar head[4], length, port[2];
  guchar methods[256];
  char host[257] = "";

  if (!read_all (client, &length, 1) || !read_all (client, methods, length) ||
      !thread_server_write (client, no_secret, sizeof no_secret) ||
      !read_all (client, head, sizeof head))
    return FALSE;
  if (head[3] == 3) /* a name, and nothing else: it was not looked up before */
    {
      if (!read_all (client, &length, 1) || !read_all (client, host, length))
        return FALSE;
      host[length] = '\0';
    }
  else if (head[3] == 1)
    {
      if (!read_all (client, methods, 4))
        return FALSE;
      g_snprintf (host, sizeof host, "%u.%u.%u.%u", methods[0], methods[1], methods[2], methods[3]);
    }
  if (!read_all (client, port, 2))
    return FALSE;
  note (self, "socks5", host, port[0] * 256u + port[1]);
  if (self->target == 0)
    {
      thread_server_write (client, refused, sizeof refused);
      return FALSE;
    }
  return thread_server_write (client, done, sizeof done);
}

/* "CONNECT host:port HTTP/1.0", of which the first byte was read. */
static gboolean
greet_http (MiniProxy *self, GSocketConnection *client)
{
  const char *done = "HTTP/1.0 200 There you are\r\n\r\n";
  const char *refused = "HTTP/1.0 403 No\r\n\r\n";
  g_autoptr (GString) head = g_string_new ("C");
  g_auto (GStrv) words = NULL;
  g_auto (GStrv) place = NULL;
  char byte;

  while (strstr (head->str, "\r\n\r\n") == NULL)
    {
      if (!read_all (client, &byte, 1))
        return FALSE;
      g_string_append_c (head, byte);
    }
  words = g_strsplit (head->str, " ", 3);
  if (g_strv_length (words) < 3 || !g_str_equal (words[0], "CONNECT"))
    return FALSE;
  place = g_strsplit (words[1], ":", 2);
  note (self, "http", place[0], (guint) g_ascii_strtoull (place[1], NULL, 10));
  if (self->target == 0)
    {
      thread_server_write (client, refused, strlen (refused));
      return FALSE;
    }
  return thread_server_write (client, done, strlen (done));
}

static gpointer
carry (gpointer data)
{
  Way *way = data;
  char buffer[4096];
  gssize size;

  while ((size = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (way->from)),
                                      buffer, sizeof buffer, NULL, NULL)) > 0 &&
         thread_server_write (way->to, buffer, (gsize) size))
    ;
  g_socket_shutdown (g_socket_connection_get_socket (way->from), TRUE, FALSE, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (way->to), FALSE, TRUE, NULL);
  return NULL;
}

static void
serve (GSocketConnection *client, gpointer data)
{
  MiniProxy *self = data;
  g_autoptr (GSocketClient) connector = g_socket_client_new ();
  g_autoptr (GSocketConnection) server = NULL;
  guchar first;

  g_socket_client_set_enable_proxy (connector, FALSE);
  if (read_all (client, &first, 1) &&
      (first == 5 ? greet_socks (self, client) : greet_http (self, client)))
    server = g_socket_client_connect_to_host (connector, "127.0.0.1", self->target, NULL, NULL);
  if (server != NULL)
    {
      Way out = { client, server };
      Way in = { server, client };
      GThread *thread = g_thread_new ("carry", carry, &out);

      carry (&in);
      g_thread_join (thread);
    }
}

/** mini_proxy_new: Returns: (transfer full): a proxy that listens */
MiniProxy *
mini_proxy_new (guint16 port)
{
  MiniProxy *self = g_new0 (MiniProxy, 1);

  g_mutex_init (&self->mutex);
  self->target = port;
  self->asked = g_string_new (NULL);
  self->server = thread_server_new (serve, self);
  return self;
}

/** mini_proxy_free: when its clients have left */
void
mini_proxy_free (MiniProxy *self)
{
  thread_server_free (self->server);
  g_string_free (self->asked, TRUE);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/** mini_proxy_get_port: Returns: where it listens on 127.0.0.1 */
guint16
mini_proxy_get_port (MiniProxy *self)
{
  return thread_server_get_port (self->server);
}

/** mini_proxy_dup_asked: Returns: (transfer full): what was asked for */
char *
mini_proxy_dup_asked (MiniProxy *self)
{
  char *asked;

  g_mutex_lock (&self->mutex);
  asked = g_strdup (self->asked->str);
  g_mutex_unlock (&self->mutex);
  return asked;
}
