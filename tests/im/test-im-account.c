/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-account.c: an account and its connection: signing in, being asked, being thrown out,
 * coming back */

#include <string.h>

#include <glib/gstdio.h>

#include "im/im-account-parts.h"
#include "im/im-auth-request.h"
#include "im/im-client-state.h"
#include "line-server.h"

#define DEADLINE_S 10
#define PASSWORD "correct horse"

static const ImModule *const no_modules[] = { NULL };

typedef struct
{
  char *directory; /* (owned) */
  StoreDb *store; /* (owned) */
  ImAccount *account; /* (owned) */
  LineServer *server; /* (owned) */
  GString *states; /* (owned) a letter for each state: o, c, O */
  gboolean is_late;
} Fixture;

static void
state_cb (ImAccount *account, GParamSpec *pspec, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_string_append_c (fixture->states, "ocO"[im_account_get_state (account)]);
  /* Own presence is told before. */
  g_assert_cmpint (im_account_get_presence (account)->type == IM_PRESENCE_OFFLINE, ==,
                   im_account_get_state (account) != IM_ACCOUNT_ONLINE);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;
  StoreAccount *record = store_account_new (1, "alice@example.org");

  fixture->directory = g_dir_make_tmp ("linnet-account-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->store = store_db_open (fixture->directory, &error);
  g_assert_no_error (error);
  fixture->server = line_server_new (PASSWORD);
  record->is_kept = TRUE;
  fixture->account = im_account_new (fixture->store, no_modules, record, g_ptr_array_new ());
  names = im_account_update_parameters (
      fixture->account,
      g_variant_new_parsed (
          "{'server': <'127.0.0.1'>, 'port': <%q>, 'require-encryption': <false>}",
          line_server_get_port (fixture->server)),
      NULL, &error);
  g_assert_no_error (error);
  fixture->states = g_string_new (NULL);
  g_signal_connect (fixture->account, "notify::state", G_CALLBACK (state_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) directory = NULL;
  const char *name;

  g_signal_handlers_disconnect_by_data (fixture->account, fixture);
  im_account_set_is_managed (fixture->account, FALSE);
  im_account_disconnect (fixture->account);
  g_object_add_weak_pointer (G_OBJECT (fixture->account), (gpointer *) &fixture->account);
  g_object_unref (fixture->account);
  while (fixture->account != NULL || g_main_context_pending (NULL))
    g_main_context_iteration (NULL, TRUE);
  line_server_free (fixture->server);
  store_db_close (fixture->store);
  directory = g_dir_open (fixture->directory, 0, NULL);
  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *file = g_build_filename (fixture->directory, name, NULL);

      g_unlink (file);
    }
  g_rmdir (fixture->directory);
  g_free (fixture->directory);
  g_string_free (fixture->states, TRUE);
}

static gboolean
late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

#define WAIT(condition)                                                             \
  G_STMT_START                                                                      \
  {                                                                                 \
    guint wait_id = g_timeout_add_seconds (DEADLINE_S, late_cb, &fixture->is_late); \
    while (!(condition) && !fixture->is_late)                                       \
      g_main_context_iteration (NULL, TRUE);                                        \
    g_source_remove (wait_id);                                                      \
    g_assert_true (condition);                                                      \
  }                                                                                 \
  G_STMT_END

static void
know_password (Fixture *fixture, const char *password)
{
  im_account_set_password_async (fixture->account, password, FALSE, NULL, NULL);
  g_assert_cmpuint (im_account_get_password_state (fixture->account), ==, 3);
}

static void
manage (Fixture *fixture)
{
  g_autoptr (ImPresence) away = im_presence_new (IM_PRESENCE_AWAY, "away", "Lunch");

  im_account_set_enabled (fixture->account, TRUE);
  im_account_request_presence (fixture->account, away);
  g_assert_cmpstr (fixture->states->str, ==, ""); /* not by itself before it is managed */
  im_account_set_is_managed (fixture->account, TRUE);
}

/* C15: what the server could do once it must do again, until a person who was told consents. */
static void
test_weaker_is_refused (Fixture *fixture, gconstpointer data)
{
  ImAccount *account = fixture->account;

  account->record->strength = XMPP_STRENGTH_ENCRYPTED;
  know_password (fixture, PASSWORD); /* nobody was told anything: that is no answer */
  im_account_connect (account);
  WAIT (im_account_get_error (account) != NULL);
  g_assert_error (im_account_get_error (account), IM_ERROR, IM_ERROR_AUTHENTICATION_FAILED);
  g_assert_nonnull (strstr (im_account_get_error (account)->message, "enter the password"));
  g_assert_cmpuint (line_server_get_n_logins (fixture->server), ==, 0);
  im_account_connect (account);
  WAIT (im_account_get_error (account) != NULL && im_account_get_state (account) == 0);
  g_assert_cmpuint (line_server_get_n_logins (fixture->server), ==, 0);

  know_password (fixture, PASSWORD);
  im_account_connect (account);
  WAIT (im_account_get_state (account) == IM_ACCOUNT_ONLINE);
  g_assert_cmpuint (account->record->strength, ==, XMPP_STRENGTH_PROVEN);
}

/* Somebody else keeps it, and nobody could be asked. */
static void
test_nothing_is_learnt_for_others (Fixture *fixture, gconstpointer data)
{
  ImAccount *account = fixture->account;

  account->record->strength = XMPP_STRENGTH_ENCRYPTED;
  im_account_set_is_kept (account, FALSE);
  im_account_give_password (account, PASSWORD);
  im_account_connect (account);
  WAIT (im_account_get_state (account) == IM_ACCOUNT_ONLINE);
}

static void
test_signs_in (Fixture *fixture, gconstpointer data)
{
  know_password (fixture, PASSWORD);
  im_account_connect (fixture->account);
  WAIT (im_account_get_roster_state (fixture->account) == IM_ROSTER_SUCCESS);
  g_assert_cmpstr (fixture->states->str, ==, "cO");
  g_assert_cmpstr (xmpp_jid_get_text (im_account_get_full_jid (fixture->account)), ==,
                   "alice@example.org/desk");
  g_assert_true (im_account_has_been_online (fixture->account));
  g_assert_null (im_account_get_error (fixture->account));
  im_account_disconnect (fixture->account);
  g_assert_cmpstr (fixture->states->str, ==, "cOo");
  g_assert_null (im_account_get_error (fixture->account));
  g_assert_cmpint (im_account_get_roster_state (fixture->account), ==, IM_ROSTER_NONE);
}

static void
test_asks_for_a_password (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ImAuthRequest) request = NULL;

  im_account_connect (fixture->account);
  WAIT (im_account_get_auth_request (fixture->account) != NULL);
  request = g_object_ref (im_account_get_auth_request (fixture->account));
  g_assert_cmpint (im_auth_request_get_state (request), ==, IM_AUTH_STATE_WAITING);
  g_assert_cmpuint (line_server_get_n_logins (fixture->server), ==, 0);

  im_auth_request_respond (request, "wrong", FALSE);
  g_assert_cmpint (im_auth_request_get_state (request), ==, IM_AUTH_STATE_TRYING);
  WAIT (im_auth_request_get_state (request) == IM_AUTH_STATE_FAILED);
  g_assert_error (im_auth_request_get_error (request), IM_ERROR, IM_ERROR_AUTHENTICATION_FAILED);
  g_assert_cmpint (im_account_get_state (fixture->account), ==, IM_ACCOUNT_CONNECTING);

  im_auth_request_respond (request, PASSWORD, FALSE);
  WAIT (im_account_get_state (fixture->account) == IM_ACCOUNT_ONLINE);
  g_assert_cmpint (im_auth_request_get_state (request), ==, IM_AUTH_STATE_SUCCEEDED);
  g_assert_null (im_account_get_auth_request (fixture->account));
  g_assert_cmpstr (fixture->states->str, ==, "cO");
  g_assert_cmpuint (line_server_get_n_logins (fixture->server), ==, 2);
}

