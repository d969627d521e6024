/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-blocking.c: whom the server keeps away from us, and why. XEP-0191, XEP-0377 */

#include "im/im-account.h"
#include "im/im-blocking.h"
#include "xmpp/xmpp-ns.h"

#define REASON_ABUSE "urn:xmpp:reporting:abuse"

static XmppNode *
new_query (void)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", "get");
  xmpp_node_add (iq, "blocklist", XMPP_NS_BLOCKING);
  return iq;
}

static XmppNode *
new_edit (gboolean is_blocked, GPtrArray *contacts, gboolean is_abuse)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  XmppNode *list;

  xmpp_node_set (iq, "type", "set");
  list = xmpp_node_add (iq, is_blocked ? "block" : "unblock", XMPP_NS_BLOCKING);
  for (guint i = 0; i < contacts->len; i++)
    {
      XmppNode *item = xmpp_node_add (list, "item", NULL);

      xmpp_node_set (item, "jid", xmpp_jid_get_text (im_contact_get_jid (contacts->pdata[i])));
      if (is_abuse && is_blocked)
        xmpp_node_set (xmpp_node_add (item, "report", XMPP_NS_REPORTING), "reason", REASON_ABUSE);
    }
  return iq;
}

/* Items that are no addresses are left out. */
static GPtrArray *
read_items (const XmppNode *list)
{
  GPtrArray *jids = g_ptr_array_new_with_free_func ((GDestroyNotify) xmpp_jid_unref);

  for (XmppNode *item = xmpp_node_find (list, "item", XMPP_NS_BLOCKING); item != NULL;
       item = xmpp_node_find_next (item, "item", XMPP_NS_BLOCKING))
    {
      const char *text = xmpp_node_get (item, "jid");
      XmppJid *jid = text != NULL ? xmpp_jid_new (text, NULL) : NULL;

      if (jid != NULL)
        g_ptr_array_add (jids, jid);
    }
  return jids;
}

static GPtrArray *
read_answer (const XmppNode *answer)
{
  XmppNode *list = xmpp_node_find (answer, "blocklist", XMPP_NS_BLOCKING);

  return list != NULL ? read_items (list) : NULL;
}

/* 3.3: there is at least one. */
static void
take_block (ImAccount *account, gpointer state, XmppRequest *request)
{
  g_autoptr (GPtrArray) jids = read_items (xmpp_request_get_payload (request));

  if (jids->len == 0)
    {
      xmpp_request_fail (request, XMPP_STANZA_ERROR_BAD_REQUEST, NULL);
      return;
    }
  xmpp_request_reply (request, NULL);
  im_account_take_blocked (account, jids, TRUE);
}

/* 3.5: none is everybody; some that we cannot read are not. */
static void
take_unblock (ImAccount *account, gpointer state, XmppRequest *request)
{
  XmppNode *payload = xmpp_request_get_payload (request);
  g_autoptr (GPtrArray) jids = read_items (payload);
  gboolean is_everybody = xmpp_node_get_first (payload) == NULL;

  if (jids->len == 0 && !is_everybody)
    {
      xmpp_request_fail (request, XMPP_STANZA_ERROR_BAD_REQUEST, NULL);
      return;
    }
  xmpp_request_reply (request, NULL);
  im_account_take_blocked (account, is_everybody ? NULL : jids, FALSE);
}

const ImModule xep_blocking = {
  .name = "blocking",
  .xep = 191,
  .blocking = &(const ImBlockingWire){ XMPP_NS_BLOCKING, XMPP_NS_REPORTING, new_query, new_edit,
                                       read_answer },
  .routes =
      (const ImRoute[]){
          { TRUE, "block", XMPP_NS_BLOCKING, XMPP_FROM_ACCOUNT, take_block },
          { TRUE, "unblock", XMPP_NS_BLOCKING, XMPP_FROM_ACCOUNT, take_unblock },
          { 0 },
      },
};
