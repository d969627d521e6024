/* SPDX-License-Identifier: GPL-3.0-or-later */
/* im-avatar-fetch.c: pictures of people are asked for: by hash, a few at a time, and of one person
 * not more often than they can be looked at. XEP-0084 3.4, XEP-0153 3.2
 *
 * What comes is what was asked for, or it is nothing: its hash is computed before it is kept or
 * given to anybody. A picture that is on disk is not asked for. */
#include "im/im-avatar.h"

#include <string.h>

#include "im/im-account-parts.h"
#include "im/im-avatar-cache.h"
#include "im/im-avatar-private.h"
#include "im/im-contact-private.h"

#define MAX_ASKED 5
/* Of one contact: so many at once, and then one a minute. */
#define BURST 6
#define REFILL_US (60 * G_USEC_PER_SEC)
/* What one person may wait for. */
#define MAX_TASKS 64
/* Of one request: what is said may change meanwhile. */
#define MAX_STEPS 4

typedef struct
{
  ImAccount *account; /* (owned) */
  ImContact *contact; /* lives as long as the account */
  GPtrArray *tasks; /* (owned) GTask, owned */
  char *token; /* (owned) (nullable) what is asked for; NULL: whether there is any */
  ImAvatarSource source; /* who is asked */
  guint n_steps;
} Job;

typedef struct
{
  guint n_left;
  gint64 since_us;
} Budget;

struct _ImAvatarQueue
{
  ImAccount *account; /* owns us */
  GHashTable *jobs; /* (owned) ImContact to Job, borrowed: all that there are */
  GQueue waiting; /* Job (owned): for their turn to ask */
  GQueue parked; /* Job (owned): of people who change too often */
  GHashTable *saving; /* (owned) token to ImAvatar, owned: on their way to the disk */
  GHashTable *budgets; /* (owned) ImContact to Budget, owned */
  ImAvatarTally tally; /* of what this account saved */
  guint n_asked;
  guint timer_id;
};

static void begin (Job *job);
static void ask_next (ImAvatarQueue *self);

static void
free_job (Job *job)
{
  g_ptr_array_unref (job->tasks);
  g_free (job->token);
  g_object_unref (job->account);
  g_free (job);
}

/* Takes the job and @error; one of them is what everybody hears. */
static void
end (Job *job, ImAvatar *avatar, GError *error)
{
  g_hash_table_remove (job->account->avatars->queue->jobs, job->contact);
  for (guint i = 0; i < job->tasks->len; i++)
    if (avatar != NULL)
      g_task_return_pointer (job->tasks->pdata[i], im_avatar_ref (avatar),
                             (GDestroyNotify) im_avatar_unref);
    else
      g_task_return_error (job->tasks->pdata[i], g_error_copy (error));
  g_clear_error (&error);
  free_job (job);
}

static void
fail (Job *job, ImError code, const char *why)
{
  end (job, NULL, g_error_new_literal (IM_ERROR, (int) code, why));
}

typedef struct
{
  ImAccount *account; /* (owned) */
  char *token; /* (owned) */
} Saving;

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saving *saving = user_data;

  g_hash_table_remove (saving->account->avatars->queue->saving, saving->token);
  g_free (saving->token);
  g_object_unref (saving->account);
  g_free (saving);
}

static void
save (ImAccount *account, ImAvatar *avatar)
{
  GHashTable *table = account->avatars->queue->saving;
  Saving *saving;

  if (g_hash_table_contains (table, avatar->token))
    return; /* its token is in the one that is there */
  g_hash_table_insert (table, avatar->token, im_avatar_ref (avatar));
  saving = g_new (Saving, 1);
  saving->account = g_object_ref (account);
  saving->token = g_strdup (avatar->token);
  im_avatar_cache_save_async (
      avatar,
      im_avatar_tally_add (&account->avatars->queue->tally, g_bytes_get_size (avatar->bytes)),
      saved_cb, saving);
}

/* Takes @avatar. */
static void
succeed (Job *job, ImAvatar *avatar)
{
  save (job->account, avatar);
  end (job, avatar, NULL);
  im_avatar_unref (avatar);
}

/* Takes @bytes. (transfer full) (nullable): what is as it was said to be */
static ImAvatar *
check (const Job *job, GBytes *taken)
{
  g_autoptr (GBytes) bytes = taken;
  g_autoptr (ImAvatar) avatar = bytes != NULL ? im_avatar_new (bytes) : NULL;
  guint n_bytes = im_contact_get_avatar_bytes (job->contact);

  if (avatar == NULL || (job->token != NULL && strcmp (avatar->token, job->token) != 0))
    return NULL;
  /* A newer claim may be of another picture. */
  if (job->source == IM_AVATAR_PEP && n_bytes > 0 && n_bytes != g_bytes_get_size (bytes) &&
      g_strcmp0 (im_contact_get_avatar_token (job->contact), avatar->token) == 0)
    return NULL;
  return g_steal_pointer (&avatar);
}

/* The turn is over; what @job does next waits for another one. */
static void
end_turn (Job *job)
{
  job->account->avatars->queue->n_asked--;
}

