/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-discover.h: asks an address what it is and can do, and what belongs to it. XEP-0030 */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

#define IM_DISCOVER_MAX_ITEMS 10000

/* The <query/> of the answer. `jid`: anybody; `node` (nullable). Errors: IM_ERROR_DISCONNECTED,
 * IM_ERROR_NETWORK_ERROR: no answer, or as they say. */
void im_account_discover_async (ImAccount *self,
                                gboolean is_items,
                                XmppJid *jid,
                                const char *node,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
XmppNode *im_account_discover_finish (ImAccount *self,
                                      GAsyncResult *result,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What they mean, for who does not know the namespaces: a(ssss), as, aa(ssas) and a(sss); texts are
 * as they said, bounded by the stanza. (transfer floating) */
GVariant *im_discover_new_identities (XmppNode *query) G_GNUC_WARN_UNUSED_RESULT;
GVariant *im_discover_new_features (XmppNode *query) G_GNUC_WARN_UNUSED_RESULT;
GVariant *im_discover_new_forms (XmppNode *query) G_GNUC_WARN_UNUSED_RESULT;
GVariant *im_discover_new_items (XmppNode *query) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
