/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image-reader.c: has linnet-image look at an image, and checks what it says
 *
 * Two files in memory go to it: one with the image, sealed, and one of a fixed size for the answer.
 * It is not believed: sizes are checked, and pixels are copied out once it is gone. One that takes
 * too long is killed. */
#include "config.h"

#include "image/image-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "image/image-answer.h"

#define TIMEOUT_S 20
#define PROGRAM_VARIABLE "LINNET_IMAGE"

typedef struct
{
  GSubprocess *process; /* (owned) (nullable) */
  int answer_fd; /* (owned) */
  guint side;
  guint timeout_id;
} Job;

G_DEFINE_QUARK (image - error - quark, image_error)

static void
free_job (gpointer data)
{
  Job *job = data;

  g_clear_handle_id (&job->timeout_id, g_source_remove);
  g_clear_object (&job->process);
  if (job->answer_fd >= 0)
    close (job->answer_fd);
  g_free (job);
}

/** image_picture_free: @self: (nullable) (transfer full): no longer needed */
void
image_picture_free (ImagePicture *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->pixels, g_bytes_unref);
  g_free (self);
}

static gboolean
write_all (int fd, GBytes *bytes)
{
  gsize n_left;
  const char *at = g_bytes_get_data (bytes, &n_left);

  while (n_left > 0)
    {
      gssize n = write (fd, at, n_left);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      at += n;
      n_left -= (gsize) n;
    }
  return TRUE;
}

/* Nobody writes to it any more. −1 with errno */
static int
open_file (GBytes *file)
{
  int fd = memfd_create ("image", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd >= 0 &&
      (!write_all (fd, file) ||
       fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0))
    {
      close (fd);
      return -1;
    }
  return fd;
}

