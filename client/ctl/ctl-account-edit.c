/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-account-edit.c: account add, set, enable, disable and remove. linnetctl(1) */
#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-account-make.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-parameter.h"
#include "ctl/ctl-password.h"
#include "ctl/ctl-text.h"

typedef struct
{
  char *password; /* (owned) (nullable): of ctl_password_read () */
  gboolean remember;
} Secret;

static void
secret_clear (Secret *self)
{
  g_clear_pointer (&self->password, ctl_password_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Secret, secret_clear)

static gboolean
add (Ctl *ctl, char **arguments, const CtlMakeOptions *options, GError **error)
{
  const char *address = arguments[0];
  g_autoptr (GVariant) specs = NULL;
  g_autoptr (CtlChanges) changes = NULL;
  g_auto (Secret) secret = { NULL, !options->no_remember };
  /* A server's name alone has nobody whose password it could be. */
  gboolean is_anonymous =
      arguments[1] != NULL && g_strv_contains ((const char *const *) arguments, "anonymous=true");
  gboolean no_password = options->no_password || is_anonymous;

  if (!ctl_connect (ctl, error) || !ctl_account_check_new (ctl, address, is_anonymous, error) ||
      (!no_password && !ctl_account_check_password (ctl, error)))
    return FALSE;
  specs = ctl_parameters_load (ctl, error);
  changes = specs != NULL ? ctl_changes_parse (specs, arguments + 1, NULL, error) : NULL;
  if (changes == NULL)
    return FALSE;
  if (!no_password)
    {
      secret.password = ctl_password_read (options->password_fd, address, error);
      if (secret.password == NULL)
        return FALSE;
    }
  return ctl_account_make (ctl, address, changes->parameters, changes->properties, secret.password,
                           options, error);
}

gboolean
ctl_account_add (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlMakeOptions) options = { .password_fd = -1, .timeout_s = CTL_TIMEOUT_S };
  const GOptionEntry entries[] = {
    { "server", 0, 0, G_OPTION_ARG_FILENAME, &options.server,
      N_ ("Connect to this host instead of asking DNS"), N_ ("HOST") },
    { "port", 0, 0, G_OPTION_ARG_INT, &options.port, N_ ("Connect to this port of the server"),
      N_ ("NUMBER") },
    { "name", 0, 0, G_OPTION_ARG_FILENAME, &options.name, N_ ("Call the account so"), N_ ("NAME") },
    { "password-fd", 0, 0, G_OPTION_ARG_INT, &options.password_fd,
      N_ ("Read the password from this file descriptor"), N_ ("NUMBER") },
    { "no-password", 0, 0, G_OPTION_ARG_NONE, &options.no_password, N_ ("Give no password"), NULL },
    { "no-remember", 0, 0, G_OPTION_ARG_NONE, &options.no_remember,
      N_ ("Keep the password only until the service ends"), NULL },
    { "no-enable", 0, 0, G_OPTION_ARG_NONE, &options.no_enable, N_ ("Do not sign in yet"), NULL },
    { "no-wait", 0, 0, G_OPTION_ARG_NONE, &options.no_wait,
      N_ ("Do not wait until it is signed in"), NULL },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &options.timeout_s, N_ ("Wait so long at most"),
      N_ ("SECONDS") },
    { NULL },
  };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 1, CTL_ANY_NUMBER, error);

  if (arguments == NULL)
    return FALSE;
  return ctl_make_options_check (&options, error) && add (ctl, arguments, &options, error);
}

typedef struct
{
  char **unset;
  int password_fd;
  int timeout_s;
  gboolean asks_password;
  gboolean no_remember;
  gboolean forgets_password;
  gboolean reconnects;
} SetOptions;

static void
set_options_clear (SetOptions *self)
{
  g_strfreev (self->unset);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SetOptions, set_options_clear)

