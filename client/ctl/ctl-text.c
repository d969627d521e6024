/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-text.c: safe text and tables
 *
 * What others wrote goes to a terminal: characters that would move the cursor, change colours, hide
 * words or turn their order round are shown as what they are, <U+001B>. */
#include "config.h"

#include "ctl/ctl-text.h"

#include <string.h>

#include <glib/gi18n.h>

#define ZERO_WIDTH_NON_JOINER 0x200c
#define ZERO_WIDTH_JOINER 0x200d

struct _CtlTable
{
  guint n_columns;
  GPtrArray *cells; /* (owned) char *: row by row, safe */
};

static gboolean
is_safe (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
      return FALSE;
    case G_UNICODE_FORMAT:
      /* Scripts and emoji are written with these two. */
      return c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER;
    default:
      return TRUE;
    }
}

static void
append_safe (GString *safe, gunichar c)
{
  if (is_safe (c))
    g_string_append_unichar (safe, c);
  else
    g_string_append_printf (safe, "<U+%04X>", c);
}

/**
 * ctl_text_dup_safe:
 * @text: (nullable): any text, in UTF-8
 *
 * Returns: (transfer full): the same on one line, with nothing in it that a terminal obeys
 */
char *
ctl_text_dup_safe (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *safe = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    append_safe (safe, g_utf8_get_char (at));
  return g_string_free (safe, FALSE);
}

/**
 * ctl_text_dup_lines:
 * @text: a message
 * @indent: what every line but the first begins with, so that none looks like another message
 *
 * Returns: (transfer full): its lines, with nothing in them that a terminal obeys
 */
char *
ctl_text_dup_lines (const char *text, const char *indent)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *safe = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (at[0] == '\r' && at[1] == '\n')
        continue;
      if (at[0] == '\n')
        g_string_append_printf (safe, "\n%s", indent);
      else if (at[0] == '\t')
        g_string_append_c (safe, ' ');
      else
        append_safe (safe, g_utf8_get_char (at));
    }
  return g_string_free (safe, FALSE);
}

/** ctl_text_dup_time: @time_s: since 1970. Returns: (transfer full): date and time of this place */
char *
ctl_text_dup_time (gint64 time_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_s);

  return time != NULL ? g_date_time_format (time, "%F %T") : g_strdup ("?");
}

/**
 * ctl_text_dup_number:
 *
 * Returns: (transfer full): the shortest text that is read back as the same number, with a point in
 * every language
 */
char *
ctl_text_dup_number (double number)
{
  /* Everybody's decimals have 15 digits; what has more needs 17 at most. */
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (buffer, sizeof buffer, formats[i], number);
      if (g_ascii_strtod (buffer, NULL) == number)
        break;
    }
  return g_strdup (buffer);
}

/**
 * ctl_text_dup_fact:
 * @key: what is said
 * @value: of any type
 *
 * Returns: (transfer full): it for people
 */
char *
ctl_text_dup_fact (const char *key, GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (value, NULL);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE))
    return ctl_text_dup_number (g_variant_get_double (value));
  if (g_str_equal (key, "timestamp") && g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return ctl_text_dup_time (g_variant_get_int64 (value));
  return g_variant_print (value, FALSE);
}

/** ctl_text_get_width: @text: safe text. Returns: how many columns of a terminal it takes */
guint
ctl_text_get_width (const char *text)
{
  guint width = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (!g_unichar_iszerowidth (c))
        width += g_unichar_iswide (c) ? 2 : 1;
    }
  return width;
}

/** ctl_table_new: @titles: (array zero-terminated=1): of the columns. Returns: (transfer full): it
 */
CtlTable *
ctl_table_new (const char *const *titles)
{
  CtlTable *self = g_new0 (CtlTable, 1);

  self->n_columns = g_strv_length ((char **) titles);
  self->cells = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < self->n_columns; i++)
    g_ptr_array_add (self->cells, g_utf8_strup (titles[i], -1));
  return self;
}

void
ctl_table_free (CtlTable *self)
{
  g_ptr_array_unref (self->cells);
  g_free (self);
}

/** ctl_table_add: @cells: one text for each column, NULL for none; whoever wrote it */
void
ctl_table_add (CtlTable *self, const char *const *cells)
{
  for (guint i = 0; i < self->n_columns; i++)
    g_ptr_array_add (self->cells, ctl_text_dup_safe (cells[i]));
}

/** ctl_table_print: prints it, in columns; @nothing: a sentence to print where there are no rows */
void
ctl_table_print (CtlTable *self, const char *nothing)
{
  g_autofree guint *widths = g_new0 (guint, self->n_columns);

  if (self->cells->len == self->n_columns)
    {
      g_print ("%s\n", nothing);
      return;
    }
  for (guint i = 0; i < self->cells->len; i++)
    widths[i % self->n_columns] =
        MAX (widths[i % self->n_columns], ctl_text_get_width (g_ptr_array_index (self->cells, i)));
  for (guint row = 0; row < self->cells->len; row += self->n_columns)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      for (guint column = 0; column < self->n_columns; column++)
        {
          const char *cell = g_ptr_array_index (self->cells, row + column);

          g_string_append (line, cell);
          for (guint i = ctl_text_get_width (cell); i < widths[column] + 2; i++)
            g_string_append_c (line, ' ');
        }
      g_strchomp (line->str);
      g_print ("%s\n", line->str);
    }
}
