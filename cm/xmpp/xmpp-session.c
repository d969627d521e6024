/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-session.c: whose stanza is it, who sent it, who answers it. RFC 6120 8 and 10
 *
 * The sender is judged here, before anybody looks inside: a row that does not admit him is not
 * there for him. */
#include "xmpp/xmpp-session.h"

#include <string.h>

#include "xmpp/xmpp-ns.h"
#include "xmpp/xmpp-pending.h"
#include "xmpp/xmpp-request.h"
#include "xmpp/xmpp-routes.h"
#include "xmpp/xmpp-throttle.h"

#define DEFAULT_TIMEOUT_MS 30000
/* With this much waiting for the network, nobody else's request adds to it. */
#define MAX_ANSWERS_QUEUED_BYTES (256 * 1024)

typedef enum
{
  STATE_NEW,
  STATE_OPEN,
  STATE_CLOSING,
  STATE_CLOSED,
} State;

struct _XmppSession
{
  GObject parent;
  State state;
  XmppStream *stream; /* (owned) */
  XmppJid *jid; /* (owned) full */
  XmppJid *bare; /* (owned) */
  const XmppSessionHandler *handler;
  gpointer user_data;
  GHashTable *routes; /* (owned) a set of Route */
  XmppPending *pending; /* (owned) */
  XmppThrottle throttle;
  GSource *alarm; /* (owned) the one timer: overdue requests and owed refusals */
};

G_DEFINE_FINAL_TYPE (XmppSession, xmpp_session, G_TYPE_OBJECT)

static void
set_state (XmppSession *self, State state)
{
  static const char *const names[] = { "new", "open", "closing", "closed" };

  g_debug ("%s: session %s", xmpp_jid_get_text (self->jid), names[state]);
  self->state = state;
}

static void
wake_at (XmppSession *self, gint64 time_us)
{
  gint64 planned_us = g_source_get_ready_time (self->alarm);

  if (time_us >= 0 && (planned_us < 0 || time_us < planned_us))
    g_source_set_ready_time (self->alarm, time_us);
}

static void
refuse (XmppSession *self, XmppNode *iq, XmppStanzaError code, const char *text)
{
  XmppNode *answer = xmpp_request_new_answer (iq, "error");

  xmpp_node_add_stanza_error (answer, code, text);
  xmpp_session_send (self, answer);
}

/* Whether there is time for this request now; if not, it has been dealt with. */
static gboolean
admit (XmppSession *self, XmppNode *iq, XmppFrom kind)
{
  gboolean has_room = xmpp_stream_get_queued_bytes (self->stream) < MAX_ANSWERS_QUEUED_BYTES;

  if (kind == XMPP_FROM_ACCOUNT || kind == XMPP_FROM_SERVER)
    return TRUE;
  if (has_room && xmpp_throttle_admit (&self->throttle, g_get_monotonic_time ()))
    return TRUE;
  if (!xmpp_throttle_owe (&self->throttle, iq) && self->throttle.n_dropped == 1)
    g_debug ("%s: a flood of requests; some go unanswered", xmpp_jid_get_text (self->jid));
  wake_at (self, xmpp_throttle_get_next_us (&self->throttle));
  return FALSE;
}

static void
route_request (XmppSession *self, XmppNode *iq, XmppJid *from, XmppFrom kind, gboolean is_set)
{
  XmppNode *payload = xmpp_node_get_first (iq);
  g_autoptr (XmppRequest) request = NULL;
  const XmppRoute *route;

  if (!admit (self, iq, kind))
    return;
  if (xmpp_node_get (iq, "id") == NULL || payload == NULL || xmpp_node_get_next (payload) != NULL)
    {
      refuse (self, iq, XMPP_STANZA_ERROR_BAD_REQUEST,
              "A request has an id and exactly one child.");
      return;
    }

  route = xmpp_routes_look_up (self->routes, is_set, payload);
  if (route == NULL || (route->from & kind) == 0)
    {
      refuse (self, iq, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, NULL);
      return;
    }
  request = xmpp_request_new (self, iq, from, kind);
  route->func (request, route->user_data);
}

