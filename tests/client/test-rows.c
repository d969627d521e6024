/* SPDX-License-Identifier: GPL-3.0-or-later */

/* test-rows.c: LinnetMessageRow and LinnetDividerRow round fake items */

#include <locale.h>

#include <adwaita.h>

#include "client-test.h"
#include "ui/linnet-divider-row.h"
#include "ui/linnet-message-row.h"

#define FSI "\xe2\x81\xa8"
#define PDI "\xe2\x81\xa9"

static LinnetMessage *
message_new (const char *body, gboolean outgoing, LinnetMessageState state)
{
  return g_object_new (LINNET_TYPE_MESSAGE, "body", body, "outgoing", outgoing, "state", state,
                       "sender-id", outgoing ? "romeo@montague.lit" : "juliet@capulet.lit",
                       "sender-name", outgoing ? NULL : "Juliet", "timestamp-s",
                       G_GINT64_CONSTANT (1700000000), NULL);
}

static LinnetMessageRow *
row_new (LinnetMessage *message)
{
  GtkWidget *row = g_object_ref_sink (linnet_message_row_new ());

  linnet_message_row_set_message (LINNET_MESSAGE_ROW (row), message);
  return LINNET_MESSAGE_ROW (row);
}

static gboolean
is_shown (LinnetMessageRow *row, const char *name)
{
  return gtk_widget_get_visible (client_test_find (GTK_WIDGET (row), name));
}

static const char *
get_text (LinnetMessageRow *row, const char *name)
{
  return gtk_label_get_text (GTK_LABEL (client_test_find (GTK_WIDGET (row), name)));
}

static void
test_text_is_never_markup (void)
{
  const char *body = "<b>not bold</b> &amp; <span size='9999999'>";
  g_autoptr (LinnetMessage) message = message_new (body, FALSE, LINNET_MESSAGE_STATE_NONE);
  LinnetMessageRow *row = row_new (message);

  g_assert_cmpstr (get_text (row, "text"), ==, body);
  linnet_message_row_set_message (row, NULL);
  g_assert_finalize_object (row);
}

static void
test_the_state_has_a_word (void)
{
  g_autoptr (LinnetMessage) message = message_new ("at nine?", TRUE, LINNET_MESSAGE_STATE_WAITING);
  LinnetMessageRow *row = row_new (message);

  g_assert_true (is_shown (row, "state"));
  g_assert_cmpstr (get_text (row, "state"), ==, "Waiting for connection");
  linnet_message_set_state (message, LINNET_MESSAGE_STATE_READ, NULL);
  g_assert_cmpstr (get_text (row, "state"), ==, "Read");
  g_assert_false (is_shown (row, "failure"));

  linnet_message_set_state (message, LINNET_MESSAGE_STATE_FAILED, "Not sent: <why>");
  g_assert_true (is_shown (row, "failure"));
  g_assert_cmpstr (get_text (row, "reason"), ==, "Not sent: <why>");
  g_assert_false (is_shown (row, "state"));
  g_assert_finalize_object (row);
}

/* Only what takes longer than a second is said to be on its way. */
static void
test_a_quick_sending_is_not_said (void)
{
  g_autoptr (LinnetMessage) message = g_object_new (
      LINNET_TYPE_MESSAGE, "body", "now", "outgoing", TRUE, "state", LINNET_MESSAGE_STATE_SENDING,
      "timestamp-s", g_get_real_time () / G_USEC_PER_SEC + 60, NULL);
  LinnetMessageRow *row = row_new (message);

  g_assert_false (is_shown (row, "state"));
  g_assert_finalize_object (row);
}

static void
test_the_footer_ends_a_group (void)
{
  g_autoptr (LinnetMessage) message = message_new ("one", FALSE, LINNET_MESSAGE_STATE_NONE);
  LinnetMessageRow *row = row_new (message);

  g_assert_true (is_shown (row, "footer"));
  linnet_message_set_group (message, LINNET_MESSAGE_GROUP_FIRST);
  g_assert_false (is_shown (row, "footer"));
  g_assert_true (gtk_widget_has_css_class (client_test_find (GTK_WIDGET (row), "bubble"), "first"));
  linnet_message_set_group (message, LINNET_MESSAGE_GROUP_LAST);
  g_assert_true (is_shown (row, "footer"));
  g_assert_finalize_object (row);
}

