/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-stream.c: a bound stream over a GIOStream: reads stanzas, writes what is queued, ends well
 * or at once. RFC 6120 4
 *
 * One read is handled before the next begins, in slices, so that no flood keeps the main loop from
 * anybody else. */

#include "xmpp/xmpp-stream.h"

#include <string.h>

#include "xmpp/xmpp-ns.h"

/* What a stanza with a password in it takes at most, as far as its bytes are wiped. */
#define SECRET_ROOM_BYTES 16384
#define READ_BYTES 16384
#define SLICE_US (10 * 1000)
#define STANZA_TIMEOUT_S 30
#define CLOSE_TIMEOUT_S 2
#define CLOSE_TAG "</stream:stream>"

typedef enum
{
  STATE_NEW,
  STATE_OPEN,
  STATE_CLOSING, /* our half is closed, the server's is waited for */
  STATE_CLOSED,
} State;

struct _XmppStream
{
  GObject parent_instance;

  GIOStream *connection; /* (owned) (nullable) NULL once it is closed */
  XmppParser *parser; /* (owned) */
  const XmppStreamHandler *handler; /* a constant */
  gpointer user_data;
  GCancellable *cancellable; /* (owned) */
  State state;
  GString *queued; /* (owned) for the next write */
  gboolean is_queued_secret; /* it has a password in it */
  gboolean is_writing_secret; /* the same, of what is being written */
  GString *writing; /* (owned) (nullable) on its way */
  guint32 max_bytes; /* of one stanza that the server takes; 0: not known */
  guint write_id; /* source: the end of this turn */
  guint events_id; /* source: the next slice of events */
  guint deadline_id; /* source: the stanza must go on */
  gint64 heard_us; /* when something was read last */
  guint close_id; /* source: the server must have closed */
  gboolean is_reading;
  gboolean is_draining; /* closed: what still comes is thrown away until the server has closed */
  gboolean has_spoken; /* events came since the last flush */
  GTask *close_task; /* (owned) (nullable) */
  GError *broken; /* (owned) (nullable) what to report when the queued events are given */
  char buffer[READ_BYTES];
};

G_DEFINE_FINAL_TYPE (XmppStream, xmpp_stream, G_TYPE_OBJECT)

static void read_more (XmppStream *self);
static void give_events (XmppStream *self);
static void write_queued (XmppStream *self);

static void
clear_sources (XmppStream *self)
{
  g_clear_handle_id (&self->write_id, g_source_remove);
  g_clear_handle_id (&self->events_id, g_source_remove);
  g_clear_handle_id (&self->deadline_id, g_source_remove);
  g_clear_handle_id (&self->close_id, g_source_remove);
}

/* The line goes when nothing uses it any more. */
static void
drop_line (XmppStream *self)
{
  if (self->state == STATE_CLOSED && !self->is_reading && self->writing == NULL)
    g_clear_object (&self->connection);
}

static void
set_state (XmppStream *self, State state)
{
  static const char *const names[] = { "new", "open", "closing", "closed" };

  g_debug ("Stream: %s, was %s", names[state], names[self->state]);
  self->state = state;
}

static void
finish_close (XmppStream *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->close_task);

  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static gboolean
