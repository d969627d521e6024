/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-gateway.c: how somebody behind a gateway is addressed. XEP-0100 6.3 */

#include "im/im-gateway.h"
#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

/* Examples 42 and 44 */
static XmppNode *
new_prompt (const char *gateway, const char *contact)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  XmppNode *query = xmpp_node_add (iq, "query", XMPP_NS_GATEWAY);

  xmpp_node_set (iq, "type", contact != NULL ? "set" : "get");
  xmpp_node_set (iq, "to", gateway);
  if (contact != NULL)
    xmpp_node_add_with_text (query, "prompt", NULL, contact);
  return iq;
}

/* Where there is nothing: "". The examples break their lines. */
static char *
dup_text (const XmppNode *answer, const char *name)
{
  const XmppNode *query = xmpp_node_find (answer, "query", XMPP_NS_GATEWAY);
  const char *text = query != NULL ? xmpp_node_get_child_text (query, name, XMPP_NS_GATEWAY) : NULL;

  return g_strstrip (g_strdup (text != NULL ? text : ""));
}

static void
read_prompt (const XmppNode *answer, char **description, char **prompt)
{
  *description = dup_text (answer, "desc");
  *prompt = dup_text (answer, "prompt");
}

/* Example 45; older gateways say it as they were asked. */
static char *
dup_address (const XmppNode *answer)
{
  char *address = dup_text (answer, "jid");

  if (*address != '\0')
    return address;
  g_free (address);
  return dup_text (answer, "prompt");
}

const ImModule xep_gateway = {
  .name = "gateway",
  .xep = 100,
  .gateway = &(const ImGatewayWire){ new_prompt, read_prompt, dup_address },
};
