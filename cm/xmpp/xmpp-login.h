/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login.h: from an address and a password to a bound stream, as one straight-line function on
 * a worker thread. RFC 6120 3-7, XEP-0368 */
#pragma once

#include <gio/gio.h>

#include "xmpp/xmpp-jid.h"
#include "xmpp/xmpp-sasl-relay.h"
#include "xmpp/xmpp-sasl.h"
#include "xmpp/xmpp-stream.h"

G_BEGIN_DECLS

/* What a login needs; owned by the worker once handed over. Strings may be NULL. */
typedef struct
{
  XmppJid *account; /* bare; a domain alone: without an account, as the server likes */
  char *password; /* wiped when freed; NULL: PASSWORD_NEEDED when it comes to it */
  XmppSaslRelay *relay; /* (nullable) in the place of the password */
  char *certificate; /* of the account: a PEM file or a PKCS#11 URI; NULL: none */
  char *certificate_key; /* its key, likewise; NULL: in the same file */
  char *resource; /* NULL: the server's choice */
  char *server; /* host to connect to instead of what DNS says */
  guint16 port; /* 0: default */
  char *proxy_server; /* HTTP CONNECT through this one; NULL: as the desktop says */
  guint16 proxy_port;
  char **fallback_servers; /* "host:port[,oldssl]" */
  gboolean is_registration; /* stops before SASL, over TLS: what is said then is the caller's */
  gboolean direct_tls; /* with `server`: direct TLS instead of STARTTLS */
  gboolean require_encryption;
  gboolean ignore_certificate_errors;
  char **extra_identities; /* also accepted in the certificate */
  char **accepted_keys; /* of certificates that a person accepted, whatever is wrong with them */
  guint known_strength; /* XmppStrength that earlier logins found; less is refused */
  char *language; /* xml:lang of the stream */
  guint timeout_s; /* for all of it; 0: 60 */
} XmppLoginParams;

/* What came of it. */
typedef struct
{
  XmppStream *stream; /* not started */
  XmppJid *jid; /* full, as bound; NULL where it is for a registration */
  XmppNode *features; /* the last <features/> of the server */
  char *mechanism; /* e.g. "SCRAM-SHA-256" */
  char *channel_binding; /* e.g. "tls-exporter"; NULL: none */
  gboolean is_binding_refused; /* the server offered one and refused it */
  guint strength; /* XmppStrength, to be remembered */
  char *tls_version; /* "TLS 1.3"; NULL: none */
  char *tls_cipher;
  GTlsCertificate *certificate; /* NULL: none */
  gboolean is_verified; /* it proved whose server it is, or a person accepted its key */
} XmppLoginResult;

/* Details of a failure beyond its sentence, found in the GError by xmpp_login_error_get_problem ().
 */
typedef struct
{
  GTlsCertificateFlags certificate_flags;
  GTlsCertificate *certificate; /* (owned, nullable) */
  char **mechanisms; /* (owned, nullable) what the server offered */
  char *server_text; /* (owned, nullable) what the server said, ≤ 1024 bytes */
  gboolean is_encrypted; /* what was said last was said under TLS */
  gboolean is_verified; /* with whom it should be, by certificate or as a person accepted */
} XmppLoginProblem;

/* Progress, for people: called on the main thread. */
typedef enum
{
  XMPP_LOGIN_STAGE_LOOKING_UP,
  XMPP_LOGIN_STAGE_CONNECTING,
  XMPP_LOGIN_STAGE_SECURING,
  XMPP_LOGIN_STAGE_AUTHENTICATING,
  XMPP_LOGIN_STAGE_BINDING,
} XmppLoginStage;
typedef void (*XmppLoginStageFunc) (XmppLoginStage stage, gpointer user_data);

XmppLoginParams *xmpp_login_params_new (XmppJid *account) G_GNUC_WARN_UNUSED_RESULT;
void xmpp_login_params_free (XmppLoginParams *self);
void xmpp_login_result_free (XmppLoginResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppLoginParams, xmpp_login_params_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (XmppLoginResult, xmpp_login_result_free)

/* Takes `params`. `stage_func` (nullable) is called with `stage_data` until the callback, never
 * after cancellation. */
void xmpp_login_async (XmppLoginParams *params,
                       XmppLoginStageFunc stage_func,
                       gpointer stage_data,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
/* Errors: XMPP_LOGIN_ERROR, XMPP_STREAM_ERROR, G_IO_ERROR_CANCELLED. */
XmppLoginResult *xmpp_login_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (nullable) (transfer none): lives as long as the error (XMPP_LOGIN_ERROR is an extended error
 * domain). */
const XmppLoginProblem *xmpp_login_error_get_problem (const GError *error);

G_END_DECLS
