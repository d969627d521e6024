/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-profile.c: what somebody writes of themselves, for as long as a page shows it. Telepathy
 * Connection.Interface.ContactInfo
 *
 * It is asked for when the page is there and the account online, and follows what the service
 * tells; when the account goes offline, what was known stays. */
#include "config.h"

#include "model/linnet-profile.h"

#include <glib/gi18n.h>

#include "model/linnet-connection-private.h"

#define CONTACT_INFO CONNECTION ".Interface.ContactInfo"

struct _LinnetProfile
{
  GObject parent_instance;

  LinnetAccount *account; /* (owned) */
  char *address; /* (owned) */
  GListStore *fields; /* (owned) LinnetProfileField */
  LinnetProfileState state;
  char *error_text; /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable) of what was asked of one connection */
  char *path; /* (owned) (nullable) of the connection that was asked */
  guint32 handle; /* with that connection; 0: not known yet */
  guint signals;
};

enum
{
  PROP_STATE = 1,
  PROP_ERROR_TEXT,
  PROP_FIELDS,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetProfile, linnet_profile, G_TYPE_OBJECT)
G_DEFINE_ENUM_TYPE (LinnetProfileState,
                    linnet_profile_state,
                    G_DEFINE_ENUM_VALUE (LINNET_PROFILE_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (LINNET_PROFILE_LOADING, "loading"),
                    G_DEFINE_ENUM_VALUE (LINNET_PROFILE_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (LINNET_PROFILE_FAILED, "failed"))

static void
set_state (LinnetProfile *self, LinnetProfileState state, const char *error_text)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (g_strcmp0 (self->error_text, error_text) != 0)
    {
      g_free (self->error_text);
      self->error_text = g_strdup (error_text);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR_TEXT]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/* Those that were there and are there again stay the same objects. */
static gboolean
is_same (LinnetProfile *self, GVariant *info)
{
  guint n_fields = g_list_model_get_n_items (G_LIST_MODEL (self->fields));

  if (g_variant_n_children (info) != n_fields)
    return FALSE;
  for (guint i = 0; i < n_fields; i++)
    {
      g_autoptr (LinnetProfileField) field = g_list_model_get_item (G_LIST_MODEL (self->fields), i);
      g_autoptr (GVariant) known = g_variant_ref_sink (linnet_profile_field_to_variant (field));
      g_autoptr (GVariant) entry = g_variant_get_child_value (info, i);

      if (!g_variant_equal (known, entry))
        return FALSE;
    }
  return TRUE;
}

static void
take_info (LinnetProfile *self, GVariant *info)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_object_unref);

  if (!is_same (self, info))
    {
      for (gsize i = 0; i < g_variant_n_children (info); i++)
        {
          g_autoptr (GVariant) entry = g_variant_get_child_value (info, i);

          g_ptr_array_add (fields, linnet_profile_field_new_from_variant (entry));
        }
      g_list_store_splice (self->fields, 0, g_list_model_get_n_items (G_LIST_MODEL (self->fields)),
                           fields->pdata, fields->len);
    }
  set_state (self, LINNET_PROFILE_READY, NULL);
}

static void
changed_cb (GDBusConnection *bus,
            const char *sender,
            const char *path,
            const char *interface,
            const char *member,
            GVariant *arguments,
            gpointer data)
{
  LinnetProfile *self = data;
  g_autoptr (GVariant) info = NULL;
  guint32 handle;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(ua(sasas))")))
    return;
  g_variant_get (arguments, "(u@a(sasas))", &handle, &info);
  if (handle == self->handle)
    take_info (self, info);
}

/* Takes `error`. Nobody is told of an end that was wanted. */
static void
fail (LinnetProfile *self, GError *error)
{
  g_autoptr (GError) owned = error;

  if (g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_dbus_error_strip_remote_error (owned);
  set_state (self, LINNET_PROFILE_FAILED, owned->message);
}

static void
info_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetProfile) self = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) info = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;

  if (info != NULL)
    take_info (self, info);
  else
    fail (self, error);
}

static void
ask (LinnetProfile *self)
{
  set_state (self, LINNET_PROFILE_LOADING, NULL);
  g_dbus_connection_call (self->account->bus, self->account->service_name, self->path, CONTACT_INFO,
                          "RequestContactInfo", g_variant_new ("(u)", self->handle),
                          G_VARIANT_TYPE ("(a(sasas))"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          self->cancellable, info_cb, g_object_ref (self));
}

static void
handle_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetProfile) self = data;
  GError *error = NULL;
  guint32 handle = linnet_connection_ask_handle_finish (LINNET_CONNECTION (source), result, &error);

  if (self->path == NULL || LINNET_CONNECTION (source) != self->account->connection)
    g_clear_error (&error);
  else if (handle == 0)
    fail (self, error);
  else
    {
      self->handle = handle;
      ask (self);
    }
}

static void
leave (LinnetProfile *self)
{
  if (self->signals != 0)
    g_dbus_connection_signal_unsubscribe (self->account->bus, self->signals);
  self->signals = 0;
  self->handle = 0;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->path, g_free);
}

/* The number of a contact is another one with each connection. */
static void
follow (LinnetProfile *self)
{
  LinnetConnection *connection = self->account->connection;

  leave (self);
  if (linnet_account_get_state (self->account) != LINNET_CONNECTION_CONNECTED || connection == NULL)
    {
      set_state (self, LINNET_PROFILE_OFFLINE, NULL);
      return;
    }
  set_state (self, LINNET_PROFILE_LOADING, NULL);
  self->cancellable = g_cancellable_new ();
  self->path = g_strdup (linnet_connection_get_path (connection));
  self->signals = g_dbus_connection_signal_subscribe (
      self->account->bus, self->account->service_name, CONTACT_INFO, "ContactInfoChanged",
      self->path, NULL, G_DBUS_SIGNAL_FLAGS_NONE, changed_cb, self, NULL);
  linnet_connection_ask_handle (connection, self->address, handle_cb, g_object_ref (self));
}

