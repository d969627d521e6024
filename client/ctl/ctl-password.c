/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-password.c: asks for a password and hands it over. im.linnet.Password1
 *
 * The rule that must not be broken: a password comes from a terminal or a file descriptor and goes
 * through a pipe; it is in no argument, no property and no output. */
#include "config.h"

#include "ctl/ctl-password.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "ctl/ctl-text.h"

#define MAX_BYTES 1024
/* One more for the line end, one to see that there is too much. */
#define BUFFER_BYTES (MAX_BYTES + 3)
/* The service may ask a server meanwhile. */
#define CALL_TIMEOUT_MS 60000

/** ctl_password_free: @password: (nullable): wiped, then freed */
void
ctl_password_free (char *password)
{
  if (password != NULL)
    explicit_bzero (password, strlen (password));
  g_free (password);
}

static char *
take_text (char *text, GError **error)
{
  gsize length = strlen (text);

  if (length > 0 && text[length - 1] == '\n')
    text[--length] = '\0';
  if (length > 0 && text[length - 1] == '\r')
    text[--length] = '\0';
  if (length >= 1 && length <= MAX_BYTES && g_utf8_validate (text, length, NULL))
    return text;
  g_set_error (error, CTL_ERROR, CTL_USAGE,
               length == 0 ? _ ("The password is empty.")
                           : _ ("A password is text of at most %d bytes."),
               MAX_BYTES);
  ctl_password_free (text);
  return NULL;
}

/* Up to the end of the file or, with @end, of the line. */
static char *
read_all (int fd, const char *end, GError **error)
{
  char *buffer = g_malloc0 (BUFFER_BYTES);
  gsize length = 0;

  while (length < BUFFER_BYTES - 1)
    {
      gssize n = read (fd, buffer + length, BUFFER_BYTES - 1 - length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("The password cannot be read: %s"),
                       g_strerror (errno));
          explicit_bzero (buffer, BUFFER_BYTES);
          g_free (buffer);
          return NULL;
        }
      length += n;
      if (n == 0 || (end != NULL && strpbrk (buffer, end) != NULL))
        break;
    }
  return take_text (buffer, error);
}

static char *
fail_to_ask (GError **error)
{
  g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("The terminal cannot be used: %s"),
               g_strerror (errno));
  return NULL;
}

static char *
ask (int terminal, const char *question, GError **error)
{
  char end[] = { '\n', '\0', '\0' };
  struct termios before, quiet;
  char *password;

  if (tcgetattr (terminal, &before) != 0)
    return fail_to_ask (error);
  quiet = before;
  quiet.c_lflag &= ~(tcflag_t) (ECHO | ISIG);
  quiet.c_lflag |= ECHONL | ICANON;
  /* Ctrl+C ends the line, so that the terminal is never left without its echo. */
  end[1] = (char) before.c_cc[VINTR];
  quiet.c_cc[VEOL] = before.c_cc[VINTR];
  /* Before it is asked, so that nothing that is typed then is shown or lost. */
  tcsetattr (terminal, TCSAFLUSH, &quiet);
  password = write (terminal, question, strlen (question)) > 0 ? read_all (terminal, end, error)
                                                               : fail_to_ask (error);
  tcsetattr (terminal, TCSAFLUSH, &before);
  if (password == NULL || end[1] == '\0' || strchr (password, end[1]) == NULL)
    return password;
  ctl_password_free (password);
  g_set_error_literal (error, CTL_ERROR, CTL_FAILED, _ ("Given up."));
  return NULL;
}

/**
 * ctl_password_ask:
 * @question: for the person, at a terminal
 *
 * Returns: (transfer full): what was typed, unseen, for ctl_password_free ()
 * Errors: CTL_USAGE
 */
char *
ctl_password_ask (const char *question, GError **error)
{
  int terminal = g_open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY, 0);
  char *password;

  if (terminal < 0)
    {
      g_set_error_literal (error, CTL_ERROR, CTL_USAGE,
                           _ ("There is no terminal to ask for the password. Give it with "
                              "--password-fd."));
      return NULL;
    }
  password = ask (terminal, question, error);
  g_close (terminal, NULL);
  return password;
}

/**
 * ctl_password_read:
 * @fd: where to read it, up to the end of the file; -1 asks the person
 * @address: of the account
 *
 * Returns: (transfer full): the password, for ctl_password_free ()
 * Errors: CTL_USAGE
 */
