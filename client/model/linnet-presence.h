/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linnet-presence.h: whether somebody can be reached, with its word and symbol. window.md section 6
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  LINNET_PRESENCE_UNKNOWN,
  LINNET_PRESENCE_OFFLINE,
  LINNET_PRESENCE_INVISIBLE,
  LINNET_PRESENCE_EXTENDED_AWAY,
  LINNET_PRESENCE_AWAY,
  LINNET_PRESENCE_BUSY,
  LINNET_PRESENCE_AVAILABLE,
} LinnetPresence;

#define LINNET_TYPE_PRESENCE (linnet_presence_get_type ())
GType linnet_presence_get_type (void);

LinnetPresence linnet_presence_from_telepathy (guint type);
guint linnet_presence_to_telepathy (LinnetPresence self);
const char *linnet_presence_get_status (LinnetPresence self);
const char *linnet_presence_get_word (LinnetPresence self);
const char *linnet_presence_get_icon_name (LinnetPresence self);
gboolean linnet_presence_is_online (LinnetPresence self);

G_END_DECLS