give_up_cb (gpointer user_data)
{
  XmppStream *self = user_data;

  self->close_id = 0;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

/* What is on its way may still leave; nothing is listened to any more. */
static void
end (XmppStream *self)
{
  set_state (self, STATE_CLOSED);
  clear_sources (self);
  if (self->writing == NULL && !self->is_draining)
    g_cancellable_cancel (self->cancellable);
  else
    self->close_id = g_timeout_add_seconds (CLOSE_TIMEOUT_S, give_up_cb, self);
  if (self->is_draining)
    read_more (self);
  drop_line (self);
}

static void
report_closed (XmppStream *self, const GError *error)
{
  g_autoptr (XmppStream) alive G_GNUC_UNUSED = g_object_ref (self);
  State before = self->state;

  if (before == STATE_CLOSED)
    return;
  end (self);
  if (before == STATE_OPEN)
    self->handler->closed (self, error, self->user_data);
  finish_close (self);
}

/* The server broke the rules: says which, if anybody listens, and ends. A line that is closed with
 * something unread is reset, and our last words may be lost with it: so it is read to its end. */
static void
accuse (XmppStream *self, const GError *fault)
{
  g_autoptr (GError) error = g_error_new_literal (XMPP_ERROR, XMPP_ERROR_PROTOCOL, fault->message);

  if (self->state == STATE_OPEN)
    {
      g_string_append_printf (
          self->queued, "<stream:error><%s xmlns='" XMPP_NS_STREAMS "'/></stream:error>" CLOSE_TAG,
          xmpp_stream_error_to_name (fault->code));
      write_queued (self);
      self->is_draining = TRUE;
    }
  report_closed (self, error);
}

/* However slow a line is, as long as something comes it goes on. */
static gboolean
deadline_cb (gpointer user_data)
{
  XmppStream *self = user_data;
  gint64 silent_us = g_get_monotonic_time () - self->heard_us;
  g_autoptr (GError) error = NULL;

  self->deadline_id = 0;
  if (silent_us < STANZA_TIMEOUT_S * G_USEC_PER_SEC)
    {
      self->deadline_id = g_timeout_add ((guint) (STANZA_TIMEOUT_S * 1000 - silent_us / 1000 + 1),
                                         deadline_cb, self);
      return G_SOURCE_REMOVE;
    }
  error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                               "The server did not finish what it began to say");
  report_closed (self, error);
  return G_SOURCE_REMOVE;
}

static void
watch_stanza (XmppStream *self)
{
  if (!xmpp_parser_is_inside_stanza (self->parser))
    g_clear_handle_id (&self->deadline_id, g_source_remove);
  else if (self->deadline_id == 0)
    self->deadline_id = g_timeout_add_seconds (STANZA_TIMEOUT_S, deadline_cb, self);
}

static gboolean
events_cb (gpointer user_data)
{
  g_autoptr (XmppStream) self = g_object_ref (user_data);

  self->events_id = 0;
  give_events (self);
  return G_SOURCE_REMOVE;
}

static void
server_closed (XmppStream *self)
{
  if (self->state == STATE_OPEN)
    {
      g_string_append (self->queued, CLOSE_TAG);
      write_queued (self);
    }
  report_closed (self, NULL);
}

static void
give_event (XmppStream *self, XmppParserEvent event, XmppNode *node)
{
  g_clear_handle_id (&self->deadline_id, g_source_remove);
  if (event == XMPP_PARSER_EVENT_CLOSED)
    server_closed (self);
  else if (self->state != STATE_OPEN)
    return;
  else if (event == XMPP_PARSER_EVENT_STANZA && xmpp_node_is (node, "error", XMPP_NS_STREAM))
    {
      g_autoptr (GError) error = xmpp_stream_error_new_from_node (node);

      g_string_append (self->queued, CLOSE_TAG);
      write_queued (self);
      report_closed (self, error);
    }
  else if (event == XMPP_PARSER_EVENT_STANZA)
    self->handler->stanza (self, node, self->user_data);
  else if (event == XMPP_PARSER_EVENT_DROPPED)
    self->handler->dropped (self, node, self->user_data);
}

/* One read's worth, a slice at a time. */
static void
give_events (XmppStream *self)
{
  gint64 until_us = g_get_monotonic_time () + SLICE_US;

  while (self->state != STATE_CLOSED)
    {
      g_autoptr (XmppNode) node = NULL;
      XmppParserEvent event = xmpp_parser_next (self->parser, &node);

      if (event == XMPP_PARSER_EVENT_NONE)
        break;
      self->has_spoken = TRUE;
      give_event (self, event, node);
      if (g_get_monotonic_time () < until_us)
        continue;
      self->events_id = g_idle_add_full (G_PRIORITY_DEFAULT, events_cb, self, NULL);
      return;
    }
  if (self->has_spoken && self->state == STATE_OPEN)
    self->handler->flush (self, self->user_data);
  self->has_spoken = FALSE;
  if (self->state == STATE_CLOSED)
    return;
  if (self->broken != NULL)
    {
      accuse (self, self->broken);
      return;
    }
  watch_stanza (self);
  read_more (self);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (XmppStream) self = user_data;
  g_autoptr (GError) error = NULL;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  self->is_reading = FALSE;
  if (self->state == STATE_CLOSED)
    {
      if (self->is_draining && length > 0)
        read_more (self);
      drop_line (self);
      return;
    }
  if (length > 0)
    {
      self->heard_us = g_get_monotonic_time ();
      xmpp_parser_feed (self->parser, self->buffer, (size_t) length, &self->broken);
      give_events (self);
      return;
    }
  if (error == NULL)
    error =
        g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "The line was cut without a goodbye");
  report_closed (self, error);
}

