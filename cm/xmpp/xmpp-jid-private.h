/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-jid-private.h: the parts of an address and their normal forms, for the files of XmppJid */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 7622 3.1 */
#define XMPP_JID_MAX_PART_BYTES 1023
/* Mapping may shorten a text. What is longer than this is not even looked at. */
#define XMPP_JID_MAX_INPUT_BYTES 8192

/* A part of what was given, and its normal form. Where they are the same nothing is copied. */
typedef struct
{
  const char *text;
  size_t length;
  char *mapped; /* (owned, nullable) */
} XmppJidPart;

void xmpp_jid_part_clear (XmppJidPart *part);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (XmppJidPart, xmpp_jid_part_clear)

/* Always FALSE: @message becomes the error. */
gboolean xmpp_jid_fail (GError **error, const char *message);

gboolean xmpp_jid_part_prepare_local (XmppJidPart *part, GError **error);
gboolean xmpp_jid_part_prepare_domain (XmppJidPart *part, GError **error);
gboolean xmpp_jid_part_prepare_resource (XmppJidPart *part, GError **error);

G_END_DECLS
