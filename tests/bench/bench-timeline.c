/* SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-timeline.c: what a frame of the timeline costs.
 *
 * Prints for each scene the milliseconds from the beginning of a frame's work to the end of its
 * drawing: median, 95th percentile, longest, and how many took longer than 33 ms. */

#include <stdlib.h>

#include <adwaita.h>

#include "fake-conversation.h"
#include "model/linnet-message.h"
#include "ui/linnet-conversation-view.h"
#include "ui/linnet-message-row.h"
#include "ui/linnet-timeline.h"

#define N_ITEMS 100000
#define N_FRAMES 300
#define N_ROWS 1000
#define N_SWITCHES 20
#define WHEEL_PX 180
#define FAILURE_MS 33.0

static const char *const words[] = { "But", "soft", "what", "light", "through",
                                     "yonder", "window", "breaks", "it", "is",
                                     "the", "east", "and", "Juliet", "sun" };

typedef struct Bench Bench;
typedef void (*StepFunc) (Bench *bench, guint frame);

struct Bench
{
  GtkWidget *window;
  LinnetTimeline *timeline;
  GtkAdjustment *adjustment;
  GListStore *store;
  GMainLoop *loop;
  GArray *times; /* (element-type double) ms */
  StepFunc step;
  guint frame;
  guint n_frames;
  gint64 begun_us;
  gint64 next_id;
  double velocity;
};

static LinnetMessage *
make_message (Bench *bench)
{
  GString *body = g_string_new (NULL);
  gint64 id = bench->next_id++;
  guint n_words = 1 + id * 7919 % 40;
  gboolean outgoing = id % 3 == 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < n_words; i++)
    g_string_append_printf (body, "%s ", words[(id + i * i) % G_N_ELEMENTS (words)]);
  if (id % 20 == 0)
    g_string_append (body, "https://example.org/");
  text = g_string_free (body, FALSE);
  return g_object_new (LINNET_TYPE_MESSAGE, "local-id", id, "body", text, "timestamp-s",
                       1700000000 + id * 60, "outgoing", outgoing, "state",
                       outgoing ? LINNET_MESSAGE_STATE_READ : LINNET_MESSAGE_STATE_NONE,
                       "sender-id", "juliet@capulet.lit", NULL);
}

static void
insert (Bench *bench, guint position, guint n_items)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n_items; i++)
    g_ptr_array_add (items, make_message (bench));
  g_list_store_splice (bench->store, position, 0, items->pdata, n_items);
}

static guint
get_kind (gpointer item, gpointer user_data)
{
  return 0;
}

static LinnetTimelineHint
hint (gpointer item, gpointer user_data)
{
  const LinnetText *text = linnet_message_get_text (item);

  return (LinnetTimelineHint){ 44, MIN (text->n_chars, 4000), MIN (text->n_lines, 25) };
}

static GtkWidget *
create (guint kind, gpointer user_data)
{
  return linnet_message_row_new ();
}

static void
bind (GtkWidget *row, gpointer item, gpointer user_data)
{
  linnet_message_row_set_message (LINNET_MESSAGE_ROW (row), item);
}

static void
unbind (GtkWidget *row, gpointer user_data)
{
  linnet_message_row_set_message (LINNET_MESSAGE_ROW (row), NULL);
}

static const LinnetTimelineFactory factory = { 1, get_kind, hint, create, bind, unbind };

static void
scroll (Bench *bench, double delta)
{
  gtk_adjustment_set_value (bench->adjustment,
                            gtk_adjustment_get_value (bench->adjustment) + delta);
}

static void
step_wheel (Bench *bench, guint frame)
{
  scroll (bench, -WHEEL_PX);
}

static void
step_fling (Bench *bench, guint frame)
{
  if (frame % 60 == 0)
    bench->velocity = 600;
  scroll (bench, -bench->velocity);
  bench->velocity *= 0.95;
}

static void
step_pages (Bench *bench, guint frame)
{
  scroll (bench, -60);
  if (frame % 10 == 0)
    insert (bench, 0, 50);
}

static void
step_resize (Bench *bench, guint frame)
{
  int width = 360 + abs ((int) (frame * 16 % 1840) - 920);

  gtk_window_set_default_size (GTK_WINDOW (bench->window), width, 800);
}

static void
step_live (Bench *bench, guint frame)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (bench->store));

  if (frame == 0)
    linnet_timeline_jump_to_end (bench->timeline);
  insert (bench, n_items, 34);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Bench *bench = user_data;

  bench->step (bench, bench->frame);
  return G_SOURCE_CONTINUE;
}

static void
before_paint_cb (GdkFrameClock *clock, Bench *bench)
{
  bench->begun_us = g_get_monotonic_time ();
}

static void
after_paint_cb (GdkFrameClock *clock, Bench *bench)
{
  double time_ms = (g_get_monotonic_time () - bench->begun_us) / 1000.0;

  /* The first frame of a scene begins in the middle of one. */
  if (bench->frame > 0)
    g_array_append_val (bench->times, time_ms);
  if (++bench->frame == bench->n_frames)
    g_main_loop_quit (bench->loop);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double difference = *(const double *) a - *(const double *) b;

  return difference < 0 ? -1 : difference > 0;
}

