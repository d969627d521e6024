/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fake-session.c: in place of cm/xmpp's session: keeps what is sent, and answers when the test says
 * so
 *
 * The linker takes these functions and leaves those of the same names in their library. */

#include "fake-session.h"

#include <string.h>

struct _XmppSession
{
  GObject parent_instance;
  GPtrArray *sent; /* (owned) XmppNode, owned */
  GQueue requests; /* GTask, owned */
  guint n_pings;
  gboolean is_open;
  guint32 max_bytes; /* 0: any */
};

G_DEFINE_FINAL_TYPE (XmppSession, xmpp_session, G_TYPE_OBJECT)

static GPtrArray *all; /* (owned) (nullable) those that are alive, borrowed */

static void
xmpp_session_finalize (GObject *object)
{
  XmppSession *self = XMPP_SESSION (object);

  if (all != NULL)
    g_ptr_array_remove_fast (all, self);
  g_ptr_array_unref (self->sent);
  g_queue_clear_full (&self->requests, g_object_unref);
  G_OBJECT_CLASS (xmpp_session_parent_class)->finalize (object);
}

static void
xmpp_session_class_init (XmppSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = xmpp_session_finalize;
}

static void
xmpp_session_init (XmppSession *self)
{
  self->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_node_unref);
  self->is_open = TRUE;
  if (all == NULL)
    all = g_ptr_array_new ();
  g_ptr_array_add (all, self);
}

XmppSession *
fake_session_new (void)
{
  return g_object_new (XMPP_TYPE_SESSION, NULL);
}

guint
fake_session_get_n_sent (XmppSession *self)
{
  return self->sent->len;
}

XmppNode *
fake_session_get_sent (XmppSession *self, guint index)
{
  g_assert_cmpuint (index, <, self->sent->len);
  return self->sent->pdata[index];
}

guint
fake_session_get_n_pings (XmppSession *self)
{
  return self->n_pings;
}

void
fake_session_answer (XmppSession *self, GError *error)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->requests);

  g_assert_nonnull (task);
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, xmpp_node_new ("iq", "jabber:client"),
                           (GDestroyNotify) xmpp_node_unref);
}

void
fake_session_end_all (void)
{
  for (guint i = all != NULL ? all->len : 0; i > 0; i--)
    {
      g_autoptr (XmppSession) self = g_object_ref (all->pdata[i - 1]);

      while (!g_queue_is_empty (&self->requests))
        fake_session_answer (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "Over"));
    }
  g_clear_pointer (&all, g_ptr_array_unref);
}

void
fake_session_set_is_open (XmppSession *self, gboolean is_open)
{
  self->is_open = is_open;
}

gboolean
xmpp_session_is_open (XmppSession *self)
{
  return self->is_open;
}

size_t
xmpp_session_get_queued_bytes (XmppSession *self)
{
  return 0;
}

gboolean
xmpp_session_send (XmppSession *self, XmppNode *stanza)
{
  g_autofree char *xml = xmpp_node_to_xml (stanza);

  if (self->max_bytes > 0 && strlen (xml) > self->max_bytes)
    {
      xmpp_node_unref (stanza);
      return FALSE;
    }
  g_ptr_array_add (self->sent, stanza);
  return TRUE;
}

guint32
xmpp_session_get_max_bytes (XmppSession *self)
{
  return self->max_bytes;
}

void
fake_session_set_max_bytes (XmppSession *self, guint32 max_bytes)
{
  self->max_bytes = max_bytes;
}

void
xmpp_session_request_async (XmppSession *self,
                            XmppNode *iq,
                            guint timeout_ms,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_assert_nonnull (xmpp_node_find (iq, "ping", "urn:xmpp:ping"));
  self->n_pings++;
  g_queue_push_tail (&self->requests, g_task_new (self, cancellable, callback, user_data));
  xmpp_node_unref (iq);
}

XmppNode *
xmpp_session_request_finish (XmppSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
