/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-account-manager.c: accounts are made, kept, found and removed */

#include <glib/gstdio.h>

#include "im/im-account-manager.h"
#include "im/im-account-private.h"

typedef struct
{
  char *directory; /* (owned) */
  ImAccountManager *manager; /* (owned) */
  guint n_added;
  guint n_removed;
} Fixture;

static const ImModule *const no_modules[] = { NULL };

static void
added_cb (Fixture *self, ImAccount *account)
{
  self->n_added++;
}

static void
removed_cb (Fixture *self, ImAccount *account)
{
  self->n_removed++;
}

static void
start (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->manager = im_account_manager_new (no_modules, self->directory, &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (self->manager, "account-added", G_CALLBACK (added_cb), self);
  g_signal_connect_swapped (self->manager, "account-removed", G_CALLBACK (removed_cb), self);
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (!*result)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static void
stop (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  im_account_manager_stop_async (self->manager, result_cb, &result);
  g_assert_true (im_account_manager_stop_finish (self->manager, wait_result (&result), NULL));
  g_clear_object (&result);
  g_assert_finalize_object (self->manager);
  self->manager = NULL;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->directory = g_dir_make_tmp ("linnet-manager-XXXXXX", NULL);
  start (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { "linnet.db", "linnet.lock" };

  stop (self);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->directory, names[i], NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (self->directory), ==, 0);
  g_free (self->directory);
}

static ImAccount *
create (Fixture *self, const char *parameters, GError **error)
{
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (parameters));

  return im_account_manager_create (self->manager, "Alice at work", parsed, error);
}

static void
test_keeps (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ImAccount *account =
      create (self, "{'account': <'Alice@Example.org'>, 'server': <'xmpp.example.org'>}", &error);
  g_autoptr (XmppJid) jid = xmpp_jid_new ("alice@example.org", NULL);
  g_autofree char *name = NULL;
  const char *server;

  g_assert_no_error (error);
  g_assert_cmpuint (self->n_added, ==, 1);
  g_assert_cmpstr (xmpp_jid_get_text (im_account_get_jid (account)), ==, "alice@example.org");
  g_assert_false (im_account_is_enabled (account));
  g_assert_true (im_account_is_kept (account));
  g_assert_cmpint (im_account_get_state (account), ==, IM_ACCOUNT_OFFLINE);
  g_assert_false (im_account_manager_is_busy (self->manager));
  name = g_strdup (im_account_get_unique_name (account));
  im_account_set_nickname (account, "Al");
  im_account_ensure_conversation (account, jid);
  g_object_unref (account);
  stop (self);
  start (self);
  g_assert_cmpuint (im_account_manager_get_accounts (self->manager)->len, ==, 1);
  account = im_account_manager_find (self->manager, jid);
  g_assert_nonnull (account);
  g_assert_cmpstr (im_account_get_unique_name (account), ==, name);
  g_assert_cmpstr (im_account_get_display_name (account), ==, "Alice at work");
  g_assert_cmpstr (im_account_get_nickname (account), ==, "Al");
  g_assert_true (g_variant_lookup (im_account_get_parameters (account), "server", "&s", &server));
  g_assert_cmpstr (server, ==, "xmpp.example.org");
  g_assert_cmpuint (im_account_get_conversations (account)->len, ==, 1);
}

static void
test_refuses (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *parameters;
    const char *named;
  } rows[] = {
    { "{'server': <'xmpp.example.org'>}", "account" },
    { "{'account': <'example.org'>}", "account" },
    { "{'account': <'@example.org'>}", "account" },
    { "{'account': <'alice@example.org'>, 'port': <'a word'>}", "port" },
    { "{'account': <'alice@example.org'>, 'colour': <'red'>}", "colour" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (create (self, rows[i].parameters, &error));
      g_assert_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, rows[i].named));
    }
  g_assert_cmpuint (im_account_manager_get_accounts (self->manager)->len, ==, 0);
  g_assert_cmpuint (self->n_added, ==, 0);
}

