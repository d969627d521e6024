/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-login-connect.c: the way to a server: all its addresses, and proxies that look names up
 * themselves. RFC 8305, RFC 1928; hostile-input C18. The name server is a table here, and the
 * desktop's proxy settings are a variable */
#include <string.h>

#include <glib/gstdio.h>

#include "evil-proxy.h"
#include "login-fixture.h"
#include "make-certificate.h"
#include "mini-proxy.h"
#include "tls-server.h"
#include "xmpp/xmpp-login.h"

/* Addresses of every name, with spaces between; and how often one was asked for. */
static const char *addresses;
static int n_lookups; /* atomic */
/* What the desktop says: a URI of a proxy for everything, and one for secure pages. */
static char *proxy_for_all;
static char *proxy_for_https;

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
look_up (GResolverNameLookupFlags flags)
{
  g_auto (GStrv) texts = g_strsplit (addresses, " ", -1);
  GList *list = NULL;

  g_atomic_int_inc (&n_lookups);
  for (guint i = 0; texts[i] != NULL; i++)
    {
      GInetAddress *address = g_inet_address_new_from_string (texts[i]);
      gboolean is_ipv6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

      if ((is_ipv6 && (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY) != 0) ||
          (!is_ipv6 && (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) != 0))
        g_object_unref (address);
      else
        list = g_list_append (list, address);
    }
  return list;
}

static void
table_resolver_lookup_async (GResolver *resolver,
                             const char *name,
                             GResolverNameLookupFlags flags,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  GList *list = look_up (flags);

  if (list != NULL)
    g_task_return_pointer (task, list, (GDestroyNotify) g_resolver_free_addresses);
  else
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such name");
}

static GList *
table_resolver_lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static GList *
table_resolver_lookup_service (GResolver *resolver,
                               const char *name,
                               GCancellable *cancellable,
                               GError **error)
{
  g_atomic_int_inc (&n_lookups);
  g_set_error_literal (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such record");
  return NULL;
}

static void
table_resolver_class_init (TableResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  resolver_class->lookup_by_name_with_flags_async = table_resolver_lookup_async;
  resolver_class->lookup_by_name_with_flags_finish = table_resolver_lookup_finish;
  resolver_class->lookup_service = table_resolver_lookup_service;
}

static void
table_resolver_init (TableResolver *self)
{
}

typedef struct
{
  GObject parent;
} SettingsResolver;
typedef struct
{
  GObjectClass parent;
} SettingsResolverClass;
static GType settings_resolver_get_type (void);
static void settings_resolver_iface_init (GProxyResolverInterface *iface);
G_DEFINE_TYPE_WITH_CODE (SettingsResolver,
                         settings_resolver,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER,
                                                settings_resolver_iface_init))

static gboolean
settings_resolver_is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static char **
settings_resolver_lookup (GProxyResolver *resolver,
                          const char *uri,
                          GCancellable *cancellable,
                          GError **error)
{
  const char *proxy = proxy_for_all;

  if (proxy == NULL && g_str_has_prefix (uri, "https:"))
    proxy = proxy_for_https;
  return g_strsplit (proxy != NULL ? proxy : "direct://", " ", -1);
}

static void
settings_resolver_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = settings_resolver_is_supported;
  iface->lookup = settings_resolver_lookup;
}

static void
settings_resolver_class_init (SettingsResolverClass *klass)
{
}

static void
settings_resolver_init (SettingsResolver *self)
{
}

static GTlsCertificate *
new_certificate (void)
{
  const Making making = { .dns = { "ex.test" } };

  return make_certificate (&making);
}

static XmppLoginParams *
new_params (const char *server, guint16 port)
{
  g_autoptr (XmppJid) jid = xmpp_jid_new ("alice@ex.test", NULL);
  XmppLoginParams *params = xmpp_login_params_new (jid);

  params->password = g_strdup ("secret words");
  params->server = g_strdup (server);
  params->port = port;
  return params;
}

/* The server offers nothing, so who hears of its offer has come through. */
static void
assert_reached (const GError *error)
{
  g_assert_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_MECHANISM);
}

/* A port of 127.0.0.2 that takes no connections and refuses none: its queue is full. */
typedef struct
{
  GSocket *listener; /* (owned) */
  GPtrArray *waiting; /* (owned) of GSocket */
} BlackHole;

static void
black_hole_open (BlackHole *self, guint16 port)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.2", port);
  g_autoptr (GError) error = NULL;

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->listener =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_assert_true (g_socket_bind (self->listener, address, FALSE, &error));
  g_socket_set_listen_backlog (self->listener, 0);
  g_assert_true (g_socket_listen (self->listener, &error));
  for (guint i = 0; i < 8; i++)
    {
      GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_DEFAULT, NULL);

      g_socket_set_blocking (socket, FALSE);
      g_socket_connect (socket, address, NULL, NULL);
      g_ptr_array_add (self->waiting, socket);
    }
}

static void
black_hole_close (BlackHole *self)
{
  g_ptr_array_unref (self->waiting);
  g_object_unref (self->listener);
}

