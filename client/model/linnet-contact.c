/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-contact.c: somebody in the contact list of an account, or about to be. Names and texts
 * are those of the network: never markup. */
#include "config.h"

#include "model/linnet-contact.h"

#include "model/linnet-account-private.h"
#include "model/linnet-connection.h"
#include "model/linnet-notify.h"

struct _LinnetContact
{
  GObject parent_instance;

  gpointer account; /* (weak) LinnetAccount */
  char *address;
  char *name;
  char *status_text;
  char *request_text;
  char *looks_like; /* (owned) (nullable) address of somebody else */
  char **groups;
  guint handle;
  LinnetPresence presence;
  LinnetSubscription subscribe;
  LinnetSubscription publish;
  char *avatar_token; /* (owned) (nullable) of the picture that there is; NULL: none */
  LinnetPicture *avatar; /* (owned) (nullable) */
  gboolean wants_avatar; /* somebody shows it */
  gboolean approved;
  gint64 idle_since; /* in seconds since 1970; 0: nobody says */
};

enum
{
  PROP_ADDRESS = 1,
  PROP_NAME,
  PROP_PRESENCE,
  PROP_STATUS_TEXT,
  PROP_GROUPS,
  PROP_SUBSCRIBE,
  PROP_PUBLISH,
  PROP_REQUEST_TEXT,
  PROP_LOOKS_LIKE,
  PROP_APPROVED,
  PROP_IDLE_SINCE,
  PROP_AVATAR,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_ENUM_TYPE (LinnetSubscription,
                    linnet_subscription,
                    G_DEFINE_ENUM_VALUE (LINNET_SUBSCRIPTION_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (LINNET_SUBSCRIPTION_NO, "no"),
                    G_DEFINE_ENUM_VALUE (LINNET_SUBSCRIPTION_REMOVED_REMOTELY, "removed-remotely"),
                    G_DEFINE_ENUM_VALUE (LINNET_SUBSCRIPTION_ASK, "ask"),
                    G_DEFINE_ENUM_VALUE (LINNET_SUBSCRIPTION_YES, "yes"))
G_DEFINE_FINAL_TYPE (LinnetContact, linnet_contact, G_TYPE_OBJECT)

static void
linnet_contact_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetContact *self = LINNET_CONTACT (object);

  switch (id)
    {
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_NAME:
      g_value_set_string (value, linnet_contact_get_name (self));
      break;
    case PROP_PRESENCE:
      g_value_set_enum (value, self->presence);
      break;
    case PROP_STATUS_TEXT:
      g_value_set_string (value, self->status_text);
      break;
    case PROP_GROUPS:
      g_value_set_boxed (value, self->groups);
      break;
    case PROP_SUBSCRIBE:
      g_value_set_enum (value, self->subscribe);
      break;
    case PROP_PUBLISH:
      g_value_set_enum (value, self->publish);
      break;
    case PROP_REQUEST_TEXT:
      g_value_set_string (value, self->request_text);
      break;
    case PROP_LOOKS_LIKE:
      g_value_set_string (value, self->looks_like);
      break;
    case PROP_APPROVED:
      g_value_set_boolean (value, self->approved);
      break;
    case PROP_IDLE_SINCE:
      g_value_set_int64 (value, self->idle_since);
      break;
    case PROP_AVATAR:
      g_value_set_boxed (value, linnet_contact_get_avatar (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_contact_dispose (GObject *object)
{
  g_clear_weak_pointer (&LINNET_CONTACT (object)->account);
  G_OBJECT_CLASS (linnet_contact_parent_class)->dispose (object);
}

static void
linnet_contact_finalize (GObject *object)
{
  LinnetContact *self = LINNET_CONTACT (object);

  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->status_text, g_free);
  g_clear_pointer (&self->request_text, g_free);
  g_clear_pointer (&self->looks_like, g_free);
  g_clear_pointer (&self->groups, g_strfreev);
  g_clear_pointer (&self->avatar_token, g_free);
  g_clear_pointer (&self->avatar, linnet_picture_unref);
  G_OBJECT_CLASS (linnet_contact_parent_class)->finalize (object);
}

static void
linnet_contact_class_init (LinnetContactClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_contact_get_property;
  object_class->dispose = linnet_contact_dispose;
  object_class->finalize = linnet_contact_finalize;

  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_PRESENCE] = g_param_spec_enum ("presence", NULL, NULL, LINNET_TYPE_PRESENCE,
                                            LINNET_PRESENCE_UNKNOWN, flags);
  props[PROP_STATUS_TEXT] = g_param_spec_string ("status-text", NULL, NULL, NULL, flags);
  props[PROP_GROUPS] = g_param_spec_boxed ("groups", NULL, NULL, G_TYPE_STRV, flags);
  props[PROP_SUBSCRIBE] = g_param_spec_enum ("subscribe", NULL, NULL, LINNET_TYPE_SUBSCRIPTION,
                                             LINNET_SUBSCRIPTION_UNKNOWN, flags);
  props[PROP_PUBLISH] = g_param_spec_enum ("publish", NULL, NULL, LINNET_TYPE_SUBSCRIPTION,
                                           LINNET_SUBSCRIPTION_UNKNOWN, flags);
  props[PROP_REQUEST_TEXT] = g_param_spec_string ("request-text", NULL, NULL, NULL, flags);
  props[PROP_LOOKS_LIKE] = g_param_spec_string ("looks-like", NULL, NULL, NULL, flags);
  props[PROP_APPROVED] = g_param_spec_boolean ("approved", NULL, NULL, FALSE, flags);
  props[PROP_IDLE_SINCE] = g_param_spec_int64 ("idle-since", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_AVATAR] = g_param_spec_boxed ("avatar", NULL, NULL, LINNET_TYPE_PICTURE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_contact_init (LinnetContact *self)
{
  self->groups = g_new0 (char *, 1);
}

/**
 * linnet_contact_new:
 * @address: the bare address
 *
 * Returns: (transfer full): a contact of whom nothing else is known
 */
LinnetContact *
linnet_contact_new (const char *address)
{
  LinnetContact *self = g_object_new (LINNET_TYPE_CONTACT, NULL);

  g_return_val_if_fail (address != NULL, self);
  self->address = g_strdup (address);
  return self;
}

/**
 * linnet_contact_get_address:
 * @self: a contact
 *
 * Returns: the bare address
 */
const char *
linnet_contact_get_address (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), NULL);
  return self->address;
}

/**
 * linnet_contact_get_name:
 * @self: a contact
 *
 * Returns: what to call the contact; the address if nothing better is known
 */
const char *
linnet_contact_get_name (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), NULL);
  return self->name != NULL && *self->name ? self->name : self->address;
}

/**
 * linnet_contact_set_name:
 * @self: a contact
 * @name: (nullable): what to call the contact, as the service says; to rename somebody use
 *   linnet_account_rename_contact_async()
 */
void
linnet_contact_set_name (LinnetContact *self, const char *name)
{
  g_return_if_fail (LINNET_IS_CONTACT (self));
  linnet_notify_string (self, &self->name, name, props[PROP_NAME]);
}

/**
 * linnet_contact_get_presence:
 * @self: a contact
 *
 * Returns: the presence that we are shown
 */
LinnetPresence
linnet_contact_get_presence (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), LINNET_PRESENCE_UNKNOWN);
  return self->presence;
}