static void
take_answer (XmppSession *self, XmppNode *iq, XmppJid *from)
{
  if (!xmpp_pending_answer (self->pending, iq, xmpp_node_get (iq, "from") != NULL ? from : NULL))
    g_debug ("%s: an answer that was not asked of its sender", xmpp_jid_get_text (self->jid));
  else if (xmpp_pending_get_n (self->pending) == 0 &&
           xmpp_throttle_get_next_us (&self->throttle) < 0)
    g_source_set_ready_time (self->alarm, -1);
}

static void
take_iq (XmppSession *self, XmppNode *iq, XmppJid *from, XmppFrom kind)
{
  const char *type = xmpp_node_get (iq, "type");

  if (g_strcmp0 (type, "result") == 0 || g_strcmp0 (type, "error") == 0)
    take_answer (self, iq, from);
  else if (g_strcmp0 (type, "get") == 0 || g_strcmp0 (type, "set") == 0)
    route_request (self, iq, from, kind, *type == 's');
  else if (admit (self, iq, kind))
    refuse (self, iq, XMPP_STANZA_ERROR_BAD_REQUEST, "The type of a request is get or set.");
}

/* The account's bare address where there is no sender, NULL where there is no such address. */
static XmppJid *
dup_sender (XmppSession *self, const XmppNode *stanza)
{
  const char *text = xmpp_node_get (stanza, "from");
  g_autoptr (GError) error = NULL;
  XmppJid *from;

  if (text == NULL)
    return xmpp_jid_ref (self->bare);
  from = xmpp_jid_new (text, &error);
  if (from == NULL)
    g_debug ("%s: dropped a stanza without a proper sender: %s", xmpp_jid_get_text (self->jid),
             error->message);
  return from;
}

static void
stanza_cb (XmppStream *stream, XmppNode *stanza, gpointer user_data)
{
  g_autoptr (XmppSession) self = g_object_ref (user_data);
  const char *name = xmpp_node_get_name (stanza);
  g_autoptr (XmppJid) from = NULL;
  XmppFrom kind;

  if (self->state != STATE_OPEN)
    return;
  if (strcmp (xmpp_node_get_ns (stanza), XMPP_NS_CLIENT) != 0)
    {
      g_debug ("%s: passed over something that is not a stanza", xmpp_jid_get_text (self->jid));
      return;
    }
  from = dup_sender (self, stanza);
  if (from == NULL)
    return;

  kind = xmpp_session_classify (self, from);
  if (strcmp (name, "message") == 0)
    self->handler->message (self, stanza, from, kind, self->user_data);
  else if (strcmp (name, "presence") == 0)
    self->handler->presence (self, stanza, from, kind, self->user_data);
  else if (strcmp (name, "iq") == 0)
    take_iq (self, stanza, from, kind);
}

/* Too large to be read, but still a request: he hears that, and may not wait for ever. */
static void
dropped_cb (XmppStream *stream, XmppNode *start, gpointer user_data)
{
  g_autoptr (XmppSession) self = g_object_ref (user_data);
  const char *type = xmpp_node_get (start, "type");
  g_autoptr (XmppJid) from = NULL;

  if (self->state != STATE_OPEN)
    return;
  g_debug ("%s: dropped a stanza beyond the limits", xmpp_jid_get_text (self->jid));
  if (!xmpp_node_is (start, "iq", XMPP_NS_CLIENT) ||
      (g_strcmp0 (type, "get") != 0 && g_strcmp0 (type, "set") != 0))
    return;
  from = dup_sender (self, start);
  if (from != NULL && admit (self, start, xmpp_session_classify (self, from)))
    refuse (self, start, XMPP_STANZA_ERROR_POLICY_VIOLATION,
            "The stanza is larger than what is accepted here.");
}

static void
flush_cb (XmppStream *stream, gpointer user_data)
{
  XmppSession *self = user_data;

  if (self->state == STATE_OPEN)
    self->handler->flush (self, self->user_data);
}

