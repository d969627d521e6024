/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-roster.c: roster list, add, remove, rename, group, unsubscribe, authorize, deny, block,
 * report, unblock and blocked. linnetctl(1) */
#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-address.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-text.h"

#define BLOCKING CTL_CONNECTION ".Interface.ContactBlocking"
/* Contact_Blocking_Capabilities */
#define CAN_REPORT_ABUSIVE 1

/* The contact that the first argument names. (transfer full) */
static CtlContact *
roster_find (CtlOnline *self, Ctl *ctl, GError **error)
{
  return ctl_contact_find (ctl, self->account, self->arguments[0], error);
}

/* Somebody, in the list or not, who is not the account itself. (transfer full) */
static CtlContact *
load_other (CtlOnline *self, Ctl *ctl, GError **error)
{
  g_autoptr (CtlContact) contact = ctl_contact_load (ctl, self->account, self->arguments[0], error);

  if (contact == NULL || !contact->is_self)
    return g_steal_pointer (&contact);
  g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("%s is you, and nobody is their own contact."),
               contact->address);
  return NULL;
}

static GVariant *
new_contact (CtlAccount *account, const CtlContact *contact)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "account", g_variant_new_string (account->address));
  ctl_contact_add_json (contact, &builder);
  return g_variant_builder_end (&builder);
}

static char *
dup_subscription (const CtlContact *contact)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *standing = ctl_contact_dup_standing (contact);

  if (contact->lookalike == NULL)
    return g_steal_pointer (&standing);
  g_string_append_printf (text, _ ("looks like %s"), contact->lookalike);
  return g_strconcat (standing, ", ", text->str, NULL);
}

static void
add_row (CtlTable *table, gboolean is_one_of_many, CtlAccount *account, const CtlContact *contact)
{
  g_autofree char *groups = g_strjoinv (", ", contact->groups);
  g_autofree char *subscription = dup_subscription (contact);
  g_autofree char *presence =
      *contact->presence->text == '\0'
          ? g_strdup (ctl_presence_get_word (contact->presence))
          : g_strdup_printf ("%s (%s)", ctl_presence_get_word (contact->presence),
                             contact->presence->text);
  const char *const cells[] = { account->address, contact->address, contact->name,
                                presence, subscription, groups };

  ctl_table_add (table, is_one_of_many ? cells : cells + 1);
}

/* Accounts that are not online have no contacts to show; one that was named must be online. */
static gboolean
load_all (Ctl *ctl, GPtrArray *accounts, CtlTable *table, GVariantBuilder *json, GError **error)
{
  gboolean is_any = FALSE;

  for (guint i = 0; i < accounts->len; i++)
    {
      CtlAccount *account = g_ptr_array_index (accounts, i);
      g_autoptr (GPtrArray) contacts = NULL;

      if (!ctl_account_await (ctl, account, accounts->len > 1 ? NULL : error) && accounts->len == 1)
        return FALSE;
      if (accounts->len > 1 && ctl_account_get_status (account) != CTL_CONNECTED)
        continue;
      contacts = ctl_contacts_load (ctl, account, error);
      if (contacts == NULL)
        return FALSE;
      is_any = TRUE;
      for (guint j = 0; j < contacts->len; j++)
        if (ctl->wants_json)
          g_variant_builder_add_value (json, new_contact (account, contacts->pdata[j]));
        else
          add_row (table, accounts->len > 1, account, contacts->pdata[j]);
    }
  if (!is_any)
    g_set_error_literal (error, CTL_ERROR, accounts->len > 0 ? CTL_OFFLINE : CTL_UNKNOWN,
                         accounts->len > 0
                             ? _ ("No account is online. “linnetctl status” says more.")
                             : _ ("There is no account yet. “linnetctl account add” makes one."));
  return is_any;
}

