/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-hiding.h: being online and not seen. XEP-0186, else XEP-0016; for cm/im and the modules of
 * both */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

typedef struct _ImHiding ImHiding;

/* What the modules of the features say on the wire. All: (transfer full), an IQ where not said
 * otherwise. */
struct _ImInvisibleWire
{
  const char *feature; /* which the server must have */
  XmppNode *(*new_state) (gboolean is_invisible);
};

struct _ImPrivacyWire
{
  const char *feature; /* which the server must have */
  XmppNode *(*new_query) (const char *name); /* NULL: which lists there are */
  XmppNode *(*new_active) (const char *name); /* NULL: none */
  XmppNode *(*new_removal) (const char *name);
  /* A list that keeps our presence from everybody and else does as `base` (nullable: the answer
   * with a list) does. NULL: `base` is too much. */
  XmppNode *(*new_hiding) (const char *name, const XmppNode *base);
  /* Of an answer. */
  gboolean (*has_list) (const XmppNode *answer, const char *name);
  gboolean (*is_hiding) (const XmppNode *answer); /* made by new_hiding () */
  char *(*dup_default) (const XmppNode *answer); /* (nullable) no IQ: a name */
};

ImHiding *im_hiding_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_hiding_free (ImHiding *self);
/* Says it, as soon as that can be done. */
void im_hiding_set_presence (ImHiding *self, const ImPresence *presence);
/* What is shown, again: something that goes with it is another one. */
void im_hiding_say_again (ImHiding *self);
void im_hiding_server_known (ImHiding *self);
void im_hiding_forget (ImHiding *self);
/* Whether the server keeps our presence to itself. */
gboolean im_hiding_is_hidden (const ImHiding *self);

/* Whether the server may be able to: TRUE until it is known. */
gboolean im_account_can_hide (ImAccount *self);
/* For modules: a privacy list is another one now. */
void im_account_note_privacy_list (ImAccount *self, const char *name);

G_END_DECLS
