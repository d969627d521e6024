/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-parameter.c: KEY=VALUE of an account. Telepathy Protocol.Parameters, Account
 *
 * Names and types of parameters are the service's own; whether a value is good, the service says.
 */
#include "config.h"

#include "ctl/ctl-parameter.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-account.h"

#define MANAGER_NAME CTL_TELEPATHY "ConnectionManager.linnet"
#define PROTOCOL_PATH "/org/freedesktop/Telepathy/ConnectionManager/linnet/jabber"
#define FLAG_SECRET 8

/* Settings of an account that are no connection parameters. */
static const struct
{
  const char *key;
  const char *property;
  const char *signature;
} settings[] = {
  { "display-name", "DisplayName", "s" },
  { "nickname", "Nickname", "s" },
  { "icon", "Icon", "s" },
  { "enabled", "Enabled", "b" },
  { "connect-automatically", "ConnectAutomatically", "b" },
  { "service", "Service", "s" },
  { "uri-schemes", CTL_ACCOUNT_URI_SCHEMES, "as" },
};

/** ctl_parameters_load: Returns: (transfer full): a(susv), as Telepathy's Protocol has them */
GVariant *
ctl_parameters_load (Ctl *ctl, GError **error)
{
  return ctl_get (ctl, MANAGER_NAME, PROTOCOL_PATH, CTL_TELEPATHY "Protocol", "Parameters",
                  "a(susv)", error);
}

/* The signature of a parameter, NULL if there is none of that name. */
static const char *
find_parameter (GVariant *specs, const char *name, guint *flags)
{
  for (gsize i = 0; i < g_variant_n_children (specs); i++)
    {
      const char *known, *signature;
      guint32 known_flags;

      g_variant_get_child (specs, i, "(&su&sv)", &known, &known_flags, &signature, NULL);
      if (!g_str_equal (known, name))
        continue;
      *flags = known_flags;
      return signature;
    }
  return NULL;
}

/** ctl_parameters_is_secret: Returns: whether a parameter's value is never shown */
gboolean
ctl_parameters_is_secret (GVariant *specs, const char *name)
{
  guint flags = 0;

  return g_str_equal (name, "password") ||
         (find_parameter (specs, name, &flags) != NULL && (flags & FLAG_SECRET) != 0);
}

static GVariant *
parse_flag (const char *key, const char *text, GError **error)
{
  static const char *const yes[] = { "true", "yes", "on", "1", NULL };
  static const char *const no[] = { "false", "no", "off", "0", NULL };

  if (g_strv_contains (yes, text))
    return g_variant_new_boolean (TRUE);
  if (g_strv_contains (no, text))
    return g_variant_new_boolean (FALSE);
  g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” is true or false, not “%s”."), key, text);
  return NULL;
}

static GVariant *
parse_number (const char *key, const char *signature, const char *text, GError **error)
{
  static const struct
  {
    char signature;
    gint64 least;
    gint64 most;
  } ranges[] = {
    { 'n', G_MININT16, G_MAXINT16 },
    { 'q', 0, G_MAXUINT16 },
    { 'i', G_MININT32, G_MAXINT32 },
    { 'u', 0, G_MAXUINT32 },
    { 'x', G_MININT64, G_MAXINT64 },
    { 't', 0, G_MAXINT64 },
    { 'y', 0, G_MAXUINT8 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      gint64 number;
      g_autofree char *literal = NULL;
      g_autofree char *least = NULL;
      g_autofree char *most = NULL;

      if (ranges[i].signature != signature[0])
        continue;
      if (g_ascii_string_to_signed (text, 10, ranges[i].least, ranges[i].most, &number, NULL))
        {
          literal = g_strdup_printf ("%" G_GINT64_FORMAT, number);
          return g_variant_parse (G_VARIANT_TYPE (signature), literal, NULL, NULL, NULL);
        }
      least = g_strdup_printf ("%" G_GINT64_FORMAT, ranges[i].least);
      most = g_strdup_printf ("%" G_GINT64_FORMAT, ranges[i].most);
      g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” is a number from %s to %s, not “%s”."),
                   key, least, most, text);
      return NULL;
    }
  g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” cannot be set from here."), key);
  return NULL;
}

