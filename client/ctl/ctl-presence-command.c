/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-presence-command.c: presence SHOW [TEXT]. Telepathy Account.RequestedPresence */
#include "config.h"

#include <glib/gi18n.h>

#include "ctl/ctl-account.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-text.h"

/* Those that are meant: the one that was named, or all that are enabled. */
static GPtrArray *
select_enabled (Ctl *ctl, GError **error)
{
  g_autoptr (GPtrArray) accounts = ctl_accounts_select (ctl, error);

  if (accounts == NULL)
    return NULL;
  for (guint i = accounts->len; i > 0; i--)
    {
      CtlAccount *account = g_ptr_array_index (accounts, i - 1);

      if (ctl_account_get_flag (account, "Enabled"))
        continue;
      if (ctl->account != NULL)
        {
          g_set_error (error, CTL_ERROR, CTL_OFFLINE,
                       _ ("%s is disabled. “linnetctl account enable” uses it."), account->address);
          return NULL;
        }
      g_ptr_array_remove_index (accounts, i - 1);
    }
  if (accounts->len > 0)
    return g_steal_pointer (&accounts);
  g_set_error_literal (error, CTL_ERROR, CTL_UNKNOWN,
                       _ ("There is no enabled account. “linnetctl account list” shows all."));
  return NULL;
}

static gboolean
request (Ctl *ctl, CtlAccount *account, const CtlPresence *presence, GError **error)
{
  return ctl_account_set (ctl, account, "RequestedPresence",
                          g_variant_new ("(uss)", presence->type, presence->show, presence->text),
                          error);
}

static void
print (Ctl *ctl, GPtrArray *accounts)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < accounts->len; i++)
    {
      CtlAccount *account = g_ptr_array_index (accounts, i);
      g_autoptr (CtlPresence) current = ctl_account_dup_presence (account, "CurrentPresence");
      g_autofree char *address = ctl_text_dup_safe (account->address);

      if (!ctl->wants_json)
        g_print ("%s: %s\n", address, ctl_presence_get_word (current));
      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&builder, "{sv}", "address", g_variant_new_string (account->address));
      g_variant_builder_add (&builder, "{sv}", "state",
                             g_variant_new_string (ctl_account_get_state (account)));
      g_variant_builder_add (&builder, "{sv}", "presence", ctl_presence_to_variant (current));
      g_variant_builder_close (&builder);
    }
  if (ctl->wants_json)
    ctl_json_print (g_variant_builder_end (&builder));
  else
    g_variant_builder_clear (&builder);
}

/* Since when nobody has touched anything here: its connection passes it on. im.linnet.Idle1 */
static gboolean
say_idle (Ctl *ctl, CtlAccount *account, int idle_s, GError **error)
{
  gint64 since_s = idle_s > 0 ? g_get_real_time () / G_USEC_PER_SEC - idle_s : 0;
  g_autoptr (GVariant) reply = NULL;

  if (ctl_account_get_status (account) != CTL_CONNECTED)
    return TRUE;
  reply = ctl_connection_call (ctl, account, "im.linnet.Idle1", "SetSince",
                               g_variant_new ("(x)", since_s), "()", error);
  return reply != NULL;
}

static gboolean
say_all_idle (Ctl *ctl, GPtrArray *accounts, int idle_s, GError **error)
{
  for (guint i = 0; i < accounts->len; i++)
    if (!say_idle (ctl, g_ptr_array_index (accounts, i), idle_s, error))
      return FALSE;
  return TRUE;
}

/* All are asked before any is waited for. The first that fails says why; the others are asked. */
static gboolean
apply (Ctl *ctl, GPtrArray *accounts, const CtlPresence *presence, int timeout_s, GError **error)
{
  g_autoptr (GPtrArray) watches = g_ptr_array_new_with_free_func ((GDestroyNotify) ctl_watch_free);
  g_autoptr (GError) first = NULL;

  for (guint i = 0; i < accounts->len; i++)
    {
      g_ptr_array_add (watches, ctl_watch_new (ctl, g_ptr_array_index (accounts, i)));
      if (!request (ctl, g_ptr_array_index (accounts, i), presence, error))
        return FALSE;
    }
  for (guint i = 0; i < accounts->len; i++)
    {
      g_autoptr (GError) local_error = NULL;

      if (timeout_s >= 0)
        ctl_watch_until_presence (g_ptr_array_index (watches, i), presence, timeout_s,
                                  first == NULL ? &first : &local_error);
      else
        ctl_account_reload (ctl, g_ptr_array_index (accounts, i), NULL);
    }
  print (ctl, accounts);
  if (first == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

gboolean
ctl_presence (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  gboolean no_wait = FALSE;
  int timeout_s = CTL_TIMEOUT_S;
  int idle_s = 0;
  const GOptionEntry entries[] = {
    { "idle", 0, 0, G_OPTION_ARG_INT, &idle_s, N_ ("Say that you have touched nothing for so long"),
      N_ ("SECONDS") },
    { "no-wait", 0, 0, G_OPTION_ARG_NONE, &no_wait, N_ ("Do not wait until others see it"), NULL },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s, N_ ("Wait so long at most"),
      N_ ("SECONDS") },
    { NULL },
  };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 1, 2, error);
  g_autoptr (CtlPresence) presence = NULL;
  g_autoptr (GPtrArray) accounts = NULL;

  if (arguments == NULL || !ctl_check_timeout (timeout_s, error))
    return FALSE;
  if (idle_s < 0)
    {
      g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("--idle takes a number from 0."));
      return FALSE;
    }
  presence = ctl_presence_parse (arguments[0], arguments[1], error);
  if (presence == NULL || !ctl_connect (ctl, error))
    return FALSE;
  accounts = select_enabled (ctl, error);
  return accounts != NULL && apply (ctl, accounts, presence, no_wait ? -1 : timeout_s, error) &&
         say_all_idle (ctl, accounts, idle_s, error);
}
