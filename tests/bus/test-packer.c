/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-packer.c: what is packed is, byte for byte, what GLib would have made */
#include "bus/cm-packer.h"

#include <string.h>

static void
assert_same (GVariant *packed, GVariant *expected)
{
  g_autoptr (GVariant) ours = g_variant_ref_sink (packed);
  g_autoptr (GVariant) theirs = g_variant_ref_sink (expected);
  g_autoptr (GVariant) untrusted = NULL;

  g_assert_cmpstr (g_variant_get_type_string (ours), ==, g_variant_get_type_string (theirs));
  g_assert_cmpmem (g_variant_get_data (ours), g_variant_get_size (ours),
                   g_variant_get_data (theirs), g_variant_get_size (theirs));
  untrusted = g_variant_ref_sink (
      g_variant_new_from_data (g_variant_get_type (ours), g_variant_get_data (ours),
                               g_variant_get_size (ours), FALSE, NULL, NULL));
  g_assert_true (g_variant_is_normal_form (untrusted));
  g_assert_true (g_variant_equal (untrusted, theirs));
}

static GVariant *
pack_strings (guint n_strings, guint length)
{
  g_autofree char *text = g_strnfill (length, 'x');
  CmPacker packer;

  cm_packer_init (&packer);
  cm_packer_open_array (&packer, 1);
  for (guint i = 0; i < n_strings; i++)
    cm_packer_add_string (&packer, text);
  cm_packer_close (&packer);
  return cm_packer_end (&packer, G_VARIANT_TYPE_STRING_ARRAY);
}

static GVariant *
build_strings (guint n_strings, guint length)
{
  g_autofree char *text = g_strnfill (length, 'x');
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < n_strings; i++)
    g_variant_builder_add (&builder, "s", text);
  return g_variant_builder_end (&builder);
}

/* Where the numbers that say where a member ends get longer: 255 and 65535 bytes in all. */
static void
test_arrays_of_every_length (void)
{
  for (guint length = 0; length < 300; length++)
    assert_same (pack_strings (1, length), build_strings (1, length));
  for (guint n_strings = 0; n_strings < 300; n_strings++)
    assert_same (pack_strings (n_strings, 1), build_strings (n_strings, 1));
  for (guint length = 65500; length < 65540; length++)
    assert_same (pack_strings (1, length), build_strings (1, length));
  for (guint n_strings = 16380; n_strings < 16388; n_strings++)
    assert_same (pack_strings (n_strings, 1), build_strings (n_strings, 1));
}

static void
test_tuples_with_the_longest_member_first (void)
{
  for (guint length = 0; length < 70000; length += length < 300 || length > 65500 ? 1 : 1000)
    {
      g_autofree char *text = g_strnfill (length, 'y');
      CmPacker packer;

      cm_packer_init (&packer);
      cm_packer_open_tuple (&packer, 4);
      cm_packer_add_number (&packer, length);
      cm_packer_add_string (&packer, text);
      cm_packer_add_string (&packer, "away");
      cm_packer_close (&packer);
      assert_same (cm_packer_end (&packer, G_VARIANT_TYPE ("(uss)")),
                   g_variant_new ("(uss)", length, text, "away"));
    }
}

/* A number behind a text: the text's end is told, and nothing else. */
static void
test_a_tuple_that_ends_in_a_number (void)
{
  CmPacker packer;

  cm_packer_init (&packer);
  cm_packer_open_tuple (&packer, 4);
  cm_packer_add_string (&packer, "one");
  cm_packer_add_string (&packer, "two");
  cm_packer_add_number (&packer, 3);
  cm_packer_close (&packer);
  assert_same (cm_packer_end (&packer, G_VARIANT_TYPE ("(ssu)")),
               g_variant_new ("(ssu)", "one", "two", 3));
}

