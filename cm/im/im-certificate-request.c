/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-certificate-request.c: a server's certificate is not as it should be: a question to a person.
 * Telepathy 0.27.4 TLS_Certificate_State
 *
 * Nothing was said to that server yet, and nothing is before the answer. */

#include "im/im-certificate-request-private.h"

#include "im/im-account-parts.h"

#define MAX_REASON_BYTES 200

struct _ImCertificateRequest
{
  GObject parent_instance;

  ImAccount *account; /* (nullable) owns us */
  ImCertificateState state;
  gboolean is_claimed;
  GError *wire; /* (owned) of the login, with its problem */
  GError *error; /* (owned) IM_ERROR */
};

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (ImCertificateRequest, im_certificate_request, G_TYPE_OBJECT)

static void
set_state (ImCertificateRequest *self, ImCertificateState state)
{
  if (self->state == state)
    return;
  g_debug ("Certificate: state %d", state);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
im_certificate_request_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STATE)
    g_value_set_uint (value, IM_CERTIFICATE_REQUEST (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
im_certificate_request_finalize (GObject *object)
{
  ImCertificateRequest *self = IM_CERTIFICATE_REQUEST (object);

  g_clear_error (&self->wire);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (im_certificate_request_parent_class)->finalize (object);
}

static void
im_certificate_request_class_init (ImCertificateRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = im_certificate_request_get_property;
  object_class->finalize = im_certificate_request_finalize;
  props[PROP_STATE] =
      g_param_spec_uint ("state", NULL, NULL, 0, IM_CERTIFICATE_REJECTED, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
im_certificate_request_init (ImCertificateRequest *self)
{
}

/**
 * im_certificate_request_new:
 * @account: asks; its owner
 * @error: of a login that failed for the certificate, with it as problem
 *
 * Returns: (transfer full): a question that nobody has claimed
 */
ImCertificateRequest *
im_certificate_request_new (ImAccount *account, const GError *error)
{
  ImCertificateRequest *self = g_object_new (IM_TYPE_CERTIFICATE_REQUEST, NULL);

  self->account = account;
  self->wire = g_error_copy (error);
  self->error = im_error_from_wire (error);
  return self;
}

/** im_certificate_request_claim: there is somebody who will answer, or say that nobody does */
void
im_certificate_request_claim (ImCertificateRequest *self)
{
  self->is_claimed = TRUE;
}

/** im_certificate_request_is_claimed: Returns: whether an answer will come */
gboolean
im_certificate_request_is_claimed (ImCertificateRequest *self)
{
  return self->is_claimed;
}

/** im_certificate_request_disown: the account waits for no answer any more */
void
im_certificate_request_disown (ImCertificateRequest *self)
{
  self->account = NULL;
  if (self->state == IM_CERTIFICATE_PENDING)
    set_state (self, IM_CERTIFICATE_REJECTED);
}

/** im_certificate_request_get_state: Returns: as Telepathy numbers it */
ImCertificateState
im_certificate_request_get_state (ImCertificateRequest *self)
{
  return self->state;
}

/** im_certificate_request_dup_chain: Returns: (transfer full) (element-type GBytes): DER, the
 * server's own certificate first */
GPtrArray *
im_certificate_request_dup_chain (ImCertificateRequest *self)
{
  GPtrArray *chain = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  GTlsCertificate *certificate = xmpp_login_error_get_problem (self->wire)->certificate;

  for (; certificate != NULL; certificate = g_tls_certificate_get_issuer (certificate))
    {
      GByteArray *der = NULL;

      g_object_get (certificate, "certificate", &der, NULL);
      if (der != NULL)
        g_ptr_array_add (chain, g_byte_array_free_to_bytes (der));
    }
  return chain;
}

/** im_certificate_request_dup_identities: Returns: (transfer full): the account's domain, then the
 * names that the account accepts besides */
char **
im_certificate_request_dup_identities (ImCertificateRequest *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  if (self->account != NULL)
    {
      g_autoptr (GVariant) extra =
          im_account_dup_parameter (self->account, "extra-certificate-identities");
      g_auto (GStrv) more = g_variant_dup_strv (extra, NULL);

      g_strv_builder_add (names, xmpp_jid_get_domain (self->account->jid));
      g_strv_builder_addv (names, (const char **) more);
    }
  return g_strv_builder_end (names);
}

/** im_certificate_request_get_error: Returns: (transfer none): IM_ERROR, with a sentence */
const GError *
im_certificate_request_get_error (ImCertificateRequest *self)
{
  return self->error;
}

/** im_certificate_request_accept: a person trusts this key, for this account */
void
im_certificate_request_accept (ImCertificateRequest *self)
{
  ImAccount *account = self->account;

  if (account == NULL || self->state != IM_CERTIFICATE_PENDING)
    return;
  set_state (self, IM_CERTIFICATE_ACCEPTED);
  im_account_trust_certificate (account, xmpp_login_error_get_problem (self->wire)->certificate);
}

/** im_certificate_request_dup_details: Returns: (transfer full): a{sv} of Telepathy's
 * TLS_Certificate_Rejection: what is known of what is wrong with it */
GVariant *
im_certificate_request_dup_details (ImCertificateRequest *self)
{
  g_auto (GVariantDict) details = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&details, "user-requested", "b", FALSE);
  if (self->account != NULL)
    im_account_add_error_details (self->account, self->wire, &details);
  return g_variant_ref_sink (g_variant_dict_end (&details));
}

/** im_certificate_request_give_up: nobody accepted it: the connection ends with what is wrong */
void
im_certificate_request_give_up (ImCertificateRequest *self)
{
  ImAccount *account = self->account;

  if (account == NULL || self->state != IM_CERTIFICATE_PENDING)
    return;
  set_state (self, IM_CERTIFICATE_REJECTED);
  im_account_fail (account, self->wire);
}

/* (transfer full): who said no, in words. */
static GError *
new_refusal (ImError code, GVariant *details)
{
  const char *why = NULL;
  g_autofree char *bounded = NULL;
  gboolean is_person = FALSE;

  g_variant_lookup (details, "user-requested", "b", &is_person);
  if (!g_variant_lookup (details, "debug-message", "&s", &why) || *why == '\0')
    return g_error_new (IM_ERROR, (int) code, "%s did not accept the server's certificate.",
                        is_person ? "A person" : "A program");
  bounded = im_dup_bounded (why, MAX_REASON_BYTES);
  return g_error_new (IM_ERROR, (int) code, "%s did not accept the server's certificate: %s",
                      is_person ? "A person" : "A program", bounded);
}

/**
 * im_certificate_request_reject:
 * @code: IM_ERROR of the connection's end
 * @name: what D-Bus calls it
 * @details: a{sv}, what whoever rejects it has to say of it
 *
 * Does nothing unless an answer is waited for.
 *
 * Spec: Telepathy Authentication.TLSCertificate, Reject; Connection, ConnectionError
 */
void
im_certificate_request_reject (ImCertificateRequest *self,
                               ImError code,
                               const char *name,
                               GVariant *details)
{
  ImAccount *account = self->account;
  g_auto (GVariantDict) all = G_VARIANT_DICT_INIT (details);
  g_autoptr (GVariant) said = NULL;
  g_autoptr (GError) error = NULL;

  if (account == NULL || self->state != IM_CERTIFICATE_PENDING)
    return;
  error = new_refusal (code, details);
  if (!g_variant_dict_contains (&all, "debug-message"))
    g_variant_dict_insert (&all, "debug-message", "s", error->message);
  if (code == IM_ERROR_CERT_HOSTNAME_MISMATCH)
    im_account_add_error_details (account, self->wire, &all);
  said = g_variant_ref_sink (g_variant_dict_end (&all));
  set_state (self, IM_CERTIFICATE_REJECTED);
  im_account_fail_as (account, error, name, said);
}
