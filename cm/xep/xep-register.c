/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-register.c: an account asks for another password, or for its end. XEP-0077 */

#include "im/im-module.h"
#include "im/im-registration.h"
#include "xmpp/xmpp-ns.h"

static XmppNode *
new_query (XmppNode **query)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", "set");
  *query = xmpp_node_add (iq, "query", XMPP_NS_REGISTER);
  return iq;
}

/* Example 18 */
static XmppNode *
new_password (XmppJid *account, const char *password)
{
  XmppNode *query;
  XmppNode *iq = new_query (&query);

  xmpp_node_set (iq, "to", xmpp_jid_get_domain (account));
  xmpp_node_add_with_text (query, "username", NULL, xmpp_jid_get_local (account));
  xmpp_node_add_with_text (query, "password", NULL, password);
  return iq;
}

/* Example 10: to our own server, without any address */
static XmppNode *
new_removal (void)
{
  XmppNode *query;
  XmppNode *iq = new_query (&query);

  xmpp_node_add (query, "remove", NULL);
  return iq;
}

const ImModule xep_register = {
  .name = "register",
  .xep = 77,
  .registration = &(const ImRegistrationWire){ new_password, new_removal },
};
