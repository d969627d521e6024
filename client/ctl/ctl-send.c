/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-send.c: send ADDRESS [TEXT|-]. im.linnet.Conversations1.Send */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "ctl/ctl-account.h"
#include "ctl/ctl-address.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-message.h"
#include "ctl/ctl-text.h"

#include "model/linnet-error.h"

#define MAX_BYTES 65536

typedef struct
{
  Ctl *ctl; /* (unowned) */
  CtlAccount *account; /* (unowned) */
  char *name; /* (owned): whom to call */
  char *path; /* (owned) */
  const char *conversation;
  gint64 local_id;
  char *token; /* (owned) */
  guint state;
  char *failure; /* (owned) (nullable): why it was not sent */
  GHashTable *changes; /* (owned) local id (gint64) → CtlMessage: what was told of messages */
  guint subscription;
} Sending;

static void
sending_clear (Sending *self)
{
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->ctl->bus, self->subscription);
  g_clear_pointer (&self->changes, g_hash_table_unref);
  g_free (self->name);
  g_free (self->path);
  g_free (self->token);
  g_free (self->failure);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sending, sending_clear)

/* Standard input, to its end; one line end at the end is not part of the message. */
static char *
read_input (GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[4096];
  gssize n;

  while (text->len <= MAX_BYTES && (n = read (STDIN_FILENO, buffer, sizeof buffer)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, CTL_ERROR, CTL_FAILED, _ ("Standard input cannot be read: %s"),
                       g_strerror (errno));
          return NULL;
        }
      g_string_append_len (text, buffer, n);
    }
  if (text->len > 0 && text->str[text->len - 1] == '\n')
    g_string_truncate (text, text->len - 1);
  if (g_utf8_validate (text->str, text->len, NULL))
    return g_strdup (text->str);
  g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("Standard input is no text in UTF-8."));
  return NULL;
}

static char *
dup_text (const char *word, GError **error)
{
  g_autofree char *text =
      word != NULL && !g_str_equal (word, "-") ? g_strdup (word) : read_input (error);

  if (text == NULL || (*text != '\0' && strlen (text) <= MAX_BYTES))
    return g_steal_pointer (&text);
  g_set_error (error, CTL_ERROR, CTL_USAGE,
               *text == '\0' ? _ ("The message is empty.") : _ ("A message has at most %d bytes."),
               MAX_BYTES);
  return NULL;
}

/* Of several messages that got further together the bare states are told. */
static void
take_states (Sending *self, GVariant *arguments)
{
  g_autoptr (GVariant) states = g_variant_get_child_value (arguments, 0);
  GVariantIter iter;
  gint64 local_id;
  guint state;

  g_variant_iter_init (&iter, states);
  while (g_variant_iter_next (&iter, "(&sxu)", NULL, &local_id, &state))
    {
      CtlMessage *message = g_new0 (CtlMessage, 1);

      message->local_id = local_id;
      message->state = state;
      message->failure = g_strdup ("");
      g_hash_table_replace (self->changes, &message->local_id, message);
    }
}

static void
changed_cb (GDBusConnection *bus,
            const char *sender,
            const char *path,
            const char *interface,
            const char *member,
            GVariant *arguments,
            gpointer data)
{
  Sending *self = data;
  g_autoptr (GVariant) parts = NULL;
  CtlMessage *message;

  if (g_str_equal (member, "StatesChanged") &&
      g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(a(sxu))")))
    take_states (self, arguments);
  if (!g_str_equal (member, "MessageChanged") ||
      !g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ssaa{sv})")))
    return;
  parts = g_variant_get_child_value (arguments, 2);
  message = ctl_message_new (parts);
  if (message != NULL)
    g_hash_table_replace (self->changes, &message->local_id, message);
}

static gboolean
check_sent (gpointer data, GError **error)
{
  Sending *self = data;
  CtlMessage *message = g_hash_table_lookup (self->changes, &self->local_id);

  if (message == NULL)
    return FALSE;
  self->state = message->state;
  g_free (self->failure);
  self->failure = g_strdup (message->failure);
  return message->state >= CTL_MESSAGE_SENT;
}

static gboolean
send_text (Sending *self, const char *text, GError **error)
{
  g_autoptr (GVariant) reply = NULL;

  if (!ctl_account_find_extension (self->ctl, self->account, &self->name, &self->path, error))
    return FALSE;
  /* The state may change before the answer is here. */
  self->changes =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) ctl_message_free);
  self->subscription =
      g_dbus_connection_signal_subscribe (self->ctl->bus, self->name, CTL_HISTORY, NULL, self->path,
                                          NULL, G_DBUS_SIGNAL_FLAGS_NONE, changed_cb, self, NULL);
  reply =
      ctl_call (self->ctl, self->name, self->path, CTL_CONVERSATIONS, "Send",
                g_variant_new ("(s@aa{sv}u)", self->conversation, ctl_message_new_parts (text), 0),
                "(xs)", error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(xs)", &self->local_id, &self->token);
  self->state = CTL_MESSAGE_WAITING;
  return TRUE;
}

