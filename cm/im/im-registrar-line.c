/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-registrar-line.c: the line that a registration has to a server where nobody has signed in: it
 * is encrypted, and the server has proved who it is, before anything is said. XEP-0077 3.1,
 * XEP-0445 */

#include "im/im-registrar-private.h"

#include "im/im-asking-session.h"
#include "xmpp/xmpp-error.h"

static void
token_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImRegistrar) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = NULL;

  if (!im_registrar_take_answer (self, source, result, &answer, &error))
    return;
  /* XEP-0445 §4: it may let people in all the same. */
  if (error != NULL)
    im_registrar_set_note (
        self, "The server does not accept the invitation: it may be too old, or used.");
  im_registrar_ask (self);
}

static void
closed_cb (XmppSession *session, const GError *error, GObject *owner)
{
  ImRegistrar *self = IM_REGISTRAR (owner);
  g_autoptr (GError) lost = NULL;

  if (self->session != session)
    return;
  /* Some servers answer nobody who has not signed in: they end the stream. */
  if (self->question.form == NULL && (error == NULL || error->domain == XMPP_STREAM_ERROR))
    {
      im_registrar_refuse (self, "it ended the connection when it was asked.");
      return;
    }
  lost = g_error_new_literal (IM_ERROR, IM_ERROR_CONNECTION_LOST,
                              "The server ended the connection before there was an account.");
  im_registrar_end (self, IM_REGISTRAR_FAILED, lost);
}

static void
start (ImRegistrar *self, const XmppLoginResult *line)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new_from_parts (
      xmpp_jid_get_local (self->jid), xmpp_jid_get_domain (self->jid), "registration", NULL);

  self->is_verified = line->is_verified;
  self->session = im_asking_session_new (line->stream, jid, G_OBJECT (self), closed_cb);
  if (self->token != NULL && self->wire->takes_token (line->features))
    {
      im_registrar_request (
          self, self->wire->new_token (xmpp_jid_get_domain (self->jid), self->token), token_cb);
      return;
    }
  if (self->token != NULL)
    im_registrar_set_note (self, "The server does not know of invitations.");
  im_registrar_ask (self);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImRegistrar) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppLoginResult) line = xmpp_login_finish (result, &error);

  if (self->state >= IM_REGISTRAR_DONE)
    {
      if (line != NULL)
        xmpp_stream_abort (line->stream);
    }
  else if (line == NULL)
    im_registrar_end (self, IM_REGISTRAR_FAILED, error);
  else
    start (self, line);
}

/** im_registrar_is_verified: Returns: whether the server proved who it is, or a person accepted its
 * key */
gboolean
im_registrar_is_verified (ImRegistrar *self)
{
  return self->is_verified;
}

/** im_registrar_connect: @params: (transfer full): how to get there */
void
im_registrar_connect (ImRegistrar *self, XmppLoginParams *params)
{
  xmpp_login_async (params, NULL, NULL, self->cancellable, line_cb, g_object_ref (self));
}
