/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-jid.h: an XMPP address, parsed, normalised, immutable. RFC 7622 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define XMPP_TYPE_JID (xmpp_jid_get_type ())

/* Reference counted (atomically); equal addresses have equal text. */
typedef struct _XmppJid XmppJid;

GType xmpp_jid_get_type (void);

XmppJid *xmpp_jid_new (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
XmppJid *xmpp_jid_new_from_parts (const char *local,
                                  const char *domain,
                                  const char *resource,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
XmppJid *xmpp_jid_ref (XmppJid *self) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_jid_unref (XmppJid *self);

const char *xmpp_jid_get_text (const XmppJid *self);
const char *xmpp_jid_get_bare_text (const XmppJid *self);
const char *xmpp_jid_get_local (const XmppJid *self); /* NULL: none */
const char *xmpp_jid_get_domain (const XmppJid *self); /* U-labels, lower case */
const char *xmpp_jid_get_resource (const XmppJid *self); /* NULL: none */

gboolean xmpp_jid_is_bare (const XmppJid *self);
XmppJid *xmpp_jid_dup_bare (XmppJid *self) G_GNUC_WARN_UNUSED_RESULT;
XmppJid *xmpp_jid_dup_domain (XmppJid *self) G_GNUC_WARN_UNUSED_RESULT;
XmppJid *xmpp_jid_dup_with_resource (XmppJid *self,
                                     const char *resource,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For GHashTable: whole address. */
guint xmpp_jid_hash (gconstpointer self);
gboolean xmpp_jid_equal (gconstpointer a, gconstpointer b);
gboolean xmpp_jid_equal_bare (const XmppJid *a, const XmppJid *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppJid, xmpp_jid_unref)

G_END_DECLS
