/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-file.c: the database as a file: whose it is, who may read it, what becomes of a bad one
 *
 * A file that cannot be used is renamed, never removed: somebody may want what is in it. */

#include "store/store-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store-error.h"

/* Below these the whole file is read through at every start, or after an end that was not orderly:
 * it costs about a tenth of a second for every 32 MiB. */
#define ALWAYS_CHECKED_BYTES (16 * 1024 * 1024)
#define CHECKED_AFTER_CRASH_BYTES (64 * 1024 * 1024)
#define LOCK_WAIT_MS 2000
#define LOCK_POLL_MS 20

static gboolean
fail_errno (GError **error, const char *path, const char *what)
{
  int saved = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "%s %s: %s", what, path,
               g_strerror (saved));
  return FALSE;
}

/**
 * store_file_prepare:
 * @directory: made with its parents if need be
 *
 * Makes the directory its owner's alone.
 *
 * Returns: (transfer full): its path without symbolic links; NULL with G_IO_ERROR.
 */
char *
store_file_prepare (const char *directory, GError **error)
{
  char *real;
  char *copy;
  struct stat info;

  if (g_mkdir_with_parents (directory, 0700) != 0)
    {
      fail_errno (error, directory, "Cannot make the directory");
      return NULL;
    }
  real = realpath (directory, NULL);
  if (!real || stat (real, &info) != 0)
    {
      fail_errno (error, directory, "Cannot look at the directory");
      free (real);
      return NULL;
    }
  if (info.st_uid == geteuid () && (info.st_mode & 077) != 0 && g_chmod (real, 0700) != 0)
    g_message ("%s can be read by others and stays so: %s", real, g_strerror (errno));
  copy = g_strdup (real);
  free (real);
  return copy;
}

/**
 * store_file_lock:
 * @directory: of the database
 *
 * Two services on one file would give out the same numbers twice. Waits two seconds for one that is
 * just ending.
 *
 * Returns: a file descriptor that holds the lock until it is closed; -1 with STORE_ERROR_BUSY or
 * G_IO_ERROR.
 */
int
store_file_lock (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "linnet.lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      fail_errno (error, path, "Cannot open");
      return -1;
    }
  for (guint waited_ms = 0; flock (fd, LOCK_EX | LOCK_NB) != 0; waited_ms += LOCK_POLL_MS)
    {
      if (errno != EWOULDBLOCK && errno != EINTR)
        {
          fail_errno (error, path, "Cannot lock");
          close (fd);
          return -1;
        }
      if (waited_ms >= LOCK_WAIT_MS)
        {
          g_set_error (error, STORE_ERROR, STORE_ERROR_BUSY, "Another service uses %s", directory);
          close (fd);
          return -1;
        }
      g_usleep (LOCK_POLL_MS * 1000);
    }
  return fd;
}

/**
 * store_file_check:
 * @path: of the database
 *
 * Looks before SQLite does: a plain file of ours that begins as a database begins, or is empty.
 * Made 0600; made at all, if there is none, so that nobody ever sees it with other rights.
 *
 * Returns: FALSE with G_IO_ERROR (cannot be used at all) or STORE_ERROR_CORRUPT (may be set aside).
 */
gboolean
store_file_check (const char *path, GError **error)
{
  static const char magic[16] = "SQLite format 3";
  char start[sizeof magic];
  struct stat info;
  ssize_t got;
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);

  if (fd < 0)
    return fail_errno (error, path, "Cannot open");
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode) || info.st_uid != geteuid ())
    {
      close (fd);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "%s is not a plain file of this user", path);
      return FALSE;
    }
  if ((info.st_mode & 077) != 0 && fchmod (fd, 0600) != 0)
    g_message ("%s can be read by others and stays so: %s", path, g_strerror (errno));
  got = pread (fd, start, sizeof start, 0);
  close (fd);
  if (got == 0 || (got == sizeof start && memcmp (start, magic, sizeof magic) == 0))
    return TRUE;
  g_set_error (error, STORE_ERROR, STORE_ERROR_CORRUPT, "%s is not a database", path);
  return FALSE;
}

static char *
dup_aside_name (const char *path, const char *why)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%SZ");

  for (guint i = 0;; i++)
    {
      g_autofree char *name = i == 0 ? g_strdup_printf ("%s.%s-%s", path, why, stamp)
                                     : g_strdup_printf ("%s.%s-%s-%u", path, why, stamp, i);

      if (!g_file_test (name, G_FILE_TEST_EXISTS) && !g_file_test (name, G_FILE_TEST_IS_SYMLINK))
        return g_steal_pointer (&name);
    }
}

/**
 * store_file_set_aside:
 * @path: of the database, closed
 * @why: a word for the new name: "damaged", "foreign", "newer"
 *
 * Renames the database with what belongs to it.
 *
 * Returns: (transfer full): its new path; NULL with G_IO_ERROR.
 */
char *
store_file_set_aside (const char *path, const char *why, GError **error)
{
  /* The database last: without it, what is left of a rename cut short would belong to the next one.
   */
  static const char *const suffixes[] = { "-shm", "-wal", "" };
  g_autofree char *aside = dup_aside_name (path, why);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (aside, suffixes[i], NULL);

      if (g_rename (from, to) != 0 && (errno != ENOENT || i == 2))
        {
          fail_errno (error, from, "Cannot set aside");
          return NULL;
        }
    }
  return g_steal_pointer (&aside);
}

/**
 * store_file_is_suspect:
 * @path: of the database, not opened yet
 *
 * Returns: whether the whole file should be read through before it is trusted: damage was seen, or
 * it is small, or not large and its last user did not come to its end.
 */
gboolean
store_file_is_suspect (const char *path)
{
  g_autofree char *mark = g_strconcat (path, ".suspect", NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  gint64 limit_bytes = ALWAYS_CHECKED_BYTES;
  struct stat info;

  if (g_file_test (mark, G_FILE_TEST_EXISTS))
    return TRUE;
  if (stat (wal, &info) == 0 && info.st_size > 0)
    limit_bytes = CHECKED_AFTER_CRASH_BYTES;
  return stat (path, &info) == 0 && info.st_size < limit_bytes;
}

/**
 * store_file_set_is_suspect:
 *
 * Remembers for the next start that damage was seen, or that the file was found to be whole.
 */
void
store_file_set_is_suspect (const char *path, gboolean is_suspect)
{
  g_autofree char *mark = g_strconcat (path, ".suspect", NULL);
  int fd;

  if (!is_suspect)
    {
      if (g_unlink (mark) != 0 && errno != ENOENT)
        g_debug ("%s stays: %s", mark, g_strerror (errno));
      return;
    }
  fd = open (mark, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    g_debug ("%s cannot be made: %s", mark, g_strerror (errno));
  else
    close (fd);
}
