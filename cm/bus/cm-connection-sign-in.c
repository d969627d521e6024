/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cm-connection-sign-in.c: what a connection asks people while it signs in, each question a
 * channel. Telepathy: Channel.Type.ServerAuthentication, Channel.Type.ServerTLSConnection */
#include "bus/cm-auth-channel.h"
#include "bus/cm-captcha-channel.h"
#include "bus/cm-connection-private.h"
#include "bus/cm-status.h"
#include "bus/cm-tls-channel.h"

static void
ask (CmConnection *self, gpointer channel)
{
  cm_requests_add_channel (cm_connection_get_requests (self), CM_CHANNEL (channel));
}

static void
auth_request_cb (CmConnection *self)
{
  ImAuthRequest *request = im_account_get_auth_request (cm_connection_get_account (self));

  if (request != NULL && !cm_connection_is_gone (self))
    ask (self, cm_auth_channel_new (self, cm_connection_get_bus (self), request));
}

static void
captcha_request_cb (CmConnection *self)
{
  ImCaptchaRequest *request = im_account_get_captcha_request (cm_connection_get_account (self));

  if (request != NULL && !cm_connection_is_gone (self))
    ask (self, cm_captcha_channel_new (self, cm_connection_get_bus (self), request));
}

/* Asked where somebody brings the question to a person: our dispatcher does for the account
 * manager's accounts, another one does for the others. */
static void
certificate_request_cb (CmConnection *self)
{
  ImAccount *account = cm_connection_get_account (self);
  ImCertificateRequest *request = im_account_get_certificate_request (account);
  gboolean is_ours = cm_service_owns_account_manager (cm_connection_get_service (self));

  if (request != NULL && !cm_connection_is_gone (self) && im_account_is_kept (account) == is_ours)
    ask (self, cm_tls_channel_new (self, cm_connection_get_bus (self), request));
}

void
cm_connection_watch_sign_in (CmConnection *self)
{
  static const struct
  {
    const char *signal;
    GCallback callback;
  } questions[] = {
    { "notify::auth-request", G_CALLBACK (auth_request_cb) },
    { "notify::captcha-request", G_CALLBACK (captcha_request_cb) },
    { "notify::certificate-request", G_CALLBACK (certificate_request_cb) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    g_signal_connect_object (cm_connection_get_account (self), questions[i].signal,
                             questions[i].callback, self, G_CONNECT_SWAPPED);
}

void
cm_connection_tell_self (CmConnection *self)
{
  TpConnection *skeleton = cm_connection_get_interface (self, TP_TYPE_CONNECTION);
  ImContact *own = im_account_get_self_contact (cm_connection_get_account (self));
  const char *id = xmpp_jid_get_text (im_contact_get_jid (own));

  if (g_strcmp0 (tp_connection_get_self_id (skeleton), id) == 0)
    return;
  tp_connection_set_self_id (skeleton, id);
  if (tp_connection_get_status (skeleton) != CM_STATUS_DISCONNECTED)
    tp_connection_emit_self_contact_changed (skeleton, CM_SELF_HANDLE, id);
}
