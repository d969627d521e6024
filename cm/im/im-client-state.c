/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-client-state.c: whether anybody is looking. XEP-0352 4, Telepathy
 * Connection.Interface.PowerSaving
 *
 * A server that can be told then sends less. Whatever the server can, we do less ourselves: a quiet
 * line is made sure of less often, nobody is asked what their devices can do, and what is only to
 * be looked at is told to programs once a minute at most. Nothing that a person would miss waits.
 *
 * A stream begins active, so what was said ends with it. */

#include "im/im-client-state.h"

#include "im/im-account-parts.h"
#include "im/im-session-link.h"

/* Less than the time after which address translators on the way forget a line that is quiet: five
 * minutes with many of them. */
#define QUIET_MOST_S 240
#define QUIET_FACTOR 4

/**
 * im_account_set_saves_power:
 * @saves_power: nobody is looking
 *
 * Returns: FALSE: it cannot be had
 * Errors: IM_ERROR_DISCONNECTED
 * Spec: XEP-0352 4.2
 */
gboolean
im_account_set_saves_power (ImAccount *self, gboolean saves_power, GError **error)
{
  const ImClientStateWire *wire = IM_ACCOUNT_WIRE (self, client_state);

  saves_power = !!saves_power;
  if (self->link == NULL)
    {
      g_set_error_literal (error, IM_ERROR, IM_ERROR_DISCONNECTED,
                           "The account has to be online for that.");
      return FALSE;
    }
  if (self->link->saves_power == saves_power)
    return TRUE;
  self->link->saves_power = saves_power;
  if (wire != NULL && self->link->features != NULL && wire->is_offered (self->link->features))
    xmpp_session_send (self->link->session, wire->new_state (!saves_power));
  im_account_start_keepalive (self);
  if (saves_power)
    return TRUE;
  im_roster_flush (self->roster);
  im_caps_go_on (self->caps);
  return TRUE;
}

/** im_account_get_saves_power: Returns: whether nobody is looking */
gboolean
im_account_get_saves_power (ImAccount *self)
{
  return self->link != NULL && self->link->saves_power;
}

/** im_client_state_stretch_s: @interval_s: at which a quiet line is made sure of while somebody is
 * looking; 0: never. Returns: at which it is while nobody is */
guint
im_client_state_stretch_s (guint interval_s)
{
  return interval_s >= QUIET_MOST_S ? interval_s : MIN (interval_s * QUIET_FACTOR, QUIET_MOST_S);
}
