/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fixture.c: a store in a directory of its own, and waiting for what it does */

#include "fixture.h"

#include <glib/gstdio.h>

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->directory = g_dir_make_tmp ("linnet-store-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->directory, "linnet.db", NULL);
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->directory, 0, NULL);
  const char *name;

  fixture_close (self);
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (self->directory, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (self->directory), ==, 0);
  g_free (self->path);
  g_free (self->directory);
}

void
fixture_open (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->db = store_db_open (self->directory, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->db);
}

void
fixture_close (Fixture *self)
{
  g_clear_pointer (&self->db, store_db_close);
}

void
outcome_done (gpointer user_data, const GError *error)
{
  Outcome *self = user_data;

  g_assert_false (self->is_over);
  self->is_over = TRUE;
  self->error = error ? g_error_copy (error) : NULL;
}

void
outcome_rows_done (gpointer user_data, GPtrArray *rows, gboolean is_complete, const GError *error)
{
  Outcome *self = user_data;

  self->rows = rows;
  self->is_complete = is_complete;
  outcome_done (self, error);
}

void
outcome_wait (Outcome *self)
{
  while (!self->is_over)
    g_main_context_iteration (NULL, TRUE);
}

void
outcome_clear (Outcome *self)
{
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_error (&self->error);
  self->is_over = FALSE;
}

void
fixture_add_conversation (Fixture *self, gint64 id, gint64 account, const char *peer)
{
  g_autoptr (StoreConversation) record = store_conversation_new (id, account, peer);
  Outcome outcome = { 0 };

  store_conversation_save (self->db, record, outcome_done, &outcome);
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
}

StoreMessage *
message_new (gint64 conversation, gint64 order, const char *token, const char *body)
{
  StoreMessage *row = store_message_new ();

  row->account = 1;
  row->conversation = conversation;
  row->order_us = order;
  row->received_us = order;
  row->token = g_strdup (token);
  row->body = g_strdup (body);
  return row;
}

gint64
fixture_insert (Fixture *self, StoreMessage *row, StoreMessageFlags flags)
{
  Outcome outcome = { 0 };

  store_message_insert (self->db, row, flags, outcome_done, &outcome);
  outcome_wait (&outcome);
  g_assert_no_error (outcome.error);
  return row->local_id;
}

gint64
fixture_add (Fixture *self, gint64 conversation, gint64 order, const char *token, const char *body)
{
  g_autoptr (StoreMessage) row = message_new (conversation, order, token, body);

  return fixture_insert (self, row, 0);
}
