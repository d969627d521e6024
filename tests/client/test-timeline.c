/* SPDX-License-Identifier: GPL-3.0-or-later */

/* test-timeline.c: LinnetTimeline round a list of fakes */

#include <adwaita.h>

#include "client-test.h"
#include "ui/linnet-timeline.h"

#define WIDTH 400
#define HEIGHT 600

/* An item of a height of one's choice. */
#define FAKE_TYPE_ITEM (fake_item_get_type ())
G_DECLARE_FINAL_TYPE (FakeItem, fake_item, FAKE, ITEM, GObject)
struct _FakeItem
{
  GObject parent_instance;
  int height;
  guint kind;
};
G_DEFINE_FINAL_TYPE (FakeItem, fake_item, G_TYPE_OBJECT)
static void
fake_item_class_init (FakeItemClass *klass)
{
}
static void
fake_item_init (FakeItem *self)
{
}

static FakeItem *
fake_item_new (int height)
{
  FakeItem *item = g_object_new (FAKE_TYPE_ITEM, NULL);

  item->height = height;
  return item;
}

static guint
fake_get_kind (gpointer item, gpointer user_data)
{
  return FAKE_ITEM (item)->kind;
}

/* The estimate is wrong on purpose. */
static LinnetTimelineHint
fake_hint (gpointer item, gpointer user_data)
{
  return (LinnetTimelineHint){ .fixed_px = 37 };
}

static GtkWidget *
fake_create (guint kind, gpointer user_data)
{
  GtkWidget *row = gtk_button_new_with_label ("");

  gtk_widget_set_name (row, "row");
  return row;
}

static void
fake_bind (GtkWidget *row, gpointer item, gpointer user_data)
{
  gtk_widget_set_size_request (row, -1, FAKE_ITEM (item)->height);
}

static void
fake_unbind (GtkWidget *row, gpointer user_data)
{
}

static const LinnetTimelineFactory factory = {
  .n_kinds = 2,
  .get_kind = fake_get_kind,
  .hint = fake_hint,
  .create = fake_create,
  .bind = fake_bind,
  .unbind = fake_unbind,
};

typedef struct
{
  GtkWidget *window;
  LinnetTimeline *timeline;
  GtkAdjustment *adjustment;
  GListStore *store; /* (owned) */
} Fixture;

static void
splice (Fixture *f, guint position, guint removed, guint added)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < added; i++)
    g_ptr_array_add (items, fake_item_new (40 + (i * 7) % 60));
  g_list_store_splice (f->store, position, removed, items->pdata, added);
}

static void
set_up (Fixture *f, gconstpointer n_items)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  f->store = g_list_store_new (FAKE_TYPE_ITEM);
  splice (f, 0, 0, GPOINTER_TO_UINT (n_items));
  f->timeline = LINNET_TIMELINE (linnet_timeline_new ());
  linnet_timeline_set_factory (f->timeline, &factory, NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (f->timeline));
  f->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  f->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), WIDTH, HEIGHT);
  gtk_window_set_decorated (GTK_WINDOW (f->window), FALSE);
  gtk_window_set_child (GTK_WINDOW (f->window), scrolled);
  linnet_timeline_set_model (f->timeline, G_LIST_MODEL (f->store));
  gtk_window_present (GTK_WINDOW (f->window));
  client_test_settle (f->window);
}

static void
tear_down (Fixture *f, gconstpointer n_items)
{
  GtkWidget *timeline = g_object_ref (GTK_WIDGET (f->timeline));

  gtk_window_destroy (GTK_WINDOW (f->window));
  g_assert_finalize_object (timeline);
  g_assert_finalize_object (f->store);
}

/* y of the row of an item in the window, or G_MININT if it is not built */
static int
get_y (Fixture *f, gpointer item)
{
  guint position;
  GtkWidget *row;
  graphene_rect_t bounds;

  if (!g_list_store_find (f->store, item, &position))
    return G_MININT;
  row = linnet_timeline_get_row (f->timeline, position);
  if (row == NULL)
    return G_MININT;
  g_assert_true (gtk_widget_compute_bounds (row, GTK_WIDGET (f->timeline), &bounds));
  return (int) bounds.origin.y;
}

static FakeItem *
get_shown_item (Fixture *f)
{
  guint first, last;
  g_autoptr (FakeItem) item = NULL;

  g_assert_true (linnet_timeline_get_shown (f->timeline, &first, &last));
  item = g_list_model_get_item (G_LIST_MODEL (f->store), first);
  return item;
}

