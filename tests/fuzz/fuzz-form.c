/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-form.c: any element as an answer to disco#info, with its data forms. What is hashed does not
 * depend on the order of things. XEP-0004, XEP-0115 5, XEP-0128; row B35 of hostile input */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "im/im-disco.h"
#include "xmpp/xmpp-node.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *xml =
      g_strconcat ("<query xmlns='http://jabber.org/protocol/disco#info' xmlns:x='jabber:x:data'>",
                   text, "</query>", NULL);
  g_autoptr (XmppNode) query = xmpp_node_new_from_xml (xml, -1, NULL);
  g_autoptr (XmppNode) turned = NULL;
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  g_autofree char *ver = NULL;
  g_autofree char *other_ver = NULL;

  if (query == NULL)
    return 0;
  ver = im_disco_dup_ver (query);
  if (ver != NULL)
    g_assert_cmpuint (strlen (ver), ==, 28); /* SHA-1 in base64 */
  turned = xmpp_node_new ("query", "http://jabber.org/protocol/disco#info");
  for (XmppNode *child = xmpp_node_get_first (query); child != NULL;
       child = xmpp_node_get_next (child))
    g_ptr_array_add (children, child);
  for (guint i = children->len; i > 0; i--)
    xmpp_node_add_copy (turned, g_ptr_array_index (children, i - 1));
  other_ver = im_disco_dup_ver (turned);
  g_assert_cmpstr (ver, ==, other_ver);
  return 0;
}
