/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-time.c: points in time as XMPP writes them. XEP-0082 */

#include "im/im-time.h"

#include <string.h>

#define MAX_BYTES 40
#define OLDEST_YEAR 1999

/* A digit where the pattern has '0', else the pattern's character. */
static gboolean
matches (const char *text, const char *pattern)
{
  for (; *pattern != '\0'; text++, pattern++)
    if (*pattern == '0' ? !g_ascii_isdigit (*text) : *text != *pattern)
      return FALSE;
  return TRUE;
}

/**
 * im_time_parse:
 * @text: (nullable): CCYY-MM-DDThh:mm:ss[.sss]TZD
 *
 * Returns: µs since 1970; 0: not a time at which anybody was there
 * Spec: XEP-0082 §3.2
 */
gint64
im_time_parse (const char *text)
{
  g_autoptr (GDateTime) time = NULL;
  const char *zone;

  if (text == NULL || strlen (text) > MAX_BYTES || !matches (text, "0000-00-00T00:00:00"))
    return 0;
  zone = text + strlen ("0000-00-00T00:00:00");
  if (*zone == '.')
    for (zone++; g_ascii_isdigit (*zone);)
      zone++;
  if (strcmp (zone, "Z") != 0 &&
      !((*zone == '+' || *zone == '-') && strlen (zone) == 6 && matches (zone + 1, "00:00")))
    return 0;
  time = g_date_time_new_from_iso8601 (text, NULL);
  if (time == NULL || g_date_time_get_year (time) < OLDEST_YEAR)
    return 0;
  return g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
}

/** im_time_format: @time_us: µs since 1970, of the last and the next thousand years. Returns:
 * (transfer full): it, to the second, in UTC */
char *
im_time_format (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}
