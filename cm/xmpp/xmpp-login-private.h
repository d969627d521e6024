/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-private.h: what the parts of a login share. All of it runs on the worker thread that
 * owns the XmppLogin */
#pragma once

#include "xmpp/xmpp-login-error.h"
#include "xmpp/xmpp-login-pin.h"
#include "xmpp/xmpp-login.h"
#include "xmpp/xmpp-parser.h"

G_BEGIN_DECLS

/* One login; the line changes when another server is tried. */
typedef struct
{
  const XmppLoginParams *params;
  GCancellable *cancellable; /* the caller's wish and the time-out in one */
  char *domain; /* (owned) of the account, A-labels */

  GSocketConnection *socket; /* (owned, nullable) */
  GIOStream *line; /* (owned, nullable) the socket, or TLS over it */
  XmppParser *parser; /* (owned, nullable) */
  gboolean is_open; /* our stream header was sent */
  gboolean is_secure;
  gboolean is_verified; /* the certificate was judged, and not merely put up with */
  GTlsCertificate *certificate; /* (owned, nullable) the account's own */
  XmppLoginPin *pin; /* (owned, nullable) where that is on a token: the password is its PIN */
  gboolean is_certified; /* the server asked for it, and has seen it */
  gboolean is_told; /* the server ended the stream with an error of its own */
  char *other_host; /* (owned, nullable) where the server sends us, said under TLS */
} XmppLogin;

/* A place where the account's server may listen. */
typedef struct
{
  char *host; /* (owned) name or address */
  guint16 port;
  gboolean direct_tls;
  guint16 priority;
  guint16 weight;
} XmppLoginTarget;

/* xmpp-login-dns.c */
/* (element-type XmppLoginTarget): in the order to be tried */
GPtrArray *xmpp_login_find_targets (const XmppLoginParams *params,
                                    const char *domain,
                                    gboolean is_proxied,
                                    GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
XmppLoginTarget *xmpp_login_target_new (const char *host,
                                        guint16 port,
                                        gboolean direct_tls) G_GNUC_WARN_UNUSED_RESULT;
/* "host", "host:port", "[address]:port", with ",oldssl" for direct TLS; NULL where it is none of
 * these. */
XmppLoginTarget *xmpp_login_target_new_from_text (const char *text,
                                                  gboolean direct_tls) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_login_target_free (XmppLoginTarget *self);

/* xmpp-login-connect.c */
/* (nullable): the URI of the proxy to go through */
char *
xmpp_login_dup_proxy (XmppLogin *self, const char *host, guint16 port) G_GNUC_WARN_UNUSED_RESULT;
gboolean xmpp_login_connect (XmppLogin *self, const XmppLoginTarget *target, GError **error);

/* xmpp-login-line.c */
/* Sends a stream header and gives the server's features. */
XmppNode *xmpp_login_open (XmppLogin *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* After TLS or SASL: forget the stream; fails where anything of it is left over. */
gboolean xmpp_login_restart (XmppLogin *self, const XmppLimits *limits, GError **error);
gboolean xmpp_login_write (XmppLogin *self, const char *text, GError **error);
/* The next element; a stream error and the stream's end are errors. */
XmppNode *xmpp_login_read (XmppLogin *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Says what was wrong (nullable), closes, forgets the line. */
void xmpp_login_hang_up (XmppLogin *self, const GError *reason);
gboolean xmpp_login_fail_protocol (GError **error, const char *what);

/* xmpp-login-tls.c */
#define XMPP_LOGIN_MAX_BINDINGS 3

/* The account's own certificate, where it has one. */
gboolean xmpp_login_load_certificate (XmppLogin *self, GError **error);
gboolean xmpp_login_secure (XmppLogin *self, gboolean is_direct, GError **error);
/* What can be said of the TLS connection, strongest first, up to an entry without type; nothing
 * where there is none. */
void xmpp_login_take_bindings (XmppLogin *self, XmppSaslBinding *bindings);

/* xmpp-login-auth.c */
gboolean xmpp_login_authenticate (XmppLogin *self,
                                  const XmppNode *features,
                                  XmppLoginResult *result,
                                  GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppLoginTarget, xmpp_login_target_free)

G_END_DECLS
