/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line-server.c: an XMPP server of a few rules on a loopback port
 *
 * It answers each thing that it knows by the text it finds, which is enough for clients that keep
 * the order. A thread for each of them. */

#include "line-server.h"

#include <string.h>

#define HEADER                                                 \
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' " \
  "xmlns:stream='http://etherx.jabber.org/streams' from='example.org' id='s' version='1.0'>"
#define OFFER                                                                            \
  "<stream:features><mechanisms "                                                        \
  "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></" \
  "stream:features>"
#define BIND_OFFER \
  "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"

struct _LineServer
{
  GSocketService *service; /* (owned) */
  guint16 port;
  GMutex mutex;
  GCond cond;
  char *password; /* (owned) under the mutex */
  GPtrArray *
      connections; /* (owned) under the mutex: GSocketConnection that are served, the newest last */
  GString *heard; /* (owned) under the mutex: all that was ever said */
  int is_silent; /* atomic */
  int n_logins; /* atomic */
};

/* One that is served, on its thread. */
typedef struct
{
  LineServer *server;
  GSocketConnection *connection;
  GString *heard; /* (owned) */
  gboolean is_authenticated;
} Client;

static void
say (GSocketConnection *connection, const char *text)
{
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));

  g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL);
}

/* The first text from `open` to `close`, taken out with all before it; NULL: not there yet. */
static char *
take (Client *self, const char *open, const char *close)
{
  char *begin = strstr (self->heard->str, open);
  char *end = begin != NULL ? strstr (begin, close) : NULL;
  char *text;

  if (end == NULL)
    return NULL;
  end += strlen (close);
  text = g_strndup (begin, (gsize) (end - begin));
  g_string_erase (self->heard, 0, end - self->heard->str);
  return text;
}

static char *
dup_id (const char *iq)
{
  const char *id = strstr (iq, " id=");

  g_assert_nonnull (id);
  id += strlen (" id=");
  return g_strndup (id + 1, (gsize) (strchr (id + 1, *id) - (id + 1)));
}

static void
judge_login (Client *self, const char *auth)
{
  const char *begin = strchr (auth, '>') + 1;
  g_autofree char *text = g_strndup (begin, strcspn (begin, "<"));
  g_autoptr (GString) wanted = g_string_new_len ("\0alice\0", 7);
  g_autofree guchar *plain = NULL;
  gsize length;

  plain = g_base64_decode (text, &length);
  g_mutex_lock (&self->server->mutex);
  g_string_append (wanted, self->server->password);
  g_mutex_unlock (&self->server->mutex);
  g_atomic_int_inc (&self->server->n_logins);
  self->is_authenticated = length == wanted->len && memcmp (plain, wanted->str, length) == 0;
  say (self->connection,
       self->is_authenticated
           ? "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
           : "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>");
}

static void
answer (Client *self, const char *iq)
{
  g_autofree char *id = dup_id (iq);
  g_autofree char *text = NULL;

  if (strstr (iq, "xmpp-bind") != NULL)
    text =
        g_strdup_printf ("<iq type='result' id='%s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                         "<jid>alice@example.org/desk</jid></bind></iq>",
                         id);
  else if (strstr (iq, "jabber:iq:roster") != NULL)
    text = g_strdup_printf ("<iq type='result' id='%s'><query xmlns='jabber:iq:roster'/></iq>", id);
  else
    text = g_strdup_printf ("<iq type='result' id='%s'/>", id);
  say (self->connection, text);
}

static gboolean
handle_one (Client *self)
{
  g_autofree char *header = take (self, "<stream:stream", ">");
  g_autofree char *auth = header == NULL ? take (self, "<auth", "</auth>") : NULL;
  g_autofree char *iq = header == NULL && auth == NULL ? take (self, "<iq", "</iq>") : NULL;

  if (header != NULL)
    {
      say (self->connection, HEADER);
      say (self->connection, self->is_authenticated ? BIND_OFFER : OFFER);
    }
  else if (auth != NULL)
    judge_login (self, auth);
  else if (iq != NULL)
    answer (self, iq);
  return header != NULL || auth != NULL || iq != NULL;
}

static gboolean
run_cb (LineServer *self,
        GSocketConnection *connection,
        GObject *source,
        GThreadedSocketService *service)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  Client client = { self, connection, g_string_new (NULL), FALSE };
  char buffer[4096];
  gssize length;

  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->connections, connection);
  g_mutex_unlock (&self->mutex);
  while ((length = g_input_stream_read (in, buffer, sizeof buffer, NULL, NULL)) > 0)
    {
      g_mutex_lock (&self->mutex);
      g_string_append_len (self->heard, buffer, length);
      g_mutex_unlock (&self->mutex);
      if (g_atomic_int_get (&self->is_silent))
        continue;
      g_string_append_len (client.heard, buffer, length);
      while (handle_one (&client))
        ;
    }
  g_string_free (client.heard, TRUE);
  g_mutex_lock (&self->mutex);
  g_ptr_array_remove (self->connections, connection);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

/** line_server_new: @password: of alice@example.org. Returns: (transfer full): a server that
 * listens */
LineServer *
line_server_new (const char *password)
{
  LineServer *self = g_new0 (LineServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->password = g_strdup (password);
  self->connections = g_ptr_array_new ();
  self->heard = g_string_new (NULL);
  self->service = g_threaded_socket_service_new (4);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect_swapped (self->service, "run", G_CALLBACK (run_cb), self);
  return self;
}

/** line_server_free: @self: (transfer full): when all its threads have ended */
void
line_server_free (LineServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  line_server_hang_up (self);
  g_mutex_lock (&self->mutex);
  while (self->connections->len > 0)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
  g_object_unref (self->service);
  g_ptr_array_unref (self->connections);
  g_string_free (self->heard, TRUE);
  g_free (self->password);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

/** line_server_get_port: Returns: where it listens on 127.0.0.1 */
guint16
line_server_get_port (LineServer *self)
{
  return self->port;
}

/** line_server_get_n_logins: Returns: how many passwords were tried */
guint
line_server_get_n_logins (LineServer *self)
{
  return (guint) g_atomic_int_get (&self->n_logins);
}

/** line_server_say: @text: to the newest client */
void
line_server_say (LineServer *self, const char *text)
{
  g_mutex_lock (&self->mutex);
  g_assert_cmpuint (self->connections->len, >, 0);
  say (self->connections->pdata[self->connections->len - 1], text);
  g_mutex_unlock (&self->mutex);
}

/** line_server_hang_up: every line ends without a goodbye */
void
line_server_hang_up (LineServer *self)
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->connections->len; i++)
    g_socket_shutdown (g_socket_connection_get_socket (self->connections->pdata[i]), TRUE, TRUE,
                       NULL);
  g_mutex_unlock (&self->mutex);
}

/** line_server_fall_silent: it stays connected, and nothing is answered any more */
void
line_server_fall_silent (LineServer *self)
{
  g_atomic_int_set (&self->is_silent, TRUE);
}

/** line_server_count: Returns: how often @text was heard from any client */
guint
line_server_count (LineServer *self, const char *text)
{
  guint count = 0;

  g_mutex_lock (&self->mutex);
  for (const char *at = self->heard->str; (at = strstr (at, text)) != NULL; at++)
    count++;
  g_mutex_unlock (&self->mutex);
  return count;
}
