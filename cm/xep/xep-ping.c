/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-ping.c: answers who asks whether we are here, if they may know. XEP-0199 */

#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

static void
answer (ImAccount *account, gpointer state, XmppRequest *request)
{
  xmpp_request_reply (request, NULL);
}

const ImModule xep_ping = {
  .name = "ping",
  .xep = 199,
  .features = (const char *const[]){ XMPP_NS_PING, NULL },
  .routes =
      (const ImRoute[]){
          { FALSE, "ping", XMPP_NS_PING, XMPP_FROM_ANYONE & ~XMPP_FROM_STRANGER, answer },
          { 0 },
      },
};
