/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-jid.c: addresses. Tables 1 and 2 of RFC 7622 3.5, the profiles of RFC 8265, the classes of
 * RFC 8264, the Bidi rule of RFC 5893; row A31 of hostile input */
#include "config.h"

#include <string.h>

#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-jid.h"
#include "xmpp/xmpp-precis.h"

typedef struct
{
  const char *text;
  const char *local;
  const char *domain;
  const char *resource;
} Valid;

static const Valid valid[] = {
  /* RFC 7622 3.5, table 1 */
  { "juliet@example.com", "juliet", "example.com", NULL },
  { "juliet@example.com/foo", "juliet", "example.com", "foo" },
  { "juliet@example.com/foo bar", "juliet", "example.com", "foo bar" },
  { "juliet@example.com/foo@bar", "juliet", "example.com", "foo@bar" },
  { "foo\\20bar@example.com", "foo\\20bar", "example.com", NULL },
  { "fussball@example.com", "fussball", "example.com", NULL },
  { "fu\u00dfball@example.com", "fu\u00dfball", "example.com", NULL },
  { "\u03c0@example.com", "\u03c0", "example.com", NULL },
  { "\u03a3@example.com/foo", "\u03c3", "example.com", "foo" },
  { "\u03c3@example.com/foo", "\u03c3", "example.com", "foo" },
  { "\u03c2@example.com/foo", "\u03c2", "example.com", "foo" },
  { "king@example.com/\u265a", "king", "example.com", "\u265a" },
  { "example.com", NULL, "example.com", NULL },
  { "example.com/foobar", NULL, "example.com", "foobar" },
  { "a.example.com/b@example.net", NULL, "a.example.com", "b@example.net" },
  /* Number 18 of table 2, "juliet@example.com/ foo", is an address: erratum 4560 of RFC 7622. */
  { "juliet@example.com/ foo", "juliet", "example.com", " foo" },
  /* case, width, normalisation */
  { "Juliet@Example.COM/Balcony", "juliet", "example.com", "Balcony" },
  { "\uff2auliet@\uff25xample.com", "juliet", "example.com", NULL },
  { "e\u0301@example.com/e\u0301", "\u00e9", "example.com", "\u00e9" },
  { "\u00c9@\u00c9xample.com", "\u00e9", "\u00e9xample.com", NULL },
  { "example.com/a\u00a0b\u3000c", NULL, "example.com", "a b c" },
  { "alice@example.com.", "alice", "example.com", NULL },
  /* domains: A-labels are their U-labels; IP addresses */
  { "xn--bcher-kva.example", NULL, "b\u00fccher.example", NULL },
  { "XN--BCHER-KVA.example", NULL, "b\u00fccher.example", NULL },
  { "b\u00fccher.example", NULL, "b\u00fccher.example", NULL },
  { "B\u00dcCHER.example", NULL, "b\u00fccher.example", NULL },
  { "192.0.2.1", NULL, "192.0.2.1", NULL },
  { "a@[2001:DB8:0::1]/x", "a", "[2001:db8::1]", "x" },
  { "localhost", NULL, "localhost", NULL },
  { "a.b-c.xn--bcher-kva.EXAMPLE", NULL, "a.b-c.b\u00fccher.example", NULL },
  { "stra\u00dfe.example", NULL, "stra\u00dfe.example", NULL },
  { "\u05d0\u05d1.example", NULL, "\u05d0\u05d1.example", NULL },
  /* a resource may hold what parts the others */
  { "a@b/c/d", "a", "b", "c/d" },
  { "a@b/@", "a", "b", "@" },
  /* places where a character is allowed */
  { "l\u00b7l@example.com", "l\u00b7l", "example.com", NULL },
  { "\u0375\u03b1@example.com", "\u0375\u03b1", "example.com", NULL },
  { "\u05d0\u05f3@example.com", "\u05d0\u05f3", "example.com", NULL },
  { "\u30a2\u30fb@example.com", "\u30a2\u30fb", "example.com", NULL },
  { "\u0915\u094d\u200d@example.com", "\u0915\u094d\u200d", "example.com", NULL },
  { "\u0628\u200c\u0628@example.com", "\u0628\u200c\u0628", "example.com", NULL },
  { "\u0627\u0661@example.com", "\u0627\u0661", "example.com", NULL },
  /* a combining mark that Stringprep would have turned into a letter */
  { "\u0345@example.com", "\u0345", "example.com", NULL },
};

