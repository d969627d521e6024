/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account.c: an account, its contacts and its conversations. Telepathy Account
 *
 * This file is what the window reads; linnet-account-bus.c keeps it in step with the service. */
#include "config.h"

#include "model/linnet-account-private.h"

#include "model/linnet-notify.h"

enum
{
  PROP_ADDRESS = 1,
  PROP_DISPLAY_NAME,
  PROP_NICKNAME,
  PROP_GROUP_DELIMITER,
  PROP_ENABLED,
  PROP_STATE,
  PROP_PRESENCE,
  PROP_REQUESTED_PRESENCE,
  PROP_STATUS_TEXT,
  PROP_NEEDS_PASSWORD,
  PROP_QUESTION,
  PROP_ERROR_NAME,
  PROP_ERROR_TEXT,
  PROP_CONTACTS,
  PROP_CONVERSATIONS,
  N_PROPS
};

enum
{
  SIGNAL_MESSAGE_ARRIVED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_ENUM_TYPE (LinnetConnectionState,
                    linnet_connection_state,
                    G_DEFINE_ENUM_VALUE (LINNET_CONNECTION_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (LINNET_CONNECTION_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (LINNET_CONNECTION_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (LINNET_CONNECTION_DISCONNECTED, "disconnected"))
G_DEFINE_FINAL_TYPE (LinnetAccount, linnet_account, G_TYPE_OBJECT)

static void
linnet_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetAccount *self = LINNET_ACCOUNT (object);

  switch (id)
    {
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_DISPLAY_NAME:
      g_value_set_string (value, linnet_account_get_display_name (self));
      break;
    case PROP_NICKNAME:
      g_value_set_string (value, self->nickname);
      break;
    case PROP_GROUP_DELIMITER:
      g_value_set_string (value, linnet_account_get_group_delimiter (self));
      break;
    case PROP_ENABLED:
      g_value_set_boolean (value, self->enabled);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_PRESENCE:
      g_value_set_enum (value, self->presence);
      break;
    case PROP_REQUESTED_PRESENCE:
      g_value_set_enum (value, self->requested_presence);
      break;
    case PROP_STATUS_TEXT:
      g_value_set_string (value, self->status_text);
      break;
    case PROP_NEEDS_PASSWORD:
      g_value_set_boolean (value, self->needs_password);
      break;
    case PROP_QUESTION:
      g_value_set_object (value, self->question);
      break;
    case PROP_ERROR_NAME:
      g_value_set_string (value, self->error_name);
      break;
    case PROP_ERROR_TEXT:
      g_value_set_string (value, self->error_text);
      break;
    case PROP_CONTACTS:
      g_value_set_object (value, self->contacts);
      break;
    case PROP_CONVERSATIONS:
      g_value_set_object (value, self->conversations);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_account_dispose (GObject *object)
{
  LinnetAccount *self = LINNET_ACCOUNT (object);

  g_cancellable_cancel (self->cancellable);
  g_hash_table_remove_all (self->by_address);
  g_hash_table_remove_all (self->by_id);
  g_list_store_remove_all (self->conversations);
  g_list_store_remove_all (self->requests);
  g_list_store_remove_all (self->contacts);
  linnet_account_leave_bus (self);
  G_OBJECT_CLASS (linnet_account_parent_class)->dispose (object);
}

static void
linnet_account_finalize (GObject *object)
{
  LinnetAccount *self = LINNET_ACCOUNT (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->conversations);
  g_clear_object (&self->requests);
  g_clear_object (&self->blocked);
  g_clear_object (&self->groups);
  g_clear_object (&self->contacts);
  g_clear_pointer (&self->by_address, g_hash_table_unref);
  g_clear_pointer (&self->by_id, g_hash_table_unref);
  g_clear_pointer (&self->manager_name, g_free);
  g_clear_pointer (&self->service_name, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->display_name, g_free);
  g_clear_pointer (&self->nickname, g_free);
  g_clear_pointer (&self->group_delimiter, g_free);
  g_clear_pointer (&self->error_details, g_variant_unref);
  g_clear_pointer (&self->parameters, g_variant_unref);
  g_clear_pointer (&self->status_text, g_free);
  g_clear_pointer (&self->error_name, g_free);
  g_clear_pointer (&self->error_text, g_free);
  g_clear_pointer (&self->told_connection, g_free);
  g_clear_pointer (&self->told_error, g_free);
  G_OBJECT_CLASS (linnet_account_parent_class)->finalize (object);
}

static void
linnet_account_class_init (LinnetAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_account_get_property;
  object_class->dispose = linnet_account_dispose;
  object_class->finalize = linnet_account_finalize;

  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  props[PROP_DISPLAY_NAME] = g_param_spec_string ("display-name", NULL, NULL, NULL, flags);
  props[PROP_NICKNAME] = g_param_spec_string ("nickname", NULL, NULL, NULL, flags);
  props[PROP_GROUP_DELIMITER] = g_param_spec_string ("group-delimiter", NULL, NULL, "", flags);
  props[PROP_ENABLED] = g_param_spec_boolean ("enabled", NULL, NULL, FALSE, flags);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, LINNET_TYPE_CONNECTION_STATE,
                                         LINNET_CONNECTION_UNKNOWN, flags);
  props[PROP_PRESENCE] = g_param_spec_enum ("presence", NULL, NULL, LINNET_TYPE_PRESENCE,
                                            LINNET_PRESENCE_UNKNOWN, flags);
  props[PROP_REQUESTED_PRESENCE] = g_param_spec_enum (
      "requested-presence", NULL, NULL, LINNET_TYPE_PRESENCE, LINNET_PRESENCE_UNKNOWN, flags);
  props[PROP_STATUS_TEXT] = g_param_spec_string ("status-text", NULL, NULL, NULL, flags);
  props[PROP_NEEDS_PASSWORD] = g_param_spec_boolean ("needs-password", NULL, NULL, FALSE, flags);
  props[PROP_QUESTION] = g_param_spec_object ("question", NULL, NULL, LINNET_TYPE_QUESTION, flags);
  props[PROP_ERROR_NAME] = g_param_spec_string ("error-name", NULL, NULL, NULL, flags);
  props[PROP_ERROR_TEXT] = g_param_spec_string ("error-text", NULL, NULL, NULL, flags);
  props[PROP_CONTACTS] = g_param_spec_object ("contacts", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  props[PROP_CONVERSATIONS] =
      g_param_spec_object ("conversations", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  /* A message of somebody else, live, in an open channel. */
  signals[SIGNAL_MESSAGE_ARRIVED] =
      g_signal_new ("message-arrived", LINNET_TYPE_ACCOUNT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, LINNET_TYPE_CONVERSATION, LINNET_TYPE_MESSAGE);
}

static void
linnet_account_init (LinnetAccount *self)
{
  self->cancellable = g_cancellable_new ();
  self->contacts = g_list_store_new (LINNET_TYPE_CONTACT);
  self->requests = g_list_store_new (LINNET_TYPE_CONTACT);
  self->blocked = g_list_store_new (LINNET_TYPE_CONTACT);
  self->groups = g_list_store_new (LINNET_TYPE_GROUP);
  self->conversations = g_list_store_new (LINNET_TYPE_CONVERSATION);
  self->by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->enabled = TRUE;
  self->told_status = G_MAXUINT32;
}

/**
 * linnet_account_new:
 * @address: the bare address
 *
 * Returns: (transfer full): an account that no service knows; everything is set by hand
 */
LinnetAccount *
linnet_account_new (const char *address)
{
  LinnetAccount *self = g_object_new (LINNET_TYPE_ACCOUNT, NULL);

  self->address = g_strdup (address);
  return self;
}

/**
 * linnet_account_get_path:
 * @self: an account
 *
 * Returns: (nullable): its object path; %NULL for one of tests
 */
const char *
linnet_account_get_path (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return self->path;
}

/**
 * linnet_account_get_address:
 * @self: an account
 *
 * Returns: the bare address, never %NULL
 */
const char *
linnet_account_get_address (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return self->address != NULL ? self->address : "";
}

/**
 * linnet_account_get_display_name:
 * @self: an account
 *
 * Returns: what to call it; the address if the user gave no name to it
 */
const char *
linnet_account_get_display_name (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return self->display_name != NULL && *self->display_name ? self->display_name
                                                           : linnet_account_get_address (self);
}

/**
 * linnet_account_set_display_name:
 * @self: an account
 * @name: (nullable): what to call it, as the service says
 */
void
linnet_account_set_display_name (LinnetAccount *self, const char *name)
{
  g_return_if_fail (LINNET_IS_ACCOUNT (self));
  linnet_notify_string (self, &self->display_name, name, props[PROP_DISPLAY_NAME]);
}

/**
 * linnet_account_get_enabled:
 * @self: an account
 *
 * Returns: whether it is in use
 */
gboolean
linnet_account_get_enabled (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), FALSE);
  return self->enabled;
}

/**
 * linnet_account_get_state:
 * @self: an account
 *
 * Returns: whether it is connected
 */
LinnetConnectionState
linnet_account_get_state (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), LINNET_CONNECTION_UNKNOWN);
  return self->state;
}

/**
 * linnet_account_set_state:
 * @self: an account
 * @state: whether it is connected, as the service says
 */
void
linnet_account_set_state (LinnetAccount *self, LinnetConnectionState state)
{
  g_return_if_fail (LINNET_IS_ACCOUNT (self));
  if (self->state == state)
    return;
  g_debug ("account %s: connection state %d", self->address, state);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

/**
 * linnet_account_get_presence:
 * @self: an account
 *
 * Returns: what others see of us now
 */
LinnetPresence
linnet_account_get_presence (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), LINNET_PRESENCE_UNKNOWN);
  return self->presence;
}

/**
 * linnet_account_get_requested_presence:
 * @self: an account
 *
 * Returns: what the user wants others to see
 */
LinnetPresence
linnet_account_get_requested_presence (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), LINNET_PRESENCE_UNKNOWN);
  return self->requested_presence;
}

