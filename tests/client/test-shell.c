/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-shell.c: the widgets round the conversation: sign-in, sidebar, banner, contacts, requests */
#include <adwaita.h>

#include "client-test.h"

#include "model/linnet-service.h"
#include "ui/linnet-banner.h"
#include "ui/linnet-contact-row.h"
#include "ui/linnet-conversation-row.h"
#include "ui/linnet-new-conversation.h"
#include "ui/linnet-preferences.h"
#include "ui/linnet-presence-popover.h"
#include "ui/linnet-requests-view.h"
#include "ui/linnet-setup-view.h"
#include "ui/linnet-sidebar.h"
#include "ui/linnet-window.h"

static LinnetConversation *
add_conversation (
    LinnetAccount *account, const char *id, gint64 when_s, guint unread, gboolean pinned)
{
  LinnetConversation *conversation = linnet_account_ensure_conversation (account, id);
  g_autoptr (GVariant) keys = g_variant_ref_sink (g_variant_new_parsed (
      "{'last-activity': <%x>, 'unread': <%u>, 'pinned': <%b>,"
      " 'last-message': <[{'local-id': <int64 1>, 'message-sent': <%x>},"
      "                   {'content-type': <'text/plain'>, 'content': <'at nine?'>}]>}",
      when_s, unread, pinned, when_s));

  linnet_conversation_update (conversation, keys);
  return conversation;
}

static LinnetService *
new_service (void)
{
  LinnetService *service = linnet_service_new (NULL);
  g_autoptr (LinnetAccount) account = linnet_account_new ("romeo@montague.lit");
  LinnetContact *juliet = linnet_account_ensure_contact (account, "juliet@capulet.lit");

  linnet_contact_set_name (juliet, "Juliet");
  linnet_contact_set_presence (juliet, LINNET_PRESENCE_AWAY, "on the balcony");
  linnet_service_add_account (service, account);
  linnet_service_set_state (service, LINNET_SERVICE_READY);
  return service;
}

static LinnetAccount *
first_account (LinnetService *service)
{
  g_autoptr (LinnetAccount) account =
      g_list_model_get_item (linnet_service_get_accounts (service), 0);

  return account;
}

static const char *
id_at (GListModel *list, guint position)
{
  g_autoptr (LinnetConversation) conversation = g_list_model_get_item (list, position);

  return conversation != NULL ? linnet_conversation_get_id (conversation) : NULL;
}

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

typedef struct
{
  guint n;
  guint position;
  guint removed;
  guint added;
} Changes;

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, Changes *changes)
{
  changes->n++;
  changes->position = position;
  changes->removed = removed;
  changes->added = added;
}

static void
test_pinned_first_then_latest (void)
{
  LinnetService *service = new_service ();
  GListModel *list = linnet_service_get_conversations (service);

  add_conversation (first_account (service), "old@example.org", 100, 0, FALSE);
  add_conversation (first_account (service), "new@example.org", 200, 0, FALSE);
  add_conversation (first_account (service), "pinned@example.org", 50, 0, TRUE);
  turn ();
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 3);
  g_assert_cmpstr (id_at (list, 0), ==, "pinned@example.org");
  g_assert_cmpstr (id_at (list, 1), ==, "new@example.org");
  g_assert_cmpstr (id_at (list, 2), ==, "old@example.org");
  g_assert_finalize_object (service);
}

static void
test_a_move_is_one_change (void)
{
  LinnetService *service = new_service ();
  GListModel *list = linnet_service_get_conversations (service);
  Changes changes = { 0 };

  for (gint64 i = 0; i < 10; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%d@example.org", (int) i);

      add_conversation (first_account (service), id, 100 + i, 0, FALSE);
    }
  turn ();
  g_signal_connect (list, "items-changed", G_CALLBACK (changed_cb), &changes);
  add_conversation (first_account (service), "c4@example.org", 1000, 1, FALSE);
  turn ();
  g_assert_cmpuint (changes.n, ==, 1);
  g_assert_cmpuint (changes.position, ==, 0);
  g_assert_cmpuint (changes.removed, ==, 6);
  g_assert_cmpuint (changes.added, ==, 6);
  g_assert_finalize_object (service);
}

