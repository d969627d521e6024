/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-dispatcher-messages.c: a message without a channel. Telepathy: ChannelDispatcher.Messages1
 *
 * It goes by way of the conversation, which needs no channel. Where there is no connection, the
 * account is brought online as for a channel that is asked for; what cannot be sent so is not kept:
 * the caller hears why, and may try again. */
#include "bus/cm-dispatcher-messages.h"

#include "bus/cm-message-parts.h"
#include "bus/cm-short.h"
#include "dbus/telepathy.h"

/* An answer that comes later than that is an answer to nobody. */
#define PATIENCE_S 60

/* A message that waits for a connection. */
typedef struct
{
  CmService *service; /* (unowned): held */
  ImAccount *account; /* (owned) */
  ImMessage *message; /* (owned) */
  XmppJid *target; /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned by GDBus until returned) */
  guint flags;
  gulong state_id;
  guint timeout_id;
} Waiting;

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

static void
free_waiting (Waiting *waiting)
{
  g_clear_handle_id (&waiting->timeout_id, g_source_remove);
  g_clear_signal_handler (&waiting->state_id, waiting->account);
  g_clear_pointer (&waiting->message, im_message_unref);
  xmpp_jid_unref (waiting->target);
  g_object_unref (waiting->account);
  cm_service_release (waiting->service);
  g_free (waiting);
}

static void
account_state_cb (Waiting *waiting)
{
  g_autoptr (GError) error = NULL;
  ImAccountState state = im_account_get_state (waiting->account);

  if (state == IM_ACCOUNT_CONNECTING)
    return;
  if (state == IM_ACCOUNT_ONLINE)
    im_conversation_send_async (im_account_ensure_conversation (waiting->account, waiting->target),
                                g_steal_pointer (&waiting->message), waiting->flags, NULL, sent_cb,
                                waiting->invocation);
  else
    {
      error = im_account_dup_why_offline (waiting->account);
      g_dbus_method_invocation_return_gerror (waiting->invocation, error);
    }
  free_waiting (waiting);
}

static gboolean
timeout_cb (gpointer user_data)
{
  Waiting *waiting = user_data;

  waiting->timeout_id = 0;
  g_dbus_method_invocation_return_error (waiting->invocation, IM_ERROR, IM_ERROR_NETWORK_ERROR,
                                         "Connecting takes too long; the message was not sent");
  free_waiting (waiting);
  return G_SOURCE_REMOVE;
}

/* Takes `message`. */
static void
send_when_online (CmService *service,
                  GDBusMethodInvocation *invocation,
                  ImAccount *account,
                  XmppJid *target,
                  ImMessage *message,
                  guint flags)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  cm_service_hold (service);
  waiting->service = service;
  waiting->account = g_object_ref (account);
  waiting->target = xmpp_jid_ref (target);
  waiting->message = message;
  waiting->invocation = invocation;
  waiting->flags = flags;
  im_account_bring_online (account);
  if (im_account_get_state (account) == IM_ACCOUNT_CONNECTING)
    {
      waiting->timeout_id = g_timeout_add_seconds (PATIENCE_S, timeout_cb, waiting);
      waiting->state_id = g_signal_connect_swapped (account, "notify::state",
                                                    G_CALLBACK (account_state_cb), waiting);
    }
  else
    account_state_cb (waiting);
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
  else if (account != NULL)
    message = cm_message_from_parts (parts, &error);
  if (message == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    send_when_online (service, invocation, account, bare, message, flags);
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
