/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sign-in.c: a password that is asked for, on the bus and by a pipe. Telepathy 0.27.4
 * Channel.Type.ServerAuthentication, Channel.Interface.SASLAuthentication; im.linnet.Password1 */
#include "client.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <unistd.h>

#define PASSWORD "im.linnet.Password1"
#define MECHANISM "X-TELEPATHY-PASSWORD"

/* (transfer full): path of the channel on which a new connection asks for its password. */
static char *
wait_for_question (Fixture *f)
{
  g_autoptr (GVariant) result =
      fixture_call (f, CM_PATH, CM, "RequestConnection",
                    g_variant_new ("(s@a{sv})", "jabber", fixture_new_parameters (f, NULL)));
  g_autoptr (GVariant) channels = NULL;
  char *path;

  g_variant_get (result, "(so)", NULL, &f->connection);
  fixture_do (f, f->connection, CONNECTION, "Connect", NULL);
  channels =
      g_variant_get_child_value (fixture_wait_heard (f, f->connection, REQUESTS, "NewChannels"), 0);
  g_variant_get_child (channels, 0, "(o@a{sv})", &path, NULL);
  return path;
}

static GVariant *
new_start (const char *mechanism, const char *password)
{
  return g_variant_new (
      "(s@ay)", mechanism,
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, password, strlen (password), 1));
}

static void
assert_status (Fixture *f, const char *path, const char *status, const char *error)
{
  g_autoptr (GVariant) now = fixture_get (f, path, SASL, "SASLStatus");
  g_autoptr (GVariant) why = fixture_get (f, path, SASL, "SASLError");

  assert_variant (now, status);
  assert_variant (why, error);
}

static gboolean
has_status (Fixture *f, gpointer data)
{
  for (guint i = 0; i < f->heard->len; i++)
    {
      Heard *heard = g_ptr_array_index (f->heard, i);
      guint status;

      if (!g_str_equal (heard->name, SASL ".SASLStatusChanged"))
        continue;
      g_variant_get_child (heard->body, 0, "u", &status);
      if (status == GPOINTER_TO_UINT (data))
        return TRUE;
    }
  return FALSE;
}

static void
test_a_question_says_what_is_asked (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *interface;
    const char *name;
    const char *text;
  } rows[] = {
    { SERVER_AUTHENTICATION, "AuthenticationMethod", "'" SASL "'" },
    { SASL, "AvailableMechanisms", "['" MECHANISM "', 'SCRAM-SHA-1']" },
    { SASL, "HasInitialData", "true" },
    { SASL, "CanTryAgain", "true" },
    { SASL, "AuthorizationIdentity", "'alice@example.org'" },
    { SASL, "DefaultUsername", "'alice'" },
    { SASL, "DefaultRealm", "'example.org'" },
    { SASL, "MaySaveResponse", "true" },
    /* The server here knows no TLS; under another account manager nothing is stored. */
    { SECURABLE, "Encrypted", "false" },
    { SECURABLE, "Verified", "false" },
    { CHANNEL, "Interfaces", "['" DESTROYABLE "', '" SASL "', '" SECURABLE "']" },
    { CHANNEL, "TargetHandleType", "0" },
    { CHANNEL, "TargetHandle", "0" },
    { CHANNEL, "TargetID", "''" },
    { CHANNEL, "Requested", "false" },
  };
  g_autofree char *path = wait_for_question (f);
  GVariant *body = fixture_wait_heard (f, f->connection, REQUESTS, "NewChannels");
  g_autoptr (GVariant) details = NULL;
  g_autoptr (GVariant) status = fixture_call (f, f->connection, CONNECTION, "GetStatus", NULL);

  {
    g_autoptr (GVariant) channels = g_variant_get_child_value (body, 0);
    g_autoptr (GVariant) channel = g_variant_get_child_value (channels, 0);

    details = g_variant_get_child_value (channel, 1);
  }
  assert_variant (status, "(1,)");
  assert_status (f, path, "0", "''");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) value = fixture_get (f, path, rows[i].interface, rows[i].name);
      g_autofree char *name = g_strconcat (rows[i].interface, ".", rows[i].name, NULL);
      g_autoptr (GVariant) detail = g_variant_lookup_value (details, name, NULL);

      assert_variant (value, rows[i].text);
      /* They cannot change, so they are told with the channel. */
      g_assert_nonnull (detail);
      g_assert_true (g_variant_equal (value, detail));
    }
}

