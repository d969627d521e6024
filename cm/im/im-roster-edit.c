/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-roster-edit.c: changes the roster, as the server allows. RFC 6121 2.3 to 2.5, 3
 *
 * A roster set replaces the whole item, so edits of one item follow each other; each starts from
 * what the one before left, or from what another device has made of it meanwhile. */

#include "im/im-roster.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-roster-edit-private.h"

/* Of one item; whoever asks for more is refused. */
#define MAX_QUEUED 1000

/* What somebody asked for: some jobs, one answer. */
struct _ImRosterOperation
{
  GTask *task; /* (owned) */
  guint n_left;
  GError *error; /* (owned) (nullable) the first */
};

typedef struct
{
  ImRosterEdits *edits;
  ImRosterOperation *operation;
  ImContact *contact;
  ImRosterJob kind;
  char *text; /* (owned) (nullable) */
  char *other; /* (owned) (nullable) */
  char **groups; /* (owned) (nullable) */
  char *sent_name; /* (owned) (nullable) on its way */
  char **sent_groups; /* (owned) (nullable) on their way */
  gboolean is_pushed; /* the server has told of it; what it tells after that is newer */
} Job;

struct _ImRosterEdits
{
  ImAccount *account; /* owns the roster, which owns us */
  ImRoster *roster;
  GHashTable *queues; /* (owned) ImContact to (owned) GQueue of Job: the first is under way */
};

static void start_job (Job *job);

static void
free_queue (gpointer queue)
{
  g_queue_free (queue);
}

static void
free_job (Job *job)
{
  g_free (job->text);
  g_free (job->other);
  g_strfreev (job->groups);
  g_free (job->sent_name);
  g_strfreev (job->sent_groups);
  g_free (job);
}

/** im_roster_begin_operation: @callback: told when all of its jobs are done */
ImRosterOperation *
im_roster_begin_operation (ImAccount *account, GAsyncReadyCallback callback, gpointer user_data)
{
  ImRosterOperation *operation = g_new0 (ImRosterOperation, 1);

  operation->task = g_task_new (account, NULL, callback, user_data);
  operation->n_left = 1; /* until all jobs are made */
  return operation;
}

/** im_roster_finish_part: one job of @operation is done, or all are made; @error: (nullable): why
 * not */
void
im_roster_finish_part (ImRosterOperation *operation, const GError *error)
{
  ImAccount *account = g_task_get_source_object (operation->task);

  if (error != NULL && operation->error == NULL)
    operation->error = im_error_from_wire (error);
  if (--operation->n_left > 0)
    return;
  im_roster_flush (account->roster);
  if (operation->error != NULL)
    g_task_return_error (operation->task, operation->error);
  else
    g_task_return_boolean (operation->task, TRUE);
  g_object_unref (operation->task);
  g_free (operation);
}

static void
finish_job (Job *job, const GError *error)
{
  ImRosterEdits *edits = job->edits;
  GQueue *queue = g_hash_table_lookup (edits->queues, job->contact);
  ImRosterOperation *operation = job->operation;
  Job *next;

  g_queue_pop_head (queue);
  next = g_queue_peek_head (queue);
  if (next == NULL)
    g_hash_table_remove (edits->queues, job->contact);
  free_job (job);
  if (next != NULL)
    start_job (next);
  im_roster_finish_part (operation, error);
}

static void
refuse_job (ImRosterOperation *operation)
{
  g_autoptr (GError) busy =
      g_error_new_literal (IM_ERROR, IM_ERROR_BUSY,
                           "The server has not yet taken what was changed of that contact before.");

  operation->n_left++;
  im_roster_finish_part (operation, busy);
}

/** im_roster_add_job: @text: (nullable): a name, a group or a request; @other: (nullable): the new
 * name of a group; @groups: (nullable): all of them. Starts with its turn */
void
im_roster_add_job (ImAccount *account,
                   ImRosterOperation *operation,
                   ImContact *contact,
                   ImRosterJob kind,
                   const char *text,
                   const char *other,
                   const char *const *groups)
{
  ImRosterEdits *edits = im_roster_get_edits (account->roster);
  GQueue *queue = g_hash_table_lookup (edits->queues, contact);
  Job *job;

  if (queue != NULL && queue->length >= MAX_QUEUED)
    {
      refuse_job (operation);
      return;
    }
  job = g_new0 (Job, 1);
  job->edits = edits;
  job->operation = operation;
  job->contact = contact;
  job->kind = kind;
  job->text = g_strdup (text);
  job->other = g_strdup (other);
  job->groups = g_strdupv ((char **) groups);
  operation->n_left++;
  if (queue == NULL)
    {
      queue = g_queue_new ();
      g_hash_table_insert (edits->queues, contact, queue);
    }
  g_queue_push_tail (queue, job);
  if (queue->length == 1)
    start_job (job);
}

