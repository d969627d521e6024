/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-divider-row.c: a line of the timeline that is no message: a day, what is new, an end */

#include "config.h"

#include "ui/linnet-divider-row.h"

#include <glib/gi18n.h>

#include "model/linnet-when.h"

struct _LinnetDividerRow
{
  GtkWidget parent_instance;

  GtkWidget *before;
  GtkLabel *label;
  GtkWidget *load;
  GtkWidget *after;
};

enum
{
  SIGNAL_RELOAD_WANTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LinnetDividerRow, linnet_divider_row, GTK_TYPE_WIDGET)

static char *
dup_words (LinnetDivider *divider)
{
  switch (linnet_divider_get_kind (divider))
    {
    case LINNET_DIVIDER_DAY:
      return linnet_when_dup_day (linnet_divider_get_day (divider));
    case LINNET_DIVIDER_UNREAD:
      return g_strdup (_ ("New messages"));
    case LINNET_DIVIDER_BEGINNING:
      return g_strdup (_ ("Beginning of the conversation"));
    case LINNET_DIVIDER_LOAD_FAILED:
      return g_strdup (_ ("Earlier messages could not be loaded."));
    default:
      return g_strdup ("");
    }
}

static void
reload_cb (LinnetDividerRow *self)
{
  g_signal_emit (self, signals[SIGNAL_RELOAD_WANTED], 0);
}

static void
linnet_divider_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (linnet_divider_row_parent_class)->dispose (object);
}

static void
linnet_divider_row_class_init (LinnetDividerRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = linnet_divider_row_dispose;

  /* The person wants what could not be loaded. */
  signals[SIGNAL_RELOAD_WANTED] =
      g_signal_new ("reload-wanted", LINNET_TYPE_DIVIDER_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/linnet/Linnet/ui/linnet-divider-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LinnetDividerRow, before);
  gtk_widget_class_bind_template_child (widget_class, LinnetDividerRow, label);
  gtk_widget_class_bind_template_child (widget_class, LinnetDividerRow, load);
  gtk_widget_class_bind_template_child (widget_class, LinnetDividerRow, after);
  gtk_widget_class_set_css_name (widget_class, "divider");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
linnet_divider_row_init (LinnetDividerRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->load, "clicked", G_CALLBACK (reload_cb), self);
}

/**
 * linnet_divider_row_new: an empty row.
 *
 * Returns: (transfer floating):
 */
GtkWidget *
linnet_divider_row_new (void)
{
  return g_object_new (LINNET_TYPE_DIVIDER_ROW, NULL);
}

/**
 * linnet_divider_row_set_divider: says what @divider means, as seen from today.
 */
void
linnet_divider_row_set_divider (LinnetDividerRow *self, LinnetDivider *divider)
{
  static const char *const classes[] = {
    [LINNET_DIVIDER_DAY] = "day",
    [LINNET_DIVIDER_UNREAD] = "unread-line",
    [LINNET_DIVIDER_BEGINNING] = "event",
    [LINNET_DIVIDER_LOAD_FAILED] = "gap",
  };
  LinnetDividerKind kind;
  gboolean has_lines;
  g_autofree char *words = NULL;

  g_return_if_fail (LINNET_IS_DIVIDER_ROW (self));
  g_return_if_fail (LINNET_IS_DIVIDER (divider));

  kind = linnet_divider_get_kind (divider);
  has_lines = kind == LINNET_DIVIDER_DAY || kind == LINNET_DIVIDER_UNREAD;
  words = dup_words (divider);
  gtk_label_set_label (self->label, words);
  gtk_widget_set_css_classes (GTK_WIDGET (self), (const char *[]){ classes[kind], NULL });
  gtk_widget_set_opacity (self->before, has_lines ? 1 : 0);
  gtk_widget_set_opacity (self->after, has_lines ? 1 : 0);
  gtk_widget_set_visible (self->load, kind == LINNET_DIVIDER_LOAD_FAILED);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}
