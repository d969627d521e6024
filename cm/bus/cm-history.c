/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-history.c: the messages of an account, kept on this machine. im.linnet.History1
 *
 * A live message of an open channel is told by the channel alone: one event, one signal. */
#include "bus/cm-history.h"

#include "bus/cm-conversations.h"
#include "bus/cm-message-parts.h"
#include "bus/cm-options.h"
#include "bus/cm-short.h"
#include "dbus/linnet.h"

#define DEFAULT_LIMIT 50
#define MAX_PAGE 1000
#define MAX_HITS 200

struct _CmHistory
{
  GObject parent_instance;

  CmService *service; /* (unowned): outlives us */
  ImAccount *account; /* (owned) */
  LinHistory1 *skeleton; /* (owned) */
};

G_DEFINE_FINAL_TYPE (CmHistory, cm_history, G_TYPE_OBJECT)

static gboolean
check_time (GVariant *value, GError **error)
{
  gint64 seconds = g_variant_get_int64 (value);

  if (seconds >= 0 && seconds <= G_MAXINT64 / G_USEC_PER_SEC)
    return TRUE;
  g_set_error_literal (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "the time is out of range");
  return FALSE;
}

static const CmOption filter_options[] = {
  { "since", "x", FALSE, check_time },
  { "until", "x", FALSE, check_time },
  { "outgoing", "b", FALSE, NULL },
  { "text", "s", FALSE, NULL },
  { NULL },
};

static const CmOption query_options[] = {
  { "text", "s", TRUE, NULL },
  { "conversation", "s", FALSE, NULL },
  { "since", "x", FALSE, check_time },
  { "until", "x", FALSE, check_time },
  { "outgoing", "b", FALSE, NULL },
  { NULL },
};

/* `options` was checked; the filter borrows its text. */
static void
fill_filter (GVariant *options, ImHistoryFilter *filter)
{
  gint64 seconds;
  gboolean is_outgoing;

  *filter = (ImHistoryFilter){ 0 };
  if (g_variant_lookup (options, "since", "x", &seconds))
    filter->since_us = seconds * G_USEC_PER_SEC;
  if (g_variant_lookup (options, "until", "x", &seconds))
    filter->until_us = seconds * G_USEC_PER_SEC + G_USEC_PER_SEC - 1;
  if (g_variant_lookup (options, "outgoing", "b", &is_outgoing))
    filter->side = is_outgoing ? IM_SIDE_OURS : IM_SIDE_THEIRS;
  g_variant_lookup (options, "text", "&s", &filter->text);
}

static gboolean
parse_number (const char *text, gint64 *number)
{
  if (text[0] == '\0')
    {
      *number = 0;
      return TRUE;
    }
  return g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, number, NULL);
}

static void
got_messages_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_complete = FALSE;
  g_autoptr (GPtrArray) messages =
      im_conversation_get_messages_finish (IM_CONVERSATION (source), result, &is_complete, &error);
  GVariantBuilder builder;

  if (messages == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aaa{sv}"));
  for (guint i = 0; i < messages->len; i++)
    g_variant_builder_add_value (&builder,
                                 cm_message_to_history_parts (g_ptr_array_index (messages, i)));
  g_dbus_method_invocation_return_value (invocation,
                                         g_variant_new ("(aaa{sv}b)", &builder, is_complete));
}

/* A conversation that is not there has no messages, which is no error. */
static void
return_nothing (GDBusMethodInvocation *invocation)
{
  g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("(@aaa{sv}b)",
                                 g_variant_new_array (G_VARIANT_TYPE ("aa{sv}"), NULL, 0), TRUE));
}

