/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-search-channel.c: one search of a directory of people. Telepathy: Channel.Type.ContactSearch
 *
 * The specification's search keys are vCard fields; what a directory calls them is in one table,
 * both ways. What it has no key for cannot be searched by, but is shown where a vCard can say it.
 */
#include "bus/cm-search-channel.h"

#include <string.h>

#include "bus/cm-channel-private.h"
#include "bus/cm-connection-private.h"
#include "bus/cm-short.h"
#include "dbus/telepathy.h"

/* Channel_Contact_Search_State */
typedef enum
{
  NOT_STARTED = 0,
  IN_PROGRESS = 1,
  MORE_AVAILABLE = 2,
  COMPLETED = 3,
  FAILED = 4,
} State;

struct _CmSearchChannel
{
  CmChannel parent_instance;

  ImDirectory *directory; /* (owned) */
  GVariant *answers; /* (owned) (nullable) what is searched for, by the names of the form */
  GHashTable *seen; /* (owned) a set of the addresses that were told */
  ImForm *table; /* (owned) (nullable) the last that came from the directory */
  guint n_read; /* rows of it that were told, or are nobody */
  char *next; /* (owned) (nullable) where the directory's next page begins */
  GCancellable *cancellable; /* (owned) of the search */
  TpChannelTypeContactSearch *type; /* (unowned): the base owns it */
};

G_DEFINE_FINAL_TYPE (CmSearchChannel, cm_search_channel, CM_TYPE_CHANNEL)

/* Contact_Search_Key; what directories call it: XEP-0055's registry, ejabberd, Openfire. */
static const struct
{
  const char *key;
  const char *vars[4]; /* the first that a form has counts */
} keys[] = {
  { "", { "search" } },
  { "x-telepathy-identifier", { "user", "userName", "username" } },
  { "fn", { "fn", "name" } },
  { "x-n-given", { "first", "given" } },
  { "x-n-family", { "last", "family" } },
  { "nickname", { "nick", "nickname" } },
  { "email", { "email" } },
  { "bday", { "bday" } },
  { "x-gender", { "x-gender" } },
  { "x-adr-locality", { "locality" } },
  { "org", { "orgname" } },
};

/* The components of a structured field, as vCard has them; NULL: none. */
static const struct
{
  const char *field;
  const char *components[7][2];
  guint n_components;
} structures[] = {
  { "n", { { "last", "family" }, { "first", "given" }, { "middle" } }, 5 },
  { "adr", { { 0 }, { 0 }, { 0 }, { "locality" }, { 0 }, { 0 }, { "ctry" } }, 7 },
  { "org", { { "orgname" }, { "orgunit" } }, 2 },
};

/* Fields with one value. */
static const struct
{
  const char *field;
  const char *vars[2];
} fields[] = {
  { "fn", { "fn", "name" } },
  { "nickname", { "nick", "nickname" } },
  { "email", { "email" } },
  { "bday", { "bday" } },
  { "x-gender", { "x-gender" } },
};

static const char *
find_var (const ImForm *form, guint key)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys[key].vars) && keys[key].vars[i] != NULL; i++)
    {
      const ImField *field = im_form_find (form, keys[key].vars[i]);

      if (field != NULL && field->type != IM_FIELD_HIDDEN && field->type != IM_FIELD_FIXED &&
          field->type != IM_FIELD_BOOLEAN)
        return field->var;
    }
  return NULL;
}

static GVariant *
new_keys (const ImForm *form)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (find_var (form, i) != NULL)
      g_variant_builder_add (&builder, "s", keys[i].key);
  return g_variant_builder_end (&builder);
}

static State
get_state (CmSearchChannel *self)
{
  return tp_channel_type_contact_search_get_search_state (self->type);
}

static void
set_state (CmSearchChannel *self, State state, const GError *error)
{
  g_auto (GVariantBuilder) details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (error != NULL)
    g_variant_builder_add (&details, "{sv}", "debug-message",
                           g_variant_new_string (error->message));
  tp_channel_type_contact_search_set_search_state (self->type, state);
  tp_channel_type_contact_search_emit_search_state_changed (
      self->type, state, error != NULL ? im_error_get_dbus_name (error) : "",
      g_variant_builder_end (&details));
}

