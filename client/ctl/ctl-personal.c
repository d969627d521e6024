/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-personal.c: nick, location, mood, activity and tune: what you say of yourself. linnetctl(1)
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-text.h"
#include "ctl/ctl-words.h"

#define PERSONAL "im.linnet.Personal1"
#define LOCATION CTL_CONNECTION ".Interface.Location"
#define NONE "none"

static GVariant *
new_nothing (void)
{
  return g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
}

/* (transfer full): empty where nothing is said, which is so, too, where the server keeps none. */
static GVariant *
dup_own_location (Ctl *ctl, CtlAccount *account, GError **error)
{
  guint handle = ctl_contact_ensure_handle (ctl, account, account->address, error);
  g_autofree char *name = handle != 0 ? ctl_contact_dup_connection (account, error) : NULL;
  g_autoptr (GVariant) features = NULL;
  g_autoptr (GVariant) reply = NULL;

  if (name == NULL)
    return NULL;
  features = ctl_get (ctl, name, ctl_account_get_connection (account), LOCATION,
                      "SupportedLocationFeatures", "u", error);
  if (features == NULL)
    return NULL;
  if (g_variant_get_uint32 (features) == 0)
    return new_nothing ();
  reply = ctl_connection_call (ctl, account, LOCATION, "RequestLocation",
                               g_variant_new ("(u)", handle), "(a{sv})", error);
  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

/* (transfer full): empty where nothing is said. */
static GVariant *
dup_own (Ctl *ctl, CtlAccount *account, const char *what, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) facts = NULL;
  GVariant *value;

  if (g_str_equal (what, "location"))
    return dup_own_location (ctl, account, error);
  reply = ctl_connection_call (ctl, account, PERSONAL, "Get",
                               g_variant_new ("(s)", account->address), "(a{sa{sv}})", error);
  if (reply == NULL)
    return NULL;
  facts = g_variant_get_child_value (reply, 0);
  value = g_variant_lookup_value (facts, what, G_VARIANT_TYPE_VARDICT);
  if (value == NULL)
    value = new_nothing ();
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
  if (g_variant_n_children (value) == 0)
    g_print ("%s\n", _ ("Nothing is said."));
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &entry))
    {
      g_autoptr (GVariant) owned = entry;
      g_autofree char *text = ctl_text_dup_fact (key, owned);
      g_autofree char *safe = ctl_text_dup_safe (text);

      g_print ("%s: %s\n", key, safe);
    }
  return TRUE;
}

static gboolean
say (Ctl *ctl, CtlAccount *account, const char *what, GVariant *value, GError **error)
{
  gboolean is_location = g_str_equal (what, "location");
  gboolean is_nothing = g_variant_n_children (value) == 0;
  g_autoptr (GVariant) reply = ctl_connection_call (
      ctl, account, is_location ? LOCATION : PERSONAL, is_location ? "SetLocation" : "Publish",
      is_location ? g_variant_new ("(@a{sv})", value) : g_variant_new ("(s@a{sv})", what, value),
      "()", error);

  if (reply == NULL)
    return FALSE;
  if (ctl->wants_json)
    ctl_json_print (g_variant_new_string (account->address));
  else if (is_nothing)
    g_print (_ ("%s: taken back.\n"), account->address);
  else
    g_print (_ ("%s: said.\n"), account->address);
  return TRUE;
}

/* What can be said by KEY=VALUE, each list with NULL at its end. */
typedef struct
{
  const char *const *decimals;
  const char *const *numbers;
  const char *const *texts;
} Keys;

static void
complain (const Keys *keys, const char *key, GError **error)
{
  g_autofree char *decimals = g_strjoinv (", ", (char **) keys->decimals);
  g_autofree char *numbers = g_strjoinv (", ", (char **) keys->numbers);
  g_autofree char *texts = g_strjoinv (", ", (char **) keys->texts);
  const char *first = *decimals != '\0' ? decimals : numbers;
  g_autofree char *all = g_strconcat (first, ", ", texts, NULL);

  g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("There is no key “%s”. Those that there are: %s."),
               key, all);
}

/* A number where it reads as one and the key is not a text. */
static gboolean
add_pair (GVariantBuilder *builder, const char *pair, const Keys *keys, GError **error)
{
  const char *equals = strchr (pair, '=');
  g_autofree char *key = equals != NULL ? g_strndup (pair, (gsize) (equals - pair)) : NULL;
  gboolean is_decimal = key != NULL && g_strv_contains (keys->decimals, key);
  char *end = NULL;
  double number;

  if (equals == NULL)
    {
      g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” is not KEY=VALUE."), pair);
      return FALSE;
    }
  if (!is_decimal && !g_strv_contains (keys->numbers, key))
    {
      if (g_strv_contains (keys->texts, key))
        g_variant_builder_add (builder, "{sv}", key, g_variant_new_string (equals + 1));
      else
        complain (keys, key, error);
      return g_strv_contains (keys->texts, key);
    }
  number = g_ascii_strtod (equals + 1, &end);
  if (end == equals + 1 || *end != '\0' ||
      (!is_decimal && !(number >= 0 && number <= 65535 && number == floor (number))))
    {
      g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” is no number for “%s”."), equals + 1, key);
      return FALSE;
    }
  g_variant_builder_add (builder, "{sv}", key,
                         is_decimal ? g_variant_new_double (number)
                                    : g_variant_new_uint32 ((guint32) number));
  return TRUE;
}

