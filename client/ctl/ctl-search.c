/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-search.c: search. Telepathy Channel.Type.ContactSearch */
#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-address.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-contact.h"
#include "ctl/ctl-text.h"

#define REQUESTS CTL_CONNECTION ".Interface.Requests"
#define CHANNEL CTL_TELEPATHY "Channel"
#define SEARCH CHANNEL ".Type.ContactSearch"

/* Channel_Contact_Search_State */
enum
{
  STATE_MORE_AVAILABLE = 2,
  STATE_COMPLETED = 3,
  STATE_FAILED = 4,
};

/* Our words for the specification's search keys. Where there is only a text, the first of these
 * that the directory has is searched. */
static const struct
{
  const char *word;
  const char *key;
} keys[] = {
  { "text", "" },
  { "name", "fn" },
  { "nick", "nickname" },
  { "address", "x-telepathy-identifier" },
  { "given", "x-n-given" },
  { "family", "x-n-family" },
  { "email", "email" },
  { "birthday", "bday" },
  { "gender", "x-gender" },
  { "city", "x-adr-locality" },
  { "organisation", "org" },
};

typedef struct
{
  Ctl *ctl; /* (unowned) */
  CtlAccount *account; /* (unowned) */
  char *name; /* (owned): of the connection */
  char *path; /* (owned) (nullable): of the channel */
  char *server; /* (owned) */
  char **available; /* (owned): keys, as the specification has them */
  GHashTable *found; /* (owned) address → GVariant a(sasas) */
  GError *error; /* (owned) (nullable): it failed */
  guint subscription;
  gboolean is_over;
  gboolean has_more; /* than the limit */
} Search;

static void
search_clear (Search *self)
{
  g_autoptr (GVariant) closed G_GNUC_UNUSED = NULL;

  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->ctl->bus, self->subscription);
  if (self->path != NULL)
    closed = ctl_call (self->ctl, self->name, self->path, CHANNEL, "Close", NULL, "()", NULL);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->available, g_strfreev);
  g_clear_pointer (&self->found, g_hash_table_unref);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static void
take_found (Search *self, GVariant *arguments)
{
  g_autoptr (GVariant) map = g_variant_get_child_value (arguments, 0);
  GVariantIter iter;
  const char *address;
  GVariant *info;

  g_variant_iter_init (&iter, map);
  while (g_variant_iter_next (&iter, "{&s@a(sasas)}", &address, &info))
    g_hash_table_replace (self->found, g_strdup (address), info);
}

static void
take_state (Search *self, GVariant *arguments)
{
  g_autoptr (GVariant) details = NULL;
  const char *error;
  const char *message = _ ("The search failed.");
  guint state;

  g_variant_get (arguments, "(u&s@a{sv})", &state, &error, &details);
  self->has_more = state == STATE_MORE_AVAILABLE;
  self->is_over = self->has_more || state == STATE_COMPLETED || state == STATE_FAILED;
  if (state != STATE_FAILED || self->error != NULL)
    return;
  g_variant_lookup (details, "debug-message", "&s", &message);
  self->error = g_dbus_error_new_for_dbus_error (error, message);
  ctl_translate_error (&self->error);
}

