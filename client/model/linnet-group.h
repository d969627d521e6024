/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-group.h: a group of contacts. Telepathy Connection.Interface.ContactGroups */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Property: name. */
#define LINNET_TYPE_GROUP (linnet_group_get_type ())
G_DECLARE_FINAL_TYPE (LinnetGroup, linnet_group, LINNET, GROUP, GObject)

LinnetGroup *linnet_group_new (const char *name) G_GNUC_WARN_UNUSED_RESULT;
const char *linnet_group_get_name (LinnetGroup *self);
void linnet_group_set_name (LinnetGroup *self, const char *name);
char **linnet_group_dup_path (LinnetGroup *self, const char *delimiter) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
