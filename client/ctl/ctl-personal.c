/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-personal.c: nick, location, mood, activity and tune: what you say of yourself. linnetctl(1)
 */
#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-text.h"

#define PERSONAL "im.linnet.Personal1"
#define LOCATION CTL_CONNECTION ".Interface.Location"
#define NONE "none"

/* (transfer full): empty where nothing is said. */
static GVariant *
dup_own (Ctl *ctl, CtlAccount *account, const char *what, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) facts = NULL;
  GVariant *value;

  if (g_str_equal (what, "location"))
    {
      guint handle = ctl_contact_ensure_handle (ctl, account, account->address, error);

      if (handle == 0)
        return NULL;
      reply = ctl_connection_call (ctl, account, LOCATION, "RequestLocation",
                                   g_variant_new ("(u)", handle), "(a{sv})", error);
      return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
    }
  reply = ctl_connection_call (ctl, account, PERSONAL, "Get",
                               g_variant_new ("(s)", account->address), "(a{sa{sv}})", error);
  if (reply == NULL)
    return NULL;
  facts = g_variant_get_child_value (reply, 0);
  value = g_variant_lookup_value (facts, what, G_VARIANT_TYPE_VARDICT);
  if (value == NULL)
    value = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  return value;
}

static gboolean
show (Ctl *ctl, CtlAccount *account, const char *what, GError **error)
{
  g_autoptr (GVariant) value = dup_own (ctl, account, what, error);
  GVariantIter iter;
  const char *key;
  GVariant *entry;

  if (value == NULL)
    return FALSE;
  if (ctl->wants_json)
    {
      ctl_json_print (value);
      return TRUE;
    }
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &entry))
    {
      g_autoptr (GVariant) owned = entry;
      g_autofree char *text = g_variant_is_of_type (owned, G_VARIANT_TYPE_STRING)
                                  ? g_variant_dup_string (owned, NULL)
                                  : g_variant_print (owned, FALSE);
      g_autofree char *safe = ctl_text_dup_safe (text);

      g_print ("%s: %s\n", key, safe);
    }
  return TRUE;
}

static gboolean
say (Ctl *ctl, CtlAccount *account, const char *what, GVariant *value, GError **error)
{
  gboolean is_location = g_str_equal (what, "location");
  g_autoptr (GVariant) reply = ctl_connection_call (
      ctl, account, is_location ? LOCATION : PERSONAL, is_location ? "SetLocation" : "Publish",
      is_location ? g_variant_new ("(@a{sv})", value) : g_variant_new ("(s@a{sv})", what, value),
      "()", error);

  if (reply == NULL)
    return FALSE;
  if (ctl->wants_json)
    ctl_json_print (g_variant_new_string (account->address));
  else
    g_print (_ ("%s: said.\n"), account->address);
  return TRUE;
}

/* KEY=VALUE: a number where it reads as one and the key is not a text. */
static gboolean
add_pair (GVariantBuilder *builder,
          const char *pair,
          const char *const *decimals,
          const char *const *numbers,
          GError **error)
{
  const char *equals = strchr (pair, '=');
  g_autofree char *key = equals != NULL ? g_strndup (pair, (gsize) (equals - pair)) : NULL;
  char *end = NULL;
  double number;

  if (equals == NULL)
    {
      g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” is not KEY=VALUE."), pair);
      return FALSE;
    }
  if (!g_strv_contains (decimals, key) && !g_strv_contains (numbers, key))
    {
      g_variant_builder_add (builder, "{sv}", key, g_variant_new_string (equals + 1));
      return TRUE;
    }
  number = g_ascii_strtod (equals + 1, &end);
  if (end == equals + 1 || *end != '\0' ||
      (g_strv_contains (numbers, key) && !(number >= 0 && number <= 65535)))
    {
      g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” is no number for “%s”."), equals + 1, key);
      return FALSE;
    }
  g_variant_builder_add (builder, "{sv}", key,
                         g_strv_contains (decimals, key) ? g_variant_new_double (number)
                                                         : g_variant_new_uint32 ((guint32) number));
  return TRUE;
}

