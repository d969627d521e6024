/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-registration.h: what is said on the wire about an account itself: a first one, another
 * password, an end. XEP-0077, XEP-0158, XEP-0231, XEP-0445 */
#pragma once

#include "im/im-form.h"

G_BEGIN_DECLS

/* What a server asks of those who want an account. */
typedef struct
{
  ImForm *form; /* (owned) (nullable): it asks nothing that can be answered here */
  gboolean is_registered; /* it knows us already */
  gboolean is_plain; /* asked in the words that are older than forms */
  char *url; /* (owned) (nullable) where it wants people to go instead */
} ImRegistrationQuestion;

/* What the module of the feature says on the wire. All: (transfer full), an IQ where not said
 * otherwise. */
struct _ImRegistrationWire
{
  XmppNode *(*new_password) (XmppJid *account, const char *password);
  XmppNode *(*new_removal) (void);
  /* Before there is an account; `server` is a domain. */
  gboolean (*takes_token) (const XmppNode *features);
  XmppNode *(*new_token) (const char *server, const char *token);
  XmppNode *(*new_question) (const char *server);
  void (*read_question) (const XmppNode *answer, ImRegistrationQuestion *question);
  XmppNode *(*new_answers) (const char *server,
                            const ImRegistrationQuestion *question,
                            GVariant *answers,
                            GHashTable *secrets);
  /* What a form shows: came it along, or came it as an answer? (nullable) (out) a MIME type */
  XmppNode *(*new_medium) (const char *server, const char *cid);
  GBytes *(*read_medium) (const XmppNode *iq, const char *cid, char **type);
};

G_END_DECLS
