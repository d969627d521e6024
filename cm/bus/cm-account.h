/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-account.h: the D-Bus object of a kept account. Telepathy: Account, Account.Interface.Storage;
 * im.linnet.Password1, Conversations1, History1 */
#pragma once

#include "bus/cm-service.h"

G_BEGIN_DECLS

#define CM_TYPE_ACCOUNT (cm_account_get_type ())
G_DECLARE_FINAL_TYPE (CmAccount, cm_account, CM, ACCOUNT, GObject)

/* Exported while it lives. */
CmAccount *
cm_account_new (CmService *service, ImAccount *account, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *cm_account_get_object_path (CmAccount *self);
ImAccount *cm_account_get_account (CmAccount *self); /* (transfer none) */
/* Says Removed, the last that is heard of it. */
void cm_account_say_removed (CmAccount *self);

G_END_DECLS
