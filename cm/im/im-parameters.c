/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-parameters.c: the connection parameters as one table. Telepathy 0.27.4 Conn_Mgr_Param_Spec
 *
 * Names and types are those that account databases already hold: none may change. */

#include "im/im-parameters.h"

#include "im/im-types.h"

#define TEXT_MAX_BYTES 1023

#define REQUIRED (IM_PARAMETER_REQUIRED | IM_PARAMETER_REGISTER)
#define SECRET (IM_PARAMETER_SECRET | IM_PARAMETER_REGISTER)
#define DEFAULT IM_PARAMETER_HAS_DEFAULT

static const ImParameter table[] = {
  { "account", "s", REQUIRED, NULL, FALSE },
  { "password", "s", SECRET, NULL, FALSE },
  { "server", "s", 0, NULL, FALSE },
  { "port", "q", DEFAULT, "5222", FALSE },
  { "anonymous", "b", DEFAULT, "false", FALSE },
  { "client-certificate", "s", 0, NULL, FALSE },
  { "client-certificate-key", "s", 0, NULL, FALSE },
  { "resource", "s", 0, NULL, FALSE },
  { "priority", "n", DEFAULT, "0", TRUE },
  { "require-encryption", "b", DEFAULT, "true", FALSE },
  { "ignore-ssl-errors", "b", DEFAULT, "false", FALSE },
  { "old-ssl", "b", DEFAULT, "false", FALSE },
  { "extra-certificate-identities", "as", DEFAULT, "[]", FALSE },
  { IM_PARAMETER_SIGN_UP, "b", DEFAULT, "false", FALSE },
  { "fallback-servers", "as", DEFAULT, "[]", FALSE },
  { "keepalive-interval", "u", DEFAULT, "30", TRUE },
  { "low-bandwidth", "b", DEFAULT, "false", TRUE },
  { "https-proxy-server", "s", 0, NULL, FALSE },
  { "https-proxy-port", "q", DEFAULT, "443", FALSE },
  { "fallback-conference-server", "s", 0, NULL, TRUE },
  { "stun-server", "s", 0, NULL, TRUE },
  { "stun-port", "q", DEFAULT, "3478", TRUE },
  { "fallback-stun-server", "s", 0, NULL, TRUE },
  { "fallback-stun-port", "q", 0, NULL, TRUE },
  { "fallback-socks5-proxies", "as", DEFAULT, "[]", TRUE },
  { "alias", "s", 0, NULL, TRUE },
  { "message-carbons", "b", DEFAULT, "true", FALSE },
  { "send-chat-markers", "b", DEFAULT, "true", TRUE },
  { "force-receipts", "b", DEFAULT, "false", TRUE },
  { "legacy-signals", "b", DEFAULT, "false", TRUE },
  { IM_PARAMETER_DOWNLOAD_AT_CONNECTION, "b", DEFAULT | IM_PARAMETER_DBUS_PROPERTY, "true", TRUE },
  { IM_PARAMETER_KEEPALIVE, "u", IM_PARAMETER_DBUS_PROPERTY, NULL, TRUE },
  { NULL }
};

/* The bounds of a number that is narrower than its type would have it. */
static const struct
{
  const char *name;
  gint64 least;
  gint64 most;
} ranges[] = {
  { "port", 1, G_MAXUINT16 },
  { "https-proxy-port", 1, G_MAXUINT16 },
  { "stun-port", 1, G_MAXUINT16 },
  { "fallback-stun-port", 1, G_MAXUINT16 },
  { "priority", -128, 127 },
  { "keepalive-interval", 0, IM_KEEPALIVE_MOST_S },
  { IM_PARAMETER_KEEPALIVE, 0, IM_KEEPALIVE_MOST_S },
};

static GVariant *
refuse (const char *name, const char *why, GError **error)
{
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The parameter “%s” %s.", name, why);
  return NULL;
}

