/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-parameters.c: what people have stored is accepted, what cannot be is refused by name */

#include <string.h>

#include "im/im-login-params.h"
#include "im/im-parameters.h"
#include "im/im-types.h"

static void
assert_checked (const char *name, const char *given, const char *expected)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_parsed (given));
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) good = im_parameters_check (name, value, &error);
  g_autofree char *text = NULL;

  g_test_message ("%s = %s", name, given);
  if (expected == NULL)
    {
      g_assert_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, name));
      g_assert_null (good);
      return;
    }
  g_assert_no_error (error);
  text = g_variant_print (good, TRUE);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_numbers_of_any_type (void)
{
  assert_checked ("port", "5223", "uint16 5223");
  assert_checked ("port", "uint32 5223", "uint16 5223");
  assert_checked ("port", "int16 5223", "uint16 5223");
  assert_checked ("port", "uint16 65535", "uint16 65535");
  assert_checked ("port", "uint32 65536", NULL);
  assert_checked ("port", "0", NULL);
  assert_checked ("port", "-1", NULL);
  assert_checked ("port", "'5222'", NULL);
  assert_checked ("priority", "-128", "int16 -128");
  assert_checked ("priority", "uint32 127", "int16 127");
  assert_checked ("priority", "128", NULL);
  assert_checked ("keepalive-interval", "int16 30", "uint32 30");
  assert_checked ("keepalive-interval", "int64 -1", NULL);
  assert_checked ("keepalive-interval", "uint64 18446744073709551615", NULL);
}

static void
test_texts (void)
{
  assert_checked ("account", "'Alice@Example.ORG'", "'alice@example.org'");
  assert_checked ("account", "'Example.org'", "'example.org'");
  assert_checked ("account", "'example.org/x'", NULL);
  assert_checked ("account", "'a@b@c'", NULL);
  assert_checked ("account", "''", NULL);
  assert_checked ("server", "'xmpp.example.org'", "'xmpp.example.org'");
  assert_checked ("server", "'a b'", NULL);
  assert_checked ("server", "'alice@example.org'", NULL);
  assert_checked ("client-certificate", "'/home/a/me.pem'", "'/home/a/me.pem'");
  assert_checked ("client-certificate", "'pkcs11:object=me'", "'pkcs11:object=me'");
  assert_checked ("client-certificate-key", "'me.pem'", NULL);
  assert_checked ("resource", "'home desk'", "'home desk'");
  assert_checked ("resource", "'a\\u0007'", NULL);
  assert_checked ("require-encryption", "false", "false");
  assert_checked ("require-encryption", "1", NULL);
  assert_checked ("fallback-servers", "['a:5222']", "['a:5222']");
  assert_checked ("fallback-servers", "'a:5222'", NULL);
  assert_checked ("nonsense", "'x'", NULL);
}

static void
test_all_of_them (void)
{
  g_autoptr (GVariant) given = g_variant_ref_sink (g_variant_new_parsed (
      "{'account': <'Alice@example.org/Home'>, 'server': <''>, 'port': <5222>}"));
  g_autoptr (GVariant) unknown =
      g_variant_ref_sink (g_variant_new_parsed ("{'account': <'a@b'>, 'shoe-size': <43>}"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) good = im_parameters_check_all (given, &error);
  const char *text = NULL;
  guint16 port = 0;

  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (good, "account", "&s", &text));
  g_assert_cmpstr (text, ==, "alice@example.org");
  g_assert_true (g_variant_lookup (good, "resource", "&s", &text));
  g_assert_cmpstr (text, ==, "Home");
  g_assert_true (g_variant_lookup (good, "port", "q", &port));
  g_assert_cmpuint (port, ==, 5222);
  g_assert_false (g_variant_lookup (good, "server", "&s", &text));

  g_assert_null (im_parameters_check_all (unknown, &error));
  g_assert_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "shoe-size"));
}

/* Nobody signs in without an account by mistake. */
static void
test_a_server_alone (void)
{
  static const struct
  {
    const char *given;
    gboolean is_good;
  } rows[] = {
    { "{'account': <'example.org'>}", FALSE },
    { "{'account': <'example.org'>, 'anonymous': <false>}", FALSE },
    { "{'account': <'example.org'>, 'anonymous': <true>}", TRUE },
    { "{'account': <'alice@example.org'>, 'anonymous': <true>}", FALSE },
    { "{'account': <'alice@example.org'>, 'anonymous': <false>}", TRUE },
    { "{'anonymous': <true>}", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) given = g_variant_ref_sink (g_variant_new_parsed (rows[i].given));
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) good = im_parameters_check_all (given, &error);

      g_test_message ("%s", rows[i].given);
      g_assert_true ((good != NULL) == rows[i].is_good);
      if (!rows[i].is_good)
        g_assert_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT);
    }
}

/* Old programs store defaults as well: to say one is to say nothing. */
static void
test_the_usual_port_is_none (void)
{
  static const struct
  {
    const char *given;
    guint16 port;
  } rows[] = {
    { "{'account': <'a@b'>}", 0 },
    { "{'account': <'a@b'>, 'port': <uint16 5222>}", 0 },
    { "{'account': <'a@b'>, 'port': <uint16 5223>}", 5223 },
    { "{'account': <'a@b'>, 'server': <'c'>, 'port': <uint16 5222>}", 5222 },
  };
  g_autoptr (XmppJid) account = xmpp_jid_new ("a@b", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) given = g_variant_ref_sink (g_variant_new_parsed (rows[i].given));
      XmppLoginParams *params = im_login_params_new (account, given);

      g_test_message ("%s", rows[i].given);
      g_assert_cmpuint (params->port, ==, rows[i].port);
      xmpp_login_params_free (params);
    }
}

static void
test_defaults_have_their_type (void)
{
  for (const ImParameter *row = im_parameters_get_all (); row->name != NULL; row++)
    {
      g_autoptr (GVariant) value = im_parameters_dup_default (row);

      g_test_message ("%s", row->name);
      g_assert_true ((value != NULL) == ((row->flags & IM_PARAMETER_HAS_DEFAULT) != 0));
      if (value == NULL)
        continue;
      g_assert_true (g_variant_is_of_type (value, G_VARIANT_TYPE (row->signature)));
      g_assert_false (g_variant_is_floating (value));
      g_assert_true (im_parameters_find (row->name) == row);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parameters/numbers-of-any-type", test_numbers_of_any_type);
  g_test_add_func ("/parameters/texts", test_texts);
  g_test_add_func ("/parameters/all-of-them", test_all_of_them);
  g_test_add_func ("/parameters/a-server-alone", test_a_server_alone);
  g_test_add_func ("/parameters/the-usual-port-is-none", test_the_usual_port_is_none);
  g_test_add_func ("/parameters/defaults-have-their-type", test_defaults_have_their_type);
  return g_test_run ();
}
