/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-account.c: accounts as the account manager shows them. Telepathy AccountManager, Account */
#include "config.h"

#include "ctl/ctl-account.h"

#include <string.h>

#include <glib/gi18n.h>

#include "model/linnet-error.h"

#define ADDRESSING CTL_ACCOUNT ".Interface.Addressing"
#define OUR_ACCOUNTS "/org/freedesktop/Telepathy/Account/linnet/"

void
ctl_account_free (CtlAccount *self)
{
  g_free (self->path);
  g_free (self->address);
  g_variant_unref (self->properties);
  g_free (self);
}

/* An account that has never been online has no normalised name under other account managers. */
static char *
dup_address (GVariant *properties)
{
  g_autoptr (GVariant) parameters =
      g_variant_lookup_value (properties, "Parameters", G_VARIANT_TYPE_VARDICT);
  const char *address = NULL;

  if (parameters == NULL || !g_variant_lookup (parameters, "account", "&s", &address))
    g_variant_lookup (properties, "NormalizedName", "&s", &address);
  return g_strdup (address != NULL ? address : "");
}

static gboolean
load_one (Ctl *ctl, GPtrArray *accounts, const char *path, GError **error)
{
  GVariant *properties = ctl_get_all (ctl, ctl->manager, path, CTL_ACCOUNT, error);
  CtlAccount *account;

  if (properties == NULL)
    return FALSE;
  account = g_new0 (CtlAccount, 1);
  account->path = g_strdup (path);
  account->properties = properties;
  account->address = dup_address (properties);
  g_ptr_array_add (accounts, account);
  return TRUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  CtlAccount *const *one = a;
  CtlAccount *const *other = b;

  return strcmp ((*one)->address, (*other)->address);
}

/**
 * ctl_accounts_load:
 * @ctl: the program, connected
 *
 * Returns: (transfer full): all accounts of our connection manager, CtlAccount, by address
 */
GPtrArray *
ctl_accounts_load (Ctl *ctl, GError **error)
{
  static const char *const lists[] = { "ValidAccounts", "InvalidAccounts" };
  g_autoptr (GPtrArray) accounts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ctl_account_free);

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (GVariant) list = ctl_get (ctl, ctl->manager, CTL_ACCOUNT_MANAGER_PATH,
                                           CTL_ACCOUNT_MANAGER, lists[i], "ao", error);
      g_autofree const char **paths = NULL;

      if (list == NULL)
        return NULL;
      paths = g_variant_get_objv (list, NULL);
      for (guint j = 0; paths[j] != NULL; j++)
        if (g_str_has_prefix (paths[j], OUR_ACCOUNTS) && !load_one (ctl, accounts, paths[j], error))
          return NULL;
    }
  g_ptr_array_sort (accounts, compare);
  return g_steal_pointer (&accounts);
}

/** ctl_accounts_find: @address: as typed. Returns: (transfer none): its account, else CTL_UNKNOWN
 */
CtlAccount *
ctl_accounts_find (GPtrArray *accounts, const char *address, GError **error)
{
  g_autofree char *wanted = g_utf8_casefold (address, -1);

  for (guint i = 0; i < accounts->len; i++)
    {
      CtlAccount *account = g_ptr_array_index (accounts, i);
      g_autofree char *known = g_utf8_casefold (account->address, -1);

      if (g_str_equal (known, wanted) || g_str_equal (account->path, address))
        return account;
    }
  g_set_error (error, CTL_ERROR, CTL_UNKNOWN,
               _ ("There is no account “%s”. “linnetctl account list” shows those that there are."),
               address);
  return NULL;
}

/**
 * ctl_accounts_select:
 * @ctl: the program, connected
 *
 * Returns: (transfer full): all accounts, or the one that --account names
 */
GPtrArray *
ctl_accounts_select (Ctl *ctl, GError **error)
{
  g_autoptr (GPtrArray) accounts = ctl_accounts_load (ctl, error);
  CtlAccount *wanted;

  if (accounts == NULL || ctl->account == NULL)
    return g_steal_pointer (&accounts);
  wanted = ctl_accounts_find (accounts, ctl->account, error);
  if (wanted == NULL)
    return NULL;
  for (guint i = accounts->len; i > 0; i--)
    if (g_ptr_array_index (accounts, i - 1) != wanted)
      g_ptr_array_remove_index (accounts, i - 1);
  return g_steal_pointer (&accounts);
}

