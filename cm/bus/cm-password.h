/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-password.h: takes an account's password through a pipe. im.linnet.Password1 */
#pragma once

#include "bus/cm-service.h"

G_BEGIN_DECLS

#define CM_TYPE_PASSWORD (cm_password_get_type ())
G_DECLARE_FINAL_TYPE (CmPassword, cm_password, CM, PASSWORD, GObject)

/* Exported while it lives. */
CmPassword *cm_password_new (CmService *service,
                             ImAccount *account,
                             const char *object_path,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