static void
photo_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (ImAccount) account = g_object_ref (job->account);
  const ImPhotoWire *wire = IM_ACCOUNT_WIRE (account, photo);
  GError *error = NULL;
  g_autoptr (XmppNode) vcard = im_vcard_fetch_finish (account, result, &error);
  GBytes *bytes = vcard != NULL ? wire->read (vcard) : NULL;
  gboolean is_there = bytes != NULL;
  ImAvatar *avatar = check (job, bytes);

  end_turn (job);
  if (vcard != NULL && (avatar != NULL || (!is_there && job->token == NULL)))
    {
      im_account_set_avatar_claim (account, job->contact, IM_AVATAR_VCARD,
                                   avatar != NULL ? avatar->token : "", 0);
      im_roster_flush (account->roster);
    }
  if (avatar != NULL)
    succeed (job, avatar);
  else if (error != NULL)
    end (job, NULL, error);
  else
    fail (job, IM_ERROR_NOT_AVAILABLE,
          is_there ? "The picture is not what was said of it." : "There is no picture.");
  ask_next (account->avatars->queue);
}

/* (nullable) the item that was asked for */
static XmppNode *
find_item (XmppNode *items, const char *id)
{
  for (XmppNode *item = xmpp_node_find (items, "item", XMPP_NS_PUBSUB); item != NULL;
       item = xmpp_node_find_next (item, "item", XMPP_NS_PUBSUB))
    if (id == NULL || g_strcmp0 (xmpp_node_get (item, "id"), id) == 0)
      return item;
  return NULL;
}

static void
data_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (ImAccount) account = g_object_ref (job->account);
  const ImAvatarWire *wire = IM_ACCOUNT_WIRE (account, avatar);
  GError *error = NULL;
  g_autoptr (XmppNode) items = im_pep_fetch_finish (account, result, &error);
  XmppNode *item = items != NULL ? find_item (items, job->token) : NULL;
  ImAvatar *avatar = check (job, item != NULL ? wire->read_data (item) : NULL);

  end_turn (job);
  /* It is the picture that there is not, not the address. */
  if (g_error_matches (error, IM_ERROR, IM_ERROR_DOES_NOT_EXIST))
    g_clear_error (&error);
  if (avatar != NULL)
    succeed (job, avatar);
  else if (error != NULL)
    end (job, NULL, error);
  else
    fail (job, IM_ERROR_NOT_AVAILABLE,
          item != NULL ? "The picture is not what was said of it." : "The picture is not there.");
  ask_next (account->avatars->queue);
}

/* Nothing was said of it: then the vCard may have one. */
static void
metadata_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (ImAccount) account = g_object_ref (job->account);
  const ImAvatarWire *wire = IM_ACCOUNT_WIRE (account, avatar);
  g_autoptr (GError) error = NULL;
  g_autoptr (XmppNode) items = im_pep_fetch_finish (account, result, &error);
  XmppNode *item = items != NULL ? find_item (items, NULL) : NULL;

  end_turn (job);
  if (item != NULL)
    {
      wire->take (account, job->contact, item);
      im_roster_flush (account->roster);
    }
  job->source = IM_AVATAR_VCARD;
  begin (job);
  ask_next (account->avatars->queue);
}

static void
ask (Job *job)
{
  ImAccount *account = job->account;
  const ImAvatarWire *wire = IM_ACCOUNT_WIRE (account, avatar);
  XmppJid *jid = im_contact_get_jid (job->contact);

  account->avatars->queue->n_asked++;
  if (job->source == IM_AVATAR_VCARD)
    im_vcard_fetch_async (account, jid, photo_cb, job);
  else if (job->token != NULL)
    im_pep_fetch_async (account, jid, wire->data_node, job->token, 1, data_cb, job);
  else
    im_pep_fetch_async (account, jid, wire->metadata_node, NULL, 1, metadata_cb, job);
}

/* Whether that person may be asked about now. */
static gboolean
spend (ImAvatarQueue *self, ImContact *contact)
{
  Budget *budget = g_hash_table_lookup (self->budgets, contact);
  gint64 now_us = g_get_monotonic_time ();
  gint64 n_refilled;

  if (budget == NULL)
    {
      budget = g_new (Budget, 1);
      budget->n_left = BURST;
      budget->since_us = now_us;
      g_hash_table_insert (self->budgets, contact, budget);
    }
  n_refilled = (now_us - budget->since_us) / REFILL_US;
  budget->since_us += n_refilled * REFILL_US;
  budget->n_left = (guint) MIN (BURST, budget->n_left + n_refilled);
  if (budget->n_left == 0)
    return FALSE;
  budget->n_left--;
  return TRUE;
}

static gboolean
timer_cb (gpointer user_data)
{
  ImAvatarQueue *self = user_data;
  Job *job;

  self->timer_id = 0;
  while ((job = g_queue_pop_head (&self->parked)) != NULL)
    g_queue_push_tail (&self->waiting, job);
  ask_next (self);
  return G_SOURCE_REMOVE;
}

