/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-any-call.c: every method and property of every object, as introspection tells of them, with
 * arguments that nobody sensible sends. Each call is answered, what cannot be is an error with a
 * name, and the service stays. */
#include "fixture.h"

#include <math.h>

#define N_KINDS 6

/* Calls that end what they are made on are made at the end. */
static const char *const ending[] = {
  "Connect",
  "Disconnect",
  "Remove",
  "Close",
  "Destroy",
  "AbortSASL",
  "Cancel",
  "Proceed",
  NULL,
};

typedef struct
{
  char *path; /* (owned) */
  GDBusNodeInfo *info; /* (owned) */
} Object;

static void
object_free (gpointer data)
{
  Object *object = data;

  g_free (object->path);
  g_dbus_node_info_unref (object->info);
  g_free (object);
}

static void
find_objects (Fixture *f, const char *path, GPtrArray *objects)
{
  g_autoptr (GVariant) result =
      fixture_call (f, path, "org.freedesktop.DBus.Introspectable", "Introspect", NULL);
  g_autoptr (GError) error = NULL;
  Object *object = g_new0 (Object, 1);
  const char *xml;

  g_variant_get (result, "(&s)", &xml);
  object->path = g_strdup (path);
  object->info = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  g_ptr_array_add (objects, object);
  for (guint i = 0; object->info->nodes != NULL && object->info->nodes[i] != NULL; i++)
    {
      g_autofree char *child =
          g_strconcat (g_str_equal (path, "/") ? "" : path, "/", object->info->nodes[i]->path,
                       NULL);

      find_objects (f, child, objects);
    }
}

static gboolean
is_ours (const char *interface)
{
  return !g_str_has_prefix (interface, "org.freedesktop.DBus.");
}

static GVariant *
new_text (guint kind)
{
  GString *long_text;

  switch (kind % 5)
    {
    case 0:
      return g_variant_new_string ("");
    case 1:
      /* Cut at any round number of bytes it would end within a character. */
      long_text = g_string_new ("x");
      while (long_text->len < 5000)
        g_string_append (long_text, "—");
      return g_variant_new_take_string (g_string_free (long_text, FALSE));
    case 2:
      return g_variant_new_string ("\001\n<&>'\"%s%n\xe2\x80\xae");
    case 3:
      return g_variant_new_string ("bob@example.org");
    default:
      return g_variant_new_string ("@/@");
    }
}

/* A basic value at the end of its range, another for each kind. */
static GVariant *
new_basic (char type, guint kind)
{
  static const guint64 numbers[] = { 0, G_MAXUINT64, G_MAXINT64, 1, 1ULL << 31, 0x8000 };
  static const double reals[] = { 0, -1, INFINITY, NAN, 1e300, -0.0 };
  guint64 number = numbers[kind % G_N_ELEMENTS (numbers)];

  switch (type)
    {
    case 'b':
      return g_variant_new_boolean (kind % 2);
    case 'y':
      return g_variant_new_byte ((guint8) number);
    case 'n':
      return g_variant_new_int16 ((gint16) number);
    case 'q':
      return g_variant_new_uint16 ((guint16) number);
    case 'i':
      return g_variant_new_int32 ((gint32) number);
    case 'u':
      return g_variant_new_uint32 ((guint32) number);
    case 'x':
      return g_variant_new_int64 ((gint64) number);
    case 't':
      return g_variant_new_uint64 (number);
    case 'h':
      return g_variant_new_handle ((gint32) number);
    case 'd':
      return g_variant_new_double (reals[kind % G_N_ELEMENTS (reals)]);
    case 'o':
      return g_variant_new_object_path (kind % 2 ? "/no/such/object" : "/");
    case 'g':
      return g_variant_new_signature (kind % 2 ? "a{sv}" : "");
    case 'v':
      return g_variant_new_variant (kind % 2 ? g_variant_new_uint32 (G_MAXUINT32)
                                             : g_variant_new_variant (g_variant_new_string ("")));
    default:
      g_assert_cmpint (type, ==, 's');
      return new_text (kind);
    }
}

static GVariant *
new_value (const GVariantType *type, guint kind)
{
  GVariantBuilder builder;

  if (g_variant_type_is_basic (type) || g_variant_type_is_variant (type))
    return new_basic (g_variant_type_peek_string (type)[0], kind);
  g_variant_builder_init (&builder, type);
  if (g_variant_type_is_array (type))
    {
      static const guint lengths[] = { 0, 1, 2, 3, 300, 1 };
      gboolean is_flat = g_variant_type_is_basic (g_variant_type_element (type));
      guint length = lengths[kind % G_N_ELEMENTS (lengths)];

      for (guint i = 0; i < (is_flat ? length : MIN (length, 3)); i++)
        g_variant_builder_add_value (&builder,
                                     new_value (g_variant_type_element (type), kind % 2 + i));
      return g_variant_builder_end (&builder);
    }
  for (const GVariantType *item = g_variant_type_first (type); item != NULL;
       item = g_variant_type_next (item))
    g_variant_builder_add_value (&builder, new_value (item, kind));
  return g_variant_builder_end (&builder);
}