/* (nullable): of a row: the first that is there and says something. */
static const char *
find_value (const GPtrArray *row, const char *const *vars, guint n_vars)
{
  for (guint v = 0; v < n_vars && vars[v] != NULL; v++)
    for (guint i = 0; i < row->len; i++)
      {
        const ImField *field = row->pdata[i];

        if (strcmp (field->var, vars[v]) == 0 && *im_field_get_value (field) != '\0')
          return im_field_get_value (field);
      }
  return NULL;
}

static void
add_info (GVariantBuilder *infos, const char *name, const char *const *values, gssize n_values)
{
  g_variant_builder_add (infos, "(s@as@as)", name, g_variant_new_strv (NULL, 0),
                         g_variant_new_strv (values, n_values));
}

/* Contact_Info_Field_List: a(sasas) */
static GVariant *
new_info (const GPtrArray *row)
{
  GVariantBuilder infos = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sasas)"));

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *value = find_value (row, fields[i].vars, G_N_ELEMENTS (fields[i].vars));

      if (value != NULL)
        add_info (&infos, fields[i].field, &value, 1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (structures); i++)
    {
      const char *values[7];
      gboolean is_there = FALSE;

      for (guint c = 0; c < structures[i].n_components; c++)
        {
          const char *value = find_value (row, structures[i].components[c], 2);

          values[c] = value != NULL ? value : "";
          is_there = is_there || value != NULL;
        }
      if (is_there)
        add_info (&infos, structures[i].field, values, structures[i].n_components);
    }
  return g_variant_builder_end (&infos);
}

/* The next row that is somebody new: a row without an address is nobody; of two with one address
 * the first counts. (nullable) */
static const GPtrArray *
find_row (CmSearchChannel *self, XmppJid **jid)
{
  static const char *const jid_vars[] = { "jid" };

  for (; self->n_read < self->table->items->len; self->n_read++)
    {
      const GPtrArray *row = self->table->items->pdata[self->n_read];
      const char *text = find_value (row, jid_vars, 1);
      g_autoptr (XmppJid) found = text != NULL ? xmpp_jid_new (text, NULL) : NULL;

      if (found == NULL || g_hash_table_contains (self->seen, xmpp_jid_get_text (found)))
        continue;
      *jid = g_steal_pointer (&found);
      return row;
    }
  return NULL;
}

/* Contact_Search_Result_Map: a{sa(sasas)}. Up to the limit, wherever the directory cut; what it
 * told beyond that is what comes next. */
static void
tell_results (CmSearchChannel *self)
{
  guint limit = tp_channel_type_contact_search_get_limit (self->type);
  GVariantBuilder results = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sa(sasas)}"));
  g_autoptr (XmppJid) jid = NULL;
  const GPtrArray *row;
  guint n_told = 0;

  while ((row = find_row (self, &jid)) != NULL && (limit == 0 || n_told < limit))
    {
      const char *address = xmpp_jid_get_text (jid);

      g_variant_builder_add (&results, "{s@a(sasas)}", address, new_info (row));
      g_hash_table_add (self->seen, g_strdup (address));
      g_clear_pointer (&jid, xmpp_jid_unref);
      n_told++;
      self->n_read++;
    }
  if (n_told > 0)
    tp_channel_type_contact_search_emit_search_result_received (self->type,
                                                                g_variant_builder_end (&results));
  else
    g_variant_builder_clear (&results);
  set_state (self, row != NULL || self->next != NULL ? MORE_AVAILABLE : COMPLETED, NULL);
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CmSearchChannel) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *next = NULL;
  g_autoptr (ImForm) table =
      im_account_search_directory_finish (IM_ACCOUNT (source), result, &next, &error);

  if (get_state (self) != IN_PROGRESS || cm_channel_has_ended (CM_CHANNEL (self)))
    return; /* stopped: what comes late is nobody's */
  if (table == NULL)
    {
      set_state (self, FAILED, error);
      return;
    }
  g_clear_pointer (&self->table, im_form_free);
  g_free (self->next);
  self->table = g_steal_pointer (&table);
  self->next = g_steal_pointer (&next);
  self->n_read = 0;
  tell_results (self);
}