static gboolean
handle_get_messages_cb (CmHistory *self,
                        GDBusMethodInvocation *invocation,
                        const char *id,
                        const char *anchor,
                        guint direction,
                        guint limit,
                        GVariant *filter)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) options = cm_options_check (filter, filter_options, &error);
  ImConversation *conversation;
  ImHistoryFilter parsed;
  gint64 number;

  if (options != NULL && !parse_number (anchor, &number))
    g_set_error (&error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” is no local id",
                 CM_SHORT (anchor));
  else if (options != NULL && direction > IM_HISTORY_AROUND)
    g_set_error (&error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "There is no direction %u",
                 direction);
  else if (options != NULL && limit > MAX_PAGE)
    g_set_error (&error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "At most %d messages at once",
                 MAX_PAGE);
  if (error != NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  conversation = cm_conversations_parse (self->account, id, FALSE, &error);
  if (conversation == NULL && g_error_matches (error, IM_ERROR, IM_ERROR_DOES_NOT_EXIST) &&
      number == 0)
    return_nothing (invocation);
  else if (conversation == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else if (number == 0 && direction == IM_HISTORY_NEWER)
    return_nothing (invocation);
  else
    {
      fill_filter (options, &parsed);
      im_conversation_get_messages_async (
          conversation, number, number == 0 ? IM_HISTORY_OLDER : direction,
          limit != 0 ? limit : DEFAULT_LIMIT, &parsed, NULL, got_messages_cb, invocation);
    }
  return TRUE;
}

static void
got_message_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ImMessage) message =
      im_conversation_get_message_finish (IM_CONVERSATION (source), result, &error);

  if (message == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new ("(@aa{sv})", cm_message_to_history_parts (message)));
}

static gboolean
handle_get_message_cb (CmHistory *self,
                       GDBusMethodInvocation *invocation,
                       const char *id,
                       const char *token)
{
  g_autoptr (GError) error = NULL;
  ImConversation *conversation = cm_conversations_parse (self->account, id, FALSE, &error);

  if (conversation == NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    im_conversation_get_message_async (conversation, token, got_message_cb, invocation);
  return TRUE;
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  gint64 next = 0;
  g_autoptr (GPtrArray) messages =
      im_account_search_finish (IM_ACCOUNT (source), result, &next, &error);
  g_autofree char *cursor = NULL;
  GVariantBuilder builder;

  if (messages == NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssxaa{sv})"));
  for (guint i = 0; i < messages->len; i++)
    {
      ImMessage *message = g_ptr_array_index (messages, i);

      g_variant_builder_add (
          &builder, "(ssx@aa{sv})", xmpp_jid_get_text (im_message_get_peer (message)),
          im_message_get_token (message), im_message_get_sent_us (message) / G_USEC_PER_SEC,
          cm_message_to_history_parts (message));
    }
  cursor = next != 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, next) : g_strdup ("");
  g_dbus_method_invocation_return_value (invocation,
                                         g_variant_new ("(a(ssxaa{sv})s)", &builder, cursor));
}

static gboolean
handle_search_cb (CmHistory *self,
                  GDBusMethodInvocation *invocation,
                  GVariant *query,
                  guint limit,
                  const char *cursor)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) options = cm_options_check (query, query_options, &error);
  ImConversation *conversation = NULL;
  ImHistoryFilter filter;
  const char *id;
  gint64 before;

  if (options != NULL && limit > MAX_HITS)
    g_set_error (&error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "At most %d hits at once", MAX_HITS);
  else if (options != NULL && !parse_number (cursor, &before))
    g_set_error (&error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "“%s” is no cursor",
                 CM_SHORT (cursor));
  else if (options != NULL && g_variant_lookup (options, "conversation", "&s", &id))
    conversation = cm_conversations_parse (self->account, id, FALSE, &error);
  if (error != NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return TRUE;
    }
  fill_filter (options, &filter);
  im_account_search_async (self->account, conversation, &filter, limit != 0 ? limit : DEFAULT_LIMIT,
                           before, found_cb, invocation);
  return TRUE;
}

static gboolean
has_channel (CmHistory *self, ImConversation *conversation)
{
  CmConnection *connection = cm_service_get_connection (self->service, self->account, FALSE);
  GPtrArray *channels = connection != NULL ? cm_connection_get_channels (connection) : NULL;

  for (guint i = 0; channels != NULL && i < channels->len; i++)
    if (g_str_equal (cm_channel_get_target_id (g_ptr_array_index (channels, i)),
                     im_conversation_get_id (conversation)))
      return TRUE;
  return FALSE;
}

static void
emit_inserted (CmHistory *self, ImConversation *conversation, ImMessage *message)
{
  g_autofree char *local_id =
      g_strdup_printf ("%" G_GINT64_FORMAT, im_message_get_local_id (message));

  lin_history1_emit_messages_inserted (self->skeleton, im_conversation_get_id (conversation),
                                       local_id, local_id, 1);
}

