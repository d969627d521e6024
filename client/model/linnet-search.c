/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-search.c: a search in a directory of people.
 *
 * A channel searches once. The first one says what can be searched by and waits for the terms;
 * each search after that has a channel of its own, which is closed when it is over. */
#include "config.h"

#include "model/linnet-search.h"

#include <glib/gi18n.h>

#include "model/linnet-connection-private.h"
#include "model/linnet-notify.h"

#define SEARCH CHANNEL ".Type.ContactSearch"

/* Channel_Contact_Search_State */
enum
{
  CHANNEL_COMPLETED = 3,
  CHANNEL_FAILED = 4,
};

struct _LinnetSearch
{
  GObject parent_instance;

  LinnetAccount *account; /* (owned) */
  GDBusConnection *bus; /* (owned) (nullable) */
  char *service_name; /* (owned) */
  char *server; /* (owned) (nullable) */
  char *channel; /* (owned) (nullable) path; of one search */
  GCancellable *cancellable; /* (owned) of what was asked for this channel */
  GVariant *terms; /* (owned) (nullable) that wait for the channel, a{ss} */
  char **keys; /* (owned) */
  char *error_text; /* (owned) (nullable) */
  GListStore *results; /* (owned) LinnetContact */
  guint signals;
  LinnetSearchState state;
};

