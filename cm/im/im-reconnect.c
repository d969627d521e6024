/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-reconnect.c: when to try again, so that a thousand clients of one server do not come back at
 * once. RFC 6120 3.3 */

#include "im/im-reconnect.h"

#define FIRST_MOST_MS 4000
#define FIRST_LEAST_MS 500
#define POLICY_LEAST_MS 60000

/**
 * im_reconnect_delay_ms:
 * @n_failures: in a row, from 1
 * @error: (nullable): IM_ERROR of the last
 * @chance: even in 0 ≤ chance < 1
 *
 * The first try comes within four seconds, half of them within three; the span doubles up to five
 * minutes, and a wait is anywhere in the upper three quarters of its span.
 *
 * Returns: how long to wait
 */
guint
im_reconnect_delay_ms (guint n_failures, const GError *error, double chance)
{
  guint doublings = MIN (MAX (n_failures, 1u) - 1, 10u);
  double most = MIN ((double) FIRST_MOST_MS * (1u << doublings), (double) IM_RECONNECT_MOST_MS);
  double least = doublings == 0 ? FIRST_LEAST_MS : most / 4;

  if (error != NULL && g_error_matches (error, IM_ERROR, IM_ERROR_PERMISSION_DENIED))
    {
      least = MAX (least, POLICY_LEAST_MS);
      most = MAX (most, 2 * least);
    }
  return (guint) MIN (least + (most - least) * chance, IM_RECONNECT_MOST_MS);
}

/**
 * im_reconnect_may_help:
 * @error: (nullable): IM_ERROR of the last connection
 *
 * Returns: FALSE where the same would happen again: a refused password, a bad certificate, another
 * program in our place
 */
gboolean
im_reconnect_may_help (const GError *error)
{
  if (error == NULL || error->domain != IM_ERROR)
    return TRUE;
  switch (error->code)
    {
    case IM_ERROR_INVALID_ARGUMENT:
    case IM_ERROR_CANCELLED:
    case IM_ERROR_AUTHENTICATION_FAILED:
    case IM_ERROR_CONNECTION_REPLACED:
    case IM_ERROR_ENCRYPTION_NOT_AVAILABLE:
    case IM_ERROR_CERT_NOT_PROVIDED:
    case IM_ERROR_CERT_UNTRUSTED:
    case IM_ERROR_CERT_EXPIRED:
    case IM_ERROR_CERT_NOT_ACTIVATED:
    case IM_ERROR_CERT_HOSTNAME_MISMATCH:
    case IM_ERROR_CERT_FINGERPRINT_MISMATCH:
    case IM_ERROR_CERT_SELF_SIGNED:
    case IM_ERROR_CERT_REVOKED:
    case IM_ERROR_CERT_INSECURE:
    case IM_ERROR_CERT_LIMIT_EXCEEDED:
    case IM_ERROR_CERT_INVALID:
      return FALSE;
    default:
      return TRUE;
    }
}