/* Rows stand under each other without holes and cover the view. */
static void
assert_covered (Fixture *f)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (f->store));
  int next_y = G_MININT;
  int top = G_MAXINT;

  for (guint i = 0; i < n_items; i++)
    {
      GtkWidget *row = linnet_timeline_get_row (f->timeline, i);
      graphene_rect_t bounds;

      if (row == NULL)
        continue;
      g_assert_true (gtk_widget_compute_bounds (row, GTK_WIDGET (f->timeline), &bounds));
      if (next_y != G_MININT)
        g_assert_cmpint ((int) bounds.origin.y, ==, next_y);
      top = MIN (top, (int) bounds.origin.y);
      next_y = (int) (bounds.origin.y + bounds.size.height);
    }
  g_assert_cmpint (next_y, >=, HEIGHT - 12);
  if (linnet_timeline_get_row (f->timeline, 0) == NULL)
    g_assert_cmpint (top, <=, 0);
}

static void
assert_at_end (Fixture *f)
{
  GtkWidget *row;
  graphene_rect_t bounds;

  row =
      linnet_timeline_get_row (f->timeline, g_list_model_get_n_items (G_LIST_MODEL (f->store)) - 1);
  g_assert_nonnull (row);
  g_assert_true (gtk_widget_compute_bounds (row, GTK_WIDGET (f->timeline), &bounds));
  g_assert_cmpint ((int) (bounds.origin.y + bounds.size.height), ==, HEIGHT - 12);
}

static void
scroll_by (Fixture *f, double delta)
{
  gtk_adjustment_set_value (f->adjustment, gtk_adjustment_get_value (f->adjustment) + delta);
  client_test_settle (f->window);
}

static void
test_opens_at_the_newest (Fixture *f, gconstpointer data)
{
  assert_at_end (f);
  assert_covered (f);
  g_assert_true (linnet_timeline_is_sticky (f->timeline));
}

static void
test_a_short_one_stands_at_the_bottom (Fixture *f, gconstpointer data)
{
  assert_at_end (f);
  splice (f, 3, 0, 1);
  client_test_settle (f->window);
  assert_at_end (f);
  splice (f, 0, 4, 0);
  client_test_settle (f->window);
  g_assert_cmpuint (linnet_timeline_get_n_built (f->timeline), ==, 0);
  splice (f, 0, 0, 2);
  client_test_settle (f->window);
  assert_at_end (f);
}

static void
test_nothing_moves_when_rows_come_above (Fixture *f, gconstpointer data)
{
  FakeItem *item;
  double value;
  int y;

  scroll_by (f, -4000);
  item = get_shown_item (f);
  y = get_y (f, item);
  value = gtk_adjustment_get_value (f->adjustment);
  splice (f, 0, 0, 50);
  client_test_settle (f->window);
  g_assert_cmpint (get_y (f, item), ==, y);
  g_assert_cmpfloat (gtk_adjustment_get_value (f->adjustment), ==, value);
  assert_covered (f);
}

/* The wheel goes on, a page comes every few steps: each step moves what is seen by that step. */
static void
test_nothing_moves_during_a_scroll (Fixture *f, gconstpointer data)
{
  for (int i = 0; i < 12; i++)
    {
      FakeItem *item = get_shown_item (f);
      int y = get_y (f, item);

      gtk_adjustment_set_value (f->adjustment, gtk_adjustment_get_value (f->adjustment) - 53);
      if (i % 4 == 0)
        splice (f, 0, 0, 50);
      client_test_settle (f->window);
      g_assert_cmpint (get_y (f, item), ==, y + 53);
      assert_covered (f);
    }
}

static void
test_nothing_moves_when_built_rows_change (Fixture *f, gconstpointer data)
{
  FakeItem *item;
  guint position;
  int y;

  scroll_by (f, -4000);
  item = get_shown_item (f);
  y = get_y (f, item);
  g_assert_true (g_list_store_find (f->store, item, &position));

  splice (f, position - 2, 0, 3);
  client_test_settle (f->window);
  g_assert_cmpint (get_y (f, item), ==, y);
  splice (f, position - 1, 2, 0);
  client_test_settle (f->window);
  g_assert_cmpint (get_y (f, item), ==, y);
  splice (f, position + 5, 1, 30);
  client_test_settle (f->window);
  g_assert_cmpint (get_y (f, item), ==, y);
  assert_covered (f);
}

