/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-privacy.c: a privacy list that keeps our presence from everybody. XEP-0016, XEP-0126
 *
 * Nothing else is done with privacy lists: whom people block, XEP-0191 knows. */

#include <stdlib.h>
#include <string.h>

#include "im/im-hiding.h"
#include "im/im-module.h"
#include "xmpp/xmpp-ns.h"

/* A list that is longer is not copied in part: what it keeps away would come. */
#define MAX_ITEMS 5000
#define MAX_NAME_BYTES 1023

static const char *const kinds[] = { "message", "presence-in", "presence-out", "iq" };

static XmppNode *
new_iq (const char *type, XmppNode **query)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", type);
  *query = xmpp_node_add (iq, "query", XMPP_NS_PRIVACY);
  return iq;
}

/* Examples 1 and 3 */
static XmppNode *
new_query (const char *name)
{
  XmppNode *query;
  XmppNode *iq = new_iq ("get", &query);

  if (name != NULL)
    xmpp_node_set (xmpp_node_add (query, "list", NULL), "name", name);
  return iq;
}

/* Examples 11 and 15 */
static XmppNode *
new_active (const char *name)
{
  XmppNode *query;
  XmppNode *iq = new_iq ("set", &query);
  XmppNode *active = xmpp_node_add (query, "active", NULL);

  if (name != NULL)
    xmpp_node_set (active, "name", name);
  return iq;
}

/* Example 31: no items */
static XmppNode *
new_removal (const char *name)
{
  XmppNode *query;
  XmppNode *iq = new_iq ("set", &query);

  xmpp_node_set (xmpp_node_add (query, "list", NULL), "name", name);
  return iq;
}

static XmppNode *
find_list (const XmppNode *answer)
{
  XmppNode *query = xmpp_node_find (answer, "query", XMPP_NS_PRIVACY);

  return query != NULL ? xmpp_node_find (query, "list", XMPP_NS_PRIVACY) : NULL;
}

static guint64
get_order (const XmppNode *item)
{
  const char *order = xmpp_node_get (item, "order");

  return order != NULL ? g_ascii_strtoull (order, NULL, 10) : 0;
}

static int
compare_cb (gconstpointer a, gconstpointer b)
{
  guint64 one = get_order (*(XmppNode *const *) a);
  guint64 other = get_order (*(XmppNode *const *) b);

  return one < other ? -1 : one > other;
}

/* (transfer full) (element-type XmppNode): as they are tried */
static GPtrArray *
sort_items (const XmppNode *list)
{
  GPtrArray *items = g_ptr_array_new ();

  for (XmppNode *item = list != NULL ? xmpp_node_find (list, "item", XMPP_NS_PRIVACY) : NULL;
       item != NULL; item = xmpp_node_find_next (item, "item", XMPP_NS_PRIVACY))
    g_ptr_array_add (items, item);
  g_ptr_array_sort (items, compare_cb);
  return items;
}

static void
copy_item (XmppNode *list, const XmppNode *item, guint order)
{
  static const char *const names[] = { "type", "value", "action" };
  XmppNode *copy = xmpp_node_add (list, "item", NULL);
  g_autofree char *number = g_strdup_printf ("%u", order);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (xmpp_node_get (item, names[i]) != NULL)
      xmpp_node_set (copy, names[i], xmpp_node_get (item, names[i]));
  xmpp_node_set (copy, "order", number);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (xmpp_node_find (item, kinds[i], XMPP_NS_PRIVACY) != NULL)
      xmpp_node_add (copy, kinds[i], NULL);
}

/* XEP-0126 example 7, then what was in force. The first that fits counts, so what was said of
 * messages, questions and others' presence is said still. */
static XmppNode *
new_hiding (const char *name, const XmppNode *base)
{
  g_autoptr (GPtrArray) items = sort_items (base != NULL ? find_list (base) : NULL);
  XmppNode *query;
  XmppNode *iq;
  XmppNode *list;
  XmppNode *item;

  if (items->len > MAX_ITEMS)
    return NULL;
  iq = new_iq ("set", &query);
  list = xmpp_node_add (query, "list", NULL);
  xmpp_node_set (list, "name", name);
  item = xmpp_node_add (list, "item", NULL);
  xmpp_node_set (item, "action", "deny");
  xmpp_node_set (item, "order", "1");
  xmpp_node_add (item, "presence-out", NULL);
  for (guint i = 0; i < items->len; i++)
    copy_item (list, items->pdata[i], i + 2);
  return iq;
}

static gboolean
has_list (const XmppNode *answer, const char *name)
{
  XmppNode *list = find_list (answer);

  while (list != NULL && g_strcmp0 (xmpp_node_get (list, "name"), name) != 0)
    list = xmpp_node_find_next (list, "list", XMPP_NS_PRIVACY);
  return list != NULL;
}

static gboolean
is_hiding (const XmppNode *answer)
{
  g_autoptr (GPtrArray) items = sort_items (find_list (answer));
  const XmppNode *first = items->len > 0 ? items->pdata[0] : NULL;

  return first != NULL && xmpp_node_get (first, "type") == NULL &&
         g_strcmp0 (xmpp_node_get (first, "action"), "deny") == 0 &&
         xmpp_node_get_n_children (first) == 1 &&
         xmpp_node_find (first, "presence-out", XMPP_NS_PRIVACY) != NULL;
}

static char *
dup_default (const XmppNode *answer)
{
  XmppNode *query = xmpp_node_find (answer, "query", XMPP_NS_PRIVACY);
  XmppNode *in_force = query != NULL ? xmpp_node_find (query, "default", XMPP_NS_PRIVACY) : NULL;
  const char *name = in_force != NULL ? xmpp_node_get (in_force, "name") : NULL;

  return name != NULL && strlen (name) <= MAX_NAME_BYTES ? g_strdup (name) : NULL;
}

/* Example 27: it has to be acknowledged, whatever it is to us. */
static void
take_push (ImAccount *account, gpointer state, XmppRequest *request)
{
  XmppNode *list = xmpp_node_find (xmpp_request_get_payload (request), "list", XMPP_NS_PRIVACY);
  g_autofree char *name = list != NULL ? g_strdup (xmpp_node_get (list, "name")) : NULL;

  if (name == NULL)
    {
      xmpp_request_fail (request, XMPP_STANZA_ERROR_BAD_REQUEST, NULL);
      return;
    }
  xmpp_request_reply (request, NULL);
  im_account_note_privacy_list (account, name);
}

const ImModule xep_privacy = {
  .name = "privacy",
  .xep = 16,
  .privacy = &(const ImPrivacyWire){ XMPP_NS_PRIVACY, new_query, new_active, new_removal,
                                     new_hiding, has_list, is_hiding, dup_default },
  .routes =
      (const ImRoute[]){
          { TRUE, "query", XMPP_NS_PRIVACY, XMPP_FROM_ACCOUNT, take_push },
          { 0 },
      },
};
