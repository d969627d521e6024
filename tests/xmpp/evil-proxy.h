/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evil-proxy.h: a proxy on a loopback port that says what it is told to, whatever it is asked */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* How it goes on when all is said. */
typedef enum
{
  EVIL_PROXY_HANGS_UP = 0,
  EVIL_PROXY_WAITS, /* for the client to leave */
  EVIL_PROXY_DRIPS, /* a byte now and then */
  EVIL_PROXY_POURS, /* as fast as the client listens */
} EvilProxyEnd;

typedef struct _EvilProxy EvilProxy;

/* `says` (not copied): said at once to who comes. */
EvilProxy *
evil_proxy_new (const void *says, gsize n_bytes, EvilProxyEnd end) G_GNUC_WARN_UNUSED_RESULT;
void evil_proxy_free (EvilProxy *self);
guint16 evil_proxy_get_port (EvilProxy *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EvilProxy, evil_proxy_free)

G_END_DECLS
