/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-registration.c: another password, or an end of the account on its server.
 * XEP-0077 3.2, 3.3 */

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-registration.h"
#include "im/im-secrets.h"

static const ImRegistrationWire *
get_wire (ImAccount *self)
{
  return IM_ACCOUNT_WIRE (self, registration);
}

static gboolean
is_unanswered (const GError *error)
{
  return error->domain != XMPP_STANZA_ERROR;
}

/* Takes the task. Servers without such a thing, or without it for this account, say little. */
static void
fail (GTask *task, const GError *wire_error, const char *why)
{
  GError *error = im_error_from_answer (wire_error);

  if (g_error_matches (wire_error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE) ||
      g_error_matches (wire_error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED) ||
      g_error_matches (wire_error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_NOT_ALLOWED) ||
      g_error_matches (wire_error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FORBIDDEN))
    {
      g_free (error->message);
      error->message = g_strdup (why);
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (im_account_set_password_finish (IM_ACCOUNT (source), result, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_prefix_error (&error, "The server has the new password. ");
  g_task_return_error (task, error);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *self = g_task_get_source_object (task);
  const char *password = g_task_get_task_data (task);
  gboolean is_stored = self->password_state == IM_PASSWORD_STORED;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);

  if (answer != NULL)
    im_account_set_password_async (self, password, is_stored, kept_cb, g_steal_pointer (&task));
  else if (is_unanswered (error))
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_NETWORK_ERROR,
                             "The server did not answer: either password may be the right one "
                             "now.");
  else
    fail (g_steal_pointer (&task), error,
          "The server does not let programs change a password. It may have a page for that.");
}

/**
 * im_account_change_password_async:
 * @password: of 1 to 1024 bytes, UTF-8; not kept longer than it must
 *
 * Has the server take another password, which is then kept where the old one was.
 *
 * Spec: XEP-0077 3.3
 */
void
im_account_change_password_async (ImAccount *self,
                                  const char *password,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_return_if_fail (password != NULL && *password != '\0');

  if (!im_account_check_online (self, task))
    return;
  g_task_set_task_data (task, im_secrets_dup (password), (GDestroyNotify) im_secrets_free);
  xmpp_session_request_async (im_account_get_session (self),
                              get_wire (self)->new_password (self->jid, password), 0, NULL,
                              changed_cb, g_steal_pointer (&task));
}

/** im_account_change_password_finish: Returns: whether the new one is in force and kept. Errors:
 * IM_ERROR_DISCONNECTED, IM_ERROR_NETWORK_ERROR (nobody knows), or as the server says */
gboolean
im_account_change_password_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!im_account_forget_password_finish (IM_ACCOUNT (source), result, &error))
    g_message ("The password of an account that is no more: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

/* Takes the task. */
static void
finish_removal (ImAccount *self, GTask *task)
{
  im_account_set_enabled (self, FALSE);
  im_account_disconnect (self);
  im_account_forget_password_async (self, forgotten_cb, task);
}

/* The account knows by now why the stream has ended. */
static gboolean
stream_ended_cb (gpointer user_data)
{
  GTask *task = user_data;
  ImAccount *self = g_task_get_source_object (task);

  if (g_error_matches (self->error, IM_ERROR, IM_ERROR_AUTHENTICATION_FAILED))
    {
      finish_removal (self, task);
      return G_SOURCE_REMOVE;
    }
  g_task_return_new_error (task, IM_ERROR, IM_ERROR_NETWORK_ERROR,
                           "The server did not answer: nobody knows whether the account is still "
                           "there.");
  g_object_unref (task);
  return G_SOURCE_REMOVE;
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);

  if (answer != NULL)
    finish_removal (self, g_steal_pointer (&task));
  else if (is_unanswered (error))
    g_idle_add (stream_ended_cb, g_steal_pointer (&task)); /* 3.2: it may say so by that */
  else
    fail (g_steal_pointer (&task), error,
          "The server does not let programs remove an account. It may have a page for that.");
}

/**
 * im_account_unregister_async:
 *
 * Removes the account from its server, for ever. Here it stays, disabled, with its history.
 *
 * Spec: XEP-0077 3.2
 */
void
im_account_unregister_async (ImAccount *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  if (im_account_check_online (self, task))
    xmpp_session_request_async (im_account_get_session (self), get_wire (self)->new_removal (), 0,
                                NULL, removed_cb, g_steal_pointer (&task));
}

/** im_account_unregister_finish: Returns: whether the server has removed it. Errors:
 * IM_ERROR_DISCONNECTED, or as the server says */
gboolean
im_account_unregister_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
