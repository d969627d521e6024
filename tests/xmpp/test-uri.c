/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-uri.c: links and what people read. RFC 5122 2, XEP-0147, XEP-0106; row B39 of hostile input
 */
#include "config.h"

#include <string.h>

#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-jid-escape.h"
#include "xmpp/xmpp-uri.h"

typedef struct
{
  const char *text;
  const char *account;
  const char *jid;
  XmppUriAction action;
  const char *values; /* key=value|key=value */
  const char *again; /* NULL: as it was */
} Link;

static const Link links[] = {
  /* RFC 5122 2.2 to 2.6 */
  { "xmpp:node@example.com", NULL, "node@example.com", XMPP_URI_SHOW, "", NULL },
  { "xmpp://guest@example.com", "guest@example.com", "guest@example.com", XMPP_URI_SHOW, "",
    "xmpp://guest@example.com/guest@example.com" },
  { "xmpp://guest@example.com/support@example.com?message", "guest@example.com",
    "support@example.com", XMPP_URI_MESSAGE, "", NULL },
  { "xmpp:support@example.com?message", NULL, "support@example.com", XMPP_URI_MESSAGE, "", NULL },
  { "xmpp:example-node@example.com?message;subject=Hello%20World", NULL, "example-node@example.com",
    XMPP_URI_MESSAGE, "subject=Hello World", NULL },
  { "xmpp:example.com", NULL, "example.com", XMPP_URI_SHOW, "", NULL },
  { "xmpp:example-node@example.com/some-resource", NULL, "example-node@example.com/some-resource",
    XMPP_URI_SHOW, "", NULL },
  { "xmpp:example-node@example.com#fragment", NULL, "example-node@example.com", XMPP_URI_SHOW, "",
    "xmpp:example-node@example.com" },
  { "xmpp:example-node@example.com?message#fragment", NULL, "example-node@example.com",
    XMPP_URI_MESSAGE, "", "xmpp:example-node@example.com?message" },
  { "xmpp:nasty!%23$%25()*+,-.;=%3F%5B%5C%5D%5E_%60%7B%7C%7D~node@example.com", NULL,
    "nasty!#$%()*+,-.;=?[\\]^_`{|}~node@example.com", XMPP_URI_SHOW, "",
    "xmpp:nasty%21%23%24%25%28%29%2A%2B%2C-.%3B%3D%3F%5B%5C%5D%5E_%60%7B%7C%7D~node@example.com" },
  { "xmpp:node@example.com/repulsive%20!%23%22$%25&'()*+,-.%2F:;%3C=%3E%3F%40%5B%5C%5D%5E_%60%7B%"
    "7C%7D~resource",
    NULL, "node@example.com/repulsive !#\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~resource", XMPP_URI_SHOW,
    "",
    "xmpp:node@example.com/"
    "repulsive%20%21%23%22%24%25%26%27%28%29%2A%2B%2C-.%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E_%60%7B%"
    "7C%7D~resource" },
  { "xmpp:ji%C5%99i@%C4%8Dechy.example/v%20Praze", NULL, "ji\u0159i@\u010dechy.example/v Praze",
    XMPP_URI_SHOW, "", NULL },
  { "xmpp:ji\u0159i@\u010dechy.example/v%20Praze", NULL, "ji\u0159i@\u010dechy.example/v Praze",
    XMPP_URI_SHOW, "", "xmpp:ji%C5%99i@%C4%8Dechy.example/v%20Praze" },
  /* XEP-0147 */
  { "xmpp:romeo@montague.net?message;subject=Test%20Message;body=Here%27s%20a%20test%20message",
    NULL, "romeo@montague.net", XMPP_URI_MESSAGE, "subject=Test Message|body=Here's a test message",
    NULL },
  { "xmpp:romeo@montague.net?roster;name=Romeo%20Montague;group=Friends", NULL,
    "romeo@montague.net", XMPP_URI_ROSTER, "name=Romeo Montague|group=Friends", NULL },
  { "xmpp:romeo@montague.net?remove", NULL, "romeo@montague.net", XMPP_URI_REMOVE, "", NULL },
  { "xmpp:romeo@montague.net?subscribe", NULL, "romeo@montague.net", XMPP_URI_SUBSCRIBE, "", NULL },
  { "xmpp:romeo@montague.net?unsubscribe", NULL, "romeo@montague.net", XMPP_URI_UNSUBSCRIBE, "",
    NULL },
  /* other XEPs */
  { "xmpp:coven@chat.shakespeare.lit?invite;jid=hecate@shakespeare.lit;jid=bard@shakespeare.lit",
    NULL, "coven@chat.shakespeare.lit", XMPP_URI_INVITE,
    "jid=hecate@shakespeare.lit|jid=bard@shakespeare.lit",
    "xmpp:coven@chat.shakespeare.lit?invite;jid=hecate%40shakespeare.lit;jid=bard%40shakespeare."
    "lit" },
  { "xmpp:coven@chat.shakespeare.lit?join;password=cauldronburn", NULL,
    "coven@chat.shakespeare.lit", XMPP_URI_JOIN, "password=cauldronburn", NULL },
  { "xmpp:montague.net?command;node=stats", NULL, "montague.net", XMPP_URI_COMMAND, "node=stats",
    NULL },
  { "xmpp:inviter@example.com?roster;preauth=TOKEN;ibr=y", NULL, "inviter@example.com",
    XMPP_URI_ROSTER, "preauth=TOKEN|ibr=y", NULL },
  { "xmpp:example.com?register;preauth=TOKEN", NULL, "example.com", XMPP_URI_REGISTER,
    "preauth=TOKEN", NULL },
  { "xmpp:marlowe.shakespeare.lit?unregister", NULL, "marlowe.shakespeare.lit", XMPP_URI_UNREGISTER,
    "", NULL },
  { "xmpp:romeo@montague.net?disco;type=get;request=items", NULL, "romeo@montague.net",
    XMPP_URI_DISCO, "type=get|request=items", NULL },
  { "xmpp:pubsub.shakespeare.lit?pubsub;action=subscribe;node=princely_musings", NULL,
    "pubsub.shakespeare.lit", XMPP_URI_PUBSUB, "action=subscribe|node=princely_musings", NULL },
  { "xmpp:juliet@capulet.lit?;node=urn%3Axmpp%3Amicroblog%3A0;item=x", NULL, "juliet@capulet.lit",
    XMPP_URI_SHOW, "node=urn:xmpp:microblog:0|item=x", NULL },
  { "xmpp:romeo@montague.net/orchard?recvfile;sid=pub234;mime-type=text%2Fplain;size=2048", NULL,
    "romeo@montague.net/orchard", XMPP_URI_RECVFILE, "sid=pub234|mime-type=text/plain|size=2048",
    NULL },
  { "xmpp:romeo@montague.net/orchard?sendfile", NULL, "romeo@montague.net/orchard",
    XMPP_URI_SENDFILE, "", NULL },
  { "xmpp:romeo@montague.lit/resource?jingle;id=9559976B", NULL, "romeo@montague.lit/resource",
    XMPP_URI_JINGLE, "id=9559976B", NULL },
  { "xmpp:romeo@montague.net?vcard", NULL, "romeo@montague.net", XMPP_URI_VCARD, "", NULL },
  /* as people and programs write them */
  { "XMPP:Romeo@Montague.NET?MESSAGE;Body=x", NULL, "romeo@montague.net", XMPP_URI_MESSAGE,
    "body=x", "xmpp:romeo@montague.net?message;body=x" },
  { "xmpp:a@b?message;;body=x;", NULL, "a@b", XMPP_URI_MESSAGE, "body=x",
    "xmpp:a@b?message;body=x" },
  { "xmpp:a@b?message;body", NULL, "a@b", XMPP_URI_MESSAGE, "body=", "xmpp:a@b?message;body=" },
  { "xmpp:a@b?message;body=1+1=2?", NULL, "a@b", XMPP_URI_MESSAGE, "body=1+1=2?",
    "xmpp:a@b?message;body=1%2B1%3D2%3F" },
  { "xmpp:a@b?message;body=a%0Ab", NULL, "a@b", XMPP_URI_MESSAGE, "body=a\nb", NULL },
  { "xmpp:a@b?frobnicate;x=y", NULL, "a@b", XMPP_URI_OTHER, "x=y", NULL },
  { "xmpp:a@[2001:db8::1]/x", NULL, "a@[2001:db8::1]/x", XMPP_URI_SHOW, "", NULL },
  { "xmpp:d%5C27artagnan@musketeers.lit", NULL, "d\\27artagnan@musketeers.lit", XMPP_URI_SHOW, "",
    NULL },
};

