/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-db.c: the file: whose it is, older and damaged ones, order and grouping of commits */

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "store/store-schema.h"

#define N_ORDERED 3000

static void
test_is_private (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "linnet.db", "linnet.db-wal", "linnet.db-shm",
                                       "linnet.lock" };
  struct stat info;

  g_assert_cmpint (g_chmod (self->directory, 0755), ==, 0);
  fixture_open (self);
  g_assert_cmpint (stat (self->directory, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 0777, ==, 0700);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->directory, names[i], NULL);

      g_assert_cmpint (stat (path, &info), ==, 0);
      g_assert_cmphex (info.st_mode & 0777, ==, 0600);
    }
}

static void
test_refuses_symlink (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *target = g_build_filename (self->directory, "elsewhere", NULL);

  g_assert_true (g_file_set_contents (target, "precious", -1, NULL));
  g_assert_cmpint (symlink (target, self->path), ==, 0);
  self->db = store_db_open (self->directory, &error);
  g_assert_null (self->db);
  g_assert_nonnull (error);
  g_assert_cmpint (error->domain, ==, G_IO_ERROR);
}

typedef struct
{
  StoreMessage *rows[N_ORDERED];
  guint n_done;
} Ordered;

static void
ordered_done (gpointer user_data, const GError *error)
{
  Ordered *self = user_data;

  g_assert_no_error (error);
  /* Told in the order of the calls, with growing ids. */
  g_assert_cmpint (self->rows[self->n_done]->local_id, ==, self->n_done + 1);
  self->n_done++;
}

static void
test_keeps_order (Fixture *self, gconstpointer data)
{
  g_autofree Ordered *ordered = g_new0 (Ordered, 1);

  fixture_open (self);
  for (guint i = 0; i < N_ORDERED; i++)
    {
      ordered->rows[i] = message_new (1, i + 1, NULL, "x");
      store_message_insert (self->db, ordered->rows[i], 0, ordered_done, ordered);
    }
  g_assert_cmpuint (store_db_get_n_queued (self->db), <=, N_ORDERED);
  while (ordered->n_done < N_ORDERED)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (store_db_get_n_queued (self->db), ==, 0);
  for (guint i = 0; i < N_ORDERED; i++)
    store_message_free (ordered->rows[i]);
}

/* Closing writes what is queued and tells it. */
static void
test_closing_flushes (Fixture *self, gconstpointer data)
{
  g_autofree Ordered *ordered = g_new0 (Ordered, 1);
  g_autoptr (GPtrArray) conversations = NULL;

  fixture_open (self);
  fixture_add_conversation (self, 1, 1, "bob@example.org");
  for (guint i = 0; i < N_ORDERED; i++)
    {
      ordered->rows[i] = message_new (1, i + 1, NULL, "x");
      store_message_insert (self->db, ordered->rows[i], 0, ordered_done, ordered);
    }
  fixture_close (self);
  g_assert_cmpuint (ordered->n_done, ==, N_ORDERED);
  for (guint i = 0; i < N_ORDERED; i++)
    store_message_free (ordered->rows[i]);
  fixture_open (self);
  conversations = store_conversations_load (self->db, 1, NULL);
  g_assert_cmpuint (conversations->len, ==, 1);
  g_assert_cmpuint (((StoreConversation *) conversations->pdata[0])->unread, ==, N_ORDERED);
}

