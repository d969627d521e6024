/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-listen.c: listen. Telepathy Channel.Interface.Messages; im.linnet.History1, .Conversations1
 *
 * A live message of an open channel is told by that channel, every other one by the history; what
 * came while a channel was being opened is seen by the change of its conversation. Each is printed
 * once: the number that it has in the store says which were seen. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "ctl/ctl-account.h"
#include "ctl/ctl-address.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-message.h"
#include "ctl/ctl-text.h"

#define MESSAGES CTL_TELEPATHY "Channel.Interface.Messages"
#define AROUND 2
#define BACKWARDS 0
#define PAGE 100

/* An account that is listened to. */
typedef struct
{
  char *address; /* (owned) */
  char *name; /* (owned): whom to call */
  char *path; /* (owned): the object with its history */
  char *connection; /* (owned) (nullable): the path of its connection */
  gint64 first_id; /* what has a smaller number was there before us */
  gint64 since_s; /* what was received earlier and is not live is old; 0 where first_id says so */
  GHashTable *seen; /* (owned) local ids (gint64) */
  gboolean is_late; /* it could not be reached when we began */
  gboolean has_begun;
} Ear;

typedef struct
{
  Ctl *ctl; /* (unowned) */
  const char *from; /* (nullable): only from this address */
  GPtrArray *ears; /* (owned) Ear */
  GPtrArray
      *news; /* (owned) GVariant (sssv): path, interface, member, arguments; not looked at yet */
  gint64 begin_s; /* since when we listen */
  guint n_printed;
  guint n_wanted; /* 0: any number */
  gboolean needs_accounts; /* accounts, or where they are, changed */
  gboolean was_away; /* the service has started since we asked it for all messages */
  gboolean wants_online; /* an account is to be online, so the service is to run */
  gboolean is_over;
} Listener;

static void
ear_free (gpointer data)
{
  Ear *self = data;

  g_free (self->address);
  g_free (self->name);
  g_free (self->path);
  g_free (self->connection);
  g_hash_table_unref (self->seen);
  g_free (self);
}

static gboolean
note_seen (Ear *ear, gint64 local_id)
{
  return g_hash_table_add (ear->seen, g_memdup2 (&local_id, sizeof local_id));
}

static void
print_json (Ear *ear, const CtlMessage *message)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
#define ADD(key, value) g_variant_builder_add (&builder, "{sv}", key, value)
  ADD ("account", g_variant_new_string (ear->address));
  ADD ("sender", g_variant_new_string (message->sender));
  ADD ("time", g_variant_new_int64 (message->time_s));
  ADD ("type", g_variant_new_string (message->type == CTL_MESSAGE_ACTION ? "action" : "normal"));
  ADD ("text", g_variant_new_string (message->text));
  ADD ("local_id", g_variant_new_int64 (message->local_id));
#undef ADD
  ctl_json_print (g_variant_builder_end (&builder));
}

static void
print_words (Listener *self, Ear *ear, const CtlMessage *message)
{
  g_autofree char *time = ctl_text_dup_time (message->time_s);
  g_autofree char *sender = ctl_text_dup_safe (message->sender);
  g_autofree char *account = ctl_text_dup_safe (ear->address);
  g_autofree char *text = ctl_text_dup_lines (message->text, "    ");
  gboolean is_one_of_many = self->ears->len > 1;

  g_print ("%s %s%s%s%s %s\n", time, sender, is_one_of_many ? " → " : "",
           is_one_of_many ? account : "", message->type == CTL_MESSAGE_ACTION ? " *" : ":", text);
  fflush (stdout);
}

static void
take (Listener *self, Ear *ear, GVariant *parts, gint64 since_s)
{
  g_autoptr (CtlMessage) message = ctl_message_new (parts);

  if (message == NULL || message->is_outgoing || message->type == CTL_MESSAGE_DELIVERY_REPORT ||
      message->local_id < ear->first_id || message->received_s < since_s ||
      !note_seen (ear, message->local_id))
    return;
  if ((self->from != NULL && g_ascii_strcasecmp (self->from, message->sender) != 0) ||
      (self->n_wanted > 0 && self->n_printed >= self->n_wanted))
    return;
  if (self->ctl->wants_json)
    print_json (ear, message);
  else
    print_words (self, ear, message);
  self->n_printed++;
}

