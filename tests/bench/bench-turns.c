/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-turns.c: the longest turn of the window's main loop with 10,000 conversations and 1,000
 * contacts, and how often it wakes when nothing happens.
 *
 * A turn is the time between two looks of the main loop at what came: in it the window answers
 * nobody. What came goes before what is still to be done. Beside the
 * longest stands what CPU the thread had for the one that took most, which other programs disturb
 * less. */

#include <time.h>

#include <adwaita.h>

#include "client-test.h"
#include "ui/linnet-new-conversation.h"
#include "ui/linnet-window.h"

#define N_CONVERSATIONS 10000
#define N_CONTACTS 1000
#define N_MOVES 100
#define IDLE_S 10

static gint64 turn_began_us;
static gint64 turn_began_cpu_us;
static gint64 longest_us;
static gint64 longest_cpu_us;
static guint n_wakes;

static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
begin_turn (void)
{
  turn_began_us = g_get_monotonic_time ();
  turn_began_cpu_us = get_cpu_us ();
}

static void
end_turn (void)
{
  longest_us = MAX (longest_us, g_get_monotonic_time () - turn_began_us);
  longest_cpu_us = MAX (longest_cpu_us, get_cpu_us () - turn_began_cpu_us);
}

/* Waits as the main loop would, and reads the clock on both sides. */
static int
timed_poll (GPollFD *fds, guint n, int timeout_ms)
{
  int result;

  end_turn ();
  if (timeout_ms != 0)
    n_wakes++;
  result = g_poll (fds, n, timeout_ms);
  begin_turn ();
  return result;
}

static void
begin (void)
{
  begin_turn ();
  longest_us = longest_cpu_us = 0;
  n_wakes = 0;
}

static void
say (GtkWidget *window, const char *what)
{
  client_test_settle (window);
  end_turn ();
  g_print ("%s: longest turn %.1f ms, CPU %.1f ms\n", what, (double) longest_us / 1000,
           (double) longest_cpu_us / 1000);
}

static void
touch (LinnetAccount *account, guint number, gint64 when_s)
{
  g_autofree char *id = g_strdup_printf ("person%u@example.org", number);
  g_autoptr (GVariant) keys = g_variant_ref_sink (g_variant_new_parsed (
      "{'last-activity': <%x>, 'unread': <%u>,"
      " 'last-message': <[{'local-id': <%x>, 'message-sent': <%x>},"
      "                   {'content-type': <'text/plain'>, 'content': <'At nine?'>}]>}",
      when_s, number % 3, (gint64) number + 1, when_s));

  linnet_conversation_update (linnet_account_ensure_conversation (account, id), keys);
}

static void
add_contacts (LinnetAccount *account)
{
  for (guint i = 0; i < N_CONTACTS; i++)
    {
      g_autofree char *id = g_strdup_printf ("person%u@example.org", i);
      g_autofree char *name = g_strdup_printf ("Person %u", i);
      LinnetContact *contact = linnet_account_ensure_contact (account, id);

      linnet_contact_set_name (contact, name);
      linnet_contact_set_subscription (contact, LINNET_SUBSCRIPTION_YES, LINNET_SUBSCRIPTION_YES,
                                       NULL);
      if (i % 4 == 0)
        linnet_contact_set_presence (contact, LINNET_PRESENCE_AVAILABLE, NULL);
    }
}

static gboolean
idle_over_cb (gpointer over)
{
  *(gboolean *) over = TRUE;
  return G_SOURCE_REMOVE;
}

static void
count_idle_wakes (void)
{
  gboolean over = FALSE;

  begin ();
  g_timeout_add_seconds (IDLE_S, idle_over_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
  g_print ("nothing happens for %d s: %u wake-ups\n", IDLE_S, n_wakes);
}

static void
measure_dialog (LinnetService *service)
{
  GtkWidget *dialog = linnet_new_conversation_new (service);

  gtk_window_present (GTK_WINDOW (dialog));
  say (dialog, "1,000 contacts are listed");
  begin ();
  gtk_editable_set_text (GTK_EDITABLE (client_test_find_type (dialog, GTK_TYPE_SEARCH_ENTRY)),
                         "77");
  g_signal_emit_by_name (client_test_find_type (dialog, GTK_TYPE_SEARCH_ENTRY), "search-changed");
  say (dialog, "a contact is searched");
  gtk_window_destroy (GTK_WINDOW (dialog));
}

int
main (int argc, char **argv)
{
  g_autoptr (LinnetService) service = NULL;
  g_autoptr (LinnetAccount) account = NULL;
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  GtkWidget *window;

  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-cursor-blink", FALSE, NULL);
  g_main_context_set_poll_func (NULL, timed_poll);
  service = linnet_service_new (NULL);
  account = linnet_account_new ("romeo@example.org");
  window = linnet_window_new (NULL, service, NULL);
  linnet_account_set_state (account, LINNET_CONNECTION_CONNECTED);
  linnet_service_add_account (service, account);
  linnet_service_set_state (service, LINNET_SERVICE_READY);
  gtk_window_present (GTK_WINDOW (window));
  client_test_settle (window);
  begin ();
  for (guint i = 0; i < N_CONVERSATIONS; i++)
    touch (account, i, now_s - N_CONVERSATIONS + i);
  say (window, "10,000 conversations arrive at once");
  begin ();
  add_contacts (account);
  say (window, "1,000 contacts arrive at once");
  begin ();
  for (guint i = 0; i < N_MOVES; i++)
    {
      touch (account, i * 97, now_s + i);
      client_test_settle (window);
    }
  say (window, "100 conversations rise to the top, one by one");
  begin ();
  linnet_window_open (LINNET_WINDOW (window),
                      linnet_account_lookup_conversation (account, "person5@example.org"));
  say (window, "a conversation is opened");
  begin ();
  measure_dialog (service);
  count_idle_wakes ();
  gtk_window_destroy (GTK_WINDOW (window));
  return 0;
}