static void
pack_contact (CmPacker *packer, guint handle, const char *text)
{
  cm_packer_open_tuple (packer, 8);
  cm_packer_add_number (packer, handle);
  cm_packer_open_array (packer, 8);
  if (handle % 5 != 0)
    {
      cm_packer_add_string_entry (packer, "alias", text);
      cm_packer_add_number_entry (packer, "subscribe", handle);
      cm_packer_add_boolean_entry (packer, "blocked", handle % 2);
      cm_packer_open_entry (packer, "presence");
      cm_packer_open_tuple (packer, 4);
      cm_packer_add_number (packer, 2);
      cm_packer_add_string (packer, text);
      cm_packer_add_string (packer, "");
      cm_packer_close (packer);
      cm_packer_close_entry (packer, "(uss)");
      cm_packer_open_entry (packer, "groups");
      cm_packer_open_array (packer, 1);
      for (guint i = 0; i < handle % 3; i++)
        cm_packer_add_string (packer, text);
      cm_packer_close (packer);
      cm_packer_close_entry (packer, "as");
    }
  cm_packer_close (packer);
  cm_packer_close (packer);
}

static void
build_contact (GVariantBuilder *builder, guint handle, const char *text)
{
  GVariantBuilder groups, attributes;

  g_variant_builder_init (&attributes, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_init (&groups, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < handle % 3; i++)
    g_variant_builder_add (&groups, "s", text);
  if (handle % 5 != 0)
    {
      g_variant_builder_add (&attributes, "{sv}", "alias", g_variant_new_string (text));
      g_variant_builder_add (&attributes, "{sv}", "subscribe", g_variant_new_uint32 (handle));
      g_variant_builder_add (&attributes, "{sv}", "blocked", g_variant_new_boolean (handle % 2));
      g_variant_builder_add (&attributes, "{sv}", "presence", g_variant_new ("(uss)", 2, text, ""));
      g_variant_builder_add (&attributes, "{sv}", "groups", g_variant_new ("as", &groups));
    }
  else
    g_variant_builder_clear (&groups);
  g_variant_builder_add (builder, "{ua{sv}}", handle, &attributes);
}

/* The shape of GetContactListAttributes, for lists of every size and names of many lengths. */
static void
test_what_is_known_of_contacts (void)
{
  for (guint n_contacts = 0; n_contacts < 600; n_contacts = n_contacts * 2 + 1)
    {
      GVariantBuilder builder;
      CmPacker packer;

      cm_packer_init (&packer);
      cm_packer_open_array (&packer, 8);
      g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ua{sv}}"));
      for (guint i = 0; i < n_contacts; i++)
        {
          g_autofree char *text = g_strnfill (i * 7 % 400, 'z');

          pack_contact (&packer, i, text);
          build_contact (&builder, i, text);
        }
      cm_packer_close (&packer);
      assert_same (cm_packer_end (&packer, G_VARIANT_TYPE ("a{ua{sv}}")),
                   g_variant_builder_end (&builder));
    }
}

static void
test_an_entry_of_any_type (void)
{
  static const char *const texts[] = { "@a{sv} {}", "{'lat': <1.5>, 'name': <'x'>}", "byte 7",
                                       "['a', 'bc']", "(uint64 1, 'x')" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_parsed (texts[i]));
      GVariantBuilder builder;
      CmPacker packer;

      cm_packer_init (&packer);
      cm_packer_open_array (&packer, 8);
      cm_packer_add_entry (&packer, "key", value);
      cm_packer_add_string_entry (&packer, "next", "y");
      cm_packer_close (&packer);
      g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&builder, "{sv}", "key", value);
      g_variant_builder_add (&builder, "{sv}", "next", g_variant_new_string ("y"));
      assert_same (cm_packer_end (&packer, G_VARIANT_TYPE_VARDICT),
                   g_variant_builder_end (&builder));
    }
}

/* One that is thrown away, as a signal is that nobody needs. */
static void
test_what_is_not_ended_leaves_nothing (void)
{
  g_auto (CmPacker) packer = { 0 };

  cm_packer_init (&packer);
  cm_packer_open_array (&packer, 1);
  cm_packer_add_string (&packer, "gone");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/packer/arrays-of-every-length", test_arrays_of_every_length);
  g_test_add_func ("/packer/tuples-with-the-longest-member-first",
                   test_tuples_with_the_longest_member_first);
  g_test_add_func ("/packer/a-tuple-that-ends-in-a-number", test_a_tuple_that_ends_in_a_number);
  g_test_add_func ("/packer/what-is-known-of-contacts", test_what_is_known_of_contacts);
  g_test_add_func ("/packer/an-entry-of-any-type", test_an_entry_of_any_type);
  g_test_add_func ("/packer/what-is-not-ended-leaves-nothing",
                   test_what_is_not_ended_leaves_nothing);
  return g_test_run ();
}
