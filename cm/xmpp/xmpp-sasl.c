/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-sasl.c: choosing a mechanism and going through it. RFC 6120 6, RFC 4616, RFC 5802
 *
 * The strongest that both sides have is taken; PLAIN only where nobody can listen, and only when
 * there is nothing else. */
#include "xmpp/xmpp-sasl.h"

#include <gnutls/gnutls.h>
#include <string.h>

#include "xmpp/xmpp-base64.h"
#include "xmpp/xmpp-login-error.h"
#include "xmpp/xmpp-scram.h"

#define PLAIN "PLAIN"

static const struct
{
  const char *name;
  XmppScramHash hash;
} scrams[] = {
  { "SCRAM-SHA-512", XMPP_SCRAM_SHA_512 },
  { "SCRAM-SHA-256", XMPP_SCRAM_SHA_256 },
  { "SCRAM-SHA-1", XMPP_SCRAM_SHA_1 },
};

typedef enum
{
  STATE_BEGUN,
  STATE_ANSWERED, /* the proof is on its way */
  STATE_VERIFIED, /* nothing more to prove, on either side */
} State;

struct _XmppSasl
{
  const char *mechanism;
  State state;
  XmppScram *scram; /* (owned, nullable) NULL: PLAIN */
  char *username; /* (owned) */
  char *password; /* (owned, nullable) prepared, for PLAIN; wiped */
};

static gboolean
fail_for_lack (const char *const *offered, gboolean is_private, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!is_private && g_strv_contains (offered, PLAIN))
    failure = g_error_new_literal (XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_ENCRYPTION_NOT_AVAILABLE,
                                   "The server wants the password in clear text on a connection "
                                   "that is not encrypted, so it was not sent.");
  else
    failure = g_error_new_literal (
        XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_MECHANISM,
        "The server offers no way to sign in that is safe and that Linnet knows.");
  xmpp_login_error_edit_problem (failure)->mechanisms = g_strdupv ((char **) offered);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
fail_for_password (const char *const *offered, GError **error)
{
  g_autoptr (GError) failure = g_error_new_literal (
      XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PASSWORD_NEEDED, "A password is needed to sign in.");

  xmpp_login_error_edit_problem (failure)->mechanisms = g_strdupv ((char **) offered);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The mechanism's name; `hash` is set where it is a SCRAM. */
static const char *
choose (const char *const *offered, gboolean is_private, XmppScramHash *hash)
{
  for (guint i = 0; i < G_N_ELEMENTS (scrams); i++)
    if (g_strv_contains (offered, scrams[i].name))
      {
        *hash = scrams[i].hash;
        return scrams[i].name;
      }
  return is_private && g_strv_contains (offered, PLAIN) ? PLAIN : NULL;
}

/**
 * xmpp_sasl_new:
 * @offered: (array zero-terminated=1): the server's mechanisms
 * @is_private: whether a password may go over this connection in clear text
 * @username: the local part of the account's address
 * @password: (nullable): as typed
 *
 * Chooses a mechanism and begins.
 *
 * Returns: (nullable) (transfer full): free with xmpp_sasl_free ()
 * Errors: XMPP_LOGIN_ERROR: NO_MECHANISM, ENCRYPTION_NOT_AVAILABLE, PASSWORD_NEEDED,
 * NOT_AUTHORIZED; with the mechanisms as problem Spec: RFC 6120 §6.3.3; thread: any
 */
XmppSasl *
xmpp_sasl_new (const char *const *offered,
               gboolean is_private,
               const char *username,
               const char *password,
               GError **error)
{
  g_autoptr (XmppSasl) self = g_new0 (XmppSasl, 1);
  XmppScramHash hash = XMPP_SCRAM_SHA_1;

  self->mechanism = choose (offered, is_private, &hash);
  if (self->mechanism == NULL)
    {
      fail_for_lack (offered, is_private, error);
      return NULL;
    }
  if (password == NULL)
    {
      fail_for_password (offered, error);
      return NULL;
    }

  self->username = g_strdup (username);
  if (strcmp (self->mechanism, PLAIN) == 0)
    self->password = xmpp_scram_dup_prepared (password, error);
  else
    self->scram = xmpp_scram_new (hash, username, password, NULL, error);
  return self->password != NULL || self->scram != NULL ? g_steal_pointer (&self) : NULL;
}

void
xmpp_sasl_free (XmppSasl *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->scram, xmpp_scram_free);
  g_free (self->username);
  xmpp_scram_free_secret (self->password);
  g_free (self);
}