/**
 * linnet_contact_get_status_text:
 * @self: a contact
 *
 * Returns: (nullable): the contact's own words beside the presence; %NULL if there are none
 */
const char *
linnet_contact_get_status_text (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), NULL);
  return self->status_text;
}

/**
 * linnet_contact_set_presence:
 * @self: a contact
 * @presence: the presence
 * @status_text: (nullable): the contact's own words
 */
void
linnet_contact_set_presence (LinnetContact *self, LinnetPresence presence, const char *status_text)
{
  const char *text = status_text != NULL && *status_text ? status_text : NULL;

  g_return_if_fail (LINNET_IS_CONTACT (self));
  g_object_freeze_notify (G_OBJECT (self));
  if (self->presence != presence)
    {
      self->presence = presence;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PRESENCE]);
    }
  linnet_notify_string (self, &self->status_text, text, props[PROP_STATUS_TEXT]);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * linnet_contact_get_groups:
 * @self: a contact
 *
 * Returns: (array zero-terminated=1): the groups, never %NULL
 */
const char *const *
linnet_contact_get_groups (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), NULL);
  return (const char *const *) self->groups;
}

/**
 * linnet_contact_set_groups:
 * @self: a contact
 * @groups: (nullable) (array zero-terminated=1): the groups, as the service says
 */
