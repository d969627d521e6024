/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login.c: connect, secure, authenticate, bind; one straight line on a worker thread. RFC 6120
 * 3-7, XEP-0368
 *
 * The password is used only after the server has proved who it is, and nothing counts as signed in
 * before the server has proved that it knows the password. */
#include "xmpp/xmpp-login.h"

#include <string.h>

#include "xmpp/xmpp-login-private.h"
#include "xmpp/xmpp-ns.h"

#define DEFAULT_TIMEOUT_S 60
#define MAX_HOPS 2

/* What the task owns. The worker uses it alone until it returns. */
typedef struct
{
  XmppLogin login;
  XmppLoginParams *params; /* (owned) */
  XmppLoginStageFunc stage_func;
  gpointer stage_data;
  GSource *timer; /* (owned) */
  gulong cancel_handler;
  gint is_timed_out; /* atomic */
} Operation;

typedef struct
{
  GTask *task; /* (owned) */
  XmppLoginStage stage;
} StageNotice;

static void
operation_free (Operation *self)
{
  xmpp_login_params_free (self->params);
  g_clear_object (&self->login.cancellable);
  g_clear_pointer (&self->timer, g_source_unref);
  g_free (self->login.domain);
  g_free (self->login.other_host);
  g_clear_object (&self->login.certificate);
  g_clear_object (&self->login.pin);
  g_free (self);
}

static void
stage_notice_free (StageNotice *self)
{
  g_object_unref (self->task);
  g_free (self);
}

static gboolean
stage_cb (gpointer user_data)
{
  StageNotice *notice = user_data;
  Operation *op = g_task_get_task_data (notice->task);
  GCancellable *cancellable = g_task_get_cancellable (notice->task);

  if (!g_task_get_completed (notice->task) &&
      (cancellable == NULL || !g_cancellable_is_cancelled (cancellable)))
    op->stage_func (notice->stage, op->stage_data);
  return G_SOURCE_REMOVE;
}

static void
set_stage (GTask *task, XmppLoginStage stage)
{
  Operation *op = g_task_get_task_data (task);
  g_autoptr (GSource) source = NULL;
  StageNotice *notice;

  if (op->stage_func == NULL)
    return;
  notice = g_new0 (StageNotice, 1);
  notice->task = g_object_ref (task);
  notice->stage = stage;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, stage_cb, notice, (GDestroyNotify) stage_notice_free);
  g_source_attach (source, g_task_get_context (task));
}

/* RFC 6120 §5.4 */
static gboolean
start_tls (XmppLogin *self, GError **error)
{
  g_autoptr (XmppNode) answer = NULL;

  if (!xmpp_login_write (self, "<starttls xmlns='" XMPP_NS_TLS "'/>", error))
    return FALSE;
  answer = xmpp_login_read (self, error);
  if (answer == NULL)
    return FALSE;
  if (xmpp_node_is (answer, "failure", XMPP_NS_TLS))
    {
      g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_ENCRYPTION_NOT_AVAILABLE,
                   "%s cannot encrypt the connection at the moment, so nothing was sent.",
                   self->domain);
      return FALSE;
    }
  if (!xmpp_node_is (answer, "proceed", XMPP_NS_TLS))
    return xmpp_login_fail_protocol (error, "did not answer when encryption was asked for");

  /* What came in clear text after <proceed/> came from somebody else. */
  return xmpp_login_restart (self, &xmpp_limits_before_login, error) &&
         xmpp_login_secure (self, FALSE, error);
}

static XmppNode *
open_privately (GTask *task, XmppLogin *self, const XmppLoginTarget *target, GError **error)
{
  g_autoptr (XmppNode) features = NULL;

  if (target->direct_tls)
    {
      set_stage (task, XMPP_LOGIN_STAGE_SECURING);
      return xmpp_login_secure (self, TRUE, error) ? xmpp_login_open (self, error) : NULL;
    }

  features = xmpp_login_open (self, error);
  if (features == NULL)
    return NULL;
  if (xmpp_node_find (features, "starttls", XMPP_NS_TLS) != NULL)
    {
      set_stage (task, XMPP_LOGIN_STAGE_SECURING);
      return start_tls (self, error) ? xmpp_login_open (self, error) : NULL;
    }
  if (!self->params->require_encryption &&
      (self->params->known_strength & XMPP_STRENGTH_ENCRYPTED) != 0)
    {
      g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_WEAKENED,
                   "%s encrypted the connection before and now offers no encryption, so nothing "
                   "was sent. If the server's operator says that this is meant to be so, enter "
                   "the password of the account again.",
                   self->domain);
      return NULL;
    }
  if (!self->params->require_encryption)
    return g_steal_pointer (&features);
  g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_ENCRYPTION_NOT_AVAILABLE,
               "%s offers no encrypted connection, so nothing was sent.", self->domain);
  return NULL;
}

