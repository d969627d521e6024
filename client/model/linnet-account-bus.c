/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-bus.c: what an account asks of the service. Telepathy Account,
 * im.linnet.Conversations1, im.linnet.History1 */
#include "config.h"

#include "model/linnet-account-private.h"

#include <glib/gi18n.h>

/* Fetches a page of history for a timeline. Without a service there is none. */
void
linnet_account_fetch (LinnetAccount *self,
                      LinnetConversation *conversation,
                      LinnetTimelineModel *timeline,
                      gint64 anchor,
                      LinnetPageDirection direction,
                      GCancellable *cancellable)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  linnet_timeline_model_add_page (timeline, direction, none, TRUE);
}

/* Sends a message whose row is there already. */
void
linnet_account_send (LinnetAccount *self, LinnetConversation *conversation, LinnetMessage *echo, GTask *task)
{
  g_autoptr (GTask) owned = task;

  linnet_message_set_state (echo, LINNET_MESSAGE_STATE_FAILED, _ ("Not sent: Linnet’s service is not running."));
  g_task_return_new_error (owned, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, _ ("Linnet’s service is not running."));
}

/* Calls im.linnet.Conversations1; a failure is a line in the log. Sinks the arguments. */
void
linnet_account_call_conversations (LinnetAccount *self, const char *method, GVariant *arguments)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (arguments);
}

/* Calls a channel of the account's connection. Sinks the arguments. */
void
linnet_account_call_channel (LinnetAccount *self,
                             const char *channel,
                             const char *interface,
                             const char *method,
                             GVariant *arguments)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (arguments);
}

/* A conversation was opened in a window or is no longer. */
void
linnet_account_conversation_active (LinnetAccount *self, LinnetConversation *conversation)
{
}
