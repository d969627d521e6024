/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-announcer.h: tells people who hear the window what happens in it */

#pragma once

#include <gtk/gtk.h>

#define LINNET_TYPE_ANNOUNCER (linnet_announcer_get_type ())
G_DECLARE_FINAL_TYPE (LinnetAnnouncer, linnet_announcer, LINNET, ANNOUNCER, GObject)

LinnetAnnouncer *linnet_announcer_new (void) G_GNUC_WARN_UNUSED_RESULT;
void linnet_announcer_set_root (LinnetAnnouncer *self, GtkRoot *root);
void linnet_announcer_say (LinnetAnnouncer *self, const char *text);