/* Asks our server while nobody else can speak yet. NULL with `error`; an error answer is
 * XMPP_STANZA_ERROR. */
static XmppNode *
ask (XmppLogin *self, const char *id, const char *payload, GError **error)
{
  g_autofree char *text = g_strdup_printf ("<iq type='set' id='%s'>%s</iq>", id, payload);
  g_autoptr (XmppNode) answer = NULL;
  const char *type;

  if (!xmpp_login_write (self, text, error))
    return NULL;
  answer = xmpp_login_read (self, error);
  if (answer == NULL)
    return NULL;
  type = xmpp_node_get (answer, "type");
  if (!xmpp_node_is (answer, "iq", XMPP_NS_CLIENT) ||
      g_strcmp0 (xmpp_node_get (answer, "id"), id) != 0)
    xmpp_login_fail_protocol (error, "sent something else than signing in needs");
  else if (g_strcmp0 (type, "result") == 0)
    return g_steal_pointer (&answer);
  else if (g_strcmp0 (type, "error") == 0)
    g_propagate_error (error, xmpp_stanza_error_new_from_node (answer));
  else
    xmpp_login_fail_protocol (error, "sent something else than signing in needs");
  return NULL;
}

/* XEP-0175 §2: without an account, the server says who we are. */
static gboolean
is_ours (XmppJid *jid, XmppJid *account)
{
  if (xmpp_jid_get_local (account) != NULL)
    return xmpp_jid_equal_bare (jid, account);
  return xmpp_jid_get_local (jid) != NULL &&
         strcmp (xmpp_jid_get_domain (jid), xmpp_jid_get_domain (account)) == 0;
}

/* RFC 6120 §7.6: one <jid/>, full, of the account. */
static XmppJid *
read_bound (XmppLogin *self, const XmppNode *answer, GError **error)
{
  const XmppNode *bind = xmpp_node_find (answer, "bind", XMPP_NS_BIND);
  const XmppNode *node = bind != NULL ? xmpp_node_find (bind, "jid", XMPP_NS_BIND) : NULL;
  g_autoptr (XmppJid) jid = NULL;

  if (node != NULL && xmpp_node_find_next (node, "jid", XMPP_NS_BIND) == NULL)
    jid = xmpp_jid_new (xmpp_node_get_text (node), NULL);
  if (jid != NULL && !xmpp_jid_is_bare (jid) && is_ours (jid, self->params->account))
    return g_steal_pointer (&jid);
  xmpp_login_fail_protocol (error, "signed in another account than was asked for");
  return NULL;
}

static XmppJid *
bind_resource (XmppLogin *self, const char *resource, GError **error)
{
  g_autofree char *escaped = g_markup_escape_text (resource != NULL ? resource : "", -1);
  g_autofree char *payload = NULL;
  g_autoptr (XmppNode) answer = NULL;
  g_autoptr (GError) cause = NULL;

  if (*escaped != '\0')
    payload =
        g_strdup_printf ("<bind xmlns='" XMPP_NS_BIND "'><resource>%s</resource></bind>", escaped);
  else
    payload = g_strdup ("<bind xmlns='" XMPP_NS_BIND "'/>");
  answer = ask (self, *escaped != '\0' ? "bind" : "bind-any", payload, &cause);
  if (answer != NULL)
    return read_bound (self, answer, error);

  /* §7.7.2: taken, or not to the server's liking: then as it likes. */
  if (*escaped != '\0' &&
      (g_error_matches (cause, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_CONFLICT) ||
       g_error_matches (cause, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_BAD_REQUEST)))
    return bind_resource (self, NULL, error);
  if (cause->domain == XMPP_STANZA_ERROR)
    g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_FAILED,
                 "The server accepted the password but no session: %s", cause->message);
  else
    g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}

