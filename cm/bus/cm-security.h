/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-security.h: shows how safe an account's connection is. im.linnet.Security1 */
#pragma once

#include "bus/cm-service.h"

G_BEGIN_DECLS

#define CM_TYPE_SECURITY (cm_security_get_type ())
G_DECLARE_FINAL_TYPE (CmSecurity, cm_security, CM, SECURITY, GObject)

/* Exported on an object that exists already, while it lives. */
CmSecurity *cm_security_new (CmService *service,
                             ImAccount *account,
                             const char *object_path,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
