/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-roster.c: asks for the contact list, and again where the server could not give it. RFC
 * 6121 2.1.3
 *
 * A failure is a failure until the list is there, whoever tries again meanwhile; a person who asks
 * sees that it is waited for. */

#include "im/im-account-parts.h"
#include "im/im-reconnect.h"
#include "im/im-roster.h"

#define TIMEOUT_MS 120000

static void
set_state (ImAccount *self, ImRosterState state)
{
  if (self->roster_state == state)
    return;
  self->roster_state = state;
  im_account_notify (self, "roster-state");
}

/* Those that Telepathy has for a list that does not come. (transfer full) */
static GError *
translate (const GError *error)
{
  g_autoptr (GError) known = NULL;
  ImError code = IM_ERROR_NOT_AVAILABLE;

  if (error == NULL)
    return g_error_new_literal (IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                                "The server did not give the list of contacts: "
                                "its answer has none.");
  known = im_error_from_wire (error);
  if (xmpp_stanza_error_is_temporary (error))
    code = IM_ERROR_SERVICE_BUSY;
  else if (known->code == IM_ERROR_NETWORK_ERROR || known->code == IM_ERROR_NOT_IMPLEMENTED)
    code = (ImError) known->code;
  return g_error_new (IM_ERROR, code, "The server did not give the list of contacts: %s",
                      error->domain == XMPP_STANZA_ERROR ? error->message : known->message);
}

static void ask (ImAccount *self);

static gboolean
retry_cb (gpointer user_data)
{
  ImAccount *self = user_data;

  self->roster_retry_id = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

static void
fail (ImAccount *self, const GError *error)
{
  g_clear_error (&self->roster_error);
  self->roster_error = translate (error);
  g_message ("%s: %s", self->unique_name, self->roster_error->message);
  if (xmpp_stanza_error_is_temporary (error) ||
      g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMED_OUT))
    self->roster_retry_id =
        g_timeout_add (im_reconnect_delay_ms (++self->n_roster_failures, NULL, g_random_double ()),
                       retry_cb, self);
  set_state (self, IM_ROSTER_FAILURE);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImAccount) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  XmppNode *query;

  /* That the line is gone is told of the account, not of its list. */
  if (im_account_get_session (self) != XMPP_SESSION (source) ||
      g_error_matches (error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED))
    return;
  self->is_roster_asked = FALSE;
  query = answer != NULL ? xmpp_node_find (answer, "query", XMPP_NS_ROSTER) : NULL;
  if (query == NULL)
    {
      fail (self, error);
      return;
    }
  self->n_roster_failures = 0;
  g_clear_error (&self->roster_error);
  im_roster_take_all (self->roster, query);
  im_early_replay (self->early);
  im_roster_flush (self->roster);
  set_state (self, IM_ROSTER_SUCCESS);
}

static void
ask (ImAccount *self)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", "get");
  xmpp_node_add (iq, "query", XMPP_NS_ROSTER);
  self->is_roster_asked = TRUE;
  xmpp_session_request_async (self->link->session, iq, TIMEOUT_MS, NULL, answered_cb,
                              g_object_ref (self));
}

/**
 * im_account_download_roster:
 *
 * Asks for the contact list, unless it is there or asked for, or there is no connection. After a
 * failure it is asked for at once.
 *
 * Spec: RFC 6121 2.1.3
 */
void
im_account_download_roster (ImAccount *self)
{
  if (self->link == NULL || self->roster_state == IM_ROSTER_WAITING ||
      self->roster_state == IM_ROSTER_SUCCESS)
    return;
  g_clear_handle_id (&self->roster_retry_id, g_source_remove);
  self->n_roster_failures = 0;
  if (!self->is_roster_asked)
    ask (self);
  set_state (self, IM_ROSTER_WAITING);
}

/** im_account_get_roster_error: Returns: (transfer none) (nullable): IM_ERROR: why the contact list
 * did not come; not NULL while its state is a failure. Spec: Telepathy
 * ContactList.GetContactListAttributes */
const GError *
im_account_get_roster_error (ImAccount *self)
{
  return self->roster_error;
}

/** im_account_stop_roster: the session is over: nothing is asked any more */
void
im_account_stop_roster (ImAccount *self)
{
  g_clear_handle_id (&self->roster_retry_id, g_source_remove);
  self->is_roster_asked = FALSE;
  self->n_roster_failures = 0;
}

/** im_account_forget_roster: there is no connection, and so no list of it */
void
im_account_forget_roster (ImAccount *self)
{
  set_state (self, IM_ROSTER_NONE);
  g_clear_error (&self->roster_error);
}