static void
read_more (XmppStream *self)
{
  if (self->is_reading || self->connection == NULL)
    return;
  self->is_reading = TRUE;
  g_input_stream_read_async (g_io_stream_get_input_stream (self->connection), self->buffer,
                             READ_BYTES, G_PRIORITY_DEFAULT, self->cancellable, read_cb,
                             g_object_ref (self));
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (XmppStream) self = user_data;
  g_autoptr (GString) written = g_steal_pointer (&self->writing);
  g_autoptr (GError) error = NULL;
  gboolean is_written =
      g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error);

  if (self->is_writing_secret)
    explicit_bzero (written->str, written->len);
  if (self->state == STATE_CLOSED)
    {
      if (!self->is_draining || !is_written)
        g_cancellable_cancel (self->cancellable);
      drop_line (self);
      return;
    }
  if (!is_written)
    report_closed (self, error);
  else if (self->queued->len > 0)
    write_queued (self);
}

static void
write_queued (XmppStream *self)
{
  g_clear_handle_id (&self->write_id, g_source_remove);
  if (self->writing != NULL || self->connection == NULL || self->queued->len == 0)
    return;
  self->writing = self->queued;
  self->queued = g_string_new (NULL);
  self->is_writing_secret = self->is_queued_secret;
  self->is_queued_secret = FALSE;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->connection),
                                   self->writing->str, self->writing->len, G_PRIORITY_DEFAULT,
                                   self->cancellable, written_cb, g_object_ref (self));
}

static gboolean
write_cb (gpointer user_data)
{
  XmppStream *self = user_data;

  self->write_id = 0;
  write_queued (self);
  return G_SOURCE_REMOVE;
}

static void
plan_write (XmppStream *self)
{
  if (self->write_id == 0 && self->writing == NULL)
    self->write_id = g_idle_add_full (G_PRIORITY_DEFAULT, write_cb, self, NULL);
}

static gboolean
close_timeout_cb (gpointer user_data)
{
  XmppStream *self = user_data;

  self->close_id = 0;
  xmpp_stream_abort (self);
  return G_SOURCE_REMOVE;
}

static void
xmpp_stream_finalize (GObject *object)
{
  XmppStream *self = XMPP_STREAM (object);

  clear_sources (self);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->parser, xmpp_parser_free);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->broken);
  if (self->is_queued_secret)
    explicit_bzero (self->queued->str, self->queued->len);
  g_string_free (self->queued, TRUE);

  G_OBJECT_CLASS (xmpp_stream_parent_class)->finalize (object);
}

static void
xmpp_stream_class_init (XmppStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = xmpp_stream_finalize;
}

static void
xmpp_stream_init (XmppStream *self)
{
  self->queued = g_string_new (NULL);
  self->cancellable = g_cancellable_new ();
}

/**
 * xmpp_stream_new:
 * @connection: (transfer full): where the bytes come from and go to
 * @parser: (transfer full): inside an open stream; events that it already holds are given first
 *
 * Returns: (transfer full): a stream that is not started
 */
XmppStream *
xmpp_stream_new (GIOStream *connection, XmppParser *parser)
{
  XmppStream *self = g_object_new (XMPP_TYPE_STREAM, NULL);

  self->connection = connection;
  self->parser = parser;
  return self;
}

/**
 * xmpp_stream_start:
 * @handler: a constant; called from the main loop, never before this returns
 */
