/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-caps.c: our capabilities' hash in our presence, that of others beside their resources.
 * XEP-0115
 *
 * What others say is a claim: im-caps.c finds out what it means. */

#include <string.h>

#include "im/im-disco.h"
#include "xmpp/xmpp-ns.h"

#define MAX_BYTES 1023

static void
write_presence (ImAccount *account, gpointer state, XmppNode *presence)
{
  g_autofree char *ver = im_disco_dup_own_ver (account);
  XmppNode *c = xmpp_node_add (presence, "c", XMPP_NS_CAPS);

  xmpp_node_set (c, "hash", "sha-1");
  xmpp_node_set (c, "node", IM_DISCO_NODE);
  xmpp_node_set (c, "ver", ver);
}

/* 6.2: without a hash it is the old form, which says nothing that could be verified. */
static void
read_caps (ImAccount *account, gpointer state, XmppJid *from, XmppNode *presence, XmppNode *element)
{
  const char *node = element != NULL ? xmpp_node_get (element, "node") : NULL;
  const char *ver = element != NULL ? xmpp_node_get (element, "ver") : NULL;
  const char *hash = element != NULL ? xmpp_node_get (element, "hash") : NULL;

  if (node == NULL || ver == NULL || hash == NULL ||
      strlen (node) + strlen (ver) + strlen (hash) >= MAX_BYTES || strchr (hash, ' ') != NULL)
    node = hash = ver = NULL;
  im_account_set_resource_caps (account, from, node, hash, ver);
}

const ImModule xep_caps = {
  .name = "caps",
  .xep = 115,
  .features = (const char *const[]){ XMPP_NS_CAPS, NULL },
  .presence_steps =
      (const ImPresenceStep[]){
          { "c", XMPP_NS_CAPS, XMPP_FROM_ANYONE, read_caps },
          { 0 },
      },
  .write_presence = write_presence,
};