static void
test_what_is_no_answer_is_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *path = wait_for_question (f);
  g_autofree char *long_text = g_strnfill (1025, 'x');

  fixture_refuse (f, path, SASL, "StartMechanism", g_variant_new ("(s)", "PLAIN"),
                  "NotImplemented");
  fixture_refuse (f, path, SASL, "StartMechanism", g_variant_new ("(s)", MECHANISM),
                  "InvalidArgument");
  fixture_refuse (f, path, SASL, "StartMechanismWithData", new_start ("DIGEST-MD5", "x"),
                  "NotImplemented");
  fixture_refuse (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, ""),
                  "InvalidArgument");
  fixture_refuse (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "\xff"),
                  "InvalidArgument");
  fixture_refuse (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, long_text),
                  "InvalidArgument");
  fixture_refuse (f, path, SASL, "Respond", fixture_parse ("(ay)", "([1],)"), "NotAvailable");
  fixture_refuse (f, path, SASL, "AcceptSASL", NULL, "NotAvailable");
  assert_status (f, path, "0", "''");
}

/* It waits for the word of who signs in. */
static void
assert_unconnected (Fixture *f)
{
  g_autoptr (GVariant) status = fixture_get (f, f->connection, CONNECTION, "Status");

  assert_variant (status, "1");
  g_assert_cmpuint (fixture_count_heard (f, f->connection, CONNECTION, "StatusChanged"), ==, 1);
}

static void
test_a_wrong_password_can_be_mended (Fixture *f, gconstpointer data)
{
  g_autofree char *path = wait_for_question (f);

  fixture_do (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "wrong"));
  fixture_wait (f, has_status, GUINT_TO_POINTER (5), "the refusal");
  assert_status (f, path, "5", "'" TP "Error.AuthenticationFailed'");
  fixture_refuse (f, path, SASL, "AcceptSASL", NULL, "NotAvailable");
  /* Nothing is left to abort. */
  fixture_do (f, path, SASL, "AbortSASL", g_variant_new ("(us)", 1, ""));
  assert_status (f, path, "5", "'" TP "Error.AuthenticationFailed'");
  fixture_do (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "secret"));
  fixture_wait (f, has_status, GUINT_TO_POINTER (2), "the success");
  assert_unconnected (f);
  fixture_do (f, path, SASL, "AcceptSASL", NULL);
  assert_status (f, path, "4", "''");
  fixture_refuse (f, path, SASL, "AbortSASL", g_variant_new ("(us)", 1, ""), "NotAvailable");
  fixture_refuse (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "secret"),
                  "NotAvailable");
  assert_variant (fixture_wait_nth (f, f->connection, CONNECTION, "StatusChanged", 1), "(0, 1)");
}

#define SASL_NS "urn:ietf:params:xml:ns:xmpp-sasl"

/* (transfer full): SASLErrorDetails of a wrong password, as the server refuses it. */
static GVariant *
be_refused (Fixture *f, const char *path, const char *failure, const char *error)
{
  g_autofree char *xml = g_strdup_printf ("<failure xmlns='" SASL_NS "'>%s</failure>", failure);
  GVariant *body;
  GVariant *details;
  const char *name;
  guint status;

  line_server_set_refusal (f->server, xml);
  fixture_do (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "wrong"));
  body = fixture_wait_nth (f, path, SASL, "SASLStatusChanged", 1);
  g_variant_get (body, "(u&s@a{sv})", &status, &name, &details);
  g_assert_cmpuint (status, ==, 5);
  g_assert_true (g_str_has_prefix (name, TP "Error."));
  g_assert_cmpstr (name + strlen (TP "Error."), ==, error);
  return details;
}

