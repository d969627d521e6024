/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-service.h: what the window knows: accounts and their conversations. Telepathy
 * AccountManager */
#pragma once

#include "model/linnet-account.h"
#include "model/linnet-form.h"

G_BEGIN_DECLS

typedef enum
{
  LINNET_SERVICE_STARTING,
  LINNET_SERVICE_READY,
  LINNET_SERVICE_GONE,
  LINNET_SERVICE_MISSING,
} LinnetServiceState;

#define LINNET_TYPE_SERVICE_STATE (linnet_service_state_get_type ())
GType linnet_service_state_get_type (void);

/* Signals: message-arrived (LinnetConversation, LinnetMessage): somebody said something just now;
 * conversation-wanted (LinnetConversation): a person asked elsewhere for this conversation. */
#define LINNET_TYPE_SERVICE (linnet_service_get_type ())
G_DECLARE_FINAL_TYPE (LinnetService, linnet_service, LINNET, SERVICE, GObject)

/* bus may be NULL, in tests: then add accounts by hand. */
LinnetService *linnet_service_new (GDBusConnection *bus) G_GNUC_WARN_UNUSED_RESULT;
LinnetServiceState linnet_service_get_state (LinnetService *self);
void linnet_service_set_state (LinnetService *self, LinnetServiceState state);
GListModel *linnet_service_get_accounts (LinnetService *self); /* (element-type LinnetAccount) */
GListModel *
linnet_service_get_conversations (LinnetService *self); /* (element-type LinnetConversation) */
void linnet_service_add_account (LinnetService *self, LinnetAccount *account);
LinnetAccount *linnet_service_lookup_account (LinnetService *self, const char *path);
LinnetAccount *linnet_service_ensure_account (LinnetService *self, const char *path);
guint linnet_service_get_n_enabled (LinnetService *self);
gboolean linnet_service_has_unread_channels (LinnetService *self);
void linnet_service_restart (LinnetService *self);
void linnet_service_want_conversation (LinnetService *self, LinnetConversation *conversation);

/* A new account, not enabled yet: then give it its password and enable it.
 * parameters: a{sv} beside "account". */
void linnet_service_create_account_async (LinnetService *self,
                                          const char *address,
                                          GVariant *parameters,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer data);
void linnet_service_register_async (LinnetService *self,
                                    const char *address,
                                    const char *token,
                                    GVariant *parameters,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer data);
LinnetForm *linnet_service_register_finish (LinnetService *self,
                                            GAsyncResult *result,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
LinnetAccount *linnet_service_create_account_finish (LinnetService *self,
                                                     GAsyncResult *result,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