/**
 * linnet_account_get_status_text:
 * @self: an account
 *
 * Returns: (nullable): the user's own words beside the presence
 */
const char *
linnet_account_get_status_text (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return self->status_text;
}

/**
 * linnet_account_get_needs_password:
 * @self: an account
 *
 * Returns: whether it cannot connect before the user gives a password
 */
gboolean
linnet_account_get_needs_password (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), FALSE);
  return self->needs_password;
}

/**
 * linnet_account_get_question:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): what signing in waits for beside a password: a
 *   LinnetCertificateQuestion or a LinnetCaptcha
 */
LinnetQuestion *
linnet_account_get_question (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return self->question;
}

/**
 * linnet_account_get_error_name:
 * @self: an account
 *
 * Returns: (nullable): the D-Bus error of the last connection; %NULL if there was none
 */
const char *
linnet_account_get_error_name (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return self->error_name;
}

/**
 * linnet_account_get_error_text:
 * @self: an account
 *
 * Returns: (nullable): a sentence for people about it
 */
const char *
linnet_account_get_error_text (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return self->error_text;
}

/**
 * linnet_account_get_contacts:
 * @self: an account
 *
 * Returns: (transfer none): its contacts, in no order; strangers of whom we know are not in it
 */
GListModel *
linnet_account_get_contacts (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return G_LIST_MODEL (self->contacts);
}

