/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-avatar-cache.h: pictures on disk, by the hash of their bytes; for cm/im alone */
#pragma once

#include "im/im-avatar.h"

G_BEGIN_DECLS

/* So many bytes in so many files are kept; those not used for the longest time go. */
#define IM_AVATAR_CACHE_MAX_BYTES (64 * 1024 * 1024)
#define IM_AVATAR_CACHE_MAX_FILES 4000

/* What was saved since the folder was looked through; zeroed: it never was. */
typedef struct
{
  gboolean is_known;
  guint n_files;
  gsize n_bytes;
} ImAvatarTally;

/* Counts one more. Returns: whether it is time to look through the folder. */
gboolean im_avatar_tally_add (ImAvatarTally *self, gsize n_bytes);

/* `token`: well-formed. */
void
im_avatar_cache_load_async (const char *token, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (nullable): NULL: it is not there */
ImAvatar *im_avatar_cache_load_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;
/* `is_trimming`: what was not used for the longest time goes, afterwards. */
void im_avatar_cache_save_async (ImAvatar *avatar,
                                 gboolean is_trimming,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
/* The work itself, blocking: at most so much stays in a folder. */
void im_avatar_cache_trim (const char *folder, gsize max_bytes, guint max_files);

G_END_DECLS
