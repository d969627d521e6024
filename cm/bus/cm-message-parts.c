/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-message-parts.c: a message as aa{sv}. Telepathy: Message_Part, Message_Header_Key,
 * Message_Body_Key; docs/message-keys.md */
#include "bus/cm-message-parts.h"

#include "bus/cm-key.h"
#include "bus/cm-options.h"

#define MAX_PARTS 50

enum
{
  DELIVERY_UNKNOWN = 0,
  DELIVERY_DELIVERED = 1,
  DELIVERY_TEMPORARILY_FAILED = 2,
  DELIVERY_PERMANENTLY_FAILED = 3,
  DELIVERY_ACCEPTED = 4,
  DELIVERY_READ = 5,
};

/* Channel_Text_Send_Error, for those who know no better. */
enum
{
  SEND_ERROR_UNKNOWN = 0,
  SEND_ERROR_OFFLINE = 1,
  SEND_ERROR_INVALID_CONTACT = 2,
  SEND_ERROR_PERMISSION_DENIED = 3,
  SEND_ERROR_TOO_LONG = 4,
  SEND_ERROR_NOT_IMPLEMENTED = 5,
};

static const struct
{
  const char *error;
  guint code;
} send_errors[] = {
  { "org.freedesktop.Telepathy.Error.Offline", SEND_ERROR_OFFLINE },
  { "org.freedesktop.Telepathy.Error.DoesNotExist", SEND_ERROR_INVALID_CONTACT },
  { "org.freedesktop.Telepathy.Error.InvalidHandle", SEND_ERROR_INVALID_CONTACT },
  { "org.freedesktop.Telepathy.Error.PermissionDenied", SEND_ERROR_PERMISSION_DENIED },
  { "im.linnet.Error.Blocked", SEND_ERROR_PERMISSION_DENIED },
  { "org.freedesktop.Telepathy.Error.NotImplemented", SEND_ERROR_NOT_IMPLEMENTED },
};

typedef enum
{
  KEY_CONTENT,
  KEY_CONTENT_TYPE,
  KEY_DELIVERY_DBUS_ERROR,
  KEY_DELIVERY_ECHO,
  KEY_DELIVERY_ERROR,
  KEY_DELIVERY_ERROR_MESSAGE,
  KEY_DELIVERY_STATUS,
  KEY_DELIVERY_TOKEN,
  KEY_LOCAL_ID,
  KEY_MESSAGE_RECEIVED,
  KEY_MESSAGE_SENDER,
  KEY_MESSAGE_SENDER_ID,
  KEY_MESSAGE_SENT,
  KEY_MESSAGE_TOKEN,
  KEY_MESSAGE_TYPE,
  KEY_OUTGOING,
  KEY_PENDING_MESSAGE_ID,
  KEY_RESCUED,
  KEY_STATE,
  N_KEYS,
} Key;

static CmKey keys[N_KEYS] = {
  [KEY_CONTENT] = { "content" },
  [KEY_CONTENT_TYPE] = { "content-type" },
  [KEY_DELIVERY_DBUS_ERROR] = { "delivery-dbus-error" },
  [KEY_DELIVERY_ECHO] = { "delivery-echo" },
  [KEY_DELIVERY_ERROR] = { "delivery-error" },
  [KEY_DELIVERY_ERROR_MESSAGE] = { "delivery-error-message" },
  [KEY_DELIVERY_STATUS] = { "delivery-status" },
  [KEY_DELIVERY_TOKEN] = { "delivery-token" },
  [KEY_LOCAL_ID] = { "local-id" },
  [KEY_MESSAGE_RECEIVED] = { "message-received" },
  [KEY_MESSAGE_SENDER] = { "message-sender" },
  [KEY_MESSAGE_SENDER_ID] = { "message-sender-id" },
  [KEY_MESSAGE_SENT] = { "message-sent" },
  [KEY_MESSAGE_TOKEN] = { "message-token" },
  [KEY_MESSAGE_TYPE] = { "message-type" },
  [KEY_OUTGOING] = { "outgoing" },
  [KEY_PENDING_MESSAGE_ID] = { "pending-message-id" },
  [KEY_RESCUED] = { "rescued" },
  [KEY_STATE] = { "state" },
};

static void
add (GVariantBuilder *builder, Key key, GVariant *value)
{
  cm_key_add (&keys[key], builder, value);
}

/**
 * cm_message_get_delivery_status:
 * @message: one of ours
 *
 * Returns: Telepathy's Delivery_Status; 0 as long as nothing is known
 */
guint
cm_message_get_delivery_status (const ImMessage *message)
{
  switch (im_message_get_state (message))
    {
    case IM_MESSAGE_STATE_SENT:
      return DELIVERY_ACCEPTED;
    case IM_MESSAGE_STATE_RECEIVED:
      return DELIVERY_DELIVERED;
    case IM_MESSAGE_STATE_READ:
      return DELIVERY_READ;
    case IM_MESSAGE_STATE_FAILED:
      return DELIVERY_PERMANENTLY_FAILED;
    case IM_MESSAGE_STATE_NONE:
    case IM_MESSAGE_STATE_WAITING:
    case IM_MESSAGE_STATE_SENDING:
    default:
      return DELIVERY_UNKNOWN;
    }
}

