/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-pin.c: the PIN of a token that has the key of an account's certificate. RFC 7512
 *
 * It is kept and asked for like the password of any other account, and goes to the token alone: no
 * server ever hears of it. A wrong one is said once, as a token locks itself after a few; one that
 * was not called wrong is said again to a token that asks again, as some do for each signature. */
#include "xmpp/xmpp-login-pin.h"

/* In one login. */
#define MAX_ASKED 5

typedef enum
{
  STATE_UNASKED,
  STATE_GIVEN,
  STATE_NEEDED,
  STATE_WRONG,
} State;

struct _XmppLoginPin
{
  GTlsInteraction parent_instance;

  const char *pin; /* (nullable) of the login */
  int state; /* State; atomic */
  int n_given; /* atomic */
};

G_DEFINE_FINAL_TYPE (XmppLoginPin, xmpp_login_pin, G_TYPE_TLS_INTERACTION)

/* Any thread. */
static GTlsInteractionResult
xmpp_login_pin_ask_password (GTlsInteraction *interaction,
                             GTlsPassword *password,
                             GCancellable *cancellable,
                             GError **error)
{
  XmppLoginPin *self = XMPP_LOGIN_PIN (interaction);
  State state = (State) g_atomic_int_get (&self->state);
  gboolean is_wrong = (g_tls_password_get_flags (password) & G_TLS_PASSWORD_RETRY) != 0;

  if (self->pin != NULL && (state == STATE_UNASKED || (state == STATE_GIVEN && !is_wrong)) &&
      g_atomic_int_add (&self->n_given, 1) < MAX_ASKED)
    {
      g_tls_password_set_value (password, (const guchar *) self->pin, -1);
      g_atomic_int_set (&self->state, STATE_GIVEN);
      return G_TLS_INTERACTION_HANDLED;
    }
  g_atomic_int_set (&self->state, self->pin == NULL ? STATE_NEEDED : STATE_WRONG);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "There is no other PIN");
  return G_TLS_INTERACTION_FAILED;
}

static void
xmpp_login_pin_class_init (XmppLoginPinClass *klass)
{
  G_TLS_INTERACTION_CLASS (klass)->ask_password = xmpp_login_pin_ask_password;
}

static void
xmpp_login_pin_init (XmppLoginPin *self)
{
}

/** xmpp_login_pin_new: @pin: (nullable): outlives it. Returns: (transfer full): not asked yet */
XmppLoginPin *
xmpp_login_pin_new (const char *pin)
{
  XmppLoginPin *self = g_object_new (XMPP_TYPE_LOGIN_PIN, NULL);

  self->pin = pin;
  return self;
}

/** xmpp_login_pin_check: Returns: FALSE where the token was not content. Errors: XMPP_LOGIN_ERROR:
 * PASSWORD_NEEDED, NOT_AUTHORIZED */
gboolean
xmpp_login_pin_check (XmppLoginPin *self, GError **error)
{
  State state = (State) g_atomic_int_get (&self->state);

  if (state == STATE_NEEDED)
    g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_PASSWORD_NEEDED,
                         "The PIN of the token with the certificate is needed.");
  if (state == STATE_WRONG)
    g_set_error_literal (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NOT_AUTHORIZED,
                         "The token with the certificate did not take the PIN.");
  return state == STATE_UNASKED || state == STATE_GIVEN;
}
