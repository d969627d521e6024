/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-own-avatar.c: the picture of oneself that an account shows.
 *
 * A file that is chosen is looked at in another process, made as small as servers like it, and
 * written anew, so that nothing but its pixels leaves this computer. */
#include "config.h"

#include "model/linnet-own-avatar.h"

#include <glib/gi18n.h>

#include "image/image-reader.h"

#include "model/linnet-account-private.h"
#include "model/linnet-png.h"

#define INTERFACE TELEPATHY "Account.Interface.Avatar"
#define PROPERTIES "org.freedesktop.DBus.Properties"
/* Protocol.Interface.Avatars.MaximumAvatarBytes of our service. */
#define MAX_BYTES 65536
/* Of a file that is chosen. */
#define MAX_FILE_BYTES (4 * 1024 * 1024)
/* As large as a page shows it. */
#define SHOWN_SIDE 256

/* The largest one whose file is small enough is taken. */
static const guint sides[] = { 256, 192, 160, 128, 96, 64, 32 };

struct _LinnetOwnAvatar
{
  GObject parent_instance;

  LinnetAccount *account; /* (owned) */
  GDBusConnection *bus; /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) */
  LinnetPicture *picture; /* (owned) (nullable) */
  guint signals;
  guint watch;
  guint n_changes; /* what was read before the last one does not count */
};

enum
{
  PROP_PICTURE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetOwnAvatar, linnet_own_avatar, G_TYPE_OBJECT)

/* Takes `picture`. */
static void
show (LinnetOwnAvatar *self, LinnetPicture *picture)
{
  if (self->picture == NULL && picture == NULL)
    return;
  g_clear_pointer (&self->picture, linnet_picture_unref);
  self->picture = picture;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PICTURE]);
}

/* What was asked when the picture was another one. */
typedef struct
{
  LinnetOwnAvatar *avatar; /* (owned) */
  guint n_changes;
} Reading;

static void
reading_free (Reading *self)
{
  g_object_unref (self->avatar);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static void
decoded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Reading) reading = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LinnetPicture) picture = linnet_picture_load_finish (result, &error);

  if (picture == NULL)
    g_debug ("One’s own picture cannot be shown: %s", error->message);
  else if (reading->n_changes == reading->avatar->n_changes)
    show (reading->avatar, g_steal_pointer (&picture));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Reading) reading = data;
  LinnetOwnAvatar *self = reading->avatar;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) bytes = NULL;
  g_autoptr (GBytes) file = NULL;

  if (reply == NULL)
    {
      g_debug ("%s: picture: %s", linnet_account_get_address (self->account), error->message);
      return;
    }
  g_variant_get (reply, "(v)", &value);
  if (reading->n_changes != self->n_changes ||
      !g_variant_is_of_type (value, G_VARIANT_TYPE ("(ays)")))
    return;
  bytes = g_variant_get_child_value (value, 0);
  file = g_variant_get_data_as_bytes (bytes);
  if (g_bytes_get_size (file) == 0)
    show (self, NULL);
  else
    linnet_picture_load_async (file, SHOWN_SIDE, self->cancellable, decoded_cb,
                               g_steal_pointer (&reading));
}

static void
load (LinnetOwnAvatar *self)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->avatar = g_object_ref (self);
  reading->n_changes = ++self->n_changes;
  g_dbus_connection_call (self->bus, self->account->manager_name, self->account->path, PROPERTIES,
                          "Get", g_variant_new ("(ss)", INTERFACE, "Avatar"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          self->cancellable, loaded_cb, reading);
}

/* At once, or when the service comes, or comes back. */
static void
appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  load (data);
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
  load (data);
}

static void
linnet_own_avatar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PICTURE)
    g_value_set_boxed (value, LINNET_OWN_AVATAR (object)->picture);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
linnet_own_avatar_dispose (GObject *object)
{
  LinnetOwnAvatar *self = LINNET_OWN_AVATAR (object);

  g_cancellable_cancel (self->cancellable);
  if (self->signals != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->signals);
  self->signals = 0;
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  G_OBJECT_CLASS (linnet_own_avatar_parent_class)->dispose (object);
}

static void
linnet_own_avatar_finalize (GObject *object)
{
  LinnetOwnAvatar *self = LINNET_OWN_AVATAR (object);

  g_clear_object (&self->account);
  g_clear_object (&self->bus);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->picture, linnet_picture_unref);
  G_OBJECT_CLASS (linnet_own_avatar_parent_class)->finalize (object);
}

