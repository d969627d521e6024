/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-message.c: one message as a person sees it. im.linnet.History1 and Telepathy's
 * Message_Part_List. Texts are those of the network: never markup, never trusted. */
#include "config.h"

#include "model/linnet-message.h"

#define GROUP_GAP_S (3 * 60)

struct _LinnetMessage
{
  GObject parent_instance;

  gint64 local_id;
  gint64 timestamp_s;
  guint day; /* Julian day in the local time zone, 0 until asked for */
  char *token;
  char *sender_id;
  char *sender_name;
  char *body;
  LinnetText *text; /* (owned) (nullable) of body, made when first asked for */
  char *error_text;
  char *encryption;
  LinnetMessageKind kind;
  LinnetMessageState state;
  LinnetMessageGroup group;
  gboolean outgoing;
  gboolean edited;
  gboolean truncated;
};

enum
{
  PROP_LOCAL_ID = 1,
  PROP_TOKEN,
  PROP_SENDER_ID,
  PROP_SENDER_NAME,
  PROP_OUTGOING,
  PROP_TIMESTAMP_S,
  PROP_BODY,
  PROP_KIND,
  PROP_STATE,
  PROP_ERROR_TEXT,
  PROP_EDITED,
  PROP_TRUNCATED,
  PROP_ENCRYPTION,
  PROP_GROUP,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_ENUM_TYPE (LinnetMessageState,
                    linnet_message_state,
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_STATE_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_STATE_SENDING, "sending"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_STATE_SENT, "sent"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_STATE_RECEIVED, "received"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_STATE_READ, "read"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_STATE_FAILED, "failed"))
G_DEFINE_ENUM_TYPE (LinnetMessageKind,
                    linnet_message_kind,
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_KIND_NORMAL, "normal"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_KIND_ACTION, "action"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_KIND_NOTICE, "notice"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_KIND_AUTO_REPLY, "auto-reply"))
G_DEFINE_ENUM_TYPE (LinnetMessageGroup,
                    linnet_message_group,
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_GROUP_SINGLE, "single"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_GROUP_FIRST, "first"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_GROUP_MIDDLE, "middle"),
                    G_DEFINE_ENUM_VALUE (LINNET_MESSAGE_GROUP_LAST, "last"))
G_DEFINE_FINAL_TYPE (LinnetMessage, linnet_message, G_TYPE_OBJECT)

/* Replaces a text and tells whether it was another one. */
static gboolean
replace (char **field, const char *value)
{
  if (g_strcmp0 (*field, value) == 0)
    return FALSE;
  g_free (*field);
  *field = g_strdup (value);
  return TRUE;
}

