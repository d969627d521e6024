/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-certificates.c: a program that is asked about a certificate says no, in its own words.
 * Telepathy 0.27.4 Authentication.TLSCertificate, Connection.ConnectionError */
#include "client.h"

#include "../xmpp/make-certificate.h"
#include "../xmpp/tls-server.h"

#define CERTIFICATE TP "Authentication.TLSCertificate"
#define CERT TP "Error.Cert."
#define REJECTIONS "(a(usa{sv}))"

/* Somebody asks, again and again. */
typedef struct
{
  Fixture *f;
  GTlsCertificate *certificate; /* (owned) of the server */
  TlsServer *server; /* (owned) */
  Client *judge; /* (owned) */
  char *account; /* (owned) */
  guint n_asked;
  char *connection; /* (owned) of the last question */
  char *path; /* (owned) its certificate */
  char *channel; /* (owned) */
} Court;

static void
open_court (Court *self, Fixture *f, const Making *making)
{
  g_autoptr (GVariant) result = NULL;
  GVariantDict parameters;

  *self = (Court){ .f = f, .certificate = make_certificate (making) };
  self->server = tls_server_new (self->certificate, FALSE);
  self->judge = client_new (f, "Judge", HANDLER " " SIGNS_IN " " BYPASS_APPROVAL);
  g_variant_dict_init (&parameters, NULL);
  g_variant_dict_insert (&parameters, "account", "s", "alice@example.org");
  g_variant_dict_insert (&parameters, "server", "s", "127.0.0.1");
  g_variant_dict_insert (&parameters, "port", "q", tls_server_get_port (self->server));
  result = fixture_call (
      f, ACCOUNT_MANAGER_PATH, ACCOUNT_MANAGER, "CreateAccount",
      g_variant_new ("(sss@a{sv}@a{sv})", "linnet", "jabber", "", g_variant_dict_end (&parameters),
                     fixture_parse ("a{sv}", "{'" ACCOUNT ".Enabled': <true>}")));
  g_variant_get (result, "(o)", &self->account);
}

static void
close_court (Court *self)
{
  g_clear_pointer (&self->judge, client_free);
  g_clear_pointer (&self->server, tls_server_free);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->connection, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->channel, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Court, close_court)

static void
wait_for_question (Court *self)
{
  GVariant *call;
  g_autoptr (GVariant) channels = NULL;
  g_autoptr (GVariant) properties = NULL;

  if (self->n_asked > 0)
    fixture_do (self->f, self->account, ACCOUNT, "Reconnect", NULL);
  call = client_wait (self->judge, "HandleChannels", self->n_asked++);
  channels = g_variant_get_child_value (call, 2);
  g_free (self->connection);
  g_free (self->path);
  g_free (self->channel);
  g_variant_get_child (call, 1, "o", &self->connection);
  g_variant_get_child (channels, 0, "(o@a{sv})", &self->channel, &properties);
  g_assert_true (g_variant_lookup (properties, SERVER_TLS ".ServerCertificate", "o", &self->path));
  fixture_forget (self->f);
}

static void
reject (Court *self, const char *rejections)
{
  g_autofree char *all = g_strdup_printf ("([%s],)", rejections);

  fixture_do (self->f, self->path, CERTIFICATE, "Reject", fixture_parse (REJECTIONS, all));
}

/* `text`: of the value; NULL: there is none. */
static void
assert_detail (GVariant *details, const char *key, const char *text)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (details, key, NULL);
  g_autofree char *said = value != NULL ? g_variant_print (value, FALSE) : NULL;

  g_assert_cmpstr (said, ==, text);
}

