/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-pep.c: what people publish of themselves comes in, and reaches the module whose node it is.
 * XEP-0163 4, XEP-0060 7.1.2, 7.2.2
 *
 * The publisher is who the stanza is from, and nobody else: what an item says of its publisher is
 * not looked at. A server stamps what it sends for a contact with the bare address, so that what
 * one of the contact's devices writes is no event. */

#include "im/im-pep.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-roster.h"

/* The first child of an item; an item without is as good as none. */
static XmppNode *
get_payload (XmppNode *item)
{
  return item != NULL ? xmpp_node_get_first (item) : NULL;
}

static void
tell_fact (ImAccount *account, const ImPepNode *row, ImContact *contact, XmppNode *item)
{
  XmppNode *payload = get_payload (item);

  if (row->fact == IM_FACT_NONE)
    return;
  im_account_set_fact (account, contact, row->fact, payload != NULL ? row->read (payload) : NULL);
  im_contact_set_item (contact, row->fact, payload != NULL ? xmpp_node_get (item, "id") : NULL);
}

static void
tell_event (
    ImAccount *account, guint module, const ImPepNode *row, ImContact *contact, XmppNode *item)
{
  if (row->event != NULL)
    row->event (account, account->module_states[module], contact,
                get_payload (item) != NULL ? item : NULL);
}

static void
tell_retraction (
    ImAccount *account, guint module, const ImPepNode *row, ImContact *contact, XmppNode *retract)
{
  if (row->retracted != NULL)
    row->retracted (account, account->module_states[module], contact,
                    xmpp_node_get (retract, "id"));
  else
    tell_event (account, module, row, contact, NULL);
}

/* An older item of a fact than the one that counts may go. @last: (nullable): that came before. */
static gboolean
is_old (const ImPepNode *row, ImContact *contact, XmppNode *last, XmppNode *retract)
{
  const char *id = xmpp_node_get (retract, "id");
  const char *last_id = last != NULL ? xmpp_node_get (last, "id") : NULL;

  if (row->fact == IM_FACT_NONE || id == NULL)
    return FALSE;
  return last_id != NULL ? strcmp (last_id, id) != 0 : !im_contact_is_item (contact, row->fact, id);
}

/* In their order; retracted ones are told as nothing. Of a fact only the last counts. */
static void
tell_items (
    ImAccount *account, guint module, const ImPepNode *row, ImContact *contact, XmppNode *items)
{
  XmppNode *last = NULL;
  guint n_seen = 0;
  gboolean is_any = FALSE;

  for (XmppNode *item = xmpp_node_get_first (items); item != NULL && n_seen < IM_PEP_MAX_ITEMS;
       item = xmpp_node_get_next (item), n_seen++)
    {
      gboolean is_there = xmpp_node_is (item, "item", XMPP_NS_PUBSUB_EVENT);

      if (!is_there && (!xmpp_node_is (item, "retract", XMPP_NS_PUBSUB_EVENT) ||
                        is_old (row, contact, last, item)))
        continue;
      last = is_there ? item : NULL;
      is_any = TRUE;
      if (is_there)
        tell_event (account, module, row, contact, item);
      else
        tell_retraction (account, module, row, contact, item);
    }
  if (is_any)
    tell_fact (account, row, contact, last);
}

static void
receive_change (ImAccount *account, ImContact *contact, XmppNode *change, XmppFrom kind)
{
  const char *node = xmpp_node_get (change, "node");
  gboolean is_items = xmpp_node_is (change, "items", XMPP_NS_PUBSUB_EVENT);

  if (node == NULL || (!is_items && !xmpp_node_is (change, "purge", XMPP_NS_PUBSUB_EVENT) &&
                       !xmpp_node_is (change, "delete", XMPP_NS_PUBSUB_EVENT)))
    return;
  for (guint i = 0; i < account->n_modules; i++)
    for (const ImPepNode *row = account->modules[i]->pep; row != NULL && row->node != NULL; row++)
      {
        if ((row->from & kind) == 0 || strcmp (row->node, node) != 0)
          continue;
        if (is_items)
          tell_items (account, i, row, contact, change);
        else
          {
            tell_event (account, i, row, contact, NULL);
            tell_fact (account, row, contact, NULL);
          }
      }
}

/**
 * im_pep_receive:
 * @stanza: a message, perhaps with an event
 * @from: its sender, who was judged to be @kind
 *
 * Spec: XEP-0163 4.3
 */
