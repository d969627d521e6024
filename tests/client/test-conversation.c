/* SPDX-License-Identifier: GPL-3.0-or-later */

/* test-conversation.c: LinnetConversationView, LinnetComposer, LinnetDetailsPanel and
 * LinnetAnnouncer round a fake conversation */

#include <locale.h>

#include <adwaita.h>

#include "client-test.h"
#include "fake-conversation.h"
#include "ui/linnet-announcer.h"
#include "ui/linnet-composer.h"
#include "ui/linnet-conversation-view.h"
#include "ui/linnet-details-panel.h"
#include "ui/linnet-message-row.h"
#include "ui/linnet-timeline.h"

#define FSI "\xe2\x81\xa8"
#define PDI "\xe2\x81\xa9"

typedef struct
{
  GtkWidget *window;
  LinnetConversationView *view;
  LinnetTimeline *timeline;
  GtkTextBuffer *buffer;
  LinnetConversation *conversation; /* (owned) */
  LinnetTimelineModel *model;
} Fixture;

static void
set_up (Fixture *f, gconstpointer n_messages)
{
  f->conversation = fake_conversation_new ("juliet@capulet.lit", "Juliet");
  fake_conversation_load (f->conversation, GPOINTER_TO_UINT (n_messages));
  f->model = linnet_conversation_get_timeline (f->conversation);
  f->view = LINNET_CONVERSATION_VIEW (linnet_conversation_view_new ());
  f->timeline =
      LINNET_TIMELINE (client_test_find_type (GTK_WIDGET (f->view), LINNET_TYPE_TIMELINE));
  f->buffer = gtk_text_view_get_buffer (
      GTK_TEXT_VIEW (client_test_find_type (GTK_WIDGET (f->view), GTK_TYPE_TEXT_VIEW)));
  f->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), 700, 600);
  gtk_window_set_child (GTK_WINDOW (f->window), GTK_WIDGET (f->view));
}

static void
open_it (Fixture *f)
{
  linnet_conversation_view_set_conversation (f->view, f->conversation);
  gtk_window_present (GTK_WINDOW (f->window));
  client_test_settle (f->window);
}

static void
tear_down (Fixture *f, gconstpointer n_messages)
{
  GtkWidget *view = g_object_ref (GTK_WIDGET (f->view));

  gtk_window_destroy (GTK_WINDOW (f->window));
  g_assert_finalize_object (view);
  g_assert_finalize_object (f->conversation);
}

static GtkWidget *
get_focus (Fixture *f)
{
  return gtk_root_get_focus (GTK_ROOT (f->window));
}

static GtkWidget *
get_text_view (Fixture *f)
{
  return client_test_find_type (GTK_WIDGET (f->view), GTK_TYPE_TEXT_VIEW);
}

static const char *
get_newest_body (Fixture *f)
{
  linnet_timeline_model_flush (f->model);
  return linnet_message_get_body (linnet_timeline_model_get_newest (f->model));
}

static void
test_the_header_tells_who_and_how (Fixture *f, gconstpointer data)
{
  GtkLabel *subtitle;

  open_it (f);
  subtitle = GTK_LABEL (client_test_find (GTK_WIDGET (f->view), "subtitle"));
  g_assert_cmpstr (gtk_label_get_text (subtitle), ==, "Available · " FSI "on the balcony" PDI);
  linnet_conversation_set_typing (f->conversation, "juliet@capulet.lit",
                                  LINNET_CHAT_STATE_COMPOSING);
  g_assert_cmpstr (gtk_label_get_text (subtitle), ==, "Typing…");
  linnet_conversation_set_typing (f->conversation, "juliet@capulet.lit", LINNET_CHAT_STATE_ACTIVE);
  linnet_contact_set_presence (linnet_conversation_get_contact (f->conversation),
                               LINNET_PRESENCE_AWAY, NULL);
  g_assert_cmpstr (gtk_label_get_text (subtitle), ==, "Away");
}

static void
test_enter_sends (Fixture *f, gconstpointer data)
{
  open_it (f);
  gtk_text_buffer_set_text (f->buffer, "at nine? ", -1);
  g_assert_cmpstr (linnet_conversation_get_draft (f->conversation), ==, "at nine? ");
  client_test_press (get_text_view (f), GDK_KEY_Return, GDK_SHIFT_MASK);
  g_assert_cmpstr (get_newest_body (f), ==, "Message 3");
  g_assert_true (client_test_press (get_text_view (f), GDK_KEY_Return, 0));
  g_assert_cmpint (gtk_text_buffer_get_char_count (f->buffer), ==, 0);
  g_assert_cmpstr (linnet_conversation_get_draft (f->conversation), ==, "");
  g_assert_cmpstr (get_newest_body (f), ==, "at nine?");
  client_test_settle (f->window);
}