/* An address that does not answer costs a fraction of a second, not its whole time. */
static void
test_dead_address (void)
{
  g_autoptr (GTlsCertificate) certificate = new_certificate ();
  g_autoptr (TlsServer) server = tls_server_new (certificate, FALSE);
  BlackHole hole = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 begin_us;

  black_hole_open (&hole, tls_server_get_port (server));
  addresses = "127.0.0.2 127.0.0.1";
  begin_us = g_get_monotonic_time ();
  error = login_fixture_fail (new_params ("two.test", tls_server_get_port (server)));
  assert_reached (error);
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 10 * G_USEC_PER_SEC);
  black_hole_close (&hole);
}

static void
test_ipv6 (void)
{
  g_autoptr (GTlsCertificate) certificate = new_certificate ();
  g_autoptr (TlsServer) server = tls_server_new_for_family (certificate, G_SOCKET_FAMILY_IPV6);
  g_autoptr (GError) by_name = NULL;
  g_autoptr (GError) by_address = NULL;

  if (server == NULL)
    {
      g_test_skip ("this machine has no IPv6");
      return;
    }
  addresses = "::1 127.0.0.9";
  by_name = login_fixture_fail (new_params ("six.test", tls_server_get_port (server)));
  assert_reached (by_name);
  by_address = login_fixture_fail (new_params ("[::1]", tls_server_get_port (server)));
  assert_reached (by_address);
}

static char *
dup_uri (const char *scheme, MiniProxy *proxy)
{
  return g_strdup_printf ("%s://127.0.0.1:%u", scheme, mini_proxy_get_port (proxy));
}

/* Nothing is looked up but by the proxy, neither name nor service; first STARTTLS, then direct. */
static void
test_proxied (void)
{
  static const char *const schemes[] = { "socks5", "http" };
  g_autoptr (GTlsCertificate) certificate = new_certificate ();
  g_autoptr (TlsServer) server = tls_server_new (certificate, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      g_autoptr (MiniProxy) proxy = mini_proxy_new (tls_server_get_port (server));
      g_autofree char *uri = dup_uri (schemes[i], proxy);
      g_autofree char *expected = g_strdup_printf ("%s ex.test:5222", schemes[i]);
      g_autofree char *asked = NULL;
      g_autoptr (GError) error = NULL;

      addresses = "127.0.0.1";
      g_atomic_int_set (&n_lookups, 0);
      /* An HTTP proxy is one for secure pages. */
      *(i == 0 ? &proxy_for_all : &proxy_for_https) = uri;
      error = login_fixture_fail (new_params (NULL, 0));
      proxy_for_all = proxy_for_https = NULL;
      assert_reached (error);
      asked = mini_proxy_dup_asked (proxy);
      g_assert_cmpstr (asked, ==, expected);
      g_assert_cmpint (g_atomic_int_get (&n_lookups), ==, 0);
    }
}

/* The account's own proxy goes before the desktop's. */
static void
test_proxy_of_account (void)
{
  g_autoptr (GTlsCertificate) certificate = new_certificate ();
  g_autoptr (TlsServer) server = tls_server_new (certificate, FALSE);
  g_autoptr (MiniProxy) proxy = mini_proxy_new (tls_server_get_port (server));
  XmppLoginParams *params = new_params ("chat.ex.test", 443);
  g_autofree char *other = g_strdup ("socks5://127.0.0.1:9");
  g_autofree char *asked = NULL;
  g_autoptr (GError) error = NULL;

  params->proxy_server = g_strdup ("127.0.0.1");
  params->proxy_port = mini_proxy_get_port (proxy);
  proxy_for_all = other;
  error = login_fixture_fail (params);
  proxy_for_all = NULL;
  assert_reached (error);
  asked = mini_proxy_dup_asked (proxy);
  g_assert_cmpstr (asked, ==, "http chat.ex.test:443");
}

static void
test_proxy_refuses (void)
{
  static const char *const schemes[] = { "socks5", "http" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      g_autoptr (MiniProxy) proxy = mini_proxy_new (0);
      g_autofree char *uri = dup_uri (schemes[i], proxy);
      g_autofree char *expected =
          g_strdup_printf ("%s ex.test:5222 %s ex.test:5223", schemes[i], schemes[i]);
      g_autofree char *asked = NULL;
      g_autoptr (GError) error = NULL;

      g_atomic_int_set (&n_lookups, 0);
      proxy_for_all = uri;
      error = login_fixture_fail (new_params (NULL, 0));
      proxy_for_all = NULL;
      g_assert_cmpint (error->domain, ==, (int) XMPP_LOGIN_ERROR);
      asked = mini_proxy_dup_asked (proxy);
      g_assert_cmpstr (asked, ==, expected);
      g_assert_cmpint (g_atomic_int_get (&n_lookups), ==, 0);
    }
}

#define SAYS(text) text, sizeof text - 1
#define GREETS "\x05\x00"

