/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xep-delimiter.c: what stands between the names of groups within groups. XEP-0083, XEP-0049 */

#include <string.h>

#include "im/im-account.h"
#include "xmpp/xmpp-ns.h"

#define MAX_BYTES 64

/* §2: a single letter or digit is a joke on those whose groups have it in their names. */
static gboolean
is_delimiter (const char *text)
{
  return *text != '\0' && strlen (text) <= MAX_BYTES &&
         !(text[1] == '\0' && g_ascii_isalnum (text[0]));
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImAccount) account = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  XmppNode *query = answer != NULL ? xmpp_node_find (answer, "query", XMPP_NS_PRIVATE) : NULL;
  const char *text =
      query != NULL ? xmpp_node_get_child_text (query, "roster", XMPP_NS_DELIMITER) : NULL;

  if (im_account_get_session (account) != XMPP_SESSION (source))
    return;
  if (error != NULL)
    g_debug ("No delimiter of groups: %s", error->message);
  im_account_set_group_delimiter (account, text != NULL && is_delimiter (text) ? text : "");
}

/* Example 1 */
static void
server_known (ImAccount *account, gpointer state)
{
  XmppNode *iq;
  XmppNode *query;

  if (!im_account_server_has (account, XMPP_NS_PRIVATE))
    return;
  iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  xmpp_node_set (iq, "type", "get");
  query = xmpp_node_add (iq, "query", XMPP_NS_PRIVATE);
  xmpp_node_add (query, "roster", XMPP_NS_DELIMITER);
  xmpp_session_request_async (im_account_get_session (account), iq, 0, NULL, answered_cb,
                              g_object_ref (account));
}

const ImModule xep_delimiter = {
  .name = "delimiter",
  .xep = 83,
  .server_known = server_known,
};
