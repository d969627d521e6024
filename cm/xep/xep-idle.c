/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-idle.c: since when nobody has touched a device. XEP-0319 */

#include "im/im-idle.h"
#include "im/im-module.h"
#include "im/im-time.h"
#include "xmpp/xmpp-ns.h"

/* What cannot have been yet was not. */
static void
read_idle (ImAccount *account, gpointer state, XmppJid *from, XmppNode *presence, XmppNode *element)
{
  gint64 since_us = element != NULL ? im_time_parse (xmpp_node_get (element, "since")) : 0;
  gint64 now_us = g_get_real_time ();

  if (since_us > now_us + IM_TIME_CLOCKS_DIFFER_US)
    since_us = 0;
  im_account_set_resource_idle (account, from, MIN (since_us, now_us) / G_USEC_PER_SEC);
}

static void
write_presence (ImAccount *account, gpointer state, XmppNode *presence)
{
  gint64 since_s = im_account_get_idle_since_s (account);
  g_autofree char *since = since_s > 0 ? im_time_format (since_s * G_USEC_PER_SEC) : NULL;

  if (since != NULL)
    xmpp_node_set (xmpp_node_add (presence, "idle", XMPP_NS_IDLE), "since", since);
}

const ImModule xep_idle = {
  .name = "idle",
  .xep = 319,
  .features = (const char *const[]){ XMPP_NS_IDLE, NULL },
  .presence_steps =
      (const ImPresenceStep[]){
          { "idle", XMPP_NS_IDLE, XMPP_FROM_ANYONE, read_idle },
          { 0 },
      },
  .write_presence = write_presence,
};
