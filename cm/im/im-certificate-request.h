/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-certificate-request.h: a server's certificate is not as it should be: a question to a
 * person */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

#define IM_TYPE_CERTIFICATE_REQUEST (im_certificate_request_get_type ())
G_DECLARE_FINAL_TYPE (
    ImCertificateRequest, im_certificate_request, IM, CERTIFICATE_REQUEST, GObject)

typedef enum
{
  IM_CERTIFICATE_PENDING = 0, /* Telepathy's TLS_Certificate_State */
  IM_CERTIFICATE_ACCEPTED = 1,
  IM_CERTIFICATE_REJECTED = 2,
} ImCertificateState;

/* notify::state. The connection waits only for a question that was claimed. */
void im_certificate_request_claim (ImCertificateRequest *self);
ImCertificateState im_certificate_request_get_state (ImCertificateRequest *self);
/* (element-type GBytes) (transfer full): DER, the server's own first. */
GPtrArray *im_certificate_request_dup_chain (ImCertificateRequest *self) G_GNUC_WARN_UNUSED_RESULT;
/* Whose it should be: the domain, then what the account accepts besides. (transfer full) */
char **im_certificate_request_dup_identities (ImCertificateRequest *self) G_GNUC_WARN_UNUSED_RESULT;
/* IM_ERROR: what is wrong with it. (transfer none) */
const GError *im_certificate_request_get_error (ImCertificateRequest *self);
/* This key is good for this account, from now on; signing in goes on. */
void im_certificate_request_accept (ImCertificateRequest *self);
/* a{sv} of Telepathy's TLS_Certificate_Rejection: what is known of what is wrong with it. */
GVariant *im_certificate_request_dup_details (ImCertificateRequest *self) G_GNUC_WARN_UNUSED_RESULT;
/* Nobody accepted it: the connection ends with what is wrong with it. */
void im_certificate_request_give_up (ImCertificateRequest *self);
/* The connection ends with `code`, called `name` on D-Bus, and with these details (a{sv}). */
void im_certificate_request_reject (ImCertificateRequest *self,
                                    ImError code,
                                    const char *name,
                                    GVariant *details);

G_END_DECLS
