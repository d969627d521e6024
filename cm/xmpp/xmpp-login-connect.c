/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-connect.c: the way to a server: all its addresses at once, or a proxy. RFC 6120 3, RFC
 * 8305, RFC 1928
 *
 * Where a proxy is used nothing is looked up here: it does that, and nobody else hears where we
 * want to go. */
#include "xmpp/xmpp-login-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include <gio/gnetworking.h>

/* One address that does not answer must not eat the time of the others. */
#define CONNECT_TIMEOUT_S 15

typedef struct
{
  GSocketConnection *connection; /* (owned, nullable) */
  GError *error; /* (owned, nullable) */
  gboolean is_over;
} Race;

static gboolean
fail_to_connect (const XmppLoginTarget *target, const GError *cause, GError **error)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error_literal (error, cause->domain, cause->code, cause->message);
  else if (g_error_matches (cause, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND) ||
           g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
    g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_SERVER,
                 "No server was found for “%s”. Check the part after the @.", target->host);
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_CONNECTION_REFUSED,
                 "“%s” is there, but no chat server answers on port %u.", target->host,
                 target->port);
  else
    g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NETWORK, "“%s” could not be reached: %s",
                 target->host, cause->message);
  return FALSE;
}

/* The first way that the desktop knows to `uri`; NULL: straight. */
static char *
dup_proxy_for (const char *uri, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) proxies =
      g_proxy_resolver_lookup (g_proxy_resolver_get_default (), uri, cancellable, &error);

  if (error != NULL)
    g_debug ("The proxy settings cannot be read: %s", error->message);
  if (proxies == NULL || proxies[0] == NULL || g_str_has_prefix (proxies[0], "direct:"))
    return NULL;
  return g_strdup (proxies[0]);
}

/**
 * xmpp_login_dup_proxy:
 * @host: where to
 *
 * The proxy that the account names, or that the desktop has for everything, or that it has for
 * secure pages: that one lets any encrypted connection through.
 *
 * Returns: (nullable) (transfer full): a URI such as "socks5://proxy:1080"; NULL: none
 * Spec: RFC 1928, RFC 9110 §9.3.6; thread: not the main one
 */
char *
xmpp_login_dup_proxy (XmppLogin *self, const char *host, guint16 port)
{
  const XmppLoginParams *params = self->params;
  gboolean is_ipv6 = strchr (host, ':') != NULL;
  g_autofree char *any = NULL;
  g_autofree char *secure = NULL;
  char *proxy;

  if (params->proxy_server != NULL && *params->proxy_server != '\0')
    return g_strdup_printf (strchr (params->proxy_server, ':') != NULL ? "http://[%s]:%u"
                                                                       : "http://%s:%u",
                            params->proxy_server, params->proxy_port);
  any = g_strdup_printf (is_ipv6 ? "none://[%s]:%u" : "none://%s:%u", host, port);
  secure = g_strdup_printf (is_ipv6 ? "https://[%s]:%u" : "https://%s:%u", host, port);
  proxy = dup_proxy_for (any, self->cancellable);
  return proxy != NULL ? proxy : dup_proxy_for (secure, self->cancellable);
}

static void
raced_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Race *race = user_data;

  race->connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &race->error);
  race->is_over = TRUE;
}

/* GIO tries one address after the other where it blocks, and all of them soon after each other
 * (RFC 8305 §5) where it does not: so this thread waits for it with a context of its own. */
static GSocketConnection *
race (GSocketClient *client, GSocketConnectable *address, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Race race = { 0 };

  g_main_context_push_thread_default (context);
  g_socket_client_connect_async (client, address, cancellable, raced_cb, &race);
  while (!race.is_over)
    g_main_context_iteration (context, TRUE);
  /* Those who lost the race leave. */
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  if (race.connection == NULL)
    g_propagate_error (error, race.error);
  return race.connection;
}

/**
 * xmpp_login_connect:
 * @target: where
 *
 * Connects, through a proxy where the account or the desktop says so.
 *
 * Errors: XMPP_LOGIN_ERROR: NO_SERVER, CONNECTION_REFUSED, NETWORK; G_IO_ERROR_CANCELLED
 */
gboolean
xmpp_login_connect (XmppLogin *self, const XmppLoginTarget *target, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) address = g_network_address_new (target->host, target->port);
  g_autofree char *proxy = xmpp_login_dup_proxy (self, target->host, target->port);
  g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (proxy, NULL);
  g_autoptr (GError) cause = NULL;
  GSocket *socket;

  g_debug ("%s: connecting to %s port %u%s%s", self->domain, target->host, target->port,
           target->direct_tls ? ", direct TLS" : "", proxy != NULL ? ", through a proxy" : "");
  g_socket_client_set_timeout (client, CONNECT_TIMEOUT_S);
  g_socket_client_set_enable_proxy (client, proxy != NULL);
  g_socket_client_set_proxy_resolver (client, resolver);
  self->socket = race (client, address, self->cancellable, &cause);
  if (self->socket == NULL)
    return fail_to_connect (target, cause, error);

  socket = g_socket_connection_get_socket (self->socket);
  g_socket_set_timeout (socket, 0);
  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  self->line = g_object_ref (G_IO_STREAM (self->socket));
  self->parser = xmpp_parser_new (&xmpp_limits_before_login);
  return TRUE;
}
