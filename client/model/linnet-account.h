/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account.h: an account, its contacts and its conversations. Telepathy Account */
#pragma once

#include <gio/gio.h>

#include "model/linnet-contact.h"
#include "model/linnet-conversation.h"
#include "model/linnet-presence.h"

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
gboolean linnet_account_get_enabled (LinnetAccount *self);
LinnetConnectionState linnet_account_get_state (LinnetAccount *self);
void linnet_account_set_state (LinnetAccount *self, LinnetConnectionState state);
LinnetPresence linnet_account_get_presence (LinnetAccount *self);
LinnetPresence linnet_account_get_requested_presence (LinnetAccount *self);
const char *linnet_account_get_status_text (LinnetAccount *self);
gboolean linnet_account_get_needs_password (LinnetAccount *self);
const char *linnet_account_get_error_name (LinnetAccount *self);
const char *linnet_account_get_error_text (LinnetAccount *self);

/* (element-type LinnetContact), (element-type LinnetConversation) */
GListModel *linnet_account_get_contacts (LinnetAccount *self);
GListModel *linnet_account_get_conversations (LinnetAccount *self);
LinnetContact *linnet_account_lookup_contact (LinnetAccount *self, const char *address);
LinnetContact *linnet_account_ensure_contact (LinnetAccount *self, const char *address);
LinnetConversation *linnet_account_lookup_conversation (LinnetAccount *self, const char *id);
LinnetConversation *linnet_account_ensure_conversation (LinnetAccount *self, const char *id);

G_END_DECLS
