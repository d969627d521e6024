/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-form.c: forms that a server wants to have filled in, one after the other.
 *
 * Mirrors an im.linnet.FormSession1. A secret that was typed leaves through a pipe before the
 * rest is submitted, and is on the bus never. */
#include "config.h"

#include "model/linnet-form-private.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "model/linnet-notify.h"
#include "model/linnet-secret.h"

#define SESSION "im.linnet.FormSession1"
#define PROPERTIES "org.freedesktop.DBus.Properties"

struct _LinnetForm
{
  GObject parent_instance;

  GDBusConnection *bus; /* (owned) */
  char *service_name; /* (owned) */
  char *path; /* (owned) */
  char *title; /* (owned) (nullable) */
  char *note; /* (owned) (nullable) */
  char **actions; /* (owned) */
  GListStore *fields; /* (owned) LinnetFormField */
  GVariant *result; /* (owned) (nullable) a{sv} */
  GCancellable *cancellable; /* (owned) */
  GVariant *submission; /* (owned) (nullable): the rest waits for the secrets to be there */
  guint n_secrets; /* on their way */
  guint signals;
  guint watch;
  LinnetFormStatus status;
};

enum
{
  PROP_STATUS = 1,
  PROP_TITLE,
  PROP_NOTE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_ENUM_TYPE (LinnetFormStatus,
                    linnet_form_status,
                    G_DEFINE_ENUM_VALUE (LINNET_FORM_ASKING, "asking"),
                    G_DEFINE_ENUM_VALUE (LINNET_FORM_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (LINNET_FORM_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (LINNET_FORM_FAILED, "failed"))
G_DEFINE_FINAL_TYPE (LinnetForm, linnet_form, G_TYPE_OBJECT)

static void
set_status (LinnetForm *self, LinnetFormStatus status)
{
  if (self->status == status)
    return;
  self->status = status;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATUS]);
}

static void
set_text (LinnetForm *self, char **place, const char *text, guint prop)
{
  const char *fresh = text != NULL && *text != '\0' ? text : NULL;

  linnet_notify_string (self, place, fresh, props[prop]);
}

static void
take_form (LinnetForm *self, GVariant *form)
{
  g_autoptr (GPtrArray) fields = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GVariant) questions = NULL;
  const char *title, *instructions;

  g_variant_get (form, "(&s&s@a" LINNET_FORM_FIELD_TYPE ")", &title, &instructions, &questions);
  for (gsize i = 0; i < g_variant_n_children (questions); i++)
    {
      g_autoptr (GVariant) field = g_variant_get_child_value (questions, i);

      g_ptr_array_add (fields, linnet_form_field_new_take (field));
    }
  g_list_store_splice (self->fields, 0, g_list_model_get_n_items (G_LIST_MODEL (self->fields)),
                       fields->pdata, fields->len);
  set_text (self, &self->title, *instructions != '\0' ? instructions : title, PROP_TITLE);
}

/* The gravest of the notes is what there is to say now. */
static void
take_notes (LinnetForm *self, GVariant *notes)
{
  const char *gravest = NULL, *text;
  guint32 level, highest = 0;
  GVariantIter iter;

  g_variant_iter_init (&iter, notes);
  while (g_variant_iter_next (&iter, "(u&s)", &level, &text))
    if (gravest == NULL || level > highest)
      {
        gravest = text;
        highest = level;
      }
  set_text (self, &self->note, gravest, PROP_NOTE);
}

/* a{sa(ss)}: pictures and sounds that belong to questions. */
static void
take_media (LinnetForm *self, GVariant *media)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->fields));

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (LinnetFormField) field = g_list_model_get_item (G_LIST_MODEL (self->fields), i);
      g_autoptr (GVariant) own = g_variant_lookup_value (media, linnet_form_field_get_name (field),
                                                         G_VARIANT_TYPE ("a(ss)"));

      linnet_form_field_set_media (field, own);
    }
}