/* What channels and history have in common. */
static void
add_common (GVariantBuilder *header, const ImMessage *message)
{
  const char *token = im_message_get_token (message);
  XmppJid *sender = im_message_get_sender (message);
  gint64 sent_us = im_message_get_sent_us (message);

  if (token[0] != '\0')
    add (header, KEY_MESSAGE_TOKEN, g_variant_new_string (token));
  add (header, KEY_LOCAL_ID, g_variant_new_int64 (im_message_get_local_id (message)));
  if (sent_us != 0)
    add (header, KEY_MESSAGE_SENT, g_variant_new_int64 (sent_us / G_USEC_PER_SEC));
  add (header, KEY_MESSAGE_RECEIVED,
       g_variant_new_int64 (im_message_get_received_us (message) / G_USEC_PER_SEC));
  if (sender != NULL)
    add (header, KEY_MESSAGE_SENDER_ID, g_variant_new_string (xmpp_jid_get_bare_text (sender)));
  cm_key_add_number (&keys[KEY_MESSAGE_TYPE], header, im_message_get_kind (message));
  im_message_add_headers (message, header);
}

static void
add_body (GVariantBuilder *parts, const ImMessage *message)
{
  g_variant_builder_open (parts, G_VARIANT_TYPE_VARDICT);
  add (parts, KEY_CONTENT_TYPE, g_variant_new_string ("text/plain"));
  add (parts, KEY_CONTENT, g_variant_new_string (im_message_get_body (message)));
  g_variant_builder_close (parts);
}

