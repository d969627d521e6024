/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-details-panel.c: what there is to know of the other side of a conversation, and what can
 * be done about it */

#include "config.h"

#include "ui/linnet-details-panel.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "model/linnet-account.h"
#include "ui/linnet-avatar.h"
#include "ui/linnet-pages.h"

struct _LinnetDetailsPanel
{
  GtkWidget parent_instance;

  LinnetAvatar *avatar;
  GtkLabel *name;
  GtkLabel *address;
  GtkWidget *presence;
  GtkImage *presence_icon;
  GtkLabel *presence_label;
  GtkWidget *contact_group;
  GtkEditable *name_row;
  GtkEditable *groups_row;
  GtkWidget *sharing_group;
  AdwActionRow *subscribe_row;
  AdwActionRow *publish_row;
  GtkLabel *error;
  GtkWidget *add;
  GtkWidget *remove;

  LinnetConversation *conversation; /* (owned) (nullable) */
  GSignalGroup *signals; /* (owned) those of conversation */
  GSignalGroup *contact_signals; /* (owned) those of its contact */
};

G_DEFINE_FINAL_TYPE (LinnetDetailsPanel, linnet_details_panel, GTK_TYPE_WIDGET)

static LinnetContact *
get_contact (LinnetDetailsPanel *self)
{
  return self->conversation != NULL ? linnet_conversation_get_contact (self->conversation) : NULL;
}

static LinnetAccount *
get_account (LinnetDetailsPanel *self)
{
  return self->conversation != NULL ? linnet_conversation_get_account (self->conversation) : NULL;
}

/* In the contact list: one of the two sees the other, or has asked to. */
static gboolean
is_listed (LinnetContact *contact)
{
  LinnetSubscription subscribe = linnet_contact_get_subscribe (contact);

  return subscribe == LINNET_SUBSCRIPTION_YES || subscribe == LINNET_SUBSCRIPTION_ASK ||
         linnet_contact_get_publish (contact) == LINNET_SUBSCRIPTION_YES;
}

static const char *
get_subscribe_words (LinnetSubscription subscribe)
{
  switch (subscribe)
    {
    case LINNET_SUBSCRIPTION_YES:
      return _ ("You see when they are available.");
    case LINNET_SUBSCRIPTION_ASK:
      return _ ("You asked to see it; they have not answered.");
    case LINNET_SUBSCRIPTION_REMOVED_REMOTELY:
      return _ ("They do not let you see it any more.");
    case LINNET_SUBSCRIPTION_UNKNOWN:
    case LINNET_SUBSCRIPTION_NO:
    default:
      return _ ("You do not see it.");
    }
}

static const char *
get_publish_words (LinnetSubscription publish)
{
  switch (publish)
    {
    case LINNET_SUBSCRIPTION_YES:
      return _ ("They see when you are available.");
    case LINNET_SUBSCRIPTION_ASK:
      return _ ("They asked to see it.");
    case LINNET_SUBSCRIPTION_REMOVED_REMOTELY:
    case LINNET_SUBSCRIPTION_UNKNOWN:
    case LINNET_SUBSCRIPTION_NO:
    default:
      return _ ("They do not see it.");
    }
}

static void
set_unedited (GtkEditable *row, const char *text)
{
  GtkWidget *delegate = GTK_WIDGET (gtk_editable_get_delegate (row));

  /* What somebody is typing is not overwritten. */
  if (delegate != NULL && gtk_widget_has_focus (delegate))
    return;
  if (g_strcmp0 (gtk_editable_get_text (row), text) == 0)
    return;
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), FALSE);
  gtk_editable_set_text (row, text);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
}

