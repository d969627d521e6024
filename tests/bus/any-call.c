/* SPDX-License-Identifier: GPL-3.0-or-later */
/* any-call.c: every method and property of every object, with arguments that nobody sensible
 * sends */
#include "any-call.h"

#include <math.h>

#define N_KINDS 6
#define N_TRIES 3
/* A turn of the service's main loop, in CPU time, whatever was asked of it: more, and nobody else
 * is heard meanwhile. (fixture_wait () ends what takes for ever.) */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MAX_TURN_MS 500
#else
#define MAX_TURN_MS 50
#endif

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
} AnyObject;

static void
object_free (gpointer data)
{
  AnyObject *object = data;

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
  AnyObject *object = g_new0 (AnyObject, 1);
  const char *xml;

  g_variant_get (result, "(&s)", &xml);
  object->path = g_strdup (path);
  object->info = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  g_ptr_array_add (objects, object);
  for (guint i = 0; object->info->nodes != NULL && object->info->nodes[i] != NULL; i++)
    {
      g_autofree char *child = g_strconcat (g_str_equal (path, "/") ? "" : path, "/",
                                            object->info->nodes[i]->path, NULL);

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
  if (result == NULL &&
      (name == NULL || g_str_has_suffix (name, ".NoReply") || g_str_has_prefix (name, "org.gtk.")))
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
  g_autofree char *longer = g_strdup_printf ("%.*st)", (int) strlen (signature) - 1, signature);

  return new_value (G_VARIANT_TYPE (longer), 0);
}

static void
call_method (Fixture *f,
             const char *path,
             const char *interface,
             GDBusMethodInfo *method,
             gboolean may_succeed)
{
  g_autofree char *signature = dup_signature (method->in_args);
  gboolean has_arguments = !g_str_equal (signature, "()");

  for (guint kind = 0; kind < (has_arguments ? N_KINDS : 1); kind++)
    call (f, path, interface, method->name, new_value (G_VARIANT_TYPE (signature), kind),
          may_succeed);
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
      call_method (f, path, interface->name, interface->methods[i], TRUE);
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

/** any_call_all: @is_end: those that end what they are called on; FALSE: all others. Returns: how
 * many interfaces were called */
guint
any_call_all (Fixture *f, GPtrArray *objects, gboolean is_end)
{
  guint n_called = 0;

  for (guint i = 0; i < objects->len; i++)
    {
      AnyObject *object = g_ptr_array_index (objects, i);

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

/* A value of a row of distinct ones. */
static GVariant *
new_distinct (const GVariantType *type, guint i)
{
  GVariantBuilder builder;
  g_autofree char *path = NULL;

  switch (g_variant_type_peek_string (type)[0])
    {
    case 's':
      return g_variant_new_take_string (g_strdup_printf ("n%u@example.org", i));
    case 'o':
      path = g_strdup_printf ("/no/such/object/%u", i);
      return g_variant_new_object_path (path);
    case 'u':
      return g_variant_new_uint32 (i);
    case 'i':
      return g_variant_new_int32 ((gint32) i);
    case 'y':
      return g_variant_new_byte ((guint8) i);
    default:
      break;
    }
  if (g_variant_type_is_basic (type) || g_variant_type_is_variant (type))
    return new_basic (g_variant_type_peek_string (type)[0], i);
  g_variant_builder_init (&builder, type);
  if (g_variant_type_is_array (type))
    return g_variant_builder_end (&builder);
  for (const GVariantType *item = g_variant_type_first (type); item != NULL;
       item = g_variant_type_next (item))
    g_variant_builder_add_value (&builder, new_distinct (item, i));
  return g_variant_builder_end (&builder);
}

/* How long arrays are: of numbers, of texts, of maps and structs. */
typedef struct
{
  guint n_numbers;
  guint n_texts;
  guint n_others;
  gboolean is_distinct;
} Length;

/* More than a call may carry; nearly as much; and one thing, again and again. */
static const Length lengths[] = {
  { 100000, 100000, 100000, TRUE },
  { 9000, 9000, 900, TRUE },
  { 100000, 9000, 900, FALSE },
};

static guint
get_length (const GVariantType *element, const Length *length)
{
  if (!g_variant_type_is_basic (element))
    return length->n_others;
  return strchr ("sog", *g_variant_type_peek_string (element)) != NULL ? length->n_texts
                                                                       : length->n_numbers;
}

/* NULL: none of the arguments is an array. */
static GVariant *
new_long (const GVariantType *type, const Length *length)
{
  GVariantBuilder builder;
  gboolean is_long = FALSE;

  g_variant_builder_init (&builder, type);
  for (const GVariantType *item = g_variant_type_first (type); item != NULL;
       item = g_variant_type_next (item))
    {
      guint n_values;

      if (!g_variant_type_is_array (item))
        {
          /* What there is, or 1: the array is looked at then. */
          g_variant_builder_add_value (&builder, new_distinct (item, 1));
          continue;
        }
      is_long = TRUE;
      n_values = get_length (g_variant_type_element (item), length);
      g_variant_builder_open (&builder, item);
      for (guint i = 0; i < n_values; i++)
        g_variant_builder_add_value (
            &builder, new_distinct (g_variant_type_element (item), length->is_distinct ? i : 1));
      g_variant_builder_close (&builder);
    }
  if (is_long)
    return g_variant_builder_end (&builder);
  g_variant_builder_clear (&builder);
  return NULL;
}

/* However long that call is, no turn is. What other programs make slower now and then is judged by
 * the best of some tries. */
static void
call_in_short_turns (
    Fixture *f, const char *path, const char *interface, const char *method, GVariant *arguments)
{
  g_autoptr (GVariant) kept = g_variant_ref_sink (arguments);
  double turn_ms = G_MAXDOUBLE;

  for (guint i = 0; i < N_TRIES && turn_ms > MAX_TURN_MS; i++)
    {
      fixture_take_turn_ms (f);
      call (f, path, interface, method, kept, TRUE);
      /* It is over when the next one is. */
      fixture_sync (f);
      turn_ms = MIN (turn_ms, fixture_take_turn_ms (f));
    }
  if (turn_ms > MAX_TURN_MS / 5)
    g_test_message ("%s.%s: a turn of %.0f ms", interface, method, turn_ms);
  if (turn_ms > MAX_TURN_MS)
    g_error ("%s %s.%s: a turn of %.0f ms", path, interface, method, turn_ms);
}

static guint
call_interface_long (Fixture *f, const char *path, GDBusInterfaceInfo *interface)
{
  guint n_called = 0;

  for (guint i = 0; interface->methods != NULL && interface->methods[i] != NULL; i++)
    {
      g_autofree char *signature = dup_signature (interface->methods[i]->in_args);

      for (guint j = 0; j < G_N_ELEMENTS (lengths); j++)
        {
          GVariant *arguments = new_long (G_VARIANT_TYPE (signature), &lengths[j]);

          if (arguments == NULL)
            break;
          call_in_short_turns (f, path, interface->name, interface->methods[i]->name, arguments);
          n_called += j == 0;
        }
    }
  return n_called;
}

/** any_call_long: @prefix: of the interfaces. Returns: how many methods have taken arrays of a
 * hundred thousand */
guint
any_call_long (Fixture *f, GPtrArray *objects, const char *prefix)
{
  guint n_called = 0;

  fixture_sync (f);
  fixture_sync (f);
  if (fixture_take_turn_ms (f) <= 0)
    g_error ("The service does not tell of its turns");
  for (guint i = 0; i < objects->len; i++)
    {
      AnyObject *object = g_ptr_array_index (objects, i);
      GDBusInterfaceInfo **interfaces = object->info->interfaces;

      for (guint j = 0; interfaces != NULL && interfaces[j] != NULL; j++)
        if (is_ours (interfaces[j]->name) && g_str_has_prefix (interfaces[j]->name, prefix))
          n_called += call_interface_long (f, object->path, interfaces[j]);
    }
  return n_called;
}

static void
call_interface_gone (Fixture *f, const char *path, GDBusInterfaceInfo *interface)
{
  for (guint i = 0; interface->methods != NULL && interface->methods[i] != NULL; i++)
    call_method (f, path, interface->name, interface->methods[i], FALSE);
  for (guint i = 0; interface->properties != NULL && interface->properties[i] != NULL; i++)
    {
      const char *name = interface->properties[i]->name;
      const GVariantType *type = G_VARIANT_TYPE (interface->properties[i]->signature);

      call (f, path, PROPERTIES, "Get", g_variant_new ("(ss)", interface->name, name), FALSE);
      call (f, path, PROPERTIES, "Set",
            g_variant_new ("(ssv)", interface->name, name, new_value (type, 3)), FALSE);
    }
  call (f, path, PROPERTIES, "GetAll", g_variant_new ("(s)", interface->name), FALSE);
}

/** any_call_gone: @prefix: of the paths of what has left the bus. Returns: how many interfaces were
 * called, each method with all signatures */
guint
any_call_gone (Fixture *f, GPtrArray *objects, const char *prefix)
{
  guint n_called = 0;

  for (guint i = 0; i < objects->len; i++)
    {
      AnyObject *object = g_ptr_array_index (objects, i);
      GDBusInterfaceInfo **interfaces = object->info->interfaces;

      if (!g_str_has_prefix (object->path, prefix))
        continue;
      for (guint j = 0; interfaces != NULL && interfaces[j] != NULL; j++)
        if (is_ours (interfaces[j]->name))
          {
            call_interface_gone (f, object->path, interfaces[j]);
            n_called++;
          }
    }
  return n_called;
}

/** any_call_has: Returns: whether one of the objects has that interface */
gboolean
any_call_has (GPtrArray *objects, const char *interface)
{
  for (guint i = 0; i < objects->len; i++)
    if (g_dbus_node_info_lookup_interface (((AnyObject *) g_ptr_array_index (objects, i))->info,
                                           interface) != NULL)
      return TRUE;
  return FALSE;
}

/** any_call_new_objects: Returns: (transfer full) (element-type AnyObject): by introspection */
GPtrArray *
any_call_new_objects (Fixture *f)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (object_free);

  find_objects (f, "/", objects);
  return objects;
}
