/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-blocking.c: whom the server keeps away from us; the server has the list. XEP-0191
 *
 * Whoever asks before the list is there waits for it. One change follows the other, as who is to be
 * changed depends on what the one before has done: the last word counts. Resources are not
 * contacts: a blocked full address stays on the server and is shown to nobody. */

#include "im/im-blocking.h"

#include "im/im-account-parts.h"
#include "im/im-contact-private.h"

typedef enum
{
  LIST_UNKNOWN, /* not online, or the server has not said yet whether it can */
  LIST_WAITING,
  LIST_THERE,
  LIST_LATER, /* it could not say just now: whoever wants to know has it asked again */
  LIST_NEVER, /* it cannot */
} ListState;

typedef enum
{
  JOB_LIST,
  JOB_BLOCK,
  JOB_UNBLOCK,
} JobKind;

typedef struct
{
  JobKind kind;
  gboolean is_abuse;
  GPtrArray *contacts; /* (owned) (element-type ImContact) */
} Job;

struct _ImBlocking
{
  ImAccount *account; /* owns us */
  const ImBlockingWire *wire; /* (nullable) a constant */
  GHashTable *blocked; /* (owned) a set of ImContact */
  GQueue waiting; /* GTask, owned, with their Job: for the list */
  GQueue edits; /* GTask, owned, with their Job: the first is under way */
  ListState state;
};

static void
free_job (Job *job)
{
  g_ptr_array_unref (job->contacts);
  g_free (job);
}

static void
set_blocked (ImBlocking *self, ImContact *contact, gboolean is_blocked, GPtrArray *changed)
{
  gboolean was_in_list = im_contact_is_in_list (contact);

  if (contact->is_blocked == (guint) is_blocked)
    return;
  contact->is_blocked = (guint) is_blocked;
  im_roster_note_place (self->account->roster, contact, was_in_list);
  if (is_blocked)
    g_hash_table_add (self->blocked, contact);
  else
    g_hash_table_remove (self->blocked, contact);
  g_ptr_array_add (changed, contact);
}

static void
tell (ImBlocking *self, GPtrArray *blocked, GPtrArray *unblocked)
{
  if (blocked->len > 0 || unblocked->len > 0)
    g_signal_emit_by_name (self->account, "blocked-changed", blocked, unblocked);
}

static void
set_all (ImBlocking *self, GPtrArray *contacts, gboolean is_blocked)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  for (guint i = 0; i < contacts->len; i++)
    set_blocked (self, contacts->pdata[i], is_blocked, changed);
  tell (self, is_blocked ? changed : none, is_blocked ? none : changed);
  im_roster_flush (self->account->roster);
}

static GPtrArray *
find_contacts (ImBlocking *self, GPtrArray *jids)
{
  GPtrArray *contacts = g_ptr_array_new ();

  for (guint i = 0; i < jids->len; i++)
    if (xmpp_jid_is_bare (jids->pdata[i]))
      g_ptr_array_add (contacts, im_account_ensure_contact (self->account, jids->pdata[i]));
  return contacts;
}

static GPtrArray *
dup_blocked (ImBlocking *self)
{
  GPtrArray *contacts = g_ptr_array_sized_new (g_hash_table_size (self->blocked));
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init (&iter, self->blocked);
  while (g_hash_table_iter_next (&iter, &contact, NULL))
    g_ptr_array_add (contacts, contact);
  return contacts;
}

static void edit_next (ImBlocking *self);

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ImAccount *account = g_task_get_source_object (task);
  ImBlocking *self = account->blocking;
  Job *job = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);

  /* The push says the same, before or after. */
  if (answer != NULL && im_account_get_session (account) == XMPP_SESSION (source))
    set_all (self, job->contacts, job->kind == JOB_BLOCK);
  /* Whoever is told may have more to change: that must find the next one under way. */
  g_object_unref (g_queue_pop_head (&self->edits));
  edit_next (self);
  if (answer != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, im_error_from_wire (error));
}

static void
keep_others (GPtrArray *contacts, gboolean is_blocked)
{
  guint n_kept = 0;

  for (guint i = 0; i < contacts->len; i++)
    if (((ImContact *) contacts->pdata[i])->is_blocked != (guint) is_blocked)
      contacts->pdata[n_kept++] = contacts->pdata[i];
  g_ptr_array_set_size (contacts, (int) n_kept);
}

