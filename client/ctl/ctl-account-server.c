/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-account-server.c: passwd and account unregister: what changes on the account's server.
 * im.linnet.Password1, im.linnet.Registration1 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-account-make.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-password.h"
#include "ctl/ctl-text.h"

/* The service does it with the account's own object, which another program's account is not. */
static gboolean
check_ours (Ctl *ctl, GError **error)
{
  if (!ctl->is_foreign)
    return TRUE;
  g_set_error_literal (
      error, CTL_ERROR, CTL_FAILED,
      _ ("Another program manages the accounts, and this cannot be done under it."));
  return FALSE;
}

static gboolean
check_online (CtlAccount *account, GError **error)
{
  if (ctl_account_get_status (account) == CTL_CONNECTED)
    return TRUE;
  g_set_error (error, CTL_ERROR, CTL_OFFLINE, _ ("%s has to be online for that."),
               account->address);
  return FALSE;
}

gboolean
ctl_passwd (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  int password_fd = -1;
  const GOptionEntry entries[] = {
    { "password-fd", 0, 0, G_OPTION_ARG_INT, &password_fd,
      N_ ("Read a new password from this file descriptor"), N_ ("NUMBER") },
    { NULL },
  };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 0, 1, error);
  g_autoptr (GPtrArray) accounts = NULL;
  CtlAccount *account =
      arguments != NULL ? ctl_account_open (ctl, arguments[0], &accounts, error) : NULL;
  char *password;
  gboolean is_done;

  if (account == NULL || !check_ours (ctl, error) || !check_online (account, error))
    return FALSE;
  password = ctl_password_read_new (password_fd, account->address, error);
  if (password == NULL)
    return FALSE;
  is_done = ctl_password_call (ctl, ctl->manager, account->path, CTL_PASSWORD, "Change",
                               g_variant_new ("(h)", 0), password, error);
  ctl_password_free (password);
  ctl_translate_error (error);
  if (is_done)
    ctl_account_print (ctl, account, _ ("the server has the new password."));
  return is_done;
}

/* What cannot be undone is typed, not clicked. */
static gboolean
confirm (CtlAccount *account, GError **error)
{
  g_autofree char *safe = ctl_text_dup_safe (account->address);
  char line[3100];

  g_printerr (_ ("This removes %s, its contact list and what else the server keeps of it from the "
                 "server, for ever.\nType the address to go on: "),
              safe);
  if (fgets (line, sizeof line, stdin) != NULL && strcmp (g_strstrip (line), account->address) == 0)
    return TRUE;
  g_set_error_literal (error, CTL_ERROR, CTL_FAILED, _ ("Given up."));
  return FALSE;
}

gboolean
ctl_account_unregister (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  gboolean is_sure = FALSE;
  const GOptionEntry entries[] = {
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &is_sure, N_ ("Do not ask whether that is meant"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 1, 1, error);
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (GVariant) reply = NULL;
  CtlAccount *account =
      arguments != NULL ? ctl_account_open (ctl, arguments[0], &accounts, error) : NULL;

  if (account == NULL || !check_ours (ctl, error) || !check_online (account, error) ||
      (!is_sure && !confirm (account, error)))
    return FALSE;
  reply = ctl_call (ctl, ctl->manager, account->path, CTL_REGISTRATION, "Unregister", NULL, "()",
                    error);
  if (reply == NULL || !ctl_account_reload (ctl, account, error))
    return FALSE;
  ctl_account_print (ctl, account,
                     _ ("the account is removed from its server; here it stays, disabled, with its "
                        "history."));
  return TRUE;
}