static void
update_presence (LinnetDetailsPanel *self, LinnetContact *contact)
{
  LinnetPresence presence = linnet_contact_get_presence (contact);
  const char *status = linnet_contact_get_status_text (contact);
  g_autofree char *isolated =
      status != NULL && *status != '\0' ? linnet_text_isolate (status) : NULL;
  g_autofree char *text = NULL;

  if (isolated != NULL)
    /* Translators: presence, then what the person says about it, as “Away · “at lunch”” */
    text = g_strdup_printf (_ ("%s · “%s”"), linnet_presence_get_word (presence), isolated);
  else
    text = g_strdup (linnet_presence_get_word (presence));
  gtk_image_set_from_icon_name (self->presence_icon, linnet_presence_get_icon_name (presence));
  gtk_label_set_label (self->presence_label, text);
}

static void
update_contact (LinnetDetailsPanel *self)
{
  LinnetContact *contact = get_contact (self);
  gboolean listed = contact != NULL && is_listed (contact);
  gboolean can_list =
      get_account (self) != NULL &&
      linnet_conversation_get_kind (self->conversation) == LINNET_CONVERSATION_KIND_CONTACT;
  g_autofree char *groups = NULL;

  gtk_widget_set_visible (self->presence,
                          contact != NULL &&
                              linnet_contact_get_presence (contact) != LINNET_PRESENCE_UNKNOWN);
  gtk_widget_set_visible (self->contact_group, listed);
  gtk_widget_set_visible (self->sharing_group, listed);
  gtk_widget_set_visible (self->add, can_list && !listed);
  gtk_widget_set_visible (self->remove, can_list && listed);
  if (contact == NULL)
    return;

  update_presence (self, contact);
  set_unedited (self->name_row, linnet_contact_get_name (contact));
  groups = linnet_contact_get_groups (contact) != NULL
               ? g_strjoinv (", ", (char **) linnet_contact_get_groups (contact))
               : g_strdup ("");
  set_unedited (self->groups_row, groups);
  adw_action_row_set_subtitle (self->subscribe_row,
                               get_subscribe_words (linnet_contact_get_subscribe (contact)));
  adw_action_row_set_subtitle (self->publish_row,
                               get_publish_words (linnet_contact_get_publish (contact)));
}

static void
update (LinnetDetailsPanel *self)
{
  const char *id, *name;

  if (self->conversation == NULL)
    return;
  id = linnet_conversation_get_id (self->conversation);
  name = linnet_conversation_get_name (self->conversation);
  linnet_avatar_set_person (self->avatar, id, name);
  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->address, id);
  update_contact (self);
}

static void
contact_replaced_cb (LinnetDetailsPanel *self)
{
  g_signal_group_set_target (self->contact_signals, get_contact (self));
  update (self);
}

static void
show_error (LinnetDetailsPanel *self, const char *text)
{
  gtk_label_set_label (self->error, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error), text != NULL);
}

static void
action_done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LinnetDetailsPanel) self = user_data;
  g_autoptr (GError) error = NULL;

  if (linnet_account_action_finish (LINNET_ACCOUNT (object), result, &error))
    return;
  g_dbus_error_strip_remote_error (error);
  if (LINNET_ACCOUNT (object) == get_account (self))
    show_error (self, error->message);
}

static void
rename_cb (LinnetDetailsPanel *self)
{
  show_error (self, NULL);
  if (get_account (self) != NULL && get_contact (self) != NULL)
    linnet_account_rename_contact_async (get_account (self), get_contact (self),
                                         gtk_editable_get_text (self->name_row), action_done_cb,
                                         g_object_ref (self));
}

static void
set_groups_cb (LinnetDetailsPanel *self)
{
  g_auto (GStrv) parts = g_strsplit (gtk_editable_get_text (self->groups_row), ",", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) groups = NULL;

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (builder, parts[i]);
  groups = g_strv_builder_end (builder);
  show_error (self, NULL);
  if (get_account (self) != NULL && get_contact (self) != NULL)
    linnet_account_set_contact_groups_async (get_account (self), get_contact (self),
                                             (const char *const *) groups, action_done_cb,
                                             g_object_ref (self));
}

static void
copy_address_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetDetailsPanel *self = LINNET_DETAILS_PANEL (widget);

  if (self->conversation != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                            linnet_conversation_get_id (self->conversation));
}

