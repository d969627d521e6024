/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-vcard.h: vCards: read, each address once at a time, and our own changed, one change at a time.
 * XEP-0054 */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

ImVcard *im_vcard_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_vcard_free (ImVcard *self);

/* The <vCard/> that somebody has now, an empty one for nothing; never from memory. `jid`: a bare
 * address, perhaps our own; a full one: somebody in a room. Errors: IM_ERROR_DISCONNECTED,
 * IM_ERROR_BUSY: too many wait already, IM_ERROR_NETWORK_ERROR: no answer; as they say. */
void im_vcard_fetch_async (ImAccount *account,
                           XmppJid *jid,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
XmppNode *im_vcard_fetch_finish (ImAccount *account,
                                 GAsyncResult *result,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether somebody waits for that answer already. */
gboolean im_vcard_is_asked (ImAccount *account, XmppJid *jid);

/* (transfer full) (nullable): what our own is to be from now on. `current` is as the server has it,
 * and what one does not know is kept: im_vcard_dup_without (). NULL with an error: it stays. */
typedef XmppNode *(*ImVcardEdit) (const XmppNode *current, gpointer data, GError **error);
/* Ours is read, changed and, where it is another one then, written; the next edit begins after
 * that. The edit is called at most once. Errors: IM_ERROR_DISCONNECTED, IM_ERROR_BUSY,
 * IM_ERROR_INVALID_ARGUMENT: longer than the server takes; of the edit; as the server says. */
void im_vcard_edit_async (ImAccount *account,
                          ImVcardEdit edit,
                          gpointer data,
                          GDestroyNotify free_data,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean im_vcard_edit_finish (ImAccount *account, GAsyncResult *result, GError **error);

/* A copy to be added to, without the children of these names (NULL-terminated). */
XmppNode *im_vcard_dup_without (const XmppNode *vcard,
                                const char *const *names) G_GNUC_WARN_UNUSED_RESULT;
/* Of a <BINVAL/>: lines may be broken anywhere, all else is RFC 4648 to the letter. NULL: it is
 * not, or nothing, or more than `limit` bytes. */
guchar *
im_vcard_decode_binary (const char *text, size_t limit, size_t *length) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
