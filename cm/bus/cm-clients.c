/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-clients.c: the programs that observe, approve and handle channels. Telepathy: Client,
 * Client.Observer, .Approver, .Handler
 *
 * A .client file says what a client wants without starting it; what has no file is asked by its
 * properties, and started for that once. One that crashes again and again is not started for a
 * while. */
#include "bus/cm-clients.h"

#include "bus/cm-client-files.h"

#define ASK_TIMEOUT_MS 5000

struct _CmClients
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  GCancellable *cancellable; /* (owned) */
  CmClientFiles *files; /* (owned) */
  GHashTable *clients; /* (owned) bus name → CmClient */
  GPtrArray *waiting; /* (owned) GTask: until nothing is asked any more */
  guint n_asked;
  guint subscriptions[2];
  gboolean is_probing; /* starts what has no file */
};

enum
{
  SIGNAL_APPEARED,
  SIGNAL_VANISHED,
  SIGNAL_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CmClients, cm_clients, G_TYPE_OBJECT)

static void
client_free (gpointer data)
{
  CmClient *client = data;

  client->is_gone = TRUE;
  cm_client_unref (client);
}

static CmClient *
ensure (CmClients *self, const char *bus_name)
{
  CmClient *client = g_hash_table_lookup (self->clients, bus_name);

  if (client != NULL)
    return client;
  client = cm_client_new (bus_name);
  g_hash_table_insert (self->clients, client->bus_name, client);
  return client;
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
  CmClient *client; /* (owned) (nullable) of whom */
  CmClientRole role;
  gboolean is_of_running; /* of nobody: what runs; else what can be started */
} Question;

static Question *
question_new (CmClients *self, CmClient *client)
{
  Question *question = g_new0 (Question, 1);

  question->clients = g_object_ref (self);
  question->client = client != NULL ? g_rc_box_acquire (client) : NULL;
  self->n_asked++;
  if (client != NULL)
    client->n_asked++;
  return question;
}

static void
question_free (Question *question)
{
  CmClients *self = question->clients;
  CmClient *client = question->client;

  self->n_asked--;
  if (client != NULL && --client->n_asked == 0 && client->is_running && !client->is_gone)
    g_signal_emit (self, signals[SIGNAL_APPEARED], 0, client->bus_name);
  complete_waiting (self);
  g_clear_pointer (&question->client, cm_client_unref);
  g_object_unref (self);
  g_free (question);
}

static void
ask (CmClients *self,
     CmClient *client,
     const char *interface,
     CmClientRole role,
     GDBusCallFlags flags,
     GAsyncReadyCallback callback)
{
  g_autofree char *path = cm_client_dup_path (client->bus_name);
  Question *question = question_new (self, client);

  question->role = role;
  g_dbus_connection_call (self->bus, client->bus_name, path, "org.freedesktop.DBus.Properties",
                          "GetAll", g_variant_new ("(s)", interface), G_VARIANT_TYPE ("(a{sv})"),
                          flags, ASK_TIMEOUT_MS, self->cancellable, callback, question);
}

static void
role_told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autoptr (GVariant) properties = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;

  if (properties != NULL)
    cm_client_take_wishes (question->client, question->role, properties);
  question_free (question);
}

static void
roles_told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  CmClient *client = question->client;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autoptr (GVariant) properties = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;

  if (properties != NULL)
    cm_client_take_roles (client, properties);
  for (guint role = 0; properties != NULL && role < CM_CLIENT_REQUESTS; role++)
    if (client->has_role[role])
      ask (question->clients, client, cm_client_get_interface (role), role,
           G_DBUS_CALL_FLAGS_NO_AUTO_START, role_told_cb);
  question_free (question);
}

static void
owner_told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (reply != NULL)
    {
      g_free (question->client->unique_name);
      g_variant_get (reply, "(s)", &question->client->unique_name);
    }
  question_free (question);
}

static void
ask_owner (CmClients *self, CmClient *client)
{
  g_dbus_connection_call (
      self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "GetNameOwner", g_variant_new ("(s)", client->bus_name), G_VARIANT_TYPE ("(s)"),
      G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, owner_told_cb, question_new (self, client));
}

/* Tells "appeared" once it has said what it wants; at once where its file says it. */
static void
note_running (CmClients *self, CmClient *client, const char *owner)
{
  Question *question = question_new (self, client);

  client->is_running = TRUE;
  client->has_crashed = FALSE;
  if (owner != NULL)
    {
      g_free (client->unique_name);
      client->unique_name = g_strdup (owner);
    }
  else
    ask_owner (self, client);
  if (!client->has_file)
    ask (self, client, CM_CLIENT_INTERFACE, CM_CLIENT_OBSERVER, G_DBUS_CALL_FLAGS_NO_AUTO_START,
         roles_told_cb);
  question_free (question);
}

