/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-params.c: what goes into a login and what comes out of it */
#include "xmpp/xmpp-login.h"

#include "xmpp/xmpp-scram.h"

/**
 * xmpp_login_params_new:
 * @account: the account's address; its bare form is taken
 *
 * What a login needs, safe by default: encryption is required, certificates count.
 *
 * Returns: (transfer full): handed over to xmpp_login_async ()
 */
XmppLoginParams *
xmpp_login_params_new (XmppJid *account)
{
  XmppLoginParams *self = g_new0 (XmppLoginParams, 1);

  self->account = xmpp_jid_dup_bare (account);
  self->require_encryption = TRUE;
  return self;
}

void
xmpp_login_params_free (XmppLoginParams *self)
{
  if (self == NULL)
    return;
  xmpp_jid_unref (self->account);
  xmpp_scram_free_secret (self->password);
  g_clear_pointer (&self->relay, xmpp_sasl_relay_unref);
  g_free (self->certificate);
  g_free (self->certificate_key);
  g_free (self->resource);
  g_free (self->server);
  g_free (self->proxy_server);
  g_strfreev (self->fallback_servers);
  g_strfreev (self->extra_identities);
  g_strfreev (self->accepted_keys);
  g_free (self->language);
  g_free (self);
}

void
xmpp_login_result_free (XmppLoginResult *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->stream);
  g_clear_pointer (&self->jid, xmpp_jid_unref);
  g_clear_pointer (&self->features, xmpp_node_unref);
  g_free (self->mechanism);
  g_free (self->channel_binding);
  g_free (self->tls_version);
  g_free (self->tls_cipher);
  g_clear_object (&self->certificate);
  g_free (self);
}