static void
search (CmSearchChannel *self)
{
  CmConnection *connection = cm_channel_get_connection (CM_CHANNEL (self));

  im_account_search_directory_async (
      cm_connection_get_account (connection), self->directory, self->answers,
      tp_channel_type_contact_search_get_limit (self->type), self->next, self->cancellable,
      searched_cb, g_object_ref (self));
}

/* a{sas}, by the names of the form; NULL: a key is none of ours. */
static GVariant *
translate (CmSearchChannel *self, GVariant *terms, GError **error)
{
  g_auto (GVariantBuilder) answers = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sas}"));
  GVariantIter iter;
  const char *key;
  const char *term;

  g_variant_iter_init (&iter, terms);
  while (g_variant_iter_next (&iter, "{&s&s}", &key, &term))
    {
      const char *var = NULL;
      const char *values[] = { term, NULL };

      for (guint i = 0; i < G_N_ELEMENTS (keys) && var == NULL; i++)
        if (strcmp (keys[i].key, key) == 0)
          var = find_var (self->directory->form, i);
      if (var == NULL)
        {
          g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "%s cannot be searched by “%s”.",
                       xmpp_jid_get_text (self->directory->service), CM_SHORT (key));
          return NULL;
        }
      g_variant_builder_add (&answers, "{s^as}", var, values);
    }
  return g_variant_ref_sink (g_variant_builder_end (&answers));
}

static GVariant *
check_search (CmSearchChannel *self, GVariant *terms, GError **error)
{
  g_autoptr (GVariant) answers = NULL;

  if (get_state (self) != NOT_STARTED)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                           "A channel is for one search; ask for another one");
      return NULL;
    }
  if (g_variant_n_children (terms) == 0)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "Say what to search for");
      return NULL;
    }
  answers = translate (self, terms, error);
  if (answers == NULL || !im_form_check (self->directory->form, answers, NULL, error))
    return NULL;
  return g_steal_pointer (&answers);
}

static gboolean
handle_search_cb (CmSearchChannel *self, GDBusMethodInvocation *invocation, GVariant *terms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answers = check_search (self, terms, &error);

  if (answers == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  tp_channel_type_contact_search_complete_search (self->type, invocation);
  self->answers = g_steal_pointer (&answers);
  set_state (self, IN_PROGRESS, NULL);
  search (self);
  return TRUE;
}

/* What the directory told already, then its next page. */
static gboolean
handle_more_cb (CmSearchChannel *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (XmppJid) jid = NULL;

  if (get_state (self) != MORE_AVAILABLE)
    {
      g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                                                     "There is no more to be had now");
      return TRUE;
    }
  tp_channel_type_contact_search_complete_more (self->type, invocation);
  set_state (self, IN_PROGRESS, NULL);
  if (find_row (self, &jid) != NULL)
    tell_results (self);
  else
    search (self);
  return TRUE;
}

static gboolean
handle_stop_cb (CmSearchChannel *self, GDBusMethodInvocation *invocation)
{
  g_autoptr (GError) error = NULL;

  if (get_state (self) == NOT_STARTED)
    {
      g_dbus_method_invocation_return_error_literal (invocation, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                                                     "The search has not begun");
      return TRUE;
    }
  tp_channel_type_contact_search_complete_stop (self->type, invocation);
  if (get_state (self) != IN_PROGRESS)
    return TRUE;
  error = g_error_new_literal (IM_ERROR, IM_ERROR_CANCELLED, "The search was stopped");
  set_state (self, FAILED, error);
  g_cancellable_cancel (self->cancellable);
  return TRUE;
}

