/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-sign-in.c: a channel that waits for a password. Telepathy
 * Channel.Type.ServerAuthentication with .SASLAuthentication
 *
 * Where telepathy-linnet is the account manager the password goes by im.linnet.Password1, which
 * answers the channel itself. Elsewhere it is answered here, by X-TELEPATHY-PASSWORD. */
#include "config.h"

#include "model/linnet-account-private.h"

#include <string.h>

#include <glib/gi18n.h>

#define SASL TELEPATHY "Channel.Interface.SASLAuthentication"
#define STATUS_SERVER_SUCCEEDED 2

static void
sasl_signal_cb (GDBusConnection *bus,
                const char *sender,
                const char *path,
                const char *interface,
                const char *member,
                GVariant *arguments,
                gpointer data)
{
  LinnetAccount *self = data;
  guint32 status;

  if (!g_str_equal (member, "SASLStatusChanged") ||
      !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(usa{sv})")))
    return;
  g_variant_get_child (arguments, 0, "u", &status);
  if (status == STATUS_SERVER_SUCCEEDED)
    linnet_account_call_channel (self, path, SASL, "AcceptSASL", NULL);
}

static void
set_question (LinnetAccount *self, LinnetQuestion *question)
{
  if (g_set_object (&self->question, question))
    g_object_notify (G_OBJECT (self), "question");
}

/* What is over is asked no more; its text stays with whoever shows it. */
static void
question_state_cb (LinnetAccount *self, GParamSpec *pspec, LinnetQuestion *question)
{
  if (question == self->question && linnet_question_get_state (question) >= LINNET_QUESTION_DONE)
    set_question (self, NULL);
}

/* A channel was given to us that a person has to answer. Takes `question`. */
void
linnet_account_take_question (LinnetAccount *self, LinnetQuestion *question)
{
  g_autoptr (LinnetQuestion) owned = question;

  if (self->question != NULL)
    linnet_question_cancel (self->question);
  g_signal_connect_object (owned, "notify::state", G_CALLBACK (question_state_cb), self,
                           G_CONNECT_SWAPPED);
  set_question (self, owned);
}

/* Forgets the channels, if there are any. */
void
linnet_account_end_sign_in (LinnetAccount *self)
{
  if (self->question != NULL)
    linnet_question_fail (self->question, _ ("The sign-in has ended before there was an answer."));
  if (self->sign_in_signals != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->sign_in_signals);
  self->sign_in_signals = 0;
  g_clear_pointer (&self->sign_in_channel, g_free);
}

static void
start (LinnetAccount *self, const char *password)
{
  GVariant *bytes = g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, password, strlen (password), 1);

  linnet_account_call_channel (self, self->sign_in_channel, SASL, "StartMechanismWithData",
                               g_variant_new ("(s@ay)", "X-TELEPATHY-PASSWORD", bytes));
  linnet_account_set_needs_password (self, FALSE);
}

/* A channel was given to us that waits for a password. */
void
linnet_account_take_sign_in (LinnetAccount *self, const char *path)
{
  linnet_account_end_sign_in (self);
  self->sign_in_channel = g_strdup (path);
  self->sign_in_signals =
      g_dbus_connection_signal_subscribe (self->bus, NULL, SASL, "SASLStatusChanged", path, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, sasl_signal_cb, self, NULL);
  if (self->waiting_password != NULL)
    {
      start (self, self->waiting_password);
      linnet_account_forget_password (self);
    }
  else
    linnet_account_set_needs_password (self, TRUE);
}

/* The account manager has no im.linnet.Password1: answers the channel, or the next one that comes.
 * Takes the task. */
void
linnet_account_answer_sign_in (LinnetAccount *self, const char *password, GTask *task)
{
  g_autoptr (GTask) owned = task;

  if (self->sign_in_channel != NULL)
    start (self, password);
  else
    {
      linnet_account_forget_password (self);
      self->waiting_password = g_strdup (password);
    }
  g_task_return_boolean (owned, TRUE);
}

/* Wipes a password that waits for its channel. */
void
linnet_account_forget_password (LinnetAccount *self)
{
  if (self->waiting_password != NULL)
    explicit_bzero (self->waiting_password, strlen (self->waiting_password));
  g_clear_pointer (&self->waiting_password, g_free);
}
