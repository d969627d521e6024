/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-auth-request.c: a password is needed and nobody has it: a question to a person, or to a
 * program that signs in by a mechanism itself. Telepathy 0.27.4 SASL_Status
 *
 * The password passes through and is never kept here. */

#include "im/im-auth-request-private.h"

#include "im/im-account-parts.h"

struct _ImAuthRequest
{
  GObject parent_instance;

  ImAccount *account; /* (nullable) owns us */
  ImAuthState state;
  GError *error; /* (owned) (nullable) */
  GVariant *details; /* (owned) (nullable) of it: a{sv} */
  char **mechanisms; /* (owned) (nullable) */
  XmppSaslRelay *relay; /* (owned) (nullable) of the mechanism under way */
  gboolean is_asked; /* the server waits for an answer */
  gboolean needs_accept; /* the password under way is a program's */
  gboolean is_encrypted;
  gboolean is_verified;
};

enum
{
  SIGNAL_CHALLENGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ImAuthRequest, im_auth_request, G_TYPE_OBJECT)

static void
drop_relay (ImAuthRequest *self)
{
  if (self->relay != NULL)
    xmpp_sasl_relay_close (self->relay);
  g_clear_pointer (&self->relay, xmpp_sasl_relay_unref);
  self->is_asked = FALSE;
}

