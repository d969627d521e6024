/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-invisible.c: the server is asked not to tell anybody that we are there. XEP-0186 */

#include "im/im-hiding.h"
#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

/* 3.1: we see others all the same. 3.2 */
static XmppNode *
new_state (gboolean is_invisible)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  XmppNode *state;

  xmpp_node_set (iq, "type", "set");
  state = xmpp_node_add (iq, is_invisible ? "invisible" : "visible", XMPP_NS_INVISIBLE);
  if (is_invisible)
    xmpp_node_set (state, "probe", "true");
  return iq;
}

const ImModule xep_invisible = {
  .name = "invisible",
  .xep = 186,
  .invisible = &(const ImInvisibleWire){ XMPP_NS_INVISIBLE, new_state },
};