/* The one account, of those that are online, else of those that are enabled, else of all. */
static CtlAccount *
find_only (GPtrArray *accounts)
{
  for (guint round = 0; round < 3; round++)
    {
      CtlAccount *found = NULL;
      guint n_found = 0;

      for (guint i = 0; i < accounts->len; i++)
        {
          CtlAccount *account = g_ptr_array_index (accounts, i);

          if ((round == 0 && ctl_account_get_status (account) != CTL_CONNECTED) ||
              (round == 1 && !ctl_account_get_flag (account, "Enabled")))
            continue;
          found = account;
          n_found++;
        }
      if (n_found > 0)
        return n_found == 1 ? found : NULL;
    }
  return NULL;
}

/**
 * ctl_accounts_select_one:
 * @accounts: from ctl_accounts_select ()
 *
 * Returns: (transfer none): the account that --account names, or the only one that can be meant
 * Errors: CTL_UNKNOWN if there is none, CTL_USAGE if there are several
 */
CtlAccount *
ctl_accounts_select_one (Ctl *ctl, GPtrArray *accounts, GError **error)
{
  CtlAccount *only = ctl->account != NULL ? g_ptr_array_index (accounts, 0) : find_only (accounts);

  if (only == NULL && accounts->len == 0)
    g_set_error_literal (error, CTL_ERROR, CTL_UNKNOWN,
                         _ ("There is no account yet. “linnetctl account add” makes one."));
  else if (only == NULL)
    g_set_error_literal (error, CTL_ERROR, CTL_USAGE,
                         _ ("There are several accounts. Say which one with --account."));
  return only;
}

/** ctl_account_reload: asks for all properties again. Returns: whether they came */
gboolean
ctl_account_reload (Ctl *ctl, CtlAccount *self, GError **error)
{
  GVariant *properties = ctl_get_all (ctl, ctl->manager, self->path, CTL_ACCOUNT, error);

  if (properties == NULL)
    return FALSE;
  g_variant_unref (self->properties);
  self->properties = properties;
  return TRUE;
}

/** ctl_account_load_uri_schemes: Returns: (transfer full): as */
GVariant *
ctl_account_load_uri_schemes (Ctl *ctl, CtlAccount *self)
{
  GVariant *schemes =
      ctl_get (ctl, ctl->manager, self->path, ADDRESSING, CTL_ACCOUNT_URI_SCHEMES, "as", NULL);

  return schemes != NULL ? schemes : g_variant_ref_sink (g_variant_new_strv (NULL, 0));
}

