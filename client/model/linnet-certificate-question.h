/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-certificate-question.h: whether a server is the right one although nothing proves it.
 * Telepathy Channel.Type.ServerTLSConnection */
#pragma once

#include "model/linnet-certificate.h"
#include "model/linnet-question.h"

G_BEGIN_DECLS

/* Why a person says no: numbers of Telepathy's TLS_Certificate_Reject_Reason. */
typedef enum
{
  LINNET_REJECTION_UNTRUSTED = 1,
  LINNET_REJECTION_FINGERPRINT = 4, /* it was compared, and is another one */
} LinnetRejection;

#define LINNET_TYPE_CERTIFICATE_QUESTION (linnet_certificate_question_get_type ())
G_DECLARE_FINAL_TYPE (LinnetCertificateQuestion,
                      linnet_certificate_question,
                      LINNET,
                      CERTIFICATE_QUESTION,
                      LinnetQuestion)

/* `properties`: of the channel, a{sv}. (nullable): they are not those of such a channel */
LinnetQuestion *linnet_certificate_question_new (GDBusConnection *bus,
                                                 const char *service_name,
                                                 const char *path,
                                                 GVariant *properties) G_GNUC_WARN_UNUSED_RESULT;
const char *linnet_certificate_question_get_hostname (LinnetCertificateQuestion *self);
/* LinnetCertificate, the server's own first */
GListModel *linnet_certificate_question_get_chain (LinnetCertificateQuestion *self);
void linnet_certificate_question_accept (LinnetCertificateQuestion *self);
void linnet_certificate_question_reject (LinnetCertificateQuestion *self, LinnetRejection reason);

G_END_DECLS
