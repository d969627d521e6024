/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-conversations.c: the conversations of an account on D-Bus. im.linnet.Conversations1 */
#include "bus/cm-conversations.h"

#include "bus/cm-channel-dispatcher.h"
#include "bus/cm-conversation-keys.h"
#include "bus/cm-lazy-skeleton.h"
#include "bus/cm-message-parts.h"
#include "bus/cm-short.h"
#include "dbus/linnet.h"

#define MAX_DRAFT_BYTES 65536

struct _CmConversations
{
  GObject parent_instance;

  CmService *service; /* (unowned): outlives us */
  ImAccount *account; /* (owned) */
  LinConversations1 *skeleton; /* (owned) */
};

G_DEFINE_FINAL_TYPE (CmConversations, cm_conversations, G_TYPE_OBJECT)

static GVariant *
new_map (CmConversations *self, GPtrArray *conversations)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa{sv}}"));
  for (guint i = 0; i < conversations->len; i++)
    {
      ImConversation *conversation = g_ptr_array_index (conversations, i);

      g_variant_builder_add (&builder, "{s@a{sv}}", im_conversation_get_id (conversation),
                             cm_conversation_new_keys (self->account, conversation));
    }
  return g_variant_builder_end (&builder);
}

/* The property, made when it is read. */
static GVariant *
new_all (gpointer user_data)
{
  CmConversations *self = user_data;

  return new_map (self, im_account_get_conversations (self->account));
}

static void
emit (CmConversations *self, GPtrArray *changed, const char *removed)
{
  const char *const names[] = { removed, NULL };

  lin_conversations1_emit_conversations_changed (self->skeleton, new_map (self, changed), names);
}

static void
changed_cb (CmConversations *self, GPtrArray *conversations, ImAccount *account)
{
  emit (self, conversations, NULL);
}

static void
removed_cb (CmConversations *self, ImConversation *conversation, ImAccount *account)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  emit (self, none, im_conversation_get_id (conversation));
}

/* For whom people would take strangers is known now. */
static void
roster_state_cb (CmConversations *self)
{
  GPtrArray *all = im_account_get_conversations (self->account);
  g_autoptr (GPtrArray) marked = g_ptr_array_new ();

  if (im_account_get_roster_state (self->account) != IM_ROSTER_SUCCESS)
    return;
  for (guint i = 0; i < all->len; i++)
    if (*cm_conversation_get_lookalike (self->account, all->pdata[i]) != '\0')
      g_ptr_array_add (marked, all->pdata[i]);
  if (marked->len > 0)
    emit (self, marked, NULL);
}

/* A contact got another name, or came into the list: so did its conversation. */
static void
contacts_changed_cb (CmConversations *self,
                     GPtrArray *contacts,
                     GArray *changes,
                     ImAccount *account)
{
  g_autoptr (GPtrArray) renamed = g_ptr_array_new ();

  for (guint i = 0; i < contacts->len; i++)
    {
      ImConversation *conversation;

      if ((g_array_index (changes, ImContactChange, i) &
           (IM_CONTACT_ALIAS | IM_CONTACT_SUBSCRIPTION | IM_CONTACT_REMOVED)) == 0)
        continue;
      conversation = im_account_find_conversation (
          account, im_contact_get_jid (g_ptr_array_index (contacts, i)));
      if (conversation != NULL)
        g_ptr_array_add (renamed, conversation);
    }
  if (renamed->len > 0)
    emit (self, renamed, NULL);
}

ImConversation *
cm_conversations_parse (ImAccount *account, const char *id, gboolean is_needed, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (XmppJid) jid = xmpp_jid_new (id, &local_error);
  ImConversation *conversation;

  if (jid == NULL || !xmpp_jid_is_bare (jid))
    {
      g_set_error (error, IM_ERROR, IM_ERROR_INVALID_HANDLE, "“%s” is not somebody’s address",
                   CM_SHORT (id));
      return NULL;
    }
  conversation = im_account_find_conversation (account, jid);
  if (conversation == NULL && is_needed)
    conversation = im_account_ensure_conversation (account, jid);
  if (conversation == NULL)
    g_set_error (error, IM_ERROR, IM_ERROR_DOES_NOT_EXIST, "There is no conversation with %s",
                 xmpp_jid_get_text (jid));
  return conversation;
}

