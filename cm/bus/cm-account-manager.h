/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-account-manager.h: all kept accounts on D-Bus. Telepathy: AccountManager */
#pragma once

#include "bus/cm-service.h"

G_BEGIN_DECLS

#define CM_TYPE_ACCOUNT_MANAGER (cm_account_manager_get_type ())
G_DECLARE_FINAL_TYPE (CmAccountManager, cm_account_manager, CM, ACCOUNT_MANAGER, GObject)

/* Exported while it lives, with an object for each kept account. */
CmAccountManager *cm_account_manager_new (CmService *service,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