static void
linnet_own_avatar_class_init (LinnetOwnAvatarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = linnet_own_avatar_get_property;
  object_class->dispose = linnet_own_avatar_dispose;
  object_class->finalize = linnet_own_avatar_finalize;

  props[PROP_PICTURE] =
      g_param_spec_boxed ("picture", NULL, NULL, LINNET_TYPE_PICTURE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_own_avatar_init (LinnetOwnAvatar *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * linnet_own_avatar_new:
 * @account: an account
 *
 * Returns: (transfer full): its picture, followed for as long as the object lives
 */
LinnetOwnAvatar *
linnet_own_avatar_new (LinnetAccount *account)
{
  LinnetOwnAvatar *self = g_object_new (LINNET_TYPE_OWN_AVATAR, NULL);

  self->account = g_object_ref (account);
  if (account->bus == NULL)
    return self;
  self->bus = g_object_ref (account->bus);
  self->signals = g_dbus_connection_signal_subscribe (
      self->bus, account->manager_name, INTERFACE, "AvatarChanged", account->path, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, changed_cb, self, NULL);
  self->watch =
      g_bus_watch_name_on_connection (self->bus, account->manager_name,
                                      G_BUS_NAME_WATCHER_FLAGS_NONE, appeared_cb, NULL, self, NULL);
  return self;
}

/**
 * linnet_own_avatar_get_picture:
 * @self: the picture of an account
 *
 * Returns: (transfer none) (nullable): it, at most 256 pixels on a side; %NULL: there is none, or
 *   not yet
 */
LinnetPicture *
linnet_own_avatar_get_picture (LinnetOwnAvatar *self)
{
  g_return_val_if_fail (LINNET_IS_OWN_AVATAR (self), NULL);
  return self->picture;
}

/* A file that becomes a picture. */
typedef struct
{
  char *buffer; /* (owned) */
  GBytes *file; /* (owned) (nullable) once it is read */
  guint at; /* of sides */
} Setting;

static void
setting_free (gpointer data)
{
  Setting *self = data;

  g_free (self->buffer);
  g_clear_pointer (&self->file, g_bytes_unref);
  g_free (self);
}

static void try_side (GTask *task);

static void
send (GTask *task, GBytes *png)
{
  LinnetOwnAvatar *self = g_task_get_source_object (task);
  GVariant *bytes = g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, png, TRUE);
  const char *mime = g_bytes_get_size (png) > 0 ? "image/png" : "";

  g_dbus_connection_call (
      self->bus, self->account->manager_name, self->account->path, PROPERTIES, "Set",
      g_variant_new ("(ssv)", INTERFACE, "Avatar", g_variant_new ("(@ays)", bytes, mime)), NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, g_task_get_cancellable (task), linnet_account_action_done_cb,
      g_object_ref (task));
}

/* In words that say what to do. */
static void
return_image_error (GTask *task, GError *error)
{
  const char *text = NULL;

  if (g_error_matches (error, IMAGE_ERROR, IMAGE_ERROR_NO_IMAGE))
    text = _ ("This file is no picture that can be used. Choose a PNG, JPEG, WebP or GIF file.");
  else if (g_error_matches (error, IMAGE_ERROR, IMAGE_ERROR_TOO_LARGE))
    text = _ ("This picture has too many pixels. Choose a smaller one.");
  else if (g_error_matches (error, IMAGE_ERROR, IMAGE_ERROR_DAMAGED))
    text = _ ("This picture is damaged. Choose another one.");
  else if (error->domain == IMAGE_ERROR)
    text = _ ("This picture could not be looked at.");
  if (text != NULL)
    {
      g_free (error->message);
      error->message = g_strdup (text);
    }
  g_task_return_error (task, error);
}

static void
shrunk_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Setting *setting = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (LinnetPicture) picture = linnet_picture_load_finish (result, &error);
  g_autoptr (GBytes) png = NULL;

  if (picture == NULL)
    {
      return_image_error (task, error);
      return;
    }
  png = linnet_png_encode (picture);
  if (g_bytes_get_size (png) <= MAX_BYTES)
    send (task, png);
  else if (++setting->at < G_N_ELEMENTS (sides))
    try_side (task);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             _ ("This picture could not be made small enough."));
}

static void
try_side (GTask *task)
{
  Setting *setting = g_task_get_task_data (task);

  linnet_picture_load_async (setting->file, sides[setting->at], g_task_get_cancellable (task),
                             shrunk_cb, g_object_ref (task));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Setting *setting = g_task_get_task_data (task);
  GError *error = NULL;
  gsize n_read;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &n_read, &error))
    g_task_return_error (task, error);
  else if (n_read > MAX_FILE_BYTES)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             _ ("This file is too large. Choose one of at most 4 MB."));
  else
    {
      setting->file = g_bytes_new (setting->buffer, n_read);
      try_side (task);
    }
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Setting *setting = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, &error);

  if (stream == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  setting->buffer = g_malloc (MAX_FILE_BYTES + 1);
  g_input_stream_read_all_async (G_INPUT_STREAM (stream), setting->buffer, MAX_FILE_BYTES + 1,
                                 G_PRIORITY_DEFAULT, g_task_get_cancellable (task), read_cb,
                                 g_object_ref (task));
}

/**
 * linnet_own_avatar_set_async:
 * @self: the picture of an account
 * @file: (nullable): a picture; %NULL: there shall be none
 * @cancellable: (nullable): gives it up
 * @callback: (scope async): called when the account has it; the server gets it when the account is
 *   online. Finish with linnet_own_avatar_set_finish()
 * @data: for @callback
 */
void
linnet_own_avatar_set_async (LinnetOwnAvatar *self,
                             GFile *file,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);

  g_return_if_fail (LINNET_IS_OWN_AVATAR (self));
  g_task_set_task_data (task, g_new0 (Setting, 1), setting_free);
  if (self->bus == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                             _ ("The service of this account is not running."));
  else if (file == NULL)
    send (task, nothing);
  else
    g_file_read_async (file, G_PRIORITY_DEFAULT, cancellable, opened_cb, g_object_ref (task));
}

/** linnet_own_avatar_set_finish: Returns: whether the account has it; else the error is a sentence
 */
gboolean
linnet_own_avatar_set_finish (LinnetOwnAvatar *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
