/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-connect.c: one connection of an account, from the login to its end. RFC 6120, RFC
 * 6121 2.2, 4.2
 *
 * Online means: bound, roster asked, own presence sent, and the server has said what it can do:
 * what is offered to people then stays as it is. A server that does not say it is waited for no
 * longer than ARRIVAL_MS; nothing else that it may leave unanswered is waited for. */

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-auth-request-private.h"
#include "im/im-security.h"
#include "im/im-login-params.h"
#include "im/im-presence.h"
#include "im/im-roster.h"
#include "im/im-session-link.h"

#define MAX_HOST_NAME 253 /* RFC 1035 2.3.4 */
/* A server that says what it can do does so at once. */
#define ARRIVAL_MS 1000

static const char *const state_names[] = { "offline", "connecting", "online" };

static void
set_state (ImAccount *self, ImAccountState state)
{
  if (self->state == state)
    return;
  g_debug ("%s: %s, was %s", self->unique_name, state_names[state], state_names[self->state]);
  self->state = state;
  im_account_notify (self, "state");
}

/* Whose certificate it is, where it should have been for another name. Spec: Telepathy Connection,
 * ConnectionError */
static void
add_names (ImAccount *self, const XmppLoginProblem *problem, GVariantDict *details)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *name = NULL;
  gsize size = 0;
  const char *data;

  if (problem->certificate == NULL ||
      (problem->certificate_flags & G_TLS_CERTIFICATE_BAD_IDENTITY) == 0 ||
      g_variant_dict_contains (details, "expected-hostname") ||
      g_variant_dict_contains (details, "certificate-hostname"))
    return;
  g_variant_dict_insert (details, "expected-hostname", "s", xmpp_jid_get_domain (self->jid));
  names = g_tls_certificate_get_dns_names (problem->certificate);
  if (names == NULL || names->len == 0)
    return;
  data = g_bytes_get_data (g_ptr_array_index (names, 0), &size);
  name = g_utf8_make_valid (data, (gssize) MIN (size, MAX_HOST_NAME));
  g_variant_dict_insert (details, "certificate-hostname", "s", name);
}

/**
 * im_account_add_error_details:
 * @wire: of any domain: why a connection, or a try to sign in, failed
 * @details: gets what is known of it; what it says already stays
 *
 * Spec: Telepathy Connection, ConnectionError; SASLAuthentication, SASLErrorDetails
 */
void
im_account_add_error_details (ImAccount *self, const GError *wire, GVariantDict *details)
{
  const XmppLoginProblem *problem =
      wire->domain == XMPP_LOGIN_ERROR ? xmpp_login_error_get_problem (wire) : NULL;
  const char *server_text = problem != NULL ? problem->server_text : xmpp_error_get_text (wire);

  if (!g_variant_dict_contains (details, "debug-message"))
    g_variant_dict_insert (details, "debug-message", "s", wire->message);
  if (server_text != NULL && !g_variant_dict_contains (details, "server-message"))
    g_variant_dict_insert (details, "server-message", "s", server_text);
  if (problem != NULL)
    add_names (self, problem, details);
}

/* `name`, `more` (nullable): as im_account_fail_as () has them. */
static void
set_error (ImAccount *self, const GError *wire, const char *name, GVariant *more)
{
  g_auto (GVariantDict) details = G_VARIANT_DICT_INIT (more);
  g_autoptr (GError) before G_GNUC_UNUSED = g_steal_pointer (&self->error);

  self->error = wire != NULL ? im_error_from_wire (wire) : NULL;
  g_free (self->error_name);
  self->error_name = g_strdup (name);
  if (wire != NULL)
    im_account_add_error_details (self, wire, &details);
  g_variant_unref (self->error_details);
  self->error_details = g_variant_ref_sink (g_variant_dict_end (&details));
}

static void
tell_modules (ImAccount *self, gboolean is_online)
{
  for (guint i = 0; i < self->n_modules; i++)
    {
      void (*tell) (ImAccount * account, gpointer state) =
          is_online ? self->modules[i]->online : self->modules[i]->offline;

      if (tell != NULL)
        tell (self, self->module_states[i]);
    }
}