void
linnet_contact_set_groups (LinnetContact *self, const char *const *groups)
{
  static const char *const none[] = { NULL };

  g_return_if_fail (LINNET_IS_CONTACT (self));
  if (groups == NULL)
    groups = none;
  if (g_strv_equal ((const char *const *) self->groups, groups))
    return;
  g_strfreev (self->groups);
  self->groups = g_strdupv ((char **) groups);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_GROUPS]);
}

/**
 * linnet_contact_get_subscribe:
 * @self: a contact
 *
 * Returns: whether we may see the contact's presence
 */
LinnetSubscription
linnet_contact_get_subscribe (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), LINNET_SUBSCRIPTION_UNKNOWN);
  return self->subscribe;
}

/**
 * linnet_contact_get_publish:
 * @self: a contact
 *
 * Returns: whether the contact may see ours
 */
LinnetSubscription
linnet_contact_get_publish (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), LINNET_SUBSCRIPTION_UNKNOWN);
  return self->publish;
}

/**
 * linnet_contact_get_looks_like:
 * @self: a contact
 *
 * Returns: (nullable): the address of somebody else, for whom people would take them by their
 *   address or by the name that they give themselves
 */
const char *
linnet_contact_get_looks_like (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), NULL);
  return self->looks_like;
}

/**
 * linnet_contact_set_looks_like:
 * @self: a contact
 * @address: (nullable): of somebody else, as the service says
 */
void
linnet_contact_set_looks_like (LinnetContact *self, const char *address)
{
  g_return_if_fail (LINNET_IS_CONTACT (self));
  linnet_notify_string (self, &self->looks_like, address, props[PROP_LOOKS_LIKE]);
}

/** linnet_contact_get_approved: Returns: whether they will see our presence as soon as they ask */
gboolean
linnet_contact_get_approved (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), FALSE);
  return self->approved;
}

/** linnet_contact_set_approved: @approved: as the service says */
void
linnet_contact_set_approved (LinnetContact *self, gboolean approved)
{
  g_return_if_fail (LINNET_IS_CONTACT (self));
  if (!self->approved == !approved)
    return;
  self->approved = approved;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_APPROVED]);
}

/** linnet_contact_get_idle_since: Returns: in seconds since 1970; 0: they are there, or nobody says
 */
gint64
linnet_contact_get_idle_since (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), 0);
  return self->idle_since;
}

/** linnet_contact_set_idle_since: @since: as the service says */
void
linnet_contact_set_idle_since (LinnetContact *self, gint64 since)
{
  g_return_if_fail (LINNET_IS_CONTACT (self));
  since = MAX (since, 0);
  if (self->idle_since == since)
    return;
  self->idle_since = since;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_IDLE_SINCE]);
}

/**
 * linnet_contact_get_request_text:
 * @self: a contact
 *
 * Returns: (nullable): what came with a request
 */
const char *
linnet_contact_get_request_text (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), NULL);
  return self->request_text;
}

/**
 * linnet_contact_set_subscription:
 * @self: a contact
 * @subscribe: whether we see the contact's presence
 * @publish: whether the contact sees ours
 * @request_text: (nullable): what came with a request
 */
void
linnet_contact_set_subscription (LinnetContact *self,
                                 LinnetSubscription subscribe,
                                 LinnetSubscription publish,
                                 const char *request_text)
{
  const char *text = request_text != NULL && *request_text ? request_text : NULL;

  g_return_if_fail (LINNET_IS_CONTACT (self));
  g_object_freeze_notify (G_OBJECT (self));
  if (self->subscribe != subscribe)
    {
      self->subscribe = subscribe;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SUBSCRIBE]);
    }
  linnet_notify_string (self, &self->request_text, text, props[PROP_REQUEST_TEXT]);
  if (self->publish != publish)
    {
      self->publish = publish;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PUBLISH]);
      if (self->account != NULL)
        linnet_account_note_request (self->account, self);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * linnet_contact_is_request:
 * @self: a contact
 *
 * Returns: whether the contact asks to see our presence and waits for an answer
 */