static void
note_gone (CmClients *self, const char *bus_name)
{
  CmClient *client = g_hash_table_lookup (self->clients, bus_name);

  if (client == NULL || !client->is_running)
    return;
  client->is_running = FALSE;
  g_clear_pointer (&client->unique_name, g_free);
  if (!client->has_file && !client->is_activatable)
    g_hash_table_remove (self->clients, bus_name);
  g_signal_emit (self, signals[SIGNAL_VANISHED], 0, bus_name);
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

  g_variant_get (parameters, "(&s&s&s)", &name, &old_owner, &new_owner);
  if (!cm_client_is_name (name))
    return;
  if (old_owner[0] != '\0')
    note_gone (self, name);
  if (new_owner[0] != '\0')
    note_running (self, ensure (self, name), new_owner);
}

/* It may take longer to start than we wait: it is asked again when it runs. */
static void
probe (CmClients *self, CmClient *client)
{
  if (!self->is_probing || client->has_file || client->is_running || client->was_probed)
    return;
  client->was_probed = TRUE;
  ask (self, client, CM_CLIENT_INTERFACE, CM_CLIENT_OBSERVER, G_DBUS_CALL_FLAGS_NONE,
       roles_told_cb);
}

static void
forget_activatable (CmClients *self)
{
  GHashTableIter iter;
  gpointer client;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, NULL, &client))
    ((CmClient *) client)->is_activatable = FALSE;
}

static void
note_activatable (CmClients *self, CmClient *client)
{
  client->is_activatable = TRUE;
  probe (self, client);
}

/* What was known only because it could be started. */
static void
forget_removed (CmClients *self)
{
  GHashTableIter iter;
  gpointer data;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      CmClient *client = data;

      if (!client->has_file && !client->is_running && !client->is_activatable)
        g_hash_table_iter_remove (&iter);
    }
}

static void
names_listed (CmClients *self, GVariant *reply, gboolean is_running)
{
  g_autofree const char **names = NULL;

  g_variant_get (reply, "(^a&s)", &names);
  if (!is_running)
    forget_activatable (self);
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!cm_client_is_name (names[i]))
        continue;
      if (is_running && !ensure (self, names[i])->is_running)
        note_running (self, ensure (self, names[i]), NULL);
      else if (!is_running)
        note_activatable (self, ensure (self, names[i]));
    }
  if (!is_running)
    forget_removed (self);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (reply != NULL)
    names_listed (question->clients, reply, question->is_of_running);
  question_free (question);
}

static void
list_names (CmClients *self, gboolean is_running)
{
  Question *question = question_new (self, NULL);

  question->is_of_running = is_running;
  g_dbus_connection_call (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", is_running ? "ListNames" : "ListActivatableNames",
                          NULL, G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1,
                          self->cancellable, listed_cb, question);
}

/* What has a file is known; what has none any more, only while it runs. */
static void
read_files (CmClients *self)
{
  g_autoptr (GHashTable) files = cm_client_files_read (self->files);
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer name, data;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, &name, &data))
    if (((CmClient *) data)->has_file && !g_hash_table_contains (files, name))
      {
        cm_client_forget_file (data);
        g_ptr_array_add (changed, g_strdup (name));
        if (!((CmClient *) data)->is_running)
          g_hash_table_iter_remove (&iter); /* the bus says whether it can be started */
      }
  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &name, &data))
    {
      cm_client_read_file (ensure (self, name), data);
      g_ptr_array_add (changed, g_strdup (name));
    }
  for (guint i = 0; i < changed->len; i++)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0, changed->pdata[i]);
}

static void
files_changed_cb (gpointer user_data)
{
  CmClients *self = CM_CLIENTS (user_data);

  g_debug ("The files of clients have changed");
  read_files (self);
  list_names (self, FALSE);
}

static void
activatable_changed_cb (GDBusConnection *bus,
                        const char *sender,
                        const char *path,
                        const char *interface,
                        const char *signal,
                        GVariant *parameters,
                        gpointer user_data)
{
  files_changed_cb (user_data);
}

