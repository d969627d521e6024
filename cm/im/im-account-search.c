/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-search.c: looks for words in what was said, in one conversation or all of an account
 */

#include "im/im-account-parts.h"

typedef struct
{
  GPtrArray *messages; /* (owned) ImMessage */
  gint64 next;
} Found;

static void
free_found (gpointer data)
{
  Found *found = data;

  g_clear_pointer (&found->messages, g_ptr_array_unref);
  g_free (found);
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *self = g_task_get_source_object (task);
  Found *found = g_new0 (Found, 1);
  GError *error = NULL;

  found->messages =
      im_conversations_search_finish (self->conversations, result, &found->next, &error);
  if (found->messages != NULL)
    {
      g_task_return_pointer (task, found, free_found);
      return;
    }
  free_found (found);
  g_task_return_error (task, error);
}

/**
 * im_account_search_async:
 * @conversation: (nullable): where to look; NULL: everywhere
 * @filter: has the words; copied
 * @limit: 1…200
 * @before: local id where the last page said to go on; 0: from the newest
 */
void
im_account_search_async (ImAccount *self,
                         ImConversation *conversation,
                         const ImHistoryFilter *filter,
                         guint limit,
                         gint64 before,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  im_conversations_search_async (self->conversations, conversation, filter, limit, before,
                                 searched_cb, g_task_new (self, NULL, callback, user_data));
}

/**
 * im_account_search_finish:
 * @next: (out) (nullable): where to go on; 0 for the end
 *
 * Returns: (transfer full) (element-type ImMessage): newest first, or NULL
 * Errors: the store's
 */
GPtrArray *
im_account_search_finish (ImAccount *self, GAsyncResult *result, gint64 *next, GError **error)
{
  Found *found = g_task_propagate_pointer (G_TASK (result), error);
  GPtrArray *messages;

  if (found == NULL)
    return NULL;
  messages = g_steal_pointer (&found->messages);
  if (next != NULL)
    *next = found->next;
  free_found (found);
  return messages;
}
