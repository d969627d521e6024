/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-keyboard.c: the window by Tab alone, and without motion. window.md section 5 */
#include <adwaita.h>

#include "client-test.h"

#include "gallery-fill.h"
#include "ui/linnet-timeline.h"
#include "ui/linnet-window.h"

#define MAX_STEPS 100

typedef struct
{
  LinnetService *service;
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  LinnetConversation *first;

  g_object_set (gtk_settings_get_default (), "gtk-cursor-blink", FALSE, NULL);
  f->service = linnet_service_new (NULL);
  first = gallery_fill (f->service, "", 2);
  gallery_say (first, "talk");
  f->window = g_object_ref (linnet_window_new (NULL, f->service, NULL));
  linnet_service_set_state (f->service, LINNET_SERVICE_READY);
  gtk_window_present (GTK_WINDOW (f->window));
  client_test_settle (f->window);
  linnet_window_open (LINNET_WINDOW (f->window), first);
  client_test_settle (f->window);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->window);
  g_assert_finalize_object (f->service);
}

static GtkWidget *
get_focus (Fixture *f)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (f->window));

  g_assert_nonnull (focus);
  return focus;
}

static void
press_tab (Fixture *f, GtkDirectionType direction)
{
  gboolean is_back = direction == GTK_DIR_TAB_BACKWARD;

  if (!client_test_press (get_focus (f), is_back ? GDK_KEY_ISO_Left_Tab : GDK_KEY_Tab,
                          is_back ? GDK_SHIFT_MASK : 0))
    g_signal_emit_by_name (f->window, "move-focus", direction);
}

/* Once round: every widget that had the focus, in order. */
static GPtrArray *
walk (Fixture *f, GtkDirectionType direction)
{
  GPtrArray *visited = g_ptr_array_new ();
  GtkWidget *first = get_focus (f);

  do
    {
      g_ptr_array_add (visited, get_focus (f));
      press_tab (f, direction);
      g_assert_cmpuint (visited->len, <, MAX_STEPS);
    }
  while (get_focus (f) != first);
  return visited;
}

/* It had the focus, or something in it that has it in its place. */
static gboolean
was_visited (GPtrArray *visited, GtkWidget *widget)
{
  for (guint i = 0; i < visited->len; i++)
    if (visited->pdata[i] == widget || gtk_widget_is_ancestor (visited->pdata[i], widget))
      return TRUE;
  return FALSE;
}

static guint
count_visited_in (GPtrArray *visited, GtkWidget *widget)
{
  guint n = 0;

  for (guint i = 0; i < visited->len; i++)
    n += visited->pdata[i] == widget || gtk_widget_is_ancestor (visited->pdata[i], widget);
  return n;
}

/* Everything that can have the focus had it; of a list, one row is enough: arrows go on. */
static void
assert_all_visited (GPtrArray *visited, GtkWidget *widget)
{
  gboolean is_list = GTK_IS_LIST_VIEW (widget) || LINNET_IS_TIMELINE (widget);

  if (!gtk_widget_get_mapped (widget) || !gtk_widget_get_can_focus (widget) ||
      !gtk_widget_is_sensitive (widget) || GTK_IS_POPOVER (widget))
    return;
  if ((gtk_widget_get_focusable (widget) || is_list) && !was_visited (visited, widget))
    g_error ("%s “%s” cannot be reached by Tab", G_OBJECT_TYPE_NAME (widget),
             gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); !is_list && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    assert_all_visited (visited, child);
}

static void
test_tab_reaches_everything_and_comes_back (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) visited = walk (f, GTK_DIR_TAB_FORWARD);

  assert_all_visited (visited, f->window);
}

static void
test_shift_tab_reaches_everything_and_comes_back (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) visited = walk (f, GTK_DIR_TAB_BACKWARD);

  assert_all_visited (visited, f->window);
}

/* However many conversations there are, the next Tab leaves their list. */
static void
test_the_list_of_conversations_is_one_stop (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) visited = walk (f, GTK_DIR_TAB_FORWARD);
  GtkWidget *list = client_test_find_type (f->window, GTK_TYPE_LIST_VIEW);

  g_assert_cmpuint (count_visited_in (visited, list), ==, 1);
}

static void
test_without_animations_nothing_moves (Fixture *f, gconstpointer data)
{
  GtkWidget *flap = client_test_find_type (f->window, ADW_TYPE_FLAP);
  GtkWidget *timeline = client_test_find_type (f->window, LINNET_TYPE_TIMELINE);
  g_autoptr (GtkAdjustment) adjustment = NULL;
  double end;

  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_assert_cmpfloat (adw_flap_get_reveal_progress (ADW_FLAP (flap)), ==, 0);
  gtk_widget_activate_action (timeline, "conversation.toggle-details", NULL);
  g_assert_cmpfloat (adw_flap_get_reveal_progress (ADW_FLAP (flap)), ==, 1);
  client_test_settle (f->window);
  g_object_get (timeline, "vadjustment", &adjustment, NULL);
  end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  gtk_adjustment_set_value (adjustment, end - 50);
  client_test_settle (f->window);
  linnet_timeline_jump_to_end (LINNET_TIMELINE (timeline));
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (adjustment), end, 1);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
#define TEST(name, func) g_test_add ("/keyboard/" name, Fixture, NULL, set_up, func, tear_down)
  TEST ("tab-reaches-everything-and-comes-back", test_tab_reaches_everything_and_comes_back);
  TEST ("shift-tab-reaches-everything-and-comes-back",
        test_shift_tab_reaches_everything_and_comes_back);
  TEST ("the-list-of-conversations-is-one-stop", test_the_list_of_conversations_is_one_stop);
  TEST ("without-animations-nothing-moves", test_without_animations_nothing_moves);
#undef TEST
  return g_test_run ();
}