/* One at a time is put in its place, many are sorted: both give the same order. */
static void
test_the_order_is_kept_one_by_one (void)
{
  LinnetService *service = new_service ();
  GListModel *list = linnet_service_get_conversations (service);
  Changes changes = { 0 };

  g_signal_connect (list, "items-changed", G_CALLBACK (changed_cb), &changes);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%d@example.org", g_test_rand_int_range (0, 20));
      gboolean is_pinned = g_test_rand_int_range (0, 4) == 0;

      add_conversation (first_account (service), id, g_test_rand_int_range (0, 30), 0, is_pinned);
      turn ();
      for (guint j = 1; j < g_list_model_get_n_items (list); j++)
        {
          g_autoptr (LinnetConversation) one = g_list_model_get_item (list, j - 1);
          g_autoptr (LinnetConversation) next = g_list_model_get_item (list, j);

          g_assert_cmpint (linnet_conversation_get_pinned (one), >=,
                           linnet_conversation_get_pinned (next));
          if (linnet_conversation_get_pinned (one) == linnet_conversation_get_pinned (next))
            g_assert_cmpint (linnet_conversation_get_last_activity_s (one), >=,
                             linnet_conversation_get_last_activity_s (next));
        }
    }
  g_assert_cmpuint (changes.n, <=, 200);
  g_assert_finalize_object (service);
}

static void
test_row_says_one_sentence (void)
{
  LinnetService *service = new_service ();
  LinnetConversation *conversation =
      add_conversation (first_account (service), "juliet@capulet.lit", 200, 3, FALSE);
  GtkWidget *row = g_object_ref_sink (linnet_conversation_row_new ());
  g_autofree char *sentence = NULL;
  int height;

  linnet_conversation_row_set_conversation (LINNET_CONVERSATION_ROW (row), conversation);
  sentence = linnet_conversation_row_dup_sentence (LINNET_CONVERSATION_ROW (row));
  g_assert_true (g_str_has_prefix (sentence, "Juliet, 3 unread, at nine?"));
  g_assert_nonnull (strstr (sentence, "Away"));
  gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, 280, NULL, &height, NULL, NULL);
  g_assert_cmpint (height, ==, 56);
  g_assert_finalize_object (row);
  g_assert_finalize_object (service);
}

static void
chosen_cb (LinnetSidebar *sidebar, LinnetConversation *conversation, LinnetConversation **chosen)
{
  *chosen = conversation;
}

static void
test_sidebar_lists_and_searches (void)
{
  LinnetService *service = new_service ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *sidebar = linnet_sidebar_new ();
  LinnetConversation *juliet, *chosen = NULL;
  GtkWidget *list, *entry;

  juliet = add_conversation (first_account (service), "juliet@capulet.lit", 200, 3, FALSE);
  add_conversation (first_account (service), "paris@example.org", 300, 0, FALSE);
  linnet_sidebar_set_service (LINNET_SIDEBAR (sidebar), service);
  gtk_window_set_child (GTK_WINDOW (window), sidebar);
  gtk_window_present (GTK_WINDOW (window));
  client_test_settle (window);
  list = client_test_find_type (sidebar, GTK_TYPE_LIST_VIEW);
  g_assert_cmpuint (
      g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)))), ==,
      2);

  linnet_sidebar_start_search (LINNET_SIDEBAR (sidebar));
  entry = client_test_find_type (sidebar, GTK_TYPE_SEARCH_ENTRY);
  gtk_editable_set_text (GTK_EDITABLE (entry), "JULI");
  g_signal_emit_by_name (entry, "search-changed");
  g_assert_cmpuint (
      g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)))), ==,
      1);
  g_signal_connect (sidebar, "conversation-chosen", G_CALLBACK (chosen_cb), &chosen);
  g_signal_emit_by_name (entry, "activate");
  g_assert_true (chosen == juliet);
  g_assert_true (linnet_sidebar_stop_search (LINNET_SIDEBAR (sidebar)));
  g_assert_cmpuint (
      g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)))), ==,
      2);

  g_object_ref (sidebar);
  gtk_window_destroy (GTK_WINDOW (window));
  turn ();
  g_assert_finalize_object (sidebar);
  g_assert_finalize_object (service);
}

