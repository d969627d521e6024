/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-notifier.c: one notification per conversation with new messages. window.md section 7
 *
 * None for what a person sees, for what is muted, and for one-to-one messages where GNOME Shell's
 * own Telepathy client shows them. A notification goes away as soon as its messages are read
 * anywhere. */
#include "config.h"

#include "ui/linnet-notifier.h"

#include <glib/gi18n.h>

#include "ui/linnet-window.h"

#define LINES_MAX 3
#define INTERVAL_MS 1000
#define SHELL_CLIENT "org.freedesktop.Telepathy.Client.GnomeShell"

/* Who shows notifications. Where none of them is there, nobody is told. */
static const char *const servers[] = { "org.gtk.Notifications", "org.freedesktop.Notifications",
                                       "org.freedesktop.portal.Desktop", NULL };

struct _LinnetNotifier
{
  GObject parent_instance;

  GtkApplication *application; /* (weak) */
  LinnetService *service;
  GSettings *settings;
  GHashTable *entries; /* (owned) LinnetConversation, borrowed → Entry, owned */
};

typedef struct
{
  LinnetNotifier *notifier; /* borrowed */
  LinnetConversation *conversation;
  GPtrArray *lines; /* (owned) the newest texts */
  guint n;
  guint source;
} Entry;

enum
{
  PROP_PENDING = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (LinnetNotifier, linnet_notifier, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_handle_id (&entry->source, g_source_remove);
  g_signal_handlers_disconnect_by_data (entry->conversation, entry);
  g_clear_object (&entry->conversation);
  g_clear_pointer (&entry->lines, g_ptr_array_unref);
  g_free (entry);
}

static char *
make_id (LinnetConversation *conversation)
{
  LinnetAccount *account = linnet_conversation_get_account (conversation);
  const char *path = account != NULL ? linnet_account_get_path (account) : NULL;

  return g_strdup_printf ("conversation-%08x%08x", g_str_hash (path != NULL ? path : ""),
                          g_str_hash (linnet_conversation_get_id (conversation)));
}

static gboolean
is_stranger (LinnetConversation *conversation)
{
  return linnet_conversation_get_kind (conversation) == LINNET_CONVERSATION_KIND_CONTACT &&
         linnet_conversation_get_contact (conversation) == NULL;
}

static char *
make_title (Entry *entry)
{
  LinnetAccount *account = linnet_conversation_get_account (entry->conversation);
  const char *name = linnet_conversation_get_name (entry->conversation);

  if (account != NULL && linnet_service_get_n_enabled (entry->notifier->service) > 1)
    return g_strdup_printf ("%s (%s)", name, linnet_account_get_display_name (account));
  return g_strdup (name);
}

static char *
make_body (Entry *entry)
{
  g_autoptr (GPtrArray) lines = NULL;

  if (entry->n > entry->lines->len)
    return g_strdup_printf (ngettext ("%u new message", "%u new messages", entry->n), entry->n);
  lines = g_ptr_array_new ();
  g_ptr_array_extend (lines, entry->lines, NULL, NULL);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

static void
post (Entry *entry)
{
  LinnetAccount *account = linnet_conversation_get_account (entry->conversation);
  const char *path = account != NULL && linnet_account_get_path (account) != NULL
                         ? linnet_account_get_path (account)
                         : "";
  const char *id = linnet_conversation_get_id (entry->conversation);
  int content = entry->notifier->settings != NULL
                    ? g_settings_get_enum (entry->notifier->settings, "notification-content")
                    : 0;
  g_autofree char *title = content < 2 ? make_title (entry) : g_strdup (_ ("Linnet"));
  g_autofree char *body = NULL;
  g_autofree char *key = make_id (entry->conversation);
  g_autoptr (GNotification) notification = g_notification_new (title);

  if (is_stranger (entry->conversation))
    body = g_strdup (_ ("Somebody who is not among your contacts has written to you."));
  else if (content == 0)
    body = make_body (entry);
  else
    body = g_strdup_printf (ngettext ("%u new message", "%u new messages", entry->n), entry->n);
  g_notification_set_body (notification, body);
  g_notification_set_priority (notification, linnet_conversation_get_kind (entry->conversation) ==
                                                     LINNET_CONVERSATION_KIND_ROOM
                                                 ? G_NOTIFICATION_PRIORITY_NORMAL
                                                 : G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_set_category (notification, "im.received");
  g_notification_set_default_action_and_target (notification, "app.open-conversation", "(ss)", path,
                                                id);
  g_notification_add_button_with_target (notification, _ ("Mark as Read"), "app.mark-read", "(ss)",
                                         path, id);
  if (linnet_conversation_get_kind (entry->conversation) == LINNET_CONVERSATION_KIND_CONTACT)
    g_notification_add_button_with_target (notification, _ ("Reply"), "app.open-conversation",
                                           "(ss)", path, id);
  if (entry->notifier->application != NULL)
    g_application_send_notification (G_APPLICATION (entry->notifier->application), key,
                                     notification);
}

static gboolean
post_cb (gpointer data)
{
  Entry *entry = data;

  entry->source = 0;
  post (entry);
  return G_SOURCE_REMOVE;
}

static void
forget (LinnetNotifier *self, LinnetConversation *conversation)
{
  g_autofree char *key = make_id (conversation);

  if (!g_hash_table_remove (self->entries, conversation))
    return;
  if (self->application != NULL)
    g_application_withdraw_notification (G_APPLICATION (self->application), key);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PENDING]);
}

static void
unread_cb (LinnetConversation *conversation, GParamSpec *pspec, gpointer data)
{
  Entry *entry = data;

  if (linnet_conversation_get_unread (conversation) == 0 ||
      linnet_conversation_get_muted (conversation))
    forget (entry->notifier, conversation);
}

static gboolean
is_seen (LinnetNotifier *self, LinnetConversation *conversation)
{
  GList *windows =
      self->application != NULL ? gtk_application_get_windows (self->application) : NULL;

  for (GList *at = windows; at != NULL; at = at->next)
    if (LINNET_IS_WINDOW (at->data) && linnet_window_is_showing (at->data, conversation))
      return TRUE;
  return FALSE;
}

static Entry *
ensure_entry (LinnetNotifier *self, LinnetConversation *conversation)
{
  Entry *entry = g_hash_table_lookup (self->entries, conversation);

  if (entry != NULL)
    return entry;
  entry = g_new0 (Entry, 1);
  entry->notifier = self;
  entry->conversation = g_object_ref (conversation);
  entry->lines = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (conversation, "notify::unread", G_CALLBACK (unread_cb), entry);
  g_signal_connect (conversation, "notify::muted", G_CALLBACK (unread_cb), entry);
  g_hash_table_insert (self->entries, conversation, entry);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PENDING]);
  return entry;
}

