/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-short.h: what a caller said, short enough to be quoted in an error
 *
 * "%.200s" would cut a character in two, and an error that is no UTF-8 cannot be sent. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define CM_SHORT_BYTES 200

/* At most CM_SHORT_BYTES, whole characters; in a buffer that lives as long as the statement's
 * block. */
#define CM_SHORT(text) cm_shorten ((text), (char[CM_SHORT_BYTES + 1]){ 0 })

static inline const char *
cm_shorten (const char *text, char *buffer)
{
  const char *end;

  g_strlcpy (buffer, text, CM_SHORT_BYTES + 1);
  if (!g_utf8_validate (buffer, -1, &end))
    buffer[end - buffer] = '\0';
  return buffer;
}

G_END_DECLS
