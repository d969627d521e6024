/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-crash.c: what was called stored is there after the process was killed; a full disk loses
 * nothing either
 *
 * The process that is killed, and the one whose disk is full, are this program again. */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

#define N_KILLS 12
#define N_IN_FLIGHT 50
#define SKIPPED 77

typedef struct
{
  StoreDb *db;
  StoreMessage *row;
} Flight;

static void launch (StoreDb *db);

/* Stored: says so, and sends the next. */
static void
landed (gpointer user_data, const GError *error)
{
  Flight *flight = user_data;
  g_autofree char *line = NULL;

  g_assert_no_error (error);
  line = g_strdup_printf ("%" G_GINT64_FORMAT " %s\n", flight->row->local_id, flight->row->token);
  if (write (STDOUT_FILENO, line, strlen (line)) != (ssize_t) strlen (line))
    _exit (1);
  launch (flight->db);
  store_message_free (flight->row);
  g_free (flight);
}

static void
launch (StoreDb *db)
{
  static gint64 place = 0;
  Flight *flight = g_new (Flight, 1);
  g_autofree char *token = g_uuid_string_random ();

  flight->db = db;
  place = MAX (g_get_real_time (), place + 1);
  flight->row = message_new (1, place, token, "a message that was called stored");
  store_message_insert (db, flight->row, STORE_MESSAGE_DEDUP, landed, flight);
}

static int
run_until_killed (const char *directory)
{
  StoreDb *db = store_db_open (directory, NULL);

  for (guint i = 0; i < N_IN_FLIGHT; i++)
    launch (db);
  while (db)
    g_main_context_iteration (NULL, TRUE);
  return 1;
}

/* Reads what the child says until it has said so much, kills it, and reads the rest of the pipe. */
static void
kill_after (GPid child, int out, gsize n_bytes, GString *said)
{
  char buffer[4096];
  gboolean is_killed = FALSE;
  ssize_t got;

  while ((got = read (out, buffer, sizeof buffer)) > 0)
    {
      g_string_append_len (said, buffer, got);
      if (said->len >= n_bytes && !is_killed)
        is_killed = kill (child, SIGKILL) == 0;
    }
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_true (is_killed);
}

static gboolean
is_there (Fixture *self, const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line, " ", 2);
  Outcome outcome = { 0 };
  gboolean is_found;

  store_messages_find (self->db, 1, parts[1], outcome_rows_done, &outcome);
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
  is_found = outcome.rows->len == 1 && ((StoreMessage *) outcome.rows->pdata[0])->local_id ==
                                           g_ascii_strtoll (parts[0], NULL, 10);
  outcome_clear (&outcome);
  return is_found;
}

/* R22: killed at random points, with a commit under way. */
static void
test_survives_kill (Fixture *self, gconstpointer program)
{
  GRand *rand = g_rand_new_with_seed (22);

  for (guint i = 0; i < N_KILLS; i++)
    {
      const char *const argv[] = { program, "--until-killed", self->directory, NULL };
      g_autoptr (GString) said = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) lines = NULL;
      GPid child;
      int out;

      g_assert_true (g_spawn_async_with_pipes (NULL, (char **) argv, NULL,
                                               G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &child, NULL,
                                               &out, NULL, &error));
      kill_after (child, out, (gsize) g_rand_int_range (rand, 100, 60000), said);
      close (out);
      fixture_open (self);
      g_assert_null (store_db_get_quarantined (self->db));
      lines = g_strsplit (said->str, "\n", -1);
      /* The last one may be half a line. */
      for (guint n = 0; lines[n] && lines[n + 1]; n++)
        g_assert_true (is_there (self, lines[n]));
      fixture_close (self);
    }
  g_rand_free (rand);
}

