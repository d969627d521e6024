/* SPDX-License-Identifier: GPL-3.0-or-later */

/* test-text.c: LinnetText and LinnetWhen */

#include <locale.h>
#include <string.h>

#include "model/linnet-text.h"
#include "model/linnet-when.h"

static void
assert_links (const char *body, const char *const *expected)
{
  g_autoptr (LinnetText) text = linnet_text_new (body);

  g_assert_cmpuint (text->links->len, ==, g_strv_length ((char **) expected));
  for (guint i = 0; i < text->links->len; i++)
    {
      g_autofree char *link = linnet_text_dup_link (text, i);

      g_assert_cmpstr (link, ==, expected[i]);
    }
}

#define LINKS(...) \
  (const char *const[]) { __VA_ARGS__, NULL }
#define NO_LINKS \
  (const char *const[]) { NULL }

static void
test_addresses_become_links (void)
{
  assert_links ("see https://example.org/a?b=c#d.", LINKS ("https://example.org/a?b=c#d"));
  assert_links ("(https://example.org/x) and HTTP://b.example!",
                LINKS ("https://example.org/x", "HTTP://b.example"));
  assert_links ("https://en.wikipedia.org/wiki/Linnet_(bird)",
                LINKS ("https://en.wikipedia.org/wiki/Linnet_(bird)"));
  assert_links ("mailto:juliet@capulet.lit, now", LINKS ("mailto:juliet@capulet.lit"));
  assert_links ("https://münchen.example/ü", LINKS ("https://münchen.example/ü"));
  assert_links ("<https://example.org>", LINKS ("https://example.org"));
}

static void
test_what_deceives_is_no_link (void)
{
  assert_links ("https://bank.example@evil.example/", NO_LINKS);
  assert_links ("https://pаypal.example/", NO_LINKS); /* a Cyrillic letter */
  assert_links ("https://evil\xe2\x80\xa4.example/", NO_LINKS);
  assert_links ("https://www.пример.test/", NO_LINKS);
  assert_links ("https://", NO_LINKS);
  assert_links ("https://.", NO_LINKS);
  assert_links ("xhttps://example.org", NO_LINKS);
  assert_links ("javascript:alert(1) file:///etc/passwd aesgcm://host/a#b", NO_LINKS);
}

static void
test_links_are_bounded (void)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (LinnetText) text = NULL;

  for (int i = 0; i < 10000; i++)
    g_string_append (body, "http://a.b ");
  text = linnet_text_new (body->str);
  g_assert_cmpuint (text->links->len, ==, 200);
}

static void
assert_emoji (const char *body, guint n_emoji)
{
  g_autoptr (LinnetText) text = linnet_text_new (body);

  g_assert_cmpuint (text->n_emoji, ==, n_emoji);
}

static void
test_emoji_alone_are_counted (void)
{
  assert_emoji ("😀", 1);
  assert_emoji ("❤️", 1);
  assert_emoji ("👍🏽👍🏽", 2);
  assert_emoji ("👩‍👩‍👧‍👦", 1);
  assert_emoji ("🇩🇪🇫🇷", 2);
  assert_emoji ("😀😀😀", 3);
  assert_emoji ("😀😀😀😀", 0);
  assert_emoji ("😀!", 0);
  assert_emoji ("12", 0);
  assert_emoji ("", 0);
  assert_emoji ("\xef\xb8\x8f", 0);
}

static void
test_actions_lose_their_command (void)
{
  g_autoptr (LinnetText) action = linnet_text_new ("/me waves");
  g_autoptr (LinnetText) none = linnet_text_new ("/menace");
  g_autoptr (LinnetText) empty = linnet_text_new ("/me ");

  g_assert_true (action->is_action);
  g_assert_cmpstr (action->text, ==, "waves");
  g_assert_false (none->is_action);
  g_assert_cmpstr (none->text, ==, "/menace");
  g_assert_false (empty->is_action);
}