/* An answer came (fixture_try () waits for one). What is wrong has a name that a program can
 * know. */
static void
call (Fixture *f,
      const char *path,
      const char *interface,
      const char *method,
      GVariant *arguments,
      gboolean may_succeed)
{
  g_autoptr (GVariant) kept =
      g_variant_ref_sink (arguments != NULL ? arguments : g_variant_new ("()"));
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = fixture_try (f, path, interface, method, kept, &error);
  g_autofree char *name = error != NULL ? g_dbus_error_get_remote_error (error) : NULL;

  if (result != NULL && !may_succeed)
    g_error ("%s %s.%s succeeded with arguments of the type %s", path, interface, method,
             g_variant_get_type_string (kept));
  if (result == NULL && (name == NULL || g_str_has_suffix (name, ".NoReply") ||
                         g_str_has_prefix (name, "org.gtk.")))
    {
      g_autofree char *text = g_variant_print (kept, TRUE);

      g_error ("%s %s.%s: %s: %.300s", path, interface, method, error->message, text);
    }
}

static char *
dup_signature (GDBusArgInfo **args)
{
  GString *signature = g_string_new ("(");

  for (guint i = 0; args != NULL && args[i] != NULL; i++)
    g_string_append (signature, args[i]->signature);
  return g_string_free (g_string_append_c (signature, ')'), FALSE);
}

/* One argument more than there should be. */
static GVariant *
new_longer (const char *signature)
{
  g_autofree char *longer =
      g_strdup_printf ("%.*st)", (int) strlen (signature) - 1, signature);

  return new_value (G_VARIANT_TYPE (longer), 0);
}

static void
call_method (Fixture *f, const char *path, const char *interface, GDBusMethodInfo *method)
{
  g_autofree char *signature = dup_signature (method->in_args);
  gboolean has_arguments = !g_str_equal (signature, "()");

  for (guint kind = 0; kind < (has_arguments ? N_KINDS : 1); kind++)
    call (f, path, interface, method->name, new_value (G_VARIANT_TYPE (signature), kind), TRUE);
  call (f, path, interface, method->name, g_variant_new_parsed ("(@a(dd) [], @y 1)"), FALSE);
  call (f, path, interface, method->name, new_longer (signature), FALSE);
  if (has_arguments)
    call (f, path, interface, method->name, NULL, FALSE);
}

/* Whatever is read-only, or gets a value of no sensible type, is refused. */
static void
set_property (Fixture *f, const char *path, const char *interface, GDBusPropertyInfo *property)
{
  if (property->flags & G_DBUS_PROPERTY_INFO_FLAGS_READABLE)
    call (f, path, PROPERTIES, "Get", g_variant_new ("(ss)", interface, property->name), TRUE);
  call (f, path, PROPERTIES, "Set",
        g_variant_new ("(ssv)", interface, property->name, g_variant_new_parsed ("(@y 1, @y 2)")),
        FALSE);
  for (guint kind = 0; kind < N_KINDS; kind++)
    call (f, path, PROPERTIES, "Set",
          g_variant_new ("(ssv)", interface, property->name,
                         new_value (G_VARIANT_TYPE (property->signature), kind)),
          (property->flags & G_DBUS_PROPERTY_INFO_FLAGS_WRITABLE) != 0);
}

static void
call_interface (Fixture *f, const char *path, GDBusInterfaceInfo *interface, gboolean is_end)
{
  for (guint i = 0; interface->methods != NULL && interface->methods[i] != NULL; i++)
    if (g_strv_contains (ending, interface->methods[i]->name) == is_end)
      call_method (f, path, interface->name, interface->methods[i]);
  if (is_end)
    return;
  call (f, path, interface->name, "NoSuchMethod", NULL, FALSE);
  call (f, path, PROPERTIES, "Get", g_variant_new ("(ss)", interface->name, "NoSuch"), FALSE);
  call (f, path, PROPERTIES, "Set",
        g_variant_new ("(ssv)", interface->name, "NoSuch", g_variant_new_boolean (TRUE)), FALSE);
  call (f, path, PROPERTIES, "GetAll", g_variant_new ("(s)", interface->name), TRUE);
  for (guint i = 0; interface->properties != NULL && interface->properties[i] != NULL; i++)
    set_property (f, path, interface->name, interface->properties[i]);
}

