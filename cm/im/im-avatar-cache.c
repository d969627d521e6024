/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-avatar-cache.c: pictures on disk, by the hash of their bytes: one that is there is not asked
 * for again, whoever has it
 *
 * What is read is checked: a file whose bytes are not what its name says goes. Everything that
 * waits for the disk is on threads. */
#include "im/im-avatar-cache.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

/* The folder is looked through when it may have grown by such a part, and so much less is left. */
#define SLACK 16

typedef struct
{
  ImAvatar *avatar; /* (owned) */
  gboolean is_trimming;
} Save;

typedef struct
{
  char *path; /* (owned) */
  gint64 used_s;
  gsize n_bytes;
} Entry;

static char *
dup_folder (void)
{
  return g_build_filename (g_get_user_cache_dir (), "linnet", "avatars", NULL);
}

static char *
dup_path (const char *token)
{
  g_autofree char *folder = dup_folder ();

  return g_build_filename (folder, token, NULL);
}

/* (transfer full) (nullable): no link, no pipe, no more than a picture may have */
static GBytes *
read_file (const char *path)
{
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat info;
  guchar *bytes = NULL;
  gssize n_read = -1;

  if (fd < 0)
    return NULL;
  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_size > 0 &&
      info.st_size <= IM_AVATAR_MAX_BYTES)
    {
      bytes = g_malloc ((gsize) info.st_size);
      n_read = read (fd, bytes, (gsize) info.st_size);
      if (futimens (fd, NULL) != 0)
        g_debug ("That a picture was used cannot be noted: %s", g_strerror (errno));
    }
  close (fd);
  if (n_read > 0 && n_read == info.st_size)
    return g_bytes_new_take (bytes, (gsize) n_read);
  g_free (bytes);
  return NULL;
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *token = data;
  g_autofree char *path = dup_path (token);
  g_autoptr (GBytes) bytes = read_file (path);
  g_autoptr (ImAvatar) avatar = bytes != NULL ? im_avatar_new (bytes) : NULL;

  if (avatar != NULL && strcmp (avatar->token, token) != 0)
    g_clear_pointer (&avatar, im_avatar_unref);
  if (bytes != NULL && avatar == NULL)
    {
      g_debug ("A picture on disk is not what its name says; it goes");
      g_unlink (path);
    }
  g_task_return_pointer (task, g_steal_pointer (&avatar), (GDestroyNotify) im_avatar_unref);
}

/** im_avatar_cache_load_async: @token: well-formed, not "" */
void
im_avatar_cache_load_async (const char *token, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_task_data (task, g_strdup (token), g_free);
  g_task_run_in_thread (task, load_thread);
}

/** im_avatar_cache_load_finish: Returns: (transfer full) (nullable): NULL: it is not there */
ImAvatar *
im_avatar_cache_load_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
free_entry (gpointer data)
{
  Entry *entry = data;

  g_free (entry->path);
  g_free (entry);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *left = *(const Entry *const *) a;
  const Entry *right = *(const Entry *const *) b;

  if (left->used_s != right->used_s)
    return left->used_s < right->used_s ? 1 : -1;
  return strcmp (left->path, right->path);
}

/** im_avatar_cache_trim: @folder: of pictures. What was used last stays. Blocking; any thread */
void
im_avatar_cache_trim (const char *folder, gsize max_bytes, guint max_files)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (free_entry);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gsize n_bytes = 0;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat info;
      Entry *entry;

      if (lstat (path, &info) != 0 || !S_ISREG (info.st_mode))
        continue;
      entry = g_new0 (Entry, 1);
      entry->path = g_steal_pointer (&path);
      entry->used_s = info.st_mtime;
      entry->n_bytes = (gsize) info.st_size;
      g_ptr_array_add (entries, entry);
    }
  g_ptr_array_sort (entries, compare_entries);
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = entries->pdata[i];

      n_bytes += entry->n_bytes;
      if (n_bytes > max_bytes || i >= max_files)
        g_unlink (entry->path);
    }
}

/** im_avatar_tally_add: @n_bytes: of one more picture. Returns: whether the folder is to be looked
 * through: at first, and when what came since then may be too much */
gboolean
im_avatar_tally_add (ImAvatarTally *self, gsize n_bytes)
{
  self->n_files++;
  self->n_bytes += n_bytes;
  if (self->is_known && self->n_files < IM_AVATAR_CACHE_MAX_FILES / SLACK &&
      self->n_bytes < IM_AVATAR_CACHE_MAX_BYTES / SLACK)
    return FALSE;
  self->is_known = TRUE;
  self->n_files = 0;
  self->n_bytes = 0;
  return TRUE;
}

static void
free_save (gpointer data)
{
  Save *save = data;

  im_avatar_unref (save->avatar);
  g_free (save);
}

static void
save_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Save *save = data;
  const ImAvatar *avatar = save->avatar;
  g_autofree char *folder = dup_folder ();
  g_autofree char *path = dup_path (avatar->token);
  g_autoptr (GError) error = NULL;
  gsize n_bytes;
  const char *bytes = g_bytes_get_data (avatar->bytes, &n_bytes);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    g_debug ("There is no folder for pictures: %s", g_strerror (errno));
  else if (!g_file_set_contents_full (path, bytes, (gssize) n_bytes, G_FILE_SET_CONTENTS_CONSISTENT,
                                      0600, &error))
    g_debug ("A picture was not kept: %s", error->message);
  else if (save->is_trimming)
    im_avatar_cache_trim (folder, IM_AVATAR_CACHE_MAX_BYTES / SLACK * (SLACK - 1),
                          IM_AVATAR_CACHE_MAX_FILES / SLACK * (SLACK - 1));
  g_task_return_boolean (task, TRUE);
}

/** im_avatar_cache_save_async: @avatar: whose token is the hash of its bytes; @callback: told when
 * it is there, or will not be */
void
im_avatar_cache_save_async (ImAvatar *avatar,
                            gboolean is_trimming,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  Save *save = g_new (Save, 1);

  save->avatar = im_avatar_ref (avatar);
  save->is_trimming = is_trimming;
  g_task_set_task_data (task, save, free_save);
  g_task_run_in_thread (task, save_thread);
}
