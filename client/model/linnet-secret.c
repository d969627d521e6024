/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-secret.c: hands a secret to the service through a pipe, never over the bus */
#include "config.h"

#include "model/linnet-secret.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define MAX_BYTES 1024

/**
 * linnet_secret_open:
 * @secret: a password
 * @error: where to put an error; its message is a sentence
 *
 * Returns: the read end of a pipe that holds it, to be closed by the caller; -1 on error
 */
int
linnet_secret_open (const char *secret, GError **error)
{
  int ends[2];
  gsize length = strlen (secret);
  gboolean is_written;

  if (length == 0 || length > MAX_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("A password has 1 to %d bytes."), MAX_BYTES);
      return -1;
    }
  if (!g_unix_open_pipe (ends, FD_CLOEXEC, error))
    return -1;
  /* It fits into the pipe, so this does not wait. */
  is_written = write (ends[1], secret, length) == (gssize) length;
  g_close (ends[1], NULL);
  if (is_written)
    return ends[0];
  g_close (ends[0], NULL);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       _ ("The password could not be handed over."));
  return -1;
}
