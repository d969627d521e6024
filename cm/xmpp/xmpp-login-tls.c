/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-tls.c: a private line to the right server, or none. RFC 6120 5 and 13.7, RFC 7590,
 * XEP-0368
 *
 * The certificate is for the account's domain, never for what DNS made of it: DNS can be forged by
 * whoever wants to listen. */
#include "xmpp/xmpp-certificate.h"
#include "xmpp/xmpp-login-private.h"

#define ALPN "xmpp-client"
/* Extra trust anchors, in PEM, beside the system's: for tests and closed networks. */
#define CA_FILE_VARIABLE "LINNET_CA_FILE"
#define MAX_LISTED_NAMES 3

typedef struct
{
  XmppLogin *login;
  GTlsDatabase *extra; /* (owned, nullable) */
  GTlsCertificate *refused; /* (owned, nullable) */
  GTlsCertificateFlags flags; /* what was found, refused for it or not */
  gboolean is_judged;
  gboolean is_accepted; /* by a person, whatever was found */
} Judge;

static void
judge_clear (Judge *self)
{
  g_clear_object (&self->extra);
  g_clear_object (&self->refused);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Judge, judge_clear)

static GTlsDatabase *
open_extra_database (void)
{
  const char *path = g_getenv (CA_FILE_VARIABLE);
  g_autoptr (GError) error = NULL;
  GTlsDatabase *database;

  if (path == NULL || *path == '\0')
    return NULL;
  database = g_tls_file_database_new (path, &error);
  if (database == NULL)
    g_message ("The trust anchors that " CA_FILE_VARIABLE " names cannot be read: %s",
               error->message);
  return database;
}

static GTlsCertificateFlags
verify_chain (GTlsDatabase *database, GTlsCertificate *certificate, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GTlsCertificateFlags flags = g_tls_database_verify_chain (
      database, certificate, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, NULL, NULL,
      G_TLS_DATABASE_VERIFY_NONE, cancellable, &error);

  return error != NULL ? flags | G_TLS_CERTIFICATE_GENERIC_ERROR : flags;
}

static gboolean
is_for_account (XmppLogin *login, GTlsCertificate *certificate)
{
  char **extra = login->params->extra_identities;

  if (xmpp_certificate_is_for (certificate, login->domain))
    return TRUE;
  for (guint i = 0; extra != NULL && extra[i] != NULL; i++)
    if (xmpp_certificate_is_for (certificate, extra[i]))
      return TRUE;
  return FALSE;
}

/* All objections that there are. RFC 6120 §13.7.2 */
static GTlsCertificateFlags
judge (Judge *self, GTlsCertificate *certificate)
{
  g_autoptr (GTlsDatabase) system =
      g_tls_backend_get_default_database (g_tls_backend_get_default ());
  GTlsCertificateFlags flags = xmpp_certificate_judge (certificate);
  GTlsCertificateFlags chain = G_TLS_CERTIFICATE_UNKNOWN_CA;

  /* A chain without end is not worth the work. */
  if ((flags & G_TLS_CERTIFICATE_GENERIC_ERROR) != 0)
    chain = 0;
  else if (system != NULL)
    chain = verify_chain (system, certificate, self->login->cancellable);
  if ((chain & G_TLS_CERTIFICATE_UNKNOWN_CA) != 0 && self->extra != NULL)
    chain = verify_chain (self->extra, certificate, self->login->cancellable);
  if (!is_for_account (self->login, certificate))
    flags |= G_TLS_CERTIFICATE_BAD_IDENTITY;
  return flags | chain;
}

/* Of this account, and of this key. What was withdrawn is not made good by anybody. */
static gboolean
is_accepted (XmppLogin *login, GTlsCertificate *certificate, GTlsCertificateFlags flags)
{
  g_autofree char *digest = xmpp_certificate_dup_key_digest (certificate);
  char **accepted = login->params->accepted_keys;

  return (flags & G_TLS_CERTIFICATE_REVOKED) == 0 && digest != NULL && accepted != NULL &&
         g_strv_contains ((const char *const *) accepted, digest);
}