static void
say_goodbye (XmppSession *session)
{
  XmppNode *presence = xmpp_node_new ("presence", XMPP_NS_CLIENT);

  xmpp_node_set (presence, "type", "unavailable");
  xmpp_session_send (session, presence);
  xmpp_session_close (session);
}

/** im_account_detach: ends a login or a session; nobody hears of it, and nothing comes from it any
 * more */
void
im_account_detach (ImAccount *self)
{
  ImSessionLink *link = g_steal_pointer (&self->link);
  g_autoptr (GError) as_asked =
      g_error_new_literal (IM_ERROR, IM_ERROR_CANCELLED, "It is offline.");

  g_clear_handle_id (&self->arrival_id, g_source_remove);
  g_clear_pointer (&self->security, im_security_free);
  im_account_drop_sign_up (self, self->error != NULL ? self->error : as_asked);
  im_account_stop_login (self);
  im_account_stop_keepalive (self);
  im_account_stop_roster (self);
  if (link == NULL)
    return;
  if (self->conversations != NULL)
    im_conversations_set_session (self->conversations, NULL);
  if (self->module_states != NULL)
    tell_modules (self, FALSE);
  im_server_forget (self->server);
  im_caps_stop (self->caps);
  g_clear_pointer (&self->gateways, g_hash_table_unref); /* what they may, they may now */
  im_avatars_stop (self->avatars);
  im_nickname_stop (self->nickname);
  im_early_forget (self->early);
  im_blocking_forget (self->blocking);
  im_hiding_forget (self->hiding);
  im_info_forget (self->info);
  link->account = NULL;
  if (link->is_closed || !xmpp_session_is_open (link->session))
    im_session_link_abort (link);
  else
    say_goodbye (link->session); /* frees the link when it has closed */
}

/**
 * im_account_fail_as:
 * @error: (nullable): of any domain: why; NULL: as asked
 * @name: (nullable): what D-Bus calls it; NULL: as Telepathy does
 * @details: (nullable): a{sv}: what else is known of it
 *
 * Ends whatever there is, and tries again later where that is wanted and may help.
 */
void
im_account_fail_as (ImAccount *self, const GError *error, const char *name, GVariant *details)
{
  g_autoptr (ImAccount) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (ImPresence) offline = im_presence_new (IM_PRESENCE_OFFLINE, "offline", NULL);
  gint64 online_us =
      self->state == IM_ACCOUNT_ONLINE ? g_get_monotonic_time () - self->online_since_us : 0;

  im_account_end_password (self);
  if (self->state == IM_ACCOUNT_OFFLINE)
    return;
  set_error (self, error, name, details);
  if (error != NULL)
    g_message ("%s: %s", self->unique_name, self->error->message);
  im_account_detach (self);
  im_account_drop_auth_request (self, self->error);
  im_account_drop_certificate_request (self);
  self->keepalive_s = -1;
  if (!self->record->is_kept) /* whoever wants the next connection says how it shall be */
    g_clear_pointer (&self->next_presence, im_presence_free);
  im_roster_forget_presence (self->roster);
  im_account_forget_roster (self);
  im_account_show_presence (self, offline);
  set_state (self, IM_ACCOUNT_OFFLINE);
  if (self->state == IM_ACCOUNT_OFFLINE)
    im_account_note_end (self, online_us);
}

/** im_account_fail: @error: (nullable): of any domain: why; NULL: as asked. Ends whatever there is,
 * and tries again later where that is wanted and may help */
void
im_account_fail (ImAccount *self, const GError *error)
{
  im_account_fail_as (self, error, NULL, NULL);
}

/** im_account_lose_connection: @why: a sentence: the line is dead */
void
im_account_lose_connection (ImAccount *self, const char *why)
{
  g_autoptr (GError) error = g_error_new_literal (IM_ERROR, IM_ERROR_CONNECTION_LOST, why);

  if (self->link != NULL)
    self->link->is_closed = TRUE; /* a goodbye would wait for nobody */
  im_account_fail (self, error);
}

