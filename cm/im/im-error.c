/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-error.c: the room's errors, and what the wire's errors mean to a person. Telepathy 0.27.4
 * 'Errors' */

#include "im/im-types.h"

#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-login.h"

#define PREFIX "org.freedesktop.Telepathy.Error."

static const GDBusErrorEntry entries[] = {
  { IM_ERROR_NOT_AVAILABLE, PREFIX "NotAvailable" },
  { IM_ERROR_INVALID_ARGUMENT, PREFIX "InvalidArgument" },
  { IM_ERROR_INVALID_HANDLE, PREFIX "InvalidHandle" },
  { IM_ERROR_NOT_IMPLEMENTED, PREFIX "NotImplemented" },
  { IM_ERROR_NOT_CAPABLE, PREFIX "NotCapable" },
  { IM_ERROR_NOT_YET, PREFIX "NotYet" },
  { IM_ERROR_PERMISSION_DENIED, PREFIX "PermissionDenied" },
  { IM_ERROR_CANCELLED, PREFIX "Cancelled" },
  { IM_ERROR_DISCONNECTED, PREFIX "Disconnected" },
  { IM_ERROR_NETWORK_ERROR, PREFIX "NetworkError" },
  { IM_ERROR_CONNECTION_REFUSED, PREFIX "ConnectionRefused" },
  { IM_ERROR_CONNECTION_FAILED, PREFIX "ConnectionFailed" },
  { IM_ERROR_CONNECTION_LOST, PREFIX "ConnectionLost" },
  { IM_ERROR_CONNECTION_REPLACED, PREFIX "ConnectionReplaced" },
  { IM_ERROR_AUTHENTICATION_FAILED, PREFIX "AuthenticationFailed" },
  { IM_ERROR_ENCRYPTION_NOT_AVAILABLE, PREFIX "EncryptionNotAvailable" },
  { IM_ERROR_ENCRYPTION_ERROR, PREFIX "EncryptionError" },
  { IM_ERROR_CERT_NOT_PROVIDED, PREFIX "Cert.NotProvided" },
  { IM_ERROR_CERT_UNTRUSTED, PREFIX "Cert.Untrusted" },
  { IM_ERROR_CERT_EXPIRED, PREFIX "Cert.Expired" },
  { IM_ERROR_CERT_NOT_ACTIVATED, PREFIX "Cert.NotActivated" },
  { IM_ERROR_CERT_HOSTNAME_MISMATCH, PREFIX "Cert.HostnameMismatch" },
  { IM_ERROR_CERT_FINGERPRINT_MISMATCH, PREFIX "Cert.FingerprintMismatch" },
  { IM_ERROR_CERT_SELF_SIGNED, PREFIX "Cert.SelfSigned" },
  { IM_ERROR_CERT_REVOKED, PREFIX "Cert.Revoked" },
  { IM_ERROR_CERT_INSECURE, PREFIX "Cert.Insecure" },
  { IM_ERROR_CERT_LIMIT_EXCEEDED, PREFIX "Cert.LimitExceeded" },
  { IM_ERROR_CERT_INVALID, PREFIX "Cert.Invalid" },
  { IM_ERROR_SERVICE_BUSY, PREFIX "ServiceBusy" },
  { IM_ERROR_SERVICE_CONFUSED, PREFIX "ServiceConfused" },
  { IM_ERROR_ALREADY_CONNECTED, PREFIX "AlreadyConnected" },
  { IM_ERROR_DOES_NOT_EXIST, PREFIX "DoesNotExist" },
  { IM_ERROR_OFFLINE, PREFIX "Offline" },
  { IM_ERROR_BUSY, PREFIX "Busy" },
  { IM_ERROR_TERMINATED, PREFIX "Terminated" },
  { IM_ERROR_NOT_YOURS, PREFIX "NotYours" },
  { IM_ERROR_REGISTRATION_EXISTS, PREFIX "RegistrationExists" },
  { IM_ERROR_CAPTCHA_NOT_SUPPORTED, PREFIX "CaptchaNotSupported" },
  { IM_ERROR_BLOCKED, "im.linnet.Error.Blocked" },
};

typedef struct
{
  int from;
  ImError to;
  const char *sentence; /* NULL: the error's own message is one */
} Meaning;

