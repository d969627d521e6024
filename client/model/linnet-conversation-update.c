/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-conversation-update.c: what the service says of a conversation. im.linnet.Conversations1
 */
#include "config.h"

#include "model/linnet-conversation-private.h"

#include <glib/gi18n.h>

static void
take_string (LinnetConversation *self, char **field, const char *value, const char *property)
{
  if (g_strcmp0 (*field, value) == 0)
    return;
  g_free (*field);
  *field = g_strdup (value);
  g_object_notify (G_OBJECT (self), property);
}

static void
take_uint (LinnetConversation *self, guint *field, guint value, const char *property)
{
  if (*field == value)
    return;
  *field = value;
  g_object_notify (G_OBJECT (self), property);
}

static void
take_boolean (LinnetConversation *self, gboolean *field, gboolean value, const char *property)
{
  if (!*field == !value)
    return;
  *field = value;
  g_object_notify (G_OBJECT (self), property);
}

static char *
sentence_of_typing (LinnetConversation *self)
{
  guint n = g_hash_table_size (self->typing);

  if (n == 0)
    return NULL;
  if (self->kind != LINNET_CONVERSATION_KIND_ROOM)
    return g_strdup (_ ("Typing…"));
  return g_strdup_printf (ngettext ("%u person is typing…", "%u people are typing…", n), n);
}

static void
update_last_message (LinnetConversation *self, GVariant *parts)
{
  g_autoptr (LinnetMessage) message = linnet_message_new_from_parts (parts);

  if (message != NULL)
    linnet_conversation_set_last_message (self, message);
}

/**
 * linnet_conversation_update:
 * @self: a conversation
 * @keys: keys of im.linnet.Conversations1 that are new, a{sv}; unknown ones are ignored
 */
void
linnet_conversation_update (LinnetConversation *self, GVariant *keys)
{
  g_autoptr (GVariant) last = NULL;
  const char *text;
  guint32 number;
  gint64 time_s;
  gboolean yes;

  g_return_if_fail (LINNET_IS_CONVERSATION (self) && keys != NULL);

  self->is_known = TRUE;
  g_object_freeze_notify (G_OBJECT (self));
  if (g_variant_lookup (keys, "type", "u", &number))
    take_uint (self, &self->kind,
               number == 2 ? LINNET_CONVERSATION_KIND_ROOM : LINNET_CONVERSATION_KIND_CONTACT,
               "kind");
  if (g_variant_lookup (keys, "name", "&s", &text))
    take_string (self, &self->name, text, "name");
  if (g_variant_lookup (keys, "unread", "u", &number))
    take_uint (self, &self->unread, number, "unread");
  if (g_variant_lookup (keys, "mentions", "u", &number))
    take_uint (self, &self->mentions, number, "mentions");
  if (g_variant_lookup (keys, "pinned", "b", &yes))
    take_boolean (self, &self->pinned, yes, "pinned");
  if (g_variant_lookup (keys, "archived", "b", &yes))
    take_boolean (self, &self->archived, yes, "archived");
  if (g_variant_lookup (keys, "encryption", "&s", &text))
    take_string (self, &self->encryption, text, "encryption");
  if (g_variant_lookup (keys, "confusable-with", "&s", &text))
    take_string (self, &self->looks_like, text, "looks-like");
  if (g_variant_lookup (keys, "draft", "&s", &text) && self->draft_source == 0 && !self->active)
    take_string (self, &self->draft, text, "draft");
  if (g_variant_lookup (keys, "muted-until", "x", &time_s) && time_s != self->muted_until_s)
    {
      self->muted_until_s = time_s;
      g_object_notify (G_OBJECT (self), "muted");
    }
  if (g_variant_lookup (keys, "notify", "u", &number) && number != self->notify)
    {
      self->notify = number;
      g_object_notify (G_OBJECT (self), "muted");
    }
  if (g_variant_lookup (keys, "last-message", "@aa{sv}", &last))
    update_last_message (self, last);
  if (g_variant_lookup (keys, "last-activity", "x", &time_s) && time_s != self->last_activity_s)
    {
      self->last_activity_s = MAX (time_s, 0);
      g_object_notify (G_OBJECT (self), "last-activity-s");
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/* Whether the service has had it at some time. */
gboolean
linnet_conversation_is_known (LinnetConversation *self)
{
  return self->is_known;
}

/**
 * linnet_conversation_set_last_message:
 * @self: a conversation
 * @message: the newest message; its time becomes the last activity if it is later
 */
void
linnet_conversation_set_last_message (LinnetConversation *self, LinnetMessage *message)
{
  g_return_if_fail (LINNET_IS_CONVERSATION (self) && LINNET_IS_MESSAGE (message));
  if (self->last_message != NULL && linnet_message_get_local_id (message) != 0 &&
      linnet_message_get_local_id (self->last_message) == linnet_message_get_local_id (message))
    {
      if (linnet_message_update (self->last_message, message))
        g_object_notify (G_OBJECT (self), "last-message");
      return;
    }
  g_set_object (&self->last_message, message);
  g_object_notify (G_OBJECT (self), "last-message");
  if (linnet_message_get_timestamp_s (message) > self->last_activity_s)
    {
      self->last_activity_s = linnet_message_get_timestamp_s (message);
      g_object_notify (G_OBJECT (self), "last-activity-s");
    }
}

/**
 * linnet_conversation_set_typing:
 * @self: a conversation
 * @sender_id: who
 * @state: what they do
 */
void
linnet_conversation_set_typing (LinnetConversation *self,
                                const char *sender_id,
                                LinnetChatState state)
{
  g_autofree char *text = NULL;

  g_return_if_fail (LINNET_IS_CONVERSATION (self) && sender_id != NULL);
  if (state == LINNET_CHAT_STATE_COMPOSING)
    g_hash_table_add (self->typing, g_strdup (sender_id));
  else
    g_hash_table_remove (self->typing, sender_id);
  text = sentence_of_typing (self);
  take_string (self, &self->typing_text, text, "typing-text");
}
