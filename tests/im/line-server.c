/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line-server.c: an XMPP server of a few rules on a loopback port, with SCRAM-SHA-1 (RFC 5802)
 *
 * It answers each thing that it knows by the text it finds, which is enough for clients that keep
 * the order. A thread for each of them. */

#include "line-server.h"

#include <string.h>

#define HEADER                                                 \
  "<?xml version='1.0'?><stream:stream xmlns='jabber:client' " \
  "xmlns:stream='http://etherx.jabber.org/streams' from='example.org' id='s' version='1.0'>"
#define OFFER                                                                                  \
  "<stream:features><mechanisms "                                                              \
  "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></mechanisms></" \
  "stream:features>"
#define SALT "QSXCR+Q6sek8bf92"
#define N_ITERATIONS 4096
#define HASH_BYTES 20
#define REFUSAL "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>"
#define BIND_OFFER "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
#define FEATURES "<csi xmlns='urn:xmpp:csi:0'/>"

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
  char *roster; /* (owned) (nullable) under the mutex: items */
  char *late_id; /* (owned) (nullable) likewise: of the question that has no answer yet */
  char *features; /* (owned) under the mutex: of the stream, behind bind */
  char *refusal; /* (owned) under the mutex */
  GHashTable *answers; /* (owned) what stands in the request → the payload */
  guint n_pushes; /* under the mutex */
  int is_silent; /* atomic */
  int n_logins; /* atomic */
};

/* One that is served, on its thread. */
typedef struct
{
  LineServer *server;
  GSocketConnection *connection;
  GString *heard; /* (owned) */
  char *bare; /* (owned) (nullable) the client's first message without its header */
  char *first; /* (owned) (nullable) ours */
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

/* The same of an <iq>, which may be empty. */
static char *
take_iq (Client *self)
{
  char *begin = strstr (self->heard->str, "<iq");
  char *end = begin != NULL ? strchr (begin, '>') : NULL;

  return end != NULL && end[-1] == '/' ? take (self, "<iq", "/>") : take (self, "<iq", "</iq>");
}

static gboolean
is_answer (const char *iq)
{
  g_autofree char *tag = g_strndup (iq, strcspn (iq, ">"));

  return strstr (tag, "result") != NULL || strstr (tag, "error") != NULL;
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
mac (const guchar *key, gsize key_bytes, const void *data, gssize data_bytes, guchar *out)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, key, key_bytes);
  gsize size = HASH_BYTES;

  g_hmac_update (hmac, data, data_bytes);
  g_hmac_get_digest (hmac, out, &size);
}

/* One block is enough: the hash is as long as the key. */
static void
salt_password (const char *password, guchar *out)
{
  gsize salt_bytes;
  g_autofree guchar *salt = g_base64_decode (SALT, &salt_bytes);
  guchar block[64] = { 0 };
  guchar u[HASH_BYTES];

  memcpy (block, salt, salt_bytes);
  block[salt_bytes + 3] = 1;
  mac ((const guchar *) password, strlen (password), block, (gssize) salt_bytes + 4, u);
  memcpy (out, u, HASH_BYTES);
  for (guint i = 1; i < N_ITERATIONS; i++)
    {
      mac ((const guchar *) password, strlen (password), u, HASH_BYTES, u);
      for (guint j = 0; j < HASH_BYTES; j++)
        out[j] ^= u[j];
    }
}

/* What stands between the tags, which is base64. */
static char *
dup_content (const char *element)
{
  const char *begin = strchr (element, '>') + 1;
  g_autofree char *text = g_strndup (begin, strcspn (begin, "<"));
  gsize length;
  g_autofree guchar *bytes = g_base64_decode (text, &length);

  return g_strndup ((const char *) bytes, length);
}

static void
say_content (Client *self, const char *name, const char *text)
{
  g_autofree char *content = g_base64_encode ((const guchar *) text, strlen (text));
  g_autofree char *element =
      g_strdup_printf ("<%s xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>%s</%s>", name, content, name);

  say (self->connection, element);
}

static void
challenge (Client *self, const char *auth)
{
  g_autofree char *message = dup_content (auth);
  const char *nonce = strstr (message, ",r=");

  g_atomic_int_inc (&self->server->n_logins);
  g_assert_true (g_str_has_prefix (message, "n,,n="));
  g_assert_nonnull (nonce);
  g_free (self->bare);
  g_free (self->first);
  self->bare = g_strdup (message + strlen ("n,,"));
  self->first = g_strdup_printf ("%sserver,s=" SALT ",i=%d", nonce + 1, N_ITERATIONS);
  say_content (self, "challenge", self->first);
}

