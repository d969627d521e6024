/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-when.c: points in time as people say them, by the language and the clock of the locale */

#include "config.h"

#include "model/linnet-when.h"

#include <langinfo.h>
#include <string.h>

#include <glib/gi18n.h>

/* Whether the locale's clock has twelve hours. */
static gboolean
is_twelve_hours (void)
{
  const char *format = nl_langinfo (T_FMT);

  return strstr (format, "%r") != NULL || strstr (format, "%I") != NULL ||
         strstr (format, "%l") != NULL || strstr (format, "%p") != NULL;
}

static char *
format (gint64 timestamp_s, const char *pattern)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (timestamp_s);

  return time != NULL ? g_date_time_format (time, pattern) : g_strdup ("");
}

static guint
get_julian (gint64 timestamp_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (timestamp_s);
  GDate date;

  if (time == NULL || g_date_time_get_year (time) > G_MAXUINT16)
    return 0;
  g_date_set_dmy (&date, g_date_time_get_day_of_month (time), g_date_time_get_month (time),
                  g_date_time_get_year (time));
  return g_date_get_julian (&date);
}

guint
linnet_when_get_today (void)
{
  return get_julian (g_get_real_time () / G_USEC_PER_SEC);
}

/**
 * linnet_when_dup_time: the time of day, as “14:05” or “2:05 PM”.
 * @timestamp_s: seconds since 1970, UTC
 */
char *
linnet_when_dup_time (gint64 timestamp_s)
{
  /* Translators: time of day with twelve hours, see strftime(3) */
  return format (timestamp_s, is_twelve_hours () ? _ ("%-l:%M %p") : "%H:%M");
}

/**
 * linnet_when_dup_full: date and time to the second, as the locale writes them.
 * @timestamp_s: seconds since 1970, UTC
 */
char *
linnet_when_dup_full (gint64 timestamp_s)
{
  return format (timestamp_s, "%c");
}

/**
 * linnet_when_dup_day_at: a day as seen from another one: “Today”, “Yesterday”, “Tuesday”,
 * “March 3”, “March 3, 2025”.
 * @julian: the day, as g_date_get_julian () counts
 * @today: the other one
 */
char *
linnet_when_dup_day_at (guint julian, guint today)
{
  GDate date;
  GDate now;
  char text[128];

  if (!g_date_valid_julian (julian) || !g_date_valid_julian (today))
    return g_strdup ("");
  if (julian == today)
    return g_strdup (_ ("Today"));
  if (julian + 1 == today)
    return g_strdup (_ ("Yesterday"));

  g_date_clear (&date, 1);
  g_date_clear (&now, 1);
  g_date_set_julian (&date, julian);
  g_date_set_julian (&now, today);
  if (julian < today && today - julian < 7)
    {
      if (g_date_strftime (text, sizeof text, "%A", &date) == 0)
        return g_strdup ("");
    }
  else if (g_date_get_year (&date) == g_date_get_year (&now))
    {
      /* Translators: a day of this year, as “March 3”, see strftime(3) */
      if (g_date_strftime (text, sizeof text, _ ("%B %-d"), &date) == 0)
        return g_strdup ("");
    }
  else
    {
      /* Translators: a day of another year, as “March 3, 2025”, see strftime(3) */
      if (g_date_strftime (text, sizeof text, _ ("%B %-d, %Y"), &date) == 0)
        return g_strdup ("");
    }
  return g_strdup (text);
}

char *
linnet_when_dup_day (guint julian)
{
  return linnet_when_dup_day_at (julian, linnet_when_get_today ());
}

/**
 * linnet_when_dup_short: for a list: the time of day today, else the day.
 * @timestamp_s: seconds since 1970, UTC
 */
char *
linnet_when_dup_short (gint64 timestamp_s)
{
  guint julian = get_julian (timestamp_s);

  return julian == linnet_when_get_today () ? linnet_when_dup_time (timestamp_s)
                                            : linnet_when_dup_day (julian);
}
