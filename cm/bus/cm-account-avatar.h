/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-account-avatar.h: the picture of a kept account. Telepathy: Account.Interface.Avatar */
#pragma once

#include "dbus/telepathy.h"
#include "im/im-account.h"

G_BEGIN_DECLS

#define CM_ACCOUNT_AVATAR_INTERFACE "org.freedesktop.Telepathy.Account.Interface.Avatar"

/* Shows the account's picture, and takes another one. The caller exports and owns it. */
TpAccountInterfaceAvatar *cm_account_avatar_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
