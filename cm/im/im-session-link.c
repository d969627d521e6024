/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-session-link.c: gives what a session hears to the account's parts: the pipeline, the presence,
 * the roster, the modules */

#include "im/im-session-link.h"

#include "im/im-account-parts.h"
#include "im/im-presence.h"
#include "im/im-roster.h"

struct _ImBinding
{
  ImSessionLink *link; /* owns us */
  const ImRoute *route; /* a constant */
  guint module;
};

static void
free_link (ImSessionLink *self)
{
  g_clear_object (&self->session);
  g_clear_pointer (&self->features, xmpp_node_unref);
  g_free (self->bindings);
  g_free (self);
}

static gboolean
free_cb (gpointer user_data)
{
  free_link (user_data);
  return G_SOURCE_REMOVE;
}

static void
message_cb (
    XmppSession *session, XmppNode *stanza, XmppJid *from, XmppFrom kind, gpointer user_data)
{
  ImSessionLink *self = user_data;

  if (self->account != NULL)
    im_pipeline_receive (self->account->pipeline, stanza, from, kind);
}

static void
presence_cb (
    XmppSession *session, XmppNode *stanza, XmppJid *from, XmppFrom kind, gpointer user_data)
{
  ImSessionLink *self = user_data;

  if (self->account != NULL)
    im_presence_receive (self->account, stanza, from, kind);
}

static void
flush_cb (XmppSession *session, gpointer user_data)
{
  ImSessionLink *self = user_data;

  if (self->account == NULL)
    return;
  self->account->was_heard = TRUE;
  im_roster_flush (self->account->roster);
}

static void
closed_cb (XmppSession *session, const GError *error, gpointer user_data)
{
  ImSessionLink *self = user_data;
  g_autoptr (GError) lost = NULL;

  if (self->account == NULL)
    {
      g_idle_add (free_cb, self); /* the goodbye is said */
      return;
    }
  self->is_closed = TRUE;
  if (error != NULL && error->domain == XMPP_STREAM_ERROR && self->account->conversations != NULL)
    im_conversations_take_blame (self->account->conversations, error);
  if (error == NULL || error->domain == G_IO_ERROR || error->domain == G_TLS_ERROR)
    lost = g_error_new (IM_ERROR, IM_ERROR_CONNECTION_LOST,
                        error == NULL ? "The server ended the connection."
                                      : "The connection to the server was lost.");
  im_account_fail (self->account, lost != NULL ? lost : error);
}

static gboolean
is_contact_cb (XmppSession *session, XmppJid *bare, gpointer user_data)
{
  ImSessionLink *self = user_data;

  return self->account != NULL && im_roster_is_contact (self->account->roster, bare);
}

/* No rooms are joined yet. */
static gboolean
is_room_cb (XmppSession *session, XmppJid *bare, gpointer user_data)
{
  return FALSE;
}

/* Who is hidden answers as somebody who is not there: by the server's words, nobody is. */
static gboolean
is_hidden_from (ImAccount *account, XmppRequest *request)
{
  return account->presence->type == IM_PRESENCE_HIDDEN &&
         (xmpp_request_get_from_kind (request) & (XMPP_FROM_CONTACT | XMPP_FROM_STRANGER)) != 0;
}

static void
route_cb (XmppRequest *request, gpointer user_data)
{
  ImBinding *binding = user_data;
  ImAccount *account = binding->link->account;

  if (account == NULL || is_hidden_from (account, request))
    xmpp_request_fail (request, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, NULL);
  else
    binding->route->handle (account, account->module_states[binding->module], request);
}

static void
push_cb (XmppRequest *request, gpointer user_data)
{
  ImSessionLink *self = user_data;

  if (self->account == NULL)
    xmpp_request_fail (request, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, NULL);
  else if (im_roster_take_push (self->account->roster, xmpp_request_get_payload (request)))
    xmpp_request_reply (request, NULL);
  else
    xmpp_request_fail (request, XMPP_STANZA_ERROR_BAD_REQUEST, NULL);
}

static void
add_routes (ImSessionLink *self, ImAccount *account)
{
  guint n_routes = 0;
  ImBinding *binding;

  for (guint i = 0; i < account->n_modules; i++)
    for (const ImRoute *route = account->modules[i]->routes; route != NULL && route->handle != NULL;
         route++)
      n_routes++;
  binding = self->bindings = g_new0 (ImBinding, n_routes + 1);
  for (guint i = 0; i < account->n_modules; i++)
    for (const ImRoute *route = account->modules[i]->routes; route != NULL && route->handle != NULL;
         route++)
      {
        binding->link = self;
        binding->route = route;
        binding->module = i;
        xmpp_session_add_route (self->session, route->is_set, route->element, route->ns,
                                route->from, route_cb, binding++);
      }
  xmpp_session_add_route (self->session, TRUE, "query", XMPP_NS_ROSTER, XMPP_FROM_ACCOUNT, push_cb,
                          self);
}

/**
 * im_session_link_new:
 * @account: hears of the session until it lets go
 * @stream: bound, not started
 * @jid: the full address
 * @features: (nullable): what the server offered
 *
 * Returns: (transfer full): a session with all routes, not started
 */
ImSessionLink *
im_session_link_new (ImAccount *account, XmppStream *stream, XmppJid *jid, XmppNode *features)
{
  static const XmppSessionHandler handler = { message_cb, presence_cb, flush_cb,
                                              closed_cb, is_contact_cb, is_room_cb };
  ImSessionLink *self = g_new0 (ImSessionLink, 1);

  self->account = account;
  self->features = features != NULL ? xmpp_node_ref (features) : NULL;
  xmpp_server_limits_read (&self->limits, features);
  xmpp_stream_set_max_bytes (stream, self->limits.max_bytes);
  self->session = xmpp_session_new (stream, jid, &handler, self);
  add_routes (self, account);
  return self;
}

/** im_session_link_abort: @self: (transfer full): its account has let go */
void
im_session_link_abort (ImSessionLink *self)
{
  xmpp_session_abort (self->session);
  g_idle_add (free_cb, self); /* perhaps we are called by the session itself */
}