static gboolean
set_password (Ctl *ctl, CtlAccount *account, const SetOptions *options, GError **error)
{
  g_auto (Secret) secret = { NULL, !options->no_remember };
  g_autoptr (GVariant) reply = NULL;

  if (options->forgets_password)
    {
      reply =
          ctl_call (ctl, ctl->manager, account->path, CTL_PASSWORD, "Forget", NULL, "()", error);
      return reply != NULL;
    }
  if (!options->asks_password && options->password_fd < 0)
    return TRUE;
  secret.password = ctl_password_read (options->password_fd, account->address, error);
  return secret.password != NULL &&
         ctl_password_set (ctl, account, secret.password, secret.remember, error);
}

/* Says what a reconnect is needed for, or reconnects. */
static gboolean
finish_set (Ctl *ctl,
            CtlAccount *account,
            const char *const *waiting,
            const SetOptions *options,
            CtlWatch *watch,
            GError **error)
{
  g_autofree char *names = g_strjoinv (", ", (char **) waiting);
  g_autofree char *sentence = NULL;
  g_autoptr (GVariant) reply = NULL;

  if (options->reconnects)
    {
      reply =
          ctl_call (ctl, ctl->manager, account->path, CTL_ACCOUNT, "Reconnect", NULL, "()", error);
      if (reply == NULL)
        return FALSE;
      if (ctl_account_reload (ctl, account, error) && ctl_account_wants_online (account) &&
          !ctl_watch_until_online (watch, options->timeout_s, error))
        return FALSE;
    }
  if (!ctl_account_reload (ctl, account, error))
    return FALSE;
  if (waiting[0] != NULL && !options->reconnects &&
      ctl_account_get_status (account) != CTL_DISCONNECTED)
    sentence = g_strdup_printf (_ ("changed. It needs a new connection for: %s. --reconnect makes "
                                   "one."),
                                names);
  ctl_account_print (ctl, account, sentence != NULL ? sentence : _ ("changed."));
  return TRUE;
}

static gboolean
change (Ctl *ctl, char **arguments, const SetOptions *options, GError **error)
{
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (GVariant) specs = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (CtlChanges) changes = NULL;
  g_autoptr (CtlWatch) watch = NULL;
  g_autofree const char **waiting = NULL;
  CtlAccount *account;

  if (!ctl_connect (ctl, error) ||
      ((options->asks_password || options->password_fd >= 0 || options->forgets_password) &&
       !ctl_account_check_password (ctl, error)))
    return FALSE;
  accounts = ctl_accounts_load (ctl, error);
  account = accounts != NULL ? ctl_accounts_find (accounts, arguments[0], error) : NULL;
  specs = account != NULL ? ctl_parameters_load (ctl, error) : NULL;
  changes = specs != NULL ? ctl_changes_parse (specs, arguments + 1, options->unset, error) : NULL;
  if (changes == NULL)
    return FALSE;
  watch = ctl_watch_new (ctl, account);
  reply =
      ctl_call (ctl, ctl->manager, account->path, CTL_ACCOUNT, "UpdateParameters",
                g_variant_new ("(@a{sv}^as)", changes->parameters, changes->unset), "(as)", error);
  if (reply == NULL || !ctl_account_set_all (ctl, account, changes->properties, error) ||
      !set_password (ctl, account, options, error))
    return FALSE;
  g_variant_get (reply, "(^a&s)", &waiting);
  return finish_set (ctl, account, waiting, options, watch, error);
}