static void
end (XmppSession *self, const GError *error)
{
  g_autoptr (XmppSession) alive G_GNUC_UNUSED = g_object_ref (self);

  set_state (self, STATE_CLOSED);
  g_source_set_ready_time (self->alarm, -1);
  xmpp_pending_fail_all (self->pending);
  xmpp_throttle_clear (&self->throttle);
  self->handler->closed (self, error, self->user_data);
}

static void
closed_cb (XmppStream *stream, const GError *error, gpointer user_data)
{
  XmppSession *self = user_data;

  if (self->state == STATE_OPEN)
    end (self, error);
}

static void
stream_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (XmppSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!xmpp_stream_close_finish (XMPP_STREAM (object), result, &error))
    g_debug ("%s: the stream did not close in good order: %s", xmpp_jid_get_text (self->jid),
             error->message);
  if (self->state == STATE_CLOSING)
    end (self, NULL);
}

static gboolean
alarm_cb (gpointer user_data)
{
  g_autoptr (XmppSession) self = g_object_ref (user_data);
  gint64 now_us = g_get_monotonic_time ();
  XmppNode *refusal;

  g_source_set_ready_time (self->alarm, -1);
  wake_at (self, xmpp_pending_expire (self->pending, now_us));
  while (self->state == STATE_OPEN &&
         xmpp_stream_get_queued_bytes (self->stream) < MAX_ANSWERS_QUEUED_BYTES &&
         (refusal = xmpp_throttle_next (&self->throttle, now_us)) != NULL)
    xmpp_session_send (self, refusal);
  if (self->state == STATE_OPEN && xmpp_throttle_get_next_us (&self->throttle) >= 0)
    wake_at (self, MAX (xmpp_throttle_get_next_us (&self->throttle), now_us + G_USEC_PER_SEC / 20));
  return G_SOURCE_CONTINUE;
}

static gboolean
alarm_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs alarm_funcs = { .dispatch = alarm_dispatch };

static void
xmpp_session_dispose (GObject *object)
{
  XmppSession *self = XMPP_SESSION (object);

  if (self->stream != NULL)
    xmpp_session_abort (self);
  if (self->alarm != NULL)
    g_source_destroy (self->alarm);
  g_clear_pointer (&self->alarm, g_source_unref);
  g_clear_object (&self->stream);
  G_OBJECT_CLASS (xmpp_session_parent_class)->dispose (object);
}

static void
xmpp_session_finalize (GObject *object)
{
  XmppSession *self = XMPP_SESSION (object);

  xmpp_throttle_clear (&self->throttle);
  g_clear_pointer (&self->pending, xmpp_pending_free);
  g_clear_pointer (&self->routes, g_hash_table_unref);
  g_clear_pointer (&self->bare, xmpp_jid_unref);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  G_OBJECT_CLASS (xmpp_session_parent_class)->finalize (object);
}

static void
xmpp_session_class_init (XmppSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = xmpp_session_dispose;
  G_OBJECT_CLASS (klass)->finalize = xmpp_session_finalize;
}

static void
xmpp_session_init (XmppSession *self)
{
  self->routes = xmpp_routes_new ();
  xmpp_throttle_init (&self->throttle, g_get_monotonic_time ());
  self->alarm = g_source_new (&alarm_funcs, sizeof (GSource));
  g_source_set_static_name (self->alarm, "XmppSession");
  g_source_set_callback (self->alarm, alarm_cb, self, NULL);
  g_source_attach (self->alarm, g_main_context_get_thread_default ());
}

/**
 * xmpp_session_new:
 * @stream: a stream that was not started
 * @jid: the bound full address
 * @handler: what the owner provides; a constant
 * @user_data: for @handler
 *
 * Makes a session. Its owner ends it by xmpp_session_close () or xmpp_session_abort () before
 * letting go.
 *
 * Returns: (transfer full)
 */
