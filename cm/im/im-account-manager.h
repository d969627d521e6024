/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-manager.h: all accounts, kept in the store; what every account shares */
#pragma once

#include "im/im-account.h"
#include "im/im-registrar.h"

G_BEGIN_DECLS

#define IM_TYPE_ACCOUNT_MANAGER (im_account_manager_get_type ())
G_DECLARE_FINAL_TYPE (ImAccountManager, im_account_manager, IM, ACCOUNT_MANAGER, GObject)

/* Signals: "account-added" (ImAccount), "account-removed" (ImAccount): only kept ones.
 * `modules`: NULL-terminated, of cm/xep. `data_dir`: where linnet.db is (made 0700). Opens the
 * store; blocking, at start only. Errors: the store's. */
ImAccountManager *im_account_manager_new (const ImModule *const *modules,
                                          const char *data_dir,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Lets enabled accounts connect. FALSE under another account manager (Mission Control). */
void im_account_manager_start (ImAccountManager *self, gboolean own_accounts);
/* Disconnects all, writes what waits, then calls back. */
void im_account_manager_stop_async (ImAccountManager *self,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean
im_account_manager_stop_finish (ImAccountManager *self, GAsyncResult *result, GError **error);

GPtrArray *im_account_manager_get_accounts (
    ImAccountManager *self); /* kept ones (transfer none) (element-type ImAccount) */
ImAccount *im_account_manager_find (ImAccountManager *self,
                                    XmppJid *bare); /* (nullable) kept or not */
/* A kept account, stored. IM_ERROR_INVALID_ARGUMENT (names the parameter), IM_ERROR_NOT_AVAILABLE
 * (there is one). Offline, disabled. */
ImAccount *im_account_manager_create (ImAccountManager *self,
                                      const char *display_name,
                                      GVariant *parameters,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void im_account_manager_remove_async (ImAccountManager *self,
                                      ImAccount *account,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean
im_account_manager_remove_finish (ImAccountManager *self, GAsyncResult *result, GError **error);
/* For ConnectionManager.RequestConnection: the account of that address, not kept unless it was; its
 * history is there. IM_ERROR_NOT_AVAILABLE while that account is not offline. */
ImAccount *im_account_manager_get_for_connection (ImAccountManager *self,
                                                  GVariant *parameters,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Asks a server for an account; `token` (nullable) is of an invitation. Nothing is kept here.
 * `parameters`: as for an account; `account` may be a server alone. */
ImRegistrar *im_account_manager_register (ImAccountManager *self,
                                          GVariant *parameters,
                                          const char *token,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Some account is not offline, or wants to be online. */
gboolean im_account_manager_is_busy (ImAccountManager *self);

G_END_DECLS
