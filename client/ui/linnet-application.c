/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-application.c: the process of the window: actions, notifications, the Telepathy client.
 *
 * Accounts stay online in the service when the last window closes. This process leaves 60 s later,
 * unless it has told of messages that nobody has read: their channels are ours until then. */
#include "config.h"

#include "ui/linnet-application.h"

#include <glib/gi18n.h>

#include "model/linnet-client.h"
#include "model/linnet-service.h"
#include "ui/linnet-about.h"
#include "ui/linnet-notifier.h"
#include "ui/linnet-preferences.h"
#include "ui/linnet-shortcuts.h"
#include "ui/linnet-window.h"

#define PATIENCE_MS (60 * 1000)

struct _LinnetApplication
{
  AdwApplication parent_instance;

  LinnetService *service;
  LinnetClient *client;
  LinnetNotifier *notifier;
  GSettings *settings;
  gboolean held;
  gboolean leaves_with_window;
};

G_DEFINE_FINAL_TYPE (LinnetApplication, linnet_application, ADW_TYPE_APPLICATION)

static LinnetWindow *
find_window (LinnetApplication *self)
{
  for (GList *at = gtk_application_get_windows (GTK_APPLICATION (self)); at != NULL; at = at->next)
    if (LINNET_IS_WINDOW (at->data))
      return at->data;
  return NULL;
}

static LinnetWindow *
ensure_window (LinnetApplication *self)
{
  LinnetWindow *window = find_window (self);

  if (window == NULL)
    window =
        LINNET_WINDOW (linnet_window_new (GTK_APPLICATION (self), self->service, self->settings));
  return window;
}

static void
update_hold (LinnetApplication *self)
{
  gboolean hold = linnet_notifier_get_pending (self->notifier) &&
                  linnet_service_has_unread_channels (self->service);

  if (hold == self->held)
    return;
  self->held = hold;
  if (hold)
    g_application_hold (G_APPLICATION (self));
  else
    g_application_release (G_APPLICATION (self));
}

static LinnetConversation *
find_conversation (LinnetApplication *self, GVariant *parameter)
{
  const char *path, *id;
  LinnetAccount *account;

  g_variant_get (parameter, "(&s&s)", &path, &id);
  account = linnet_service_ensure_account (self->service, path);
  return account != NULL ? linnet_account_ensure_conversation (account, id) : NULL;
}

static void
open_conversation_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LinnetApplication *self = data;
  LinnetConversation *conversation = find_conversation (self, parameter);
  LinnetWindow *window = ensure_window (self);

  if (conversation != NULL)
    linnet_window_open (window, conversation);
  gtk_window_present (GTK_WINDOW (window));
}

static void
mark_read_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LinnetConversation *conversation = find_conversation (data, parameter);
  LinnetMessage *last =
      conversation != NULL ? linnet_conversation_get_last_message (conversation) : NULL;

  if (last != NULL)
    linnet_conversation_set_displayed (conversation, last);
}

static void
wanted_cb (LinnetApplication *self, LinnetConversation *conversation)
{
  LinnetWindow *window = ensure_window (self);

  if (linnet_window_get_conversation (window) == conversation)
    return;
  linnet_window_open (window, conversation);
  gtk_window_present (GTK_WINDOW (window));
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LinnetWindow *window = find_window (data);

  if (window != NULL)
    gtk_window_close (GTK_WINDOW (window));
}

static void
add_account_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LinnetWindow *window = ensure_window (data);

  linnet_window_add_account (window);
  gtk_window_present (GTK_WINDOW (window));
}

static void
present_above (LinnetApplication *self, GtkWidget *dialog)
{
  LinnetWindow *window = ensure_window (self);

  gtk_window_set_transient_for (GTK_WINDOW (dialog), GTK_WINDOW (window));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LinnetApplication *self = data;

  present_above (self, linnet_preferences_new (self->service, self->settings));
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  present_above (data, linnet_shortcuts_new ());
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkWidget *about = linnet_about_new ();

  gtk_window_set_modal (GTK_WINDOW (about), TRUE);
  present_above (data, about);
}

static void
add_accel (LinnetApplication *self, const char *action, const char *first, const char *second)
{
  const char *accels[] = { first, second, NULL };

  gtk_application_set_accels_for_action (GTK_APPLICATION (self), action, accels);
}

