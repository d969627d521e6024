/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-routes.c: a set of routes, found by kind, element and namespace without making anything */
#include "xmpp/xmpp-routes.h"

#include <string.h>

static guint
route_hash (gconstpointer key)
{
  const XmppRoute *route = key;

  return g_str_hash (route->ns) * 31 + g_str_hash (route->element) * 2 + (route->is_set ? 1 : 0);
}

static gboolean
route_equal (gconstpointer a, gconstpointer b)
{
  const XmppRoute *one = a, *other = b;

  if (one->is_set != other->is_set)
    return FALSE;
  return strcmp (one->element, other->element) == 0 && strcmp (one->ns, other->ns) == 0;
}

GHashTable *
xmpp_routes_new (void)
{
  return g_hash_table_new_full (route_hash, route_equal, g_free, NULL);
}

void
xmpp_routes_add (GHashTable *routes, const XmppRoute *route)
{
  XmppRoute *copy = g_new0 (XmppRoute, 1);

  *copy = *route;
  if (!g_hash_table_add (routes, copy))
    g_error ("Two owners of <%s xmlns='%s'/>", route->element, route->ns);
}

const XmppRoute *
xmpp_routes_look_up (GHashTable *routes, gboolean is_set, const XmppNode *payload)
{
  const XmppRoute key = { is_set, xmpp_node_get_name (payload), xmpp_node_get_ns (payload) };

  return g_hash_table_lookup (routes, &key);
}