/**
 * linnet_account_get_requests:
 * @self: an account
 *
 * Returns: (transfer none): those of its contacts who ask to see our presence, in no order
 */
GListModel *
linnet_account_get_requests (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return G_LIST_MODEL (self->requests);
}

/**
 * linnet_account_get_conversations:
 * @self: an account
 *
 * Returns: (transfer none): its conversations, in no order
 */
GListModel *
linnet_account_get_conversations (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return G_LIST_MODEL (self->conversations);
}

/**
 * linnet_account_lookup_contact:
 * @self: an account
 * @address: a bare address
 *
 * Returns: (nullable) (transfer none): the contact with this address
 */
LinnetContact *
linnet_account_lookup_contact (LinnetAccount *self, const char *address)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self) && address != NULL, NULL);
  return g_hash_table_lookup (self->by_address, address);
}

/**
 * linnet_account_ensure_contact:
 * @self: an account
 * @address: a bare address
 *
 * Returns: (transfer none): the contact with this address, which is put into the list if it was
 * not there
 */
LinnetContact *
linnet_account_ensure_contact (LinnetAccount *self, const char *address)
{
  g_autoptr (LinnetContact) created = NULL;
  LinnetContact *contact;
  LinnetConversation *conversation;

  g_return_val_if_fail (LINNET_IS_ACCOUNT (self) && address != NULL, NULL);
  contact = g_hash_table_lookup (self->by_address, address);
  if (contact != NULL)
    return contact;
  created = linnet_contact_new (address);
  linnet_contact_set_account (created, self);
  g_hash_table_insert (self->by_address, g_strdup (address), created);
  conversation = g_hash_table_lookup (self->by_id, address);
  if (conversation != NULL)
    linnet_conversation_set_contact (conversation, created);
  g_list_store_append (self->contacts, created);
  return created;
}

/**
 * linnet_account_lookup_conversation:
 * @self: an account
 * @id: a bare address
 *
 * Returns: (nullable) (transfer none): the conversation with this id
 */
LinnetConversation *
linnet_account_lookup_conversation (LinnetAccount *self, const char *id)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self) && id != NULL, NULL);
  return g_hash_table_lookup (self->by_id, id);
}

/**
 * linnet_account_ensure_conversation:
 * @self: an account
 * @id: a bare address
 *
 * Returns: (transfer none): the conversation with this id; a new one is put into the list, and the
 * service hears of it when something is said or typed in it
 */
LinnetConversation *
linnet_account_ensure_conversation (LinnetAccount *self, const char *id)
{
  LinnetConversation *conversation;
  g_autoptr (LinnetConversation) created = NULL;

  g_return_val_if_fail (LINNET_IS_ACCOUNT (self) && id != NULL, NULL);
  conversation = g_hash_table_lookup (self->by_id, id);
  if (conversation != NULL)
    return conversation;
  created = linnet_conversation_new (self, id, LINNET_CONVERSATION_KIND_CONTACT);
  linnet_conversation_set_contact (created, g_hash_table_lookup (self->by_address, id));
  g_hash_table_insert (self->by_id, g_strdup (id), created);
  g_list_store_append (self->conversations, created);
  return created;
}

/**
 * linnet_account_get_parameters:
 * @self: an account
 *
 * Returns: (nullable) (transfer none): its connection parameters, a{sv}, without secrets
 */
GVariant *
linnet_account_get_parameters (LinnetAccount *self)
{
  g_return_val_if_fail (LINNET_IS_ACCOUNT (self), NULL);
  return self->parameters;
}

/* Somebody said something just now. */
void
linnet_account_message_arrived (LinnetAccount *self,
                                LinnetConversation *conversation,
                                LinnetMessage *message)
{
  g_signal_emit (self, signals[SIGNAL_MESSAGE_ARRIVED], 0, conversation, message);
}