/* FALSE: it is over already. */
static gboolean
start_edit (ImBlocking *self, GTask *task)
{
  Job *job = g_task_get_task_data (task);
  gboolean is_blocked = job->kind == JOB_BLOCK;
  gboolean reports = is_blocked && job->is_abuse && im_account_can_report (self->account);

  if (self->state != LIST_THERE)
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_DISCONNECTED,
                               "The account went offline before the server was told.");
      return FALSE;
    }
  /* Who is blocked already can be reported by blocking them again only. */
  if (!reports)
    keep_others (job->contacts, is_blocked);
  if (job->contacts->len == 0)
    {
      g_task_return_boolean (task, TRUE);
      return FALSE;
    }
  xmpp_session_request_async (im_account_get_session (self->account),
                              self->wire->new_edit (is_blocked, job->contacts, reports), 0, NULL,
                              edited_cb, g_object_ref (task));
  return TRUE;
}

static void
edit_next (ImBlocking *self)
{
  GTask *task;

  while ((task = g_queue_peek_head (&self->edits)) != NULL && !start_edit (self, task))
    g_object_unref (g_queue_pop_head (&self->edits));
}

static void ask (ImBlocking *self);

/* Takes the task. */
static void
run (ImBlocking *self, GTask *task)
{
  Job *job = g_task_get_task_data (task);

  if (im_account_get_session (self->account) == NULL)
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_DISCONNECTED, "There is no connection.");
  else if (self->state == LIST_NEVER)
    g_task_return_new_error (task, IM_ERROR, IM_ERROR_NOT_AVAILABLE,
                             "The server cannot block contacts.");
  else if (self->state != LIST_THERE)
    {
      g_queue_push_tail (&self->waiting, task);
      if (self->state == LIST_LATER)
        ask (self);
      return;
    }
  else if (job->kind != JOB_LIST)
    {
      g_queue_push_tail (&self->edits, task);
      if (g_queue_get_length (&self->edits) == 1)
        edit_next (self);
      return;
    }
  else
    g_task_return_pointer (task, dup_blocked (self), (GDestroyNotify) g_ptr_array_unref);
  g_object_unref (task);
}

static void
run_waiting (ImBlocking *self)
{
  GQueue waiting = self->waiting;
  GTask *task;

  g_queue_init (&self->waiting);
  while ((task = g_queue_pop_head (&waiting)) != NULL)
    run (self, task);
}

/* Whoever blocked their own server could not even take that back. */
static gboolean
is_own (ImAccount *account, const ImContact *contact)
{
  return xmpp_jid_equal_bare (contact->jid, account->jid) ||
         (xmpp_jid_get_local (contact->jid) == NULL &&
          g_str_equal (xmpp_jid_get_domain (contact->jid), xmpp_jid_get_domain (account->jid)));
}

static void
start_job (ImAccount *account,
           JobKind kind,
           GPtrArray *contacts,
           gboolean is_abuse,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  GTask *task = g_task_new (account, NULL, callback, user_data);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  Job *job = g_new (Job, 1);

  job->kind = kind;
  job->is_abuse = is_abuse;
  job->contacts = g_ptr_array_new ();
  for (guint i = 0; contacts != NULL && i < contacts->len; i++)
    if (g_hash_table_add (seen, contacts->pdata[i]))
      g_ptr_array_add (job->contacts, contacts->pdata[i]);
  g_task_set_task_data (task, job, (GDestroyNotify) free_job);
  for (guint i = 0; kind == JOB_BLOCK && i < job->contacts->len; i++)
    if (is_own (account, job->contacts->pdata[i]))
      {
        g_task_return_new_error (task, IM_ERROR, IM_ERROR_INVALID_ARGUMENT,
                                 "Neither the account itself nor its server can be blocked.");
        g_object_unref (task);
        return;
      }
  run (account->blocking, task);
}

static gboolean
is_for_now (const GError *error)
{
  return xmpp_stanza_error_is_temporary (error) ||
         g_error_matches (error, XMPP_ERROR, XMPP_ERROR_TIMED_OUT);
}

static void
refuse_waiting (ImBlocking *self, const GError *wire)
{
  GQueue waiting = self->waiting;
  GTask *task;

  g_queue_init (&self->waiting);
  while ((task = g_queue_pop_head (&waiting)) != NULL)
    {
      g_task_return_error (task, im_error_from_wire (wire));
      g_object_unref (task);
    }
}

