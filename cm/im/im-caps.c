/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-caps.c: what the devices of contacts can do, by the hashes that they claim. XEP-0115 5.4, 6, 8
 *
 * One question for each hash, ten at a time, of one person five, so that nobody whose devices do
 * not answer is in everybody's way; what was verified is kept on disk and counts for everybody who
 * claims the hash. What does not fit its hash counts for the device that said it, and somebody else
 * is asked: three people at most for one hash. Nobody is asked again for a hash that their answer
 * did not fit, or, while the stream lasts, that they did not answer for. */

#include "im/im-caps.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-client-state.h"
#include "im/im-disco.h"
#include "im/im-discover.h"
#include "store/store-caps.h"

#define MAX_ASKING 10
#define MAX_ASKING_OF_ONE 5
#define MAX_JOBS 1000
/* With what one takes at most: 8 MiB, whatever contacts make up; the rest is on disk. */
#define MAX_KNOWN 500
#define MAX_TRIES 3
#define MAX_CANDIDATES 8
#define MAX_REFUSED 500
/* Who want to know of one hash. */
#define MAX_TASKS 64
/* When so many wait for a hash, or twice those who were left last time, it is looked who has gone.
 */
#define MANY_WAITING 1000

/* A hash that is claimed, and what it means is not known yet. */
typedef struct
{
  char *key; /* (owned) algorithm, space, hash */
  char *node; /* (owned) node#ver, as it is asked for */
  GHashTable *waiting; /* (owned) XmppJid of the devices that claim it */
  GQueue candidates; /* (owned) XmppJid of those that may be asked, of different people */
  guint n_tries;
  guint tidy_at; /* so many in `waiting` */
  GPtrArray *tasks; /* (owned) (nullable) GTask of those who want to know when it is over */
} Job;

/* Who claimed a hash in vain. */
typedef struct
{
  XmppJid *full; /* (owned) */
  ImCapsInfo *info; /* (owned) (nullable) what they said instead */
} Refusal;

struct _ImCaps
{
  ImAccount *account; /* owns us */
  GHashTable *known; /* (owned) key to (owned) ImCapsInfo, verified */
  GHashTable *jobs; /* (owned) key to (owned) Job */
  GHashTable *refused; /* (owned) digest of a bare address and a key to (owned) Refusal */
  GQueue queue; /* (owned) keys of jobs that wait for their turn to ask */
  GCancellable *cancellable; /* (owned) (nullable) while there is a stream */
  guint n_asking;
  GHashTable *asked; /* (owned) address of a person to how many of their devices are being asked */
  guint flush_id;
};

/* What is under way for a job. */
typedef struct
{
  ImAccount *account; /* (owned) */
  GCancellable *cancellable; /* (owned) */
  char *key; /* (owned) */
  XmppJid *asked; /* (owned) (nullable) */
} Question;

static void
free_job (gpointer data)
{
  Job *job = data;
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&job->tasks);

  g_queue_clear_full (&job->candidates, (GDestroyNotify) xmpp_jid_unref);
  g_hash_table_unref (job->waiting);
  g_free (job->key);
  g_free (job->node);
  g_free (job);
  for (guint i = 0; tasks != NULL && i < tasks->len; i++)
    g_task_return_boolean (tasks->pdata[i], TRUE);
}

static void
free_refusal (gpointer data)
{
  Refusal *refusal = data;

  xmpp_jid_unref (refusal->full);
  g_clear_pointer (&refusal->info, im_caps_info_unref);
  g_free (refusal);
}

