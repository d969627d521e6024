/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xmpp-routes.h: which request goes to which function; the session's own table */
#pragma once

#include "xmpp/xmpp-session.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean is_set;
  const char *element; /* constants, both */
  const char *ns;
  XmppFrom from;
  XmppRouteFunc func;
  gpointer user_data;
} XmppRoute;

GHashTable *xmpp_routes_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* A second owner of the same request stops the program. */
void xmpp_routes_add (GHashTable *routes, const XmppRoute *route);
const XmppRoute *xmpp_routes_look_up (GHashTable *routes, gboolean is_set, const XmppNode *payload);

G_END_DECLS
