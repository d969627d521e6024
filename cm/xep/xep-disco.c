/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-disco.c: says what we are and can do, to those who may know that we are here. XEP-0030 */

#include "im/im-disco.h"
#include "xmpp/xmpp-ns.h"

/* A stranger is answered as if nobody were here. */
#define WHO_MAY_ASK (XMPP_FROM_ANYONE & ~XMPP_FROM_STRANGER)

static void
answer_info (ImAccount *account, gpointer state, XmppRequest *request)
{
  const char *node = xmpp_node_get (xmpp_request_get_payload (request), "node");
  g_autofree char *ver = im_disco_dup_own_ver (account);
  g_autofree char *caps_node = g_strconcat (IM_DISCO_NODE "#", ver, NULL);
  XmppNode *query;

  if (node != NULL && !g_str_equal (node, caps_node))
    {
      xmpp_request_fail (request, XMPP_STANZA_ERROR_ITEM_NOT_FOUND, NULL);
      return;
    }
  query = xmpp_node_new ("query", XMPP_NS_DISCO_INFO);
  xmpp_node_set (query, "node", node);
  im_disco_fill (account, query);
  xmpp_request_reply (request, query);
}

/* There is nothing below us. */
static void
answer_items (ImAccount *account, gpointer state, XmppRequest *request)
{
  if (xmpp_node_get (xmpp_request_get_payload (request), "node") != NULL)
    xmpp_request_fail (request, XMPP_STANZA_ERROR_ITEM_NOT_FOUND, NULL);
  else
    xmpp_request_reply (request, xmpp_node_new ("query", XMPP_NS_DISCO_ITEMS));
}

const ImModule xep_disco = {
  .name = "disco",
  .xep = 30,
  .features = (const char *const[]){ XMPP_NS_DISCO_INFO, XMPP_NS_DISCO_ITEMS, NULL },
  .routes =
      (const ImRoute[]){
          { FALSE, "query", XMPP_NS_DISCO_INFO, WHO_MAY_ASK, answer_info },
          { FALSE, "query", XMPP_NS_DISCO_ITEMS, WHO_MAY_ASK, answer_items },
          { 0 },
      },
};