static void
received_cb (CmHistory *self, ImMessage *message, gboolean is_fresh, ImConversation *conversation)
{
  if (!is_fresh || !has_channel (self, conversation))
    emit_inserted (self, conversation, message);
}

static void
sent_cb (CmHistory *self, ImMessage *message, guint flags, ImConversation *conversation)
{
  if (!has_channel (self, conversation))
    emit_inserted (self, conversation, message);
}

static void
emit_changed (CmHistory *self, ImMessage *message)
{
  lin_history1_emit_message_changed (
      self->skeleton, xmpp_jid_get_text (im_message_get_peer (message)),
      im_message_get_token (message), cm_message_to_history_parts (message));
}

/* That it is being written to the stream is over before anybody could show it; that the server has
 * it is told by confirmed_cb (). */
static void
message_changed_cb (CmHistory *self, ImMessage *message, ImConversation *conversation)
{
  ImMessageState state = im_message_get_state (message);

  if (state != IM_MESSAGE_STATE_SENDING && state != IM_MESSAGE_STATE_SENT)
    emit_changed (self, message);
}

/* One answer of the server, one signal. */
static void
confirmed_cb (CmHistory *self, GPtrArray *messages, ImAccount *account)
{
  GVariantBuilder builder;

  if (messages->len == 1)
    {
      emit_changed (self, g_ptr_array_index (messages, 0));
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sxu)"));
  for (guint i = 0; i < messages->len; i++)
    {
      ImMessage *message = g_ptr_array_index (messages, i);
      GVariant *const state[] = {
        g_variant_new_string (xmpp_jid_get_text (im_message_get_peer (message))),
        g_variant_new_int64 (im_message_get_local_id (message)),
        g_variant_new_uint32 (im_message_get_state (message)),
      };

      g_variant_builder_add_value (&builder, g_variant_new_tuple (state, G_N_ELEMENTS (state)));
    }
  lin_history1_emit_states_changed (self->skeleton, g_variant_builder_end (&builder));
}

static void
added_cb (CmHistory *self, ImConversation *conversation)
{
  g_signal_connect_object (conversation, "message-received", G_CALLBACK (received_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (conversation, "message-sent", G_CALLBACK (sent_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (conversation, "message-changed", G_CALLBACK (message_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
removed_cb (CmHistory *self, ImConversation *conversation)
{
  static const char *const all[] = { NULL };

  lin_history1_emit_messages_removed (self->skeleton, im_conversation_get_id (conversation), all);
}

static void
cm_history_dispose (GObject *object)
{
  CmHistory *self = CM_HISTORY (object);

  if (self->skeleton != NULL &&
      g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
  g_clear_object (&self->skeleton);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (cm_history_parent_class)->dispose (object);
}

static void
cm_history_class_init (CmHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cm_history_dispose;
}

static void
cm_history_init (CmHistory *self)
{
  self->skeleton = lin_history1_skeleton_new ();
  g_signal_connect_object (self->skeleton, "handle-get-messages",
                           G_CALLBACK (handle_get_messages_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-get-message", G_CALLBACK (handle_get_message_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->skeleton, "handle-search", G_CALLBACK (handle_search_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * cm_history_new:
 * @service: on whose bus; outlives the object
 * @account: whose messages
 * @object_path: of the account or of its connection
 *
 * Returns: (transfer full) (nullable): exported while it lives
 * Errors: those of g_dbus_interface_skeleton_export ()
 */
CmHistory *
cm_history_new (CmService *service, ImAccount *account, const char *object_path, GError **error)
{
  g_autoptr (CmHistory) self = g_object_new (CM_TYPE_HISTORY, NULL);
  GPtrArray *conversations = im_account_get_conversations (account);

  self->service = service;
  self->account = g_object_ref (account);
  for (guint i = 0; i < conversations->len; i++)
    added_cb (self, g_ptr_array_index (conversations, i));
  g_signal_connect_object (account, "conversation-added", G_CALLBACK (added_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "conversation-removed", G_CALLBACK (removed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "messages-confirmed", G_CALLBACK (confirmed_cb), self,
                           G_CONNECT_SWAPPED);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->skeleton),
                                         cm_service_get_bus (service), object_path, error))
    return NULL;
  return g_steal_pointer (&self);
}
