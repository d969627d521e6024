/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-registrar.h: asks servers for new accounts. im.linnet.Registrar1 */
#pragma once

#include "bus/cm-service.h"
#include "im/im-registrar.h"

G_BEGIN_DECLS

#define CM_TYPE_REGISTRAR (cm_registrar_get_type ())
G_DECLARE_FINAL_TYPE (CmRegistrar, cm_registrar, CM, REGISTRAR, GObject)

/* Exported while it lives; `service` outlives it. */
CmRegistrar *cm_registrar_new (CmService *service,
                               const char *object_path,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, for sessions that something else begins. */
CmRegistrar *cm_registrar_new_unexported (CmService *service,
                                          const char *object_path) G_GNUC_WARN_UNUSED_RESULT;
gboolean
cm_registrar_has_room (CmRegistrar *self, GDBusMethodInvocation *invocation, GError **error);
char *cm_registrar_add (CmRegistrar *self,
                        GDBusMethodInvocation *invocation,
                        ImRegistrar *registrar,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