/* RFC 3921 §3, for servers that still insist on it. */
static gboolean
establish_session (XmppLogin *self, const XmppNode *features, GError **error)
{
  const XmppNode *session = xmpp_node_find (features, "session", XMPP_NS_SESSION);
  g_autoptr (XmppNode) answer = NULL;
  g_autoptr (GError) cause = NULL;

  if (session == NULL || xmpp_node_find (session, "optional", NULL) != NULL)
    return TRUE;
  answer = ask (self, "session", "<session xmlns='" XMPP_NS_SESSION "'/>", &cause);
  if (answer != NULL)
    return TRUE;
  if (cause->domain == XMPP_STANZA_ERROR)
    {
      g_debug ("%s: wants a session and does not give it: %s", self->domain, cause->message);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static void
describe_tls (XmppLogin *self, XmppLoginResult *result)
{
  static const struct
  {
    GTlsProtocolVersion version;
    const char *name;
  } names[] = { { G_TLS_PROTOCOL_VERSION_TLS_1_2, "TLS 1.2" },
                { G_TLS_PROTOCOL_VERSION_TLS_1_3, "TLS 1.3" } };
  GTlsConnection *tls;

  if (!G_IS_TLS_CONNECTION (self->line))
    return;
  tls = G_TLS_CONNECTION (self->line);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_tls_connection_get_protocol_version (tls) == names[i].version)
      result->tls_version = g_strdup (names[i].name);
  result->tls_cipher = g_tls_connection_get_ciphersuite_name (tls);
  g_set_object (&result->certificate, g_tls_connection_get_peer_certificate (tls));
}

/* Takes the result, which gets the line. */
static XmppLoginResult *
hand_over (XmppLogin *self, XmppLoginResult *result)
{
  describe_tls (self, result);
  result->is_verified = self->is_verified;
  result->stream = xmpp_stream_new (g_steal_pointer (&self->line), g_steal_pointer (&self->parser));
  return result;
}

/* On a connected line: everything up to the bound stream. */
static XmppLoginResult *
negotiate (GTask *task, XmppLogin *self, const XmppLoginTarget *target, GError **error)
{
  g_autoptr (XmppLoginResult) result = g_new0 (XmppLoginResult, 1);
  g_autoptr (XmppNode) features = open_privately (task, self, target, error);

  if (features == NULL)
    return NULL;
  if (self->params->is_registration)
    {
      xmpp_parser_set_limits (self->parser, &xmpp_limits_default); /* pictures are large */
      result->features = g_steal_pointer (&features);
      return hand_over (self, g_steal_pointer (&result));
    }
  set_stage (task, XMPP_LOGIN_STAGE_AUTHENTICATING);
  if (!xmpp_login_authenticate (self, features, result, error))
    return NULL;
  if (!xmpp_login_restart (self, &xmpp_limits_default, error))
    return NULL;
  result->features = xmpp_login_open (self, error);
  if (result->features == NULL)
    return NULL;
  set_stage (task, XMPP_LOGIN_STAGE_BINDING);
  result->jid = bind_resource (self, self->params->resource, error);
  if (result->jid == NULL || !establish_session (self, result->features, error))
    return NULL;

  return hand_over (self, g_steal_pointer (&result));
}

/* How much an error says about why nobody could be reached; what is not here is the last word, and
 * no other server is asked. */
static guint
get_weight (const GError *error)
{
  static const XmppLoginError codes[] = { XMPP_LOGIN_ERROR_NO_SERVER, XMPP_LOGIN_ERROR_NETWORK,
                                          XMPP_LOGIN_ERROR_CONNECTION_REFUSED,
                                          XMPP_LOGIN_ERROR_ENCRYPTION_FAILED,
                                          XMPP_LOGIN_ERROR_CERTIFICATE };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, XMPP_LOGIN_ERROR, (int) codes[i]))
      return i + 1;
  return 0;
}

/* RFC 6120 §4.9.3.19: the server, under TLS, named another; the certificate there must be the
 * account's domain's all the same. */
static gboolean
follow (XmppLogin *self, GPtrArray *targets, guint index, const XmppLoginTarget *from)
{
  g_autofree char *text = g_steal_pointer (&self->other_host);
  XmppLoginTarget *target = text != NULL && strlen (text) < 300
                                ? xmpp_login_target_new_from_text (text, from->direct_tls)
                                : NULL;

  if (target != NULL)
    g_ptr_array_insert (targets, (int) index + 1, target);
  return target != NULL;
}

/* What the server reports has its own name; what we found it to do wrong is its confusion. */
static void
hang_up (XmppLogin *self, GError **cause)
{
  gboolean is_finding = (*cause)->domain == XMPP_STREAM_ERROR && !self->is_told;
  XmppLoginProblem *problem = xmpp_login_error_edit_problem (*cause);
  GError *finding;

  if (problem != NULL)
    {
      problem->is_encrypted = self->is_secure;
      problem->is_verified = self->is_verified;
    }
  xmpp_login_hang_up (self, *cause);
  if (!is_finding)
    return;
  finding = g_error_new_literal (XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL, (*cause)->message);
  g_error_free (*cause);
  *cause = finding;
}

