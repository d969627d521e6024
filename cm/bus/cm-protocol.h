/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-protocol.h: the protocol “jabber” and what its connections may offer. Telepathy: Protocol */
#pragma once

#include <gio/gio.h>

#include "xmpp/xmpp-jid.h"

G_BEGIN_DECLS

#define CM_PROTOCOL_NAME "jabber"
#define CM_PROTOCOL_VCARD_FIELD "x-jabber"

#define CM_TYPE_PROTOCOL (cm_protocol_get_type ())
G_DECLARE_FINAL_TYPE (CmProtocol, cm_protocol, CM, PROTOCOL, GObject)

CmProtocol *cm_protocol_new (GDBusConnection *bus, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer none): a{sv} of its immutable properties, qualified. */
GVariant *cm_protocol_get_properties (CmProtocol *self);
/* a(susv) */
GVariant *cm_protocol_new_parameters (void);
/* a(a{sv}as): what may be requested of a connection. */
GVariant *cm_protocol_new_requestable_classes (void);
/* a{s(ubb)}: the statuses of SimplePresence. */
GVariant *cm_protocol_new_statuses (gboolean can_hide);
XmppJid *cm_protocol_parse_uri (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *cm_protocol_dup_uri (XmppJid *jid) G_GNUC_WARN_UNUSED_RESULT;
extern const char *const cm_protocol_connection_interfaces[];
/* A path element of an address. */
char *cm_protocol_escape (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
