/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-limits.c: what a server says that it takes. XEP-0478 */
#include "config.h"

#include "xmpp/xmpp-limits.h"

#define FEATURES "<features xmlns='http://etherx.jabber.org/streams'>%s</features>"
#define LIMITS "<limits xmlns='urn:xmpp:stream-limits:0'>%s</limits>"

static XmppServerLimits
read_limits (const char *content)
{
  g_autofree char *xml = g_strdup_printf (FEATURES, content);
  g_autoptr (XmppNode) features = xmpp_node_new_from_xml (xml, -1, NULL);
  XmppServerLimits limits = { 1, 1 };

  g_assert_nonnull (features);
  xmpp_server_limits_read (&limits, features);
  return limits;
}

static void
assert_limits (const char *numbers, guint32 max_bytes, guint32 idle_s)
{
  g_autofree char *content = g_strdup_printf (LIMITS, numbers);
  XmppServerLimits limits = read_limits (content);

  g_assert_cmpuint (limits.max_bytes, ==, max_bytes);
  g_assert_cmpuint (limits.idle_s, ==, idle_s);
}

/* XEP-0478 3.1, example 1 */
static void
test_numbers_are_read (void)
{
  assert_limits ("<max-bytes>10000</max-bytes><idle-seconds>1800</idle-seconds>", 10000, 1800);
  assert_limits ("<max-bytes>4294967295</max-bytes>", 4294967295, 0);
  assert_limits ("<idle-seconds>60</idle-seconds>", 0, 60);
  assert_limits ("", 0, 0);
}

static void
test_what_is_no_number_says_nothing (void)
{
  static const char *const bad[] = {
    "", "x", "-1", "+1", " 20000", "20000 ", "1e9", "0x7fff", "4294967296", "18446744073709551616",
    "0"
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *numbers = g_strdup_printf (
          "<max-bytes>%s</max-bytes><idle-seconds>%s</idle-seconds>", bad[i], bad[i]);

      assert_limits (numbers, 0, 0);
    }
}

/* A server may not silence us, nor have us talk all day. RFC 6120 13.12 */
static void
test_limits_have_limits (void)
{
  assert_limits ("<max-bytes>1</max-bytes><idle-seconds>1</idle-seconds>", 10000, 30);
}

static void
test_no_limits_are_no_limits (void)
{
  XmppServerLimits limits = { 1, 1 };

  xmpp_server_limits_read (&limits, NULL);
  g_assert_cmpuint (limits.max_bytes, ==, 0);
  g_assert_cmpuint (limits.idle_s, ==, 0);
  limits = read_limits ("<limits xmlns='urn:evil'><max-bytes>10000</max-bytes></limits>");
  g_assert_cmpuint (limits.max_bytes, ==, 0);
}

static void
test_the_line_is_not_silent_for_too_long (void)
{
  static const XmppServerLimits none = { 0, 0 };
  static const XmppServerLimits minute = { 0, 60 };

  g_assert_cmpuint (xmpp_server_limits_get_beat_s (&none, 300), ==, 300);
  g_assert_cmpuint (xmpp_server_limits_get_beat_s (&minute, 300), ==, 40);
  g_assert_cmpuint (xmpp_server_limits_get_beat_s (&minute, 30), ==, 30);
  g_assert_cmpuint (xmpp_server_limits_get_beat_s (&minute, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xmpp/limits/numbers-are-read", test_numbers_are_read);
  g_test_add_func ("/xmpp/limits/what-is-no-number-says-nothing",
                   test_what_is_no_number_says_nothing);
  g_test_add_func ("/xmpp/limits/limits-have-limits", test_limits_have_limits);
  g_test_add_func ("/xmpp/limits/no-limits-are-no-limits", test_no_limits_are_no_limits);
  g_test_add_func ("/xmpp/limits/the-line-is-not-silent-for-too-long",
                   test_the_line_is_not_silent_for_too_long);
  return g_test_run ();
}
