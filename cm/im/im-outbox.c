/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-outbox.c: the way out for the messages of one account: in order, and called sent when the
 * server has them. RFC 6120 10.1, XEP-0199
 *
 * A server handles what we send in the order in which we sent it, so its answer to a ping says that
 * it has every message before the ping. One ping is under way at a time and speaks for all that was
 * sent before it. When the connection goes before the answer came, the messages are sent again with
 * the same ids: the receiver may have them twice and can tell, which is better than not having
 * them. Stream management will make that rare.
 *
 * A message for which the server ends the stream would be sent again for ever. So when a stream
 * ends by an error that blames what we sent, the messages go out one at a time, each behind the
 * answer to the one before, until all have arrived; the one that ends the stream alone has
 * failed. */

#include "im/im-outbox.h"

#include "im/im-message-private.h"
#include "im/im-types.h"
#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-ns.h"

/* Messages that are sent within this time share a ping. */
#define PING_DELAY_MS 20
#define PING_TIMEOUT_MS 30000
/* More than that is not put on the wire before the server says that it keeps up. */
#define MAX_UNCONFIRMED 1000
#define MAX_QUEUED_BYTES (1024 * 1024)

/* In a reference-counted box: answers of the store and of the server hold it. */
struct _ImOutbox
{
  StoreDb *store; /* borrowed */
  const ImOutboxHandler *handler; /* borrowed; NULL: nobody listens any more */
  gpointer user_data; /* borrowed */
  XmppSession *session; /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable) of the ping under way */
  GQueue waiting; /* ImMessage, owned: for a connection */
  GQueue unconfirmed; /* ImMessage, owned: for an answer */
  guint n_pinged; /* the first ones of `unconfirmed`, which the ping speaks for */
  guint ping_id; /* (owned) source */
  gboolean is_careful; /* one at a time: one of them ends the stream */
};

typedef struct
{
  ImOutbox *outbox; /* (owned) */
  GPtrArray *messages; /* (owned) ImMessage, owned */
} Confirmed;

static void flush (ImOutbox *self);
static void plan_ping (ImOutbox *self);

static void
outbox_clear (gpointer data)
{
  ImOutbox *self = data;

  g_queue_clear_full (&self->waiting, (GDestroyNotify) im_message_unref);
  g_queue_clear_full (&self->unconfirmed, (GDestroyNotify) im_message_unref);
}

static XmppNode *
make_stanza (ImMessage *message)
{
  XmppNode *stanza = xmpp_node_new ("message", XMPP_NS_CLIENT);
  const char *token = im_message_get_token (message);

  xmpp_node_set (stanza, "to", xmpp_jid_get_text (im_message_get_peer (message)));
  xmpp_node_set (stanza, "type", "chat");
  if (*token != '\0')
    xmpp_node_set (stanza, "id", token);
  return stanza;
}

/* FALSE: it is too long for the server, and has failed. */
static gboolean
send_message (ImOutbox *self, ImMessage *message)
{
  g_autoptr (XmppNode) stanza = make_stanza (message);
  const char *body = im_message_get_body (message);
  g_autofree char *action = NULL;
  g_autoptr (GError) refusal = NULL;

  /* XEP-0245 */
  if (im_message_get_kind (message) == IM_MESSAGE_ACTION)
    body = action = g_strconcat ("/me ", body, NULL);
  xmpp_node_add_with_text (stanza, "body", NULL, body);
  self->handler->write (message, stanza, self->user_data);
  im_message_set_state (message, IM_MESSAGE_STATE_SENDING, NULL, NULL);
  if (xmpp_session_send (self->session, g_steal_pointer (&stanza)))
    return TRUE;
  refusal = g_error_new (IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                         "The server takes no message of more than %u bytes",
                         xmpp_session_get_max_bytes (self->session));
  self->handler->refused (message, refusal, self->user_data);
  return FALSE;
}

static void
confirmed_cb (gpointer user_data, const GError *error)
{
  Confirmed *confirmed = user_data;
  ImOutbox *self = confirmed->outbox;
  g_autoptr (GPtrArray) sent = g_ptr_array_new ();

  for (guint i = 0; i < confirmed->messages->len; i++)
    {
      ImMessage *message = confirmed->messages->pdata[i];

      if (im_message_get_state (message) != IM_MESSAGE_STATE_SENDING)
        continue;
      im_message_set_state (message, IM_MESSAGE_STATE_SENT, NULL, NULL);
      g_ptr_array_add (sent, message);
      if (self->handler)
        self->handler->changed (message, self->user_data);
    }
  if (sent->len > 0 && self->handler)
    self->handler->confirmed (sent, self->user_data);
  if (error)
    g_message ("That messages were sent was not stored: %s", error->message);
  g_ptr_array_unref (confirmed->messages);
  g_free (confirmed);
  g_rc_box_release_full (self, outbox_clear);
}

