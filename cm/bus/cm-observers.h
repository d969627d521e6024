/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-observers.h: shows a channel to its observers before anybody handles it. Telepathy:
 * Client.Observer */
#pragma once

#include "bus/cm-clients.h"
#include "bus/cm-handlers.h"

G_BEGIN_DECLS

/* ObserveChannels on all that match; `done` is called once those that are waited for have answered,
 * at once where there is none. Takes `delivery`. `operation_path` (nullable) */
void cm_observers_tell (GDBusConnection *bus,
                        CmClients *clients,
                        CmDelivery *delivery,
                        const char *operation_path,
                        void (*done) (gpointer user_data),
                        gpointer user_data);

G_END_DECLS
