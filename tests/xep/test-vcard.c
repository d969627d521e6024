/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-vcard.c: a vCard that says more than is shown. XEP-0054 */

#include <string.h>

#include "im/im-info.h"
#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

#define N_URLS (IM_INFO_MAX_FIELDS + 50)

extern const ImModule xep_vcard;

static guint
count (const XmppNode *vcard, const char *name)
{
  guint n_found = 0;

  for (const XmppNode *child = xmpp_node_get_first (vcard); child != NULL;
       child = xmpp_node_get_next (child))
    n_found += strcmp (xmpp_node_get_name (child), name) == 0;
  return n_found;
}

static XmppNode *
new_long (void)
{
  XmppNode *vcard = xmpp_node_new ("vCard", XMPP_NS_VCARD_TEMP);

  for (guint i = 0; i < N_URLS; i++)
    {
      g_autofree char *url = g_strdup_printf ("https://example.org/%u", i);

      xmpp_node_add_with_text (vcard, "URL", NULL, url);
    }
  xmpp_node_add_with_text (vcard, "FN", NULL, "Alice");
  xmpp_node_add_with_text (vcard, "X-OURS", NULL, "kept");
  return vcard;
}

/* `info` without its first field, and with another. */
static GVariant *
change (GVariant *info)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, IM_INFO_TYPE);
  for (gsize i = 1; i < g_variant_n_children (info); i++)
    {
      g_autoptr (GVariant) field = g_variant_get_child_value (info, i);

      g_variant_builder_add_value (&builder, field);
    }
  g_variant_builder_add_parsed (&builder, "('fn', @as [], ['Alice Liddell'])");
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
test_what_is_not_shown_stays (void)
{
  g_autoptr (XmppNode) vcard = new_long ();
  g_autoptr (GVariant) info = g_variant_ref_sink (xep_vcard.info->read (vcard));
  g_autoptr (GVariant) changed = change (info);
  g_autoptr (XmppNode) written = xep_vcard.info->write (vcard, changed);

  g_assert_cmpuint (g_variant_n_children (info), ==, IM_INFO_MAX_FIELDS);
  g_assert_cmpuint (count (written, "URL"), ==, N_URLS - 1);
  g_assert_cmpuint (count (written, "X-OURS"), ==, 1);
  g_assert_cmpuint (count (written, "FN"), ==, 1);
  g_assert_cmpstr (xmpp_node_get_child_text (written, "FN", XMPP_NS_VCARD_TEMP), ==,
                   "Alice Liddell");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xep/vcard/what-is-not-shown-stays", test_what_is_not_shown_stays);
  return g_test_run ();
}
