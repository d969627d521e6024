/* SPDX-License-Identifier: GPL-3.0-or-later */
/* thread-server.h: a server on a loopback port with a thread for each client */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ThreadServer ThreadServer;

/* `serve` is called in the client's thread; when it returns the client is dropped. */
ThreadServer *thread_server_new (void (*serve) (GSocketConnection *client, gpointer data),
                                 gpointer data) G_GNUC_WARN_UNUSED_RESULT;
void thread_server_free (ThreadServer *self);
guint16 thread_server_get_port (ThreadServer *self);

/* To a client, or to whom it is connected: all of it, or FALSE. */
gboolean thread_server_write (GSocketConnection *to, const void *data, gsize size);

G_END_DECLS
