/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-account-show.c: account list, account show and status. linnetctl(1) */
#include "config.h"

#include <glib/gi18n.h>

#include "ctl/ctl-account.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-parameter.h"
#include "ctl/ctl-password.h"
#include "ctl/ctl-text.h"

static const char *
translate_state (const char *state)
{
  static const char *const words[][2] = {
    { "online", N_ ("online") },
    { "connecting", N_ ("connecting") },
    { "offline", N_ ("offline") },
    { "disabled", N_ ("disabled") },
    { "failed", N_ ("failed") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i][0], state))
      return _ (words[i][1]);
  return state;
}

static void
add (GVariantBuilder *builder, const char *key, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", key, value);
}

/* Why it is not online, or nothing. */
static GVariant *
new_error (CtlAccount *account)
{
  g_autofree char *sentence = ctl_account_dup_error (account);
  GVariantBuilder builder;

  if (sentence == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARDICT, NULL);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add (&builder, "name", g_variant_new_string (ctl_account_get_text (account, "ConnectionError")));
  add (&builder, "message", g_variant_new_string (sentence));
  return g_variant_builder_end (&builder);
}

static void
add_summary (GVariantBuilder *builder, CtlAccount *account)
{
  g_autoptr (CtlPresence) current = ctl_account_dup_presence (account, "CurrentPresence");

  add (builder, "address", g_variant_new_string (account->address));
  add (builder, "display_name",
       g_variant_new_string (ctl_account_get_text (account, "DisplayName")));
  add (builder, "enabled", g_variant_new_boolean (ctl_account_get_flag (account, "Enabled")));
  add (builder, "state", g_variant_new_string (ctl_account_get_state (account)));
  add (builder, "presence", ctl_presence_to_variant (current));
  add (builder, "error", new_error (account));
}

static GVariant *
new_summary (CtlAccount *account)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add_summary (&builder, account);
  return g_variant_builder_end (&builder);
}

static GVariant *
new_summaries (GPtrArray *accounts)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < accounts->len; i++)
    g_variant_builder_add_value (&builder, new_summary (g_ptr_array_index (accounts, i)));
  return g_variant_builder_end (&builder);
}

static const char *
get_none (void)
{
  return _ ("There is no account yet. “linnetctl account add” makes one.");
}

gboolean
ctl_account_list (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  const char *const titles[] = { _ ("Address"), _ ("Name"), _ ("Enabled"), _ ("State"), NULL };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, NULL, words, 0, 0, error);
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (CtlTable) table = ctl_table_new (titles);

  if (arguments == NULL || !ctl_connect (ctl, error))
    return FALSE;
  accounts = ctl_accounts_select (ctl, error);
  if (accounts == NULL)
    return FALSE;
  for (guint i = 0; i < accounts->len; i++)
    {
      CtlAccount *account = g_ptr_array_index (accounts, i);

      ctl_table_add (table, (const char *const[]){
                                account->address, ctl_account_get_text (account, "DisplayName"),
                                ctl_account_get_flag (account, "Enabled") ? _ ("yes") : _ ("no"),
                                translate_state (ctl_account_get_state (account)) });
    }
  if (ctl->wants_json)
    ctl_json_print (new_summaries (accounts));
  else
    ctl_table_print (table, get_none ());
  return TRUE;
}

static GVariant *
new_service (Ctl *ctl)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add (&builder, "account_manager", g_variant_new_string (ctl->is_foreign ? "foreign" : "linnet"));
  return g_variant_builder_end (&builder);
}

static void
print_status (Ctl *ctl, GPtrArray *accounts)
{
  const char *const titles[] = { _ ("Address"), _ ("State"), _ ("Presence"), _ ("Text"), NULL };
  g_autoptr (CtlTable) table = ctl_table_new (titles);

  for (guint i = 0; i < accounts->len; i++)
    {
      CtlAccount *account = g_ptr_array_index (accounts, i);
      g_autoptr (CtlPresence) current = ctl_account_dup_presence (account, "CurrentPresence");
      g_autofree char *why = ctl_account_dup_error (account);

      ctl_table_add (table,
                     (const char *const[]){
                         account->address, translate_state (ctl_account_get_state (account)),
                         ctl_presence_get_word (current), why != NULL ? why : current->text });
    }
  if (ctl->is_foreign)
    g_print ("%s\n", _ ("Another program manages the accounts."));
  ctl_table_print (table, get_none ());
}