static const char *const malformed[] = {
  /* RFC 7622 3.5, table 2, but for number 18 */
  "\"juliet\"@example.com",
  "foo bar@example.com",
  "@example.com/",
  "henry\u2163@example.com",
  "\u265a@example.com",
  "juliet@",
  "/foobar",
  /* each of the two faults of "@example.com/" alone */
  "juliet@example.com/",
  "@example.com/foobar",
  /* hostile input, A31 */
  "",
  "@",
  "/",
  "@ex",
  "a@",
  "a@b/",
  "a@b@c",
  "a b@c",
  " a@b",
  "a@b c",
  "a@xn--\u00fc.example",
  "a@xn--zzzzzzzz99999.example",
  "a@xn--a.example",
  "xn--bce", /* Cherokee, which has lower case since Unicode 8 */
  "a@ex\ufe52ample",
  "a\ufe52@example.com",
  "a@example..com",
  "a@.example.com",
  "a@.",
  "a@example.com..",
  "a@-example.com",
  "a@example-.com",
  "a@ex_ample.com",
  "a@ab--cd.example",
  "a@exa\u3002mple",
  "a@\u2024.example",
  "a@[::1",
  "a@[]",
  "a@[::1%25lo]",
  "a@[127.0.0.1]",
  "a@[::1].example",
  "a@::1",
  "\u0378@example.com",
  "a@\u0378.example",
  "example.com/\u0378",
  "\u00ad@example.com",
  "a\u200b@example.com",
  "\u1100@example.com",
  "\ufdd0@example.com",
  "\uffff@example.com",
  "\ufb01@example.com",
  "a\u00a0b@example.com",
  "<a@example.com",
  "a&b@example.com",
  "\uff1ca@example.com",
  "\uff20@example.com",
  "a\x01@example.com",
  "example.com/a\x01",
  "example.com/a\x7f",
  "example.com/a\u2028",
  /* places where a character is not allowed */
  "l\u00b7a@example.com",
  "\u0375a@example.com",
  "a\u05f3@example.com",
  "a\u30fb@example.com",
  "a\u200d@example.com",
  "a\u200cb@example.com",
  "\u0627\u0661\u06f1@example.com",
  "\u0640\u0627@example.com",
  /* the Bidi rule */
  "\u05d0a@example.com",
  "a\u05d0@example.com",
  "1\u05d0@example.com",
  "\u05d0-@example.com",
  /* not UTF-8 */
  "a\xff@example.com",
  "a@\xc0\xaf.example",
  "a@example.com/\xed\xa0\x80",
  "a@example.com/\xf4\x90\x80\x80",
};

