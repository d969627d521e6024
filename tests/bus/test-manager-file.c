/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-manager-file.c: data/linnet.manager says what the Protocol object says.
 * Telepathy 0.27.4: ConnectionManager (the file's syntax), Protocol and its interfaces
 *
 * The file is read as a client would read it, into the immutable properties of the Protocol. */
#include <string.h>

#include <gio/gio.h>

#include "bus/cm-protocol.h"

#define TP "org.freedesktop.Telepathy."
#define GROUP "Protocol " CM_PROTOCOL_NAME

/* The keys that stand for a property of the same value. */
static const struct
{
  const char *key;
  const char *property;
  const char *signature;
} plain_keys[] = {
  { "Interfaces", TP "Protocol.Interfaces", "as" },
  { "ConnectionInterfaces", TP "Protocol.ConnectionInterfaces", "as" },
  { "AuthenticationTypes", TP "Protocol.AuthenticationTypes", "as" },
  { "VCardField", TP "Protocol.VCardField", "s" },
  { "EnglishName", TP "Protocol.EnglishName", "s" },
  { "Icon", TP "Protocol.Icon", "s" },
  { "AddressableVCardFields", TP "Protocol.Interface.Addressing.AddressableVCardFields", "as" },
  { "AddressableURISchemes", TP "Protocol.Interface.Addressing.AddressableURISchemes", "as" },
  { "SupportedAvatarMIMETypes", TP "Protocol.Interface.Avatars.SupportedAvatarMIMETypes", "as" },
  { "MinimumAvatarHeight", TP "Protocol.Interface.Avatars.MinimumAvatarHeight", "u" },
  { "MinimumAvatarWidth", TP "Protocol.Interface.Avatars.MinimumAvatarWidth", "u" },
  { "RecommendedAvatarHeight", TP "Protocol.Interface.Avatars.RecommendedAvatarHeight", "u" },
  { "RecommendedAvatarWidth", TP "Protocol.Interface.Avatars.RecommendedAvatarWidth", "u" },
  { "MaximumAvatarHeight", TP "Protocol.Interface.Avatars.MaximumAvatarHeight", "u" },
  { "MaximumAvatarWidth", TP "Protocol.Interface.Avatars.MaximumAvatarWidth", "u" },
  { "MaximumAvatarBytes", TP "Protocol.Interface.Avatars.MaximumAvatarBytes", "u" },
};

/* A truth or a number, floating as the others are (what g_variant_parse () gives is not). */
static GVariant *
new_plain (const char *signature, const char *text)
{
  switch (signature[0])
    {
    case 'b':
      return g_variant_new_boolean (g_str_equal (text, "true"));
    case 'n':
      return g_variant_new_int16 ((gint16) g_ascii_strtoll (text, NULL, 10));
    case 'q':
      return g_variant_new_uint16 ((guint16) g_ascii_strtoull (text, NULL, 10));
    case 'i':
      return g_variant_new_int32 ((gint32) g_ascii_strtoll (text, NULL, 10));
    case 'u':
      return g_variant_new_uint32 ((guint32) g_ascii_strtoull (text, NULL, 10));
    default:
      g_assert_not_reached ();
    }
}

/* A value in the syntax that the specification gives to each signature. */
static GVariant *
new_value (GKeyFile *file, const char *group, const char *key, const char *signature)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_key_file_get_string (file, group, key, &error);
  g_auto (GStrv) list = NULL;

  g_assert_no_error (error);
  if (g_str_equal (signature, "as"))
    {
      list = g_key_file_get_string_list (file, group, key, NULL, &error);
      g_assert_no_error (error);
      return g_variant_new_strv ((const char *const *) list, -1);
    }
  if (g_str_equal (signature, "s"))
    return g_variant_new_string (text);
  return new_plain (signature, text);
}

/* Of a parameter without a default: what the object gives as a dummy is nobody's business. */
static GVariant *
new_dummy (const char *signature)
{
  if (g_str_equal (signature, "as"))
    return g_variant_new_strv (NULL, 0);
  if (g_str_equal (signature, "s"))
    return g_variant_new_string ("");
  return new_plain (signature, "0");
}

