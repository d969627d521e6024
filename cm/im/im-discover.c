/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-discover.c: asks an address what it is and can do, and what belongs to it. XEP-0030, XEP-0128
 */

#include "im/im-discover.h"

#include "xmpp/xmpp-ns.h"

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const char *ns = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  XmppNode *query = answer != NULL ? xmpp_node_find (answer, "query", ns) : NULL;

  if (query != NULL)
    g_task_return_pointer (task, xmpp_node_ref (query), (GDestroyNotify) xmpp_node_unref);
  else if (answer != NULL)
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_SERVICE_CONFUSED, "The answer is empty.");
  else if (g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMED_OUT))
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_NETWORK_ERROR, "Nobody answers there.");
  else
    g_task_return_error (task, im_error_from_answer (error));
}

/**
 * im_account_discover_async:
 * @is_items: what belongs to it, rather than what it can do
 * @jid: anybody
 * @node: (nullable): of theirs
 *
 * Spec: XEP-0030 3, 4
 */
void
im_account_discover_async (ImAccount *self,
                           gboolean is_items,
                           XmppJid *jid,
                           const char *node,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  const char *ns = is_items ? XMPP_NS_DISCO_ITEMS : XMPP_NS_DISCO_INFO;
  XmppSession *session = im_account_get_session (self);
  XmppNode *iq;
  XmppNode *query;

  g_task_set_task_data (task, (gpointer) ns, NULL);
  if (session == NULL)
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_DISCONNECTED,
                               "The account has to be online for that.");
      return;
    }
  iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);
  xmpp_node_set (iq, "type", "get");
  xmpp_node_set (iq, "to", xmpp_jid_get_text (jid));
  query = xmpp_node_add (iq, "query", ns);
  xmpp_node_set (query, "node", node);
  xmpp_session_request_async (session, iq, 0, cancellable, answered_cb, g_steal_pointer (&task));
}

/** im_account_discover_finish: Returns: (transfer full) (nullable): the <query/> */
XmppNode *
im_account_discover_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/** im_discover_new_identities: Returns: (transfer floating): a(ssss): category, type, language,
 * name
 */
GVariant *
im_discover_new_identities (XmppNode *query)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssss)"));
  for (XmppNode *node = xmpp_node_find (query, "identity", XMPP_NS_DISCO_INFO); node != NULL;
       node = xmpp_node_find_next (node, "identity", XMPP_NS_DISCO_INFO))
    g_variant_builder_add (&builder, "(ssss)", or_empty (xmpp_node_get (node, "category")),
                           or_empty (xmpp_node_get (node, "type")),
                           or_empty (xmpp_node_get_with_ns (node, "lang", XMPP_NS_XML)),
                           or_empty (xmpp_node_get (node, "name")));
  return g_variant_builder_end (&builder);
}

/** im_discover_new_features: Returns: (transfer floating): as */
GVariant *
im_discover_new_features (XmppNode *query)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (XmppNode *node = xmpp_node_find (query, "feature", XMPP_NS_DISCO_INFO); node != NULL;
       node = xmpp_node_find_next (node, "feature", XMPP_NS_DISCO_INFO))
    if (xmpp_node_get (node, "var") != NULL)
      g_variant_builder_add (&builder, "s", xmpp_node_get (node, "var"));
  return g_variant_builder_end (&builder);
}

static void
add_field (GVariantBuilder *builder, XmppNode *field)
{
  g_variant_builder_open (builder, G_VARIANT_TYPE ("(ssas)"));
  g_variant_builder_add (builder, "s", or_empty (xmpp_node_get (field, "var")));
  g_variant_builder_add (builder, "s", or_empty (xmpp_node_get (field, "type")));
  g_variant_builder_open (builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (XmppNode *value = xmpp_node_find (field, "value", XMPP_NS_DATA_FORMS); value != NULL;
       value = xmpp_node_find_next (value, "value", XMPP_NS_DATA_FORMS))
    g_variant_builder_add (builder, "s", xmpp_node_get_text (value));
  g_variant_builder_close (builder);
  g_variant_builder_close (builder);
}

/** im_discover_new_forms: Returns: (transfer floating): aa(ssas): name, type and values of each
 * field */
GVariant *
im_discover_new_forms (XmppNode *query)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa(ssas)"));
  for (XmppNode *form = xmpp_node_find (query, "x", XMPP_NS_DATA_FORMS); form != NULL;
       form = xmpp_node_find_next (form, "x", XMPP_NS_DATA_FORMS))
    {
      g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(ssas)"));
      for (XmppNode *field = xmpp_node_find (form, "field", XMPP_NS_DATA_FORMS); field != NULL;
           field = xmpp_node_find_next (field, "field", XMPP_NS_DATA_FORMS))
        add_field (&builder, field);
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

/** im_discover_new_items: Returns: (transfer floating): a(sss): address, node, name; those whose
 * address is none are left out */
GVariant *
im_discover_new_items (XmppNode *query)
{
  GVariantBuilder builder;
  guint n_items = 0;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sss)"));
  for (XmppNode *node = xmpp_node_find (query, "item", XMPP_NS_DISCO_ITEMS);
       node != NULL && n_items < IM_DISCOVER_MAX_ITEMS;
       node = xmpp_node_find_next (node, "item", XMPP_NS_DISCO_ITEMS))
    {
      const char *text = xmpp_node_get (node, "jid");
      g_autoptr (XmppJid) jid = text != NULL ? xmpp_jid_new (text, NULL) : NULL;

      if (jid == NULL)
        continue;
      n_items++;
      g_variant_builder_add (&builder, "(sss)", xmpp_jid_get_text (jid),
                             or_empty (xmpp_node_get (node, "node")),
                             or_empty (xmpp_node_get (node, "name")));
    }
  return g_variant_builder_end (&builder);
}
