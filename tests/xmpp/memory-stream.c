/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory-stream.c: an XmppStream that remembers what is sent, and sends nothing */
#include "memory-stream.h"

G_DEFINE_FINAL_TYPE (XmppStream, xmpp_stream, G_TYPE_OBJECT)

static void
xmpp_stream_finalize (GObject *object)
{
  g_ptr_array_unref (XMPP_STREAM (object)->sent);
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
  self->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_node_unref);
}

XmppStream *
memory_stream_new (void)
{
  return g_object_new (XMPP_TYPE_STREAM, NULL);
}

void
xmpp_stream_start (XmppStream *self, const XmppStreamHandler *handler, gpointer user_data)
{
  self->handler = handler;
  self->user_data = user_data;
}

gboolean
xmpp_stream_send (XmppStream *self, const XmppNode *node, GError **error)
{
  g_ptr_array_add (self->sent, xmpp_node_dup (node));
  return TRUE;
}

guint32
xmpp_stream_get_max_bytes (XmppStream *self)
{
  return 0;
}

void
xmpp_stream_send_whitespace (XmppStream *self)
{
}

size_t
xmpp_stream_get_queued_bytes (XmppStream *self)
{
  return self->queued_bytes;
}

void
xmpp_stream_close_async (XmppStream *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_return_boolean (task, TRUE);
}

gboolean
xmpp_stream_close_finish (XmppStream *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
xmpp_stream_abort (XmppStream *self)
{
  self->is_aborted = TRUE;
}
