/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-pipe.h: takes a secret through a pipe, so that it is never on the bus. im.linnet.Password1 */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

/* Exactly once, unless cm_pipe_read () refused. `secret`: UTF-8 of 1 to 1024 bytes, wiped when this
 * returns; NULL with `error`, IM_ERROR_INVALID_ARGUMENT. */
typedef void (*CmPipeFunc) (const char *secret, const GError *error, gpointer user_data);

/* `index`: of the handle among `fds` (nullable). FALSE: it is no pipe, and `func` is not called. */
gboolean cm_pipe_read (
    GUnixFDList *fds, GVariant *index, CmPipeFunc func, gpointer user_data, GError **error);

G_END_DECLS
