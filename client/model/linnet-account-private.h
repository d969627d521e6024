/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-private.h: what the files of client/model share about an account */
#pragma once

#include "model/linnet-account.h"

#define TELEPATHY "org.freedesktop.Telepathy."
#define LINNET_CLIENT_NAME TELEPATHY "Client.Linnet"

typedef struct _LinnetConnection LinnetConnection;

struct _LinnetAccount
{
  GObject parent_instance;

  GDBusConnection *bus; /* NULL in tests */
  char *manager_name; /* who owns the account manager */
  char *service_name; /* unique name of telepathy-linnet; NULL while it does not run */
  char *path;
  char *address;
  char *display_name;
  char *status_text;
  guint32 told_status; /* Connection_Status; above 2: not known */
  char *told_connection; /* (nullable) */
  char *told_error; /* (nullable) */
  char *nickname; /* (nullable) */
  char *group_delimiter; /* (nullable) */
  char *error_name;
  char *error_text;
  GVariant *error_details; /* (nullable) a{sv} */
  GVariant *parameters; /* (nullable) a{sv}, without secrets */
  GListStore *contacts; /* (owned) LinnetContact */
  GListStore *requests; /* (owned) those of them who ask to see our presence */
  GListStore *groups; /* (owned) LinnetGroup */
  GListStore *blocked; /* (owned) LinnetContact: perhaps in no list of contacts */
  GListStore *conversations; /* (owned) LinnetConversation */
  GHashTable *by_address; /* (owned) bare address → LinnetContact, borrowed */
  GHashTable *by_id; /* (owned) id → LinnetConversation, borrowed */
  LinnetConnection *connection; /* (owned) NULL while there is none */
  GCancellable *cancellable;
  char *sign_in_channel; /* object path of a channel that waits for a password, or NULL */
  char *waiting_password; /* for the next such channel, wiped when given */
  LinnetQuestion *question; /* (owned) (nullable) what else signing in waits for */
  guint sign_in_signals;
  guint account_signals;
  guint extension_signals;
  LinnetConnectionState state;
  LinnetPresence presence;
  LinnetPresence requested_presence;
  gboolean enabled;
  gboolean needs_password;
  gboolean own_manager; /* whether the account manager is telepathy-linnet itself */
  gboolean loaded;
};

/* linnet-account.c: what the bus says; each notifies if it is new. */
void linnet_account_take_properties (LinnetAccount *self, GVariant *properties);
void linnet_account_set_presence_now (LinnetAccount *self,
                                      LinnetPresence presence,
                                      const char *status_text);
void linnet_account_set_error (LinnetAccount *self, const char *name, GVariant *details);
void linnet_account_set_needs_password (LinnetAccount *self, gboolean needs_password);
void linnet_account_note_request (LinnetAccount *self, LinnetContact *contact);
void linnet_account_remove_contact_row (LinnetAccount *self, LinnetContact *contact);
void linnet_account_remove_conversation_row (LinnetAccount *self, const char *id);
void linnet_account_message_arrived (LinnetAccount *self,
                                     LinnetConversation *conversation,
                                     LinnetMessage *message);

/* linnet-account-bus.c */
LinnetAccount *linnet_account_new_on_bus (GDBusConnection *bus,
                                          const char *path,
                                          const char *manager_name,
                                          const char *service_name,
                                          gboolean own_manager) G_GNUC_WARN_UNUSED_RESULT;
void linnet_account_service_appeared (LinnetAccount *self,
                                      const char *manager_name,
                                      const char *service_name);
void linnet_account_service_vanished (LinnetAccount *self);
void linnet_account_take_connection (LinnetAccount *self, const char *path);
void linnet_account_extensions_ready (LinnetAccount *self);
void linnet_account_leave_bus (LinnetAccount *self);
const char *linnet_account_get_extension_name (LinnetAccount *self);
const char *linnet_account_get_extension_path (LinnetAccount *self);
void
linnet_account_call_conversations (LinnetAccount *self, const char *method, GVariant *arguments);
void linnet_account_call_channel (LinnetAccount *self,
                                  const char *channel,
                                  const char *interface,
                                  const char *method,
                                  GVariant *arguments);
void linnet_account_conversation_active (LinnetAccount *self, LinnetConversation *conversation);

/* linnet-account-blocking.c: (a{us} blocked, a{us} unblocked) */
void linnet_account_take_blocked (LinnetAccount *self, GVariant *blocked);
void linnet_account_blocked_changed (LinnetAccount *self, GVariant *arguments);
void linnet_account_forget_blocked (LinnetAccount *self);

/* linnet-account-groups.c */
void linnet_account_take_groups (LinnetAccount *self, const char *const *names);
void linnet_account_groups_created (LinnetAccount *self, const char *const *names);
void linnet_account_groups_removed (LinnetAccount *self, const char *const *names);
void linnet_account_group_renamed (LinnetAccount *self, const char *old, const char *fresh);
void linnet_account_take_group_delimiter (LinnetAccount *self, const char *delimiter);

/* linnet-account-actions.c: FALSE, and the task is done with, without a connection. */
gboolean linnet_account_is_online_for (LinnetAccount *self, GTask *task);
void linnet_account_action_failed (GTask *task, GError *error);
void linnet_account_action_done_cb (GObject *source, GAsyncResult *result, gpointer data);
void linnet_account_change_contact (LinnetAccount *self,
                                    const char *address,
                                    const char *interface,
                                    const char *method,
                                    GVariant *more,
                                    GAsyncReadyCallback callback,
                                    gpointer data);
void linnet_account_call (LinnetAccount *self,
                          const char *interface,
                          const char *method,
                          GVariant *arguments,
                          GTask *task);
void linnet_account_call_extension (LinnetAccount *self,
                                    const char *interface,
                                    const char *method,
                                    GVariant *arguments,
                                    GTask *task);

/* linnet-account-sign-in.c */
void linnet_account_take_question (LinnetAccount *self, LinnetQuestion *question);
void linnet_account_take_sign_in (LinnetAccount *self, const char *path);
void linnet_account_end_sign_in (LinnetAccount *self);
void linnet_account_answer_sign_in (LinnetAccount *self, const char *password, GTask *task);
void linnet_account_forget_password (LinnetAccount *self);

/* linnet-account-history.c */
void linnet_account_load_conversations (LinnetAccount *self);
void linnet_account_take_conversations (LinnetAccount *self, GVariant *all);
void linnet_account_extension_signal (LinnetAccount *self, const char *member, GVariant *arguments);
void linnet_account_fetch (LinnetAccount *self,
                           LinnetConversation *conversation,
                           LinnetTimelineModel *timeline,
                           gint64 anchor,
                           LinnetPageDirection direction,
                           GCancellable *cancellable);
void linnet_account_send (LinnetAccount *self,
                          LinnetConversation *conversation,
                          LinnetMessage *echo,
                          GTask *task);
void linnet_account_retry (LinnetAccount *self,
                           LinnetConversation *conversation,
                           LinnetMessage *message);
