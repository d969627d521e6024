/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-form.c: forms as XEP-0004 shows them, and as nobody should send them */

#include <string.h>

#include "im/im-form.h"
#include "xmpp/xmpp-ns.h"

/* Example 2 */
#define BOT_FORM                                                                         \
  "<x xmlns='jabber:x:data' type='form'><title>Bot Configuration</title>"                \
  "<instructions>Fill out this form to configure your new bot!</instructions>"           \
  "<field type='hidden' var='FORM_TYPE'><value>jabber:bot</value></field>"               \
  "<field type='fixed'><value>Section 1: Bot Info</value></field>"                       \
  "<field type='text-single' label='The name of your bot' var='botname'/>"               \
  "<field type='text-multi' label='Helpful description of your bot' var='description'/>" \
  "<field type='boolean' label='Public bot?' var='public'><required/></field>"           \
  "<field type='text-private' label='Password for special access' var='password'/>"      \
  "<field type='list-multi' label='What features will the bot support?' var='features'>" \
  "<option label='Contests'><value>contests</value></option>"                            \
  "<option label='News'><value>news</value></option>"                                    \
  "<option label='Polls'><value>polls</value></option>"                                  \
  "<value>news</value><value>search</value></field>"                                     \
  "<field type='list-single' label='Maximum number of subscribers' var='maxsubs'>"       \
  "<value>20</value><option label='10'><value>10</value></option>"                       \
  "<option label='20'><value>20</value></option></field>"                                \
  "<field type='jid-multi' label='People to invite' var='invitelist'>"                   \
  "<desc>Tell all your friends about your new bot!</desc></field></x>"

static ImForm *
parse (const char *xml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) node = xmpp_node_new_from_xml (xml, -1, &error);

  g_assert_no_error (error);
  return im_form_new_from_node (node);
}

static void
test_form (void)
{
  g_autoptr (ImForm) form = parse (BOT_FORM);
  ImField *field;

  g_assert_cmpstr (form->title, ==, "Bot Configuration");
  g_assert_cmpstr (form->instructions, ==, "Fill out this form to configure your new bot!");
  g_assert_cmpstr (im_form_get_form_type (form), ==, "jabber:bot");
  g_assert_cmpuint (form->fields->len, ==, 9);
  field = im_form_find (form, "features");
  g_assert_cmpint (field->type, ==, IM_FIELD_LIST_MULTI);
  g_assert_cmpuint (field->n_options, ==, 3);
  g_assert_cmpstr (field->options[2].label, ==, "Polls");
  g_assert_cmpuint (g_strv_length (field->values), ==, 2);
  g_assert_true (im_form_find (form, "public")->is_required);
  g_assert_cmpstr (im_form_find (form, "invitelist")->description, ==,
                   "Tell all your friends about your new bot!");
}

/* Example 3 */
static void
test_submit (void)
{
  g_autoptr (ImForm) form = parse (BOT_FORM);
  g_autoptr (GVariant) answers = g_variant_ref_sink (
      g_variant_new_parsed ("{'botname': ['The Jabber Google Bot'], 'public': ['0'],"
                            " 'description': ['This bot', 'searches'], 'features': ['news', "
                            "'polls'], 'invitelist': ['juliet@capulet.com', 'benvolio@m.net']}"));
  g_autoptr (XmppNode) query = xmpp_node_new ("query", "urn:q");
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) expected = xmpp_node_new_from_xml (
      "<query xmlns='urn:q'><x xmlns='jabber:x:data' type='submit'>"
      "<field type='hidden' var='FORM_TYPE'><value>jabber:bot</value></field>"
      "<field type='text-single' var='botname'><value>The Jabber Google Bot</value></field>"
      "<field type='text-multi' var='description'><value>This bot</value><value>searches</value>"
      "</field><field type='boolean' var='public'><value>0</value></field>"
      "<field type='list-multi' var='features'><value>news</value><value>polls</value></field>"
      "<field type='list-single' var='maxsubs'><value>20</value></field>"
      "<field type='jid-multi' var='invitelist'><value>juliet@capulet.com</value>"
      "<value>benvolio@m.net</value></field></x></query>",
      -1, NULL);

  g_assert_true (im_form_check (form, answers, NULL, &error));
  g_assert_no_error (error);
  im_form_submit (form, answers, NULL, query);
  if (!xmpp_node_equal (query, expected))
    g_error ("%s", xmpp_node_to_xml (query));
}

