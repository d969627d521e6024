/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-conversation.c: a conversation of an account. im.linnet.Conversations1
 *
 * What the service says arrives by linnet_conversation_update (); what a person does goes to the
 * account, which knows the bus (linnet-conversation-actions.c). */
#include "config.h"

#include "model/linnet-conversation-private.h"

#include "model/linnet-account.h"

enum
{
  PROP_ID = 1,
  PROP_ACCOUNT,
  PROP_KIND,
  PROP_NAME,
  PROP_CONTACT,
  PROP_PRESENCE,
  PROP_UNREAD,
  PROP_MENTIONS,
  PROP_LAST_ACTIVITY_S,
  PROP_LAST_MESSAGE,
  PROP_DRAFT,
  PROP_TYPING_TEXT,
  PROP_PINNED,
  PROP_ARCHIVED,
  PROP_MUTED,
  PROP_ENCRYPTION,
  PROP_LOOKS_LIKE,
  PROP_ACTIVE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_ENUM_TYPE (LinnetConversationKind,
                    linnet_conversation_kind,
                    G_DEFINE_ENUM_VALUE (LINNET_CONVERSATION_KIND_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (LINNET_CONVERSATION_KIND_CONTACT, "contact"),
                    G_DEFINE_ENUM_VALUE (LINNET_CONVERSATION_KIND_ROOM, "room"))
G_DEFINE_FINAL_TYPE (LinnetConversation, linnet_conversation, G_TYPE_OBJECT)

static void
notify (LinnetConversation *self, guint prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static void
take_string (LinnetConversation *self, char **field, const char *value, guint prop)
{
  if (g_strcmp0 (*field, value) == 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
  notify (self, prop);
}

static void
take_uint (LinnetConversation *self, guint *field, guint value, guint prop)
{
  if (*field == value)
    return;
  *field = value;
  notify (self, prop);
}

static void
contact_changed_cb (LinnetConversation *self, GParamSpec *pspec, LinnetContact *contact)
{
  if (g_str_equal (pspec->name, "presence"))
    notify (self, PROP_PRESENCE);
  else if (g_str_equal (pspec->name, "name") || g_str_equal (pspec->name, "publish"))
    notify (self, PROP_NAME);
  else if (g_str_equal (pspec->name, "looks-like"))
    notify (self, PROP_LOOKS_LIKE);
}

static void
linnet_conversation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetConversation *self = LINNET_CONVERSATION (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_ACCOUNT:
      g_value_set_object (value, self->account);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_NAME:
      g_value_set_string (value, linnet_conversation_get_name (self));
      break;
    case PROP_CONTACT:
      g_value_set_object (value, self->contact);
      break;
    case PROP_PRESENCE:
      g_value_set_enum (value, linnet_conversation_get_presence (self));
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_MENTIONS:
      g_value_set_uint (value, self->mentions);
      break;
    case PROP_LAST_ACTIVITY_S:
      g_value_set_int64 (value, self->last_activity_s);
      break;
    case PROP_LAST_MESSAGE:
      g_value_set_object (value, self->last_message);
      break;
    case PROP_DRAFT:
      g_value_set_string (value, linnet_conversation_get_draft (self));
      break;
    case PROP_TYPING_TEXT:
      g_value_set_string (value, self->typing_text);
      break;
    case PROP_PINNED:
      g_value_set_boolean (value, self->pinned);
      break;
    case PROP_ARCHIVED:
      g_value_set_boolean (value, self->archived);
      break;
    case PROP_MUTED:
      g_value_set_boolean (value, linnet_conversation_get_muted (self));
      break;
    case PROP_ENCRYPTION:
      g_value_set_string (value, self->encryption);
      break;
    case PROP_LOOKS_LIKE:
      g_value_set_string (value, linnet_conversation_get_looks_like (self));
      break;
    case PROP_ACTIVE:
      g_value_set_boolean (value, self->active);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_conversation_dispose (GObject *object)
{
  LinnetConversation *self = LINNET_CONVERSATION (object);

  linnet_conversation_flush_draft (self);
  linnet_conversation_drop_timeline (self);
  linnet_conversation_set_contact (self, NULL);
  g_clear_object (&self->last_message);
  g_clear_weak_pointer (&self->account);
  G_OBJECT_CLASS (linnet_conversation_parent_class)->dispose (object);
}

static void
linnet_conversation_finalize (GObject *object)
{
  LinnetConversation *self = LINNET_CONVERSATION (object);

  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->draft, g_free);
  g_clear_pointer (&self->encryption, g_free);
  g_clear_pointer (&self->looks_like, g_free);
  g_clear_pointer (&self->typing_text, g_free);
  g_clear_pointer (&self->typing, g_hash_table_unref);
  g_clear_pointer (&self->channel, g_free);
  G_OBJECT_CLASS (linnet_conversation_parent_class)->finalize (object);
}

static void
linnet_conversation_class_init (LinnetConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_conversation_get_property;
  object_class->dispose = linnet_conversation_dispose;
  object_class->finalize = linnet_conversation_finalize;

  props[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  props[PROP_ACCOUNT] = g_param_spec_object ("account", NULL, NULL, G_TYPE_OBJECT, flags);
  props[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, LINNET_TYPE_CONVERSATION_KIND,
                                        LINNET_CONVERSATION_KIND_NONE, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_CONTACT] = g_param_spec_object ("contact", NULL, NULL, LINNET_TYPE_CONTACT, flags);
  props[PROP_PRESENCE] = g_param_spec_enum ("presence", NULL, NULL, LINNET_TYPE_PRESENCE,
                                            LINNET_PRESENCE_UNKNOWN, flags);
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_MENTIONS] = g_param_spec_uint ("mentions", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_LAST_ACTIVITY_S] =
      g_param_spec_int64 ("last-activity-s", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_LAST_MESSAGE] =
      g_param_spec_object ("last-message", NULL, NULL, LINNET_TYPE_MESSAGE, flags);
  props[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, "", flags);
  props[PROP_TYPING_TEXT] = g_param_spec_string ("typing-text", NULL, NULL, NULL, flags);
  props[PROP_PINNED] = g_param_spec_boolean ("pinned", NULL, NULL, FALSE, flags);
  props[PROP_ARCHIVED] = g_param_spec_boolean ("archived", NULL, NULL, FALSE, flags);
  props[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE, flags);
  props[PROP_ENCRYPTION] = g_param_spec_string ("encryption", NULL, NULL, NULL, flags);
  props[PROP_LOOKS_LIKE] = g_param_spec_string ("looks-like", NULL, NULL, NULL, flags);
  props[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_conversation_init (LinnetConversation *self)
{
  self->typing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * linnet_conversation_new:
 * @account: (nullable): the account it belongs to; %NULL in tests
 * @id: the bare address of the contact or of the room
 * @kind: what is at that address
 *
 * Returns: (transfer full): a conversation of which nothing else is known
 */
LinnetConversation *
linnet_conversation_new (LinnetAccount *account, const char *id, LinnetConversationKind kind)
{
  LinnetConversation *self = g_object_new (LINNET_TYPE_CONVERSATION, NULL);

  g_return_val_if_fail (id != NULL, self);
  g_set_weak_pointer (&self->account, account);
  self->id = g_strdup (id);
  self->kind = kind;
  return self;
}

/**
 * linnet_conversation_get_id:
 * @self: a conversation
 *
 * Returns: the bare address of the contact or of the room
 */
const char *
linnet_conversation_get_id (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), NULL);
  return self->id;
}

/**
 * linnet_conversation_get_account:
 * @self: a conversation
 *
 * Returns: (nullable) (transfer none): the account it belongs to
 */
LinnetAccount *
linnet_conversation_get_account (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), NULL);
  return self->account;
}

/**
 * linnet_conversation_get_kind:
 * @self: a conversation
 *
 * Returns: whether a contact or a room is at the other end
 */
LinnetConversationKind
linnet_conversation_get_kind (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), LINNET_CONVERSATION_KIND_NONE);
  return self->kind;
}

/**
 * linnet_conversation_get_name:
 * @self: a conversation
 *
 * Returns: what to call it; the address if nothing better is known. Of who asks to be a contact,
 *   only what the service says: their own name could be anybody's.
 */
const char *
linnet_conversation_get_name (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), NULL);
  if (self->contact != NULL && !linnet_contact_is_request (self->contact) &&
      g_strcmp0 (linnet_contact_get_name (self->contact),
                 linnet_contact_get_address (self->contact)) != 0)
    return linnet_contact_get_name (self->contact);
  return self->name != NULL && *self->name ? self->name : self->id;
}