GVariant *
cm_message_to_history_parts (const ImMessage *message)
{
  GVariantBuilder parts;

  g_variant_builder_init (&parts, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_open (&parts, G_VARIANT_TYPE_VARDICT);
  add_common (&parts, message);
  add (&parts, KEY_OUTGOING, g_variant_new_boolean (im_message_is_outgoing (message)));
  if (im_message_is_outgoing (message))
    {
      add (&parts, KEY_STATE, g_variant_new_uint32 (im_message_get_state (message)));
      add (&parts, KEY_DELIVERY_STATUS,
           g_variant_new_uint32 (cm_message_get_delivery_status (message)));
      if (im_message_get_error_name (message) != NULL)
        add (&parts, KEY_DELIVERY_DBUS_ERROR,
             g_variant_new_string (im_message_get_error_name (message)));
      if (im_message_get_error_text (message) != NULL)
        add (&parts, KEY_DELIVERY_ERROR_MESSAGE,
             g_variant_new_string (im_message_get_error_text (message)));
    }
  g_variant_builder_close (&parts);
  add_body (&parts, message);
  return g_variant_builder_end (&parts);
}

GVariant *
cm_message_to_channel_parts (const ImMessage *message,
                             CmHandles *handles,
                             ImContact *sender,
                             guint pending_id,
                             gboolean is_rescued)
{
  GVariantBuilder parts;

  g_variant_builder_init (&parts, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_open (&parts, G_VARIANT_TYPE_VARDICT);
  add_common (&parts, message);
  add (&parts, KEY_MESSAGE_SENDER, g_variant_new_uint32 (cm_handles_ensure (handles, sender)));
  if (pending_id != 0)
    add (&parts, KEY_PENDING_MESSAGE_ID, g_variant_new_uint32 (pending_id));
  if (is_rescued)
    add (&parts, KEY_RESCUED, g_variant_new_boolean (TRUE));
  g_variant_builder_close (&parts);
  add_body (&parts, message);
  return g_variant_builder_end (&parts);
}

static guint
get_send_error (const char *error_name)
{
  for (guint i = 0; error_name != NULL && i < G_N_ELEMENTS (send_errors); i++)
    if (g_str_equal (send_errors[i].error, error_name))
      return send_errors[i].code;
  return SEND_ERROR_UNKNOWN;
}

static void
add_failure (GVariantBuilder *header, const ImMessage *message)
{
  const char *error_name = im_message_get_error_name (message);
  guint code = get_send_error (error_name);

  if (code != SEND_ERROR_UNKNOWN)
    add (header, KEY_DELIVERY_ERROR, g_variant_new_uint32 (code));
  if (error_name != NULL)
    add (header, KEY_DELIVERY_DBUS_ERROR, g_variant_new_string (error_name));
  if (im_message_get_error_text (message) != NULL)
    add (header, KEY_DELIVERY_ERROR_MESSAGE,
         g_variant_new_string (im_message_get_error_text (message)));
}

GVariant *
cm_message_to_report (const ImMessage *message,
                      CmHandles *handles,
                      ImContact *recipient,
                      guint pending_id)
{
  guint status = cm_message_get_delivery_status (message);
  const char *token = im_message_get_token (message);
  GVariantBuilder parts;

  if (status == DELIVERY_UNKNOWN)
    return NULL;
  g_variant_builder_init (&parts, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_open (&parts, G_VARIANT_TYPE_VARDICT);
  add (&parts, KEY_MESSAGE_TYPE, g_variant_new_uint32 (IM_MESSAGE_DELIVERY_REPORT));
  add (&parts, KEY_MESSAGE_SENDER, g_variant_new_uint32 (cm_handles_ensure (handles, recipient)));
  add (&parts, KEY_MESSAGE_SENDER_ID,
       g_variant_new_string (xmpp_jid_get_text (im_contact_get_jid (recipient))));
  add (&parts, KEY_MESSAGE_RECEIVED, g_variant_new_int64 (g_get_real_time () / G_USEC_PER_SEC));
  add (&parts, KEY_PENDING_MESSAGE_ID, g_variant_new_uint32 (pending_id));
  add (&parts, KEY_DELIVERY_STATUS, g_variant_new_uint32 (status));
  if (token[0] != '\0')
    add (&parts, KEY_DELIVERY_TOKEN, g_variant_new_string (token));
  if (status == DELIVERY_PERMANENTLY_FAILED)
    {
      add_failure (&parts, message);
      add (&parts, KEY_DELIVERY_ECHO,
           cm_message_to_channel_parts (message, handles,
                                        cm_handles_get (handles, CM_SELF_HANDLE, NULL), 0, FALSE));
    }
  g_variant_builder_close (&parts);
  return g_variant_builder_end (&parts);
}

static gboolean
check_message_type (GVariant *value, GError **error)
{
  guint type = g_variant_get_uint32 (value);

  if (type == IM_MESSAGE_NORMAL || type == IM_MESSAGE_ACTION)
    return TRUE;
  g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
               "messages of the type %u cannot be sent; normal ones (0) and actions (1) can", type);
  return FALSE;
}

static const CmOption header_options[] = {
  { "message-type", "u", FALSE, check_message_type },
  { NULL },
};

/* The text of a part that is plain text, NULL for another one; of what it is an alternative, "" for
 * nothing. The strings live in the part. */
static const char *
get_plain_text (GVariant *part, const char **alternative)
{
  const char *type = "";
  const char *text = NULL;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  *alternative = "";
  g_variant_iter_init (&iter, part);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      G_GNUC_UNUSED g_autoptr (GVariant) owned = value;
      const char **wanted = g_str_equal (key, "content-type")  ? &type
                            : g_str_equal (key, "content")     ? &text
                            : g_str_equal (key, "alternative") ? alternative
                                                               : NULL;

      if (wanted != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        *wanted = g_variant_get_string (value, NULL);
    }
  return g_ascii_strcasecmp (type, "text/plain") == 0 ? text : NULL;
}

/* Of several parts that are alternatives of each other the first that is supported counts; anything
 * else that is not plain text, or a second text, cannot be sent. */
static const char *
find_text (GVariant *parts, GError **error)
{
  const char *found = NULL;
  const char *found_alternative = NULL;

  for (gsize i = 1; i < g_variant_n_children (parts); i++)
    {
      g_autoptr (GVariant) part = g_variant_get_child_value (parts, i);
      const char *alternative;
      const char *text = get_plain_text (part, &alternative);

      if (text == NULL && alternative[0] != '\0')
        continue;
      if (text == NULL)
        {
          g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                       "Part %u of the message is no plain text, and nothing else can be sent",
                       (guint) i);
          return NULL;
        }
      if (found != NULL &&
          (alternative[0] == '\0' || g_strcmp0 (alternative, found_alternative) != 0))
        {
          g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                               "The message has more than one text");
          return NULL;
        }
      if (found == NULL)
        {
          found = text;
          found_alternative = alternative;
        }
    }
  if (found == NULL || found[0] == '\0')
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The message has no text");
      return NULL;
    }
  return found;
}

ImMessage *
cm_message_from_parts (GVariant *parts, GError **error)
{
  g_autoptr (GVariant) header = NULL;
  g_autoptr (GVariant) checked = NULL;
  gsize n_parts = g_variant_n_children (parts);
  guint kind = IM_MESSAGE_NORMAL;
  const char *text;

  if (n_parts < 2 || n_parts > MAX_PARTS)
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                   "A message has a header and 1 to %d parts", MAX_PARTS - 1);
      return NULL;
    }
  header = g_variant_get_child_value (parts, 0);
  checked = cm_options_check (header, header_options, error);
  if (checked == NULL)
    return NULL;
  g_variant_lookup (checked, "message-type", "u", &kind);
  /* The strings live in the serialised message, which the caller holds. */
  text = find_text (parts, error);
  return text != NULL ? im_message_new_outgoing (kind, text) : NULL;
}