static void
test_sidebar_goes_to_neighbours (void)
{
  LinnetService *service = new_service ();
  GtkWidget *sidebar = g_object_ref_sink (linnet_sidebar_new ());
  LinnetConversation *first =
      add_conversation (first_account (service), "a@example.org", 300, 0, FALSE);
  LinnetConversation *third =
      add_conversation (first_account (service), "c@example.org", 100, 2, FALSE);
  LinnetConversation *next;

  add_conversation (first_account (service), "b@example.org", 200, 0, FALSE);
  turn ();
  linnet_sidebar_set_service (LINNET_SIDEBAR (sidebar), service);
  next = linnet_sidebar_dup_neighbour (LINNET_SIDEBAR (sidebar), first, 1, FALSE);
  g_assert_cmpstr (linnet_conversation_get_id (next), ==, "b@example.org");
  g_clear_object (&next);
  next = linnet_sidebar_dup_neighbour (LINNET_SIDEBAR (sidebar), first, 1, TRUE);
  g_assert_true (next == third);
  g_clear_object (&next);
  g_assert_null (linnet_sidebar_dup_neighbour (LINNET_SIDEBAR (sidebar), first, -1, FALSE));
  g_assert_finalize_object (sidebar);
  g_assert_finalize_object (service);
}

static void
test_banner_says_the_worst (void)
{
  LinnetService *service = new_service ();
  GtkWidget *banner = g_object_ref_sink (linnet_banner_new ());

  linnet_account_set_state (first_account (service), LINNET_CONNECTION_CONNECTED);
  linnet_banner_set_service (LINNET_BANNER (banner), service);
  g_assert_null (linnet_banner_get_sentence (LINNET_BANNER (banner)));
  linnet_service_set_state (service, LINNET_SERVICE_MISSING);
  g_assert_nonnull (linnet_banner_get_sentence (LINNET_BANNER (banner)));
  g_assert_true (linnet_banner_activate (LINNET_BANNER (banner)));
  linnet_service_set_state (service, LINNET_SERVICE_READY);
  g_assert_null (linnet_banner_get_sentence (LINNET_BANNER (banner)));
  g_assert_finalize_object (banner);
  g_assert_finalize_object (service);
}

static void
test_setup_puts_errors_under_their_field (void)
{
  LinnetService *service = linnet_service_new (NULL);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = linnet_setup_view_new (service);
  GtkWidget *address, *password;

  gtk_window_set_child (GTK_WINDOW (window), view);
  linnet_setup_view_show_form (LINNET_SETUP_VIEW (view));
  gtk_window_present (GTK_WINDOW (window));
  client_test_settle (window);
  password = client_test_find_type (view, ADW_TYPE_PASSWORD_ENTRY_ROW);
  address = gtk_widget_get_prev_sibling (gtk_widget_get_prev_sibling (password));
  g_assert_true (ADW_IS_ENTRY_ROW (address));
  gtk_editable_set_text (GTK_EDITABLE (address), "romeo");
  gtk_editable_set_text (GTK_EDITABLE (password), "secret");
  g_assert_true (gtk_widget_activate_action (view, "setup.sign-in", NULL));
  g_assert_true (gtk_widget_has_css_class (address, "error"));
  gtk_test_accessible_assert_state (address, GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_next_sibling (address)));
  g_assert_false (gtk_widget_has_css_class (password, "error"));

  gtk_editable_set_text (GTK_EDITABLE (address), "romeo@montague.lit");
  g_assert_true (gtk_widget_activate_action (view, "setup.sign-in", NULL));
  g_assert_false (gtk_widget_has_css_class (address, "error"));
  turn ();
  g_assert_false (linnet_setup_view_is_busy (LINNET_SETUP_VIEW (view)));

  g_object_ref (view);
  gtk_window_destroy (GTK_WINDOW (window));
  turn ();
  g_assert_finalize_object (view);
  g_assert_finalize_object (service);
}

static void
test_requests_come_and_go (void)
{
  LinnetService *service = new_service ();
  GtkWidget *view = g_object_ref_sink (linnet_requests_view_new ());
  LinnetContact *paris =
      linnet_account_ensure_contact (first_account (service), "paris@example.org");
  GtkWidget *list;

  linnet_requests_view_set_service (LINNET_REQUESTS_VIEW (view), service);
  list = client_test_find_type (view, GTK_TYPE_LIST_BOX);
  g_assert_null (gtk_widget_get_first_child (list));
  linnet_contact_set_looks_like (paris, "pari5@example.org");
  linnet_contact_set_subscription (paris, LINNET_SUBSCRIPTION_NO, LINNET_SUBSCRIPTION_ASK,
                                   "I <b>ask</b> & hope");
  g_assert_true (GTK_IS_LIST_BOX_ROW (gtk_widget_get_first_child (list)));
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (client_test_find (list, "words"))),
                            "Not \xe2\x81\xa8"
                            "pari5@example.org\xe2\x81\xa9"
                            ", only looks alike. "
                            "“\xe2\x81\xa8"
                            "I <b>ask</b> & hope\xe2\x81\xa9"
                            "”"));
  linnet_contact_set_subscription (paris, LINNET_SUBSCRIPTION_NO, LINNET_SUBSCRIPTION_YES, NULL);
  g_assert_null (gtk_widget_get_first_child (list));
  g_assert_finalize_object (view);
  g_assert_finalize_object (service);
}

