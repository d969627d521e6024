/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-handler-capabilities.h: what the handlers of channels can do is what we can do. Telepathy:
 * ContactCapabilities.UpdateCapabilities */
#pragma once

#include "bus/cm-clients.h"
#include "bus/cm-service.h"

G_BEGIN_DECLS

/* Of one that has come, changed or gone, to the connections of all kept accounts. */
void cm_handler_capabilities_tell (CmService *service, CmClients *clients, const char *bus_name);
/* Of all, to a new connection. */
void
cm_handler_capabilities_tell_all (CmService *service, CmClients *clients, CmConnection *connection);

G_END_DECLS
