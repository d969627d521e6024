/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-clients.c: the programs that observe, approve and handle channels. Telepathy: Client,
 * Client.Observer, .Approver, .Handler
 *
 * A .client file says what a client wants without starting it; what runs and has no file is asked
 * by its properties. */
#include "bus/cm-clients.h"

#define CLIENT "org.freedesktop.Telepathy.Client"
#define ASK_TIMEOUT_MS 5000

static const char *const interfaces[CM_CLIENT_N_ROLES] = {
  [CM_CLIENT_OBSERVER] = CLIENT ".Observer",
  [CM_CLIENT_APPROVER] = CLIENT ".Approver",
  [CM_CLIENT_HANDLER] = CLIENT ".Handler",
  [CM_CLIENT_REQUESTS] = CLIENT ".Interface.Requests",
};

static const char *const filter_names[CM_CLIENT_REQUESTS] = { "ObserverChannelFilter",
                                                              "ApproverChannelFilter",
                                                              "HandlerChannelFilter" };

typedef struct
{
  char *bus_name; /* (owned) */
  char *unique_name; /* (owned) (nullable) while it runs */
  gboolean has_role[CM_CLIENT_N_ROLES];
  GPtrArray *filters[CM_CLIENT_REQUESTS]; /* (owned) GVariant a{sv} */
  gboolean is_running;
  gboolean is_activatable;
  gboolean has_file;
  gboolean bypasses_approval;
  gboolean delays_approvers;
} Client;

struct _CmClients
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  GCancellable *cancellable; /* (owned) */
  GHashTable *clients; /* (owned) bus name → Client */
  GPtrArray *waiting; /* (owned) GTask: until nothing is asked any more */
  guint n_asked;
  guint subscription;
};

G_DEFINE_FINAL_TYPE (CmClients, cm_clients, G_TYPE_OBJECT)

static void
client_free (gpointer data)
{
  Client *client = data;

  for (guint i = 0; i < CM_CLIENT_REQUESTS; i++)
    g_ptr_array_unref (client->filters[i]);
  g_free (client->bus_name);
  g_free (client->unique_name);
  g_free (client);
}

static Client *
ensure (CmClients *self, const char *bus_name)
{
  Client *client = g_hash_table_lookup (self->clients, bus_name);

  if (client != NULL)
    return client;
  client = g_new0 (Client, 1);
  client->bus_name = g_strdup (bus_name);
  for (guint i = 0; i < CM_CLIENT_REQUESTS; i++)
    client->filters[i] = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_hash_table_insert (self->clients, client->bus_name, client);
  return client;
}

char *
cm_client_dup_path (const char *bus_name)
{
  char *path = g_strconcat ("/", bus_name, NULL);

  return g_strdelimit (path, ".", '/');
}

/* "property type" = value, as .manager and .client files write it. */
static GVariant *
parse_value (GKeyFile *file, const char *group, const char *key, const char *type)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = NULL;

  if (g_str_equal (type, "s"))
    {
      g_autofree char *text = g_key_file_get_string (file, group, key, &error);

      value = text != NULL ? g_variant_new_string (text) : NULL;
    }
  else if (g_str_equal (type, "o"))
    {
      g_autofree char *text = g_key_file_get_string (file, group, key, &error);

      value =
          text != NULL && g_variant_is_object_path (text) ? g_variant_new_object_path (text) : NULL;
    }
  else if (g_str_equal (type, "b"))
    value = g_variant_new_boolean (g_key_file_get_boolean (file, group, key, &error));
  else if (strlen (type) == 1 && strchr ("yqut", type[0]) != NULL)
    value = g_variant_new_uint64 (g_key_file_get_uint64 (file, group, key, &error));
  else if (strlen (type) == 1 && strchr ("nix", type[0]) != NULL)
    value = g_variant_new_int64 (g_key_file_get_int64 (file, group, key, &error));
  if (value == NULL || error != NULL)
    {
      g_clear_pointer (&value, g_variant_unref);
      return NULL;
    }
  return value;
}

static GVariant *
parse_filter (GKeyFile *file, const char *group)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (keys[i], " ", 2);
      GVariant *value =
          g_strv_length (parts) == 2 ? parse_value (file, group, keys[i], parts[1]) : NULL;

      if (value == NULL)
        {
          g_variant_builder_clear (&builder);
          return NULL;
        }
      g_variant_builder_add (&builder, "{sv}", parts[0], value);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