/* For handlers: the caller has been told when it is NULL. */
static ImConversation *
find (CmConversations *self, GDBusMethodInvocation *invocation, const char *id, gboolean is_needed)
{
  g_autoptr (GError) error = NULL;
  ImConversation *conversation = cm_conversations_parse (self->account, id, is_needed, &error);

  if (conversation == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  return conversation;
}

static void
done (GDBusMethodInvocation *invocation)
{
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      cm_channel_dispatcher_ensure_text_finish (CM_CHANNEL_DISPATCHER (source), result, &error);

  if (path == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", path));
}

static void
requested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CmChannel) channel =
      cm_connection_request_channel_finish (CM_CONNECTION (source), result, NULL, &error);

  if (channel == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new ("(o)", cm_channel_get_object_path (channel)));
}

static GVariant *
new_request (const char *id)
{
  GVariantBuilder request;

  g_variant_builder_init (&request, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&request, "{sv}", "org.freedesktop.Telepathy.Channel.ChannelType",
                         g_variant_new_string ("org.freedesktop.Telepathy.Channel.Type.Text"));
  g_variant_builder_add (&request, "{sv}", "org.freedesktop.Telepathy.Channel.TargetHandleType",
                         g_variant_new_uint32 (1));
  g_variant_builder_add (&request, "{sv}", "org.freedesktop.Telepathy.Channel.TargetID",
                         g_variant_new_string (id));
  return g_variant_builder_end (&request);
}

static gboolean
handle_open_cb (CmConversations *self,
                GDBusMethodInvocation *invocation,
                const char *id,
                gint64 user_time,
                const char *preferred_handler)
{
  CmConnection *connection = cm_service_get_connection (self->service, self->account, FALSE);
  ImConversation *conversation = find (self, invocation, id, TRUE);

  if (conversation == NULL)
    return TRUE;
  if (connection == NULL || im_account_get_state (self->account) != IM_ACCOUNT_ONLINE)
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_OFFLINE,
                                           "%s is not connected",
                                           xmpp_jid_get_text (im_account_get_jid (self->account)));
  else if (im_account_is_kept (self->account) && cm_service_owns_account_manager (self->service))
    cm_channel_dispatcher_ensure_text_async (cm_service_get_dispatcher (self->service),
                                             self->account, im_conversation_get_id (conversation),
                                             user_time, preferred_handler, opened_cb, invocation);
  else
    cm_connection_request_channel_async (connection,
                                         new_request (im_conversation_get_id (conversation)), TRUE,
                                         NULL, requested_cb, invocation);
  return TRUE;
}

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
    g_dbus_method_invocation_return_value (
        invocation,
        g_variant_new ("(xs)", im_message_get_local_id (message), im_message_get_token (message)));
}

static gboolean
handle_send_cb (CmConversations *self,
                GDBusMethodInvocation *invocation,
                const char *id,
                GVariant *parts,
                guint flags)
{
  g_autoptr (GError) error = NULL;
  ImMessage *message = cm_message_from_parts (parts, &error);
  ImConversation *conversation;

  if (message == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  conversation = find (self, invocation, id, TRUE);
  if (conversation == NULL)
    im_message_unref (message);
  else
    im_conversation_send_async (conversation, message, flags, NULL, sent_cb, invocation);
  return TRUE;
}

static void
retry_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ImConversation *conversation = IM_CONVERSATION (source);
  GDBusMethodInvocation *invocation = user_data;
  gint64 local_id;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages =
      im_conversation_get_messages_finish (conversation, result, NULL, &error);

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&sx)", NULL, &local_id);
  for (guint i = 0; messages != NULL && i < messages->len; i++)
    {
      ImMessage *message = g_ptr_array_index (messages, i);

      if (im_message_get_local_id (message) != local_id)
        continue;
      if (im_conversation_retry (conversation, message, &error))
        done (invocation);
      else
        g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  if (error == NULL)
    error = g_error_new (IM_ERROR, IM_ERROR_DOES_NOT_EXIST,
                         "The conversation has no message %" G_GINT64_FORMAT, local_id);
  g_dbus_method_invocation_return_gerror (invocation, error);
}

