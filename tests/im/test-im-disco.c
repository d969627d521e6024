/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-disco.c: the verification strings of XEP-0115 */

#include "im/im-disco.h"
#include "xmpp/xmpp-ns.h"

static void
add_identity (XmppNode *query, const char *language, const char *name)
{
  XmppNode *identity = xmpp_node_add (query, "identity", XMPP_NS_DISCO_INFO);

  xmpp_node_set (identity, "category", "client");
  xmpp_node_set (identity, "type", "pc");
  xmpp_node_set (identity, "name", name);
  xmpp_node_set (identity, "xml:lang", language);
}

static void
add_features (XmppNode *query)
{
  static const char *const features[] = { "http://jabber.org/protocol/muc",
                                          "http://jabber.org/protocol/disco#info",
                                          "http://jabber.org/protocol/caps",
                                          "http://jabber.org/protocol/disco#items" };

  for (guint i = 0; i < G_N_ELEMENTS (features); i++)
    xmpp_node_set (xmpp_node_add (query, "feature", XMPP_NS_DISCO_INFO), "var", features[i]);
}

static XmppNode *
add_field (XmppNode *form, const char *var, const char *type, const char *first, const char *second)
{
  XmppNode *field = xmpp_node_add (form, "field", XMPP_NS_DATA_FORMS);

  xmpp_node_set (field, "var", var);
  xmpp_node_set (field, "type", type);
  xmpp_node_add_with_text (field, "value", NULL, first);
  if (second != NULL)
    xmpp_node_add_with_text (field, "value", NULL, second);
  return field;
}

static void
add_form (XmppNode *query)
{
  XmppNode *form = xmpp_node_add (query, "x", XMPP_NS_DATA_FORMS);

  add_field (form, "FORM_TYPE", "hidden", "urn:xmpp:dataforms:softwareinfo", NULL);
  add_field (form, "ip_version", NULL, "ipv4", "ipv6");
  add_field (form, "os", NULL, "Mac", NULL);
  add_field (form, "os_version", NULL, "10.5.1", NULL);
  add_field (form, "software", NULL, "Psi", NULL);
  add_field (form, "software_version", NULL, "0.11", NULL);
}

static void
test_simple (void)
{
  g_autoptr (XmppNode) query = xmpp_node_new ("query", XMPP_NS_DISCO_INFO);
  g_autofree char *ver = NULL;

  add_features (query);
  add_identity (query, NULL, "Exodus 0.9.1");
  ver = im_disco_dup_ver (query);
  g_assert_cmpstr (ver, ==, "QgayPKawpkPSDYmwT/WM94uAlu0=");
}

static void
test_complex (void)
{
  g_autoptr (XmppNode) query = xmpp_node_new ("query", XMPP_NS_DISCO_INFO);
  g_autofree char *ver = NULL;

  add_form (query);
  add_features (query);
  add_identity (query, "el", "Ψ 0.11");
  add_identity (query, "en", "Psi 0.11");
  ver = im_disco_dup_ver (query);
  g_assert_cmpstr (ver, ==, "q07IKJEyjvHSyhy//CH0CxmKi8w=");
}

static void
test_ill_formed_b35 (void)
{
  for (guint kind = 0; kind < 4; kind++)
    {
      g_autoptr (XmppNode) query = xmpp_node_new ("query", XMPP_NS_DISCO_INFO);
      g_autofree char *ver = NULL;

      add_features (query);
      add_identity (query, NULL, "Exodus 0.9.1");
      add_form (query);
      if (kind == 0)
        xmpp_node_set (xmpp_node_add (query, "feature", XMPP_NS_DISCO_INFO), "var",
                       "a<http://jabber.org/protocol/jingle");
      else if (kind == 1)
        add_identity (query, NULL, "Exodus 0.9.1");
      else if (kind == 2)
        add_form (query);
      else
        xmpp_node_set (xmpp_node_add (query, "feature", XMPP_NS_DISCO_INFO), "var",
                       "http://jabber.org/protocol/muc");
      ver = im_disco_dup_ver (query);
      g_assert_null (ver);
    }
}

#define NS "http://jabber.org/protocol/"

/* Answers of which the same string is made as of XEP-0115's simple example. */
static const struct
{
  const char *identity[4]; /* one more: category, type, language, name */
  const char *features[6];
  const char *form_type;
  const char *field; /* without a value */
  gboolean is_exodus; /* the identity of the example is in it */
  gboolean is_honest;
} answers[] = {
  { .features = { NS "caps", NS "disco#info", NS "disco#items", NS "muc" },
    .is_exodus = TRUE,
    .is_honest = TRUE },
  { .identity = { "http:", "", "jabber.org", "protocol/caps" },
    .features = { NS "disco#info", NS "disco#items", NS "muc" },
    .is_exodus = TRUE },
  { .features = { "client/pc//Exodus 0.9.1", NS "caps", NS "disco#info", NS "disco#items",
                  NS "muc" } },
  { .features = { NS "caps", NS "disco#info", NS "disco#items" },
    .form_type = NS "muc",
    .is_exodus = TRUE },
  { .features = { NS "caps", NS "disco#info" },
    .form_type = NS "disco#items",
    .field = NS "muc",
    .is_exodus = TRUE },
};

static XmppNode *
new_answer (guint row)
{
  static const char *const names[] = { "category", "type", "xml:lang", "name" };
  XmppNode *query = xmpp_node_new ("query", XMPP_NS_DISCO_INFO);
  XmppNode *node;

  if (answers[row].is_exodus)
    add_identity (query, NULL, "Exodus 0.9.1");
  if (answers[row].identity[0] != NULL)
    {
      node = xmpp_node_add (query, "identity", NULL);
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        xmpp_node_set (node, names[i], answers[row].identity[i]);
    }
  for (guint i = 0; answers[row].features[i] != NULL; i++)
    xmpp_node_set (xmpp_node_add (query, "feature", NULL), "var", answers[row].features[i]);
  if (answers[row].form_type == NULL)
    return query;
  node = xmpp_node_add (query, "x", XMPP_NS_DATA_FORMS);
  add_field (node, "FORM_TYPE", "hidden", answers[row].form_type, NULL);
  if (answers[row].field != NULL)
    xmpp_node_set (xmpp_node_add (node, "field", NULL), "var", answers[row].field);
  return query;
}

static void
test_features_are_not_passed_off_as_something_else_b35 (void)
{
  for (guint row = 0; row < G_N_ELEMENTS (answers); row++)
    {
      g_autoptr (XmppNode) query = new_answer (row);
      g_autofree char *ver = im_disco_dup_ver (query);

      g_assert_cmpstr (ver, ==, answers[row].is_honest ? "QgayPKawpkPSDYmwT/WM94uAlu0=" : NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disco/xep0115-5.2-simple", test_simple);
  g_test_add_func ("/disco/xep0115-5.3-complex", test_complex);
  g_test_add_func ("/disco/ill-formed-b35", test_ill_formed_b35);
  g_test_add_func ("/disco/ambiguous-b35", test_features_are_not_passed_off_as_something_else_b35);
  return g_test_run ();
}