static void
test_tables_of_valid_addresses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (valid); i++)
    {
      const Valid *row = &valid[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (XmppJid) jid = xmpp_jid_new (row->text, &error);
      g_autoptr (XmppJid) again = NULL;
      g_autoptr (XmppJid) parts = NULL;
      g_autofree char *bare = NULL;
      g_autofree char *text = NULL;

      g_test_message ("%s", row->text);
      g_assert_no_error (error);
      g_assert_cmpstr (xmpp_jid_get_local (jid), ==, row->local);
      g_assert_cmpstr (xmpp_jid_get_domain (jid), ==, row->domain);
      g_assert_cmpstr (xmpp_jid_get_resource (jid), ==, row->resource);
      bare = row->local != NULL ? g_strdup_printf ("%s@%s", row->local, row->domain)
                                : g_strdup (row->domain);
      text =
          row->resource != NULL ? g_strdup_printf ("%s/%s", bare, row->resource) : g_strdup (bare);
      g_assert_cmpstr (xmpp_jid_get_bare_text (jid), ==, bare);
      g_assert_cmpstr (xmpp_jid_get_text (jid), ==, text);
      g_assert_cmpint (xmpp_jid_is_bare (jid), ==, row->resource == NULL);
      /* The normal form is its own normal form. */
      again = xmpp_jid_new (text, &error);
      g_assert_no_error (error);
      g_assert_true (xmpp_jid_equal (jid, again));
      g_assert_cmpuint (xmpp_jid_hash (jid), ==, xmpp_jid_hash (again));
      parts = xmpp_jid_new_from_parts (row->local, row->domain, row->resource, &error);
      g_assert_no_error (error);
      g_assert_true (xmpp_jid_equal (jid, parts));
    }
}

static void
test_tables_of_malformed_addresses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (XmppJid) jid = xmpp_jid_new (malformed[i], &error);
      g_autofree char *shown = g_strescape (malformed[i], NULL);

      g_test_message ("row %u: %s", i, shown);
      g_assert_null (jid);
      g_assert_error (error, XMPP_ERROR, XMPP_ERROR_JID_MALFORMED);
    }
}

static void
assert_parts (const char *local, const char *domain, const char *resource, gboolean ok)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new_from_parts (local, domain, resource, NULL);

  g_assert_cmpint (jid != NULL, ==, ok);
}

static void
test_a_part_has_at_most_1023_bytes (void)
{
  for (gsize length = 1023; length <= 1024; length++)
    {
      gboolean ok = length == 1023;
      g_autofree char *ascii = g_strnfill (length, 'a');
      g_autoptr (GString) wide = g_string_new (ok ? "" : "x");
      g_autoptr (GString) domain = g_string_new (NULL);

      while (wide->len < length)
        g_string_append (wide, "\u4e00");
      while (domain->len < 960)
        g_string_append_printf (domain, "%.63s.", ascii);
      if (!ok)
        g_string_append (domain, "a.");
      g_string_append_len (domain, ascii, length - domain->len);
      assert_parts (ascii, "example.com", NULL, ok);
      assert_parts (wide->str, "example.com", NULL, ok);
      assert_parts ("a", "example.com", ascii, ok);
      assert_parts ("a", "example.com", wide->str, ok);
      assert_parts (NULL, domain->str, NULL, ok);
    }
}