static gboolean
run_pairs (Ctl *ctl,
           const CtlCommand *command,
           char **words,
           const char *const *decimals,
           const char *const *numbers,
           GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (!ctl_online_open (&online, ctl, command, NULL, words, 0, CTL_ANY_NUMBER, error))
    return FALSE;
  if (online.arguments[0] == NULL)
    return show (ctl, online.account, command->name, error);
  if (!g_str_equal (online.arguments[0], NONE) || online.arguments[1] != NULL)
    for (guint i = 0; online.arguments[i] != NULL; i++)
      if (!add_pair (&builder, online.arguments[i], decimals, numbers, error))
        return FALSE;
  return say (ctl, online.account, command->name, g_variant_builder_end (&builder), error);
}

gboolean
ctl_location (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  static const char *const decimals[] = {
    "lat", "lon", "alt", "accuracy", "speed", "bearing", NULL
  };
  static const char *const numbers[] = { NULL };

  return run_pairs (ctl, command, words, decimals, numbers, error);
}

gboolean
ctl_tune (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  static const char *const decimals[] = { NULL };
  static const char *const numbers[] = { "length", "rating", NULL };

  return run_pairs (ctl, command, words, decimals, numbers, error);
}

/* WORD or GENERAL/SPECIFIC, and a text. */
static gboolean
run_word (Ctl *ctl,
          const CtlCommand *command,
          char **words,
          const char *key,
          const char *second,
          GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_auto (GStrv) parts = NULL;

  if (!ctl_online_open (&online, ctl, command, NULL, words, 0, 2, error))
    return FALSE;
  if (online.arguments[0] == NULL)
    return show (ctl, online.account, command->name, error);
  parts = g_strsplit (online.arguments[0], "/", second != NULL ? 2 : 1);
  if (!g_str_equal (online.arguments[0], NONE))
    {
      g_variant_builder_add (&builder, "{sv}", key,
                             g_variant_new_string (parts[0] != NULL ? parts[0] : ""));
      if (parts[0] != NULL && parts[1] != NULL)
        g_variant_builder_add (&builder, "{sv}", second, g_variant_new_string (parts[1]));
      if (online.arguments[1] != NULL)
        g_variant_builder_add (&builder, "{sv}", "text",
                               g_variant_new_string (online.arguments[1]));
    }
  return say (ctl, online.account, command->name, g_variant_builder_end (&builder), error);
}

gboolean
ctl_mood (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  return run_word (ctl, command, words, "mood", NULL, error);
}

gboolean
ctl_activity (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  return run_word (ctl, command, words, "general", "specific", error);
}

/* It is kept here, so the account need not be online. */
gboolean
ctl_nick (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (GStrv) arguments = ctl_parse (ctl, command, NULL, words, 0, 1, error);
  g_autoptr (GPtrArray) accounts = NULL;
  g_autofree char *nick = NULL;
  g_autofree char *safe = NULL;
  CtlAccount *account;

  if (arguments == NULL || !ctl_connect (ctl, error))
    return FALSE;
  accounts = ctl_accounts_select (ctl, error);
  account = accounts != NULL ? ctl_accounts_select_one (ctl, accounts, error) : NULL;
  if (account == NULL)
    return FALSE;
  if (arguments[0] != NULL &&
      !ctl_account_set (ctl, account, "Nickname", g_variant_new_string (arguments[0]), error))
    return FALSE;
  nick =
      g_strdup (arguments[0] != NULL ? arguments[0] : ctl_account_get_text (account, "Nickname"));
  if (ctl->wants_json)
    {
      ctl_json_print (g_variant_new_string (nick));
      return TRUE;
    }
  safe = ctl_text_dup_safe (nick);
  g_print ("%s: %s\n", account->address, safe);
  return TRUE;
}