static void
run (Bench *bench, const char *name, StepFunc step)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (bench->window);
  guint tick, n_slow = 0;
  gulong before, after;

  bench->step = step;
  bench->frame = 0;
  bench->n_frames = N_FRAMES;
  g_array_set_size (bench->times, 0);
  before = g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), bench);
  after = g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), bench);
  tick = gtk_widget_add_tick_callback (bench->window, tick_cb, bench, NULL);
  g_main_loop_run (bench->loop);
  gtk_widget_remove_tick_callback (bench->window, tick);
  g_signal_handler_disconnect (clock, before);
  g_signal_handler_disconnect (clock, after);

  g_array_sort (bench->times, compare);
  for (guint i = 0; i < bench->times->len; i++)
    n_slow += g_array_index (bench->times, double, i) > FAILURE_MS;
  g_print ("%-28s %6.1f %6.1f %6.1f %5u %5u\n", name,
           g_array_index (bench->times, double, bench->times->len / 2),
           g_array_index (bench->times, double, bench->times->len * 95 / 100),
           g_array_index (bench->times, double, bench->times->len - 1), n_slow,
           linnet_timeline_get_n_created (bench->timeline));
}

/* What one row costs: text set and measured, over rows of all lengths. */
static void
time_rows (Bench *bench)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (bench->store));
  GtkWidget *row = linnet_timeline_get_row (bench->timeline, n_items - 1);
  g_autoptr (LinnetMessage) shown =
      g_object_ref (linnet_message_row_get_message (LINNET_MESSAGE_ROW (row)));
  gint64 bind_us = 0;
  gint64 measure_us = 0;

  for (guint i = 0; i < N_ROWS; i++)
    {
      g_autoptr (LinnetMessage) message = g_list_model_get_item (G_LIST_MODEL (bench->store), i);
      gint64 begun_us = g_get_monotonic_time ();
      gint64 bound_us;

      linnet_message_row_set_message (LINNET_MESSAGE_ROW (row), message);
      bound_us = g_get_monotonic_time ();
      gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, 760, NULL, NULL, NULL, NULL);
      bind_us += bound_us - begun_us;
      measure_us += g_get_monotonic_time () - bound_us;
    }
  linnet_message_row_set_message (LINNET_MESSAGE_ROW (row), shown);
  g_print ("%-28s %6.2f\n%-28s %6.2f\n", "bind a row", bind_us / 1000.0 / N_ROWS, "measure it",
           measure_us / 1000.0 / N_ROWS);
}

static void
painted_cb (GdkFrameClock *clock, Bench *bench)
{
  g_main_loop_quit (bench->loop);
}

/* From choosing another conversation to its first frame. */
static void
time_switches (Bench *bench)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (bench->window);
  GtkWidget *view = linnet_conversation_view_new ();
  g_autoptr (LinnetConversation) juliet = fake_conversation_new ("juliet@capulet.lit", "Juliet");
  g_autoptr (LinnetConversation) nurse = fake_conversation_new ("nurse@capulet.lit", "Nurse");
  gulong painted = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), bench);

  fake_conversation_load (juliet, 500);
  fake_conversation_load (nurse, 500);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (bench->window), view);
  g_main_loop_run (bench->loop);
  g_array_set_size (bench->times, 0);
  for (guint i = 0; i < N_SWITCHES; i++)
    {
      gint64 begun_us = g_get_monotonic_time ();
      double time_ms;

      linnet_conversation_view_set_conversation (LINNET_CONVERSATION_VIEW (view),
                                                 i % 2 == 0 ? juliet : nurse);
      g_main_loop_run (bench->loop);
      time_ms = (g_get_monotonic_time () - begun_us) / 1000.0;
      g_array_append_val (bench->times, time_ms);
    }
  linnet_conversation_view_set_conversation (LINNET_CONVERSATION_VIEW (view), NULL);
  g_signal_handler_disconnect (clock, painted);
  g_array_sort (bench->times, compare);
  g_print ("%-28s %6.1f %6s %6.1f\n", "another conversation",
           g_array_index (bench->times, double, N_SWITCHES / 2), "",
           g_array_index (bench->times, double, N_SWITCHES - 1));
}

static void
activate_cb (AdwApplication *app, Bench *bench)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  bench->window = adw_application_window_new (GTK_APPLICATION (app));
  bench->timeline = LINNET_TIMELINE (linnet_timeline_new ());
  linnet_timeline_set_factory (bench->timeline, &factory, NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (bench->timeline));
  bench->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 1280, 800);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (bench->window), scrolled);
  linnet_timeline_set_model (bench->timeline, G_LIST_MODEL (bench->store));
  gtk_window_present (GTK_WINDOW (bench->window));

  g_print ("%-28s %6s %6s %6s %5s %5s\n", "milliseconds a frame", "median", "p95", "max", ">33",
           "rows");
  run (bench, "wheel, 180 px a frame", step_wheel);
  run (bench, "fling", step_fling);
  run (bench, "scroll, 50 rows above", step_pages);
  run (bench, "resize 360 to 1280", step_resize);
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 1280, 800);
  run (bench, "10,000 live messages", step_live);
  time_rows (bench);
  time_switches (bench);
  gtk_window_destroy (GTK_WINDOW (bench->window));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) app =
      adw_application_new ("im.linnet.Linnet", G_APPLICATION_NON_UNIQUE);
  Bench bench = { .next_id = 1 };

  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.times = g_array_new (FALSE, FALSE, sizeof (double));
  bench.store = g_list_store_new (LINNET_TYPE_MESSAGE);
  insert (&bench, 0, N_ITEMS);
  g_signal_connect (app, "activate", G_CALLBACK (activate_cb), &bench);
  g_application_run (G_APPLICATION (app), 1, argv);
  g_object_unref (bench.store);
  g_array_unref (bench.times);
  g_main_loop_unref (bench.loop);
  return 0;
}