gboolean
ctl_status (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (GStrv) arguments = ctl_parse (ctl, command, NULL, words, 0, 0, error);
  g_autoptr (GPtrArray) accounts = NULL;
  GVariantBuilder builder;

  if (arguments == NULL || !ctl_connect (ctl, error))
    return FALSE;
  accounts = ctl_accounts_select (ctl, error);
  if (accounts == NULL)
    return FALSE;
  if (!ctl->wants_json)
    {
      print_status (ctl, accounts);
      return TRUE;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add (&builder, "service", new_service (ctl));
  add (&builder, "accounts", new_summaries (accounts));
  ctl_json_print (g_variant_builder_end (&builder));
  return TRUE;
}

/* Without what is secret, whoever the account manager is. */
static GVariant *
dup_parameters (CtlAccount *account, GVariant *specs)
{
  g_autoptr (GVariant) all =
      g_variant_lookup_value (account->properties, "Parameters", G_VARIANT_TYPE_VARDICT);
  GVariantBuilder builder;
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (all != NULL)
    {
      g_variant_iter_init (&iter, all);
      while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
        if (!ctl_parameters_is_secret (specs, name))
          g_variant_builder_add (&builder, "{sv}", name, value);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
print_line (const char *title, const char *text)
{
  g_autofree char *safe = ctl_text_dup_safe (text);

  g_print ("%s: %s\n", title, safe);
}

static void
print_parameters (GVariant *parameters)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_print ("%s\n", _ ("Parameters:"));
  g_variant_iter_init (&iter, parameters);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    {
      g_autofree char *text = NULL;
      g_autofree const char **items = NULL;
      g_autofree char *safe = NULL;
      g_autofree char *safe_name = ctl_text_dup_safe (name);

      if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        text = g_variant_dup_string (value, NULL);
      else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
        {
          items = g_variant_get_strv (value, NULL);
          text = g_strjoinv (",", (char **) items);
        }
      else
        text = g_variant_print (value, FALSE);
      safe = ctl_text_dup_safe (text);
      g_print ("  %s=%s\n", safe_name, safe);
    }
}

/* How safe its connection is: a{sv}; NULL: nobody says. */
static GVariant *
dup_security (Ctl *ctl, CtlAccount *account)
{
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;

  if (ctl_account_get_status (account) != CTL_CONNECTED ||
      !ctl_account_find_extension (ctl, account, &name, &path, NULL))
    return NULL;
  return ctl_get_all (ctl, name, path, CTL_SECURITY, NULL);
}

static const char *
get_text (GVariant *dict, const char *key)
{
  const char *text = "";

  g_variant_lookup (dict, key, "&s", &text);
  return text;
}

static gboolean
get_flag (GVariant *dict, const char *key)
{
  gboolean value = FALSE;

  g_variant_lookup (dict, key, "b", &value);
  return value;
}

static void
print_security (GVariant *security)
{
  const char *binding = get_text (security, "ChannelBinding");
  g_autofree char *encryption = NULL;
  g_autofree char *sign_in = NULL;

  if (get_flag (security, "Encrypted"))
    encryption = g_strdup_printf ("%s, %s", get_text (security, "TLSVersion"),
                                  get_text (security, "Cipher"));
  if (*binding != '\0')
    sign_in = g_strdup_printf (_ ("%s, tied to the connection by %s"),
                               get_text (security, "Mechanism"), binding);
  else if (get_flag (security, "ChannelBindingRefused"))
    sign_in =
        g_strdup_printf (_ ("%s; the server offered to tie it to the connection, and refused"),
                         get_text (security, "Mechanism"));
  print_line (_ ("Encryption"), encryption != NULL ? encryption : _ ("none"));
  print_line (_ ("Signed in by"), sign_in != NULL ? sign_in : get_text (security, "Mechanism"));
}

static GVariant *
new_security (GVariant *security)
{
  GVariantBuilder builder;

  if (security == NULL)
    return g_variant_new_maybe (G_VARIANT_TYPE_VARDICT, NULL);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add (&builder, "encrypted", g_variant_new_boolean (get_flag (security, "Encrypted")));
  add (&builder, "tls_version", g_variant_new_string (get_text (security, "TLSVersion")));
  add (&builder, "cipher", g_variant_new_string (get_text (security, "Cipher")));
  add (&builder, "mechanism", g_variant_new_string (get_text (security, "Mechanism")));
  add (&builder, "channel_binding", g_variant_new_string (get_text (security, "ChannelBinding")));
  add (&builder, "channel_binding_refused",
       g_variant_new_boolean (get_flag (security, "ChannelBindingRefused")));
  return g_variant_builder_end (&builder);
}

static void
print_account (CtlAccount *account,
               GVariant *parameters,
               GVariant *uri_schemes,
               const char *password,
               GVariant *security)
{
  static const char *const words[][2] = {
    { "none", N_ ("there is none") },
    { "stored", N_ ("kept in the keyring") },
    { "session", N_ ("kept until the service ends") },
    { "unknown", N_ ("unknown") },
  };
  g_autoptr (CtlPresence) current = ctl_account_dup_presence (account, "CurrentPresence");
  g_autoptr (CtlPresence) requested = ctl_account_dup_presence (account, "RequestedPresence");
  g_autofree char *why = ctl_account_dup_error (account);
  g_autofree const char **listed = g_variant_get_strv (uri_schemes, NULL);
  g_autofree char *schemes = g_strjoinv (", ", (char **) listed);

  print_line (_ ("Address"), account->address);
  print_line (_ ("Name"), ctl_account_get_text (account, "DisplayName"));
  print_line (_ ("Nickname"), ctl_account_get_text (account, "Nickname"));
  print_line (_ ("Enabled"), ctl_account_get_flag (account, "Enabled") ? _ ("yes") : _ ("no"));
  print_line (_ ("Connects automatically"),
              ctl_account_get_flag (account, "ConnectAutomatically") ? _ ("yes") : _ ("no"));
  print_line (_ ("State"), translate_state (ctl_account_get_state (account)));
  if (why != NULL)
    print_line (_ ("Why"), why);
  print_line (_ ("Presence"), ctl_presence_get_word (current));
  if (*current->text != '\0')
    print_line (_ ("Text"), current->text);
  print_line (_ ("Requested presence"), ctl_presence_get_word (requested));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i][0], password))
      print_line (_ ("Password"), _ (words[i][1]));
  if (g_variant_n_children (uri_schemes) > 0)
    print_line (_ ("Wanted for"), schemes);
  if (security != NULL)
    print_security (security);
  print_parameters (parameters);
}

