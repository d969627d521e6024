/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-client.h: the window as a Telepathy client. Telepathy Client, .Handler, .Approver */
#pragma once

#include "model/linnet-service.h"

G_BEGIN_DECLS

#define LINNET_TYPE_CLIENT (linnet_client_get_type ())
G_DECLARE_FINAL_TYPE (LinnetClient, linnet_client, LINNET, CLIENT, GObject)

/* `answers_questions`: whether somebody shows LinnetAccount:question. Where nobody does, the
 * service decides by itself what no person is asked. */
LinnetClient *linnet_client_new (GDBusConnection *bus,
                                 LinnetService *service,
                                 gboolean answers_questions) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
