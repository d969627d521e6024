/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-jid.c: what it costs to make and to compare an address */
#include "config.h"

#include <time.h>

#include "xmpp/xmpp-jid.h"

#define ROUNDS 200000

/* Of this process: others may be at work. */
static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
measure (const char *what, const char *text)
{
  gint64 start_us = cpu_us ();

  for (guint i = 0; i < ROUNDS; i++)
    xmpp_jid_unref (xmpp_jid_new (text, NULL));
  g_print ("%-28s %6.0f ns\n", what,
           (cpu_us () - start_us) * 1000.0 / ROUNDS);
}

static void
measure_equal (void)
{
  g_autoptr (XmppJid) one = xmpp_jid_new ("juliet.capulet@example.com/balcony.1234", NULL);
  g_autoptr (XmppJid) other = xmpp_jid_new ("juliet.capulet@example.com/balcony.1234", NULL);
  gint64 start_us = cpu_us ();
  guint n_equal = 0;

  for (guint i = 0; i < ROUNDS; i++)
    n_equal += xmpp_jid_equal (one, other);
  g_assert_cmpuint (n_equal, ==, ROUNDS);
  g_print ("%-28s %6.1f ns\n", "compare two equal ones",
           (cpu_us () - start_us) * 1000.0 / ROUNDS);
}

int
main (void)
{
  measure ("bare", "juliet@example.com");
  measure ("full", "juliet.capulet@conference.example.com/balcony.1234");
  measure ("upper case", "Juliet@Example.COM/Balcony");
  measure ("resource in Japanese", "juliet@example.com/\u30d0\u30eb\u30b3\u30cb\u30fc");
  measure ("local part in Greek", "\u03b9\u03bf\u03c5\u03bb\u03b9\u03ad\u03c4\u03b1@example.com");
  measure ("domain in German", "juliet@b\u00fccher.example");
  measure_equal ();
  return 0;
}
