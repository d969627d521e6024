/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-certificate.h: what a server proves itself with, for people to read. RFC 5280 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Properties: names, subject, issuer, fingerprint, valid-from, valid-until: texts. */
#define LINNET_TYPE_CERTIFICATE (linnet_certificate_get_type ())
G_DECLARE_FINAL_TYPE (LinnetCertificate, linnet_certificate, LINNET, CERTIFICATE, GObject)

LinnetCertificate *linnet_certificate_new (GBytes *der, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *linnet_certificate_get_names (LinnetCertificate *self);
const char *linnet_certificate_get_subject (LinnetCertificate *self);
const char *linnet_certificate_get_issuer (LinnetCertificate *self);
const char *linnet_certificate_get_fingerprint (LinnetCertificate *self);
const char *linnet_certificate_get_valid_from (LinnetCertificate *self);
const char *linnet_certificate_get_valid_until (LinnetCertificate *self);

G_END_DECLS
