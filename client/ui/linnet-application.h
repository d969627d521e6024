/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-application.h: the process of the window: actions, notifications, the Telepathy client */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define LINNET_APPLICATION_ID "im.linnet.Linnet"

#define LINNET_TYPE_APPLICATION (linnet_application_get_type ())
G_DECLARE_FINAL_TYPE (LinnetApplication, linnet_application, LINNET, APPLICATION, AdwApplication)

LinnetApplication *linnet_application_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