static void
print_account_json (CtlAccount *account,
                    GVariant *parameters,
                    GVariant *uri_schemes,
                    const char *password,
                    GVariant *security)
{
  g_autoptr (CtlPresence) requested = ctl_account_dup_presence (account, "RequestedPresence");
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add_summary (&builder, account);
  add (&builder, "nickname", g_variant_new_string (ctl_account_get_text (account, "Nickname")));
  add (&builder, "connect_automatically",
       g_variant_new_boolean (ctl_account_get_flag (account, "ConnectAutomatically")));
  add (&builder, "valid", g_variant_new_boolean (ctl_account_get_flag (account, "Valid")));
  add (&builder, "requested_presence", ctl_presence_to_variant (requested));
  add (&builder, "service", g_variant_new_string (ctl_account_get_text (account, "Service")));
  add (&builder, "uri_schemes", uri_schemes);
  add (&builder, "password", g_variant_new_string (password));
  add (&builder, "security", new_security (security));
  add (&builder, "parameters", parameters);
  add (&builder, "path", g_variant_new_string (account->path));
  ctl_json_print (g_variant_builder_end (&builder));
}

gboolean
ctl_account_show (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (GStrv) arguments = ctl_parse (ctl, command, NULL, words, 0, 1, error);
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (GVariant) specs = NULL;
  g_autoptr (GVariant) parameters = NULL;
  g_autoptr (GVariant) uri_schemes = NULL;
  g_autoptr (GVariant) security = NULL;
  CtlAccount *account;
  const char *password;

  if (arguments == NULL || !ctl_connect (ctl, error))
    return FALSE;
  accounts = ctl_accounts_select (ctl, error);
  if (accounts == NULL)
    return FALSE;
  account = arguments[0] != NULL ? ctl_accounts_find (accounts, arguments[0], error)
                                 : ctl_accounts_select_one (ctl, accounts, error);
  if (account == NULL)
    return FALSE;
  specs = ctl_parameters_load (ctl, error);
  if (specs == NULL)
    return FALSE;
  parameters = dup_parameters (account, specs);
  uri_schemes = ctl_account_load_uri_schemes (ctl, account);
  password = ctl_password_get_state (ctl, account);
  security = dup_security (ctl, account);
  if (ctl->wants_json)
    print_account_json (account, parameters, uri_schemes, password, security);
  else
    print_account (account, parameters, uri_schemes, password, security);
  return TRUE;
}