static void
test_refused_answers (void)
{
  static const struct
  {
    const char *answers;
    const char *says;
  } rows[] = {
    { "@a{sas} {}", "“Public bot?” is needed" },
    { "{'public': @as []}", "“Public bot?” is needed" },
    { "{'public': ['']}", "“Public bot?” is needed" },
    { "{'public': ['maybe']}", "“Public bot?” is yes or no" },
    { "{'public': ['1', '0']}", "“Public bot?” has more answers than it takes" },
    { "{'public': ['1'], 'maxsubs': ['30']}", "“Maximum number of subscribers” has no such" },
    { "{'public': ['1'], 'features': ['news', 'x']}", "has no such choice" },
    { "{'public': ['1'], 'invitelist': ['a@b@c']}", "“People to invite” is not an address" },
    { "{'public': ['1'], 'FORM_TYPE': ['urn:other']}", "“FORM_TYPE” is not to be answered" },
    { "{'public': ['1'], 'nothing': ['1']}", "The form does not ask for “nothing”" },
  };
  g_autoptr (ImForm) form = parse (BOT_FORM);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GVariant) answers =
          g_variant_parse (G_VARIANT_TYPE ("a{sas}"), rows[i].answers, NULL, NULL, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_nonnull (answers);
      g_assert_false (im_form_check (form, answers, NULL, &error));
      g_assert_error (error, IM_ERROR, IM_ERROR_INVALID_ARGUMENT);
      if (strstr (error->message, rows[i].says) == NULL)
        g_error ("%s: %s", rows[i].answers, error->message);
    }
}

/* 3.4 */
static void
test_table (void)
{
  g_autoptr (ImForm) form = parse (
      "<x xmlns='jabber:x:data' type='result'><title>Found</title>"
      "<reported><field var='name' label='Name'/><field var='url' label='Address'/></reported>"
      "<item><field var='name'><value>One</value></field><field var='url'><value>x</value></field>"
      "</item><item><field var='name'><value>Two</value></field></item></x>");
  GPtrArray *second;

  g_assert_cmpuint (form->fields->len, ==, 2);
  g_assert_cmpuint (form->items->len, ==, 2);
  second = form->items->pdata[1];
  g_assert_cmpuint (second->len, ==, 1);
  g_assert_cmpstr (im_field_get_value (second->pdata[0]), ==, "Two");
}

/* XEP-0221, example 2 */
static void
test_media (void)
{
  g_autoptr (ImForm) form = parse (
      "<x xmlns='jabber:x:data' type='form'><field var='ocr'>"
      "<media xmlns='urn:xmpp:media-element' height='80' width='290'>"
      "<uri type='image/jpeg'> http://www.victim.example/ocr.jpeg?F3A6292C </uri>"
      "<uri>http://no.type.example/</uri>"
      "<uri type='image/jpeg'>cid:sha1+f24030b8d91d233bac14777be5ab531ca3b9f102@bob.xmpp.org</uri>"
      "</media></field></x>");
  const ImField *field = im_form_find (form, "ocr");

  g_assert_cmpuint (field->n_media, ==, 2);
  g_assert_cmpstr (field->media[0].label, ==, "image/jpeg");
  g_assert_cmpstr (field->media[0].value, ==, "http://www.victim.example/ocr.jpeg?F3A6292C");
}