XmppSession *
xmpp_session_new (XmppStream *stream,
                  XmppJid *jid,
                  const XmppSessionHandler *handler,
                  gpointer user_data)
{
  XmppSession *self;

  g_return_val_if_fail (XMPP_IS_STREAM (stream), NULL);
  g_return_val_if_fail (jid != NULL && !xmpp_jid_is_bare (jid), NULL);

  self = g_object_new (XMPP_TYPE_SESSION, NULL);
  self->stream = g_object_ref (stream);
  self->jid = xmpp_jid_ref (jid);
  self->bare = xmpp_jid_dup_bare (jid);
  self->handler = handler;
  self->user_data = user_data;
  self->pending = xmpp_pending_new (jid);
  return self;
}

/**
 * xmpp_session_add_route:
 * @is_set: whether it is for sets; otherwise for gets
 * @element: (transfer none): a constant
 * @ns: (transfer none): a constant
 * @from: who is admitted, any number of bits
 * @func: called with each such request
 *
 * Says who answers. A second owner of the same request stops the program.
 */
void
xmpp_session_add_route (XmppSession *self,
                        gboolean is_set,
                        const char *element,
                        const char *ns,
                        XmppFrom from,
                        XmppRouteFunc func,
                        gpointer user_data)
{
  g_return_if_fail (self->state == STATE_NEW);

  xmpp_routes_add (self->routes, &(XmppRoute){ is_set, element, ns, from, func, user_data });
}

/**
 * xmpp_session_start:
 *
 * From now on the handler is called.
 */
void
xmpp_session_start (XmppSession *self)
{
  static const XmppStreamHandler stream_handler = { stanza_cb, dropped_cb, flush_cb, closed_cb };

  g_return_if_fail (self->state == STATE_NEW);

  set_state (self, STATE_OPEN);
  xmpp_stream_start (self->stream, &stream_handler, self);
}

/**
 * xmpp_session_get_jid:
 *
 * Returns: (transfer none): the bound full address
 */
XmppJid *
xmpp_session_get_jid (XmppSession *self)
{
  return self->jid;
}

/**
 * xmpp_session_classify:
 * @from: (nullable): a sender
 *
 * What a sender is to us. An occupant of a joined room is ROOM even if the room stands in the
 * roster: what a contact may do is not for everybody who enters it.
 *
 * Returns: one bit
 */
XmppFrom
xmpp_session_classify (XmppSession *self, XmppJid *from)
{
  g_autoptr (XmppJid) bare = NULL;

  if (from == NULL)
    return XMPP_FROM_ACCOUNT;
  if (xmpp_jid_equal_bare (from, self->bare))
    return xmpp_jid_is_bare (from) ? XMPP_FROM_ACCOUNT : XMPP_FROM_OWN_DEVICE;
  if (strcmp (xmpp_jid_get_text (from), xmpp_jid_get_domain (self->jid)) == 0)
    return XMPP_FROM_SERVER;

  bare = xmpp_jid_dup_bare (from);
  if (self->handler->is_room != NULL && self->handler->is_room (self, bare, self->user_data))
    return XMPP_FROM_ROOM;
  if (self->handler->is_contact != NULL && self->handler->is_contact (self, bare, self->user_data))
    return XMPP_FROM_CONTACT;
  return XMPP_FROM_STRANGER;
}

gboolean
xmpp_session_is_open (XmppSession *self)
{
  return self->state == STATE_OPEN;
}

/**
 * xmpp_session_dup_new_id:
 *
 * Returns: (transfer full): 96 random bits, in letters, digits, "-" and "_"
 */
char *
xmpp_session_dup_new_id (XmppSession *self)
{
  return xmpp_request_dup_new_id ();
}

/**
 * xmpp_session_send:
 * @stanza: (transfer full): a message, a presence, or an answer; or what is no stanza
 *
 * Sends a stanza, with a fresh id where it has none. Nothing is sent by a session that is not open.
 * Returns: FALSE if the server takes no stanza of that length. Spec: XEP-0478 4
 */
