/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-uri.c: any text as a link. What was read is written so that the same is read again. RFC
 * 5122, XEP-0147 */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-uri.h"

static void
check_same (XmppUri *one, XmppUri *other)
{
  g_assert_true (xmpp_jid_equal (xmpp_uri_get_jid (one), xmpp_uri_get_jid (other)));
  g_assert_cmpint (xmpp_uri_get_action (one), ==, xmpp_uri_get_action (other));
  g_assert_cmpstr (xmpp_uri_get_query (one), ==, xmpp_uri_get_query (other));
  g_assert_cmpuint (xmpp_uri_get_n_values (one), ==, xmpp_uri_get_n_values (other));
  g_assert_true ((xmpp_uri_get_account (one) == NULL) == (xmpp_uri_get_account (other) == NULL));
  for (guint i = 0; i < xmpp_uri_get_n_values (one); i++)
    {
      const char *key, *other_key;
      const char *value = xmpp_uri_get_value (one, i, &key);

      g_assert_true (g_utf8_validate (value, -1, NULL));
      g_assert_cmpstr (value, ==, xmpp_uri_get_value (other, i, &other_key));
      g_assert_cmpstr (key, ==, other_key);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *rest = g_strndup ((const char *) data, size);
  g_autofree char *text = g_strconcat ("xmpp:", rest, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppUri) uri = xmpp_uri_new_from_text (text, &error);
  g_autoptr (XmppUri) again = NULL;
  g_autofree char *written = NULL;

  if (uri == NULL)
    {
      g_assert_true (error->domain == XMPP_ERROR);
      return 0;
    }
  written = xmpp_uri_to_text (uri);
  g_assert_true (g_str_is_ascii (written));
  /* Encoding makes it longer; what is longer than a link may be is told as such. */
  again = xmpp_uri_new_from_text (written, &error);
  if (again != NULL)
    check_same (uri, again);
  else
    g_assert_cmpuint (strlen (written), >, 32 * 1024);
  return 0;
}
