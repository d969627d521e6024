/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-parser.h: bytes to stanzas, bounded. It is fed and never reads by itself, so that the
 * blocking login and the asynchronous stream use the same one. RFC 6120 4 and 11 */
#pragma once

#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-node.h"

G_BEGIN_DECLS

typedef struct
{
  size_t stanza_bytes; /* one stanza, as sent */
  guint depth; /* levels, the stanza's own counted as 1 */
  guint attributes; /* of one element */
  guint namespaces; /* declared by one element */
  guint elements; /* in one stanza */
  size_t tag_bytes; /* one tag, as sent */
  guint own_factor; /* an <iq/> of our own server may have so many times more bytes and elements,
                       and so many times longer tags: a roster is one */
} XmppLimits;

extern const XmppLimits xmpp_limits_default; /* 1 MiB, 64, 64, 64, 10,000, 64 KiB, 8 */
extern const XmppLimits xmpp_limits_before_login; /* 10 KiB and 1, else the same */

typedef enum
{
  XMPP_PARSER_EVENT_NONE, /* feed more */
  XMPP_PARSER_EVENT_OPENED, /* the stream header: `node` has its attributes and no children */
  XMPP_PARSER_EVENT_STANZA, /* a complete first-level element */
  XMPP_PARSER_EVENT_DROPPED, /* a stanza from another user broke a limit: `node` has the start tag
                                alone; the stream lives */
  XMPP_PARSER_EVENT_CLOSED, /* </stream:stream> */
} XmppParserEvent;

typedef struct _XmppParser XmppParser;

XmppParser *xmpp_parser_new (const XmppLimits *limits) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_parser_free (XmppParser *self);

/* Parses. What is complete is queued for xmpp_parser_next (). On failure (domain XMPP_STREAM_ERROR:
 * what to tell the server before closing) the queue still holds what came before the fault, and no
 * more may be fed. */
gboolean xmpp_parser_feed (XmppParser *self, const void *data, size_t length, GError **error);
XmppParserEvent xmpp_parser_next (XmppParser *self, XmppNode **node);
/* After STARTTLS and SASL: forget everything, expect a new header. Fails if bytes or events are
 * left over (RFC 6120 5.4.3.3: nothing may be smuggled past the handshake). */
gboolean xmpp_parser_restart (XmppParser *self, const XmppLimits *limits, GError **error);
void xmpp_parser_set_limits (XmppParser *self, const XmppLimits *limits);
/* Whether a stanza was begun and not finished: the 30 s deadline runs. */
gboolean xmpp_parser_is_inside_stanza (const XmppParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppParser, xmpp_parser_free)

G_END_DECLS
