/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-tls-channel.h: a question whether a certificate is good. Telepathy:
 * Channel.Type.ServerTLSConnection, Authentication.TLSCertificate */
#pragma once

#include "bus/cm-channel.h"

G_BEGIN_DECLS

#define CM_TYPE_TLS_CHANNEL (cm_tls_channel_get_type ())
G_DECLARE_FINAL_TYPE (CmTlsChannel, cm_tls_channel, CM, TLS_CHANNEL, CmChannel)

/* Claims `request`. */
CmTlsChannel *cm_tls_channel_new (CmConnection *connection,
                                  GDBusConnection *bus,
                                  ImCertificateRequest *request) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
