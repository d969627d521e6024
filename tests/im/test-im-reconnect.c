/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-reconnect.c: when a thousand clients come back, by statistics over even chances; no clock
 */

#include "im/im-reconnect.h"

#define N_CLIENTS 1000

static double
nth_chance (guint n)
{
  return n / (double) N_CLIENTS;
}

static void
test_half_of_them_come_within_three_seconds (void)
{
  g_assert_cmpuint (im_reconnect_delay_ms (1, NULL, nth_chance (N_CLIENTS / 2)), <=, 3000);
  g_assert_cmpuint (im_reconnect_delay_ms (1, NULL, nth_chance (0)), >=, 100);
}

static void
test_no_second_gets_a_crowd (void)
{
  for (guint failures = 1; failures <= 12; failures++)
    {
      guint counts[IM_RECONNECT_MOST_MS / 1000 + 1] = { 0 };

      for (guint i = 0; i < N_CLIENTS; i++)
        counts[im_reconnect_delay_ms (failures, NULL, nth_chance (i)) / 1000]++;
      for (guint second = 0; second < G_N_ELEMENTS (counts); second++)
        g_assert_cmpuint (counts[second], <=, N_CLIENTS * 2 / 5);
    }
}

static void
test_waits_grow_up_to_five_minutes (void)
{
  guint last = 0;

  for (guint failures = 1; failures < 50; failures++)
    {
      guint middle = im_reconnect_delay_ms (failures, NULL, 0.5);

      g_assert_cmpuint (middle, >=, last);
      last = middle;
      g_assert_cmpuint (im_reconnect_delay_ms (failures, NULL, 0.999999), <=, IM_RECONNECT_MOST_MS);
    }
  g_assert_cmpuint (last, >=, 2 * 60 * 1000);
  g_assert_cmpuint (im_reconnect_delay_ms (G_MAXUINT, NULL, 0), <=, IM_RECONNECT_MOST_MS);
}

static void
test_policy_means_a_minute (void)
{
  g_autoptr (GError) error =
      g_error_new_literal (IM_ERROR, IM_ERROR_PERMISSION_DENIED, "policy-violation");

  g_assert_cmpuint (im_reconnect_delay_ms (1, error, 0), >=, 60000);
}

static void
test_no_war_and_no_guessing (void)
{
  static const struct
  {
    ImError code;
    gboolean may_help;
  } rows[] = {
    { IM_ERROR_CONNECTION_REPLACED, FALSE },
    { IM_ERROR_AUTHENTICATION_FAILED, FALSE },
    { IM_ERROR_CERT_UNTRUSTED, FALSE },
    { IM_ERROR_CERT_HOSTNAME_MISMATCH, FALSE },
    { IM_ERROR_ENCRYPTION_NOT_AVAILABLE, FALSE },
    { IM_ERROR_CANCELLED, FALSE },
    { IM_ERROR_NETWORK_ERROR, TRUE },
    { IM_ERROR_CONNECTION_LOST, TRUE },
    { IM_ERROR_CONNECTION_REFUSED, TRUE },
    { IM_ERROR_SERVICE_BUSY, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (IM_ERROR, rows[i].code, "x");

      g_assert_cmpint (im_reconnect_may_help (error), ==, rows[i].may_help);
    }
  g_assert_true (im_reconnect_may_help (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reconnect/half-of-them-come-within-three-seconds",
                   test_half_of_them_come_within_three_seconds);
  g_test_add_func ("/reconnect/no-second-gets-a-crowd", test_no_second_gets_a_crowd);
  g_test_add_func ("/reconnect/waits-grow-up-to-five-minutes", test_waits_grow_up_to_five_minutes);
  g_test_add_func ("/reconnect/policy-means-a-minute", test_policy_means_a_minute);
  g_test_add_func ("/reconnect/no-war-and-no-guessing", test_no_war_and_no_guessing);
  return g_test_run ();
}