static void
assert_text (GVariant *details, const char *key, const char *text)
{
  const char *said = NULL;

  g_variant_lookup (details, key, "&s", &said);
  g_assert_cmpstr (said, ==, text);
}

static void
test_what_the_server_says_is_passed_on (Fixture *f, gconstpointer data)
{
  g_autofree char *path = wait_for_question (f);
  g_autoptr (GVariant) details = be_refused (
      f, path, "<not-authorized/><text xml:lang='en'>Two &lt;b&gt;tries&lt;/b&gt; left</text>",
      "AuthenticationFailed");
  g_autoptr (GVariant) kept = fixture_get (f, path, SASL, "SASLErrorDetails");
  g_autoptr (GVariant) end = NULL;

  assert_text (details, "server-message", "Two <b>tries</b> left");
  assert_text (details, "debug-message", "The password for alice@example.org was not accepted.");
  g_assert_true (g_variant_equal (kept, details));
  fixture_do (f, path, CHANNEL, "Close", NULL);
  g_variant_get (fixture_wait_heard (f, f->connection, CONNECTION, "ConnectionError"), "(s@a{sv})",
                 NULL, &end);
  g_assert_true (g_variant_equal (end, details));
}

static void
test_what_the_server_says_is_bounded (Fixture *f, gconstpointer data)
{
  g_autofree char *path = wait_for_question (f);
  g_autofree char *text = g_strnfill (5000, 'x');
  g_autofree char *failure = g_strdup_printf ("<not-authorized/><text>%s</text>", text);
  g_autoptr (GVariant) details = be_refused (f, path, failure, "AuthenticationFailed");
  g_autoptr (GVariant) now = NULL;
  const char *message;

  g_assert_true (g_variant_lookup (details, "server-message", "&s", &message));
  g_assert_cmpuint (strlen (message), ==, 1024);
  /* One that says nothing is no message; and it belongs to that try alone. */
  fixture_forget (f);
  g_variant_unref (details);
  details = be_refused (f, path, "<not-authorized/><text/>", "AuthenticationFailed");
  assert_text (details, "server-message", NULL);
  fixture_do (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "secret"));
  fixture_wait (f, has_status, GUINT_TO_POINTER (2), "the success");
  now = fixture_get (f, path, SASL, "SASLErrorDetails");
  g_assert_cmpuint (g_variant_n_children (now), ==, 0);
}

