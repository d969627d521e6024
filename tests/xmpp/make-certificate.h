/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make-certificate.h: certificates of every kind, made on the fly */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  MADE_BY_AUTHORITY,
  MADE_BY_ITSELF,
  MADE_BY_STRANGER, /* an authority that nobody trusts */
  MADE_BY_MIDDLE, /* an authority below the one, sent along */
  MADE_BY_LOST_MIDDLE, /* not sent along */
  MADE_BY_CONSTRAINED, /* a middle one that may speak for good.test alone */
  MADE_BY_NO_AUTHORITY, /* a certificate that may issue none */
  MADE_BY_MANY, /* more middle ones than anybody has */
} MadeBy;

typedef enum
{
  KEY_EC,
  KEY_RSA_1024,
  KEY_RSA_2048,
  KEY_ED25519,
} MadeKey;

/* What is in it. Names are bytes; "|" stands for NUL in them. */
typedef struct
{
  const char *common_name;
  const char *dns[3];
  const char *srv; /* SRVName */
  const char *xmpp; /* XmppAddr */
  const char *ip;
  const char *uri;
  const char *purpose; /* OID; NULL: TLS server; "": none at all */
  MadeBy by;
  MadeKey key;
  int begin_day; /* from now; 0: yesterday */
  int end_day; /* 0: in a month */
  gboolean is_sha1;
} Making;

/* With its private key and chain. */
GTlsCertificate *make_certificate (const Making *making) G_GNUC_WARN_UNUSED_RESULT;
/* The authority's certificate in PEM. */
char *make_authority_pem (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
