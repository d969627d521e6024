/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-client-state.c: whether anybody is looking, for a server that then sends less. XEP-0352 4
 *
 * A stream begins active, so what was said ends with it. Nothing that a person would miss is left
 * out: that is for the server to know. */

#include "im/im-client-state.h"

#include "im/im-account-parts.h"
#include "im/im-session-link.h"

static const ImClientStateWire *
get_wire (ImAccount *self)
{
  return IM_ACCOUNT_WIRE (self, client_state);
}

/**
 * im_account_set_saves_power:
 * @saves_power: nobody is looking
 *
 * Returns: FALSE: it cannot be had
 * Errors: IM_ERROR_DISCONNECTED, IM_ERROR_NOT_AVAILABLE (the server cannot)
 * Spec: XEP-0352 4.2
 */
gboolean
im_account_set_saves_power (ImAccount *self, gboolean saves_power, GError **error)
{
  const ImClientStateWire *wire = get_wire (self);

  saves_power = !!saves_power;
  if (self->link == NULL)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_DISCONNECTED,
                           "The account has to be online for that.");
      return FALSE;
    }
  if (wire == NULL || self->link->features == NULL || !wire->is_offered (self->link->features))
    {
      g_set_error (error, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                   "%s cannot be told that nobody is looking.", xmpp_jid_get_domain (self->jid));
      return FALSE;
    }
  if (self->link->saves_power == saves_power)
    return TRUE;
  self->link->saves_power = saves_power;
  xmpp_session_send (self->link->session, wire->new_state (!saves_power));
  return TRUE;
}

/** im_account_get_saves_power: Returns: whether the server was told that nobody is looking */
gboolean
im_account_get_saves_power (ImAccount *self)
{
  return self->link != NULL && self->link->saves_power;
}