/* Addresses and hashes may be long; this is not. */
static char *
dup_digest (XmppJid *full, const char *key)
{
  g_autofree char *text = g_strconcat (xmpp_jid_get_bare_text (full), " ", key, NULL);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

/* (nullable) Of whoever that device belongs to. */
static Refusal *
find_refusal (ImCaps *self, XmppJid *full, const char *key)
{
  g_autofree char *digest = NULL;

  if (g_hash_table_size (self->refused) == 0)
    return NULL;
  digest = dup_digest (full, key);
  return g_hash_table_lookup (self->refused, digest);
}

static void
refuse (ImCaps *self, XmppJid *full, const char *key, ImCapsInfo *info)
{
  Refusal *refusal = g_new0 (Refusal, 1);

  refusal->full = xmpp_jid_ref (full);
  refusal->info = info != NULL ? im_caps_info_ref (info) : NULL;
  if (g_hash_table_size (self->refused) >= MAX_REFUSED)
    g_hash_table_remove_all (self->refused);
  g_hash_table_insert (self->refused, dup_digest (full, key), refusal);
}

static gboolean
has_no_answer (gpointer key, gpointer value, gpointer user_data)
{
  return ((Refusal *) value)->info == NULL;
}

static Question *
new_question (ImCaps *self, const char *key, XmppJid *asked)
{
  Question *question = g_new0 (Question, 1);

  question->account = g_object_ref (self->account);
  question->cancellable = g_object_ref (self->cancellable);
  question->key = g_strdup (key);
  question->asked = asked != NULL ? xmpp_jid_ref (asked) : NULL;
  return question;
}

static void
free_question (Question *question)
{
  g_object_unref (question->cancellable);
  g_clear_pointer (&question->asked, xmpp_jid_unref);
  g_free (question->key);
  g_object_unref (question->account);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, free_question)

static gboolean
flush_cb (gpointer user_data)
{
  ImCaps *self = user_data;

  self->flush_id = 0;
  im_roster_flush (self->account->roster);
  return G_SOURCE_REMOVE;
}

/* A device that still claims it learns what it means. */
static void
apply (ImCaps *self, XmppJid *full, const char *key, ImCapsInfo *info)
{
  g_autoptr (XmppJid) bare = xmpp_jid_dup_bare (full);
  ImContact *contact = im_roster_find (self->account->roster, bare);
  const char *resource = xmpp_jid_get_resource (full);

  if (contact == NULL ||
      !im_contact_set_resource_info (contact, resource != NULL ? resource : "", key, info))
    return;
  im_roster_note (self->account->roster, contact, IM_CONTACT_CAPS);
  if (self->flush_id == 0)
    self->flush_id = g_idle_add (flush_cb, self);
}

static void
learn (ImCaps *self, Job *job, ImCapsInfo *info)
{
  GHashTableIter iter;
  gpointer full;

  if (g_hash_table_size (self->known) >= MAX_KNOWN)
    g_hash_table_remove_all (self->known); /* they are on disk */
  g_hash_table_insert (self->known, g_strdup (job->key), im_caps_info_ref (info));
  g_hash_table_iter_init (&iter, job->waiting);
  while (g_hash_table_iter_next (&iter, &full, NULL))
    apply (self, full, job->key, info);
  g_hash_table_remove (self->jobs, job->key);
}

static guint
count_asked (ImCaps *self, XmppJid *full)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->asked, xmpp_jid_get_bare_text (full)));
}

static void
note_asked (ImCaps *self, XmppJid *full, int change)
{
  guint n = count_asked (self, full) + (guint) change;

  self->n_asking += (guint) change;
  if (n == 0)
    g_hash_table_remove (self->asked, xmpp_jid_get_bare_text (full));
  else
    g_hash_table_insert (self->asked, g_strdup (xmpp_jid_get_bare_text (full)),
                         GUINT_TO_POINTER (n));
}