static void
judge_login (Client *self, const char *response)
{
  g_autofree char *message = dup_content (response);
  char *proof_text = strstr (message, ",p=");
  g_autofree guchar *proof = NULL;
  g_autofree char *said = NULL;
  g_autofree char *signature_text = NULL;
  g_autofree char *last = NULL;
  guchar salted[HASH_BYTES], key[HASH_BYTES], stored[HASH_BYTES], signature[HASH_BYTES];
  gsize size = HASH_BYTES;
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);

  g_assert_nonnull (proof_text);
  *proof_text = '\0';
  proof = g_base64_decode (proof_text + strlen (",p="), &size);
  said = g_strconcat (self->bare, ",", self->first, ",", message, NULL);
  g_mutex_lock (&self->server->mutex);
  salt_password (self->server->password, salted);
  g_mutex_unlock (&self->server->mutex);
  mac (salted, HASH_BYTES, "Client Key", -1, key);
  g_checksum_update (sum, key, HASH_BYTES);
  g_checksum_get_digest (sum, stored, &size);
  mac (stored, HASH_BYTES, said, -1, signature);
  self->is_authenticated = TRUE;
  for (guint i = 0; i < HASH_BYTES; i++)
    self->is_authenticated = self->is_authenticated && (proof[i] ^ signature[i]) == key[i];
  if (!self->is_authenticated)
    {
      g_autofree char *refusal = NULL;

      g_mutex_lock (&self->server->mutex);
      refusal = g_strdup (self->server->refusal);
      g_mutex_unlock (&self->server->mutex);
      say (self->connection, refusal);
      return;
    }
  mac (salted, HASH_BYTES, "Server Key", -1, key);
  mac (key, HASH_BYTES, said, -1, signature);
  signature_text = g_base64_encode (signature, HASH_BYTES);
  last = g_strconcat ("v=", signature_text, NULL);
  say_content (self, "success", last);
}

/* What a client sets is pushed to it before it is answered, as servers do. RFC 6121 2.1.6 */
static char *
dup_push (Client *self, const char *iq)
{
  const char *begin = strstr (iq, "<item");
  const char *end = begin != NULL ? strstr (begin, "</query>") : NULL;
  gboolean is_complete = begin != NULL && strstr (begin, "subscription=") != NULL;

  if (end == NULL)
    return g_strdup ("");
  return g_strdup_printf ("<iq type='set' id='push%u'><query xmlns='jabber:iq:roster'>"
                          "<item%s%.*s</query></iq>",
                          ++self->server->n_pushes, is_complete ? "" : " subscription='none'",
                          (int) (end - begin - strlen ("<item")), begin + strlen ("<item"));
}

/* Under the mutex. */
static char *
dup_roster (LineServer *self, const char *id)
{
  return g_strdup_printf ("<iq type='result' id='%s'><query xmlns='jabber:iq:roster'>%s"
                          "</query></iq>",
                          id, self->roster);
}

static char *
dup_roster_answer (Client *self, const char *iq, const char *id)
{
  g_autofree char *push = NULL;
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->server->mutex);

  if (strstr (iq, "type='set'") == NULL && strstr (iq, "type=\"set\"") == NULL)
    {
      if (self->server->roster != NULL)
        return dup_roster (self->server, id);
      g_free (self->server->late_id);
      self->server->late_id = g_strdup (id);
      return g_strdup ("");
    }
  push = dup_push (self, iq);
  return g_strdup_printf ("%s<iq type='result' id='%s'/>", push, id);
}

/* Whom an IQ is for, as an attribute of the answer. */
static char *
dup_from (const char *iq)
{
  const char *to = strstr (iq, " to=");

  if (to == NULL || to > strchr (iq, '>'))
    return g_strdup ("");
  to += strlen (" to=");
  return g_strdup_printf (" from='%.*s'", (int) (strchr (to + 1, *to) - (to + 1)), to + 1);
}

/* NULL: nobody said what it is answered with. */
static char *
dup_set_answer (LineServer *self, const char *iq, const char *id)
{
  g_autofree char *from = dup_from (iq);
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  GHashTableIter iter;
  char *request;
  char *payload;

  g_hash_table_iter_init (&iter, self->answers);
  while (g_hash_table_iter_next (&iter, (gpointer *) &request, (gpointer *) &payload))
    if (strstr (iq, request) != NULL)
      return *payload == '\0'
                 ? g_strdup ("")
                 : g_strdup_printf ("<iq type='%s' id='%s'%s>%s</iq>",
                                    g_str_has_prefix (payload, "<error") ? "error" : "result", id,
                                    from, payload);
  return NULL;
}

