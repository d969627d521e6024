/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-login-dns.c: where a login goes. RFC 6120 3.2, RFC 2782, XEP-0368; hostile-input C11. The
 * name server is a table here */
#include "xmpp/xmpp-login-private.h"

#include <string.h>

/* "service: host:port:priority:weight …" */
static const char *const *records;

typedef struct
{
  GResolver parent;
} TableResolver;
typedef struct
{
  GResolverClass parent;
} TableResolverClass;
static GType table_resolver_get_type (void);
G_DEFINE_TYPE (TableResolver, table_resolver, G_TYPE_RESOLVER)

static GList *
table_resolver_lookup_service (GResolver *resolver,
                               const char *name,
                               GCancellable *cancellable,
                               GError **error)
{
  GList *targets = NULL;

  for (guint i = 0; records[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (records[i], " ", -1);

      if (!g_str_equal (fields[0], name))
        continue;
      for (guint j = 1; fields[j] != NULL; j++)
        {
          g_auto (GStrv) parts = g_strsplit (fields[j], ":", 4);

          targets = g_list_append (targets, g_srv_target_new (parts[0], (guint16) atoi (parts[1]),
                                                              (guint16) atoi (parts[2]),
                                                              (guint16) atoi (parts[3])));
        }
      return targets;
    }
  g_set_error_literal (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such record");
  return NULL;
}

static void
table_resolver_class_init (TableResolverClass *klass)
{
  G_RESOLVER_CLASS (klass)->lookup_service = table_resolver_lookup_service;
}

static void
table_resolver_init (TableResolver *self)
{
}

static char *
dup_found (XmppLoginParams *params, GError **error)
{
  g_autoptr (GPtrArray) targets =
      xmpp_login_find_targets (params, xmpp_jid_get_domain (params->account), FALSE, NULL, error);
  GString *text = g_string_new (NULL);

  for (guint i = 0; targets != NULL && i < targets->len; i++)
    {
      const XmppLoginTarget *target = g_ptr_array_index (targets, i);

      g_string_append_printf (text, "%s%s:%u%s", i > 0 ? " " : "", target->host, target->port,
                              target->direct_tls ? "!" : "");
    }
  return g_string_free (text, FALSE);
}

#define PLAIN "_xmpp-client._tcp.ex.test"
#define DIRECT "_xmpps-client._tcp.ex.test"

static void
test_by_dns (void)
{
  static const struct
  {
    const char *records[3];
    const char *found; /* NULL: no server */
  } rows[] = {
    { { NULL }, "ex.test:5222" },
    { { PLAIN " a:5222:5:0" }, "a:5222" },
    { { PLAIN " a:5222:5:0", DIRECT " b:443:1:0 c:5223:9:0" }, "b:443! a:5222 c:5223!" },
    { { DIRECT " b:443:1:0" }, "b:443!" },
    { { PLAIN " .:0:0:0" }, NULL },
    { { PLAIN " .:0:0:0", DIRECT " .:0:0:0" }, NULL },
    { { PLAIN }, NULL }, /* as GIO tells "." */
    { { PLAIN " .:0:0:0", DIRECT " b:443:1:0" }, "b:443!" },
    { { DIRECT " .:0:0:0" }, "ex.test:5222" },
    { { PLAIN " a:5222:1:0", DIRECT " .:0:0:0" }, "a:5222" },
    { { PLAIN " a:0:1:0 b:5222:2:0" }, "b:5222" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (XmppJid) jid = xmpp_jid_new ("alice@ex.test", NULL);
      g_autoptr (XmppLoginParams) params = xmpp_login_params_new (jid);
      g_autoptr (GError) error = NULL;
      g_autofree char *found = NULL;

      records = rows[i].records;
      found = dup_found (params, &error);
      if (rows[i].found == NULL)
        g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_SERVER);
      else
        g_assert_cmpstr (found, ==, rows[i].found);
    }
}

static void
test_weights (void)
{
  static const char *const table[] = { PLAIN " light:1:5:0 heavy:2:5:65535",
                                       DIRECT " last:3:6:65535", NULL };
  g_autoptr (XmppJid) jid = xmpp_jid_new ("alice@ex.test", NULL);
  g_autoptr (XmppLoginParams) params = xmpp_login_params_new (jid);
  guint n_heavy = 0;

  records = table;
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *found = dup_found (params, NULL);

      g_assert_true (g_str_has_suffix (found, "last:3!"));
      n_heavy += g_str_has_prefix (found, "heavy:2 light:1") ? 1 : 0;
    }
  /* The light one comes first once in a million. */
  g_assert_cmpuint (n_heavy, >=, 48);
}

static void
test_thousand_records (void)
{
  g_autoptr (GString) line = g_string_new (PLAIN);
  const char *table[2] = { NULL };
  g_autoptr (XmppJid) jid = xmpp_jid_new ("alice@ex.test", NULL);
  g_autoptr (XmppLoginParams) params = xmpp_login_params_new (jid);
  g_autoptr (GPtrArray) targets = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (line, " h%u:5222:%u:0", i, i);
  table[0] = line->str;
  records = table;
  targets = xmpp_login_find_targets (params, "ex.test", FALSE, NULL, NULL);
  g_assert_cmpuint (targets->len, ==, 16);
}

static void
test_by_hand (void)
{
  static const char *const table[] = { PLAIN " dns:5222:5:0", NULL };
  static const char *const fallback[] = { "f1", "f2:80,oldssl", "[2001:db8::1]:5",
                                          "2001:db8::2", "bad:port", "x,y",
                                          NULL };
  g_autoptr (XmppJid) jid = xmpp_jid_new ("alice@ex.test", NULL);
  g_autoptr (XmppJid) literal = xmpp_jid_new ("alice@127.0.0.1", NULL);
  g_autoptr (XmppLoginParams) params = xmpp_login_params_new (jid);
  g_autoptr (XmppLoginParams) by_address = xmpp_login_params_new (literal);
  g_autofree char *one = NULL, *other = NULL, *both = NULL, *address = NULL;
  g_autofree char *bracketed = NULL;

  records = table;
  params->server = g_strdup ("host");
  one = dup_found (params, NULL);
  g_assert_cmpstr (one, ==, "host:5222");
  params->direct_tls = TRUE;
  other = dup_found (params, NULL);
  g_assert_cmpstr (other, ==, "host:5223!");
  params->port = 99;
  params->fallback_servers = g_strdupv ((char **) fallback);
  both = dup_found (params, NULL);
  g_assert_cmpstr (both, ==, "host:99! f1:5222 f2:80! 2001:db8::1:5 2001:db8::2:5222");
  params->port = 0;
  g_free (params->server);
  params->server = g_strdup ("[2001:db8::1]");
  g_clear_pointer (&params->fallback_servers, g_strfreev);
  bracketed = dup_found (params, NULL);
  g_assert_cmpstr (bracketed, ==, "2001:db8::1:5223!");
  address = dup_found (by_address, NULL);
  g_assert_cmpstr (address, ==, "127.0.0.1:5222");
}

/* Direct TLS alone, wherever; and nothing of DNS where a proxy is asked. */
static void
test_direct_and_proxied (void)
{
  static const char *const table[] = { PLAIN " a:5222:1:0", DIRECT " b:443:9:0", NULL };
  static const char *const plain[] = { PLAIN " a:5222:1:0", NULL };
  g_autoptr (XmppJid) jid = xmpp_jid_new ("alice@ex.test", NULL);
  g_autoptr (XmppLoginParams) params = xmpp_login_params_new (jid);
  g_autoptr (GPtrArray) targets = NULL;
  g_autofree char *direct = NULL, *none = NULL;

  records = table;
  targets = xmpp_login_find_targets (params, "ex.test", TRUE, NULL, NULL);
  g_assert_cmpuint (targets->len, ==, 2);
  g_assert_cmpstr (((XmppLoginTarget *) targets->pdata[0])->host, ==, "ex.test");
  g_assert_cmpuint (((XmppLoginTarget *) targets->pdata[0])->port, ==, 5222);
  g_assert_cmpuint (((XmppLoginTarget *) targets->pdata[1])->port, ==, 5223);
  params->direct_tls = TRUE;
  direct = dup_found (params, NULL);
  g_assert_cmpstr (direct, ==, "b:443!");
  records = plain;
  none = dup_found (params, NULL);
  g_assert_cmpstr (none, ==, "ex.test:5223!");
}

int
main (int argc, char **argv)
{
  g_autoptr (GResolver) resolver = NULL;

  g_test_init (&argc, &argv, NULL);
  resolver = g_object_new (table_resolver_get_type (), NULL);
  g_resolver_set_default (resolver);
  g_test_add_func ("/xmpp/login/dns-says-where", test_by_dns);
  g_test_add_func ("/xmpp/login/rfc2782-weights", test_weights);
  g_test_add_func ("/xmpp/login/c11-records-are-bounded", test_thousand_records);
  g_test_add_func ("/xmpp/login/the-person-says-where", test_by_hand);
  g_test_add_func ("/xmpp/login/direct-and-proxied", test_direct_and_proxied);
  return g_test_run ();
}
