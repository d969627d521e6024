/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-scanner-declaration.c: the XML declaration, byte by byte. RFC 6120 11.4 and 11.6 */
#include "config.h"

#include "xmpp/xmpp-scanner-private.h"

#include <string.h>

#define MAX_DECLARATION_BYTES 128

/* The one value of a pseudo-attribute of the XML declaration, or NULL. */
static char *
take_pseudo (const char **at, const char *name)
{
  const char *p = *at;
  const char *end;
  char *value;

  if (!xmpp_scan_is_space (*p))
    return NULL;
  while (xmpp_scan_is_space (*p))
    p++;
  if (!g_str_has_prefix (p, name))
    return NULL;
  p += strlen (name);
  while (xmpp_scan_is_space (*p))
    p++;
  if (*p++ != '=')
    return NULL;
  while (xmpp_scan_is_space (*p))
    p++;
  if (*p != '\'' && *p != '"')
    return NULL;
  end = strchr (p + 1, *p);
  if (end == NULL)
    return NULL;
  value = g_strndup (p + 1, end - p - 1);
  *at = end + 1;
  return value;
}

/* `declaration` is what is between "<?" and "?>". Only UTF-8 is spoken here. RFC 6120 11.6 */
static gboolean
check_declaration (const char *declaration, XmppStreamError *error)
{
  const char *at = declaration + 3;
  g_autofree char *version = NULL;
  g_autofree char *encoding = NULL;
  g_autofree char *standalone = NULL;

  *error = XMPP_STREAM_ERROR_RESTRICTED_XML;
  if (!g_str_has_prefix (declaration, "xml") || !xmpp_scan_is_space (declaration[3]))
    return FALSE; /* a processing instruction */
  version = take_pseudo (&at, "version");
  encoding = take_pseudo (&at, "encoding");
  standalone = take_pseudo (&at, "standalone");
  while (xmpp_scan_is_space (*at))
    at++;
  *error = XMPP_STREAM_ERROR_UNSUPPORTED_ENCODING;
  if (encoding != NULL && g_ascii_strcasecmp (encoding, "UTF-8") != 0)
    return FALSE;
  *error = XMPP_STREAM_ERROR_NOT_WELL_FORMED;
  return *at == '\0' && g_strcmp0 (version, "1.0") == 0;
}

const char *
xmpp_scan_declaration (XmppScanStep *step, const char *at, const char *end)
{
  XmppScanner *self = step->self;

  for (; at < end; at++)
    {
      GString *text = self->declaration;

      g_string_append_c (text, *at);
      if (text->len > MAX_DECLARATION_BYTES)
        return xmpp_scan_not_well_formed (step, at);
      /* What is no XML declaration is told at once. */
      if (text->len <= 3 && memcmp (text->str, "xml", text->len) != 0)
        return xmpp_scan_fail (step, XMPP_STREAM_ERROR_RESTRICTED_XML, at);
      if (!g_str_has_suffix (text->str, "?>"))
        continue;
      g_string_truncate (text, text->len - 2);
      if (!check_declaration (text->str, &self->error))
        return xmpp_scan_fail (step, self->error, at);
      g_string_truncate (text, 0);
      self->is_open = FALSE;
      self->state = XMPP_SCAN_STATE_TEXT;
      step->result = XMPP_SCAN_GAP;
      return at + 1;
    }
  return at;
}
