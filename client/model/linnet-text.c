/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-text.c: the text of a message, made ready to be shown once and for all.
 *
 * The text comes from strangers. It is never markup; what it may cost is bounded here: marks piled
 * on one letter, endless lines, thousands of links. Every pass is linear. */

#include "config.h"

#include "model/linnet-text.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#define MARKS_MAX 8
#define LINKS_MAX 200
#define EMOJI_MAX 3
#define URI_MAX 2048

#define FSI "\xe2\x81\xa8"
#define PDI "\xe2\x81\xa9"

static const char *const schemes[] = { "https://", "http://", "mailto:" };

static gboolean
is_bidi_control (gunichar c)
{
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E ||
         c == 0x200F || c == 0x061C;
}

static gboolean
is_mark (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_NON_SPACING_MARK || type == G_UNICODE_ENCLOSING_MARK;
}

/* Without control characters and without more than a few marks on one letter. */
static char *
clean (const char *body)
{
  GString *text = g_string_sized_new (strlen (body));
  guint n_marks = 0;

  for (const char *p = body; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      n_marks = is_mark (c) ? n_marks + 1 : 0;
      if (n_marks > MARKS_MAX || c == '\r')
        continue;
      if (c == 0x2028 || c == 0x2029)
        c = '\n';
      if (c != '\n' && c != '\t' && (c < 0x20 || (c >= 0x7F && c < 0xA0)))
        c = 0xFFFD;
      g_string_append_unichar (text, c);
    }
  g_strchomp (text->str);
  return g_string_free (text, FALSE);
}

static gboolean
is_emoji (gunichar c)
{
  return (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x2600 && c <= 0x27BF) ||
         (c >= 0x1F000 && c <= 0x1F2FF) || (c >= 0x2B00 && c <= 0x2BFF) ||
         (c >= 0x23E9 && c <= 0x23FA) || c == 0x231A || c == 0x231B || c == 0x2934 || c == 0x2935 ||
         c == 0x3030 || c == 0x303D || c == 0x3297 || c == 0x3299 || c == 0x00A9 || c == 0x00AE;
}

/* What may stand behind an emoji and belongs to it. */
static gboolean
is_emoji_extension (gunichar c)
{
  return c == 0xFE0F || c == 0x20E3 || (c >= 0x1F3FB && c <= 0x1F3FF) ||
         (c >= 0xE0020 && c <= 0xE007F);
}

static guint
count_emoji (const char *text)
{
  guint n_emoji = 0;
  gboolean is_joined = FALSE;
  gboolean is_half_flag = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean is_flag = c >= 0x1F1E6 && c <= 0x1F1FF;

      if (is_emoji_extension (c) && n_emoji > 0)
        continue;
      if (c == 0x200D && n_emoji > 0)
        {
          is_joined = TRUE;
          continue;
        }
      if (!is_emoji (c))
        return 0;
      if (!is_joined && !(is_flag && is_half_flag) && ++n_emoji > EMOJI_MAX)
        return 0;
      is_half_flag = is_flag && !is_half_flag;
      is_joined = FALSE;
    }
  return n_emoji;
}

static gboolean
is_link_char (gunichar c)
{
  return c > 0x20 && c != '<' && c != '>' && c != '"' && c != '`' && !g_unichar_isspace (c) &&
         !is_bidi_control (c) && g_unichar_isdefined (c) && !g_unichar_iszerowidth (c);
}

/* A sentence may end behind a link, and a link may stand in brackets. */
static const char *
trim_link (const char *start, const char *end)
{
  while (end > start)
    {
      char last = end[-1];

      if (last == ')' && memchr (start, '(', end - start) != NULL)
        break;
      if (strchr (".,;:!?'*_~)]}", last) == NULL)
        break;
      end--;
    }
  return end;
}

/* A host that mixes alphabets, or that hides behind a user name, is no link: it would not lead
 * where it seems to. */
static gboolean
is_honest (const char *authority, gsize length)
{
  GUnicodeScript script = G_UNICODE_SCRIPT_INVALID_CODE;
  const char *end = authority + length;

  for (const char *p = authority; p < end && strchr ("/?#", *p) == NULL; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      GUnicodeScript this_script = g_unichar_get_script (c);

      if (c == '@' || c == '\\' || c == '%')
        return FALSE;
      if (!g_unichar_isalnum (c) && strchr (".-:[]", (int) MIN (c, 0x7F)) == NULL)
        return FALSE;
      if (this_script == G_UNICODE_SCRIPT_COMMON || this_script == G_UNICODE_SCRIPT_INHERITED)
        continue;
      if (script != G_UNICODE_SCRIPT_INVALID_CODE && script != this_script)
        return FALSE;
      script = this_script;
    }
  return length > 0 && g_unichar_isalnum (g_utf8_get_char (authority));
}

