/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-session.h: whose stanza is it, who sent it, who answers it. RFC 6120 8 and 10
 *
 * Every IQ get or set is answered exactly once; an answer counts only from whom we asked. */
#pragma once

#include <gio/gio.h>

#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-jid.h"
#include "xmpp/xmpp-node.h"
#include "xmpp/xmpp-stream.h"

G_BEGIN_DECLS

/* Who may speak. Zero is nobody: a row that forgets to say is never called. A sender has exactly
 * one of these bits set in what xmpp_session classifies (the most privileged that is true); a row
 * names all that it admits. */
typedef enum
{
  XMPP_FROM_NOBODY = 0,
  XMPP_FROM_ACCOUNT = 1 << 0, /* our own bare address, or no address */
  XMPP_FROM_SERVER = 1 << 1, /* our server's domain */
  XMPP_FROM_OWN_DEVICE = 1 << 2, /* a full address of ours */
  XMPP_FROM_CONTACT = 1 << 3, /* subscribed, either way, as the roster says */
  XMPP_FROM_ROOM = 1 << 4, /* a room that we have joined */
  XMPP_FROM_STRANGER = 1 << 5,
  XMPP_FROM_ANYONE = 0x3f,
} XmppFrom;

#define XMPP_TYPE_SESSION (xmpp_session_get_type ())
G_DECLARE_FINAL_TYPE (XmppSession, xmpp_session, XMPP, SESSION, GObject)

/* One get or set to be answered. Answering twice is a programmer's mistake; when the last reference
 * goes and nobody answered, the session answers internal-server-error; when the session is gone,
 * answers are dropped. */
#define XMPP_TYPE_REQUEST (xmpp_request_get_type ())
G_DECLARE_FINAL_TYPE (XmppRequest, xmpp_request, XMPP, REQUEST, GObject)

XmppNode *xmpp_request_get_payload (XmppRequest *self); /* the one child */
XmppNode *xmpp_request_get_stanza (XmppRequest *self);
XmppJid *xmpp_request_get_from (
    XmppRequest *self); /* the account's bare address where the stanza has none */
XmppFrom xmpp_request_get_from_kind (XmppRequest *self);
gboolean xmpp_request_is_set (XmppRequest *self);
/* `payload` (nullable) (transfer full) */
void xmpp_request_reply (XmppRequest *self, XmppNode *payload);
void xmpp_request_fail (XmppRequest *self, XmppStanzaError code, const char *text);

typedef void (*XmppRouteFunc) (XmppRequest *request, gpointer user_data);

/* What the owner of a session provides; all on the main thread. */
typedef struct
{
  /* A message or presence, its sender already judged. `from` is normalised; it is the account's
   * bare address where the stanza has none. Malformed senders never get here. */
  void (*message) (
      XmppSession *session, XmppNode *stanza, XmppJid *from, XmppFrom kind, gpointer user_data);
  void (*presence) (
      XmppSession *session, XmppNode *stanza, XmppJid *from, XmppFrom kind, gpointer user_data);
  void (*flush) (XmppSession *session, gpointer user_data);
  void (*closed) (XmppSession *session, const GError *error, gpointer user_data);
  /* Is the bare address a subscribed contact? A joined room? */
  gboolean (*is_contact) (XmppSession *session, XmppJid *bare, gpointer user_data);
  gboolean (*is_room) (XmppSession *session, XmppJid *bare, gpointer user_data);
} XmppSessionHandler;

/* `jid` is the bound full address. Takes a reference on the stream, starts it in xmpp_session_start
 * (). */
XmppSession *xmpp_session_new (XmppStream *stream,
                               XmppJid *jid,
                               const XmppSessionHandler *handler,
                               gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
/* Exactly one owner per (set or get, element, namespace): a second one stops the program (g_error).
 * `element` and `ns` must outlive the session (constants). Called before start. A set or get from
 * somebody whom the row does not admit is answered service-unavailable, as if the row were not
 * there. */
void xmpp_session_add_route (XmppSession *self,
                             gboolean is_set,
                             const char *element,
                             const char *ns,
                             XmppFrom from,
                             XmppRouteFunc func,
                             gpointer user_data);
void xmpp_session_start (XmppSession *self);

XmppJid *xmpp_session_get_jid (XmppSession *self);
XmppFrom xmpp_session_classify (XmppSession *self, XmppJid *from);
gboolean xmpp_session_is_open (XmppSession *self);

/* A fresh id, ≥ 64 random bits, URL-safe. */
char *xmpp_session_dup_new_id (XmppSession *self) G_GNUC_WARN_UNUSED_RESULT;
/* Sends a message or presence (transfer full); sets an id where there is none. FALSE: the server
 * takes no stanza of that length. */
gboolean xmpp_session_send (XmppSession *self, XmppNode *stanza);
guint32 xmpp_session_get_max_bytes (XmppSession *self); /* of one stanza; 0: not known */
/* Sends an <iq type='get|set'/> (transfer full); sets its id. `timeout_ms` 0: 30,000. Cancelling
 * forgets the answer. The answer is (transfer full); errors: XMPP_STANZA_ERROR as the peer said,
 * XMPP_ERROR_TIMED_OUT, XMPP_ERROR_NOT_CONNECTED, G_IO_ERROR_CANCELLED. */
void xmpp_session_request_async (XmppSession *self,
                                 XmppNode *iq,
                                 guint timeout_ms,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
XmppNode *xmpp_session_request_finish (XmppSession *self,
                                       GAsyncResult *result,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends it in good order (callback of `closed` with NULL), or at once. */
void xmpp_session_close (XmppSession *self);
void xmpp_session_abort (XmppSession *self);
/* Bytes waiting for the network; the owner holds back when it grows. */
size_t xmpp_session_get_queued_bytes (XmppSession *self);
void xmpp_session_send_whitespace (XmppSession *self);

G_END_DECLS