/* What we say changes how we stand, or only that we know how we stand. */
static void
note_said (Job *job, ImSubscriptionStanza what)
{
  gboolean was_in_list = im_contact_is_in_list (job->contact);

  if (!im_subscription_send (&job->contact->subscription, what))
    return;
  if (!job->contact->subscription.pending_in)
    im_contact_set_publish_request (job->contact, NULL);
  im_roster_note_place (job->edits->roster, job->contact, was_in_list);
}

static void
done_cb (gpointer data, const GError *error)
{
  finish_job (data, error);
}

/* What the server makes of it is told before the job is finished, and before the next one of that
 * contact starts. */
static void
send_presence (Job *job, const char *type, ImSubscriptionStanza what)
{
  XmppNode *presence = xmpp_node_new ("presence", XMPP_NS_CLIENT);

  xmpp_node_set (presence, "to", xmpp_jid_get_text (job->contact->jid));
  xmpp_node_set (presence, "type", type);
  if (what == IM_SUBSCRIPTION_STANZA_SUBSCRIBE && job->text != NULL && *job->text != '\0')
    xmpp_node_add_with_text (presence, "status", NULL, job->text);
  if (what == IM_SUBSCRIPTION_STANZA_SUBSCRIBE)
    im_pipeline_write_subscribe (job->edits->account->pipeline, presence);
  xmpp_session_send (im_account_get_session (job->edits->account), presence);
  note_said (job, what);
  im_roster_fence_wait (im_roster_get_fence (job->edits->roster), done_cb, job);
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);

  if (answer == NULL || job->is_pushed)
    ; /* nothing has changed, or it is there already */
  else if (job->kind == IM_ROSTER_JOB_REMOVE)
    im_roster_remove_item (job->edits->roster, job->contact);
  else
    im_roster_set_item (job->edits->roster, job->contact, job->sent_name,
                        (const char *const *) job->sent_groups);
  if (answer != NULL && job->kind == IM_ROSTER_JOB_SUBSCRIBE &&
      im_account_get_session (job->edits->account) == XMPP_SESSION (source))
    send_presence (job, "subscribe", IM_SUBSCRIPTION_STANZA_SUBSCRIBE);
  else
    finish_job (job, error);
}

static void
send_set (Job *job, XmppNode *iq)
{
  xmpp_session_request_async (im_account_get_session (job->edits->account), iq, 0, NULL, set_cb,
                              job);
}

static XmppNode *
new_set (Job *job, XmppNode **item)
{
  XmppNode *iq = xmpp_node_new ("iq", XMPP_NS_CLIENT);

  xmpp_node_set (iq, "type", "set");
  *item = xmpp_node_add (xmpp_node_add (iq, "query", XMPP_NS_ROSTER), "item", NULL);
  xmpp_node_set (*item, "jid", xmpp_jid_get_text (job->contact->jid));
  return iq;
}

/* Takes `groups`. */
static void
send_item (Job *job, const char *name, char **groups)
{
  XmppNode *item;
  XmppNode *iq = new_set (job, &item);

  job->sent_name = g_strdup (name);
  job->sent_groups = groups;
  if (name != NULL && *name != '\0')
    xmpp_node_set (item, "name", name);
  for (guint i = 0; groups != NULL && groups[i] != NULL; i++)
    xmpp_node_add_with_text (item, "group", NULL, groups[i]);
  send_set (job, iq);
}

/* Those it is in, `without` one, and with another (both nullable). */
static char **
dup_groups (const ImContact *contact, const char *without, const char *with)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  char **groups;

  for (guint i = 0; i < contact->n_groups; i++)
    if (g_strcmp0 (contact->groups[i], without) != 0 && g_strcmp0 (contact->groups[i], with) != 0)
      g_strv_builder_add (builder, contact->groups[i]);
  if (with != NULL)
    g_strv_builder_add (builder, with);
  groups = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return groups;
}

/** im_roster_is_in_group: Returns: whether @contact is in @group */
gboolean
im_roster_is_in_group (const ImContact *contact, const char *group)
{
  for (guint i = 0; i < contact->n_groups; i++)
    if (strcmp (contact->groups[i], group) == 0)
      return TRUE;
  return FALSE;
}

