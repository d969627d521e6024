/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-version.c: says which software we are, to contacts; of the system nothing is told. XEP-0092
 */

#include "config.h"

#include "im/im-disco.h"
#include "xmpp/xmpp-ns.h"

#define WHO_MAY_ASK \
  (XMPP_FROM_ACCOUNT | XMPP_FROM_SERVER | XMPP_FROM_OWN_DEVICE | XMPP_FROM_CONTACT)

static void
answer (ImAccount *account, gpointer state, XmppRequest *request)
{
  XmppNode *query = xmpp_node_new ("query", XMPP_NS_VERSION);

  xmpp_node_add_with_text (query, "name", NULL, IM_DISCO_NAME);
  xmpp_node_add_with_text (query, "version", NULL, LINNET_VERSION);
  xmpp_request_reply (request, query);
}

const ImModule xep_version = {
  .name = "version",
  .xep = 92,
  .features = (const char *const[]){ XMPP_NS_VERSION, NULL },
  .routes =
      (const ImRoute[]){
          { FALSE, "query", XMPP_NS_VERSION, WHO_MAY_ASK, answer },
          { 0 },
      },
};
