/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-precis.h: which text may be a local part, a resource or a password, and in which form. RFC
 * 8264, RFC 8265 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Both return NULL for what the profile forbids, with XMPP_ERROR_JID_MALFORMED. `text` is UTF-8 or
 * is refused. */
char *xmpp_precis_username (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *xmpp_precis_opaque (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What a domain is mapped by before IDNA looks at it: width, case, NFC. RFC 7622 3.2.2 */
char *xmpp_precis_map_domain (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