gboolean
xmpp_session_send (XmppSession *self, XmppNode *stanza)
{
  g_autoptr (XmppNode) owned = stanza;

  if (self->state != STATE_OPEN)
    {
      g_debug ("%s: nothing is sent, the session is not open", xmpp_jid_get_text (self->jid));
      return TRUE;
    }
  if (xmpp_node_get (owned, "id") == NULL && xmpp_node_is (owned, NULL, XMPP_NS_CLIENT) &&
      strcmp (xmpp_node_get_name (owned), "iq") != 0)
    {
      g_autofree char *id = xmpp_session_dup_new_id (self);

      xmpp_node_set (owned, "id", id);
    }
  return xmpp_stream_send (self->stream, owned, NULL);
}

/**
 * xmpp_session_request_async:
 * @iq: (transfer full): a get or set; its id is set here
 * @timeout_ms: 0 for 30,000
 * @cancellable: (nullable): when cancelled, the answer is not waited for
 *
 * Asks, and waits for the answer of whom was asked.
 *
 * Errors: see xmpp_session_request_finish ()
 * Spec: RFC 6120 §8.2.3
 */
void
xmpp_session_request_async (XmppSession *self,
                            XmppNode *iq,
                            guint timeout_ms,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (XmppNode) owned = iq;
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) to = NULL;
  g_autofree char *id = NULL;
  gint64 deadline_us =
      g_get_monotonic_time () + (gint64) (timeout_ms > 0 ? timeout_ms : DEFAULT_TIMEOUT_MS) * 1000;

  g_task_set_source_tag (task, xmpp_session_request_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->state != STATE_OPEN)
    {
      g_task_return_new_error (task, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED,
                               "There is no connection.");
      return;
    }
  if (xmpp_node_get (owned, "to") != NULL &&
      (to = xmpp_jid_new (xmpp_node_get (owned, "to"), &error)) == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  id = xmpp_session_dup_new_id (self);
  xmpp_node_set (owned, "id", id);
  if (!xmpp_stream_send (self->stream, owned, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  xmpp_pending_add (self->pending, id, to, deadline_us, g_steal_pointer (&task));
  wake_at (self, deadline_us);
}

/**
 * xmpp_session_request_finish:
 *
 * Returns: (transfer full): the result, the whole stanza
 * Errors: XMPP_STANZA_ERROR as the peer said; XMPP_ERROR: TIMED_OUT, NOT_CONNECTED, JID_MALFORMED;
 * G_IO_ERROR_CANCELLED
 */
XmppNode *
xmpp_session_request_finish (XmppSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * xmpp_session_close:
 *
 * Ends the session in good order: what is queued leaves, then `closed` is called without an error.
 */
void
xmpp_session_close (XmppSession *self)
{
  if (self->state != STATE_OPEN)
    return;
  set_state (self, STATE_CLOSING);
  xmpp_pending_fail_all (self->pending);
  xmpp_stream_close_async (self->stream, stream_closed_cb, g_object_ref (self));
}

/**
 * xmpp_session_abort:
 *
 * Drops the line at once. The handler is not called again, not even `closed`.
 */
void
xmpp_session_abort (XmppSession *self)
{
  g_autoptr (XmppSession) alive = NULL;

  if (self->state == STATE_CLOSED)
    return;
  alive = g_object_ref (self);
  set_state (self, STATE_CLOSED);
  g_source_set_ready_time (self->alarm, -1);
  xmpp_stream_abort (self->stream);
  xmpp_pending_fail_all (self->pending);
  xmpp_throttle_clear (&self->throttle);
}

guint32
xmpp_session_get_max_bytes (XmppSession *self)
{
  return xmpp_stream_get_max_bytes (self->stream);
}

size_t
xmpp_session_get_queued_bytes (XmppSession *self)
{
  return xmpp_stream_get_queued_bytes (self->stream);
}

void
xmpp_session_send_whitespace (XmppSession *self)
{
  if (self->state == STATE_OPEN)
    xmpp_stream_send_whitespace (self->stream);
}
