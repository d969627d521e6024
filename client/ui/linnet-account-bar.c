/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-account-bar.c: a stripe in the colour of an account, where there are several. XEP-0392
 *
 * It only repeats what the row says in words: its tooltip and its accessible name have the account.
 */

#include "ui/linnet-account-bar.h"

#include "ui/linnet-avatar.h"

struct _LinnetAccountBar
{
  GtkWidget parent_instance;

  GdkRGBA color;
};

G_DEFINE_FINAL_TYPE (LinnetAccountBar, linnet_account_bar, GTK_TYPE_WIDGET)

static void
linnet_account_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  GskRoundedRect shape;

  gsk_rounded_rect_init_from_rect (&shape, &GRAPHENE_RECT_INIT (0, 0, width, height), width / 2.0);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  gtk_snapshot_append_color (snapshot, &LINNET_ACCOUNT_BAR (widget)->color, &shape.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
linnet_account_bar_class_init (LinnetAccountBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = linnet_account_bar_snapshot;
  gtk_widget_class_set_css_name (widget_class, "accountbar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
linnet_account_bar_init (LinnetAccountBar *self)
{
}

/**
 * linnet_account_bar_set_address: whose colour it has.
 * @address: (nullable): a bare address
 */
void
linnet_account_bar_set_address (LinnetAccountBar *self, const char *address)
{
  g_return_if_fail (LINNET_IS_ACCOUNT_BAR (self));
  linnet_avatar_get_color (address, &self->color);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
