/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-reconnect.h: when to try again, so that a thousand clients of one server do not come back at
 * once */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

#define IM_RECONNECT_MOST_MS (5 * 60 * 1000)

/* How long to wait after so many failures in a row (1…). `chance`: even in 0 ≤ chance < 1. */
guint im_reconnect_delay_ms (guint n_failures, const GError *error, double chance);
/* Whether trying again could help without a person having done something. `error` (nullable)
 * IM_ERROR. */
gboolean im_reconnect_may_help (const GError *error);

G_END_DECLS
