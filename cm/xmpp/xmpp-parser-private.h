/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-parser-private.h: what the files of XmppParser share */
#pragma once

#include <libxml/parser.h>

#include "xmpp/xmpp-node-private.h"
#include "xmpp/xmpp-parser.h"
#include "xmpp/xmpp-scanner.h"

G_BEGIN_DECLS

/* What a parser may keep between stanzas, in a buffer. */
#define XMPP_PARSER_MAX_KEPT_BYTES (16 * 1024)

typedef struct
{
  XmppParserEvent event;
  XmppNode *node; /* (owned, nullable) */
} XmppParserEntry;

struct _XmppParser
{
  XmppScanner scanner;
  xmlParserCtxtPtr xml; /* (owned, nullable) NULL: made when needed, and given the header again */
  GByteArray *hold; /* (owned) the unfinished end of what was fed */
  GByteArray *header; /* (owned) the stream header's tag as it came; empty: none yet */
  char *server; /* (owned, nullable) who the header is from */
  GError *error; /* (owned, nullable) why no more may be fed */
  gboolean is_closed;

  GArray *events; /* (owned) XmppParserEntry */
  guint next_event;

  /* The tree that is being built. */
  guint depth;
  XmppNode *root; /* (owned, nullable) */
  XmppNode *current;
  GString *text; /* (owned) */
  XmppNsMap namespaces;
  gboolean is_repeating; /* the header is given again: it is no event */
  gboolean is_rescuing; /* a saved start tag is read */
  XmppNode *start; /* (owned, nullable) of the stanza that is skipped */
};

/* The first fault counts. */
void xmpp_parser_set_error (XmppParser *self, XmppStreamError code);
void xmpp_parser_push_event (XmppParser *self, XmppParserEvent event, XmppNode *node);

/* xmpp-parser-tree.c */
void xmpp_parser_clear_tree (XmppParser *self);
void xmpp_parser_drop_xml (XmppParser *self);
/* Names that others chose must not pile up. */
void xmpp_parser_recycle_xml (XmppParser *self);
/* Hands whole tags, or text that ends with a whole character, to libxml2. */
void xmpp_parser_parse (XmppParser *self, const void *data, size_t length);

/* xmpp-parser-hold.c */
void xmpp_parser_clear_hold (XmppParser *self);
/* Parses all that is before the current tag or text. */
void xmpp_parser_advance_to_token (XmppParser *self, const char *start, const char *end);
/* The end of what was fed: what is complete is parsed. */
void xmpp_parser_keep_rest (XmppParser *self, const char *start, const char *end);

G_END_DECLS
