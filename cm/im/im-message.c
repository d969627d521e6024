/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-message.c: one message, on its way in or out and as the store keeps it. Keys:
 * docs/message-keys.md
 *
 * Filled while it is in the pipeline; sealed, it changes nothing but its state, because the store's
 * thread reads its row. */

#include "im/im-message-private.h"

#include <string.h>

G_STATIC_ASSERT ((int) IM_MESSAGE_STATE_WAITING == (int) STORE_STATE_WAITING);
G_STATIC_ASSERT ((int) IM_MESSAGE_STATE_SENT == (int) STORE_STATE_SENT);
G_STATIC_ASSERT ((int) IM_MESSAGE_STATE_FAILED == (int) STORE_STATE_FAILED);

/* An id from others that is longer is no id. */
#define MAX_TOKEN_BYTES 256

typedef struct
{
  char *key; /* (owned) */
  GVariant *value; /* (owned) */
} Header;

struct _ImMessage
{
  guint n_references;
  guint8 n_headers;
  gboolean is_silent;
  gboolean is_unread;
  StoreMessage row; /* its contents owned */
  XmppJid *sender; /* (owned) (nullable) */
  XmppJid *peer; /* (owned) (nullable) bare */
  XmppNode *stanza; /* (owned) (nullable) */
  Header *headers; /* (owned) (nullable) n_headers */
};

G_DEFINE_BOXED_TYPE (ImMessage, im_message, im_message_ref, im_message_unref)

static ImMessage *
message_new (void)
{
  ImMessage *self = g_new0 (ImMessage, 1);

  self->n_references = 1;
  return self;
}

/**
 * im_message_new_outgoing:
 * @body: UTF-8
 *
 * Returns: (transfer full): a message of ours, to be given to im_conversation_send_async ().
 */
ImMessage *
im_message_new_outgoing (ImMessageType type, const char *body)
{
  ImMessage *self = message_new ();

  self->row.is_outgoing = TRUE;
  self->row.kind = (guint8) type;
  self->row.state = IM_MESSAGE_STATE_WAITING;
  self->row.body = g_strdup (body);
  return self;
}

/**
 * im_message_new_incoming:
 * @stanza: referenced until im_message_seal ()
 * @sender: who sent it, judged
 * @peer: bare address of the conversation
 *
 * Returns: (transfer full): a message on its way through the pipeline.
 */
ImMessage *
im_message_new_incoming (XmppNode *stanza, XmppJid *sender, XmppJid *peer)
{
  ImMessage *self = message_new ();

  self->row.received_us = g_get_real_time ();
  self->is_unread = TRUE;
  im_message_replace_stanza (self, stanza, sender, peer);
  return self;
}

static void
unpack_headers (ImMessage *self)
{
  g_autoptr (GVariant) packed = NULL;
  g_autoptr (GVariant) normal = NULL;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  packed = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, self->row.headers, FALSE));
  normal = g_variant_get_normal_form (packed);
  if (G_BYTE_ORDER == G_BIG_ENDIAN)
    {
      g_autoptr (GVariant) little = g_steal_pointer (&normal);

      normal = g_variant_byteswap (little);
    }
  g_variant_iter_init (&iter, normal);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      im_message_set_header (self, key, value);
      g_variant_unref (value);
    }
}

/**
 * im_message_new_from_store:
 * @row: (transfer full): as read
 * @peer: bare address of the conversation
 * @own: the account's bare address
 *
 * Returns: (transfer full): the message.
 */
ImMessage *
im_message_new_from_store (StoreMessage *row, XmppJid *peer, XmppJid *own)
{
  ImMessage *self = message_new ();

  self->row = *row;
  g_free (row);
  self->peer = xmpp_jid_ref (peer);
  if (self->row.sender)
    self->sender = xmpp_jid_new (self->row.sender, NULL);
  if (!self->sender)
    self->sender = xmpp_jid_ref (self->row.is_outgoing ? own : peer);
  if (self->row.headers)
    unpack_headers (self);
  return self;
}

/**
 * im_message_ref:
 *
 * Returns: (transfer full): the message. Main thread only, as all of it.
 */
ImMessage *
im_message_ref (ImMessage *self)
{
  self->n_references++;
  return self;
}

/**
 * im_message_unref:
 *
 * Drops a reference.
 */
void
im_message_unref (ImMessage *self)
{
  if (!self || --self->n_references > 0)
    return;
  for (guint i = 0; i < self->n_headers; i++)
    {
      g_free (self->headers[i].key);
      g_variant_unref (self->headers[i].value);
    }
  g_free (self->headers);
  g_clear_pointer (&self->stanza, xmpp_node_unref);
  g_clear_pointer (&self->sender, xmpp_jid_unref);
  g_clear_pointer (&self->peer, xmpp_jid_unref);
  store_message_clear (&self->row);
  g_free (self);
}

/**
 * im_message_get_local_id:
 *
 * Returns: the number in the store; 0: it is not stored.
 */
