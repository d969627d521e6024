/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-own-avatar.h: the picture of oneself that an account shows. Telepathy
 * Account.Interface.Avatar */
#pragma once

#include "model/linnet-account.h"

G_BEGIN_DECLS

/* Property: picture. It is there while the account is offline, too. */
#define LINNET_TYPE_OWN_AVATAR (linnet_own_avatar_get_type ())
G_DECLARE_FINAL_TYPE (LinnetOwnAvatar, linnet_own_avatar, LINNET, OWN_AVATAR, GObject)

LinnetOwnAvatar *linnet_own_avatar_new (LinnetAccount *account) G_GNUC_WARN_UNUSED_RESULT;
LinnetPicture *linnet_own_avatar_get_picture (LinnetOwnAvatar *self); /* (nullable) */

/* `file` (nullable): none from now on. */
void linnet_own_avatar_set_async (LinnetOwnAvatar *self,
                                  GFile *file,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
gboolean linnet_own_avatar_set_finish (LinnetOwnAvatar *self, GAsyncResult *result, GError **error);

G_END_DECLS
