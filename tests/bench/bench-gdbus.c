/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-gdbus.c: a connection manager that keeps, stores and sends nothing: what GDBus itself costs
 *
 * It has a connection with a hundred channels; SendMessage answers and emits MessageSent, from a
 * value that was there before. Whatever else is built on GDBus cannot cost less. */
#include <gio/gio.h>

#define TP "org.freedesktop.Telepathy"
#define PATH "/org/freedesktop/Telepathy"
#define CONNECTION_NAME TP ".Connection.gdbus.jabber.bench"
#define CONNECTION_PATH PATH "/Connection/gdbus/jabber/bench"
#define CONTACT_LIST TP ".Connection.Interface.ContactList"
#define REQUESTS TP ".Connection.Interface.Requests"
#define MESSAGES TP ".Channel.Interface.Messages"
#define N_CHANNELS 100

static const char description[] =
    "<node><interface name='" TP ".ConnectionManager'><method name='RequestConnection'>"
    "<arg type='s' direction='in'/><arg type='a{sv}' direction='in'/>"
    "<arg type='s' direction='out'/><arg type='o' direction='out'/>"
    "</method></interface>"
    "<interface name='" TP ".Connection'><method name='Connect'/></interface>"
    "<interface name='" CONTACT_LIST "'><method name='GetContactListAttributes'>"
    "<arg type='as' direction='in'/><arg type='b' direction='in'/>"
    "<arg type='a{ua{sv}}' direction='out'/>"
    "</method></interface>"
    "<interface name='" MESSAGES "'><method name='SendMessage'>"
    "<arg type='aa{sv}' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='out'/>"
    "</method></interface></node>";

static GVariant *sent; /* arguments of MessageSent */

static void
announce (GDBusConnection *bus)
{
  GVariantBuilder channels;

  g_dbus_connection_emit_signal (bus, NULL, CONNECTION_PATH, CONTACT_LIST,
                                 "ContactListStateChanged", g_variant_new ("(u)", 3), NULL);
  g_variant_builder_init (&channels, G_VARIANT_TYPE ("a(oa{sv})"));
  for (guint i = 0; i < N_CHANNELS; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/text%u", CONNECTION_PATH, i);
      g_auto (GVariantDict) properties = G_VARIANT_DICT_INIT (NULL);

      g_variant_dict_insert (&properties, TP ".Channel.ChannelType", "s", TP ".Channel.Type.Text");
      g_variant_builder_add (&channels, "(o@a{sv})", path, g_variant_dict_end (&properties));
    }
  g_dbus_connection_emit_signal (bus, NULL, CONNECTION_PATH, REQUESTS, "NewChannels",
                                 g_variant_new ("(a(oa{sv}))", &channels), NULL);
}

static void
method_cb (GDBusConnection *bus,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *arguments,
           GDBusMethodInvocation *invocation,
           gpointer data)
{
  if (g_str_equal (method, "SendMessage"))
    {
      g_dbus_method_invocation_return_value (invocation,
                                             g_variant_new ("(s)", "AbCdEfGhIjKlMnOpQrSt"));
      g_dbus_connection_emit_signal (bus, NULL, path, MESSAGES, "MessageSent", sent, NULL);
    }
  else if (g_str_equal (method, "RequestConnection"))
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new ("(so)", CONNECTION_NAME, CONNECTION_PATH));
  else if (g_str_equal (method, "Connect"))
    {
      g_dbus_method_invocation_return_value (invocation, NULL);
      announce (bus);
    }
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a{ua{sv}})", NULL));
}

static void
add_object (GDBusConnection *bus, GDBusNodeInfo *node, const char *interface, const char *path)
{
  static const GDBusInterfaceVTable functions = { .method_call = method_cb };
  guint id = g_dbus_connection_register_object (
      bus, path, g_dbus_node_info_lookup_interface (node, interface), &functions, NULL, NULL, NULL);

  g_assert_cmpuint (id, >, 0);
}

int
main (void)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (description, NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  sent = g_variant_ref_sink (g_variant_new_parsed (
      "([{'message-token': <'AbCdEfGhIjKlMnOpQrSt'>, 'local-id': <@x 1>, 'message-sent': <@x 1>, "
      "'message-received': <@x 1>, 'message-sender-id': <'bench@example.org'>, 'message-type': <@u "
      "0>, 'message-sender': <@u 1>}, {'content-type': <'text/plain'>, 'content': <'But soft, what "
      "light through yonder window breaks? It is the east.'>}], @u 0, 'AbCdEfGhIjKlMnOpQrSt')"));
  add_object (bus, node, TP ".ConnectionManager", PATH "/ConnectionManager/gdbus");
  add_object (bus, node, TP ".Connection", CONNECTION_PATH);
  add_object (bus, node, CONTACT_LIST, CONNECTION_PATH);
  for (guint i = 0; i < N_CHANNELS; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/text%u", CONNECTION_PATH, i);

      add_object (bus, node, MESSAGES, path);
    }
  g_bus_own_name_on_connection (bus, CONNECTION_NAME, 0, NULL, NULL, NULL, NULL);
  g_bus_own_name_on_connection (bus, TP ".ConnectionManager.gdbus", 0, NULL, NULL, NULL, NULL);
  g_main_loop_run (loop);
  return 0;
}