static const char *const malformed[] = {
  "",
  "xmpp",
  "http://example.com",
  "xmpp:",
  "xmpp://",
  "xmpp:///a@b",
  "xmpp:?message",
  "xmpp:#a",
  "xmpp:@example.com",
  "xmpp:a@",
  "xmpp:a@b/",
  "xmpp:a@b@c",
  "xmpp:a%2Fb@example.com",
  "xmpp:a%40b@example.com",
  "xmpp:a@example.com%2Fb",
  "xmpp:a%00b@example.com",
  "xmpp:a%@example.com",
  "xmpp:a%zz@example.com",
  "xmpp:a%ff@example.com",
  "xmpp:a\xff@example.com",
  "xmpp:a@b?message;body=%ff",
  "xmpp:a@b?message;body=%00",
  "xmpp:a@b?message;body=%1b[0m",
  "xmpp:a@b?message;body=\x1b",
  "xmpp:a@b?message;=x",
  "xmpp:a@b?message;b<ody=x",
  "xmpp:a@b?mess%61ge",
  "xmpp:a@b?mess age",
};

static void
test_links_are_read_and_written (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      const Link *link = &links[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (XmppUri) uri = xmpp_uri_new_from_text (link->text, &error);
      g_autoptr (GString) values = g_string_new (NULL);
      g_autofree char *again = NULL;

      g_test_message ("%s", link->text);
      g_assert_no_error (error);
      g_assert_cmpstr (xmpp_jid_get_text (xmpp_uri_get_jid (uri)), ==, link->jid);
      if (link->account == NULL)
        g_assert_null (xmpp_uri_get_account (uri));
      else
        g_assert_cmpstr (xmpp_jid_get_text (xmpp_uri_get_account (uri)), ==, link->account);
      g_assert_cmpint (xmpp_uri_get_action (uri), ==, link->action);
      for (guint value = 0; value < xmpp_uri_get_n_values (uri); value++)
        {
          const char *key;
          const char *text = xmpp_uri_get_value (uri, value, &key);

          g_string_append_printf (values, "%s%s=%s", value > 0 ? "|" : "", key, text);
        }
      g_assert_cmpstr (values->str, ==, link->values);
      again = xmpp_uri_to_text (uri);
      g_assert_cmpstr (again, ==, link->again != NULL ? link->again : link->text);
    }
}

