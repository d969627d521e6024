/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-pep-publish.c: what is ours goes out, and what is asked for comes back. XEP-0163 3, XEP-0060
 * 6.5, 7.1, 7.2
 *
 * Writes wait for each other: one that the node's configuration stands against is done again once
 * that has been changed, and must not overtake a newer one. */

#include "im/im-pep.h"

#include <string.h>

#include "im/im-account-parts.h"

/* Whoever asks for more is refused. */
#define MAX_QUEUED 64

typedef enum
{
  STEP_PUBLISH,
  STEP_CONFIGURE,
  STEP_PUBLISH_AGAIN,
  STEP_RETRACT,
} Step;

typedef struct
{
  char *node; /* (owned) */
  char *item_id; /* (owned) */
  XmppNode *payload; /* (owned) (nullable) */
  ImPepAccess access;
  Step step;
} Write;

struct _ImPep
{
  ImAccount *account; /* owns us */
  GQueue tasks; /* (owned) GTask of a Write; the first is under way */
};

static void send_next (ImPep *self);

static void
free_write (gpointer data)
{
  Write *write = data;

  g_free (write->node);
  g_free (write->item_id);
  g_clear_pointer (&write->payload, xmpp_node_unref);
  g_free (write);
}

static XmppNode *
new_iq (const char *type, const char *ns, XmppNode **pubsub)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", type);
  *pubsub = xmpp_node_add (iq, "pubsub", ns);
  return iq;
}

static void
add_field (XmppNode *form, const char *name, const char *type, const char *value)
{
  XmppNode *field = xmpp_node_add (form, "field", NULL);

  xmpp_node_set (field, "var", name);
  xmpp_node_set (field, "type", type);
  xmpp_node_add_with_text (field, "value", NULL, value);
}

/* What the node must be like: kept on the server, seen by those who may. */
static void
add_options (XmppNode *parent, const Write *write, const char *form_type)
{
  static const char *const models[] = { "whitelist", "presence", "open" };
  XmppNode *form = xmpp_node_add (parent, "x", XMPP_NS_DATA_FORMS);

  xmpp_node_set (form, "type", "submit");
  add_field (form, "FORM_TYPE", "hidden", form_type);
  add_field (form, "pubsub#persist_items", NULL, "true");
  add_field (form, "pubsub#access_model", NULL, models[write->access]);
}

static XmppNode *
new_publish (const Write *write)
{
  XmppNode *pubsub;
  XmppNode *iq = new_iq ("set", XMPP_NS_PUBSUB, &pubsub);
  XmppNode *publish = xmpp_node_add (pubsub, "publish", NULL);
  XmppNode *item = xmpp_node_add (publish, "item", NULL);

  xmpp_node_set (publish, "node", write->node);
  xmpp_node_set (item, "id", write->item_id);
  xmpp_node_add_copy (item, write->payload);
  add_options (xmpp_node_add (pubsub, "publish-options", NULL), write,
               XMPP_NS_PUBSUB_PUBLISH_OPTIONS);
  return iq;
}

static XmppNode *
new_configuration (const Write *write)
{
  XmppNode *pubsub;
  XmppNode *iq = new_iq ("set", XMPP_NS_PUBSUB_OWNER, &pubsub);
  XmppNode *configure = xmpp_node_add (pubsub, "configure", NULL);

  xmpp_node_set (configure, "node", write->node);
  add_options (configure, write, XMPP_NS_PUBSUB_NODE_CONFIG);
  return iq;
}

static XmppNode *
new_retraction (const Write *write)
{
  XmppNode *pubsub;
  XmppNode *iq = new_iq ("set", XMPP_NS_PUBSUB, &pubsub);
  XmppNode *retract = xmpp_node_add (pubsub, "retract", NULL);

  xmpp_node_set (retract, "node", write->node);
  xmpp_node_set (retract, "notify", "true");
  xmpp_node_set (xmpp_node_add (retract, "item", NULL), "id", write->item_id);
  return iq;
}

static XmppNode *
new_stanza (const Write *write)
{
  switch (write->step)
    {
    case STEP_CONFIGURE:
      return new_configuration (write);
    case STEP_RETRACT:
      return new_retraction (write);
    case STEP_PUBLISH:
    case STEP_PUBLISH_AGAIN:
    default:
      return new_publish (write);
    }
}

/* Whether there is one more thing to ask because of @error, or of none. */
static gboolean
advance (Write *write, const GError *error)
{
  if (write->step == STEP_CONFIGURE && error == NULL)
    {
      write->step = STEP_PUBLISH_AGAIN;
      return TRUE;
    }
  /* XEP-0060 7.1.5: the node is not as we want it */
  if (write->step == STEP_PUBLISH &&
      g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_CONFLICT))
    {
      write->step = STEP_CONFIGURE;
      return TRUE;
    }
  return FALSE;
}

static gboolean
is_gone_already (const Write *write, const GError *error)
{
  return write->step == STEP_RETRACT &&
         g_error_matches (error, XMPP_STANZA_ERROR, XMPP_STANZA_ERROR_ITEM_NOT_FOUND);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *account = g_task_get_source_object (task);
  ImPep *self = account->pep;
  Write *write = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);

  if (advance (write, error))
    {
      send_next (self);
      return;
    }
  /* Whoever is told may have more to write: that must find the next one under way. */
  g_object_unref (g_queue_pop_head (&self->tasks));
  send_next (self);
  if (answer != NULL || is_gone_already (write, error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, im_error_from_wire (error));
}