static void
test_nothing_empty_is_sent (Fixture *f, gconstpointer data)
{
  GtkWidget *send;

  open_it (f);
  send = client_test_find (GTK_WIDGET (f->view), "send");
  g_assert_false (gtk_widget_get_sensitive (send));
  gtk_text_buffer_set_text (f->buffer, " \n ", -1);
  g_assert_false (gtk_widget_get_sensitive (send));
  client_test_press (get_text_view (f), GDK_KEY_Return, 0);
  g_assert_cmpstr (get_newest_body (f), ==, "Message 3");
  gtk_text_buffer_set_text (f->buffer, "x", -1);
  g_assert_true (gtk_widget_get_sensitive (send));
  gtk_widget_activate_action (send, "composer.send", NULL);
  g_assert_cmpstr (get_newest_body (f), ==, "x");
  client_test_settle (f->window);
}

static void
test_a_command_is_asked_about (Fixture *f, gconstpointer data)
{
  open_it (f);
  gtk_text_buffer_set_text (f->buffer, "/join garden", -1);
  client_test_press (get_text_view (f), GDK_KEY_Return, 0);
  g_assert_cmpstr (get_newest_body (f), ==, "Message 3");
  g_assert_true (gtk_revealer_get_reveal_child (
      GTK_REVEALER (client_test_find (GTK_WIDGET (f->view), "question"))));
  gtk_widget_activate_action (get_text_view (f), "composer.send-as-text", NULL);
  g_assert_cmpstr (get_newest_body (f), ==, "/join garden");

  gtk_text_buffer_set_text (f->buffer, "/me waves", -1);
  client_test_press (get_text_view (f), GDK_KEY_Return, 0);
  g_assert_cmpstr (get_newest_body (f), ==, "/me waves");
  gtk_text_buffer_set_text (f->buffer, "/usr/bin/env", -1);
  client_test_press (get_text_view (f), GDK_KEY_Return, 0);
  g_assert_cmpstr (get_newest_body (f), ==, "/usr/bin/env");
  client_test_settle (f->window);
}

static void
test_each_conversation_has_its_draft (Fixture *f, gconstpointer data)
{
  g_autoptr (LinnetConversation) other = fake_conversation_new ("paris@verona.lit", "Paris");
  g_autofree char *text = NULL;

  open_it (f);
  gtk_text_buffer_set_text (f->buffer, "for Juliet", -1);
  linnet_conversation_view_set_conversation (f->view, other);
  g_assert_cmpint (gtk_text_buffer_get_char_count (f->buffer), ==, 0);
  gtk_text_buffer_set_text (f->buffer, "for Paris", -1);
  linnet_conversation_view_set_conversation (f->view, f->conversation);
  g_object_get (f->buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, "for Juliet");
  g_assert_cmpstr (linnet_conversation_get_draft (other), ==, "for Paris");
  linnet_conversation_view_set_conversation (f->view, NULL);
}

/* A clock that ran on would find nobody, once the window is closed. */
static void
test_leaving_stops_the_clock_of_typing (Fixture *f, gconstpointer data)
{
  GtkWidget *composer;

  open_it (f);
  composer = gtk_widget_get_ancestor (get_text_view (f), LINNET_TYPE_COMPOSER);
  g_assert_null (g_main_context_find_source_by_user_data (NULL, composer));
  gtk_text_buffer_set_text (f->buffer, "for Juliet", -1);
  g_assert_nonnull (g_main_context_find_source_by_user_data (NULL, composer));
  linnet_conversation_view_set_conversation (f->view, NULL);
  g_assert_null (g_main_context_find_source_by_user_data (NULL, composer));
}

static void
test_the_composer_has_a_name (Fixture *f, gconstpointer data)
{
  open_it (f);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (get_text_view (f)),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Message to Juliet");
}

