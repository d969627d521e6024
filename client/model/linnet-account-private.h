/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-private.h: what the files of client/model share about an account */
#pragma once

#include "model/linnet-account.h"

struct _LinnetAccount
{
  GObject parent_instance;

  GDBusConnection *bus; /* NULL in tests */
  char *manager_name; /* unique name of who owns the account manager */
  char *service_name; /* unique name of telepathy-linnet */
  char *path;
  char *address;
  char *display_name;
  char *connection_path; /* NULL while there is no connection */
  char *status_text;
  char *error_name;
  char *error_text;
  GListStore *contacts; /* LinnetContact */
  GListStore *conversations; /* LinnetConversation */
  GHashTable *by_address; /* bare address → LinnetContact, borrowed */
  GHashTable *by_id; /* id → LinnetConversation, borrowed */
  GCancellable *cancellable;
  LinnetConnectionState state;
  LinnetPresence presence;
  LinnetPresence requested_presence;
  gboolean enabled;
  gboolean needs_password;
};

void linnet_account_fetch (LinnetAccount *self,
                           LinnetConversation *conversation,
                           LinnetTimelineModel *timeline,
                           gint64 anchor,
                           LinnetPageDirection direction,
                           GCancellable *cancellable);
void linnet_account_send (LinnetAccount *self, LinnetConversation *conversation, LinnetMessage *echo, GTask *task);
void linnet_account_call_conversations (LinnetAccount *self, const char *method, GVariant *arguments);
void linnet_account_call_channel (LinnetAccount *self,
                                  const char *channel,
                                  const char *interface,
                                  const char *method,
                                  GVariant *arguments);
void linnet_account_conversation_active (LinnetAccount *self, LinnetConversation *conversation);
