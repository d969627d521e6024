/* SPDX-License-Identifier: GPL-3.0-or-later */

/* fake-conversation.c: a conversation of nobody's, for tests and pictures of widgets */

#include "fake-conversation.h"

/* With a contact who is available, and no account: nothing leaves this process. */
LinnetConversation *
fake_conversation_new (const char *id, const char *name)
{
  LinnetConversation *conversation =
      linnet_conversation_new (NULL, id, LINNET_CONVERSATION_KIND_CONTACT);
  g_autoptr (LinnetContact) contact = linnet_contact_new (id);

  linnet_contact_set_name (contact, name);
  linnet_contact_set_presence (contact, LINNET_PRESENCE_AVAILABLE, "on the balcony");
  linnet_contact_set_groups (contact, (const char *const[]){ "Verona", NULL });
  linnet_contact_set_subscription (contact, LINNET_SUBSCRIPTION_YES, LINNET_SUBSCRIPTION_YES, NULL);
  linnet_conversation_set_contact (conversation, contact);
  return conversation;
}

/* One of our own if it has a state, else one of theirs. */
LinnetMessage *
fake_message_new (gint64 local_id, const char *body, gint64 timestamp_s, LinnetMessageState state)
{
  gboolean outgoing = state != LINNET_MESSAGE_STATE_NONE;
  g_autofree char *token = g_strdup_printf ("token-%" G_GINT64_FORMAT, local_id);

  return g_object_new (LINNET_TYPE_MESSAGE, "local-id", local_id, "token", token, "body", body,
                       "timestamp-s", timestamp_s, "state", state, "outgoing", outgoing,
                       "sender-id", outgoing ? "romeo@montague.lit" : "juliet@capulet.lit",
                       "sender-name", outgoing ? NULL : "Juliet", NULL);
}

/* Messages of both sides, one a minute, the newest just now; ids from 1 on. */
void
fake_conversation_load (LinnetConversation *conversation, guint n_messages)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  LinnetTimelineModel *model = linnet_conversation_get_timeline (conversation);
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;

  for (guint i = 0; i < n_messages; i++)
    {
      g_autofree char *body = g_strdup_printf ("Message %u", i + 1);

      g_ptr_array_add (messages, fake_message_new (i + 1, body, now_s - 60 * (n_messages - i),
                                                   i % 5 < 2 ? LINNET_MESSAGE_STATE_READ
                                                             : LINNET_MESSAGE_STATE_NONE));
    }
  linnet_timeline_model_add_page (model, LINNET_PAGE_OLDER, messages, TRUE);
  linnet_timeline_model_flush (model);
}

/* They say something now. */
void
fake_conversation_say (LinnetConversation *conversation, gint64 local_id, const char *body)
{
  g_autoptr (LinnetMessage) message = fake_message_new (
      local_id, body, g_get_real_time () / G_USEC_PER_SEC, LINNET_MESSAGE_STATE_NONE);

  linnet_timeline_model_append (linnet_conversation_get_timeline (conversation), message);
  linnet_conversation_set_last_message (conversation, message);
}