static void
test_one_of_an_address (Fixture *self, gconstpointer data)
{
  g_autoptr (ImAccount) first = create (self, "{'account': <'alice@example.org'>}", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (first);
  g_assert_null (create (self, "{'account': <'ALICE@example.org'>}", &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE);
}

static void
test_removes (Fixture *self, gconstpointer data)
{
  g_autoptr (ImAccount) account = create (self, "{'account': <'alice@example.org'>}", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GAsyncResult) given = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) too_late = NULL;

  im_account_manager_remove_async (self->manager, account, result_cb, &result);
  g_assert_cmpuint (self->n_removed, ==, 1);
  g_assert_true (im_account_manager_remove_finish (self->manager, wait_result (&result), &error));
  g_assert_no_error (error);
  im_account_manager_remove_async (self->manager, account, result_cb, &again);
  g_assert_false (im_account_manager_remove_finish (self->manager, wait_result (&again), &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_DOES_NOT_EXIST);
  /* As something does that was under way when it was removed. */
  im_account_set_nickname (account, "Al");
  im_account_set_password_async (account, "secret", TRUE, result_cb, &given);
  g_assert_false (im_account_set_password_finish (account, wait_result (&given), &too_late));
  g_assert_error (too_late, IM_ERROR, IM_ERROR_DOES_NOT_EXIST);
  g_clear_object (&given);
  g_clear_object (&result);
  g_clear_object (&again);
  g_clear_object (&account);
  stop (self);
  start (self);
  g_assert_cmpuint (im_account_manager_get_accounts (self->manager)->len, ==, 0);
}

/* Under another account manager: the history of an address is the same each time. */
static void
test_connection_finds_history (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) parameters = g_variant_ref_sink (
      g_variant_new_parsed ("{'account': <'alice@example.org'>, 'password': <'secret'>}"));
  g_autoptr (XmppJid) bob = xmpp_jid_new ("bob@example.org", NULL);
  ImAccount *account = im_account_manager_get_for_connection (self->manager, parameters, NULL);

  g_assert_nonnull (account);
  g_assert_false (im_account_is_kept (account));
  g_assert_cmpuint (im_account_manager_get_accounts (self->manager)->len, ==, 0);
  g_assert_false (g_variant_lookup (im_account_get_parameters (account), "password", "&s", NULL));
  im_conversation_set_draft (im_account_ensure_conversation (account, bob), "kept");
  g_object_unref (account);
  stop (self);
  start (self);
  account = im_account_manager_get_for_connection (self->manager, parameters, NULL);
  g_assert_cmpstr (im_conversation_get_draft (im_account_find_conversation (account, bob)), ==,
                   "kept");
  g_object_unref (account);
}

/* What some program has in mind for one connection is not written over what a person keeps. */
static void
test_connection_leaves_what_is_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (ImAccount) account =
      create (self, "{'account': <'alice@example.org'>, 'resource': <'desk'>}", NULL);
  g_autoptr (GVariant) parameters = g_variant_ref_sink (g_variant_new_parsed (
      "{'account': <'alice@example.org'>, 'require-encryption': <false>, 'password': <'evil'>}"));
  g_autoptr (GVariant) before = NULL;
  g_autoptr (ImAccount) others = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (account);
  before = g_variant_ref (im_account_get_parameters (account));
  im_account_manager_start (self->manager, TRUE);
  g_assert_null (im_account_manager_get_for_connection (self->manager, parameters, &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE);
  g_assert_true (g_variant_equal (im_account_get_parameters (account), before));
  g_assert_cmpuint (im_account_get_password_state (account), ==, 0); /* unknown */
  /* Another manager has its own, and we are its hands. */
  im_account_manager_start (self->manager, FALSE);
  others = im_account_manager_get_for_connection (self->manager, parameters, NULL);
  g_assert_true (others == account);
}

int
main (int argc, char **argv)
{
  /* No Secret Service here. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/im/account-manager/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("keeps", test_keeps);
  ADD ("refuses", test_refuses);
  ADD ("one-of-an-address", test_one_of_an_address);
  ADD ("removes", test_removes);
  ADD ("connection-finds-history", test_connection_finds_history);
  ADD ("connection-leaves-what-is-kept", test_connection_leaves_what_is_kept);
  return g_test_run ();
}