static void
answer (Client *self, const char *iq)
{
  g_autofree char *id = dup_id (iq);
  g_autofree char *text = dup_set_answer (self->server, iq, id);

  if (text != NULL)
    {
      say (self->connection, text);
      return;
    }

  if (strstr (iq, "xmpp-bind") != NULL)
    text =
        g_strdup_printf ("<iq type='result' id='%s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                         "<jid>alice@example.org/desk</jid></bind></iq>",
                         id);
  else if (strstr (iq, "jabber:iq:roster") != NULL)
    text = dup_roster_answer (self, iq, id);
  else
    {
      g_autofree char *from = dup_from (iq);

      text = g_strdup_printf ("<iq type='result' id='%s'%s/>", id, from);
    }
  say (self->connection, text);
}

static void
offer (Client *self)
{
  g_autofree char *features = NULL;

  g_mutex_lock (&self->server->mutex);
  features = g_strconcat (BIND_OFFER, self->server->features, "</stream:features>", NULL);
  g_mutex_unlock (&self->server->mutex);
  say (self->connection, self->is_authenticated ? features : OFFER);
}

static gboolean
handle_one (Client *self)
{
  g_autofree char *header = take (self, "<stream:stream", ">");
  g_autofree char *auth = header == NULL ? take (self, "<auth", "</auth>") : NULL;
  g_autofree char *response =
      header == NULL && auth == NULL ? take (self, "<response", "</response>") : NULL;
  g_autofree char *iq = header == NULL && auth == NULL && response == NULL ? take_iq (self) : NULL;

  if (header != NULL)
    {
      say (self->connection, HEADER);
      offer (self);
    }
  else if (auth != NULL)
    challenge (self, auth);
  else if (response != NULL)
    judge_login (self, response);
  else if (iq != NULL && !is_answer (iq))
    answer (self, iq);
  return header != NULL || auth != NULL || response != NULL || iq != NULL;
}

static gboolean
run_cb (LineServer *self,
        GSocketConnection *connection,
        GObject *source,
        GThreadedSocketService *service)
{
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  Client client = { self, connection, g_string_new (NULL), NULL, NULL, FALSE };
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
  g_free (client.bare);
  g_free (client.first);
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
  self->roster = g_strdup ("");
  self->features = g_strdup (FEATURES);
  self->refusal = g_strdup (REFUSAL);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
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
  g_free (self->roster);
  g_free (self->late_id);
  g_free (self->features);
  g_free (self->refusal);
  g_hash_table_unref (self->answers);
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

/** line_server_set_answer: @request: what stands in the IQ; @payload: one element; "<error …": an
 * error; "": silence */
void
line_server_set_answer (LineServer *self, const char *request, const char *payload)
{
  g_mutex_lock (&self->mutex);
  g_hash_table_replace (self->answers, g_strdup (request), g_strdup (payload));
  g_mutex_unlock (&self->mutex);
}

/** line_server_set_roster: @items: (nullable): what clients get that ask, or have asked; %NULL: no
 * answer */
void
line_server_set_roster (LineServer *self, const char *items)
{
  g_autofree char *late = NULL;
  g_autofree char *id = NULL;

  g_mutex_lock (&self->mutex);
  g_free (self->roster);
  self->roster = g_strdup (items);
  if (items != NULL && self->connections->len > 0)
    id = g_steal_pointer (&self->late_id);
  if (id != NULL)
    {
      late = dup_roster (self, id);
      say (self->connections->pdata[self->connections->len - 1], late);
    }
  g_mutex_unlock (&self->mutex);
}

/** line_server_set_refusal: @failure: what it says to a wrong password */
void
line_server_set_refusal (LineServer *self, const char *failure)
{
  g_mutex_lock (&self->mutex);
  g_free (self->refusal);
  self->refusal = g_strdup (failure);
  g_mutex_unlock (&self->mutex);
}

/** line_server_set_features: @features: elements that it offers to who has signed in, beside bind
 */
void
line_server_set_features (LineServer *self, const char *features)
{
  g_mutex_lock (&self->mutex);
  g_free (self->features);
  self->features = g_strdup (features);
  g_mutex_unlock (&self->mutex);
}
