/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account.h: an account, its contacts and its conversations. Telepathy Account */
#pragma once

#include <gio/gio.h>

#include "model/linnet-contact.h"
#include "model/linnet-conversation.h"
#include "model/linnet-group.h"
#include "model/linnet-presence.h"
#include "model/linnet-question.h"

G_BEGIN_DECLS

/* The numbers of Telepathy's Connection_Status, with 0 for what is not known. */
typedef enum
{
  LINNET_CONNECTION_UNKNOWN,
  LINNET_CONNECTION_CONNECTED,
  LINNET_CONNECTION_CONNECTING,
  LINNET_CONNECTION_DISCONNECTED,
} LinnetConnectionState;

#define LINNET_TYPE_CONNECTION_STATE (linnet_connection_state_get_type ())
GType linnet_connection_state_get_type (void);

#define LINNET_TYPE_ACCOUNT (linnet_account_get_type ())
G_DECLARE_FINAL_TYPE (LinnetAccount, linnet_account, LINNET, ACCOUNT, GObject)

/* An account of tests: no bus, everything is set by hand. */
LinnetAccount *linnet_account_new (const char *address) G_GNUC_WARN_UNUSED_RESULT;

const char *linnet_account_get_path (LinnetAccount *self);
const char *linnet_account_get_address (LinnetAccount *self);
const char *linnet_account_get_display_name (LinnetAccount *self);
void linnet_account_set_display_name (LinnetAccount *self, const char *name);
const char *linnet_account_get_nickname (LinnetAccount *self); /* (nullable) */
gboolean linnet_account_get_enabled (LinnetAccount *self);
LinnetConnectionState linnet_account_get_state (LinnetAccount *self);
void linnet_account_set_state (LinnetAccount *self, LinnetConnectionState state);
LinnetPresence linnet_account_get_presence (LinnetAccount *self);
LinnetPresence linnet_account_get_requested_presence (LinnetAccount *self);
const char *linnet_account_get_status_text (LinnetAccount *self);
gboolean linnet_account_get_needs_password (LinnetAccount *self);
LinnetQuestion *linnet_account_get_question (LinnetAccount *self); /* (nullable) */
const char *linnet_account_get_error_name (LinnetAccount *self);
const char *linnet_account_get_error_text (LinnetAccount *self);

GVariant *linnet_account_get_parameters (LinnetAccount *self);

/* (element-type LinnetContact), (element-type LinnetConversation) */
GListModel *linnet_account_get_contacts (LinnetAccount *self);
GListModel *linnet_account_get_requests (LinnetAccount *self);
GListModel *linnet_account_get_blocked (LinnetAccount *self);
GListModel *linnet_account_get_groups (LinnetAccount *self); /* LinnetGroup */
const char *linnet_account_get_group_delimiter (LinnetAccount *self);
GListModel *linnet_account_get_conversations (LinnetAccount *self);
LinnetContact *linnet_account_lookup_contact (LinnetAccount *self, const char *address);
LinnetContact *linnet_account_ensure_contact (LinnetAccount *self, const char *address);
gboolean linnet_account_is_blocked (LinnetAccount *self, const char *address);
LinnetConversation *linnet_account_lookup_conversation (LinnetAccount *self, const char *id);
LinnetConversation *linnet_account_ensure_conversation (LinnetAccount *self, const char *id);

/* What a person does. Each finishes by linnet_account_action_finish (). */
void linnet_account_add_contact_async (LinnetAccount *self,
                                       const char *address,
                                       const char *name,
                                       const char *message,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer data);
void linnet_account_answer_request_async (LinnetAccount *self,
                                          LinnetContact *contact,
                                          gboolean accept,
                                          GAsyncReadyCallback callback,
                                          gpointer data);
void linnet_account_rename_contact_async (LinnetAccount *self,
                                          LinnetContact *contact,
                                          const char *name,
                                          GAsyncReadyCallback callback,
                                          gpointer data);
void linnet_account_remove_contact_async (LinnetAccount *self,
                                          LinnetContact *contact,
                                          GAsyncReadyCallback callback,
                                          gpointer data);
void linnet_account_set_contact_groups_async (LinnetAccount *self,
                                              LinnetContact *contact,
                                              const char *const *groups,
                                              GAsyncReadyCallback callback,
                                              gpointer data);
void linnet_account_rename_group_async (LinnetAccount *self,
                                        const char *old,
                                        const char *name,
                                        GAsyncReadyCallback callback,
                                        gpointer data);
void linnet_account_remove_group_async (LinnetAccount *self,
                                        const char *name,
                                        GAsyncReadyCallback callback,
                                        gpointer data);
void linnet_account_set_subscribed_async (LinnetAccount *self,
                                          const char *address,
                                          gboolean subscribed,
                                          GAsyncReadyCallback callback,
                                          gpointer data);
void linnet_account_set_published_async (LinnetAccount *self,
                                         const char *address,
                                         gboolean published,
                                         GAsyncReadyCallback callback,
                                         gpointer data);
void linnet_account_block_async (LinnetAccount *self,
                                 const char *address,
                                 gboolean report,
                                 GAsyncReadyCallback callback,
                                 gpointer data);
void linnet_account_unblock_async (LinnetAccount *self,
                                   const char *address,
                                   GAsyncReadyCallback callback,
                                   gpointer data);
void linnet_account_set_password_async (LinnetAccount *self,
                                        const char *password,
                                        gboolean remember,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer data);
void linnet_account_change_password_async (LinnetAccount *self,
                                           const char *password,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer data);
void linnet_account_update_async (LinnetAccount *self,
                                  GVariant *set,
                                  const char *const *unset,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer data);
void linnet_account_request_presence (LinnetAccount *self,
                                      LinnetPresence presence,
                                      const char *status_text);
void linnet_account_set_enabled (LinnetAccount *self, gboolean enabled);
void linnet_account_reconnect (LinnetAccount *self);
void linnet_account_remove_async (LinnetAccount *self, GAsyncReadyCallback callback, gpointer data);
gboolean linnet_account_action_finish (LinnetAccount *self, GAsyncResult *result, GError **error);

G_END_DECLS
