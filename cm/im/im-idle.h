/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-idle.h: since when nobody has touched a device. XEP-0319 */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

/* Seconds since 1970; 0: somebody is there, or nobody says. */
gint64 im_contact_get_idle_since_s (const ImContact *self); /* of the best resource */
gint64 im_account_get_idle_since_s (ImAccount *self); /* ours */
gboolean im_account_set_idle_since_s (ImAccount *self, gint64 since_s, GError **error);

/* For the module: of a full address that is there. Told with the next flush. */
void im_account_set_resource_idle (ImAccount *self, XmppJid *full, gint64 since_s);

G_END_DECLS