static const Meaning login_meanings[] = {
  { XMPP_LOGIN_ERROR_FAILED, IM_ERROR_CONNECTION_FAILED, NULL },
  { XMPP_LOGIN_ERROR_NO_SERVER, IM_ERROR_CONNECTION_FAILED, NULL },
  { XMPP_LOGIN_ERROR_CONNECTION_REFUSED, IM_ERROR_CONNECTION_REFUSED, NULL },
  { XMPP_LOGIN_ERROR_NETWORK, IM_ERROR_NETWORK_ERROR, NULL },
  { XMPP_LOGIN_ERROR_ENCRYPTION_NOT_AVAILABLE, IM_ERROR_ENCRYPTION_NOT_AVAILABLE, NULL },
  { XMPP_LOGIN_ERROR_ENCRYPTION_FAILED, IM_ERROR_ENCRYPTION_ERROR, NULL },
  { XMPP_LOGIN_ERROR_CERTIFICATE, IM_ERROR_CERT_INVALID, NULL },
  { XMPP_LOGIN_ERROR_PASSWORD_NEEDED, IM_ERROR_AUTHENTICATION_FAILED,
    "A password is needed to sign in." },
  { XMPP_LOGIN_ERROR_NOT_AUTHORIZED, IM_ERROR_AUTHENTICATION_FAILED, NULL },
  { XMPP_LOGIN_ERROR_ACCOUNT_DISABLED, IM_ERROR_AUTHENTICATION_FAILED, NULL },
  { XMPP_LOGIN_ERROR_NO_MECHANISM, IM_ERROR_AUTHENTICATION_FAILED, NULL },
  { XMPP_LOGIN_ERROR_TEMPORARY, IM_ERROR_SERVICE_BUSY, NULL },
  { XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED, IM_ERROR_AUTHENTICATION_FAILED, NULL },
  { XMPP_LOGIN_ERROR_PROTOCOL, IM_ERROR_SERVICE_CONFUSED, NULL },
  { XMPP_LOGIN_ERROR_NO_ADMISSION, IM_ERROR_AUTHENTICATION_FAILED, NULL },
  { XMPP_LOGIN_ERROR_WEAKENED, IM_ERROR_AUTHENTICATION_FAILED, NULL },
};

/* What is not listed is the server's confusion. */
static const Meaning stream_meanings[] = {
  { XMPP_STREAM_ERROR_CONFLICT, IM_ERROR_CONNECTION_REPLACED,
    "Another program signed in to this account in our place." },
  { XMPP_STREAM_ERROR_CONNECTION_TIMEOUT, IM_ERROR_CONNECTION_LOST,
    "The server did not hear from us for too long." },
  { XMPP_STREAM_ERROR_HOST_GONE, IM_ERROR_CONNECTION_FAILED,
    "The server no longer serves this address." },
  { XMPP_STREAM_ERROR_HOST_UNKNOWN, IM_ERROR_CONNECTION_FAILED,
    "The server does not serve this address." },
  { XMPP_STREAM_ERROR_NOT_AUTHORIZED, IM_ERROR_AUTHENTICATION_FAILED,
    "The server does not let this account in." },
  { XMPP_STREAM_ERROR_POLICY_VIOLATION, IM_ERROR_PERMISSION_DENIED,
    "The server ended the connection: it is against its policy." },
  { XMPP_STREAM_ERROR_REMOTE_CONNECTION_FAILED, IM_ERROR_SERVICE_BUSY,
    "The server cannot reach what it needs." },
  { XMPP_STREAM_ERROR_RESET, IM_ERROR_CONNECTION_LOST, "The server asks to sign in again." },
  { XMPP_STREAM_ERROR_RESOURCE_CONSTRAINT, IM_ERROR_SERVICE_BUSY,
    "The server has too much to do." },
  { XMPP_STREAM_ERROR_SEE_OTHER_HOST, IM_ERROR_CONNECTION_FAILED,
    "The server sends us to another one." },
  { XMPP_STREAM_ERROR_SYSTEM_SHUTDOWN, IM_ERROR_CONNECTION_LOST, "The server is shutting down." },
};