gboolean
ctl_account_change (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (SetOptions) options = { .password_fd = -1, .timeout_s = CTL_TIMEOUT_S };
  const GOptionEntry entries[] = {
    { "unset", 'u', 0, G_OPTION_ARG_STRING_ARRAY, &options.unset,
      N_ ("Let a parameter have its default again"), N_ ("KEY") },
    { "password", 'p', 0, G_OPTION_ARG_NONE, &options.asks_password, N_ ("Ask for a new password"),
      NULL },
    { "password-fd", 0, 0, G_OPTION_ARG_INT, &options.password_fd,
      N_ ("Read a new password from this file descriptor"), N_ ("NUMBER") },
    { "no-remember", 0, 0, G_OPTION_ARG_NONE, &options.no_remember,
      N_ ("Keep the password only until the service ends"), NULL },
    { "forget-password", 0, 0, G_OPTION_ARG_NONE, &options.forgets_password,
      N_ ("Remove the password from the keyring"), NULL },
    { "reconnect", 'r', 0, G_OPTION_ARG_NONE, &options.reconnects,
      N_ ("Connect again, so that everything counts"), NULL },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &options.timeout_s,
      N_ ("Wait so long for the connection at most"), N_ ("SECONDS") },
    { NULL },
  };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 1, CTL_ANY_NUMBER, error);

  if (arguments == NULL)
    return FALSE;
  if (arguments[1] == NULL && options.unset == NULL && !options.asks_password &&
      options.password_fd < 0 && !options.forgets_password && !options.reconnects)
    {
      g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("What is to be changed is missing."));
      return FALSE;
    }
  return ctl_check_timeout (options.timeout_s, error) && change (ctl, arguments, &options, error);
}

/* The account that the one argument names, connected. */
static CtlAccount *
open_named (Ctl *ctl,
            const CtlCommand *command,
            const GOptionEntry *entries,
            char **words,
            GPtrArray **accounts,
            GError **error)
{
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 1, 1, error);

  if (arguments == NULL || !ctl_connect (ctl, error))
    return NULL;
  *accounts = ctl_accounts_load (ctl, error);
  return *accounts != NULL ? ctl_accounts_find (*accounts, arguments[0], error) : NULL;
}

gboolean
ctl_account_enable (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  gboolean no_wait = FALSE;
  int timeout_s = CTL_TIMEOUT_S;
  const GOptionEntry entries[] = {
    { "no-wait", 0, 0, G_OPTION_ARG_NONE, &no_wait, N_ ("Do not wait until it is signed in"),
      NULL },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s, N_ ("Wait so long at most"),
      N_ ("SECONDS") },
    { NULL },
  };
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (CtlWatch) watch = NULL;
  CtlAccount *account = open_named (ctl, command, entries, words, &accounts, error);

  if (account == NULL || !ctl_check_timeout (timeout_s, error))
    return FALSE;
  watch = ctl_watch_new (ctl, account);
  if (!ctl_account_set (ctl, account, "Enabled", g_variant_new_boolean (TRUE), error) ||
      !ctl_account_reload (ctl, account, error))
    return FALSE;
  if (!no_wait && ctl_account_wants_online (account) &&
      !ctl_watch_until_online (watch, timeout_s, error))
    return FALSE;
  ctl_account_print (ctl, account, _ ("the account is enabled."));
  return TRUE;
}

gboolean
ctl_account_disable (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_autoptr (GPtrArray) accounts = NULL;
  CtlAccount *account = open_named (ctl, command, NULL, words, &accounts, error);

  if (account == NULL ||
      !ctl_account_set (ctl, account, "Enabled", g_variant_new_boolean (FALSE), error) ||
      !ctl_account_reload (ctl, account, error))
    return FALSE;
  ctl_account_print (ctl, account, _ ("the account is disabled."));
  return TRUE;
}

gboolean
ctl_account_remove (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_autoptr (GPtrArray) accounts = NULL;
  CtlAccount *account = open_named (ctl, command, NULL, words, &accounts, error);
  g_autoptr (GVariant) reply = NULL;

  if (account == NULL)
    return FALSE;
  reply = ctl_call (ctl, ctl->manager, account->path, CTL_ACCOUNT, "Remove", NULL, "()", error);
  if (reply == NULL)
    return FALSE;
  ctl_account_print (ctl, account,
                     _ ("the account is removed from this computer; on its server it "
                        "stays."));
  return TRUE;
}