static void
cm_clients_dispose (GObject *object)
{
  CmClients *self = CM_CLIENTS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->files, cm_client_files_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->subscriptions); i++)
    if (self->subscriptions[i] != 0)
      g_dbus_connection_signal_unsubscribe (self->bus, self->subscriptions[i]);
  memset (self->subscriptions, 0, sizeof self->subscriptions);
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

  signals[SIGNAL_APPEARED] = g_signal_new ("appeared", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_VANISHED] = g_signal_new ("vanished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                           0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
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

  self->bus = g_object_ref (bus);
  self->files = cm_client_files_new (files_changed_cb, self);
  read_files (self);
  self->subscriptions[0] = g_dbus_connection_signal_subscribe (
      bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
      "/org/freedesktop/DBus", CM_CLIENT_INTERFACE, G_DBUS_SIGNAL_FLAGS_MATCH_ARG0_NAMESPACE,
      owner_changed_cb, self, NULL);
  self->subscriptions[1] = g_dbus_connection_signal_subscribe (
      bus, "org.freedesktop.DBus", "org.freedesktop.DBus", "ActivatableServicesChanged",
      "/org/freedesktop/DBus", NULL, G_DBUS_SIGNAL_FLAGS_NONE, activatable_changed_cb, self, NULL);
  list_names (self, FALSE);
  list_names (self, TRUE);
  return self;
}

void
cm_clients_probe (CmClients *self)
{
  GHashTableIter iter;
  gpointer client;

  if (self->is_probing)
    return;
  self->is_probing = TRUE;
  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, NULL, &client))
    if (((CmClient *) client)->is_activatable)
      probe (self, client);
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

typedef struct
{
  const CmClient *client;
  int rank;
} Found;

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *found_a = a;
  const Found *found_b = b;
  gboolean is_fast_a = found_a->client->has_wish[CM_CLIENT_BYPASSES_APPROVAL];
  gboolean is_fast_b = found_b->client->has_wish[CM_CLIENT_BYPASSES_APPROVAL];

  if (is_fast_a != is_fast_b)
    return is_fast_a ? -1 : 1;
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
      CmClient *client = data;
      Found found = { client,
                      client->has_role[role] ? cm_client_match (client, role, channel) : -1 };

      if (found.rank >= 0 && cm_client_can_be_reached (client))
        g_array_append_val (all, found);
    }
  g_array_sort (all, compare_found);
  for (guint i = 0; i < all->len; i++)
    g_ptr_array_add (names, g_strdup (g_array_index (all, Found, i).client->bus_name));
  return names;
}

gboolean
cm_clients_does_match (CmClients *self, const char *bus_name, CmClientRole role, GVariant *channel)
{
  CmClient *client = g_hash_table_lookup (self->clients, bus_name);

  return client != NULL && client->has_role[role] && cm_client_match (client, role, channel) >= 0;
}

GVariant *
cm_clients_new_capabilities (CmClients *self, const char *bus_name)
{
  CmClient *client = g_hash_table_lookup (self->clients, bus_name);

  if (client != NULL)
    return cm_client_new_capabilities (client);
  return g_variant_new ("(saa{sv}as)", bus_name, NULL, NULL);
}

GVariant *
cm_clients_new_all_capabilities (CmClients *self)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer client;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(saa{sv}as)"));
  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, NULL, &client))
    if (((CmClient *) client)->has_role[CM_CLIENT_HANDLER])
      g_variant_builder_add_value (&builder, cm_client_new_capabilities (client));
  return g_variant_builder_end (&builder);
}

gboolean
cm_clients_has_role (CmClients *self, const char *bus_name, CmClientRole role)
{
  CmClient *client = g_hash_table_lookup (self->clients, bus_name);

  return client != NULL && client->has_role[role];
}

const char *
cm_clients_get_owner (CmClients *self, const char *bus_name)
{
  CmClient *client = g_hash_table_lookup (self->clients, bus_name);

  return client != NULL ? client->unique_name : NULL;
}

char *
cm_clients_dup_handler_of (CmClients *self, const char *unique_name)
{
  GHashTableIter iter;
  gpointer data;

  g_hash_table_iter_init (&iter, self->clients);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    if (unique_name != NULL && ((CmClient *) data)->has_role[CM_CLIENT_HANDLER] &&
        g_strcmp0 (((CmClient *) data)->unique_name, unique_name) == 0)
      return g_strdup (((CmClient *) data)->bus_name);
  return NULL;
}

gboolean
cm_clients_can_be_reached (CmClients *self, const char *bus_name)
{
  CmClient *client = g_hash_table_lookup (self->clients, bus_name);

  return client != NULL && cm_client_can_be_reached (client);
}

void
cm_clients_note_crash (CmClients *self, const char *bus_name)
{
  CmClient *client = g_hash_table_lookup (self->clients, bus_name);

  if (client != NULL)
    cm_client_note_crash (client);
}

gboolean
cm_clients_has_wish (CmClients *self, const char *bus_name, CmClientWish wish)
{
  CmClient *client = g_hash_table_lookup (self->clients, bus_name);

  return client != NULL && client->has_wish[wish];
}