read_filters (Client *client, GKeyFile *file)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    for (guint role = 0; role < CM_CLIENT_REQUESTS; role++)
      {
        g_autofree char *prefix =
            g_strconcat (interfaces[role], ".", filter_names[role], " ", NULL);
        GVariant *filter =
            g_str_has_prefix (groups[i], prefix) ? parse_filter (file, groups[i]) : NULL;

        if (filter != NULL)
          g_ptr_array_add (client->filters[role], filter);
      }
}

static void
read_file (CmClients *self, const char *path, const char *name)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen (".client"));
  g_autofree char *bus_name = g_strconcat (CM_CLIENT_PREFIX, stem, NULL);
  g_auto (GStrv) listed = NULL;
  Client *client;

  if (!g_dbus_is_name (bus_name) || !g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return;
  client = ensure (self, bus_name);
  if (client->has_file)
    return;
  client->has_file = TRUE;
  listed = g_key_file_get_string_list (file, CLIENT, "Interfaces", NULL, NULL);
  for (guint role = 0; listed != NULL && role < CM_CLIENT_N_ROLES; role++)
    client->has_role[role] = g_strv_contains ((const char *const *) listed, interfaces[role]);
  read_filters (client, file);
  client->bypasses_approval =
      g_key_file_get_boolean (file, interfaces[CM_CLIENT_HANDLER], "BypassApproval", NULL);
  client->delays_approvers =
      g_key_file_get_boolean (file, interfaces[CM_CLIENT_OBSERVER], "DelayApprovers", NULL);
}

static void
read_folder (CmClients *self, const char *data_dir)
{
  g_autofree char *folder = g_build_filename (data_dir, "telepathy", "clients", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_suffix (name, ".client"))
        read_file (self, path, name);
    }
}

static void
complete_waiting (CmClients *self)
{
  g_autoptr (GPtrArray) waiting = NULL;

  if (self->n_asked > 0)
    return;
  waiting = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    g_task_return_boolean (g_ptr_array_index (waiting, i), TRUE);
}

typedef struct
{
  CmClients *clients; /* (owned) */
  char *bus_name; /* (owned) */
  CmClientRole role;
} Question;

static void
question_free (Question *question)
{
  CmClients *self = question->clients;

  self->n_asked--;
  complete_waiting (self);
  g_object_unref (self);
  g_free (question->bus_name);
  g_free (question);
}

static void
ask (CmClients *self,
     const char *bus_name,
     const char *interface,
     CmClientRole role,
     GAsyncReadyCallback callback)
{
  g_autofree char *path = cm_client_dup_path (bus_name);
  Question *question = g_new0 (Question, 1);

  question->clients = g_object_ref (self);
  question->bus_name = g_strdup (bus_name);
  question->role = role;
  self->n_asked++;
  g_dbus_connection_call (self->bus, bus_name, path, "org.freedesktop.DBus.Properties", "GetAll",
                          g_variant_new ("(s)", interface), G_VARIANT_TYPE ("(a{sv})"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, ASK_TIMEOUT_MS, self->cancellable,
                          callback, question);
}

static void
role_told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autoptr (GVariant) properties = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  g_autoptr (GVariant) filters = NULL;
  Client *client = g_hash_table_lookup (question->clients->clients, question->bus_name);

  if (properties != NULL && client != NULL)
    {
      filters = g_variant_lookup_value (properties, filter_names[question->role],
                                        G_VARIANT_TYPE ("aa{sv}"));
      g_ptr_array_set_size (client->filters[question->role], 0);
      for (gsize i = 0; filters != NULL && i < g_variant_n_children (filters); i++)
        g_ptr_array_add (client->filters[question->role], g_variant_get_child_value (filters, i));
      g_variant_lookup (properties, "BypassApproval", "b", &client->bypasses_approval);
      g_variant_lookup (properties, "DelayApprovers", "b", &client->delays_approvers);
    }
  question_free (question);
}