/* A page of the history, oldest first; what cannot be read now is told again. */
static void
fetch (Listener *self,
       Ear *ear,
       const char *conversation,
       const char *anchor,
       guint direction,
       guint limit)
{
  g_autoptr (GVariant) reply =
      ctl_call (self->ctl, ear->name, ear->path, CTL_HISTORY, "GetMessages",
                g_variant_new ("(ssuu@a{sv})", conversation, anchor, direction, limit,
                               g_variant_new ("a{sv}", NULL)),
                "(aaa{sv}b)", NULL);
  g_autoptr (GVariant) messages = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;

  for (gsize i = messages != NULL ? g_variant_n_children (messages) : 0; i > 0; i--)
    {
      g_autoptr (GVariant) parts = g_variant_get_child_value (messages, i - 1);

      take (self, ear, parts, direction == BACKWARDS ? ear->since_s : 0);
    }
}

static void
inserted (Listener *self, Ear *ear, GVariant *arguments)
{
  const char *conversation, *last;
  guint32 count;

  g_variant_get (arguments, "(&s&s&su)", &conversation, NULL, &last, &count);
  /* Around a message is the message itself and half of them on either side. */
  fetch (self, ear, conversation, last, AROUND, count == 1 ? 1 : MIN (2 * count, 1000));
}

/* The number of a conversation's last message; 0 for none. */
static gint64
get_last_id (GVariant *keys)
{
  g_autoptr (GVariant) parts =
      g_variant_lookup_value (keys, "last-message", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (CtlMessage) message = parts != NULL ? ctl_message_new (parts) : NULL;

  return message != NULL ? message->local_id : 0;
}

/* When its last message is one that we have not seen, there may be more of them. */
static void
conversations_changed (Listener *self, Ear *ear, GVariant *all)
{
  GVariantIter iter;
  const char *id;
  GVariant *keys;

  g_variant_iter_init (&iter, all);
  while (g_variant_iter_loop (&iter, "{&s@a{sv}}", &id, &keys))
    {
      gint64 last_id = get_last_id (keys);

      if (last_id >= ear->first_id && !g_hash_table_contains (ear->seen, &last_id))
        fetch (self, ear, id, "", BACKWARDS, PAGE);
    }
}

static gboolean
is_below (const char *path, const char *parent)
{
  return g_str_has_prefix (path, parent) && strchr ("/", path[strlen (parent)]) != NULL;
}

static Ear *
find_ear (Listener *self, const char *path)
{
  for (guint i = 0; i < self->ears->len; i++)
    {
      Ear *ear = g_ptr_array_index (self->ears, i);

      if (g_strcmp0 (ear->path, path) == 0 ||
          (ear->connection != NULL && is_below (path, ear->connection)))
        return ear;
    }
  return NULL;
}

/* Signals are only noted here: what they mean is asked for when all of them are in. */
static void
signal_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *member,
           GVariant *arguments,
           gpointer data)
{
  Listener *self = data;

  if (g_str_equal (interface, CTL_ACCOUNT) || g_str_equal (interface, CTL_ACCOUNT_MANAGER))
    self->needs_accounts = TRUE;
  else
    g_ptr_array_add (self->news,
                     g_variant_ref_sink (g_variant_new ("(ssv)", path, member, arguments)));
}

static void
name_cb (GDBusConnection *bus,
         const char *sender,
         const char *path,
         const char *interface,
         const char *member,
         GVariant *arguments,
         gpointer data)
{
  Listener *self = data;
  const char *owner;

  g_variant_get (arguments, "(&s&s&s)", NULL, NULL, &owner);
  /* Asking for the accounts starts the service: where nobody wants to be online, it may rest. */
  if (*owner != '\0' || self->wants_online)
    self->needs_accounts = TRUE;
  if (*owner != '\0')
    self->was_away = TRUE;
}

static void
look_at (Listener *self, GVariant *news)
{
  const char *path, *member;
  g_autoptr (GVariant) arguments = NULL;
  g_autoptr (GVariant) first = NULL;
  Ear *ear;

  g_variant_get (news, "(&s&sv)", &path, &member, &arguments);
  ear = find_ear (self, path);
  if (ear == NULL || ear->path == NULL)
    return;
#define IS(name, signature) \
  (g_str_equal (member, name) && g_variant_is_of_type (arguments, G_VARIANT_TYPE (signature)))
  if (IS ("MessageReceived", "(aa{sv})"))
    {
      first = g_variant_get_child_value (arguments, 0);
      take (self, ear, first, 0);
    }
  else if (IS ("MessagesInserted", "(sssu)"))
    inserted (self, ear, arguments);
  else if (IS ("ConversationsChanged", "(a{sa{sv}}as)"))
    {
      first = g_variant_get_child_value (arguments, 0);
      conversations_changed (self, ear, first);
    }
#undef IS
}

