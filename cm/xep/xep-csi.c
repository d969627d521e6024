/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-csi.c: the server is told whether anybody is looking. XEP-0352 */

#include "im/im-client-state.h"
#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

/* 4.1 */
static gboolean
is_offered (const XmppNode *features)
{
  return xmpp_node_find (features, "csi", XMPP_NS_CSI) != NULL;
}

/* 4.2 */
static XmppNode *
new_state (gboolean is_active)
{
  return xmpp_node_new (is_active ? "active" : "inactive", XMPP_NS_CSI);
}

const ImModule xep_csi = {
  .name = "csi",
  .xep = 352,
  .client_state = &(const ImClientStateWire){ is_offered, new_state },
};
