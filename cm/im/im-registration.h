/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-registration.h: what the account asks its server about itself: another password, an end.
 * XEP-0077 */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

/* What the module of the feature says on the wire. Both: (transfer full) an IQ. */
struct _ImRegistrationWire
{
  XmppNode *(*new_password) (XmppJid *account, const char *password);
  XmppNode *(*new_removal) (void);
};

G_END_DECLS