static gboolean
run_pairs (Ctl *ctl, const CtlCommand *command, char **words, const Keys *keys, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  char **pairs;

  pairs = online.arguments = ctl_parse (ctl, command, NULL, words, 0, CTL_ANY_NUMBER, error);
  if (pairs == NULL)
    return FALSE;
  if (pairs[0] == NULL)
    return ctl_online_await (&online, ctl, error) &&
           show (ctl, online.account, command->name, error);
  if (!g_str_equal (pairs[0], NONE) || pairs[1] != NULL)
    for (guint i = 0; pairs[i] != NULL; i++)
      if (!add_pair (&builder, pairs[i], keys, error))
        return FALSE;
  return ctl_online_await (&online, ctl, error) &&
         say (ctl, online.account, command->name, g_variant_builder_end (&builder), error);
}

gboolean
ctl_location (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  static const char *const decimals[] = {
    "lat", "lon", "alt", "accuracy", "speed", "bearing", NULL
  };
  static const char *const numbers[] = { NULL };
  static const char *const texts[] = { "country", "countrycode", "region", "locality", "area",
                                       "postalcode", "street", "building", "floor", "room",
                                       "description", "text", "uri", "language", NULL };
  const Keys keys = { decimals, numbers, texts };

  return run_pairs (ctl, command, words, &keys, error);
}

gboolean
ctl_tune (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  static const char *const decimals[] = { NULL };
  static const char *const numbers[] = { "length", "rating", NULL };
  static const char *const texts[] = { "artist", "title", "source", "track", "uri", NULL };
  const Keys keys = { decimals, numbers, texts };

  return run_pairs (ctl, command, words, &keys, error);
}

static gboolean
list_words (Ctl *ctl, const char *const *words, guint n_words)
{
  if (ctl->wants_json)
    ctl_json_print (g_variant_new_strv (words, n_words));
  for (guint i = 0; !ctl->wants_json && i < n_words; i++)
    g_print ("%s\n", words[i]);
  return TRUE;
}

/* (transfer floating) (nullable): what arguments say; nothing: that it is taken back. `second`
 * (nullable): the key for what is behind a slash. */
static GVariant *
new_said (char **arguments, const char *key, const char *second, GError **error)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *word = NULL;
  char *slash;

  if (g_str_equal (arguments[0], NONE))
    return g_variant_builder_end (&builder);
  word = second != NULL ? ctl_words_dup_activity (arguments[0], error)
                        : ctl_words_dup_mood (arguments[0], error);
  if (word == NULL)
    return NULL;
  slash = strchr (word, '/');
  if (slash != NULL)
    {
      g_variant_builder_add (&builder, "{sv}", second, g_variant_new_string (slash + 1));
      *slash = '\0';
    }
  g_variant_builder_add (&builder, "{sv}", key, g_variant_new_string (word));
  if (arguments[1] != NULL)
    g_variant_builder_add (&builder, "{sv}", "text", g_variant_new_string (arguments[1]));
  return g_variant_builder_end (&builder);
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
  gboolean lists = FALSE;
  const GOptionEntry entries[] = {
    { "list", 'l', 0, G_OPTION_ARG_NONE, &lists, N_ ("Show the words that there are"), NULL },
    { NULL },
  };
  g_auto (CtlOnline) online = { 0 };
  g_autoptr (GVariant) said = NULL;
  const char *const *all;
  guint n_all;

  online.arguments = ctl_parse (ctl, command, entries, words, 0, 2, error);
  if (online.arguments == NULL)
    return FALSE;
  all = second != NULL ? ctl_words_get_activities (&n_all) : ctl_words_get_moods (&n_all);
  if (lists)
    return list_words (ctl, all, n_all);
  if (online.arguments[0] == NULL)
    return ctl_online_await (&online, ctl, error) &&
           show (ctl, online.account, command->name, error);
  said = new_said (online.arguments, key, second, error);
  if (said == NULL)
    return FALSE;
  g_variant_ref_sink (said);
  return ctl_online_await (&online, ctl, error) &&
         say (ctl, online.account, command->name, said, error);
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
  const char *chosen = arguments != NULL ? arguments[0] : NULL;
  CtlAccount *account;

  if (arguments == NULL || !ctl_connect (ctl, error))
    return FALSE;
  if (g_strcmp0 (chosen, NONE) == 0)
    chosen = "";
  accounts = ctl_accounts_select (ctl, error);
  account = accounts != NULL ? ctl_accounts_select_one (ctl, accounts, error) : NULL;
  if (account == NULL)
    return FALSE;
  if (chosen != NULL &&
      !ctl_account_set (ctl, account, "Nickname", g_variant_new_string (chosen), error))
    return FALSE;
  nick = g_strdup (chosen != NULL ? chosen : ctl_account_get_text (account, "Nickname"));
  if (ctl->wants_json)
    {
      ctl_json_print (g_variant_new_string (nick));
      return TRUE;
    }
  safe = ctl_text_dup_safe (nick);
  if (*nick != '\0')
    g_print ("%s: %s\n", account->address, safe);
  else
    g_print (_ ("%s: no name.\n"), account->address);
  return TRUE;
}