static void
linnet_profile_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetProfile *self = LINNET_PROFILE (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR_TEXT:
      g_value_set_string (value, self->error_text);
      break;
    case PROP_FIELDS:
      g_value_set_object (value, self->fields);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_profile_dispose (GObject *object)
{
  LinnetProfile *self = LINNET_PROFILE (object);

  if (self->account != NULL)
    leave (self);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (linnet_profile_parent_class)->dispose (object);
}

static void
linnet_profile_finalize (GObject *object)
{
  LinnetProfile *self = LINNET_PROFILE (object);

  g_clear_object (&self->fields);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->error_text, g_free);
  G_OBJECT_CLASS (linnet_profile_parent_class)->finalize (object);
}

static void
linnet_profile_class_init (LinnetProfileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_profile_get_property;
  object_class->dispose = linnet_profile_dispose;
  object_class->finalize = linnet_profile_finalize;
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, LINNET_TYPE_PROFILE_STATE,
                                         LINNET_PROFILE_OFFLINE, flags);
  props[PROP_ERROR_TEXT] = g_param_spec_string ("error-text", NULL, NULL, NULL, flags);
  props[PROP_FIELDS] = g_param_spec_object ("fields", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_profile_init (LinnetProfile *self)
{
  self->fields = g_list_store_new (LINNET_TYPE_PROFILE_FIELD);
}

/**
 * linnet_profile_new:
 * @account: an account
 * @address: (nullable): a bare address; %NULL: one's own
 *
 * Returns: (transfer full): an object that follows what they write, for as long as it lives
 */
LinnetProfile *
linnet_profile_new (LinnetAccount *account, const char *address)
{
  LinnetProfile *self = g_object_new (LINNET_TYPE_PROFILE, NULL);

  self->address = g_strdup (address != NULL ? address : linnet_account_get_address (account));
  if (account->bus == NULL)
    return self;
  self->account = g_object_ref (account);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  follow (self);
  return self;
}

/** linnet_profile_get_state: Returns: whether it is there */
LinnetProfileState
linnet_profile_get_state (LinnetProfile *self)
{
  g_return_val_if_fail (LINNET_IS_PROFILE (self), LINNET_PROFILE_OFFLINE);
  return self->state;
}

/** linnet_profile_get_error_text: Returns: (transfer none) (nullable): a sentence: why it is not
 * there */
const char *
linnet_profile_get_error_text (LinnetProfile *self)
{
  g_return_val_if_fail (LINNET_IS_PROFILE (self), NULL);
  return self->error_text;
}

/** linnet_profile_get_fields: Returns: (transfer none) (element-type LinnetProfileField): what they
 * write, as far as is known */
GListModel *
linnet_profile_get_fields (LinnetProfile *self)
{
  g_return_val_if_fail (LINNET_IS_PROFILE (self), NULL);
  return G_LIST_MODEL (self->fields);
}

/** linnet_profile_load: asks once more, where that failed */
void
linnet_profile_load (LinnetProfile *self)
{
  g_return_if_fail (LINNET_IS_PROFILE (self));
  if (self->account != NULL && self->state == LINNET_PROFILE_FAILED)
    follow (self);
}

/** linnet_profile_dup_fields: Returns: (transfer full) (element-type LinnetProfileField): copies */
GListStore *
linnet_profile_dup_fields (LinnetProfile *self)
{
  GListStore *copies = g_list_store_new (LINNET_TYPE_PROFILE_FIELD);

  g_return_val_if_fail (LINNET_IS_PROFILE (self), copies);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->fields)); i++)
    {
      g_autoptr (LinnetProfileField) field = g_list_model_get_item (G_LIST_MODEL (self->fields), i);
      g_autoptr (LinnetProfileField) copy = linnet_profile_field_new (
          linnet_profile_field_get_name (field), linnet_profile_field_get_types (field),
          linnet_profile_field_get_values (field));

      g_list_store_append (copies, copy);
    }
  return copies;
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_dbus_error_strip_remote_error (error);
  g_task_return_error (task, error);
}

/**
 * linnet_profile_save_async:
 * @fields: (element-type LinnetProfileField): all that one writes of oneself from now on
 * @callback: (scope async): called when the server has it; finish with linnet_profile_save_finish()
 * @data: for @callback
 */
void
linnet_profile_save_async (LinnetProfile *self,
                           GListModel *fields,
                           GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GTask) task = NULL;
  GVariantBuilder builder;

  g_return_if_fail (LINNET_IS_PROFILE (self) && G_IS_LIST_MODEL (fields));
  task = g_task_new (self, NULL, callback, data);
  if (self->path == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                               _ ("The profile can be changed while the account is online."));
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sasas)"));
  for (guint i = 0; i < g_list_model_get_n_items (fields); i++)
    {
      g_autoptr (LinnetProfileField) field = g_list_model_get_item (fields, i);

      if (!linnet_profile_field_is_empty (field))
        g_variant_builder_add_value (&builder, linnet_profile_field_to_variant (field));
    }
  g_dbus_connection_call (self->account->bus, self->account->service_name, self->path, CONTACT_INFO,
                          "SetContactInfo", g_variant_new ("(a(sasas))", &builder), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, saved_cb,
                          g_steal_pointer (&task));
}

/** linnet_profile_save_finish: Returns: whether the server has it; else the error is a sentence */
gboolean
linnet_profile_save_finish (LinnetProfile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
