/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-registration.h: one registration under way. im.linnet.FormSession1 */
#pragma once

#include "bus/cm-service.h"
#include "im/im-registrar.h"

G_BEGIN_DECLS

#define CM_TYPE_REGISTRATION (cm_registration_get_type ())
G_DECLARE_FINAL_TYPE (CmRegistration, cm_registration, CM, REGISTRATION, GObject)

/* Exported while it lives, for `owner` (a unique name) alone. Signal "ended": the owner has left,
 * or wants no more of it: to be let go. Takes a reference on the registrar. */
CmRegistration *cm_registration_new (CmService *service,
                                     ImRegistrar *registrar,
                                     const char *owner,
                                     const char *object_path,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *cm_registration_get_owner (CmRegistration *self);

G_END_DECLS