/**
 * xmpp_sasl_get_mechanism:
 *
 * Returns: (transfer none): its registered name
 */
const char *
xmpp_sasl_get_mechanism (XmppSasl *self)
{
  return self->mechanism;
}

/**
 * xmpp_sasl_dup_initial:
 *
 * Returns: (transfer full): the initial response; free with xmpp_scram_free_secret ()
 * Spec: RFC 4616 §2, RFC 5802 §5
 */
char *
xmpp_sasl_dup_initial (XmppSasl *self)
{
  size_t name_bytes = strlen (self->username);
  size_t password_bytes;
  g_autofree guchar *plain = NULL;
  const char *first;
  char *text;

  if (self->scram != NULL)
    {
      first = xmpp_scram_get_client_first (self->scram);
      return g_base64_encode ((const guchar *) first, strlen (first));
    }

  password_bytes = strlen (self->password);
  plain = g_malloc0 (name_bytes + password_bytes + 2);
  memcpy (plain + 1, self->username, name_bytes);
  memcpy (plain + 2 + name_bytes, self->password, password_bytes);
  text = g_base64_encode (plain, name_bytes + password_bytes + 2);
  gnutls_memset (plain, 0, name_bytes + password_bytes + 2);
  self->state = STATE_VERIFIED;
  return text;
}

/* What an element of the exchange carries. RFC 6120 §6.4.2: "=" is a text of no length. */
static char *
decode (const char *text, GError **error)
{
  size_t length = 0;
  g_autofree char *data = (char *) (strcmp (text, "=") == 0 ? xmpp_base64_decode ("", &length)
                                                            : xmpp_base64_decode (text, &length));

  if (data != NULL && strlen (data) == length)
    return g_steal_pointer (&data);
  g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL,
                       "The server sent something unreadable while signing in.");
  return NULL;
}

/**
 * xmpp_sasl_dup_response:
 * @challenge: text of <challenge/>
 *
 * Returns: (nullable) (transfer full): text of <response/>, maybe empty
 * Errors: XMPP_LOGIN_ERROR
 * Spec: RFC 6120 §6.4.3; thread: not the main one
 */
char *
xmpp_sasl_dup_response (XmppSasl *self, const char *challenge, GError **error)
{
  g_autofree char *message = decode (challenge, error);
  g_autofree char *answer = NULL;

  if (message == NULL)
    return NULL;

  if (self->scram == NULL || self->state == STATE_VERIFIED)
    {
      g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PROTOCOL,
                           "The server asked for more than signing in needs.");
      return NULL;
    }
  if (self->state == STATE_ANSWERED)
    {
      if (!xmpp_scram_verify (self->scram, message, error))
        return NULL;
      self->state = STATE_VERIFIED;
      return g_strdup ("");
    }

  answer = xmpp_scram_dup_client_final (self->scram, message, error);
  if (answer == NULL)
    return NULL;
  self->state = STATE_ANSWERED;
  return g_base64_encode ((const guchar *) answer, strlen (answer));
}

/**
 * xmpp_sasl_finish:
 * @success: text of <success/>, maybe empty
 *
 * Whether the success is one: a server that skipped its own proof is none of ours.
 *
 * Errors: XMPP_LOGIN_ERROR_SERVER_NOT_VERIFIED, XMPP_LOGIN_ERROR_PROTOCOL
 * Spec: RFC 6120 §6.4.6, RFC 5802 §5
 */
gboolean
xmpp_sasl_finish (XmppSasl *self, const char *success, GError **error)
{
  g_autofree char *message = NULL;

  if (self->state == STATE_VERIFIED)
    return TRUE;
  message = decode (success, error);
  if (message == NULL || !xmpp_scram_verify (self->scram, message, error))
    return FALSE;
  self->state = STATE_VERIFIED;
  return TRUE;
}
