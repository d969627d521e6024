/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-scanner-private.h: what the files of XmppScanner share: its states and one step of it */
#pragma once

#include "xmpp/xmpp-scanner.h"

G_BEGIN_DECLS

enum
{
  XMPP_SCAN_STATE_TEXT,
  XMPP_SCAN_STATE_CDATA,
  /* From here on in a tag. */
  XMPP_SCAN_STATE_OPEN, /* after "<" */
  XMPP_SCAN_STATE_DECLARATION,
  XMPP_SCAN_STATE_BANG, /* after "<!" */
  XMPP_SCAN_STATE_CDATA_OPEN,
  XMPP_SCAN_STATE_NAME,
  XMPP_SCAN_STATE_TAG, /* between attributes */
  XMPP_SCAN_STATE_ATTRIBUTE,
  XMPP_SCAN_STATE_EQUALS, /* after an attribute's name */
  XMPP_SCAN_STATE_VALUE,
  XMPP_SCAN_STATE_SLASH, /* after "/" of an empty element */
  XMPP_SCAN_STATE_END_TAG,
};

typedef struct
{
  XmppScanner *self;
  XmppScan result; /* set to anything but MORE: say it */
  const char *token; /* set: a new tag or text begins here */
} XmppScanStep;

static inline gboolean
xmpp_scan_is_space (char c)
{
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static inline guint
xmpp_scan_get_factor (const XmppScanner *self)
{
  return self->is_extended ? self->limits.own_factor : 1;
}

const char *xmpp_scan_fail (XmppScanStep *step, XmppStreamError error, const char *at);
const char *xmpp_scan_not_well_formed (XmppScanStep *step, const char *at);
/* The XML declaration, after "<?". */
const char *xmpp_scan_declaration (XmppScanStep *step, const char *at, const char *end);
/* From the first byte of an element's name on. */
const char *xmpp_scan_element (XmppScanStep *step, const char *at, const char *end);
/* What is left of a tag: the states from XMPP_SCAN_STATE_NAME on. */
const char *xmpp_scan_tag (XmppScanStep *step, const char *at, const char *end);

G_END_DECLS