/* All conversations, as a map; NULL when they cannot be reached. */
static GVariant *
get_conversations (Listener *self, Ear *ear)
{
  return ctl_get (self->ctl, ear->name, ear->path, CTL_CONVERSATIONS, "Conversations", "a{sa{sv}}",
                  NULL);
}

/* What is there when we begin was there before us; who comes later knows when that was. */
static gboolean
begin (Listener *self, Ear *ear, gboolean is_late)
{
  g_autoptr (GVariant) all = get_conversations (self, ear);
  GVariantIter iter;
  GVariant *keys;

  if (all == NULL)
    return FALSE;
  if (is_late)
    {
      /* Whole seconds are told: what was live in our first one is told by signals as well. */
      ear->since_s = self->begin_s + 1;
      conversations_changed (self, ear, all);
      return TRUE;
    }
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_loop (&iter, "{&s@a{sv}}", NULL, &keys))
    ear->first_id = MAX (ear->first_id, get_last_id (keys) + 1);
  return TRUE;
}

static Ear *
find_by_address (GPtrArray *ears, const char *address)
{
  for (guint i = 0; i < ears->len; i++)
    if (g_str_equal (((Ear *) g_ptr_array_index (ears, i))->address, address))
      return g_ptr_array_index (ears, i);
  return NULL;
}

static Ear *
ensure_ear (Listener *self, CtlAccount *account)
{
  Ear *ear = find_by_address (self->ears, account->address);

  if (ear != NULL)
    return ear;
  ear = g_new0 (Ear, 1);
  ear->address = g_strdup (account->address);
  ear->seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_ptr_array_add (self->ears, ear);
  return ear;
}

/* Where the account's objects are now. What came while they were away is asked for. */
static void
point (Listener *self, Ear *ear, CtlAccount *account)
{
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  gboolean is_new = ear->path == NULL;

  g_free (ear->connection);
  ear->connection = g_strdup (ctl_account_get_connection (account));
  if (!ctl_account_find_extension (self->ctl, account, &name, &path, NULL))
    {
      ear->is_late = TRUE;
      g_clear_pointer (&ear->path, g_free);
      return;
    }
  if (!is_new && !self->was_away && ear->has_begun && g_str_equal (path, ear->path))
    return;
  g_free (ear->name);
  g_free (ear->path);
  ear->name = g_steal_pointer (&name);
  ear->path = g_steal_pointer (&path);
  if (!ear->has_begun)
    {
      ear->has_begun = begin (self, ear, ear->is_late);
      ear->is_late = TRUE;
    }
  else
    {
      g_autoptr (GVariant) all = get_conversations (self, ear);

      if (all != NULL)
        conversations_changed (self, ear, all);
    }
}

static gboolean
load_accounts (Listener *self, GError **error)
{
  g_autoptr (GPtrArray) accounts = ctl_accounts_select (self->ctl, error);

  if (accounts == NULL)
    return FALSE;
  self->wants_online = FALSE;
  for (guint i = 0; i < accounts->len; i++)
    {
      CtlAccount *account = g_ptr_array_index (accounts, i);

      point (self, ensure_ear (self, account), account);
      self->wants_online = self->wants_online || ctl_account_wants_online (account);
    }
  self->was_away = FALSE;
  return TRUE;
}

/* A service that ends while it is asked is asked again when it is back. */
static gboolean
reload_accounts (Listener *self, GError **error)
{
  GError *local_error = NULL;

  self->needs_accounts = FALSE;
  if (load_accounts (self, &local_error))
    return TRUE;
  if (g_error_matches (local_error, CTL_ERROR, CTL_TIMED_OUT))
    {
      g_error_free (local_error);
      return TRUE;
    }
  g_propagate_error (error, local_error);
  return FALSE;
}