static void
signal_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *member,
           GVariant *arguments,
           gpointer data)
{
  if (strcmp (member, "SearchResultReceived") == 0 &&
      g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(a{sa(sasas)})")))
    take_found (data, arguments);
  else if (strcmp (member, "SearchStateChanged") == 0 &&
           g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(usa{sv})")))
    take_state (data, arguments);
}

static gboolean
search_open (
    Search *self, Ctl *ctl, CtlAccount *account, const char *server, int limit, GError **error)
{
  g_auto (GVariantBuilder) request = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) properties = NULL;

  self->ctl = ctl;
  self->account = account;
  self->name = ctl_contact_dup_connection (account, error);
  self->found =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  g_variant_builder_add (&request, "{sv}", CHANNEL ".ChannelType", g_variant_new_string (SEARCH));
  if (self->name == NULL)
    return FALSE;
  if (server != NULL)
    g_variant_builder_add (&request, "{sv}", SEARCH ".Server", g_variant_new_string (server));
  if (limit > 0)
    g_variant_builder_add (&request, "{sv}", SEARCH ".Limit",
                           g_variant_new_uint32 ((guint32) limit));
  reply = ctl_call (ctl, self->name, ctl_account_get_connection (account), REQUESTS,
                    "CreateChannel", g_variant_new ("(a{sv})", &request), "(oa{sv})", error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(o@a{sv})", &self->path, &properties);
  if (!g_variant_lookup (properties, SEARCH ".AvailableSearchKeys", "^as", &self->available))
    self->available = g_new0 (char *, 1);
  if (!g_variant_lookup (properties, SEARCH ".Server", "s", &self->server))
    self->server = g_strdup ("");
  self->subscription =
      g_dbus_connection_signal_subscribe (ctl->bus, self->name, SEARCH, NULL, self->path, NULL,
                                          G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  return TRUE;
}

static gboolean
has_key (Search *self, const char *key)
{
  return g_strv_contains ((const char *const *) self->available, key);
}

/* KEY=VALUE. What stands before the first “=” of a text that has one is a key. */
static gboolean
add_term (Search *self, GVariantBuilder *terms, const char *argument, GError **error)
{
  const char *equals = strchr (argument, '=');
  g_autofree char *word = equals != NULL ? g_strndup (argument, (gsize) (equals - argument)) : NULL;
  g_autofree char *safe = NULL;
  const char *key = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (keys) && key == NULL; i++)
    if (word != NULL ? strcmp (keys[i].word, word) == 0 : has_key (self, keys[i].key))
      key = keys[i].key;
  if (key != NULL && has_key (self, key))
    {
      g_variant_builder_add (terms, "{ss}", key, equals != NULL ? equals + 1 : argument);
      return TRUE;
    }
  safe = ctl_text_dup_safe (word != NULL ? word : argument);
  g_set_error (error, CTL_ERROR, CTL_USAGE,
               _ ("%s cannot be searched by “%s”. “linnetctl search” says what it knows."),
               self->server, safe);
  return FALSE;
}

static gboolean
is_over (gpointer data, GError **error)
{
  return ((Search *) data)->is_over;
}

static gboolean
search_run (Search *self, char **arguments, int timeout_s, GError **error)
{
  g_auto (GVariantBuilder) terms = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));
  g_autoptr (GVariant) reply = NULL;
  gboolean in_time;

  for (guint i = 0; arguments[i] != NULL; i++)
    if (!add_term (self, &terms, arguments[i], error))
      return FALSE;
  reply = ctl_call (self->ctl, self->name, self->path, SEARCH, "Search",
                    g_variant_new ("(a{ss})", &terms), "()", error);
  if (reply == NULL || !ctl_wait (self->ctl, (guint) timeout_s, is_over, self, &in_time, error))
    return FALSE;
  if (!in_time)
    {
      g_set_error (error, CTL_ERROR, CTL_TIMED_OUT, _ ("%s did not answer in time."), self->server);
      return FALSE;
    }
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

/* What a contact's information says in a field; of a name, all its parts that are said. */
static char *
dup_field (GVariant *info, const char *wanted)
{
  GVariantIter iter;
  const char *name;
  GVariant *values;
  GString *text = g_string_new (NULL);

  g_variant_iter_init (&iter, info);
  while (g_variant_iter_next (&iter, "(&sas@as)", &name, NULL, &values))
    {
      g_autoptr (GVariant) owned = values;

      if (strcmp (name, wanted) != 0 || text->len > 0)
        continue;
      for (gsize i = 0; i < g_variant_n_children (owned); i++)
        {
          const char *value;

          g_variant_get_child (owned, i, "&s", &value);
          g_string_append_printf (text, "%s%s", text->len > 0 && *value != '\0' ? " " : "", value);
        }
    }
  return g_string_free (text, FALSE);
}

static void
print_found (Search *self)
{
  const char *const titles[] = { _ ("Address"), _ ("Name"), _ ("Nickname"), _ ("Email"), NULL };
  g_autoptr (CtlTable) table = ctl_table_new (titles);
  g_autoptr (GList) addresses = g_hash_table_get_keys (self->found);
  g_auto (GVariantBuilder) json = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  addresses = g_list_sort (addresses, (GCompareFunc) strcmp);
  for (GList *link = addresses; link != NULL; link = link->next)
    {
      GVariant *info = g_hash_table_lookup (self->found, link->data);
      g_autofree char *full_name = dup_field (info, "fn");
      g_autofree char *parts = dup_field (info, "n");
      g_autofree char *nickname = dup_field (info, "nickname");
      g_autofree char *email = dup_field (info, "email");
      const char *name = *full_name != '\0' ? full_name : parts;
      const char *const cells[] = { link->data, name, nickname, email };

      ctl_table_add (table, cells);
      g_variant_builder_open (&json, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&json, "{sv}", "address", g_variant_new_string (link->data));
      g_variant_builder_add (&json, "{sv}", "name", g_variant_new_string (name));
      g_variant_builder_add (&json, "{sv}", "nickname", g_variant_new_string (nickname));
      g_variant_builder_add (&json, "{sv}", "email", g_variant_new_string (email));
      g_variant_builder_close (&json);
    }
  if (self->ctl->wants_json)
    ctl_json_print (g_variant_builder_end (&json));
  else
    ctl_table_print (table, _ ("Nobody was found."));
  if (self->has_more && !self->ctl->wants_json)
    g_print ("%s\n", _ ("There are more of them."));
}

/* Without words: what can be searched by. */
static void
print_keys (Search *self)
{
  g_autoptr (GString) words = g_string_new (NULL);
  GVariantBuilder known = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  GVariantBuilder json;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (has_key (self, keys[i].key))
      {
        g_string_append_printf (words, " %s", keys[i].word);
        g_variant_builder_add (&known, "s", keys[i].word);
      }
  if (!self->ctl->wants_json)
    {
      g_variant_builder_clear (&known);
      /* Translators: an address, then words to be typed as they are. */
      g_print (_ ("%s can be searched by:%s"), self->server, words->str);
      g_print ("\n");
      return;
    }
  g_variant_builder_init (&json, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&json, "{sv}", "server", g_variant_new_string (self->server));
  g_variant_builder_add (&json, "{sv}", "keys", g_variant_builder_end (&known));
  ctl_json_print (g_variant_builder_end (&json));
}

gboolean
ctl_search (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_autofree char *server = NULL;
  int limit = 0;
  int timeout_s = CTL_TIMEOUT_S;
  const GOptionEntry entries[] = {
    { "server", 's', 0, G_OPTION_ARG_STRING, &server, N_ ("Search this directory"),
      N_ ("ADDRESS") },
    { "limit", 'n', 0, G_OPTION_ARG_INT, &limit, N_ ("Show so many people at most"),
      N_ ("NUMBER") },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s, N_ ("Wait so long at most"),
      N_ ("SECONDS") },
    { NULL },
  };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 0, CTL_ANY_NUMBER, error);
  g_autoptr (GPtrArray) accounts = NULL;
  CtlAccount *account;
  g_auto (Search) search = { 0 };

  if (arguments == NULL || !ctl_address_read (ctl, &server, error) ||
      !ctl_check_timeout (timeout_s, error))
    return FALSE;
  if (limit < 0)
    {
      g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("A limit is a number of people."));
      return FALSE;
    }
  if (!ctl_connect (ctl, error))
    return FALSE;
  accounts = ctl_accounts_select (ctl, error);
  account = accounts != NULL ? ctl_accounts_select_one (ctl, accounts, error) : NULL;
  if (account == NULL || !ctl_account_await (ctl, account, error) ||
      !search_open (&search, ctl, account, server, limit, error))
    return FALSE;
  if (arguments[0] == NULL)
    {
      print_keys (&search);
      return TRUE;
    }
  if (!search_run (&search, arguments, timeout_s, error))
    return FALSE;
  print_found (&search);
  return TRUE;
}
