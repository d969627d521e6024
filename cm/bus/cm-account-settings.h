/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-account-settings.h: the properties of an account that programs may set. Telepathy: Account,
 * AccountManager, SupportedAccountProperties */
#pragma once

#include "im/im-account.h"

G_BEGIN_DECLS

#define CM_ACCOUNT_ADDRESSING_INTERFACE "org.freedesktop.Telepathy.Account.Interface.Addressing"
#define CM_ACCOUNT_HIDDEN_INTERFACE "org.freedesktop.Telepathy.Account.Interface.Hidden.DRAFT1"

/* Properties.Set of the interface Account. IM_ERROR_INVALID_ARGUMENT says what is wrong, and
 * nothing has changed then. */
gboolean
cm_account_settings_set (ImAccount *account, const char *name, GVariant *value, GError **error);

/* CreateAccount: qualified names that may be given. */
char **cm_account_settings_dup_supported (void) G_GNUC_WARN_UNUSED_RESULT;
/* The a{sv} of CreateAccount: checked without an account, then applied to it. */
gboolean cm_account_settings_check (GVariant *properties, GError **error);
/* What an account has from its first moment on, and the rest. */
void cm_account_settings_apply_fixed (ImAccount *account, GVariant *properties);
void cm_account_settings_apply (ImAccount *account, GVariant *properties);

/* What was set, or its default. */
const char *cm_account_settings_get_service (ImAccount *account);
/* ao */
GVariant *cm_account_settings_dup_supersedes (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
gboolean cm_account_settings_is_hidden (ImAccount *account);
/* In lower case. */
char **cm_account_settings_dup_uri_schemes (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
/* Adds or takes away one. IM_ERROR_INVALID_ARGUMENT */
gboolean cm_account_settings_associate (ImAccount *account,
                                        const char *scheme,
                                        gboolean is_wanted,
                                        GError **error);

G_END_DECLS