enum
{
  PROP_STATE = 1,
  PROP_ERROR_TEXT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_ENUM_TYPE (LinnetSearchState,
                    linnet_search_state,
                    G_DEFINE_ENUM_VALUE (LINNET_SEARCH_OPENING, "opening"),
                    G_DEFINE_ENUM_VALUE (LINNET_SEARCH_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (LINNET_SEARCH_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (LINNET_SEARCH_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (LINNET_SEARCH_FAILED, "failed"))
G_DEFINE_FINAL_TYPE (LinnetSearch, linnet_search, G_TYPE_OBJECT)

static void
set_state (LinnetSearch *self, LinnetSearchState state, const char *error_text)
{
  g_object_freeze_notify (G_OBJECT (self));
  linnet_notify_string (self, &self->error_text, error_text, props[PROP_ERROR_TEXT]);
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/* Takes `error`. */
static void
fail (LinnetSearch *self, GError *error)
{
  g_dbus_error_strip_remote_error (error);
  set_state (self, LINNET_SEARCH_FAILED, error->message);
  g_error_free (error);
}

static void
close_path (LinnetSearch *self, const char *path)
{
  g_dbus_connection_call (self->bus, self->service_name, path, CHANNEL, "Close", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

static void
close_channel (LinnetSearch *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->signals != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->signals);
  self->signals = 0;
  if (self->channel != NULL)
    close_path (self, self->channel);
  g_clear_pointer (&self->channel, g_free);
}

/* What the directory says in a field, all its values with spaces between them; NULL: nothing. */
static char *
dup_field (GVariant *info, const char *wanted)
{
  GVariantIter iter;
  const char *name;
  GVariant *values;

  g_variant_iter_init (&iter, info);
  while (g_variant_iter_next (&iter, "(&sas@as)", &name, NULL, &values))
    {
      g_autoptr (GVariant) owned = values;
      g_autofree const char **texts = g_variant_get_strv (owned, NULL);
      g_autoptr (GString) text = g_string_new (NULL);

      if (!g_str_equal (name, wanted))
        continue;
      for (guint i = 0; texts[i] != NULL; i++)
        if (*texts[i] != '\0')
          g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", texts[i]);
      if (text->len > 0)
        return g_string_free (g_steal_pointer (&text), FALSE);
    }
  return NULL;
}

static void
take_results (LinnetSearch *self, GVariant *found)
{
  static const char *const names[] = { "fn", "n", "nickname" };
  g_autoptr (GPtrArray) contacts = g_ptr_array_new_with_free_func (g_object_unref);
  GVariantIter iter;
  const char *address;
  GVariant *info;

  g_variant_iter_init (&iter, found);
  while (g_variant_iter_next (&iter, "{&s@a(sasas)}", &address, &info))
    {
      LinnetContact *contact = linnet_contact_new (address);
      g_autofree char *name = NULL;

      for (guint i = 0; i < G_N_ELEMENTS (names) && name == NULL; i++)
        name = dup_field (info, names[i]);
      linnet_contact_set_name (contact, name);
      linnet_contact_set_account (contact, self->account);
      g_ptr_array_add (contacts, contact);
      g_variant_unref (info);
    }
  g_list_store_splice (self->results, g_list_model_get_n_items (G_LIST_MODEL (self->results)), 0,
                       contacts->pdata, contacts->len);
}

static void
take_state (LinnetSearch *self, GVariant *arguments)
{
  g_autoptr (GVariant) details = NULL;
  const char *message = _ ("The search failed.");
  guint32 state;

  g_variant_get (arguments, "(u&s@a{sv})", &state, NULL, &details);
  if (state == CHANNEL_COMPLETED)
    set_state (self, LINNET_SEARCH_DONE, NULL);
  else if (state == CHANNEL_FAILED)
    {
      g_variant_lookup (details, "debug-message", "&s", &message);
      set_state (self, LINNET_SEARCH_FAILED, message);
    }
  if (state == CHANNEL_COMPLETED || state == CHANNEL_FAILED)
    close_channel (self);
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
  LinnetSearch *self = data;

  if (g_str_equal (member, "SearchResultReceived") &&
      g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(a{sa(sasas)})")))
    {
      g_autoptr (GVariant) found = g_variant_get_child_value (arguments, 0);

      take_results (self, found);
    }
  else if (g_str_equal (member, "SearchStateChanged") &&
           g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(usa{sv})")))
    take_state (self, arguments);
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetSearch) self = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      return;
    }
  close_channel (self);
  fail (self, error);
}

static void
search (LinnetSearch *self)
{
  g_autoptr (GVariant) terms = g_steal_pointer (&self->terms);

  g_dbus_connection_call (self->bus, self->service_name, self->channel, SEARCH, "Search",
                          g_variant_new ("(@a{ss})", terms), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          -1, self->cancellable, searched_cb, g_object_ref (self));
}

/* An opening that nobody waits for any more still has a channel to close. */
typedef struct
{
  LinnetSearch *search; /* (owned) */
  GCancellable *cancellable; /* (owned) */
} Opening;

static void
opening_free (Opening *self)
{
  g_object_unref (self->search);
  g_object_unref (self->cancellable);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Opening) opening = data;
  LinnetSearch *self = opening->search;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) properties = NULL;
  g_auto (GStrv) keys = NULL;

  if (g_cancellable_is_cancelled (opening->cancellable))
    {
      const char *path;

      g_clear_error (&error);
      if (reply == NULL)
        return;
      g_variant_get (reply, "(&o@a{sv})", &path, &properties);
      close_path (self, path);
      return;
    }
  if (reply == NULL)
    {
      fail (self, error);
      return;
    }
  g_variant_get (reply, "(o@a{sv})", &self->channel, &properties);
  self->signals = g_dbus_connection_signal_subscribe (self->bus, self->service_name, SEARCH, NULL,
                                                      self->channel, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                      signal_cb, self, NULL);
  if (g_variant_lookup (properties, SEARCH ".AvailableSearchKeys", "^as", &keys))
    {
      g_strfreev (self->keys);
      self->keys = g_steal_pointer (&keys);
    }
  if (self->terms != NULL)
    search (self);
  else
    set_state (self, LINNET_SEARCH_READY, NULL);
}

static void
open_channel (LinnetSearch *self)
{
  LinnetConnection *connection = self->account->connection;
  GVariantBuilder request;
  Opening *opening;

  if (connection == NULL || self->account->bus == NULL)
    {
      set_state (self, LINNET_SEARCH_FAILED,
                 _ ("People can be searched while the account is online."));
      return;
    }
  g_set_object (&self->bus, self->account->bus);
  g_free (self->service_name);
  self->service_name = g_strdup (self->account->service_name);
  self->cancellable = g_cancellable_new ();
  opening = g_new0 (Opening, 1);
  opening->search = g_object_ref (self);
  opening->cancellable = g_object_ref (self->cancellable);
  g_variant_builder_init (&request, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&request, "{sv}", CHANNEL ".ChannelType", g_variant_new_string (SEARCH));
  if (self->server != NULL)
    g_variant_builder_add (&request, "{sv}", SEARCH ".Server", g_variant_new_string (self->server));
  g_dbus_connection_call (self->bus, self->service_name, linnet_connection_get_path (connection),
                          REQUESTS, "CreateChannel", g_variant_new ("(a{sv})", &request),
                          G_VARIANT_TYPE ("(oa{sv})"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL,
                          opened_cb, opening);
}

static void
linnet_search_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetSearch *self = LINNET_SEARCH (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR_TEXT:
      g_value_set_string (value, self->error_text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_search_dispose (GObject *object)
{
  LinnetSearch *self = LINNET_SEARCH (object);

  close_channel (self);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (linnet_search_parent_class)->dispose (object);
}

static void
linnet_search_finalize (GObject *object)
{
  LinnetSearch *self = LINNET_SEARCH (object);

  g_clear_object (&self->bus);
  g_clear_object (&self->results);
  g_clear_pointer (&self->service_name, g_free);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->error_text, g_free);
  g_clear_pointer (&self->keys, g_strfreev);
  g_clear_pointer (&self->terms, g_variant_unref);
  G_OBJECT_CLASS (linnet_search_parent_class)->finalize (object);
}

static void
linnet_search_class_init (LinnetSearchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_search_get_property;
  object_class->dispose = linnet_search_dispose;
  object_class->finalize = linnet_search_finalize;

  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, LINNET_TYPE_SEARCH_STATE,
                                         LINNET_SEARCH_OPENING, flags);
  props[PROP_ERROR_TEXT] = g_param_spec_string ("error-text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_search_init (LinnetSearch *self)
{
  self->results = g_list_store_new (LINNET_TYPE_CONTACT);
  self->keys = g_new0 (char *, 1);
}

/* With its connection a search is gone; the next one opens another channel. */
static void
account_state_cb (LinnetSearch *self)
{
  if (linnet_account_get_state (self->account) == LINNET_CONNECTION_CONNECTED ||
      self->state >= LINNET_SEARCH_DONE)
    return;
  close_channel (self);
  g_clear_pointer (&self->terms, g_variant_unref);
  set_state (self, LINNET_SEARCH_FAILED, _ ("People can be searched while the account is online."));
}

/**
 * linnet_search_new:
 * @account: an account that is online
 * @server: (nullable): the directory; %NULL for that of the account's server
 *
 * Returns: (transfer full): a search that asks what it can search by
 */
LinnetSearch *
linnet_search_new (LinnetAccount *account, const char *server)
{
  LinnetSearch *self = g_object_new (LINNET_TYPE_SEARCH, NULL);

  self->account = g_object_ref (account);
  self->server = g_strdup (server);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (account_state_cb), self,
                           G_CONNECT_SWAPPED);
  open_channel (self);
  return self;
}

/**
 * linnet_search_get_state:
 * @self: a search
 *
 * Returns: how far it is
 */
LinnetSearchState
linnet_search_get_state (LinnetSearch *self)
{
  g_return_val_if_fail (LINNET_IS_SEARCH (self), LINNET_SEARCH_FAILED);
  return self->state;
}

/**
 * linnet_search_get_error_text:
 * @self: a search
 *
 * Returns: (nullable): why it failed, a sentence; %NULL in every other state
 */
const char *
linnet_search_get_error_text (LinnetSearch *self)
{
  g_return_val_if_fail (LINNET_IS_SEARCH (self), NULL);
  return self->error_text;
}

/**
 * linnet_search_get_keys:
 * @self: a search
 *
 * Returns: (transfer none): what can be searched by, the specification's Contact_Search_Key; empty
 *   while that is not known
 */
const char *const *
linnet_search_get_keys (LinnetSearch *self)
{
  g_return_val_if_fail (LINNET_IS_SEARCH (self), NULL);
  return (const char *const *) self->keys;
}

/**
 * linnet_search_get_results:
 * @self: a search
 *
 * Returns: (transfer none) (element-type LinnetContact): who was found by the last search; they
 * need not be in the contact list
 */
GListModel *
linnet_search_get_results (LinnetSearch *self)
{
  g_return_val_if_fail (LINNET_IS_SEARCH (self), NULL);
  return G_LIST_MODEL (self->results);
}

/**
 * linnet_search_run:
 * @self: a search
 * @terms: (transfer floating) (type a{ss}): keys and what shall be found in them
 *
 * Searches. A search that still runs is given up.
 */
void
linnet_search_run (LinnetSearch *self, GVariant *terms)
{
  gboolean is_fresh = self->state == LINNET_SEARCH_OPENING || self->state == LINNET_SEARCH_READY;

  g_return_if_fail (LINNET_IS_SEARCH (self) && terms != NULL);
  g_clear_pointer (&self->terms, g_variant_unref);
  self->terms = g_variant_ref_sink (terms);
  g_list_store_remove_all (self->results);
  if (!is_fresh)
    close_channel (self);
  set_state (self, LINNET_SEARCH_RUNNING, NULL);
  if (self->channel != NULL)
    search (self);
  else if (!is_fresh)
    open_channel (self);
}

/**
 * linnet_search_stop:
 * @self: a search
 *
 * Gives up a search that runs; what was found stays.
 */
void
linnet_search_stop (LinnetSearch *self)
{
  g_return_if_fail (LINNET_IS_SEARCH (self));
  if (self->state != LINNET_SEARCH_RUNNING)
    return;
  close_channel (self);
  set_state (self, LINNET_SEARCH_DONE, NULL);
}