static const Meaning stanza_meanings[] = {
  { XMPP_STANZA_ERROR_BAD_REQUEST, IM_ERROR_INVALID_ARGUMENT, "The request was not understood." },
  { XMPP_STANZA_ERROR_CONFLICT, IM_ERROR_NOT_AVAILABLE, "Something of that name exists already." },
  { XMPP_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED, IM_ERROR_NOT_IMPLEMENTED,
    "That is not supported there." },
  { XMPP_STANZA_ERROR_FORBIDDEN, IM_ERROR_PERMISSION_DENIED, "That is not allowed." },
  { XMPP_STANZA_ERROR_GONE, IM_ERROR_DOES_NOT_EXIST, "That address is no longer in use." },
  { XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR, IM_ERROR_SERVICE_CONFUSED,
    "Something failed inside the server." },
  { XMPP_STANZA_ERROR_ITEM_NOT_FOUND, IM_ERROR_DOES_NOT_EXIST, "There is no such address." },
  { XMPP_STANZA_ERROR_JID_MALFORMED, IM_ERROR_INVALID_ARGUMENT, "That is not a valid address." },
  { XMPP_STANZA_ERROR_NOT_ACCEPTABLE, IM_ERROR_PERMISSION_DENIED, "That was not accepted." },
  { XMPP_STANZA_ERROR_NOT_ALLOWED, IM_ERROR_PERMISSION_DENIED, "Nobody may do that there." },
  { XMPP_STANZA_ERROR_NOT_AUTHORIZED, IM_ERROR_PERMISSION_DENIED,
    "Permission is needed for that." },
  { XMPP_STANZA_ERROR_POLICY_VIOLATION, IM_ERROR_PERMISSION_DENIED,
    "That is against the server's policy." },
  { XMPP_STANZA_ERROR_RECIPIENT_UNAVAILABLE, IM_ERROR_OFFLINE,
    "The recipient cannot be reached now." },
  { XMPP_STANZA_ERROR_REDIRECT, IM_ERROR_DOES_NOT_EXIST,
    "The recipient has another address for now." },
  { XMPP_STANZA_ERROR_REGISTRATION_REQUIRED, IM_ERROR_PERMISSION_DENIED,
    "One has to register there first." },
  { XMPP_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND, IM_ERROR_DOES_NOT_EXIST,
    "The server of that address was not found." },
  { XMPP_STANZA_ERROR_REMOTE_SERVER_TIMEOUT, IM_ERROR_NETWORK_ERROR,
    "The server of that address does not answer." },
  { XMPP_STANZA_ERROR_RESOURCE_CONSTRAINT, IM_ERROR_SERVICE_BUSY,
    "The server has too much to do." },
  { XMPP_STANZA_ERROR_SERVICE_UNAVAILABLE, IM_ERROR_NOT_AVAILABLE, "That is not available there." },
  { XMPP_STANZA_ERROR_SUBSCRIPTION_REQUIRED, IM_ERROR_PERMISSION_DENIED,
    "Only contacts may do that." },
};

static const struct
{
  GTlsCertificateFlags flag;
  ImError code;
} certificate_meanings[] = {
  /* The most telling first: a stranger's certificate is worse than an old one. */
  { G_TLS_CERTIFICATE_REVOKED, IM_ERROR_CERT_REVOKED },
  { G_TLS_CERTIFICATE_INSECURE, IM_ERROR_CERT_INSECURE },
  { G_TLS_CERTIFICATE_BAD_IDENTITY, IM_ERROR_CERT_HOSTNAME_MISMATCH },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, IM_ERROR_CERT_NOT_ACTIVATED },
  { G_TLS_CERTIFICATE_EXPIRED, IM_ERROR_CERT_EXPIRED },
  { G_TLS_CERTIFICATE_UNKNOWN_CA, IM_ERROR_CERT_UNTRUSTED },
};

/** im_error_quark: Returns: the domain; its codes have Telepathy's names on the bus. */
GQuark
im_error_quark (void)
{
  static gsize quark;

  g_dbus_error_register_error_domain ("im-error-quark", &quark, entries, G_N_ELEMENTS (entries));
  return (GQuark) quark;
}

/**
 * im_error_get_dbus_name:
 * @error: any error; one of another domain is "NotAvailable"
 *
 * Returns: (transfer none): Telepathy's name, a constant
 */
const char *
im_error_get_dbus_name (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == IM_ERROR)
    for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
      if (entries[i].error_code == error->code)
        return entries[i].dbus_error_name;
  return PREFIX "NotAvailable";
}

static const Meaning *
find_meaning (const Meaning *meanings, guint n_meanings, int code)
{
  for (guint i = 0; i < n_meanings; i++)
    if (meanings[i].from == code)
      return &meanings[i];
  return NULL;
}

static GError *
translate (const Meaning *meaning, const GError *error, ImError otherwise)
{
  if (meaning == NULL)
    return g_error_new_literal (IM_ERROR, otherwise, error->message);
  return g_error_new_literal (IM_ERROR, meaning->to,
                              meaning->sentence != NULL ? meaning->sentence : error->message);
}