static void
close_finished (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_closed_says_so (Fixture *self, gconstpointer data)
{
  g_autoptr (StoreMessage) early = message_new (1, 1, NULL, "early");
  g_autoptr (StoreMessage) late = message_new (1, 2, NULL, "late");
  g_autoptr (GAsyncResult) closed = NULL;
  Outcome first = { 0 };
  Outcome second = { 0 };

  fixture_open (self);
  store_message_insert (self->db, early, 0, outcome_done, &first);
  store_db_close_async (self->db, close_finished, &closed);
  while (!closed)
    g_main_context_iteration (NULL, TRUE);
  outcome_wait (&first);
  g_assert_no_error (first.error);
  g_assert_cmpint (early->local_id, ==, 1);

  store_message_insert (self->db, late, 0, outcome_done, &second);
  outcome_wait (&second);
  g_assert_error (second.error, STORE_ERROR, STORE_ERROR_CLOSED);
  outcome_clear (&second);
  store_db_close_finish (closed);
  self->db = NULL;
}

static void
test_one_service_only (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  StoreDb *other;

  fixture_open (self);
  other = store_db_open (self->directory, &error);
  g_assert_null (other);
  g_assert_error (error, STORE_ERROR, STORE_ERROR_BUSY);
}

/* R29: a file of version 1 gets the later tables and keeps its messages. */
static void
test_migrates_version_1 (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  StoreSql *sql = store_sql_open (self->path, TRUE, &error);
  StoreQuery query = { .account = 1, .limit = 10, .text = "hello" };
  Outcome outcome = { 0 };

  g_assert_no_error (error);
  g_assert_true (store_schema_migrate (sql, 1, &error));
  g_assert_true (store_sql_exec (
      sql,
      "INSERT INTO messages (account, conversation, order_us, outgoing, elsewhere, kind, state,"
      " sent_us, received_us, body) VALUES (1, 1, 5, 0, 0, 0, 0, 0, 5, 'hello from version 1')",
      &error));
  store_sql_close (sql);
  fixture_open (self);
  g_assert_null (store_db_get_quarantined (self->db));
  store_search (self->db, &query, outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (outcome.rows->len, ==, 1);
  g_assert_cmpstr (((StoreMessage *) outcome.rows->pdata[0])->body, ==, "hello from version 1");
  outcome_clear (&outcome);
}

static void
expect_quarantine (Fixture *self, const char *why)
{
  g_autofree char *prefix = g_strdup_printf ("%s.%s-", self->path, why);

  fixture_open (self);
  g_assert_nonnull (store_db_get_quarantined (self->db));
  g_assert_true (g_str_has_prefix (store_db_get_quarantined (self->db), prefix));
  g_assert_true (g_file_test (store_db_get_quarantined (self->db), G_FILE_TEST_IS_REGULAR));
  /* And the new one works. */
  fixture_add_conversation (self, 1, 1, "bob@example.org");
  g_assert_cmpint (fixture_add (self, 1, 1, "t", "works"), ==, 1);
}

static void
test_keeps_foreign_text (Fixture *self, gconstpointer data)
{
  g_autofree char *kept = NULL;

  g_assert_true (g_file_set_contents (self->path, "This is somebody's diary.\n", -1, NULL));
  expect_quarantine (self, "damaged");
  g_assert_true (g_file_get_contents (store_db_get_quarantined (self->db), &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "This is somebody's diary.\n");
}

static void
make_database (Fixture *self, const char *statements)
{
  g_autoptr (GError) error = NULL;
  StoreSql *sql = store_sql_open (self->path, TRUE, &error);

  g_assert_no_error (error);
  g_assert_true (store_sql_exec (sql, statements, &error));
  store_sql_close (sql);
}

static void
test_keeps_foreign_database (Fixture *self, gconstpointer data)
{
  make_database (self, "CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('bread');");
  expect_quarantine (self, "foreign");
}

static void
test_keeps_newer (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_strdup_printf (
      "PRAGMA application_id=%d; PRAGMA user_version=9999; CREATE TABLE later (x);",
      STORE_SCHEMA_APPLICATION_ID);

  make_database (self, text);
  expect_quarantine (self, "newer");
}

static void
fill (Fixture *self)
{
  fixture_open (self);
  fixture_add_conversation (self, 1, 1, "bob@example.org");
  for (guint i = 1; i <= 200; i++)
    {
      g_autofree char *body = g_strnfill (300, 'a' + i % 26);

      fixture_add (self, 1, i, "token", body);
    }
  fixture_close (self);
}

/* R24: cut off in the middle. */
static void
test_keeps_truncated (Fixture *self, gconstpointer data)
{
  struct stat info;

  fill (self);
  g_assert_cmpint (stat (self->path, &info), ==, 0);
  g_assert_cmpint (truncate (self->path, info.st_size / 2), ==, 0);
  expect_quarantine (self, "damaged");
}

/* R24: each block in turn is zeroed. Either the store opens with what is whole, or the file is kept
 * aside; never a crash, never silence about tables that are gone. */
static void
test_survives_zeroed_blocks (Fixture *self, gconstpointer data)
{
  g_autofree char *whole = NULL;
  gsize size;
  guint n_kept_aside = 0;

  fill (self);
  g_assert_true (g_file_get_contents (self->path, &whole, &size, NULL));
  for (gsize at = 0; at + 512 <= size; at += 512 * 7)
    {
      g_autofree char *bad = g_memdup2 (whole, size);
      g_autoptr (GPtrArray) conversations = NULL;

      memset (bad + at, 0, 512);
      g_assert_true (g_file_set_contents (self->path, bad, (gssize) size, NULL));
      fixture_open (self);
      if (store_db_get_quarantined (self->db))
        n_kept_aside++;
      conversations = store_conversations_load (self->db, 1, NULL);
      fixture_close (self);
    }
  g_assert_cmpuint (n_kept_aside, >, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/store/db/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("is-private", test_is_private);
  ADD ("refuses-symlink", test_refuses_symlink);
  ADD ("keeps-order", test_keeps_order);
  ADD ("closing-flushes", test_closing_flushes);
  ADD ("closed-says-so", test_closed_says_so);
  ADD ("one-service-only", test_one_service_only);
  ADD ("migrates-version-1", test_migrates_version_1);
  ADD ("keeps-foreign-text", test_keeps_foreign_text);
  ADD ("keeps-foreign-database", test_keeps_foreign_database);
  ADD ("keeps-newer", test_keeps_newer);
  ADD ("keeps-truncated", test_keeps_truncated);
  ADD ("survives-zeroed-blocks", test_survives_zeroed_blocks);
  return g_test_run ();
}