static void
add_contact_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetDetailsPanel *self = LINNET_DETAILS_PANEL (widget);

  show_error (self, NULL);
  if (get_account (self) != NULL)
    linnet_account_add_contact_async (get_account (self),
                                      linnet_conversation_get_id (self->conversation), NULL, NULL,
                                      NULL, action_done_cb, g_object_ref (self));
}

static void
remove_answered_cb (LinnetDetailsPanel *self, const char *response, AdwMessageDialog *dialog)
{
  if (!g_str_equal (response, "remove") || get_account (self) == NULL || get_contact (self) == NULL)
    return;
  linnet_account_remove_contact_async (get_account (self), get_contact (self), action_done_cb,
                                       g_object_ref (self));
}

static void
remove_contact_cb (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  LinnetDetailsPanel *self = LINNET_DETAILS_PANEL (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autofree char *name = NULL;
  g_autofree char *heading = NULL;
  GtkWidget *dialog;

  show_error (self, NULL);
  if (get_contact (self) == NULL)
    return;
  name = linnet_text_isolate (linnet_contact_get_name (get_contact (self)));
  /* Translators: %s is the name of a person */
  heading = g_strdup_printf (_ ("Remove %s?"), name);
  dialog = adw_message_dialog_new (
      GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading,
      _ ("You will not see each other’s presence any more. The messages stay here."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove",
                                    _ ("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_answered_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
linnet_details_panel_dispose (GObject *object)
{
  LinnetDetailsPanel *self = LINNET_DETAILS_PANEL (object);
  GtkWidget *child;

  g_clear_object (&self->signals);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->conversation);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (linnet_details_panel_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-details-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, avatar);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, name);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, address);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, presence);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, presence_icon);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, presence_label);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, contact_group);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, name_row);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, groups_row);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, sharing_group);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, subscribe_row);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, publish_row);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, error);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, add);
  gtk_widget_class_bind_template_child (widget_class, LinnetDetailsPanel, remove);
}

static void
linnet_details_panel_class_init (LinnetDetailsPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = linnet_details_panel_dispose;

  g_type_ensure (LINNET_TYPE_AVATAR);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "details.copy-address", NULL, copy_address_cb);
  gtk_widget_class_install_action (widget_class, "details.add-contact", NULL, add_contact_cb);
  gtk_widget_class_install_action (widget_class, "details.remove-contact", NULL, remove_contact_cb);
  gtk_widget_class_set_css_name (widget_class, "details");
}

static void
linnet_details_panel_init (LinnetDetailsPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  linnet_pages_wrap_button (self->add);
  linnet_pages_wrap_button (self->remove);
  self->signals = g_signal_group_new (LINNET_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->signals, "notify::name", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->signals, "notify::contact",
                                  G_CALLBACK (contact_replaced_cb), self);
  self->contact_signals = g_signal_group_new (LINNET_TYPE_CONTACT);
  g_signal_group_connect_swapped (self->contact_signals, "notify", G_CALLBACK (update), self);
  g_signal_connect_object (self->name_row, "apply", G_CALLBACK (rename_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->groups_row, "apply", G_CALLBACK (set_groups_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * linnet_details_panel_new: an empty panel.
 *
 * Returns: (transfer floating):
 */
GtkWidget *
linnet_details_panel_new (void)
{
  return g_object_new (LINNET_TYPE_DETAILS_PANEL, NULL);
}

/**
 * linnet_details_panel_set_conversation: shows the other side of @conversation.
 * @conversation: (nullable):
 */
void
linnet_details_panel_set_conversation (LinnetDetailsPanel *self, LinnetConversation *conversation)
{
  g_return_if_fail (LINNET_IS_DETAILS_PANEL (self));

  if (!g_set_object (&self->conversation, conversation))
    return;
  g_signal_group_set_target (self->signals, conversation);
  g_signal_group_set_target (self->contact_signals, get_contact (self));
  show_error (self, NULL);
  update (self);
}