/* Returns: how many interfaces were called */
static guint
call_all (Fixture *f, GPtrArray *objects, gboolean is_end)
{
  guint n_called = 0;

  for (guint i = 0; i < objects->len; i++)
    {
      Object *object = g_ptr_array_index (objects, i);

      GDBusInterfaceInfo **interfaces = object->info->interfaces;

      for (guint j = 0; interfaces != NULL && interfaces[j] != NULL; j++)
        if (is_ours (interfaces[j]->name))
          {
            call_interface (f, object->path, interfaces[j], is_end);
            n_called++;
          }
    }
  return n_called;
}

static gboolean
has_interface (GPtrArray *objects, const char *interface)
{
  for (guint i = 0; i < objects->len; i++)
    if (g_dbus_node_info_lookup_interface (((Object *) g_ptr_array_index (objects, i))->info,
                                           interface) != NULL)
      return TRUE;
  return FALSE;
}

static GPtrArray *
new_objects (Fixture *f)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (object_free);

  find_objects (f, "/", objects);
  return objects;
}

static void
make_request (Fixture *f, const char *account)
{
  fixture_do (f, DISPATCHER_PATH, DISPATCHER, "EnsureChannel",
              g_variant_new ("(o@a{sv}xs)", account,
                             fixture_parse ("a{sv}", "{'" CHANNEL ".ChannelType': <'" TEXT "'>}"),
                             (gint64) 0, ""));
}

static void
test_before_connecting (Fixture *f, gconstpointer data)
{
  g_autofree char *connection = NULL;
  g_autofree char *account = fixture_create_account (f, "{}");
  g_autoptr (GPtrArray) objects = NULL;

  make_request (f, account);
  connection = fixture_request_connection (f);
  objects = new_objects (f);
  g_assert_true (has_interface (objects, CONNECTION));
  g_assert_true (has_interface (objects, ACCOUNT));
  g_assert_true (has_interface (objects, TP "ChannelRequest"));
  g_assert_true (has_interface (objects, TP "Debug"));
  g_assert_cmpuint (call_all (f, objects, FALSE), >, 20);
  call_all (f, objects, TRUE);
  /* And once more, where some are gone. */
  call_all (f, objects, TRUE);
  fixture_sync (f);
}

/* What has left the bus with its connection. */
static void
call_gone (Fixture *f, Object *object)
{
  GDBusInterfaceInfo **interfaces = object->info->interfaces;

  if (!g_str_has_prefix (object->path, f->connection))
    return;
  for (guint i = 0; interfaces != NULL && interfaces[i] != NULL; i++)
    for (guint j = 0; interfaces[i]->methods != NULL && interfaces[i]->methods[j] != NULL; j++)
      if (is_ours (interfaces[i]->name))
        call (f, object->path, interfaces[i]->name, interfaces[i]->methods[j]->name, NULL, FALSE);
}

static void
test_while_connected_and_afterwards (Fixture *f, gconstpointer data)
{
  g_autofree char *channel = fixture_ensure_text (f, "bob@example.org");
  g_autoptr (GPtrArray) objects = NULL;

  line_server_say (f->server, "<message from='bob@example.org/x' type='chat' id='1'>"
                              "<body>hi</body></message>");
  fixture_wait_heard (f, channel, MESSAGES, "MessageReceived");
  objects = new_objects (f);
  g_assert_true (has_interface (objects, MESSAGES));
  g_assert_true (has_interface (objects, CHAT_STATE));
  g_assert_cmpuint (call_all (f, objects, FALSE), >, 20);
  fixture_do (f, f->connection, CONNECTION, "Disconnect", NULL);
  fixture_wait_heard (f, f->connection, CONNECTION, "StatusChanged");
  fixture_sync (f);
  for (guint i = 0; i < objects->len; i++)
    call_gone (f, g_ptr_array_index (objects, i));
  fixture_sync (f);
}

static void
test_while_a_password_is_asked_for (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) result =
      fixture_call (f, CM_PATH, CM, "RequestConnection",
                    g_variant_new ("(s@a{sv})", "jabber", fixture_new_parameters (f, NULL)));
  g_autoptr (GPtrArray) objects = NULL;
  const char *path;

  g_variant_get (result, "(&s&o)", NULL, &path);
  fixture_do (f, path, CONNECTION, "Connect", NULL);
  fixture_wait_heard (f, path, REQUESTS, "NewChannels");
  objects = new_objects (f);
  g_assert_true (has_interface (objects, SASL));
  g_assert_cmpuint (call_all (f, objects, FALSE), >, 15);
  call_all (f, objects, TRUE);
  fixture_sync (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bus/any-call/before-connecting", test_before_connecting);
  ADD_CONNECTED ("/bus/any-call/while-connected-and-afterwards",
                 test_while_connected_and_afterwards);
  ADD ("/bus/any-call/while-a-password-is-asked-for", test_while_a_password_is_asked_for);
  return g_test_run ();
}
