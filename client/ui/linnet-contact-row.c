/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-contact-row.c: a contact in a list: who, presence in a symbol and a word, groups.
 * window.md section 3 */
#include "config.h"

#include "ui/linnet-contact-row.h"

#include <glib/gi18n.h>

#include "model/linnet-text.h"
#include "ui/linnet-avatar.h"

struct _LinnetContactRow
{
  GtkWidget parent_instance;

  LinnetAvatar *avatar;
  GtkInscription *name;
  GtkImage *presence;
  GtkInscription *status;
  GtkLabel *groups;
  GtkMenuButton *menu_button;
  GMenuModel *row_menu;

  LinnetContact *contact;
};

enum
{
  SIGNAL_RENAME_ASKED,
  SIGNAL_REMOVE_ASKED,
  SIGNAL_GROUPS_ASKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LinnetContactRow, linnet_contact_row, GTK_TYPE_WIDGET)

static char *
make_status (LinnetContact *contact)
{
  const char *text = linnet_contact_get_status_text (contact);
  const char *word = linnet_presence_get_word (linnet_contact_get_presence (contact));

  if (linnet_contact_get_subscribe (contact) == LINNET_SUBSCRIPTION_ASK)
    return g_strdup (_ ("Has been asked, and has not answered yet"));
  if (text != NULL)
    return g_strdup_printf ("%s · %s", word, text);
  return g_strdup (word);
}

/* An inscription goes to the side where its text begins; see LinnetConversationRow. */
static void
set_text (GtkInscription *inscription, const char *text)
{
  g_autofree char *isolated = linnet_text_isolate (text);
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (inscription)) == GTK_TEXT_DIR_RTL;
  g_autofree char *marked = g_strconcat (is_rtl ? "\xe2\x80\x8f" : "\xe2\x80\x8e", isolated, NULL);

  gtk_inscription_set_text (inscription, marked);
}

static void
update (LinnetContactRow *self)
{
  g_autofree char *status = make_status (self->contact);
  g_autofree char *groups = g_strjoinv (", ", (char **) linnet_contact_get_groups (self->contact));
  g_autofree char *sentence = NULL;
  const char *name = linnet_contact_get_name (self->contact);
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  linnet_avatar_set_person (self->avatar, linnet_contact_get_address (self->contact), name);
  set_text (self->name, name);
  gtk_image_set_from_icon_name (
      self->presence, linnet_presence_get_icon_name (linnet_contact_get_presence (self->contact)));
  set_text (self->status, status);
  gtk_label_set_text (self->groups, groups);
  gtk_widget_set_visible (GTK_WIDGET (self->groups), *groups);
  if (parent == NULL)
    return;
  sentence = g_strjoin (", ", name, status, *groups ? groups : NULL, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                  -1);
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_RENAME_ASKED], 0, LINNET_CONTACT_ROW (widget)->contact);
}

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_REMOVE_ASKED], 0, LINNET_CONTACT_ROW (widget)->contact);
}

static void
groups_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_GROUPS_ASKED], 0, LINNET_CONTACT_ROW (widget)->contact);
}

static void
linnet_contact_row_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (linnet_contact_row_parent_class)->root (widget);
  if (LINNET_CONTACT_ROW (widget)->contact != NULL)
    update (LINNET_CONTACT_ROW (widget));
}

static void
linnet_contact_row_dispose (GObject *object)
{
  LinnetContactRow *self = LINNET_CONTACT_ROW (object);
  GtkWidget *child;

  linnet_contact_row_set_contact (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), LINNET_TYPE_CONTACT_ROW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (linnet_contact_row_parent_class)->dispose (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, LINNET_TYPE_CONTACT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 1, LINNET_TYPE_CONTACT);
}

static void
linnet_contact_row_class_init (LinnetContactRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (LINNET_TYPE_AVATAR);
  object_class->dispose = linnet_contact_row_dispose;
  widget_class->root = linnet_contact_row_root;
  signals[SIGNAL_RENAME_ASKED] = add_signal ("rename-asked");
  signals[SIGNAL_REMOVE_ASKED] = add_signal ("remove-asked");
  signals[SIGNAL_GROUPS_ASKED] = add_signal ("groups-asked");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-contact-row.ui");
#define CHILD(field) gtk_widget_class_bind_template_child (widget_class, LinnetContactRow, field)
  CHILD (avatar);
  CHILD (name);
  CHILD (presence);
  CHILD (status);
  CHILD (groups);
  CHILD (menu_button);
#undef CHILD
  gtk_widget_class_bind_template_child (widget_class, LinnetContactRow, row_menu);
  gtk_widget_class_install_action (widget_class, "contact.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "contact.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "contact.groups", NULL, groups_action);
}

/* Made when it is wanted: a list builds two hundred rows at once, and a menu costs more than a row.
 */
static void
create_menu_cb (GtkMenuButton *button, gpointer row)
{
  if (gtk_menu_button_get_menu_model (button) == NULL)
    gtk_menu_button_set_menu_model (button, LINNET_CONTACT_ROW (row)->row_menu);
}

static void
linnet_contact_row_init (LinnetContactRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->menu_button, create_menu_cb, self, NULL);
}

/**
 * linnet_contact_row_new:
 *
 * Returns: (transfer floating): a row that shows nobody
 */
GtkWidget *
linnet_contact_row_new (void)
{
  return g_object_new (LINNET_TYPE_CONTACT_ROW, NULL);
}

/**
 * linnet_contact_row_set_contact:
 * @self: a row
 * @contact: (nullable): whom to show
 */
void
linnet_contact_row_set_contact (LinnetContactRow *self, LinnetContact *contact)
{
  g_return_if_fail (LINNET_IS_CONTACT_ROW (self));
  if (self->contact == contact)
    return;
  if (self->contact != NULL)
    g_signal_handlers_disconnect_by_data (self->contact, self);
  g_set_object (&self->contact, contact);
  if (contact == NULL)
    return;
  g_signal_connect_object (contact, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
