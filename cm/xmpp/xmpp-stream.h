/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-stream.h: what the session needs of a bound stream, whatever carries it (TCP now; WebSocket
 * and BOSH later) */
#pragma once

#include <gio/gio.h>

#include "xmpp/xmpp-parser.h"

G_BEGIN_DECLS

#define XMPP_TYPE_STREAM (xmpp_stream_get_type ())
G_DECLARE_FINAL_TYPE (XmppStream, xmpp_stream, XMPP, STREAM, GObject)

/* Called on the main thread. Never called after xmpp_stream_close_async () or after `closed`. */
typedef struct
{
  void (*stanza) (XmppStream *stream, XmppNode *stanza, gpointer user_data);
  /* A limit was broken by another user's stanza, which is gone: `start` has its start tag alone. */
  void (*dropped) (XmppStream *stream, XmppNode *start, gpointer user_data);
  /* Everything that came with one read has been given. */
  void (*flush) (XmppStream *stream, gpointer user_data);
  /* The end. `error` NULL: the server said </stream:stream>. XMPP_STREAM_ERROR: it said why.
   * XMPP_ERROR_PROTOCOL: it broke the rules. G_IO_ERROR, G_TLS_ERROR: the line is cut. */
  void (*closed) (XmppStream *stream, const GError *error, gpointer user_data);
} XmppStreamHandler;

/* `parser` may already hold events: they are given first. Takes `connection` and `parser`. */
XmppStream *xmpp_stream_new (GIOStream *connection, XmppParser *parser) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_stream_start (XmppStream *self, const XmppStreamHandler *handler, gpointer user_data);
/* Queues; what is queued in one turn of the main loop leaves in one write. */
/* FALSE: the server takes no stanza of that length, and nothing is sent. */
gboolean xmpp_stream_send (XmppStream *self, const XmppNode *node, GError **error);
/* What the server takes at once; 0: it does not say. XEP-0478 */
void xmpp_stream_set_max_bytes (XmppStream *self, guint32 max_bytes);
guint32 xmpp_stream_get_max_bytes (XmppStream *self);
void xmpp_stream_send_whitespace (XmppStream *self);
size_t xmpp_stream_get_queued_bytes (XmppStream *self);
/* Says </stream:stream>, waits for the server's at most 2 s, closes. */
void xmpp_stream_close_async (XmppStream *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean xmpp_stream_close_finish (XmppStream *self, GAsyncResult *result, GError **error);
/* Drops the line at once. */
void xmpp_stream_abort (XmppStream *self);

G_END_DECLS
