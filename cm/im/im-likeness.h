/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-likeness.h: whose address or name looks like that of somebody else. UTS 39, XEP-0165 */
#pragma once

#include "im/im-types.h"

G_BEGIN_DECLS

/* Who is not in the contact list, and what they call themselves: either may be NULL. The contact,
 * or we ourselves, for whom people would take them. (nullable) (transfer none) */
ImContact *im_account_find_lookalike (ImAccount *self, XmppJid *bare, const char *name);
/* The same, of somebody: NULL for who is in the contact list by a name of our choice. */
ImContact *im_account_get_lookalike (ImAccount *self, ImContact *contact);

/* For the account. */
ImLikeness *im_likeness_new (ImAccount *account) G_GNUC_WARN_UNUSED_RESULT;
void im_likeness_free (ImLikeness *self);
/* The contact list has changed. */
void im_likeness_forget (ImLikeness *self);

G_END_DECLS