static gboolean
handle_retry_cb (CmConversations *self,
                 GDBusMethodInvocation *invocation,
                 const char *id,
                 gint64 local_id)
{
  ImConversation *conversation = find (self, invocation, id, FALSE);

  if (conversation == NULL)
    return TRUE;
  if (local_id <= 0)
    g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_DOES_NOT_EXIST,
                                           "The conversation has no message %" G_GINT64_FORMAT,
                                           local_id);
  else
    im_conversation_get_messages_async (conversation, local_id, IM_HISTORY_AROUND, 1, NULL, NULL,
                                        retry_found_cb, invocation);
  return TRUE;
}

static void
displayed_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ImConversation *conversation = IM_CONVERSATION (source);
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ImMessage) message = im_conversation_get_message_finish (conversation, result, &error);

  if (message == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  im_conversation_set_displayed (conversation, im_message_get_local_id (message));
  done (invocation);
}

static gboolean
handle_set_displayed_cb (CmConversations *self,
                         GDBusMethodInvocation *invocation,
                         const char *id,
                         const char *token)
{
  ImConversation *conversation = find (self, invocation, id, FALSE);
  ImMessage *last = conversation != NULL ? im_conversation_get_last_message (conversation) : NULL;

  if (conversation == NULL)
    return TRUE;
  if (token[0] != '\0')
    {
      im_conversation_get_message_async (conversation, token, displayed_found_cb, invocation);
      return TRUE;
    }
  if (last != NULL)
    im_conversation_set_displayed (conversation, im_message_get_local_id (last));
  done (invocation);
  return TRUE;
}

static gboolean
handle_set_pinned_cb (CmConversations *self,
                      GDBusMethodInvocation *invocation,
                      const char *id,
                      gboolean is_pinned)
{
  ImConversation *conversation = find (self, invocation, id, FALSE);

  if (conversation == NULL)
    return TRUE;
  im_conversation_set_pinned (conversation, is_pinned);
  done (invocation);
  return TRUE;
}

static gboolean
handle_set_archived_cb (CmConversations *self,
                        GDBusMethodInvocation *invocation,
                        const char *id,
                        gboolean is_archived)
{
  ImConversation *conversation = find (self, invocation, id, FALSE);

  if (conversation == NULL)
    return TRUE;
  im_conversation_set_archived (conversation, is_archived);
  done (invocation);
  return TRUE;
}

static gboolean
handle_set_notify_cb (CmConversations *self,
                      GDBusMethodInvocation *invocation,
                      const char *id,
                      guint notify)
{
  ImConversation *conversation;

  if (notify > 3)
    {
      g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                             "%u is none of 0, 1, 2 and 3", notify);
      return TRUE;
    }
  conversation = find (self, invocation, id, FALSE);
  if (conversation == NULL)
    return TRUE;
  im_conversation_set_notify (conversation, notify);
  done (invocation);
  return TRUE;
}

static gboolean
handle_set_muted_until_cb (CmConversations *self,
                           GDBusMethodInvocation *invocation,
                           const char *id,
                           gint64 until)
{
  ImConversation *conversation;

  if (until < 0)
    {
      g_dbus_method_invocation_return_error_literal (
          invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "The time is before 1970");
      return TRUE;
    }
  conversation = find (self, invocation, id, FALSE);
  if (conversation == NULL)
    return TRUE;
  im_conversation_set_muted_until (conversation, until);
  done (invocation);
  return TRUE;
}

