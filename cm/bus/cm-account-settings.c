/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-account-settings.c: the properties of an account that programs may set, as one table.
 * Telepathy: Account, Account.Interface.Addressing, .Hidden, AccountManager */
#include "bus/cm-account-settings.h"

#include "bus/cm-account-avatar.h"
#include "bus/cm-protocol.h"
#include "bus/cm-short.h"

#define ACCOUNT "org.freedesktop.Telepathy.Account."
#define MAX_TEXT_BYTES 1023
#define MAX_SUPERSEDED 100
#define MAX_SCHEMES 100
#define MAX_SCHEME_BYTES 64

typedef enum
{
  SETTING_ANY_TIME, /* by Set and by CreateAccount */
  SETTING_LATER, /* CreateAccount has an argument for it */
  SETTING_AT_CREATION, /* later never, or by a method */
} SettingTime;

typedef struct
{
  const char *name; /* qualified */
  const char *signature;
  SettingTime time;
  gboolean (*check) (GVariant *value, GError **error); /* (nullable) of a value of its type */
  void (*set) (ImAccount *account, GVariant *value); /* (nullable) it takes longer */
} Setting;

static gboolean
check_text (GVariant *value, GError **error)
{
  if (strlen (g_variant_get_string (value, NULL)) <= MAX_TEXT_BYTES)
    return TRUE;
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "A name has at most %d bytes",
               MAX_TEXT_BYTES);
  return FALSE;
}

/* The name of a protocol's brand: letters, digits and hyphens, the first one a letter. */
static gboolean
check_service (GVariant *value, GError **error)
{
  const char *name = g_variant_get_string (value, NULL);
  gboolean is_good = name[0] == '\0' || g_ascii_isalpha (name[0]);

  for (const char *c = name; is_good && *c != '\0'; c++)
    is_good = g_ascii_isalnum (*c) || *c == '-';
  if (is_good)
    return check_text (value, error);
  g_set_error_literal (
      error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
      "The name of a service begins with a letter and has only letters, digits and "
      "hyphens");
  return FALSE;
}

static gboolean
check_supersedes (GVariant *value, GError **error)
{
  if (g_variant_n_children (value) <= MAX_SUPERSEDED)
    return TRUE;
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "It has at most %d accounts",
               MAX_SUPERSEDED);
  return FALSE;
}

/* RFC 3986 3.1 */
static gboolean
is_scheme (const char *text)
{
  gboolean is_good = g_ascii_isalpha (text[0]) && strlen (text) <= MAX_SCHEME_BYTES;

  for (const char *c = text; is_good && *c != '\0'; c++)
    is_good = g_ascii_isalnum (*c) || strchr ("+-.", *c) != NULL;
  return is_good;
}

static gboolean
check_uri_schemes (GVariant *value, GError **error)
{
  g_autofree const char **schemes = g_variant_get_strv (value, NULL);

  for (guint i = 0; schemes[i] != NULL; i++)
    if (i >= MAX_SCHEMES || !is_scheme (schemes[i]))
      {
        g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                     "“%s” is not a URI scheme, or one more than %d", CM_SHORT (schemes[i]),
                     MAX_SCHEMES);
        return FALSE;
      }
  return TRUE;
}

/* Ours for a type of which another status was asked for: other protocols have more of them. */
static const char *
get_status_of_type (guint type)
{
  static const char *const names[] = {
    [IM_PRESENCE_AVAILABLE] = "available",
    [IM_PRESENCE_AWAY] = "away",
    [IM_PRESENCE_EXTENDED_AWAY] = "xa",
    [IM_PRESENCE_HIDDEN] = "hidden",
    [IM_PRESENCE_BUSY] = "dnd",
  };

  return type < G_N_ELEMENTS (names) ? names[type] : NULL;
}

/* A status that one can set on oneself, the one that is closest, or offline; NULL with an error. */
static ImPresence *
parse_presence (GVariant *value, gboolean may_be_offline, GError **error)
{
  g_autoptr (GVariant) statuses = g_variant_ref_sink (cm_protocol_new_statuses (TRUE));
  const char *status, *own, *message;
  guint type, known_type;
  gboolean may_set_on_self = FALSE;

  g_variant_get (value, "(u&s&s)", &type, &status, &message);
  own = get_status_of_type (type);
  if (strlen (message) > MAX_TEXT_BYTES)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "A status message has at most %d bytes", MAX_TEXT_BYTES);
      return NULL;
    }
  if (type == IM_PRESENCE_OFFLINE && may_be_offline)
    return im_presence_new (IM_PRESENCE_OFFLINE, "offline", message);
  if (own != NULL &&
      g_variant_lookup (statuses, status, "(ubb)", &known_type, &may_set_on_self, NULL) &&
      may_set_on_self)
    return im_presence_new (known_type, status, message);
  if (own != NULL)
    return im_presence_new (type, own, message);
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
               "The status “%s” of the type %u cannot be asked for", CM_SHORT (status), type);
  return NULL;
}