/** im_account_get_session: Returns: (nullable) (transfer none): while bound */
XmppSession *
im_account_get_session (ImAccount *self)
{
  return self->link != NULL ? self->link->session : NULL;
}

/** im_account_get_full_jid: Returns: (nullable) (transfer none): while bound */
XmppJid *
im_account_get_full_jid (ImAccount *self)
{
  return self->link != NULL ? xmpp_session_get_jid (self->link->session) : NULL;
}

/** im_account_arrive: the server has said what it can do, or need not be waited for any more */
void
im_account_arrive (ImAccount *self)
{
  g_autoptr (ImAccount) alive G_GNUC_UNUSED = g_object_ref (self);
  ImSessionLink *link = self->link;

  if (self->arrival_id == 0)
    return;
  g_clear_handle_id (&self->arrival_id, g_source_remove);
  self->online_since_us = g_get_monotonic_time ();
  set_error (self, NULL, NULL, NULL);
  set_state (self, IM_ACCOUNT_ONLINE);
  if (self->link != link || self->record->has_been_online)
    return;
  self->record->has_been_online = TRUE;
  im_account_save (self);
  im_account_notify (self, "has-been-online");
}

static gboolean
arrival_cb (gpointer user_data)
{
  ImAccount *self = user_data;

  g_message ("%s: the server has not said yet what it can do", self->unique_name);
  im_account_arrive (self);
  return G_SOURCE_REMOVE;
}

static void
go_online (ImAccount *self)
{
  g_autoptr (ImAccount) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (ImPresence) presence = im_presence_copy (self->next_presence);
  ImSessionLink *link = self->link;

  if (presence == NULL || presence->type == IM_PRESENCE_OFFLINE)
    {
      im_presence_free (presence);
      presence = im_presence_new (IM_PRESENCE_AVAILABLE, "available", NULL);
    }
  im_caps_start (self->caps);
  tell_modules (self, TRUE);
  xmpp_session_start (link->session);
  if (self->link != link)
    return;
  self->arrival_id = g_timeout_add (ARRIVAL_MS, arrival_cb, self);
  im_server_ask (self->server);
  if (im_account_get_flag (self, IM_PARAMETER_DOWNLOAD_AT_CONNECTION))
    im_account_download_roster (self);
  im_hiding_set_presence (self->hiding, presence);
  im_account_start_keepalive (self);
  if (self->link == link)
    im_conversations_set_session (self->conversations, link->session);
}

static void
take_stream (ImAccount *self, XmppStream *stream, XmppJid *jid, XmppNode *features)
{
  g_autoptr (XmppJid) bare = xmpp_jid_dup_bare (jid);

  if (xmpp_jid_get_local (self->jid) == NULL)
    im_roster_rename_self (self->roster, bare);
  g_clear_object (&self->login_cancellable);
  self->link = im_session_link_new (self, stream, jid, features);
  im_account_note_login_succeeded (self);
  go_online (self);
}

static void
stage_cb (XmppLoginStage stage, gpointer user_data)
{
  ImAccount *self = user_data;

  if (self->stage == stage)
    return;
  self->stage = stage;
  im_account_notify (self, "stage");
}

static void
drop_offer (ImAccount *self)
{
  g_autoptr (XmppLoginResult) offer = g_steal_pointer (&self->offer);

  if (offer != NULL)
    xmpp_stream_abort (offer->stream);
}

/** im_account_take_offer: the program that gave the password accepts that it was right: signing in
 * goes on */
void
im_account_take_offer (ImAccount *self)
{
  g_autoptr (XmppLoginResult) bound = g_steal_pointer (&self->offer);

  if (bound == NULL)
    return;
  im_account_note_security (self, bound);
  take_stream (self, bound->stream, bound->jid, bound->features);
}

/* Takes it. */
static void
take_login (ImAccount *self, XmppLoginResult *bound)
{
  drop_offer (self);
  self->offer = bound;
  if (self->auth_request == NULL || !im_auth_request_offer (self->auth_request))
    im_account_take_offer (self);
}

