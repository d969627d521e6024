/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-address.c: any text as an address. A normal form is its own normal form, its parts make the
 * same address, and what people read leads back to it. RFC 7622, XEP-0106 */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "xmpp/xmpp-error.h"
#include "xmpp/xmpp-jid-escape.h"
#include "xmpp/xmpp-jid.h"
#include "xmpp/xmpp-precis.h"

static void
check_local (const char *local)
{
  g_autofree char *shown = xmpp_jid_unescape_local (local);
  g_autofree char *escaped = xmpp_jid_escape_local (shown);
  g_autofree char *again = escaped != NULL ? xmpp_jid_unescape_local (escaped) : NULL;

  g_assert_cmpuint (strlen (local), <=, 1023);
  g_assert_null (strpbrk (local, " \"&'/:<>@"));
  /* Two local parts may look the same; what is shown is told again. */
  if (again != NULL)
    g_assert_cmpstr (again, ==, shown);
}

static void
check_address (XmppJid *jid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) again = xmpp_jid_new (xmpp_jid_get_text (jid), &error);
  g_autoptr (XmppJid) bare = xmpp_jid_dup_bare (jid);
  g_autoptr (XmppJid) parts = NULL;

  g_assert_no_error (error);
  g_assert_true (xmpp_jid_equal (jid, again));
  g_assert_cmpuint (xmpp_jid_hash (jid), ==, xmpp_jid_hash (again));
  parts = xmpp_jid_new_from_parts (xmpp_jid_get_local (jid), xmpp_jid_get_domain (jid),
                                   xmpp_jid_get_resource (jid), &error);
  g_assert_no_error (error);
  g_assert_true (xmpp_jid_equal (jid, parts));
  g_assert_true (xmpp_jid_equal_bare (jid, bare));
  g_assert_true (g_utf8_validate (xmpp_jid_get_text (jid), -1, NULL));
  g_assert_cmpuint (strlen (xmpp_jid_get_domain (jid)), <=, 1023);
  if (xmpp_jid_get_resource (jid) != NULL)
    g_assert_cmpuint (strlen (xmpp_jid_get_resource (jid)), <=, 1023);
  if (xmpp_jid_get_local (jid) != NULL)
    check_local (xmpp_jid_get_local (jid));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppJid) jid = xmpp_jid_new (text, &error);
  g_autofree char *opaque = xmpp_precis_opaque (text, NULL);

  if (jid != NULL)
    check_address (jid);
  else
    g_assert_error (error, XMPP_ERROR, XMPP_ERROR_JID_MALFORMED);
  if (opaque != NULL)
    {
      g_autofree char *again = xmpp_precis_opaque (opaque, NULL);

      g_assert_cmpstr (opaque, ==, again);
    }
  return 0;
}