static gboolean
read_number (GVariant *value, gint64 *number)
{
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BYTE:
      *number = g_variant_get_byte (value);
      return TRUE;
    case G_VARIANT_CLASS_INT16:
      *number = g_variant_get_int16 (value);
      return TRUE;
    case G_VARIANT_CLASS_UINT16:
      *number = g_variant_get_uint16 (value);
      return TRUE;
    case G_VARIANT_CLASS_INT32:
      *number = g_variant_get_int32 (value);
      return TRUE;
    case G_VARIANT_CLASS_UINT32:
      *number = g_variant_get_uint32 (value);
      return TRUE;
    case G_VARIANT_CLASS_INT64:
      *number = g_variant_get_int64 (value);
      return TRUE;
    case G_VARIANT_CLASS_UINT64:
      *number = (gint64) MIN (g_variant_get_uint64 (value), (guint64) G_MAXINT64);
      return TRUE;
    default:
      return FALSE;
    }
}

static GVariant *
check_number (const ImParameter *parameter, GVariant *value, GError **error)
{
  char type = parameter->signature[0];
  gint64 least = type == 'n' ? G_MININT16 : 0;
  gint64 most = type == 'n' ? G_MAXINT16 : type == 'q' ? G_MAXUINT16
                                                       : G_MAXUINT32;
  gint64 number;

  if (!read_number (value, &number))
    return refuse (parameter->name, "must be a number", error);
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    if (g_str_equal (ranges[i].name, parameter->name))
      {
        least = ranges[i].least;
        most = ranges[i].most;
      }
  if (number < least || number > most)
    return refuse (parameter->name, "is out of range", error);
  if (type == 'n')
    return g_variant_ref_sink (g_variant_new_int16 ((gint16) number));
  if (type == 'q')
    return g_variant_ref_sink (g_variant_new_uint16 ((guint16) number));
  return g_variant_ref_sink (g_variant_new_uint32 ((guint32) number));
}

static GVariant *
check_account (const char *text, GError **error)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new (text, NULL);

  /* Without a local part: im_parameters_check_all () asks whether that is meant. */
  if (jid == NULL || (xmpp_jid_get_local (jid) == NULL && xmpp_jid_get_resource (jid) != NULL))
    return refuse ("account", "must be an address like name@example.org", error);
  return g_variant_ref_sink (g_variant_new_string (xmpp_jid_get_bare_text (jid)));
}

static gboolean
is_resource (const char *text)
{
  g_autoptr (XmppJid) jid = NULL;

  if (*text == '\0')
    return TRUE;
  jid = xmpp_jid_new_from_parts ("a", "example.org", text, NULL);
  return jid != NULL;
}

static GVariant *
check_text (const ImParameter *parameter, GVariant *value, GError **error)
{
  gsize length;
  const char *text;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return refuse (parameter->name, "must be a text", error);
  text = g_variant_get_string (value, &length);
  if (g_str_equal (parameter->name, "account"))
    return check_account (text, error);
  if (length > TEXT_MAX_BYTES)
    return refuse (parameter->name, "is too long", error);
  if (g_str_equal (parameter->name, "resource") && !is_resource (text))
    return refuse (parameter->name, "has characters that a resource may not have", error);
  if (g_str_has_prefix (parameter->name, "client-") && *text != '/' && *text != '\0' &&
      !g_str_has_prefix (text, "pkcs11:"))
    return refuse (parameter->name, "must be the whole path of a file, or a PKCS#11 URI", error);
  if (g_str_has_prefix (parameter->name, "client-") && strstr (text, "pin-") != NULL)
    return refuse (parameter->name, "must not hold a PIN: it is the account's password", error);
  if (g_str_has_suffix (parameter->name, "server") && strpbrk (text, " /@\t\r\n") != NULL)
    return refuse (parameter->name, "must be the name of a host", error);
  return g_variant_ref (value);
}

/** im_parameters_get_all: Returns: (transfer none): the table; its last row has no name */
const ImParameter *
im_parameters_get_all (void)
{
  return table;
}

/**
 * im_parameters_find:
 * @name: a parameter's name
 *
 * Returns: (nullable) (transfer none): its row
 */
const ImParameter *
im_parameters_find (const char *name)
{
  for (const ImParameter *row = table; row->name != NULL; row++)
    if (g_strcmp0 (row->name, name) == 0)
      return row;
  return NULL;
}

/**
 * im_parameters_check:
 * @name: a parameter's name
 * @value: what somebody wants it to be
 *
 * Returns: (transfer full): the value in the declared type, not floating, or NULL
 * Errors: IM_ERROR_INVALID_ARGUMENT, naming the parameter
 */