gint64
im_message_get_local_id (const ImMessage *self)
{
  return self->row.local_id;
}

/**
 * im_message_get_token:
 *
 * Returns: the id on the wire; "" for none.
 */
const char *
im_message_get_token (const ImMessage *self)
{
  return self->row.token ? self->row.token : "";
}

/**
 * im_message_get_sender:
 *
 * Returns: (transfer none): the full address, where it is known.
 */
XmppJid *
im_message_get_sender (const ImMessage *self)
{
  return self->sender;
}

/**
 * im_message_get_peer:
 *
 * Returns: (transfer none): the bare address of the conversation.
 */
XmppJid *
im_message_get_peer (const ImMessage *self)
{
  return self->peer;
}

/**
 * im_message_is_outgoing:
 *
 * Returns: whether we wrote it, on whichever device.
 */
gboolean
im_message_is_outgoing (const ImMessage *self)
{
  return self->row.is_outgoing;
}

/**
 * im_message_get_kind:
 *
 * Returns: what kind of message it is.
 */
ImMessageType
im_message_get_kind (const ImMessage *self)
{
  return (ImMessageType) self->row.kind;
}

/**
 * im_message_get_state:
 *
 * Returns: how far a message of ours has come.
 */
ImMessageState
im_message_get_state (const ImMessage *self)
{
  return (ImMessageState) self->row.state;
}

/**
 * im_message_get_body:
 *
 * Returns: the text; "" for none.
 */
const char *
im_message_get_body (const ImMessage *self)
{
  return self->row.body ? self->row.body : "";
}

/**
 * im_message_get_sent_us:
 *
 * Returns: when it was sent, in µs of UTC, as the sender's side says; 0: unknown.
 */
gint64
im_message_get_sent_us (const ImMessage *self)
{
  return self->row.sent_us;
}

/**
 * im_message_get_received_us:
 *
 * Returns: when it came here, or was written here, in µs of UTC.
 */
gint64
im_message_get_received_us (const ImMessage *self)
{
  return self->row.received_us;
}

/**
 * im_message_get_error_name:
 *
 * Returns: (nullable): the D-Bus error of one that failed.
 */
const char *
im_message_get_error_name (const ImMessage *self)
{
  return self->row.error_name;
}

/**
 * im_message_get_error_text:
 *
 * Returns: (nullable): a sentence about why it failed.
 */
const char *
im_message_get_error_text (const ImMessage *self)
{
  return self->row.error_text;
}

/**
 * im_message_is_unread:
 *
 * Returns: whether it came in and nobody had seen it when it was stored or read.
 */
gboolean
im_message_is_unread (const ImMessage *self)
{
  return self->is_unread && !self->row.is_outgoing;
}

/**
 * im_message_set_header:
 * @key: of docs/message-keys.md
 * @value: sunk
 *
 * Sets a further key. At most 32 of them: nobody needs more, and what is beyond is dropped.
 */
void
im_message_set_header (ImMessage *self, const char *key, GVariant *value)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (value);

  for (guint i = 0; i < self->n_headers; i++)
    if (g_str_equal (self->headers[i].key, key))
      {
        g_variant_unref (self->headers[i].value);
        self->headers[i].value = g_steal_pointer (&sunk);
        return;
      }
  if (self->n_headers >= 32)
    return;
  self->headers = g_renew (Header, self->headers, self->n_headers + 1);
  self->headers[self->n_headers].key = g_strdup (key);
  self->headers[self->n_headers].value = g_steal_pointer (&sunk);
  self->n_headers++;
}

/**
 * im_message_get_header:
 *
 * Returns: (nullable) (transfer none): what im_message_set_header () set.
 */
GVariant *
im_message_get_header (const ImMessage *self, const char *key)
{
  for (guint i = 0; i < self->n_headers; i++)
    if (g_str_equal (self->headers[i].key, key))
      return self->headers[i].value;
  return NULL;
}

/**
 * im_message_set_body:
 * @body: UTF-8
 *
 * Sets the text.
 */
void
im_message_set_body (ImMessage *self, const char *body)
{
  char *old = self->row.body;

  self->row.body = g_strdup (body);
  g_free (old);
}

/**
 * im_message_set_kind:
 *
 * Sets what kind of message it is.
 */
void
im_message_set_kind (ImMessage *self, ImMessageType kind)
{
  self->row.kind = (guint8) kind;
}

/**
 * im_message_set_token:
 * @token: (nullable): the id on the wire; none if it is unreasonably long
 *
 * Sets the id.
 */
void
im_message_set_token (ImMessage *self, const char *token)
{
  gboolean is_good = token && *token && strnlen (token, MAX_TOKEN_BYTES + 1) <= MAX_TOKEN_BYTES;

  g_free (self->row.token);
  self->row.token = is_good ? g_strdup (token) : NULL;
}

/**
 * im_message_set_sent_us:
 * @sent_us: µs of UTC
 *
 * Sets when it was sent.
 */