/* (transfer full): a{sv} with which the connection, and the account, say that it ended. */
static GVariant *
wait_for_end (Court *self, const char *name, guint reason)
{
  GVariant *body = fixture_wait_heard (self->f, self->connection, CONNECTION, "ConnectionError");
  g_autofree char *status = g_strdup_printf ("(2, %u)", reason);
  g_autofree char *quoted = g_strdup_printf ("'%s'", name);
  g_autoptr (GVariant) details = NULL;
  const char *error;

  g_variant_get (body, "(&s@a{sv})", &error, &details);
  g_assert_cmpstr (error, ==, name);
  assert_variant (fixture_wait_heard (self->f, self->connection, CONNECTION, "StatusChanged"),
                  status);
  {
    g_autoptr (GVariant) kept = fixture_get (self->f, self->account, ACCOUNT, "ConnectionError");
    g_autoptr (GVariant) more =
        fixture_get (self->f, self->account, ACCOUNT, "ConnectionErrorDetails");
    g_autoptr (GVariant) why =
        fixture_get (self->f, self->account, ACCOUNT, "ConnectionStatusReason");

    assert_variant (kept, quoted);
    g_assert_true (g_variant_equal (more, details));
    g_assert_cmpuint (g_variant_get_uint32 (why), ==, reason);
  }
  return g_steal_pointer (&details);
}

static const Making stranger = { .dns = { "example.org" }, .by = MADE_BY_STRANGER };

static void
test_each_reason_is_how_the_connection_ends (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *name;
    guint status_reason;
  } rows[] = {
    { "Invalid", 13 },
    { "Untrusted", 7 },
    { "Expired", 8 },
    { "NotActivated", 9 },
    { "FingerprintMismatch", 11 },
    { "HostnameMismatch", 10 },
    { "SelfSigned", 12 },
    { "Revoked", 14 },
    { "Insecure", 15 },
    { "LimitExceeded", 16 },
  };
  g_auto (Court) court = { 0 };

  open_court (&court, f, &stranger);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *name = g_strconcat (CERT, rows[i].name, NULL);
      g_autofree char *text = g_strdup_printf ("(%u, '%s', {'user-requested': <true>})", i, name);
      g_autofree char *wanted = g_strdup_printf ("([%s],)", text);
      g_autoptr (GVariant) details = NULL;

      wait_for_question (&court);
      reject (&court, text);
      assert_variant (fixture_wait_heard (f, court.path, CERTIFICATE, "Rejected"), wanted);
      details = wait_for_end (&court, name, rows[i].status_reason);
      assert_detail (details, "user-requested", "true");
      assert_detail (details, "debug-message",
                     "\"A person did not accept the server's certificate.\"");
    }
}

static void
test_the_words_of_the_first_of_several_are_passed_on (Fixture *f, gconstpointer data)
{
  static const char both[] =
      "(5, '" CERT "HostnameMismatch', {'expected-hostname': <'example.org'>}), "
      "(2, '" CERT "Expired', {'user-requested': <true>})";
  static const char other[] = "(1, 'com.example.Error.Blocklisted', {'user-requested': <false>, "
                              "'debug-message': <'on a list'>, 'com.example.list': <uint32 7>})";
  g_auto (Court) court = { 0 };
  g_autofree char *wanted = g_strdup_printf ("([%s],)", both);
  g_autoptr (GVariant) first = NULL;
  g_autoptr (GVariant) second = NULL;

  open_court (&court, f, &stranger);
  wait_for_question (&court);
  reject (&court, both);
  assert_variant (fixture_wait_heard (f, court.path, CERTIFICATE, "Rejected"), wanted);
  first = wait_for_end (&court, CERT "HostnameMismatch", 10);
  assert_detail (first, "expected-hostname", "'example.org'");
  assert_detail (first, "certificate-hostname", NULL);
  assert_detail (first, "user-requested", NULL);
  /* The program's name for it, and all that it knows of it. */
  wait_for_question (&court);
  reject (&court, other);
  second = wait_for_end (&court, "com.example.Error.Blocklisted", 7);
  assert_detail (second, "user-requested", "false");
  assert_detail (second, "debug-message", "'on a list'");
  assert_detail (second, "com.example.list", "7");
}

static void
test_an_unknown_number_is_told_by_its_name (Fixture *f, gconstpointer data)
{
  g_auto (Court) court = { 0 };
  g_autoptr (GVariant) named = NULL;
  g_autoptr (GVariant) unnamed = NULL;

  open_court (&court, f, &stranger);
  wait_for_question (&court);
  reject (&court, "(4711, '" CERT "Revoked', {})");
  assert_variant (fixture_wait_heard (f, court.path, CERTIFICATE, "Rejected"),
                  "([(4711, '" CERT "Revoked', {})],)");
  named = wait_for_end (&court, CERT "Revoked", 14);
  wait_for_question (&court);
  reject (&court, "(4711, 'com.example.Error.Moon', {})");
  unnamed = wait_for_end (&court, "com.example.Error.Moon", 13);
}