static void
im_auth_request_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STATE)
    g_value_set_uint (value, IM_AUTH_REQUEST (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
im_auth_request_finalize (GObject *object)
{
  ImAuthRequest *self = IM_AUTH_REQUEST (object);

  drop_relay (self);
  g_clear_error (&self->error);
  g_clear_pointer (&self->details, g_variant_unref);
  g_clear_pointer (&self->mechanisms, g_strfreev);

  G_OBJECT_CLASS (im_auth_request_parent_class)->finalize (object);
}

static void
im_auth_request_class_init (ImAuthRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = im_auth_request_get_property;
  object_class->finalize = im_auth_request_finalize;
  props[PROP_STATE] =
      g_param_spec_uint ("state", NULL, NULL, 0, IM_AUTH_STATE_ABORTED, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SIGNAL_CHALLENGED] =
      g_signal_new ("challenged", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_BYTES);
}

static void
im_auth_request_init (ImAuthRequest *self)
{
}

/**
 * im_auth_request_new:
 * @account: asks; its owner
 * @mechanisms: (nullable): what the server offers
 * @error: (nullable): why the password that was known was refused
 *
 * Returns: (transfer full): a question that waits
 */
ImAuthRequest *
im_auth_request_new (ImAccount *account, const char *const *mechanisms, const GError *error)
{
  ImAuthRequest *self = g_object_new (IM_TYPE_AUTH_REQUEST, NULL);

  self->account = account;
  self->mechanisms = g_strdupv ((char **) mechanisms);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  return self;
}

/** im_auth_request_disown: the account is gone */
void
im_auth_request_disown (ImAuthRequest *self)
{
  self->account = NULL;
  drop_relay (self);
}

/** im_auth_request_set_state: @error: (nullable): IM_ERROR of FAILED or ABORTED; @details:
 * (nullable): what else is known of it */
void
im_auth_request_set_state (ImAuthRequest *self,
                           ImAuthState state,
                           const GError *error,
                           GVariant *details)
{
  g_clear_error (&self->error);
  g_clear_pointer (&self->details, g_variant_unref);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  self->details = details != NULL ? g_variant_ref_sink (details) : NULL;
  if (self->state == state)
    return;
  g_debug ("Password request: state %d", state);
  if (state == IM_AUTH_STATE_FAILED || state >= IM_AUTH_STATE_WITHDRAWN)
    drop_relay (self);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/** im_auth_request_get_account: Returns: (nullable) (transfer none): who asks; NULL once it is gone
 */
ImAccount *
im_auth_request_get_account (ImAuthRequest *self)
{
  return self->account;
}

/** im_auth_request_get_state: Returns: how far it is */
ImAuthState
im_auth_request_get_state (ImAuthRequest *self)
{
  return self->state;
}

/** im_auth_request_get_error: Returns: (nullable) (transfer none): IM_ERROR: why the last password
 * was refused, or the end */
const GError *
im_auth_request_get_error (ImAuthRequest *self)
{
  return self->error;
}

/** im_auth_request_get_details: Returns: (nullable) (transfer none): a{sv}: what else is known of
 * that error, such as what the server said */
GVariant *
im_auth_request_get_details (ImAuthRequest *self)
{
  return self->details;
}

/** im_auth_request_is_programs: Returns: whether what is tried is what a program has said by
 * im_auth_request_try () or im_auth_request_start (), and not what a person has given elsewhere */
gboolean
im_auth_request_is_programs (ImAuthRequest *self)
{
  return self->needs_accept || self->relay != NULL;
}

/** im_auth_request_get_mechanisms: Returns: (nullable) (transfer none): what the server offers */
const char *const *
im_auth_request_get_mechanisms (ImAuthRequest *self)
{
  return (const char *const *) self->mechanisms;
}

static gboolean
is_waiting (ImAuthRequest *self)
{
  return self->account != NULL &&
         (self->state == IM_AUTH_STATE_WAITING || self->state == IM_AUTH_STATE_FAILED ||
          self->state == IM_AUTH_STATE_WITHDRAWN);
}

/**
 * im_auth_request_respond:
 * @password: an answer; not kept here
 * @remember: into the Secret Service once it was accepted
 *
 * Does nothing unless an answer is waited for.
 */
void
im_auth_request_respond (ImAuthRequest *self, const char *password, gboolean remember)
{
  g_return_if_fail (password != NULL);

  if (!is_waiting (self))
    return;
  self->needs_accept = FALSE;
  im_auth_request_set_state (self, IM_AUTH_STATE_TRYING, NULL, NULL);
  im_account_try_password (self->account, password, remember);
}

/**
 * im_auth_request_try:
 * @password: a program's answer; not kept here
 *
 * As im_auth_request_respond (), and the sign-in goes on once the program has accepted the success.
 *
 * Spec: Telepathy SASLAuthentication, X-TELEPATHY-PASSWORD
 */
void
im_auth_request_try (ImAuthRequest *self, const char *password)
{
  g_return_if_fail (password != NULL);

  if (!is_waiting (self))
    return;
  self->needs_accept = TRUE;
  im_auth_request_set_state (self, IM_AUTH_STATE_TRYING, NULL, NULL);
  im_account_try_password (self->account, password, self->account->remembers_password);
}

/** im_auth_request_offer: Returns: whether the password that the server took is to be accepted
 * first */
gboolean
im_auth_request_offer (ImAuthRequest *self)
{
  if (!self->needs_accept || self->state != IM_AUTH_STATE_TRYING)
    return FALSE;
  im_auth_request_set_state (self, IM_AUTH_STATE_OFFERED, NULL, NULL);
  return TRUE;
}

static void
relayed_cb (gboolean is_success, GBytes *data, gpointer user_data)
{
  g_autoptr (ImAuthRequest) self = g_object_ref (user_data);

  self->is_asked = !is_success;
  if (!is_success || g_bytes_get_size (data) > 0)
    g_signal_emit (self, signals[SIGNAL_CHALLENGED], 0, data);
  if (is_success)
    im_auth_request_set_state (self, IM_AUTH_STATE_OFFERED, NULL, NULL);
}

/** im_auth_request_dup_relayed: Returns: (transfer full): the server's mechanisms of which a
 * program may bring the secrets itself */
char **
im_auth_request_dup_relayed (ImAuthRequest *self)
{
  return xmpp_sasl_relay_dup_mechanisms ((const char *const *) self->mechanisms);
}

/**
 * im_auth_request_start:
 * @mechanism: one of im_auth_request_dup_relayed ()
 * @initial: (nullable): the initial response; NULL: none
 *
 * Signs in by a mechanism whose steps the caller does. Does nothing unless an answer is waited for.
 *
 * Spec: RFC 4422 §3, Telepathy SASLAuthentication
 */
void
im_auth_request_start (ImAuthRequest *self, const char *mechanism, GBytes *initial)
{
  if (!is_waiting (self))
    return;
  drop_relay (self);
  self->needs_accept = FALSE;
  self->relay = xmpp_sasl_relay_new (mechanism, initial, relayed_cb, self);
  im_auth_request_set_state (self, IM_AUTH_STATE_TRYING, NULL, NULL);
  im_account_try_relay (self->account, self->relay);
}

/** im_auth_request_answer: @data: the response. Returns: FALSE: nothing was asked */
gboolean
im_auth_request_answer (ImAuthRequest *self, GBytes *data)
{
  if (!self->is_asked)
    return FALSE;
  self->is_asked = FALSE;
  xmpp_sasl_relay_answer (self->relay, data);
  return TRUE;
}

/** im_auth_request_accept: the success is believed: signing in goes on */
void
im_auth_request_accept (ImAuthRequest *self)
{
  if (self->state != IM_AUTH_STATE_OFFERED || self->account == NULL)
    return;
  self->needs_accept = FALSE;
  im_auth_request_set_state (self, IM_AUTH_STATE_TRYING, NULL, NULL);
  if (self->relay != NULL)
    xmpp_sasl_relay_answer (self->relay, NULL);
  else
    im_account_take_offer (self->account);
}

/**
 * im_auth_request_withdraw:
 * @error: IM_ERROR: why
 *
 * Ends the try that is under way, or says that none will be made now. The question stays: it may be
 * answered after all, or aborted.
 *
 * Spec: Telepathy SASLAuthentication, AbortSASL
 */
void
im_auth_request_withdraw (ImAuthRequest *self, const GError *error)
{
  if (self->account == NULL || self->state >= IM_AUTH_STATE_WITHDRAWN)
    return;
  im_account_stop_login (self->account);
  im_account_wipe_password (self->account);
  im_account_drop_sign_up (self->account, error);
  im_auth_request_set_state (self, IM_AUTH_STATE_WITHDRAWN, error, NULL);
}

/** im_auth_request_note_line: @is_verified: with whom it should be */
void
im_auth_request_note_line (ImAuthRequest *self, gboolean is_encrypted, gboolean is_verified)
{
  self->is_encrypted = is_encrypted;
  self->is_verified = is_verified;
}

/** im_auth_request_is_encrypted: Returns: whether the server asked under TLS; so it will be when it
 * gets an answer */
gboolean
im_auth_request_is_encrypted (ImAuthRequest *self)
{
  return self->is_encrypted;
}

/** im_auth_request_is_verified: Returns: whether it proved who it is, or a person accepted its key;
 * so it will be when it gets an answer */
gboolean
im_auth_request_is_verified (ImAuthRequest *self)
{
  return self->is_verified;
}

/** im_auth_request_can_store: Returns: whether it is us who keep this account's password */
gboolean
im_auth_request_can_store (ImAuthRequest *self)
{
  return self->account != NULL && self->account->record->is_kept;
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (im_account_forget_password_finish (IM_ACCOUNT (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * im_auth_request_store_async:
 * @store: the password that will be accepted is stored; FALSE: it is not, and what is stored is
 *   forgotten now
 *
 * Comes too late once the success was accepted.
 *
 * Spec: Telepathy Channel.Interface.CredentialsStorage, StoreCredentials
 */
void
im_auth_request_store_async (ImAuthRequest *self,
                             gboolean store,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  if (im_auth_request_can_store (self))
    self->account->remembers_password = store;
  if (!store && im_auth_request_can_store (self))
    im_account_forget_stored_async (self->account, forgotten_cb, g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

/** im_auth_request_store_finish: Returns: FALSE: what is stored stays. IM_ERROR_NOT_AVAILABLE */
gboolean
im_auth_request_store_finish (ImAuthRequest *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/** im_auth_request_abort: @error: (nullable): with which the connection ends; NULL:
 * IM_ERROR_CANCELLED */
void
im_auth_request_abort (ImAuthRequest *self, const GError *error)
{
  g_autoptr (GError) cancelled = NULL;
  g_autoptr (GVariant) details = NULL;

  if (self->account == NULL || self->state >= IM_AUTH_STATE_SUCCEEDED)
    return;
  cancelled = g_error_new_literal (IM_ERROR, IM_ERROR_CANCELLED, "Signing in was cancelled.");
  /* What the server said of the last try is why nobody goes on. */
  if (self->details != NULL && error == self->error)
    details = g_variant_ref (self->details);
  im_account_fail_as (self->account, error != NULL ? error : cancelled, NULL, details);
}