static void
test_escape_goes_round (Fixture *f, gconstpointer data)
{
  open_it (f);
  linnet_conversation_view_focus_composer (f->view);
  g_assert_true (get_focus (f) == get_text_view (f));
  g_assert_true (client_test_press (get_focus (f), GDK_KEY_Escape, 0));
  g_assert_true (LINNET_IS_MESSAGE_ROW (get_focus (f)));
  g_assert_true (client_test_press (get_focus (f), GDK_KEY_Escape, 0));
  g_assert_true (get_focus (f) == get_text_view (f));
}

static void
test_typing_on_a_row_goes_to_the_composer (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;

  open_it (f);
  g_assert_true (linnet_timeline_focus_row (f->timeline));
  g_assert_true (client_test_press (get_focus (f), GDK_KEY_h, 0));
  g_assert_true (get_focus (f) == get_text_view (f));
  g_object_get (f->buffer, "text", &text, NULL);
  g_assert_cmpstr (text, ==, "h");
}

static int
get_y (Fixture *f, guint position)
{
  graphene_rect_t bounds;
  GtkWidget *row = linnet_timeline_get_row (f->timeline, position);

  g_assert_nonnull (row);
  g_assert_true (gtk_widget_compute_bounds (row, GTK_WIDGET (f->timeline), &bounds));
  return (int) bounds.origin.y;
}

static gboolean
is_revealed (gpointer revealer)
{
  return gtk_revealer_get_reveal_child (GTK_REVEALER (revealer));
}

static void
test_it_opens_at_the_first_unread (Fixture *f, gconstpointer data)
{
  guint position;

  linnet_conversation_set_unread (f->conversation, 40);
  open_it (f);
  position = linnet_timeline_model_get_unread_position (f->model);
  g_assert_cmpuint (position, !=, G_MAXUINT);
  g_assert_cmpint (get_y (f, position), <=, gtk_widget_get_height (GTK_WIDGET (f->timeline)) / 4);
  g_assert_cmpint (get_y (f, position), >=, 0);
  g_assert_false (linnet_timeline_is_sticky (f->timeline));
  client_test_wait (is_revealed, client_test_find (GTK_WIDGET (f->view), "jump"));

  /* What is sent is seen, and the divider goes. */
  gtk_text_buffer_set_text (f->buffer, "here I am", -1);
  client_test_press (get_text_view (f), GDK_KEY_Return, 0);
  client_test_wait ((gboolean (*) (gpointer)) linnet_timeline_is_sticky, f->timeline);
  client_test_settle (f->window);
  g_assert_cmpuint (linnet_timeline_model_get_unread_position (f->model), ==, G_MAXUINT);
  g_assert_false (gtk_revealer_get_reveal_child (
      GTK_REVEALER (client_test_find (GTK_WIDGET (f->view), "jump"))));
}

static void
test_few_unread_are_seen_with_the_end (Fixture *f, gconstpointer data)
{
  linnet_conversation_set_unread (f->conversation, 2);
  open_it (f);
  g_assert_true (linnet_timeline_is_sticky (f->timeline));
}

static void
test_an_empty_one_says_so (Fixture *f, gconstpointer data)
{
  GtkWidget *empty;

  open_it (f);
  empty = client_test_find (GTK_WIDGET (f->view), "empty");
  g_assert_true (gtk_widget_get_visible (empty));
  fake_conversation_say (f->conversation, 1, "Ay me!");
  client_test_settle (f->window);
  g_assert_false (gtk_widget_get_visible (empty));
}

static void
test_a_place_is_found_again (Fixture *f, gconstpointer data)
{
  g_autoptr (LinnetConversation) other = fake_conversation_new ("paris@verona.lit", "Paris");
  GtkAdjustment *adjustment;
  guint before, after;
  int y_before, y_after;

  open_it (f);
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (f->timeline));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) - 3000);
  client_test_settle (f->window);
  g_assert_true (linnet_timeline_get_anchor (f->timeline, &before, &y_before));
  linnet_conversation_view_set_conversation (f->view, other);
  client_test_settle (f->window);
  linnet_conversation_view_set_conversation (f->view, f->conversation);
  client_test_settle (f->window);
  g_assert_true (linnet_timeline_get_anchor (f->timeline, &after, &y_after));
  g_assert_cmpuint (after, ==, before);
  g_assert_cmpint (y_after, ==, y_before);
}