static int
open_answer (guint side)
{
  int fd = memfd_create ("pixels", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd >= 0 && (ftruncate (fd, (off_t) (sizeof (ImageAnswer) + (gsize) 4 * side * side)) != 0 ||
                  fcntl (fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0))
    {
      close (fd);
      return -1;
    }
  return fd;
}

static GError *
new_error (int status)
{
  switch (status)
    {
    case IMAGE_EXIT_NO_IMAGE:
      return g_error_new (IMAGE_ERROR, IMAGE_ERROR_NO_IMAGE,
                          "It is no image that can be shown: PNG, JPEG, WebP and GIF are.");
    case IMAGE_EXIT_TOO_LARGE:
      return g_error_new (IMAGE_ERROR, IMAGE_ERROR_TOO_LARGE,
                          "The image has more pixels than can be shown.");
    case IMAGE_EXIT_DAMAGED:
      return g_error_new (IMAGE_ERROR, IMAGE_ERROR_DAMAGED, "The image is damaged.");
    case IMAGE_EXIT_NO_SANDBOX:
      return g_error_new (IMAGE_ERROR, IMAGE_ERROR_FAILED,
                          "This system has no place where an image could be looked at safely.");
    default:
      return g_error_new (IMAGE_ERROR, IMAGE_ERROR_FAILED, "The image could not be looked at.");
    }
}

/* (nullable): what the answer says, if it can be true */
static ImagePicture *
read_answer (const Job *job)
{
  ImageAnswer answer = { 0 };
  ImagePicture *picture;
  gsize n_bytes;
  guchar *pixels;

  if (pread (job->answer_fd, &answer, sizeof answer, 0) != (gssize) sizeof answer ||
      answer.magic != IMAGE_ANSWER_MAGIC || image_type_get_mime (answer.type) == NULL ||
      answer.width < 1 || answer.width > job->side || answer.height < 1 ||
      answer.height > job->side || answer.full_width < answer.width ||
      answer.full_width > IMAGE_MAX_SIDE || answer.full_height < answer.height ||
      answer.full_height > IMAGE_MAX_SIDE)
    return NULL;
  n_bytes = (gsize) 4 * answer.width * answer.height;
  pixels = g_malloc (n_bytes);
  if (pread (job->answer_fd, pixels, n_bytes, sizeof answer) != (gssize) n_bytes)
    {
      g_free (pixels);
      return NULL;
    }
  picture = g_new0 (ImagePicture, 1);
  picture->type = (ImageType) answer.type;
  picture->full_width = answer.full_width;
  picture->full_height = answer.full_height;
  picture->width = answer.width;
  picture->height = answer.height;
  picture->pixels = g_bytes_new_take (pixels, n_bytes);
  return picture;
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GSubprocess *process = G_SUBPROCESS (source);
  Job *job = g_task_get_task_data (task);
  int status = IMAGE_EXIT_USAGE;
  ImagePicture *picture = NULL;
  GError *error = NULL;

  g_clear_handle_id (&job->timeout_id, g_source_remove);
  if (!g_subprocess_wait_finish (process, result, &error))
    {
      g_subprocess_force_exit (process);
      g_task_return_error (task, error);
      return;
    }
  if (g_subprocess_get_if_exited (process))
    status = g_subprocess_get_exit_status (process);
  if (status == IMAGE_EXIT_DONE)
    picture = read_answer (job);
  if (picture != NULL)
    g_task_return_pointer (task, picture, (GDestroyNotify) image_picture_free);
  else
    g_task_return_error (task, new_error (status == IMAGE_EXIT_DONE ? IMAGE_EXIT_USAGE : status));
}

static gboolean
late_cb (gpointer user_data)
{
  Job *job = user_data;

  g_debug ("linnet-image takes too long and is killed");
  job->timeout_id = 0;
  g_subprocess_force_exit (job->process);
  return G_SOURCE_REMOVE;
}

/* Nothing of our environment, and nothing that it says, goes further. */
static GSubprocess *
start (Job *job, int file_fd, GError **error)
{
  static char *const nothing[] = { NULL };
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  const char *program = g_getenv (PROGRAM_VARIABLE);
  char side[16];

  g_snprintf (side, sizeof side, "%u", job->side);
  g_subprocess_launcher_set_environ (launcher, (char **) nothing);
  g_subprocess_launcher_set_cwd (launcher, "/");
  g_subprocess_launcher_take_stdin_fd (launcher, file_fd);
  g_subprocess_launcher_take_stdout_fd (launcher, fcntl (job->answer_fd, F_DUPFD_CLOEXEC, 3));
  return g_subprocess_launcher_spawn (launcher, error,
                                      program != NULL ? program : LINNET_IMAGE_PATH, side, NULL);
}

static void
begin (GTask *task, GBytes *file)
{
  Job *job = g_task_get_task_data (task);
  int file_fd = open_file (file);
  GError *error = NULL;

  job->answer_fd = open_answer (job->side);
  if (file_fd < 0 || job->answer_fd < 0)
    {
      g_task_return_new_error (task, IMAGE_ERROR, IMAGE_ERROR_FAILED, "No memory for an image: %s",
                               g_strerror (errno));
      if (file_fd >= 0)
        close (file_fd);
      return;
    }
  job->process = start (job, file_fd, &error);
  if (job->process == NULL)
    {
      g_debug ("linnet-image did not start: %s", error->message);
      g_error_free (error);
      g_task_return_error (task, new_error (IMAGE_EXIT_USAGE));
      return;
    }
  job->timeout_id = g_timeout_add_seconds (TIMEOUT_S, late_cb, job);
  g_subprocess_wait_async (job->process, g_task_get_cancellable (task), ended_cb,
                           g_object_ref (task));
}

/**
 * image_read_async:
 * @file: the bytes of an image, from whomever
 * @side: 1…1024: the picture is made smaller so that no side is longer
 * @cancellable: (nullable): ends it
 *
 * Errors: IMAGE_ERROR, with a sentence for people; G_IO_ERROR_CANCELLED
 */
void
image_read_async (GBytes *file,
                  guint side,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);
  gsize n_bytes;
  const void *bytes = g_bytes_get_data (file, &n_bytes);

  g_return_if_fail (side >= 1 && side <= IMAGE_MAX_SHOWN_SIDE);

  job->answer_fd = -1;
  job->side = side;
  g_task_set_task_data (task, job, free_job);
  if (image_type_of (bytes, n_bytes) == IMAGE_TYPE_NONE)
    g_task_return_error (task, new_error (IMAGE_EXIT_NO_IMAGE));
  else if (n_bytes > IMAGE_MAX_BYTES)
    g_task_return_error (task, new_error (IMAGE_EXIT_TOO_LARGE));
  else
    begin (task, file);
}

/** image_read_finish: Returns: (transfer full) (nullable): the picture, or an error */
ImagePicture *
image_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
