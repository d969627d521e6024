/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-observers.h: shows channels to their observers before anybody handles them. Telepathy:
 * Client.Observer */
#pragma once

#include "bus/cm-clients.h"
#include "bus/cm-handlers.h"

G_BEGIN_DECLS

#define CM_TYPE_OBSERVERS (cm_observers_get_type ())
G_DECLARE_FINAL_TYPE (CmObservers, cm_observers, CM, OBSERVERS, GObject)

typedef enum
{
  CM_OBSERVERS_LET_APPROVE, /* those that delay approvers have answered */
  CM_OBSERVERS_LET_HANDLE, /* all have; the last that is told, and always */
} CmObserversStage;

/* Called for each stage once, in this order; at once where nobody has to be waited for. */
typedef void (*CmObserversFunc) (CmObserversStage stage, gpointer user_data);

CmObservers *cm_observers_new (GDBusConnection *bus, CmClients *clients) G_GNUC_WARN_UNUSED_RESULT;
/* ObserveChannels on all that match. Takes `delivery`. `operation_path` and `func` (nullable) */
void cm_observers_tell (CmObservers *self,
                        CmDelivery *delivery,
                        const char *operation_path,
                        CmObserversFunc func,
                        gpointer user_data);
/* For a channel that others may have told of: CM_OBSERVERS_LET_HANDLE once all have answered. */
void cm_observers_wait (CmObservers *self,
                        CmChannel *channel,
                        CmObserversFunc func,
                        gpointer user_data);
/* The same of one, which has missed it. Not if it is being told. */
void cm_observers_recover (CmObservers *self,
                           CmDelivery *delivery,
                           const char *operation_path,
                           const char *bus_name);

G_END_DECLS
