/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-words.c: the words for moods and activities, and what somebody may have meant. XEP-0107,
 * XEP-0108
 *
 * The service has the same words; a test compares them. */
#include "config.h"

#include "ctl/ctl-words.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ctl/ctl.h"

/* A word that is so long resembles none. */
#define MAX_WORD_BYTES 32
/* So many letters may be wrong. */
#define MAX_MISTAKES 2

/* XEP-0107 3 */
static const char *const moods[] = {
  "afraid",
  "amazed",
  "amorous",
  "angry",
  "annoyed",
  "anxious",
  "aroused",
  "ashamed",
  "bored",
  "brave",
  "calm",
  "cautious",
  "cold",
  "confident",
  "confused",
  "contemplative",
  "contented",
  "cranky",
  "crazy",
  "creative",
  "curious",
  "dejected",
  "depressed",
  "disappointed",
  "disgusted",
  "dismayed",
  "distracted",
  "embarrassed",
  "envious",
  "excited",
  "flirtatious",
  "frustrated",
  "grateful",
  "grieving",
  "grumpy",
  "guilty",
  "happy",
  "hopeful",
  "hot",
  "humbled",
  "humiliated",
  "hungry",
  "hurt",
  "impressed",
  "in_awe",
  "in_love",
  "indignant",
  "interested",
  "intoxicated",
  "invincible",
  "jealous",
  "lonely",
  "lost",
  "lucky",
  "mean",
  "moody",
  "nervous",
  "neutral",
  "offended",
  "outraged",
  "playful",
  "proud",
  "relaxed",
  "relieved",
  "remorseful",
  "restless",
  "sad",
  "sarcastic",
  "satisfied",
  "serious",
  "shocked",
  "shy",
  "sick",
  "sleepy",
  "spontaneous",
  "stressed",
  "strong",
  "surprised",
  "thankful",
  "thirsty",
  "tired",
  "undefined",
  "weak",
  "worried",
};

/* XEP-0108 2.2: in general, and in particular where it is most at home. */
static const char *const activities[] = {
  "doing_chores",
  "doing_chores/buying_groceries",
  "doing_chores/cleaning",
  "doing_chores/cooking",
  "doing_chores/doing_maintenance",
  "doing_chores/doing_the_dishes",
  "doing_chores/doing_the_laundry",
  "doing_chores/gardening",
  "doing_chores/running_an_errand",
  "doing_chores/walking_the_dog",
  "drinking",
  "drinking/having_a_beer",
  "drinking/having_coffee",
  "drinking/having_tea",
  "eating",
  "eating/having_a_snack",
  "eating/having_breakfast",
  "eating/having_dinner",
  "eating/having_lunch",
  "exercising",
  "exercising/cycling",
  "exercising/dancing",
  "exercising/hiking",
  "exercising/jogging",
  "exercising/playing_sports",
  "exercising/running",
  "exercising/skiing",
  "exercising/swimming",
  "exercising/working_out",
  "grooming",
  "grooming/at_the_spa",
  "grooming/brushing_teeth",
  "grooming/getting_a_haircut",
  "grooming/shaving",
  "grooming/taking_a_bath",
  "grooming/taking_a_shower",
  "having_appointment",
  "inactive",
  "inactive/day_off",
  "inactive/hanging_out",
  "inactive/hiding",
  "inactive/on_vacation",
  "inactive/praying",
  "inactive/scheduled_holiday",
  "inactive/sleeping",
  "inactive/thinking",
  "relaxing",
  "relaxing/fishing",
  "relaxing/gaming",
  "relaxing/going_out",
  "relaxing/partying",
  "relaxing/reading",
  "relaxing/rehearsing",
  "relaxing/shopping",
  "relaxing/smoking",
  "relaxing/socializing",
  "relaxing/sunbathing",
  "relaxing/watching_a_movie",
  "relaxing/watching_tv",
  "talking",
  "talking/in_real_life",
  "talking/on_the_phone",
  "talking/on_video_phone",
  "traveling",
  "traveling/commuting",
  "traveling/cycling",
  "traveling/driving",
  "traveling/in_a_car",
  "traveling/on_a_bus",
  "traveling/on_a_plane",
  "traveling/on_a_train",
  "traveling/on_a_trip",
  "traveling/walking",
  "undefined",
  "working",
  "working/coding",
  "working/in_a_meeting",
  "working/studying",
  "working/writing",
};

/* Goes with all. */
#define OTHER "other"

static gboolean
contains (const char *const *words, guint n_words, const char *word)
{
  for (guint i = 0; i < n_words; i++)
    if (g_str_equal (words[i], word))
      return TRUE;
  return FALSE;
}

/* As it is written in XML: “In love” is in_love. */
static char *
dup_canonical (const char *typed)
{
  g_autofree char *lower = g_utf8_strdown (typed, -1);

  return g_strdelimit (g_strdup (g_strstrip (lower)), " -", '_');
}

