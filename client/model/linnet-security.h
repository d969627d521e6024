/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-security.h: how safe an account's connection is, and whom a person has believed.
 * im.linnet.Security1 */
#pragma once

#include "model/linnet-account.h"
#include "model/linnet-certificate.h"

G_BEGIN_DECLS

/* Properties: encrypted, channel-binding-refused, resumed, tls-version, cipher, mechanism,
 * channel-binding, text, certificate, accepted-keys. */
#define LINNET_TYPE_SECURITY (linnet_security_get_type ())
G_DECLARE_FINAL_TYPE (LinnetSecurity, linnet_security, LINNET, SECURITY, GObject)

LinnetSecurity *linnet_security_new (LinnetAccount *account) G_GNUC_WARN_UNUSED_RESULT;
char *linnet_security_dup_text (LinnetSecurity *self) G_GNUC_WARN_UNUSED_RESULT;
LinnetCertificate *linnet_security_get_certificate (LinnetSecurity *self); /* (nullable) */
char **linnet_security_dup_accepted_keys (LinnetSecurity *self) G_GNUC_WARN_UNUSED_RESULT;

/* What a person has accepted counts no more, from the next sign-in on. Finish by
 * linnet_account_action_finish (). */
void linnet_security_forget_keys_async (LinnetSecurity *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer data);

G_END_DECLS