/* RFC 6120 6.5. Most of them end the connection, which has the same to say. */
static void
test_each_refusal_has_its_name (Fixture *f, gconstpointer data)
{
  static const char *const rows[][2] = {
    { "account-disabled", "AuthenticationFailed" },
    { "temporary-auth-failure", "ServiceBusy" },
    { "encryption-required", "EncryptionNotAvailable" },
    { "mechanism-too-weak", "AuthenticationFailed" },
    { "invalid-authzid", "AuthenticationFailed" },
    { "malformed-request", "AuthenticationFailed" },
    { "aborted", "AuthenticationFailed" },
    { "nothing-of-the-sort", "AuthenticationFailed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *failure = g_strdup_printf ("<%s/><text>No %u</text>", rows[i][0], i);
      g_autofree char *text = g_strdup_printf ("No %u", i);
      g_autofree char *wanted = g_strconcat (TP "Error.", rows[i][1], NULL);
      g_autofree char *path = NULL;
      g_autoptr (GVariant) details = NULL;
      g_autoptr (GVariant) end = NULL;
      const char *name;

      g_clear_pointer (&f->connection, g_free);
      fixture_forget (f);
      path = wait_for_question (f);
      details = be_refused (f, path, failure, rows[i][1]);
      assert_text (details, "server-message", text);
      g_variant_get (fixture_wait_heard (f, f->connection, CONNECTION, "ConnectionError"),
                     "(&s@a{sv})", &name, &end);
      g_assert_cmpstr (name, ==, wanted);
      g_assert_true (g_variant_equal (end, details));
      fixture_wait_nth (f, f->connection, CONNECTION, "StatusChanged", 1);
    }
}

static void
abort_sign_in (Fixture *f, const char *path, guint reason, const char *error)
{
  g_autofree char *quoted = g_strdup_printf ("'" TP "Error.%s'", error);

  fixture_do (f, path, SASL, "AbortSASL", g_variant_new ("(us)", reason, "no"));
  assert_status (f, path, "6", quoted);
}

static void
assert_connection_error (Fixture *f, const char *name)
{
  g_autofree char *wanted = g_strconcat (TP "Error.", name, NULL);
  const char *error;

  g_variant_get (fixture_wait_heard (f, f->connection, CONNECTION, "ConnectionError"), "(&s@a{sv})",
                 &error, NULL);
  g_assert_cmpstr (error, ==, wanted);
  fixture_wait_nth (f, f->connection, CONNECTION, "StatusChanged", 1);
}

/* One may try again, or close: then the connection ends for that reason. */
static void
test_an_aborted_sign_in_ends_when_it_is_closed (Fixture *f, gconstpointer data)
{
  static const char *const errors[] = { "ServiceConfused", "Cancelled" };
  guint reason = GPOINTER_TO_UINT (data);
  g_autofree char *path = wait_for_question (f);

  abort_sign_in (f, path, reason, errors[reason]);
  assert_unconnected (f);
  /* No further effect. */
  fixture_do (f, path, SASL, "AbortSASL", g_variant_new ("(us)", 1 - reason, ""));
  abort_sign_in (f, path, reason, errors[reason]);
  fixture_refuse (f, path, SASL, "AcceptSASL", NULL, "NotAvailable");
  fixture_do (f, path, CHANNEL, "Close", NULL);
  assert_connection_error (f, errors[reason]);
}

static void
test_an_aborted_sign_in_may_be_tried_again (Fixture *f, gconstpointer data)
{
  g_autofree char *path = wait_for_question (f);

  fixture_refuse (f, path, SASL, "AbortSASL", g_variant_new ("(us)", 2, ""), "InvalidArgument");
  assert_status (f, path, "0", "''");
  abort_sign_in (f, path, 1, "Cancelled");
  /* While the server is asked, and when it has said yes. */
  fixture_do (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "secret"));
  abort_sign_in (f, path, 0, "ServiceConfused");
  fixture_do (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "secret"));
  fixture_wait (f, has_status, GUINT_TO_POINTER (2), "the success");
  abort_sign_in (f, path, 1, "Cancelled");
  assert_unconnected (f);
  fixture_do (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "wrong"));
  fixture_wait (f, has_status, GUINT_TO_POINTER (5), "the refusal");
  fixture_forget (f);
  fixture_do (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "secret"));
  fixture_wait (f, has_status, GUINT_TO_POINTER (2), "the second success");
  fixture_do (f, path, SASL, "AcceptSASL", NULL);
  assert_status (f, path, "4", "''");
  assert_variant (fixture_wait_heard (f, f->connection, CONNECTION, "StatusChanged"), "(0, 1)");
  fixture_refuse (f, path, SASL, "AbortSASL", g_variant_new ("(us)", 0, ""), "NotAvailable");
}

static void
test_a_success_that_nobody_accepts_is_none (Fixture *f, gconstpointer data)
{
  g_autofree char *path = wait_for_question (f);

  fixture_do (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "secret"));
  fixture_wait (f, has_status, GUINT_TO_POINTER (2), "the success");
  fixture_do (f, path, CHANNEL, "Close", NULL);
  assert_connection_error (f, "AuthenticationFailed");
}

