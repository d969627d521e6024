/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-server-item.h: something that a server offers or lacks, or somebody to write to */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define LINNET_TYPE_SERVER_ITEM (linnet_server_item_get_type ())
G_DECLARE_FINAL_TYPE (LinnetServerItem, linnet_server_item, LINNET, SERVER_ITEM, GObject)

LinnetServerItem *linnet_server_item_new (const char *title,
                                          const char *text,
                                          const char *address) G_GNUC_WARN_UNUSED_RESULT;
const char *linnet_server_item_get_title (LinnetServerItem *self);
const char *linnet_server_item_get_text (LinnetServerItem *self);
const char *linnet_server_item_get_address (LinnetServerItem *self);

G_END_DECLS
