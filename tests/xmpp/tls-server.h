/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tls-server.h: an XMPP server on a loopback port that shows a certificate and offers nothing */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _TlsServer TlsServer;

/* `certificate` with its key; NULL: no TLS at all. `is_direct`: TLS from the first byte. */
TlsServer *tls_server_new (GTlsCertificate *certificate,
                           gboolean is_direct) G_GNUC_WARN_UNUSED_RESULT;
/* Listens on the loopback of another family, with STARTTLS; NULL where there is none. */
TlsServer *tls_server_new_for_family (GTlsCertificate *certificate,
                                      GSocketFamily family) G_GNUC_WARN_UNUSED_RESULT;
void tls_server_free (TlsServer *self);
guint16 tls_server_get_port (TlsServer *self);
/* Before the first client: what it accepts of ALPN (NULL-terminated, static). */
void tls_server_set_protocols (TlsServer *self, const char *const *protocols);
/* Before the first client: said where features are awaited, over TLS; static. */
void tls_server_set_features (TlsServer *self, const char *features);
/* Before the first client: after the features, what is awaited and what is then said, in turn, up
 * to NULL; static. In what is said, {id} is that of the request that was heard last. */
void tls_server_set_script (TlsServer *self, const char *const *script);
/* All that was said to it over TLS, by all clients. */
char *tls_server_dup_heard (TlsServer *self) G_GNUC_WARN_UNUSED_RESULT;
/* What the last client that has left agreed to by ALPN (nullable). */
char *tls_server_dup_protocol (TlsServer *self) G_GNUC_WARN_UNUSED_RESULT;
guint tls_server_get_n_clients (TlsServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsServer, tls_server_free)

G_END_DECLS