static void
linnet_message_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LinnetMessage *self = LINNET_MESSAGE (object);

  switch (id)
    {
    case PROP_LOCAL_ID:
      g_value_set_int64 (value, self->local_id);
      break;
    case PROP_TOKEN:
      g_value_set_string (value, self->token);
      break;
    case PROP_SENDER_ID:
      g_value_set_string (value, self->sender_id);
      break;
    case PROP_SENDER_NAME:
      g_value_set_string (value, linnet_message_get_sender_name (self));
      break;
    case PROP_OUTGOING:
      g_value_set_boolean (value, self->outgoing);
      break;
    case PROP_TIMESTAMP_S:
      g_value_set_int64 (value, self->timestamp_s);
      break;
    case PROP_BODY:
      g_value_set_string (value, self->body);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR_TEXT:
      g_value_set_string (value, self->error_text);
      break;
    case PROP_EDITED:
      g_value_set_boolean (value, self->edited);
      break;
    case PROP_ENCRYPTION:
      g_value_set_string (value, self->encryption);
      break;
    case PROP_GROUP:
      g_value_set_enum (value, self->group);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_message_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  LinnetMessage *self = LINNET_MESSAGE (object);

  switch (id)
    {
    case PROP_LOCAL_ID:
      self->local_id = g_value_get_int64 (value);
      break;
    case PROP_TOKEN:
      replace (&self->token, g_value_get_string (value));
      break;
    case PROP_SENDER_ID:
      replace (&self->sender_id, g_value_get_string (value));
      break;
    case PROP_SENDER_NAME:
      linnet_message_set_sender_name (self, g_value_get_string (value));
      break;
    case PROP_OUTGOING:
      self->outgoing = g_value_get_boolean (value);
      break;
    case PROP_TIMESTAMP_S:
      self->timestamp_s = g_value_get_int64 (value);
      break;
    case PROP_BODY:
      replace (&self->body, g_value_get_string (value));
      break;
    case PROP_KIND:
      self->kind = g_value_get_enum (value);
      break;
    case PROP_STATE:
      self->state = g_value_get_enum (value);
      break;
    case PROP_ERROR_TEXT:
      replace (&self->error_text, g_value_get_string (value));
      break;
    case PROP_EDITED:
      self->edited = g_value_get_boolean (value);
      break;
    case PROP_TRUNCATED:
      self->truncated = g_value_get_boolean (value);
      break;
    case PROP_ENCRYPTION:
      replace (&self->encryption, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_message_finalize (GObject *object)
{
  LinnetMessage *self = LINNET_MESSAGE (object);

  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->sender_id, g_free);
  g_clear_pointer (&self->sender_name, g_free);
  g_clear_pointer (&self->body, g_free);
  g_clear_pointer (&self->text, linnet_text_free);
  g_clear_pointer (&self->error_text, g_free);
  g_clear_pointer (&self->encryption, g_free);
  G_OBJECT_CLASS (linnet_message_parent_class)->finalize (object);
}

static void
linnet_message_class_init (LinnetMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags once = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = linnet_message_get_property;
  object_class->set_property = linnet_message_set_property;
  object_class->finalize = linnet_message_finalize;

  props[PROP_LOCAL_ID] = g_param_spec_int64 ("local-id", NULL, NULL, 0, G_MAXINT64, 0, once);
  props[PROP_TOKEN] = g_param_spec_string ("token", NULL, NULL, NULL, once);
  props[PROP_SENDER_ID] = g_param_spec_string ("sender-id", NULL, NULL, NULL, once);
  props[PROP_SENDER_NAME] =
      g_param_spec_string ("sender-name", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_OUTGOING] = g_param_spec_boolean ("outgoing", NULL, NULL, FALSE, once);
  props[PROP_TIMESTAMP_S] = g_param_spec_int64 ("timestamp-s", NULL, NULL, 0, G_MAXINT64, 0, once);
  props[PROP_BODY] = g_param_spec_string ("body", NULL, NULL, "", once | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, LINNET_TYPE_MESSAGE_KIND,
                                        LINNET_MESSAGE_KIND_NORMAL, once);
  props[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, LINNET_TYPE_MESSAGE_STATE,
                                         LINNET_MESSAGE_STATE_NONE, once | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_ERROR_TEXT] =
      g_param_spec_string ("error-text", NULL, NULL, NULL, once | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_EDITED] =
      g_param_spec_boolean ("edited", NULL, NULL, FALSE, once | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_TRUNCATED] = g_param_spec_boolean (
      "truncated", NULL, NULL, FALSE,
      G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_ENCRYPTION] = g_param_spec_string ("encryption", NULL, NULL, NULL, once);
  props[PROP_GROUP] = g_param_spec_enum ("group", NULL, NULL, LINNET_TYPE_MESSAGE_GROUP,
                                         LINNET_MESSAGE_GROUP_SINGLE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_message_init (LinnetMessage *self)
{
}

/**
 * linnet_message_update:
 * @self: a message
 * @fresh: the same message as it is now
 *
 * Takes over what may change: text, state, reason of failure, whether it was edited, and the
 * identity that the service gave to a message that was only on its way there.
 *
 * Returns: whether anything changed
 */
gboolean
linnet_message_update (LinnetMessage *self, LinnetMessage *fresh)
{
  gboolean changed = FALSE;

  g_return_val_if_fail (LINNET_IS_MESSAGE (self) && LINNET_IS_MESSAGE (fresh), FALSE);

  g_object_freeze_notify (G_OBJECT (self));
  if (self->local_id == 0 && fresh->local_id != 0)
    {
      self->local_id = fresh->local_id;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOCAL_ID]);
      changed = TRUE;
    }
  if (fresh->token != NULL && replace (&self->token, fresh->token))
    {
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TOKEN]);
      changed = TRUE;
    }
  /* What lists have of a long text is its beginning. */
  if (!(fresh->truncated && g_str_has_prefix (self->body, fresh->body)) &&
      replace (&self->body, fresh->body))
    {
      g_clear_pointer (&self->text, linnet_text_free);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BODY]);
      changed = TRUE;
    }
  if (self->edited != fresh->edited)
    {
      self->edited = fresh->edited;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_EDITED]);
      changed = TRUE;
    }
  /* Not every signal tells the state. */
  if (fresh->state != LINNET_MESSAGE_STATE_NONE &&
      (self->state != fresh->state || g_strcmp0 (self->error_text, fresh->error_text) != 0))
    {
      linnet_message_set_state (self, fresh->state, fresh->error_text);
      changed = TRUE;
    }
  g_object_thaw_notify (G_OBJECT (self));
  return changed;
}