/* A program that signs an account of ours in. */
static void
test_a_program_says_whether_the_password_is_stored (Fixture *f, gconstpointer data)
{
  g_autoptr (Client) client = client_new (f, "Asker", HANDLER " " SIGNS_IN " " BYPASS_APPROVAL);
  G_GNUC_UNUSED g_autoptr (GVariant) result = fixture_call (
      f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
      g_variant_new ("(sss@a{sv}@a{sv})", "linnet", "jabber", "", fixture_new_parameters (f, NULL),
                     fixture_parse ("a{sv}", "{'" ACCOUNT ".Enabled': <true>}")));
  g_autoptr (GVariant) channels =
      g_variant_get_child_value (client_wait (client, "HandleChannels", 0), 2);
  g_autoptr (GVariant) interfaces = NULL;
  const char *path;

  g_variant_get_child (channels, 0, "(&o@a{sv})", &path, NULL);
  interfaces = fixture_get (f, path, CHANNEL, "Interfaces");
  assert_variant (interfaces,
                  "['" DESTROYABLE "', '" SASL "', '" CREDENTIALS_STORAGE "', '" SECURABLE "']");
  fixture_do (f, path, CREDENTIALS_STORAGE, "StoreCredentials", g_variant_new ("(b)", FALSE));
  fixture_do (f, path, CREDENTIALS_STORAGE, "StoreCredentials", g_variant_new ("(b)", TRUE));
  fixture_do (f, path, SASL, "StartMechanismWithData", new_start (MECHANISM, "secret"));
  fixture_do (f, path, CREDENTIALS_STORAGE, "StoreCredentials", g_variant_new ("(b)", FALSE));
  fixture_wait (f, has_status, GUINT_TO_POINTER (2), "the success");
  fixture_do (f, path, SASL, "AcceptSASL", NULL);
  fixture_wait_server (f, "xmpp-bind", 1);
  /* Too late: it has no effect. */
  fixture_do (f, path, CREDENTIALS_STORAGE, "StoreCredentials", g_variant_new ("(b)", TRUE));
}

static void
test_a_closed_question_fails_the_connection (Fixture *f, gconstpointer data)
{
  g_autofree char *path = wait_for_question (f);

  fixture_do (f, path, CHANNEL, "Close", NULL);
  fixture_wait_heard (f, path, CHANNEL, "Closed");
  assert_variant (fixture_wait_nth (f, f->connection, CONNECTION, "StatusChanged", 1), "(2, 3)");
  g_assert_cmpuint (line_server_get_n_logins (f->server), ==, 0);
}

/* SetPassword with the read end of a pipe that holds `text`, to its end. */
static void
give (Fixture *f, const char *account, const char *text, const char *error_name)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  int ends[2];
  int index;

  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  g_assert_cmpint (write (ends[1], text, strlen (text)), ==, strlen (text));
  close (ends[1]);
  index = g_unix_fd_list_append (fds, ends[0], &error);
  g_assert_no_error (error);
  close (ends[0]);
  reply = g_dbus_connection_call_with_unix_fd_list_sync (
      f->bus, "im.linnet.Service", account, PASSWORD, "SetPassword",
      g_variant_new ("(hb)", index, FALSE), NULL, G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL, NULL,
      &error);
  if (error_name == NULL)
    g_assert_no_error (error);
  else
    {
      g_autofree char *name = g_dbus_error_get_remote_error (error);

      g_assert_cmpstr (name, ==, error_name);
    }
}

