/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-error.c: what the wire says has Telepathy's name and a sentence for people */

#include <string.h>

#include "im/im-types.h"
#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-node.h"

static void
test_every_code_has_a_name_of_its_own (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (int code = IM_ERROR_NOT_AVAILABLE; code <= IM_ERROR_NOT_YOURS; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (IM_ERROR, code, "x");
      g_autofree char *on_the_bus = g_dbus_error_encode_gerror (error);

      g_assert_cmpstr (im_error_get_dbus_name (error), ==, on_the_bus);
      g_assert_true (g_str_has_prefix (on_the_bus, "org.freedesktop.Telepathy.Error."));
      g_assert_true (g_hash_table_add (names, (gpointer) im_error_get_dbus_name (error)));
    }
}

static void
test_wire_errors (void)
{
  const struct
  {
    GQuark domain;
    int code;
    ImError expected;
  } rows[] = {
    { XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NOT_AUTHORIZED, IM_ERROR_AUTHENTICATION_FAILED },
    { XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_CONNECTION_REFUSED, IM_ERROR_CONNECTION_REFUSED },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_CONFLICT, IM_ERROR_CONNECTION_REPLACED },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN, IM_ERROR_CONNECTION_LOST },
    { XMPP_STREAM_ERROR, XMPP_STREAM_ERROR_NOT_WELL_FORMED, IM_ERROR_SERVICE_CONFUSED },
    { XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND, IM_ERROR_DOES_NOT_EXIST },
    { XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_FORBIDDEN, IM_ERROR_PERMISSION_DENIED },
    { XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, IM_ERROR_NOT_AVAILABLE },
    { XMPP_ERROR, XMPP_ERROR_PROTOCOL, IM_ERROR_SERVICE_CONFUSED },
    { XMPP_ERROR, XMPP_ERROR_TIMED_OUT, IM_ERROR_NETWORK_ERROR },
    { XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED, IM_ERROR_DISCONNECTED },
    { G_IO_ERROR, G_IO_ERROR_CANCELLED, IM_ERROR_CANCELLED },
    { G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, IM_ERROR_CONNECTION_REFUSED },
    { G_FILE_ERROR, G_FILE_ERROR_IO, IM_ERROR_NOT_AVAILABLE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) wire = g_error_new_literal (rows[i].domain, rows[i].code, "It says.");
      g_autoptr (GError) error = im_error_from_wire (wire);

      g_test_message ("%s %d", g_quark_to_string (rows[i].domain), rows[i].code);
      g_assert_error (error, IM_ERROR, (int) rows[i].expected);
      g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

static void
test_certificate_that_is_not_there (void)
{
  g_autoptr (GError) wire =
      g_error_new_literal (XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_CERTIFICATE, "It is not theirs.");
  g_autoptr (GError) error = im_error_from_wire (wire);

  /* The problem is there, and has no certificate. */
  g_assert_error (error, IM_ERROR, IM_ERROR_CERT_NOT_PROVIDED);
  g_assert_cmpstr (error->message, ==, "It is not theirs.");
}

/* What a server says of its own is told as its own. */
static void
test_the_words_of_others (void)
{
  static const struct
  {
    const char *error;
    const char *sentence;
  } rows[] = {
    { "<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
      "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Too weak</text>",
      "That was not accepted. The other side says: “Too weak”" },
    { "<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>", "That was not accepted." },
    { "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'></text>", "The request failed." },
  };
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "It ended");
  g_autoptr (GError) known = im_error_from_answer (cancelled);

  g_assert_cmpstr (known->message, ==, "It was cancelled.");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf (
          "<iq xmlns='jabber:client' type='error'><error type='modify'>%s</error></iq>",
          rows[i].error);
      g_autoptr (XmppNode) iq = xmpp_node_new_from_xml (text, -1, NULL);
      g_autoptr (GError) wire = xmpp_stanza_error_new_from_node (iq);
      g_autoptr (GError) error = im_error_from_answer (wire);

      g_assert_cmpstr (error->message, ==, rows[i].sentence);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/every-code-has-a-name-of-its-own",
                   test_every_code_has_a_name_of_its_own);
  g_test_add_func ("/error/wire-errors", test_wire_errors);
  g_test_add_func ("/error/words-of-others", test_the_words_of_others);
  g_test_add_func ("/error/certificate-without-details-is-not-provided",
                   test_certificate_that_is_not_there);
  return g_test_run ();
}