static void
print (Sending *self)
{
  GVariantBuilder builder;
  g_autofree char *safe = ctl_text_dup_safe (self->conversation);

  if (!self->ctl->wants_json)
    {
      if (self->state >= CTL_MESSAGE_SENT && self->state != CTL_MESSAGE_FAILED)
        g_print (_ ("Sent to %s.\n"), safe);
      else if (self->state != CTL_MESSAGE_FAILED)
        g_print (_ ("The message to %s waits and goes out when the account is online.\n"), safe);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "account",
                         g_variant_new_string (self->account->address));
  g_variant_builder_add (&builder, "{sv}", "conversation",
                         g_variant_new_string (self->conversation));
  g_variant_builder_add (&builder, "{sv}", "local_id", g_variant_new_int64 (self->local_id));
  g_variant_builder_add (&builder, "{sv}", "token", g_variant_new_string (self->token));
  g_variant_builder_add (&builder, "{sv}", "state",
                         g_variant_new_string (ctl_message_get_state_word (self->state)));
  ctl_json_print (g_variant_builder_end (&builder));
}

/* What became of it, as far as one waits. */
static gboolean
finish (Sending *self, guint timeout_s, gboolean no_wait, GError **error)
{
  gboolean in_time = FALSE;
  gboolean waits = !no_wait && ctl_account_is_on_its_way (self->account);

  if (waits && !ctl_wait (self->ctl, timeout_s, check_sent, self, &in_time, error))
    return FALSE;
  print (self);
  if (no_wait || (in_time && self->state != CTL_MESSAGE_FAILED))
    return TRUE;
  if (in_time)
    {
      g_autofree char *sentence = *self->failure != '\0'
                                      ? g_strdup (self->failure)
                                      : linnet_error_describe_delivery (NULL, NULL);

      g_set_error (error, CTL_ERROR, CTL_FAILED, "%s: %s", self->conversation, sentence);
      ctl_contact_explain (self->ctl, self->account, self->conversation, error);
    }
  else if (waits)
    g_set_error (error, CTL_ERROR, CTL_TIMED_OUT,
                 ngettext ("The message was not sent within %u second; it waits.",
                           "The message was not sent within %u seconds; it waits.", timeout_s),
                 timeout_s);
  else
    g_set_error (error, CTL_ERROR, CTL_OFFLINE, _ ("%s is not online."), self->account->address);
  return FALSE;
}

gboolean
ctl_send (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  gboolean no_wait = FALSE;
  int timeout_s = CTL_TIMEOUT_S;
  const GOptionEntry entries[] = {
    { "no-wait", 0, 0, G_OPTION_ARG_NONE, &no_wait, N_ ("Do not wait until the server has it"),
      NULL },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s, N_ ("Wait so long at most"),
      N_ ("SECONDS") },
    { NULL },
  };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 1, 2, error);
  g_autofree char *text = arguments != NULL ? dup_text (arguments[1], error) : NULL;
  g_autoptr (GPtrArray) accounts = NULL;
  g_auto (Sending) sending = { .ctl = ctl };

  if (text == NULL || !ctl_address_check_bare (arguments[0], error) ||
      !ctl_check_timeout (timeout_s, error) || !ctl_connect (ctl, error))
    return FALSE;
  accounts = ctl_accounts_select (ctl, error);
  if (accounts == NULL)
    return FALSE;
  sending.account = ctl_accounts_select_one (ctl, accounts, error);
  sending.conversation = arguments[0];
  return sending.account != NULL && send_text (&sending, text, error) &&
         finish (&sending, timeout_s, no_wait, error);
}
