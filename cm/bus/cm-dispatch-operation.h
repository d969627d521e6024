/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-dispatch-operation.h: a channel that nobody asked for, until somebody takes it. Telepathy:
 * ChannelDispatchOperation */
#pragma once

#include "bus/cm-clients.h"
#include "bus/cm-handlers.h"
#include "bus/cm-observers.h"

G_BEGIN_DECLS

#define CM_TYPE_DISPATCH_OPERATION (cm_dispatch_operation_get_type ())
G_DECLARE_FINAL_TYPE (CmDispatchOperation, cm_dispatch_operation, CM, DISPATCH_OPERATION, GObject)

/* Signals: "finished": somebody has it, or it is gone; after its last word on the bus. */

/* Exported; runs once cm_dispatch_operation_start () is called: observers, then approvers or
 * handlers. */
CmDispatchOperation *cm_dispatch_operation_new (GDBusConnection *bus,
                                                CmClients *clients,
                                                CmHandlers *handlers,
                                                CmObservers *observers,
                                                CmChannel *channel,
                                                guint serial,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cm_dispatch_operation_start (CmDispatchOperation *self, gboolean is_observed);
const char *cm_dispatch_operation_get_object_path (CmDispatchOperation *self);
GVariant *cm_dispatch_operation_get_properties (
    CmDispatchOperation *self); /* a{sv} immutable, qualified (transfer none) */
CmChannel *cm_dispatch_operation_get_channel (CmDispatchOperation *self); /* (transfer none) */
/* As HandleWithTime (): of any method of a program that answers nothing. */
void cm_dispatch_operation_handle_with (CmDispatchOperation *self,
                                        GDBusMethodInvocation *invocation,
                                        const char *handler,
                                        gint64 user_time);
/* A request has given the channel to a handler: over. */
void cm_dispatch_operation_finish (CmDispatchOperation *self);

G_END_DECLS