static void
test_a_password_comes_by_a_pipe (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) result = fixture_call (
      f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
      g_variant_new ("(sss@a{sv}@a{sv})", "linnet", "jabber", "", fixture_new_parameters (f, NULL),
                     fixture_parse ("a{sv}", "{}")));
  g_autofree char *long_text = g_strnfill (1025, 'x');
  g_autoptr (GVariant) before = NULL;
  g_autoptr (GVariant) after = NULL;
  const char *account;

  g_variant_get (result, "(&o)", &account);
  before = fixture_get (f, account, PASSWORD, "State");
  give (f, account, "", TP "Error.InvalidArgument");
  give (f, account, "\xff", TP "Error.InvalidArgument");
  give (f, account, long_text, TP "Error.InvalidArgument");
  fixture_refuse (f, account, PASSWORD, "SetPassword", fixture_parse ("(hb)", "(handle 0, true)"),
                  "InvalidArgument");
  give (f, account, "secret", NULL);
  after = fixture_get (f, account, PASSWORD, "State");
  g_assert_cmpuint (g_variant_get_uint32 (before), !=, 3);
  assert_variant (after, "3");
  fixture_set (f, account, ACCOUNT, "Enabled", g_variant_new_boolean (TRUE));
  fixture_wait_server (f, "xmpp-bind", 1);
  fixture_do (f, account, PASSWORD, "Forget", NULL);
}

/* Whoever was to be asked has gone, or there never was anybody: the answer is there already. */
static void
test_a_password_given_elsewhere_needs_no_program (Fixture *f, gconstpointer data)
{
  g_autoptr (Client) client = client_new (f, "Asker", HANDLER " " SIGNS_IN " " BYPASS_APPROVAL);
  g_autoptr (GVariant) result = fixture_call (
      f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
      g_variant_new ("(sss@a{sv}@a{sv})", "linnet", "jabber", "", fixture_new_parameters (f, NULL),
                     fixture_parse ("a{sv}", "{'" ACCOUNT ".Enabled': <true>}")));
  g_autoptr (GVariant) channels =
      g_variant_get_child_value (client_wait (client, "HandleChannels", 0), 2);
  const char *account, *path;

  g_variant_get (result, "(&o)", &account);
  g_variant_get_child (channels, 0, "(&o@a{sv})", &path, NULL);
  give (f, account, "secret", NULL);
  fixture_do (f, path, CHANNEL, "Close", NULL);
  fixture_wait_server (f, "xmpp-bind", 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/sign-in/question", test_a_question_says_what_is_asked);
  ADD ("/bus/sign-in/no-answer", test_what_is_no_answer_is_refused);
  ADD ("/bus/sign-in/wrong-password", test_a_wrong_password_can_be_mended);
  ADD ("/bus/sign-in/server-message", test_what_the_server_says_is_passed_on);
  ADD ("/bus/sign-in/server-message-bounded", test_what_the_server_says_is_bounded);
  ADD ("/bus/sign-in/refusals", test_each_refusal_has_its_name);
  g_test_add ("/bus/sign-in/aborted/invalid-challenge", Fixture, GUINT_TO_POINTER (0),
              fixture_set_up, test_an_aborted_sign_in_ends_when_it_is_closed, fixture_tear_down);
  g_test_add ("/bus/sign-in/aborted/user", Fixture, GUINT_TO_POINTER (1), fixture_set_up,
              test_an_aborted_sign_in_ends_when_it_is_closed, fixture_tear_down);
  ADD ("/bus/sign-in/tried-again", test_an_aborted_sign_in_may_be_tried_again);
  ADD ("/bus/sign-in/not-accepted", test_a_success_that_nobody_accepts_is_none);
  ADD ("/bus/sign-in/stored", test_a_program_says_whether_the_password_is_stored);
  ADD ("/bus/sign-in/closed", test_a_closed_question_fails_the_connection);
  ADD ("/bus/sign-in/pipe", test_a_password_comes_by_a_pipe);
  ADD ("/bus/sign-in/elsewhere", test_a_password_given_elsewhere_needs_no_program);
  return g_test_run ();
}
