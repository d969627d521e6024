/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-preferences.h: what can be set, and the accounts. window.md section 3 */
#pragma once

#include <adwaita.h>

#include "model/linnet-service.h"

G_BEGIN_DECLS

#define LINNET_TYPE_PREFERENCES (linnet_preferences_get_type ())
G_DECLARE_FINAL_TYPE (LinnetPreferences,
                      linnet_preferences,
                      LINNET,
                      PREFERENCES,
                      AdwPreferencesWindow)

GtkWidget *linnet_preferences_new (LinnetService *service,
                                   GSettings *settings) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