static void
take_properties (LinnetForm *self, GVariant *properties)
{
  g_autoptr (GVariant) form = g_variant_lookup_value (
      properties, "Form", G_VARIANT_TYPE ("(ssa" LINNET_FORM_FIELD_TYPE ")"));
  g_autoptr (GVariant) media =
      g_variant_lookup_value (properties, "Media", G_VARIANT_TYPE ("a{sa(ss)}"));
  g_autoptr (GVariant) notes =
      g_variant_lookup_value (properties, "Notes", G_VARIANT_TYPE ("a(us)"));
  g_autoptr (GVariant) result =
      g_variant_lookup_value (properties, "Result", G_VARIANT_TYPE_VARDICT);
  g_auto (GStrv) actions = NULL;
  guint32 status;

  g_object_freeze_notify (G_OBJECT (self));
  if (g_variant_lookup (properties, "Actions", "^as", &actions))
    {
      g_strfreev (self->actions);
      self->actions = g_steal_pointer (&actions);
    }
  if (form != NULL)
    take_form (self, form);
  if (media != NULL)
    take_media (self, media);
  if (notes != NULL)
    take_notes (self, notes);
  if (result != NULL)
    {
      g_clear_pointer (&self->result, g_variant_unref);
      self->result = g_steal_pointer (&result);
    }
  if (g_variant_lookup (properties, "Status", "u", &status) && status <= LINNET_FORM_FAILED)
    set_status (self, status);
  g_object_thaw_notify (G_OBJECT (self));
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
  g_autoptr (GVariant) properties = NULL;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  properties = g_variant_get_child_value (arguments, 1);
  take_properties (data, properties);
}

/* Takes `error`: the session cannot go on. */
static void
fail (LinnetForm *self, GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_dbus_error_strip_remote_error (error);
      set_text (self, &self->note, error->message, PROP_NOTE);
      set_status (self, LINNET_FORM_FAILED);
    }
  g_error_free (error);
}

/* A session ends with the process that has it. */
static void
vanished_cb (GDBusConnection *bus, const char *name, gpointer data)
{
  if (LINNET_FORM (data)->status >= LINNET_FORM_DONE)
    return;
  /* Calls under way fail too, in words of the bus. */
  g_cancellable_cancel (LINNET_FORM (data)->cancellable);
  fail (data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                                   _ ("Linnet’s service ended before this was done.")));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetForm) self = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) properties = NULL;

  if (reply == NULL)
    {
      fail (self, error);
      return;
    }
  properties = g_variant_get_child_value (reply, 0);
  take_properties (self, properties);
}

/* A form that the service would not have can be mended: it waits on. */
static void
submitted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetForm) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_dbus_error_strip_remote_error (error);
  set_text (self, &self->note, error->message, PROP_NOTE);
}

static void
submit (LinnetForm *self)
{
  g_autoptr (GVariant) submission = g_steal_pointer (&self->submission);

  g_dbus_connection_call (self->bus, self->service_name, self->path, SESSION, "Submit", submission,
                          NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable,
                          submitted_cb, g_object_ref (self));
}

static void
secret_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetForm) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), NULL, result, &error);

  self->n_secrets--;
  if (reply == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_clear_pointer (&self->submission, g_variant_unref);
      g_dbus_error_strip_remote_error (error);
      set_text (self, &self->note, error->message, PROP_NOTE);
    }
  if (reply != NULL && self->n_secrets == 0 && self->submission != NULL)
    submit (self);
}

static gboolean
give_secret (LinnetForm *self, LinnetFormField *field, GError **error)
{
  static const char *const none[] = { NULL };
  const char *const *values = linnet_form_field_get_values (field);
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  gboolean is_added;
  int fd;

  if (values[0] == NULL || *values[0] == '\0')
    return TRUE;
  fd = linnet_secret_open (values[0], error);
  if (fd < 0)
    return FALSE;
  is_added = g_unix_fd_list_append (fds, fd, error) >= 0;
  g_close (fd, NULL);
  if (!is_added)
    return FALSE;
  g_dbus_connection_call_with_unix_fd_list (
      self->bus, self->service_name, self->path, SESSION, "SetSecret",
      g_variant_new ("(sh)", linnet_form_field_get_name (field), 0), NULL,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, fds, self->cancellable, secret_cb, g_object_ref (self));
  self->n_secrets++;
  linnet_form_field_set_values (field, none);
  return TRUE;
}