/**
 * linnet_conversation_set_name:
 * @self: a conversation
 * @name: (nullable): what to call it, as the service says
 */
void
linnet_conversation_set_name (LinnetConversation *self, const char *name)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self));
  take_string (self, &self->name, name, PROP_NAME);
}

/**
 * linnet_conversation_get_looks_like:
 * @self: a conversation
 *
 * Returns: (nullable): the address of somebody for whom people would take who is at the other end
 */
const char *
linnet_conversation_get_looks_like (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), NULL);
  if (self->looks_like != NULL && *self->looks_like != '\0')
    return self->looks_like;
  return self->contact != NULL ? linnet_contact_get_looks_like (self->contact) : NULL;
}

/**
 * linnet_conversation_get_contact:
 * @self: a conversation
 *
 * Returns: (nullable) (transfer none): who is at the other end; %NULL for rooms and strangers
 */
LinnetContact *
linnet_conversation_get_contact (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), NULL);
  return self->contact;
}

/**
 * linnet_conversation_set_contact:
 * @self: a conversation
 * @contact: (nullable): who is at the other end
 */
void
linnet_conversation_set_contact (LinnetConversation *self, LinnetContact *contact)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self));
  if (self->contact == contact)
    return;
  if (self->contact != NULL)
    g_signal_handlers_disconnect_by_data (self->contact, self);
  g_set_object (&self->contact, contact);
  if (contact != NULL)
    g_signal_connect_object (contact, "notify", G_CALLBACK (contact_changed_cb), self,
                             G_CONNECT_SWAPPED);
  g_object_freeze_notify (G_OBJECT (self));
  notify (self, PROP_CONTACT);
  notify (self, PROP_NAME);
  notify (self, PROP_PRESENCE);
  notify (self, PROP_LOOKS_LIKE);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * linnet_conversation_get_presence:
 * @self: a conversation
 *
 * Returns: the contact's presence, unknown for rooms and strangers
 */
