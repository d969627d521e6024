/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-conversations.c: what an account has said and heard, by whom it was with */

#include "im/im-account-parts.h"

/** im_account_get_conversations: Returns: (transfer none) (element-type ImConversation): all of
 * them */
GPtrArray *
im_account_get_conversations (ImAccount *self)
{
  return im_conversations_get_all (self->conversations);
}

/** im_account_find_conversation: @bare: an address. Returns: (nullable) (transfer none): what was
 * said with it */
ImConversation *
im_account_find_conversation (ImAccount *self, XmppJid *bare)
{
  return im_conversations_find (self->conversations, bare);
}

/** im_account_ensure_conversation: @bare: an address. Returns: (transfer none): what was said with
 * it, perhaps nothing */
ImConversation *
im_account_ensure_conversation (ImAccount *self, XmppJid *bare)
{
  return im_conversations_ensure (self->conversations, bare);
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (im_conversations_forget_finish (self->conversations, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/** im_account_forget_conversation_async: @conversation: goes, with its messages; nobody else is
 * told */
void
im_account_forget_conversation_async (ImAccount *self,
                                      ImConversation *conversation,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  im_conversations_forget_async (self->conversations, conversation, forgotten_cb,
                                 g_task_new (self, NULL, callback, user_data));
}

/** im_account_forget_conversation_finish: Returns: whether it is gone. Errors: the store's */
gboolean
im_account_forget_conversation_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
