/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-certificate-request-private.h: what the account does to its question; for cm/im alone */
#pragma once

#include "im/im-certificate-request.h"

G_BEGIN_DECLS

/* `error`: of a login, XMPP_LOGIN_ERROR_CERTIFICATE. */
ImCertificateRequest *im_certificate_request_new (ImAccount *account,
                                                  const GError *error) G_GNUC_WARN_UNUSED_RESULT;
gboolean im_certificate_request_is_claimed (ImCertificateRequest *self);
/* The account no longer waits: what was not accepted is rejected. */
void im_certificate_request_disown (ImCertificateRequest *self);

G_END_DECLS
