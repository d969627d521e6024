/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-handlers.h: gives channels to handlers, and knows who handles which. Telepathy: Client.Handler
 */
#pragma once

#include "bus/cm-channel.h"
#include "bus/cm-clients.h"

G_BEGIN_DECLS

/* What a handler is told with a channel. */
typedef struct
{
  char *account_path; /* (owned) */
  CmChannel *channel; /* (owned) */
  char *request_path; /* (owned) (nullable) the request that it satisfies */
  GVariant *request_properties; /* (owned) (nullable) a{sv} of that request */
  gint64 user_time; /* Telepathy's User_Action_Timestamp */
} CmDelivery;

/* The object path of an account, and of the one whose connection a channel is of. */
char *cm_account_dup_path (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
char *cm_channel_dup_account_path (CmChannel *channel) G_GNUC_WARN_UNUSED_RESULT;

CmDelivery *cm_delivery_new (const char *account_path,
                             CmChannel *channel) G_GNUC_WARN_UNUSED_RESULT;
void cm_delivery_free (CmDelivery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CmDelivery, cm_delivery_free)
GVariant *cm_delivery_new_channels (CmDelivery *self); /* a(oa{sv}) (transfer floating) */

#define CM_TYPE_HANDLERS (cm_handlers_get_type ())
G_DECLARE_FINAL_TYPE (CmHandlers, cm_handlers, CM, HANDLERS, GObject)

CmHandlers *cm_handlers_new (GDBusConnection *bus, CmClients *clients) G_GNUC_WARN_UNUSED_RESULT;
/* (nullable) the unique name of who handles the channel. */
const char *cm_handlers_get (CmHandlers *self, CmChannel *channel);
/* (transfer full): of a channel that is handled: the name of a client as which it has it, or any of
 * its handlers; empty where it has none. */
GPtrArray *cm_handlers_dup_names (CmHandlers *self, CmChannel *channel) G_GNUC_WARN_UNUSED_RESULT;
/* A request wants the channel from now on; `is_made`: it was made for it. */
void cm_handlers_want (CmHandlers *self, CmChannel *channel, gboolean is_made);
/* And no longer: what was made for requests and nobody handles is closed when the last has left. */
void cm_handlers_leave (CmHandlers *self, CmChannel *channel);
/* HandleChannels on each of `names` in turn, until one takes it. Takes `delivery`. */
void cm_handlers_deliver_async (CmHandlers *self,
                                CmDelivery *delivery,
                                const char *const *names,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
/* The same for a program that handles it by itself, when nobody else is being asked any more. */
void cm_handlers_claim_async (CmHandlers *self,
                              CmDelivery *delivery,
                              const char *unique_name,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* One after the other for one channel. Errors: that of the last handler; IM_ERROR_NOT_AVAILABLE
 * where there was none; IM_ERROR_TERMINATED: it was closed meanwhile; IM_ERROR_NOT_YOURS where
 * another one got it meanwhile. */
gboolean cm_handlers_deliver_finish (CmHandlers *self, GAsyncResult *result, GError **error);

G_END_DECLS
