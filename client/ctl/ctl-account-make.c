/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-account-make.c: a new account, from its parameters to its first sign-in; what the commands
 * that change accounts share. Telepathy AccountManager.CreateAccount */
#include "config.h"

#include "ctl/ctl-account-make.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-password.h"
#include "ctl/ctl-text.h"

void
ctl_make_options_clear (CtlMakeOptions *self)
{
  g_free (self->server);
  g_free (self->name);
}

/** ctl_make_options_check: Returns: whether the numbers are in range */
gboolean
ctl_make_options_check (const CtlMakeOptions *self, GError **error)
{
  if (!ctl_check_timeout (self->timeout_s, error))
    return FALSE;
  if (self->port >= 0 && self->port <= G_MAXUINT16)
    return TRUE;
  g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("A number is out of range."));
  return FALSE;
}

/** ctl_account_check_password: Returns: whether a password can be handed over: without the
 * service's own account manager nobody takes one from a pipe */
gboolean
ctl_account_check_password (Ctl *ctl, GError **error)
{
  if (!ctl->is_foreign)
    return TRUE;
  g_set_error_literal (
      error, CTL_ERROR, CTL_FAILED,
      _ ("Another program manages the accounts and takes no password from here. It "
         "asks for it when the account signs in; use --no-password."));
  return FALSE;
}

/** ctl_account_set_all: @properties: a{sv}: of Account, by their short names */
gboolean
ctl_account_set_all (Ctl *ctl, CtlAccount *account, GVariant *properties, GError **error)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;
  gboolean good = TRUE;

  g_variant_iter_init (&iter, properties);
  while (good && g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      good = ctl_account_set (ctl, account, name, value, error);
      g_variant_unref (value);
    }
  return good;
}

/** ctl_account_print: says what became of an account */
void
ctl_account_print (Ctl *ctl, CtlAccount *account, const char *sentence)
{
  GVariantBuilder builder;
  g_autofree char *safe = NULL;

  if (ctl->wants_json)
    {
      g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&builder, "{sv}", "address", g_variant_new_string (account->address));
      g_variant_builder_add (&builder, "{sv}", "state",
                             g_variant_new_string (ctl_account_get_state (account)));
      ctl_json_print (g_variant_builder_end (&builder));
      return;
    }
  safe = ctl_text_dup_safe (account->address);
  g_print ("%s: %s\n", safe, sentence);
}

static GVariant *
first_properties (void)
{
  GVariantBuilder properties;
  GVariant *available = g_variant_new ("(uss)", 2, "available", "");

  g_variant_builder_init (&properties, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&properties, "{sv}", CTL_ACCOUNT ".Enabled",
                         g_variant_new_boolean (FALSE));
  g_variant_builder_add (&properties, "{sv}", CTL_ACCOUNT ".ConnectAutomatically",
                         g_variant_new_boolean (TRUE));
  g_variant_builder_add (&properties, "{sv}", CTL_ACCOUNT ".RequestedPresence", available);
  g_variant_builder_add (&properties, "{sv}", CTL_ACCOUNT ".AutomaticPresence", available);
  return g_variant_builder_end (&properties);
}

/* Not enabled yet, so that it does not sign in before it has its password. */
static CtlAccount *
create (Ctl *ctl,
        const char *address,
        const char *display_name,
        GVariant *parameters,
        GPtrArray **accounts,
        GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  const char *path;

  reply =
      ctl_call (ctl, ctl->manager, CTL_ACCOUNT_MANAGER_PATH, CTL_ACCOUNT_MANAGER, "CreateAccount",
                g_variant_new ("(sss@a{sv}@a{sv})", "linnet", "jabber",
                               display_name != NULL ? display_name : address, parameters,
                               first_properties ()),
                "(o)", error);
  if (reply == NULL)
    return NULL;
  g_variant_get (reply, "(&o)", &path);
  *accounts = ctl_accounts_load (ctl, error);
  return *accounts != NULL ? ctl_accounts_find (*accounts, path, error) : NULL;
}

/** ctl_account_check_new: Returns: whether there can be such an account, and is none yet */
gboolean
ctl_account_check_new (Ctl *ctl, const char *address, gboolean is_anonymous, GError **error)
{
  g_autoptr (GPtrArray) accounts = ctl_accounts_load (ctl, error);

  if (accounts == NULL)
    return FALSE;
  if (strchr (address, '@') == NULL && !is_anonymous)
    {
      g_set_error (error, CTL_ERROR, CTL_USAGE,
                   _ ("“%s” is not an address. Addresses look like name@example.org."), address);
      return FALSE;
    }
  if (ctl_accounts_find (accounts, address, NULL) == NULL)
    return TRUE;
  g_set_error (error, CTL_ERROR, CTL_FAILED,
               _ ("There is an account “%s” already. “linnetctl account set” changes it."),
               address);
  return FALSE;
}

static GVariant *
new_parameters (const char *address, const CtlMakeOptions *options, GVariant *others)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, others);
  g_variant_dict_insert (&dict, "account", "s", address);
  if (options->server != NULL)
    g_variant_dict_insert (&dict, "server", "s", options->server);
  if (options->port > 0)
    g_variant_dict_insert (&dict, "port", "q", (guint16) options->port);
  return g_variant_dict_end (&dict);
}

/* Has a new account sign in, and waits. */
static gboolean
go_online (Ctl *ctl, CtlAccount *account, const CtlMakeOptions *options, GError **error)
{
  g_autoptr (CtlWatch) watch = ctl_watch_new (ctl, account);

  if (!ctl_account_set (ctl, account, "Enabled", g_variant_new_boolean (TRUE), error))
    return FALSE;
  if (options->no_wait)
    {
      ctl_account_print (ctl, account, _ ("the account is made and signs in."));
      return TRUE;
    }
  if (!ctl_watch_until_online (watch, options->timeout_s, error))
    {
      g_prefix_error (error, "%s ", _ ("The account is made, but it is not online."));
      return FALSE;
    }
  ctl_account_print (ctl, account, _ ("the account is made and online."));
  return TRUE;
}

/**
 * ctl_account_make:
 * @parameters: a{sv}: others than those of @options
 * @properties: a{sv}: of Account, by their short names
 * @password: (nullable): kept for it
 *
 * Makes an account and, if that is wanted, has it sign in and waits.
 */
gboolean
ctl_account_make (Ctl *ctl,
                  const char *address,
                  GVariant *parameters,
                  GVariant *properties,
                  const char *password,
                  const CtlMakeOptions *options,
                  GError **error)
{
  g_autoptr (GPtrArray) accounts = NULL;
  CtlAccount *account = create (ctl, address, options->name,
                                new_parameters (address, options, parameters), &accounts, error);

  if (account == NULL ||
      (properties != NULL && !ctl_account_set_all (ctl, account, properties, error)))
    return FALSE;
  if (password != NULL && !ctl_password_set (ctl, account, password, !options->no_remember, error))
    return FALSE;
  if (!options->no_enable)
    return go_online (ctl, account, options, error);
  ctl_account_print (ctl, account, _ ("the account is made. “linnetctl account enable” uses it."));
  return TRUE;
}
