/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-account-trust.c: what an account has learnt of its server, and what a person said of it.
 * XEP-0474 5
 *
 * What the server could do once it must do again: whoever sits in between wants it to do less. Only
 * a person who was told so may say that it is meant to be so. */

#include "im/im-account-parts.h"

/** im_account_get_known_strength: Returns: XmppStrength that the server must show. An account that
 * somebody else keeps has nobody who could be asked, and learns nothing. */
guint
im_account_get_known_strength (ImAccount *self)
{
  return self->record->is_kept ? self->record->strength : 0;
}

/**
 * im_account_note_strength:
 * @bound: (nullable): a login that succeeded
 * @error: (nullable): why it did not
 */
void
im_account_note_strength (ImAccount *self, const XmppLoginResult *bound, const GError *error)
{
  self->is_weakened = g_error_matches (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_WEAKENED);
  if (bound == NULL || (bound->strength & ~self->record->strength) == 0)
    return;
  self->record->strength |= bound->strength;
  im_account_save (self);
}

/** im_account_consent_to_weaker: a person gave the password again; where the last thing that they
 * were told is that the server has become less safe, that is their answer */
void
im_account_consent_to_weaker (ImAccount *self)
{
  if (!self->is_weakened)
    return;
  g_message ("%s: the person gave the password again; what was known of the server is forgotten",
             self->unique_name);
  self->is_weakened = FALSE;
  self->record->strength = 0;
  im_account_save (self);
}
