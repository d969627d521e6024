/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-client-state.h: whether anybody is looking: else less is sent, asked and told. XEP-0352 */
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
guint im_client_state_stretch_s (guint interval_s);

G_END_DECLS
