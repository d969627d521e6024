/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tls-server.c: an XMPP server on a loopback port that shows a certificate and offers nothing; a
 * thread for each client */
#include "tls-server.h"

#include <string.h>

#define HEADER                                                 \
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' " \
  "xmlns:stream='http://etherx.jabber.org/streams' from='ex.test' id='s' version='1.0'>"
#define END_OF_HEADER "xmlns:stream='http://etherx.jabber.org/streams'>"
#define STARTTLS                                                                              \
  "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>" \
  "</stream:features>"
#define PROCEED "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
#define NO_WAY                                                             \
  "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" \
  "<mechanism>X-NONE</mechanism></mechanisms></stream:features>"

struct _TlsServer
{
  GSocketService *service; /* (owned) */
  GTlsCertificate *certificate; /* (owned) (nullable) */
  gboolean is_direct;
  guint16 port;
  const char *const *protocols; /* (nullable) */
  const char *features;
  const char *const *script; /* (nullable) */
  GMutex mutex;
  GCond cond;
  GString *heard; /* (owned) under the mutex */
  char *protocol; /* (owned) (nullable) under the mutex */
  guint n_clients; /* under the mutex */
  GPtrArray *serving; /* (owned) under the mutex: GSocketConnection that are served */
};

static gboolean
say (GIOStream *line, const char *text)
{
  return g_output_stream_write_all (g_io_stream_get_output_stream (line), text, strlen (text), NULL,
                                    NULL, NULL);
}

/* Reads up to `text`; FALSE where the client leaves before. */
static gboolean
hear (GIOStream *line, const char *text, GString *into)
{
  char byte;

  while (strstr (into->str, text) == NULL)
    {
      if (g_input_stream_read (g_io_stream_get_input_stream (line), &byte, 1, NULL, NULL) <= 0)
        return FALSE;
      g_string_append_c (into, byte);
    }
  return TRUE;
}

/* What is awaited must come after what was heard already. */
/* What is to be said, with the id of the request that was heard last. */
static char *
dup_answer (const char *text, const char *heard)
{
  const char *id = g_strrstr (heard, " id='");
  g_autofree char *value = id != NULL ? g_strndup (id + 5, strcspn (id + 5, "'")) : g_strdup ("");
  g_autoptr (GString) answer = g_string_new (text);

  g_string_replace (answer, "{id}", value, 0);
  return g_strdup (answer->str);
}

static gboolean
follow_script (TlsServer *self, GIOStream *line, GString *said)
{
  g_autoptr (GString) heard = g_string_new (NULL);
  gboolean is_followed = TRUE;

  for (guint i = 0; is_followed && self->script != NULL && self->script[i] != NULL; i += 2)
    {
      g_autofree char *answer = NULL;

      is_followed = hear (line, self->script[i], heard);
      answer = dup_answer (self->script[i + 1], heard->str);
      is_followed = is_followed && say (line, answer);
      g_string_append (said, heard->str);
      g_string_truncate (heard, 0);
    }
  return is_followed;
}

static void
serve_in_private (TlsServer *self, GIOStream *base)
{
  g_autoptr (GIOStream) tls = g_tls_server_connection_new (base, self->certificate, NULL);
  g_autoptr (GString) said = g_string_new (NULL);

  if (self->protocols != NULL)
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), self->protocols);
  if (g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, NULL) &&
      hear (tls, END_OF_HEADER, said) && say (tls, HEADER) && say (tls, self->features) &&
      follow_script (self, tls, said))
    hear (tls, "</stream:stream>", said);
  g_mutex_lock (&self->mutex);
  g_string_append (self->heard, said->str);
  g_free (self->protocol);
  self->protocol = g_strdup (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (tls)));
  g_mutex_unlock (&self->mutex);
  g_io_stream_close (tls, NULL, NULL);
}