char *
ctl_password_read (int fd, const char *address, GError **error)
{
  g_autofree char *safe = ctl_text_dup_safe (address);
  g_autofree char *question = g_strdup_printf (_ ("Password for %s: "), safe);

  return fd >= 0 ? read_all (fd, NULL, error) : ctl_password_ask (question, error);
}

/** ctl_password_read_new: as ctl_password_read (), but a person is asked twice */
char *
ctl_password_read_new (int fd, const char *address, GError **error)
{
  g_autofree char *safe = ctl_text_dup_safe (address);
  g_autofree char *question = g_strdup_printf (_ ("New password for %s: "), safe);
  char *password;
  char *again;
  gboolean is_same;

  if (fd >= 0)
    return read_all (fd, NULL, error);
  password = ctl_password_ask (question, error);
  again = password != NULL ? ctl_password_ask (_ ("The same once more: "), error) : NULL;
  is_same = again != NULL && strcmp (password, again) == 0;
  if (again != NULL && !is_same)
    g_set_error_literal (error, CTL_ERROR, CTL_USAGE, _ ("The two are not the same."));
  ctl_password_free (again);
  if (is_same)
    return password;
  ctl_password_free (password);
  return NULL;
}

/* The read end of a pipe that holds the password; -1 with an error. */
static int
open_pipe (const char *password, GError **error)
{
  int ends[2];
  gboolean written;

  if (!g_unix_open_pipe (ends, FD_CLOEXEC, error))
    return -1;
  /* It fits into the pipe, so this does not wait. */
  written = write (ends[1], password, strlen (password)) == (gssize) strlen (password);
  g_close (ends[1], NULL);
  if (written)
    return ends[0];
  g_close (ends[0], NULL);
  g_set_error_literal (error, CTL_ERROR, CTL_FAILED, _ ("The password could not be handed over."));
  return -1;
}

static gboolean
is_kept_for_session (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  return g_strcmp0 (name, CTL_ERROR_PREFIX "NotAvailable") == 0;
}

/**
 * ctl_password_call:
 * @arguments: (transfer floating): of the method; the pipe is handle 0
 * @password: from ctl_password_read ()
 *
 * Calls a method that takes a password through a pipe.
 *
 * Errors: as they came over the bus, for ctl_translate_error ()
 */
gboolean
ctl_password_call (Ctl *ctl,
                   const char *name,
                   const char *path,
                   const char *interface,
                   const char *method,
                   GVariant *arguments,
                   const char *password,
                   GError **error)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (arguments);
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GVariant) reply = NULL;
  int fd = open_pipe (password, error);
  int place;

  if (fd < 0)
    return FALSE;
  place = g_unix_fd_list_append (fds, fd, error);
  g_close (fd, NULL);
  if (place != 0)
    return FALSE;
  reply = g_dbus_connection_call_with_unix_fd_list_sync (ctl->bus, name, path, interface, method,
                                                         sunk, NULL, G_DBUS_CALL_FLAGS_NONE,
                                                         CALL_TIMEOUT_MS, fds, NULL, NULL, error);
  return reply != NULL;
}

/**
 * ctl_password_set:
 * @password: from ctl_password_read ()
 * @remember: whether the keyring keeps it
 *
 * Returns: whether the service has it; that no keyring keeps it is said on standard error
 * Errors: CTL_FAILED, …
 */
gboolean
ctl_password_set (
    Ctl *ctl, CtlAccount *account, const char *password, gboolean remember, GError **error)
{
  GError *local_error = NULL;

  if (ctl_password_call (ctl, ctl->manager, account->path, CTL_PASSWORD, "SetPassword",
                         g_variant_new ("(hb)", 0, remember), password, &local_error))
    return TRUE;
  if (is_kept_for_session (local_error))
    {
      g_printerr ("linnetctl: %s\n", _ ("No keyring keeps the password: it is forgotten when the "
                                        "service ends."));
      g_error_free (local_error);
      return TRUE;
    }
  ctl_translate_error (&local_error);
  g_propagate_error (error, local_error);
  return FALSE;
}

/** ctl_password_get_state: Returns: (transfer none): what the service knows, a word for programs */
const char *
ctl_password_get_state (Ctl *ctl, CtlAccount *account)
{
  static const char *const words[] = { "unknown", "none", "stored", "session" };
  g_autoptr (GVariant) state =
      ctl_get (ctl, ctl->manager, account->path, CTL_PASSWORD, "State", "u", NULL);
  guint number = state != NULL ? g_variant_get_uint32 (state) : 0;

  return words[number < G_N_ELEMENTS (words) ? number : 0];
}