static void
test_a_row_that_grows_above_moves_nothing (Fixture *f, gconstpointer data)
{
  FakeItem *item;
  guint position;
  int y;

  scroll_by (f, -4000);
  item = get_shown_item (f);
  y = get_y (f, item);
  g_assert_true (g_list_store_find (f->store, item, &position));
  gtk_widget_set_size_request (linnet_timeline_get_row (f->timeline, position - 2), -1, 300);
  client_test_settle (f->window);
  g_assert_cmpint (get_y (f, item), ==, y);
  assert_covered (f);
}

static gboolean
is_sticky (gpointer timeline)
{
  return linnet_timeline_is_sticky (timeline);
}

static void
test_the_end_sticks (Fixture *f, gconstpointer data)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (f->store));
  FakeItem *item;
  int y;

  for (int i = 0; i < 5; i++)
    {
      splice (f, n_items++, 0, 1);
      client_test_settle (f->window);
      assert_at_end (f);
    }
  gtk_widget_set_size_request (linnet_timeline_get_row (f->timeline, n_items - 1), -1, 200);
  client_test_settle (f->window);
  assert_at_end (f);

  scroll_by (f, -30);
  g_assert_false (linnet_timeline_is_sticky (f->timeline));
  item = get_shown_item (f);
  y = get_y (f, item);
  splice (f, n_items++, 0, 1);
  client_test_settle (f->window);
  g_assert_cmpint (get_y (f, item), ==, y);

  linnet_timeline_jump_to_end (f->timeline);
  client_test_wait (is_sticky, f->timeline);
  client_test_settle (f->window);
  assert_at_end (f);
}

static void
test_a_flood_keeps_the_end (Fixture *f, gconstpointer data)
{
  guint n_created = linnet_timeline_get_n_created (f->timeline);

  splice (f, g_list_model_get_n_items (G_LIST_MODEL (f->store)), 0, 500);
  client_test_settle (f->window);
  assert_at_end (f);
  assert_covered (f);
  g_assert_cmpuint (linnet_timeline_get_n_created (f->timeline), <=, n_created + 12);
}

/* The cost of a scroll over everything is a bounded number of rows. */
static void
test_rows_are_used_again (Fixture *f, gconstpointer data)
{
  for (int i = 0; i < 20; i++)
    {
      scroll_by (f, -800);
      assert_covered (f);
      g_assert_cmpuint (linnet_timeline_get_n_built (f->timeline), <=, 3.5 * HEIGHT / 40 + 2);
    }
  g_assert_cmpuint (linnet_timeline_get_n_created (f->timeline), <=, 3.5 * HEIGHT / 40 + 2 + 12);

  gtk_adjustment_set_value (f->adjustment, gtk_adjustment_get_lower (f->adjustment));
  client_test_settle (f->window);
  assert_covered (f);
  g_assert_nonnull (linnet_timeline_get_row (f->timeline, 0));
}

static void
test_a_far_place_is_shown_at_once (Fixture *f, gconstpointer data)
{
  g_autoptr (FakeItem) item = g_list_model_get_item (G_LIST_MODEL (f->store), 2000);
  guint position;
  int y;

  linnet_timeline_jump (f->timeline, 2000);
  client_test_settle (f->window);
  g_assert_cmpint (get_y (f, item), ==, HEIGHT / 3);
  assert_covered (f);

  scroll_by (f, 33);
  g_assert_true (linnet_timeline_get_anchor (f->timeline, &position, &y));
  linnet_timeline_jump_to_end (f->timeline);
  client_test_settle (f->window);
  assert_at_end (f);
  linnet_timeline_show_at (f->timeline, position, y);
  client_test_settle (f->window);
  g_assert_cmpint (get_y (f, item), ==, HEIGHT / 3 - 33);
}

static void
test_the_reader_keeps_the_place_at_a_new_width (Fixture *f, gconstpointer data)
{
  FakeItem *item;
  int y;

  scroll_by (f, -4000);
  item = get_shown_item (f);
  y = get_y (f, item);
  gtk_window_set_default_size (GTK_WINDOW (f->window), WIDTH + 200, HEIGHT);
  client_test_settle (f->window);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (f->timeline)), ==, WIDTH + 200);
  g_assert_cmpint (get_y (f, item), ==, y);
}