typedef struct
{
  LinnetNotifier *notifier;
  LinnetConversation *conversation;
  char *text;
} Arrival;

static void
notify_of (LinnetNotifier *self, LinnetConversation *conversation, const char *text)
{
  Entry *entry = ensure_entry (self, conversation);
  gboolean first = entry->n == 0;

  entry->n++;
  if (entry->lines->len == LINES_MAX)
    g_ptr_array_remove_index (entry->lines, 0);
  g_ptr_array_add (entry->lines, g_strdup (text));
  if (first)
    post (entry);
  else if (entry->source == 0)
    entry->source = g_timeout_add (INTERVAL_MS, post_cb, entry);
}

static gboolean
has_name (GVariant *names, const char *const *prefixes)
{
  g_autofree const char **list = NULL;

  g_variant_get (names, "(^a&s)", &list);
  for (guint i = 0; list[i] != NULL; i++)
    for (guint j = 0; prefixes[j] != NULL; j++)
      if (g_str_has_prefix (list[i], prefixes[j]))
        return TRUE;
  return FALSE;
}

static void
arrival_free (Arrival *arrival)
{
  g_object_unref (arrival->notifier);
  g_object_unref (arrival->conversation);
  g_free (arrival->text);
  g_free (arrival);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Arrival, arrival_free)