static void
test_variant (void)
{
  g_autoptr (ImForm) form =
      parse ("<x xmlns='jabber:x:data' type='form'><title>T</title>"
             "<field type='hidden' var='FORM_TYPE'><value>urn:t</value></field>"
             "<field type='list-single' var='a' label='A'><value>1</value><required/>"
             "<option label='One'><value>1</value></option></field></x>");
  g_autoptr (GVariant) variant = g_variant_ref_sink (im_form_to_variant (form));
  g_autoptr (GVariant) expected = g_variant_ref_sink (
      g_variant_new_parsed ("('T', '', [('a', 'list-single', 'A', ['1'], [('One', '1')], true)])"));

  g_assert_cmpvariant (variant, expected);
}

static void
test_bad_forms (void)
{
  g_autoptr (ImForm) odd = NULL;

  g_assert_null (parse ("<x xmlns='jabber:x:data' type='cancel'/>"));
  g_assert_null (parse ("<x xmlns='urn:other' type='form'/>"));
  g_assert_null (parse ("<y xmlns='jabber:x:data' type='form'/>"));
  /* no name; a name twice; a type that is none; two values of one; options of a text */
  odd = parse ("<x xmlns='jabber:x:data'><field/><field type='boolean'><value>1</value></field>"
               "<field var='a' type='new'><value>1</value><value>2</value>"
               "<option><value>3</value></option></field><field var='a'><value>4</value></field>"
               "<field type='fixed'/></x>");
  g_assert_cmpuint (odd->fields->len, ==, 2);
  g_assert_cmpstr (im_field_get_value (im_form_find (odd, "a")), ==, "1");
  g_assert_cmpuint (g_strv_length (im_form_find (odd, "a")->values), ==, 1);
  g_assert_cmpuint (im_form_find (odd, "a")->n_options, ==, 0);
}

/* Everything that is too much. */
static void
test_floods (void)
{
  g_autoptr (XmppNode) x = xmpp_node_new ("x", XMPP_NS_DATA_FORMS);
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autoptr (ImForm) form = NULL;
  XmppNode *field = xmpp_node_add (x, "field", NULL);

  xmpp_node_set (field, "var", "list");
  xmpp_node_set (field, "type", "list-multi");
  xmpp_node_set (field, "label", text);
  xmpp_node_add_with_text (xmpp_node_add (field, "option", NULL), "value", NULL, text);
  for (guint i = 0; i < 3000; i++)
    {
      xmpp_node_add_with_text (field, "value", NULL, i == 0 ? text : "v");
      xmpp_node_add_with_text (xmpp_node_add (field, "option", NULL), "value", NULL, "o");
      xmpp_node_add (xmpp_node_add (x, "item", NULL), "field", NULL);
    }
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *var = g_strdup_printf ("field-%u", i);

      xmpp_node_set (xmpp_node_add (x, "field", NULL), "var", var);
    }
  form = im_form_new_from_node (x);
  g_assert_cmpuint (form->fields->len, ==, 200);
  g_assert_cmpuint (form->items->len, ==, 1000);
  g_assert_cmpuint (im_form_find (form, "list")->n_options, ==, 500);
  g_assert_cmpstr (im_form_find (form, "list")->options[0].value, ==, "o");
  g_assert_cmpuint (g_strv_length (im_form_find (form, "list")->values), ==, 500);
  g_assert_cmpuint (strlen (im_field_get_value (im_form_find (form, "list"))), ==, 8192);
  g_assert_cmpuint (strlen (im_form_find (form, "list")->label), ==, 256);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form/xep-0004-example-2", test_form);
  g_test_add_func ("/form/xep-0004-example-3", test_submit);
  g_test_add_func ("/form/refused-answers", test_refused_answers);
  g_test_add_func ("/form/xep-0004-3.4", test_table);
  g_test_add_func ("/form/xep-0221-example-2", test_media);
  g_test_add_func ("/form/variant", test_variant);
  g_test_add_func ("/form/bad-forms", test_bad_forms);
  g_test_add_func ("/form/floods", test_floods);
  return g_test_run ();
}