GVariant *
im_parameters_check (const char *name, GVariant *value, GError **error)
{
  const ImParameter *parameter = im_parameters_find (name);

  g_return_val_if_fail (value != NULL, NULL);

  if (parameter == NULL)
    return refuse (name, "is not known", error);
  switch (parameter->signature[0])
    {
    case 'n':
    case 'q':
    case 'u':
      return check_number (parameter, value, error);
    case 's':
      return check_text (parameter, value, error);
    default:
      if (!g_variant_is_of_type (value, G_VARIANT_TYPE (parameter->signature)))
        return refuse (name,
                       g_str_equal (parameter->signature, "b") ? "must be true or false"
                                                               : "must be a list of texts",
                       error);
      return g_variant_ref (value);
    }
}

/* An old client's account may name its resource in the address. */
static void
split_account (GVariantDict *checked, GVariant *parameters)
{
  g_autoptr (XmppJid) jid = NULL;
  const char *text = NULL;

  if (!g_variant_lookup (parameters, "account", "&s", &text))
    return;
  jid = xmpp_jid_new (text, NULL);
  if (jid != NULL && xmpp_jid_get_resource (jid) != NULL &&
      !g_variant_dict_contains (checked, "resource"))
    g_variant_dict_insert (checked, "resource", "s", xmpp_jid_get_resource (jid));
}

/* A domain alone is an account only for those who say that they want none. */
static gboolean
check_anonymous (GVariantDict *checked, GError **error)
{
  const char *account = NULL;
  gboolean is_anonymous = FALSE;

  g_variant_dict_lookup (checked, "anonymous", "b", &is_anonymous);
  if (!g_variant_dict_lookup (checked, "account", "&s", &account) ||
      (strchr (account, '@') == NULL) == is_anonymous)
    return TRUE;
  refuse ("account",
          is_anonymous ? "must be a server alone, like example.org, where “anonymous” is true"
                       : "must be an address like name@example.org",
          error);
  return FALSE;
}

/**
 * im_parameters_check_all:
 * @parameters: a{sv}, as a client or an account database has it
 *
 * Checks each and puts it in its declared type; `account` is normalised, a resource in it is taken
 * apart, and empty texts, which mean 'not set' to old clients, are left out.
 *
 * Returns: (transfer full): a{sv}, not floating, or NULL
 * Errors: IM_ERROR_INVALID_ARGUMENT, naming the parameter
 */
GVariant *
im_parameters_check_all (GVariant *parameters, GError **error)
{
  g_auto (GVariantDict) checked = G_VARIANT_DICT_INIT (NULL);
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_return_val_if_fail (g_variant_is_of_type (parameters, G_VARIANT_TYPE_VARDICT), NULL);

  g_variant_iter_init (&iter, parameters);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      g_autoptr (GVariant) given = value;
      g_autoptr (GVariant) good = im_parameters_check (name, given, error);

      if (good == NULL)
        return NULL;
      if (g_variant_is_of_type (good, G_VARIANT_TYPE_STRING) &&
          *g_variant_get_string (good, NULL) == '\0')
        continue;
      g_variant_dict_insert_value (&checked, name, good);
    }
  split_account (&checked, parameters);
  if (!check_anonymous (&checked, error))
    return NULL;
  return g_variant_ref_sink (g_variant_dict_end (&checked));
}

/**
 * im_parameters_dup_default:
 * @parameter: a row of the table
 *
 * Returns: (transfer full) (nullable): its default, in the declared type, not floating; NULL when
 * it has none
 */
GVariant *
im_parameters_dup_default (const ImParameter *parameter)
{
  GVariant *value;

  g_return_val_if_fail (parameter != NULL, NULL);

  if (parameter->default_text == NULL)
    return NULL;
  value = g_variant_parse (G_VARIANT_TYPE (parameter->signature), parameter->default_text, NULL,
                           NULL, NULL);
  g_assert (value != NULL);
  return value;
}

/**
 * im_parameters_dup:
 * @parameters: a{sv}, checked
 * @name: a parameter's name
 *
 * Returns: (transfer full) (nullable): what was set, else its default
 */
GVariant *
im_parameters_dup (GVariant *parameters, const char *name)
{
  const ImParameter *parameter = im_parameters_find (name);
  GVariant *value;

  g_return_val_if_fail (parameter != NULL, NULL);

  value = g_variant_lookup_value (parameters, name, G_VARIANT_TYPE (parameter->signature));
  return value != NULL ? value : im_parameters_dup_default (parameter);
}