static gboolean
check_requested_presence (GVariant *value, GError **error)
{
  g_autoptr (ImPresence) presence = parse_presence (value, TRUE, error);

  return presence != NULL;
}

static gboolean
check_automatic_presence (GVariant *value, GError **error)
{
  g_autoptr (ImPresence) presence = parse_presence (value, FALSE, error);

  return presence != NULL;
}

static void
set_display_name (ImAccount *account, GVariant *value)
{
  im_account_set_display_name (account, g_variant_get_string (value, NULL));
}

static void
set_icon (ImAccount *account, GVariant *value)
{
  im_account_set_icon_name (account, g_variant_get_string (value, NULL));
}

static void
set_nickname (ImAccount *account, GVariant *value)
{
  im_account_set_nickname (account, g_variant_get_string (value, NULL));
}

static void
set_enabled (ImAccount *account, GVariant *value)
{
  im_account_set_enabled (account, g_variant_get_boolean (value));
}

static void
set_connect_automatically (ImAccount *account, GVariant *value)
{
  im_account_set_connect_automatically (account, g_variant_get_boolean (value));
}

static void
set_automatic_presence (ImAccount *account, GVariant *value)
{
  g_autoptr (ImPresence) presence = parse_presence (value, FALSE, NULL);

  im_account_set_automatic_presence (account, presence);
}

static void
set_requested_presence (ImAccount *account, GVariant *value)
{
  g_autoptr (ImPresence) presence = parse_presence (value, TRUE, NULL);

  im_account_request_presence (account, presence);
}

static void
set_service (ImAccount *account, GVariant *value)
{
  im_account_set_extra (account, "Service", value);
}

static void
set_supersedes (ImAccount *account, GVariant *value)
{
  im_account_set_extra (account, "Supersedes", value);
}

static void
set_hidden (ImAccount *account, GVariant *value)
{
  im_account_set_extra (account, "Hidden", value);
}

static void
set_uri_schemes (ImAccount *account, GVariant *value)
{
  g_auto (GStrv) schemes = g_variant_dup_strv (value, NULL);

  for (guint i = 0; schemes[i] != NULL; i++)
    for (char *c = schemes[i]; *c != '\0'; c++)
      *c = g_ascii_tolower (*c);
  im_account_set_extra (account, "URISchemes",
                        g_variant_new_strv ((const char *const *) schemes, -1));
}

static const Setting settings[] = {
  { ACCOUNT "DisplayName", "s", SETTING_LATER, check_text, set_display_name },
  { ACCOUNT "Icon", "s", SETTING_ANY_TIME, check_text, set_icon },
  { ACCOUNT "Nickname", "s", SETTING_ANY_TIME, check_text, set_nickname },
  { ACCOUNT "Service", "s", SETTING_ANY_TIME, check_service, set_service },
  { ACCOUNT "Supersedes", "ao", SETTING_ANY_TIME, check_supersedes, set_supersedes },
  { CM_ACCOUNT_HIDDEN_INTERFACE ".Hidden", "b", SETTING_AT_CREATION, NULL, set_hidden },
  { CM_ACCOUNT_ADDRESSING_INTERFACE ".URISchemes", "as", SETTING_AT_CREATION, check_uri_schemes,
    set_uri_schemes },
  { CM_ACCOUNT_AVATAR_INTERFACE ".Avatar", "(ays)", SETTING_AT_CREATION, NULL, NULL },
  { ACCOUNT "AutomaticPresence", "(uss)", SETTING_ANY_TIME, check_automatic_presence,
    set_automatic_presence },
  { ACCOUNT "ConnectAutomatically", "b", SETTING_ANY_TIME, NULL, set_connect_automatically },
  { ACCOUNT "RequestedPresence", "(uss)", SETTING_ANY_TIME, check_requested_presence,
    set_requested_presence },
  { ACCOUNT "Enabled", "b", SETTING_ANY_TIME, NULL, set_enabled },
};

static gboolean
check_value (const Setting *setting, GVariant *value, GError **error)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (setting->signature)))
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "“%s” must have the type “%s”, not “%s”", setting->name, setting->signature,
                   g_variant_get_type_string (value));
      return FALSE;
    }
  if (setting->check == NULL || setting->check (value, error))
    return TRUE;
  g_prefix_error (error, "“%s”: ", setting->name);
  return FALSE;
}

/**
 * cm_account_settings_set:
 * @name: without its interface, which is Account
 *
 * Returns: %FALSE if it cannot have that value; nothing has changed then
 * Errors: IM_ERROR_INVALID_ARGUMENT
 * Spec: Telepathy Account
 */