static gboolean
run_cb (TlsServer *self,
        GSocketConnection *connection,
        GObject *source,
        GThreadedSocketService *service)
{
  GIOStream *line = G_IO_STREAM (connection);
  g_autoptr (GString) said = g_string_new (NULL);

  g_mutex_lock (&self->mutex);
  self->n_clients++;
  g_ptr_array_add (self->serving, connection);
  g_mutex_unlock (&self->mutex);
  if (self->certificate != NULL && self->is_direct)
    serve_in_private (self, line);
  else if (hear (line, END_OF_HEADER, said) && say (line, HEADER) &&
           say (line, self->certificate != NULL ? STARTTLS : self->features) &&
           self->certificate != NULL && hear (line, "<starttls", said) && hear (line, "/>", said) &&
           say (line, PROCEED))
    serve_in_private (self, line);
  g_mutex_lock (&self->mutex);
  g_ptr_array_remove (self->serving, connection);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

static TlsServer *
new_server (GTlsCertificate *certificate, GSocketFamily family, gboolean is_direct)
{
  TlsServer *self = g_new0 (TlsServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->certificate = certificate != NULL ? g_object_ref (certificate) : NULL;
  self->is_direct = is_direct;
  self->features = NO_WAY;
  self->heard = g_string_new (NULL);
  self->serving = g_ptr_array_new ();
  self->service = g_threaded_socket_service_new (4);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound,
                                      &error))
    {
      tls_server_free (self);
      return NULL;
    }
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect_swapped (self->service, "run", G_CALLBACK (run_cb), self);
  return self;
}

/** tls_server_new: Returns: (transfer full): a server that listens on 127.0.0.1 */
TlsServer *
tls_server_new (GTlsCertificate *certificate, gboolean is_direct)
{
  TlsServer *self = new_server (certificate, G_SOCKET_FAMILY_IPV4, is_direct);

  g_assert_nonnull (self);
  return self;
}

/** tls_server_new_for_family: Returns: (nullable) (transfer full): a server that listens */
TlsServer *
tls_server_new_for_family (GTlsCertificate *certificate, GSocketFamily family)
{
  return new_server (certificate, family, FALSE);
}

/** tls_server_free: when all its threads have ended */
void
tls_server_free (TlsServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->serving->len; i++)
    g_socket_shutdown (g_socket_connection_get_socket (self->serving->pdata[i]), TRUE, TRUE, NULL);
  while (self->serving->len > 0)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
  g_object_unref (self->service);
  g_clear_object (&self->certificate);
  g_ptr_array_unref (self->serving);
  g_string_free (self->heard, TRUE);
  g_free (self->protocol);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

/** tls_server_get_port: Returns: where it listens on 127.0.0.1 */
guint16
tls_server_get_port (TlsServer *self)
{
  return self->port;
}

/** tls_server_set_protocols: @protocols: (nullable): for ALPN */
void
tls_server_set_protocols (TlsServer *self, const char *const *protocols)
{
  self->protocols = protocols;
}

/** tls_server_set_features: @features: in the place of a list of unknown mechanisms */
void
tls_server_set_features (TlsServer *self, const char *features)
{
  self->features = features;
}

static void
lock_when_left (TlsServer *self)
{
  g_mutex_lock (&self->mutex);
  while (self->serving->len > 0)
    g_cond_wait (&self->cond, &self->mutex);
}

/** tls_server_set_script: @script: (array zero-terminated=1): pairs of what to hear and to say */
void
tls_server_set_script (TlsServer *self, const char *const *script)
{
  self->script = script;
}

/** tls_server_dup_heard: Returns: (transfer full): by those who have left */
char *
tls_server_dup_heard (TlsServer *self)
{
  char *heard;

  lock_when_left (self);
  heard = g_strdup (self->heard->str);
  g_mutex_unlock (&self->mutex);
  return heard;
}

/** tls_server_dup_protocol: Returns: (transfer full) (nullable): by ALPN */
char *
tls_server_dup_protocol (TlsServer *self)
{
  char *protocol;

  lock_when_left (self);
  protocol = g_strdup (self->protocol);
  g_mutex_unlock (&self->mutex);
  return protocol;
}

/** tls_server_get_n_clients: Returns: how many came */
guint
tls_server_get_n_clients (TlsServer *self)
{
  guint n_clients;

  g_mutex_lock (&self->mutex);
  n_clients = self->n_clients;
  g_mutex_unlock (&self->mutex);
  return n_clients;
}