void
im_pep_receive (ImAccount *account, XmppNode *stanza, XmppJid *from, XmppFrom kind)
{
  XmppNode *event = xmpp_node_find (stanza, "event", XMPP_NS_PUBSUB_EVENT);
  ImContact *contact;

  if (event == NULL || !xmpp_jid_is_bare (from))
    return;
  if ((kind & (XMPP_FROM_ACCOUNT | XMPP_FROM_CONTACT)) == 0)
    {
      im_early_keep (account->early, stanza, from);
      return;
    }
  contact = im_roster_find (account->roster, from);
  if (contact == NULL)
    return;
  for (XmppNode *change = xmpp_node_get_first (event); change != NULL;
       change = xmpp_node_get_next (change))
    receive_change (account, contact, change, kind);
}

/**
 * im_account_set_fact:
 * @value: (nullable): what @contact says of themselves; told with the next flush
 */
void
im_account_set_fact (ImAccount *self, ImContact *contact, ImFact fact, GVariant *value)
{
  if (im_contact_set_fact (contact, fact, value))
    im_roster_note (self->roster, contact, IM_CONTACT_FACT (fact));
}

static const ImPepNode *
find_row (ImAccount *self, ImFact fact)
{
  for (guint i = 0; i < self->n_modules; i++)
    for (const ImPepNode *row = self->modules[i]->pep; row != NULL && row->node != NULL; row++)
      if (row->fact == fact)
        return row;
  return NULL;
}

/**
 * im_account_publish_fact_async:
 * @value: a{sv}: what we say of ourselves; empty: nothing any more
 *
 * Errors: IM_ERROR_INVALID_ARGUMENT naming what is wrong with it, or those of im_pep_publish_async
 */
void
im_account_publish_fact_async (
    ImAccount *self, ImFact fact, GVariant *value, GAsyncReadyCallback callback, gpointer user_data)
{
  const ImPepNode *row = find_row (self, fact);
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  g_autoptr (GError) error = NULL;
  XmppNode *payload;

  g_return_if_fail (row != NULL);

  payload = row->write (owned, &error);
  if (payload == NULL)
    g_task_report_error (self, callback, user_data, NULL, g_steal_pointer (&error));
  else
    im_pep_publish_async (self, row->node, IM_PEP_ONLY_ITEM, IM_PEP_CONTACTS, payload, callback,
                          user_data);
}

/** im_account_publish_fact_finish: Returns: whether the server has it */
gboolean
im_account_publish_fact_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return im_pep_publish_finish (self, result, error);
}

/* Of whom what was asked. */
typedef struct
{
  ImContact *contact; /* lives as long as the account */
  const ImPepNode *row;
} Request;

static GVariant *
ref_fact (ImContact *contact, ImFact fact)
{
  GVariant *value = im_contact_get_fact (contact, fact);

  return g_variant_ref_sink (
      value != NULL ? value : g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *self = IM_ACCOUNT (source);
  const Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (XmppNode) items = im_pep_fetch_finish (self, result, &error);

  if (items == NULL && !g_error_matches (error, IM_ERROR, IM_ERROR_DOES_NOT_EXIST))
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_error (&error);
  tell_fact (self, request->row, request->contact,
             items != NULL ? xmpp_node_find (items, "item", XMPP_NS_PUBSUB) : NULL);
  g_task_return_pointer (task, ref_fact (request->contact, request->row->fact),
                         (GDestroyNotify) g_variant_unref);
}

/**
 * im_account_request_fact_async:
 * @contact: somebody; what is known is not asked for
 *
 * Errors: those of im_pep_fetch_async ()
 */
void
im_account_request_fact_async (ImAccount *self,
                               ImContact *contact,
                               ImFact fact,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Request *request;

  if (im_contact_get_fact (contact, fact) != NULL)
    {
      g_task_return_pointer (task, ref_fact (contact, fact), (GDestroyNotify) g_variant_unref);
      return;
    }
  request = g_new (Request, 1);
  request->contact = contact;
  request->row = find_row (self, fact);
  g_assert (request->row != NULL);
  g_task_set_task_data (task, request, g_free);
  im_pep_fetch_async (self, im_contact_get_jid (contact), request->row->node, NULL, 1, fetched_cb,
                      g_steal_pointer (&task));
}

/** im_account_request_fact_finish: Returns: (transfer full) (nullable): a{sv} */
GVariant *
im_account_request_fact_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
