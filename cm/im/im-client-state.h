/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-client-state.h: whether anybody is looking, for a server that then sends less. XEP-0352 */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

/* What the module of the feature says on the wire. */
struct _ImClientStateWire
{
  gboolean (*is_offered) (const XmppNode *features); /* of the stream */
  XmppNode *(*new_state) (gboolean is_active); /* (transfer full) no stanza */
};

gboolean im_account_set_saves_power (ImAccount *self, gboolean saves_power, GError **error);
gboolean im_account_get_saves_power (ImAccount *self);

G_END_DECLS