static void ask_next (ImCaps *self);

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) query = im_account_discover_finish (IM_ACCOUNT (source), result, &error);
  ImCaps *self = question->account->caps;
  ImCapsInfo *info = NULL;
  Job *job;

  if (g_cancellable_is_cancelled (question->cancellable))
    return;
  note_asked (self, question->asked, -1);
  job = g_hash_table_lookup (self->jobs, question->key);
  if (job != NULL && query != NULL)
    info = im_caps_info_new (query, im_caps_is_verified (job->key, query));
  if (info != NULL && info->is_verified)
    {
      g_autoptr (GVariant) stored = im_caps_info_dup_stored (info);

      store_caps_save (self->account->store, job->key, stored);
      learn (self, job, info);
    }
  else if (job != NULL)
    {
      refuse (self, question->asked, job->key, info);
      if (info != NULL)
        apply (self, question->asked, job->key, info);
      g_debug ("A hash of capabilities was not verified; %u more may be asked",
               g_queue_get_length (&job->candidates));
      g_queue_push_tail (&self->queue, g_strdup (job->key));
    }
  g_clear_pointer (&info, im_caps_info_unref);
  ask_next (self);
}

static gboolean
still_claims (ImCaps *self, XmppJid *full, const char *key)
{
  g_autoptr (XmppJid) bare = xmpp_jid_dup_bare (full);
  ImContact *contact = im_roster_find (self->account->roster, bare);
  const char *resource = xmpp_jid_get_resource (full);

  return contact != NULL && im_contact_claims (contact, resource != NULL ? resource : "", key);
}

/* (transfer full) (nullable): the next who may be asked now, and has not left meanwhile */
static XmppJid *
take_candidate (ImCaps *self, Job *job)
{
  GList *next;

  for (GList *item = job->candidates.head; item != NULL; item = next)
    {
      next = item->next;
      if (!still_claims (self, item->data, job->key))
        {
          xmpp_jid_unref (item->data);
          g_queue_delete_link (&job->candidates, item);
        }
      else if (count_asked (self, item->data) < MAX_ASKING_OF_ONE)
        {
          XmppJid *full = item->data;

          g_queue_delete_link (&job->candidates, item);
          return full;
        }
    }
  return NULL;
}

/* When nobody is left to ask, the job is over. Returns: FALSE: it waits for another turn */
static gboolean
ask (ImCaps *self, Job *job)
{
  g_autoptr (XmppJid) full = job->n_tries < MAX_TRIES ? take_candidate (self, job) : NULL;

  if (full == NULL && job->n_tries < MAX_TRIES && !g_queue_is_empty (&job->candidates))
    return FALSE;
  if (full == NULL)
    {
      g_hash_table_remove (self->jobs, job->key);
      return TRUE;
    }
  job->n_tries++;
  note_asked (self, full, 1);
  im_account_discover_async (self->account, FALSE, full, job->node, self->cancellable, answered_cb,
                             new_question (self, job->key, full));
  return TRUE;
}

/* While nobody is looking, nobody is asked; nor while we are hidden, as who is asked knows that we
 * are here. XEP-0186 3.1.2 */
static gboolean
may_ask (ImCaps *self)
{
  return !im_account_get_saves_power (self->account) &&
         im_account_get_presence (self->account)->type != IM_PRESENCE_HIDDEN;
}

/* Who waits for an answer is not kept waiting for days. */
static void
stop_waiting (ImCaps *self)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer job;

  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    if (((Job *) job)->tasks != NULL)
      g_ptr_array_extend_and_steal (tasks, g_steal_pointer (&((Job *) job)->tasks));
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (tasks->pdata[i], TRUE);
}

static void
ask_next (ImCaps *self)
{
  if (!may_ask (self))
    {
      stop_waiting (self);
      return;
    }
  for (guint n_left = self->queue.length; n_left > 0 && self->n_asking < MAX_ASKING; n_left--)
    {
      g_autofree char *key = g_queue_pop_head (&self->queue);
      Job *job = key != NULL ? g_hash_table_lookup (self->jobs, key) : NULL;

      if (job != NULL && !ask (self, job))
        g_queue_push_tail (&self->queue, g_steal_pointer (&key));
    }
}

static void
found_cb (gpointer user_data, GVariant *stored)
{
  g_autoptr (Question) question = user_data;
  ImCaps *self = question->account->caps;
  Job *job;

  if (g_cancellable_is_cancelled (question->cancellable))
    return;
  job = g_hash_table_lookup (self->jobs, question->key);
  if (job == NULL)
    return;
  if (stored != NULL)
    {
      ImCapsInfo *info = im_caps_info_load (stored);

      learn (self, job, info);
      im_caps_info_unref (info);
      return;
    }
  g_queue_push_tail (&self->queue, g_strdup (job->key));
  ask_next (self);
}

