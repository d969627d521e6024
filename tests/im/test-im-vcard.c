/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-im-vcard.c: the binary parts of vCards, as they should and should not be written. XEP-0054,
 * RFC 4648 */

#include <string.h>

#include "im/im-vcard.h"
#include "xmpp/xmpp-ns.h"

static void
assert_bytes (const char *text, size_t limit, const char *bytes)
{
  size_t length = 99;
  g_autofree guchar *decoded = im_vcard_decode_binary (text, limit, &length);

  if (bytes == NULL)
    {
      g_assert_null (decoded);
      g_assert_cmpuint (length, ==, 0);
      return;
    }
  g_assert_nonnull (decoded);
  g_assert_cmpmem (decoded, length, bytes, strlen (bytes));
}

static void
test_lines_may_be_broken (void)
{
  assert_bytes ("Zm9vYmFy", 100, "foobar");
  assert_bytes ("Zm9v\nYmFy", 100, "foobar");
  assert_bytes ("\r\n  Zm\t9vY\r\nmE=\n", 100, "fooba");
}

/* F07 */
static void
test_anything_else_is_refused (void)
{
  static const char *const bad[] = { "", " \n ", "=", "====", "A",
                                     "AA", "AAA", "A===", "AA=A", "Zm9vYmF",
                                     "Zm9v=", "Zm9vYh==", "Zm9-", "Zm9v\"x", "Zm9v\1vv",
                                     "Zm9v====", "Zm9v,Zm9" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_bytes (bad[i], 100, NULL);
  assert_bytes (NULL, 100, NULL);
}

static void
test_size_is_bounded (void)
{
  g_autofree char *long_text = g_strnfill (4 << 20, 'A');

  assert_bytes ("Zm9vYmFy", 6, "foobar");
  assert_bytes ("Zm9vYmFy", 5, NULL);
  assert_bytes (long_text, 1 << 16, NULL);
  assert_bytes (long_text, (3 << 20) - 1, NULL);
}

static void
test_what_is_not_named_is_kept (void)
{
  static const char *const names[] = { "FN", "TEL", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) vcard = xmpp_node_new_from_xml (
      "<vCard xmlns='vcard-temp' version='3.0'><FN>a</FN><PHOTO><EXTVAL>b</EXTVAL></PHOTO><TEL/>"
      "<FN xmlns='urn:x'>c</FN><TEL><NUMBER>1</NUMBER></TEL></vCard>",
      -1, &error);
  g_autoptr (XmppNode) kept = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  kept = im_vcard_dup_without (vcard, names);
  text = xmpp_node_to_xml (kept);
  g_assert_cmpstr (text, ==,
                   "<vCard xmlns='vcard-temp' version='3.0'><PHOTO><EXTVAL>b</EXTVAL></PHOTO>"
                   "<FN xmlns='urn:x'>c</FN></vCard>");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/im/vcard/lines-may-be-broken", test_lines_may_be_broken);
  g_test_add_func ("/im/vcard/anything-else-is-refused", test_anything_else_is_refused);
  g_test_add_func ("/im/vcard/size-is-bounded", test_size_is_bounded);
  g_test_add_func ("/im/vcard/what-is-not-named-is-kept", test_what_is_not_named_is_kept);
  return g_test_run ();
}