static gboolean
associate (
    Ctl *ctl, CtlAccount *self, const char *const *schemes, gboolean is_wanted, GError **error)
{
  for (guint i = 0; schemes[i] != NULL; i++)
    {
      g_autoptr (GVariant) reply =
          ctl_call (ctl, ctl->manager, self->path, ADDRESSING, "SetURISchemeAssociation",
                    g_variant_new ("(sb)", schemes[i], is_wanted), "()", error);

      if (reply == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
set_uri_schemes (Ctl *ctl, CtlAccount *self, GVariant *value, GError **error)
{
  g_autoptr (GVariant) old = ctl_account_load_uri_schemes (ctl, self);
  g_autofree const char **before = g_variant_get_strv (old, NULL);
  g_autofree const char **wanted = g_variant_get_strv (value, NULL);

  return associate (ctl, self, before, FALSE, error) && associate (ctl, self, wanted, TRUE, error);
}

/** ctl_account_set: @value: (transfer floating): of one property of Account, or its URISchemes */
gboolean
ctl_account_set (Ctl *ctl, CtlAccount *self, const char *property, GVariant *value, GError **error)
{
  if (g_str_equal (property, CTL_ACCOUNT_URI_SCHEMES))
    {
      g_autoptr (GVariant) schemes = g_variant_ref_sink (value);

      return set_uri_schemes (ctl, self, schemes, error);
    }
  return ctl_set (ctl, ctl->manager, self->path, CTL_ACCOUNT, property, value, error);
}

/** ctl_account_get_text: Returns: (transfer none): a property that is a text, "" for none */
const char *
ctl_account_get_text (CtlAccount *self, const char *property)
{
  const char *text = "";

  g_variant_lookup (self->properties, property, "&s", &text);
  return text;
}

/** ctl_account_get_flag: Returns: a property that is a boolean */
gboolean
ctl_account_get_flag (CtlAccount *self, const char *property)
{
  gboolean value = FALSE;

  g_variant_lookup (self->properties, property, "b", &value);
  return value;
}

/* It will be tried again; Telepathy calls that connecting, without a connection. */
static gboolean
is_waiting (CtlAccount *self)
{
  return ctl_account_get_connection (self) == NULL &&
         *ctl_account_get_text (self, "ConnectionError") != '\0';
}

/** ctl_account_get_status: Returns: Connection_Status; disconnected between two tries */
guint
ctl_account_get_status (CtlAccount *self)
{
  guint32 status = CTL_DISCONNECTED;

  g_variant_lookup (self->properties, "ConnectionStatus", "u", &status);
  return status == CTL_CONNECTING && is_waiting (self) ? CTL_DISCONNECTED : status;
}

/** ctl_account_get_state: Returns: (transfer none): a word for programs and people, untranslated */
const char *
ctl_account_get_state (CtlAccount *self)
{
  guint status = ctl_account_get_status (self);

  if (status == CTL_CONNECTED)
    return "online";
  if (status == CTL_CONNECTING)
    return "connecting";
  if (!ctl_account_get_flag (self, "Enabled"))
    return "disabled";
  return *ctl_account_get_text (self, "ConnectionError") != '\0' ? "failed" : "offline";
}

/** ctl_account_get_connection: Returns: (transfer none) (nullable): the path of its connection */
const char *
ctl_account_get_connection (CtlAccount *self)
{
  const char *path = NULL;

  if (!g_variant_lookup (self->properties, "Connection", "&o", &path) || g_str_equal (path, "/"))
    return NULL;
  return path;
}

/** ctl_account_dup_error: Returns: (transfer full) (nullable): why it is not online, a sentence */
char *
ctl_account_dup_error (CtlAccount *self)
{
  const char *name = ctl_account_get_text (self, "ConnectionError");
  g_autoptr (GVariant) details =
      g_variant_lookup_value (self->properties, "ConnectionErrorDetails", G_VARIANT_TYPE_VARDICT);

  if (*name == '\0' || ctl_account_get_status (self) != CTL_DISCONNECTED)
    return NULL;
  return linnet_error_describe (name, details, self->address);
}

/** ctl_account_wants_online: Returns: whether it is on its way online, or will be by itself */
gboolean
ctl_account_wants_online (CtlAccount *self)
{
  g_autoptr (CtlPresence) requested = ctl_account_dup_presence (self, "RequestedPresence");

  return ctl_account_get_flag (self, "Enabled") && requested->type > CTL_PRESENCE_OFFLINE;
}

/** ctl_account_is_on_its_way: Returns: whether it is online, or may be in a moment */
gboolean
ctl_account_is_on_its_way (CtlAccount *self)
{
  return ctl_account_get_status (self) != CTL_DISCONNECTED ||
         (ctl_account_wants_online (self) &&
          *ctl_account_get_text (self, "ConnectionError") == '\0');
}

/** ctl_account_dup_presence: @property: one that is a presence. Returns: (transfer full): it */
CtlPresence *
ctl_account_dup_presence (CtlAccount *self, const char *property)
{
  guint32 type = CTL_PRESENCE_OFFLINE;
  const char *show = "offline", *text = "";

  g_variant_lookup (self->properties, property, "(u&s&s)", &type, &show, &text);
  return ctl_presence_new (type, show, text);
}

/** ctl_account_dup_connection_name: Returns: (transfer full) (nullable): its connection's bus name
 */
char *
ctl_account_dup_connection_name (CtlAccount *self)
{
  const char *path = ctl_account_get_connection (self);

  return path != NULL ? g_strdelimit (g_strdup (path + 1), "/", '.') : NULL;
}

/**
 * ctl_account_find_extension:
 * @name: (out) (transfer full): whom to call
 * @path: (out) (transfer full): the object with Conversations1 and History1
 *
 * Our interfaces are on the account, or, where another program manages it, on its connection.
 *
 * Returns: whether there is such an object
 * Errors: CTL_OFFLINE
 */
gboolean
ctl_account_find_extension (Ctl *ctl, CtlAccount *self, char **name, char **path, GError **error)
{
  if (!ctl->is_foreign)
    {
      *name = g_strdup (ctl->manager);
      *path = g_strdup (self->path);
      return TRUE;
    }
  if (ctl_account_get_connection (self) == NULL)
    {
      g_set_error (error, CTL_ERROR, CTL_OFFLINE,
                   _ ("%s is offline, and another program manages the accounts: its conversations "
                      "can be reached while it is online."),
                   self->address);
      return FALSE;
    }
  *name = ctl_account_dup_connection_name (self);
  *path = g_strdup (ctl_account_get_connection (self));
  return TRUE;
}

/**
 * ctl_account_open:
 * @address: (nullable): as typed; NULL: the one of --account, or the only one
 * @accounts: (out) (transfer full): owns the account
 *
 * Reaches the service and finds an account.
 */
CtlAccount *
ctl_account_open (Ctl *ctl, const char *address, GPtrArray **accounts, GError **error)
{
  if (!ctl_connect (ctl, error))
    return NULL;
  *accounts = ctl_accounts_select (ctl, error);
  if (*accounts == NULL)
    return NULL;
  return address != NULL ? ctl_accounts_find (*accounts, address, error)
                         : ctl_accounts_select_one (ctl, *accounts, error);
}
