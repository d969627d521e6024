/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-announcer.c: tells people who hear the window what happens in it.
 *
 * GTK 4.8 cannot announce, and Orca 43 ignores alerts and what changes away from the focus; but it
 * speaks a changed description of the focused widget. So that is what is set, and emptied again
 * (which is silent) after two seconds. From GTK 4.14 on there is a call for it. */

#include "config.h"

#include "ui/linnet-announcer.h"

#include <gmodule.h>

#include "ui/linnet-divider-row.h"
#include "ui/linnet-message-row.h"

#define EMPTY_MS 2000
#define KEEP_US (10 * G_USEC_PER_SEC)
#define KEEP_MAX 3

/* From GTK 4.14 on; 1 is medium priority. */
typedef void (*AnnounceFunc) (GtkAccessible *accessible, const char *message, int priority);

typedef struct
{
  char *text;
  gint64 said_us;
} Kept;

struct _LinnetAnnouncer
{
  GObject parent_instance;

  GtkRoot *root; /* (unowned) weak */
  GtkWidget *described; /* (unowned) weak: has a description of ours */
  guint empty_id;
  GQueue kept; /* (element-type Kept) oldest first */
  AnnounceFunc announce; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (LinnetAnnouncer, linnet_announcer, G_TYPE_OBJECT)

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_free (kept->text);
  g_free (kept);
}

/* Descriptions of other widgets are those of their tooltips. */
static gboolean
can_describe (GtkWidget *widget)
{
  return GTK_IS_TEXT_VIEW (widget) || GTK_IS_TEXT (widget) || LINNET_IS_MESSAGE_ROW (widget) ||
         LINNET_IS_DIVIDER_ROW (widget);
}

static void
empty (LinnetAnnouncer *self)
{
  if (self->described != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->described),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "", -1);
  g_clear_weak_pointer (&self->described);
}

static gboolean
empty_cb (gpointer user_data)
{
  LinnetAnnouncer *self = user_data;

  self->empty_id = 0;
  empty (self);
  return G_SOURCE_REMOVE;
}

static void
describe (LinnetAnnouncer *self, GtkWidget *widget, const char *text)
{
  /* The same text twice needs the change in between. */
  empty (self);
  g_set_weak_pointer (&self->described, widget);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text, -1);
  g_clear_handle_id (&self->empty_id, g_source_remove);
  self->empty_id = g_timeout_add (EMPTY_MS, empty_cb, self);
}

static void
keep (LinnetAnnouncer *self, const char *text)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->text = g_strdup (text);
  kept->said_us = g_get_monotonic_time ();
  g_queue_push_tail (&self->kept, kept);
  while (g_queue_get_length (&self->kept) > KEEP_MAX)
    kept_free (g_queue_pop_head (&self->kept));
}

static void
focus_changed_cb (LinnetAnnouncer *self)
{
  GtkWidget *focus = gtk_root_get_focus (self->root);
  g_autoptr (GString) text = g_string_new (NULL);
  Kept *kept;

  if (focus == NULL || !can_describe (focus))
    return;
  while ((kept = g_queue_pop_head (&self->kept)) != NULL)
    {
      if (g_get_monotonic_time () - kept->said_us <= KEEP_US)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", kept->text);
      kept_free (kept);
    }
  if (text->len > 0)
    describe (self, focus, text->str);
}

static void
linnet_announcer_dispose (GObject *object)
{
  LinnetAnnouncer *self = LINNET_ANNOUNCER (object);

  g_clear_handle_id (&self->empty_id, g_source_remove);
  linnet_announcer_set_root (self, NULL);
  g_clear_weak_pointer (&self->described);
  g_queue_clear_full (&self->kept, kept_free);
  G_OBJECT_CLASS (linnet_announcer_parent_class)->dispose (object);
}

static void
linnet_announcer_class_init (LinnetAnnouncerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = linnet_announcer_dispose;
}

static void
linnet_announcer_init (LinnetAnnouncer *self)
{
  GModule *module = g_module_open (NULL, G_MODULE_BIND_LAZY);
  gpointer symbol = NULL;

  g_queue_init (&self->kept);
  if (module == NULL)
    return;
  if (g_module_symbol (module, "gtk_accessible_announce", &symbol))
    self->announce = (AnnounceFunc) symbol;
  g_module_close (module);
}

LinnetAnnouncer *
linnet_announcer_new (void)
{
  return g_object_new (LINNET_TYPE_ANNOUNCER, NULL);
}

/**
 * linnet_announcer_set_root: the window whose focus is followed.
 * @root: (nullable): not kept alive
 */
void
linnet_announcer_set_root (LinnetAnnouncer *self, GtkRoot *root)
{
  g_return_if_fail (LINNET_IS_ANNOUNCER (self));

  if (self->root == root)
    return;
  if (self->root != NULL)
    g_signal_handlers_disconnect_by_data (self->root, self);
  g_set_weak_pointer (&self->root, root);
  if (GTK_IS_WINDOW (root))
    g_signal_connect_object (root, "notify::focus-widget", G_CALLBACK (focus_changed_cb), self,
                             G_CONNECT_SWAPPED);
}

/**
 * linnet_announcer_say: has @text spoken, now or, if the focus is where that cannot be, when it
 * comes back within ten seconds.
 */
void
linnet_announcer_say (LinnetAnnouncer *self, const char *text)
{
  GtkWidget *focus;

  g_return_if_fail (LINNET_IS_ANNOUNCER (self));

  if (self->root == NULL)
    return;
  focus = gtk_root_get_focus (self->root);
  if (self->announce != NULL)
    self->announce (GTK_ACCESSIBLE (self->root), text, 1);
  else if (focus != NULL && can_describe (focus))
    describe (self, focus, text);
  else
    keep (self, text);
}
