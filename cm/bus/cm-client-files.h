/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-client-files.h: the .client files, which say what programs want without starting them.
 * Telepathy: Client */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _CmClientFiles CmClientFiles;

/* Calls back some moments after a file came, changed or went; never from here. */
CmClientFiles *cm_client_files_new (void (*changed) (gpointer user_data),
                                    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
void cm_client_files_free (CmClientFiles *self);
/* (element-type utf8 GKeyFile) (transfer full): of all that are there now, by bus name. */
GHashTable *cm_client_files_read (CmClientFiles *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