static void
send_next (ImPep *self)
{
  GTask *task;

  while ((task = g_queue_peek_head (&self->tasks)) != NULL)
    {
      XmppSession *session = im_account_get_session (self->account);

      if (session != NULL && xmpp_session_is_open (session))
        {
          xmpp_session_request_async (session, new_stanza (g_task_get_task_data (task)), 0, NULL,
                                      written_cb, g_object_ref (task));
          return;
        }
      g_queue_pop_head (&self->tasks);
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_DISCONNECTED,
                               "The account went offline before the server was told.");
      g_object_unref (task);
    }
}

static gboolean
check (ImAccount *account, GTask *task)
{
  XmppSession *session = im_account_get_session (account);

  if (session == NULL || !xmpp_session_is_open (session))
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_DISCONNECTED,
                             "The account has to be online for that.");
  else if (!im_pep_is_possible (account))
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                             "The server keeps nothing that people publish of themselves.");
  else if (g_queue_get_length (&account->pep->tasks) >= MAX_QUEUED)
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_BUSY,
                             "The server has not yet taken what was published before.");
  else
    return TRUE;
  return FALSE;
}

/* Takes `write`. */
static void
push (ImAccount *account, Write *write, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (account, NULL, callback, user_data);

  g_task_set_task_data (task, write, free_write);
  if (!check (account, task))
    return;
  g_queue_push_tail (&account->pep->tasks, g_object_ref (task));
  if (g_queue_get_length (&account->pep->tasks) == 1)
    send_next (account->pep);
}

/** im_pep_new: @account: its owner. Returns: (transfer full): nothing is under way */
ImPep *
im_pep_new (ImAccount *account)
{
  ImPep *self = g_new0 (ImPep, 1);

  self->account = account;
  g_queue_init (&self->tasks);
  return self;
}

/** im_pep_free: @self: (transfer full): nothing is under way, as each task keeps the account */
void
im_pep_free (ImPep *self)
{
  g_queue_clear_full (&self->tasks, g_object_unref);
  g_free (self);
}

/** im_pep_is_possible: Returns: FALSE when the server has said what it can do, and this is not in
 * it. Spec: XEP-0163 6.1, and 9 for servers that say it of themselves */
gboolean
im_pep_is_possible (ImAccount *account)
{
  return !im_account_is_server_known (account) || im_account_own_has (account, "pubsub/pep") ||
         im_account_server_has (account, "pubsub/pep");
}

/**
 * im_pep_publish_async:
 * @item_id: IM_PEP_ONLY_ITEM where there is but one
 * @payload: (transfer full): what is published
 *
 * Spec: XEP-0163 3, XEP-0060 7.1.5, 8.2
 */
void
im_pep_publish_async (ImAccount *account,
                      const char *node,
                      const char *item_id,
                      ImPepAccess access,
                      XmppNode *payload,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  Write *write = g_new0 (Write, 1);

  write->node = g_strdup (node);
  write->item_id = g_strdup (item_id);
  write->access = access;
  write->payload = payload;
  push (account, write, callback, user_data);
}

/** im_pep_publish_finish: Returns: whether the server has it */
gboolean
im_pep_publish_finish (ImAccount *account, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/** im_pep_retract_async: @item_id: goes. Spec: XEP-0060 7.2 */
void
im_pep_retract_async (ImAccount *account,
                      const char *node,
                      const char *item_id,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  Write *write = g_new0 (Write, 1);

  write->node = g_strdup (node);
  write->item_id = g_strdup (item_id);
  write->step = STEP_RETRACT;
  push (account, write, callback, user_data);
}

/** im_pep_retract_finish: Returns: whether it is gone */
gboolean
im_pep_retract_finish (ImAccount *account, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const char *node = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  XmppNode *pubsub = answer != NULL ? xmpp_node_find (answer, "pubsub", XMPP_NS_PUBSUB) : NULL;
  XmppNode *items = pubsub != NULL ? xmpp_node_find (pubsub, "items", XMPP_NS_PUBSUB) : NULL;

  if (answer == NULL)
    g_task_return_error (task, im_error_from_wire (error));
  else if (items == NULL || g_strcmp0 (xmpp_node_get (items, "node"), node) != 0)
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_SERVICE_CONFUSED,
                             "The answer is not to what was asked.");
  else
    g_task_return_pointer (task, xmpp_node_ref (items), (GDestroyNotify) xmpp_node_unref);
}

/**
 * im_pep_fetch_async:
 * @owner: whose node it is: a bare address, perhaps our own
 * @item_id: (nullable): the one item that is wanted
 * @max_items: else, so many of the newest
 *
 * Spec: XEP-0060 6.5
 */
void
im_pep_fetch_async (ImAccount *account,
                    XmppJid *owner,
                    const char *node,
                    const char *item_id,
                    guint max_items,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (account, NULL, callback, user_data);
  XmppSession *session = im_account_get_session (account);
  XmppNode *pubsub;
  XmppNode *iq;
  XmppNode *items;
  char number[16];

  g_task_set_task_data (task, g_strdup (node), g_free);
  if (session == NULL)
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_DISCONNECTED,
                               "The account has to be online for that.");
      return;
    }
  iq = new_iq ("get", XMPP_NS_PUBSUB, &pubsub);
  xmpp_node_set (iq, "to", xmpp_jid_get_text (owner));
  items = xmpp_node_add (pubsub, "items", NULL);
  xmpp_node_set (items, "node", node);
  if (item_id != NULL)
    xmpp_node_set (xmpp_node_add (items, "item", NULL), "id", item_id);
  else
    {
      g_snprintf (number, sizeof number, "%u", max_items);
      xmpp_node_set (items, "max_items", number);
    }
  xmpp_session_request_async (session, iq, 0, NULL, fetched_cb, g_steal_pointer (&task));
}

/** im_pep_fetch_finish: Returns: (transfer full) (nullable): the <items/>, or an error */
XmppNode *
im_pep_fetch_finish (ImAccount *account, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