/* A view of the file system of our own, in which `directory` is one that holds `options`. */
static gboolean
mount_own (const char *directory, const char *options)
{
  uid_t uid = geteuid ();

  if (unshare (CLONE_NEWNS) != 0)
    {
      g_autofree char *map = g_strdup_printf ("0 %u 1", (guint) uid);
      g_autoptr (GError) error = NULL;

      if (unshare (CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
          !g_file_set_contents_full ("/proc/self/uid_map", map, -1, G_FILE_SET_CONTENTS_NONE, 0600,
                                     &error))
        return FALSE;
    }
  return mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount ("none", directory, "tmpfs", 0, options) == 0;
}

/* In a file system of half a mebibyte. */
static int
fill_disk (const char *directory)
{
  Fixture self = { .directory = (char *) directory };
  g_autofree char *big = g_strnfill (20000, 'x');
  Outcome insisting = { 0 };
  Outcome refused = { 0 };
  g_autoptr (StoreMessage) kept = message_new (1, G_MAXINT64, "kept", "nobody else has it");
  g_autoptr (StoreMessage) other = message_new (1, 1, "other", big);

  if (!mount_own (directory, "size=512k,mode=0700"))
    return SKIPPED;
  fixture_open (&self);
  for (;;)
    {
      g_autoptr (StoreMessage) row = message_new (1, g_get_real_time (), NULL, big);
      Outcome outcome = { 0 };

      store_message_insert (self.db, row, 0, outcome_done, &outcome);
      outcome_wait (&outcome);
      if (g_error_matches (outcome.error, STORE_ERROR, STORE_ERROR_FULL))
        {
          g_clear_error (&outcome.error);
          break;
        }
      g_assert_no_error (outcome.error);
    }
  g_free (kept->body);
  kept->body = g_strdup (big);
  store_message_insert (self.db, kept, STORE_MESSAGE_KEEP, outcome_done, &insisting);
  store_message_insert (self.db, other, 0, outcome_done, &refused);
  outcome_wait (&refused);
  g_assert_error (refused.error, STORE_ERROR, STORE_ERROR_FULL);
  g_clear_error (&refused.error);
  g_assert_false (insisting.is_over);

  /* Space comes back, and so does the message. */
  g_assert_cmpint (mount ("none", directory, "tmpfs", MS_REMOUNT, "size=64m"), ==, 0);
  outcome_wait (&insisting);
  g_assert_no_error (insisting.error);
  g_assert_cmpint (kept->local_id, >, 0);
  fixture_close (&self);
  return 0;
}

static int
use_read_only_disk (const char *directory)
{
  Fixture self = { .directory = (char *) directory };
  g_autoptr (GError) error = NULL;

  if (!mount_own (directory, "mode=0700"))
    return SKIPPED;
  fixture_open (&self);
  fixture_close (&self);
  g_assert_cmpint (mount ("none", directory, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  self.db = store_db_open (directory, &error);
  g_assert_null (self.db);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_READ_ONLY);
  return 0;
}

static void
run_in_child (Fixture *self, const char *program, const char *what)
{
  const char *const argv[] = { program, what, self->directory, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
                               &status, &error));
  if (WIFEXITED (status) && WEXITSTATUS (status) == SKIPPED)
    g_test_skip ("this system allows no file system of one's own");
  else
    g_assert_true (g_spawn_check_wait_status (status, &error));
}

/* R23, ENOSPC */
static void
test_survives_full_disk (Fixture *self, gconstpointer program)
{
  run_in_child (self, program, "--fill-disk");
}

/* R23, EROFS */
static void
test_reports_read_only_disk (Fixture *self, gconstpointer program)
{
  run_in_child (self, program, "--read-only-disk");
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--until-killed"))
    return run_until_killed (argv[2]);
  if (argc == 3 && g_str_equal (argv[1], "--fill-disk"))
    return fill_disk (argv[2]);
  if (argc == 3 && g_str_equal (argv[1], "--read-only-disk"))
    return use_read_only_disk (argv[2]);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/store/crash/" path, Fixture, argv[0], fixture_set_up, func, fixture_tear_down)
  ADD ("survives-kill", test_survives_kill);
  ADD ("survives-full-disk", test_survives_full_disk);
  ADD ("reports-read-only-disk", test_reports_read_only_disk);
  return g_test_run ();
}