static void
park (ImAvatarQueue *self, Job *job)
{
  g_debug ("Somebody's pictures change too often; the next one waits");
  g_queue_push_tail (&self->parked, job);
  if (self->timer_id == 0)
    self->timer_id = g_timeout_add (REFILL_US / 1000, timer_cb, self);
}

static void
ask_next (ImAvatarQueue *self)
{
  g_autoptr (ImAccount) account G_GNUC_UNUSED = g_object_ref (self->account);

  while (self->n_asked < MAX_ASKED && !g_queue_is_empty (&self->waiting))
    {
      Job *job = g_queue_pop_head (&self->waiting);

      if (im_account_get_session (self->account) == NULL)
        fail (job, IM_ERROR_DISCONNECTED, "The account has to be online for that.");
      else if (spend (self, job->contact))
        ask (job);
      else
        park (self, job);
    }
}

static void
wait_for_turn (Job *job)
{
  ImAvatarQueue *self = job->account->avatars->queue;

  g_queue_push_tail (&self->waiting, job);
  ask_next (self);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (ImAvatar) avatar = im_avatar_cache_load_finish (result);

  if (avatar != NULL)
    end (job, avatar, NULL);
  else
    wait_for_turn (job);
}

static void
load (Job *job)
{
  ImAvatar *avatar = g_hash_table_lookup (job->account->avatars->queue->saving, job->token);

  if (avatar != NULL)
    end (job, avatar, NULL);
  else
    im_avatar_cache_load_async (job->token, loaded_cb, job);
}

static gboolean
can_ask (const Job *job)
{
  return job->source == IM_AVATAR_PEP ? IM_ACCOUNT_WIRE (job->account, avatar) != NULL
                                      : IM_ACCOUNT_WIRE (job->account, photo) != NULL;
}

/* As what is said now has it. Where nothing is said, who is asked is in the job. */
static void
begin (Job *job)
{
  const char *token = im_contact_get_avatar_token (job->contact);

  if (token != NULL)
    job->source = im_contact_get_avatar_claim (job->contact, IM_AVATAR_PEP) != NULL
                      ? IM_AVATAR_PEP
                      : IM_AVATAR_VCARD;
  g_free (job->token);
  job->token = g_strdup (token);
  if (token != NULL && *token == '\0')
    fail (job, IM_ERROR_NOT_AVAILABLE, "There is no picture.");
  else if (++job->n_steps > MAX_STEPS || !can_ask (job))
    fail (job, IM_ERROR_NOT_AVAILABLE, "No picture was found.");
  else if (token != NULL)
    load (job);
  else
    wait_for_turn (job);
}

/** im_avatar_queue_new: @account: its owner. Returns: (transfer full): nothing is asked for */
ImAvatarQueue *
im_avatar_queue_new (ImAccount *account)
{
  ImAvatarQueue *self = g_new0 (ImAvatarQueue, 1);

  self->account = account;
  self->jobs = g_hash_table_new (NULL, NULL);
  self->saving =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) im_avatar_unref);
  self->budgets = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_queue_init (&self->waiting);
  g_queue_init (&self->parked);
  return self;
}

/** im_avatar_queue_free: @self: (transfer full): nothing waits, as whatever does keeps the account
 */
void
im_avatar_queue_free (ImAvatarQueue *self)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_hash_table_unref (self->jobs);
  g_hash_table_unref (self->saving);
  g_hash_table_unref (self->budgets);
  g_free (self);
}

/** im_avatar_queue_stop: the stream is gone: what waits fails, what is asked for will */
void
im_avatar_queue_stop (ImAvatarQueue *self)
{
  g_autoptr (ImAccount) account G_GNUC_UNUSED = g_object_ref (self->account);
  Job *job;

  g_clear_handle_id (&self->timer_id, g_source_remove);
  while ((job = g_queue_pop_head (&self->parked)) != NULL)
    g_queue_push_tail (&self->waiting, job);
  while ((job = g_queue_pop_head (&self->waiting)) != NULL)
    fail (job, IM_ERROR_DISCONNECTED, "The account has to be online for that.");
  g_hash_table_remove_all (self->budgets);
}

/**
 * im_account_request_avatar_async:
 * @contact: somebody, perhaps ourselves
 *
 * Whoever asks for the same person's while that is under way gets the same answer.
 */
void
im_account_request_avatar_async (ImAccount *self,
                                 ImContact *contact,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Job *job = g_hash_table_lookup (self->avatars->queue->jobs, contact);
  gboolean is_new = job == NULL;

  if (is_new)
    {
      job = g_new0 (Job, 1);
      job->account = g_object_ref (self);
      job->contact = contact;
      job->tasks = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (self->avatars->queue->jobs, contact, job);
    }
  else if (job->tasks->len >= MAX_TASKS)
    {
      g_task_return_new_error (task, IM_ERROR, IM_ERROR_BUSY,
                               "That picture is being asked for already.");
      return;
    }
  g_ptr_array_add (job->tasks, g_steal_pointer (&task));
  if (is_new)
    begin (job);
}

/** im_account_request_avatar_finish: Returns: (transfer full) (nullable): it, or an error */
ImAvatar *
im_account_request_avatar_finish (ImAccount *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