LinnetPresence
linnet_conversation_get_presence (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), LINNET_PRESENCE_UNKNOWN);
  return self->contact != NULL ? linnet_contact_get_presence (self->contact)
                               : LINNET_PRESENCE_UNKNOWN;
}

/**
 * linnet_conversation_get_unread:
 * @self: a conversation
 *
 * Returns: how many messages nobody has seen yet
 */
guint
linnet_conversation_get_unread (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), 0);
  return self->unread;
}

/**
 * linnet_conversation_set_unread:
 * @self: a conversation
 * @unread: how many messages nobody has seen yet, as the service says
 */
void
linnet_conversation_set_unread (LinnetConversation *self, guint unread)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self));
  take_uint (self, &self->unread, unread, PROP_UNREAD);
}

/**
 * linnet_conversation_get_mentions:
 * @self: a conversation
 *
 * Returns: how many of the unread messages call the user by name
 */
guint
linnet_conversation_get_mentions (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), 0);
  return self->mentions;
}

/**
 * linnet_conversation_get_last_activity_s:
 * @self: a conversation
 *
 * Returns: when the last message was said, in seconds since 1970 (UTC); 0 if there is none
 */
gint64
linnet_conversation_get_last_activity_s (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), 0);
  return self->last_activity_s;
}

/**
 * linnet_conversation_get_last_message:
 * @self: a conversation
 *
 * Returns: (nullable) (transfer none): the newest message
 */