static void
test_new_conversation_offers_what_was_typed (void)
{
  LinnetService *service = new_service ();
  GtkWidget *dialog = linnet_new_conversation_new (service);
  GtkWidget *entry, *list;
  LinnetConversation *chosen = NULL;

  gtk_window_present (GTK_WINDOW (dialog));
  client_test_settle (dialog);
  entry = client_test_find_type (dialog, GTK_TYPE_SEARCH_ENTRY);
  list = client_test_find_type (gtk_widget_get_next_sibling (gtk_widget_get_parent (entry)),
                                GTK_TYPE_LIST_VIEW);
  g_assert_cmpuint (
      g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)))), ==,
      1);
  gtk_editable_set_text (GTK_EDITABLE (entry), "mercutio@example.org");
  g_signal_emit_by_name (entry, "search-changed");
  g_assert_cmpuint (
      g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)))), ==,
      0);
  g_signal_connect (dialog, "conversation-chosen", G_CALLBACK (chosen_cb), &chosen);
  g_object_ref (dialog);
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (linnet_conversation_get_id (chosen), ==, "mercutio@example.org");
  turn ();
  gtk_window_destroy (GTK_WINDOW (dialog));
  turn ();
  g_assert_finalize_object (dialog);
  g_assert_finalize_object (service);
}

static void
test_contact_row_has_symbol_and_word (void)
{
  LinnetService *service = new_service ();
  GtkWidget *row = g_object_ref_sink (linnet_contact_row_new ());
  GtkWidget *status;

  linnet_contact_row_set_contact (
      LINNET_CONTACT_ROW (row),
      linnet_account_lookup_contact (first_account (service), "juliet@capulet.lit"));
  status = client_test_find_type (row, GTK_TYPE_INSCRIPTION);
  g_assert_nonnull (strstr (gtk_inscription_get_text (GTK_INSCRIPTION (status)), "Juliet"));
  status = gtk_widget_get_last_child (gtk_widget_get_next_sibling (status));
  g_assert_nonnull (
      strstr (gtk_inscription_get_text (GTK_INSCRIPTION (status)), "Away · on the balcony"));
  g_assert_finalize_object (row);
  g_assert_finalize_object (service);
}

static void
test_preferences_list_accounts (void)
{
  LinnetService *service = new_service ();
  GtkWidget *preferences = linnet_preferences_new (service, NULL);
  GtkWidget *popover = g_object_ref_sink (linnet_presence_popover_new ());

  linnet_presence_popover_set_service (LINNET_PRESENCE_POPOVER (popover), service);
  g_assert_cmpint (linnet_presence_popover_get_presence (LINNET_PRESENCE_POPOVER (popover)), ==,
                   LINNET_PRESENCE_AVAILABLE);
  g_assert_finalize_object (popover);
  g_assert_nonnull (client_test_find_type (preferences, GTK_TYPE_SWITCH));
  g_object_ref (preferences);
  gtk_window_destroy (GTK_WINDOW (preferences));
  turn ();
  g_assert_finalize_object (preferences);
  g_assert_finalize_object (service);
}

static const char *
page_of (GtkWidget *window)
{
  return gtk_stack_get_visible_child_name (
      GTK_STACK (client_test_find_type (window, GTK_TYPE_STACK)));
}

static void
test_window_shows_what_there_is (void)
{
  LinnetService *service = linnet_service_new (NULL);
  GtkWidget *window = linnet_window_new (NULL, service, NULL);
  g_autoptr (LinnetAccount) account = linnet_account_new ("romeo@montague.lit");

  g_assert_cmpstr (page_of (window), ==, "starting");
  linnet_service_set_state (service, LINNET_SERVICE_MISSING);
  g_assert_cmpstr (page_of (window), ==, "missing");
  linnet_service_set_state (service, LINNET_SERVICE_READY);
  g_assert_cmpstr (page_of (window), ==, "setup");
  linnet_service_add_account (service, account);
  g_assert_cmpstr (page_of (window), ==, "main");
  g_object_ref (window);
  gtk_window_destroy (GTK_WINDOW (window));
  turn ();
  g_assert_finalize_object (window);
  g_assert_finalize_object (service);
}

