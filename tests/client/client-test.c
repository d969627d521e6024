/* SPDX-License-Identifier: GPL-3.0-or-later */

/* client-test.c: what tests of widgets need beside GTest */

#include "client-test.h"

#define SETTLE_FRAMES 4
#define TIMEOUT_S 10

static gboolean
count_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  guint *n_left = data;

  (*n_left)--;
  return *n_left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* Until some frames have been drawn, so that what one frame leaves to the next is done. */
void
client_test_settle (GtkWidget *window)
{
  guint n_left = SETTLE_FRAMES;

  gtk_widget_add_tick_callback (window, count_cb, &n_left, NULL);
  while (n_left > 0 || g_main_context_pending (NULL))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
timeout_cb (gpointer data)
{
  g_error ("What the test waited for did not happen within %d s", TIMEOUT_S);
  return G_SOURCE_REMOVE;
}

void
client_test_wait (gboolean (*is_done) (gpointer data), gpointer data)
{
  guint timeout = g_timeout_add_seconds (TIMEOUT_S, timeout_cb, NULL);

  while (!is_done (data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static gboolean
press_shortcut (GtkWidget *widget, GListModel *shortcuts, guint key, GdkModifierType modifiers)
{
  for (guint i = 0; i < g_list_model_get_n_items (shortcuts); i++)
    {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (shortcuts, i);
      GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

      if (!GTK_IS_KEYVAL_TRIGGER (trigger) ||
          gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) != key ||
          gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) != modifiers)
        continue;
      if (gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                        gtk_shortcut_get_arguments (shortcut)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
press_here (GtkWidget *widget, GtkPropagationPhase phase, guint key, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean handled = FALSE;

  for (guint i = 0; !handled && i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (gtk_event_controller_get_propagation_phase (controller) != phase)
        continue;
      if (GTK_IS_SHORTCUT_CONTROLLER (controller))
        handled = press_shortcut (widget, G_LIST_MODEL (controller), key, modifiers);
      else if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, modifiers, &handled);
    }
  return handled;
}

/* A key on a widget, as its controllers and those of the widgets round it see it: capturing ones
 * from the outside in, then the others from the inside out. Returns: whether one took it. */
gboolean
client_test_press (GtkWidget *widget, guint key, GdkModifierType modifiers)
{
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();

  g_assert_nonnull (widget);
  for (GtkWidget *each = widget; each != NULL; each = gtk_widget_get_parent (each))
    g_ptr_array_add (chain, each);
  for (guint i = chain->len; i-- > 0;)
    if (press_here (g_ptr_array_index (chain, i), GTK_PHASE_CAPTURE, key, modifiers))
      return TRUE;
  for (guint i = 0; i < chain->len; i++)
    if (press_here (g_ptr_array_index (chain, i), GTK_PHASE_BUBBLE, key, modifiers))
      return TRUE;
  return FALSE;
}

/* The first widget below (or this) with the name given in the .ui or in code. */
GtkWidget *
client_test_find (GtkWidget *widget, const char *name)
{
  GtkWidget *found = NULL;
  const char *buildable =
      GTK_IS_BUILDABLE (widget) ? gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)) : NULL;

  if (g_strcmp0 (gtk_widget_get_name (widget), name) == 0 || g_strcmp0 (buildable, name) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = client_test_find (child, name);
  return found;
}

GtkWidget *
client_test_find_type (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = client_test_find_type (child, type);
  return found;
}