void
xmpp_stream_start (XmppStream *self, const XmppStreamHandler *handler, gpointer user_data)
{
  g_return_if_fail (self->state == STATE_NEW);

  self->handler = handler;
  self->user_data = user_data;
  set_state (self, STATE_OPEN);
  self->events_id = g_idle_add_full (G_PRIORITY_DEFAULT, events_cb, self, NULL);
}

/* A string that grows leaves what it held somewhere in memory. */
static void
make_room_for_secret (XmppStream *self)
{
  GString *roomy;

  self->is_queued_secret = TRUE;
  if (self->queued->allocated_len - self->queued->len >= SECRET_ROOM_BYTES)
    return;
  roomy = g_string_sized_new (self->queued->len + 2 * SECRET_ROOM_BYTES);
  g_string_append_len (roomy, self->queued->str, (gssize) self->queued->len);
  explicit_bzero (self->queued->str, self->queued->len);
  g_string_free (self->queued, TRUE);
  self->queued = roomy;
}

/**
 * xmpp_stream_send:
 * @node: queued; leaves at the end of this turn of the main loop
 *
 * Returns: FALSE if the server does not take so much at once: it would end the stream.
 * Errors: XMPP_STANZA_ERROR_POLICY_VIOLATION. Spec: XEP-0478 4
 */
gboolean
xmpp_stream_send (XmppStream *self, const XmppNode *node, GError **error)
{
  size_t before = self->queued->len;

  if (self->state > STATE_OPEN)
    return TRUE;
  if (xmpp_node_is_secret (node) || self->is_queued_secret)
    make_room_for_secret (self);
  xmpp_node_append_xml (node, self->queued, XMPP_NS_CLIENT);
  if (self->max_bytes > 0 && self->queued->len - before > self->max_bytes)
    {
      g_string_truncate (self->queued, before);
      g_set_error (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_POLICY_VIOLATION,
                   "The server takes no more than %u bytes at once.", self->max_bytes);
      return FALSE;
    }
  plan_write (self);
  return TRUE;
}

/** xmpp_stream_set_max_bytes: @max_bytes: of one stanza, as the server says; 0: it does not */
void
xmpp_stream_set_max_bytes (XmppStream *self, guint32 max_bytes)
{
  self->max_bytes = max_bytes;
}

/** xmpp_stream_get_max_bytes: Returns: what was set; 0: no limit is known */
guint32
xmpp_stream_get_max_bytes (XmppStream *self)
{
  return self->max_bytes;
}

/** xmpp_stream_send_whitespace: keeps the line open. Spec: RFC 6120 4.6.1 */
void
xmpp_stream_send_whitespace (XmppStream *self)
{
  if (self->state != STATE_OPEN)
    return;
  g_string_append_c (self->queued, ' ');
  plan_write (self);
}

/** xmpp_stream_get_queued_bytes: Returns: what has not left yet */
size_t
xmpp_stream_get_queued_bytes (XmppStream *self)
{
  return self->queued->len + (self->writing != NULL ? self->writing->len : 0);
}

/** xmpp_stream_close_async: says goodbye and waits at most two seconds for the server's. Spec: RFC
 * 6120 4.4 */
void
xmpp_stream_close_async (XmppStream *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  if (self->state != STATE_OPEN)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_string_append (self->queued, CLOSE_TAG);
  set_state (self, STATE_CLOSING);
  g_set_object (&self->close_task, task);
  write_queued (self);
  self->close_id = g_timeout_add_seconds (CLOSE_TIMEOUT_S, close_timeout_cb, self);
}

/** xmpp_stream_close_finish: Returns: TRUE */
gboolean
xmpp_stream_close_finish (XmppStream *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/** xmpp_stream_abort: drops the line at once; the handler is not called again */
void
xmpp_stream_abort (XmppStream *self)
{
  g_autoptr (XmppStream) alive G_GNUC_UNUSED = g_object_ref (self);

  if (self->state == STATE_CLOSED)
    return;
  set_state (self, STATE_CLOSED);
  clear_sources (self);
  g_cancellable_cancel (self->cancellable);
  drop_line (self);
  finish_close (self);
}