static gboolean
check (gpointer data, GError **error)
{
  Listener *self = data;

  if (self->needs_accounts && !reload_accounts (self, error))
    return FALSE;
  while (self->news->len > 0)
    {
      g_autoptr (GVariant) news = g_ptr_array_steal_index (self->news, 0);

      look_at (self, news);
    }
  return self->is_over || (self->n_wanted > 0 && self->n_printed >= self->n_wanted);
}

static gboolean
interrupted_cb (gpointer data)
{
  Listener *self = data;

  self->is_over = TRUE;
  return G_SOURCE_CONTINUE;
}

static void
subscribe (Listener *self, GArray *subscriptions)
{
  Ctl *ctl = self->ctl;
  const char *const sources[][3] = {
    { CTL_SERVICE_NAME, MESSAGES, "MessageReceived" },
    { CTL_SERVICE_NAME, CTL_HISTORY, "MessagesInserted" },
    { CTL_SERVICE_NAME, CTL_CONVERSATIONS, "ConversationsChanged" },
    { ctl->manager, CTL_ACCOUNT_MANAGER, NULL },
    { ctl->manager, CTL_ACCOUNT, "AccountPropertyChanged" },
  };
  guint id;

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      id = g_dbus_connection_signal_subscribe (ctl->bus, sources[i][0], sources[i][1],
                                               sources[i][2], NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                               signal_cb, self, NULL);
      g_array_append_val (subscriptions, id);
    }
  id = g_dbus_connection_signal_subscribe (
      ctl->bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
      "/org/freedesktop/DBus", ctl->manager, G_DBUS_SIGNAL_FLAGS_NONE, name_cb, self, NULL);
  g_array_append_val (subscriptions, id);
}

static gboolean
listen (Listener *self, guint timeout_s, GError **error)
{
  g_autoptr (GArray) subscriptions = g_array_new (FALSE, FALSE, sizeof (guint));
  guint sources[2];
  gboolean in_time = FALSE, good;

  subscribe (self, subscriptions);
  sources[0] = g_unix_signal_add (SIGINT, interrupted_cb, self);
  sources[1] = g_unix_signal_add (SIGTERM, interrupted_cb, self);
  good = load_accounts (self, error);
  if (good && self->ctl->account == NULL && self->ears->len == 0)
    g_printerr ("linnetctl: %s\n", _ ("There is no account yet. “linnetctl account add” makes "
                                      "one."));
  else if (good && isatty (STDERR_FILENO))
    g_printerr ("%s\n", _ ("Listening. Ctrl+C ends."));
  good = good && ctl_wait (self->ctl, timeout_s, check, self, &in_time, error);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  for (guint i = 0; i < subscriptions->len; i++)
    g_dbus_connection_signal_unsubscribe (self->ctl->bus, g_array_index (subscriptions, guint, i));
  if (!good || in_time || self->n_wanted == 0)
    return good;
  g_set_error (error, CTL_ERROR, CTL_TIMED_OUT,
               ngettext ("%u message came in time, not as many as wanted.",
                         "%u messages came in time, not as many as wanted.", self->n_printed),
               self->n_printed);
  return FALSE;
}

gboolean
ctl_listen (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  int count = 0, timeout_s = 0;
  g_autofree char *from = NULL;
  const GOptionEntry entries[] = {
    { "count", 'n', 0, G_OPTION_ARG_INT, &count, N_ ("End after so many messages"), N_ ("NUMBER") },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &timeout_s, N_ ("End after so long"), N_ ("SECONDS") },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &from, N_ ("Print only messages of this sender"),
      N_ ("ADDRESS") },
    { NULL },
  };
  g_auto (GStrv) arguments = ctl_parse (ctl, command, entries, words, 0, 0, error);
  Listener self = { .ctl = ctl };
  gboolean good;

  if (arguments == NULL || !ctl_address_read (ctl, &from, error))
    return FALSE;
  self.from = from;
  if (!ctl_check_timeout (timeout_s, error))
    return FALSE;
  if (count < 0)
    {
      g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("A number is out of range."));
      return FALSE;
    }
  if (!ctl_connect (ctl, error))
    return FALSE;
  self.n_wanted = count;
  self.begin_s = g_get_real_time () / G_USEC_PER_SEC;
  self.ears = g_ptr_array_new_with_free_func (ear_free);
  self.news = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  good = listen (&self, timeout_s, error);
  g_ptr_array_unref (self.news);
  g_ptr_array_unref (self.ears);
  return good;
}