static gboolean
is_candidate (Job *job, XmppJid *full)
{
  for (GList *item = job->candidates.head; item != NULL; item = item->next)
    if (xmpp_jid_equal_bare (item->data, full))
      return FALSE;
  return g_queue_get_length (&job->candidates) < MAX_CANDIDATES;
}

/* An answer may be long in coming, and who left meanwhile comes back as another device. */
static void
tidy_waiting (ImCaps *self, Job *job)
{
  GHashTableIter iter;
  gpointer full;

  if (g_hash_table_size (job->waiting) < job->tidy_at)
    return;
  g_hash_table_iter_init (&iter, job->waiting);
  while (g_hash_table_iter_next (&iter, &full, NULL))
    if (!still_claims (self, full, job->key))
      g_hash_table_iter_remove (&iter);
  job->tidy_at = MAX (MANY_WAITING, 2 * g_hash_table_size (job->waiting));
}

static void
add_claim (ImCaps *self, Job *job, XmppJid *full)
{
  if (g_hash_table_contains (job->waiting, full))
    return;
  tidy_waiting (self, job);
  g_hash_table_add (job->waiting, xmpp_jid_ref (full));
  if (is_candidate (job, full) && find_refusal (self, full, job->key) == NULL)
    g_queue_push_tail (&job->candidates, xmpp_jid_ref (full));
}

/** im_caps_new: @account: its owner. Returns: (transfer full): nothing is known */
ImCaps *
im_caps_new (ImAccount *account)
{
  ImCaps *self = g_new0 (ImCaps, 1);

  self->account = account;
  self->known =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) im_caps_info_unref);
  self->jobs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_job);
  self->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_refusal);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->queue);
  return self;
}

/** im_caps_free: @self: (transfer full): whose account is offline */
void
im_caps_free (ImCaps *self)
{
  im_caps_stop (self);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->jobs);
  g_hash_table_unref (self->refused);
  g_hash_table_unref (self->asked);
  g_free (self);
}

/** im_caps_know_own: what we can do ourselves need not be asked */
void
im_caps_know_own (ImCaps *self)
{
  g_autoptr (XmppNode) query = xmpp_node_new ("query", XMPP_NS_DISCO_INFO);
  g_autofree char *ver = im_disco_dup_own_ver (self->account);

  im_disco_fill (self->account, query);
  g_hash_table_insert (self->known, g_strconcat ("sha-1 ", ver, NULL),
                       im_caps_info_new (query, TRUE));
}

/** im_caps_start: the stream is bound */
void
im_caps_start (ImCaps *self)
{
  im_caps_stop (self);
  self->cancellable = g_cancellable_new ();
  im_caps_know_own (self);
}

/** im_caps_stop: the stream is gone: nobody is asked any more */
void
im_caps_stop (ImCaps *self)
{
  g_autoptr (GCancellable) cancellable = g_steal_pointer (&self->cancellable);

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  g_clear_handle_id (&self->flush_id, g_source_remove);
  g_hash_table_remove_all (self->jobs);
  g_hash_table_foreach_remove (self->refused, has_no_answer, NULL);
  g_queue_clear_full (&self->queue, g_free);
  g_hash_table_remove_all (self->asked);
  self->n_asking = 0;
}

/** im_caps_go_on: somebody is looking again, or we are seen again: what was put off is asked */
void
im_caps_go_on (ImCaps *self)
{
  ask_next (self);
}

/**
 * im_caps_want:
 * @full: a device that is there, whose claim was noted
 * @node: what the question names, with @ver
 *
 * Spec: XEP-0115 5.4, 6.2
 */
