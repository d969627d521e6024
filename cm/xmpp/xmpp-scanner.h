/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-scanner.h: where stanzas begin and end, byte by byte, before the XML parser sees them. For
 * xmpp-parser.c alone */
#pragma once

#include "xmpp/xmpp-parser.h"

G_BEGIN_DECLS

typedef enum
{
  XMPP_SCAN_MORE, /* everything was looked at */
  XMPP_SCAN_GAP, /* what was before `at` is not for the XML parser */
  XMPP_SCAN_TOP, /* a header, a stanza or the stream ended at `at` */
  XMPP_SCAN_LIMIT, /* the next byte would break a limit */
  XMPP_SCAN_STARTED, /* the start tag of a stanza to be skipped was saved */
  XMPP_SCAN_SKIPPED, /* a skipped stanza ended */
  XMPP_SCAN_FAILED, /* see `error` */
} XmppScan;

/* The most levels that can be asked for. */
#define XMPP_SCANNER_MAX_DEPTH 254

typedef struct
{
  XmppLimits limits;
  int state;
  gboolean may_declare; /* nothing was read yet: an XML declaration is allowed */
  guint64 depth; /* 0: no stream; 1: between stanzas */
  XmppStreamError error;

  /* Of the stanza (or header) being read. */
  gboolean is_open; /* one was begun and not ended */
  size_t bytes; /* how long it is so far */
  size_t token_bytes; /* how long its current tag or text is so far */
  gboolean is_extended; /* it may be own_factor times longer */
  guint elements;
  guint attributes; /* of all its elements */
  guint scope; /* namespace declarations in force */
  guint16 declared[XMPP_SCANNER_MAX_DEPTH + 2]; /* how many of them each level has added */

  /* Of the tag being read. */
  guint tag_attributes;
  guint tag_namespaces;
  char name[8]; /* start of the attribute's name */
  guint name_length;
  char quote;
  guint matched; /* bytes of "CDATA[" or "]]>" met */

  /* Skipping. */
  gboolean is_skipping;
  GString *saved; /* (owned) while saving: the stanza's start tag with its addresses alone */
  gboolean is_saving;
  gboolean is_saving_value;

  guint utf8_missing; /* continuation bytes to come */
  guint8 utf8_low, utf8_high; /* what the next one may be */
  const char *ascii_end; /* all is ASCII up to here; NULL: not looked at */

  GString *declaration; /* (owned) the XML declaration while it is read */
} XmppScanner;

void xmpp_scanner_init (XmppScanner *self, const XmppLimits *limits);
void xmpp_scanner_clear (XmppScanner *self);
void xmpp_scanner_restart (XmppScanner *self, const XmppLimits *limits);
/* Other bytes follow, or the same ones elsewhere in memory. */
void xmpp_scanner_begin (XmppScanner *self);
/* Reads on from `*at`, at most to `end`, until there is something to say. Where `end` is changes
 * with xmpp_scanner_begin () only. */
XmppScan xmpp_scanner_run (XmppScanner *self, const char **at, const char *end);
/* After XMPP_SCAN_LIMIT, in the order of hope. Go on, with own_factor times more; FALSE if that
 * does not help. */
gboolean xmpp_scanner_extend (XmppScanner *self);
/* Read the rest of the stanza without keeping any of it. */
void xmpp_scanner_skip (XmppScanner *self);
/* The same, for a stanza whose start tag broke the limit: it must be read again from its "<". */
void xmpp_scanner_skip_again (XmppScanner *self);
/* Whether it is in a tag, where the bytes of the token must stay together. */
gboolean xmpp_scanner_is_in_tag (const XmppScanner *self);
gboolean xmpp_scanner_is_in_cdata (const XmppScanner *self);

G_END_DECLS
