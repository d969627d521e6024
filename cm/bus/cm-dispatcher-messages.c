/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-dispatcher-messages.c: a message without a channel. Telepathy: ChannelDispatcher.Messages1
 *
 * It goes by way of the conversation, which needs no channel, and waits where there is no
 * connection. */
#include "bus/cm-dispatcher-messages.h"

#include "bus/cm-message-parts.h"
#include "bus/cm-short.h"
#include "dbus/telepathy.h"

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ImMessage) message =
      im_conversation_send_finish (IM_CONVERSATION (source), result, &error);

  if (message == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation,
                                           g_variant_new ("(s)", im_message_get_token (message)));
}

static gboolean
handle_send_message_cb (CmService *service,
                        GDBusMethodInvocation *invocation,
                        const char *account_path,
                        const char *target_id,
                        GVariant *parts,
                        guint flags)
{
  g_autoptr (GError) error = NULL;
  ImAccount *account = cm_service_find_account (service, account_path, &error);
  g_autoptr (XmppJid) jid = account != NULL ? xmpp_jid_new (target_id, NULL) : NULL;
  g_autoptr (XmppJid) bare = jid != NULL ? xmpp_jid_dup_bare (jid) : NULL;
  ImMessage *message = NULL;

  if (account != NULL && bare == NULL)
    g_set_error (&error, IM_ERROR, IM_ERROR_INVALID_HANDLE, "“%s” is not an address",
                 CM_SHORT (target_id));
  else if (account != NULL && !im_account_is_enabled (account))
    g_set_error_literal (&error, IM_ERROR, IM_ERROR_DISCONNECTED, "The account is disabled");
  if (error == NULL)
    message = cm_message_from_parts (parts, &error);
  /* Without a connection it waits for the next one, and no channel is needed to send it. */
  if (message == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    im_conversation_send_async (im_account_ensure_conversation (account, bare), message, flags,
                                NULL, sent_cb, invocation);
  return TRUE;
}

GDBusInterfaceSkeleton *
cm_dispatcher_messages_new (CmService *service)
{
  TpChannelDispatcherInterfaceMessages1 *skeleton =
      tp_channel_dispatcher_interface_messages1_skeleton_new ();

  g_signal_connect_object (skeleton, "handle-send-message", G_CALLBACK (handle_send_message_cb),
                           service, G_CONNECT_SWAPPED);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
