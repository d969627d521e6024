/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory-stream.h: an XmppStream without a line, for tests: it takes the place of
 * cm/xmpp/xmpp-stream.c in the program that is linked with memory-stream.c. The test calls
 * `handler` as the network would and reads `sent`. */
#pragma once

#include "xmpp/xmpp-stream.h"

G_BEGIN_DECLS

struct _XmppStream
{
  GObject parent;
  const XmppStreamHandler *handler;
  gpointer user_data;
  GPtrArray *sent; /* (owned) XmppNode, in order */
  size_t queued_bytes; /* what the stream shall say that it holds */
  gboolean is_aborted;
};

XmppStream *memory_stream_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
