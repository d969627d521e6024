/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-question.c: questions of a sign-in end in words, whatever the service answers */
#include <gio/gio.h>

#include "model/linnet-captcha.h"
#include "model/linnet-certificate-question.h"

#define TP "org.freedesktop.Telepathy."
#define PATH "/channel"

static const char xml[] =
    "<node>"
    "  <interface name='" TP "Channel'><method name='Close'/><signal name='Closed'/></interface>"
    "  <interface name='" TP "Authentication.TLSCertificate'>"
    "    <property name='CertificateChainData' type='v' access='read'/>"
    "  </interface>"
    "  <interface name='" TP "Channel.Interface.CaptchaAuthentication1'>"
    "    <method name='GetCaptchas'>"
    "      <arg type='a(ussuas)' direction='out'/><arg type='u' direction='out'/>"
    "      <arg type='s' direction='out'/>"
    "    </method>"
    "    <method name='AnswerCaptchas'><arg type='a{us}' direction='in'/></method>"
    "  </interface>"
    "</node>";

typedef struct
{
  GTestDBus *dbus;
  GDBusConnection *service;
  GDBusConnection *bus;
  GVariant *chain; /* (owned) (nullable) what the certificate says of itself */
  LinnetQuestion *question;
} Fixture;

static void
called_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *arguments,
           GDBusMethodInvocation *invocation,
           gpointer data)
{
  if (g_str_equal (method, "GetCaptchas"))
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new_parsed (
                        "([(uint32 7, '', 'Who are you?', uint32 0, @as [])], uint32 1, 'en')"));
  else if (g_str_equal (method, "AnswerCaptchas"))
    {
      g_dbus_connection_emit_signal (bus, NULL, path, TP "Channel", "Closed", NULL, NULL);
      g_dbus_method_invocation_return_dbus_error (invocation, TP "Error.NotAvailable",
                                                  "Unknown object");
    }
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

static GVariant *
read_cb (GDBusConnection *bus,
         const char *sender,
         const char *path,
         const char *interface,
         const char *property,
         GError **error,
         gpointer data)
{
  return g_variant_new_variant (((Fixture *) data)->chain);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const GDBusInterfaceVTable vtable = { called_cb, read_cb, NULL, { NULL } };
  const GDBusConnectionFlags flags = G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                     G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, NULL);
  GDBusConnection **buses[] = { &f->service, &f->bus };

  f->dbus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (f->dbus);
  for (guint i = 0; i < G_N_ELEMENTS (buses); i++)
    {
      *buses[i] = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (f->dbus),
                                                          flags, NULL, NULL, NULL);
      g_assert_nonnull (*buses[i]);
      g_dbus_connection_set_exit_on_close (*buses[i], FALSE);
    }
  for (guint i = 0; node->interfaces[i] != NULL; i++)
    g_assert_cmpuint (g_dbus_connection_register_object (f->service, PATH, node->interfaces[i],
                                                         &vtable, f, NULL, NULL),
                      >, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->question);
  g_dbus_connection_close_sync (f->bus, NULL, NULL);
  g_dbus_connection_close_sync (f->service, NULL, NULL);
  g_clear_object (&f->bus);
  g_clear_object (&f->service);
  g_clear_pointer (&f->chain, g_variant_unref);
  g_test_dbus_down (f->dbus);
  g_clear_object (&f->dbus);
}

static void
wait_for_state (Fixture *f, LinnetQuestionState state)
{
  while (linnet_question_get_state (f->question) != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_a_certificate_that_cannot_be_read (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) properties = g_variant_ref_sink (g_variant_new_parsed (
      "{%s: <%o>}", TP "Channel.Type.ServerTLSConnection.ServerCertificate", PATH));

  f->chain = g_variant_ref_sink (g_variant_new_parsed (data));
  f->question = linnet_certificate_question_new (
      f->bus, g_dbus_connection_get_unique_name (f->service), PATH, properties);
  wait_for_state (f, LINNET_QUESTION_FAILED);
  g_assert_cmpstr (linnet_question_get_text (f->question), ==, "The certificate cannot be read.");
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) reply G_GNUC_UNUSED =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  *(gboolean *) data = TRUE;
}

/* What ended it is what a person reads, not the error of what was still on its way. */
static void
test_what_is_over_keeps_its_words (Fixture *f, gconstpointer data)
{
  const char *name = g_dbus_connection_get_unique_name (f->service);
  g_autofree char *text = NULL;
  gboolean is_done = FALSE;

  f->question = linnet_captcha_new (f->bus, name, PATH);
  wait_for_state (f, LINNET_QUESTION_ASKING);
  linnet_captcha_answer (LINNET_CAPTCHA (f->question));
  wait_for_state (f, LINNET_QUESTION_FAILED);
  text = g_strdup (linnet_question_get_text (f->question));
  g_dbus_connection_call (f->bus, name, PATH, TP "Channel", "Close", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, done_cb, &is_done);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (linnet_question_get_text (f->question), ==, text);
  g_assert_null (g_strstr_len (text, -1, "Unknown object"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, test) g_test_add (name, Fixture, data, set_up, test, tear_down)
  ADD ("/client/question/empty", "@aay []", test_a_certificate_that_cannot_be_read);
  ADD ("/client/question/other-type", "'no'", test_a_certificate_that_cannot_be_read);
  ADD ("/client/question/no-certificate", "[b'no']", test_a_certificate_that_cannot_be_read);
  ADD ("/client/question/over", NULL, test_what_is_over_keeps_its_words);
  return g_test_run ();
}
