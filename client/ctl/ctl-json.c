/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-json.c: a GVariant as JSON. RFC 8259
 *
 * Dictionaries are objects, arrays and tuples are arrays, a variant is what is in it. Characters
 * that a terminal obeys are escaped: JSON may be looked at, too. */
#include "config.h"

#include <math.h>
#include <stdio.h>

#include "ctl/ctl-text.h"

static void append (GString *json, GVariant *value);

static void
append_escape (GString *json, gunichar c)
{
  if (c > 0xffff)
    {
      append_escape (json, 0xd800 + ((c - 0x10000) >> 10));
      append_escape (json, 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
  else
    g_string_append_printf (json, "\\u%04x", c);
}

static gboolean
is_plain (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT &&
         type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

static void
append_text (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == '"' || c == '\\')
        g_string_append_printf (json, "\\%c", (char) c);
      else if (c == '\n')
        g_string_append (json, "\\n");
      else if (is_plain (c))
        g_string_append_unichar (json, c);
      else
        append_escape (json, c);
    }
  g_string_append_c (json, '"');
}

static void
append_members (GString *json, GVariant *value, gboolean is_object)
{
  g_string_append_c (json, is_object ? '{' : '[');
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

      if (i > 0)
        g_string_append_c (json, ',');
      append (json, child);
    }
  g_string_append_c (json, is_object ? '}' : ']');
}

static void
append_entry (GString *json, GVariant *entry)
{
  g_autoptr (GVariant) key = g_variant_get_child_value (entry, 0);
  g_autoptr (GVariant) value = g_variant_get_child_value (entry, 1);
  g_autofree char *name = g_variant_is_of_type (key, G_VARIANT_TYPE_STRING)
                              ? g_variant_dup_string (key, NULL)
                              : g_variant_print (key, FALSE);

  append_text (json, name);
  g_string_append_c (json, ':');
  append (json, value);
}

static void
append_number (GString *json, GVariant *value)
{
  g_autofree char *text = NULL;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    {
      g_autoptr (GVariant) byte = NULL;

      if (g_variant_is_of_type (value, G_VARIANT_TYPE_BYTE))
        value = byte = g_variant_ref_sink (g_variant_new_uint32 (g_variant_get_byte (value)));
      text = g_variant_print (value, FALSE);
      g_string_append (json, text);
    }
  else if (isfinite (g_variant_get_double (value)))
    {
      text = ctl_text_dup_number (g_variant_get_double (value));
      g_string_append (json, text);
    }
  else
    g_string_append (json, "null");
}

static void
append (GString *json, GVariant *value)
{
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      g_string_append (json, g_variant_get_boolean (value) ? "true" : "false");
      break;
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE:
      append_text (json, g_variant_get_string (value, NULL));
      break;
    case G_VARIANT_CLASS_VARIANT:
      {
        g_autoptr (GVariant) inside = g_variant_get_variant (value);

        append (json, inside);
        break;
      }
    case G_VARIANT_CLASS_MAYBE:
      {
        g_autoptr (GVariant) inside = g_variant_get_maybe (value);

        if (inside != NULL)
          append (json, inside);
        else
          g_string_append (json, "null");
        break;
      }
    case G_VARIANT_CLASS_ARRAY:
      append_members (
          json, value,
          g_variant_type_is_subtype_of (g_variant_get_type (value), G_VARIANT_TYPE_DICTIONARY));
      break;
    case G_VARIANT_CLASS_TUPLE:
      append_members (json, value, FALSE);
      break;
    case G_VARIANT_CLASS_DICT_ENTRY:
      append_entry (json, value);
      break;
    default:
      append_number (json, value);
    }
}

/** ctl_json_dup: @value: (transfer floating): anything. Returns: (transfer full): it as JSON */
char *
ctl_json_dup (GVariant *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  GString *json = g_string_new (NULL);

  append (json, owned);
  return g_string_free (json, FALSE);
}

/** ctl_json_print: @value: (transfer floating): what to print, on one line of UTF-8 */
void
ctl_json_print (GVariant *value)
{
  g_autofree char *json = ctl_json_dup (value);

  fputs (json, stdout);
  fputc ('\n', stdout);
  fflush (stdout);
}