/* What GIO alone sees: the word of the certificate's authority that the server shows with it, or
 * does not show where the certificate says that it must. It can read that word only where it knows
 * the authority. RFC 6066 §8, RFC 7633 */
static GTlsCertificateFlags
get_staple_flags (GTlsCertificateFlags errors)
{
  if ((errors & G_TLS_CERTIFICATE_UNKNOWN_CA) != 0)
    return errors & G_TLS_CERTIFICATE_REVOKED;
  return errors & (G_TLS_CERTIFICATE_REVOKED | G_TLS_CERTIFICATE_GENERIC_ERROR);
}

/* GIO asks about what it does not like; the others are brought here when it is content. */
static gboolean
accept_certificate_cb (GTlsConnection *connection,
                       GTlsCertificate *certificate,
                       GTlsCertificateFlags errors,
                       gpointer user_data)
{
  Judge *self = user_data;
  const char *why;

  self->flags = judge (self, certificate) | get_staple_flags (errors);
  self->is_judged = TRUE;
  if (self->flags == 0)
    return TRUE;
  self->is_accepted = is_accepted (self->login, certificate, self->flags);
  if (self->is_accepted)
    why = "as a person accepted its key";
  else if (self->login->params->ignore_certificate_errors)
    why = "as the account says";
  else
    {
      g_set_object (&self->refused, certificate);
      return FALSE;
    }
  g_message ("%s: the certificate is not trusted, and is used all the same, %s",
             self->login->domain, why);
  return TRUE;
}

static char *
dup_names (GTlsCertificate *certificate)
{
  g_autoptr (GPtrArray) names = g_tls_certificate_get_dns_names (certificate);
  GString *list = g_string_new (NULL);

  for (guint i = 0; names != NULL && i < names->len && i < MAX_LISTED_NAMES; i++)
    {
      gsize size = 0;
      const char *data = g_bytes_get_data (g_ptr_array_index (names, i), &size);
      g_autofree char *name = g_utf8_make_valid (data, (gssize) MIN (size, 253));

      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", name);
    }
  return g_string_free (list, FALSE);
}

static char *
dup_date (GDateTime *date)
{
  g_autoptr (GDateTime) local = date != NULL ? g_date_time_to_local (date) : NULL;

  return local != NULL ? g_date_time_format (local, "%B %-d, %Y") : g_strdup ("?");
}

/* One sentence for people: the objection that explains the others. */
static char *
dup_reason (XmppLogin *login, GTlsCertificate *certificate, GTlsCertificateFlags flags)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);
  const char *domain = xmpp_jid_get_domain (login->params->account);
  g_autofree char *names = dup_names (certificate);
  g_autofree char *today = dup_date (now);
  g_autofree char *expired = dup_date (end);

  if ((flags & G_TLS_CERTIFICATE_NOT_ACTIVATED) != 0)
    return g_strdup_printf (
        "The certificate of %s is not valid yet. The clock of this computer says %s.", domain,
        today);
  if ((flags & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0 && *names != '\0')
    return g_strdup_printf ("The server could not prove that it is %s: its certificate is for %s. "
                            "The password was not sent.",
                            domain, names);
  if ((flags & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0)
    return g_strdup_printf ("The server could not prove that it is %s: its certificate does not "
                            "say so. The password was not sent.",
                            domain);
  if ((flags & G_TLS_CERTIFICATE_EXPIRED) != 0)
    return g_strdup_printf ("The server could not prove that it is %s: its certificate expired on "
                            "%s. The clock of this computer says %s. The password was not sent.",
                            domain, expired, today);
  if ((flags & G_TLS_CERTIFICATE_REVOKED) != 0)
    return g_strdup_printf ("The server could not prove that it is %s: its certificate was "
                            "withdrawn. The password was not sent.",
                            domain);
  if ((flags & G_TLS_CERTIFICATE_UNKNOWN_CA) != 0)
    return g_strdup_printf ("The server could not prove that it is %s: its certificate was issued "
                            "by nobody whom this computer trusts. The password was not sent.",
                            domain);
  return g_strdup_printf ("The server could not prove that it is %s: its certificate is not safe. "
                          "The password was not sent.",
                          domain);
}

static gboolean
fail_handshake (Judge *judge, GError *cause, GError **error)
{
  XmppLogin *login = judge->login;
  g_autofree char *reason = NULL;
  GError *failure;
  XmppLoginProblem *problem;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, cause);
      return FALSE;
    }
  if (judge->refused == NULL)
    {
      g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_ENCRYPTION_FAILED,
                   "No encrypted connection to %s came about: %s", login->domain, cause->message);
      g_error_free (cause);
      return FALSE;
    }

  reason = dup_reason (login, judge->refused, judge->flags);
  failure = g_error_new_literal (XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_CERTIFICATE, reason);
  problem = xmpp_login_error_edit_problem (failure);
  problem->certificate = g_object_ref (judge->refused);
  problem->certificate_flags = judge->flags;
  g_propagate_error (error, failure);
  g_error_free (cause);
  return FALSE;
}