static XmppLoginResult *
try_targets (GTask *task, XmppLogin *self, GPtrArray *targets, GError **error)
{
  g_autoptr (GError) telling = NULL;
  guint n_hops = 0;

  for (guint i = 0; i < targets->len; i++)
    {
      const XmppLoginTarget *target = g_ptr_array_index (targets, i);
      XmppLoginResult *result = NULL;
      GError *cause = NULL;

      set_stage (task, XMPP_LOGIN_STAGE_CONNECTING);
      if (xmpp_login_connect (self, target, &cause))
        result = negotiate (task, self, target, &cause);
      if (result != NULL)
        {
          g_clear_object (&self->socket);
          return result;
        }
      hang_up (self, &cause);
      if (n_hops < MAX_HOPS && follow (self, targets, i, target))
        {
          n_hops++;
          g_clear_error (&cause);
          continue;
        }
      if (get_weight (cause) == 0)
        {
          g_propagate_error (error, cause);
          return NULL;
        }
      if (telling == NULL || get_weight (cause) > get_weight (telling))
        {
          g_clear_error (&telling);
          telling = g_steal_pointer (&cause);
        }
      g_clear_error (&cause);
    }
  if (telling == NULL)
    telling = g_error_new_literal (XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_SERVER,
                                   "The server sent the sign-in elsewhere, and nobody was there.");
  g_propagate_error (error, g_steal_pointer (&telling));
  return NULL;
}

static XmppLoginResult *
log_in (GTask *task, XmppLogin *self, GError **error)
{
  g_autoptr (GPtrArray) targets = NULL;
  g_autofree char *proxy = NULL;
  XmppJid *account = self->params->account;

  self->domain = g_hostname_to_ascii (xmpp_jid_get_domain (account));
  if (self->domain == NULL)
    {
      g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_FAILED,
                   "“%s” is not the address of an account.", xmpp_jid_get_text (account));
      return NULL;
    }
  if (!xmpp_login_load_certificate (self, error))
    return NULL;
  set_stage (task, XMPP_LOGIN_STAGE_LOOKING_UP);
  proxy = xmpp_login_dup_proxy (self, self->domain, 0);
  targets =
      xmpp_login_find_targets (self->params, self->domain, proxy != NULL, self->cancellable, error);
  return targets != NULL ? try_targets (task, self, targets, error) : NULL;
}

static void
worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Operation *op = task_data;
  GError *error = NULL;
  XmppLoginResult *result = log_in (task, &op->login, &error);

  g_source_destroy (op->timer);
  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, op->cancel_handler);
  if (result != NULL)
    g_task_return_pointer (task, result, (GDestroyNotify) xmpp_login_result_free);
  else if (g_atomic_int_get (&op->is_timed_out))
    {
      g_task_return_new_error (task, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NETWORK,
                               "%s did not answer in time.", op->login.domain);
      g_error_free (error);
    }
  else
    g_task_return_error (task, error);
}

static gboolean
timed_out_cb (gpointer user_data)
{
  Operation *op = user_data;

  g_atomic_int_set (&op->is_timed_out, TRUE);
  g_cancellable_cancel (op->login.cancellable);
  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/**
 * xmpp_login_async:
 * @params: (transfer full): what is needed
 * @stage_func: (nullable): told of progress, on the main thread
 *
 * Signs in. Cancelling closes the line at whatever step it is.
 *
 * Errors: see xmpp_login_finish ()
 */
void
xmpp_login_async (XmppLoginParams *params,
                  XmppLoginStageFunc stage_func,
                  gpointer stage_data,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Operation *op = g_new0 (Operation, 1);

  op->params = params;
  op->login.params = params;
  op->login.cancellable = g_cancellable_new ();
  op->stage_func = stage_func;
  op->stage_data = stage_data;
  op->timer =
      g_timeout_source_new_seconds (params->timeout_s != 0 ? params->timeout_s : DEFAULT_TIMEOUT_S);
  g_task_set_source_tag (task, xmpp_login_async);
  g_task_set_task_data (task, op, (GDestroyNotify) operation_free);

  g_source_set_callback (op->timer, timed_out_cb, op, NULL);
  g_source_attach (op->timer, g_task_get_context (task));
  if (cancellable != NULL)
    op->cancel_handler =
        g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                               g_object_ref (op->login.cancellable), g_object_unref);
  g_task_run_in_thread (task, worker);
}

/**
 * xmpp_login_finish:
 *
 * Returns: (nullable) (transfer full): the bound stream and what was learnt on the way
 * Errors: XMPP_LOGIN_ERROR, XMPP_STREAM_ERROR, G_IO_ERROR_CANCELLED
 */
XmppLoginResult *
xmpp_login_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