void
im_caps_want (ImCaps *self, XmppJid *full, const char *node, const char *algorithm, const char *ver)
{
  g_autofree char *key = g_strconcat (algorithm, " ", ver, NULL);
  ImCapsInfo *info = g_hash_table_lookup (self->known, key);
  Job *job = g_hash_table_lookup (self->jobs, key);
  Refusal *refusal;

  if (self->cancellable == NULL)
    return;
  if (info != NULL)
    {
      apply (self, full, key, info);
      return;
    }
  refusal = find_refusal (self, full, key);
  if (job != NULL)
    add_claim (self, job, full);
  if (refusal != NULL && refusal->info != NULL && xmpp_jid_equal (refusal->full, full))
    apply (self, full, key, refusal->info);
  if (refusal != NULL || job != NULL)
    return;
  if (g_hash_table_size (self->jobs) >= MAX_JOBS)
    {
      g_debug ("Too many hashes of capabilities are waited for; one more is not asked for");
      return;
    }
  job = g_new0 (Job, 1);
  job->node = g_strconcat (node, "#", ver, NULL);
  job->waiting =
      g_hash_table_new_full (xmpp_jid_hash, xmpp_jid_equal, (GDestroyNotify) xmpp_jid_unref, NULL);
  g_queue_init (&job->candidates);
  job->tidy_at = MANY_WAITING;
  job->key = g_steal_pointer (&key);
  add_claim (self, job, full);
  g_hash_table_insert (self->jobs, job->key, job);
  store_caps_find (self->account->store, job->key, found_cb, new_question (self, job->key, NULL));
}

/**
 * im_account_wait_for_caps_async:
 * @contact: of whose best device it is perhaps being asked what it can do
 *
 * Ends when that is over, whatever came of it; at once where nothing is asked now.
 */
void
im_account_wait_for_caps_async (ImAccount *self,
                                ImContact *contact,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  const char *key = contact->n_resources > 0 ? contact->resources[0].caps_key : NULL;
  Job *job =
      key != NULL && may_ask (self->caps) ? g_hash_table_lookup (self->caps->jobs, key) : NULL;

  if (im_contact_is_client_type_known (contact) || job == NULL ||
      (job->tasks != NULL && job->tasks->len >= MAX_TASKS))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (job->tasks == NULL)
    job->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (job->tasks, g_steal_pointer (&task));
}

/** im_account_wait_for_caps_finish: Returns: FALSE with IM_ERROR_DISCONNECTED: nothing was found
 * out any more */
gboolean
im_account_wait_for_caps_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  /* What was asked fails before the account hears that the line is gone. */
  if (im_account_get_session (self) != NULL && xmpp_session_is_open (im_account_get_session (self)))
    return TRUE;
  g_set_error_literal (error, IM_ERROR, IM_ERROR_DISCONNECTED,
                       "The account went offline before the contact answered.");
  return FALSE;
}

/**
 * im_account_set_resource_caps:
 * @full: an address that is there
 * @node: (nullable): of what it claims; NULL: it claims nothing
 * @algorithm: (nullable): of its hash; NULL: the old form, which has none
 * @ver: (nullable): the hash
 */
void
im_account_set_resource_caps (
    ImAccount *self, XmppJid *full, const char *node, const char *algorithm, const char *ver)
{
  g_autoptr (XmppJid) bare = xmpp_jid_dup_bare (full);
  ImContact *contact = im_roster_find (self->roster, bare);
  const char *resource = xmpp_jid_get_resource (full);
  gboolean is_claim = node != NULL && algorithm != NULL;
  g_autofree char *caps_node = is_claim ? g_strconcat (node, "#", ver, NULL) : NULL;
  g_autofree char *key = is_claim ? g_strconcat (algorithm, " ", ver, NULL) : NULL;

  if (contact == NULL ||
      !im_contact_set_resource_caps (contact, resource != NULL ? resource : "", caps_node, key))
    return;
  im_roster_note (self->roster, contact, IM_CONTACT_CAPS);
  if (is_claim)
    im_caps_want (self->caps, full, node, algorithm, ver);
}