static void
test_a_huge_text_is_refused_at_once (void)
{
  g_autofree char *text = g_strnfill (20 * 1000 * 1000, 'a');
  g_autoptr (GError) error = NULL;

  g_assert_null (xmpp_jid_new (text, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_JID_MALFORMED);
}

static void
test_addresses_are_taken_apart_and_put_together (void)
{
  g_autoptr (XmppJid) full = xmpp_jid_new ("a@example.com/x", NULL);
  g_autoptr (XmppJid) bare = xmpp_jid_dup_bare (full);
  g_autoptr (XmppJid) same = xmpp_jid_dup_bare (bare);
  g_autoptr (XmppJid) domain = xmpp_jid_dup_domain (full);
  g_autoptr (XmppJid) other = xmpp_jid_dup_with_resource (full, "y\u3000z", NULL);
  g_autoptr (XmppJid) server = xmpp_jid_dup_with_resource (domain, "x", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (xmpp_jid_get_text (bare), ==, "a@example.com");
  g_assert_cmpstr (xmpp_jid_get_local (bare), ==, "a");
  g_assert_true (same == bare);
  g_assert_cmpstr (xmpp_jid_get_text (domain), ==, "example.com");
  g_assert_cmpstr (xmpp_jid_get_text (other), ==, "a@example.com/y z");
  g_assert_cmpstr (xmpp_jid_get_local (other), ==, "a");
  g_assert_cmpstr (xmpp_jid_get_text (server), ==, "example.com/x");
  g_assert_null (xmpp_jid_get_local (server));
  g_assert_true (xmpp_jid_equal_bare (full, other));
  g_assert_false (xmpp_jid_equal (full, other));
  g_assert_false (xmpp_jid_equal_bare (full, domain));
  g_assert_null (xmpp_jid_dup_with_resource (full, "", &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_JID_MALFORMED);
}

static void
test_empty_parts_mean_none_when_put_together (void)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new_from_parts ("", "example.com", "", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (xmpp_jid_get_text (jid), ==, "example.com");
  /* A separator inside a part is no way to move into the next one. */
  g_assert_null (xmpp_jid_new_from_parts ("a@b", "example.com", NULL, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_JID_MALFORMED);
  g_clear_error (&error);
  g_assert_null (xmpp_jid_new_from_parts ("a", "example.com/x", NULL, &error));
  g_assert_error (error, XMPP_ERROR, XMPP_ERROR_JID_MALFORMED);
}

/* RFC 8265 4.3: passwords, compared with those that Go's x/text/secure/precis has of it; below them
 * others of its rows for OpaqueString: spaces, no width mapping, no Bidi rule. */
static void
test_opaque_strings (void)
{
  g_autofree char *kept = xmpp_precis_opaque ("correct horse battery staple", NULL);
  g_autofree char *cased = xmpp_precis_opaque ("Correct Horse Battery Staple", NULL);
  g_autofree char *greek = xmpp_precis_opaque ("\u03c0\u00df\u00e5", NULL);
  g_autofree char *symbol = xmpp_precis_opaque ("Jack of \u2666s", NULL);
  g_autofree char *ogham = xmpp_precis_opaque ("foo\u1680bar", NULL);
  static const char *const others[][2] = {
    { "  Swan  of   Avon   ", "  Swan  of   Avon   " },
    { " ", " " },
    { "a\u2000a\u2001a\u200Aa\u202Fa\u205Fa\u3000a", "a a a a a a a" },
    { "Richard \u2163", "Richard \u2163" },
    { "\u212b", "\u00c5" },
    { "\u05e9a", "\u05e9a" },
    { "\u062c\u0610\u200c\u0610\u0627", "\u062c\u0610\u200c\u0610\u0627" },
    { "\u062c\u200c", NULL },
  };

  g_assert_cmpstr (kept, ==, "correct horse battery staple");
  g_assert_cmpstr (cased, ==, "Correct Horse Battery Staple");
  g_assert_cmpstr (greek, ==, "\u03c0\u00df\u00e5");
  g_assert_cmpstr (symbol, ==, "Jack of \u2666s");
  g_assert_cmpstr (ogham, ==, "foo bar");
  g_assert_null (xmpp_precis_opaque ("", NULL));
  g_assert_null (xmpp_precis_opaque ("my cat is a \tby", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *opaque = xmpp_precis_opaque (others[i][0], NULL);

      g_test_message ("row %u", i);
      g_assert_cmpstr (opaque, ==, others[i][1]);
    }
}

/* One code point of each category of RFC 8264 9, in the order of its section 8; compared with the
 * general categories and the NFKC of Unicode 14. */
typedef struct
{
  const char *text;
  gboolean identifier;
  gboolean freeform;
} Category;

static const Category categories[] = {
  { "\u00df", TRUE, TRUE }, /* F: exceptions, PVALID */
  { "\u3007", TRUE, TRUE },
  { "\u0640\u0628", FALSE, FALSE }, /* F: exceptions, DISALLOWED */
  { "\u302e", FALSE, FALSE },
  { "\u3031", FALSE, FALSE },
  { "\u0378", FALSE, FALSE }, /* J: unassigned */
  { "!", TRUE, TRUE }, /* K: ASCII7 */
  { "~", TRUE, TRUE },
  { "\u200d", FALSE, FALSE }, /* H: join controls, out of context */
  { "\u1100", FALSE, FALSE }, /* I: old Hangul jamo */
  { "\u11a8", FALSE, FALSE },
  { "\u00ad", FALSE, FALSE }, /* M: ignorable */
  { "\ufdd0", FALSE, FALSE },
  { "\U0001fffe", FALSE, FALSE },
  { "\u034f", FALSE, FALSE },
  { "\x01", FALSE, FALSE }, /* L: controls */
  { "\xc2\x85", FALSE, FALSE },
  { "\ufb01", FALSE, TRUE }, /* Q: has a compatibility equivalent */
  { "\u2163", FALSE, TRUE },
  { "\u00b2", FALSE, TRUE },
  { "a\u0300", TRUE, TRUE }, /* A: letters, digits, marks */
  { "\u4e00", TRUE, TRUE },
  { "\u0968", TRUE, TRUE },
  { "\u01c5", FALSE, TRUE }, /* R: other letters and digits */
  { "\u2460", FALSE, TRUE },
  { "\u20dd", FALSE, TRUE },
  { "\u00a0", FALSE, TRUE }, /* N: spaces */
  { "\u265a", FALSE, TRUE }, /* O: symbols */
  { "\u20ac", FALSE, TRUE },
  { "\U0001f600", FALSE, TRUE },
  { "\u00a7", FALSE, TRUE }, /* P: punctuation */
  { "\u2014", FALSE, TRUE },
  { "\ue000", FALSE, FALSE }, /* none: private use */
  { "\u2028", FALSE, FALSE },
};

static void
test_categories_of_rfc_8264 (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (categories); i++)
    {
      const Category *row = &categories[i];
      g_autofree char *username = xmpp_precis_username (row->text, NULL);
      g_autofree char *opaque = xmpp_precis_opaque (row->text, NULL);

      g_test_message ("row %u: U+%04X", i, g_utf8_get_char (row->text));
      g_assert_cmpint (username != NULL, ==, row->identifier);
      g_assert_cmpint (opaque != NULL, ==, row->freeform);
    }
}

/* RFC 5893 2: the six conditions, for texts that have a right-to-left character. */
static void
test_bidi_rule (void)
{
  static const struct
  {
    const char *text;
    gboolean ok;
  } rows[] = {
    { "\u05d0", TRUE },
    { "\u0627\u0628", TRUE },
    { "1\u05d0", FALSE }, /* 1: a number does not begin it */
    { "\u0300\u05d0", FALSE }, /* 1: nor a mark */
    { "-\u05d0", FALSE }, /* 1: nor a neutral */
    { "\u05d0\u0627\u05d0", TRUE }, /* 2: R and AL */
    { "\u05d0a\u05d0", FALSE }, /* 2: no L */
    { "\u05d0-\u05d1", TRUE }, /* 2: ES */
    { "\u05d0.\u05d1", TRUE }, /* 2: CS */
    { "\u05d01", TRUE }, /* 3: ends with EN */
    { "\u05d0\u0661", TRUE }, /* 3: ends with AN */
    { "\u05d0\u05b0", TRUE }, /* 3: marks behind the end */
    { "\u05d0-", FALSE }, /* 3: ends with ES */
    { "\u05d01\u0661", FALSE }, /* 4: EN and AN */
    { "a1", TRUE }, /* 5, 6 */
    { "a\u05d0", FALSE }, /* 5: no R */
    { "a\u0661", FALSE }, /* 5: no AN */
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *username = xmpp_precis_username (rows[i].text, NULL);

      g_test_message ("row %u", i);
      g_assert_cmpint (username != NULL, ==, rows[i].ok);
    }
}

/* RFC 8265 3.5: user names, which may hold what parts an address; compared with those that Go's
 * x/text/secure/precis has of it, and some more of its rows for UsernameCaseMapped. RFC 7622 was
 * written when the final sigma was still mapped (RFC 7613); RFC 8265 leaves it. */
static void
test_usernames (void)
{
  static const char *const rows[][2] = {
    { "juliet@example.com", "juliet@example.com" },
    { "fussball", "fussball" },
    { "fu\u00dfball", "fu\u00dfball" },
    { "\u03c0", "\u03c0" },
    { "\u03a3", "\u03c3" },
    { "\u03c3", "\u03c3" },
    { "\u03c2", "\u03c2" },
    { "foo bar", NULL },
    { "", NULL },
    { "henry\u2163", NULL },
    { "\u265a", NULL },
    { "I", "i" },
    { "\u03d2", NULL },
    { "\u03b0", "\u03b0" },
    { "\u00b2", NULL },
    { "\u26d6", NULL },
    { "\ufb00", NULL },
    { "\u1680", NULL },
    { "\u01c5", NULL },
    { "\u16ee", NULL },
    { "\u0488", NULL },
    { "\u212b", "\u00e5" },
    { "A\u030a", "\u00e5" },
    { "c\u0327", "\u00e7" },
    { "R\u030c", "\u0159" },
    { "\u1e61", "\u1e61" },
    { "\u0410", "\u0430" },
    { "\uff21\uff22", "ab" },
    { "\u05e9c", NULL },
    { "\ua872\u0a4d\u200c", "\ua872\u0a4d\u200c" },
    { "\ua872\u0a4d\u0610\u200c", NULL },
    { "al\u00b7la", "al\u00b7la" },
    { "\u03b1\u0375\u0375", NULL },
    { "a\u05e9\u05f4", NULL },
    { "\u05e9\u05f3\u05f3\u05f3", "\u05e9\u05f3\u05f3\u05f3" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *username = xmpp_precis_username (rows[i][0], NULL);

      g_test_message ("row %u", i);
      g_assert_cmpstr (username, ==, rows[i][1]);
    }
}

/* ASCII does not go through ICU; it must not make a difference. */
static void
test_ascii_is_the_same_either_way (void)
{
  for (char c = 1; c < 0x7f; c++)
    {
      char local[] = { 'a', c, 'b', '\0' };
      g_autofree char *username = xmpp_precis_username (local, NULL);
      g_autofree char *opaque = xmpp_precis_opaque (local, NULL);
      g_autoptr (XmppJid) jid = xmpp_jid_new_from_parts (local, "example.com", NULL, NULL);
      g_autoptr (XmppJid) full = xmpp_jid_new_from_parts (NULL, "example.com", local, NULL);

      if (strchr ("\"&'/:<>@", c) != NULL)
        g_clear_pointer (&username, g_free);
      g_assert_cmpstr (jid != NULL ? xmpp_jid_get_local (jid) : NULL, ==, username);
      g_assert_cmpstr (full != NULL ? xmpp_jid_get_resource (full) : NULL, ==, opaque);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xmpp/jid/tables-of-valid-addresses", test_tables_of_valid_addresses);
  g_test_add_func ("/xmpp/jid/tables-of-malformed-addresses", test_tables_of_malformed_addresses);
  g_test_add_func ("/xmpp/jid/a-part-has-at-most-1023-bytes", test_a_part_has_at_most_1023_bytes);
  g_test_add_func ("/xmpp/jid/a-huge-text-is-refused-at-once", test_a_huge_text_is_refused_at_once);
  g_test_add_func ("/xmpp/jid/addresses-are-taken-apart-and-put-together",
                   test_addresses_are_taken_apart_and_put_together);
  g_test_add_func ("/xmpp/jid/empty-parts-mean-none-when-put-together",
                   test_empty_parts_mean_none_when_put_together);
  g_test_add_func ("/xmpp/jid/ascii-is-the-same-either-way", test_ascii_is_the_same_either_way);
  g_test_add_func ("/xmpp/precis/opaque-strings", test_opaque_strings);
  g_test_add_func ("/xmpp/precis/usernames", test_usernames);
  g_test_add_func ("/xmpp/precis/categories-of-rfc-8264", test_categories_of_rfc_8264);
  g_test_add_func ("/xmpp/precis/bidi-rule", test_bidi_rule);
  return g_test_run ();
}
