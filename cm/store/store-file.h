/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store-file.h: the database as a file: whose it is, who may read it, what becomes of a bad one */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *store_file_prepare (const char *directory, GError **error) G_GNUC_WARN_UNUSED_RESULT;
int store_file_lock (const char *directory, GError **error);
gboolean store_file_check (const char *path, GError **error);
char *
store_file_set_aside (const char *path, const char *why, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean store_file_is_suspect (const char *path);
void store_file_set_is_suspect (const char *path, gboolean is_suspect);

G_END_DECLS
