/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-password.c: where an account's password comes from and goes: the Secret Service, a
 * person, this session
 *
 * A password is in memory only while it is in use, unless it was given for this session alone. It
 * is never in the parameters, the store or a log. */

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-auth-request-private.h"
#include "im/im-secrets.h"

/* --- the keyring: one change after the other, so that the last word counts --- */

static void change_keyring (ImAccount *self);

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *self = g_task_get_source_object (task);
  GError *error = NULL;
  gboolean is_done = g_task_get_task_data (task) != NULL ? im_secrets_store_finish (result, &error)
                                                         : im_secrets_clear_finish (result, &error);

  g_object_unref (g_queue_pop_head (&self->keyring_changes));
  change_keyring (self);
  if (is_done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
change_keyring (ImAccount *self)
{
  GTask *task = g_queue_peek_head (&self->keyring_changes);
  const char *password;

  if (task == NULL)
    return;
  password = g_task_get_task_data (task);
  if (password != NULL)
    im_secrets_store_async (self->jid, password, changed_cb, g_object_ref (task));
  else
    im_secrets_clear_async (self->jid, changed_cb, g_object_ref (task));
}

/* @password: (nullable): NULL: the keyring forgets it. The result is a boolean. */
static void
set_in_keyring (ImAccount *self,
                const char *password,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  if (password != NULL)
    g_task_set_task_data (task, im_secrets_dup (password), (GDestroyNotify) im_secrets_free);
  g_queue_push_tail (&self->keyring_changes, task);
  if (g_queue_get_length (&self->keyring_changes) == 1)
    change_keyring (self);
}

static void
set_password_state (ImAccount *self, guint state)
{
  if (self->password_state == state)
    return;
  self->password_state = state;
  im_account_notify (self, "password-state");
}

/* The keyring has what it was given by @stored. What was given since, for this session, stays. */
static void
note_stored (ImAccount *self, GAsyncResult *stored)
{
  const char *password = g_task_get_task_data (G_TASK (stored));

  if (self->password != NULL && strcmp (self->password, password) != 0)
    return;
  if (self->auth_request == NULL)
    im_account_wipe_password (self);
  self->is_password_stored = self->password != NULL; /* while it is being tried */
  set_password_state (self, IM_PASSWORD_STORED);
}

static void
keep_password (ImAccount *self, const char *password)
{
  char *kept = im_secrets_dup (password);

  im_account_wipe_password (self);
  self->password = kept;
}

/** im_account_wipe_password: forgets what was kept for this session */
void
im_account_wipe_password (ImAccount *self)
{
  g_clear_pointer (&self->password, im_secrets_free);
  self->is_password_stored = FALSE;
}

/** im_account_end_password: a connection without account is over: what it was given is nobody's,
 * and least of all the next one's */
void
im_account_end_password (ImAccount *self)
{
  if (self->record->is_kept || self->password == NULL)
    return;
  im_account_wipe_password (self);
  self->is_password_given = FALSE;
  set_password_state (self, IM_PASSWORD_UNKNOWN);
}

/** im_account_give_password: @password: of a connection without account: kept for its life; a wrong
 * one is not asked for */
void
im_account_give_password (ImAccount *self, const char *password)
{
  keep_password (self, password);
  self->is_password_given = TRUE;
  set_password_state (self, IM_PASSWORD_SESSION);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImAccount) self = user_data;
  g_autoptr (GError) error = NULL;
  char *password = im_secrets_lookup_finish (result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      self->state == IM_ACCOUNT_CONNECTING && self->link == NULL)
    {
      if (error != NULL)
        g_message ("The Secret Service gives no password: %s", error->message);
      /* One was given while the Secret Service was being asked. */
      if (self->password != NULL)
        {
          im_account_login (self, self->password);
          im_secrets_free (password);
          return;
        }
      set_password_state (self, error != NULL      ? IM_PASSWORD_UNKNOWN
                                : password != NULL ? IM_PASSWORD_STORED
                                                   : IM_PASSWORD_NONE);
      im_account_login (self, password);
    }
  im_secrets_free (password);
}

/** im_account_find_password: looks for a password, then logs in, with or without */
void
im_account_find_password (ImAccount *self)
{
  if (self->password != NULL)
    im_account_login (self, self->password);
  else if (!self->record->is_kept || xmpp_jid_get_local (self->jid) == NULL)
    im_account_login (self, NULL); /* a foreign account manager keeps it, and answers the channel */
  else
    im_secrets_lookup_async (self->jid, self->login_cancellable, found_cb, g_object_ref (self));
}

/* The server refused what it was told: `wire` says how. */
static void
refuse_answer (ImAccount *self, const GError *reason, const GError *wire)
{
  g_auto (GVariantDict) details = G_VARIANT_DICT_INIT (NULL);

  im_account_add_error_details (self, wire, &details);
  im_auth_request_set_state (self->auth_request, IM_AUTH_STATE_FAILED, reason,
                             g_variant_dict_end (&details));
}

/**
 * im_account_ask_password:
 * @error: why a login failed
 *
 * Returns: whether that is a question to a person, which was asked; the account stays as it is
 * until the answer
 */
