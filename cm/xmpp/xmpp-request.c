/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-request.c: one get or set that waits for our answer. RFC 6120 8.2.3
 *
 * It is answered exactly once, whatever its owner does: an owner that lets go of it without
 * answering has failed. */
#include "xmpp/xmpp-request.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "xmpp/xmpp-ns.h"

#define ID_BYTES 12

struct _XmppRequest
{
  GObject parent;
  GWeakRef session;
  XmppNode *stanza; /* (owned) */
  XmppJid *from; /* (owned) */
  XmppFrom kind;
  gboolean is_answered;
};

G_DEFINE_FINAL_TYPE (XmppRequest, xmpp_request, G_TYPE_OBJECT)

static void
answer (XmppRequest *self, XmppNode *iq)
{
  g_autoptr (XmppSession) session = g_weak_ref_get (&self->session);

  self->is_answered = TRUE;
  if (session != NULL)
    xmpp_session_send (session, iq);
  else
    xmpp_node_unref (iq);
}

static void
xmpp_request_dispose (GObject *object)
{
  XmppRequest *self = XMPP_REQUEST (object);

  if (!self->is_answered)
    xmpp_request_fail (self, XMPP_STANZA_ERROR_INTERNAL_SERVER_ERROR, NULL);
  G_OBJECT_CLASS (xmpp_request_parent_class)->dispose (object);
}

static void
xmpp_request_finalize (GObject *object)
{
  XmppRequest *self = XMPP_REQUEST (object);

  g_weak_ref_clear (&self->session);
  g_clear_pointer (&self->stanza, xmpp_node_unref);
  g_clear_pointer (&self->from, xmpp_jid_unref);
  G_OBJECT_CLASS (xmpp_request_parent_class)->finalize (object);
}

static void
xmpp_request_class_init (XmppRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = xmpp_request_dispose;
  G_OBJECT_CLASS (klass)->finalize = xmpp_request_finalize;
}

static void
xmpp_request_init (XmppRequest *self)
{
  g_weak_ref_init (&self->session, NULL);
}

XmppRequest *
xmpp_request_new (XmppSession *session, XmppNode *stanza, XmppJid *from, XmppFrom kind)
{
  XmppRequest *self = g_object_new (XMPP_TYPE_REQUEST, NULL);

  g_weak_ref_set (&self->session, session);
  self->stanza = xmpp_node_ref (stanza);
  self->from = xmpp_jid_ref (from);
  self->kind = kind;
  return self;
}

XmppNode *
xmpp_request_new_answer (const XmppNode *stanza, const char *type)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", type);
  xmpp_node_set (iq, "id", xmpp_node_get (stanza, "id"));
  xmpp_node_set (iq, "to", xmpp_node_get (stanza, "from"));
  return iq;
}

/**
 * xmpp_request_get_payload:
 *
 * Returns: (transfer none): what is asked, the one child of the stanza
 */
XmppNode *
xmpp_request_get_payload (XmppRequest *self)
{
  return xmpp_node_get_first (self->stanza);
}

/**
 * xmpp_request_get_stanza:
 *
 * Returns: (transfer none): the whole stanza
 */
XmppNode *
xmpp_request_get_stanza (XmppRequest *self)
{
  return self->stanza;
}

/**
 * xmpp_request_get_from:
 *
 * Returns: (transfer none): who asks; the account's bare address where the stanza names nobody
 */
XmppJid *
xmpp_request_get_from (XmppRequest *self)
{
  return self->from;
}

/**
 * xmpp_request_get_from_kind:
 *
 * Returns: what that is to us, one bit
 */
XmppFrom
xmpp_request_get_from_kind (XmppRequest *self)
{
  return self->kind;
}

gboolean
xmpp_request_is_set (XmppRequest *self)
{
  return strcmp (xmpp_node_get (self->stanza, "type"), "set") == 0;
}

/**
 * xmpp_request_reply:
 * @payload: (nullable) (transfer full): the content of the result
 *
 * Answers with a result. A session that has ended answers nobody.
 *
 * Spec: RFC 6120 §8.2.3
 */
void
xmpp_request_reply (XmppRequest *self, XmppNode *payload)
{
  g_autoptr (XmppNode) content = payload;
  g_autoptr (XmppNode) iq = NULL;

  g_return_if_fail (!self->is_answered);

  iq = xmpp_request_new_answer (self->stanza, "result");
  if (content != NULL)
    xmpp_node_add_copy (iq, content);
  answer (self, g_steal_pointer (&iq));
}

/**
 * xmpp_request_fail:
 * @code: why not
 * @text: (nullable): the same for people
 *
 * Answers with an error.
 *
 * Spec: RFC 6120 §8.3
 */
void
xmpp_request_fail (XmppRequest *self, XmppStanzaError code, const char *text)
{
  g_autoptr (XmppNode) iq = NULL;

  g_return_if_fail (!self->is_answered);

  iq = xmpp_request_new_answer (self->stanza, "error");
  xmpp_node_add_stanza_error (iq, code, text);
  answer (self, g_steal_pointer (&iq));
}

/** xmpp_request_dup_new_id: Returns: (transfer full): one that nobody can guess */
char *
xmpp_request_dup_new_id (void)
{
  guchar bytes[ID_BYTES];
  char *id;

  if (gnutls_rnd (GNUTLS_RND_NONCE, bytes, sizeof bytes) < 0)
    g_error ("This computer has no random numbers to give");
  id = g_base64_encode (bytes, sizeof bytes);
  g_strdelimit (id, "+", '-');
  return g_strdelimit (id, "/", '_');
}