static void
interfaces_told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autoptr (GVariant) properties = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
  Client *client = g_hash_table_lookup (question->clients->clients, question->bus_name);
  g_autofree const char **listed = NULL;

  if (client != NULL && properties != NULL &&
      g_variant_lookup (properties, "Interfaces", "^a&s", &listed))
    for (guint role = 0; role < CM_CLIENT_N_ROLES; role++)
      {
        client->has_role[role] = g_strv_contains (listed, interfaces[role]);
        if (client->has_role[role] && role < CM_CLIENT_REQUESTS)
          ask (question->clients, question->bus_name, interfaces[role], role, role_told_cb);
      }
  question_free (question);
}

static void
owner_told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  Client *client = g_hash_table_lookup (question->clients->clients, question->bus_name);

  if (reply != NULL && client != NULL)
    {
      g_free (client->unique_name);
      g_variant_get (reply, "(s)", &client->unique_name);
    }
  question_free (question);
}

static void
ask_owner (CmClients *self, const char *bus_name)
{
  Question *question = g_new0 (Question, 1);

  question->clients = g_object_ref (self);
  question->bus_name = g_strdup (bus_name);
  self->n_asked++;
  g_dbus_connection_call (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "GetNameOwner", g_variant_new ("(s)", bus_name),
                          G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable,
                          owner_told_cb, question);
}

static void
note_running (CmClients *self, const char *bus_name)
{
  Client *client = ensure (self, bus_name);

  client->is_running = TRUE;
  if (!client->has_file)
    ask (self, bus_name, CLIENT, CM_CLIENT_OBSERVER, interfaces_told_cb);
}

static void
owner_changed_cb (GDBusConnection *bus,
                  const char *sender,
                  const char *path,
                  const char *interface,
                  const char *signal,
                  GVariant *parameters,
                  gpointer user_data)
{
  CmClients *self = CM_CLIENTS (user_data);
  const char *name, *old_owner, *new_owner;
  Client *client;

  g_variant_get (parameters, "(&s&s&s)", &name, &old_owner, &new_owner);
  if (!g_str_has_prefix (name, CM_CLIENT_PREFIX))
    return;
  if (new_owner[0] != '\0')
    {
      note_running (self, name);
      client = ensure (self, name);
      g_free (client->unique_name);
      client->unique_name = g_strdup (new_owner);
      return;
    }
  client = g_hash_table_lookup (self->clients, name);
  if (client != NULL && !client->has_file)
    g_hash_table_remove (self->clients, name);
  else if (client != NULL)
    {
      client->is_running = FALSE;
      g_clear_pointer (&client->unique_name, g_free);
    }
}

static void
names_listed (CmClients *self, GVariant *reply, gboolean is_running)
{
  g_autofree const char **names = NULL;

  g_variant_get (reply, "(^a&s)", &names);
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!g_str_has_prefix (names[i], CM_CLIENT_PREFIX))
        continue;
      if (is_running)
        {
          note_running (self, names[i]);
          ask_owner (self, names[i]);
        }
      else if (g_hash_table_contains (self->clients, names[i]))
        ensure (self, names[i])->is_activatable = TRUE;
    }
}

static void
running_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (reply != NULL)
    names_listed (question->clients, reply, TRUE);
  question_free (question);
}

static void
activatable_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (reply != NULL)
    names_listed (question->clients, reply, FALSE);
  question_free (question);
}

static void
list_names (CmClients *self, const char *method, GAsyncReadyCallback callback)
{
  Question *question = g_new0 (Question, 1);

  question->clients = g_object_ref (self);
  self->n_asked++;
  g_dbus_connection_call (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", method, NULL, G_VARIANT_TYPE ("(as)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, callback, question);
}

static void
cm_clients_dispose (GObject *object)
{
  CmClients *self = CM_CLIENTS (object);

  g_cancellable_cancel (self->cancellable);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->clients, g_hash_table_unref);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (cm_clients_parent_class)->dispose (object);
}

static void
cm_clients_class_init (CmClientsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_clients_dispose;
}

static void
cm_clients_init (CmClients *self)
{
  self->cancellable = g_cancellable_new ();
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, client_free);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

CmClients *
cm_clients_new (GDBusConnection *bus)
{
  CmClients *self = g_object_new (CM_TYPE_CLIENTS, NULL);
  const char *const *dirs = g_get_system_data_dirs ();

  self->bus = g_object_ref (bus);
  read_folder (self, g_get_user_data_dir ());
  for (guint i = 0; dirs[i] != NULL; i++)
    read_folder (self, dirs[i]);
  self->subscription = g_dbus_connection_signal_subscribe (
      bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
      "/org/freedesktop/DBus", CLIENT, G_DBUS_SIGNAL_FLAGS_MATCH_ARG0_NAMESPACE, owner_changed_cb,
      self, NULL);
  list_names (self, "ListActivatableNames", activatable_listed_cb);
  list_names (self, "ListNames", running_listed_cb);
  return self;
}

