/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-form.c: any element as an answer to disco#info, with its data forms. What is hashed does not
 * depend on the order of things; every form goes to the bus and can be submitted. XEP-0004,
 * XEP-0115 5, XEP-0128; row B35 of hostile input */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "im/im-disco.h"
#include "im/im-form.h"
#include "xmpp/xmpp-ns.h"

static void
check_form (const XmppNode *node)
{
  g_autoptr (ImForm) form = im_form_new_from_node (node);
  g_autoptr (ImForm) submitted = NULL;
  g_autoptr (XmppNode) parent = xmpp_node_new ("query", "urn:q");
  g_autoptr (GVariant) answers = g_variant_ref_sink (g_variant_new_parsed ("@a{sas} {}"));
  g_autoptr (GVariant) told = NULL;
  g_autofree char *xml = NULL;

  if (form == NULL)
    return;
  told = g_variant_ref_sink (im_form_to_variant (form));
  g_assert_true (g_variant_is_of_type (told, G_VARIANT_TYPE ("(ssa(sssasa(ss)b))")));
  im_form_check (form, answers, NULL, NULL);
  im_form_submit (form, answers, NULL, parent);
  g_assert_nonnull (xmpp_node_find (parent, "x", XMPP_NS_DATA_FORMS));
  submitted = im_form_new_from_node (xmpp_node_find (parent, "x", XMPP_NS_DATA_FORMS));
  g_assert_nonnull (submitted);
  g_assert_cmpuint (submitted->fields->len, <=, form->fields->len);
  xml = xmpp_node_to_xml (parent);
  g_assert_true (g_utf8_validate (xml, -1, NULL));
}

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
  for (XmppNode *child = xmpp_node_find (query, "x", NULL); child != NULL;
       child = xmpp_node_find_next (child, "x", NULL))
    check_form (child);
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