static void
cm_search_channel_add_immutable (CmChannel *channel, GVariantBuilder *properties)
{
  TpChannelTypeContactSearch *type = CM_SEARCH_CHANNEL (channel)->type;

#define ADD(name, value) \
  g_variant_builder_add (properties, "{sv}", CM_CHANNEL_TYPE_CONTACT_SEARCH name, value)
  ADD (".Server", g_variant_new_string (tp_channel_type_contact_search_get_server (type)));
  ADD (".Limit", g_variant_new_uint32 (tp_channel_type_contact_search_get_limit (type)));
  ADD (".AvailableSearchKeys",
       g_variant_new_strv (tp_channel_type_contact_search_get_available_search_keys (type), -1));
#undef ADD
}

static void
cm_search_channel_dispose (GObject *object)
{
  CmSearchChannel *self = CM_SEARCH_CHANNEL (object);

  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (cm_search_channel_parent_class)->dispose (object);
}

static void
cm_search_channel_finalize (GObject *object)
{
  CmSearchChannel *self = CM_SEARCH_CHANNEL (object);

  g_object_unref (self->cancellable);
  im_directory_free (self->directory);
  g_clear_pointer (&self->answers, g_variant_unref);
  g_clear_pointer (&self->table, im_form_free);
  g_hash_table_unref (self->seen);
  g_free (self->next);
  G_OBJECT_CLASS (cm_search_channel_parent_class)->finalize (object);
}

static void
cm_search_channel_close (CmChannel *channel)
{
  g_cancellable_cancel (CM_SEARCH_CHANNEL (channel)->cancellable);
  cm_channel_end (channel);
}

static void
cm_search_channel_class_init (CmSearchChannelClass *klass)
{
  CM_CHANNEL_CLASS (klass)->close = cm_search_channel_close;
  CM_CHANNEL_CLASS (klass)->destroy = cm_search_channel_close;
  CM_CHANNEL_CLASS (klass)->add_immutable = cm_search_channel_add_immutable;
  G_OBJECT_CLASS (klass)->dispose = cm_search_channel_dispose;
  G_OBJECT_CLASS (klass)->finalize = cm_search_channel_finalize;
}

static void
cm_search_channel_init (CmSearchChannel *self)
{
  self->cancellable = g_cancellable_new ();
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * cm_search_channel_new:
 * @connection: whose
 * @bus: where it will be exported
 * @directory: (transfer full): what is searched
 * @limit: tell so many at once; 0: all
 *
 * Returns: (transfer full): not exported
 * Spec: Telepathy Channel.Type.ContactSearch
 */
CmSearchChannel *
cm_search_channel_new (CmConnection *connection,
                       GDBusConnection *bus,
                       ImDirectory *directory,
                       guint limit)
{
  CmSearchChannel *self = g_object_new (CM_TYPE_SEARCH_CHANNEL, NULL);
  g_autoptr (GVariant) available = g_variant_ref_sink (new_keys (directory->form));
  g_autofree const char **strings = g_variant_get_strv (available, NULL);
  g_autofree char *path =
      g_strdup_printf ("%s/search%u", cm_connection_get_object_path (connection),
                       cm_connection_next_serial (connection));

  cm_channel_setup (CM_CHANNEL (self), connection, bus, path, CM_CHANNEL_TYPE_CONTACT_SEARCH, NULL,
                    TRUE);
  self->directory = directory;
  self->type = tp_channel_type_contact_search_skeleton_new ();
  tp_channel_type_contact_search_set_search_state (self->type, NOT_STARTED);
  tp_channel_type_contact_search_set_server (self->type, xmpp_jid_get_text (directory->service));
  tp_channel_type_contact_search_set_limit (self->type, limit);
  tp_channel_type_contact_search_set_available_search_keys (self->type, strings);
  cm_channel_add_interface (CM_CHANNEL (self), G_DBUS_INTERFACE_SKELETON (self->type), NULL);
  g_signal_connect_object (self->type, "handle-search", G_CALLBACK (handle_search_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->type, "handle-more", G_CALLBACK (handle_more_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->type, "handle-stop", G_CALLBACK (handle_stop_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
