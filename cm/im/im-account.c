/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account.c: one account: what it has and what it is; its parts are in im-account-*.c
 *
 * An account exists while it is offline too: its contacts and conversations stay. */

#include "im/im-account.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-auth-request-private.h"
#include "im/im-certificate-request-private.h"
#include "im/im-likeness.h"
#include "im/im-roster.h"

enum
{
  PROP_0,
  PROP_STATE,
  PROP_ROSTER_STATE,
  PROP_PRESENCE,
  PROP_AUTH_REQUEST,
  PROP_CERTIFICATE_REQUEST,
  PROP_CAPTCHA_REQUEST,
  PROP_IS_ENABLED,
  PROP_DISPLAY_NAME,
  PROP_NICKNAME,
  PROP_ICON_NAME,
  PROP_STAGE,
  PROP_RETRY_AT,
  PROP_PASSWORD_STATE,
  PROP_PARAMETERS,
  PROP_REQUESTED_PRESENCE,
  PROP_AUTOMATIC_PRESENCE,
  PROP_CONNECT_AUTOMATICALLY,
  PROP_IS_VALID,
  PROP_HAS_BEEN_ONLINE,
  PROP_EXTRA,
  PROP_AVATAR,
  PROP_GROUP_DELIMITER,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ImAccount, im_account, G_TYPE_OBJECT)

/* As telepathy-glib's identifiers: letters and digits stay, everything else and a leading digit
 * become _xx. */
static char *
escape_identifier (const char *text)
{
  GString *out = g_string_new (*text == '\0' ? "_" : NULL);

  for (const char *at = text; *at != '\0'; at++)
    if (g_ascii_isalpha (*at) || (g_ascii_isdigit (*at) && at > text))
      g_string_append_c (out, *at);
    else
      g_string_append_printf (out, "_%02x", (guchar) *at);
  return g_string_free (out, FALSE);
}

static void
attach_modules (ImAccount *self)
{
  while (self->modules[self->n_modules] != NULL)
    self->n_modules++;
  self->module_states = g_new0 (gpointer, self->n_modules + 1);
  for (guint i = 0; i < self->n_modules; i++)
    if (self->modules[i]->state_size > 0)
      self->module_states[i] = g_malloc0 (self->modules[i]->state_size);
  im_account_init_channel_classes (self);
}

static void
write_cb (ImMessage *message, XmppNode *stanza, gpointer user_data)
{
  im_pipeline_write (((ImAccount *) user_data)->pipeline, message, stanza);
}

static void
added_cb (ImConversation *conversation, gpointer user_data)
{
  g_signal_emit_by_name (user_data, "conversation-added", conversation);
}

static void
removed_cb (ImConversation *conversation, gpointer user_data)
{
  g_signal_emit_by_name (user_data, "conversation-removed", conversation);
}

static void
changed_cb (GPtrArray *conversations, gpointer user_data)
{
  g_signal_emit_by_name (user_data, "conversations-changed", conversations);
}

static void
fresh_cb (ImConversation *conversation, ImMessage *message, gpointer user_data)
{
  g_signal_emit_by_name (user_data, "message-fresh", conversation, message);
}

static void
stalled_cb (gpointer user_data)
{
  im_account_lose_connection (user_data, "The server has not confirmed what was sent.");
}

static void
confirmed_cb (GPtrArray *messages, gpointer user_data)
{
  g_signal_emit_by_name (user_data, "messages-confirmed", messages);
}

static ImPresence *
read_presence (const StorePresence *stored, ImPresenceType type, const char *status)
{
  if (stored->type == IM_PRESENCE_UNSET || stored->status == NULL || *stored->status == '\0')
    return im_presence_new (type, status, NULL);
  return im_presence_new (stored->type, stored->status, stored->message);
}

