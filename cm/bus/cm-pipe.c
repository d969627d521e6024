/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-pipe.c: takes a secret through a pipe, so that it is never on the bus. im.linnet.Password1 */
#include "bus/cm-pipe.h"

#include <gio/gunixinputstream.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "im/im-types.h"

#define MAX_SECRET_BYTES 1024
#define READ_TIMEOUT_S 10

/* One secret on its way. */
typedef struct
{
  GInputStream *stream; /* (owned) */
  GCancellable *cancellable; /* (owned) */
  char buffer[MAX_SECRET_BYTES + 2];
  guint timeout_id;
  CmPipeFunc func;
  gpointer user_data;
} Reading;

static void
reading_free (Reading *reading)
{
  g_clear_handle_id (&reading->timeout_id, g_source_remove);
  explicit_bzero (reading->buffer, sizeof reading->buffer);
  g_object_unref (reading->stream);
  g_object_unref (reading->cancellable);
  g_free (reading);
}

static const char *
find_fault (const Reading *reading, gsize n_read)
{
  if (n_read == 0)
    return "The pipe holds no password";
  if (n_read > MAX_SECRET_BYTES)
    return "The password has more than 1024 bytes";
  if (memchr (reading->buffer, '\0', n_read) != NULL ||
      !g_utf8_validate (reading->buffer, (gssize) n_read, NULL))
    return "The password is no valid UTF-8";
  return NULL;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = user_data;
  g_autoptr (GError) cause = NULL;
  g_autoptr (GError) error = NULL;
  const char *fault;
  gsize n_read = 0;

  if (g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &n_read, &cause))
    fault = find_fault (reading, n_read);
  else
    fault = g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                ? "The pipe was not closed in time"
                : "The pipe cannot be read";
  if (fault != NULL)
    error = g_error_new_literal (IM_ERROR, IM_ERROR_INVALID_ARGUMENT, fault);
  reading->func (fault == NULL ? reading->buffer : NULL, error, reading->user_data);
  reading_free (reading);
}

static gboolean
timeout_cb (gpointer user_data)
{
  Reading *reading = user_data;

  reading->timeout_id = 0;
  g_cancellable_cancel (reading->cancellable);
  return G_SOURCE_REMOVE;
}

/* A pipe or a socket: of a file, reading could block. */
static gboolean
is_pollable (int fd)
{
  struct stat status;

  return fstat (fd, &status) == 0 && (S_ISFIFO (status.st_mode) || S_ISSOCK (status.st_mode));
}

/**
 * cm_pipe_read:
 * @fds: (nullable): that came with the call
 * @index: the handle
 * @func: gets the secret, or why there is none; before 10 s have passed
 *
 * Reads up to the end of the file.
 *
 * Returns: FALSE where there is no pipe; @func is not called then
 * Errors: IM_ERROR_INVALID_ARGUMENT
 */
gboolean
cm_pipe_read (
    GUnixFDList *fds, GVariant *index, CmPipeFunc func, gpointer user_data, GError **error)
{
  int fd = fds != NULL ? g_unix_fd_list_get (fds, g_variant_get_handle (index), NULL) : -1;
  Reading *reading;

  if (fd < 0 || !is_pollable (fd))
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                           "The read end of a pipe is needed");
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  reading = g_new0 (Reading, 1);
  reading->func = func;
  reading->user_data = user_data;
  reading->stream = g_unix_input_stream_new (fd, TRUE);
  reading->cancellable = g_cancellable_new ();
  reading->timeout_id = g_timeout_add_seconds (READ_TIMEOUT_S, timeout_cb, reading);
  g_input_stream_read_all_async (reading->stream, reading->buffer, MAX_SECRET_BYTES + 1,
                                 G_PRIORITY_DEFAULT, reading->cancellable, read_cb, reading);
  return TRUE;
}