/* A day is no message, and may be uppermost too. */
static void
test_a_day_is_found_again (Fixture *f, gconstpointer data)
{
  g_autoptr (LinnetConversation) other = fake_conversation_new ("paris@verona.lit", "Paris");
  guint n = g_list_model_get_n_items (G_LIST_MODEL (f->model));
  guint day = 0, after;
  int y_after;

  open_it (f);
  for (guint i = 1; i < n && day == 0; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (f->model), i);

      if (!LINNET_IS_MESSAGE (item))
        day = i;
    }
  g_assert_cmpuint (day, !=, 0);
  linnet_timeline_show_at (f->timeline, day, 0);
  client_test_settle (f->window);
  linnet_conversation_view_set_conversation (f->view, other);
  client_test_settle (f->window);
  linnet_conversation_view_set_conversation (f->view, f->conversation);
  client_test_settle (f->window);
  g_assert_true (linnet_timeline_get_anchor (f->timeline, &after, &y_after));
  g_assert_cmpuint (after, ==, day);
  g_assert_cmpint (y_after, ==, 0);
}

static void
test_a_failed_message_is_replaced_when_sent_again (Fixture *f, gconstpointer data)
{
  guint n_messages;
  guint position;
  GtkWidget *row;

  open_it (f);
  /* There is no account, so it fails at once. */
  gtk_text_buffer_set_text (f->buffer, "again", -1);
  client_test_press (get_text_view (f), GDK_KEY_Return, 0);
  client_test_settle (f->window);
  n_messages = linnet_timeline_model_get_n_messages (f->model);
  position =
      linnet_timeline_model_get_position (f->model, linnet_timeline_model_get_newest (f->model));
  row = linnet_timeline_get_row (f->timeline, position);
  g_assert_nonnull (row);
  g_assert_true (gtk_widget_get_visible (client_test_find (row, "failure")));
  gtk_widget_activate_action (row, "message.send-again", NULL);
  client_test_settle (f->window);
  g_assert_cmpuint (linnet_timeline_model_get_n_messages (f->model), ==, n_messages);
  g_assert_cmpstr (get_newest_body (f), ==, "again");
}

static void
test_details_say_what_is_shared (Fixture *f, gconstpointer data)
{
  LinnetContact *contact = linnet_conversation_get_contact (f->conversation);
  GtkWidget *details;
  AdwActionRow *publish;

  open_it (f);
  details = client_test_find_type (GTK_WIDGET (f->view), LINNET_TYPE_DETAILS_PANEL);
  publish = ADW_ACTION_ROW (client_test_find (details, "publish_row"));
  g_assert_cmpstr (adw_action_row_get_subtitle (publish), ==, "They see when you are available.");
  linnet_contact_set_subscription (contact, LINNET_SUBSCRIPTION_YES, LINNET_SUBSCRIPTION_ASK, NULL);
  g_assert_cmpstr (adw_action_row_get_subtitle (publish), ==, "They asked to see it.");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (client_test_find (details, "address"))), ==,
                   "juliet@capulet.lit");
  linnet_contact_set_subscription (contact, LINNET_SUBSCRIPTION_NO, LINNET_SUBSCRIPTION_NO, NULL);
  g_assert_false (gtk_widget_get_visible (client_test_find (details, "sharing_group")));
}

static void
test_the_panel_opens_and_closes (Fixture *f, gconstpointer data)
{
  AdwFlap *flap;

  open_it (f);
  flap = ADW_FLAP (client_test_find (GTK_WIDGET (f->view), "flap"));
  g_assert_false (adw_flap_get_reveal_flap (flap));
  g_assert_true (client_test_press (get_text_view (f), GDK_KEY_F9, 0));
  g_assert_true (adw_flap_get_reveal_flap (flap));
  g_assert_true (client_test_press (GTK_WIDGET (f->view), GDK_KEY_F9, 0));
  g_assert_false (adw_flap_get_reveal_flap (flap));
  g_assert_true (get_focus (f) == get_text_view (f));
}

static void
test_announcements_are_descriptions_of_the_focus (Fixture *f, gconstpointer data)
{
  g_autoptr (LinnetAnnouncer) announcer = linnet_announcer_new ();

  open_it (f);
  linnet_announcer_set_root (announcer, GTK_ROOT (f->window));
  linnet_conversation_view_focus_composer (f->view);
  linnet_announcer_say (announcer, "Juliet: at nine");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (get_text_view (f)),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Juliet: at nine");

  /* A button has a tooltip, which is its description: it is said when the focus comes back. */
  gtk_widget_grab_focus (client_test_find (GTK_WIDGET (f->view), "emoji"));
  linnet_announcer_say (announcer, "one");
  linnet_announcer_say (announcer, "two");
  linnet_announcer_say (announcer, "three");
  linnet_announcer_say (announcer, "four");
  linnet_conversation_view_focus_composer (f->view);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (get_text_view (f)),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "two three four");
}

