/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-alive.c: notices a dead line: something is sent while all is quiet, and every second
 * time answered. XEP-0199
 *
 * White space keeps the network's middle boxes awake and costs one wake-up; a ping asks the server.
 */

#include "im/im-account-parts.h"
#include "im/im-client-state.h"
#include "im/im-session-link.h"

#define PING_TIMEOUT_MS 30000

static void
ponged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImAccount) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer G_GNUC_UNUSED =
      xmpp_session_request_finish (XMPP_SESSION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      im_account_get_session (self) != XMPP_SESSION (source))
    return;
  g_clear_object (&self->ping_cancellable);
  if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMED_OUT))
    im_account_lose_connection (self, "The server does not answer any more.");
}

/** im_account_ping_now: @timeout_ms: without an answer until then, the line is dead */
void
im_account_ping_now (ImAccount *self, guint timeout_ms)
{
  XmppNode *iq;

  if (self->link == NULL)
    return;
  if (self->ping_cancellable != NULL)
    g_cancellable_cancel (self->ping_cancellable);
  g_clear_object (&self->ping_cancellable);
  self->ping_cancellable = g_cancellable_new ();
  iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", xmpp_jid_get_domain (self->jid));
  xmpp_node_add (iq, "ping", XMPP_NS_PING);
  xmpp_session_request_async (self->link->session, iq, timeout_ms, self->ping_cancellable,
                              ponged_cb, g_object_ref (self));
}

static gboolean
beat_cb (gpointer user_data)
{
  ImAccount *self = user_data;

  if (self->was_heard)
    self->is_ping_due = FALSE;
  else if (self->is_ping_due && self->ping_cancellable == NULL)
    im_account_ping_now (self, PING_TIMEOUT_MS);
  if (!self->is_ping_due)
    xmpp_session_send_whitespace (self->link->session);
  self->is_ping_due = !self->is_ping_due;
  self->was_heard = FALSE;
  return G_SOURCE_CONTINUE;
}

/** im_account_get_keepalive_s: Returns: what is wanted: for this connection, else by the
 * parameters; 0: nothing */
guint
im_account_get_keepalive_s (ImAccount *self)
{
  g_autoptr (GVariant) named = im_account_dup_parameter (self, IM_PARAMETER_KEEPALIVE);
  g_autoptr (GVariant) interval = im_account_dup_parameter (self, "keepalive-interval");

  if (self->keepalive_s >= 0)
    return (guint) self->keepalive_s;
  return g_variant_get_uint32 (named != NULL ? named : interval);
}

/**
 * im_account_set_keepalive_s:
 * @interval_s: for this connection, or the one that is made next; 0: never
 *
 * Returns: FALSE with IM_ERROR_INVALID_ARGUMENT: that is more than a day
 * Spec: Telepathy Connection.Interface.Keepalive.DRAFT
 */
gboolean
im_account_set_keepalive_s (ImAccount *self, guint interval_s, GError **error)
{
  if (interval_s > IM_KEEPALIVE_MOST_S)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "KeepaliveInterval must be %d seconds at most", IM_KEEPALIVE_MOST_S);
      return FALSE;
    }
  self->keepalive_s = interval_s;
  if (self->link != NULL)
    im_account_start_keepalive (self);
  return TRUE;
}

/** im_account_start_keepalive: with the interval that is set now, longer while nobody is looking,
 * but sooner where the server ends streams that are silent (XEP-0478); 0: none */
void
im_account_start_keepalive (ImAccount *self)
{
  guint interval_s = im_account_get_keepalive_s (self);

  im_account_stop_keepalive (self);
  if (im_account_get_flag (self, "low-bandwidth"))
    interval_s *= 2;
  if (im_account_get_saves_power (self))
    interval_s = im_client_state_stretch_s (interval_s);
  if (self->link != NULL)
    interval_s = xmpp_server_limits_get_beat_s (&self->link->limits, interval_s);
  if (interval_s > 0)
    self->keepalive_id = g_timeout_add_seconds (interval_s, beat_cb, self);
}

/** im_account_stop_keepalive: there is no line to keep alive */
void
im_account_stop_keepalive (ImAccount *self)
{
  g_clear_handle_id (&self->keepalive_id, g_source_remove);
  if (self->ping_cancellable != NULL)
    g_cancellable_cancel (self->ping_cancellable);
  g_clear_object (&self->ping_cancellable);
  self->is_ping_due = FALSE;
}
