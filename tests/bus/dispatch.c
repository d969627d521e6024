/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dispatch.c: an account that is online, and what brings a channel to its clients */
#include "dispatch.h"

static gboolean
is_online (Fixture *f, gpointer data)
{
  g_autoptr (GVariant) status = fixture_get (f, data, ACCOUNT, "ConnectionStatus");

  return g_variant_get_uint32 (status) == 0;
}

char *
dispatch_go_online (Fixture *f)
{
  char *path = fixture_create_account (f, "{'" ACCOUNT ".Enabled': <true>}");
  g_autoptr (GVariant) connection = NULL;

  fixture_wait (f, is_online, path, "the account online");
  connection = fixture_get (f, path, ACCOUNT, "Connection");
  f->connection = g_variant_dup_string (connection, NULL);
  return path;
}

char *
dispatch_ensure (Fixture *f, const char *account, const char *handler)
{
  g_autoptr (GVariant) result =
      fixture_call (f, DISPATCHER_PATH, DISPATCHER, "EnsureChannel",
                    g_variant_new ("(o@a{sv}xs)", account, fixture_parse ("a{sv}", TO_BOB),
                                   (gint64) 42, handler));
  char *path;

  g_variant_get (result, "(o)", &path);
  return path;
}

void
dispatch_say (Fixture *f, const char *text)
{
  g_autofree char *stanza =
      g_strdup_printf ("<message from='bob@example.org/x' to='alice@example.org' type='chat' "
                       "id='%s'><body>%s</body></message>",
                       text, text);

  line_server_say (f->server, stanza);
}

const char *
dispatch_wait_for_operation (Client *approver)
{
  const char *path;

  g_variant_get (client_wait (approver, "AddDispatchOperation", 0), "(@a(oa{sv})&o@a{sv})", NULL,
                 &path, NULL);
  return path;
}

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DispatchAnswer *answer = user_data;
  g_autoptr (GVariant) reply G_GNUC_UNUSED =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &answer->error);

  answer->is_back = TRUE;
}

void
dispatch_start (Client *client,
                const char *path,
                const char *method,
                GVariant *arguments,
                DispatchAnswer *answer)
{
  g_dbus_connection_call (client->bus, "im.linnet.Service", path,
                          strstr (path, "/ChannelRequest/") != NULL ? REQUEST : OPERATION, method,
                          arguments, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, answer_cb, answer);
}

static gboolean
is_back (Fixture *f, gpointer data)
{
  return ((DispatchAnswer *) data)->is_back;
}

void
dispatch_wait_for_answer (Fixture *f, DispatchAnswer *answer)
{
  fixture_wait (f, is_back, answer, "the answer");
}

void
dispatch_assert_answer (Fixture *f, DispatchAnswer *answer, const char *error)
{
  dispatch_wait_for_answer (f, answer);
  if (error == NULL)
    g_assert_no_error (answer->error);
  else
    {
      g_autofree char *name = g_dbus_error_get_remote_error (answer->error);

      g_assert_cmpstr (name, ==, error);
    }
  g_clear_error (&answer->error);
}