/* The server has the first ones. */
static void
confirm (ImOutbox *self)
{
  guint n = self->n_pinged;
  Confirmed *confirmed = g_new0 (Confirmed, 1);
  g_autofree gint64 *local_ids = g_new (gint64, n);

  confirmed->outbox = g_rc_box_acquire (self);
  confirmed->messages = g_ptr_array_new_full (n, (GDestroyNotify) im_message_unref);
  for (guint i = 0; i < n; i++)
    {
      ImMessage *message = g_queue_pop_head (&self->unconfirmed);

      local_ids[i] = im_message_get_local_id (message);
      g_ptr_array_add (confirmed->messages, message);
    }
  self->n_pinged = 0;
  store_messages_set_state (self->store, local_ids, n, STORE_STATE_SENT, confirmed_cb, confirmed);
}

static void
pinged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ImOutbox *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  gboolean is_current = self->session == (XmppSession *) source;

  if (is_current)
    g_clear_object (&self->cancellable);
  if (is_current && (answer || error->domain == XMPP_STANZA_ERROR))
    {
      /* Also a server that knows no pings has read everything before it. */
      confirm (self);
      if (self->waiting.length == 0)
        self->is_careful = FALSE;
      flush (self);
      plan_ping (self);
    }
  else if (is_current && g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMED_OUT) && self->handler)
    self->handler->stalled (self->user_data);
  g_rc_box_release_full (self, outbox_clear);
}

static gboolean
ping_cb (gpointer user_data)
{
  ImOutbox *self = user_data;
  g_autoptr (XmppNode) iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  self->ping_id = 0;
  self->n_pinged = self->unconfirmed.length;
  self->cancellable = g_cancellable_new ();
  xmpp_node_set (iq, "type", "get");
  xmpp_node_add (iq, "ping", XMPP_NS_PING);
  xmpp_session_request_async (self->session, g_steal_pointer (&iq), PING_TIMEOUT_MS,
                              self->cancellable, pinged_cb, g_rc_box_acquire (self));
  return G_SOURCE_REMOVE;
}

static void
plan_ping (ImOutbox *self)
{
  if (self->ping_id == 0 && !self->cancellable && self->session && self->unconfirmed.length > 0)
    self->ping_id = g_timeout_add (PING_DELAY_MS, ping_cb, self);
}

static gboolean
has_room (ImOutbox *self)
{
  return self->session && xmpp_session_is_open (self->session) &&
         self->unconfirmed.length < (self->is_careful ? 1 : MAX_UNCONFIRMED) &&
         xmpp_session_get_queued_bytes (self->session) < MAX_QUEUED_BYTES;
}

static void
flush (ImOutbox *self)
{
  while (self->waiting.length > 0 && has_room (self))
    {
      g_autoptr (ImMessage) message = g_queue_pop_head (&self->waiting);

      if (!send_message (self, message))
        continue;
      g_queue_push_tail (&self->unconfirmed, im_message_ref (message));
      self->handler->changed (message, self->user_data);
    }
  plan_ping (self);
}

/**
 * im_outbox_new:
 *
 * Returns: (transfer full): an outbox without a session.
 */
ImOutbox *
im_outbox_new (StoreDb *store, const ImOutboxHandler *handler, gpointer user_data)
{
  ImOutbox *self = g_rc_box_new0 (ImOutbox);

  self->store = store;
  self->handler = handler;
  self->user_data = user_data;
  g_queue_init (&self->waiting);
  g_queue_init (&self->unconfirmed);
  return self;
}

/**
 * im_outbox_free:
 *
 * Nobody hears of it any more. What waits is in the store.
 */
void
im_outbox_free (ImOutbox *self)
{
  self->handler = NULL;
  im_outbox_set_session (self, NULL);
  g_rc_box_release_full (self, outbox_clear);
}

/* What the server did not confirm waits again, in its old place. */
static void
take_back (ImOutbox *self)
{
  GQueue returned = G_QUEUE_INIT;
  ImMessage *message;

  while ((message = g_queue_pop_tail (&self->unconfirmed)))
    {
      if (im_message_get_state (message) != IM_MESSAGE_STATE_SENDING)
        {
          im_message_unref (message); /* it came back as an error */
          continue;
        }
      im_message_set_state (message, IM_MESSAGE_STATE_WAITING, NULL, NULL);
      g_queue_push_head (&self->waiting, message);
      g_queue_push_head (&returned, im_message_ref (message));
    }
  while ((message = g_queue_pop_head (&returned)))
    {
      if (self->handler)
        self->handler->changed (message, self->user_data);
      im_message_unref (message);
    }
}

/**
 * im_outbox_set_session:
 * @session: (nullable): bound and started; NULL: it is gone
 *
 * Sends what waits, or takes back what was not confirmed.
 */