/**
 * linnet_message_get_local_id:
 * @self: a message
 *
 * Returns: its number in the store; 0 while it has none
 */
gint64
linnet_message_get_local_id (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), 0);
  return self->local_id;
}

/**
 * linnet_message_get_token:
 * @self: a message
 *
 * Returns: (nullable): its id on the wire; not unique
 */
const char *
linnet_message_get_token (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), NULL);
  return self->token;
}

/**
 * linnet_message_get_sender_id:
 * @self: a message
 *
 * Returns: (nullable): the sender's bare address, in a room the occupant's full address
 */
const char *
linnet_message_get_sender_id (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), NULL);
  return self->sender_id;
}

/**
 * linnet_message_get_sender_name:
 * @self: a message
 *
 * Returns: what to call the sender; the address if nothing better is known
 */
const char *
linnet_message_get_sender_name (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), NULL);
  if (self->sender_name != NULL && *self->sender_name)
    return self->sender_name;
  return self->sender_id != NULL ? self->sender_id : "";
}

/**
 * linnet_message_set_sender_name:
 * @self: a message
 * @name: (nullable): what to call the sender
 */
void
linnet_message_set_sender_name (LinnetMessage *self, const char *name)
{
  g_return_if_fail (LINNET_IS_MESSAGE (self));
  if (replace (&self->sender_name, name))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SENDER_NAME]);
}

/**
 * linnet_message_get_outgoing:
 * @self: a message
 *
 * Returns: whether it is ours, from whichever device
 */
gboolean
linnet_message_get_outgoing (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), FALSE);
  return self->outgoing;
}

/**
 * linnet_message_get_timestamp_s:
 * @self: a message
 *
 * Returns: when it was sent, in seconds since 1970 (UTC)
 */
gint64
linnet_message_get_timestamp_s (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), 0);
  return self->timestamp_s;
}

/**
 * linnet_message_get_day:
 * @self: a message
 *
 * Returns: the day it was sent, as a Julian day in the local time zone
 */
guint
linnet_message_get_day (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), 0);
  if (self->day == 0)
    {
      g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (self->timestamp_s);
      GDate date;

      /* A time that no calendar has is the first day of all. */
      g_date_clear (&date, 1);
      if (when != NULL)
        g_date_set_dmy (&date, g_date_time_get_day_of_month (when), g_date_time_get_month (when),
                        g_date_time_get_year (when));
      self->day = g_date_valid (&date) ? g_date_get_julian (&date) : 1;
    }
  return self->day;
}

/**
 * linnet_message_get_body:
 * @self: a message
 *
 * Returns: its plain text, never %NULL
 */