gboolean
ctl_roster_list (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  const char *const titles[] = { _ ("Account"), _ ("Address"), _ ("Name"), _ ("Presence"),
                                 _ ("Subscription"), _ ("Groups"), NULL };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, NULL, words, 0, 0, error);
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (CtlTable) table = NULL;
  g_auto (GVariantBuilder) json = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  if (arguments == NULL || !ctl_connect (ctl, error))
    return FALSE;
  accounts = ctl_accounts_select (ctl, error);
  if (accounts == NULL)
    return FALSE;
  table = ctl_table_new (accounts->len > 1 ? titles : titles + 1);
  if (!load_all (ctl, accounts, table, &json, error))
    return FALSE;
  if (ctl->wants_json)
    ctl_json_print (g_variant_builder_end (&json));
  else
    ctl_table_print (table, _ ("There are no contacts."));
  return TRUE;
}

static void
print_done (Ctl *ctl, CtlAccount *account, const char *address, const char *sentence)
{
  GVariantBuilder builder;
  g_autofree char *safe = ctl_text_dup_safe (address);

  if (!ctl->wants_json)
    {
      g_print ("%s: %s\n", safe, sentence);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "account", g_variant_new_string (account->address));
  g_variant_builder_add (&builder, "{sv}", "address", g_variant_new_string (address));
  ctl_json_print (g_variant_builder_end (&builder));
}

static GVariant *
one (guint32 handle)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &handle, 1, sizeof handle);
}

static gboolean
rename_contact (Ctl *ctl, CtlAccount *account, guint handle, const char *name, GError **error)
{
  GVariantBuilder aliases;

  g_variant_builder_init (&aliases, G_VARIANT_TYPE ("a{us}"));
  g_variant_builder_add (&aliases, "{us}", handle, name);
  return ctl_contact_call (ctl, account, "Aliasing", "SetAliases",
                           g_variant_new ("(a{us})", &aliases), error);
}

gboolean
ctl_roster_add (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) roster = { 0 };
  g_auto (GStrv) groups = NULL;
  g_autofree char *name = NULL;
  g_autofree char *message = NULL;
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_FILENAME, &name, N_ ("Call the contact so"), N_ ("NAME") },
    { "group", 'g', 0, G_OPTION_ARG_FILENAME_ARRAY, &groups, N_ ("Put the contact into this group"),
      N_ ("GROUP") },
    { "message", 'm', 0, G_OPTION_ARG_FILENAME, &message, N_ ("Say this with the request"),
      N_ ("TEXT") },
    { NULL },
  };
  g_autoptr (CtlContact) contact = NULL;
  guint handle;

  if (!ctl_online_open (&roster, ctl, command, entries, words, 1, 1, error))
    return FALSE;
  contact = load_other (&roster, ctl, error);
  if (contact == NULL)
    return FALSE;
  /* The server would keep the request from them. */
  if (!ctl_contact_check_reachable (ctl, roster.account, contact->address, error))
    return FALSE;
  handle = contact->handle;
  if (!ctl_contact_call (ctl, roster.account, "ContactList", "RequestSubscription",
                         g_variant_new ("(@aus)", one (handle), message != NULL ? message : ""),
                         error))
    return FALSE;
  if (name != NULL && !rename_contact (ctl, roster.account, handle, name, error))
    return FALSE;
  if (groups != NULL && !ctl_contact_call (ctl, roster.account, "ContactGroups", "SetContactGroups",
                                           g_variant_new ("(u^as)", handle, groups), error))
    return FALSE;
  print_done (ctl, roster.account, contact->address,
              contact->subscribe == CTL_SUBSCRIPTION_YES
                  ? _ ("is in the contact list, and shows their presence already.")
                  : _ ("added, and asked to show their presence."));
  return TRUE;
}

gboolean
ctl_roster_remove (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) roster = { 0 };
  g_autoptr (CtlContact) contact = NULL;

  if (!ctl_online_open (&roster, ctl, command, NULL, words, 1, 1, error))
    return FALSE;
  contact = roster_find (&roster, ctl, error);
  if (contact == NULL || !ctl_contact_call (ctl, roster.account, "ContactList", "RemoveContacts",
                                            g_variant_new ("(@au)", one (contact->handle)), error))
    return FALSE;
  print_done (ctl, roster.account, contact->address, _ ("removed."));
  return TRUE;
}