static void
test_long_text_unfolds (void)
{
  g_autofree char *body = g_strnfill (9000, 'x');
  g_autoptr (LinnetMessage) message = message_new (body, FALSE, LINNET_MESSAGE_STATE_NONE);
  LinnetMessageRow *row = row_new (message);

  g_assert_true (is_shown (row, "more"));
  g_assert_cmpint (g_utf8_strlen (get_text (row, "text"), -1), ==, 4001);
  gtk_widget_activate_action (GTK_WIDGET (row), "message.show-more", NULL);
  g_assert_cmpint (g_utf8_strlen (get_text (row, "text"), -1), ==, 8001);
  gtk_widget_activate_action (GTK_WIDGET (row), "message.show-more", NULL);
  g_assert_cmpint (g_utf8_strlen (get_text (row, "text"), -1), ==, 9000);
  g_assert_false (is_shown (row, "more"));
  g_assert_finalize_object (row);
}

static void
test_an_action_names_who_acts (void)
{
  g_autoptr (LinnetMessage) message = message_new ("/me waves", FALSE, LINNET_MESSAGE_STATE_NONE);
  g_autoptr (LinnetMessage) emoji = message_new ("👍", FALSE, LINNET_MESSAGE_STATE_NONE);
  LinnetMessageRow *row = row_new (message);

  g_assert_cmpstr (get_text (row, "text"), ==, FSI "Juliet" PDI " waves");
  g_assert_true (
      gtk_widget_has_css_class (client_test_find (GTK_WIDGET (row), "bubble"), "action"));
  linnet_message_row_set_message (row, emoji);
  g_assert_cmpstr (get_text (row, "text"), ==, "👍");
  g_assert_true (gtk_widget_has_css_class (client_test_find (GTK_WIDGET (row), "bubble"), "emoji"));
  g_assert_false (
      gtk_widget_has_css_class (client_test_find (GTK_WIDGET (row), "bubble"), "action"));
  g_assert_finalize_object (row);
}

static void
test_links_are_underlined (void)
{
  g_autoptr (LinnetMessage) message =
      message_new ("see https://example.org.", FALSE, LINNET_MESSAGE_STATE_NONE);
  LinnetMessageRow *row = row_new (message);
  PangoAttrList *attributes =
      gtk_label_get_attributes (GTK_LABEL (client_test_find (GTK_WIDGET (row), "text")));
  PangoAttrIterator *iterator = pango_attr_list_get_iterator (attributes);
  int start, end;

  g_assert_null (pango_attr_iterator_get (iterator, PANGO_ATTR_UNDERLINE));
  g_assert_true (pango_attr_iterator_next (iterator));
  g_assert_nonnull (pango_attr_iterator_get (iterator, PANGO_ATTR_UNDERLINE));
  pango_attr_iterator_range (iterator, &start, &end);
  g_assert_cmpint (start, ==, 4);
  g_assert_cmpint (end, ==, 23);
  pango_attr_iterator_destroy (iterator);
  g_assert_finalize_object (row);
}

static void
test_a_message_is_spoken_in_a_sentence (void)
{
  g_autoptr (LinnetMessage) theirs =
      message_new ("Wherefore art thou?", FALSE, LINNET_MESSAGE_STATE_NONE);
  g_autoptr (LinnetMessage) ours = message_new ("at nine?", TRUE, LINNET_MESSAGE_STATE_READ);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (1700000000);
  g_autofree char *clock = g_date_time_format (time, "%H:%M");
  g_autofree char *by_them = g_strdup_printf ("Juliet, %s: Wherefore art thou?", clock);
  g_autofree char *by_us = g_strdup_printf ("You, %s, read: at nine?", clock);
  LinnetMessageRow *row = row_new (theirs);

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_ROLE_LIST_ITEM);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       by_them);
  linnet_message_row_set_message (row, ours);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, by_us);
  g_assert_finalize_object (row);
}

static void
note_resend_cb (LinnetMessageRow *row, LinnetMessage *message, LinnetMessage **wanted)
{
  *wanted = message;
}

static void
test_a_failed_message_can_be_sent_again (void)
{
  g_autoptr (LinnetMessage) message = message_new ("again", TRUE, LINNET_MESSAGE_STATE_FAILED);
  LinnetMessage *wanted = NULL;
  LinnetMessageRow *row = row_new (message);

  g_signal_connect (row, "resend-wanted", G_CALLBACK (note_resend_cb), &wanted);
  gtk_widget_activate_action (GTK_WIDGET (row), "message.send-again", NULL);
  g_assert_true (wanted == message);
  g_assert_finalize_object (row);
}