gboolean
im_account_ask_password (ImAccount *self, const GError *error)
{
  const XmppLoginProblem *problem = xmpp_login_error_get_problem (error);
  gboolean is_refused = g_error_matches (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NOT_AUTHORIZED);
  g_autoptr (GError) reason = NULL;

  if (!is_refused && !g_error_matches (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PASSWORD_NEEDED))
    return FALSE;
  if (is_refused && self->is_password_given)
    return FALSE;
  /* One was given while the login without it was under way. */
  if (!is_refused && (self->password != NULL || self->password_state == IM_PASSWORD_STORED))
    {
      im_account_find_password (self);
      return TRUE;
    }
  reason = im_error_from_wire (error);
  im_account_wipe_password (self);
  if (self->password_state == IM_PASSWORD_SESSION)
    set_password_state (self, IM_PASSWORD_NONE);
  if (self->auth_request != NULL)
    {
      refuse_answer (self, reason, error);
      return TRUE;
    }
  self->remembers_password = FALSE;
  self->auth_request =
      im_auth_request_new (self, problem != NULL ? (const char *const *) problem->mechanisms : NULL,
                           is_refused ? reason : NULL);
  if (problem != NULL)
    im_auth_request_note_line (self->auth_request, problem->is_encrypted, problem->is_verified);
  im_account_notify (self, "auth-request");
  return TRUE;
}

/** im_account_try_password: @password: a person's answer; @remember: store it once it was accepted
 */
void
im_account_try_password (ImAccount *self, const char *password, gboolean remember)
{
  keep_password (self, password);
  self->remembers_password = remember;
  im_account_login (self, self->password);
}

/** im_account_try_relay: @relay: of a program that has the secrets */
void
im_account_try_relay (ImAccount *self, XmppSaslRelay *relay)
{
  im_account_wipe_password (self);
  im_account_login_by_relay (self, relay);
}

static void
remembered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImAccount) self = user_data;
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    note_stored (self, result);
  else
    g_message ("The Secret Service does not keep the password: %s", error->message);
}

/** im_account_note_login_succeeded: the server accepted the password */
void
im_account_note_login_succeeded (ImAccount *self)
{
  g_autoptr (ImAuthRequest) request = g_steal_pointer (&self->auth_request);

  if (request == NULL)
    return;
  if (self->is_password_stored)
    im_account_wipe_password (self);
  else if (self->password != NULL)
    set_password_state (self, IM_PASSWORD_SESSION);
  if (self->remembers_password && self->password != NULL)
    set_in_keyring (self, self->password, remembered_cb, g_object_ref (self));
  im_auth_request_set_state (request, IM_AUTH_STATE_SUCCEEDED, NULL, NULL);
  im_auth_request_disown (request);
  im_account_notify (self, "auth-request");
}

/** im_account_drop_auth_request: @error: (nullable): of the account: why nobody needs the answer
 * any more */
void
im_account_drop_auth_request (ImAccount *self, const GError *error)
{
  g_autoptr (ImAuthRequest) request = g_steal_pointer (&self->auth_request);

  if (request == NULL)
    return;
  im_auth_request_set_state (request, IM_AUTH_STATE_ABORTED, error,
                             error != NULL ? self->error_details : NULL);
  im_auth_request_disown (request);
  im_account_notify (self, "auth-request");
}

/** im_account_get_password_state: Returns: as im.linnet.Password1.State */
guint
im_account_get_password_state (ImAccount *self)
{
  return self->password_state;
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      note_stored (self, result);
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_new_error (
        task, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
        "The password is kept for this session only: no keyring stores it (%s).", error->message);
  im_account_reconsider (self);
}

/**
 * im_account_set_password_async:
 * @password: of 1 to 1024 bytes, UTF-8; not kept longer than it must
 * @remember: into the Secret Service; FALSE: in memory until the service ends
 *
 * Answers an open auth request, too.
 */
void
im_account_set_password_async (ImAccount *self,
                               const char *password,
                               gboolean remember,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_return_if_fail (password != NULL);

  if (self->is_removed)
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_DOES_NOT_EXIST,
                               "The account was removed before its password came.");
      return;
    }
  im_account_consent_to_weaker (self);
  keep_password (self, password);
  self->is_password_given = FALSE;
  self->waits_for_person = FALSE;
  set_password_state (self, IM_PASSWORD_SESSION);
  if (self->auth_request != NULL)
    im_auth_request_respond (self->auth_request, password, FALSE);
  if (remember)
    {
      set_in_keyring (self, password, stored_cb, g_steal_pointer (&task));
      return;
    }
  g_task_return_boolean (task, TRUE);
  im_account_reconsider (self);
}

/** im_account_set_password_finish: Returns: whether it is kept as asked. Errors:
 * IM_ERROR_NOT_AVAILABLE: for this session only */
gboolean
im_account_set_password_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      self->is_password_stored = FALSE;
      set_password_state (self, self->password != NULL ? IM_PASSWORD_SESSION : IM_PASSWORD_NONE);
    }
  else
    g_message ("The Secret Service does not forget the password: %s", error->message);
  if (error != NULL && self->password_state == IM_PASSWORD_STORED)
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                             "The keyring did not forget the password (%s).", error->message);
  else
    g_task_return_boolean (task, TRUE);
}

/** im_account_forget_password_async: from the Secret Service and from memory; a connection stays */
void
im_account_forget_password_async (ImAccount *self, GAsyncReadyCallback callback, gpointer user_data)
{
  im_account_wipe_password (self);
  if (self->password_state == IM_PASSWORD_SESSION)
    set_password_state (self, IM_PASSWORD_UNKNOWN);
  im_account_forget_stored_async (self, callback, user_data);
}

/** im_account_forget_stored_async: from the Secret Service alone; finished by
 * im_account_forget_password_finish () */
void
im_account_forget_stored_async (ImAccount *self, GAsyncReadyCallback callback, gpointer user_data)
{
  set_in_keyring (self, NULL, cleared_cb, g_task_new (self, NULL, callback, user_data));
}

/** im_account_forget_password_finish: Returns: whether nobody has it any more. Errors:
 * IM_ERROR_NOT_AVAILABLE */
gboolean
im_account_forget_password_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
