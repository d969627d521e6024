/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-delay.c: when a message was sent that was kept for us on its way. XEP-0203, XEP-0082
 *
 * Only our own server or account is believed; anybody may write anybody's name here, so what cannot
 * be true is not believed either, and the newest of what is believed counts: the server adds its
 * own last. */

#include <string.h>

#include "im/im-account.h"
#include "xmpp/xmpp-ns.h"

#define MAX_BYTES 40
#define OLDEST_YEAR 1999
#define CLOCKS_DIFFER_US (5 * 60 * G_USEC_PER_SEC)

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

/* A digit where the pattern has '0', else the pattern's character. */
static gboolean
matches (const char *text, const char *pattern)
{
  for (; *pattern != '\0'; text++, pattern++)
    if (*pattern == '0' ? !g_ascii_isdigit (*text) : *text != *pattern)
      return FALSE;
  return TRUE;
}

/* XEP-0082 3.2: CCYY-MM-DDThh:mm:ss[.sss]TZD. 0: not a time that can be. */
static gint64
parse_stamp (const char *text)
{
  g_autoptr (GDateTime) time = NULL;
  const char *zone;

  if (text == NULL || strlen (text) > MAX_BYTES || !matches (text, "0000-00-00T00:00:00"))
    return 0;
  zone = text + strlen ("0000-00-00T00:00:00");
  if (*zone == '.')
    for (zone++; g_ascii_isdigit (*zone);)
      zone++;
  if (strcmp (zone, "Z") != 0 &&
      !((*zone == '+' || *zone == '-') && strlen (zone) == 6 && matches (zone + 1, "00:00")))
    return 0;
  time = g_date_time_new_from_iso8601 (text, NULL);
  if (time == NULL || g_date_time_get_year (time) < OLDEST_YEAR)
    return 0;
  return g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
}

static void
read_delay (ImAccount *account, gpointer state, ImMessage *message, XmppNode *element)
{
  gint64 sent_us;

  if (!is_trusted (account, xmpp_node_get (element, "from")))
    return;
  sent_us = parse_stamp (xmpp_node_get (element, "stamp"));
  if (sent_us > 0 && sent_us <= g_get_real_time () + CLOCKS_DIFFER_US)
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
