/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-group.c: group list, rename, merge, remove, add and drop. Telepathy
 * Connection.Interface.ContactGroups, im.linnet.Groups1 */
#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-text.h"

#define GROUPS "im.linnet.Groups1"

static gboolean
open_list (CtlOnline *self,
           Ctl *ctl,
           const CtlCommand *command,
           char **words,
           guint least,
           guint most,
           GError **error)
{
  if (!ctl_online_open (self, ctl, command, NULL, words, least, most, error))
    return FALSE;
  self->contacts = ctl_contacts_load (ctl, self->account, error);
  return self->contacts != NULL;
}

/* (transfer full) (nullable): what stands between the names of groups within groups; another
 * service has nothing. */
static char *
dup_delimiter (Ctl *ctl, CtlAccount *account)
{
  g_autofree char *name = ctl_contact_dup_connection (account, NULL);
  g_autoptr (GVariant) value = NULL;

  if (name != NULL)
    value =
        ctl_get (ctl, name, ctl_account_get_connection (account), GROUPS, "Delimiter", "s", NULL);
  return value != NULL && *g_variant_get_string (value, NULL) != '\0'
             ? g_variant_dup_string (value, NULL)
             : NULL;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* (transfer full): names, sorted, each once, borrowed from the contacts */
static GList *
list_groups (GPtrArray *contacts)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < contacts->len; i++)
    for (char **group = ((CtlContact *) contacts->pdata[i])->groups; *group != NULL; group++)
      g_hash_table_add (seen, *group);
  return g_list_sort (g_hash_table_get_keys (seen), compare_names);
}

/* (transfer full): those who are in a group, CtlContact, borrowed */
static GPtrArray *
list_members (GPtrArray *contacts, const char *group)
{
  GPtrArray *members = g_ptr_array_new ();

  for (guint i = 0; i < contacts->len; i++)
    if (g_strv_contains ((const char *const *) ((CtlContact *) contacts->pdata[i])->groups, group))
      g_ptr_array_add (members, contacts->pdata[i]);
  return members;
}

static GVariant *
new_group (const char *group, const char *delimiter, GPtrArray *members)
{
  GVariantBuilder builder;
  g_auto (GStrv) path = g_strsplit (group, delimiter != NULL ? delimiter : "\n", -1);
  const char *const whole[] = { group, NULL };
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();

  for (guint i = 0; i < members->len; i++)
    g_ptr_array_add (addresses, ((CtlContact *) members->pdata[i])->address);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "group", g_variant_new_string (group));
  g_variant_builder_add (
      &builder, "{sv}", "path",
      g_variant_new_strv (delimiter != NULL ? (const char *const *) path : whole, -1));
  g_variant_builder_add (
      &builder, "{sv}", "contacts",
      g_variant_new_strv ((const char *const *) addresses->pdata, (gssize) addresses->len));
  return g_variant_builder_end (&builder);
}

static void
add_row (CtlTable *table, const char *group, GPtrArray *members)
{
  g_autoptr (GString) names = g_string_new (NULL);
  const char *cells[2];

  for (guint i = 0; i < members->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            ((CtlContact *) members->pdata[i])->name);
  cells[0] = group;
  cells[1] = names->str;
  ctl_table_add (table, cells);
}

gboolean
ctl_group_list (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  const char *const titles[] = { _ ("Group"), _ ("Contacts"), NULL };
  g_auto (CtlOnline) online = { 0 };
  g_autoptr (CtlTable) table = ctl_table_new (titles);
  g_auto (GVariantBuilder) json = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  g_autofree char *delimiter = NULL;
  g_autoptr (GList) groups = NULL;

  if (!open_list (&online, ctl, command, words, 0, 0, error))
    return FALSE;
  delimiter = dup_delimiter (ctl, online.account);
  groups = list_groups (online.contacts);
  for (GList *group = groups; group != NULL; group = group->next)
    {
      g_autoptr (GPtrArray) members = list_members (online.contacts, group->data);

      add_row (table, group->data, members);
      g_variant_builder_add_value (&json, new_group (group->data, delimiter, members));
    }
  if (ctl->wants_json)
    {
      ctl_json_print (g_variant_builder_end (&json));
      return TRUE;
    }
  ctl_table_print (table, _ ("There are no groups."));
  if (delimiter != NULL)
    {
      g_autofree char *safe = ctl_text_dup_safe (delimiter);

      g_print (_ ("“%s” stands between the names of groups within groups.\n"), safe);
    }
  return TRUE;
}