static void
logged_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ImLogin *login = user_data;
  g_autoptr (ImAccount) self = login->account;
  g_autoptr (GCancellable) cancellable = login->cancellable;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppLoginResult) bound = xmpp_login_finish (result, &error);

  g_free (login);
  if (self->login_cancellable != cancellable)
    {
      if (bound != NULL)
        xmpp_stream_abort (bound->stream);
      return; /* nobody waits for this one any more */
    }
  im_account_note_strength (self, bound, error);
  if (bound != NULL)
    take_login (self, g_steal_pointer (&bound));
  else if (!im_account_ask_password (self, error) && !im_account_ask_certificate (self, error))
    im_account_fail (self, error);
}

static XmppLoginParams *
make_params (ImAccount *self, const char *password)
{
  XmppLoginParams *params = im_login_params_new (self->jid, self->record->parameters);

  params->password = g_strdup (password);
  im_account_fill_in_trust (self, params);
  return params;
}

/* Takes `params`. */
static void
start_login (ImAccount *self, XmppLoginParams *params)
{
  ImLogin *login;

  if (self->login_cancellable == NULL)
    self->login_cancellable = g_cancellable_new ();
  login = g_new0 (ImLogin, 1);
  login->account = g_object_ref (self);
  login->cancellable = g_object_ref (self->login_cancellable);
  self->stage = XMPP_LOGIN_STAGE_LOOKING_UP;
  xmpp_login_async (params, stage_cb, self, self->login_cancellable, logged_in_cb, login);
}

/** im_account_login: @password: (nullable): what is known */
void
im_account_login (ImAccount *self, const char *password)
{
  g_return_if_fail (self->state == IM_ACCOUNT_CONNECTING && self->link == NULL);

  if (im_account_wants_sign_up (self))
    {
      im_account_sign_up (self, password);
      return;
    }
  start_login (self, make_params (self, password));
}

/** im_account_stop_login: what is under way leads nowhere; the account stays as it is */
void
im_account_stop_login (ImAccount *self)
{
  if (self->login_cancellable != NULL)
    g_cancellable_cancel (self->login_cancellable);
  g_clear_object (&self->login_cancellable);
  drop_offer (self);
}

/** im_account_login_by_relay: @relay: of a program that has the secrets */
void
im_account_login_by_relay (ImAccount *self, XmppSaslRelay *relay)
{
  XmppLoginParams *params;

  g_return_if_fail (self->state == IM_ACCOUNT_CONNECTING && self->link == NULL);

  params = make_params (self, NULL);
  params->relay = xmpp_sasl_relay_ref (relay);
  start_login (self, params);
}

static void
begin (ImAccount *self)
{
  im_account_forget_retry (self);
  self->login_cancellable = g_cancellable_new ();
  self->stage = XMPP_LOGIN_STAGE_LOOKING_UP;
  set_state (self, IM_ACCOUNT_CONNECTING);
}

/** im_account_connect: one connection; nothing while there is one or one is made, or for an account
 * that was removed */
void
im_account_connect (ImAccount *self)
{
  g_autoptr (GCancellable) cancellable = NULL;

  if (self->state != IM_ACCOUNT_OFFLINE || self->is_removed)
    return;
  begin (self);
  cancellable = self->login_cancellable != NULL ? g_object_ref (self->login_cancellable) : NULL;
  if (self->state == IM_ACCOUNT_CONNECTING && cancellable != NULL &&
      !g_cancellable_is_cancelled (cancellable))
    im_account_find_password (self);
}

/**
 * im_account_connect_with_stream:
 * @stream: bound, not started
 * @jid: the full address that was bound
 * @features: (nullable): what the server offers
 *
 * As im_account_connect (), after a login that was done elsewhere: for tests, which play the
 * server.
 */
void
im_account_connect_with_stream (ImAccount *self,
                                XmppStream *stream,
                                XmppJid *jid,
                                XmppNode *features)
{
  g_return_if_fail (self->state == IM_ACCOUNT_OFFLINE);

  begin (self);
  take_stream (self, stream, jid, features);
}

/** im_account_disconnect: in good order; it does not come back by itself */
void
im_account_disconnect (ImAccount *self)
{
  im_account_forget_retry (self);
  im_account_fail (self, NULL);
}
