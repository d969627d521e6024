/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-preferences.c: what can be set, and the accounts. Changes apply at once. window.md section
 * 3 */
#include "config.h"

#include "ui/linnet-preferences.h"

#include <glib/gi18n.h>

struct _LinnetPreferences
{
  AdwPreferencesWindow parent_instance;

  GtkListBox *accounts_list;
  GtkWidget *notifications_group;
  AdwComboRow *content_row;

  LinnetService *service;
  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (LinnetPreferences, linnet_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static const char *
state_in_words (LinnetAccount *account)
{
  if (!linnet_account_get_enabled (account))
    return _ ("Not in use");
  if (linnet_account_get_error_text (account) != NULL)
    return linnet_account_get_error_text (account);
  switch (linnet_account_get_state (account))
    {
    case LINNET_CONNECTION_CONNECTED:
      return linnet_presence_get_word (linnet_account_get_presence (account));
    case LINNET_CONNECTION_CONNECTING:
      return _ ("Connecting…");
    case LINNET_CONNECTION_DISCONNECTED:
    case LINNET_CONNECTION_UNKNOWN:
    default:
      return _ ("Offline");
    }
}

static void
account_notify_cb (AdwActionRow *row, GParamSpec *pspec, LinnetAccount *account)
{
  GtkWidget *toggle = adw_action_row_get_activatable_widget (row);

  adw_action_row_set_subtitle (row, state_in_words (account));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 linnet_account_get_display_name (account));
  if (gtk_switch_get_active (GTK_SWITCH (toggle)) != linnet_account_get_enabled (account))
    gtk_switch_set_active (GTK_SWITCH (toggle), linnet_account_get_enabled (account));
}

static void
switched_cb (LinnetAccount *account, GParamSpec *pspec, GtkSwitch *toggle)
{
  if (gtk_switch_get_active (toggle) != linnet_account_get_enabled (account))
    linnet_account_set_enabled (account, gtk_switch_get_active (toggle));
}

static void
remove_answered_cb (LinnetAccount *account, const char *response)
{
  if (g_str_equal (response, "remove"))
    linnet_account_remove_async (account, NULL, NULL);
}

static void
remove_cb (LinnetAccount *account, GtkWidget *button)
{
  const char *address = linnet_account_get_address (account);
  g_autofree char *heading = g_strdup_printf (_ ("Remove %s?"), address);
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (button)), NULL, NULL);

  adw_message_dialog_set_heading (ADW_MESSAGE_DIALOG (dialog), heading);
  adw_message_dialog_set_body (
      ADW_MESSAGE_DIALOG (dialog),
      _ ("The account and its messages are removed from this computer. On its server the "
         "account stays."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "remove",
                                    _ ("Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_answered_cb), account,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static GtkWidget *
make_remove_button (LinnetAccount *account)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *label = g_strdup_printf (_ ("Remove %s…"), linnet_account_get_address (account));

  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), account, G_CONNECT_SWAPPED);
  return button;
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  LinnetAccount *account = item;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *toggle = gtk_switch_new ();
  g_autofree char *label = g_strdup_printf (_ ("Use %s"), linnet_account_get_address (account));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_switch_set_active (GTK_SWITCH (toggle), linnet_account_get_enabled (account));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_remove_button (account));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  account_notify_cb (ADW_ACTION_ROW (row), NULL, account);
  g_signal_connect_object (account, "notify", G_CALLBACK (account_notify_cb), row,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (toggle, "notify::active", G_CALLBACK (switched_cb), account,
                           G_CONNECT_SWAPPED);
  return row;
}

static void
add_cb (LinnetPreferences *self)
{
  GApplication *application = g_application_get_default ();

  gtk_window_close (GTK_WINDOW (self));
  if (application != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "add-account", NULL);
}

static void
content_selected_cb (LinnetPreferences *self)
{
  if (self->settings != NULL)
    g_settings_set_enum (self->settings, "notification-content",
                         (int) adw_combo_row_get_selected (self->content_row));
}

static void
linnet_preferences_dispose (GObject *object)
{
  LinnetPreferences *self = LINNET_PREFERENCES (object);

  if (self->accounts_list != NULL)
    gtk_list_box_bind_model (self->accounts_list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->settings);
  g_clear_object (&self->service);
  G_OBJECT_CLASS (linnet_preferences_parent_class)->dispose (object);
}

static void
linnet_preferences_class_init (LinnetPreferencesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = linnet_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, LinnetPreferences, accounts_list);
  gtk_widget_class_bind_template_child (widget_class, LinnetPreferences, notifications_group);
  gtk_widget_class_bind_template_child (widget_class, LinnetPreferences, content_row);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, content_selected_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
linnet_preferences_init (LinnetPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * linnet_preferences_new:
 * @service: whose accounts it lists
 * @settings: (nullable): what it changes
 *
 * Returns: the window, not shown yet; GTK owns it
 */
GtkWidget *
linnet_preferences_new (LinnetService *service, GSettings *settings)
{
  LinnetPreferences *self = g_object_new (LINNET_TYPE_PREFERENCES, NULL);

  g_set_object (&self->service, service);
  gtk_list_box_bind_model (self->accounts_list, linnet_service_get_accounts (service), create_row,
                           self, NULL);
  gtk_widget_set_visible (self->notifications_group, settings != NULL);
  if (settings != NULL)
    adw_combo_row_set_selected (self->content_row,
                                (guint) g_settings_get_enum (settings, "notification-content"));
  g_set_object (&self->settings, settings);
  return GTK_WIDGET (self);
}