gboolean
linnet_contact_is_request (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), FALSE);
  return self->publish == LINNET_SUBSCRIPTION_ASK;
}

/**
 * linnet_contact_get_handle:
 * @self: a contact
 *
 * Returns: its number on the connection, 0 while there is none
 */
guint
linnet_contact_get_handle (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), 0);
  return self->handle;
}

/**
 * linnet_contact_set_handle:
 * @self: a contact
 * @handle: its number on the connection, 0 if there is none
 */
void
linnet_contact_set_handle (LinnetContact *self, guint handle)
{
  g_return_if_fail (LINNET_IS_CONTACT (self));
  self->handle = handle;
}

/**
 * linnet_contact_get_account:
 * @self: a contact
 *
 * Returns: (nullable) (transfer none): whose contact it is
 */
LinnetAccount *
linnet_contact_get_account (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), NULL);
  return self->account;
}

/**
 * linnet_contact_set_account:
 * @self: a contact
 * @account: (nullable): whose contact it is
 */
void
linnet_contact_set_account (LinnetContact *self, LinnetAccount *account)
{
  g_return_if_fail (LINNET_IS_CONTACT (self));
  g_set_weak_pointer (&self->account, (gpointer) account);
}

static void
request_avatar (LinnetContact *self)
{
  LinnetAccount *account = self->account;

  if (account != NULL && account->connection != NULL && self->avatar_token != NULL &&
      self->avatar == NULL)
    linnet_connection_request_avatar (account->connection, self);
}

/**
 * linnet_contact_get_avatar:
 * @self: a contact
 *
 * Whoever asks first has it fetched; “avatar” is notified when it is there.
 *
 * Returns: (nullable) (transfer none): the picture; %NULL: there is none, or not yet
 */
LinnetPicture *
linnet_contact_get_avatar (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), NULL);
  if (!self->wants_avatar)
    {
      self->wants_avatar = TRUE;
      request_avatar (self);
    }
  return self->avatar;
}

/**
 * linnet_contact_wants_avatar:
 * @self: a contact
 *
 * Returns: whether somebody has asked for the picture
 */
gboolean
linnet_contact_wants_avatar (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), FALSE);
  return self->wants_avatar;
}

/**
 * linnet_contact_get_avatar_token:
 * @self: a contact
 *
 * Returns: (nullable): what names the picture that there is; %NULL: there is none
 */
const char *
linnet_contact_get_avatar_token (LinnetContact *self)
{
  g_return_val_if_fail (LINNET_IS_CONTACT (self), NULL);
  return self->avatar_token;
}

/**
 * linnet_contact_set_avatar_token:
 * @self: a contact
 * @token: (nullable): as the service says; "" or %NULL: there is no picture
 */
void
linnet_contact_set_avatar_token (LinnetContact *self, const char *token)
{
  const char *now = token != NULL && *token ? token : NULL;

  g_return_if_fail (LINNET_IS_CONTACT (self));
  if (g_strcmp0 (self->avatar_token, now) != 0)
    {
      g_free (self->avatar_token);
      self->avatar_token = g_strdup (now);
      if (self->avatar != NULL)
        linnet_contact_take_avatar (self, NULL);
    }
  /* On another connection it has not been asked for. */
  if (self->wants_avatar)
    request_avatar (self);
}

/**
 * linnet_contact_take_avatar:
 * @self: a contact
 * @picture: (nullable): of the token that it has now
 */
void
linnet_contact_take_avatar (LinnetContact *self, LinnetPicture *picture)
{
  g_return_if_fail (LINNET_IS_CONTACT (self));
  g_clear_pointer (&self->avatar, linnet_picture_unref);
  self->avatar = picture != NULL ? linnet_picture_ref (picture) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_AVATAR]);
}