void
im_message_set_sent_us (ImMessage *self, gint64 sent_us)
{
  self->row.sent_us = sent_us;
}

/**
 * im_message_set_is_silent:
 *
 * Says that it is neither shown nor stored.
 */
void
im_message_set_is_silent (ImMessage *self, gboolean is_silent)
{
  self->is_silent = is_silent;
}

/**
 * im_message_is_silent:
 *
 * Returns: whether it is neither shown nor stored.
 */
gboolean
im_message_is_silent (const ImMessage *self)
{
  return self->is_silent;
}

/**
 * im_message_get_stanza:
 *
 * Returns: (nullable) (transfer none): what came, while the message is in the pipeline.
 */
XmppNode *
im_message_get_stanza (const ImMessage *self)
{
  return self->stanza;
}

/**
 * im_message_replace_stanza:
 * @stanza: any node of a tree; referenced
 *
 * What was wrapped is the message from now on. Its id is the token.
 */
void
im_message_replace_stanza (ImMessage *self, XmppNode *stanza, XmppJid *sender, XmppJid *peer)
{
  XmppNode *old = self->stanza;

  self->stanza = xmpp_node_ref (stanza);
  g_clear_pointer (&old, xmpp_node_unref);
  im_message_set_parties (self, sender, peer);
  im_message_set_token (self, xmpp_node_get (stanza, "id"));
}

/**
 * im_message_set_parties:
 * @sender: full, where it is known
 * @peer: bare
 *
 * Sets who wrote it, and in which conversation.
 */
void
im_message_set_parties (ImMessage *self, XmppJid *sender, XmppJid *peer)
{
  XmppJid *old_sender = self->sender;
  XmppJid *old_peer = self->peer;

  self->sender = xmpp_jid_ref (sender);
  self->peer = xmpp_jid_ref (peer);
  g_clear_pointer (&old_sender, xmpp_jid_unref);
  g_clear_pointer (&old_peer, xmpp_jid_unref);
}

/**
 * im_message_set_is_sent_elsewhere:
 *
 * Another device of ours wrote it and a server has it.
 */
void
im_message_set_is_sent_elsewhere (ImMessage *self)
{
  self->row.is_outgoing = TRUE;
  self->row.is_sent_elsewhere = TRUE;
  self->row.state = IM_MESSAGE_STATE_SENT;
  self->is_unread = FALSE;
}

/**
 * im_message_seal:
 *
 * Ends the pipeline: the stanza goes, the headers are packed for the store.
 */
void
im_message_seal (ImMessage *self)
{
  gboolean is_plain = self->row.is_outgoing ? !self->row.is_sent_elsewhere
                                            : xmpp_jid_equal (self->sender, self->peer);

  g_clear_pointer (&self->stanza, xmpp_node_unref);
  g_free (self->row.sender);
  self->row.sender = is_plain ? NULL : g_strdup (xmpp_jid_get_text (self->sender));
  g_clear_pointer (&self->row.headers, g_bytes_unref);
  if (self->n_headers > 0)
    {
      g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
      g_autoptr (GVariant) packed = NULL;

      im_message_add_headers (self, &builder);
      packed = g_variant_ref_sink (g_variant_builder_end (&builder));
      if (G_BYTE_ORDER == G_BIG_ENDIAN)
        {
          g_autoptr (GVariant) big = g_steal_pointer (&packed);

          packed = g_variant_byteswap (big);
        }
      self->row.headers = g_variant_get_data_as_bytes (packed);
    }
}

/**
 * im_message_get_row:
 *
 * Returns: (transfer none): what the store keeps of it.
 */
StoreMessage *
im_message_get_row (ImMessage *self)
{
  return &self->row;
}

/**
 * im_message_set_state:
 * @error_name: (nullable): of one that failed
 * @error_text: (nullable): of one that failed
 *
 * Says how far it has come.
 */
void
im_message_set_state (ImMessage *self,
                      ImMessageState state,
                      const char *error_name,
                      const char *error_text)
{
  g_autofree char *old_name G_GNUC_UNUSED = self->row.error_name;
  g_autofree char *old_text G_GNUC_UNUSED = self->row.error_text;

  self->row.state = (guint8) state;
  self->row.error_name = g_strdup (error_name);
  self->row.error_text = g_strdup (error_text);
}

/**
 * im_message_set_is_unread:
 *
 * Says whether nobody has seen it yet.
 */
void
im_message_set_is_unread (ImMessage *self, gboolean is_unread)
{
  self->is_unread = is_unread;
}

/**
 * im_message_add_headers:
 * @builder: of a{sv}
 *
 * Adds the further keys, those of im_message_set_header ().
 */
void
im_message_add_headers (const ImMessage *self, GVariantBuilder *builder)
{
  for (guint i = 0; i < self->n_headers; i++)
    g_variant_builder_add (builder, "{sv}", self->headers[i].key, self->headers[i].value);
}