LinnetMessage *
linnet_conversation_get_last_message (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), NULL);
  return self->last_message;
}

/**
 * linnet_conversation_get_draft:
 * @self: a conversation
 *
 * Returns: what is typed and not sent, never %NULL
 */
const char *
linnet_conversation_get_draft (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), NULL);
  return self->draft != NULL ? self->draft : "";
}

/* Takes the draft over; whether it is another one. Saving it is the caller's. */
gboolean
linnet_conversation_take_draft (LinnetConversation *self, const char *draft)
{
  if (g_strcmp0 (linnet_conversation_get_draft (self), draft) == 0)
    return FALSE;
  take_string (self, &self->draft, draft, PROP_DRAFT);
  return TRUE;
}

/**
 * linnet_conversation_get_typing_text:
 * @self: a conversation
 *
 * Returns: (nullable): a sentence about who is typing; %NULL if nobody is
 */
const char *
linnet_conversation_get_typing_text (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), NULL);
  return self->typing_text;
}

/**
 * linnet_conversation_get_pinned:
 * @self: a conversation
 *
 * Returns: whether it stays at the top
 */
gboolean
linnet_conversation_get_pinned (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), FALSE);
  return self->pinned;
}

/**
 * linnet_conversation_get_archived:
 * @self: a conversation
 *
 * Returns: whether it is put away
 */
gboolean
linnet_conversation_get_archived (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), FALSE);
  return self->archived;
}

/**
 * linnet_conversation_get_muted:
 * @self: a conversation
 *
 * Returns: whether no notification may come from it now
 */
gboolean
linnet_conversation_get_muted (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), FALSE);
  return self->notify == 3 || self->muted_until_s > g_get_real_time () / G_USEC_PER_SEC;
}

/**
 * linnet_conversation_get_muted_until_s:
 * @self: a conversation
 *
 * Returns: when notifications may come again, in seconds since 1970 (UTC); 0 if not muted
 */
gint64
linnet_conversation_get_muted_until_s (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), 0);
  return self->muted_until_s;
}

/**
 * linnet_conversation_get_encryption:
 * @self: a conversation
 *
 * Returns: (nullable): the name of the end-to-end encryption in use, empty or %NULL for none
 */
const char *
linnet_conversation_get_encryption (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), NULL);
  return self->encryption;
}

/**
 * linnet_conversation_get_active:
 * @self: a conversation
 *
 * Returns: whether it is open in a window
 */
gboolean
linnet_conversation_get_active (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), FALSE);
  return self->active;
}

/* Whether it is open; whether that is new. The channel is the caller's. */
gboolean
linnet_conversation_take_active (LinnetConversation *self, gboolean active)
{
  if (!self->active == !active)
    return FALSE;
  self->active = active;
  notify (self, PROP_ACTIVE);
  return TRUE;
}

/**
 * linnet_conversation_has_timeline:
 * @self: a conversation
 *
 * Returns: whether its messages are held in memory
 */
gboolean
linnet_conversation_has_timeline (LinnetConversation *self)
{
  g_return_val_if_fail (LINNET_IS_CONVERSATION (self), FALSE);
  return self->timeline != NULL;
}

/**
 * linnet_conversation_drop_timeline:
 * @self: a conversation
 *
 * Forgets the messages held in memory; the next look fetches them again.
 */
void
linnet_conversation_drop_timeline (LinnetConversation *self)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self));
  g_cancellable_cancel (self->fetching);
  g_clear_object (&self->fetching);
  if (self->timeline != NULL)
    g_signal_handlers_disconnect_by_data (self->timeline, self);
  g_clear_object (&self->timeline);
}