/* How many letters are missing, too many or wrong. Both have at most MAX_WORD_BYTES. */
static guint
count_mistakes (const char *a, const char *b)
{
  guint row[MAX_WORD_BYTES + 1];
  guint length = (guint) strlen (b);

  for (guint i = 0; i <= length; i++)
    row[i] = i;
  for (guint y = 1; *a != '\0'; a++, y++)
    {
      guint diagonal = row[0];

      row[0] = y;
      for (guint x = 1; x <= length; x++)
        {
          guint changed = diagonal + (*a != b[x - 1] ? 1 : 0);

          diagonal = row[x];
          row[x] = MIN (changed, MIN (row[x], row[x - 1]) + 1);
        }
    }
  return row[length];
}

/* What somebody types of a word: of relaxing/reading the particular one. */
static const char *
get_last_part (const char *word)
{
  const char *slash = strrchr (word, '/');

  return slash != NULL ? slash + 1 : word;
}

/* (nullable): the word that is most like it */
static const char *
find_like (const char *const *words, guint n_words, const char *typed)
{
  const char *part = get_last_part (typed);
  const char *best = NULL;
  guint least = MIN (MAX_MISTAKES, (guint) strlen (part) / 3) + 1;

  if (strlen (part) < 3 || strlen (part) > MAX_WORD_BYTES)
    return NULL;
  for (guint i = 0; i < n_words; i++)
    {
      guint n = count_mistakes (part, get_last_part (words[i]));

      if (n < least)
        {
          best = words[i];
          least = n;
        }
    }
  for (guint i = 0; best == NULL && i < n_words; i++)
    if (g_str_has_prefix (get_last_part (words[i]), part))
      best = words[i];
  return best;
}

/**
 * ctl_words_get_moods:
 *
 * Returns: (transfer none) (array length=n_words): all of them, sorted
 */
const char *const *
ctl_words_get_moods (guint *n_words)
{
  *n_words = G_N_ELEMENTS (moods);
  return moods;
}

/**
 * ctl_words_get_activities:
 *
 * Returns: (transfer none) (array length=n_words): each alone, and with what it can be in
 * particular behind a slash
 */
const char *const *
ctl_words_get_activities (guint *n_words)
{
  *n_words = G_N_ELEMENTS (activities);
  return activities;
}

/**
 * ctl_words_dup_mood:
 * @typed: by a person
 *
 * Returns: (transfer full): the mood's name in XEP-0107
 * Errors: CTL_USAGE, with what may have been meant
 */
char *
ctl_words_dup_mood (const char *typed, GError **error)
{
  g_autofree char *word = dup_canonical (typed);
  const char *like;

  if (contains (moods, G_N_ELEMENTS (moods), word))
    return g_steal_pointer (&word);
  like = find_like (moods, G_N_ELEMENTS (moods), word);
  if (like != NULL)
    g_set_error (error, CTL_ERROR, CTL_USAGE,
                 _ ("“%s” is no mood. Is it “%s”? “linnetctl mood --list” shows all."), typed,
                 like);
  else
    g_set_error (error, CTL_ERROR, CTL_USAGE,
                 _ ("“%s” is no mood. “linnetctl mood --list” shows those that there are."), typed);
  return NULL;
}

/* (nullable) (transfer full): the whole of a particular activity that was named alone, or one in
 * general with one in particular, which need not be at home there */
static char *
find_activity (const char *word)
{
  const char *slash = strchr (word, '/');
  g_autofree char *general = slash != NULL ? g_strndup (word, (gsize) (slash - word)) : NULL;

  if (contains (activities, G_N_ELEMENTS (activities), word))
    return g_strdup (word);
  for (guint i = 0; i < G_N_ELEMENTS (activities); i++)
    {
      const char *part = strchr (activities[i], '/');

      if (slash == NULL && part != NULL && g_str_equal (part + 1, word))
        return g_strdup (activities[i]);
      if (slash != NULL && contains (activities, G_N_ELEMENTS (activities), general) &&
          (g_str_equal (slash + 1, OTHER) || (part != NULL && g_str_equal (part, slash))))
        return g_strdup (word);
    }
  return NULL;
}

/**
 * ctl_words_dup_activity:
 * @typed: by a person: in general, in particular, or both with a slash between
 *
 * Returns: (transfer full): its names in XEP-0108, with a slash between if there are two
 * Errors: CTL_USAGE, with what may have been meant
 */
char *
ctl_words_dup_activity (const char *typed, GError **error)
{
  g_autofree char *word = dup_canonical (typed);
  g_autofree char *found = find_activity (word);
  const char *like;

  if (found != NULL)
    return g_steal_pointer (&found);
  like = find_like (activities, G_N_ELEMENTS (activities), word);
  if (like != NULL)
    g_set_error (error, CTL_ERROR, CTL_USAGE,
                 _ ("“%s” is no activity. Is it “%s”? “linnetctl activity --list” shows all."),
                 typed, like);
  else
    g_set_error (error, CTL_ERROR, CTL_USAGE,
                 _ ("“%s” is no activity. “linnetctl activity --list” shows those that there "
                    "are."),
                 typed);
  return NULL;
}
