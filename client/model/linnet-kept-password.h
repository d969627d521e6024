/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-kept-password.h: whether the password of an account is kept. im.linnet.Password1 */
#pragma once

#include "model/linnet-account.h"

G_BEGIN_DECLS

/* The numbers of Password1.State. */
typedef enum
{
  LINNET_KEPT_UNKNOWN, /* nobody has looked yet, or the keyring is locked, or not ours to look into
                        */
  LINNET_KEPT_NOT,
  LINNET_KEPT_IN_KEYRING,
  LINNET_KEPT_FOR_SESSION,
} LinnetKept;

#define LINNET_TYPE_KEPT (linnet_kept_get_type ())
GType linnet_kept_get_type (void);

/* Property: state. */
#define LINNET_TYPE_KEPT_PASSWORD (linnet_kept_password_get_type ())
G_DECLARE_FINAL_TYPE (LinnetKeptPassword, linnet_kept_password, LINNET, KEPT_PASSWORD, GObject)

LinnetKeptPassword *linnet_kept_password_new (LinnetAccount *account) G_GNUC_WARN_UNUSED_RESULT;
LinnetKept linnet_kept_password_get_state (LinnetKeptPassword *self);
/* Finishes by linnet_account_action_finish (). */
void linnet_kept_password_forget_async (LinnetKeptPassword *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer data);

G_END_DECLS