static const struct
{
  const char *scheme;
  const char *says;
  gsize n_bytes;
  EvilProxyEnd end;
} evil_proxies[] = {
  { "socks5", SAYS (""), EVIL_PROXY_HANGS_UP },
  { "socks5", SAYS ("\x05"), EVIL_PROXY_HANGS_UP },
  { "socks5", SAYS ("\x04\x00"), EVIL_PROXY_WAITS },
  { "socks5", SAYS ("\x05\xff"), EVIL_PROXY_WAITS },
  { "socks5", SAYS ("\x05\x02"), EVIL_PROXY_WAITS }, /* wants a name and a password */
  { "socks5", SAYS ("\x05\x7f"), EVIL_PROXY_WAITS },
  { "socks5", SAYS (GREETS), EVIL_PROXY_HANGS_UP },
  { "socks5", SAYS (GREETS "\x04\x00\x00\x01\x7f\x00\x00\x01\x00\x50"), EVIL_PROXY_WAITS },
  { "socks5",
    SAYS (GREETS "\x05\x00\x00\x03\xff"
                 "short"),
    EVIL_PROXY_WAITS },
  { "socks5",
    SAYS (GREETS "\x05\x00\x00\x03\xff"
                 "short"),
    EVIL_PROXY_HANGS_UP },
  { "socks5", SAYS (GREETS "\x05\x00\x00\x03\xff"), EVIL_PROXY_POURS },
  { "socks5", SAYS (GREETS "\x05\x00\x00\x03\x00\x00\x00"), EVIL_PROXY_WAITS },
  { "socks5", SAYS (GREETS "\x05\x00\x00\x09\x00\x00\x00"), EVIL_PROXY_WAITS },
  { "socks5", SAYS (GREETS "\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50"), EVIL_PROXY_WAITS },
  { "socks5", SAYS (GREETS "\x05\xff\x00\x01\x7f\x00\x00\x01\x00\x50"), EVIL_PROXY_WAITS },
  { "http", SAYS (""), EVIL_PROXY_HANGS_UP },
  { "http", SAYS (""), EVIL_PROXY_WAITS },
  { "http", SAYS ("HTTP/1.1 200"), EVIL_PROXY_HANGS_UP },
  { "http", SAYS ("HTTP/1.1 200 OK\r\nX-Evil: "), EVIL_PROXY_DRIPS },
  { "http", SAYS ("HTTP/1.1 200 OK\r\nX-Evil: "), EVIL_PROXY_POURS },
  { "http", SAYS ("HTTP/1.1 \r\n\r\n"), EVIL_PROXY_WAITS },
  { "http", SAYS ("HTTP/1.1 99999999999 OK\r\n\r\n"), EVIL_PROXY_WAITS },
  { "http", SAYS ("\0\0\0\0\r\n\r\n"), EVIL_PROXY_HANGS_UP },
  { "http", SAYS ("HTTP/1.1 407 Secret Needed\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n"),
    EVIL_PROXY_WAITS },
  { "http", SAYS ("HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:9/\r\n\r\n"),
    EVIL_PROXY_WAITS },
};

/* Whatever a proxy says there is an end, in time and with a sentence, and nobody is asked where
 * the server is. */
static void
test_evil_proxies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (evil_proxies); i++)
    {
      g_autoptr (EvilProxy) proxy =
          evil_proxy_new (evil_proxies[i].says, evil_proxies[i].n_bytes, evil_proxies[i].end);
      g_autofree char *uri = g_strdup_printf ("%s://127.0.0.1:%u", evil_proxies[i].scheme,
                                              evil_proxy_get_port (proxy));
      XmppLoginParams *params = new_params (NULL, 0);
      g_autoptr (GError) error = NULL;
      gint64 begin_us = g_get_monotonic_time ();

      params->timeout_s = 1;
      g_atomic_int_set (&n_lookups, 0);
      proxy_for_all = uri;
      error = login_fixture_fail (params);
      proxy_for_all = NULL;
      g_test_message ("%u, %s: %s", i, evil_proxies[i].scheme, error->message);
      g_assert_cmpint (error->domain, ==, (int) XMPP_LOGIN_ERROR);
      g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 10 * G_USEC_PER_SEC);
      g_assert_cmpint (g_atomic_int_get (&n_lookups), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GResolver) resolver = NULL;
  g_autofree char *path = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("GIO_USE_PROXY_RESOLVER", "settings", TRUE);
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME,
                                  settings_resolver_get_type (), "settings", 1000);
  resolver = g_object_new (table_resolver_get_type (), NULL);
  g_resolver_set_default (resolver);
  path = login_fixture_trust_authority ();

  g_test_add_func ("/xmpp/login-connect/rfc8305-dead-address", test_dead_address);
  g_test_add_func ("/xmpp/login-connect/ipv6", test_ipv6);
  g_test_add_func ("/xmpp/login-connect/c18-proxies-look-up", test_proxied);
  g_test_add_func ("/xmpp/login-connect/proxy-of-the-account", test_proxy_of_account);
  g_test_add_func ("/xmpp/login-connect/proxy-refuses", test_proxy_refuses);
  g_test_add_func ("/xmpp/login-connect/c18-evil-proxies", test_evil_proxies);
  status = g_test_run ();
  g_unlink (path);
  return status;
}