static void
test_the_menu_opens_and_closes (void)
{
  g_autoptr (LinnetMessage) message =
      message_new ("https://example.org", FALSE, LINNET_MESSAGE_STATE_NONE);
  GtkWidget *window = gtk_window_new ();
  LinnetMessageRow *row = row_new (message);

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (row));
  gtk_window_present (GTK_WINDOW (window));
  client_test_settle (window);
  gtk_widget_activate_action (GTK_WIDGET (row), "message.menu", NULL);
  g_assert_nonnull (client_test_find_type (GTK_WIDGET (row), GTK_TYPE_POPOVER_MENU));
  linnet_message_row_set_message (row, NULL);
  g_assert_null (client_test_find_type (GTK_WIDGET (row), GTK_TYPE_POPOVER_MENU));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (row);
}

/* The height of a row is that of what stands in it, whatever the width. */
static void
test_bubbles_are_bounded (void)
{
  g_autofree char *body = g_strnfill (400, 'm');
  g_autoptr (LinnetMessage) message = message_new (body, TRUE, LINNET_MESSAGE_STATE_SENT);
  GtkWidget *window = gtk_window_new ();
  LinnetMessageRow *row = row_new (message);
  GtkWidget *bubble = client_test_find (GTK_WIDGET (row), "bubble");
  const int widths[] = { 300, 500, 760 };
  const int expected[] = { 236, 400, 560 };

  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (row));
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      gtk_window_set_default_size (GTK_WINDOW (window), widths[i], 600);
      gtk_window_present (GTK_WINDOW (window));
      client_test_settle (window);
      g_assert_cmpint (gtk_widget_get_width (bubble), ==, expected[i]);
    }
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (row);
}

static void
assert_divider (LinnetDividerKind kind, guint day, const char *words)
{
  g_autoptr (LinnetDivider) divider = linnet_divider_new (kind, day);
  GtkWidget *row = g_object_ref_sink (linnet_divider_row_new ());

  linnet_divider_row_set_divider (LINNET_DIVIDER_ROW (row), divider);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (client_test_find (row, "label"))), ==, words);
  g_assert_finalize_object (row);
}

static void
test_dividers_say_what_they_are (void)
{
  GDate today;

  g_date_clear (&today, 1);
  g_date_set_time_t (&today, time (NULL));
  assert_divider (LINNET_DIVIDER_DAY, g_date_get_julian (&today), "Today");
  assert_divider (LINNET_DIVIDER_UNREAD, 0, "New messages");
  assert_divider (LINNET_DIVIDER_BEGINNING, 0, "Beginning of the conversation");
  assert_divider (LINNET_DIVIDER_LOAD_FAILED, 0, "Earlier messages could not be loaded.");
}

int
main (int argc, char **argv)
{
  gtk_disable_setlocale ();
  setlocale (LC_ALL, "C.UTF-8");
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/client/message-row/text-is-never-markup", test_text_is_never_markup);
  g_test_add_func ("/client/message-row/the-state-has-a-word", test_the_state_has_a_word);
  g_test_add_func ("/client/message-row/a-quick-sending-is-not-said",
                   test_a_quick_sending_is_not_said);
  g_test_add_func ("/client/message-row/the-footer-ends-a-group", test_the_footer_ends_a_group);
  g_test_add_func ("/client/message-row/long-text-unfolds", test_long_text_unfolds);
  g_test_add_func ("/client/message-row/an-action-names-who-acts", test_an_action_names_who_acts);
  g_test_add_func ("/client/message-row/links-are-underlined", test_links_are_underlined);
  g_test_add_func ("/client/message-row/a-message-is-spoken-in-a-sentence",
                   test_a_message_is_spoken_in_a_sentence);
  g_test_add_func ("/client/message-row/a-failed-message-can-be-sent-again",
                   test_a_failed_message_can_be_sent_again);
  g_test_add_func ("/client/message-row/the-menu-opens-and-closes", test_the_menu_opens_and_closes);
  g_test_add_func ("/client/message-row/bubbles-are-bounded", test_bubbles_are_bounded);
  g_test_add_func ("/client/divider-row/dividers-say-what-they-are",
                   test_dividers_say_what_they_are);
  return g_test_run ();
}
