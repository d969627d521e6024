/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-client-files.c: the .client files, which say what programs want without starting them.
 * Telepathy: Client
 *
 * Programs are installed and removed while we run. A folder that is not there is waited for by way
 * of the nearest one that is: GIO would look for it every few seconds. */
#include "bus/cm-client-files.h"

#include "bus/cm-clients.h"

#define SUFFIX ".client"
/* An installation writes many files. */
#define SETTLE_MS 200

/* One folder of clients. */
typedef struct
{
  CmClientFiles *files; /* owns us */
  char *folder; /* (owned) */
  char *watched; /* (owned) (nullable) it, or the nearest above it that is there */
  GFileMonitor *monitor; /* (owned) (nullable) of that */
} Place;

struct _CmClientFiles
{
  GPtrArray *places; /* (owned) Place; the first has the last word */
  void (*changed) (gpointer user_data);
  gpointer user_data;
  guint settle_id;
};

static void
place_free (gpointer data)
{
  Place *place = data;

  if (place->monitor != NULL)
    g_file_monitor_cancel (place->monitor);
  g_clear_object (&place->monitor);
  g_free (place->watched);
  g_free (place->folder);
  g_free (place);
}

static gboolean
settled_cb (gpointer user_data)
{
  CmClientFiles *self = user_data;

  self->settle_id = 0;
  self->changed (self->user_data);
  return G_SOURCE_REMOVE;
}

static char *
dup_nearest (const char *folder)
{
  char *path = g_strdup (folder);

  while (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      char *above = g_path_get_dirname (path);

      g_free (path);
      path = above;
    }
  return path;
}

static void watch (Place *place);

static void
changed_cb (
    GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer user_data)
{
  Place *place = user_data;
  CmClientFiles *self = place->files;
  g_autofree char *nearest = dup_nearest (place->folder);

  if (!g_str_equal (nearest, place->watched))
    watch (place);
  else if (!g_str_equal (nearest, place->folder))
    return;
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MS, settled_cb, self);
}

static void
watch_nearest (Place *place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = NULL;

  if (place->monitor != NULL)
    g_file_monitor_cancel (place->monitor);
  g_clear_object (&place->monitor);
  g_free (place->watched);
  place->watched = dup_nearest (place->folder);
  file = g_file_new_for_path (place->watched);
  place->monitor = g_file_monitor_directory (file, G_FILE_MONITOR_NONE, NULL, &error);
  if (place->monitor == NULL)
    g_message ("New clients in %s are not noticed: %s", place->folder, error->message);
  else
    g_signal_connect (place->monitor, "changed", G_CALLBACK (changed_cb), place);
}

/* What was made below before we watched is not told. */
static void
watch (Place *place)
{
  g_autofree char *nearest = NULL;

  do
    {
      watch_nearest (place);
      g_free (nearest);
      nearest = dup_nearest (place->folder);
    }
  while (place->monitor != NULL && !g_str_equal (nearest, place->watched));
}

static void
add_place (CmClientFiles *self, const char *data_dir)
{
  Place *place;

  if (!g_path_is_absolute (data_dir))
    return;
  place = g_new0 (Place, 1);
  place->files = self;
  place->folder = g_build_filename (data_dir, "telepathy", "clients", NULL);
  g_ptr_array_add (self->places, place);
  watch (place);
}

/**
 * cm_client_files_new:
 * @changed: is called some moments after a file came, changed or went
 *
 * Returns: (transfer full)
 */
CmClientFiles *
cm_client_files_new (void (*changed) (gpointer user_data), gpointer user_data)
{
  CmClientFiles *self = g_new0 (CmClientFiles, 1);
  const char *const *dirs = g_get_system_data_dirs ();

  self->places = g_ptr_array_new_with_free_func (place_free);
  self->changed = changed;
  self->user_data = user_data;
  add_place (self, g_get_user_data_dir ());
  for (guint i = 0; dirs[i] != NULL; i++)
    add_place (self, dirs[i]);
  return self;
}

/** cm_client_files_free: @self: (transfer full): nobody is called any more */
void
cm_client_files_free (CmClientFiles *self)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_ptr_array_unref (self->places);
  g_free (self);
}

static void
read_file (GHashTable *all, const char *path, const char *name)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen (SUFFIX));
  g_autofree char *bus_name = g_strconcat (CM_CLIENT_PREFIX, stem, NULL);

  if (cm_client_is_name (bus_name) && !g_hash_table_contains (all, bus_name) &&
      g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    g_hash_table_insert (all, g_steal_pointer (&bus_name), g_steal_pointer (&file));
}

/** cm_client_files_read: Returns: (element-type utf8 GKeyFile) (transfer full): the files that are
 * there now, by the bus names of their clients */
GHashTable *
cm_client_files_read (CmClientFiles *self)
{
  GHashTable *all =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_key_file_unref);

  for (guint i = 0; i < self->places->len; i++)
    {
      const char *folder = ((Place *) self->places->pdata[i])->folder;
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (folder, name, NULL);

          if (g_str_has_suffix (name, SUFFIX))
            read_file (all, path, name);
        }
    }
  return all;
}
