/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mini-proxy.h: a proxy on a loopback port that speaks SOCKS5 (RFC 1928) and HTTP CONNECT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _MiniProxy MiniProxy;

/* Whatever is asked for, it connects to `port` of 127.0.0.1; 0: it refuses. */
MiniProxy *mini_proxy_new (guint16 port) G_GNUC_WARN_UNUSED_RESULT;
void mini_proxy_free (MiniProxy *self);
guint16 mini_proxy_get_port (MiniProxy *self);
/* What was asked for, in order: "socks5 host:port" or "http host:port", with spaces between. */
char *mini_proxy_dup_asked (MiniProxy *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MiniProxy, mini_proxy_free)

G_END_DECLS
