/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-account-history.c: conversations and messages of an account. im.linnet.Conversations1,
 * im.linnet.History1 */
#include "config.h"

#include "model/linnet-account-private.h"

#include <glib/gi18n.h>

#include "model/linnet-connection.h"
#include "model/linnet-conversation-private.h"

#define CONVERSATIONS "im.linnet.Conversations1"
#define HISTORY "im.linnet.History1"
#define SENT_BY_US 0

typedef struct
{
  LinnetConversation *conversation;
  LinnetTimelineModel *timeline;
  LinnetPageDirection direction;
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  g_clear_object (&fetch->conversation);
  g_clear_object (&fetch->timeline);
  g_free (fetch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetch, fetch_free)

static gboolean
can_call (LinnetAccount *self)
{
  return self->bus != NULL && linnet_account_get_extension_name (self) != NULL &&
         linnet_account_get_extension_path (self) != NULL;
}

static void
call (LinnetAccount *self,
      const char *interface,
      const char *method,
      GVariant *arguments,
      const char *reply,
      GCancellable *cancellable,
      GAsyncReadyCallback callback,
      gpointer data)
{
  g_dbus_connection_call (self->bus, linnet_account_get_extension_name (self),
                          linnet_account_get_extension_path (self), interface, method, arguments,
                          G_VARIANT_TYPE (reply), G_DBUS_CALL_FLAGS_NONE, -1, cancellable, callback,
                          data);
}

/* Names of senders are those of the contact list, unless the message brought one. */
static LinnetMessage *
message_of (LinnetConversation *conversation, GVariant *parts)
{
  LinnetMessage *message = linnet_message_new_from_parts (parts);

  if (message != NULL && !linnet_message_get_outgoing (message) &&
      linnet_conversation_get_kind (conversation) != LINNET_CONVERSATION_KIND_ROOM)
    linnet_message_set_sender_name (message, linnet_conversation_get_name (conversation));
  return message;
}

static void
take_conversations (LinnetAccount *self, GVariant *all)
{
  GVariantIter iter;
  GVariant *keys;
  const char *id;

  g_variant_iter_init (&iter, all);
  while (g_variant_iter_loop (&iter, "{&s@a{sv}}", &id, &keys))
    linnet_conversation_update (linnet_account_ensure_conversation (self, id), keys);
}

/* Those that were forgotten while we did not listen. One that a person has just opened is known
 * to nobody yet. */
static void
drop_forgotten (LinnetAccount *self, GVariant *all)
{
  GListModel *conversations = G_LIST_MODEL (self->conversations);
  g_autoptr (GHashTable) there = g_hash_table_new (g_str_hash, g_str_equal);
  GVariantIter iter;
  const char *id;

  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "{&s@a{sv}}", &id, NULL))
    g_hash_table_add (there, (gpointer) id);
  for (guint i = g_list_model_get_n_items (conversations); i > 0; i--)
    {
      g_autoptr (LinnetConversation) conversation = g_list_model_get_item (conversations, i - 1);

      id = linnet_conversation_get_id (conversation);
      if (linnet_conversation_is_known (conversation) && !g_hash_table_contains (there, id))
        linnet_account_remove_conversation_row (self, id);
    }
}

/**
 * linnet_account_take_conversations:
 * @self: an account
 * @all: a{sa{sv}}: all conversations that there are
 */
void
linnet_account_take_conversations (LinnetAccount *self, GVariant *all)
{
  take_conversations (self, all);
  drop_forgotten (self, all);
}

/* What was said while we did not listen. */
static void
refresh_timelines (LinnetAccount *self)
{
  GListModel *conversations = G_LIST_MODEL (self->conversations);

  for (guint i = 0; i < g_list_model_get_n_items (conversations); i++)
    {
      g_autoptr (LinnetConversation) conversation = g_list_model_get_item (conversations, i);

      linnet_conversation_refresh (conversation);
    }
}

static void
conversations_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetAccount) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    {
      g_debug ("%s: conversations: %s", self->path, error->message);
      return;
    }
  g_variant_get (reply, "(v)", &value);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE ("a{sa{sv}}")))
    return;
  linnet_account_take_conversations (self, value);
  if (self->loaded)
    refresh_timelines (self);
  self->loaded = TRUE;
}

/**
 * linnet_account_load_conversations:
 * @self: an account
 *
 * Asks for all conversations, and brings open timelines up to date when it is not the first time.
 */
void
linnet_account_load_conversations (LinnetAccount *self)
{
  if (!can_call (self))
    return;
  call (self, "org.freedesktop.DBus.Properties", "Get",
        g_variant_new ("(ss)", CONVERSATIONS, "Conversations"), "(v)", self->cancellable,
        conversations_loaded_cb, g_object_ref (self));
}