static void
test_nobody_answers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error =
      g_error_new_literal (IM_ERROR, IM_ERROR_AUTHENTICATION_FAILED, "A password is needed.");
  g_autoptr (ImAuthRequest) request = NULL;

  manage (fixture);
  WAIT (im_account_get_auth_request (fixture->account) != NULL);
  request = g_object_ref (im_account_get_auth_request (fixture->account));
  im_auth_request_abort (request, error);
  g_assert_cmpint (im_auth_request_get_state (request), ==, IM_AUTH_STATE_ABORTED);
  g_assert_cmpstr (fixture->states->str, ==, "co");
  g_assert_error (im_account_get_error (fixture->account), IM_ERROR,
                  IM_ERROR_AUTHENTICATION_FAILED);
  /* It waits for a person, who gives the password. */
  know_password (fixture, PASSWORD);
  WAIT (im_account_get_state (fixture->account) == IM_ACCOUNT_ONLINE);
  g_assert_cmpstr (im_account_get_presence (fixture->account)->message, ==, "Lunch");
  g_assert_cmpuint (line_server_get_n_logins (fixture->server), ==, 1);
}

static gint64
get_retry_at (Fixture *fixture)
{
  gint64 retry_at;

  g_object_get (fixture->account, "retry-at", &retry_at, NULL);
  return retry_at;
}

