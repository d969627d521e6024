/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-nickname.h: what we call ourselves: kept with the account, published, followed. XEP-0172 */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

/* More is no name: what another device published is not looked at. */
#define IM_NICKNAME_MAX_BYTES 1023

/* XEP-0172's element, of the module that has it. */
struct _ImNicknameWire
{
  const char *node;
  XmppNode *(*new_nick) (const char *nickname); /* (transfer full); "": none any more */
  /* (nullable): what an item says, "" for nobody's; NULL: it says nothing */
  const char *(*read) (XmppNode *item);
};

/* What the server is to have: kept with the account once it does. "": none any more. Where it keeps
 * no such thing, people read it in what we say to them. Errors: those of im_pep_publish_async () */
void im_account_publish_nickname_async (ImAccount *self,
                                        const char *nickname,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean im_account_publish_nickname_finish (ImAccount *self, GAsyncResult *result, GError **error);

/* For the module: the server has this item of ours; or it has no more of the one with `item_id`
 * (nullable: of any). */
void im_account_take_own_nick (ImAccount *self, XmppNode *item);
void im_account_drop_own_nick (ImAccount *self, const char *item_id);

/* For cm/im. */
typedef struct _ImNickname ImNickname;
ImNickname *im_nickname_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_nickname_free (ImNickname *self);
void im_nickname_server_known (ImNickname *self);
void im_nickname_stop (ImNickname *self);

G_END_DECLS