/* Whoever comes out of it has shown a certificate that is good enough. */
static gboolean
shake_hands (Judge *self, GTlsConnection *tls, GError **error)
{
  GTlsCertificate *certificate;
  GError *cause = NULL;
  gulong handler =
      g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_certificate_cb), self);
  gboolean ok = g_tls_connection_handshake (tls, self->login->cancellable, &cause);

  g_signal_handler_disconnect (tls, handler);
  if (self->refused == NULL && self->login->pin != NULL &&
      !xmpp_login_pin_check (self->login->pin, error))
    {
      g_clear_error (&cause);
      return FALSE;
    }
  if (!ok)
    return fail_handshake (self, cause, error);
  certificate = g_tls_connection_get_peer_certificate (tls);
  if (!self->is_judged && certificate != NULL && !accept_certificate_cb (tls, certificate, 0, self))
    return fail_handshake (self,
                           g_error_new_literal (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                                                "the certificate was refused"),
                           error);
  if (self->is_judged)
    return TRUE;
  g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_ENCRYPTION_FAILED,
               "%s showed no certificate.", self->login->domain);
  return FALSE;
}

/* What was agreed on, after the handshake. */
static gboolean
check_agreement (GTlsConnection *tls, gboolean is_direct, GError **error)
{
  const char *protocol = g_tls_connection_get_negotiated_protocol (tls);

  if (g_tls_connection_get_protocol_version (tls) < G_TLS_PROTOCOL_VERSION_TLS_1_2)
    {
      g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_ENCRYPTION_FAILED,
                           "The server offers only encryption that is too old to be safe.");
      return FALSE;
    }
  if (is_direct && protocol != NULL && g_strcmp0 (protocol, ALPN) != 0)
    {
      g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_ENCRYPTION_FAILED,
                           "What answers there is not a chat server.");
      return FALSE;
    }
  return TRUE;
}

/**
 * xmpp_login_load_certificate:
 *
 * Reads the certificate with which the account proves who it is, where it has one.
 *
 * Errors: XMPP_LOGIN_ERROR_NO_ADMISSION, in words
 */
gboolean
xmpp_login_load_certificate (XmppLogin *self, GError **error)
{
  const char *file = self->params->certificate;
  const char *key = self->params->certificate_key;
  g_autoptr (GError) cause = NULL;

  if (file == NULL)
    return TRUE;
  if (g_str_has_prefix (file, "pkcs11:"))
    {
      self->certificate = g_tls_certificate_new_from_pkcs11_uris (file, key, &cause);
      self->pin = xmpp_login_pin_new (self->params->password);
    }
  else
    self->certificate = g_tls_certificate_new_from_files (file, key != NULL ? key : file, &cause);
  if (self->certificate != NULL)
    return TRUE;
  g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_ADMISSION,
               "The certificate of the account cannot be read from %s: %s", file, cause->message);
  return FALSE;
}