static void
test_window_opens_one_conversation (void)
{
  LinnetService *service = new_service ();
  LinnetConversation *juliet =
      add_conversation (first_account (service), "juliet@capulet.lit", 200, 3, FALSE);
  LinnetConversation *paris =
      add_conversation (first_account (service), "paris@example.org", 300, 0, FALSE);
  GtkWidget *window = linnet_window_new (NULL, service, NULL);

  gtk_window_present (GTK_WINDOW (window));
  client_test_settle (window);
  linnet_window_open (LINNET_WINDOW (window), juliet);
  client_test_settle (window);
  g_assert_true (linnet_conversation_get_active (juliet));
  g_assert_true (gtk_widget_activate_action (window, "win.neighbour", "(ib)", -1, FALSE));
  g_assert_true (linnet_window_get_conversation (LINNET_WINDOW (window)) == paris);
  g_assert_false (linnet_conversation_get_active (juliet));
  g_assert_true (linnet_conversation_get_active (paris));
  g_assert_true (gtk_widget_activate_action (window, "win.requests", NULL));
  g_assert_null (linnet_window_get_conversation (LINNET_WINDOW (window)));
  g_assert_false (linnet_conversation_get_active (paris));

  g_object_ref (window);
  gtk_window_destroy (GTK_WINDOW (window));
  turn ();
  g_assert_finalize_object (window);
  g_assert_finalize_object (service);
}

static void
test_f6_goes_round (void)
{
  LinnetService *service = new_service ();
  LinnetConversation *juliet =
      add_conversation (first_account (service), "juliet@capulet.lit", 200, 3, FALSE);
  GtkWidget *window = linnet_window_new (NULL, service, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GtkWidget *first;

  gtk_window_present (GTK_WINDOW (window));
  linnet_window_open (LINNET_WINDOW (window), juliet);
  client_test_settle (window);
  first = gtk_window_get_focus (GTK_WINDOW (window));
  g_assert_nonnull (first);
  for (guint i = 0; i < 12; i++)
    {
      gtk_widget_activate_action (window, "win.region", "i", 1);
      g_hash_table_add (seen, gtk_window_get_focus (GTK_WINDOW (window)));
    }
  /* Header and list of the sidebar, header of the conversation and composer, at least. */
  g_assert_cmpuint (g_hash_table_size (seen), >=, 4);
  g_assert_true (g_hash_table_contains (seen, first));

  g_object_ref (window);
  gtk_window_destroy (GTK_WINDOW (window));
  turn ();
  g_assert_finalize_object (window);
  g_assert_finalize_object (service);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/shell/pinned-first-then-latest", test_pinned_first_then_latest);
  g_test_add_func ("/shell/a-move-is-one-change", test_a_move_is_one_change);
  g_test_add_func ("/shell/the-order-is-kept-one-by-one", test_the_order_is_kept_one_by_one);
  g_test_add_func ("/shell/row-says-one-sentence", test_row_says_one_sentence);
  g_test_add_func ("/shell/sidebar-lists-and-searches", test_sidebar_lists_and_searches);
  g_test_add_func ("/shell/sidebar-goes-to-neighbours", test_sidebar_goes_to_neighbours);
  g_test_add_func ("/shell/banner-says-the-worst", test_banner_says_the_worst);
  g_test_add_func ("/shell/setup-puts-errors-under-their-field",
                   test_setup_puts_errors_under_their_field);
  g_test_add_func ("/shell/requests-come-and-go", test_requests_come_and_go);
  g_test_add_func ("/shell/new-conversation-offers-what-was-typed",
                   test_new_conversation_offers_what_was_typed);
  g_test_add_func ("/shell/contact-row-has-symbol-and-word", test_contact_row_has_symbol_and_word);
  g_test_add_func ("/shell/preferences-list-accounts", test_preferences_list_accounts);
  g_test_add_func ("/shell/window-shows-what-there-is", test_window_shows_what_there_is);
  g_test_add_func ("/shell/window-opens-one-conversation", test_window_opens_one_conversation);
  g_test_add_func ("/shell/f6-goes-round", test_f6_goes_round);
  return g_test_run ();
}