static void
test_controls_and_piles_of_marks_are_removed (void)
{
  g_autoptr (GString) pile = g_string_new ("a");
  g_autoptr (LinnetText) marks = NULL;
  g_autoptr (LinnetText) controls = linnet_text_new ("one\r\ntwo\x1b[31m\ttab\n\n");

  for (int i = 0; i < 4000; i++)
    g_string_append (pile, "\xcc\x81");
  marks = linnet_text_new (pile->str);
  g_assert_cmpuint (marks->n_chars, ==, 9);
  g_assert_cmpstr (controls->text, ==, "one\ntwo\xef\xbf\xbd[31m\ttab");
  g_assert_cmpuint (controls->n_lines, ==, 2);
}

static void
test_long_texts_fold (void)
{
  g_autofree char *chars = g_strnfill (9000, 'x');
  g_autofree char *lines = g_strnfill (60, '\n');
  g_autofree char *many = g_strconcat ("a", lines, "b", NULL);
  g_autoptr (LinnetText) wide = linnet_text_new (chars);
  g_autoptr (LinnetText) high = linnet_text_new (many);
  g_autoptr (LinnetText) small = linnet_text_new ("a\nb");

  g_assert_cmpuint (linnet_text_get_fold (wide, 0), ==, 4000);
  g_assert_cmpuint (linnet_text_get_fold (wide, 1), ==, 8000);
  g_assert_cmpuint (linnet_text_get_fold (wide, 2), ==, 0);
  g_assert_cmpuint (linnet_text_get_fold (high, 0), ==, 25);
  g_assert_cmpuint (linnet_text_get_fold (high, 1), ==, 50);
  g_assert_cmpuint (linnet_text_get_fold (high, 2), ==, 0);
  g_assert_cmpuint (linnet_text_get_fold (small, 0), ==, 0);
}

static void
test_names_are_isolated (void)
{
  g_autofree char *name = linnet_text_isolate ("Ju\xe2\x80\xaeliet\n\xe2\x81\xa9");
  g_autofree char *spoken = linnet_text_speak ("Ju\xe2\x80\xaeliet\n");

  g_assert_cmpstr (name, ==, "\xe2\x81\xa8Juliet \xe2\x81\xa9");
  g_assert_cmpstr (spoken, ==, "Juliet ");
}

static void
assert_day (guint day, guint month, guint year, const char *expected)
{
  GDate today, date;
  g_autofree char *text = NULL;

  g_date_clear (&today, 1);
  g_date_clear (&date, 1);
  g_date_set_dmy (&today, 13, 3, 2026); /* a Friday */
  g_date_set_dmy (&date, day, month, year);
  text = linnet_when_dup_day_at (g_date_get_julian (&date), g_date_get_julian (&today));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_days_have_words (void)
{
  assert_day (13, 3, 2026, "Today");
  assert_day (12, 3, 2026, "Yesterday");
  assert_day (11, 3, 2026, "Wednesday");
  assert_day (7, 3, 2026, "Saturday");
  assert_day (6, 3, 2026, "March 6");
  assert_day (14, 3, 2026, "March 14");
  assert_day (3, 3, 2025, "March 3, 2025");
}

static void
test_a_wild_time_is_harmless (void)
{
  const gint64 times[] = { G_MAXINT64, G_MININT64, -1, 0, 253402300800 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autofree char *time = linnet_when_dup_time (times[i]);
      g_autofree char *brief = linnet_when_dup_short (times[i]);

      g_assert_nonnull (time);
      g_assert_nonnull (brief);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/text/addresses-become-links", test_addresses_become_links);
  g_test_add_func ("/client/text/what-deceives-is-no-link", test_what_deceives_is_no_link);
  g_test_add_func ("/client/text/links-are-bounded", test_links_are_bounded);
  g_test_add_func ("/client/text/emoji-alone-are-counted", test_emoji_alone_are_counted);
  g_test_add_func ("/client/text/actions-lose-their-command", test_actions_lose_their_command);
  g_test_add_func ("/client/text/controls-and-piles-of-marks-are-removed",
                   test_controls_and_piles_of_marks_are_removed);
  g_test_add_func ("/client/text/long-texts-fold", test_long_texts_fold);
  g_test_add_func ("/client/text/names-are-isolated", test_names_are_isolated);
  g_test_add_func ("/client/when/days-have-words", test_days_have_words);
  g_test_add_func ("/client/when/a-wild-time-is-harmless", test_a_wild_time_is_harmless);
  return g_test_run ();
}