static void
start_group_job (Job *job)
{
  ImContact *contact = job->contact;
  const char *leaves = job->kind == IM_ROSTER_JOB_ADD_GROUP ? NULL : job->text;
  const char *joins = job->kind == IM_ROSTER_JOB_ADD_GROUP ? job->text : job->other;

  if (leaves != NULL && !im_roster_is_in_group (contact, leaves))
    finish_job (job, NULL);
  else if (job->kind == IM_ROSTER_JOB_ADD_GROUP && im_roster_is_in_group (contact, joins))
    finish_job (job, NULL);
  else
    send_item (job, contact->roster_name, dup_groups (contact, leaves, joins));
}

static void
start_remove (Job *job)
{
  XmppNode *item;
  XmppNode *iq;

  if (!job->contact->is_in_roster)
    {
      job->contact->is_welcome = FALSE;
      if (job->contact->subscription.pending_in)
        {
          send_presence (job, "unsubscribed", IM_SUBSCRIPTION_STANZA_UNSUBSCRIBED);
          return;
        }
      note_said (job, IM_SUBSCRIPTION_STANZA_UNSUBSCRIBED);
      finish_job (job, NULL);
      return;
    }
  iq = new_set (job, &item);
  xmpp_node_set (item, "subscription", "remove");
  send_set (job, iq);
}

static void
start_subscribe (Job *job)
{
  ImContact *contact = job->contact;
  ImRosterState state = im_account_get_roster_state (job->edits->account);

  /* As long as nobody knows what the list has, the server makes the item where there is none. */
  if (contact->subscription.to)
    finish_job (job, NULL);
  else if (!contact->is_in_roster && state == IM_ROSTER_SUCCESS)
    send_item (job, contact->roster_name,
               dup_groups (contact, NULL, NULL)); /* RFC 6121 3.1.1: first the item */
  else
    send_presence (job, "subscribe", IM_SUBSCRIPTION_STANZA_SUBSCRIBE);
}

/* Where nobody knows how we stand it is said in any case; whom it does not concern never hears of
 * us. */
static void
start_unsubscribe (Job *job)
{
  const ImSubscriptionBits *subscription = &job->contact->subscription;

  if (subscription->to || subscription->pending_out ||
      im_account_get_roster_state (job->edits->account) != IM_ROSTER_SUCCESS)
    {
      send_presence (job, "unsubscribe", IM_SUBSCRIPTION_STANZA_UNSUBSCRIBE);
      return;
    }
  note_said (job, IM_SUBSCRIPTION_STANZA_UNSUBSCRIBE);
  finish_job (job, NULL);
}

static gboolean
can_approve_in_advance (ImAccount *account)
{
  return account->link->features != NULL &&
         xmpp_node_find (account->link->features, "sub", XMPP_NS_SUBSCRIPTION_PRE_APPROVAL) != NULL;
}

static void
set_welcome (Job *job, gboolean is_welcome)
{
  if (job->contact->is_welcome == (guint) is_welcome)
    return;
  job->contact->is_welcome = (guint) is_welcome;
  im_roster_note_place (job->edits->roster, job->contact, im_contact_is_in_list (job->contact));
}

/* Who has not asked is let in once they do: by the server, which is told so, or else by us. */
static void
start_authorize (Job *job)
{
  const ImSubscriptionBits *subscription = &job->contact->subscription;

  if (!subscription->from && !subscription->pending_in)
    set_welcome (job, TRUE);
  if (subscription->pending_in ||
      (!subscription->from && can_approve_in_advance (job->edits->account)))
    send_presence (job, "subscribed", IM_SUBSCRIPTION_STANZA_SUBSCRIBED);
  else
    finish_job (job, NULL);
}

static void
start_deny (Job *job)
{
  const ImSubscriptionBits *subscription = &job->contact->subscription;
  gboolean sees_us = subscription->from || subscription->pending_in || subscription->approved ||
                     job->contact->is_welcome;

  set_welcome (job, FALSE);
  if (sees_us || im_account_get_roster_state (job->edits->account) != IM_ROSTER_SUCCESS)
    {
      send_presence (job, "unsubscribed", IM_SUBSCRIPTION_STANZA_UNSUBSCRIBED);
      return;
    }
  note_said (job, IM_SUBSCRIPTION_STANZA_UNSUBSCRIBED);
  finish_job (job, NULL);
}

