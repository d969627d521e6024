/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-complete.c: what the shell's completion asks for: addresses or words, one on a line
 *
 * Pressing Tab starts nothing: where the service does not run, there is nothing to offer. */
#include "config.h"

#include <string.h>

#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-parameter.h"
#include "ctl/ctl-words.h"

/* Others choose their addresses: only those that no shell could misread are offered. */
static void
print_address (const char *address)
{
  for (const char *at = address; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("@.-_+", *at) == NULL)
      return;
  g_print ("%s\n", address);
}

static void
print_contacts (Ctl *ctl, GPtrArray *accounts)
{
  for (guint i = 0; i < accounts->len; i++)
    {
      CtlAccount *account = g_ptr_array_index (accounts, i);
      g_autoptr (GPtrArray) contacts = ctl_account_get_status (account) == CTL_CONNECTED
                                           ? ctl_contacts_load (ctl, account, NULL)
                                           : NULL;

      for (guint j = 0; contacts != NULL && j < contacts->len; j++)
        print_address (((CtlContact *) g_ptr_array_index (contacts, j))->address);
    }
}

static void
print_keys (Ctl *ctl)
{
  g_autoptr (GVariant) specs = ctl_parameters_load (ctl, NULL);

  for (gsize i = 0; specs != NULL && i < g_variant_n_children (specs); i++)
    {
      const char *name;

      g_variant_get_child (specs, i, "(&su&sv)", &name, NULL, NULL, NULL);
      if (!ctl_parameters_is_secret (specs, name))
        g_print ("%s\n", name);
    }
}

/* Words that are known without a service. */
static gboolean
print_words (const char *what)
{
  guint n_words;
  const char *const *words = g_str_equal (what, "moods") ? ctl_words_get_moods (&n_words)
                             : g_str_equal (what, "activities")
                                 ? ctl_words_get_activities (&n_words)
                                 : NULL;

  for (guint i = 0; words != NULL && i < n_words; i++)
    g_print ("%s\n", words[i]);
  return words != NULL;
}

gboolean
ctl_complete (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (GStrv) arguments = ctl_parse (ctl, command, NULL, words, 1, 1, error);
  g_autoptr (GPtrArray) accounts = NULL;

  if (arguments == NULL)
    return FALSE;
  if (print_words (arguments[0]))
    return TRUE;
  ctl->may_not_start = TRUE;
  if (!ctl_connect (ctl, NULL))
    return TRUE;
  accounts = ctl_accounts_load (ctl, NULL);
  if (accounts == NULL)
    return TRUE;
  if (g_str_equal (arguments[0], "contacts"))
    print_contacts (ctl, accounts);
  else if (g_str_equal (arguments[0], "keys"))
    print_keys (ctl);
  else
    for (guint i = 0; i < accounts->len; i++)
      print_address (((CtlAccount *) g_ptr_array_index (accounts, i))->address);
  return TRUE;
}