/* B30: the name that they give themselves could be that of somebody else. */
static void
test_who_asks_to_be_a_contact_is_called_by_the_address (Fixture *f, gconstpointer data)
{
  LinnetContact *contact = linnet_conversation_get_contact (f->conversation);
  GtkLabel *name;

  open_it (f);
  name = GTK_LABEL (client_test_find (client_test_find (GTK_WIDGET (f->view), "title"), "name"));
  g_assert_cmpstr (gtk_label_get_text (name), ==, "Juliet");
  linnet_contact_set_subscription (contact, LINNET_SUBSCRIPTION_NO, LINNET_SUBSCRIPTION_ASK, NULL);
  g_assert_cmpstr (gtk_label_get_text (name), ==, "juliet@capulet.lit");
  linnet_contact_set_subscription (contact, LINNET_SUBSCRIPTION_NO, LINNET_SUBSCRIPTION_YES, NULL);
  g_assert_cmpstr (gtk_label_get_text (name), ==, "Juliet");
}

static void
test_somebody_who_looks_like_another_is_marked (Fixture *f, gconstpointer data)
{
  LinnetContact *contact = linnet_conversation_get_contact (f->conversation);
  GtkLabel *subtitle;

  open_it (f);
  subtitle =
      GTK_LABEL (client_test_find (client_test_find (GTK_WIDGET (f->view), "title"), "subtitle"));
  linnet_contact_set_looks_like (contact, "julia@capulet.lit");
  g_assert_cmpstr (gtk_label_get_text (subtitle), ==,
                   "Not " FSI "julia@capulet.lit" PDI ", only looks alike.");
  linnet_contact_set_looks_like (contact, NULL);
  g_assert_null (strstr (gtk_label_get_text (subtitle), "julia"));
}

#define ADD(path, n, function)                                                               \
  g_test_add ("/client/conversation/" path, Fixture, GUINT_TO_POINTER (n), set_up, function, \
              tear_down)

int
main (int argc, char **argv)
{
  gtk_disable_setlocale ();
  setlocale (LC_ALL, "C.UTF-8");
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  ADD ("the-header-tells-who-and-how", 3, test_the_header_tells_who_and_how);
  ADD ("who-asks-to-be-a-contact", 3, test_who_asks_to_be_a_contact_is_called_by_the_address);
  ADD ("who-looks-like-another", 3, test_somebody_who_looks_like_another_is_marked);
  ADD ("enter-sends", 3, test_enter_sends);
  ADD ("nothing-empty-is-sent", 3, test_nothing_empty_is_sent);
  ADD ("a-command-is-asked-about", 3, test_a_command_is_asked_about);
  ADD ("each-conversation-has-its-draft", 3, test_each_conversation_has_its_draft);
  ADD ("leaving-stops-the-clock-of-typing", 3, test_leaving_stops_the_clock_of_typing);
  ADD ("the-composer-has-a-name", 3, test_the_composer_has_a_name);
  ADD ("escape-goes-round", 3, test_escape_goes_round);
  ADD ("typing-on-a-row-goes-to-the-composer", 3, test_typing_on_a_row_goes_to_the_composer);
  ADD ("it-opens-at-the-first-unread", 200, test_it_opens_at_the_first_unread);
  ADD ("few-unread-are-seen-with-the-end", 200, test_few_unread_are_seen_with_the_end);
  ADD ("an-empty-one-says-so", 0, test_an_empty_one_says_so);
  ADD ("a-place-is-found-again", 200, test_a_place_is_found_again);
  ADD ("a-day-is-found-again", 26 * 60, test_a_day_is_found_again); /* one a minute */
  ADD ("a-failed-message-is-replaced-when-sent-again", 3,
       test_a_failed_message_is_replaced_when_sent_again);
  ADD ("details-say-what-is-shared", 3, test_details_say_what_is_shared);
  ADD ("the-panel-opens-and-closes", 3, test_the_panel_opens_and_closes);
  ADD ("announcements-are-descriptions-of-the-focus", 3,
       test_announcements_are_descriptions_of_the_focus);
  return g_test_run ();
}