static void
test_malformed_links_are_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *shown = g_strescape (malformed[i], NULL);

      g_test_message ("%s", shown);
      g_assert_null (xmpp_uri_new_from_text (malformed[i], &error));
      g_assert_true (error->domain == XMPP_ERROR);
      g_assert_true (error->code == XMPP_ERROR_URI_MALFORMED ||
                     error->code == XMPP_ERROR_JID_MALFORMED);
    }
}

static void
test_links_are_bounded (void)
{
  g_autofree char *body = g_strnfill (40 * 1024, 'x');
  g_autofree char *text = g_strconcat ("xmpp:a@b?message;body=", body, NULL);
  g_autoptr (GString) many = g_string_new ("xmpp:a@b?message");
  g_autoptr (XmppUri) uri = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (xmpp_uri_new_from_text (text, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_URI_MALFORMED);
  g_clear_error (&error);
  for (guint i = 0; i < 64; i++)
    g_string_append_printf (many, ";k%u=v", i);
  uri = xmpp_uri_new_from_text (many->str, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (xmpp_uri_get_n_values (uri), ==, 64);
  g_assert_cmpstr (xmpp_uri_get (uri, "k63"), ==, "v");
  g_assert_null (xmpp_uri_get (uri, "k64"));
  g_assert_false (xmpp_uri_add (uri, "k64", "v"));
  g_string_append (many, ";k64=v");
  g_assert_null (xmpp_uri_new_from_text (many->str, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_URI_MALFORMED);
}

static void
test_links_are_built (void)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("room@muc.example", NULL);
  g_autoptr (XmppUri) uri = xmpp_uri_new (jid, XMPP_URI_JOIN);
  g_autofree char *text = NULL;

  g_assert_true (xmpp_uri_add (uri, "Password", "a;b=c&d \u00e9"));
  g_assert_false (xmpp_uri_add (uri, "pass word", "x"));
  g_assert_false (xmpp_uri_add (uri, "", "x"));
  g_assert_false (xmpp_uri_add (uri, "x", "\x01"));
  g_assert_false (xmpp_uri_add (uri, "x", "\xff"));
  text = xmpp_uri_to_text (uri);
  g_assert_cmpstr (text, ==, "xmpp:room@muc.example?join;password=a%3Bb%3Dc%26d%20%C3%A9");
}

/* XEP-0106 7.1 and 7.6: what is written, and how it is sent. */
static const char *const escapes[][2] = {
  { "space cadet", "space\\20cadet" },
  { "call me \"ishmael\"", "call\\20me\\20\\22ishmael\\22" },
  { "at&t guy", "at\\26t\\20guy" },
  { "d'artagnan", "d\\27artagnan" },
  { "/.fanboy", "\\2f.fanboy" },
  { "::foo::", "\\3a\\3afoo\\3a\\3a" },
  { "<foo>", "\\3cfoo\\3e" },
  { "user@host", "user\\40host" },
  { "c:\\net", "c\\3a\\net" },
  { "c:\\\\net", "c\\3a\\\\net" },
  { "c:\\cool stuff", "c\\3a\\cool\\20stuff" },
  { "c:\\5commas", "c\\3a\\5c5commas" },
  { "somenick!user\"&'/:\\3address", "somenick!user\\22\\26\\27\\2f\\3a\\5c3address" },
  { "\\2plus\\2is\\4", "\\2plus\\2is\\4" },
  { "foo\\bar", "foo\\bar" },
  { "foob\\41r", "foob\\41r" },
  { "\\3and\\2is\\5cool", "\\5c3and\\2is\\5c5cool" },
  { "back\\", "back\\" },
  { "half\\2", "half\\2" },
  { "", "" },
};

static void
test_local_parts_are_escaped (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (escapes); i++)
    {
      g_autofree char *local = xmpp_jid_escape_local (escapes[i][0]);
      g_autofree char *text = xmpp_jid_unescape_local (escapes[i][1]);

      g_assert_cmpstr (local, ==, escapes[i][1]);
      g_assert_cmpstr (text, ==, escapes[i][0]);
    }
}

/* XEP-0106 5.1: "\20" is neither first nor last. */
static void
test_spaces_at_the_edges_are_not_escaped (void)
{
  static const char *const kept[] = { "\\20a", "a\\20", "\\20", "A\\2F", "a\\3A", "a\\00b" };

  g_assert_null (xmpp_jid_escape_local (" a"));
  g_assert_null (xmpp_jid_escape_local ("a "));
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autofree char *text = xmpp_jid_unescape_local (kept[i]);

      g_assert_cmpstr (text, ==, kept[i]);
    }
}