static ImError
judge_certificate (const XmppLoginProblem *problem)
{
  g_autofree char *issuer = NULL;
  g_autofree char *subject = NULL;

  if (problem == NULL)
    return IM_ERROR_CERT_INVALID;
  if (problem->certificate == NULL)
    return IM_ERROR_CERT_NOT_PROVIDED;
  for (guint i = 0; i < G_N_ELEMENTS (certificate_meanings); i++)
    if (problem->certificate_flags & certificate_meanings[i].flag)
      {
        if (certificate_meanings[i].code != IM_ERROR_CERT_UNTRUSTED)
          return certificate_meanings[i].code;
        issuer = g_tls_certificate_get_issuer_name (problem->certificate);
        subject = g_tls_certificate_get_subject_name (problem->certificate);
        return g_strcmp0 (issuer, subject) == 0 ? IM_ERROR_CERT_SELF_SIGNED
                                                : IM_ERROR_CERT_UNTRUSTED;
      }
  return IM_ERROR_CERT_INVALID;
}

static GError *
translate_io (const GError *error)
{
  switch (error->code)
    {
    case G_IO_ERROR_CANCELLED:
      return g_error_new_literal (IM_ERROR, IM_ERROR_CANCELLED, "It was cancelled.");
    case G_IO_ERROR_CONNECTION_REFUSED:
      return g_error_new_literal (IM_ERROR, IM_ERROR_CONNECTION_REFUSED,
                                  "Nobody answers at the server's address.");
    default:
      return g_error_new_literal (IM_ERROR, IM_ERROR_NETWORK_ERROR,
                                  "The connection to the server was lost.");
    }
}

/**
 * im_error_from_wire:
 * @error: what the wire or GIO said
 *
 * Gives an error of the wire the name that Telepathy has for it, and a sentence for people.
 *
 * Returns: (transfer full): the same in IM_ERROR; an IM_ERROR is copied
 * Spec: RFC 6120 4.9.3, 8.3.3; Telepathy 0.27.4 Errors
 */
GError *
im_error_from_wire (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain == IM_ERROR)
    return g_error_copy (error);
  if (g_error_matches (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_CERTIFICATE))
    return g_error_new_literal (IM_ERROR, judge_certificate (xmpp_login_error_get_problem (error)),
                                error->message);
  if (error->domain == XMPP_LOGIN_ERROR)
    return translate (find_meaning (login_meanings, G_N_ELEMENTS (login_meanings), error->code),
                      error, IM_ERROR_CONNECTION_FAILED);
  if (error->domain == XMPP_STREAM_ERROR)
    return translate (find_meaning (stream_meanings, G_N_ELEMENTS (stream_meanings), error->code),
                      error, IM_ERROR_SERVICE_CONFUSED);
  if (error->domain == XMPP_STANZA_ERROR)
    return translate (find_meaning (stanza_meanings, G_N_ELEMENTS (stanza_meanings), error->code),
                      error, IM_ERROR_NOT_AVAILABLE);
  if (error->domain == G_IO_ERROR)
    return translate_io (error);
  if (error->domain == G_TLS_ERROR)
    return g_error_new_literal (IM_ERROR, IM_ERROR_NETWORK_ERROR,
                                "The secure connection to the server was lost.");
  if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_JID_MALFORMED) ||
      g_error_matches (error, XMPP_ERROR, XMPP_ERROR_URI_MALFORMED))
    return g_error_new_literal (IM_ERROR, IM_ERROR_INVALID_ARGUMENT, error->message);
  if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED))
    return g_error_new_literal (IM_ERROR, IM_ERROR_DISCONNECTED, "There is no connection.");
  if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_PROTOCOL))
    return g_error_new_literal (IM_ERROR, IM_ERROR_SERVICE_CONFUSED, error->message);
  if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMED_OUT))
    return g_error_new_literal (IM_ERROR, IM_ERROR_NETWORK_ERROR, "No answer came in time.");
  return g_error_new_literal (IM_ERROR, IM_ERROR_NOT_AVAILABLE, error->message);
}

/**
 * im_error_from_answer:
 * @error: what the wire or GIO said of something that a person asked for
 *
 * Returns: (transfer full): as im_error_from_wire (), and the words of the other side, where it has
 *   any: it may know what the person can do about it
 */
GError *
im_error_from_answer (const GError *error)
{
  GError *known = im_error_from_wire (error);
  const char *text = error->domain == XMPP_STANZA_ERROR ? xmpp_error_get_text (error) : NULL;
  char *sentence;

  if (text == NULL)
    return known;
  sentence = g_strdup_printf ("%s The other side says: “%s”", known->message, text);
  g_free (known->message);
  known->message = sentence;
  return known;
}
