/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ctl-words.h: the words for moods and activities. XEP-0107, XEP-0108 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *const *ctl_words_get_moods (guint *n_words);
const char *const *ctl_words_get_activities (guint *n_words);
char *ctl_words_dup_mood (const char *typed, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *ctl_words_dup_activity (const char *typed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