static void
conversations_changed (LinnetAccount *self, GVariant *arguments)
{
  g_autoptr (GVariant) changed = g_variant_get_child_value (arguments, 0);
  g_autofree const char **removed = NULL;

  take_conversations (self, changed);
  g_variant_get_child (arguments, 1, "^a&s", &removed);
  for (guint i = 0; removed[i] != NULL; i++)
    linnet_account_remove_conversation_row (self, removed[i]);
}

static void
message_changed (LinnetAccount *self, GVariant *arguments)
{
  const char *id;
  LinnetConversation *conversation;
  g_autoptr (GVariant) parts = NULL;
  g_autoptr (LinnetMessage) message = NULL;

  g_variant_get_child (arguments, 0, "&s", &id);
  conversation = linnet_account_lookup_conversation (self, id);
  if (conversation == NULL)
    return;
  parts = g_variant_get_child_value (arguments, 2);
  message = message_of (conversation, parts);
  if (message != NULL)
    linnet_conversation_take_change (conversation, message);
}

/* Several messages of ours got further, and nothing else of them is new. */
static void
states_changed (LinnetAccount *self, GVariant *arguments)
{
  g_autoptr (GVariant) states = g_variant_get_child_value (arguments, 0);
  GVariantIter iter;
  const char *id;
  gint64 local_id;
  guint state;

  g_variant_iter_init (&iter, states);
  while (g_variant_iter_next (&iter, "(&sxu)", &id, &local_id, &state))
    {
      LinnetConversation *conversation = linnet_account_lookup_conversation (self, id);

      if (conversation != NULL && state <= LINNET_MESSAGE_STATE_FAILED)
        linnet_conversation_take_state (conversation, local_id, state);
    }
}

static void
messages_removed (LinnetAccount *self, GVariant *arguments)
{
  g_autofree const char **ids = NULL;
  const char *id;
  LinnetConversation *conversation;

  g_variant_get (arguments, "(&s^a&s)", &id, &ids);
  conversation = linnet_account_lookup_conversation (self, id);
  if (conversation == NULL || !linnet_conversation_has_timeline (conversation))
    return;
  if (ids[0] == NULL)
    linnet_timeline_model_clear (linnet_conversation_get_timeline (conversation));
  for (guint i = 0; ids[i] != NULL; i++)
    linnet_timeline_model_remove (linnet_conversation_get_timeline (conversation),
                                  g_ascii_strtoll (ids[i], NULL, 10));
}

/**
 * linnet_account_extension_signal:
 * @self: an account
 * @member: a signal of our own interfaces
 * @arguments: its arguments, of whatever type
 */
void
linnet_account_extension_signal (LinnetAccount *self, const char *member, GVariant *arguments)
{
  const GVariantType *type = g_variant_get_type (arguments);
  LinnetConversation *conversation;
  const char *id;

#define IS(name, signature) \
  (g_str_equal (member, name) && g_variant_type_equal (type, G_VARIANT_TYPE (signature)))
  if (IS ("ConversationsChanged", "(a{sa{sv}}as)"))
    conversations_changed (self, arguments);
  else if (IS ("MessageChanged", "(ssaa{sv})"))
    message_changed (self, arguments);
  else if (IS ("StatesChanged", "(a(sxu))"))
    states_changed (self, arguments);
  else if (IS ("MessagesRemoved", "(sas)"))
    messages_removed (self, arguments);
  else if (IS ("MessagesInserted", "(sssu)"))
    {
      g_variant_get_child (arguments, 0, "&s", &id);
      conversation = linnet_account_lookup_conversation (self, id);
      if (conversation != NULL)
        linnet_conversation_refresh (conversation);
    }
#undef IS
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Fetch) fetch = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) messages = NULL;
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  gboolean complete;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL)
    {
      g_debug ("history of %s: %s", linnet_conversation_get_id (fetch->conversation),
               error->message);
      linnet_timeline_model_fail_page (fetch->timeline, fetch->direction);
      return;
    }
  messages = g_variant_get_child_value (reply, 0);
  g_variant_get_child (reply, 1, "b", &complete);
  for (gsize i = g_variant_n_children (messages); i > 0; i--)
    {
      g_autoptr (GVariant) parts = g_variant_get_child_value (messages, i - 1);
      LinnetMessage *message = message_of (fetch->conversation, parts);

      if (message != NULL)
        g_ptr_array_add (page, message);
    }
  linnet_timeline_model_add_page (fetch->timeline, fetch->direction, page, complete);
}