/* What of an item is not kept here would be gone from the server, and so would a group too many. */
static GError *
check_item (Job *job)
{
  if (job->contact->is_cut)
    return g_error_new_literal (IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                                "The server has so long a name, or so many groups, of that contact "
                                "that changing one would lose others.");
  if (job->kind == IM_ROSTER_JOB_ADD_GROUP && job->contact->n_groups >= IM_CONTACT_MAX_GROUPS &&
      !im_roster_is_in_group (job->contact, job->text))
    return g_error_new (IM_ERROR, IM_ERROR_INVALID_ARGUMENT, "A contact is in at most %d groups.",
                        IM_CONTACT_MAX_GROUPS);
  return NULL;
}

/* An item is sent as a whole, so who sends one must know what the server has: otherwise its groups,
 * or its name, would be gone. (transfer full) (nullable): why it cannot be done. */
static GError *
check_job (Job *job)
{
  ImAccount *account = job->edits->account;
  ImRosterState state = im_account_get_roster_state (account);

  if (im_account_get_session (account) == NULL)
    return g_error_new_literal (IM_ERROR, IM_ERROR_DISCONNECTED, "There is no connection.");
  if (job->kind > IM_ROSTER_JOB_LAST_OF_ITEM ||
      (state == IM_ROSTER_SUCCESS && job->kind == IM_ROSTER_JOB_REMOVE))
    return NULL;
  if (state == IM_ROSTER_SUCCESS)
    return check_item (job);
  if (state == IM_ROSTER_FAILURE)
    return g_error_copy (im_account_get_roster_error (account));
  return g_error_new_literal (IM_ERROR, IM_ERROR_NOT_YET,
                              "The list of contacts has not arrived yet.");
}

static void
start_job (Job *job)
{
  g_autoptr (GError) error = check_job (job);

  if (error != NULL)
    {
      finish_job (job, error);
      return;
    }
  switch (job->kind)
    {
    case IM_ROSTER_JOB_SET_NAME:
      send_item (job, job->text, dup_groups (job->contact, NULL, NULL));
      break;
    case IM_ROSTER_JOB_SET_GROUPS:
      send_item (job, job->contact->roster_name, g_steal_pointer (&job->groups));
      break;
    case IM_ROSTER_JOB_ADD_GROUP:
    case IM_ROSTER_JOB_REMOVE_GROUP:
    case IM_ROSTER_JOB_RENAME_GROUP:
      start_group_job (job);
      break;
    case IM_ROSTER_JOB_REMOVE:
      start_remove (job);
      break;
    case IM_ROSTER_JOB_SUBSCRIBE:
      start_subscribe (job);
      break;
    case IM_ROSTER_JOB_UNSUBSCRIBE:
      start_unsubscribe (job);
      break;
    case IM_ROSTER_JOB_AUTHORIZE:
      start_authorize (job);
      break;
    case IM_ROSTER_JOB_DENY:
    default:
      start_deny (job);
    }
}

/** im_roster_edits_new: @roster: that is edited. Returns: (transfer full): nothing under way */
ImRosterEdits *
im_roster_edits_new (ImAccount *account, ImRoster *roster)
{
  ImRosterEdits *self = g_new0 (ImRosterEdits, 1);

  self->account = account;
  self->roster = roster;
  self->queues = g_hash_table_new_full (NULL, NULL, NULL, free_queue);
  return self;
}

/** im_roster_edits_free: @self: (transfer full): nothing is under way, since jobs keep the account
 * alive */
void
im_roster_edits_free (ImRosterEdits *self)
{
  g_hash_table_unref (self->queues);
  g_free (self);
}

static gboolean
is_as_sent (const Job *job)
{
  const ImContact *contact = job->contact;
  guint n_sent = job->sent_groups != NULL ? g_strv_length (job->sent_groups) : 0;
  const char *name = job->sent_name != NULL && *job->sent_name != '\0' ? job->sent_name : NULL;

  if (job->kind == IM_ROSTER_JOB_REMOVE)
    return !contact->is_in_roster;
  if (!contact->is_in_roster || g_strcmp0 (contact->roster_name, name) != 0 ||
      contact->n_groups != n_sent)
    return FALSE;
  for (guint i = 0; i < n_sent; i++)
    if (!im_roster_is_in_group (contact, job->sent_groups[i]))
      return FALSE;
  return TRUE;
}

/** im_roster_edits_note_push: @contact: is now as the server has it. What is pushed behind our own
 * change is newer than it, whenever the answer comes. Spec: RFC 6121 2.1.6 */
void
im_roster_edits_note_push (ImRosterEdits *self, ImContact *contact)
{
  GQueue *queue = g_hash_table_lookup (self->queues, contact);
  Job *job = queue != NULL ? g_queue_peek_head (queue) : NULL;

  if (job != NULL && is_as_sent (job))
    job->is_pushed = TRUE;
}
