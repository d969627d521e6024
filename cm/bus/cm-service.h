/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-service.h: the process on the bus: its names, its objects, its life */
#pragma once

#include <gio/gio.h>

#include "bus/cm-connection.h"
#include "im/im-account-manager.h"

G_BEGIN_DECLS

typedef struct _CmChannelDispatcher CmChannelDispatcher;

#define CM_TYPE_SERVICE (cm_service_get_type ())
G_DECLARE_FINAL_TYPE (CmService, cm_service, CM, SERVICE, GObject)

/* Signals: "new-connection" (CmConnection): exported; by RequestConnection, or because a kept
 * account goes online; "idle": no account wants to be online, no connection, no client of ours for
 * 5 s: main () leaves unless --persist. */
CmService *cm_service_new (GDBusConnection *bus,
                           ImAccountManager *accounts) G_GNUC_WARN_UNUSED_RESULT;
ImAccountManager *cm_service_get_accounts (CmService *self);
GDBusConnection *cm_service_get_bus (CmService *self);
/* Exports everything, then asks for the names; serves under Mission Control when it owns the
 * account manager's. */
void cm_service_start (CmService *self);
/* Both names are ours: accounts connect by themselves, channels are dispatched. */
gboolean cm_service_owns_account_manager (CmService *self);
/* (transfer none) */
CmChannelDispatcher *cm_service_get_dispatcher (CmService *self);
/* The connection object of an account; made when `is_needed` and there is none. (nullable)
 * (transfer none) */
CmConnection *cm_service_get_connection (CmService *self, ImAccount *account, gboolean is_needed);
/* (nullable) (transfer none) by its object path; IM_ERROR_INVALID_ARGUMENT where there is none. */
ImAccount *cm_service_find_account (CmService *self, const char *path, GError **error);
/* While held, the process does not leave. */
void cm_service_hold (CmService *self);
void cm_service_release (CmService *self);
/* Keep the process for another 5 s (a call came in). */
void cm_service_touch (CmService *self);

G_END_DECLS