static void
test_comes_back_after_a_cut (Fixture *fixture, gconstpointer data)
{
  know_password (fixture, PASSWORD);
  manage (fixture);
  WAIT (im_account_get_state (fixture->account) == IM_ACCOUNT_ONLINE);
  line_server_hang_up (fixture->server);
  WAIT (im_account_get_state (fixture->account) == IM_ACCOUNT_OFFLINE);
  g_assert_error (im_account_get_error (fixture->account), IM_ERROR, IM_ERROR_CONNECTION_LOST);
  g_assert_cmpint (get_retry_at (fixture), >, g_get_monotonic_time ());
  im_account_reconnect (fixture->account); /* a person does not want to wait */
  g_assert_cmpint (get_retry_at (fixture), ==, 0);
  WAIT (im_account_get_state (fixture->account) == IM_ACCOUNT_ONLINE);
  g_assert_cmpstr (fixture->states->str, ==, "cOocO");
}

/* White space first, which costs one wake-up; then a question. */
static void
test_quiet_line_is_kept_alive (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) names = NULL;

  names = im_account_update_parameters (
      fixture->account, g_variant_new_parsed ("{'keepalive-interval': <1>}"), NULL, NULL);
  know_password (fixture, PASSWORD);
  im_account_connect (fixture->account);
  WAIT (line_server_count (fixture->server, "<ping") == 1);
  g_assert_cmpuint (line_server_count (fixture->server, "> <iq"), ==, 1);
  g_assert_cmpint (im_account_get_state (fixture->account), ==, IM_ACCOUNT_ONLINE);
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Nobody is looking: a quiet line is made sure of less often, until somebody does. */
static void
test_quiet_line_is_left_alone_while_power_is_saved (Fixture *fixture, gconstpointer data)
{
  static const guint wanted[] = { 0, 1, 30, 60, 100, 240, 600 };
  static const guint stretched[] = { 0, 4, 120, 240, 240, 240, 600 };
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) error = NULL;
  gint64 began_us;
  guint tick_id; /* white space is not answered, so nothing else would wake us */

  for (guint i = 0; i < G_N_ELEMENTS (stretched); i++)
    g_assert_cmpuint (im_client_state_stretch_s (wanted[i]), ==, stretched[i]);
  names = im_account_update_parameters (
      fixture->account, g_variant_new_parsed ("{'keepalive-interval': <1>}"), NULL, NULL);
  g_assert_false (im_account_set_saves_power (fixture->account, TRUE, &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_DISCONNECTED);
  know_password (fixture, PASSWORD);
  im_account_connect (fixture->account);
  tick_id = g_timeout_add (50, tick_cb, NULL);
  WAIT (im_account_get_state (fixture->account) == IM_ACCOUNT_ONLINE);
  g_assert_true (im_account_set_saves_power (fixture->account, TRUE, NULL));
  began_us = g_get_monotonic_time ();
  WAIT (line_server_count (fixture->server, "> ") == 1);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, 3 * G_USEC_PER_SEC);
  g_assert_cmpuint (im_account_get_keepalive_s (fixture->account), ==, 1); /* is what is wanted */
  g_assert_true (im_account_set_saves_power (fixture->account, FALSE, NULL));
  WAIT (line_server_count (fixture->server, "> ") == 2);
  g_source_remove (tick_id);
  g_assert_cmpint (im_account_get_state (fixture->account), ==, IM_ACCOUNT_ONLINE);
}

