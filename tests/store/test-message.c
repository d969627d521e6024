/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-message.c: messages are stored once, found by page and word, counted, and forgotten */

#include "fixture.h"

#define N_MANY 10000

static Outcome
page (Fixture *self, gint64 anchor, StorePageDirection direction, guint limit)
{
  StoreQuery query = {
    .account = 1, .conversation = 1, .anchor = anchor, .direction = direction, .limit = limit
  };
  Outcome outcome = { 0 };

  store_messages_page (self->db, &query, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  return outcome;
}

static gint64
id_at (Outcome *outcome, guint index)
{
  g_assert_no_error (outcome->error);
  g_assert_cmpuint (index, <, outcome->rows->len);
  return ((StoreMessage *) outcome->rows->pdata[index])->local_id;
}

static void
no_error (gpointer user_data, const GError *error)
{
  g_assert_no_error (error);
}

static void
add_many (Fixture *self, guint n)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) store_message_free);
  Outcome outcome = { 0 };

  fixture_add_conversation (self, 1, 1, "bob@example.org");
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *token = g_strdup_printf ("token-%u", i);
      g_autofree char *body = g_strdup_printf ("message number%u", i);
      StoreMessage *row = message_new (1, i * 10, token, body);

      g_ptr_array_add (rows, row);
      if (i < n)
        store_message_insert (self->db, row, 0, no_error, NULL);
      else
        store_message_insert (self->db, row, 0, outcome_done, &outcome);
    }
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
}

static void
test_pages (Fixture *self, gconstpointer data)
{
  Outcome outcome;

  fixture_open (self);
  add_many (self, N_MANY);

  outcome = page (self, 0, STORE_PAGE_OLDER, 50);
  g_assert_cmpuint (outcome.rows->len, ==, 50);
  g_assert_cmpint (id_at (&outcome, 0), ==, N_MANY);
  g_assert_cmpint (id_at (&outcome, 49), ==, N_MANY - 49);
  g_assert_false (outcome.is_complete);
  outcome_clear (&outcome);

  outcome = page (self, 51, STORE_PAGE_OLDER, 50);
  g_assert_cmpint (id_at (&outcome, 0), ==, 50);
  g_assert_cmpint (id_at (&outcome, 49), ==, 1);
  g_assert_true (outcome.is_complete);
  outcome_clear (&outcome);

  outcome = page (self, 1, STORE_PAGE_OLDER, 50);
  g_assert_cmpuint (outcome.rows->len, ==, 0);
  g_assert_true (outcome.is_complete);
  outcome_clear (&outcome);

  outcome = page (self, 100, STORE_PAGE_NEWER, 3);
  g_assert_cmpuint (outcome.rows->len, ==, 3);
  g_assert_cmpint (id_at (&outcome, 0), ==, 103);
  g_assert_cmpint (id_at (&outcome, 2), ==, 101);
  g_assert_false (outcome.is_complete);
  outcome_clear (&outcome);

  outcome = page (self, N_MANY - 3, STORE_PAGE_NEWER, 3);
  g_assert_cmpint (id_at (&outcome, 0), ==, N_MANY);
  g_assert_true (outcome.is_complete);
  outcome_clear (&outcome);

  outcome = page (self, 0, STORE_PAGE_NEWER, 3);
  g_assert_cmpuint (outcome.rows->len, ==, 0);
  g_assert_true (outcome.is_complete);
  outcome_clear (&outcome);
}

static void
test_page_around (Fixture *self, gconstpointer data)
{
  Outcome outcome;

  fixture_open (self);
  add_many (self, 20);

  outcome = page (self, 10, STORE_PAGE_AROUND, 5);
  g_assert_cmpuint (outcome.rows->len, ==, 5);
  g_assert_cmpint (id_at (&outcome, 0), ==, 12);
  g_assert_cmpint (id_at (&outcome, 4), ==, 8);
  g_assert_false (outcome.is_complete);
  outcome_clear (&outcome);

  /* One side has not enough: the other fills the page. */
  outcome = page (self, 19, STORE_PAGE_AROUND, 10);
  g_assert_cmpuint (outcome.rows->len, ==, 10);
  g_assert_cmpint (id_at (&outcome, 0), ==, 20);
  g_assert_cmpint (id_at (&outcome, 9), ==, 11);
  g_assert_false (outcome.is_complete);
  outcome_clear (&outcome);

  outcome = page (self, 2, STORE_PAGE_AROUND, 10);
  g_assert_cmpint (id_at (&outcome, 0), ==, 10);
  g_assert_cmpint (id_at (&outcome, 9), ==, 1);
  outcome_clear (&outcome);

  outcome = page (self, 7, STORE_PAGE_AROUND, 1);
  g_assert_cmpuint (outcome.rows->len, ==, 1);
  g_assert_cmpint (id_at (&outcome, 0), ==, 7);
  outcome_clear (&outcome);

  outcome = page (self, 7, STORE_PAGE_AROUND, 1000);
  g_assert_cmpuint (outcome.rows->len, ==, 20);
  g_assert_true (outcome.is_complete);
  outcome_clear (&outcome);
}

