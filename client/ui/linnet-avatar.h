/* SPDX-License-Identifier: GPL-3.0-or-later */

/* linnet-avatar.h: the round picture of somebody, or their initials */

#pragma once

#include <gtk/gtk.h>

#define LINNET_TYPE_AVATAR (linnet_avatar_get_type ())
G_DECLARE_FINAL_TYPE (LinnetAvatar, linnet_avatar, LINNET, AVATAR, GtkWidget)

GtkWidget *linnet_avatar_new (int size_px) G_GNUC_WARN_UNUSED_RESULT;
void linnet_avatar_set_size (LinnetAvatar *self, int size_px);
void linnet_avatar_set_person (LinnetAvatar *self, const char *address, const char *name);
guint linnet_avatar_get_hue (const char *address);
void linnet_avatar_get_color (const char *address, GdkRGBA *color);
char *linnet_avatar_dup_initials (const char *name) G_GNUC_WARN_UNUSED_RESULT;