/**
 * xmpp_login_secure:
 * @is_direct: TLS from the first byte; otherwise after STARTTLS
 *
 * Puts TLS over the line and judges the server's certificate.
 *
 * Errors: XMPP_LOGIN_ERROR: CERTIFICATE, with its problem; ENCRYPTION_FAILED; G_IO_ERROR_CANCELLED
 * Spec: RFC 6120 §5.4.3, §13.7.2; XEP-0368 §2
 */
gboolean
xmpp_login_secure (XmppLogin *self, gboolean is_direct, GError **error)
{
  static const char *const protocols[] = { ALPN, NULL };
  g_autoptr (GSocketConnectable) identity = g_network_address_new (self->domain, 0);
  g_auto (Judge) court = { .login = self };
  GError *cause = NULL;
  g_autoptr (GIOStream) tls = g_tls_client_connection_new (self->line, identity, &cause);

  if (tls == NULL)
    return fail_handshake (&court, cause, error);

  court.extra = open_extra_database ();
  if (court.extra != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (tls), court.extra);
  if (self->certificate != NULL)
    g_tls_connection_set_certificate (G_TLS_CONNECTION (tls), self->certificate);
  if (self->pin != NULL)
    g_tls_connection_set_interaction (G_TLS_CONNECTION (tls), G_TLS_INTERACTION (self->pin));
  if (is_direct)
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  if (!shake_hands (&court, G_TLS_CONNECTION (tls), error))
    return FALSE;
  if (!check_agreement (G_TLS_CONNECTION (tls), is_direct, error))
    return FALSE;

  g_object_unref (self->line);
  self->line = g_steal_pointer (&tls);
  self->is_secure = TRUE;
  self->is_verified = court.flags == 0 || court.is_accepted;
  self->is_certified = self->certificate != NULL;
  return TRUE;
}

/**
 * xmpp_login_take_bindings:
 * @bindings: (out caller-allocates): XMPP_LOGIN_MAX_BINDINGS and an end; its data are to be
 * unreferenced
 *
 * What channel binding types say of the line. TLS 1.3 has no tls-unique, and TLS 1.2 without the
 * extended master secret no tls-exporter: there is no unique connection to speak of.
 *
 * Spec: RFC 5929 §3, §4; RFC 9266 §3, §4.2
 */
void
xmpp_login_take_bindings (XmppLogin *self, XmppSaslBinding *bindings)
{
  static const struct
  {
    const char *name;
    GTlsChannelBindingType type;
  } types[XMPP_LOGIN_MAX_BINDINGS] = {
    { "tls-exporter", G_TLS_CHANNEL_BINDING_TLS_EXPORTER },
    { "tls-unique", G_TLS_CHANNEL_BINDING_TLS_UNIQUE },
    { "tls-server-end-point", G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT },
  };
  GTlsConnection *tls = self->is_secure ? G_TLS_CONNECTION (self->line) : NULL;
  guint n = 0;

  for (guint i = 0; tls != NULL && i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GByteArray) data = g_byte_array_new ();
      g_autoptr (GError) error = NULL;

      if (g_tls_connection_get_channel_binding_data (tls, types[i].type, data, &error) &&
          data->len > 0)
        bindings[n++] = (XmppSaslBinding){ types[i].name,
                                           g_byte_array_free_to_bytes (g_steal_pointer (&data)) };
      else
        g_debug ("%s: no %s: %s", self->domain, types[i].name,
                 error != NULL ? error->message : "it is empty");
    }
  bindings[n] = (XmppSaslBinding){ 0 };
}
