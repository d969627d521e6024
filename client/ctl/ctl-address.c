/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-address.c: addresses as people type them, or as links. RFC 5122
 *
 * Of a link counts whom it is about, and for which of the person's accounts; what it wants done is
 * what the command says. */
#include "config.h"

#include "ctl/ctl-address.h"

#include <string.h>

#include <glib/gi18n.h>

#define SCHEME "xmpp:"

/* Undoes the percent-encoding of a part. What parts an address cannot hide in it. */
static char *
decode (const char *text, gsize length, const char *forbidden)
{
  g_autofree char *part = g_uri_unescape_segment (text, text + length, NULL);

  if (part == NULL || !g_utf8_validate (part, -1, NULL) || strpbrk (part, forbidden) != NULL)
    return NULL;
  return g_steal_pointer (&part);
}

/* (transfer full) (nullable): name@host/device of a link without its scheme */
static char *
decode_address (const char *text, gsize length)
{
  const char *slash = memchr (text, '/', length);
  gsize bare_length = slash != NULL ? (gsize) (slash - text) : length;
  const char *at = memchr (text, '@', bare_length);
  const char *host = at != NULL ? at + 1 : text;
  g_autofree char *local = at != NULL ? decode (text, (gsize) (at - text), "@/") : g_strdup ("");
  g_autofree char *domain = decode (host, (gsize) (text + bare_length - host), "@/");
  g_autofree char *device =
      slash != NULL ? decode (slash + 1, length - bare_length - 1, "") : g_strdup ("");

  if (local == NULL || domain == NULL || *domain == '\0' || device == NULL)
    return NULL;
  return g_strconcat (local, at != NULL ? "@" : "", domain, slash != NULL ? "/" : "", device, NULL);
}

/* "//account/" may stand before the address. */
static char *
decode_link (Ctl *ctl, const char *path, gsize length)
{
  const char *slash;
  g_autofree char *account = NULL;

  if (length < 2 || memcmp (path, "//", 2) != 0)
    return decode_address (path, length);
  path += 2;
  length -= 2;
  slash = memchr (path, '/', length);
  account = decode_address (path, slash != NULL ? (gsize) (slash - path) : length);
  if (account == NULL || slash == NULL || slash + 1 == path + length)
    return g_steal_pointer (&account);
  if (ctl->account == NULL)
    ctl->account = g_steal_pointer (&account);
  return decode_address (slash + 1, (gsize) (path + length - slash - 1));
}

/**
 * ctl_address_read:
 * @word: (inout): what was typed; a link becomes the address that it is about
 *
 * A link may name the account to use, too: it is used where --account names none.
 *
 * Returns: FALSE with an error
 * Errors: CTL_USAGE
 */
gboolean
ctl_address_read (Ctl *ctl, char **word, GError **error)
{
  const char *path;
  char *address;

  if (*word == NULL || g_ascii_strncasecmp (*word, SCHEME, strlen (SCHEME)) != 0)
    return TRUE;
  path = *word + strlen (SCHEME);
  address = decode_link (ctl, path, strcspn (path, "?#"));
  if (address == NULL)
    {
      g_set_error (error, CTL_ERROR, CTL_USAGE, _ ("“%s” is no link to an address."), *word);
      return FALSE;
    }
  g_free (*word);
  *word = address;
  return TRUE;
}

/* By what --help calls the arguments: “GROUP ADDRESS…”. A command that takes links has its own use
 * for them. */
static gboolean
is_address (const CtlCommand *command, guint number)
{
  g_auto (GStrv) names = g_strsplit (command->arguments != NULL ? command->arguments : "", " ", -1);
  guint n_names = g_strv_length (names);
  const char *name = n_names > 0 ? names[MIN (number, n_names - 1)] : "";

  name += *name == '[' ? 1 : 0;
  return g_str_has_prefix (name, "ADDRESS") && !g_str_has_prefix (name, "ADDRESS|") &&
         (number < n_names || g_str_has_suffix (name, "…"));
}

/** ctl_address_read_all: @words: (inout): the arguments of a command. Returns: FALSE with an error
 */
gboolean
ctl_address_read_all (Ctl *ctl, const CtlCommand *command, char **words, GError **error)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (is_address (command, i) && !ctl_address_read (ctl, &words[i], error))
      return FALSE;
  return ctl_address_read (ctl, &ctl->account, error);
}

/** ctl_address_check_bare: @address: to be somebody's, with all devices. Errors: CTL_USAGE if it is
 * of one device */
gboolean
ctl_address_check_bare (const char *address, GError **error)
{
  g_autofree char *bare = g_strndup (address, strcspn (address, "/"));

  if (strchr (address, '/') == NULL)
    return TRUE;
  g_set_error (error, CTL_ERROR, CTL_USAGE,
               _ ("“%s” is one device, and this is for somebody with all of theirs: name %s."),
               address, bare);
  return FALSE;
}