/**
 * linnet_account_fetch:
 * @self: an account
 * @conversation: one of its conversations
 * @timeline: gets the page, or hears of the failure
 * @anchor: the message to begin at, 0 for the newest end
 * @direction: the direction
 * @cancellable: (nullable): when the page is no longer wanted
 */
void
linnet_account_fetch (LinnetAccount *self,
                      LinnetConversation *conversation,
                      LinnetTimelineModel *timeline,
                      gint64 anchor,
                      LinnetPageDirection direction,
                      GCancellable *cancellable)
{
  Fetch *fetch;
  g_autofree char *id = anchor != 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, anchor) : g_strdup ("");

  if (!can_call (self))
    {
      linnet_timeline_model_fail_page (timeline, direction);
      return;
    }
  fetch = g_new0 (Fetch, 1);
  fetch->conversation = g_object_ref (conversation);
  fetch->timeline = g_object_ref (timeline);
  fetch->direction = direction;
  call (self, HISTORY, "GetMessages",
        g_variant_new ("(ssuu@a{sv})", linnet_conversation_get_id (conversation), id,
                       (guint) direction, LINNET_TIMELINE_PAGE, g_variant_new ("a{sv}", NULL)),
        "(aaa{sv}b)", cancellable, fetched_cb, fetch);
}

static GVariant *
parts_of_text (LinnetMessage *message)
{
  GVariantBuilder parts, part;
  const char *text = linnet_message_get_body (message);

  g_variant_builder_init (&parts, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_init (&part, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&part, "{sv}", "message-type",
                         g_variant_new_uint32 (linnet_message_get_kind (message)));
  g_variant_builder_add_value (&parts, g_variant_builder_end (&part));
  g_variant_builder_init (&part, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&part, "{sv}", "content-type", g_variant_new_string ("text/plain"));
  g_variant_builder_add (&part, "{sv}", "content", g_variant_new_string (text));
  g_variant_builder_add_value (&parts, g_variant_builder_end (&part));
  return g_variant_builder_end (&parts);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  LinnetConversation *conversation = g_task_get_source_object (task);
  LinnetMessage *echo = g_task_get_task_data (task);
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  const char *token;
  gint64 local_id;

  if (reply == NULL)
    {
      g_autofree char *sentence = NULL;

      g_dbus_error_strip_remote_error (error);
      sentence = g_strdup_printf (_ ("Not sent: %s"), error->message);
      linnet_message_set_state (echo, LINNET_MESSAGE_STATE_FAILED, sentence);
      g_task_return_error (task, error);
      return;
    }
  g_variant_get (reply, "(x&s)", &local_id, &token);
  if (linnet_conversation_has_timeline (conversation))
    linnet_timeline_model_identify (linnet_conversation_get_timeline (conversation), echo, local_id,
                                    token);
  g_task_return_boolean (task, TRUE);
}

/**
 * linnet_account_send:
 * @self: an account
 * @conversation: one of its conversations
 * @echo: the message, whose row is there already
 * @task: (transfer full): returns when the service has it
 */
void
linnet_account_send (LinnetAccount *self,
                     LinnetConversation *conversation,
                     LinnetMessage *echo,
                     GTask *task)
{
  g_autoptr (GTask) owned = task;

  g_task_set_task_data (owned, g_object_ref (echo), g_object_unref);
  if (!can_call (self))
    {
      linnet_message_set_state (echo, LINNET_MESSAGE_STATE_FAILED,
                                _ ("Not sent: the service of this account is not running."));
      g_task_return_new_error (owned, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                               _ ("The service of this account is not running."));
      return;
    }
  call (self, CONVERSATIONS, "Send",
        g_variant_new ("(s@aa{sv}u)", linnet_conversation_get_id (conversation),
                       parts_of_text (echo), SENT_BY_US),
        "(xs)", g_task_get_cancellable (owned), sent_cb, g_object_ref (owned));
}

static void
retried_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LinnetMessage) message = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      linnet_message_set_state (message, LINNET_MESSAGE_STATE_FAILED, error->message);
    }
}

/**
 * linnet_account_retry:
 * @self: an account
 * @conversation: one of its conversations
 * @message: a message of ours that failed
 */
void
linnet_account_retry (LinnetAccount *self, LinnetConversation *conversation, LinnetMessage *message)
{
  if (!can_call (self))
    return;
  call (self, CONVERSATIONS, "Retry",
        g_variant_new ("(sx)", linnet_conversation_get_id (conversation),
                       linnet_message_get_local_id (message)),
        "()", NULL, retried_cb, g_object_ref (message));
}
