/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-asking-session.c: a session of somebody who has no account: only what is asked is answered,
 * and nothing that comes by itself is listened to. XEP-0077 3.1 */

#include "im/im-asking-session.h"

typedef struct
{
  GWeakRef owner; /* the session outlives it by its farewell */
  void (*closed) (XmppSession *session, const GError *error, GObject *owner);
} Asking;

static void
ignore_cb (XmppSession *session, XmppNode *stanza, XmppJid *from, XmppFrom kind, gpointer user_data)
{
}

static void
flush_cb (XmppSession *session, gpointer user_data)
{
}

static gboolean
no_cb (XmppSession *session, XmppJid *bare, gpointer user_data)
{
  return FALSE;
}

static void
closed_cb (XmppSession *session, const GError *error, gpointer user_data)
{
  Asking *asking = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&asking->owner);

  if (owner != NULL)
    asking->closed (session, error, owner);
}

static void
gone_cb (gpointer data, GObject *where)
{
  Asking *asking = data;

  g_weak_ref_clear (&asking->owner);
  g_free (asking);
}

/**
 * im_asking_session_new:
 * @stream: bound to nothing
 * @jid: a full address, as whose it is shown in the log
 * @owner: not kept
 * @closed: called at its end while @owner lives; error (nullable): NULL: the server said goodbye
 *
 * Returns: (transfer full): started
 */
XmppSession *
im_asking_session_new (XmppStream *stream,
                       XmppJid *jid,
                       GObject *owner,
                       void (*closed) (XmppSession *session, const GError *error, GObject *owner))
{
  static const XmppSessionHandler handler = { ignore_cb, ignore_cb, flush_cb,
                                              closed_cb, no_cb, no_cb };
  Asking *asking = g_new0 (Asking, 1);
  XmppSession *session;

  g_weak_ref_init (&asking->owner, owner);
  asking->closed = closed;
  session = xmpp_session_new (stream, jid, &handler, asking);
  g_object_weak_ref (G_OBJECT (session), gone_cb, asking);
  xmpp_session_start (session);
  return session;
}