const char *
linnet_message_get_body (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), NULL);
  return self->body != NULL ? self->body : "";
}

/**
 * linnet_message_get_text:
 * @self: a message
 *
 * Returns: (transfer none): the body as it is shown; holds until the body changes
 */
const LinnetText *
linnet_message_get_text (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), NULL);
  if (self->text == NULL)
    self->text = linnet_text_new (self->body);
  return self->text;
}

/**
 * linnet_message_get_kind:
 * @self: a message
 *
 * Returns: what kind of message it is
 */
LinnetMessageKind
linnet_message_get_kind (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), LINNET_MESSAGE_KIND_NORMAL);
  return self->kind;
}

/**
 * linnet_message_get_state:
 * @self: a message
 *
 * Returns: how far a message of ours has come; %LINNET_MESSAGE_STATE_NONE for others
 */
LinnetMessageState
linnet_message_get_state (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), LINNET_MESSAGE_STATE_NONE);
  return self->state;
}

/**
 * linnet_message_set_state:
 * @self: a message
 * @state: how far it has come
 * @error_text: (nullable): with %LINNET_MESSAGE_STATE_FAILED a sentence that says why
 */
void
linnet_message_set_state (LinnetMessage *self, LinnetMessageState state, const char *error_text)
{
  g_return_if_fail (LINNET_IS_MESSAGE (self));
  g_object_freeze_notify (G_OBJECT (self));
  if (replace (&self->error_text, error_text))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR_TEXT]);
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * linnet_message_get_error_text:
 * @self: a message
 *
 * Returns: (nullable): a sentence for people about why it was not sent
 */
const char *
linnet_message_get_error_text (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), NULL);
  return self->error_text;
}

/**
 * linnet_message_get_edited:
 * @self: a message
 *
 * Returns: whether its text is not the first one
 */
gboolean
linnet_message_get_edited (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), FALSE);
  return self->edited;
}

/**
 * linnet_message_get_encryption:
 * @self: a message
 *
 * Returns: (nullable): the name of the end-to-end encryption it came in
 */
const char *
linnet_message_get_encryption (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), NULL);
  return self->encryption;
}

/**
 * linnet_message_get_group:
 * @self: a message
 *
 * Returns: where it stands in its group of rows
 */
LinnetMessageGroup
linnet_message_get_group (LinnetMessage *self)
{
  g_return_val_if_fail (LINNET_IS_MESSAGE (self), LINNET_MESSAGE_GROUP_SINGLE);
  return self->group;
}

/**
 * linnet_message_set_group:
 * @self: a message
 * @group: where it stands; said by the timeline model only
 */
void
linnet_message_set_group (LinnetMessage *self, LinnetMessageGroup group)
{
  g_return_if_fail (LINNET_IS_MESSAGE (self));
  if (self->group == group)
    return;
  self->group = group;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_GROUP]);
}

/**
 * linnet_message_is_followed_by:
 * @self: a message
 * @next: the one after it
 *
 * Returns: whether @next may stand in one group with @self: the same sender, kind, encryption and
 * delivery, at most three minutes later
 */
gboolean
linnet_message_is_followed_by (LinnetMessage *self, LinnetMessage *next)
{
  gint64 gap_s;

  g_return_val_if_fail (LINNET_IS_MESSAGE (self) && LINNET_IS_MESSAGE (next), FALSE);
  gap_s = next->timestamp_s - self->timestamp_s;
  return self->outgoing == next->outgoing && self->state == next->state &&
         self->state != LINNET_MESSAGE_STATE_FAILED && self->kind == LINNET_MESSAGE_KIND_NORMAL &&
         next->kind == LINNET_MESSAGE_KIND_NORMAL && gap_s >= 0 && gap_s <= GROUP_GAP_S &&
         g_strcmp0 (self->sender_id, next->sender_id) == 0 &&
         g_strcmp0 (self->encryption, next->encryption) == 0;
}