/* Length of the link that begins at p, or 0. */
static gsize
match_link (const char *p)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      gsize length = strlen (schemes[i]);
      const char *end = p + length;

      if (g_ascii_strncasecmp (p, schemes[i], length) != 0)
        continue;
      while (*end != '\0' && is_link_char (g_utf8_get_char (end)))
        end = g_utf8_next_char (end);
      end = trim_link (p + length, end);
      if (end <= p + length || end - p > URI_MAX)
        return 0;
      if (p[length - 1] == '/' && !is_honest (p + length, end - p - length))
        return 0;
      return end - p;
    }
  return 0;
}

static void
find_links (LinnetText *self)
{
  gboolean is_in_word = FALSE;
  const char *p = self->text;

  while (*p != '\0' && self->links->len < LINKS_MAX)
    {
      gsize length = is_in_word ? 0 : match_link (p);

      if (length > 0)
        {
          LinnetLink link = { p - self->text, p - self->text + length };

          g_array_append_val (self->links, link);
          p += length;
          is_in_word = TRUE;
          continue;
        }
      is_in_word = g_ascii_isalnum (*p);
      p = g_utf8_next_char (p);
    }
}

/**
 * linnet_text_new: reads @body.
 * @body: (nullable): UTF-8
 *
 * Returns: (transfer full): what is to be shown of it
 */
LinnetText *
linnet_text_new (const char *body)
{
  LinnetText *self = g_new0 (LinnetText, 1);

  if (body == NULL)
    body = "";
  self->is_action = g_str_has_prefix (body, "/me ") && body[4] != '\0';
  self->text = clean (self->is_action ? body + 4 : body);
  self->links = g_array_new (FALSE, FALSE, sizeof (LinnetLink));
  self->n_lines = 1;
  for (const char *p = self->text; *p != '\0'; p = g_utf8_next_char (p))
    {
      self->n_chars++;
      self->n_lines += *p == '\n';
    }
  if (!self->is_action)
    self->n_emoji = count_emoji (self->text);
  find_links (self);
  return self;
}

void
linnet_text_free (LinnetText *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_array_unref (self->links);
  g_free (self);
}

/**
 * linnet_text_get_fold: where a long text is cut: behind 25 lines or 4,000 characters.
 * @n_more: how many times more than that is wanted
 *
 * Returns: byte of the text before which it is cut, 0 if it is shown whole
 */
guint
linnet_text_get_fold (const LinnetText *self, guint n_more)
{
  guint max_chars = LINNET_TEXT_FOLD_CHARS * (n_more + 1);
  guint max_lines = LINNET_TEXT_FOLD_LINES * (n_more + 1);
  guint n_chars = 0;
  guint n_lines = 1;

  if (self->n_chars <= max_chars && self->n_lines <= max_lines)
    return 0;
  for (const char *p = self->text; *p != '\0'; p = g_utf8_next_char (p))
    {
      n_lines += *p == '\n';
      if (n_chars++ == max_chars || n_lines > max_lines)
        return p - self->text;
    }
  return 0;
}

/**
 * linnet_text_dup_link: the address of the link with @index.
 */
char *
linnet_text_dup_link (const LinnetText *self, guint index)
{
  LinnetLink *link;

  g_return_val_if_fail (index < self->links->len, NULL);

  link = &g_array_index (self->links, LinnetLink, index);
  return g_strndup (self->text + link->start, link->end - link->start);
}

static void
append_name (GString *text, const char *name)
{
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean is_break = c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;

      if (!is_bidi_control (c))
        g_string_append_unichar (text, is_break ? ' ' : c);
    }
}

/**
 * linnet_text_isolate: a name from the network, so that it can stand in a sentence of ours and
 * neither turns the sentence round nor breaks it into lines.
 * @name: UTF-8
 *
 * Returns: (transfer full): @name between FSI and PDI
 */
char *
linnet_text_isolate (const char *name)
{
  GString *text = g_string_new (FSI);

  append_name (text, name);
  g_string_append (text, PDI);
  return g_string_free (text, FALSE);
}

/**
 * linnet_text_warn_of_likeness:
 * @address: of somebody for whom people would take somebody else
 *
 * Returns: (transfer full): that in a sentence, translated
 */
char *
linnet_text_warn_of_likeness (const char *address)
{
  g_autofree char *isolated = linnet_text_isolate (address);

  return g_strdup_printf (_ ("Not %s, only looks alike."), isolated);
}

/**
 * linnet_text_speak: a name from the network for a sentence that is only heard, where marks of
 * direction would be noise.
 * @name: UTF-8
 */
char *
linnet_text_speak (const char *name)
{
  GString *text = g_string_new (NULL);

  append_name (text, name);
  return g_string_free (text, FALSE);
}