void
cm_clients_when_ready (CmClients *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_ptr_array_add (self->waiting, task);
  complete_waiting (self);
}

gboolean
cm_clients_when_ready_finish (CmClients *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Numbers of any width are equal if they are the same number. */
static gboolean
is_same (GVariant *a, GVariant *b)
{
  g_autofree char *text_a = NULL;
  g_autofree char *text_b = NULL;

  if (g_variant_equal (a, b))
    return TRUE;
  if (strchr ("ynqiuxt", g_variant_get_type_string (a)[0]) == NULL ||
      strchr ("ynqiuxt", g_variant_get_type_string (b)[0]) == NULL)
    return FALSE;
  text_a = g_variant_print (a, FALSE);
  text_b = g_variant_print (b, FALSE);
  return g_str_equal (text_a, text_b);
}

/* How many properties the best matching filter names; -1 where none matches. */
static int
match (Client *client, CmClientRole role, GVariant *channel)
{
  int best = -1;

  for (guint i = 0; i < client->filters[role]->len; i++)
    {
      GVariant *filter = g_ptr_array_index (client->filters[role], i);
      GVariantIter iter;
      const char *key;
      GVariant *raw;
      gboolean does_match = TRUE;

      g_variant_iter_init (&iter, filter);
      while (does_match && g_variant_iter_next (&iter, "{&sv}", &key, &raw))
        {
          g_autoptr (GVariant) wanted = raw;
          g_autoptr (GVariant) value = g_variant_lookup_value (channel, key, NULL);

          does_match = value != NULL && is_same (value, wanted);
        }
      if (does_match)
        best = MAX (best, (int) g_variant_n_children (filter));
    }
  return best;
}

typedef struct
{
  const Client *client;
  int rank;
} Found;

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *found_a = a;
  const Found *found_b = b;

  if (found_a->client->bypasses_approval != found_b->client->bypasses_approval)
    return found_a->client->bypasses_approval ? -1 : 1;
  if (found_a->rank != found_b->rank)
    return found_b->rank - found_a->rank;
  if (found_a->client->is_running != found_b->client->is_running)
    return found_a->client->is_running ? -1 : 1;
  return strcmp (found_a->client->bus_name, found_b->client->bus_name);
}

GPtrArray *
cm_clients_find (CmClients *self, CmClientRole role, GVariant *channel)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Found));
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer data;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      Client *client = data;
      Found found = { client, client->has_role[role] ? match (client, role, channel) : -1 };

      if (found.rank >= 0 && (client->is_running || client->is_activatable))
        g_array_append_val (all, found);
    }
  g_array_sort (all, compare_found);
  for (guint i = 0; i < all->len; i++)
    g_ptr_array_add (names, g_strdup (g_array_index (all, Found, i).client->bus_name));
  return names;
}

gboolean
cm_clients_has_role (CmClients *self, const char *bus_name, CmClientRole role)
{
  Client *client = g_hash_table_lookup (self->clients, bus_name);

  return client != NULL && client->has_role[role];
}

const char *
cm_clients_get_owner (CmClients *self, const char *bus_name)
{
  Client *client = g_hash_table_lookup (self->clients, bus_name);

  return client != NULL ? client->unique_name : NULL;
}

char *
cm_clients_dup_name_of (CmClients *self, const char *unique_name)
{
  GHashTableIter iter;
  gpointer data;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    if (g_strcmp0 (((Client *) data)->unique_name, unique_name) == 0)
      return g_strdup (((Client *) data)->bus_name);
  return NULL;
}

gboolean
cm_client_bypasses_approval (CmClients *self, const char *bus_name)
{
  Client *client = g_hash_table_lookup (self->clients, bus_name);

  return client != NULL && client->bypasses_approval;
}

gboolean
cm_client_delays_approvers (CmClients *self, const char *bus_name)
{
  Client *client = g_hash_table_lookup (self->clients, bus_name);

  return client != NULL && client->delays_approvers;
}