static void
assert_focus (Fixture *f, guint position)
{
  GtkWidget *row = linnet_timeline_get_row (f->timeline, position);

  g_assert_nonnull (row);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (f->window)) == row);
}

static void
press (Fixture *f, guint key)
{
  client_test_press (gtk_root_get_focus (GTK_ROOT (f->window)), key, 0);
  client_test_settle (f->window);
}

static void
test_keys_move_from_row_to_row (Fixture *f, gconstpointer data)
{
  guint last = g_list_model_get_n_items (G_LIST_MODEL (f->store)) - 1;
  guint first, shown_last;

  g_assert_true (linnet_timeline_focus_row (f->timeline));
  assert_focus (f, last);
  press (f, GDK_KEY_Up);
  assert_focus (f, last - 1);
  press (f, GDK_KEY_Down);
  assert_focus (f, last);
  press (f, GDK_KEY_Down);
  assert_focus (f, last);
  press (f, GDK_KEY_Home);
  assert_focus (f, 0);
  press (f, GDK_KEY_Up);
  assert_focus (f, 0);
  press (f, GDK_KEY_Page_Down);
  g_assert_true (linnet_timeline_get_shown (f->timeline, &first, &shown_last));
  assert_focus (f, shown_last);
  press (f, GDK_KEY_Page_Up);
  g_assert_true (linnet_timeline_get_shown (f->timeline, &first, &shown_last));
  assert_focus (f, first);
  press (f, GDK_KEY_End);
  assert_focus (f, last);
  assert_at_end (f);
}

static void
test_a_row_with_focus_is_not_released (Fixture *f, gconstpointer data)
{
  guint last = g_list_model_get_n_items (G_LIST_MODEL (f->store)) - 1;
  GtkWidget *row;

  g_assert_true (linnet_timeline_focus_row (f->timeline));
  row = linnet_timeline_get_row (f->timeline, last);
  scroll_by (f, -9000);
  g_assert_null (linnet_timeline_get_row (f->timeline, last));
  g_assert_true (gtk_root_get_focus (GTK_ROOT (f->window)) == row);
  splice (f, 0, 0, 50);
  splice (f, last + 40, 0, 5);
  client_test_settle (f->window);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (f->window)) == row);
  press (f, GDK_KEY_Up);
  assert_focus (f, last + 50 + 5 - 1);

  /* Its item goes: the next one has the focus. */
  splice (f, last + 50 + 5 - 1, 1, 0);
  client_test_settle (f->window);
  assert_focus (f, last + 50 + 5 - 1);
}

static void
note_edge_cb (LinnetTimeline *timeline, GtkPositionType position, guint *n_told)
{
  n_told[position == GTK_POS_TOP ? 0 : 1]++;
}

static void
test_it_says_when_an_edge_is_near (Fixture *f, gconstpointer data)
{
  guint n_told[2] = { 0, 0 };

  g_signal_connect (f->timeline, "edge-neared", G_CALLBACK (note_edge_cb), n_told);
  scroll_by (f, -3000);
  g_assert_cmpuint (n_told[0], ==, 0);
  gtk_adjustment_set_value (f->adjustment, gtk_adjustment_get_lower (f->adjustment));
  client_test_settle (f->window);
  scroll_by (f, 50);
  g_assert_cmpuint (n_told[0], ==, 1);
  splice (f, 0, 0, 3);
  client_test_settle (f->window);
  g_assert_cmpuint (n_told[0], ==, 2);
  splice (f, 0, 0, 50);
  client_test_settle (f->window);
  g_assert_cmpuint (n_told[0], ==, 2);
}

static void
note_settled_cb (LinnetTimeline *timeline, guint first, guint last, guint *position)
{
  *position = last;
}

static gboolean
is_set (gpointer data)
{
  return *(guint *) data != 0;
}

static void
test_it_says_what_is_read (Fixture *f, gconstpointer data)
{
  guint last = g_list_model_get_n_items (G_LIST_MODEL (f->store)) - 1;
  guint told = 0;

  g_signal_connect (f->timeline, "settled", G_CALLBACK (note_settled_cb), &told);
  scroll_by (f, -100);
  client_test_wait (is_set, &told);
  g_assert_cmpuint (told, <, last);
  told = 0;
  scroll_by (f, 100);
  client_test_wait (is_set, &told);
  g_assert_cmpuint (told, ==, last);
}