gboolean
ctl_roster_rename (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) roster = { 0 };
  g_autoptr (CtlContact) contact = NULL;

  if (!ctl_online_open (&roster, ctl, command, NULL, words, 2, 2, error))
    return FALSE;
  contact = roster_find (&roster, ctl, error);
  if (contact == NULL ||
      !rename_contact (ctl, roster.account, contact->handle, roster.arguments[1], error))
    return FALSE;
  print_done (ctl, roster.account, contact->address, _ ("renamed."));
  return TRUE;
}

gboolean
ctl_roster_group (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) roster = { 0 };
  g_autoptr (CtlContact) contact = NULL;

  if (!ctl_online_open (&roster, ctl, command, NULL, words, 1, CTL_ANY_NUMBER, error))
    return FALSE;
  contact = roster_find (&roster, ctl, error);
  if (contact == NULL ||
      !ctl_contact_call (ctl, roster.account, "ContactGroups", "SetContactGroups",
                         g_variant_new ("(u^as)", contact->handle, roster.arguments + 1), error))
    return FALSE;
  print_done (ctl, roster.account, contact->address,
              roster.arguments[1] != NULL ? _ ("in these groups now.") : _ ("in no group now."));
  return TRUE;
}

gboolean
ctl_roster_unsubscribe (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) roster = { 0 };
  g_autoptr (CtlContact) contact = NULL;

  if (!ctl_online_open (&roster, ctl, command, NULL, words, 1, 1, error))
    return FALSE;
  contact = roster_find (&roster, ctl, error);
  if (contact == NULL || !ctl_contact_call (ctl, roster.account, "ContactList", "Unsubscribe",
                                            g_variant_new ("(@au)", one (contact->handle)), error))
    return FALSE;
  print_done (ctl, roster.account, contact->address, _ ("no longer shows you their presence."));
  return TRUE;
}

/* Somebody who is not in the list may be answered, too, and allowed before they ask. */
gboolean
ctl_roster_authorize (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) roster = { 0 };
  g_autoptr (CtlContact) before = NULL;
  g_autoptr (CtlContact) after = NULL;

  if (!ctl_online_open (&roster, ctl, command, NULL, words, 1, 1, error))
    return FALSE;
  before = load_other (&roster, ctl, error);
  if (before == NULL ||
      !ctl_contact_call (ctl, roster.account, "ContactList", "AuthorizePublication",
                         g_variant_new ("(@au)", one (before->handle)), error))
    return FALSE;
  after = ctl_contact_load (ctl, roster.account, before->address, NULL);
  /* Whether they see us by now, or will once they ask. */
  print_done (ctl, roster.account, before->address,
              after == NULL || after->publish == CTL_SUBSCRIPTION_YES ||
                      after->publish == CTL_SUBSCRIPTION_ASK
                  ? _ ("may see your presence.")
                  : _ ("may see your presence once they ask."));
  return TRUE;
}

gboolean
ctl_roster_deny (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) roster = { 0 };
  g_autoptr (CtlContact) contact = NULL;

  if (!ctl_online_open (&roster, ctl, command, NULL, words, 1, 1, error))
    return FALSE;
  contact = roster_find (&roster, ctl, error);
  if (contact == NULL || !ctl_contact_call (ctl, roster.account, "ContactList", "Unpublish",
                                            g_variant_new ("(@au)", one (contact->handle)), error))
    return FALSE;
  print_done (ctl, roster.account, contact->address, _ ("may not see your presence."));
  return TRUE;
}

/* Anybody, also who is in no list. (transfer full) (nullable): who it was */
static CtlContact *
change_blocking (CtlOnline *roster,
                 Ctl *ctl,
                 const CtlCommand *command,
                 char **words,
                 const char *method,
                 gboolean is_abuse,
                 GError **error)
{
  g_autoptr (CtlContact) contact = NULL;
  GVariant *arguments;

  roster->arguments = ctl_parse (ctl, command, NULL, words, 1, 1, error);
  if (roster->arguments == NULL || !ctl_address_check_bare (roster->arguments[0], error) ||
      !ctl_online_await (roster, ctl, error))
    return NULL;
  contact = ctl_contact_load (ctl, roster->account, roster->arguments[0], error);
  if (contact == NULL)
    return NULL;
  arguments = strcmp (method, "BlockContacts") == 0
                  ? g_variant_new ("(@aub)", one (contact->handle), is_abuse)
                  : g_variant_new ("(@au)", one (contact->handle));
  return ctl_contact_call (ctl, roster->account, "ContactBlocking", method, arguments, error)
             ? g_steal_pointer (&contact)
             : NULL;
}