static void
im_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ImAccount *self = IM_ACCOUNT (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_ROSTER_STATE:
      g_value_set_uint (value, self->roster_state);
      break;
    case PROP_PRESENCE:
      g_value_set_pointer (value, self->presence);
      break;
    case PROP_REQUESTED_PRESENCE:
      g_value_set_pointer (value, self->requested_presence);
      break;
    case PROP_AUTOMATIC_PRESENCE:
      g_value_set_pointer (value, self->automatic_presence);
      break;
    case PROP_AUTH_REQUEST:
      g_value_set_object (value, self->auth_request);
      break;
    case PROP_CAPTCHA_REQUEST:
      g_value_set_object (value, im_account_get_captcha_request (self));
      break;
    case PROP_CERTIFICATE_REQUEST:
      g_value_set_object (value, self->certificate_request);
      break;
    case PROP_IS_ENABLED:
      g_value_set_boolean (value, self->record->is_enabled);
      break;
    case PROP_CONNECT_AUTOMATICALLY:
      g_value_set_boolean (value, self->record->connect_automatically);
      break;
    case PROP_GROUP_DELIMITER:
      g_value_set_string (value, im_account_get_group_delimiter (self));
      break;
    case PROP_EXTRA:
      g_value_set_variant (value, self->record->extra);
      break;
    case PROP_AVATAR:
      g_value_set_pointer (value, self->avatar);
      break;
    case PROP_IS_VALID:
      g_value_set_boolean (value, im_account_is_valid (self));
      break;
    case PROP_HAS_BEEN_ONLINE:
      g_value_set_boolean (value, self->record->has_been_online);
      break;
    case PROP_DISPLAY_NAME:
      g_value_set_string (value, im_account_get_display_name (self));
      break;
    case PROP_NICKNAME:
      g_value_set_string (value, im_account_get_nickname (self));
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, im_account_get_icon_name (self));
      break;
    case PROP_STAGE:
      g_value_set_uint (value, self->stage);
      break;
    case PROP_RETRY_AT:
      g_value_set_int64 (value, self->retry_at_us);
      break;
    case PROP_PASSWORD_STATE:
      g_value_set_uint (value, self->password_state);
      break;
    case PROP_PARAMETERS:
      g_value_set_variant (value, im_account_get_parameters (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
im_account_dispose (GObject *object)
{
  ImAccount *self = IM_ACCOUNT (object);

  im_account_detach (self);
  g_clear_error (&self->roster_error);
  im_account_forget_retry (self);
  if (self->network_id != 0)
    im_account_unwatch_network (self);
  if (self->auth_request != NULL)
    im_auth_request_disown (self->auth_request);
  g_clear_object (&self->auth_request);
  if (self->certificate_request != NULL)
    im_certificate_request_disown (self->certificate_request);
  g_clear_object (&self->certificate_request);
  if (self->module_states != NULL)
    for (guint i = 0; i < self->n_modules; i++)
      if (self->modules[i]->clear != NULL)
        self->modules[i]->clear (self, self->module_states[i]);
  for (guint i = 0; self->module_states != NULL && i < self->n_modules; i++)
    g_free (self->module_states[i]);
  g_clear_pointer (&self->module_states, g_free);
  g_clear_pointer (&self->blocking, im_blocking_free);
  g_clear_pointer (&self->early, im_early_free);
  g_clear_pointer (&self->info, im_info_free);
  g_clear_pointer (&self->likeness, im_likeness_free);
  g_clear_pointer (&self->vcard, im_vcard_free);
  g_clear_pointer (&self->gateways, g_hash_table_unref);
  g_clear_pointer (&self->hiding, im_hiding_free);
  g_clear_pointer (&self->pep, im_pep_free);
  g_clear_pointer (&self->caps, im_caps_free);
  g_clear_pointer (&self->avatars, im_avatars_free);
  g_clear_pointer (&self->nickname, im_nickname_free);
  g_clear_pointer (&self->avatar, im_avatar_unref);
  g_clear_pointer (&self->server, im_server_free);
  g_clear_pointer (&self->roster, im_roster_free);
  g_clear_pointer (&self->conversations, im_conversations_free);

  G_OBJECT_CLASS (im_account_parent_class)->dispose (object);
}

static void
im_account_finalize (GObject *object)
{
  ImAccount *self = IM_ACCOUNT (object);

  im_account_wipe_password (self);
  g_clear_pointer (&self->pipeline, im_pipeline_free);
  im_account_clear_channel_classes (self);
  g_clear_pointer (&self->record, store_account_free);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_clear_pointer (&self->unique_name, g_free);
  g_clear_pointer (&self->group_delimiter, g_free);
  g_clear_pointer (&self->automatic_presence, im_presence_free);
  g_clear_pointer (&self->requested_presence, im_presence_free);
  g_clear_pointer (&self->presence, im_presence_free);
  g_clear_pointer (&self->next_presence, im_presence_free);
  g_clear_pointer (&self->error_details, g_variant_unref);
  g_clear_pointer (&self->error_name, g_free);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (im_account_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, IM_ACCOUNT_ONLINE, 0, flags);
  props[PROP_ROSTER_STATE] =
      g_param_spec_uint ("roster-state", NULL, NULL, 0, IM_ROSTER_SUCCESS, 0, flags);
  props[PROP_PRESENCE] = g_param_spec_pointer ("presence", NULL, NULL, flags);
  props[PROP_REQUESTED_PRESENCE] = g_param_spec_pointer ("requested-presence", NULL, NULL, flags);
  props[PROP_AUTOMATIC_PRESENCE] = g_param_spec_pointer ("automatic-presence", NULL, NULL, flags);
  props[PROP_AUTH_REQUEST] =
      g_param_spec_object ("auth-request", NULL, NULL, IM_TYPE_AUTH_REQUEST, flags);
  props[PROP_CERTIFICATE_REQUEST] =
      g_param_spec_object ("certificate-request", NULL, NULL, IM_TYPE_CERTIFICATE_REQUEST, flags);
  props[PROP_CAPTCHA_REQUEST] =
      g_param_spec_object ("captcha-request", NULL, NULL, IM_TYPE_CAPTCHA_REQUEST, flags);
  props[PROP_IS_ENABLED] = g_param_spec_boolean ("is-enabled", NULL, NULL, FALSE, flags);
  props[PROP_CONNECT_AUTOMATICALLY] =
      g_param_spec_boolean ("connect-automatically", NULL, NULL, FALSE, flags);
  props[PROP_IS_VALID] = g_param_spec_boolean ("is-valid", NULL, NULL, FALSE, flags);
  props[PROP_HAS_BEEN_ONLINE] = g_param_spec_boolean ("has-been-online", NULL, NULL, FALSE, flags);
  props[PROP_DISPLAY_NAME] = g_param_spec_string ("display-name", NULL, NULL, "", flags);
  props[PROP_NICKNAME] = g_param_spec_string ("nickname", NULL, NULL, "", flags);
  props[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, "", flags);
  props[PROP_STAGE] =
      g_param_spec_uint ("stage", NULL, NULL, 0, XMPP_LOGIN_STAGE_BINDING, 0, flags);
  props[PROP_RETRY_AT] = g_param_spec_int64 ("retry-at", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_PASSWORD_STATE] =
      g_param_spec_uint ("password-state", NULL, NULL, 0, IM_PASSWORD_SESSION, 0, flags);
  props[PROP_PARAMETERS] =
      g_param_spec_variant ("parameters", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL, flags);
  props[PROP_AVATAR] = g_param_spec_pointer ("avatar", NULL, NULL, flags);
  props[PROP_EXTRA] =
      g_param_spec_variant ("extra", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL, flags);
  props[PROP_GROUP_DELIMITER] = g_param_spec_string ("group-delimiter", NULL, NULL, "", flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
im_account_class_init (ImAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->get_property = im_account_get_property;
  object_class->dispose = im_account_dispose;
  object_class->finalize = im_account_finalize;
  install_properties (object_class);

  g_signal_new ("contacts-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_PTR_ARRAY, G_TYPE_ARRAY);
  g_signal_new ("groups-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_STRV, G_TYPE_STRV);
  g_signal_new ("membership-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                G_TYPE_POINTER, G_TYPE_STRV, G_TYPE_STRV);
  g_signal_new ("server-known", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("blocked-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_PTR_ARRAY, G_TYPE_PTR_ARRAY);
  g_signal_new ("conversation-added", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                IM_TYPE_CONVERSATION);
  g_signal_new ("conversation-removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, IM_TYPE_CONVERSATION);
  g_signal_new ("conversations-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_PTR_ARRAY);
  g_signal_new ("messages-confirmed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_PTR_ARRAY);
  g_signal_new ("message-fresh", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                IM_TYPE_CONVERSATION, IM_TYPE_MESSAGE);
}

static void
im_account_init (ImAccount *self)
{
  self->error_details = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  self->presence = im_presence_new (IM_PRESENCE_OFFLINE, "offline", NULL);
  self->keepalive_s = -1;
}

/**
 * im_account_new:
 * @store: outlives the account
 * @modules: NULL-terminated; outlives the account
 * @record: (transfer full): as loaded or new; its address is a good one
 * @rows: (transfer full) (element-type StoreConversation): its conversations
 *
 * Returns: (transfer full): an account that is offline and does nothing by itself
 */
ImAccount *
im_account_new (StoreDb *store,
                const ImModule *const *modules,
                StoreAccount *record,
                GPtrArray *rows)
{
  static const ImConversationsHandler handler = { write_cb, added_cb, removed_cb, changed_cb,
                                                  fresh_cb, stalled_cb, confirmed_cb };
  ImAccount *self = g_object_new (IM_TYPE_ACCOUNT, NULL);
  g_autofree char *identifier = NULL;

  self->store = store;
  self->modules = modules;
  self->record = record;
  self->jid = xmpp_jid_new (record->jid, NULL);
  g_assert (self->jid != NULL);
  if (record->parameters == NULL)
    record->parameters =
        g_variant_ref_sink (g_variant_new_parsed ("{'account': <%s>}", record->jid));
  identifier = escape_identifier (xmpp_jid_get_text (self->jid));
  self->unique_name = g_strdup_printf ("linnet/jabber/%s", identifier);
  self->automatic_presence = read_presence (&record->automatic, IM_PRESENCE_AVAILABLE, "available");
  self->requested_presence =
      im_presence_copy (record->connect_automatically ? self->automatic_presence : self->presence);
  self->roster = im_roster_new (self, self->jid);
  im_contact_set_nick (im_roster_get_self (self->roster), record->nickname);
  im_contact_set_shown (im_roster_get_self (self->roster), self->presence);
  attach_modules (self);
  self->server = im_server_new (self);
  self->blocking = im_blocking_new (self);
  self->early = im_early_new (self);
  self->hiding = im_hiding_new (self);
  self->pep = im_pep_new (self);
  self->vcard = im_vcard_new (self);
  self->info = im_info_new (self);
  self->likeness = im_likeness_new (self);
  self->caps = im_caps_new (self);
  self->avatars = im_avatars_new (self);
  im_account_load_avatar (self);
  self->nickname = im_nickname_new (self);
  self->pipeline = im_pipeline_new (self);
  self->conversations =
      im_conversations_new (store, record->id, self->jid, rows, self, &handler, self);
  for (guint i = 0; i < self->n_modules; i++)
    if (modules[i]->attach != NULL)
      modules[i]->attach (self, self->module_states[i]);
  return self;
}

/** im_account_take_waiting: @rows: (transfer full) (element-type StoreMessage): written before, and
 * no server has them */
void
im_account_take_waiting (ImAccount *self, GPtrArray *rows)
{
  im_conversations_take_waiting (self->conversations, rows);
}

/** im_account_find_wire: see IM_ACCOUNT_WIRE () */
gconstpointer
im_account_find_wire (ImAccount *self, gsize offset)
{
  for (guint i = 0; i < self->n_modules; i++)
    {
      gconstpointer wire = G_STRUCT_MEMBER (gconstpointer, self->modules[i], offset);

      if (wire != NULL)
        return wire;
    }
  return NULL;
}

/** im_account_check_online: @task: of something that needs a session. Returns: whether there is one
 */
gboolean
im_account_check_online (ImAccount *self, GTask *task)
{
  if (im_account_get_session (self) != NULL)
    return TRUE;
  g_task_return_new_error (task, IM_ERROR, IM_ERROR_DISCONNECTED,
                           "The account has to be online for that.");
  return FALSE;
}

/** im_account_notify: @property: one of ours, by name */
void
im_account_notify (ImAccount *self, const char *property)
{
  g_object_notify (G_OBJECT (self), property);
}

/** im_account_get_id: Returns: what the store calls it */
gint64
im_account_get_id (ImAccount *self)
{
  return self->record->id;
}

/** im_account_get_jid: Returns: (transfer none): the bare address */
XmppJid *
im_account_get_jid (ImAccount *self)
{
  return self->jid;
}

/** im_account_get_state: Returns: whether there is a connection */
ImAccountState
im_account_get_state (ImAccount *self)
{
  return self->state;
}

/** im_account_get_error: Returns: (nullable) (transfer none): IM_ERROR: why it last went or stayed
 * offline; NULL: as asked */
const GError *
im_account_get_error (ImAccount *self)
{
  return self->error;
}

/** im_account_get_error_name: Returns: (nullable) (transfer none): what im_account_get_error () is
 * called on D-Bus; NULL where there is none */
const char *
im_account_get_error_name (ImAccount *self)
{
  if (self->error == NULL)
    return NULL;
  return self->error_name != NULL ? self->error_name : im_error_get_dbus_name (self->error);
}

/** im_account_get_error_details: Returns: (transfer none): a{sv} of Telepathy's Connection_Error */
GVariant *
im_account_get_error_details (ImAccount *self)
{
  return self->error_details;
}

/** im_account_get_roster_state: Returns: how far the contact list is */
ImRosterState
im_account_get_roster_state (ImAccount *self)
{
  return self->roster_state;
}

/** im_account_get_auth_request: Returns: (nullable) (transfer none): the question for a password
 * that is open */
ImAuthRequest *
im_account_get_auth_request (ImAccount *self)
{
  return self->auth_request;
}

/** im_account_get_unique_name: Returns: "linnet/jabber/<escaped address>" */
const char *
im_account_get_unique_name (ImAccount *self)
{
  return self->unique_name;
}

/** im_account_get_self_contact: Returns: (transfer none): ourselves */
ImContact *
im_account_get_self_contact (ImAccount *self)
{
  return im_roster_get_self (self->roster);
}

/** im_account_find_contact: @bare: an address. Returns: (nullable) (transfer none): who is known to
 * have it */
ImContact *
im_account_find_contact (ImAccount *self, XmppJid *bare)
{
  return im_roster_find (self->roster, bare);
}

/** im_account_ensure_contact: @bare: an address. Returns: (transfer none): who has it; lives as
 * long as the account */
ImContact *
im_account_ensure_contact (ImAccount *self, XmppJid *bare)
{
  return im_roster_ensure (self->roster, bare);
}

/** im_account_foreach_contact: @func: called for everybody that is known, in no order; may not make
 * contacts */
void
im_account_foreach_contact (ImAccount *self,
                            void (*func) (ImContact *contact, gpointer user_data),
                            gpointer user_data)
{
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init (&iter, im_roster_get_contacts (self->roster));
  while (g_hash_table_iter_next (&iter, NULL, &contact))
    func (contact, user_data);
}

/** im_account_dup_groups: Returns: (transfer full): all groups of the roster, sorted */
char **
im_account_dup_groups (ImAccount *self)
{
  return im_roster_dup_groups (self->roster);
}

/** im_account_get_module_state: @module: one of ours. Returns: (nullable) (transfer none): its
 * bytes */
gpointer
im_account_get_module_state (ImAccount *self, const ImModule *module)
{
  for (guint i = 0; i < self->n_modules; i++)
    if (self->modules[i] == module)
      return self->module_states[i];
  return NULL;
}
