/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-presence-popover.c: what others shall see of us, and how the accounts are. window.md
 * section 3 */
#include "config.h"

#include "ui/linnet-presence-popover.h"

#include <glib/gi18n.h>

static const LinnetPresence offered[] = {
  LINNET_PRESENCE_AVAILABLE,
  LINNET_PRESENCE_AWAY,
  LINNET_PRESENCE_BUSY,
  LINNET_PRESENCE_OFFLINE,
};

struct _LinnetPresencePopover
{
  GtkPopover parent_instance;

  GtkBox *choices;
  GtkEditable *status_entry;
  GtkBox *accounts_box;
  GtkCheckButton *buttons[G_N_ELEMENTS (offered)];

  LinnetService *service;
  gboolean showing;
};

G_DEFINE_FINAL_TYPE (LinnetPresencePopover, linnet_presence_popover, GTK_TYPE_POPOVER)

static LinnetAccount *
first_enabled (LinnetPresencePopover *self)
{
  GListModel *accounts = linnet_service_get_accounts (self->service);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (LinnetAccount) account = g_list_model_get_item (accounts, i);

      if (linnet_account_get_enabled (account))
        return account;
    }
  return NULL;
}

static void
request (LinnetPresencePopover *self, LinnetPresence presence)
{
  GListModel *accounts = linnet_service_get_accounts (self->service);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (LinnetAccount) account = g_list_model_get_item (accounts, i);

      if (linnet_account_get_enabled (account))
        linnet_account_request_presence (account, presence,
                                         gtk_editable_get_text (self->status_entry));
    }
}

static void
toggled_cb (LinnetPresencePopover *self, GtkCheckButton *button)
{
  if (self->showing || self->service == NULL || !gtk_check_button_get_active (button))
    return;
  request (self, linnet_presence_popover_get_presence (self));
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
status_activated_cb (LinnetPresencePopover *self)
{
  if (self->service != NULL)
    request (self, linnet_presence_popover_get_presence (self));
  gtk_popover_popdown (GTK_POPOVER (self));
}

static const char *
state_in_words (LinnetAccount *account)
{
  if (!linnet_account_get_enabled (account))
    return _ ("Not in use");
  switch (linnet_account_get_state (account))
    {
    case LINNET_CONNECTION_CONNECTED:
      return linnet_presence_get_word (linnet_account_get_presence (account));
    case LINNET_CONNECTION_CONNECTING:
      return _ ("Connecting…");
    case LINNET_CONNECTION_DISCONNECTED:
    case LINNET_CONNECTION_UNKNOWN:
    default:
      return linnet_account_get_needs_password (account) ? _ ("Needs its password") : _ ("Offline");
    }
}

static GtkWidget *
account_line (LinnetAccount *account)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (linnet_account_get_display_name (account));
  GtkWidget *state = gtk_label_new (state_in_words (account));

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  /* As wide as the popover is, however large the text. */
  gtk_label_set_max_width_chars (GTK_LABEL (name), 1);
  gtk_widget_set_tooltip_text (name, linnet_account_get_display_name (account));
  gtk_label_set_xalign (GTK_LABEL (state), 0);
  gtk_label_set_wrap (GTK_LABEL (state), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (state), 1);
  gtk_widget_add_css_class (state, "caption");
  gtk_widget_add_css_class (state, "secondary");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), state);
  return box;
}

static void
show_state (LinnetPresencePopover *self)
{
  LinnetAccount *account;
  GListModel *accounts;
  GtkWidget *child;

  if (self->service == NULL)
    return;
  account = first_enabled (self);
  accounts = linnet_service_get_accounts (self->service);
  self->showing = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (offered); i++)
    gtk_check_button_set_active (self->buttons[i],
                                 account != NULL &&
                                     linnet_account_get_requested_presence (account) == offered[i]);
  gtk_editable_set_text (self->status_entry,
                         account != NULL && linnet_account_get_status_text (account) != NULL
                             ? linnet_account_get_status_text (account)
                             : "");
  self->showing = FALSE;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->accounts_box))) != NULL)
    gtk_box_remove (self->accounts_box, child);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (LinnetAccount) one = g_list_model_get_item (accounts, i);

      gtk_box_append (self->accounts_box, account_line (one));
    }
}

static void
linnet_presence_popover_show (GtkWidget *widget)
{
  show_state (LINNET_PRESENCE_POPOVER (widget));
  GTK_WIDGET_CLASS (linnet_presence_popover_parent_class)->show (widget);
}

static void
linnet_presence_popover_dispose (GObject *object)
{
  LinnetPresencePopover *self = LINNET_PRESENCE_POPOVER (object);

  g_clear_object (&self->service);
  G_OBJECT_CLASS (linnet_presence_popover_parent_class)->dispose (object);
}

static void
linnet_presence_popover_class_init (LinnetPresencePopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = linnet_presence_popover_dispose;
  widget_class->show = linnet_presence_popover_show;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-presence-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, LinnetPresencePopover, choices);
  gtk_widget_class_bind_template_child (widget_class, LinnetPresencePopover, status_entry);
  gtk_widget_class_bind_template_child (widget_class, LinnetPresencePopover, accounts_box);
  gtk_widget_class_bind_template_callback (widget_class, status_activated_cb);
}

static GtkWidget *
make_choice (LinnetPresencePopover *self, guint at)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon =
      g_object_new (GTK_TYPE_IMAGE, "icon-name", linnet_presence_get_icon_name (offered[at]),
                    "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  self->buttons[at] =
      GTK_CHECK_BUTTON (gtk_check_button_new_with_label (linnet_presence_get_word (offered[at])));
  gtk_check_button_set_group (self->buttons[at], at > 0 ? self->buttons[0] : NULL);
  gtk_widget_set_hexpand (GTK_WIDGET (self->buttons[at]), TRUE);
  g_signal_connect_object (self->buttons[at], "toggled", G_CALLBACK (toggled_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->buttons[at]));
  gtk_box_append (GTK_BOX (box), icon);
  return box;
}

static void
linnet_presence_popover_init (LinnetPresencePopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (offered); i++)
    gtk_box_append (self->choices, make_choice (self, i));
}

/**
 * linnet_presence_popover_new:
 *
 * Returns: (transfer floating): the popover
 */
GtkWidget *
linnet_presence_popover_new (void)
{
  return g_object_new (LINNET_TYPE_PRESENCE_POPOVER, NULL);
}

/**
 * linnet_presence_popover_set_service:
 * @self: the popover
 * @service: (nullable): whose accounts it is about
 */
void
linnet_presence_popover_set_service (LinnetPresencePopover *self, LinnetService *service)
{
  g_return_if_fail (LINNET_IS_PRESENCE_POPOVER (self));
  g_set_object (&self->service, service);
  show_state (self);
}

/**
 * linnet_presence_popover_get_presence:
 * @self: the popover
 *
 * Returns: the presence that is chosen
 */
LinnetPresence
linnet_presence_popover_get_presence (LinnetPresencePopover *self)
{
  g_return_val_if_fail (LINNET_IS_PRESENCE_POPOVER (self), LINNET_PRESENCE_UNKNOWN);
  for (guint i = 0; i < G_N_ELEMENTS (offered); i++)
    if (gtk_check_button_get_active (self->buttons[i]))
      return offered[i];
  return LINNET_PRESENCE_AVAILABLE;
}
