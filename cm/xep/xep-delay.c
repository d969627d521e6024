/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-delay.c: when a message was sent that was kept for us on its way. XEP-0203
 *
 * Only our own server or account is believed; anybody may write anybody's name here, so what cannot
 * be true is not believed either, and the newest of what is believed counts: the server adds its
 * own last. */

#include "im/im-account.h"
#include "im/im-time.h"
#include "xmpp/xmpp-ns.h"

static gboolean
is_trusted (ImAccount *account, const char *text)
{
  XmppJid *own = im_account_get_jid (account);
  g_autoptr (XmppJid) from = text != NULL ? xmpp_jid_new (text, NULL) : NULL;

  if (from == NULL || !xmpp_jid_is_bare (from))
    return FALSE;
  return xmpp_jid_equal (from, own) ||
         (xmpp_jid_get_local (from) == NULL &&
          g_str_equal (xmpp_jid_get_domain (from), xmpp_jid_get_domain (own)));
}

static void
read_delay (ImAccount *account, gpointer state, ImMessage *message, XmppNode *element)
{
  gint64 sent_us;

  if (!is_trusted (account, xmpp_node_get (element, "from")))
    return;
  sent_us = im_time_parse (xmpp_node_get (element, "stamp"));
  if (sent_us > 0 && sent_us <= g_get_real_time () + IM_TIME_CLOCKS_DIFFER_US)
    im_message_set_sent_us (message, sent_us);
}

const ImModule xep_delay = {
  .name = "delay",
  .xep = 203,
  .features = (const char *const[]){ XMPP_NS_DELAY, NULL },
  .steps =
      (const ImStep[]){
          { IM_READ, "delay", XMPP_NS_DELAY, XMPP_FROM_ANYONE, read_delay },
          { 0 },
      },
};