static void
activatable_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Arrival) arrival = data;
  g_autoptr (GVariant) names =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (names != NULL && has_name (names, servers))
    notify_of (arrival->notifier, arrival->conversation, arrival->text);
}

static void
ask_bus (GDBusConnection *bus, const char *method, GAsyncReadyCallback callback, Arrival *arrival)
{
  g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", method, NULL, G_VARIANT_TYPE ("(as)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, callback, arrival);
}

/* Somebody else may show it already, or nobody may be there to show it. */
static void
names_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  static const char *const shell[] = { SHELL_CLIENT, NULL };
  g_autoptr (Arrival) arrival = data;
  g_autoptr (GVariant) names =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  gboolean is_contact =
      linnet_conversation_get_kind (arrival->conversation) == LINNET_CONVERSATION_KIND_CONTACT;

  if (names == NULL || (is_contact && has_name (names, shell)))
    return;
  if (has_name (names, servers))
    notify_of (arrival->notifier, arrival->conversation, arrival->text);
  else
    ask_bus (G_DBUS_CONNECTION (source), "ListActivatableNames", activatable_cb,
             g_steal_pointer (&arrival));
}

static void
message_arrived_cb (LinnetNotifier *self, LinnetConversation *conversation, LinnetMessage *message)
{
  GDBusConnection *bus = self->application != NULL
                             ? g_application_get_dbus_connection (G_APPLICATION (self->application))
                             : NULL;
  Arrival *arrival;

  if (linnet_conversation_get_muted (conversation) || is_seen (self, conversation))
    return;
  if (bus == NULL)
    {
      notify_of (self, conversation, linnet_message_get_body (message));
      return;
    }
  arrival = g_new0 (Arrival, 1);
  arrival->notifier = g_object_ref (self);
  arrival->conversation = g_object_ref (conversation);
  arrival->text = g_strdup (linnet_message_get_body (message));
  ask_bus (bus, "ListNames", names_cb, arrival);
}

static void
linnet_notifier_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_PENDING:
      g_value_set_boolean (value, linnet_notifier_get_pending (LINNET_NOTIFIER (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
linnet_notifier_dispose (GObject *object)
{
  LinnetNotifier *self = LINNET_NOTIFIER (object);

  g_hash_table_remove_all (self->entries);
  g_clear_object (&self->service);
  g_clear_object (&self->settings);
  g_clear_weak_pointer (&self->application);
  G_OBJECT_CLASS (linnet_notifier_parent_class)->dispose (object);
}

static void
linnet_notifier_finalize (GObject *object)
{
  g_clear_pointer (&LINNET_NOTIFIER (object)->entries, g_hash_table_unref);
  G_OBJECT_CLASS (linnet_notifier_parent_class)->finalize (object);
}

static void
linnet_notifier_class_init (LinnetNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = linnet_notifier_get_property;
  object_class->dispose = linnet_notifier_dispose;
  object_class->finalize = linnet_notifier_finalize;
  props[PROP_PENDING] = g_param_spec_boolean ("pending", NULL, NULL, FALSE,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
linnet_notifier_init (LinnetNotifier *self)
{
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
}

/**
 * linnet_notifier_new:
 * @application: (nullable): sends the notifications
 * @service: tells of messages
 * @settings: (nullable): what a notification may show
 *
 * Returns: (transfer full): the notifier
 */
LinnetNotifier *
linnet_notifier_new (GtkApplication *application, LinnetService *service, GSettings *settings)
{
  LinnetNotifier *self = g_object_new (LINNET_TYPE_NOTIFIER, NULL);

  g_set_weak_pointer (&self->application, application);
  g_set_object (&self->service, service);
  g_set_object (&self->settings, settings);
  g_signal_connect_object (service, "message-arrived", G_CALLBACK (message_arrived_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * linnet_notifier_get_pending:
 * @self: a notifier
 *
 * Returns: whether there is anything notified and not read
 */
gboolean
linnet_notifier_get_pending (LinnetNotifier *self)
{
  g_return_val_if_fail (LINNET_IS_NOTIFIER (self), FALSE);
  return g_hash_table_size (self->entries) > 0;
}