gboolean
cm_account_settings_set (ImAccount *account, const char *name, GVariant *value, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].time != SETTING_AT_CREATION &&
        g_str_equal (settings[i].name + strlen (ACCOUNT), name))
      {
        if (!check_value (&settings[i], value, error))
          return FALSE;
        settings[i].set (account, value);
        return TRUE;
      }
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
               "“%s” is not a property of an account that can be set", CM_SHORT (name));
  return FALSE;
}

/**
 * cm_account_settings_dup_supported:
 *
 * Returns: (transfer full): the names that CreateAccount takes
 */
char **
cm_account_settings_dup_supported (void)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].time != SETTING_LATER)
      g_strv_builder_add (names, settings[i].name);
  return g_strv_builder_end (names);
}

static const Setting *
find_for_creation (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].time != SETTING_LATER && g_str_equal (settings[i].name, name))
      return &settings[i];
  return NULL;
}

/**
 * cm_account_settings_check:
 * @properties: a{sv} of qualified names
 *
 * Returns: whether an account can be made with them
 * Errors: IM_ERROR_INVALID_ARGUMENT, naming the property
 */
gboolean
cm_account_settings_check (GVariant *properties, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *raw;

  g_variant_iter_init (&iter, properties);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &raw))
    {
      g_autoptr (GVariant) value = raw;
      const Setting *setting = find_for_creation (name);

      if (setting == NULL)
        {
          g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                       "The property “%s” cannot be set when an account is made", CM_SHORT (name));
          return FALSE;
        }
      if (!check_value (setting, value, error))
        return FALSE;
    }
  return TRUE;
}

static void
apply (ImAccount *account, GVariant *properties, SettingTime time)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (properties, settings[i].name, NULL);

      if (value != NULL && settings[i].time == time && settings[i].set != NULL)
        settings[i].set (account, value);
    }
}

/**
 * cm_account_settings_apply_fixed:
 * @properties: a{sv} that was checked
 *
 * Sets what never changes, before anybody hears of the account.
 */
void
cm_account_settings_apply_fixed (ImAccount *account, GVariant *properties)
{
  apply (account, properties, SETTING_AT_CREATION);
}

/**
 * cm_account_settings_apply:
 * @properties: a{sv} that was checked
 *
 * Sets the rest, in the order of the table, whatever the caller's: an account that is enabled knows
 * how to go online already.
 */
void
cm_account_settings_apply (ImAccount *account, GVariant *properties)
{
  apply (account, properties, SETTING_ANY_TIME);
}

const char *
cm_account_settings_get_service (ImAccount *account)
{
  const char *service = "";

  g_variant_lookup (im_account_get_extra (account), "Service", "&s", &service);
  return service;
}

GVariant *
cm_account_settings_dup_supersedes (ImAccount *account)
{
  GVariant *paths = g_variant_lookup_value (im_account_get_extra (account), "Supersedes",
                                            G_VARIANT_TYPE_OBJECT_PATH_ARRAY);

  return paths != NULL ? paths : g_variant_ref_sink (g_variant_new_objv (NULL, 0));
}

gboolean
cm_account_settings_is_hidden (ImAccount *account)
{
  gboolean is_hidden = FALSE;

  g_variant_lookup (im_account_get_extra (account), "Hidden", "b", &is_hidden);
  return is_hidden;
}

char **
cm_account_settings_dup_uri_schemes (ImAccount *account)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (im_account_get_extra (account), "URISchemes",
                                                       G_VARIANT_TYPE_STRING_ARRAY);

  return value != NULL ? g_variant_dup_strv (value, NULL) : g_new0 (char *, 1);
}

gboolean
cm_account_settings_associate (ImAccount *account,
                               const char *scheme,
                               gboolean is_wanted,
                               GError **error)
{
  g_auto (GStrv) old = cm_account_settings_dup_uri_schemes (account);
  g_autofree char *lower = g_ascii_strdown (scheme, -1);
  g_autoptr (GPtrArray) schemes = g_ptr_array_new ();
  g_autoptr (GVariant) value = NULL;

  for (guint i = 0; old[i] != NULL; i++)
    if (!g_str_equal (old[i], lower))
      g_ptr_array_add (schemes, old[i]);
  if (is_wanted)
    g_ptr_array_add (schemes, lower);
  value = g_variant_ref_sink (
      g_variant_new_strv ((const char *const *) schemes->pdata, (gssize) schemes->len));
  if (!check_uri_schemes (value, error))
    return FALSE;
  if (is_wanted != g_strv_contains ((const char *const *) old, lower))
    set_uri_schemes (account, value);
  return TRUE;
}
