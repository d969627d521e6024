/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-base64.h: base64 as RFC 4648 §4 writes it, and nothing else */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* NULL where `text` is not canonical base64: no spaces, all the padding, no stray bits. The bytes
 * are followed by a NUL that is not counted. `length` (nullable). */
guchar *xmpp_base64_decode (const char *text, size_t *length) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