gboolean
ctl_roster_block (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) roster = { 0 };
  g_autoptr (CtlContact) contact =
      change_blocking (&roster, ctl, command, words, "BlockContacts", FALSE, error);

  if (contact == NULL)
    return FALSE;
  print_done (ctl, roster.account, contact->address, _ ("blocked: neither reaches the other."));
  return TRUE;
}

/* Whether the server takes reports, which is known once it has said whom it blocks. */
static gboolean
can_report (Ctl *ctl, CtlAccount *account)
{
  g_autofree char *name = ctl_contact_dup_connection (account, NULL);
  g_autoptr (GVariant) flags = name != NULL
                                   ? ctl_get (ctl, name, ctl_account_get_connection (account),
                                              BLOCKING, "ContactBlockingCapabilities", "u", NULL)
                                   : NULL;

  return flags != NULL && (g_variant_get_uint32 (flags) & CAN_REPORT_ABUSIVE) != 0;
}

gboolean
ctl_roster_report (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) roster = { 0 };
  g_autoptr (CtlContact) contact =
      change_blocking (&roster, ctl, command, words, "BlockContacts", TRUE, error);
  gboolean is_reported;

  if (contact == NULL)
    return FALSE;
  is_reported = can_report (ctl, roster.account);
  if (ctl->wants_json)
    ctl_json_print (g_variant_new_parsed ("{'account': <%s>, 'address': <%s>, 'reported': <%b>}",
                                          roster.account->address, contact->address, is_reported));
  else
    print_done (ctl, roster.account, contact->address,
                is_reported ? _ ("blocked, and reported to the server.")
                            : _ ("blocked. The server takes no reports, so nobody was told."));
  return TRUE;
}

gboolean
ctl_roster_unblock (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) roster = { 0 };
  g_autoptr (CtlContact) contact =
      change_blocking (&roster, ctl, command, words, "UnblockContacts", FALSE, error);

  if (contact == NULL)
    return FALSE;
  print_done (ctl, roster.account, contact->address, _ ("no longer blocked."));
  return TRUE;
}

static int
compare_addresses (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* In the order of their addresses. */
static char **
load_blocked (Ctl *ctl, CtlAccount *account, GError **error)
{
  g_autofree char *name = ctl_contact_dup_connection (account, error);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GVariantIter) iter = NULL;
  char *address;

  if (name == NULL)
    return NULL;
  reply = ctl_call (ctl, name, ctl_account_get_connection (account), BLOCKING,
                    "RequestBlockedContacts", NULL, "(a{us})", error);
  if (reply == NULL)
    return NULL;
  g_variant_get (reply, "(a{us})", &iter);
  while (g_variant_iter_next (iter, "{us}", NULL, &address))
    g_ptr_array_add (addresses, address);
  g_ptr_array_sort (addresses, compare_addresses);
  g_ptr_array_add (addresses, NULL);
  g_ptr_array_set_free_func (addresses, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&addresses), FALSE);
}

gboolean
ctl_roster_blocked (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  const char *const titles[] = { _ ("Address"), NULL };
  g_auto (CtlOnline) roster = { 0 };
  g_autoptr (CtlTable) table = NULL;
  g_auto (GStrv) addresses = NULL;

  if (!ctl_online_open (&roster, ctl, command, NULL, words, 0, 0, error))
    return FALSE;
  addresses = load_blocked (ctl, roster.account, error);
  if (addresses == NULL)
    return FALSE;
  if (ctl->wants_json)
    {
      ctl_json_print (g_variant_new_strv ((const char *const *) addresses, -1));
      return TRUE;
    }
  table = ctl_table_new (titles);
  for (guint i = 0; addresses[i] != NULL; i++)
    {
      const char *const cells[] = { addresses[i] };

      ctl_table_add (table, cells);
    }
  ctl_table_print (table, _ ("Nobody is blocked."));
  return TRUE;
}
