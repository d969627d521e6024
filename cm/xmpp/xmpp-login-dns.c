/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-login-dns.c: where does the account's server listen? RFC 6120 3.2, RFC 2782, XEP-0368 */
#include "xmpp/xmpp-login-private.h"

#include <string.h>

#define DEFAULT_PORT 5222
#define DEFAULT_DIRECT_PORT 5223
/* More than any honest server has; a hostile one may list thousands. */
#define MAX_TARGETS 16

typedef enum
{
  SERVICE_UNKNOWN, /* no record, or nobody knows */
  SERVICE_DENIED, /* "." */
  SERVICE_FOUND,
} ServiceState;

/**
 * xmpp_login_target_new:
 *
 * Returns: (transfer full)
 */
XmppLoginTarget *
xmpp_login_target_new (const char *host, guint16 port, gboolean direct_tls)
{
  XmppLoginTarget *self = g_new0 (XmppLoginTarget, 1);
  size_t length = strlen (host);

  self->host = length > 2 && host[0] == '[' && host[length - 1] == ']'
                   ? g_strndup (host + 1, length - 2)
                   : g_strdup (host);
  self->port = port != 0 ? port : direct_tls ? DEFAULT_DIRECT_PORT
                                             : DEFAULT_PORT;
  self->direct_tls = direct_tls;
  return self;
}

/**
 * xmpp_login_target_new_from_text:
 * @text: "host", "host:port", "[address]:port"; ",oldssl" after it asks for direct TLS
 * @direct_tls: direct TLS without being asked
 *
 * Returns: (nullable) (transfer full)
 * Spec: Telepathy's parameter fallback-servers; RFC 6120 §4.9.3.19
 */
XmppLoginTarget *
xmpp_login_target_new_from_text (const char *text, gboolean direct_tls)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", 2);
  g_autoptr (GSocketConnectable) address = NULL;

  if (parts[0] == NULL || *parts[0] == '\0' ||
      (parts[1] != NULL && strcmp (parts[1], "oldssl") != 0))
    return NULL;
  direct_tls = direct_tls || parts[1] != NULL;
  if (g_hostname_is_ip_address (parts[0]))
    return xmpp_login_target_new (parts[0], 0, direct_tls);
  address =
      g_network_address_parse (parts[0], direct_tls ? DEFAULT_DIRECT_PORT : DEFAULT_PORT, NULL);
  if (address == NULL)
    return NULL;
  return xmpp_login_target_new (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)),
                                g_network_address_get_port (G_NETWORK_ADDRESS (address)),
                                direct_tls);
}

void
xmpp_login_target_free (XmppLoginTarget *self)
{
  g_free (self->host);
  g_free (self);
}

static ServiceState
look_up (const char *service,
         const char *domain,
         gboolean direct_tls,
         GPtrArray *found,
         GCancellable *cancellable)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GError) error = NULL;
  GList *records =
      g_resolver_lookup_service (resolver, service, "tcp", domain, cancellable, &error);
  ServiceState state = SERVICE_UNKNOWN;

  if (records == NULL)
    {
      if (error != NULL)
        g_debug ("%s: no records of %s: %s", domain, service, error->message);
      return error != NULL ? SERVICE_UNKNOWN : SERVICE_DENIED;
    }
  for (GList *l = records; l != NULL; l = l->next)
    {
      GSrvTarget *record = l->data;
      const char *host = g_srv_target_get_hostname (record);
      XmppLoginTarget *target;

      if (*host == '\0' || strcmp (host, ".") == 0)
        {
          if (state == SERVICE_UNKNOWN)
            state = SERVICE_DENIED;
          continue;
        }
      if (g_srv_target_get_port (record) == 0)
        continue;
      target = xmpp_login_target_new (host, g_srv_target_get_port (record), direct_tls);
      target->priority = g_srv_target_get_priority (record);
      target->weight = g_srv_target_get_weight (record);
      g_ptr_array_add (found, target);
      state = SERVICE_FOUND;
    }
  g_resolver_free_targets (records);
  return state;
}

/* RFC 2782: lowest priority first; among equals by lot, the heavier the likelier, those of weight 0
 * hardly ever first. */