static gboolean
print_done (Ctl *ctl, CtlAccount *account, const char *group, const char *sentence)
{
  g_autofree char *safe = ctl_text_dup_safe (group);

  if (ctl->wants_json)
    ctl_json_print (
        g_variant_new_parsed ("{'account': <%s>, 'group': <%s>}", account->address, group));
  else
    g_print ("%s: %s\n", safe, sentence);
  return TRUE;
}

static gboolean
call (Ctl *ctl, const CtlOnline *online, const char *method, GVariant *arguments, GError **error)
{
  return ctl_contact_call (ctl, online->account, "ContactGroups", method, arguments, error);
}

/* Who is in a group that there must be. (transfer full) */
static GPtrArray *
find_members (const CtlOnline *online, const char *group, GError **error)
{
  g_autoptr (GPtrArray) members = list_members (online->contacts, group);

  if (members->len > 0)
    return g_steal_pointer (&members);
  g_set_error (error, CTL_ERROR, CTL_UNKNOWN, _ ("There is no group “%s”."), group);
  return NULL;
}

/* (transfer floating) */
static GVariant *
new_handles (GPtrArray *members)
{
  GVariantBuilder handles;

  g_variant_builder_init (&handles, G_VARIANT_TYPE ("au"));
  for (guint i = 0; i < members->len; i++)
    g_variant_builder_add (&handles, "u", ((CtlContact *) members->pdata[i])->handle);
  return g_variant_builder_end (&handles);
}

gboolean
ctl_group_rename (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_autoptr (GPtrArray) members = NULL;
  g_autoptr (GPtrArray) others = NULL;
  const char *group;
  const char *name;

  if (!open_list (&online, ctl, command, words, 2, 2, error))
    return FALSE;
  group = online.arguments[0];
  name = online.arguments[1];
  members = find_members (&online, group, error);
  if (members == NULL)
    return FALSE;
  others = list_members (online.contacts, name);
  if (others->len > 0 && !g_str_equal (group, name))
    {
      g_set_error (error, CTL_ERROR, CTL_FAILED,
                   _ ("There is a group “%s” already. “linnetctl group merge” puts the two "
                      "together."),
                   name);
      return FALSE;
    }
  return call (ctl, &online, "RenameGroup", g_variant_new ("(ss)", group, name), error) &&
         print_done (ctl, online.account, name, _ ("called so now."));
}

/* Telepathy renames into no group that is there: so everybody of the one goes into the other, and
 * then the one goes. */
gboolean
ctl_group_merge (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_autoptr (GPtrArray) members = NULL;
  const char *group;
  const char *into;

  if (!open_list (&online, ctl, command, words, 2, 2, error))
    return FALSE;
  group = online.arguments[0];
  into = online.arguments[1];
  members = find_members (&online, group, error);
  if (members == NULL)
    return FALSE;
  if (g_str_equal (group, into))
    {
      g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("These are one group."));
      return FALSE;
    }
  return call (ctl, &online, "AddToGroup", g_variant_new ("(s@au)", into, new_handles (members)),
               error) &&
         call (ctl, &online, "RemoveGroup", g_variant_new ("(s)", group), error) &&
         print_done (ctl, online.account, into, _ ("has everybody of both groups now."));
}

gboolean
ctl_group_remove (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_autoptr (GPtrArray) members = NULL;

  if (!open_list (&online, ctl, command, words, 1, 1, error))
    return FALSE;
  members = find_members (&online, online.arguments[0], error);
  return members != NULL &&
         call (ctl, &online, "RemoveGroup", g_variant_new ("(s)", online.arguments[0]), error) &&
         print_done (ctl, online.account, online.arguments[0],
                     _ ("removed; who was in it is still a contact."));
}

static gboolean
change_members (Ctl *ctl,
                const CtlCommand *command,
                char **words,
                const char *method,
                const char *sentence,
                GError **error)
{
  g_auto (CtlOnline) online = { 0 };
  g_autoptr (GPtrArray) members = g_ptr_array_new ();

  if (!open_list (&online, ctl, command, words, 2, CTL_ANY_NUMBER, error))
    return FALSE;
  for (char **address = online.arguments + 1; *address != NULL; address++)
    {
      CtlContact *contact = ctl_contacts_find (online.contacts, *address, error);

      if (contact == NULL)
        return FALSE;
      g_ptr_array_add (members, contact);
    }
  return call (ctl, &online, method,
               g_variant_new ("(s@au)", online.arguments[0], new_handles (members)), error) &&
         print_done (ctl, online.account, online.arguments[0], sentence);
}

gboolean
ctl_group_add (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  return change_members (ctl, command, words, "AddToGroup", _ ("they are in it now."), error);
}

gboolean
ctl_group_drop (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  return change_members (ctl, command, words, "RemoveFromGroup", _ ("they are no longer in it."),
                         error);
}