static GVariant *
new_parameter (GKeyFile *file, const char *key)
{
  static const char *const flag_names[] = { "required", "register", NULL, "secret",
                                            "dbus-property" };
  const char *name = key + strlen ("param-");
  g_autofree char *text = g_key_file_get_string (file, GROUP, key, NULL);
  g_autofree char *default_key = g_strconcat ("default-", name, NULL);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  guint flags = 0;

  for (guint i = 0; i < G_N_ELEMENTS (flag_names); i++)
    if (flag_names[i] != NULL && g_strv_contains ((const char *const *) words + 1, flag_names[i]))
      flags |= 1u << i;
  if (!g_key_file_has_key (file, GROUP, default_key, NULL))
    return g_variant_new ("(susv)", name, flags, words[0], new_dummy (words[0]));
  return g_variant_new ("(susv)", name, flags | 4, words[0],
                        new_value (file, GROUP, default_key, words[0]));
}

static GVariant *
new_status (GKeyFile *file, const char *key)
{
  g_autofree char *text = g_key_file_get_string (file, GROUP, key, NULL);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  return g_variant_new ("{s(ubb)}", key + strlen ("status-"),
                        (guint) g_ascii_strtoull (words[0], NULL, 10),
                        g_strv_contains ((const char *const *) words, "settable"),
                        g_strv_contains ((const char *const *) words, "message"));
}

static GVariant *
new_channel_class (GKeyFile *file, const char *group)
{
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  GVariantBuilder fixed;

  g_variant_builder_init (&fixed, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (keys[i], " ", 2);

      if (words[1] != NULL)
        g_variant_builder_add (&fixed, "{sv}", words[0],
                               new_value (file, group, keys[i], words[1]));
    }
  return g_variant_new ("(@a{sv}@as)", g_variant_builder_end (&fixed),
                        new_value (file, group, "allowed", "as"));
}

/* The properties as the file has them: name → value. */
static GHashTable *
read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GHashTable) properties =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_variant_unref);
  g_auto (GStrv) keys = NULL;
  g_auto (GStrv) classes = NULL;
  GVariantBuilder parameters;
  GVariantBuilder statuses;
  GVariantBuilder channel_classes;

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (plain_keys); i++)
    if (g_key_file_has_key (file, GROUP, plain_keys[i].key, NULL))
      g_hash_table_insert (
          properties, (char *) plain_keys[i].property,
          g_variant_ref_sink (new_value (file, GROUP, plain_keys[i].key, plain_keys[i].signature)));

  g_variant_builder_init (&parameters, G_VARIANT_TYPE ("a(susv)"));
  g_variant_builder_init (&statuses, G_VARIANT_TYPE ("a{s(ubb)}"));
  g_variant_builder_init (&channel_classes, G_VARIANT_TYPE ("a(a{sv}as)"));
  keys = g_key_file_get_keys (file, GROUP, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; keys[i] != NULL; i++)
    if (g_str_has_prefix (keys[i], "param-"))
      g_variant_builder_add_value (&parameters, new_parameter (file, keys[i]));
    else if (g_str_has_prefix (keys[i], "status-"))
      g_variant_builder_add_value (&statuses, new_status (file, keys[i]));
  classes = g_key_file_get_string_list (file, GROUP, "RequestableChannelClasses", NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; classes[i] != NULL; i++)
    g_variant_builder_add_value (&channel_classes, new_channel_class (file, classes[i]));

  g_hash_table_insert (properties, (char *) TP "Protocol.Parameters",
                       g_variant_ref_sink (g_variant_builder_end (&parameters)));
  g_hash_table_insert (properties, (char *) TP "Protocol.Interface.Presence.Statuses",
                       g_variant_ref_sink (g_variant_builder_end (&statuses)));
  g_hash_table_insert (properties, (char *) TP "Protocol.RequestableChannelClasses",
                       g_variant_ref_sink (g_variant_builder_end (&channel_classes)));
  return g_steal_pointer (&properties);
}

static void
test_says_what_the_object_says (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTestDBus) daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autoptr (GHashTable) expected = read_file (LINNET_MANAGER_FILE);
  GDBusConnection *bus;
  CmProtocol *protocol;
  GVariantIter iter;
  const char *name;
  GVariant *value;

  g_test_dbus_up (daemon);
  bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  protocol = cm_protocol_new (bus, &error);
  g_assert_no_error (error);

  g_variant_iter_init (&iter, cm_protocol_get_properties (protocol));
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      GVariant *in_file = g_hash_table_lookup (expected, name);

      if (in_file == NULL)
        g_error ("%s is not in the manager file", name);
      g_assert_cmpvariant (in_file, value);
      g_hash_table_remove (expected, name);
      g_variant_unref (value);
    }
  g_assert_cmpuint (g_hash_table_size (expected), ==, 0);

  g_assert_finalize_object (protocol);
  g_object_unref (bus);
  g_test_dbus_down (daemon);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/manager-file/says-what-the-object-says", test_says_what_the_object_says);
  return g_test_run ();
}
