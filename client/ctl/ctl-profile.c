/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-profile.c: profile show and profile set: what you write of yourself. linnetctl(1) */
#include "config.h"

#include <glib/gi18n.h>

#include "ctl/ctl-command.h"
#include "ctl/ctl-info.h"
#include "ctl/ctl-text.h"

gboolean
ctl_profile_show (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_autoptr (GPtrArray) info = NULL;

  if (!ctl_online_open (&online, ctl, command, NULL, words, 0, 0, error))
    return FALSE;
  info = ctl_info_load (ctl, online.account, online.account->address, error);
  if (info == NULL)
    return FALSE;
  if (ctl->wants_json)
    ctl_json_print (ctl_info_to_json (info));
  else
    ctl_info_print (info, _ ("You write nothing of yourself."));
  return TRUE;
}

static gboolean
assign_all (GPtrArray *info, char **pairs, GError **error)
{
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; pairs[i] != NULL; i++)
    if (!ctl_info_assign (info, pairs[i], named, error))
      return FALSE;
  return TRUE;
}

/* What is not named stays. What is wrong is said before anybody is asked. */
gboolean
ctl_profile_set (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_autoptr (GVariant) none =
      g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("(sasas)"), NULL, 0));
  g_autoptr (GPtrArray) nothing = ctl_info_new (none);
  g_autoptr (GPtrArray) info = NULL;
  g_autoptr (GVariant) reply = NULL;

  online.arguments = ctl_parse (ctl, command, NULL, words, 1, CTL_ANY_NUMBER, error);
  if (online.arguments == NULL || !assign_all (nothing, online.arguments, error) ||
      !ctl_online_await (&online, ctl, error))
    return FALSE;
  info = ctl_info_load (ctl, online.account, online.account->address, error);
  if (info == NULL || !assign_all (info, online.arguments, error))
    return FALSE;
  reply =
      ctl_connection_call (ctl, online.account, CTL_CONTACT_INFO, "SetContactInfo",
                           g_variant_new ("(@a(sasas))", ctl_info_to_variant (info)), "()", error);
  if (reply == NULL)
    {
      ctl_info_translate_error (error);
      return FALSE;
    }
  if (ctl->wants_json)
    ctl_json_print (g_variant_new_string (online.account->address));
  else
    g_print (_ ("%s: said.\n"), online.account->address);
  return TRUE;
}
