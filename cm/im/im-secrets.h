/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-secrets.h: passwords in the person's keyring, and nowhere else; for cm/im alone */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

/* `account`: bare address. A user without a Secret Service gets an error each time. */
void im_secrets_lookup_async (XmppJid *account,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* Returns: (transfer full) (nullable): to be freed by im_secrets_free (); NULL without an error:
 * there is none. */
char *im_secrets_lookup_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void im_secrets_store_async (XmppJid *account,
                             const char *password,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean im_secrets_store_finish (GAsyncResult *result, GError **error);
void im_secrets_clear_async (XmppJid *account, GAsyncReadyCallback callback, gpointer user_data);
gboolean im_secrets_clear_finish (GAsyncResult *result,
                                  GError **error); /* TRUE also when there was none */
/* Wipes and frees. */
char *im_secrets_dup (const char *password) G_GNUC_WARN_UNUSED_RESULT;
void im_secrets_free (char *password);

G_END_DECLS