static gboolean
is_near (gpointer adjustment)
{
  return ABS (gtk_adjustment_get_value (adjustment)) <= 1000000;
}

static void
test_it_comes_home_from_far_away (Fixture *f, gconstpointer data)
{
  FakeItem *item;
  int y;

  for (int i = 0; i < 200; i++)
    splice (f, 0, 0, 500);
  gtk_adjustment_set_value (f->adjustment, gtk_adjustment_get_lower (f->adjustment));
  client_test_settle (f->window);
  g_assert_cmpfloat (gtk_adjustment_get_value (f->adjustment), <, -1000000);
  assert_covered (f);
  item = get_shown_item (f);
  y = get_y (f, item);
  client_test_wait (is_near, f->adjustment);
  client_test_settle (f->window);
  g_assert_cmpint (get_y (f, item), ==, y);
  assert_covered (f);
}

/* Whatever the model does, the rows cover the view, and the first one that stays does not move. */
static void
test_chance_moves_nothing (Fixture *f, gconstpointer data)
{
  for (int i = 0; i < 15; i++)
    {
      guint n_items = g_list_model_get_n_items (G_LIST_MODEL (f->store));
      guint position = g_test_rand_int_range (0, n_items + 1);
      guint wish = g_test_rand_int_range (0, 6);
      guint removed = MIN (n_items - position, wish);
      guint added = g_test_rand_int_range (n_items < 200 ? 10 : 0, 20);
      g_autoptr (FakeItem) item = NULL;
      gboolean was_sticky;
      guint shown;
      int y;

      scroll_by (f, g_test_rand_int_range (-900, 900));
      was_sticky = linnet_timeline_is_sticky (f->timeline);
      item = g_object_ref (get_shown_item (f));
      g_assert_true (g_list_store_find (f->store, item, &shown));
      y = get_y (f, item);
      splice (f, position, removed, added);
      client_test_settle (f->window);
      assert_covered (f);
      if (was_sticky)
        assert_at_end (f);
      else if (!linnet_timeline_is_sticky (f->timeline) &&
               (shown < position || shown >= position + removed) && shown + 20 < n_items)
        g_assert_cmpint (get_y (f, item), ==, y);
    }
}

static void
test_it_is_a_list (Fixture *f, gconstpointer data)
{
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (f->timeline), GTK_ACCESSIBLE_ROLE_LIST);
}

#define ADD(path, n, function) \
  g_test_add ("/client/timeline/" path, Fixture, GUINT_TO_POINTER (n), set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  ADD ("opens-at-the-newest", 300, test_opens_at_the_newest);
  ADD ("a-short-one-stands-at-the-bottom", 3, test_a_short_one_stands_at_the_bottom);
  ADD ("nothing-moves-when-rows-come-above", 300, test_nothing_moves_when_rows_come_above);
  ADD ("nothing-moves-during-a-scroll", 300, test_nothing_moves_during_a_scroll);
  ADD ("nothing-moves-when-built-rows-change", 300, test_nothing_moves_when_built_rows_change);
  ADD ("a-row-that-grows-above-moves-nothing", 300, test_a_row_that_grows_above_moves_nothing);
  ADD ("the-end-sticks", 300, test_the_end_sticks);
  ADD ("a-flood-keeps-the-end", 300, test_a_flood_keeps_the_end);
  ADD ("rows-are-used-again", 10000, test_rows_are_used_again);
  ADD ("a-far-place-is-shown-at-once", 10000, test_a_far_place_is_shown_at_once);
  ADD ("the-reader-keeps-the-place-at-a-new-width", 300,
       test_the_reader_keeps_the_place_at_a_new_width);
  ADD ("keys-move-from-row-to-row", 300, test_keys_move_from_row_to_row);
  ADD ("a-row-with-focus-is-not-released", 300, test_a_row_with_focus_is_not_released);
  ADD ("it-says-when-an-edge-is-near", 300, test_it_says_when_an_edge_is_near);
  ADD ("it-says-what-is-read", 300, test_it_says_what_is_read);
  ADD ("it-comes-home-from-far-away", 300, test_it_comes_home_from_far_away);
  ADD ("chance-moves-nothing", 300, test_chance_moves_nothing);
  ADD ("it-is-a-list", 3, test_it_is_a_list);
  return g_test_run ();
}