static gboolean
handle_set_draft_cb (CmConversations *self,
                     GDBusMethodInvocation *invocation,
                     const char *id,
                     const char *text)
{
  ImConversation *conversation;

  if (strlen (text) > MAX_DRAFT_BYTES)
    {
      g_dbus_method_invocation_return_error (invocation, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                             "A draft has at most %d bytes", MAX_DRAFT_BYTES);
      return TRUE;
    }
  conversation = find (self, invocation, id, TRUE);
  if (conversation == NULL)
    return TRUE;
  im_conversation_set_draft (conversation, text);
  done (invocation);
  return TRUE;
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;

  if (im_account_forget_conversation_finish (IM_ACCOUNT (source), result, &error))
    done (invocation);
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
}

static gboolean
handle_forget_cb (CmConversations *self, GDBusMethodInvocation *invocation, const char *id)
{
  ImConversation *conversation = find (self, invocation, id, FALSE);
  CmConnection *connection = cm_service_get_connection (self->service, self->account, FALSE);
  g_autoptr (GPtrArray) channels = NULL;

  if (conversation == NULL)
    return TRUE;
  /* The copy frees its items as the original does. */
  channels = connection != NULL ? g_ptr_array_copy (cm_connection_get_channels (connection),
                                                    (GCopyFunc) (void *) g_object_ref, NULL)
                                : g_ptr_array_new ();
  for (guint i = 0; i < channels->len; i++)
    {
      CmChannel *channel = g_ptr_array_index (channels, i);

      if (g_str_equal (cm_channel_get_target_id (channel), im_conversation_get_id (conversation)))
        cm_channel_destroy (channel);
    }
  im_account_forget_conversation_async (self->account, conversation, forgotten_cb, invocation);
  return TRUE;
}

static void
cm_conversations_dispose (GObject *object)
{
  CmConversations *self = CM_CONVERSATIONS (object);

  if (self->skeleton != NULL &&
      g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->skeleton);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (cm_conversations_parent_class)->dispose (object);
}

static void
cm_conversations_class_init (CmConversationsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_conversations_dispose;
}

static void
cm_conversations_init (CmConversations *self)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } handlers[] = {
    { "handle-open", G_CALLBACK (handle_open_cb) },
    { "handle-send", G_CALLBACK (handle_send_cb) },
    { "handle-retry", G_CALLBACK (handle_retry_cb) },
    { "handle-set-displayed", G_CALLBACK (handle_set_displayed_cb) },
    { "handle-set-pinned", G_CALLBACK (handle_set_pinned_cb) },
    { "handle-set-archived", G_CALLBACK (handle_set_archived_cb) },
    { "handle-set-notify", G_CALLBACK (handle_set_notify_cb) },
    { "handle-set-muted-until", G_CALLBACK (handle_set_muted_until_cb) },
    { "handle-set-draft", G_CALLBACK (handle_set_draft_cb) },
    { "handle-forget", G_CALLBACK (handle_forget_cb) },
  };

  self->skeleton =
      cm_lazy_skeleton_new (LIN_TYPE_CONVERSATIONS1_SKELETON, "conversations", new_all, self);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (self->skeleton, handlers[i].signal, handlers[i].callback, self,
                             G_CONNECT_SWAPPED);
}

/**
 * cm_conversations_new:
 * @service: on whose bus; outlives the object
 * @account: whose conversations
 * @object_path: of the account or of its connection
 *
 * Returns: (transfer full) (nullable): exported while it lives
 * Errors: those of g_dbus_interface_skeleton_export ()
 */
CmConversations *
cm_conversations_new (CmService *service,
                      ImAccount *account,
                      const char *object_path,
                      GError **error)
{
  g_autoptr (CmConversations) self = g_object_new (CM_TYPE_CONVERSATIONS, NULL);

  self->service = service;
  self->account = g_object_ref (account);
  g_signal_connect_object (account, "conversations-changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "conversation-removed", G_CALLBACK (removed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "contacts-changed", G_CALLBACK (contacts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::roster-state", G_CALLBACK (roster_state_cb), self,
                           G_CONNECT_SWAPPED);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                         cm_service_get_bus (service), object_path, error))
    return NULL;
  return g_steal_pointer (&self);
}