static guint
draw (GPtrArray *targets)
{
  const XmppLoginTarget *first = g_ptr_array_index (targets, 0);
  guint priority = first->priority;
  guint64 sum = 0;
  guint64 lot;

  for (guint i = 1; i < targets->len; i++)
    priority = MIN (priority, ((XmppLoginTarget *) g_ptr_array_index (targets, i))->priority);
  for (guint i = 0; i < targets->len; i++)
    {
      const XmppLoginTarget *target = g_ptr_array_index (targets, i);

      /* Sixteenths, so that weight 0 has a share too. */
      if (target->priority == priority)
        sum += target->weight * 16 + 1;
    }
  lot = (guint64) (g_random_double () * (double) sum);
  for (guint i = 0; i < targets->len; i++)
    {
      const XmppLoginTarget *target = g_ptr_array_index (targets, i);
      guint share = target->priority == priority ? target->weight * 16u + 1 : 0;

      if (lot < share)
        return i;
      lot -= share;
    }
  return 0;
}

static void
move_in_order (GPtrArray *from, GPtrArray *to)
{
  while (from->len > 0 && to->len < MAX_TARGETS)
    g_ptr_array_add (to, g_ptr_array_steal_index (from, draw (from)));
}

static gboolean
find_by_dns (const char *domain,
             gboolean is_direct_only,
             GPtrArray *targets,
             GCancellable *cancellable)
{
  g_autoptr (GPtrArray) found =
      g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_login_target_free);
  ServiceState plain = is_direct_only
                           ? SERVICE_UNKNOWN
                           : look_up ("xmpp-client", domain, FALSE, found, cancellable);
  ServiceState direct = look_up ("xmpps-client", domain, TRUE, found, cancellable);

  if (plain == SERVICE_FOUND || direct == SERVICE_FOUND)
    move_in_order (found, targets);
  else if (plain == SERVICE_DENIED)
    return FALSE;
  else
    g_ptr_array_add (targets, xmpp_login_target_new (domain, 0, is_direct_only));
  return TRUE;
}

/**
 * xmpp_login_find_targets:
 * @params: of the login
 * @domain: of the account, A-labels
 * @is_proxied: nothing may be looked up here: the usual places at the domain itself are tried
 *
 * Finds where to connect to: what the person says, or what DNS says of both services, mixed by
 * priority and weight; then the fallback servers.
 *
 * Returns: (nullable) (transfer full) (element-type XmppLoginTarget): in the order to be tried, at
 * least one Errors: XMPP_LOGIN_ERROR_NO_SERVER Spec: RFC 6120 §3.2, XEP-0368 §2; thread: not the
 * main one
 */
GPtrArray *
xmpp_login_find_targets (const XmppLoginParams *params,
                         const char *domain,
                         gboolean is_proxied,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GPtrArray) targets =
      g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_login_target_free);
  gboolean is_served = TRUE;

  if (params->server != NULL && *params->server != '\0')
    g_ptr_array_add (targets,
                     xmpp_login_target_new (params->server, params->port, params->direct_tls));
  else if (g_hostname_is_ip_address (domain) || params->port != 0)
    g_ptr_array_add (targets, xmpp_login_target_new (domain, params->port, params->direct_tls));
  else if (is_proxied)
    {
      g_ptr_array_add (targets, xmpp_login_target_new (domain, 0, FALSE));
      g_ptr_array_add (targets, xmpp_login_target_new (domain, 0, TRUE));
    }
  else
    is_served = find_by_dns (domain, params->direct_tls, targets, cancellable);

  for (guint i = 0; params->fallback_servers != NULL && params->fallback_servers[i] != NULL; i++)
    {
      XmppLoginTarget *target =
          xmpp_login_target_new_from_text (params->fallback_servers[i], FALSE);

      if (target != NULL)
        g_ptr_array_add (targets, target);
      else
        g_message ("“%s” is not a server; it is passed over", params->fallback_servers[i]);
    }
  if (is_served || targets->len > 0)
    return g_steal_pointer (&targets);

  g_set_error (error, XMPP_LOGIN_ERROR, XMPP_LOGIN_ERROR_NO_SERVER,
               "“%s” says that it has no server for chat.", domain);
  return NULL;
}