static void
test_addresses_are_shown_as_people_read_them (void)
{
  static const char *const rows[][2] = {
    { "d\\27artagnan@musketeers.lit/x", "d'artagnan@musketeers.lit" },
    { "tr\u00e9ville\\40musketeers.lit@smtp.gascon.fr",
      "tr\u00e9ville@musketeers.lit@smtp.gascon.fr" },
    { "juliet@example.com/a\\20b", "juliet@example.com" },
    { "example.com", "example.com" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (XmppJid) jid = xmpp_jid_new (rows[i][0], NULL);
      g_autofree char *shown = xmpp_jid_dup_shown_text (jid);

      g_assert_cmpstr (shown, ==, rows[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xmpp/uri/links-are-read-and-written", test_links_are_read_and_written);
  g_test_add_func ("/xmpp/uri/malformed-links-are-refused", test_malformed_links_are_refused);
  g_test_add_func ("/xmpp/uri/links-are-bounded", test_links_are_bounded);
  g_test_add_func ("/xmpp/uri/links-are-built", test_links_are_built);
  g_test_add_func ("/xmpp/escape/local-parts-are-escaped", test_local_parts_are_escaped);
  g_test_add_func ("/xmpp/escape/spaces-at-the-edges-are-not-escaped",
                   test_spaces_at_the_edges_are_not_escaped);
  g_test_add_func ("/xmpp/escape/addresses-are-shown-as-people-read-them",
                   test_addresses_are_shown_as_people_read_them);
  return g_test_run ();
}