static void
add_accels (LinnetApplication *self)
{
  add_accel (self, "app.quit", "<Control>q", NULL);
  add_accel (self, "app.preferences", "<Control>comma", NULL);
  add_accel (self, "window.close", "<Control>w", NULL);
  add_accel (self, "win.new-conversation", "<Control>n", NULL);
  add_accel (self, "win.search", "<Control>k", NULL);
  add_accel (self, "app.shortcuts", "<Control>question", "F1");
}

static GSettings *
make_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      source != NULL ? g_settings_schema_source_lookup (source, LINNET_APPLICATION_ID, TRUE) : NULL;

  if (schema == NULL)
    {
      g_message ("The settings schema %s is not installed; settings are not kept.",
                 LINNET_APPLICATION_ID);
      return NULL;
    }
  return g_settings_new (LINNET_APPLICATION_ID);
}

static void
linnet_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { "quit", quit_cb, NULL, NULL, NULL, { 0 } },
    { "about", about_cb, NULL, NULL, NULL, { 0 } },
    { "shortcuts", shortcuts_cb, NULL, NULL, NULL, { 0 } },
    { "preferences", preferences_cb, NULL, NULL, NULL, { 0 } },
    { "add-account", add_account_cb, NULL, NULL, NULL, { 0 } },
    { "open-conversation", open_conversation_cb, "(ss)", NULL, NULL, { 0 } },
    { "mark-read", mark_read_cb, "(ss)", NULL, NULL, { 0 } },
  };
  LinnetApplication *self = LINNET_APPLICATION (application);
  GDBusConnection *bus = g_application_get_dbus_connection (application);

  G_APPLICATION_CLASS (linnet_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  add_accels (self);
  /* What comes soon after the window was closed is told without starting anew. */
  if (!self->leaves_with_window)
    g_application_set_inactivity_timeout (application, PATIENCE_MS);
  self->settings = make_settings ();
  self->service = linnet_service_new (bus);
  if (bus == NULL)
    linnet_service_set_state (self->service, LINNET_SERVICE_MISSING);
  else
    self->client = linnet_client_new (bus, self->service, FALSE);
  self->notifier = linnet_notifier_new (GTK_APPLICATION (self), self->service, self->settings);
  g_signal_connect_object (self->notifier, "notify::pending", G_CALLBACK (update_hold), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->service, "conversation-wanted", G_CALLBACK (wanted_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
linnet_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (ensure_window (LINNET_APPLICATION (application))));
}

static void
linnet_application_shutdown (GApplication *application)
{
  LinnetApplication *self = LINNET_APPLICATION (application);

  for (LinnetWindow *window = find_window (self); window != NULL; window = find_window (self))
    gtk_window_destroy (GTK_WINDOW (window));
  g_clear_object (&self->notifier);
  g_clear_object (&self->client);
  g_clear_object (&self->service);
  g_clear_object (&self->settings);
  G_APPLICATION_CLASS (linnet_application_parent_class)->shutdown (application);
}

static int
linnet_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("linnet %s\n", LINNET_VERSION);
      return 0;
    }
  LINNET_APPLICATION (application)->leaves_with_window =
      g_variant_dict_contains (options, "no-background");
  return -1;
}

static void
linnet_application_class_init (LinnetApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = linnet_application_startup;
  application_class->activate = linnet_application_activate;
  application_class->shutdown = linnet_application_shutdown;
  application_class->handle_local_options = linnet_application_handle_local_options;
}

static void
linnet_application_init (LinnetApplication *self)
{
  g_application_add_main_option (G_APPLICATION (self), "version", 0, G_OPTION_FLAG_NONE,
                                 G_OPTION_ARG_NONE, _ ("Print the version and exit"), NULL);
  g_application_add_main_option (G_APPLICATION (self), "no-background", 0, G_OPTION_FLAG_NONE,
                                 G_OPTION_ARG_NONE, _ ("Leave as soon as the window is closed"),
                                 NULL);
}

/**
 * linnet_application_new:
 *
 * Returns: (transfer full): the application, to be run
 */
LinnetApplication *
linnet_application_new (void)
{
  return g_object_new (LINNET_TYPE_APPLICATION, "application-id", LINNET_APPLICATION_ID,
                       "resource-base-path", "/im/linnet/Linnet", NULL);
}