static void
linnet_form_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetForm *self = LINNET_FORM (object);

  switch (id)
    {
    case PROP_STATUS:
      g_value_set_enum (value, self->status);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_form_dispose (GObject *object)
{
  LinnetForm *self = LINNET_FORM (object);

  g_cancellable_cancel (self->cancellable);
  /* Who lets go of it gives up; of what is done there is nothing left to give up but its object. */
  if (self->signals != 0)
    {
      g_dbus_connection_signal_unsubscribe (self->bus, self->signals);
      linnet_form_cancel (self);
    }
  self->signals = 0;
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  G_OBJECT_CLASS (linnet_form_parent_class)->dispose (object);
}

static void
linnet_form_finalize (GObject *object)
{
  LinnetForm *self = LINNET_FORM (object);

  g_clear_object (&self->bus);
  g_clear_object (&self->fields);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->service_name, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->note, g_free);
  g_clear_pointer (&self->actions, g_strfreev);
  g_clear_pointer (&self->result, g_variant_unref);
  g_clear_pointer (&self->submission, g_variant_unref);
  G_OBJECT_CLASS (linnet_form_parent_class)->finalize (object);
}

static void
linnet_form_class_init (LinnetFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_form_get_property;
  object_class->dispose = linnet_form_dispose;
  object_class->finalize = linnet_form_finalize;

  props[PROP_STATUS] =
      g_param_spec_enum ("status", NULL, NULL, LINNET_TYPE_FORM_STATUS, LINNET_FORM_ASKING, flags);
  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_form_init (LinnetForm *self)
{
  self->fields = g_list_store_new (LINNET_TYPE_FORM_FIELD);
  self->cancellable = g_cancellable_new ();
  self->actions = g_new0 (char *, 1);
}

/**
 * linnet_form_new:
 * @bus: the bus
 * @service_name: who has the session
 * @path: its object path, as im.linnet.Registrar1.Register gave it
 *
 * Returns: (transfer full): what the server asks, and what came of it
 */
LinnetForm *
linnet_form_new (GDBusConnection *bus, const char *service_name, const char *path)
{
  LinnetForm *self = g_object_new (LINNET_TYPE_FORM, NULL);

  self->bus = g_object_ref (bus);
  self->service_name = g_strdup (service_name);
  self->path = g_strdup (path);
  self->signals = g_dbus_connection_signal_subscribe (
      bus, service_name, PROPERTIES, "PropertiesChanged", path, SESSION, G_DBUS_SIGNAL_FLAGS_NONE,
      changed_cb, self, NULL);
  self->watch = g_bus_watch_name_on_connection (bus, service_name, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                NULL, vanished_cb, self, NULL);
  g_dbus_connection_call (bus, service_name, path, PROPERTIES, "GetAll",
                          g_variant_new ("(s)", SESSION), G_VARIANT_TYPE ("(a{sv})"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, loaded_cb,
                          g_object_ref (self));
  return self;
}

/**
 * linnet_form_get_status:
 * @self: a form
 *
 * Returns: whether the server is asked, a person is, or it is over
 */
LinnetFormStatus
linnet_form_get_status (LinnetForm *self)
{
  g_return_val_if_fail (LINNET_IS_FORM (self), LINNET_FORM_FAILED);
  return self->status;
}

/**
 * linnet_form_get_title:
 * @self: a form
 *
 * Returns: (nullable): what the server says above its questions
 */
const char *
linnet_form_get_title (LinnetForm *self)
{
  g_return_val_if_fail (LINNET_IS_FORM (self), NULL);
  return self->title;
}

/**
 * linnet_form_get_note:
 * @self: a form
 *
 * Returns: (nullable): what was said of the last answers, or why it failed; a sentence
 */
const char *
linnet_form_get_note (LinnetForm *self)
{
  g_return_val_if_fail (LINNET_IS_FORM (self), NULL);
  return self->note;
}

/**
 * linnet_form_get_actions:
 * @self: a form
 *
 * Returns: (transfer none): what linnet_form_submit() can be called with
 */
const char *const *
linnet_form_get_actions (LinnetForm *self)
{
  g_return_val_if_fail (LINNET_IS_FORM (self), NULL);
  return (const char *const *) self->actions;
}

/**
 * linnet_form_get_fields:
 * @self: a form
 *
 * Returns: (transfer none) (element-type LinnetFormField): the questions
 */
GListModel *
linnet_form_get_fields (LinnetForm *self)
{
  g_return_val_if_fail (LINNET_IS_FORM (self), NULL);
  return G_LIST_MODEL (self->fields);
}

/**
 * linnet_form_get_result:
 * @self: a form
 *
 * Returns: (transfer none) (nullable): what came of it, an a{sv}, once it is done
 */
GVariant *
linnet_form_get_result (LinnetForm *self)
{
  g_return_val_if_fail (LINNET_IS_FORM (self), NULL);
  return self->status == LINNET_FORM_DONE ? self->result : NULL;
}

/**
 * linnet_form_submit:
 * @self: a form that waits
 * @action: one of its actions
 *
 * Sends the answers as they are in the fields. Secrets are forgotten here as they leave.
 */
void
linnet_form_submit (LinnetForm *self, const char *action)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->fields));
  g_auto (GVariantBuilder) answers = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sas}"));
  g_autoptr (GError) error = NULL;

  g_return_if_fail (LINNET_IS_FORM (self) && action != NULL);
  if (self->submission != NULL)
    return;
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (LinnetFormField) field = g_list_model_get_item (G_LIST_MODEL (self->fields), i);
      const char *kind = linnet_form_field_get_kind (field);

      if (g_str_equal (kind, LINNET_FORM_SECRET) && !give_secret (self, field, &error))
        {
          set_text (self, &self->note, error->message, PROP_NOTE);
          return;
        }
      if (!g_str_equal (kind, LINNET_FORM_SECRET) && !g_str_equal (kind, LINNET_FORM_FIXED))
        g_variant_builder_add (&answers, "{s^as}", linnet_form_field_get_name (field),
                               linnet_form_field_get_values (field));
    }
  self->submission = g_variant_ref_sink (g_variant_new ("(sa{sas})", action, &answers));
  if (self->n_secrets == 0)
    submit (self);
}

