/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-trust.c: what an account has learnt of its server, and what a person said of it.
 * XEP-0474 5, RFC 6120 13.7.2
 *
 * What the server could do once it must do again: whoever sits in between wants it to do less. Only
 * a person who was told so may say that it is meant to be so. */

#include "im/im-account-parts.h"
#include "im/im-auth-request.h"
#include "im/im-certificate-request-private.h"
#include "im/im-security.h"
#include "xmpp/xmpp-certificate.h"

/**
 * im_account_fill_in_trust:
 * @params: of a login: gets the keys that a person accepted, and the XmppStrength that the server
 *   must show
 *
 * An account that somebody else keeps has nobody who could be asked, and learns nothing. Where a
 * program was told over what line the server asks for a password, the password goes over no worse.
 */
void
im_account_fill_in_trust (ImAccount *self, XmppLoginParams *params)
{
  params->accepted_keys = im_account_dup_accepted_keys (self);
  params->known_strength = self->record->is_kept ? self->record->strength : 0;
  if (self->auth_request == NULL)
    return;
  if (im_auth_request_is_encrypted (self->auth_request))
    params->known_strength |= XMPP_STRENGTH_ENCRYPTED;
  if (im_auth_request_is_verified (self->auth_request))
    params->ignore_certificate_errors = FALSE;
}

/**
 * im_account_note_strength:
 * @bound: (nullable): a login that succeeded
 * @error: (nullable): why it did not
 */
void
im_account_note_strength (ImAccount *self, const XmppLoginResult *bound, const GError *error)
{
  self->is_weakened = g_error_matches (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_WEAKENED);
  if (bound == NULL || (bound->strength & ~self->record->strength) == 0)
    return;
  self->record->strength |= bound->strength;
  im_account_save (self);
}

/** im_account_consent_to_weaker: a person gave the password again; where the last thing that they
 * were told is that the server has become less safe, that is their answer */
void
im_account_consent_to_weaker (ImAccount *self)
{
  if (!self->is_weakened)
    return;
  g_message ("%s: the person gave the password again; what was known of the server is forgotten",
             self->unique_name);
  self->is_weakened = FALSE;
  self->record->strength = 0;
  im_account_save (self);
}

/** im_account_get_certificate_request: Returns: (nullable) (transfer none): the question whether a
 * certificate is good */
ImCertificateRequest *
im_account_get_certificate_request (ImAccount *self)
{
  return self->certificate_request;
}

/** im_account_dup_accepted_keys: Returns: (transfer full): digests of the keys that a person
 * accepted */
char **
im_account_dup_accepted_keys (ImAccount *self)
{
  return g_strsplit (self->record->accepted_keys, " ", -1); /* an empty list for nothing */
}

static gboolean
is_trusted (ImAccount *self, GTlsCertificate *certificate)
{
  g_autofree char *digest = xmpp_certificate_dup_key_digest (certificate);
  g_auto (GStrv) known = im_account_dup_accepted_keys (self);

  return digest == NULL || g_strv_contains ((const char *const *) known, digest);
}

/**
 * im_account_ask_certificate:
 * @error: why a login failed
 *
 * Returns: whether that is a question to a person, and somebody will answer; the account stays as
 * it is until then
 */
gboolean
im_account_ask_certificate (ImAccount *self, const GError *error)
{
  const XmppLoginProblem *problem = xmpp_login_error_get_problem (error);
  g_autoptr (ImCertificateRequest) request = NULL;

  if (!g_error_matches (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_CERTIFICATE) || problem == NULL ||
      problem->certificate == NULL || is_trusted (self, problem->certificate))
    return FALSE; /* to ask again would not help */
  im_account_drop_certificate_request (self);
  request = im_certificate_request_new (self, error);
  self->certificate_request = g_object_ref (request);
  im_account_notify (self, "certificate-request");
  /* It may have been answered meanwhile. */
  if (self->certificate_request != request || im_certificate_request_is_claimed (request))
    return TRUE;
  im_account_drop_certificate_request (self);
  return FALSE;
}

/** im_account_drop_certificate_request: nobody needs the answer any more */
void
im_account_drop_certificate_request (ImAccount *self)
{
  g_autoptr (ImCertificateRequest) request = g_steal_pointer (&self->certificate_request);

  if (request == NULL)
    return;
  im_certificate_request_disown (request);
  im_account_notify (self, "certificate-request");
}

/**
 * im_account_trust_certificate:
 * @certificate: what a person accepted
 *
 * From now on its key is good enough for this account, and for no other. Signing in goes on.
 */
void
im_account_trust_certificate (ImAccount *self, GTlsCertificate *certificate)
{
  g_autofree char *digest = xmpp_certificate_dup_key_digest (certificate);
  g_autofree char *before = g_steal_pointer (&self->record->accepted_keys);

  if (digest == NULL)
    self->record->accepted_keys = g_steal_pointer (&before);
  else
    self->record->accepted_keys =
        *before != '\0' ? g_strconcat (before, " ", digest, NULL) : g_strdup (digest);
  g_message ("%s: a person accepted the server's key %s", self->unique_name,
             digest != NULL ? digest : "?");
  im_account_save (self);
  im_account_drop_certificate_request (self);
  if (self->state == IM_ACCOUNT_CONNECTING && self->link == NULL)
    im_account_find_password (self);
}

/** im_account_forget_keys: what a person accepted counts no more, from the next sign-in on.
 * Returns: whether there was anything */
gboolean
im_account_forget_keys (ImAccount *self)
{
  if (*self->record->accepted_keys == '\0')
    return FALSE;
  g_free (self->record->accepted_keys);
  self->record->accepted_keys = g_strdup ("");
  g_message ("%s: the keys that a person accepted are forgotten", self->unique_name);
  im_account_save (self);
  return TRUE;
}