static void
list_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ImAccount) account = user_data;
  ImBlocking *self = account->blocking;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) answer = xmpp_session_request_finish (XMPP_SESSION (source), result, &error);
  g_autoptr (GPtrArray) jids = answer != NULL ? self->wire->read (answer) : NULL;
  g_autoptr (GPtrArray) contacts = NULL;

  if (im_account_get_session (account) != XMPP_SESSION (source) || self->state != LIST_WAITING ||
      g_error_matches (error, XMPP_ERROR, XMPP_ERROR_NOT_CONNECTED))
    return;
  if (jids == NULL)
    {
      g_message ("The server does not say who is blocked: %s",
                 error != NULL ? error->message : "its answer is not a list");
      if (is_for_now (error))
        {
          self->state = LIST_LATER;
          refuse_waiting (self, error);
          return;
        }
      self->state = LIST_NEVER;
    }
  else
    {
      self->state = LIST_THERE;
      contacts = find_contacts (self, jids);
      set_all (self, contacts, TRUE);
    }
  run_waiting (self);
}

static void
ask (ImBlocking *self)
{
  self->state = LIST_WAITING;
  xmpp_session_request_async (im_account_get_session (self->account), self->wire->new_query (), 0,
                              NULL, list_cb, g_object_ref (self->account));
}

/**
 * im_blocking_new:
 * @account: its owner, whose modules are known
 *
 * Returns: (transfer full): nobody is blocked yet
 */
ImBlocking *
im_blocking_new (ImAccount *account)
{
  ImBlocking *self = g_new0 (ImBlocking, 1);

  self->account = account;
  self->blocked = g_hash_table_new (NULL, NULL);
  g_queue_init (&self->waiting);
  g_queue_init (&self->edits);
  self->wire = IM_ACCOUNT_WIRE (account, blocking);
  return self;
}

/** im_blocking_free: @self: (transfer full): whose account is offline */
void
im_blocking_free (ImBlocking *self)
{
  g_hash_table_unref (self->blocked);
  g_free (self);
}

/** im_blocking_server_known: the server has said what it can do: asks for the list */
void
im_blocking_server_known (ImBlocking *self)
{
  if (self->wire == NULL || !im_account_server_has (self->account, self->wire->feature))
    {
      self->state = LIST_NEVER;
      run_waiting (self);
      return;
    }
  ask (self);
}

/** im_blocking_forget: we are offline: whoever waits hears so, and nobody is told of the others */
void
im_blocking_forget (ImBlocking *self)
{
  GHashTableIter iter;
  gpointer contact;

  self->state = LIST_UNKNOWN;
  g_hash_table_iter_init (&iter, self->blocked);
  while (g_hash_table_iter_next (&iter, &contact, NULL))
    ((ImContact *) contact)->is_blocked = FALSE;
  g_hash_table_remove_all (self->blocked);
  run_waiting (self);
}

/**
 * im_account_take_blocked:
 * @jids: (element-type XmppJid) (nullable): NULL: everybody
 *
 * The server says that these are blocked now, or are not any more. Before it gave the whole list,
 * that changes nothing.
 */
void
im_account_take_blocked (ImAccount *self, GPtrArray *jids, gboolean is_blocked)
{
  g_autoptr (GPtrArray) contacts = NULL;

  if (self->blocking->state != LIST_THERE)
    return;
  contacts = jids != NULL ? find_contacts (self->blocking, jids) : dup_blocked (self->blocking);
  set_all (self->blocking, contacts, is_blocked);
}

/** im_account_can_report: Returns: whether the server wants to hear of abuse */
gboolean
im_account_can_report (ImAccount *self)
{
  return self->blocking->wire != NULL &&
         im_account_server_has (self, self->blocking->wire->report_feature);
}

/**
 * im_account_block_async:
 * @contacts: (element-type ImContact)
 * @is_blocked: FALSE: they may speak again
 * @is_abuse: and the server's people hear of it, where that is possible
 *
 * Blocks, or unblocks, those who are not already. Errors: IM_ERROR_NOT_AVAILABLE where the server
 * cannot, or as the server says.
 */
void
im_account_block_async (ImAccount *self,
                        GPtrArray *contacts,
                        gboolean is_blocked,
                        gboolean is_abuse,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  start_job (self, is_blocked ? JOB_BLOCK : JOB_UNBLOCK, contacts, is_abuse, callback, user_data);
}

/** im_account_block_finish: Returns: whether it is as it was asked for */
gboolean
im_account_block_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/** im_account_list_blocked_async: waits for the list */
void
im_account_list_blocked_async (ImAccount *self, GAsyncReadyCallback callback, gpointer user_data)
{
  start_job (self, JOB_LIST, NULL, FALSE, callback, user_data);
}

/** im_account_list_blocked_finish: Returns: (transfer container) (element-type ImContact): all of
 * them, in no order */
GPtrArray *
im_account_list_blocked_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