static void
test_dead_line_is_noticed_r02 (Fixture *fixture, gconstpointer data)
{
  know_password (fixture, PASSWORD);
  manage (fixture);
  WAIT (im_account_get_roster_state (fixture->account) == IM_ROSTER_SUCCESS);
  line_server_fall_silent (fixture->server);
  im_account_ping_now (fixture->account, 50);
  WAIT (im_account_get_state (fixture->account) == IM_ACCOUNT_OFFLINE);
  g_assert_error (im_account_get_error (fixture->account), IM_ERROR, IM_ERROR_CONNECTION_LOST);
  g_assert_cmpint (get_retry_at (fixture), >, 0);
}

static void
test_no_war_over_a_resource_r12 (Fixture *fixture, gconstpointer data)
{
  know_password (fixture, PASSWORD);
  manage (fixture);
  WAIT (im_account_get_state (fixture->account) == IM_ACCOUNT_ONLINE);
  line_server_say (fixture->server,
                   "<stream:error><conflict "
                   "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>");
  WAIT (im_account_get_state (fixture->account) == IM_ACCOUNT_OFFLINE);
  g_assert_error (im_account_get_error (fixture->account), IM_ERROR, IM_ERROR_CONNECTION_REPLACED);
  g_assert_cmpint (get_retry_at (fixture), ==, 0);
  g_assert_cmpuint (line_server_get_n_logins (fixture->server), ==, 1);
}

static void
test_goes_off_when_disabled (Fixture *fixture, gconstpointer data)
{
  know_password (fixture, PASSWORD);
  manage (fixture);
  g_assert_cmpstr (fixture->states->str, ==, "c");
  im_account_set_enabled (fixture->account, FALSE); /* in the middle of the login */
  g_assert_cmpstr (fixture->states->str, ==, "co");
  g_assert_null (im_account_get_error (fixture->account));
  im_account_set_enabled (fixture->account, TRUE);
  WAIT (im_account_get_state (fixture->account) == IM_ACCOUNT_ONLINE);
  im_account_set_enabled (fixture->account, FALSE);
  g_assert_cmpstr (fixture->states->str, ==, "cocOo");
}

static void
test_parameters (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) offline = NULL;
  g_auto (GStrv) online = NULL;
  const char *password = NULL;

  know_password (fixture, PASSWORD);
  im_account_connect (fixture->account);
  WAIT (im_account_get_state (fixture->account) == IM_ACCOUNT_ONLINE);
  online = im_account_update_parameters (
      fixture->account, g_variant_new_parsed ("{'resource': <'home'>, 'priority': <3>}"), NULL,
      &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (online), ==, 1);
  g_assert_cmpstr (online[0], ==, "resource");
  im_account_disconnect (fixture->account);
  offline = im_account_update_parameters (fixture->account,
                                          g_variant_new_parsed ("{'password': <'secret'>}"),
                                          (const char *const[]){ "resource", NULL }, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (offline), ==, 0);
  g_assert_false (
      g_variant_lookup (im_account_get_parameters (fixture->account), "password", "&s", &password));
  g_assert_false (
      g_variant_lookup (im_account_get_parameters (fixture->account), "resource", "&s", &password));
  g_assert_null (im_account_update_parameters (
      fixture->account, g_variant_new_parsed ("{'account': <'bob@example.org'>}"), NULL, &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "account"));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE); /* no Secret Service */
  g_test_init (&argc, &argv, NULL);
  ADD ("/account/signs-in", test_signs_in);
  ADD ("/account/weaker-than-before-is-refused-c15", test_weaker_is_refused);
  ADD ("/account/nothing-is-learnt-for-others", test_nothing_is_learnt_for_others);
  ADD ("/account/asks-for-a-password", test_asks_for_a_password);
  ADD ("/account/nobody-answers", test_nobody_answers);
  ADD ("/account/comes-back-after-a-cut", test_comes_back_after_a_cut);
  ADD ("/account/quiet-line-is-kept-alive", test_quiet_line_is_kept_alive);
  ADD ("/account/quiet-line-is-kept-alive-less-often",
       test_quiet_line_is_left_alone_while_power_is_saved);
  ADD ("/account/dead-line-is-noticed-r02", test_dead_line_is_noticed_r02);
  ADD ("/account/no-war-over-a-resource-r12", test_no_war_over_a_resource_r12);
  ADD ("/account/goes-off-when-disabled", test_goes_off_when_disabled);
  ADD ("/account/parameters", test_parameters);
  return g_test_run ();
}
