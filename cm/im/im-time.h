/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-time.h: points in time as XMPP writes them. XEP-0082 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define IM_TIME_CLOCKS_DIFFER_US (5 * 60 * G_USEC_PER_SEC)

/* µs since 1970; 0: not a time that can be. */
gint64 im_time_parse (const char *text);
char *im_time_format (gint64 time_us) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
