/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-avatar.c: avatar set, avatar clear, and the picture of a contact. linnetctl(1)
 *
 * Bytes go through here as they are: nothing looks at a picture. */
#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl-avatar.h"
#include "ctl/ctl-command.h"
#include "ctl/ctl-text.h"

#define AVATARS CTL_CONNECTION ".Interface.Avatars"
#define ACCOUNT_AVATAR CTL_ACCOUNT ".Interface.Avatar"
/* More than any server takes: the service says how much that is. */
#define MAX_BYTES (1024 * 1024)

/* (transfer full) (nullable) */
static GBytes *
read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree char *buffer = g_malloc (MAX_BYTES + 1);
  gsize n_bytes = 0;

  /* A pipe gives it in pieces. */
  if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), buffer, MAX_BYTES + 1,
                                                  &n_bytes, NULL, error))
    return NULL;
  if (n_bytes > 0 && n_bytes <= MAX_BYTES)
    return g_bytes_new (buffer, n_bytes);
  g_set_error (error, CTL_ERROR, n_bytes == 0 ? CTL_FAILED : CTL_USAGE,
               n_bytes == 0 ? _ ("“%s” is empty.")
                            : _ ("“%s” is too large: a picture has at most 64 KiB. Make it smaller "
                                 "first, such as 192 × 192 pixels."),
               path);
  return NULL;
}

/* Only by the bytes, as names lie. "" where it is none that is known to be a picture. */
static const char *
guess_mime (GBytes *bytes)
{
  gsize n_bytes;
  const char *data = g_bytes_get_data (bytes, &n_bytes);

  if (n_bytes >= 4 && memcmp (data, "\x89PNG", 4) == 0)
    return "image/png";
  if (n_bytes >= 3 && memcmp (data, "\xff\xd8\xff", 3) == 0)
    return "image/jpeg";
  if (n_bytes >= 4 && memcmp (data, "GIF8", 4) == 0)
    return "image/gif";
  return n_bytes >= 12 && memcmp (data + 8, "WEBP", 4) == 0 ? "image/webp" : "";
}

/* `bytes` (nullable): none. The account need not be online. */
static gboolean
set_avatar (Ctl *ctl, CtlAccount *account, GBytes *bytes, GError **error)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  GVariant *data =
      g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes != NULL ? bytes : nothing, TRUE);

  if (!ctl_set (ctl, ctl->manager, account->path, ACCOUNT_AVATAR, "Avatar",
                g_variant_new ("(@ays)", data, bytes != NULL ? guess_mime (bytes) : ""), error))
    return FALSE;
  if (ctl->wants_json)
    ctl_json_print (g_variant_new_string (account->address));
  else if (bytes != NULL)
    g_print (_ ("%s: the picture is taken.\n"), account->address);
  else
    g_print (_ ("%s: there is no picture any more.\n"), account->address);
  return TRUE;
}

static gboolean
run (Ctl *ctl, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = path != NULL ? read_file (path, error) : NULL;
  g_autoptr (GPtrArray) accounts = NULL;
  CtlAccount *account;

  if ((path != NULL && bytes == NULL) || !ctl_connect (ctl, error))
    return FALSE;
  accounts = ctl_accounts_select (ctl, error);
  account = accounts != NULL ? ctl_accounts_select_one (ctl, accounts, error) : NULL;
  return account != NULL && set_avatar (ctl, account, bytes, error);
}

gboolean
ctl_avatar_set (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (GStrv) arguments = ctl_parse (ctl, command, NULL, words, 1, 1, error);

  return arguments != NULL && run (ctl, arguments[0], error);
}

gboolean
ctl_avatar_clear (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  g_auto (GStrv) arguments = ctl_parse (ctl, command, NULL, words, 0, 0, error);

  return arguments != NULL && run (ctl, NULL, error);
}

/**
 * ctl_avatar_save:
 * @address: of a contact
 * @path: of a file, which is replaced
 *
 * Returns: (transfer full): what kind of picture is there now
 */
char *
ctl_avatar_save (
    Ctl *ctl, CtlAccount *account, const char *address, const char *path, GError **error)
{
  guint handle = ctl_contact_ensure_handle (ctl, account, address, error);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) data = NULL;
  char *mime;

  if (handle == 0)
    return NULL;
  reply = ctl_connection_call (ctl, account, AVATARS, "RequestAvatar",
                               g_variant_new ("(u)", handle), "(ays)", error);
  if (reply == NULL)
    return NULL;
  data = g_variant_get_child_value (reply, 0);
  if (!g_file_set_contents (path, g_variant_get_data (data), (gssize) g_variant_get_size (data),
                            error))
    return NULL;
  g_variant_get_child (reply, 1, "s", &mime);
  return mime;
}