void
im_outbox_set_session (ImOutbox *self, XmppSession *session)
{
  if (self->session == session)
    return;
  g_clear_handle_id (&self->ping_id, g_source_remove);
  self->n_pinged = 0;
  g_clear_object (&self->session);
  if (self->cancellable)
    {
      g_autoptr (GCancellable) cancellable = g_steal_pointer (&self->cancellable);

      g_cancellable_cancel (cancellable);
    }
  take_back (self);
  if (!session)
    return;
  self->session = g_object_ref (session);
  flush (self);
}

static gboolean
blames_us (const GError *error)
{
  switch (error->code)
    {
    case XMPP_STREAM_ERROR_BAD_FORMAT:
    case XMPP_STREAM_ERROR_BAD_NAMESPACE_PREFIX:
    case XMPP_STREAM_ERROR_IMPROPER_ADDRESSING:
    case XMPP_STREAM_ERROR_INVALID_FROM:
    case XMPP_STREAM_ERROR_INVALID_NAMESPACE:
    case XMPP_STREAM_ERROR_INVALID_XML:
    case XMPP_STREAM_ERROR_NOT_WELL_FORMED:
    case XMPP_STREAM_ERROR_POLICY_VIOLATION:
    case XMPP_STREAM_ERROR_RESTRICTED_XML:
    case XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING:
    case XMPP_STREAM_ERROR_UNSUPPORTED_STANZA_TYPE:
      return TRUE;
    default:
      return FALSE;
    }
}

/**
 * im_outbox_take_blame:
 * @error: XMPP_STREAM_ERROR, which the server said
 *
 * The server ended the stream; im_outbox_set_session () follows. The message that was out alone is
 * the one that it did not want.
 *
 * Spec: RFC 6120 4.9.3
 */
void
im_outbox_take_blame (ImOutbox *self, const GError *error)
{
  g_autoptr (ImMessage) message = NULL;
  g_autoptr (GError) refusal = NULL;

  if (self->unconfirmed.length == 0 || !blames_us (error))
    return;
  if (!self->is_careful || self->unconfirmed.length > 1)
    {
      self->is_careful = TRUE;
      return;
    }
  message = g_queue_pop_head (&self->unconfirmed);
  if (im_message_get_state (message) != IM_MESSAGE_STATE_SENDING)
    return;
  refusal = g_error_new (IM_ERROR, IM_ERROR_PERMISSION_DENIED,
                         "The server does not take this message: %s", error->message);
  self->handler->refused (message, refusal, self->user_data);
}

/**
 * im_outbox_add:
 * @message: (transfer none): stored, and waiting
 *
 * Sends a message, now if nothing is before it; else when its turn comes.
 */
void
im_outbox_add (ImOutbox *self, ImMessage *message)
{
  if (self->waiting.length > 0 || !has_room (self))
    {
      g_queue_push_tail (&self->waiting, im_message_ref (message));
      return;
    }
  if (!send_message (self, message))
    return;
  g_queue_push_tail (&self->unconfirmed, im_message_ref (message));
  plan_ping (self);
}

/**
 * im_outbox_get_max_bytes:
 *
 * Returns: of one stanza that the server takes; 0: not known, or not connected. Spec: XEP-0478
 */
guint32
im_outbox_get_max_bytes (ImOutbox *self)
{
  return self->session != NULL ? xmpp_session_get_max_bytes (self->session) : 0;
}

/**
 * im_outbox_send_silent:
 * @message: without a body
 *
 * Sends what the modules' steps make of it, if that is anything; not kept, not confirmed.
 *
 * Returns: whether something was sent.
 */
gboolean
im_outbox_send_silent (ImOutbox *self, ImMessage *message)
{
  g_autoptr (XmppNode) stanza = NULL;

  if (!self->session || !xmpp_session_is_open (self->session))
    return FALSE;
  stanza = make_stanza (message);
  self->handler->write (message, stanza, self->user_data);
  if (!xmpp_node_get_first (stanza))
    return FALSE;
  xmpp_session_send (self->session, g_steal_pointer (&stanza));
  return TRUE;
}

static ImMessage *
find_in (GQueue *queue, gint64 local_id)
{
  for (GList *at = queue->head; at; at = at->next)
    if (im_message_get_local_id (at->data) == local_id)
      return at->data;
  return NULL;
}

/**
 * im_outbox_find:
 *
 * Returns: (nullable) (transfer none): the message of that number, if it is on its way.
 */
ImMessage *
im_outbox_find (ImOutbox *self, gint64 local_id)
{
  ImMessage *message = find_in (&self->unconfirmed, local_id);

  return message ? message : find_in (&self->waiting, local_id);
}

/**
 * im_outbox_forget_peer:
 * @peer: bare
 *
 * What waits for a connection in that conversation is not sent any more.
 */
void
im_outbox_forget_peer (ImOutbox *self, XmppJid *peer)
{
  GList *next;

  for (GList *at = self->waiting.head; at; at = next)
    {
      next = at->next;
      if (!xmpp_jid_equal (im_message_get_peer (at->data), peer))
        continue;
      im_message_unref (at->data);
      g_queue_delete_link (&self->waiting, at);
    }
}