static void
test_what_is_no_rejection_changes_nothing (Fixture *f, gconstpointer data)
{
  static const char *const wrong[] = {
    "([],)",
    "([(1, '', {})],)",
    "([(1, 'no name', {})],)",
    "([(1, '" CERT "Untrusted', {}), (2, 'nor-this', {})],)",
    "([(1, '" CERT "Untrusted', {'user-requested': <'yes'>})],)",
    "([(1, '" CERT "Untrusted', {'expected-hostname': <uint32 1>})],)",
    "([(1, '" CERT "Untrusted', {'x': <<<<<1>>>>>})],)",
    "([(1, '" CERT "Untrusted', {'x': <[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]>})],)",
  };
  g_auto (Court) court = { 0 };
  g_autofree char *long_text = g_strnfill (20000, 'x');
  g_autofree char *too_long =
      g_strdup_printf ("([(1, '" CERT "Untrusted', {'debug-message': <'%s'>})],)", long_text);
  g_autoptr (GVariant) state = NULL;
  g_autoptr (GVariant) rejections = NULL;

  open_court (&court, f, &stranger);
  wait_for_question (&court);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    fixture_refuse (f, court.path, CERTIFICATE, "Reject", fixture_parse (REJECTIONS, wrong[i]),
                    "InvalidArgument");
  fixture_refuse (f, court.path, CERTIFICATE, "Reject", fixture_parse (REJECTIONS, too_long),
                  "InvalidArgument");
  state = fixture_get (f, court.path, CERTIFICATE, "State");
  rejections = fixture_get (f, court.path, CERTIFICATE, "Rejections");
  assert_variant (state, "0");
  g_assert_cmpuint (g_variant_n_children (rejections), ==, 0);
  g_assert_cmpuint (fixture_count_heard (f, court.connection, CONNECTION, "StatusChanged"), ==, 0);
}

/* Whose certificate it is, where nobody says no but the channel is closed. */
static void
test_our_own_judgement_says_for_whom_it_is (Fixture *f, gconstpointer data)
{
  const Making other = { .dns = { "evil.example.net" }, .by = MADE_BY_STRANGER };
  g_auto (Court) court = { 0 };
  g_autoptr (GVariant) rejections = NULL;
  g_autoptr (GVariant) rejected = NULL;
  g_autoptr (GVariant) end = NULL;
  const char *name;
  guint reason;

  open_court (&court, f, &other);
  wait_for_question (&court);
  fixture_do (f, court.channel, CHANNEL, "Close", NULL);
  rejections =
      g_variant_get_child_value (fixture_wait_heard (f, court.path, CERTIFICATE, "Rejected"), 0);
  g_assert_cmpuint (g_variant_n_children (rejections), ==, 1);
  g_variant_get_child (rejections, 0, "(u&s@a{sv})", &reason, &name, &rejected);
  g_assert_cmpuint (reason, ==, 5);
  g_assert_cmpstr (name, ==, CERT "HostnameMismatch");
  assert_detail (rejected, "user-requested", "false");
  assert_detail (rejected, "expected-hostname", "'example.org'");
  assert_detail (rejected, "certificate-hostname", "'evil.example.net'");
  end = wait_for_end (&court, CERT "HostnameMismatch", 10);
  assert_detail (end, "expected-hostname", "'example.org'");
  assert_detail (end, "certificate-hostname", "'evil.example.net'");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/certificates/each-reason", test_each_reason_is_how_the_connection_ends);
  ADD ("/bus/certificates/several", test_the_words_of_the_first_of_several_are_passed_on);
  ADD ("/bus/certificates/unknown", test_an_unknown_number_is_told_by_its_name);
  ADD ("/bus/certificates/wrong", test_what_is_no_rejection_changes_nothing);
  ADD ("/bus/certificates/own-judgement", test_our_own_judgement_says_for_whom_it_is);
  return g_test_run ();
}