static GVariant *
parse_list (const char *text)
{
  g_auto (GStrv) items = g_strsplit (text, ",", -1);

  return g_variant_new_strv ((const char *const *) items, *text != '\0' ? -1 : 0);
}

static GVariant *
parse_value (const char *key, const char *signature, const char *text, GError **error)
{
  if (g_str_equal (signature, "s"))
    return g_variant_new_string (text);
  if (g_str_equal (signature, "b"))
    return parse_flag (key, text, error);
  if (g_str_equal (signature, "as"))
    return parse_list (text);
  return parse_number (key, signature, text, error);
}

static const char *
find_property (const char *key, const char **signature)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (g_str_equal (settings[i].key, key))
      {
        *signature = settings[i].signature;
        return settings[i].property;
      }
  return NULL;
}

static void
refuse_unknown (GVariant *specs, const char *key, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", settings[i].key);
  for (gsize i = 0; i < g_variant_n_children (specs); i++)
    {
      const char *name;

      g_variant_get_child (specs, i, "(&su&sv)", &name, NULL, NULL, NULL);
      /* Those with a dot are other programs' names for what has a shorter one, or are not for
       * people. */
      if (!ctl_parameters_is_secret (specs, name) && !g_str_equal (name, "account") &&
          strchr (name, '.') == NULL)
        g_string_append_printf (known, ", %s", name);
    }
  g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("An account has no “%s”. It has: %s."), key,
               known->str);
}

static gboolean
parse_one (GVariant *specs,
           const char *word,
           GVariantDict *parameters,
           GVariantDict *properties,
           GError **error)
{
  const char *equals = strchr (word, '=');
  g_autofree char *key = equals != NULL ? g_strndup (word, equals - word) : g_strdup (word);
  const char *signature = NULL;
  const char *property = find_property (key, &signature);
  guint flags = 0;
  GVariant *value;

  if (property == NULL)
    signature = find_parameter (specs, key, &flags);
  if (signature == NULL)
    {
      refuse_unknown (specs, key, error);
      return FALSE;
    }
  if (property == NULL && ctl_parameters_is_secret (specs, key))
    {
      g_set_error_literal (error, CTL_ERROR, CTL_USAGE,
                           _ ("A password is never given on the command line, where others can "
                              "read it. Use --password or --password-fd."));
      return FALSE;
    }
  if (equals == NULL)
    {
      g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” has no value: write %s=VALUE."), key, key);
      return FALSE;
    }
  value = parse_value (key, signature, equals + 1, error);
  if (value == NULL)
    return FALSE;
  g_variant_dict_insert_value (property != NULL ? properties : parameters,
                               property != NULL ? property : key, value);
  return TRUE;
}

static gboolean
check_unset (GVariant *specs, char **unset, GError **error)
{
  for (guint i = 0; unset != NULL && unset[i] != NULL; i++)
    {
      guint flags;

      if (find_parameter (specs, unset[i], &flags) != NULL)
        continue;
      refuse_unknown (specs, unset[i], error);
      return FALSE;
    }
  return TRUE;
}

/**
 * ctl_changes_parse:
 * @specs: from ctl_parameters_load ()
 * @words: each KEY=VALUE
 * @unset: (nullable): names of parameters
 *
 * Returns: (transfer full): what they ask for, every value of its declared type
 * Errors: CTL_USAGE, naming the key
 */
CtlChanges *
ctl_changes_parse (GVariant *specs, char **words, char **unset, GError **error)
{
  g_auto (GVariantDict) parameters = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) properties = G_VARIANT_DICT_INIT (NULL);
  CtlChanges *self;

  for (guint i = 0; words[i] != NULL; i++)
    if (!parse_one (specs, words[i], &parameters, &properties, error))
      return NULL;
  if (!check_unset (specs, unset, error))
    return NULL;
  self = g_new0 (CtlChanges, 1);
  self->parameters = g_variant_ref_sink (g_variant_dict_end (&parameters));
  self->properties = g_variant_ref_sink (g_variant_dict_end (&properties));
  self->unset = unset != NULL ? g_strdupv (unset) : g_new0 (char *, 1);
  return self;
}

void
ctl_changes_free (CtlChanges *self)
{
  g_variant_unref (self->parameters);
  g_variant_unref (self->properties);
  g_strfreev (self->unset);
  g_free (self);
}
