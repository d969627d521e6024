/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-pep.h: what people publish of themselves: events come in, what is ours goes out. XEP-0163,
 * XEP-0060 */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

/* Of one event at most so many items are looked at. */
#define IM_PEP_MAX_ITEMS 32

/* The id of an item that is the only one of its node. XEP-0060 12.20 */
#define IM_PEP_ONLY_ITEM "current"

/* Who may see what we publish. */
typedef enum
{
  IM_PEP_PRIVATE = 0, /* only our own devices */
  IM_PEP_CONTACTS, /* who may see our presence */
  IM_PEP_OPEN, /* whoever asks */
} ImPepAccess;

ImPep *im_pep_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_pep_free (ImPep *self);
/* A message: if it is an event, the modules that have a row for its node hear of it. */
void im_pep_receive (ImAccount *account, XmppNode *stanza, XmppJid *from, XmppFrom kind);

/* Our server keeps items for us. TRUE while that is not known. */
gboolean im_pep_is_possible (ImAccount *account);
/* One item of ours. `payload` (transfer full). Writes of one account go out one at a time, in this
 * order. Errors: IM_ERROR_DISCONNECTED, IM_ERROR_NOT_AVAILABLE: the server has no such thing; as
 * the server says. */
void im_pep_publish_async (ImAccount *account,
                           const char *node,
                           const char *item_id,
                           ImPepAccess access,
                           XmppNode *payload,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean im_pep_publish_finish (ImAccount *account, GAsyncResult *result, GError **error);
/* The item goes; whoever is interested is told. That it was not there is no error. */
void im_pep_retract_async (ImAccount *account,
                           const char *node,
                           const char *item_id,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean im_pep_retract_finish (ImAccount *account, GAsyncResult *result, GError **error);
/* The newest items of a node, or the one with `item_id`. The answer is the <items/>, which may be
 * empty: at most `max_items` of them count. */
void im_pep_fetch_async (ImAccount *account,
                         XmppJid *owner,
                         const char *node,
                         const char *item_id,
                         guint max_items,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
XmppNode *im_pep_fetch_finish (ImAccount *account,
                               GAsyncResult *result,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