static void
medium_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) bytes = NULL;

  if (reply == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      g_task_return_error (task, error);
      return;
    }
  bytes = g_variant_get_child_value (reply, 1);
  g_task_return_pointer (task, g_variant_get_data_as_bytes (bytes), (GDestroyNotify) g_bytes_unref);
}

/**
 * linnet_form_load_medium_async:
 * @self: a form
 * @uri: of a medium of one of its fields
 * @cancellable: (nullable): gives up waiting
 * @callback: (scope async): called when it is there
 * @data: for @callback
 *
 * Asks for a picture or sound that came with the form; nothing is fetched from the network.
 */
void
linnet_form_load_medium_async (LinnetForm *self,
                               const char *uri,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);

  g_return_if_fail (LINNET_IS_FORM (self) && uri != NULL);
  g_dbus_connection_call (self->bus, self->service_name, self->path, SESSION, "GetMedium",
                          g_variant_new ("(s)", uri), G_VARIANT_TYPE ("(say)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, cancellable, medium_cb,
                          g_object_ref (task));
}

/**
 * linnet_form_load_medium_finish:
 * @self: a form
 * @result: the result
 * @error: where to put an error
 *
 * Returns: (transfer full): its bytes as the server sent them: whoever shows them must not trust
 *   them; %NULL on error
 */
GBytes *
linnet_form_load_medium_finish (LinnetForm *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * linnet_form_cancel:
 * @self: a form
 *
 * Ends the session with the server.
 */
void
linnet_form_cancel (LinnetForm *self)
{
  g_return_if_fail (LINNET_IS_FORM (self));
  g_dbus_connection_call (self->bus, self->service_name, self->path, SESSION, "Cancel", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}