static void
test_unknown_anchor (Fixture *self, gconstpointer data)
{
  Outcome outcome;

  fixture_open (self);
  add_many (self, 3);
  fixture_add_conversation (self, 2, 1, "eve@example.org");
  fixture_add (self, 2, 1, NULL, "of another conversation");
  outcome = page (self, 99, STORE_PAGE_OLDER, 5);
  g_assert_error (outcome.error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
  outcome_clear (&outcome);
  outcome = page (self, 4, STORE_PAGE_OLDER, 5);
  g_assert_error (outcome.error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
  outcome_clear (&outcome);
}

static void
test_filters (Fixture *self, gconstpointer data)
{
  StoreQuery query = {
    .account = 1, .conversation = 1, .limit = 10, .since_us = 30, .until_us = 70
  };
  g_autoptr (StoreMessage) ours = message_new (1, 65, "ours", "message of ours");
  Outcome outcome = { 0 };

  fixture_open (self);
  add_many (self, 10);
  ours->is_outgoing = TRUE;
  fixture_insert (self, ours, 0);

  store_messages_page (self->db, &query, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_cmpuint (outcome.rows->len, ==, 6);
  g_assert_cmpint (id_at (&outcome, 0), ==, 7);
  g_assert_cmpint (id_at (&outcome, 1), ==, 11); /* by its place, not by its id */
  g_assert_cmpint (id_at (&outcome, 5), ==, 3);
  outcome_clear (&outcome);

  query.side = 2;
  store_messages_page (self->db, &query, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_cmpuint (outcome.rows->len, ==, 1);
  outcome_clear (&outcome);

  query = (StoreQuery){
    .account = 1, .conversation = 1, .limit = 10, .side = 1, .text = "MESSAGE number1"
  };
  store_messages_page (self->db, &query, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_cmpuint (outcome.rows->len, ==, 2); /* number1 and number10 */
  g_assert_cmpint (id_at (&outcome, 0), ==, 10);
  outcome_clear (&outcome);
}

static gint64
insert_incoming (Fixture *self, const char *token, const char *body, gint64 at_us)
{
  g_autoptr (StoreMessage) row = message_new (1, at_us, token, body);

  return fixture_insert (self, row, STORE_MESSAGE_DEDUP);
}

static void
test_stores_once (Fixture *self, gconstpointer data)
{
  gint64 hour = G_TIME_SPAN_HOUR;

  fixture_open (self);
  fixture_add_conversation (self, 1, 1, "bob@example.org");
  g_assert_cmpint (insert_incoming (self, "long-enough-id", "hi", 1), !=, 0);
  g_assert_cmpint (insert_incoming (self, "long-enough-id", "hi", 2), ==, 0);
  g_assert_cmpint (insert_incoming (self, "long-enough-id", "hi", 100 * hour), ==, 0);
  /* Other words under the same id (B24), no id at all, a counter that began again: all are
   * messages. */
  g_assert_cmpint (insert_incoming (self, "long-enough-id", "ho", 3), !=, 0);
  g_assert_cmpint (insert_incoming (self, NULL, "hi", 4), !=, 0);
  g_assert_cmpint (insert_incoming (self, NULL, "hi", 5), !=, 0);
  g_assert_cmpint (insert_incoming (self, "1", "ok", 6), !=, 0);
  g_assert_cmpint (insert_incoming (self, "1", "ok", 7), ==, 0);
  g_assert_cmpint (insert_incoming (self, "1", "ok", hour), !=, 0);
}

/* A restart of the service does not forget what it has. */
static void
test_stores_once_after_restart (Fixture *self, gconstpointer data)
{
  fixture_open (self);
  fixture_add_conversation (self, 1, 1, "bob@example.org");
  g_assert_cmpint (insert_incoming (self, "long-enough-id", "hi", 1), !=, 0);
  fixture_close (self);
  fixture_open (self);
  g_assert_cmpint (insert_incoming (self, "long-enough-id", "hi", 2), ==, 0);
}

static StoreDisplayed last_displayed;

static void
displayed_done (gpointer user_data, const StoreDisplayed *displayed, const GError *error)
{
  last_displayed = *displayed;
  last_displayed.token = NULL;
  outcome_done (user_data, error);
}

static void
set_displayed (Fixture *self, const gint64 *ids, guint n_ids)
{
  Outcome outcome = { 0 };

  store_conversation_set_displayed (self->db, 1, ids, n_ids, displayed_done, &outcome);
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
}

static void
test_counts_unread (Fixture *self, gconstpointer data)
{
  g_autoptr (StoreMessage) ours = message_new (1, 45, "ours", "mine");
  g_autoptr (GPtrArray) loaded = NULL;
  StoreConversation *record;
  Outcome outcome = { 0 };

  fixture_open (self);
  add_many (self, 10);
  ours->is_outgoing = TRUE;
  fixture_insert (self, ours, 0);

  set_displayed (self, (gint64[]){ 3, 6, 999 }, 3);
  g_assert_cmpint (last_displayed.id, ==, 6);
  g_assert_cmpuint (last_displayed.newly, ==, 6);
  /* Never backwards, and not by a message that is not there. */
  set_displayed (self, (gint64[]){ 2 }, 1);
  g_assert_cmpint (last_displayed.id, ==, 0);
  set_displayed (self, (gint64[]){ 999 }, 1);
  g_assert_cmpint (last_displayed.id, ==, 0);

  fixture_close (self);
  fixture_open (self);
  loaded = store_conversations_load (self->db, 1, NULL);
  record = loaded->pdata[0];
  g_assert_cmpuint (record->unread, ==, 4);
  g_assert_cmpstr (record->displayed_token, ==, "token-6");
  g_assert_cmpint (record->last->local_id, ==, 10);
  g_assert_cmpint (record->last_order, ==, 100);

  store_messages_load_unread (self->db, 1, record->displayed_order, 3, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_cmpuint (outcome.rows->len, ==, 3);
  g_assert_cmpint (id_at (&outcome, 0), ==, 8);
  g_assert_cmpint (id_at (&outcome, 2), ==, 10);
  g_assert_false (outcome.is_complete);
  outcome_clear (&outcome);
}

static guint
n_hits (Fixture *self, const char *text)
{
  StoreQuery query = { .account = 1, .limit = 100, .text = text };
  Outcome outcome = { 0 };
  guint n;

  store_search (self->db, &query, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
  n = outcome.rows->len;
  outcome_clear (&outcome);
  return n;
}

static void
test_searches (Fixture *self, gconstpointer data)
{
  StoreQuery query = { .account = 1, .limit = 2, .text = "tea" };
  Outcome outcome = { 0 };

  fixture_open (self);
  fixture_add_conversation (self, 1, 1, "bob@example.org");
  fixture_add_conversation (self, 2, 1, "eve@example.org");
  fixture_add (self, 1, 1, NULL, "Tea at five?");
  fixture_add (self, 1, 2, NULL, "Grüße aus Köln, with \"quotes\" and team");
  fixture_add (self, 2, 3, NULL, "no tea for me");
  fixture_add (self, 2, 4, NULL, NULL);

  g_assert_cmpuint (n_hits (self, "tea"), ==,
                    3); /* the last word may be the beginning of one: team */
  g_assert_cmpuint (n_hits (self, "tea five"), ==, 1);
  g_assert_cmpuint (n_hits (self, "FIVE tea"), ==, 1);
  g_assert_cmpuint (n_hits (self, "grusse koln"), ==, 0);
  g_assert_cmpuint (n_hits (self, "grüße koln"), ==, 1);
  g_assert_cmpuint (n_hits (self, "\"quotes\""), ==, 1);
  /* The index has a language of its own; nothing that is typed is taken for it. */
  g_assert_cmpuint (n_hits (self, "tea OR five"), ==, 0);
  g_assert_cmpuint (n_hits (self, "body:tea"), ==, 0);
  g_assert_cmpuint (n_hits (self, "tea* AND ("), ==, 0);
  g_assert_cmpuint (n_hits (self, "?! -"), ==, 0);
  g_assert_cmpuint (n_hits (self, ""), ==, 0);

  store_search (self->db, &query, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_cmpuint (outcome.rows->len, ==, 2);
  g_assert_cmpint (id_at (&outcome, 0), ==, 3);
  g_assert_false (outcome.is_complete);
  query.anchor = id_at (&outcome, 1);
  outcome_clear (&outcome);
  store_search (self->db, &query, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_cmpuint (outcome.rows->len, ==, 1);
  g_assert_cmpint (id_at (&outcome, 0), ==, 1);
  g_assert_true (outcome.is_complete);
  outcome_clear (&outcome);

  query = (StoreQuery){ .account = 1, .conversation = 2, .limit = 9, .text = "tea" };
  store_search (self->db, &query, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_cmpuint (outcome.rows->len, ==, 1);
  outcome_clear (&outcome);
  query = (StoreQuery){ .account = 2, .limit = 9, .text = "tea" };
  store_search (self->db, &query, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_cmpuint (outcome.rows->len, ==, 0);
  outcome_clear (&outcome);
}

static void
test_forgets (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };
  g_autoptr (GPtrArray) loaded = NULL;
  g_autofree char *content = NULL;
  gsize length;

  fixture_open (self);
  fixture_add_conversation (self, 1, 1, "bob@example.org");
  fixture_add_conversation (self, 2, 1, "eve@example.org");
  fixture_add (self, 1, 1, NULL, "zanzibarsecret");
  fixture_add (self, 2, 2, NULL, "zanzibarother");
  g_assert_cmpuint (n_hits (self, "zanzibar"), ==, 2);
  fixture_add (self, 1, 3, NULL, "not indexed yet zanzibar");
  store_conversation_remove (self->db, 1, outcome_done, &outcome);
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
  outcome_clear (&outcome);
  g_assert_cmpuint (n_hits (self, "zanzibar"), ==, 1);
  loaded = store_conversations_load (self->db, 1, NULL);
  g_assert_cmpuint (loaded->len, ==, 1);
  /* Ids are never used again. */
  g_assert_cmpint (fixture_add (self, 2, 4, NULL, "next"), ==, 4);

  /* And the words are not left in the file. */
  fixture_close (self);
  g_assert_true (g_file_get_contents (self->path, &content, &length, NULL));
  g_assert_null (g_strstr_len (content, (gssize) length, "zanzibarsecret"));
}

static void
test_removes_account (Fixture *self, gconstpointer data)
{
  Outcome outcome = { 0 };
  g_autoptr (StoreAccount) account = store_account_new (1, "alice@example.org");
  g_autoptr (GPtrArray) accounts = NULL;
  g_autoptr (GPtrArray) conversations = NULL;

  fixture_open (self);
  store_account_save (self->db, account, NULL, NULL);
  fixture_add_conversation (self, 1, 1, "bob@example.org");
  fixture_add (self, 1, 1, NULL, "tea");
  g_assert_cmpuint (n_hits (self, "tea"), ==, 1);
  store_account_remove (self->db, 1, outcome_done, &outcome);
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
  outcome_clear (&outcome);
  g_assert_cmpuint (n_hits (self, "tea"), ==, 0);
  accounts = store_accounts_load (self->db, NULL);
  g_assert_cmpuint (accounts->len, ==, 0);
  conversations = store_conversations_load (self->db, 1, NULL);
  g_assert_cmpuint (conversations->len, ==, 0);
}

static void
test_keeps_accounts (Fixture *self, gconstpointer data)
{
  g_autoptr (StoreAccount) account = NULL;
  g_autoptr (GPtrArray) accounts = NULL;
  StoreAccount *read;
  const char *server;

  fixture_open (self);
  account = store_account_new (store_db_take_account_id (self->db), "alice@example.org");
  account->is_kept = account->is_enabled = TRUE;
  g_free (account->display_name);
  account->display_name = g_strdup ("Alice");
  g_variant_unref (account->parameters);
  account->parameters = g_variant_ref_sink (
      g_variant_new_parsed ("{'server': <'xmpp.example.org'>, 'port': <uint16 5223>}"));
  g_variant_unref (account->extra);
  account->extra = g_variant_ref_sink (g_variant_new_parsed ("{'Service': <'example'>}"));
  account->automatic.type = 3;
  g_free (account->automatic.message);
  account->automatic.message = g_strdup ("out");
  account->strength = 7;
  g_free (account->accepted_keys);
  account->accepted_keys = g_strdup ("one two");
  account->nickname_is_chosen = TRUE;
  store_account_save (self->db, account, NULL, NULL);
  account->has_been_online = TRUE;
  store_account_save (self->db, account, NULL, NULL);
  fixture_close (self);

  fixture_open (self);
  accounts = store_accounts_load (self->db, NULL);
  g_assert_cmpuint (accounts->len, ==, 1);
  read = accounts->pdata[0];
  g_assert_cmpstr (read->jid, ==, "alice@example.org");
  g_assert_true (read->is_kept && read->is_enabled && read->has_been_online &&
                 !read->connect_automatically);
  g_assert_cmpstr (read->display_name, ==, "Alice");
  g_assert_cmpuint (read->automatic.type, ==, 3);
  g_assert_cmpstr (read->automatic.message, ==, "out");
  g_assert_cmpstr (read->automatic.status, ==, "");
  g_assert_cmpuint (read->strength, ==, 7);
  g_assert_cmpstr (read->accepted_keys, ==, "one two");
  g_assert_true (read->nickname_is_chosen && !read->avatar_is_chosen);
  g_assert_true (g_variant_lookup (read->parameters, "server", "&s", &server));
  g_assert_cmpstr (server, ==, "xmpp.example.org");
  g_assert_true (g_variant_lookup (read->extra, "Service", "&s", &server));
  g_assert_cmpstr (server, ==, "example");
  g_assert_cmpint (store_db_take_account_id (self->db), >, read->id);
}

static gint64
insert_outgoing (Fixture *self, const char *token, guint state)
{
  g_autoptr (StoreMessage) row = message_new (1, g_get_monotonic_time (), token, "mine");

  row->is_outgoing = TRUE;
  row->state = (guint8) state;
  return fixture_insert (self, row, 0);
}

/* Returns the new state; 0: nothing changed. */
static guint
advance (Fixture *self, const char *token, guint state)
{
  Outcome outcome = { 0 };
  guint now;

  store_message_advance (
      self->db, 1, token, state, state == STORE_STATE_FAILED ? "error.name" : NULL,
      state == STORE_STATE_FAILED ? "It came back" : NULL, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
  now = outcome.rows->len > 0 ? ((StoreMessage *) outcome.rows->pdata[0])->state : 0;
  outcome_clear (&outcome);
  return now;
}

static void
test_states_grow (Fixture *self, gconstpointer data)
{
  gint64 ids[2];
  Outcome outcome = { 0 };
  g_autoptr (GPtrArray) waiting = NULL;

  fixture_open (self);
  fixture_add_conversation (self, 1, 1, "bob@example.org");
  ids[0] = insert_outgoing (self, "one", STORE_STATE_WAITING);
  ids[1] = insert_outgoing (self, "two", STORE_STATE_WAITING);
  insert_outgoing (self, "three", STORE_STATE_WAITING);
  fixture_add (self, 1, 5, "theirs", "not ours");
  store_messages_set_state (self->db, ids, 2, STORE_STATE_SENT, outcome_done, &outcome);
  outcome_wait (&outcome);
  outcome_clear (&outcome);
  waiting = store_messages_load_waiting (self->db, 1, NULL);
  g_assert_cmpuint (waiting->len, ==, 1);
  g_assert_cmpstr (((StoreMessage *) waiting->pdata[0])->token, ==, "three");

  g_assert_cmpuint (advance (self, "one", STORE_STATE_RECEIVED), ==, STORE_STATE_RECEIVED);
  g_assert_cmpuint (advance (self, "one", STORE_STATE_SENT), ==, 0);
  g_assert_cmpuint (advance (self, "one", STORE_STATE_FAILED), ==, 0); /* somebody has it */
  g_assert_cmpuint (advance (self, "one", STORE_STATE_READ), ==, STORE_STATE_READ);
  g_assert_cmpuint (advance (self, "two", STORE_STATE_FAILED), ==, STORE_STATE_FAILED);
  g_assert_cmpuint (advance (self, "unknown", STORE_STATE_READ), ==, 0);
  g_assert_cmpuint (advance (self, "theirs", STORE_STATE_READ), ==, 0);

  store_messages_set_state (self->db, ids, 2, STORE_STATE_WAITING, outcome_done, &outcome);
  outcome_wait (&outcome);
  outcome_clear (&outcome);
  g_clear_pointer (&waiting, g_ptr_array_unref);
  waiting = store_messages_load_waiting (self->db, 1, NULL);
  g_assert_cmpuint (waiting->len, ==, 2); /* two, which had failed, and three; not one */
  g_assert_cmpstr (((StoreMessage *) waiting->pdata[0])->token, ==, "two");
  g_assert_null (((StoreMessage *) waiting->pdata[0])->error_name);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/store/message/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("pages", test_pages);
  ADD ("page-around", test_page_around);
  ADD ("unknown-anchor", test_unknown_anchor);
  ADD ("filters", test_filters);
  ADD ("stores-once", test_stores_once);
  ADD ("stores-once-after-restart", test_stores_once_after_restart);
  ADD ("counts-unread", test_counts_unread);
  ADD ("searches", test_searches);
  ADD ("forgets", test_forgets);
  ADD ("removes-account", test_removes_account);
  ADD ("keeps-accounts", test_keeps_accounts);
  ADD ("states-grow", test_states_grow);
  return g_test_run ();
}
