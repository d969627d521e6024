/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-power.c: power-saving on, off and show. Telepathy Connection.Interface.PowerSaving */
#include "config.h"

#include <glib/gi18n.h>

#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-text.h"

#define POWER_SAVING CTL_CONNECTION ".Interface.PowerSaving"

/* What is typed. */
static const struct
{
  const char *word;
  int wanted; /* −1: as it is */
} words_known[] = { { "show", -1 }, { "on", TRUE }, { "off", FALSE } };

static gboolean
read_word (const char *word, int *wanted, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (words_known); i++)
    if (word == NULL || g_str_equal (words_known[i].word, word))
      {
        *wanted = words_known[i].wanted;
        return TRUE;
      }
  g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” is none of on, off and show."), word);
  return FALSE;
}

static gboolean
get_active (Ctl *ctl, CtlAccount *account, gboolean *is_active, GError **error)
{
  g_autofree char *name = ctl_contact_dup_connection (account, error);
  g_autoptr (GVariant) value = NULL;

  if (name != NULL)
    value = ctl_get (ctl, name, ctl_account_get_connection (account), POWER_SAVING,
                     "PowerSavingActive", "b", error);
  if (value == NULL)
    return FALSE;
  *is_active = g_variant_get_boolean (value);
  return TRUE;
}

gboolean
ctl_power_saving (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  gboolean is_active = FALSE;
  int wanted = -1;

  online.arguments = ctl_parse (ctl, command, NULL, words, 0, 1, error);
  if (online.arguments == NULL || !read_word (online.arguments[0], &wanted, error) ||
      !ctl_online_await (&online, ctl, error))
    return FALSE;
  if (wanted >= 0)
    {
      g_autoptr (GVariant) reply =
          ctl_connection_call (ctl, online.account, POWER_SAVING, "SetPowerSaving",
                               g_variant_new ("(b)", wanted), "()", error);

      if (reply == NULL)
        return FALSE;
    }
  if (!get_active (ctl, online.account, &is_active, error))
    return FALSE;
  if (ctl->wants_json)
    ctl_json_print (g_variant_new_parsed ("{'account': <%s>, 'power_saving': <%b>}",
                                          online.account->address, is_active));
  else if (is_active)
    g_print (_ ("%s saves power: what is only to be looked at comes later.\n"),
             online.account->address);
  else
    g_print (_ ("%s does not save power.\n"), online.account->address);
  return TRUE;
}
